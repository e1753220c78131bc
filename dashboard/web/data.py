"""Tables by address: releases, datasets and the rows of charts, as CSV or JSON."""

from starlette.routing import BaseRoute


def data_routes() -> list[BaseRoute]:
    return []
