"""Releases to come that are announced, as a table; nothing where there is none."""

from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboard import tables
from dashboard.announced import announced
from dashboard.language import _


def show_planned() -> None:
    rows = [
        {
            _("What"): one.text,
            _("When"): f"{one.moment.astimezone(ZoneInfo(one.zone)):%Y-%m-%d %H:%M} ({one.zone})",
            _("When (UTC)"): f"{one.moment:%Y-%m-%d %H:%M}",
        }
        for one in announced()
    ]
    if rows:
        st.subheader(_("Releases to come"), anchor=False)
        st.caption(_("Planned: each may still be moved or withdrawn. They are in the calendar, too."))
        tables.show(pd.DataFrame(rows), key="planned", alt=_("Releases to come"))
