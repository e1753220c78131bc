"""The offline edition: whole, linked within itself, the ledger's own figures, and nothing asked of any network."""

import hashlib
import json
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import barriers
from click.testing import CliRunner
from conftest import ROOT, environment

from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.menu import MENU
from dashboard.offline.__main__ import main
from dashboard.web.api import charts, formats
from etl.ledger.ledger import Ledger

CHARTS = ("spending-trend", "tariff-rate")


@pytest.fixture(scope="module")
def edition(seeded_store, tmp_path_factory) -> Path:
    """Three charts of the seeds, made as an operator makes it."""
    folder = tmp_path_factory.mktemp("offline") / "edition"
    command = [sys.executable, "-m", "etl", "site", str(folder), "--home", "ISL"]
    command += [part for chart in CHARTS for part in ("--chart", chart)]
    made = subprocess.run(command, cwd=ROOT, env=environment(seeded_store), capture_output=True, text=True, timeout=600)
    assert made.returncode == 0, made.stderr
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Links(HTMLParser):
    """Addresses that a page names, and the places it has."""

    def __init__(self, text: str):
        super().__init__()
        self.asked: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.asked += [said[name] for name in ("href", "src") if said.get(name)]
        self.ids |= {said["id"]} if said.get("id") else set()


@pytest.mark.slow
def test_every_page_and_view_is_there_in_both_languages_and_the_manifest_tells_each_file(edition):
    held = files(edition)
    for code in ("en", "fr"):
        assert {f"{code}/{name}.html" for name in (*MENU, "search")} <= set(held)
        assert {
            f"{code}/c/{chart}.{end}" for chart in CHARTS for end in ("html", "png", "svg", "csv", "xlsx", "json")
        } <= set(held)
    manifest = json.loads(held.pop("manifest.json"))
    assert manifest["release"] == 1
    assert manifest["sha256"] == {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
    with zipfile.ZipFile(edition.with_name("edition.zip")) as archive:
        assert {name.removeprefix("edition/") for name in archive.namelist()} == {*held, "manifest.json"}
        assert archive.read("edition/en/overview.html") == held["en/overview.html"]


@pytest.mark.slow
def test_links_lead_to_what_is_there(edition):
    pages = {path: Links(path.read_text()) for path in edition.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for address in page.asked:
            if address.startswith(("https://", "data:")):
                continue
            name, _hash, place = unquote(address).partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.is_file() or (place and place not in pages[target].ids):
                broken.append(f"{path.relative_to(edition)}: {address}")
    assert not broken


@pytest.mark.slow
def test_figures_are_the_ledgers_own(edition, ledger):
    params = all_charts()["spending-trend"].Params(countries=("ISL", "NATO_EUR_CAN", "USA"), target=("nato-2",))
    drawing = draw(ledger, "spending-trend", params, 1)
    written = (edition / "en/c/spending-trend.csv").read_bytes()
    assert written == formats.csv(drawing.rows, charts.DIGITS)
    assert drawing.title in json.loads((edition / "en/c/spending-trend.json").read_text())["title"]
    script = [sys.executable, "verify-spending-trend.py"]
    checked = subprocess.run(script, cwd=edition / "fr/c", capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["en/overview.html", "en/c/tariff-rate.html", "fr/sources.html", "fr/search.html"])
def test_a_page_opens_from_a_folder_without_any_request(edition, browser, name):
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((edition / name).as_uri())
    if "search" in name:
        every = page.locator("#found li:visible").count()
        page.fill("#q", "BOIS d'oeuvre")
        found = page.locator("#found li:visible").all_inner_texts()
        assert 0 < len(found) < every and str(len(found)) in page.locator("#count").inner_text()
    assert not errors and all(url.startswith(("file:", "data:")) for url in asked)
    assert barriers(page) == []
    page.close()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, seeded_store, monkeypatch):
    monkeypatch.setattr("dashboard.offline.__main__.ledger", lambda: Ledger(seeded_store))
    (tmp_path / "mine.txt").write_text("mine")
    refused = CliRunner().invoke(main, [str(tmp_path)])
    assert refused.exit_code == 1 and "not empty" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
