"""Pictures of charts: whole, in the reader's language and theme, made by a browser that may die or not be there."""

import contextlib
import io
import re
import xml.etree.ElementTree as ET
import zlib
from xml.etree import ElementTree

import psutil
import pytest
from PIL import Image
from pypdf import PdfReader

from dashboard import language
from dashboard.charts import all_charts
from dashboard.citations import plain
from dashboard.drawing import draw
from dashboard.web.share import svg_layout
from dashboard.web.share.browser import HeadlessBrowser, NoBrowser
from dashboard.web.share.image_cache import ImageCache
from dashboard.web.share.images import SIZES, Pictures
from dashboard.web.share.svg_layout import Words, arrange, compose

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def studio():
    made = HeadlessBrowser()
    yield made
    made.close()


@pytest.fixture
def pictures(studio, tmp_path):
    return Pictures(studio, ImageCache(tmp_path))


@pytest.fixture
def drawing(ledger):
    """Draws a chart and goes on speaking its language until the test is over."""

    def drawn(chart="spending-trend", spoken="en"):
        language.use(spoken)
        return draw(ledger, chart, all_charts()[chart].Params(), 1)

    yield drawn
    language.use("en")


def test_words_break_into_lines_and_lose_nothing():
    text = "Canada: 2.03 % of GDP in 2025 (estimate), 0.03 points above 2 %"
    lines = svg_layout.broken(text, 200, 20, bold=True)
    assert len(lines) > 1
    assert " ".join(lines) == text


def test_what_is_written_can_not_become_markup():
    words = Words('<script>alert("1")</script>', "a & b", "<b>", "&lt;")
    layout = arrange(words, 400, 200)
    figure = '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="400" height="200" style="" viewBox="0 0 400 200"><g/></svg>'
    root = ET.fromstring(compose(figure, words, layout, "light"))
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert '<script>alert("1")</script>' in "".join(root.itertext())


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts())
def test_every_chart_has_a_picture_in_svg(chart, drawing, pictures):
    seen = drawing(chart)
    svg = pictures.picture(seen, "test", "svg", "page", "light").decode()
    root = ET.fromstring(svg)
    layout = pictures.layout(seen, "page")
    assert (root.get("width"), root.get("height")) == ("880", str(layout.height))
    texts = [text.strip() for text in root.itertext()]
    assert "release" in "".join(texts)  # the credit line is inside
    assert not [
        text for text in texts if re.fullmatch(r"[12],\d{3}", text) and 1990 <= int(text.replace(",", "")) < 2100
    ]
    assert len(svg) > 4000


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_png_has_the_size_asked_for(size, drawing, pictures):
    asked = SIZES[size]
    image = Image.open(io.BytesIO(pictures.picture(drawing(), "test", "png", size, "light")))
    assert image.width == asked.width * asked.scale
    assert asked.height is None or image.height == asked.height * asked.scale
    assert len(image.convert("RGB").getcolors(2**24)) > 50  # something is drawn


def test_language_and_theme_are_in_the_picture(drawing, pictures):
    made = {
        (spoken, theme): pictures.picture(drawing(spoken=spoken), "test", "png", "page", theme)
        for spoken in ("en", "fr")
        for theme in ("light", "dark")
    }
    assert len(set(made.values())) == 4
    corners = {
        theme: Image.open(io.BytesIO(made["en", theme])).convert("L").getpixel((2, 2)) for theme in ("light", "dark")
    }
    assert corners["light"] > 240
    assert corners["dark"] < 40


def tagged_as_pdf_ua(made: PdfReader) -> list[tuple[str, str]]:
    """What stands in the structure of a PDF that names PDF/UA-1: the tags and their alternative texts."""
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    told = ElementTree.fromstring(root["/Metadata"].get_data().decode().partition("?>")[2].rpartition("<?")[0])
    assert told.find(".//{http://www.aiim.org/pdfua/ns/id/}part").text == "1"
    assert all(page["/Tabs"] == "/S" for page in made.pages)

    def walked(node) -> list[tuple[str, str]]:
        node = node.get_object()
        if isinstance(node, list):
            return [found for part in node for found in walked(part)]
        if not isinstance(node, dict) or "/S" not in node:
            return []
        return [(node["/S"], str(node.get("/Alt", ""))), *walked(node.get("/K", []))]

    return walked(root["/StructTreeRoot"]["/K"]) if "/K" in root["/StructTreeRoot"] else []


@pytest.mark.slow
def test_a_pdf_is_one_page_of_text_with_its_fonts(drawing, pictures):
    for spoken, names in {"en": ("Türkiye", "Greece"), "fr": ("Grèce", "États-Unis", "publiée", "2,13\u00a0%")}.items():
        made = PdfReader(
            io.BytesIO(pictures.picture(drawing("spending-ranking", spoken), "test", "pdf", "page", "light"))
        )
        assert len(made.pages) == 1
        assert made.metadata.title == plain(drawing("spending-ranking", spoken).title)
        assert made.trailer["/Root"]["/Lang"] == {"en": "en-CA", "fr": "fr-CA"}[spoken]
        assert [name for name in names if name not in made.pages[0].extract_text()] == []
        assert tagged_as_pdf_ua(made) == [("/Document", ""), ("/Figure", drawing("spending-ranking", spoken).summary)]
    fonts = [font.get_object() for font in made.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert font["/Subtype"] == "/Type3" or any(key.startswith("/FontFile") for key in inner["/FontDescriptor"])


def test_the_same_view_is_the_same_text_and_is_made_once(drawing, studio, tmp_path):
    first, again = (
        Pictures(studio, ImageCache(tmp_path / name)).picture(drawing(), "test", "svg", "page", "light")
        for name in "ab"
    )
    assert zlib.crc32(first) == zlib.crc32(again)
    no_browser = Pictures(HeadlessBrowser(find=lambda: None), ImageCache(tmp_path / "a"))
    assert no_browser.picture(drawing(), "test", "svg", "page", "light") == first  # from disk


def test_a_figure_for_both_themes_names_each_colour_once(drawing, pictures):
    svg = pictures.figure(drawing(), "test", "page", "both")
    variables = set(re.findall(r"var\((--c[0-9a-f]{6}),", svg))
    assert len(variables) >= 4
    assert all(f"{name}:" in svg_layout.dark_variables() for name in variables)


def test_without_chromium_it_says_so(drawing, tmp_path):
    with pytest.raises(NoBrowser):
        Pictures(HeadlessBrowser(find=lambda: None), ImageCache(tmp_path)).picture(
            drawing(), "test", "png", "page", "light"
        )


@pytest.mark.slow
def test_a_browser_that_dies_is_started_again(drawing, tmp_path):
    studio = HeadlessBrowser()
    pictures = Pictures(studio, ImageCache(tmp_path))
    pictures.picture(drawing(), "test", "svg", "page", "light")
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    own = studio._browser.subprocess.pid
    for process in [*psutil.Process(own).children(recursive=True), psutil.Process(own)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # children go with their parent
            process.kill()
    assert pictures.picture(drawing(), "test", "svg", "phone", "light")
    assert {child.pid for child in psutil.Process().children(recursive=True)} - before
    studio.close()


def test_old_pictures_go_first_when_the_folder_is_full(tmp_path):
    kept = ImageCache(tmp_path, most_mib=1)
    for number in range(5):
        kept.put(f"{number:02}{'0' * 38}", bytes(400_000))
    kept.clean()
    assert kept.get("00" + "0" * 38) is None
    assert kept.get("04" + "0" * 38) is not None
