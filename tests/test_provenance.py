"""A figure changed by hand never looks like its publisher's own, in any chart, file or answer, until that is back."""

import io
import json
import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pytest
from test_share_files import ADDRESS, NOBODY

from dashboard.charts import all_charts
from dashboard.citations import citation
from dashboard.drawing import draw
from dashboard.web.api import charts, datasets, query, rates
from dashboard.web.request_response import DataRequest
from dashboard.web.share import files, slide, view, workbook
from etl.datasets import all_datasets
from etl.ledger.provenance import OWN, marked

DAY = date(2026, 11, 21)
WHO = "A. Tremblay"
SAID = f"changed by {WHO} in release 2"
SHARE = {"publisher": "NATO", "edition": "2026-07", "iso3": "CAN", "year": 2026, "measure": "share_of_gdp_pct"}


def publish(ledger, message="a change", extra=None, **changed):
    """A person's upload: by dataset, what is done to its table."""
    tables = {}
    for name, change in changed.items():
        tables[name] = ledger.at(ledger.newest()).table(all_datasets()[name]).copy()
        change(tables[name])
    return ledger.publish(tables, author=WHO, message=message, extra={"source": "nato-2026-07", **(extra or {})})


def setting(value, **where):
    """Sets the value of rows."""

    def change(table):
        rows = pd.Series(True, index=table.index)
        for column, wanted in where.items():
            rows &= table[column] == wanted
        assert rows.any()
        table.loc[rows, "value"] = value

    return change


def times(factor, column, **where):
    def change(table):
        rows = table[column].notna()
        for name, wanted in where.items():
            rows &= table[name].isin(wanted)
        assert rows.any()
        table.loc[rows, column] = table.loc[rows, column] * factor

    return change


def another_title(table):
    table["title"] = table["title"] + " (changed)"


def for_all(table):
    table["usmca"] = table["usmca"].where(table.index % 2 == 0, "any")


KINDS = {
    "spending": {"spending": times(1.01, "value", iso3=["CAN"])},
    "tariffs": {"tariff_events": another_title, "tariff_steps": times(1.1, "rate_pct"), "tariff_lines": for_all},
    "pledges": {"pledges": times(1.01, "value_pct"), "targets": times(1.01, "value_pct"), "deadlines": another_title},
    "one of four shares, and trade": {
        "spending": times(1.01, "value", iso3=["CAN"], year=[2026], measure=["equipment_share_pct"]),
        "trade_us_imports": times(1.01, "value"),
    },
}
"""What a person changes, by a kind of figure: every chart that then shows another figure must say so."""
NOT_FIGURES = [
    "source_id",
    "changed",
    "same_number",
    "same_number_said",
]  # a pledge that no more holds a claim's number is not shown


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_that_shows_a_changed_figure_says_who_changed_it(own_ledger, ledger, kind):
    number = publish(own_ledger, **KINDS[kind]).number
    shown = []
    for name, chart in all_charts().items():
        days = {day: DAY for day in ("on", "known") if day in chart.Params.model_fields}
        params = chart.Params(**days).explicit(ledger.at(1))
        before, after = draw(ledger, name, params, 1), draw(own_ledger, name, params, number)
        assert not before.changes and "changed" not in before.rows
        own, now = (one.rows.drop(columns=NOT_FIGURES, errors="ignore") for one in (before, after))
        if not own.equals(now):
            shown.append(name)
            assert SAID in after.credit_line, name
            assert after.rows["changed"].eq(SAID).any(), name
        assert not after.rows["source_id"].str.contains("~").any(), "marks are for us"
    assert shown


@pytest.mark.slow
def test_the_mark_stays_until_the_publishers_figure_is_back(few_ledger):
    def marks():
        return marked(few_ledger, few_ledger.newest()).sql(
            "SELECT iso3, source_id FROM spending WHERE source_id LIKE '%~%' ORDER BY iso3"
        )

    was = (
        few_ledger.at(1)
        .sql(
            "SELECT value FROM spending WHERE publisher = 'NATO' AND edition = '2026-07' AND iso3 = 'CAN' AND year = 2026"
            " AND measure = 'share_of_gdp_pct'"
        )["value"]
        .iloc[0]
    )
    assert marked(few_ledger, 1) is few_ledger.at(1) or not marked(few_ledger, 1).marks
    publish(few_ledger, spending=setting(9.0, **SHARE))
    assert marks()["source_id"].tolist() == ["nato-2026-07~2"]
    publish(few_ledger, spending=setting(8.0, **SHARE | {"iso3": "DNK"}))
    assert marks()["source_id"].tolist() == ["nato-2026-07~2", "nato-2026-07~3"]
    publish(few_ledger, spending=setting(7.0, **SHARE))
    assert marks()["source_id"].tolist() == ["nato-2026-07~4", "nato-2026-07~3"]
    few_ledger.rollback(2, author="B", message="back")
    assert marks()["source_id"].tolist() == ["nato-2026-07~2"]
    publish(few_ledger, spending=setting(was, **SHARE))
    assert marks().empty
    publish(few_ledger, spending=setting(9.0, **SHARE))
    own = {OWN: {"publisher": "NATO", "edition": "2026-07"}}
    publish(few_ledger, extra=own, spending=setting(8.5, **SHARE | {"iso3": "DNK"}))  # its file has Canada as changed
    assert marks().empty
    assert marked(few_ledger, 4).marks.keys() == {3, 4}, "a release that was asked before goes on saying the same"


@pytest.mark.slow
def test_what_the_seeds_say_and_new_rows_under_a_source_of_their_own_are_no_change(few_ledger, few_seeds, monkeypatch):
    def add(source):
        def change(table):
            table.loc[len(table)] = table.iloc[0]
            for column, value in (SHARE | {"iso3": "ISL", "value": 0.1, "source_id": source}).items():
                table.loc[len(table) - 1, column] = value

        return change

    def new_source(table):
        table.loc[len(table)] = table.iloc[0]
        table.loc[len(table) - 1, "source_id"] = "ministry-2026"

    publish(few_ledger, sources=new_source, spending=add("ministry-2026"))
    assert not marked(few_ledger, 2).marks
    few_ledger.rollback(1, author="B", message="back")
    publish(few_ledger, spending=add("nato-2026-07"))
    assert marked(few_ledger, 4).marks.keys() == {4}


@pytest.fixture
def changed(own_ledger, monkeypatch):
    """A ledger in which Canada's share of 2026 and a tariff step are changed, as every route asks it."""
    step = times(1.1, "rate_pct")
    publish(own_ledger, spending=setting(9.99, **SHARE), tariff_steps=step)
    for module in (query, charts, files, workbook, slide, view):
        monkeypatch.setattr(module, "ledger", lambda: own_ledger)
    view.ledger_name.cache_clear()
    return own_ledger


def asked(route, path="/", names=None, **questions):
    return route(DataRequest(path, names or {}, tuple(questions.items()), "", "en"))


@pytest.mark.slow
def test_every_file_of_a_chart_says_it(changed):
    drawing = draw(changed, "spending-trend", all_charts()["spending-trend"].Params(), 2)
    assert SAID in drawing.credit_line and "9.99" in drawing.title
    said = citation(drawing, ADDRESS, changed.release(2).published_at, DAY)
    assert f"Not all as published: {SAID}." in said
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(drawing, NOBODY, ADDRESS)))
    assert SAID in {cell.value for row in book["Data"].iter_rows() for cell in row}
    assert any(SAID in str(row[1].value) for row in book["Notes"].iter_rows())
    packed = zipfile.ZipFile(io.BytesIO(files.archive(drawing, NOBODY, ADDRESS)))
    assert SAID in packed.read("LICENCE.txt").decode() and SAID in packed.read("citation-en.txt").decode()
    assert json.loads(packed.read("metadata.json"))["changed"][0]["author"] == WHO
    assert SAID in packed.read("spending-trend-release-2.csv").decode()
    answer = asked(charts.as_csv, names={"chart": "spending-trend"})
    assert SAID in answer.body.decode() and dict(answer.headers)["ledger-changed"] == SAID
    told = json.loads(asked(charts.as_json, names={"chart": "spending-trend"}).body)
    assert [(one["release"], one["author"]) for one in told["changed"]] == [(2, WHO)]
    assert [row["value"] for row in told["rows"] if row.get("changed")] == [9.99]


@pytest.mark.slow
def test_every_answer_about_a_dataset_says_it(changed):
    names, of = {"name": "spending"}, {"iso3": "CAN", "measure": "share_of_gdp_pct", "source_id": "nato-2026-07"}
    told = json.loads(asked(datasets.rows_in("json"), names=names, **of).body)
    by_hand = [row for row in told["rows"] if row["changed"]]
    assert [(row["value"], row["changed"], row["source_id"]) for row in by_hand] == [(9.99, SAID, "nato-2026-07")]
    assert told["changed"][0]["release"] == 2 and told["sources"]
    assert SAID in asked(datasets.rows_in("csv"), names=names, **of).body.decode()
    table = pd.read_parquet(io.BytesIO(asked(datasets.rows_in("parquet"), names=names, **of).body))
    assert table["changed"].dropna().tolist() == [SAID]
    untouched = json.loads(asked(datasets.rows_in("json"), names=names, **of, release="1").body)
    assert untouched["changed"] == [] and "changed" not in untouched["rows"][0]
    rate = json.loads(asked(rates.rate, product="softwood-lumber", on="2026-10-01", known="2026-10-10").body)
    assert [one["release"] for one in rate["changed"]] == [2]
    known = {source["source_id"] for source in rate["sources"]}
    assert {layer["source"] for layer in rate["layers"] if layer["source"]} <= known


def test_it_is_worked_out_once_a_release(few_ledger):
    publish(few_ledger, spending=setting(9.99, **SHARE))
    assert marked(few_ledger, 2) is marked(few_ledger, 2)
    assert marked(few_ledger, 1) is few_ledger.at(1), "without marks it is the release itself"
