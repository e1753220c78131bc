"""The Update page in a real browser: a file with a fault, corrected, previewed, published, seen elsewhere, undone."""

import pytest
from browser import open_live, shown
from playwright.sync_api import Page, expect

from etl.ledger.ledger import Ledger

PATIENCE_MS = 30_000
HEADER = "publisher,edition,iso3,year,measure,value,source_id\n"
pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def closed_afterwards(browser):
    yield
    for context in browser.contexts:
        context.close()


def opened(browser, url: str) -> Page:
    page = browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 1600}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    open_live(page, url)
    return page


def choose(page: Page, name: str, text: str) -> None:
    page.locator("input[type=file]").first.wait_for(state="attached")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})


def say_why(page: Page, why: str) -> None:
    page.get_by_label("Why (everybody sees it in the history)").first.fill(why)
    page.keyboard.press("Tab")


def say_who(page: Page) -> None:
    page.get_by_label("Who publishes").first.fill("A. Adviser")
    page.keyboard.press("Tab")


@pytest.mark.slow
def test_a_figure_is_corrected_published_seen_elsewhere_and_undone_and_an_outlier_keeps_its_reason(own_served, browser):
    expect.set_options(timeout=PATIENCE_MS)
    reader = opened(browser, f"{own_served.url}/spending?countries=CAN")
    shown(reader, "Canada: 2.13")
    page = opened(browser, own_served.edit_address)

    choose(page, "figures.csv", HEADER + "NATO,2026-07,CAN,2026,share_of_gdp_pct,two,nato-2026-07\n")
    shown(page, "One problem stands in the way")
    shown(page, "row 2, column value = 'two': is not a number")
    expect(page.get_by_role("region", name="Problems").locator("canvas").first).to_contain_text("is not a number")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Remove figures.csv").click()
    choose(page, "same.csv", HEADER + "NATO,2026-07-01,CAN,2026,share_of_gdp_pct,2.13,nato-2026-07\n")
    shown(page, "it is read as 2026-07")  # what was repaired is said though nothing differs
    shown(page, "there is nothing to publish")

    page.get_by_role("button", name="Remove same.csv").click()
    choose(page, "figures.csv", HEADER + "NATO,2026-07,CAN,2026,share_of_gdp_pct,2.34,nato-2026-07\n")
    shown(page, "Defence spending: 1 row changed")
    expect(page.get_by_role("region", name="Defence spending: 1 row changed").locator("canvas").first).to_contain_text(
        "2.34"
    )
    expect(page.locator(".st-key-update-chart-then .main-svg").first).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    say_why(page, "A later figure of the ministry")
    name = page.get_by_label("Who publishes").first
    expect(name).to_have_value("")  # the account that the server runs under is nobody's name
    shown(page, "Say who publishes.")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    say_who(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    shown(page, "Release 2 is published")

    shown(reader, "Canada: 2.34")
    release = Ledger(own_served.store).release(2)
    assert (release.message, release.author) == ("A later figure of the ministry", "A. Adviser")
    assert Ledger(own_served.store).file(release.extra["files"][0]["sha256"])[0] == "figures.csv"

    release_shown = page.locator("[class*=st-key-history-release-2] input")  # the list of before may still stand there
    expect(release_shown).to_have_value("2")
    page.get_by_role("button", name="Undo release 2 …").click()
    expect(page.get_by_label("Who publishes").last).to_have_value("A. Adviser")  # asked once in a session
    page.get_by_role("button", name="Yes, undo").click()
    shown(page, "Release 3 is published")
    shown(reader, "Canada: 2.13")

    choose(page, "tanks.csv", HEADER + "NATO,2026-07,POL,2026,real_change_pct,85,nato-2026-07\n")
    shown(page, "is outside -40 to 80")
    label = "If Poland 2026, Real change of expenditure on the year before is true, why?"
    reason = page.get_by_label(label)
    for why in ("tanks", "tanks paid at once"):
        reason.fill(why)
        page.keyboard.press("Tab")
        expect(page.get_by_text(f"is accepted as true: {why}", exact=False).last).to_be_visible()
        expect(reason).to_have_value(why)
    reason.fill("")
    page.keyboard.press("Tab")
    shown(page, "One problem stands in the way")
    reason.fill("tanks paid at once")
    page.keyboard.press("Tab")
    shown(page, "Defence spending: 1 row changed")
    say_why(page, "Poland's order")
    for warning in page.locator("[class*=st-key-update-accept]").all():
        warning.locator("label").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    shown(page, "Release 4 is published")
    (kept,) = Ledger(own_served.store).release(4).extra["outliers"]
    assert "POL 2026 real_change_pct" in kept or "tanks paid at once" in kept


@pytest.mark.slow
def test_who_was_overtaken_sees_what_changed_and_goes_on(own_served, browser):
    expect.set_options(timeout=PATIENCE_MS)
    page = opened(browser, own_served.edit_address)
    choose(page, "mine.csv", HEADER + "NATO,2026-07,CAN,2026,share_of_gdp_pct,2.34,nato-2026-07\n")
    shown(page, "Defence spending: 1 row changed")
    publish_from_elsewhere(own_served.store)
    shown(page, "Release 2 was published since you began")
    shown(page, "Release 2, somebody: faster")
    page.get_by_role("button", name="Go on from release 2").click()
    say_why(page, "After all")
    say_who(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    shown(page, "Release 3 is published")
    values = (
        Ledger(own_served.store)
        .at(3)
        .sql(
            "SELECT iso3, value FROM spending WHERE edition = '2026-07' AND year = 2026 AND measure = 'share_of_gdp_pct' AND iso3 IN ('CAN', 'DNK') ORDER BY iso3"
        )
    )
    assert values["value"].tolist() == [2.34, 4.6]


def publish_from_elsewhere(store) -> None:
    from etl.importing.proposal import Request, propose, publish

    ledger = Ledger(store)
    rows = HEADER + "NATO,2026-07,DNK,2026,share_of_gdp_pct,4.6,nato-2026-07\n"
    proposal = propose(ledger, Request(rows.encode(), "other.csv", "spending"))
    assert not proposal.problems
    publish(ledger, proposal, author="somebody", message="faster")


@pytest.mark.slow
def test_markup_in_a_file_is_shown_as_text(own_served, browser):
    expect.set_options(timeout=PATIENCE_MS)
    page = opened(browser, own_served.edit_address)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    hostile = "<img src=https://example.org/x.png onerror=alert(1)> ![x](https://example.org/y.png)"
    choose(page, "hostile.csv", HEADER + f'"{hostile}",2026-07,CAN,2025,share_of_gdp_pct,2.1,nato-2026-07\n')
    shown(page, "Add the new edition")
    assert not [url for url in asked if "example.org" in url]
