"""Every imported value knows the cell of the kept file that it was read from, whoever's file it was."""

import csv
import io
import json

import official_workbooks as official
import openpyxl
import pandas as pd
import pytest
from conftest import ROOT
from test_cases import proposed, told

from etl.datasets import all_datasets
from etl.importing.excerpt import around, in_json, position
from etl.importing.origin import NO_FILE, NOT_FOUND, SEEDS, TAKEN_OUT, origin_of
from etl.importing.proposal import keep_original, publish
from etl.importing.read_again import by_key
from etl.ledger.originals import take_out

SPENDING = all_datasets()["spending"]
SAMPLES = ROOT / "tests" / "readers"


def nato(seeds, years=1, canada=None):
    """NATO's workbook of 2026, all years moved, Canada's share of GDP in the last one another if given."""
    rows = seeds["spending"].query("publisher == 'NATO' and edition == '2026-07'")
    rows = rows.astype({"year": int, "is_estimate": bool}).assign(year=lambda table: table["year"] + years)
    is_it = (rows["iso3"] == "CAN") & (rows["year"] == 2026) & (rows["measure"] == "share_of_gdp_pct")
    rows = rows.assign(value=rows["value"].where(~is_it | (canada is None), canada))
    codes = seeds["currencies"].query("edition == '2026-07'").set_index("iso3")["currency"].to_dict()
    return official.saved(official.nato(2026, rows, seeds["countries"], codes))


def sipri(seeds):
    rows = seeds["spending"].query("publisher == 'SIPRI' and edition == '2026-04'")
    rows = rows.assign(value=(rows["value"] * 1.01).round(5))
    return official.saved(official.sipri(rows, seeds["countries"], 2025))


def sample(path):
    return lambda _seeds: (SAMPLES / path).read_bytes()


class Books:
    """Workbooks opened once, by openpyxl."""

    def __init__(self, content):
        self.book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)

    def at(self, place):
        sheet, row, column = position(place)
        return self.book[sheet].cell(row, column).value


class Csv(Books):
    def __init__(self, content):
        self.rows = list(csv.reader(io.StringIO(content.decode())))

    def at(self, place):
        _sheet, row, column = position(place)
        return float(self.rows[row - 1][column - 1])


class Lines(Books):
    def __init__(self, content):
        self.lines = content.decode().splitlines()

    def at(self, place):
        _sheet, row, _column = position(place)
        return float(self.lines[row - 1].partition("rate='")[2].partition("'")[0])


class Json(Books):
    def __init__(self, content):
        self.document = json.loads(content)

    def at(self, place):
        found = self.document
        for step in place.split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found[step]
        return float(found)


FILES = {
    "NATO": ("def-exp-2026-en.xlsx", nato, "spending", Books, 1),
    "SIPRI": ("SIPRI-Milex-data.xlsx", sipri, "spending", Books, 100),
    "WORLD_BANK": ("wb.json", sample("world_bank/military_expenditure.json"), "spending", Json, 1),
    "EUROSTAT": ("gov_ev.json", sample("eurostat/gov_ev.json"), "spending", Json, 1),
    "ECB": ("daily.xml", sample("ecb/daily.xml"), "exchange_rates", Lines, 1),
    "ECB history": ("hist.csv", sample("ecb/history.csv"), "exchange_rates", Csv, 1),
    "BANK_OF_CANADA": ("rates.json", sample("bank_of_canada/rates.json"), "exchange_rates", Json, 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("publisher", FILES)
def test_every_value_of_a_publishers_file_stands_in_the_cell_that_is_named(own_ledger, seeds, publisher):
    name, make, dataset, opened, factor = FILES[publisher]
    content, contract = make(seeds), all_datasets()[dataset]
    later = {"edition": "2027-07", "outliers": {"BGR 2021 real_change_pct": "moved"}} if publisher == "NATO" else {}
    proposal = proposed(own_ledger, content, dataset, name, source=None, **later)
    assert not proposal.problems, told(proposal)
    release = publish(own_ledger, proposal, author="A", message="new")
    assert release is not None and release.extra["own"]["publisher"] == publisher.removesuffix(" history")
    held, file = by_key(own_ledger.at(2).table(contract), contract), opened(content)
    difference = proposal.difference[dataset]
    values = difference[difference["column"].isin(["value", "rate"]) | (difference["change"] == "added")]
    keys = list(dict.fromkeys(map(tuple, values[list(contract.key)].astype(object).to_numpy().tolist())))
    plain = [tuple(part.date() if isinstance(part, pd.Timestamp) else part for part in key) for key in keys]
    assert plain
    column = "value" if dataset == "spending" else "rate"
    step = max(1, len(plain) // 40)
    for key in plain[::step]:
        origin = origin_of(own_ledger, 2, contract, dict(zip(contract.key, key, strict=True)), column)
        assert origin.brought_by.number == 2 and origin.by_hand is None and origin.place, key
        assert round(file.at(origin.place.place) * factor, 6) == held[key][column] == origin.value
        shown = origin.place.excerpt.value
        assert publisher == "ECB" or float(shown) == pytest.approx(file.at(origin.place.place))


def key(**changed):
    return {
        "publisher": "NATO",
        "edition": "2026-07",
        "iso3": "CAN",
        "year": 2026,
        "measure": "share_of_gdp_pct",
    } | changed


def sent(ledger, content, number=2, **chosen):
    proposal = proposed(ledger, content, **chosen)
    assert not proposal.problems, told(proposal)
    return publish(ledger, proposal, author="A. Tremblay", message="changed")


@pytest.mark.slow
def test_a_persons_table_with_columns_that_were_mapped(few_ledger):
    text = "Pays;Année;Édition;Qui;Quoi;Combien;Bruit\n\nCanada;2026;2026-07;NATO;share_of_gdp_pct;9,25;x\n"
    renamed = {
        "Pays": "iso3",
        "Année": "year",
        "Édition": "edition",
        "Qui": "publisher",
        "Quoi": "measure",
        "Combien": "value",
        "Bruit": "",
    }
    release = sent(few_ledger, text, name="notes.csv", changes=renamed, fixed={"unit": "% of real GDP (2021 prices)"})
    assert release.extra["reading"]["mapping"]["Combien"] == "value" and release.extra["reading"]["delimiter"] == ";"
    origin = origin_of(few_ledger, 2, SPENDING, key(), "value")
    assert origin.place.place == "!F3" and origin.place.original.name == "notes.csv"
    assert origin.place.excerpt.value == "9,25" and origin.place.excerpt.lines[0].cells[-2:] == ("Combien", "Bruit")
    assert origin.by_hand.number == 2 and origin.by_hand.author == "A. Tremblay"
    assert (
        origin.before
        == few_ledger.at(1)
        .sql(
            "SELECT value FROM spending WHERE iso3 = 'CAN' AND edition = '2026-07' AND year = 2026 AND measure = 'share_of_gdp_pct' AND publisher = 'NATO'"
        )["value"]
        .iloc[0]
    )
    assert origin_of(few_ledger, 2, SPENDING, key(), "unit").brought_by.number == 1


@pytest.mark.slow
def test_a_column_a_year_on_the_second_sheet_of_a_workbook(few_ledger):
    book = openpyxl.Workbook()
    book.active.append(["About", "this file"])
    sheet = book.create_sheet("Figures")
    sheet.append(["A title that stands alone"])
    sheet.append(["Country", 2025, 2026])
    sheet.append(["Denmark", 7.5, 8.5])
    content = io.BytesIO()
    book.save(content)
    fixed = {
        "publisher": "NATO",
        "edition": "2026-07",
        "measure": "share_of_gdp_pct",
        "unit": "% of real GDP (2021 prices)",
    }
    sent(few_ledger, content.getvalue(), name="two.xlsx", sheet="Figures", header_row=2, fixed=fixed)
    origin = origin_of(few_ledger, 2, SPENDING, key(iso3="DNK"), "value")
    assert origin.place.place == "Figures!C3" and origin.value == 8.5
    assert [line.name for line in origin.place.excerpt.lines] == ["1", "2", "3"]


@pytest.mark.slow
def test_what_is_not_at_a_cell_says_why(few_ledger, seeds):
    assert origin_of(few_ledger, 1, SPENDING, key(), "value").lacking == SEEDS
    text = "publisher,edition,iso3,year,measure,unit,value\nNATO,2026-07,CAN,2026,share_of_gdp_pct,% of real GDP (2021 prices),9.5\n"
    sha256 = sent(few_ledger, text).extra["files"][0]["sha256"]
    few_ledger.rollback(1, author="B", message="back")
    assert origin_of(few_ledger, 3, SPENDING, key(), "value").brought_by.number == 1
    few_ledger.rollback(2, author="B", message="and again")
    assert origin_of(few_ledger, 4, SPENDING, key(), "value").brought_by.number == 2
    take_out(few_ledger.store, sha256, who="B", why="not ours", where="here")
    assert origin_of(few_ledger, 2, SPENDING, key(year=2025), "value").lacking == SEEDS
    with pytest.raises(LookupError):
        origin_of(few_ledger, 2, SPENDING, key(year=1990), "value")
    frame = few_ledger.at(4).table(SPENDING)
    few_ledger.publish({"spending": frame.assign(value=frame["value"] + 1)}, author="C", message="by program")
    assert origin_of(few_ledger, 5, SPENDING, key(), "value").lacking == NO_FILE
    assert {TAKEN_OUT, NOT_FOUND}


@pytest.mark.slow
def test_a_publishers_figure_before_a_change_by_hand_is_found_by_its_own_file(few_ledger, seeds):
    proposal = proposed(few_ledger, nato(seeds, 0, 2.14), name="def-exp-2026-en.xlsx", source=None)
    publish(few_ledger, proposal, author="A", message="NATO's own")
    text = "publisher,edition,iso3,year,measure,unit,value\nNATO,2026-07,CAN,2026,share_of_gdp_pct,% of real GDP (2021 prices),9.5\n"
    sent(few_ledger, text)
    changed, other = (origin_of(few_ledger, 3, SPENDING, key(iso3=iso3), "value") for iso3 in ("CAN", "DNK"))
    assert (changed.by_hand.number, changed.place.original.name, changed.place.place) == (3, "figures.csv", "!G2")
    assert (other.by_hand, other.place.release.number) == (None, 2)
    before = origin_of(few_ledger, 2, SPENDING, key(), "value")
    assert (changed.before, before.value, before.place.place[:9]) == (2.14, 2.14, "Table 3!N")


def test_an_excerpt_holds_the_headings_wherever_they_stand():
    grid = [
        ["Title"],
        [],
        [None, "Country", 2014, 2015, 2016, 2017, 2018],
        *([None, f"C{n}", n, 2, 3, 4, 5.25] for n in range(9)),
    ]
    excerpt = around(grid, 12, 7)
    assert excerpt.columns == ("B", "D", "E", "F", "G") and excerpt.value == "5.25"
    assert [(line.name, line.skips) for line in excerpt.lines] == [
        ("3", False),
        ("9", True),
        ("10", False),
        ("11", False),
        ("12", False),
    ]
    assert excerpt.lines[0].cells == ("Country", "2015", "2016", "2017", "2018")
    found = in_json(json.dumps([{"a": 1}, [{"name": "x", "value": 2.5}]]).encode(), "/1/0/value")
    assert [(line.name, line.cells) for line in found.lines] == [("/1/0/name", ("x",)), ("/1/0/value", ("2.5",))]
    assert found.value == "2.5"


def test_a_publishers_value_beyond_its_bounds_is_told_at_its_place(few_ledger):
    content = (SAMPLES / "world_bank/military_expenditure.json").read_bytes().replace(b"2.1,", b"21.5,")
    (problem, *_more) = proposed(few_ledger, content, name="wb.json", source=None).problems
    assert "/1/4/value" in problem.sentence() and "0 to 10" in problem.sentence()


@pytest.mark.slow
def test_a_file_of_figures_that_are_held_is_kept_and_they_lead_to_its_cells(few_ledger, seeds):
    proposal = proposed(few_ledger, nato(seeds, 0), name="def-exp-2026-en.xlsx", source=None)
    assert publish(few_ledger, proposal, author="A", message="nothing new") is None
    release = keep_original(few_ledger, proposal, author="A", message="the original")
    assert release.number == 2 and not release.extra["changed"]
    for number in (1, 2):
        origin = origin_of(few_ledger, number, SPENDING, key(), "value")
        assert (origin.brought_by.number, origin.place.release.number) == (1, 2)
        assert origin.place.place.startswith("Table 3!N")
    other = proposed(few_ledger, nato(seeds, 0, 2.14), name="def-exp-2026-en.xlsx", source=None)
    with pytest.raises(ValueError, match="has figures that the ledger does not hold"):
        keep_original(few_ledger, other, author="A", message="other")
    with pytest.raises(ValueError, match="is no publisher's own file"):
        keep_original(few_ledger, proposed(few_ledger, "iso3\nCAN\n"), author="A", message="a person's")
