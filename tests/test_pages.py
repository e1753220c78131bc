"""Every page in a real browser: both languages, both themes, phone width, a cold deep link; nothing asked of other hosts."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import CHART, PATIENCE_MS, Watched, barriers, open_live
from conftest import serve
from playwright.sync_api import expect

from dashboard.streamlit_internals import static_folder
from dashboard.web.middleware import streamlit_words
from dashboard.web.middleware.streamlit_words import WORDS

pytestmark = pytest.mark.browser

PAGES = sorted(path.stem for path in (Path(__file__).parents[1] / "pages").glob("*.py"))
WITHOUT_CHART = {"sources", "data", "update"}
HEADINGS = {
    "en": {"overview": "Overview", "spending": "Spending", "pledges": "Pledges", "tariffs": "Tariffs", "deadlines": "Deadlines", "sources": "Sources", "update": "Update", "data": "Data"},
    "fr": {"overview": "Aperçu général", "spending": "Dépenses", "pledges": "Engagements", "tariffs": "Droits de douane", "deadlines": "Échéances", "sources": "Sources", "update": "Mise à jour", "data": "Données"},
}  # fmt: skip
ALSO_FRENCH = {"mm", "Menu", "Pages"}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OTHER = {"en": "fr", "fr": "en"}
NAMES = {"en": "English", "fr": "Français"}


@pytest.fixture
def opened(browser, served):
    """Open a path of the app in a fresh profile; what it asked and what went wrong is watched."""
    contexts = []

    def open_(path: str, **look) -> Watched:
        contexts.append(browser.new_context(locale="en-CA", **look))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        watched = Watched(contexts[-1].new_page(), served.url)
        open_live(watched.page, f"{served.url}/{path}")
        return watched

    yield open_
    for context in contexts:
        context.close()


def ready(page) -> None:
    """Wait until the run is over, no skeleton is left, and what faded while it ran stands in its full contrast."""
    page.wait_for_selector("h1")
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
            && !document.getAnimations().some(running => running.transitionProperty === 'opacity')"""
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "spoken"), [(name, ("en", "fr")[place % 2]) for place, name in enumerate(PAGES)])
def test_a_page_is_whole_in_both_languages_and_looks(opened, name, spoken):
    """Half of the pages open in English on a desk, half in French on a dark phone; then each takes the other's place."""
    desk = spoken == "en"
    look = {"color_scheme": "light", "viewport": DESK} if desk else {"color_scheme": "dark", "viewport": PHONE}
    watched = opened(f"{name}?lang={spoken}", **look)
    page = watched.page
    whole(page, name, spoken)
    page.get_by_role("button", name=NAMES[OTHER[spoken]], exact=True).click()
    page.wait_for_function("spoken => document.documentElement.lang === spoken", arg=OTHER[spoken])
    page.emulate_media(color_scheme="dark" if desk else "light")
    page.set_viewport_size(PHONE if desk else DESK)
    whole(page, name, OTHER[spoken])
    assert watched.foreign == []
    assert watched.errors == []


def whole(page, name: str, spoken: str) -> None:
    page.wait_for_function("said => document.querySelector('h1')?.innerText === said", arg=HEADINGS[spoken][name])
    if name not in WITHOUT_CHART:
        page.wait_for_selector(CHART)
    ready(page)
    assert page.title() == f"{HEADINGS[spoken][name]} · Alliance Ledger"
    assert page.evaluate("document.documentElement.lang") == spoken
    text = page.locator("[data-testid=stMain]").inner_text()
    assert "Traceback" not in text and "went wrong" not in text and "mal passé" not in text
    assert "{" not in text.replace("{}", "") or name in ("data", "update")
    assert page.locator("[data-testid=stAlertContentError]").all_inner_texts() == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "the page scrolls sideways"
    assert barriers(page) == []
    assert spoken == "en" or streamlits_own_words(page) == []
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels)), levels
    more = page.get_by_role("button", name={"en": "More choices", "fr": "Autres choix"}[spoken])
    if more.count():
        more.first.click()
        ready(page)
        assert barriers(page) == []
        assert spoken == "en" or streamlits_own_words(page) == []
        page.keyboard.press("Escape")


def test_a_menu_too_narrow_for_all_pages_speaks_french(opened):
    page = opened("deadlines?lang=fr", viewport={"width": 768, "height": 900}).page
    ready(page)
    expect(page.get_by_text(re.compile(r"^\d de plus$"))).to_be_visible()
    assert streamlits_own_words(page) == []


@cache
def streamlits_phrases() -> set[str]:
    """Texts of two words and more that stand literally in Streamlit's scripts."""
    scripts = (static_folder() / "static" / "js").glob("*.js")
    return set().union(*(re.findall(r"`([A-Z]\w+ [^`${}<>]{2,60})`", path.read_text("utf-8")) for path in scripts))


def streamlits_own_words(page) -> list[str]:
    """What stands on a page, seen or spoken, in the words of Streamlit's widgets."""
    said = page.evaluate(
        """() => {
          const said = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("script, style, noscript, canvas")) said.push(walk.currentNode.data);
          for (const name of ["aria-label", "placeholder", "title"])
            for (const element of document.querySelectorAll(`[${name}]`)) said.push(element.getAttribute(name));
          return said;
        }"""
    )
    return sorted({text for text in said if text in WORDS or text in streamlits_phrases()} - ALSO_FRENCH)


def test_streamlit_still_writes_the_words_we_have_others_for():
    scripts = "".join(path.read_text("utf-8") for path in (static_folder() / "static" / "js").glob("*.js"))
    whole = [said for said in WORDS if "{" not in said and said != "Press Enter to apply"]  # others are put together
    gone = [said for said in whole if f"`{said}`" not in scripts]
    assert not gone


def test_words_of_a_widget_are_ours_and_what_a_text_of_ours_says_stays(browser):
    page = browser.new_page()
    page.set_content(f"""<html lang="fr"><script>{streamlit_words.script()}</script><body>
        <div data-testid="stFileUploaderDropzone"><button><div data-testid="stMarkdownContainer"><p>Upload</p></div></button></div>
        <div data-testid="stMarkdownContainer"><p>Upload</p></div><button aria-label="Close">x</button>
        <i aria-label="budget.csv, 1.4KB">1.4KB</i><i>109.0B</i><i>Plan 1.4KB</i></body></html>""")
    assert page.locator("p").all_inner_texts() == ["Choisir un fichier", "Upload"]
    assert page.locator("i").all_inner_texts() == [
        "1,4\N{NO-BREAK SPACE}ko",
        "109\N{NO-BREAK SPACE}octets",
        "Plan 1.4KB",
    ]
    assert page.locator("i").first.get_attribute("aria-label") == "budget.csv, 1,4\N{NO-BREAK SPACE}ko"
    assert page.locator("button").last.get_attribute("aria-label") == "Fermer"
    page.close()


@pytest.mark.slow
def test_on_a_phone_the_menu_says_so_and_closes_when_a_page_is_chosen(opened):
    page = opened("?lang=fr", viewport=PHONE).page
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Dépenses").click()
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Dépenses'")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert page.get_by_role("button", name="Menu").is_visible()


FOCUSED = """() => {
  const at = document.activeElement, seen = getComputedStyle(at);
  return {name: at.getAttribute("aria-label") || at.innerText, outline: seen.outlineStyle, width: parseFloat(seen.outlineWidth),
          panel: !!at.closest("[data-testid=stPopoverBody]"), tag: at.tagName};
}"""


@pytest.mark.slow
def test_a_page_is_walked_by_keys_alone(opened):
    """From the top to a day that is typed and to the panel of a button: what has the focus is seen, what opens has it."""
    page = opened("tariffs?product=cars&origin=DEU").page

    def until(name: str) -> dict:
        for _step in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUSED)
            assert at["tag"] not in ("A", "BUTTON") or (at["outline"] == "solid" and at["width"] >= 2), at
            if name in at["name"]:
                return at
        raise AssertionError(f"no key leads to {name}")

    until("Skip to the content")
    page.keyboard.press("Enter")
    for typed, key in (("20250801", "Enter"), ("20250601", "Tab")):
        until("year, On") if key == "Enter" else page.get_by_role("spinbutton", name="year, On").first.focus()
        page.keyboard.type(typed)
        page.keyboard.press(key)
        day = f"{typed[:4]}-{typed[4:6]}-{typed[6:]}"
        page.wait_for_url(lambda url, day=day: query(url).get("on") == day, timeout=PATIENCE_MS)
        assert page.locator(".react-aria-Calendar").count() == 0, "the calendar covers what was asked"
    ready(page)
    until("Share")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.dataset.testid === 'stPopoverBody'")
    page.get_by_role("radio", name="Live").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["panel"]
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-testid=stPopoverBody]", state="detached")
    assert "Share" in page.evaluate(FOCUSED)["name"]


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.slow
def test_a_copied_link_opens_the_same_view_in_another_browser(opened):
    first = opened("spending?countries=DNK,POL&target=hague-3.5&since=2018")
    first.page.wait_for_selector(CHART)
    ready(first.page)
    title = first.page.locator("[data-testid=stMain] h2").first.inner_text()
    assert title.startswith("Denmark")
    first.page.wait_for_function("() => location.search.includes('measure=')")
    copied = first.page.url
    second = opened(copied.split("/", 3)[3])
    second.page.wait_for_selector(CHART)
    ready(second.page)
    assert second.page.locator("[data-testid=stMain] h2").first.inner_text() == title
    assert query(second.page.url) == query(copied)


@pytest.mark.slow
def test_moving_a_control_moves_the_chart_and_the_link(opened):
    watched = opened("spending?countries=DNK")
    page = watched.page
    page.wait_for_selector(CHART)
    ready(page)
    page.get_by_role("combobox", name="Measure").click()
    page.get_by_role("option", name="Military personnel").click()
    page.wait_for_function("() => location.search.includes('measure=military_personnel_thousand')")
    page.wait_for_function("() => [...document.querySelectorAll('h2')].some(h => h.innerText.includes('thousand'))")
    assert query(page.url)["countries"] == "DNK"


STEPS = """
window.steps = [];
for (const kind of ["pushState", "replaceState"]) {
    const real = history[kind].bind(history);
    history[kind] = (state, title, to) => { window.steps.push([kind, to]); return real(state, title, to); };
}
"""


@pytest.mark.slow
def test_back_needs_one_press_and_a_move_is_a_step_of_its_own(browser, served):
    """What a page completes of its address by itself is no step; a move within it and another page are one each."""
    page = browser.new_context(locale="en-CA").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(STEPS)
    open_live(page, f"{served.url}/spending?countries=CAN")
    ready(page)
    page.wait_for_function("() => location.search.includes('measure=')")
    page.get_by_role("combobox", name="Measure").click()
    page.get_by_role("option", name="Military personnel").click()
    page.wait_for_function("() => location.search.includes('measure=military_personnel_thousand')")
    page.get_by_role("link", name="Tariffs").first.click()
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Tariffs'")
    page.wait_for_function("() => location.search.includes('product=')")
    ready(page)
    steps = page.evaluate("window.steps")
    pushed = [to for kind, to in steps if kind == "pushState"]
    assert len(pushed) == 2 and "measure=military_personnel_thousand" in pushed[0] and pushed[1].startswith("/tariffs")
    page.go_back()
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Spending'")
    page.context.close()


@pytest.mark.slow
def test_a_question_in_words_opens_its_view_and_a_part_can_be_changed(opened):
    page = opened("?lang=en").page
    ready(page)
    box = page.get_by_role("textbox", name="Ask in words")
    box.fill("steel from Mexco on 1 Dec 2025")
    box.press("Enter")
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Tariffs'")
    page.wait_for_function("() => location.search.includes('origin=MEX')")
    assert query(page.url)["product"] == "steel" and query(page.url)["on"] == "2025-12-01"
    page.get_by_role("combobox", name="Country, read from “Mexco”").fill("Germany")
    page.get_by_role("option", name="Germany").click()
    page.wait_for_function("() => location.search.includes('origin=DEU')")
    assert query(page.url)["product"] == "steel" and query(page.url)["on"] == "2025-12-01"
    box.fill("Canada zorgle")
    box.press("Enter")
    page.get_by_text("Without what was not understood:").wait_for()
    ready(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Close").click()
    page.locator(".st-key-understood").wait_for(state="detached")
    for was in ("origin=MEX", "home=CAN"):  # one press for each question
        page.go_back()
        page.wait_for_function(f"() => location.search.includes('{was}')")
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Overview'")


@pytest.mark.slow
def test_a_question_from_an_address_opens_its_view_in_the_language_of_the_link(opened):
    page = opened("?lang=fr&ask=acier du Mexique").page
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Droits de douane'")
    page.wait_for_function("() => location.search.includes('origin=MEX')")
    assert query(page.url)["product"] == "steel" and query(page.url)["lang"] == "fr"


@pytest.mark.slow
@pytest.mark.parametrize(("spoken", "name", "first", "typed", "found"), [
    ("fr", "Pays", ["Albanie", "Allemagne", "Belgique"], "etats", "États-Unis"),
    ("fr", "Pays", ["Albanie", "Allemagne", "Belgique"], "Tché", "Tchéquie"),
    ("en", "Countries", ["Albania", "Belgium", "Bulgaria"], "turkiye", "Türkiye"),
])  # fmt: skip
def test_countries_are_in_the_readers_alphabet_and_found_without_accents(opened, spoken, name, first, typed, found):
    page = opened(f"spending?lang={spoken}&countries=CAN").page
    ready(page)
    listed = page.get_by_role("combobox", name=name).first
    listed.click()
    options = page.get_by_role("option")
    options.first.wait_for()
    assert [unicodedata.normalize("NFC", one) for one in options.all_inner_texts()[:3]] == first
    listed.press_sequentially(typed)
    page.wait_for_function("() => document.querySelectorAll('[role=option]').length < 9")
    assert found in [unicodedata.normalize("NFC", one) for one in options.all_inner_texts()]


@pytest.mark.slow
def test_a_parameter_that_comes_twice_is_one_list(opened):
    page = opened("spending?countries=CAN&countries=DNK").page
    ready(page)
    page.wait_for_function("() => location.search.includes('countries=CAN%2CDNK')")
    title = page.locator("[data-testid=stMain] h2").first.inner_text()
    assert title == opened("spending?countries=CAN,DNK").page.locator("[data-testid=stMain] h2").first.inner_text()


@pytest.mark.slow
def test_a_bad_value_falls_back_and_says_so(opened):
    page = opened("spending?countries=CAN,ZZZ&measure=nonsense&release=99").page
    page.wait_for_selector(CHART)
    ready(page)
    told = " ".join(page.locator("[data-testid=stAlert]").all_inner_texts())
    assert "nonsense" in told and "ZZZ" in told and "99" in told
    assert page.locator("[data-testid=stMain] h2").first.inner_text().startswith("Canada")


@pytest.mark.slow
def test_the_language_stays_from_page_to_page(opened):
    page = opened("spending?lang=fr").page
    page.wait_for_selector(CHART)
    ready(page)
    page.get_by_role("link", name="Échéances").first.click()
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Échéances'")
    page.wait_for_function("() => location.search.includes('lang=fr')")


@pytest.mark.slow
def test_a_deep_link_is_the_first_thing_a_cold_server_answers(browser, seeded_store, tmp_path):
    for served in serve(seeded_store, tmp_path / "log"):
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        open_live(page, f"{served.url}/pledges?country=DNK&lang=en")
        page.wait_for_selector(CHART)
        ready(page)
        assert page.locator("h1").first.inner_text() == "Pledges"
        assert "Denmark" in page.locator("[data-testid=stMain]").inner_text()
        page.close()
