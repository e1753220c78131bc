"""A briefing: its address, its files read back against the API's answers, its page, and the command that makes it."""

import io
import re
import subprocess
import sys
import unicodedata
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from browser import PATIENCE_MS, barriers, open_live, until_live
from conftest import environment
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation
from pypdf import PdfReader

from dashboard import briefing, language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import number
from dashboard.web.api import charts, query
from dashboard.web.pack import content, section
from dashboard.web.pack.note import note
from dashboard.web.pack.patience import patient
from dashboard.web.pack.slides import slides
from dashboard.web.share import view
from dashboard.web.share.browser import HeadlessBrowser
from dashboard.web.share.images import Pictures
from dashboard.web.share.native_chart import native_chart

LINKS = ("/c/spending-trend?countries=CAN,DNK", "/c/spending-ranking", "/tariffs?product=softwood-lumber")
VIEWS = tuple(view for link in LINKS for view in briefing.views_in(link))
SPACES = re.compile(r"\s+")
DECIMAL = r"\d[\d,]*\.\d+"


# --- the address -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "views"),
    [
        ("https://x.example/c/spending-trend?countries=CAN&lang=fr&theme=dark", ["spending-trend?countries=CAN"]),
        ("/c/spending-trend.png?countries=CAN&release=1&size=slide", ["spending-trend?countries=CAN&release=1"]),
        ("/embed/spending-ranking", ["spending-ranking"]),
        ("/spending?view=ranking&countries=CAN,USA", ["spending-ranking?countries=CAN,USA"]),
        ("/pledges?country=DNK", ["pledge-path?country=DNK"]),
        ("spending-trend?countries=CAN", ["spending-trend?countries=CAN"]),
        ("/pack?title=x&view=spending-ranking&view=spending-trend?countries=CAN%26release=1",
         ["spending-ranking", "spending-trend?countries=CAN&release=1"]),
        ("/spending?view=nothing", []),
        ("/data", []),
        ("https://x.example", []),
        ("no link", []),
        ("/c/no-such-chart?x=1", []),
    ],
)  # fmt: skip
def test_every_address_of_a_view_is_taken(link, views):
    assert briefing.views_in(link) == views


def test_an_address_says_the_views_again():
    views = ["spending-trend?countries=CAN,USA&release=1", "tariff-rate?hs=7308.90.30&on=2026-01-01&release=1"]
    address = briefing.address(views, title="A & B: 2 %", since="")
    assert briefing.views_in(address) == views
    assert parse_qs(urlsplit(address).query)["title"] == ["A & B: 2 %"] and "since" not in address
    assert briefing.from_one(briefing.in_one(views)) == views


def test_a_briefing_is_bounded_by_number_and_by_length():
    many = [f"spending-trend?since={year}" for year in range(1990, 2020)]
    held, whole = briefing.added((), many)
    assert (held, whole) == (many[: briefing.MOST_VIEWS], False)
    long = [f"tariff-rate?product={'x' * 900}{place}" for place in range(10)]
    held, whole = briefing.added((), long)
    assert not whole and held == long[: len(held)] and len(briefing.address(held)) <= briefing.LONGEST_ADDRESS
    assert briefing.added(many[:2], many[:1]) == (many[:2], True), "each view once"


# --- native charts -----------------------------------------------------------------------------------------------------


NATIVE = ("spending-trend", "spending-ranking", "spending-breakdown", "spending-gap", "softwood-companies")
NATIVE += ("pledge-path", "pledge-cost", "pledge-backsolve")


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts())
@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_a_native_chart_holds_figures_of_its_table_alone(chart, spoken, ledger):
    with language.spoken(spoken):
        drawing = draw(ledger, chart, all_charts()[chart].Params(), 1)
        made = native_chart(drawing)
    if chart in NATIVE:
        assert made is not None, "lines and bars are native"
    if made is None:
        return
    numbers = [
        float(value) for column in drawing.rows.select_dtypes("number") for value in drawing.rows[column].dropna()
    ]
    for one in made.series:
        assert one.name and one.points
        for point in one.points.values():
            assert any(
                abs(point.value * scale - value) < 1e-6 * max(1, abs(value)) for value in numbers for scale in (1, 1000)
            )


# --- the files, against the API ----------------------------------------------------------------------------------------


def words(text: str) -> str:
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()  # a PDF has ligatures


def written(answer: dict, column: str, value: object, spoken: str) -> list[str]:
    """How a value of the API may stand in a table."""
    if value is None:
        return [""]
    with language.spoken(spoken):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return [str(value), *(words(number(value, digits)) for digits in range(5))]
    return []


def told_by_the_api(served, address: str) -> dict:
    parts = urlsplit(address)
    return requests.get(f"{served.url}{parts.path}.json?{parts.query}", timeout=120).json()


def check_table(cells: list[list[str]], answer: dict) -> int:
    """Whether every number of a table is the API's, in its row and under its header; how many were held against it."""
    headers = {words(column["header"]): column["name"] for column in answer["columns"]}
    names = [headers[words(text)] for text in cells[0]]
    figures = [name for name in names if any(isinstance(row[name], float) for row in answer["rows"])]
    held = 0
    for row in cells[1:]:
        shown = dict(zip(names, map(words, row), strict=True))
        alike = [
            one for one in answer["rows"]
            if all(shown[name] in written(answer, name, one[name], answer["language"]) for name in figures)
        ]  # fmt: skip
        assert alike, f"{shown} stands in no row of the API's answer"
        held += len(figures)
    return held


@pytest.fixture(scope="module")
def files(served):
    """The briefing in every form, in both languages side by side."""

    def fetch(form: str, languages: str = "both") -> bytes:
        address = briefing.address(VIEWS, f".{form}", languages=languages, title="Note 7 & 8")
        answer = requests.get(served.url + address, timeout=300)
        assert answer.status_code == 200, answer.text[:500]
        assert f"-{languages}.{form}" in answer.headers["content-disposition"]
        return answer.content

    return fetch


@pytest.mark.browser
def test_every_number_of_a_word_document_is_the_apis(served, files):
    document = Document(io.BytesIO(files("docx")))
    texts = [words(paragraph.text) for paragraph in document.paragraphs]
    rels = document.part.rels.values()
    addresses = list(dict.fromkeys(rel.target_ref for rel in rels if rel.is_external and "/c/" in rel.target_ref))
    assert len(addresses) == 2 * len(VIEWS), "each view in each language has its pinned address"
    answers = [told_by_the_api(served, address) for address in addresses]
    for answer in answers:
        assert answer["release"] == 1 and words(answer["title"]) in texts and words(answer["summary"]) in texts
        assert any(words(answer["credit_line"]) in text for text in texts)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert len(tables) == len(answers), "nothing changed before the first release: no table more"
    assert sum(check_table(table, answer) for table, answer in zip(tables, answers, strict=True)) > 20
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "List Bullet", "Source"} <= styles
    assert document.core_properties.title == "Note 7 & 8"
    charts = [part for part in document.part.package.iter_parts() if part.content_type.endswith("chart+xml")]
    assert len(charts) == 4, "lines and bars are native in both languages"
    shown = [one.get("descr") for one in document.element.iter(qn("wp:docPr"))]
    assert sorted(map(words, shown)) == sorted(words(answer["summary"]) for answer in answers)
    spoken = {one.get(qn("w:val")) for one in document.element.iter(qn("w:lang"))}
    assert spoken == {"en-CA", "fr-CA"}
    assert all(table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None for table in document.tables)


@pytest.mark.browser
def test_every_number_of_a_deck_is_the_apis(served, files):
    deck = Presentation(io.BytesIO(files("pptx", "fr")))
    slides = list(deck.slides)
    assert all(slide.shapes.title.text_frame.text for slide in slides)
    runs = [
        run
        for slide in slides for shape in slide.shapes if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs for run in paragraph.runs
    ]  # fmt: skip
    assert min(run.font.size.pt for run in runs) >= 12
    links = [run.hyperlink.address for run in runs if run.hyperlink.address]
    answers = [told_by_the_api(served, address) for address in links]
    by_title = {words(slide.shapes.title.text_frame.text): slide for slide in slides}
    assert len(answers) == len(VIEWS)
    native = 0
    for answer in answers:
        assert answer["language"] == "fr"
        slide = by_title[words(answer["title"])]
        assert words(answer["summary"]) in words(slide.notes_slide.notes_text_frame.text)
        table = next(shape.table for shape in slide.shapes if shape.has_table)
        check_table([[cell.text for cell in row.cells] for row in table.rows], answer)
        rows = [value for row in answer["rows"] for value in row.values() if isinstance(value, (int, float))]
        for shape in slide.shapes:
            if shape.has_chart:
                native += 1
                drawn = [value for plot in shape.chart.plots for one in plot.series for value in one.values]
                assert any(drawn) and all(
                    any(abs(value - one) < 1e-9 for one in rows) for value in drawn if value is not None
                )
                assert words(shape._element.nvGraphicFramePr.cNvPr.get("descr")) == words(answer["summary"])
    assert native == 2, "the trend and the ranking"
    listed = "\n".join(shape.text_frame.text for shape in by_title["Chiffres clés"].placeholders)
    assert all(words(answer["title"]) in words(listed) for answer in answers)


@pytest.mark.slow
@pytest.mark.browser
def test_every_number_of_a_pdf_is_the_apis(served, files):
    pdf = PdfReader(io.BytesIO(files("pdf", "en")))
    text = words(" ".join(page.extract_text() for page in pdf.pages))
    links = [
        note.get_object()["/A"]["/URI"]
        for page in pdf.pages for note in page.get("/Annots", ()) if "/URI" in note.get_object().get("/A", {})
    ]  # fmt: skip
    addresses = list(dict.fromkeys(link for link in links if urlsplit(link).path.startswith("/c/")))
    assert len(addresses) == len(VIEWS)
    known = set(re.findall(DECIMAL, " ".join(addresses)))
    for address in addresses:
        answer = told_by_the_api(served, address)
        for part in (answer["title"], answer["summary"], answer["credit_line"]):
            assert words(part) in text
        known |= set(re.findall(DECIMAL, str([answer[name] for name in ("title", "subtitle", "summary", "sources")])))
        floats = [value for row in answer["rows"] for value in row.values() if isinstance(value, float)]
        known |= {number(value, digits) for value in floats for digits in range(5)}
    views = text.partition("What changed")[0]
    strangers = [one for one in re.findall(DECIMAL, views) if one not in known and float(one.replace(",", "")) % 0.5]
    assert strangers == [], "numbers that the API does not give, and that stand on no axis"
    assert len(re.findall(DECIMAL, views)) > 60
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/Lang"] == "en-CA"
    assert b"<pdfuaid:part>1" in catalogue["/Metadata"].get_object().get_data()
    assert pdf.metadata.title == "Note 7 & 8"
    assert [entry.title for entry in pdf.outline if not isinstance(entry, list)], "headings are bookmarks"


# --- refusals, the page, the command -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "at least"),
        ("view=no-such-chart", "no-such-chart"),
        ("view=spending-trend?countries=XYZ", "XYZ"),
        ("view=spending-trend?release=99", "numbered from 1"),
        ("view=spending-trend&since=99", "numbered from 1"),
        ("view=spending-trend&since=x", "since"),
        ("view=spending-trend&languages=de", "de"),
        ("view=spending-trend&colour=red", "colour"),
        ("&".join(f"view=spending-trend?since={year}" for year in range(1990, 2015)), "20"),
    ],
)
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_file_that_can_not_be_made_says_why(served, form, query, said):
    answer = requests.get(f"{served.url}/pack.{form}?{query}", timeout=60)
    assert answer.status_code in (400, 404) and said in answer.json()["detail"]


def test_the_page_lists_the_views_and_leads_on(served):
    address = briefing.address(VIEWS[:2], lang="fr", title="Ma note")
    answer = requests.get(served.url + address, timeout=60)
    page = unescape(answer.text)
    assert answer.status_code == 200 and '<html lang="fr"' in page and 'value="Ma note"' in page
    linked = re.findall(r'href="(/pack\?[^"]*)"', page)
    assert len(linked) == 5, "down, up, two to take out, the other language"
    held = [briefing.views_in(link) for link in linked]
    full = next(views for link, views in zip(linked, held, strict=True) if "lang=en" in link)
    assert [view.partition("?")[0] for view in full] == ["spending-trend", "spending-ranking"]
    assert all("release=1" in view and "known=" in view for view in full), "the page pins what came open"
    assert held.count(full[::-1]) == 2 and held.count(full[:1]) == held.count(full[1:]) == 1
    app = re.search(r'href="(/\?briefing=[^"]*)"', page)[1]
    assert briefing.from_one(parse_qs(urlsplit(app).query)["briefing"][0]) == full
    for ending in ("docx", "pptx", "pdf"):
        assert f'formaction="/pack.{ending}"' in page


def test_the_page_tells_what_it_can_not_show(served):
    page = unescape(
        requests.get(f"{served.url}/pack?view=spending-trend?countries=XYZ&view=spending-ranking", timeout=60).text
    )
    assert "“XYZ” is not a value of “countries”" in page and "spending-ranking?" in page
    assert "Add to briefing" in requests.get(f"{served.url}/pack", timeout=60).text
    evil = requests.get(
        f"{served.url}/pack", params={"view": "spending-ranking", "title": '"><script>x'}, timeout=60
    ).text
    assert "<script>x" not in evil


def test_a_share_page_is_put_into_a_briefing(served):
    page = unescape(requests.get(f"{served.url}/c/spending-ranking?countries=CAN", timeout=60).text)
    (link,) = re.findall(r'href="(/pack\?[^"]*)"', page)
    (view,) = briefing.views_in(link)
    assert view.startswith("spending-ranking?") and "countries=CAN&" in view and view.endswith("release=1")


def command(ledger, *arguments: str) -> subprocess.CompletedProcess:
    made = [sys.executable, "-m", "etl", "pack", *arguments]
    return subprocess.run(
        made, env=environment(ledger.store), cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300
    )


@pytest.mark.slow
def test_a_command_makes_a_briefing_that_says_what_changed(own_ledger, tmp_path):
    spending = own_ledger.current()["spending"].copy()
    edition = spending.loc[spending["publisher"] == "NATO", "edition"].max()
    mended = (spending["iso3"] == "CAN") & (spending["measure"] == "share_of_gdp_pct") & (spending["year"] == 2024)
    mended &= spending["edition"] == edition
    (old,) = spending.loc[mended, "value"]
    spending.loc[mended, "value"] = old + 0.11
    own_ledger.publish({"spending": spending}, author="Ann", message="Canada's share of 2024 is mended")
    out = tmp_path / "note.docx"
    made = command(
        own_ledger,
        "/c/spending-trend?countries=CAN",
        "-o",
        str(out),
        "--title",
        "Weekly",
        "--base",
        "https://l.example",
    )
    assert made.returncode == 0, made.stderr
    document = Document(out)
    texts = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "1 value differs since release 1." in texts and "Canada's share of 2024 is mended" in texts
    changed = [cell.text for cell in document.tables[-1].rows[1].cells]
    assert changed[2:] == [number(old), number(old + 0.11)] and "Canada" in changed[0] and "2024" in changed[0]
    assert "https://l.example/c/spending-trend?" in texts and "release=2" in texts
    for arguments, said in (
        (("nothing", "-o", str(out)), "nothing"),
        (("/c/spending-trend", "-o", str(tmp_path / "x.odt")), "docx, pptx, pdf"),
        (("/c/spending-trend", "-o", str(out), "--since", "9"), "numbered from 1 to 2"),
    ):
        refused = command(own_ledger, *arguments)
        assert refused.returncode == 1 and said in refused.stderr and "Traceback" not in refused.stderr


# --- the app -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.browser
def test_views_are_gathered_in_the_address_of_the_app(served, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    open_live(page, f"{served.url}/spending")
    page.get_by_role("button", name="Share").first.click()
    page.get_by_role("tab", name="Briefing").click()
    page.get_by_role("button", name="Add to briefing").click()
    page.get_by_role("link", name="Briefing (1)").wait_for(timeout=PATIENCE_MS)
    page.wait_for_url(re.compile("briefing="), timeout=PATIENCE_MS)
    page.reload()
    until_live(page)
    link = page.get_by_role("link", name="Briefing (1)")
    link.wait_for(timeout=PATIENCE_MS)
    (view,) = briefing.views_in(link.get_attribute("href"))
    assert view.startswith("spending-trend?") and "release=1" in view
    page.goto(link.get_attribute("href"))
    assert page.get_by_role("heading", level=1).inner_text() == "Briefing" and barriers(page) == []
    page.close()


def test_pictures_that_take_too_long_are_said_to_be_lacking(drawn_views):
    made = io.BytesIO(note(drawn_views, patient(Pictures(HeadlessBrowser(find=lambda: None), None), 0)[0]))
    texts = [paragraph.text for paragraph in Document(made).paragraphs]
    assert drawn_views[0].said["no_picture"] in texts
    deck = Presentation(
        io.BytesIO(slides(drawn_views, patient(Pictures(HeadlessBrowser(find=lambda: None), None), 0)[0]))
    )
    told = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert drawn_views[0].said["no_picture"] in told


@pytest.fixture
def drawn_views(ledger, monkeypatch):
    """A briefing of a heat map, which no office program draws, from the test's own ledger."""
    for module in (charts, query, content, section, view):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
    view.ledger_name.cache_clear()
    return content.parts(section.Asked(("spending-heatmap",), base="https://l.example"), ("en",))
