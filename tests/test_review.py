"""A draft and two people of the real provider: who may approve, and that nobody else learns that there is one."""

import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from browser import chromium, open_live, shown, until_live
from conftest import free_port, sign_in_settings
from playwright.sync_api import Page, expect
from test_sign_in import PATIENCE_MS, Team, choose, served_at

from dashboard.menu import MENU
from dashboard.web.routes import routes
from etl.ledger.draft import Actor, Draft
from etl.ledger.release import MESSAGES
from etl.ledger.store import Store

ZOE = Actor("zoe@example.org", "a test")
pytestmark = pytest.mark.browser

SECRET_FIGURE, SECRET_WORDS = 2.6543, "a figure that nobody knows yet"
EXAMPLES = {
    "number": "1", "before": "1", "after": "1", "name": "spending", "chart": "spending-trend", "key": "abc", "rest": "x", "sha256": "0" * 64,
}  # fmt: skip


@pytest.fixture(scope="module")
def team(provider, few_store, tmp_path_factory) -> Team:
    """A ledger that anybody may look at, under review, with two editors: one by name, one by group."""
    folder = tmp_path_factory.mktemp("review")
    shutil.copytree(few_store.catalog_file.parent, folder / "ledger")
    store = Store(f"sqlite:{folder / 'ledger' / 'catalog.sqlite'}", str(folder / "ledger" / "parquet"))
    editors = folder / "editors.txt"
    editors.write_text("ana@example.org\ngroups=ledger-editors\nbea@example.org\n")
    settings = sign_in_settings(provider, f"http://localhost:{(port := free_port())}") | {
        "LEDGER_EDITORS_FILE": str(editors),
        "LEDGER_REVIEW": "required",
    }
    with chromium() as browser, served_at(port, store, folder / "log", settings) as served:
        expect.set_options(timeout=PATIENCE_MS)
        yield Team(served, editors, folder / "log", browser)


def signed_in(team: Team, person: str, path: str = "/update") -> Page:
    page = team.browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 1600}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    open_live(page, team.url + path)
    if "draft=" not in path:  # the address of a draft asks for the sign-in by itself
        page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("button", name=person, exact=True).click()
    page.wait_for_url(f"{team.url}/**")
    until_live(page)
    return page


def hidden_draft(team: Team) -> Draft:
    """An approved draft that is to be published tomorrow, that Vic may look at, and that nothing announces."""
    spending, drafts = team.ledger.current()["spending"].copy(), team.ledger.drafts
    spending.loc[0, "value"] = SECRET_FIGURE
    said = {MESSAGES: {"en": SECRET_WORDS, "fr": f"{SECRET_WORDS} (fr)"}}
    made = {"base": team.ledger.newest(), "author": ZOE.name, "message": SECRET_WORDS, "extra": said, "actor": ZOE}
    draft = team.ledger.draft({"spending": spending}, **made)
    moment = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    content = replace(draft.content, public_from=moment, zone="Europe/Paris", readers={"vic@example.org": "Vic"})
    draft = drafts.submit(drafts.change(draft, content, ZOE), ZOE)
    return drafts.approve(draft, Actor("yann@example.org", "a test"), by_another=True)


def addresses() -> list[str]:
    """Every address of the app that can be asked, with an example where it has a name in it."""
    found = [f"/{'' if name == 'overview' else name}" for name in MENU]
    for route in routes():
        path = route.path
        for name, example in EXAMPLES.items():
            path = path.replace(f"{{{name}:chart}}", example).replace(f"{{{name}:path}}", example)
            path = path.replace(f"{{{name}}}", example)
        assert "{" not in path, f"give an example for {path}"
        found.append(path)
    return [path for path in dict.fromkeys(found) if path not in ("/mcp", "/c/spending-trend.pdf")]


@pytest.mark.slow
def test_no_address_says_that_there_is_a_draft(team):
    draft = hidden_draft(team)
    secrets = (SECRET_WORDS, str(SECRET_FIGURE), draft.key, draft.key[:8], "zoe@example.org")
    before, told = team.ledger.newest(), []
    for path in addresses():
        for query in ("", f"?draft={draft.key}", f"?release={before + 1}"):
            answer = requests.get(f"{team.url}{path}{query}", timeout=60)
            body = answer.content.decode("utf-8", "replace")
            if query.startswith("?draft"):  # what was asked for may be said again, as for any other key
                body = body.replace(draft.key, "")
            told += [(path + query, secret) for secret in secrets if secret in body]
    assert not told
    assert team.ledger.newest() == before
    team.ledger.drafts.withdraw(draft, ZOE)


@pytest.mark.slow
def test_a_draft_is_there_for_its_named_readers_alone(team):
    draft, links = hidden_draft(team), {}
    asked = (f"/update?draft={draft.key}", f"/update?draft={'0' * 32}")
    for path in asked:
        answer = requests.get(team.url + path, headers={"accept": "text/html"}, allow_redirects=False, timeout=60)
        links[path] = answer.status_code, answer.headers["location"].partition("?")[0]
    assert {*links.values()} == {(303, "/auth/login")}, (
        "who is not signed in is sent to the sign-in, whatever is asked for"
    )
    vic = signed_in(team, "viewer", "/update")
    open_live(vic, team.url + asked[0])
    shown(vic, "A draft that is shown to you")
    shown(vic, SECRET_WORDS)
    expect(vic.get_by_role("button", name="Withdraw")).to_have_count(0)
    assert vic.request.get(team.url + asked[1]).status == 404
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    draft = team.ledger.drafts.change(draft, replace(draft.content, readers_from=later), ZOE)
    early, nothing = (vic.request.get(team.url + path) for path in asked)
    assert (early.status, early.text()) == (nothing.status, nothing.text()), "before the window there is nothing"
    draft = team.ledger.drafts.change(draft, replace(draft.content, readers={"ann@example.org": "Ann"}), ZOE)
    assert vic.request.get(team.url + asked[0]).status == 404
    vic.goto(f"{team.url}/update")
    team.ledger.drafts.withdraw(draft, ZOE)


@pytest.mark.slow
def test_what_is_announced_stands_in_page_calendar_and_api_until_it_is_withdrawn(team):
    draft = hidden_draft(team)
    announced = {"en": "Defence spending", "fr": "Dépenses de défense"}
    drafts = team.ledger.drafts
    draft = drafts.submit(drafts.change(draft, replace(draft.content, announced=announced), ZOE), ZOE)
    for approved, count in ((False, 0), (True, 1), (False, 0)):
        if approved:
            drafts.approve(draft, Actor("yann@example.org", "a test"), by_another=True)
        elif count == 0 and drafts.find(draft.key).state == "approved":
            drafts.withdraw(draft, ZOE)
        time.sleep(2)  # what is announced is trusted for a second, and the answer for half a one
        listed = requests.get(f"{team.url}/api/v1/releases", timeout=60).json()["planned"]
        assert [one["announced"] for one in listed] == [announced] * count
        feed = requests.get(f"{team.url}/deadlines.ics?topic=releases&lang=fr", timeout=60).text
        assert feed.count("Dépenses de défense") == feed.count("BEGIN:VEVENT") == count
        assert SECRET_WORDS not in feed and str(SECRET_FIGURE) not in feed


@pytest.mark.slow
def test_another_editor_approves_and_the_author_can_not_from_any_tab(team):
    before = team.ledger.newest()
    ana = signed_in(team, "editor")
    choose(ana, "2.14")
    shown(ana, "Defence spending: 1 row changed")
    ana.get_by_label("Why (everybody sees it in the history)").first.fill("A later figure")
    ana.get_by_label("The same in French").first.fill("Un chiffre plus récent")
    ana.keyboard.press("Tab")
    ana.get_by_role("button", name="Submit for review").first.click()
    shown(ana, "another editor must approve it. Nothing is published yet")
    (draft,) = team.ledger.drafts.open_ones()
    assert (draft.state, draft.content.author) == ("submitted", "Ana@example.org")
    path = f"/update?draft={draft.key[:8]}"  # for editors the letters that are shown are enough
    other_tab = ana.context.new_page()
    open_live(other_tab, team.url + path)
    shown(other_tab, "Somebody else must approve it")
    expect(other_tab.get_by_role("button", name="Approve and publish")).to_be_disabled()

    gus = signed_in(team, "group", path)
    approve = gus.get_by_role("button", name="Approve and publish")
    expect(approve).to_be_enabled()
    everybody = team.editors.read_text()
    team.editors.write_text("ana@example.org\n")  # gus is no editor any more, and his page does not know it yet
    approve.click()
    shown(gus, "may look but not change figures")
    assert (team.ledger.newest(), team.ledger.drafts.find(draft.key).state) == (before, "submitted")
    team.editors.write_text(everybody)

    gus = signed_in(team, "group", path)
    gus.get_by_role("button", name="Approve and publish").click()
    shown(gus, f"Release {before + 1} is published")
    release = team.ledger.release(before + 1) if team.ledger.newest() > before else None
    assert release and (release.author, release.extra["approved_by"]) == ("Ana@example.org", "gus@elsewhere.example")
    assert release.said("fr")[0] == "Un chiffre plus récent"
