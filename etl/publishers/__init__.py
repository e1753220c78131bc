"""Publishers' own workbooks, recognised by what they hold, read into rows of `spending`.

Takes the cells of every sheet (sheet name -> rows of cells, beginning at A1), so it runs wherever a file was read;
`from_cells` makes them of a file that `etl.files` has read.
"""

from __future__ import annotations

import pandas as pd

from etl.publishers import nato, sipri
from etl.publishers.grid import Sheets, from_cells
from etl.publishers.reading import Reading

__all__ = ["Reading", "from_cells", "read", "recognise"]


def recognise(sheets: Sheets, file_name: str = "") -> tuple[str, str | None] | None:
    """(publisher, edition) of an official workbook, by its content; edition None when it does not tell.

    None for any other file. The edition is taken from the years of the tables and the file's name, never from a
    download date.
    """
    if nato.recognise(sheets):
        return nato.PUBLISHER, nato.edition_of(sheets, file_name)
    if sipri.recognise(sheets):
        return sipri.PUBLISHER, sipri.edition_of(sheets)
    return None


def read(
    sheets: Sheets,
    countries: pd.DataFrame,
    *,
    edition: str | None = None,
    file_name: str = "",
    source_id: str | None = None,
    base_year: int | None = None,
) -> Reading:
    """Read an official workbook; ValueError for a file that `recognise` does not know.

    `countries`: iso3, name_en, joined_nato_on. `edition` and `source_id` are found or made up of the edition when not
    given; `base_year` is the price base year to expect of NATO's tables (None: any, as long as it is one).
    """
    found = recognise(sheets, file_name)
    if found is None:
        raise ValueError("no official workbook of NATO or SIPRI")
    if found[0] == sipri.PUBLISHER:
        return sipri.read(sheets, countries, edition=edition, file_name=file_name, source_id=source_id)
    return nato.read(sheets, countries, edition=edition, file_name=file_name, source_id=source_id, base_year=base_year)
