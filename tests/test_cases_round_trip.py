"""Current rows of every dataset come back with no change: as they are, and with what spreadsheet programs lose."""

import csv
import io
import json
from codecs import BOM_UTF8

import pytest
import xlsxwriter
from conftest import WITH_ROWS

from etl.contract.convert import convert
from etl.datasets import all_datasets
from etl.export import csv_of
from etl.files.cells import decode
from etl.files.child import read
from etl.files.current_rows import rows_xlsx
from etl.files.keys import repaired
from etl.files.limits import Limits
from etl.files.mapping import suggest, to_frame
from etl.files.places import places_of
from etl.files.read import grids_of
from etl.files.table import understand
from etl.importing.merge import as_held
from etl.ledger.diff import compare


def come_back(name: str, seeds, content: bytes):
    """What a dataset would differ by when this file of its rows is handed in, read in this process."""
    dataset, held = all_datasets()[name], seeds[name]
    answer = json.loads(json.dumps(read(content, "rows", Limits())), object_hook=decode)  # as the child sends it
    table = understand(name, len(content), grids_of(answer), answer)
    text, problems = to_frame(table, dataset, suggest(table.columns, dataset), places=places_of(dataset, seeds))
    text, _notes = repaired(text, dataset, held)
    typed, more = convert(text, dataset)
    assert [one.sentence() for one in (*table.problems, *problems, *more)] == []
    return compare(dataset, held, as_held(typed.reset_index(drop=True), held, dataset)[dataset.columns])


def as_kept_in_15_digits(table):
    """The rows as a spreadsheet program keeps them."""
    numbers = table.select_dtypes("float64").columns
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.15g}")) for name in numbers})


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ROWS)
def test_rows_as_csv_come_back_unchanged(name, seeds):
    """With semicolons, decimal commas and a byte order mark; the seeds themselves are read in the plain dialect."""
    content = csv_of(as_kept_in_15_digits(seeds[name]), "fr")
    assert content.startswith(BOM_UTF8)  # or a spreadsheet takes it for Windows-1252
    assert come_back(name, seeds, content).empty


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ROWS)
def test_rows_as_workbook_come_back_unchanged(name, seeds):
    assert come_back(name, seeds, rows_xlsx(all_datasets()[name], seeds[name])).empty


@pytest.mark.parametrize("name", ["agenda", "countries", "tariff_product_groups", "currencies"])
def test_a_csv_taken_for_windows_1252_and_saved_as_a_workbook_comes_back_unchanged(name, seeds):
    """As LibreOffice converts a CSV without asking: bytes without a sign there are kept for private use."""
    lines = csv.reader(io.StringIO("".join(map(misread, csv_of(seeds[name], "en")))))
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    assert come_back(name, seeds, memory.getvalue()).empty


def misread(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeError:
        return chr(0xF100 + byte)


def test_percents_in_texts_that_a_spreadsheet_program_wrote_anew_come_back_unchanged(seeds):
    rows = seeds["tariff_codes"].query("mfn_text == '4%' or mfn_text == '10%'")
    written = rows.assign(mfn_text=rows["mfn_text"].map({"4%": "4,00 %", "10%": "10 %"}))
    assert len(rows) > 100 and come_back("tariff_codes", seeds | {"tariff_codes": rows}, csv_of(written, "fr")).empty
    other = come_back("tariff_codes", seeds | {"tariff_codes": rows}, csv_of(written.assign(mfn_text="4,01 %"), "fr"))
    assert set(other["new"]) == {"4,01 %"}
