"""Signing in with a real provider and a real browser: who may look, who may publish, and what an old cookie is worth."""

import asyncio
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from browser import chromium, open_live, shown, until_live
from conftest import COOKIE_SECRET, Served, free_port, serve, sign_in_settings
from itsdangerous import URLSafeTimedSerializer
from oidc_provider import BRIEF_S
from playwright.sync_api import BrowserContext, Page, expect
from servers import wait_until

from etl.ledger.audit import Audit, EndedSignIns
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

pytestmark = pytest.mark.browser

COOKIE = "_streamlit_user"
HEADER = "publisher,edition,iso3,year,measure,value,source_id\n"
LINK = "/spending?countries=CAN%2CDNK&lang=fr&view=table"
HELD_BACK = [
    "/", "/spending?countries=CAN", "/api/v1", "/api/v1/releases", "/api/v1/datasets/spending.csv", "/c/spending-trend",
    "/c/spending-trend.csv", "/c/spending-trend.png", "/embed/spending-trend", "/deadlines.ics", "/changes.atom",
    "/_stcore/upload_file/a/b", "/media/a.png", "/sign-in", "/mcp", "/llms.txt",
    "/origin?dataset=spending", "/api/v1/origin?dataset=spending", "/original/0",
    "/api/v1/find?q=Canada", "/api/v1/check?text=Canada+2.03+%25+of+GDP+in+2025", "/%2e%2e/api/v1/releases",
]  # fmt: skip
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Team:
    """A served ledger with sign-in, the file that lists its editors, and a browser."""

    served: Served
    editors: Path
    log: Path
    browser: object

    @property
    def url(self) -> str:
        return self.served.url

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.served.store)

    def refusals(self) -> list[tuple[str, str, str]]:
        log = Audit(self.served.store).entries(self.ledger.releases())
        return [(row.who, row.detail, row.where) for row in log[log["what"] == "refused"].itertuples()]


@pytest.fixture(scope="module")
def team(provider, tmp_path_factory) -> Team:
    """A ledger that only people of its list may look at. Its editors: a file, and a claim."""
    folder = tmp_path_factory.mktemp("team")
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    load(Ledger(store))
    editors = folder / "editors.txt"
    editors.write_text("ana@example.org  # by name\nbea@example.org\n")
    settings = sign_in_settings(provider, f"http://localhost:{(port := free_port())}") | {
        "LEDGER_EDITORS": "groups=ledger-editors",
        "LEDGER_EDITORS_FILE": str(editors),
        "LEDGER_VIEWERS": "@example.org",
    }
    with chromium() as browser, served_at(port, store, folder / "log", settings) as served:
        expect.set_options(timeout=PATIENCE_MS)
        yield Team(served, editors, folder / "log", browser)


@contextmanager
def served_at(port: int, store: Store, log: Path, settings: dict[str, str]):
    """The app on a port known before: the provider sends people back to it."""
    running = serve(store, log, port, **settings)
    try:
        yield next(running)
    finally:
        next(running, None)


def opened(team: Team, path: str = "/", cookies: list | None = None) -> Page:
    context = team.browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 1600})
    context.add_cookies(cookies or [])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    open_live(page, team.url + path)
    return page


def signed_in(team: Team, person: str, path: str = "/update") -> Page:
    """A page, opened by somebody who came by a link and had to sign in first."""
    page = opened(team, path)
    page.get_by_role("button", name=person, exact=True).click()
    page.wait_for_url(f"{team.url}/**")
    until_live(page)
    return page


def identity_cookies(context: BrowserContext) -> list:
    return [cookie for cookie in context.cookies() if cookie["name"].startswith(COOKIE)]


def signed_out(page: Page) -> None:
    page.get_by_role("button", name="Signed in").click()
    page.get_by_role("button", name="Sign out").click()
    shown(page, "You are signed out.")


def choose(page: Page, value: str) -> None:
    """Send a file that changes one figure."""
    page.locator("input[type=file]").first.wait_for(state="attached")
    content = f"{HEADER}NATO,2026-07,CAN,2026,share_of_gdp_pct,{value},nato-2026-07\n".encode()
    page.set_input_files("input[type=file]", {"name": "figures.csv", "mimeType": "text/csv", "buffer": content})


def ready_to_publish(page: Page, value: str, why: str):
    """The button that publishes a figure, after a file was taken and the reason given."""
    choose(page, value)
    shown(page, "Defence spending: 1 row changed")
    page.get_by_label("Why (everybody sees it in the history)").first.fill(why)
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Publish", exact=True)
    expect(button).to_be_enabled()
    return button


@pytest.mark.slow
def test_nothing_is_given_to_who_is_not_signed_in(team):
    for path in HELD_BACK:
        for method in ("GET", "HEAD", "PUT", "POST"):
            answer = requests.request(method, team.url + path, timeout=10, allow_redirects=False)
            wanted = (403,) if method == "PUT" and "upload" in path else (401,)
            assert answer.status_code in wanted, (method, path, answer.status_code)
            assert "2.13" not in answer.text
    answer = requests.get(f"{team.url}/api/v1/releases", headers={"Accept-Language": "fr-CA"}, timeout=10).json()
    assert answer["detail"] == "Connectez-vous pour consulter le registre."
    assert requests.get(f"{team.url}/healthz", timeout=10).json()["status"] == "ok"
    assert requests.get(f"{team.url}/_stcore/health", timeout=10).ok


def test_the_websocket_is_closed_to_who_is_not_signed_in(team):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus, match="403"):
        connect(team.url.replace("http", "ws") + "/_stcore/stream", origin=team.url)


@pytest.mark.slow
def test_a_link_opens_the_same_view_after_the_sign_in(team):
    page = signed_in(team, "viewer", LINK)
    page.wait_for_url(re.compile(r"/spending\?"))
    expect(page.get_by_role("heading", name="Dépenses")).to_be_visible()
    assert "countries=CAN%2CDNK" in page.url
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert "ledger_return" not in cookies
    assert cookies[COOKIE]["httpOnly"] and cookies[COOKIE]["sameSite"] == "Lax"
    assert cookies[COOKIE]["expires"] - time.time() < 8 * 3600 + 60
    answer = page.context.request.get(f"{team.url}/api/v1/datasets/spending.csv?release=1")
    assert answer.ok and "public" not in answer.headers["cache-control"]
    page.context.close()


def test_a_refused_sign_in_says_so_and_stops(team):
    page = signed_in(team, "nobody")
    shown(page, "The sign-in did not succeed.")
    page.context.close()


@pytest.mark.slow
def test_a_viewer_may_look_but_not_send_or_publish(team):
    page = signed_in(team, "viewer")
    shown(page, "vic@example.org may look but not change figures.")
    expect(page.locator("input[type=file]")).to_have_count(0)
    refused = page.context.request.put(f"{team.url}/_stcore/upload_file/session/file", data=b"x")
    assert refused.status == 403
    wait_until(
        lambda: any(who == "vic@example.org" and "send a file" in what for who, what, _where in team.refusals()),
        "the audit log",
    )
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("person", ["unverified", "group"])
def test_an_address_counts_only_when_the_provider_has_verified_it(team, person):
    page = opened(team, "/update")
    page.get_by_role("button", name=person, exact=True).click()
    if person == "group":  # an editor by a claim may look without being on the list of viewers
        expect(page.locator("input[type=file]").first).to_be_attached()
    else:
        shown(page, "may not look at this ledger")
        assert page.context.request.get(f"{team.url}/api/v1/releases").status == 403
    page.context.close()


@pytest.mark.slow
def test_an_editor_publishes_and_the_release_says_who_and_from_where(team):
    page = signed_in(team, "editor")
    ready_to_publish(page, "2.34", "A later figure").click()
    shown(page, re.compile(r"Release \d+ is published"))
    release = team.ledger.releases()[-1]
    assert (release.author, release.message) == ("Ana@example.org", "A later figure")
    assert (release.extra["signed_in_as"], release.extra["from"]) == ("Ana@example.org", "this machine")
    entries = Audit(team.served.store).entries(team.ledger.releases())
    assert tuple(entries.iloc[0][["who", "what", "where"]]) == ("Ana@example.org", "published", "this machine")
    shown(page, "Audit log")
    page.context.close()


@pytest.mark.slow
def test_a_cookie_copied_before_signing_out_is_worth_nothing_after(team):
    page = signed_in(team, "editor")
    button = ready_to_publish(page, "2.41", "After signing out elsewhere")
    copied, releases = identity_cookies(page.context), len(team.ledger.releases())
    other = page.context.new_page()
    open_live(other, f"{team.url}/spending")
    signed_out(other)

    button.click()
    shown(page, "This sign-in was ended by signing out.")
    thief = opened(team, "/update", copied)
    expect(thief.get_by_role("button", name="editor", exact=True)).to_be_visible()  # the provider asks who it is
    with_cookie = {cookie["name"]: cookie["value"] for cookie in copied}
    assert requests.get(f"{team.url}/api/v1/releases", cookies=with_cookie, timeout=10).status_code == 401
    assert (
        requests.put(f"{team.url}/_stcore/upload_file/a/b", cookies=with_cookie, data=b"x", timeout=10).status_code
        == 403
    )
    assert len(team.ledger.releases()) == releases
    assert EndedSignIns(team.served.store).read()  # every other process finds it there, too
    for one in (page, thief):
        one.context.close()


@pytest.mark.slow
def test_who_is_no_editor_any_more_can_not_publish(team):
    page = signed_in(team, "editor")
    button = ready_to_publish(page, "2.42", "After being removed")
    releases, listed = len(team.ledger.releases()), team.editors.read_text()
    team.editors.write_text("bea@example.org\n")
    try:
        button.click()
        shown(page, "Ana@example.org may look but not change figures.")
    finally:
        team.editors.write_text(listed)
    assert len(team.ledger.releases()) == releases
    page.context.close()


@pytest.mark.slow
def test_an_expired_token_can_not_publish(team):
    page = signed_in(team, "brief")
    signed_in_at = time.monotonic()
    expect(page.locator("input[type=file]").first).to_be_attached()
    time.sleep(max(0, BRIEF_S + 1 - (time.monotonic() - signed_in_at)))
    choose(page, "2.43")
    shown(page, "status code 403")
    assert page.context.request.put(f"{team.url}/_stcore/upload_file/session/file", data=b"x").status == 403
    page.reload()
    shown(page, "Your sign-in has ended.")
    page.context.close()


def forged(secret: str, claims: dict, signed_at: float | None = None) -> dict[str, str]:
    """An identity cookie as Streamlit writes it."""
    serializer = URLSafeTimedSerializer(secret, salt=COOKIE)
    signer = serializer.make_signer(COOKIE)
    if signed_at:
        signer.get_timestamp = lambda: int(signed_at)
    return {COOKIE: signer.sign(serializer.dump_payload(json.dumps(claims))).decode()}


def test_only_a_cookie_signed_here_not_long_ago_counts(team):
    claims = {"email": "ana@example.org", "origin": team.url, "is_logged_in": True, "exp": time.time() + 3600}

    def status(cookies: dict[str, str]) -> int:
        return requests.get(f"{team.url}/api/v1/releases", cookies=cookies, timeout=10).status_code

    assert status(forged(COOKIE_SECRET, claims)) == 200
    assert status(forged("another secret, just as long as the right one is", claims)) == 401
    assert status(forged(COOKIE_SECRET, claims, time.time() - 9 * 3600)) == 401
    assert status(forged(COOKIE_SECRET, claims | {"origin": "http://elsewhere.example"})) == 401
    assert status(forged(COOKIE_SECRET, claims | {"is_logged_in": False})) == 401
    for nonsense in ("", "x", "chunks-9", "é", "." * 5000):
        assert status({COOKIE: nonsense}) == 401


@pytest.mark.slow
def test_who_is_in_hundreds_of_groups_is_known_by_those_that_count(team):
    """Streamlit would write cookies larger than a websocket request may carry."""
    page = signed_in(team, "crowd")
    expect(page.locator("input[type=file]").first).to_be_attached()
    assert sum(len(cookie["value"]) for cookie in identity_cookies(page.context)) < 2000
    page.context.close()


@pytest.mark.parametrize(
    "kept", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/a\r\nSet-Cookie: x=1", ""]
)
def test_the_way_back_never_leads_elsewhere(kept):
    from dashboard.web.middleware.sign_in import OWN_PATH

    assert not OWN_PATH.fullmatch(kept)


@pytest.mark.slow
def test_what_the_log_of_refusals_holds_can_be_read_from_the_command_line(team):
    answer = subprocess.run(
        [sys.executable, "-m", "etl", "audit"], env=team.served.environment, capture_output=True, text=True, check=True
    )
    assert "published" in answer.stdout
    for person, why in (
        ("Ana@example.org", "signing out"),
        ("Ana@example.org", "may look"),
        ("bea@example.org", "has ended"),
    ):
        assert [line for line in answer.stdout.splitlines() if "refused" in line and person in line and why in line], (
            why
        )


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "Ana@example.org"}, "Ana@example.org"),
        ({"email": "ana@example.org", "email_verified": True}, "ana@example.org"),
        (
            {
                "email": "ana@example.org",
                "email_verified": False,
                "preferred_username": "ana@example.org",
                "name": "Ana",
            },
            "s1 (https://id.example)",
        ),
        ({"preferred_username": "ana"}, "ana"),
        ({}, "s1"),
    ],
)
def test_an_unverified_e_mail_names_nobody(claims, name):
    from dashboard.auth.roles import Person

    assert Person({"iss": "https://id.example", "sub": "s1"} | claims, "f", 0).name == name


def test_the_log_of_requests_holds_no_code_of_a_sign_in(caplog):
    import logging

    from dashboard.web.request_log import set_up_logs

    set_up_logs("text")
    for path in ("/oauth2callback?code=secret&state=secret", "/auth/login?provider=secret", "/spending?countries=CAN"):
        with caplog.at_level(logging.INFO, "uvicorn.access"):
            logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", path, "1.1", 302)
    assert "secret" not in caplog.text and "CAN" not in caplog.text
    assert "GET /oauth2callback HTTP/1.1" in caplog.text


def test_cookies_are_sent_by_https_only_where_the_server_is_reached_by_it(monkeypatch):
    from dashboard.auth import identity
    from dashboard.web.middleware.sign_in import SignInLayer

    async def app(scope, receive, send):
        cookies = [
            (b"set-cookie", f"{COOKIE}=x; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax".encode()),
            (b"set-cookie", b"other=y; Path=/"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": cookies})

    def given() -> list[bytes]:
        """What is sent on, asked in a thread: the browser of the other tests has this one's event loop."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, passed_on()).result()

    async def passed_on() -> list[bytes]:
        sent = []

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "path": "/healthz",
            "method": "GET",
            "headers": [],
            "query_string": b"",
            "client": None,
        }
        await SignInLayer(app)(scope, None, send)
        return [value for _name, value in sent[0]["headers"]]

    monkeypatch.setattr(identity, "is_set_up", lambda: True)
    monkeypatch.setattr(identity, "over_https", lambda: True)
    assert given() == [
        f"{COOKIE}=x; HttpOnly; Max-Age=28800; Path=/; SameSite=lax; Secure".encode(),
        b"other=y; Path=/; Secure",
    ]
    monkeypatch.setattr(identity, "over_https", lambda: False)
    assert b"Secure" not in b"".join(given())


@pytest.mark.slow
def test_a_sign_in_that_was_ended_stays_ended_when_the_hours_are_raised(few_ledger, monkeypatch):
    """Signed out where a sign-in lasts for seconds: the same cookie would be good again once it may last for weeks."""
    from types import SimpleNamespace

    from dashboard.auth import identity, permission
    from dashboard.auth.identity import SignIn, Visit
    from dashboard.auth.roles import Person
    from dashboard.web.middleware import sign_in
    from etl.ledger import audit
    from etl.settings import LONGEST_SIGN_IN_HOURS

    person, now = Person({"sub": "s1"}, "the cookie's fingerprint", 0), audit._now()
    monkeypatch.setattr(identity, "sign_in_of", lambda visit, hours: SignIn(person))
    monkeypatch.setattr(permission, "roles", lambda: SimpleNamespace(hours=0.003))
    monkeypatch.setattr(permission, "ended_sign_ins", lambda: EndedSignIns(few_ledger.store))
    with ThreadPoolExecutor(1) as thread:  # the browser of the other tests has this one's event loop
        thread.submit(asyncio.run, sign_in._end(Visit({}, {}, ""))).result()
    for hours, ended in ((0, True), (LONGEST_SIGN_IN_HOURS - 1, True), (LONGEST_SIGN_IN_HOURS + 1, False)):
        monkeypatch.setattr(audit, "_now", lambda hours=hours: now + timedelta(hours=hours))
        assert (person.fingerprint in EndedSignIns(few_ledger.store).read()) == ended


# --- without sign-in ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_server_that_others_reach_is_read_only_without_sign_in(team, tmp_path):
    with contextmanager(serve)(team.served.store, tmp_path / "log", UVICORN_HOST="0.0.0.0") as public:
        refused = requests.put(
            f"{public.url}/_stcore/upload_file/a/b", data=b"x", headers={"Accept-Language": "en"}, timeout=10
        )
        assert (refused.status_code, refused.text.partition(".")[0]) == (403, "You may look but not upload")
        page = team.browser.new_page(locale="en-CA")
        open_live(page, f"{public.url}/update")
        shown(page, "Figures can only be looked at here")
        expect(page.locator("input[type=file]")).to_have_count(0)
        assert requests.get(f"{public.url}/api/v1/releases", timeout=10).ok
        page.close()


BY_PROXIES = (
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-port",
    "forwarded",
    "via",
    "x-real-ip",
    "cf-connecting-ip",
)


@pytest.mark.parametrize(
    ("arguments", "headers", "public_url", "allowed"),
    [
        (["uvicorn", "app:app"], {}, "", True),
        (["uvicorn", "app:app", "--host", "127.0.0.1"], {}, "", True),
        (["uvicorn", "app:app", "--host=0.0.0.0"], {}, "", False),
        (["uvicorn", "app:app", "--host", "::"], {}, "", False),
        (["uvicorn", "app:app", "--uds", "/run/ledger"], {}, "", False),
        *((["uvicorn", "app:app"], {name: "192.0.2.7"}, "", False) for name in BY_PROXIES),
        (["uvicorn", "app:app"], {}, "https://ledger.example", False),
        (["gunicorn", "app:app"], {}, "", False),
    ],
)
def test_without_sign_in_only_this_machine_may_edit(arguments, headers, public_url, allowed, monkeypatch):
    from dashboard.auth import edit_token, permission
    from dashboard.auth.identity import Visit

    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setenv("LEDGER_PUBLIC_URL", public_url)
    monkeypatch.setenv("LEDGER_EDIT_WITHOUT_SIGN_IN", "yes")
    sent, proof = {"host": "localhost:8501"} | headers, {"ledger_edit_8501": edit_token.token()}
    asked = Visit(sent, proof, "127.0.0.1")
    assert (permission.keeps_from_editing(asked) is None) == allowed
    assert permission.keeps_from_editing(Visit(sent, proof, "192.0.2.7")) is not None
    for wrong in ({}, {"ledger_edit_8501": ""}, {"ledger_edit_8501": "yes"}, {"ledger_edit": edit_token.token()}):
        assert permission.keeps_from_editing(Visit(sent, wrong, "127.0.0.1")) is not None
    assert permission.keeps_from_editing(Visit({}, {}, "")) is not None  # a session whose reader has gone
    monkeypatch.delenv("LEDGER_EDIT_WITHOUT_SIGN_IN")
    assert permission.keeps_from_editing(asked) is not None, (
        "a proxy need not say that it is one: the operator's word counts"
    )


def test_settings_that_can_not_work_stop_the_start_with_a_sentence(monkeypatch):
    from dashboard.auth.roles import Roles
    from etl.settings import settings

    for name, value, words in (
        ("LEDGER_EDITORS", "ana", "holds “ana”"),
        ("LEDGER_VIEWERS", "some", "holds “some”"),
        ("LEDGER_SIGN_IN_HOURS", "0", "give hours"),
    ):
        with monkeypatch.context() as patch, pytest.raises(SystemExit, match=words):
            patch.setenv(name, value)
            Roles.from_settings(settings())
    monkeypatch.setenv("LEDGER_OIDC_CLIENT_ID", "ledger")
    with pytest.raises(SystemExit, match="LEDGER_OIDC_METADATA_URL"):
        settings()
