"""Official workbooks: three layouts of NATO and SIPRI's, read back value by value; damaged ones refused cell by cell."""

import copy
import datetime
import io
from pathlib import Path

import official_workbooks as official
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from etl import publishers
from etl.files.cells import Sheet
from etl.files.read import read_limited
from etl.publishers import Content, nato, sipri
from etl.publishers.common.grid import from_cells
from etl.publishers.sheets import nato_arithmetic as arithmetic

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
KEY = ["publisher", "edition", "iso3", "year", "measure"]

COUNTRIES = pd.read_csv(ROOT / "seeds/countries.csv", keep_default_na=False, na_values=[""])
SPENDING = pd.read_csv(ROOT / "seeds/spending.csv", keep_default_na=False, na_values=[""])
CURRENCIES = pd.read_csv(ROOT / "seeds/currencies.csv")


def recognise(sheets, file_name=""):
    return publishers.recognise(Content(file_name, sheets=sheets))


def read(sheets, countries, *, file_name="", edition=None):
    return publishers.read(Content(file_name, sheets=sheets), countries, edition=edition)


def edition(publisher, name):
    return SPENDING[(SPENDING["publisher"] == publisher) & (SPENDING["edition"] == name)]


def currencies(name):
    return CURRENCIES[CURRENCIES["edition"] == name].set_index("iso3")["currency"].to_dict()


def rows_for(layout):
    """Rows in a layout: two editions of the seeds, and for 2025 that of 2026 without its last year."""
    if layout == 2024:
        return edition("NATO", "2024-06"), currencies("2024-06")
    rows = edition("NATO", "2026-07")
    if layout == 2025:
        rows = rows[rows["year"] <= 2025].assign(edition="2025-08", source_id="nato-2025-08")
        rows = rows.assign(is_estimate=rows["year"] >= 2024)
    return rows, currencies("2026-07")


def cells_of(content):
    """Cells of every sheet of an XLSX file, as calamine gives them, beginning at A1."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def built():
    return {layout: official.nato(layout, *_parts(layout)) for layout in (2024, 2025, 2026)}


def _parts(layout):
    rows, codes = rows_for(layout)
    return rows, COUNTRIES, codes


def same(read_rows, expected):
    both = expected.merge(read_rows, on=KEY, how="outer", suffixes=("", "_read"), indicator=True)
    assert (both["_merge"] == "both").all(), both[both["_merge"] != "both"][KEY].head()
    for column in ("value", "unit", "is_estimate", "source_id"):
        assert (both[column] == both[f"{column}_read"]).all(), column
    return len(both)


# --- the real files ------------------------------------------------------------------------------------------------


def shared_workbook(name):
    path = SHARED / "workbooks" / name
    if not path.exists():
        pytest.skip("the real workbook is not here")
    return cells_of(path.read_bytes())


def test_the_real_nato_workbook_of_2024_equals_the_figures_value_by_value():
    sheets = shared_workbook("240617-def-exp-2024-TABLES-en.xlsx")
    assert recognise(sheets) == ("NATO", "2024-06")
    reading = read(sheets, COUNTRIES)
    assert reading.problems == []
    assert same(reading.spending, edition("NATO", "2024-06")) == 5346
    assert reading.constant_price_base_year == 2015
    assert dict(zip(reading.currencies["iso3"], reading.currencies["currency"], strict=True)) == currencies("2024-06")
    figures = pd.read_csv(SHARED / "figures/nato_expenditure.csv")
    figures = figures[figures["edition"] == "2024-06"]
    assert sorted(figures["value"]) == sorted(reading.spending["value"])
    assert len(figures) == 5346
    # Three shares NATO printed as 2.00 although its own tables make them less; the aggregates all add up.
    assert [(one.check, one.iso3, one.year) for one in reading.checks.itertuples()] == [
        ("share", "FRA", 2020),
        ("share", "LTU", 2019),
        ("share", "SVK", 2024),
    ]
    assert reading.warnings[0].sentence().startswith("TABLE3!J20")
    starred = set(reading.notes.loc[reading.notes["mark"] == "*", "iso3"])
    assert starred == {"CZE", "EST", "LVA", "LTU", "POL", "ROU"}
    assert reading.notes["text"].str.contains("national laws or political agreements").any()


def test_the_real_sipri_workbook_equals_the_figures_value_by_value():
    sheets = shared_workbook("SIPRI-Milex-data-1949-2024_2.xlsx")
    assert recognise(sheets) == ("SIPRI", "2025-04")
    reading = read(sheets, COUNTRIES)
    assert reading.problems == []
    assert same(reading.spending, edition("SIPRI", "2025-04")) == 341
    assert set(reading.notes.loc[reading.notes["iso3"] == "LUX", "mark"]) == {"88"}
    figures = pd.read_csv(SHARED / "figures/sipri_milex.csv")
    figures = figures[figures["edition"] == "2025-04"]
    everything = sipri.read(Content(sheets=sheets), COUNTRIES, everything=True)
    assert everything.constant_price_base_year == 2023
    assert sorted(everything.spending["value"]) == sorted(figures["value"])
    assert len(everything.spending) == 1045


# --- the layouts ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("layout", [2024, 2025, 2026])
def test_each_layout_is_read_back_value_by_value(built, layout):
    rows, codes = rows_for(layout)
    sheets = cells_of(official.saved(built[layout]))
    assert recognise(sheets) == ("NATO", rows["edition"].iloc[0])
    reading = read(sheets, COUNTRIES)
    assert [problem.sentence() for problem in reading.problems] == []
    assert same(reading.spending, rows) == len(rows)
    assert len(rows) == {2024: 5346, 2025: 5796, 2026: 6273}[layout]
    assert dict(zip(reading.currencies["iso3"], reading.currencies["currency"], strict=True)) == codes
    assert reading.constant_price_base_year == (2015 if layout == 2024 else 2021)
    assert set(reading.notes.loc[reading.notes["mark"] == "*", "iso3"]) == set(official.STARRED)
    assert len(reading.cells["spending"]) == len(reading.spending)


def test_a_workbook_that_came_through_the_limited_reader(built):
    sheets = copy.deepcopy(built[2024])
    understood = read_limited(official.saved(sheets), "240617-def-exp-2024-TABLES-en.xlsx")
    assert same(read(from_cells(understood.cells), COUNTRIES).spending, edition("NATO", "2024-06")) == 5346


def test_lost_values_do_not_pass_for_missing_ones():
    sheet = Sheet("A", [["x", 1.0]], errors={(1, 4): "#REF!"}, uncached=((3, 2),))
    assert from_cells({"A": sheet}) == {"A": [["x", 1.0, None, "#REF!"], [], [None, "#UNSAVED!"]]}


def test_a_cell_knows_its_address(built):
    reading = read(built[2026], COUNTRIES)
    at = (reading.spending["iso3"] == "CAN") & (reading.spending["year"] == 2014)
    cells = dict(zip(reading.spending.loc[at, "measure"], reading.cells["spending"][at], strict=True))
    assert cells["expenditure_ncu_current_million"] == "Table 1!B8"
    assert built[2026]["Table 1"][7][0].startswith("Canada")


def test_sipri_is_read_back(built):
    rows = edition("SIPRI", "2026-04")
    sheets = cells_of(official.saved(official.sipri(rows, COUNTRIES, 2025)))
    assert recognise(sheets) == ("SIPRI", "2026-04")
    reading = read(sheets, COUNTRIES)
    assert [problem.sentence() for problem in reading.problems] == []
    same(
        reading.spending.drop(columns="is_estimate").assign(is_estimate=rows["is_estimate"].to_numpy()),
        rows.sort_values(["iso3", "year"]),
    )
    assert reading.spending["is_estimate"].sum() == 0  # colours are not cells


def test_other_workbooks_are_not_recognised():
    assert recognise({}) is None
    assert recognise({"Sheet1": [["iso3", "year"], ["CAN", 2025]]}) is None
    with pytest.raises(ValueError, match="no file of a publisher"):
        read({"Sheet1": [["Table 1: Guests", 2]]}, COUNTRIES)


@pytest.mark.slow
def test_the_edition_comes_from_the_years_and_the_name(built):
    sheets = copy.deepcopy(built[2026])
    for grid in sheets.values():
        for row in grid:
            row[:] = [
                f"{int(cell[:4]) + 1}e" if cell in ("2025e", "2026e") else cell + 1 if isinstance(cell, int) else cell
                for cell in row
            ]
    assert recognise(sheets) == ("NATO", None)  # tables to 2027: the month is not in them
    assert recognise(sheets, "270701-def-exp-2027-en.xlsx") == ("NATO", "2027-07")
    untold = read(sheets, COUNTRIES)
    assert "does not say which edition" in untold.problems[0].sentence()
    told = read(sheets, COUNTRIES, edition="2027-06")
    assert told.problems == [] and set(told.spending["edition"]) == {"2027-06"}
    assert set(told.spending["source_id"]) == {"nato-2027-06"}
    contrary = read(built[2026], COUNTRIES, file_name="def-exp-2025-en.xlsx")
    assert "different years: 2025, 2026" in contrary.warnings[0].sentence()


# --- damage --------------------------------------------------------------------------------------------------------


def find(grid, start, nth=1):
    """(row, column) counted from 0 of the nth cell that begins with a text."""
    hits = [(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if str(cell or "").startswith(start)]
    return hits[nth - 1]


def header_row(grid, nth=1):
    return [
        r
        for r, row in enumerate(grid)
        if sum(str(cell)[:2] == "20" and str(cell)[2:4].isdigit() for cell in row) > 9
        and not any(isinstance(cell, str) and cell[:1].isalpha() for cell in row)
    ][nth - 1]


def shift_right(sheets, name):
    row = sheets[name][header_row(sheets[name])]
    row.insert(len(row) - len([cell for cell in row if cell not in ("", None)]), "")


def shift_left(sheets, name):
    row = sheets[name][header_row(sheets[name])]
    del row[0]


def lose_a_year(sheets, name):
    row = sheets[name][header_row(sheets[name])]
    row[-2] = row[-3]


def unknown_country(sheets, name):
    row, column = find(sheets[name], "Denmark")
    sheets[name][row][column] = "Atlantis"


def lose_a_country(sheets, name):
    row, _ = find(sheets[name], "Denmark")
    del sheets[name][row]


def repeat_a_country(sheets, name):
    row, _ = find(sheets[name], "Denmark")
    sheets[name].insert(row, list(sheets[name][row]))


def other_base_year(sheets, name):
    for row in sheets[name]:
        row[:] = [
            cell.replace("2021 prices", "2015 prices").replace("2015 prices", "2010 prices")
            if isinstance(cell, str)
            else cell
            for cell in row
        ]


def half_empty(sheets, name):
    start = find(sheets[name], "Denmark")[0]
    for row in sheets[name][start : start + 20]:
        row[4:] = [None] * len(row[4:])


def broken_cell(sheets, name):
    sheets[name][find(sheets[name], "Denmark")[0]][6] = "#REF!"


def text_cell(sheets, name):
    sheets[name][find(sheets[name], "Denmark")[0]][6] = "see note"


def billions(sheets, name):
    row, column = find(sheets[name], "Million")
    sheets[name][row][column] = "Billion US dollars"


def no_block(sheets, name):
    start, end = find(sheets[name], "Constant")[0], find(sheets[name], "Notes")[0]
    del sheets[name][start:end]


DAMAGE = [
    (shift_right, "2", "is a figure outside the row of years"),
    (shift_left, "2", "the row of years"),
    (lose_a_year, "2", "breaks the row of years"),
    (unknown_country, "3", "'Atlantis': is not a country"),
    (lose_a_country, "5", "for: DNK"),
    (repeat_a_country, "7", "stands twice"),
    (other_base_year, "3", "gives 2010 as the base year"),
    (half_empty, "2", "the table is not whole"),
    (broken_cell, "8a", "shows an error in place of its value"),
    (text_cell, "8a", "'see note': is not a number"),
    (billions, "2", "'Billion US dollars': gives another unit"),
    (no_block, "5", "has no block for gdp_usd_constant_million"),
]


def sheet_name(layout, number):
    return f"TABLE{number}" if layout == 2024 else f"Table {number}"


@pytest.mark.slow
@pytest.mark.parametrize("layout", [2024, 2025, 2026])
@pytest.mark.parametrize(("damage", "number", "said"), DAMAGE, ids=[one[0].__name__ for one in DAMAGE])
def test_damage_is_named_by_its_cell_and_nothing_is_publishable(built, layout, damage, number, said):
    sheets, name = copy.deepcopy(built[layout]), sheet_name(layout, number)
    damage(sheets, name)
    reading = read(sheets, COUNTRIES)
    sentences = [problem.sentence() for problem in reading.problems]
    assert any(said in sentence and sentence.startswith(name) for sentence in sentences), sentences[:5]
    assert reading.spending.empty and reading.currencies.empty
    assert all(problem.remedy for problem in reading.problems)


@pytest.mark.parametrize("layout", [2024, 2025, 2026])
def test_a_missing_table_is_named(built, layout):
    sheets = copy.deepcopy(built[layout])
    del sheets[sheet_name(layout, "8b")]
    reading = read(sheets, COUNTRIES, file_name="upload.xlsx")
    assert [problem.sentence()[:53] for problem in reading.problems] == [
        "upload.xlsx: has no sheet with the title Table 8b. Ta"
    ]


def test_all_problems_are_told_at_once(built):
    sheets = copy.deepcopy(built[2026])
    for damage, number in ((unknown_country, "2"), (text_cell, "8a"), (shift_right, "5")):
        damage(sheets, sheet_name(2026, number))
    del sheets["Table 7"]
    told = " ".join(problem.sentence() for problem in read(sheets, COUNTRIES).problems)
    for part in ("Atlantis", "see note", "Table 5!", "Table 7"):
        assert part in told


def test_a_block_in_another_unit_is_refused(built):
    sheets = copy.deepcopy(built[2026])
    for row in sheets["Table 3"][4:37]:
        row[1:] = [cell / 100 for cell in row[1:]]
    reading = read(sheets, COUNTRIES)
    assert "429 among 429 rows that do not add up" in reading.problems[0].sentence()
    assert reading.spending.empty


def test_a_base_year_other_than_expected_is_refused_until_confirmed(built):
    assert nato.read(Content(sheets=built[2026]), COUNTRIES, base_year=2021).problems == []
    moved = nato.read(Content(sheets=built[2026]), COUNTRIES, base_year=2015)
    assert "gives 2021 as the base year of constant prices; 2015 was expected" in moved.problems[0].sentence()
    assert moved.spending.empty


def test_a_damaged_sipri_workbook_is_refused():
    rows = edition("SIPRI", "2026-04")
    whole = official.sipri(rows, COUNTRIES, 2025)

    def told(change):
        sheets = copy.deepcopy(whole)
        change(sheets["Share of GDP"])
        reading = read(sheets, COUNTRIES)
        assert reading.spending.empty
        return " ".join(problem.sentence() for problem in reading.problems)

    def in_per_cent(grid):
        for row in grid[7:]:
            row[2:] = [cell * 100 if isinstance(cell, float) else cell for cell in row[2:]]

    assert "no row for: CAN" in told(lambda grid: grid.pop(find(grid, "Canada")[0]))
    assert "is not a ratio" in told(in_per_cent)
    assert "no header row" in told(lambda grid: grid.pop(5))
    assert "breaks the row of years" in told(lambda grid: grid[5].pop(60))
    assert "ends the row of years in 2024" in told(lambda grid: grid[5].pop())
    assert "stands twice" in told(lambda grid: grid.append(list(grid[find(grid, "Canada")[0]])))
    assert "'lots': is not a number" in told(lambda grid: grid[find(grid, "Canada")[0]].__setitem__(-1, "lots"))

    def emptied(grid):
        for row in grid[20:]:
            row[60:] = ["..."] * len(row[60:])

    assert "the sheet is not whole" in told(emptied)
    gone = {name: grid for name, grid in whole.items() if name != "Share of GDP"}
    assert recognise(gone) is None


# --- arithmetic ----------------------------------------------------------------------------------------------------


def with_cells(rows):
    return rows.assign(cell="Table 2!B5").reset_index(drop=True)


@pytest.mark.parametrize("name", ["2024-06", "2026-07"])
def test_the_aggregates_of_both_editions_are_the_members_at_the_time(name):
    found = arithmetic.checks(with_cells(edition("NATO", name)), COUNTRIES)
    assert found[found["check"] == "aggregate"].empty
    assert found[found["check"] == "parts"].empty


@pytest.mark.slow
@pytest.mark.parametrize(
    ("iso3", "year", "measure", "check"),
    [
        ("NATO_TOTAL", 2022, "expenditure_usd_current_million", "aggregate"),
        ("NATO_EUR_CAN", 2023, "gdp_usd_constant_million", "aggregate"),
        ("CAN", 2020, "other_share_pct", "parts"),
        ("CAN", 2020, "share_of_gdp_pct", "share"),
        ("CAN", 2020, "real_change_pct", "change"),
    ],
)
def test_a_wrong_value_is_a_warning_with_its_row(iso3, year, measure, check):
    rows = with_cells(edition("NATO", "2024-06"))
    at = (rows["iso3"] == iso3) & (rows["year"] == year) & (rows["measure"] == measure)
    rows.loc[at, "value"] *= 1.02
    found = arithmetic.checks(rows, COUNTRIES)
    hit = found[(found["check"] == check) & (found["iso3"] == iso3) & (found["year"] == year)]
    assert len(hit) == 1
    warning = arithmetic.warnings(hit)[0].sentence()
    assert "Table 2!B5" in warning and iso3 in warning and str(year) in warning


def test_membership_moves_the_sums():
    """Finland counted a year too early: the aggregate of 2022 no longer adds up."""
    early = COUNTRIES.assign(joined_nato_on=COUNTRIES["joined_nato_on"].where(COUNTRIES["iso3"] != "FIN", "2022-04-04"))
    found = arithmetic.checks(with_cells(edition("NATO", "2024-06")), early)
    wrong = found[found["check"] == "aggregate"]
    assert set(wrong["year"]) == {2022} and set(wrong["iso3"]) == {"NATO_TOTAL", "NATO_EUR_CAN"}


# --- anything at all -----------------------------------------------------------------------------------------------

ODD = [
    None,
    "",
    " ",
    "..",
    "#REF!",
    "Canada",
    "Canada*",
    "2014",
    "2027e",
    2014,
    0,
    -1,
    1e300,
    float("nan"),
    float("inf"),
]
ODD += [
    True,
    datetime.date(2025, 1, 1),
    "Notes: x",
    "Table 2: GDP",
    "Current prices",
    "constant 2015 prices",
    "9" * 400,
]


def shake(sheets, random):
    """A few random blows: cells replaced, rows and columns dropped, doubled or cut, a sheet renamed."""
    for _ in range(random.randint(1, 12)):
        grid = sheets[random.choice(sorted(sheets))]
        if not grid:
            continue
        row = random.randrange(len(grid))
        blow = random.randrange(5)
        if blow < 2 and grid[row]:
            grid[row][random.randrange(len(grid[row]))] = random.choice(ODD)
        elif blow == 2:
            del grid[row]
        elif blow == 3:
            grid.insert(row, list(random.choice(grid)))
        else:
            grid[row] = grid[row][: random.randint(0, len(grid[row]))]


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from([2024, 2025, 2026, "sipri"]))
def test_no_damage_raises_and_what_is_published_has_no_holes(built, random, layout):
    """Implausible values may pass here: the contract of `spending` bounds them."""
    sipris = official.sipri(edition("SIPRI", "2026-04"), COUNTRIES, 2025) if layout == "sipri" else None
    sheets = sipris or {name: [list(row) for row in grid] for name, grid in built[layout].items()}
    shake(sheets, random)
    if recognise(sheets) is None:
        return
    reading = read(sheets, COUNTRIES, edition=None if sipris else "2026-07")
    assert all(problem.sentence() for problem in reading.problems + reading.warnings)
    assert reading.spending.empty if reading.problems else reading.spending["value"].notna().all()
    assert not reading.spending.duplicated(KEY).any()
