"""A table of yearly growth on the Pledges page: typed, or filled from a file, and carried in the link either way."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.language import _
from dashboard.page import Page
from dashboard.topics.pledges import parsed_growth
from etl.files.limits import KINDS
from etl.files.read import read_limited

FIELD = "growth_by_year"


def ask_growth(page: Page) -> None:
    """Ask for real GDP growth by year; a file's first year column and the number beside it fill the same field."""
    key, file_key, problems_key = (f"{page.name}.{FIELD}", f"{page.name}.{FIELD}.file", f"{page.name}.{FIELD}.problems")
    label = _("Real GDP growth by year, such as 2027:1.2, 2028:1.8")
    table = st.popover(_("Growth by year"), icon=":material/table_rows:", key=f"{key}.table", on_change="rerun")
    if not table.open:
        page.controls.typed(FIELD, label, parsed_growth, shown=False)
        return
    with table:
        page.controls.typed(FIELD, label, parsed_growth)
        st.file_uploader(
            _("or from a file with a year and a per cent in each row ({kinds})").format(kinds=KINDS),
            key=file_key,
            on_change=_fill,
            args=(key, file_key, problems_key),
            max_upload_size=1,
        )
        for problem in st.session_state.get(problems_key, []):
            st.error(problem, icon=":material/error:")


def _fill(key: str, file_key: str, problems_key: str) -> None:
    """Put what a file says into the typed field, or say what is wrong with it."""
    file = st.session_state.get(file_key)
    st.session_state[problems_key] = []
    if file is None:
        return
    understood = read_limited(file.getvalue(), file.name)
    problems = understood if isinstance(understood, list) else list(understood.problems)
    entries = () if isinstance(understood, list) else entries_of(understood.frame, understood.decimal)
    if not entries and not problems:
        st.session_state[problems_key] = [
            _(
                "{file} has no row with a year and a growth rate; put the year in one column and the per cent in the next."
            ).format(file=file.name)
        ]
        return
    if problems:
        st.session_state[problems_key] = [problem.sentence(_) for problem in problems]
        return
    st.session_state[key] = ", ".join(entries)


def entries_of(frame: pd.DataFrame, decimal: str = ".") -> tuple[str, ...]:
    """The rows of a table of text as entries: a cell that is a year and the next cell that is a rate."""
    pairs = [
        f"{row[place]}:{_plain(row[place + 1], decimal)}"
        for row in frame.astype("str").values.tolist()
        for place in range(len(row) - 1)
    ]
    return parsed_growth("\n".join(pairs))[0]


def _plain(cell: Any, decimal: str) -> str:
    return str(cell).replace(decimal, ".") if decimal != "." else str(cell)
