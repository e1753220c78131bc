"""What the charts of one topic share: how its figures are read, judged and put in words. No Streamlit."""
