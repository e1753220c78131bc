"""A bare Streamlit page with one plotly chart."""

import streamlit as st
from chart import chart

st.title("Defence expenditure")
st.plotly_chart(chart(), key="chart")
