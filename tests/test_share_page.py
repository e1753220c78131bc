"""The share page and the embed, as a browser without script, a mail program and a printer see them."""

import codecs
import csv
import gzip
import io
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from browser import barriers
from pypdf import PdfReader

from dashboard import language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.share_dialog import embed_code, sheets_formula, workbook_address
from dashboard.web.middleware.security_headers import EMBED_SCRIPT

pytestmark = pytest.mark.browser
MOST_BYTES = 100 * 1024


class Seen(HTMLParser):
    """What a mail program looks at: the meta tags, and the elements of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.meta, self.tags = {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag == "meta" and "content" in attrs:
            self.meta[attrs.get("property") or attrs.get("name")] = attrs["content"]


def opened(browser, address: str, **options):
    """A page without script, and the addresses it asked for."""
    page = browser.new_page(java_script_enabled=False, **options)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    return page, asked


@pytest.mark.slow
def test_it_is_whole_without_script_and_without_anybody_else(browser, served):
    page, asked = opened(browser, f"{served.url}/c/spending-trend")
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(served.url).netloc}
    assert len([url for url in asked if not url.startswith("data:")]) == 1  # the page is all there is to fetch
    assert page.locator("h1").count() == 1
    title = page.locator("h1").inner_text()
    assert title.startswith("Canada: ") and title not in page.locator("figcaption").inner_text()
    assert page.locator("figure svg").first.is_visible()
    assert page.locator("script:not([type='application/ld+json'])").count() == 0
    assert page.locator("table caption").count() == 1
    assert page.locator("thead th:not([scope=col])").count() == page.locator("tbody th:not([scope=row])").count() == 0
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("a.skip").get_attribute("href") == "#table"
    levels = [int(name[1]) for name in page.locator("h1,h2,h3").evaluate_all("all => all.map(one => one.tagName)")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts())
def test_every_chart_prints_on_one_page(browser, served, chart):
    page, _asked = opened(browser, f"{served.url}/c/{chart}")
    assert page.locator("figure .wide svg").count() >= 1
    assert len(PdfReader(io.BytesIO(page.pdf(format="Letter"))).pages) == 1
    page.close()


def test_it_is_dark_where_the_reader_is(browser, served):
    page, _asked = opened(browser, f"{served.url}/c/spending-trend", color_scheme="dark")
    colour = "one => getComputedStyle(one)"
    assert page.locator("body").evaluate(f"{colour}.backgroundColor") == "rgb(14, 17, 23)"
    assert page.locator(".wide .scatterlayer path.js-line").first.evaluate(f"{colour}.stroke") == "rgb(86, 180, 233)"
    page.emulate_media(media="print")
    assert page.locator(".wide .scatterlayer path.js-line").first.evaluate(f"{colour}.stroke") == "rgb(0, 114, 178)"
    page.close()


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_a_phone_scrolls_only_down(browser, served, spoken):
    page, _asked = opened(
        browser, f"{served.url}/c/spending-ranking?lang={spoken}", viewport={"width": 360, "height": 740}
    )
    assert page.locator(".narrow svg").first.is_visible()
    assert not page.locator(".wide").is_visible()
    assert page.locator("html").evaluate("one => one.scrollWidth") <= 360
    page.close()


def test_a_link_unfurls_into_exactly_this_view(served):
    answer = requests.get(f"{served.url}/c/spending-trend?countries=DNK,CAN&lang=fr", timeout=60)
    seen = Seen(answer.text)
    assert seen.meta["og:title"].startswith("Danemark")
    assert seen.meta["og:description"] == seen.meta["twitter:description"]
    assert seen.meta["twitter:card"] == "summary_large_image"
    assert seen.meta["og:locale"] == "fr_CA"
    picture = urlsplit(seen.meta["og:image"])
    assert f"{picture.scheme}://{picture.netloc}" == served.url
    query = parse_qs(picture.query)
    assert (query["countries"], query["lang"], query["release"]) == (["DNK,CAN"], ["fr"], ["1"])
    image = requests.get(seen.meta["og:image"], timeout=60)
    assert image.headers["content-type"] == "image/png"
    assert image.headers["cache-control"].endswith("immutable")
    assert image.content[:8] == b"\x89PNG\r\n\x1a\n"


def test_it_is_light_and_is_not_sent_twice(served):
    address = f"{served.url}/c/spending-trend?release=1"
    first = requests.get(address, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=60)
    body = first.raw.read()
    assert len(body) < MOST_BYTES
    assert b"<svg" in gzip.decompress(body)
    again = requests.get(
        address, headers={"If-None-Match": first.headers["etag"], "Accept-Encoding": "gzip"}, timeout=60
    )
    assert again.status_code == 304


@pytest.mark.slow
def test_every_link_of_the_page_leads_somewhere(served):
    seen = Seen(requests.get(f"{served.url}/c/spending-ranking", timeout=60).text)
    own = {attrs["href"] for tag, attrs in seen.tags if tag == "a" and attrs["href"].startswith("/")}
    assert len(own) >= 11
    for path in own:
        answer = requests.get(served.url + path, timeout=60)
        assert answer.status_code == 200, path
    kinds = {
        attrs["href"].partition("?")[0].rpartition(".")[2]
        for tag, attrs in seen.tags
        if tag == "a" and "download" in attrs
    }
    assert kinds == {"png", "svg", "pdf", "csv", "xlsx", "json", "pptx", "zip", "py"}


def test_what_is_wrong_in_a_link_is_told_and_never_run(served):
    bad = '"><script>alert(1)</script>'
    answer = requests.get(
        f"{served.url}/c/spending-trend",
        params={"measure": bad, "release": bad, "known": "2026-02-30", "utm": bad},
        timeout=60,
    )
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert answer.text.count('class="note"') >= 3
    lost = requests.get(f"{served.url}/c/no-such-chart", timeout=60)
    assert lost.status_code == 404
    assert lost.headers["content-type"].startswith("text/html")


def test_a_file_refuses_what_it_does_not_know(served):
    answer = requests.get(f"{served.url}/c/spending-trend.png?size=huge", timeout=60)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["allowed"] == ["page", "phone", "slide", "card"]


@pytest.mark.slow
def test_the_code_to_embed_makes_a_frame_as_tall_as_what_it_shows(browser, served, ledger):
    drawing = draw(ledger, "spending-trend", all_charts()["spending-trend"].Params(), 1)
    page = browser.new_page(viewport={"width": 900, "height": 700})
    page.route("**/host", lambda route: route.fulfill(
        body=f"<h1>Host</h1>{embed_code(drawing, {'release': '1'}, served.url)}", content_type="text/html",
    ))  # fmt: skip
    page.goto(f"{served.url}/host")  # a page of the same host: no other may frame it here
    frame = page.frame_locator("iframe").locator("main")
    frame.wait_for()
    for width in (900, 380):
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_function(
            "() => { const f = document.querySelector('iframe'), m = f.contentDocument.querySelector('main');"
            " return Math.abs(Number(f.height) - m.getBoundingClientRect().height) < 2; }"
        )
    page.close()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "png", "pptx", "zip"])
def test_a_file_has_an_ascii_name_with_its_ending_and_the_translated_one_whole(served, form):
    answer = requests.get(f"{served.url}/c/spending-ranking.{form}?lang=fr&release=1", timeout=100)
    said = answer.headers.get("content-disposition", "")
    if form == "json":
        assert said == ""
        return
    plain = re.search(r'filename="([\x20-\x7e]+)"', said)[1]
    assert plain.endswith(f".{form}") and said.isascii()
    if "filename*" in said:
        whole = unquote(re.search(r"filename\*=UTF-8''(\S+)", said)[1])
        assert whole.endswith(f".{form}") and whole != plain


def test_a_parameter_that_comes_twice_is_the_same_on_page_and_in_files(served):
    twice, joined = "countries=CAN&countries=DNK&release=1", "countries=CAN,DNK&release=1"
    table = requests.get(f"{served.url}/c/spending-trend.csv?{twice}", timeout=60)
    assert table.text == requests.get(f"{served.url}/c/spending-trend.csv?{joined}", timeout=60).text
    titles = {Seen(requests.get(f"{served.url}{path}/spending-trend?{query}", timeout=60).text).meta.get("og:title")
              for path in ("/c",) for query in (twice, joined)}  # fmt: skip
    assert len(titles) == 1 and "DNK" in table.text
    pictures = [
        requests.get(f"{served.url}/c/spending-trend.svg?{query}", timeout=60).text for query in (twice, joined)
    ]
    assert pictures[0] == pictures[1]


def test_only_an_embed_may_be_framed_by_named_hosts(served):
    page, embed = (
        requests.get(f"{served.url}{path}/spending-trend?release=1", timeout=60) for path in ("/c", "/embed")
    )
    ancestors = [
        re.search(r"frame-ancestors ([^;]*);", one.headers["content-security-policy"])[1] for one in (page, embed)
    ]
    assert ancestors == ["'self'", "'self'"]  # LEDGER_EMBED_HOSTS names nobody here
    seen = Seen(embed.text)
    assert [attrs["target"] for tag, attrs in seen.tags if tag == "base"] == ["_blank"]
    assert [tag for tag, _attrs in seen.tags if tag in ("script", "table")] == ["script"]
    assert f"<script>{EMBED_SCRIPT}</script>" in embed.text  # tells its height, nothing else
    assert len(embed.content) < MOST_BYTES


@pytest.mark.slow
def test_the_dialog_is_worked_by_keyboard(browser, served):
    page = browser.new_page(locale="fr-CA")
    page.goto(f"{served.url}/deadlines")
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Partager").first.focus()
    page.keyboard.press("Enter")
    link = page.get_by_text(f"{served.url}/c/deadlines-timeline?").first
    link.wait_for(timeout=30_000)
    assert requests.get(link.inner_text().strip(), timeout=60).status_code == 200
    assert page.get_by_text("<iframe").is_visible()
    for_excel, for_sheets = (page.get_by_text(text).first.inner_text() for text in ("timeline.csv?", "=IMPORTDATA("))
    assert requests.get(for_excel.strip(), timeout=60).content.startswith(codecs.BOM_UTF8)
    assert requests.get(for_sheets.split('"')[1], timeout=60).headers["content-type"].startswith("text/csv")
    page.get_by_role("tab", name="Référence").focus()
    page.keyboard.press("Enter")
    cited = page.get_by_text("Consulté le").first
    cited.wait_for(timeout=30_000)
    assert "release=1" in cited.inner_text()
    page.close()


@pytest.mark.parametrize(
    ("spoken", "share", "between"), [("en", "2.03", '", ",", "en_US")'), ("fr", "2,03", '"; ","; "en_US")')]
)
def test_a_workbook_takes_the_figures_by_their_address(served, ledger, spoken, share, between):
    chart, query = all_charts()["spending-trend"], {"countries": "CAN", "lang": spoken, "release": "1"}
    with language.spoken(spoken):
        drawing = draw(ledger, chart.id, chart.Params(countries=("CAN",)), 1)
        excel, sheets = (made(drawing, query, served.url) for made in (workbook_address, sheets_formula))
    assert sheets.startswith('=IMPORTDATA("') and sheets.endswith(between)
    for address, expected in ((excel, share), (sheets.split('"')[1], "2.03")):
        answer = requests.get(address, timeout=60)
        assert answer.headers["content-type"].startswith("text/csv")
        delimiter = ";" if "," in expected else ","
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=delimiter))
        of_2025 = next(row for row in rows if (row["kind"], row["iso3"], row["year"]) == ("figure", "CAN", "2025"))
        assert of_2025["value"] == expected


def test_it_says_where_the_operator_wants_to_be_found(monkeypatch):
    from dashboard.links import public_base

    assert public_base("http://localhost:1") == "http://localhost:1"
    monkeypatch.setenv("LEDGER_PUBLIC_URL", "https://ledger.example/, https://other.example")
    assert public_base("http://localhost:1") == "https://ledger.example"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_accessible_and_what_is_not_yet_is_said(browser, served, lang):
    page = browser.new_page()  # with script: axe is one
    page.goto(f"{served.url}/accessibility?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").inner_text() == {"en": "Accessibility", "fr": "Accessibilité"}[lang]
    assert page.locator("main li").count() == 9 and not barriers(page)


def test_the_words_of_a_view_are_explained_beside_its_sources(served):
    for lang, words in (("en", ("MFN duty", "customs value")), ("fr", ("droit NPF", "valeur en douane"))):
        told = requests.get(f"{served.url}/c/tariff-rate?lang={lang}", timeout=120).text
        assert all(f"<dt>{word}</dt>" in told for word in words)
    assert "<dt>MFN duty</dt>" not in requests.get(f"{served.url}/c/spending-trend?lang=en", timeout=120).text
