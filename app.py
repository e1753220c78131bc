"""Alliance Ledger, as an ASGI application: `streamlit run app.py` or `uvicorn app:app`."""

from pathlib import Path

import streamlit as st

from dashboard.web.application import lifespan, middleware, on_script_error
from dashboard.web.routes import routes

addresses = routes()
app = st.App(
    str(Path(__file__).parent / "dashboard" / "main.py"),
    lifespan=lifespan,
    routes=addresses,
    middleware=middleware(addresses),
    on_script_error=on_script_error,
)
