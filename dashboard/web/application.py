"""What Streamlit is wrapped in: what happens at start, the routes beside the pages, the layers in front of them."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import _
from dashboard.ledgers import ledger
from dashboard.web.data import data_routes

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    await asyncio.to_thread(_warm)
    yield


def _warm() -> None:
    """Import and draw everything once, then take it out of the garbage collector's sight.

    Streamlit collects garbage after every rerun; walking our imports each time would cost more than the rerun.
    """
    newest = ledger().newest()
    for chart in all_charts().values() if newest else ():
        try:
            draw(ledger(), chart.id, chart.Params(), newest)
        except Exception:  # a chart that can't be drawn must not keep the others from being served
            log.exception("can't draw %s", chart.id)
    gc.collect()
    gc.freeze()


def on_script_error(error: Exception) -> bool:
    """A page failed: the reader gets a sentence, the log the details."""
    log.error("a page failed", exc_info=error)
    st.error(
        _(
            "Something went wrong on this page and has been logged. Open it again, or start from the Overview."
        ),
        icon=":material/error:",
    )
    return True


def middleware() -> list[Middleware]:
    return []


def routes() -> list[BaseRoute]:
    return data_routes()
