"""Every reader of a publisher's files: it says whose they are, and reads its sample into rows that meet their contracts."""

from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from etl.datasets import all_datasets
from etl.files.read import read_limited
from etl.importing.catalogue import into
from etl.load import check_all
from etl.publishers import Content, Listing, Page, all_readers, content_of, read, recognise

SAMPLES = sorted(path for path in (ROOT / "tests" / "readers").rglob("*") if path.is_file())


@pytest.mark.parametrize("reader", all_readers().values(), ids=all_readers())
def test_a_reader_says_whose_figures_they_are(reader):
    assert all((reader.PUBLISHER, reader.NAME, reader.LICENCE, reader.CREDIT.format(title="T")))
    assert reader.COMPARABLE, "charts say what stands beside NATO's figures"
    assert reader.DATASET in all_datasets() and (reader.URL is None or reader.URL.startswith("https://"))
    for file in reader.FILES:
        assert (file.address if isinstance(file, Page | Listing) else file).startswith("https://")
        assert isinstance(file, str) or file.hosts


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_sample_is_read_into_rows_that_meet_their_contracts(path: Path, seeds):
    data = path.read_bytes()
    content = content_of(read_limited(data, path.name), path.name, data)
    module = f"etl.publishers.{path.parent.name}"
    (reader,) = [one for one in all_readers().values() if one.__name__ == module]
    recognised = recognise(content, reader.DATASET)
    assert recognised and recognised.publisher == reader.PUBLISHER
    reading = read(content, seeds["countries"], dataset=reader.DATASET)
    assert [problem.sentence() for problem in reading.problems] == []
    assert reading.title and len(reading.tables[reader.DATASET])
    frames = seeds | into(seeds, reading)
    assert [problem.sentence() for problem in check_all(frames, [*reading.tables, "sources"])] == []


@pytest.mark.parametrize("reader", all_readers().values(), ids=all_readers())
def test_other_files_are_not_taken_for_a_publishers(reader):
    for data in (
        b"",
        b"\x00\xff",
        b"iso3,year,value\nCAN,2025,2\n",
        b"{}",
        b"[]",
        b"[1, 2]",
        b'{"a": [1]}',
        b"<html></html>",
    ):
        assert reader.recognise(content_of([], "file", data)) is None


# --- the World Bank ------------------------------------------------------------------------------------------------

WORLD_BANK = (ROOT / "tests/readers/world_bank/military_expenditure.json").read_bytes()


def test_the_world_bank_gives_the_allies_share_of_gdp(seeds):
    reading = read(Content("wb.json", WORLD_BANK), seeds["countries"])
    assert reading.edition == "2026-07" and not reading.problems
    figures = reading.spending.set_index(["iso3", "year"])["value"].to_dict()
    assert figures == {  # a null is no figure, the world is no ally
        ("CAN", 2023): 1.31, ("CAN", 2024): 1.441235, ("NOR", 2023): 1.6,
        ("NOR", 2024): 2.1, ("USA", 2023): 3.3, ("USA", 2024): 3.4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"total": 12', b'"total": 13', "holds 12 of 13 rows"),
        (b'"pages": 1', b'"pages": 2', "holds 12 of 12 rows"),
        (b'"value": 2.1,', b'"value": "2.1",', "row 5 = '2024: 2.1': is no year and number"),
        (b'"date": "2024", "value": 2.1', b'"date": "2023", "value": 2.1', "row 6 = 'NOR 2023': repeats"),
        (b'"lastupdated": "2026-07-01", ', b"", "does not say which edition"),
        (b"]]", b"]", "is not a whole answer"),
        (b'"countryiso3code": "', b'"countryiso3code": "X', "has no figure of an ally"),
    ],
)
def test_a_damaged_answer_of_the_world_bank_is_refused(seeds, old, new, sentence):
    assert old in WORLD_BANK
    reading = read(Content("wb.json", WORLD_BANK.replace(old, new)), seeds["countries"])
    assert sentence in " ".join(problem.sentence() for problem in reading.problems) and reading.spending.empty


def test_an_error_of_the_world_bank_is_no_file_of_its():
    error = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
    assert recognise(Content("wb.json", error)) is None


# --- Eurostat ------------------------------------------------------------------------------------------------------

EUROSTAT = (ROOT / "tests/readers/eurostat/gov_ev.json").read_bytes()


def test_eurostat_gives_the_shares_of_the_allies_in_the_union(seeds):
    reading = read(Content("gov_ev.json", EUROSTAT), seeds["countries"])
    rows = reading.spending.set_index(["iso3", "year"])
    assert rows["value"].to_dict() == {  # total expenditure in per cent; neither the Union nor Ireland is an ally
        ("DEU", 2024): 1.3, ("DEU", 2025): 1.7, ("FIN", 2024): 1.9, ("FIN", 2025): 2.2, ("GRC", 2024): 2.5,
    }  # fmt: skip
    assert rows.index[rows["is_estimate"]].tolist() == [("DEU", 2025)]  # provisional is no estimate
    assert reading.edition == "2026-04" and set(rows["unit"]) == {"% of GDP, rounded to one decimal"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"id": [', b'"ids": [', "is not a whole table"),
        (b'"MIO_EUR": 0,', b"", "is not a whole table"),
        (b'"PC_GDP": 1', b'"PC_TOT": 1', "is not a whole table"),
        (b'"2024": 1', b'"year": 1', "is not a whole table"),
        (b'"updated": "2026-04', b'"updated": "', "does not say which edition"),
        (b'"DE": 1', b'"XX": 1', ""),
    ],
)
def test_a_damaged_table_of_eurostat_is_refused(seeds, old, new, sentence):
    assert old in EUROSTAT
    reading = read(Content("gov_ev.json", EUROSTAT.replace(old, new)), seeds["countries"])
    assert sentence in " ".join(problem.sentence() for problem in reading.problems)
    assert reading.spending.empty == bool(sentence) and "DEU" not in set(reading.spending["iso3"])


# --- exchange rates ------------------------------------------------------------------------------------------------


def rates(name: str, old: str = "", new: str = ""):
    data = (ROOT / "tests/readers" / name).read_text()
    assert old in data
    content = Content(name, data.replace(old, new).encode() if old else data.encode())
    reading = read(content, pd.DataFrame(), dataset="exchange_rates")
    table = reading.tables.get("exchange_rates", pd.DataFrame())
    found = {(one.base_currency, one.quote_currency, str(one.rate_on.date())): one.rate for one in table.itertuples()}
    return found, " ".join(problem.sentence() for problem in reading.problems)


def test_rates_keep_their_direction_and_day():
    assert rates("bank_of_canada/rates.json") == (
        {("USD", "CAD", "2026-09-10"): 1.25, ("EUR", "CAD", "2026-09-10"): 1.5, ("USD", "CAD", "2026-09-11"): 1.26},
        "",
    )
    assert rates("ecb/daily.xml") == ({("EUR", "CAD", "2026-09-11"): 1.5, ("EUR", "USD", "2026-09-11"): 1.2}, "")
    history, problems = rates("ecb/history.csv")  # N/A is no rate; before 2014 nothing is read
    assert len(history) == 6 and history["EUR", "JPY", "2026-09-10"] == 170.25 and not problems


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (
            "bank_of_canada/rates.json",
            '"1.2500"',
            '"1,25"',
            "observation 1 = 'USD/CAD 2026-09-10: 1,25': is not an exchange",
        ),
        ("bank_of_canada/rates.json", "2026-09-11", "2026-09-31", "is not a day"),
        ("bank_of_canada/rates.json", "2026-09-11", "2026-09-10", "repeats a pair of currencies"),
        ("bank_of_canada/rates.json", "  ]\n}", "", "is not a whole answer"),
        ("bank_of_canada/rates.json", '{"v": "1.2500"}', "7", "is not a whole answer"),
        ("ecb/daily.xml", "'1.2'", "'-1.2'", "EUR/USD 2026-09-11: -1.2"),
        ("ecb/daily.xml", "</gesmes:Envelope>", "", "ends early"),
        ("ecb/history.csv", "1.1,170.25,1.4,N/A,", "1.1,17", "line 3 = 'EUR/USD 2026-09-10: ?'"),
        ("ecb/history.csv", "2026-09-10", "10 September", "is not a day"),
    ],
)
def test_damaged_rates_are_refused(name, old, new, sentence):
    found, problems = rates(name, old, new)
    assert sentence in problems and not found


# --- Statistics Canada ---------------------------------------------------------------------------------------------

EXPORTS = (ROOT / "tests/readers/statistics_canada/lumber.json").read_bytes()


def test_statistics_canada_gives_exports_in_millions_and_where_each_stands(seeds):
    reading = read(Content("wds.json", EXPORTS), seeds["countries"], dataset="trade_canada_exports_cad")
    rows = reading.tables["trade_canada_exports_cad"]
    assert not reading.problems and reading.source_id == "statcan-12-10-0182-2026-11-04"
    assert rows.set_index("month")["exports_to_us_cad_million"].to_dict() == {  # October is not there yet
        "2026-07": 994.321, "2026-08": 1001.234, "2026-09": 987.654,
    }  # fmt: skip
    assert list(reading.cells["trade_canada_exports_cad"])[1] == "/0/object/vectorDataPoint/1/value"
    replaced = into(seeds, reading)["trade_canada_exports_cad"]
    july = replaced.query("month == '2026-07' and series == 'lumber_sawmill'")
    assert list(july["exports_to_us_cad_million"]) == [994.321], "the publisher's figure takes the place of the copy"
    assert len(replaced) == len(seeds["trade_canada_exports_cad"]) + 2


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"value": 994321', b'"value": "994321"', "2026-07-01 = '994321': is no amount"),
        (b'"value": 994321', b'"value": -1', "2026-07-01 = '-1': is no amount"),
        (b'"value": null', b'"value": 1.5, "refPer": "2026-09-01"', "repeats a month"),
        (b'"statusCode": 1', b'"statusCode": 0', "2026-10-01 = 'None': is no amount"),
        (b'"vectorId": 1863677803', b'"vectorId": 1', "is of a series that is not held"),
        (b'"status": "SUCCESS"', b'"status": "FAILED"', "is not a whole answer"),
        (b"]}}]", b"]}", "is not a whole answer"),
    ],
)
def test_a_damaged_answer_of_statistics_canada_is_refused(seeds, old, new, sentence):
    data = EXPORTS.replace(b"\n", b"").replace(old, new, 1) if old != b"]}}]" else EXPORTS[:-4]
    reading = read(Content("wds.json", data), seeds["countries"], dataset="trade_canada_exports_cad")
    assert not reading.tables and any(sentence in problem.sentence() for problem in reading.problems), [
        problem.sentence() for problem in reading.problems
    ]


# --- Eurostat by function, the European Defence Agency, the Census Bureau -----------------------------------------


def sample(name: str) -> Content:
    path = ROOT / "tests/readers" / name
    data = path.read_bytes()
    return content_of(read_limited(data, path.name), path.name, data)


def shares(reading) -> dict:
    return reading.spending.set_index(["iso3", "year"])["value"].to_dict()


def test_eurostat_gives_the_function_defence_as_a_publisher_of_its_own(seeds):
    reading = read(sample("eurostat_cofog/gov_10a_exp.json"), seeds["countries"])
    assert (reading.publisher, reading.edition, reading.source_id) == (
        "EUROSTAT_COFOG",
        "2026-02",
        "eurostat-cofog-2026-02",
    )
    assert shares(reading) == {
        ("DEU", 2023): 1.2, ("DEU", 2024): 1.4, ("FRA", 2023): 1.9, ("FRA", 2024): 2.0, ("GRC", 2024): 2.6,
    }  # fmt: skip
    estimates = reading.spending[reading.spending["is_estimate"]]
    assert list(zip(estimates["iso3"], estimates["year"], strict=True)) == [("DEU", 2024)]


def test_the_defence_agency_gives_ratios_of_two_sheets_as_per_cent(seeds):
    reading = read(sample("eda/defence_data.xlsx"), seeds["countries"])
    assert (reading.publisher, reading.edition, reading.title) == ("EDA", "2025-09", "Defence Data 2025")
    assert shares(reading) == {  # 2013 is before the first year, a dash is no figure, Ireland no ally
        ("BEL", 2021): 1.09, ("BEL", 2025): 1.51, ("CZE", 2025): 2.03, ("HRV", 2025): 2.02, ("LUX", 2025): 0.77,
    }  # fmt: skip
    estimates = reading.spending.loc[reading.spending["is_estimate"], "iso3"]
    assert list(estimates) == ["CZE"], "two stars are a note"
    assert reading.cells["spending"].iloc[0] == "Billions!H3"


def test_a_damaged_workbook_of_the_agency_is_refused(seeds):
    content = sample("eda/defence_data.xlsx")
    members = [list(row) for row in content.sheets["Member States 2025"]]
    members[3][4] = 1.51
    damaged = Content(content.name, content.data, {**content.sheets, "Member States 2025": members})
    (problem,) = read(damaged, seeds["countries"]).problems
    assert "Member States 2025!E4 = '1.51': is no ratio of GDP." in problem.sentence()
    members[2][4] = "Share"
    assert recognise(Content(content.name, content.data, {"Member States 2025": members})) is None


def test_the_census_gives_months_and_a_whole_year_by_chapter(seeds):
    reading = read(sample("census/hs2.json"), seeds["countries"], dataset="trade_us_imports")
    rows = reading.tables["trade_us_imports"]
    values = rows.set_index(["period", "origin", "code", "measure"])["value"].to_dict()
    assert values == {  # the year so far is no year; other origins are not held
        ("2025", "CAN", "44", "imports_consumption_usd"): 13e6,
        ("2025-12", "CAN", "44", "calculated_duty_usd"): 10, ("2025-12", "CAN", "44", "imports_consumption_usd"): 1e6,
        ("2026-07", "CAN", "01", "calculated_duty_usd"): 1200, ("2026-07", "CAN", "01", "imports_consumption_usd"): 350000,
        ("2026-07", "CAN", "44", "calculated_duty_usd"): 0, ("2026-07", "CAN", "44", "imports_consumption_usd"): 1.2e6,
        ("2026-07", "DEU", "87", "calculated_duty_usd"): 5, ("2026-07", "DEU", "87", "imports_consumption_usd"): 77,
    }  # fmt: skip
    assert set(rows.loc[rows["period"] == "2025", "frequency"]) == {"annual"}
    assert reading.source_id == "us-census-imports-2026-07"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"1200000"', b'"1,200,000"', "line 2 = '1,200,000': is no amount."),
        (b'"350000"', b"null", "line 3 = 'None': is no amount."),
        (b'"44"', b'"4407110000"', "is no HS chapter."),
        (b'"2025-12"', b'"2026-07"', "repeats a value."),
        (b', "1220"]', b"]", "is not a whole answer of the Census Bureau's API."),
        (b"]]", b"]", "is not a whole answer of the Census Bureau's API."),
    ],
)
def test_a_damaged_answer_of_the_census_is_refused(seeds, old, new, sentence):
    content = sample("census/hs2.json")
    damaged = Content(content.name, content.data.replace(old, new, 1 if b"]]" not in old else -1))
    reading = read(damaged, seeds["countries"], dataset="trade_us_imports")
    assert not reading.tables and sentence in " ".join(problem.sentence() for problem in reading.problems)
