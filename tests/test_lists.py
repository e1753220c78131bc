"""What the Sources page lists is read whole: titles first, no text cut, in both languages."""

import math
import tomllib

import pandas as pd
import pytest

from dashboard import freshness, language, tables
from dashboard.sections import catalogue
from dashboard.sections.lists import _lines
from tests.texts import ROOT


def test_rows_are_high_enough_for_streamlit_to_break_lines():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    assert 4 * theme["baseFontSize"] < tables.BROKEN_PX


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_no_text_of_a_grid_is_longer_than_its_cell(ledger, spoken):
    with language.spoken(spoken):
        sources = catalogue.sources(ledger.at(1)).drop(columns=language._("Address"))
        said = pd.DataFrame([{"title": row[1], "code": row[0]} for row in freshness.of_sources(ledger, 1)])
        for table in (sources, said):
            widths = tables._widths(table)
            height = tables._row_height(table, widths)
            for name, pixels in widths.items():
                longest = table[name].dropna().astype("str").str.len().max()
                lines = math.ceil(longest * tables.LETTER_PX / (pixels - 24))
                assert lines * tables.LINE_PX <= height
            others = [name for name in table.select_dtypes(["object", "str"]) if name not in widths]
            assert all(table[name].dropna().astype("str").str.len().max() <= tables.ONE_LINE for name in others)


@pytest.mark.parametrize("made", [catalogue.editions, catalogue.claims, catalogue.disputed, catalogue.sources])
def test_a_list_begins_with_what_a_thing_is_called_and_ends_with_its_code(ledger, made):
    table = made(ledger.at(1))
    assert next(iter(table)) in ("Title", "Statement")
    assert "Code" not in list(table)[:-1]


def test_an_entry_holds_every_word_and_no_markup_of_its_own():
    row = {"Title": "*A* title", "Day": "Oct 1, 2026", "Told": "a" * 80 + " <b>", "Empty": ""}
    assert list(_lines(row, ["Day"])) == [r"**\*A\* title**", "Day: Oct 1, 2026", "Told: " + "a" * 80 + r" \<b\>"]
