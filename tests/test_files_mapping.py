"""Columns, countries, numbers and words in English or French become the dataset's own."""

import pandas as pd
import pytest
from conftest import WITH_ROWS
from hypothesis import given
from hypothesis import strategies as st

from etl.contract import Dataset, day, flag, number, text, whole
from etl.contract.convert import convert
from etl.datasets import SEEDS, all_datasets, read_seed
from etl.files.cells import Sheet
from etl.files.countries import country_code
from etl.files.delimited import read_delimited
from etl.files.doubts import best_sheet
from etl.files.limits import Limits
from etl.files.mapping import suggest, to_frame
from etl.files.numbers import parse_number
from etl.files.places import places_of
from etl.files.table import Understood, understand
from etl.files.words import read_date, read_flag

SHARES = Dataset(
    name="shares",
    title="Shares",
    description="Shares of GDP.",
    key=("iso3", "year", "measure"),
    min_rows=1,
    references={"ally": "countries.iso3"},
    fields={
        "iso3": text("Country"),
        "year": whole("Year", ge=1949, le=2040),
        "measure": text("Measure", choices=("share_of_gdp_pct", "real_change_pct")),
        "value": number("Value", nullable=True, unit="%"),
        "is_estimate": flag("Estimate"),
        "source_id": text("Source"),
    },
)
PLEDGES = Dataset(
    name="promises",
    title="Promises",
    description="Promises.",
    key=("iso3",),
    min_rows=1,
    fields={
        "iso3": text("Country"),
        "made_on": day("Day"),
        "is_met": flag("Met"),
        "amount": number("Amount", unit="million US dollars"),
    },
)


def table(content: str) -> Understood:
    read = read_delimited(content.encode(), Limits())
    return understand("t.csv", len(content), {"": Sheet("", read["rows"])}, read)


def test_french_columns_in_any_order_become_the_dataset():
    understood = table(
        "Source;Valeur (%);Pays;Année;Indicateur\n"
        "otan-2025;2,01 %;Canada;2025e;Part du PIB\n"
        "otan-2025;3,22;Danemark*;2025;part du pib\n"
        "otan-2025;−1,2;États-Unis;2025;Variation réelle\n"
        "otan-2025;..;République slovaque;2024;Part du PIB\n"
    )
    mapping = suggest(understood.columns, SHARES)
    assert mapping == {
        "Source": "source_id",
        "Valeur (%)": "value",
        "Pays": "iso3",
        "Année": "year",
        "Indicateur": "measure",
    }
    frame, problems = to_frame(understood, SHARES, mapping)
    assert problems == []
    assert frame.to_numpy().tolist() == [
        ["CAN", "2025", "share_of_gdp_pct", "2.01", "true", "otan-2025"],
        ["DNK", "2025", "share_of_gdp_pct", "3.22", "false", "otan-2025"],
        ["USA", "2025", "real_change_pct", "-1.2", "false", "otan-2025"],
        ["SVK", "2024", "share_of_gdp_pct", "", "false", "otan-2025"],
    ]
    typed, unconverted = convert(frame, SHARES)
    assert not unconverted
    assert typed["value"].sum() == pytest.approx(4.03)


def test_a_table_with_a_column_a_year_becomes_long():
    understood = table("country,2023,2024,2025e\nCanada,1.31,1.47,2.01\nNATO Total,2.6,,2.76\n")
    frame, problems = to_frame(understood, SHARES, fixed={"measure": "share of GDP", "source_id": "nato"})
    assert problems == []
    assert frame[["iso3", "year", "value", "is_estimate"]].to_numpy().tolist() == [
        ["CAN", "2023", "1.31", "false"],
        ["CAN", "2024", "1.47", "false"],
        ["CAN", "2025", "2.01", "true"],
        ["NATO_TOTAL", "2023", "2.6", "false"],
        ["NATO_TOTAL", "2025", "2.76", "true"],
    ]
    assert frame.index.tolist() == [2, 2, 2, 3, 3]


def test_years_below_a_group_name_are_years_unless_there_are_two_groups():
    assert suggest(["Country", "Share of GDP 2024", "Share of GDP 2025e"], SHARES) == {
        "Country": "iso3",
        "Share of GDP 2024": "year=2024",
        "Share of GDP 2025e": "year=2025",
    }
    assert set(suggest(["Share of GDP 2024", "Equipment 2024"], SHARES).values()) == {None}
    frame, _ = to_frame(table("Country,Share of GDP 2024,Share of GDP 2025e\nCanada,1.4,2\n"), SHARES)
    assert frame["is_estimate"].tolist() == ["false", "true"]


def test_every_problem_of_the_mapping_is_told_at_once():
    understood = table("iso3;year;country;what;value\nCAN;2025;Canada;x;2,01\nDNK;2025;Denmark;y;3.22\n")
    mapping = {"iso3": "iso3", "year": "year", "country": "iso3", "what": None, "value": "value"}
    _, problems = to_frame(understood, SHARES, mapping)
    assert [problem.sentence() for problem in problems] == [
        "t.csv, row 1, column country: would be the same column as “iso3”. Choose one of the two, and leave the other out.",
        "t.csv, row 1, column what: is no column we know. Choose what it is, or leave it out. "
        "Not yet assigned: measure, is_estimate, source_id.",
        "shares, row 3, column value = '3.22': is not a number with the decimal mark “,” that the rest of the table has. "
        "Write all numbers with one decimal mark, or choose the other one.",
    ]
    left_out = to_frame(understood, SHARES, mapping | {"country": "", "what": ""})[1]
    assert [problem.row for problem in left_out] == [3]


def test_whole_numbers_lose_an_empty_fraction_only():
    frame, _ = to_frame(table("iso3,year,value\nCAN,2025.0,2.0\nDNK,2025.5,3\n"), SHARES)
    assert frame[["year", "value"]].to_numpy().tolist() == [["2025", "2.0"], ["2025.5", "3"]]


def test_the_decimal_mark_chosen_by_the_person_counts():
    understood = table('iso3,value\nCAN,"1,370"\n')
    assert to_frame(understood, SHARES)[0]["value"].tolist() == ["1370"]
    assert to_frame(understood, SHARES, decimal=",")[0]["value"].tolist() == ["1.370"]


def test_marks_that_contradict_the_table_are_problems():
    _, problems = to_frame(table("iso3,year,value,is_estimate\nCAN,2025,2.01e,no\n"), SHARES)
    assert "although a number in this row carries the mark e" in problems[0].sentence()
    _, problems = to_frame(table("iso3,amount\nCAN,2.01 %\n"), PLEDGES)
    assert "carries a percent sign, but this column is in million US dollars." in problems[0].sentence()


def test_dates_and_flags_in_both_languages():
    understood = table("pays;made_on;is_met;amount\nUK;1er octobre 2025;oui;1 234,5\nTurkey;07/10/2025;peut-être;2\n")
    frame, problems = to_frame(understood, PLEDGES)
    assert frame.to_numpy().tolist() == [
        ["GBR", "2025-10-01", "true", "1234.5"],
        ["TUR", "07/10/2025", "peut-être", "2"],
    ]
    assert not problems
    assert [problem.column for problem in convert(frame, PLEDGES)[1]] == ["made_on", "is_met"]


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("2,01 %", ",", ("2.01", True, False)),
        ("2.01", ".", ("2.01", False, False)),
        ("3.38 (e)", ".", ("3.38", False, True)),
        ("1.37e", ".", ("1.37", False, True)),
        ("2,01 % (e)", ",", ("2.01", True, True)),
        ("2025e", ".", ("2025", False, True)),
        ("−1.2", ".", ("-1.2", False, False)),
        ("1\u00a0234\u00a0567,8", ",", ("1234567.8", False, False)),
        ("1\u202f234", ",", ("1234", False, False)),
        ("1,234,567.5", ".", ("1234567.5", False, False)),
        ("1’234.5", ".", ("1234.5", False, False)),
        ("1e400", ".", ("1e400", False, False)),
        ("1,5E3", ",", ("1.5E3", False, False)),
        (".5", ".", ("0.5", False, False)),
        ("-0,0", ",", ("0.0", False, False)),
        ("+3", ".", ("3", False, False)),
        ("0.9 b", ".", ("0.9", False, False, "b")),
        ("1,2\u00a0ep", ",", ("1.2", False, True, "ep")),
        ("1.2 s", ".", ("1.2", False, True, "s")),
        ("47 136 p", ".", ("47136", False, False, "p")),
    ],
)
def test_numbers_as_people_write_them(text, decimal, expected):
    assert parse_number(text, decimal) == (*expected, "")[:4]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "..",
        "1,37",
        "1 37",
        "1,2345",
        "12,34,567",
        "0,370",
        "(1.2)",
        "NaN",
        "inf",
        "1.2.3",
        "e",
        "%",
        "٣",
        "2029-30",
        "1 234,567",
        "0x1F",
        "0.9b",
        "0.9 B",
        "12 bn",
        "5 m",
        "b",
        ": c",
    ],
)
def test_what_is_no_number_under_a_decimal_point(text):
    assert parse_number(text, ".") is None


@given(
    st.decimals(-(10**9), 10**9, places=3),
    st.sampled_from(["", "\u00a0", "\u202f", " ", "'", "’"]),
    st.sampled_from(".,"),
)
def test_a_number_written_with_any_grouping_reads_back(value, group, decimal):
    written = f"{value:,}".replace(".", "#").replace(",", group).replace("#", decimal)
    assert float(parse_number(written, decimal).text) == float(value)


@pytest.mark.parametrize(
    ("name", "code"),
    {
        "CAN": "CAN",
        "ca": "CAN",
        "Canada": "CAN",
        "Czechia": "CZE",
        "Czech Republic": "CZE",
        "Tchéquie": "CZE",
        "République tchèque": "CZE",
        "Slovak Republic": "SVK",
        "Slovaquie": "SVK",
        "Türkiye": "TUR",
        "TURKEY": "TUR",
        "Turquie": "TUR",
        "United States of America": "USA",
        "United States": "USA",
        "États-Unis": "USA",
        "US": "USA",
        "UK": "GBR",
        "Royaume-Uni": "GBR",
        "The Netherlands": "NLD",
        "Pays-Bas": "NLD",
        "North Macedonia": "MKD",
        "Macédoine du Nord": "MKD",
        "Allemagne*": "DEU",
        "Grèce": "GRC",
        "Norvège": "NOR",
        "Monténégro": "MNE",
        "NATO Total*": "NATO_TOTAL",
        "NATO Europe and Canada": "NATO_EUR_CAN",
        "NATO_EUR_CAN": "NATO_EUR_CAN",
        "Namibia": "NAM",
        "NA": "NAM",
        "Atlantis": None,
        "": None,
    }.items(),
)
def test_countries_in_both_languages(name, code):
    assert country_code(name) == code


def test_every_ally_is_known_by_its_cldr_name_in_both_languages():
    from babel import Locale

    allies = [
        "AL",
        "BE",
        "BG",
        "CA",
        "HR",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IS",
        "IT",
        "LV",
        "LT",
        "LU",
        "ME",
        "NL",
        "MK",
        "NO",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "TR",
        "GB",
        "US",
    ]
    for language in ("en", "fr", "fr_CA"):
        names = Locale.parse(language).territories
        assert all(country_code(names[two]) == country_code(two) != None for two in allies)  # noqa: E711
    assert len({country_code(two) for two in allies}) == 32


@pytest.mark.parametrize(
    ("text", "iso"),
    {
        "2025-06-25": "2025-06-25",
        "2025/6/25": "2025-06-25",
        "25 June 2025": "2025-06-25",
        "7 oct. 2025": "2025-10-07",
        "October 7, 2025": "2025-10-07",
        "1er août 2025": "2025-08-01",
        "2025-06-25 00:00:00": "2025-06-25",
        "25/06/2025": "25/06/2025",
        "2025-13-01": "2025-13-01",
        "31 juin 2025": "31 juin 2025",
        "2025": "2025",
    }.items(),
)
def test_dates_with_one_reading_become_iso(text, iso):
    assert read_date(text) == iso


def test_flags():
    assert [read_flag(word) for word in ("Oui", "vrai", "X", "1", "non", "FALSE", "0", "maybe")] == ["true"] * 4 + [
        "false"
    ] * 3 + ["maybe"]


def test_the_sheet_that_fits_the_dataset_is_found():
    notes = Sheet("Notes", [["Column", "Meaning"], *[[f"c{n}", "x"] for n in range(30)]])
    data = Sheet("Data", [["iso3", "year", "value"], ["CAN", 2025.0, 2.01]])
    understood = understand("t.xlsx", 1, {"Notes": notes, "Data": data}, {"kind": "xlsx"})
    assert understood.sheet == "Notes"
    best, rivals = best_sheet(understood, SHARES)
    assert best.sheet == "Data" and rivals == []
    frame, _ = to_frame(best, SHARES)
    assert frame.loc[2, ["iso3", "year", "value"]].tolist() == ["CAN", "2025", "2.01"]
    assert isinstance(frame, pd.DataFrame)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ROWS)
def test_every_seed_uploaded_as_it_is_stays_as_it_is(name, seeds):
    dataset = all_datasets()[name]
    read = read_delimited((SEEDS / f"{name}.csv").read_bytes(), Limits())
    understood = understand(name, 1, {"": Sheet("", read["rows"])}, read)
    frame, problems = to_frame(understood, dataset, places=places_of(dataset, seeds))
    assert [*understood.problems, *problems] == []
    seed = read_seed(dataset)
    pd.testing.assert_frame_equal(frame.reset_index(drop=True), seed[list(frame.columns)].astype("str"))
