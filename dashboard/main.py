"""The script Streamlit runs for every view."""

import streamlit as st

from dashboard.navigation import run

st.set_page_config(page_icon="⚖️", layout="wide")
run()
