"""`verify.py` beside a view: the figures of every chart are found again in a real export, and a changed one is named."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
import requests
from test_charts import params_on_the_day

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import drawn_from
from dashboard.web.share.evidence import evidence_of, script_of
from dashboard.web.share.evidence_rules import RULES
from etl.datasets import all_datasets
from etl.export import export_zip
from etl.ledger import verify_script

CHARTS = list(all_charts().values())
ADDRESS, ZIP = "https://ledger.example/c/", "https://ledger.example/api/v1/releases/1.zip"
CANADA_2025 = (
    "publisher = 'NATO' AND edition = '2026-07' AND iso3 = 'CAN' AND year = 2025 AND measure = 'share_of_gdp_pct'"
)


@pytest.fixture(scope="module")
def export(ledger, tmp_path_factory) -> Path:
    """The release as anybody gets it."""
    target = tmp_path_factory.mktemp("export") / "release.zip"
    export_zip(ledger, 1, target, shareable_only=True)
    return target


def altered(export: Path, target: Path, change: Callable[[str], str | None]) -> Path:
    """The same zip with tables changed: `change(name)` is the query that gives a table anew from `held`; None leaves it."""
    with zipfile.ZipFile(export) as held, zipfile.ZipFile(target, "w") as out, duckdb.connect() as connection:
        for path in held.namelist():
            content, name = held.read(path), path.removeprefix("parquet/").rpartition("-")[0]
            if path.startswith("parquet/") and (query := change(name)):
                table = target.with_name("table.parquet")
                table.write_bytes(content)
                connection.execute(f"CREATE OR REPLACE TABLE held AS FROM '{table}'")
                connection.execute(f"COPY ({query}) TO '{table}' (FORMAT parquet)")
                content = table.read_bytes()
            out.writestr(path, content)
    return target


@pytest.fixture(scope="module")
def all_changed(export, tmp_path_factory) -> Path:
    """Every figure is another one, and every day the next."""

    def change(name: str) -> str:
        dataset = all_datasets()[name]
        kinds = {column: dataset.sql_type(column) for column in dataset.columns if column not in dataset.key}
        new = [f"{column} * 1.5 + 1 AS {column}" for column, kind in kinds.items() if kind == "DOUBLE"]
        new += [f"{column} + 1 AS {column}" for column, kind in kinds.items() if kind == "DATE"]
        return f"SELECT * REPLACE ({', '.join(new)}) FROM held" if new else "FROM held"

    return altered(export, tmp_path_factory.mktemp("changed") / "release.zip", change)


@pytest.fixture(scope="module")
def script(snapshot) -> Callable[..., dict]:
    """The script of a chart's default view, run as a module of its own: its names; made once."""

    @cache
    def run(chart, spoken="en") -> dict:
        with language.spoken(spoken):
            drawing = drawn_from(snapshot, chart.id, params_on_the_day(chart, snapshot))
            text = script_of(drawing, snapshot, ADDRESS + chart.id, ZIP)
        names = {"__name__": "verify"}
        exec(compile(text, f"verify-{chart.id}.py", "exec"), names)
        return names

    return run


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_every_figure_of_a_view_is_as_the_release_has_it(chart, script, export, all_changed, capsys):
    checked = script(chart)
    view, rows = checked["VIEW"], checked["VIEW"]["rows"]
    assert checked["main"]([str(export)], view) == 0
    said = capsys.readouterr().out
    figures = [view["columns"].index(name) for name in view["figures"]]
    there = sum(row[place] is not None for row in rows for place in figures)
    assert there and sum(line.startswith("    ") for line in said.splitlines()) == there, "each figure on a line"
    assert "No differences" in said and "DIFFERS" not in said
    assert view["inputs"] and all(question["tables"] for question in view["inputs"])
    assert checked["main"]([str(all_changed)], view) == 1
    assert "DIFFERS: input" in capsys.readouterr().out


def test_a_changed_figure_is_named_with_what_follows_from_it(script, export, tmp_path, capsys):
    change = f"SELECT * REPLACE (CASE WHEN {CANADA_2025} THEN 2.5 ELSE value END AS value) FROM held"
    changed = altered(export, tmp_path / "one.zip", lambda name: change if name == "spending" else None)
    checked = script(all_charts()["spending-trend"])
    assert checked["main"]([str(changed)], checked["VIEW"]) == 1
    said = capsys.readouterr().out
    assert "value was published as 2.03, here it is 2.5" in said and said.count("DIFFERS: row") == 1
    assert "DIFFERS: input 1" in said


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_every_rule_gives_the_figures_it_is_for(chart, script):
    view = script(chart)["VIEW"]
    of_it = {rule.column for rule in RULES if {rule.column, *rule.inputs} <= set(view["columns"])}
    straight = {cell for _place, _number, _keys, cells in view["found"] for cell in cells}
    assert of_it - straight <= view["rules"].keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chart_id", "query"),
    [
        ("spending-trend", {"transform": "index", "countries": "CAN,DEU"}),
        ("spending-trend", {"transform": "change", "publisher": "NATO,SIPRI"}),
        ("spending-revisions", {"revisions": "matrix"}),
        ("tariff-rate", {"hs": "7308"}),
        ("tariff-rate", {"product": "steel", "whatif": "US-232-METALS:off"}),
        ("pledge-path", {"known": "1949-01-01"}),
    ],
)
def test_other_views_are_as_the_release_has_them_too(chart_id, query, snapshot, export, capsys):
    chart = all_charts()[chart_id]
    params = links.params_of(chart.Params, query, snapshot).params.explicit(snapshot)
    names = {"__name__": "verify"}
    exec(script_of(drawn_from(snapshot, chart_id, params), snapshot, ADDRESS, ZIP), names)
    assert names["main"]([str(export)], names["VIEW"]) == 0
    assert "No differences" in capsys.readouterr().out


def test_a_zip_of_another_shape_is_told_in_a_sentence(script, export, tmp_path, capsys):
    other = altered(
        export, tmp_path / "other.zip", lambda name: "SELECT iso3 FROM held" if name == "spending" else None
    )
    checked = script(all_charts()["spending-trend"])
    assert checked["main"]([str(other)], checked["VIEW"]) == 1
    assert "DIFFERS: the tables in the zip can not be asked" in capsys.readouterr().out


def test_what_can_not_be_computed_again_is_said_to_be_checked_by_its_inputs_only(script, export, capsys):
    checked = script(all_charts()["tariff-rate"])
    assert checked["main"]([str(export)], checked["VIEW"]) == 0
    said = capsys.readouterr().out
    assert "[not re-computed: checked by its inputs only]" in said
    assert "How the program derives what is not re-computed here" in said


def test_a_wrong_rule_is_not_handed_out(snapshot):
    view = evidence_of(
        drawn_from(snapshot, "spending-gap", all_charts()["spending-gap"].Params().explicit(snapshot)),
        snapshot,
        ADDRESS,
        ZIP,
    )
    right = {"short_points": view["rules"]["short_points"]}
    assert verify_script.holding(view, [*right.items(), ("ncu_per_usd", "short_points * 2")]) == right


def test_a_script_needs_duckdb_and_nothing_else():
    imported = {
        (node.names[0].name if isinstance(node, ast.Import) else node.module).partition(".")[0]
        for node in ast.walk(ast.parse(Path(verify_script.__file__).read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - set(sys.stdlib_module_names) == {"duckdb"}


@pytest.fixture(scope="module")
def published(served, tmp_path_factory) -> Iterator[Path]:
    """The script of a pinned view in French, as its share page gives it."""
    page = requests.get(f"{served.url}/c/spending-gap?release=1&lang=fr", timeout=60).text
    link = (
        page.partition("/verify.py")[0].rpartition('href="')[2]
        + "/verify.py"
        + page.partition("/verify.py")[2].partition('"')[0]
    )
    answer = requests.get(served.url + link.replace("&amp;", "&"), timeout=60)
    assert answer.headers["content-type"].startswith("text/x-python")
    assert answer.headers["content-disposition"].startswith('attachment; filename="verify-spending-gap-')
    path = tmp_path_factory.mktemp("script") / "verify.py"
    path.write_bytes(answer.content)
    return path


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-I", str(script), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_a_reader_checks_a_view_by_addresses_alone(published, served):
    done = run(published)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Aucun écart" in done.stdout and f"{served.url}/c/spending-gap?" in done.stdout


def test_what_is_no_such_zip_is_told_in_a_sentence(published, tmp_path):
    (tmp_path / "note.zip").write_text("no zip")
    for place in ("nowhere.zip", str(tmp_path / "note.zip"), "http://localhost:9/release.zip"):
        done = run(published, place)
        assert done.returncode == 2 and place in done.stdout and "Traceback" not in done.stderr


def test_the_zip_of_a_release_is_for_anybody(served):
    answer = requests.get(f"{served.url}/api/v1/releases/1.zip", timeout=60)
    assert answer.headers["content-type"] == "application/zip" and "immutable" in answer.headers["cache-control"]
    assert requests.get(f"{served.url}/api/v1/releases/99.zip", timeout=60).status_code == 404
