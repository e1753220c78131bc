"""The script Streamlit runs for every view: the navigation and the line that says which data is shown."""

import streamlit as st

from dashboard.navigation import run

PAGES = {
    "overview": ":material/dashboard:",
    "spending": ":material/show_chart:",
    "pledges": ":material/flag:",
    "tariffs": ":material/receipt_long:",
    "deadlines": ":material/event:",
    "sources": ":material/menu_book:",
    "update": ":material/upload_file:",
    "data": ":material/table:",
}

st.set_page_config(page_icon="⚖️", layout="wide")
run(PAGES)
