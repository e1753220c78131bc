import streamlit as st

st.file_uploader("A file")
