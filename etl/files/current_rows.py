"""The rows held of a dataset as a workbook to be edited and handed in again: codes and days keep their form in it."""

import pandas as pd

from etl.contract import DATE_DTYPE, Dataset, column_type
from etl.files.sheets import Book


def rows_xlsx(dataset: Dataset, rows: pd.DataFrame) -> bytes:
    """XLSX of one sheet named after the dataset. Text cells have the text format: no programme makes 1 of 01 there."""
    book = Book.new()
    sheet = book.workbook.add_worksheet(dataset.name[:31])
    for place, column in enumerate(dataset.columns):
        kind = {"str": "text", DATE_DTYPE: "day"}.get(column_type(dataset, column), "")
        sheet.set_column(place, place, max(12, len(column) + 2), book.formats[kind, False])
        book.write(sheet, 0, place, column, kind="head")
        cells = rows[column].astype("object").where(rows[column].notna(), None)
        for line, cell in enumerate(cells, 1):
            value = cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell
            book.write(sheet, line, place, value, kind=kind)
    sheet.freeze_panes(1, 0)
    return book.close()
