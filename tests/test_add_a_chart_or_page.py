"""A chart and a page are added as CONTRIBUTING says, in a copy of the project: everything else finds them by looking."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from browser import CHART, PATIENCE_MS, chromium
from conftest import ROOT, serve

pytestmark = pytest.mark.browser

CHART_ID, CODE = "personnel-ranking", "personnel"
MODULE = '''
"""Military personnel of each ally in the last year of an edition."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _
from dashboard.topics.spending import StandingParams
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Personnel of each ally")
VIEW = View("personnel", N_("People under arms"), 9)

Params = StandingParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally: military personnel, thousand."""
    return snapshot.sql(
        """
        SELECT iso3, year, value, unit, publisher, edition, spending.source_id FROM spending JOIN countries USING (iso3)
        WHERE publisher = 'NATO' AND edition = $edition AND year = $year AND measure = 'military_personnel_thousand'
        ORDER BY value DESC
        """,
        edition=params.edition,
        year=params.year,
    )


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    fig = style.figure(_finding(rows), _("Thousand people"))
    return fig.add_bar(x=rows["iso3"].tolist(), y=rows["value"].tolist(), marker={"color": style.HOME})


def _finding(rows: pd.DataFrame) -> str:
    return _("{country} has the largest forces").format(country=labels.place(rows["iso3"].iloc[0]))


def summary(rows: pd.DataFrame, params: Params) -> str:
    return _finding(rows) + "."
'''
PAGE = '''
"""Personnel: how many serve."""

from dashboard.page import Page

page = Page("personnel")
page.title()
page.chart("personnel-ranking")
page.close()
'''
LINE = '    "personnel": Entry(N_("Forces"), N_("How many serve?"), "groups"),\n'
FRENCH = {
    "Personnel of each ally": "Effectifs de chaque allié",
    "People under arms": "Effectifs",
    "Thousand people": "Milliers de personnes",
    "{country} has the largest forces": "{country} : les effectifs les plus nombreux",
    "Forces": "Forces",
    "How many serve?": "Combien de personnes servent?",
}
ROOMS = ("app.py", "dashboard", "etl", "pages", "policy", "seeds", ".streamlit")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project as it would be with a new chart and a new page in it."""
    root = tmp_path_factory.mktemp("project")
    for room in ROOMS:
        if (ROOT / room).is_dir():
            shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / room).exists():
            shutil.copy(ROOT / room, root / room)
    (root / "dashboard/charts/personnel_ranking.py").write_text(MODULE.lstrip(), encoding="utf-8")
    (root / "pages/personnel.py").write_text(PAGE.lstrip(), encoding="utf-8")
    menu = root / "dashboard/menu.py"
    menu.write_text(
        menu.read_text(encoding="utf-8").replace('    "data": Entry', LINE + '    "data": Entry'), encoding="utf-8"
    )
    with (root / "dashboard/locales/fr/spending.po").open("a", encoding="utf-8") as file:
        file.writelines(f'\nmsgid "{text}"\nmsgstr "{french}"\n' for text, french in FRENCH.items())
    return root


@pytest.fixture(scope="module")
def copied(copy, seeded_store, tmp_path_factory):
    yield from serve(seeded_store, tmp_path_factory.mktemp("copied") / "log", root=copy)


def test_two_files_are_touched_for_each_and_french_beside_them(copy):
    files = {path.relative_to(copy) for room in ROOMS for path in (copy / room).rglob("*") if path.is_file()}
    touched = {
        str(path)
        for path in files
        if "__pycache__" not in path.parts
        and (not (ROOT / path).exists() or (ROOT / path).read_bytes() != (copy / path).read_bytes())
    }
    french = {"dashboard/locales/fr/spending.po"}
    assert touched - french == {"dashboard/charts/personnel_ranking.py", "pages/personnel.py", "dashboard/menu.py"}


@pytest.mark.slow
def test_the_chart_has_a_share_page_whose_link_presses_its_button(copied):
    page = requests.get(f"{copied.url}/c/{CHART_ID}?lang=fr", timeout=60)
    assert page.status_code == 200 and "les effectifs les plus nombreux" in page.text
    assert f"view={CODE}" in page.text
    assert CHART_ID in requests.get(f"{copied.url}/api/v1/charts", timeout=60).text


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "svg", "png", "pdf", "pptx"])
def test_the_chart_comes_in_every_file_format(copied, ending):
    answer = requests.get(f"{copied.url}/c/{CHART_ID}.{ending}", timeout=120)
    assert answer.status_code == 200 and len(answer.content) > 200


@pytest.mark.slow
def test_the_chart_stands_behind_its_button_and_the_page_in_the_menu(copied):
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{copied.url}/spending?view={CODE}&lang=fr")
        page.get_by_role("radio", name="Effectifs", checked=True).wait_for()
        page.locator("[data-testid=stMain] h2", has_text="les effectifs les plus nombreux").wait_for()
        page.get_by_role("link", name="Forces").first.click()
        page.locator("h1", has_text="Forces").wait_for()
        page.wait_for_selector(f"[data-testid=stMain] {CHART}")
        assert parse_qs(urlsplit(page.url).query)["lang"] == ["fr"]
