"""Controls in a real browser: the address, the answer and the controls agree, whatever is changed, rerun, opened and changed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from browser import CHART, PATIENCE_MS
from playwright.sync_api import expect

from dashboard.menu import MENU

pytestmark = pytest.mark.browser

AT_REST = """() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')
    && document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"""
STATE = """() => ({
    titles: [...document.querySelectorAll('[data-testid=stMain] h2')].map(title => title.innerText),
    controls: [...document.querySelectorAll(
        '[data-testid=stMain] :is([data-testid=stSelectbox], [data-testid=stMultiSelect], [data-testid=stDateInput],'
        + '[data-testid=stNumberInput], [data-testid=stTextInput], [data-testid=stSlider], [data-testid=stCheckbox], [data-testid=stButtonGroup])'
    )].map(control => [
        control.innerText,
        ...[...control.querySelectorAll('input')].map(input => input.type === 'checkbox' ? input.checked : input.value),
        ...[...control.querySelectorAll('[aria-checked=true], [data-testid$=Active]')].map(button => button.innerText),
    ].join('|')),
})"""
WITHOUT_CHART = ("sources", "update", "data")
WRONG = ("went wrong", "Traceback", "mal passé")


@pytest.fixture
def opened(browser, served):
    context = browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)

    def open_(path: str):
        page = context.new_page()
        page.goto(url := path if path.startswith("http") else f"{served.url}/{path}")
        shown = "h1" if urlsplit(url).path.strip("/") in WITHOUT_CHART else CHART
        page.wait_for_selector(f"[data-testid=stMain] {shown}")
        settled(page)
        return page

    yield open_
    context.close()


def settled(page) -> None:
    """Wait until the run that a click began is over."""
    page.wait_for_timeout(250)
    page.wait_for_function(AT_REST)
    text = page.locator("[data-testid=stMain]").inner_text()
    assert not [word for word in WRONG if word in text]


def query(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def press(page, number: int) -> None:
    """One of the page's own row of buttons: every press is a rerun."""
    row = page.locator("[data-testid=stMain] [data-testid=stButtonGroup]").last
    row.get_by_role("radio").nth(number).click()
    settled(page)


def open_more(page, place: int = 0) -> None:
    page.get_by_role("button", name="More choices").nth(place).click()
    settled(page)


def close_more(page) -> None:
    page.keyboard.press("Escape")
    settled(page)


LINKS = {
    "spending": ("spending?edition=2025-08&publisher=NATO,SIPRI&transform=index&since=2018", {"edition", "publisher", "transform", "since"}),
    "pledges": ("pledges?edition=2024-06&view=cost", {"edition"}),
    "tariffs": ("tariffs?origin=CAN&importer=CAN&product=steel&on=2026-10-01&known=2026-10-01", {"importer"}),
    "deadlines": ("deadlines?known=2026-06-01", {"known"}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", LINKS)
def test_choices_behind_a_button_stand_through_reruns_openings_and_clicks(opened, name):
    path, kept = LINKS[name]
    page = opened(path)
    said = {key: query(page)[key] for key in kept}
    title = page.locator("[data-testid=stMain] h2").first.inner_text()
    press(page, 1)
    open_more(page)
    close_more(page)
    press(page, 0)
    assert {key: query(page).get(key) for key in kept} == said
    assert page.locator("[data-testid=stMain] h2").first.inner_text() == title


def change_each(page, within) -> None:
    """Every list takes another option, every group of buttons each of its own, every switch and slider moves."""
    for kind in ("stSelectbox", "stButtonGroup", "stSlider", "stNumberInput", "stCheckbox"):
        for place in range(within.locator(f"[data-testid={kind}]").count()):
            control = within.locator(f"[data-testid={kind}]").nth(place)
            if not control.is_visible():
                continue
            if kind == "stSelectbox":
                options = page.get_by_role("option")
                for _press in range(
                    20
                ):  # a click scrolls first, and that closes the list; so does a rerun's last answer
                    if options.count():
                        break
                    control.get_by_role("combobox").press("ArrowDown")
                    page.wait_for_timeout(500)
                options.nth(min(1, options.count() - 1)).click()
            elif kind == "stButtonGroup":
                for button in control.get_by_role("radio").all():
                    button.click()
                    settled(page)
            elif kind == "stSlider":
                control.get_by_role("slider").press("ArrowLeft")
            elif kind == "stCheckbox":
                control.locator("label").click()
            else:
                control.locator("input").press("ArrowUp")
            settled(page)


@pytest.mark.slow
@pytest.mark.parametrize("name", MENU)
def test_after_every_control_moved_a_fresh_reader_of_the_address_sees_the_same(opened, name):
    page = opened("" if name == "overview" else name)
    change_each(page, page.locator("[data-testid=stMain]"))
    mores = page.get_by_role("button", name="More choices").count()
    for place in range(mores):
        open_more(page, place)
        change_each(page, page.locator("[data-testid=stPopoverBody]"))
        close_more(page)
    fresh = opened(page.url)
    assert fresh.evaluate(STATE) == page.evaluate(STATE)
    assert query(fresh) == query(page)


@pytest.mark.slow
def test_an_emptied_list_is_said_and_drawn_with_its_default(opened):
    page = opened("spending?countries=DNK,POL")
    countries = page.locator("[data-testid=stMultiSelect]").first
    countries.get_by_role("button", name="Clear all").click()
    settled(page)
    assert "Countries" in page.locator("[data-testid=stAlert]").inner_text()
    assert query(page)["countries"] == "CAN,NATO_EUR_CAN,USA"


@pytest.mark.slow
def test_choices_stay_while_one_looks_at_another_page(opened):
    page = opened("spending?countries=DEU,FRA&measure=equipment_pct&year=2022")
    title = page.locator("[data-testid=stMain] h2").first.inner_text()
    for name in ("Deadlines", "Spending"):
        page.get_by_role("link", name=name).first.click()
        page.wait_for_function(f"() => document.querySelector('[data-testid=stMain] h1')?.innerText === '{name}'")
        page.wait_for_selector(f"[data-testid=stMain] {CHART}")
        settled(page)
    assert page.locator("[data-testid=stMain] h2").first.inner_text() == title
    assert query(page)["countries"] == "DEU,FRA" and query(page)["year"] == "2022"


@pytest.mark.slow
def test_the_newest_year_is_one_stop_that_stays_open(opened):
    page = opened("spending?view=ranking")
    slider = page.locator("[data-testid=stSlider]").get_by_role("slider")
    slider.press("ArrowLeft")
    settled(page)
    assert query(page)["year"] == "2025"
    slider.press("ArrowRight")
    settled(page)
    assert "year" not in query(page)


@pytest.mark.slow
def test_a_code_or_a_word_is_typed_in_one_box_and_stands_in_the_link(opened):
    page = opened("tariffs?origin=CAN&usmca=yes&on=2026-10-01&known=2026-10-01&lang=fr")
    box = page.get_by_label("Code ou mot")
    box.fill("7308")
    box.press("Enter")
    settled(page)
    assert query(page)["hs"] == "7308"
    page.get_by_label("Code plus précis").click()
    page.get_by_role("option", name="7308.90.30").first.click()
    settled(page)
    assert (
        query(page)["hs"] == "7308.90.30"
        and "7308.90.30 (" in page.locator("[data-testid=stMain] h2").first.inner_text()
    )
    box.fill("acier")
    box.press("Enter")
    settled(page)
    expect(page.locator("[data-testid=stMain] h2").first).to_contain_text("Acier", timeout=PATIENCE_MS)
    box.fill("")
    box.press("Enter")
    settled(page)
    assert "hs" not in query(page) and query(page)["product"] == "softwood-lumber"


@pytest.mark.slow
def test_a_scenario_is_put_together_marked_and_stands_in_the_link(opened):
    page = opened("tariffs?product=steel&usmca=no&on=2026-10-01&known=2026-10-01&whatif=US-301-FL-CAN:off")
    title = page.locator("[data-testid=stMain] h2").first
    assert title.inner_text().startswith("Scenario:") and query(page)["whatif"] == "US-301-FL-CAN:off"
    page.get_by_role("button", name="What if").click()
    settled(page)
    page.get_by_role("button", name="Add to the scenario").click()
    settled(page)
    first, second = query(page)["whatif"].split(",")
    assert first == "US-301-FL-CAN:off" and second.endswith(":off")
    box = page.get_by_label("Scenario", exact=True)
    box.fill("US-232-METALS-2026:rate=10")
    box.press("Enter")
    expect(title).to_contain_text("10 % in force", timeout=PATIENCE_MS)
    box.fill("")
    box.press("Enter")
    expect(title).not_to_contain_text("Scenario", timeout=PATIENCE_MS)
    settled(page)
    assert "whatif" not in query(page)
