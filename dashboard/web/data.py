"""Tables by address: releases, datasets and the rows of charts; rates, deadlines and feeds."""

from dashboard.web.api.routes import data_routes

__all__ = ["data_routes"]
