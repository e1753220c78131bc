"""Alerts sent: to a real mail server and a real program on this machine, each message once, whatever is killed in between."""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pandas as pd
import pytest
import requests
from browser import PATIENCE_MS, open_live
from conftest import ROOT, environment, serve
from playwright.sync_api import expect
from servers import wait_until
from sinks import mail_sink, own_certificate, program_sink
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import language
from dashboard import ledger as own
from dashboard.alerts import beginning, signed
from dashboard.alerts.beginning import NotBegun, ask_by_mail, begin_for_program
from dashboard.alerts.deliver import deliver
from dashboard.alerts.rule import FEED, read
from dashboard.auth import identity, permission
from dashboard.auth.roles import Roles
from dashboard.web import alert_pages
from dashboard.web.middleware.sign_in import is_open
from etl.commands.keep import export
from etl.contract import ContractViolation
from etl.fetch import post
from etl.ledger import alerts
from etl.ledger.alerts import EMAIL, LEASE, WEBHOOK, Subscription, Subscriptions
from etl.ledger.budget import Budget
from etl.ledger.compaction import compact
from etl.ledger.ledger import Ledger
from etl.ledger.release import PUBLISHED_AT
from etl.settings import Settings, days

VIEW = "spending-trend?countries=CAN"
ANA = "ana@example.org"
FROM = "ledger@example.org"
ELSEWHERE = "127.0.0.2"  # of this machine, and not one of the names it is known by
UNTRUSTED = f"{ELSEWHERE}: can't be reached (SSLError). Check that it answers."


@pytest.fixture
def mails(monkeypatch):
    with mail_sink() as sink:
        monkeypatch.setenv("LEDGER_SMTP_URL", sink.url)
        monkeypatch.setenv("LEDGER_SMTP_FROM", FROM)
        yield sink


@pytest.fixture
def program(monkeypatch):
    with program_sink() as sink:
        monkeypatch.setenv("LEDGER_WEBHOOKS", "anywhere")
        yield sink


@pytest.fixture
def here(few_ledger, monkeypatch):
    """This process's own ledger is the test's."""
    for name, value in environment(few_ledger.store).items():
        monkeypatch.setenv(name, value)
    for cached in (own.ledger, own.subscriptions):
        cached.cache_clear()
    beginning._ASKED.clear()
    beginning._OF_ADDRESS.clear()
    yield few_ledger
    for cached in (own.ledger, own.subscriptions):
        cached.cache_clear()


def publish(ledger: Ledger, value: float) -> None:
    spending = ledger.current()["spending"].copy()
    row = (spending["iso3"] == "CAN") & (spending["publisher"] == "NATO") & (spending["year"] == 2024)
    spending.loc[row & (spending["measure"] == "share_of_gdp_pct"), "value"] = value
    assert ledger.publish({"spending": spending}, author="Ana", message="Canada again")


def subscribe(ledger: Ledger, channel: str, target: str, spoken: str = "en") -> Subscription:
    alert = read({"view": VIEW, "rule": "revised"}, ledger.at(1))
    new = Subscription.new(channel, target, alert.text, spoken, "http://ledger.test")
    return Subscriptions(ledger.store).add(new)


def subscribed_nowhere() -> Subscription:
    return Subscription.new(EMAIL, ANA, "", "en", "http://ledger.test")


def run(ledger: Ledger, now: datetime | None = None) -> list[str]:
    return [one.why or "sent" for one in deliver(ledger, Subscriptions(ledger.store), now)]


@pytest.mark.slow
def test_a_release_is_told_once_by_mail_with_old_new_difference_and_a_way_out(here, mails):
    subscribe(here, EMAIL, ANA)
    subscribe(here, EMAIL, "rene@example.org", "fr")
    assert run(here) == [], "nothing happened since"
    publish(here, 1.9)
    assert run(here) == ["sent", "sent"] and run(here) == []
    english, french = mails.read()
    assert (english["To"], english["From"]) == (ANA, FROM) and "1 value was revised" in english["Subject"]
    assert "1.41 → 1.90" in mails.text(0) and "1,41 → 1,90" in mails.text(1)
    assert "a été révisée" in french["Subject"] and french["Content-Language"] == "fr"
    shown = re.search(r"What differs, for good: (\S+)", mails.text(0))[1]
    assert (
        shown.startswith("http://ledger.test/c/spending-trend?") and "with_release=1" in shown and "release=2" in shown
    )
    stop = english["List-Unsubscribe"].strip("<>")
    assert stop.startswith("http://ledger.test/alerts/stop?token=") and stop in mails.text(0)
    assert f"List-Unsubscribe: <{stop}>".encode() in mails.mails[0], "not folded, not encoded"
    assert english["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    targets = here.current()["targets"].copy()
    targets["label"] = targets["label"] + " "
    here.publish({"targets": targets}, author="Ana", message="Not of any value")
    assert run(here) == [], "silence when nothing of it was revised"


def test_a_program_is_told_as_standard_webhooks_say(here, program):
    alert = read({"view": VIEW, "rule": "crossed", "line": "1.8"}, here.at(1))
    held, why = begin_for_program(alert, program.url, "http://ledger.test")
    publish(here, 1.9)
    assert (why, run(here)) == ("", ["sent"])
    key = base64.b64decode(signed.signing_secret(own.subscriptions().secret(), held.key).removeprefix("whsec_"))
    for headers, body in program.got:
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        assert (
            headers["webhook-signature"] == f"v1,{expected}"
            and abs(time.time() - int(headers["webhook-timestamp"])) < 60
        )
    first, second = (json.loads(body) for _headers, body in program.got)
    assert (first["type"], second["type"], second["data"]["release"]) == ("alert.begun", "alert.release", 2)
    assert second["data"]["changes"] == [{"what": "Canada, 2024", "column": "Value", "old": 1.41, "new": 1.9}]
    assert len(set(program.ids)) == 2 and second["data"]["difference"].startswith("http://ledger.test/c/")


@pytest.mark.slow
def test_a_kill_between_claim_and_mark_loses_nothing_and_doubles_nothing(here, program):
    subscribe(here, WEBHOOK, program.url)
    publish(here, 1.9)
    program.hold.clear()
    sender = subprocess.Popen([sys.executable, "-m", "etl", "alerts"], cwd=ROOT, env=dict(os.environ))
    wait_until(lambda: program.got, "the message")
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    program.hold.set()
    assert run(here) == [], "while the claim holds, nobody else sends it"
    later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    assert run(here, later) == ["sent"] and run(here, later + timedelta(days=1)) == []
    assert len(program.got) == 2 and len(set(program.ids)) == 1, "the same id: whoever gets both takes one"
    assert len({body for _headers, body in program.got}) == 1


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_several_at_once_send_it_once(here, mails):
    for number in range(3):
        subscribe(here, EMAIL, f"reader{number}@example.org")
    publish(here, 1.9)
    ledgers = [Ledger(here.store) for _ in range(2)]
    threads = [threading.Thread(target=run, args=(one,)) for one in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail["To"] for mail in mails.read()) == [f"reader{number}@example.org" for number in range(3)]


@pytest.mark.slow
def test_what_fails_is_tried_again_and_given_up_in_the_end(here, program, monkeypatch):
    monkeypatch.setattr(alerts, "PAUSES", pauses := alerts.PAUSES[:2])
    subscribe(here, WEBHOOK, program.url)
    publish(here, 1.9)
    program.answer, now = 500, datetime.now(UTC)
    assert run(here, now) == ["It was answered with status 500."] and run(here, now) == []
    for pause in pauses:
        now += pause + timedelta(minutes=1)
        assert run(here, now) == ["It was answered with status 500."]
    assert Subscriptions(here.store).all() == [], "who took nothing for so long is told no more"
    assert run(here, now + timedelta(days=5)) == [] and len(set(program.ids)) == 1


@pytest.mark.slow
def test_people_are_told_before_programs_and_no_log_holds_a_programs_secret(here, program, mails):
    program.answer = 500
    subscribe(here, WEBHOOK, f"{program.url}?key=T0KEN")
    subscribe(here, WEBHOOK, "http://ana:pass-word@localhost:1/T0KEN")
    subscribe(here, EMAIL, ANA)
    publish(here, 1.9)
    told = run(here)
    assert told[0] == "sent" and len(told) == 3
    assert not any(secret in one for one in told for secret in ("T0KEN", "pass-word", "ana"))


def test_a_strangers_token_writes_nothing_to_the_ledger(here):
    before = here.store.catalog_file.read_bytes()
    with TestClient(Starlette(routes=alert_pages.routes())) as client:
        for path in (signed.BEGIN, signed.END):
            for ask in (client.get, client.post):
                assert (
                    ask(
                        path, params={"token": signed.ending(b"", subscribed_nowhere()).partition("token=")[2]}
                    ).status_code
                    == 404
                )
    assert here.store.catalog_file.read_bytes() == before and not Subscriptions(here.store).known_secret()


@pytest.mark.slow
def test_a_program_that_is_gone_is_told_no_more(here, program):
    subscribe(here, WEBHOOK, program.url)
    publish(here, 1.9)
    program.answer = 410
    assert run(here) == ["It was answered with status 410."] and Subscriptions(here.store).all() == []


def test_without_leave_of_the_operator_nothing_is_sent(here):
    subscribe(here, EMAIL, ANA)
    subscribe(here, WEBHOOK, "http://localhost:1/hook")
    publish(here, 1.9)
    assert run(here) == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://example.org/hook", "is not an https address."),
        ("https://localhost/hook", "is inside this machine's own network."),
        ("https://127.0.0.1:1/hook", "is inside this machine's own network."),
        ("https://[::1]/hook", "is inside this machine's own network."),
        ("https://10.0.0.1/hook", "is inside this machine's own network."),
        ("https://169.254.169.254/latest", "is inside this machine's own network."),
    ],
)
def test_only_public_addresses_are_told_unless_the_operator_says_anywhere(url, sentence):
    with pytest.raises(ContractViolation) as refused:
        post(url, b"{}", {})
    assert sentence in refused.value.problems[0].sentence()


def test_an_alert_begins_when_its_address_says_so_and_nothing_is_kept_before(here, mails, monkeypatch):
    alert = read({"view": VIEW, "rule": "revised"}, here.at(1))
    with pytest.raises(NotBegun, match="LEDGER_PUBLIC_URL"):
        ask_by_mail(alert, ANA, "http://of-a-strangers-choice.example")
    monkeypatch.setenv("LEDGER_PUBLIC_URL", "http://ledger.test")
    ask_by_mail(alert, f" {ANA} ", "http://of-a-strangers-choice.example")
    (link,) = re.findall(r"http://ledger.test/alerts/confirm\?token=(\S+)&lang=en", mails.text())
    secret = own.subscriptions().secret()
    assert own.subscriptions().all() == []
    begun = signed.begun(secret, link)
    assert (begun.target, begun.alert, begun.language) == (ANA, alert.text, "en")
    assert signed.begun(secret, link[:-1]) is None and signed.begun(b"another", link) is None
    monkeypatch.setattr(signed, "GOOD_FOR_S", -1)
    assert signed.begun(secret, link) is None, "too old"
    with pytest.raises(NotBegun, match="a moment ago"):
        ask_by_mail(alert, ANA.upper(), "http://ledger.test")
    for wrong in ("ana", "ana@", "Ana <ana@example.org>", "ana@example.org\nBcc: x@example.org", "a@b", ""):
        with pytest.raises(NotBegun, match="no e-mail address"):
            ask_by_mail(alert, wrong, "http://ledger.test")
    for _again in range(beginning.MOST_TO_ONE - 1):
        beginning._ASKED.clear()
        ask_by_mail(alert, ANA, "http://ledger.test")
    beginning._ASKED.clear()
    with pytest.raises(NotBegun, match="Many alerts"):
        ask_by_mail(alert, ANA.title(), "http://ledger.test")
    monkeypatch.setattr(beginning, "ASKED", spent := Budget(1, 600))
    assert spent.take()
    with pytest.raises(NotBegun, match="Many alerts"):
        ask_by_mail(alert, "bob@example.org", "http://ledger.test")
    assert len(mails.mails) == beginning.MOST_TO_ONE


@pytest.mark.slow
def test_an_address_goes_for_good_and_is_in_no_file_of_the_ledger(here, mails, tmp_path):
    held = subscribe(here, EMAIL, ANA)
    assert subscribe(here, EMAIL, ANA.upper()).key == held.key, "the same again is the same"
    stays = subscribe(here, EMAIL, "bob@example.org")
    publish(here, 1.9)
    assert run(here) == ["sent", "sent"]
    export.main(["--all", str(tmp_path / "all.zip")], standalone_mode=False)
    assert not any("_alert" in name for name in zipfile.ZipFile(tmp_path / "all.zip").namelist())
    subscriptions = Subscriptions(here.store)
    assert subscriptions.remove(held.key) and not subscriptions.remove(held.key)
    assert [one.key for one in subscriptions.all()] == [stays.key]
    folder = here.store.catalog_file.parent
    (kept,) = (folder / "parquet" / "main" / "_alerts").glob("*.parquet")
    for file in [*folder.glob("catalog*"), kept]:
        assert not {ANA.encode(), b"bob@example.org"} & {
            one for one in (ANA.encode(), b"bob@example.org") if one in file.read_bytes()
        }
    compact(here.store, "0 SECONDS")
    assert [one.target for one in subscriptions.all()] == ["bob@example.org"] and run(here) == []


def test_mail_and_messages_go_to_servers_with_a_certificate_that_is_trusted_and_to_no_others(
    here, monkeypatch, tmp_path
):
    """Real STARTTLS and https, on an address of this machine that is not taken for it."""
    file, secret = own_certificate(tmp_path, ELSEWHERE)
    monkeypatch.setenv("LEDGER_SMTP_FROM", FROM)
    monkeypatch.setenv("LEDGER_WEBHOOKS", "anywhere")
    with mail_sink(secret, ELSEWHERE) as mails, program_sink(secret, ELSEWHERE) as program:
        monkeypatch.setenv("LEDGER_SMTP_URL", mails.url)
        subscribe(here, EMAIL, ANA)
        subscribe(here, WEBHOOK, program.url)
        publish(here, 1.9)
        now = datetime.now(UTC)
        assert run(here, now) == ["The mail server did not take it (SSLCertVerificationError).", UNTRUSTED]
        assert (mails.mails, program.got) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert run(here, now + timedelta(minutes=10)) == ["sent", "sent"]
        assert (len(mails.mails), mails.in_secret, len(program.got)) == (1, 1, 1)
    with mail_sink(host=ELSEWHERE) as plain:
        monkeypatch.setenv("LEDGER_SMTP_URL", plain.url)
        publish(here, 1.95)
        told = run(here, now + timedelta(minutes=20))
        assert "The mail server did not take it (SMTPNotSupportedError)." in told and plain.mails == [], (
            "never in the clear"
        )


@pytest.mark.parametrize(
    ("viewers", "target", "days_on", "outcome"),
    [
        ("anyone", ANA, 100, "sent"),
        ("ana@example.org", ANA, 100, "sent"),
        ("@example.org", ANA, 100, "sent"),
        ("bob@example.org", ANA, 0, "gone"),
        ("signed-in", ANA, 1, "sent"),
        ("signed-in", ANA, 31, "gone"),
        ("groups=readers", ANA, 1, "sent"),
        ("groups=readers", ANA, 31, "gone"),
    ],
)
def test_who_lost_the_right_to_look_is_told_no_more(here, mails, monkeypatch, viewers, target, days_on, outcome):
    monkeypatch.setattr(permission, "roles", lambda: Roles.from_settings(Settings(viewers=viewers)))
    monkeypatch.setattr(identity, "is_set_up", lambda: True)
    new = Subscription.new(
        EMAIL, target, read({"view": VIEW, "rule": "revised"}, here.at(1)).text, "en", "http://ledger.test"
    )
    subscriptions = Subscriptions(here.store)
    subscriptions.add(replace(new, since=datetime.now(UTC) - timedelta(days=days_on)))
    publish(here, 1.9)
    assert (run(here), len(subscriptions.all())) == ((["sent"], 1) if outcome == "sent" else ([], 0))
    assert ("It ends on" in mails.text() if mails.mails else False) == (outcome == "sent" and days_on == 1)


def test_an_alert_that_is_begun_again_goes_on(here):
    subscriptions, new = Subscriptions(here.store), subscribed_nowhere()
    first = subscriptions.add(replace(new, since=new.since - timedelta(days=20)))
    assert subscriptions.add(replace(new, key="another")).since == new.since
    (held,) = subscriptions.all()
    assert (held.key, held.since) == (first.key, new.since)


def test_an_alert_is_ended_without_a_sign_in_and_begun_by_who_may_look():
    assert is_open(signed.END) and not is_open(signed.BEGIN) and not is_open(FEED)


def test_a_day_that_comes_near_is_sent_once(here, mails, seeds):
    """The release that brought the deadline is older than the alert: only the day is told."""
    now, due = datetime.now(UTC), days.today() + timedelta(days=30)
    row = (
        seeds["deadlines"].head(1).assign(due_on=pd.Timestamp(due), set_on=pd.NaT, outcome="pending", outcome_on=pd.NaT)
    )
    extra = {PUBLISHED_AT: (now - timedelta(days=3)).isoformat()}
    assert here.publish({"deadlines": row}, author="Ana", message="A deadline", extra=extra)
    new = Subscription.new(EMAIL, ANA, "view=deadlines-timeline&rule=deadline&days=30", "en", "http://ledger.test")
    Subscriptions(here.store).add(replace(new, since=now - timedelta(days=2)))
    assert run(here) == ["sent"] and run(here) == []
    assert "A deadline comes in 30 days" in mails.text() and language.day(due) in mails.text()
    assert "The view of that day, for good: http://ledger.test/c/deadlines-timeline?" in mails.text()


@pytest.mark.slow
@pytest.mark.browser
def test_from_the_chart_to_the_mail_and_out_again(few_ledger, tmp_path, browser):
    with mail_sink() as mails:
        allowed = {"LEDGER_SMTP_URL": mails.url, "LEDGER_SMTP_FROM": FROM}
        for served in serve(few_ledger.store, tmp_path / "log", **allowed):
            page = browser.new_context().new_page()
            open_live(page, f"{served.url}/spending?countries=CAN")
            page.get_by_role("button", name="Share", exact=True).first.click(timeout=PATIENCE_MS)
            page.get_by_role("tab", name="Alerts").click(timeout=PATIENCE_MS)
            feed = page.get_by_text("/alerts.atom?view=").first.inner_text(timeout=PATIENCE_MS)
            page.get_by_label("By e-mail").fill(ANA)
            page.get_by_role("button", name="Send a link to begin").click()
            wait_until(lambda: mails.mails, "the mail with the link")
            link = re.search(r"http\S+/alerts/confirm\S+", mails.text())[0]
            assert requests.get(link, timeout=60).ok and Subscriptions(few_ledger.store).all() == [], (
                "a look begins nothing"
            )
            page.goto(link)
            page.get_by_role("button", name="Begin").click()
            expect(page.get_by_role("heading", name="The alert has begun")).to_be_visible(timeout=PATIENCE_MS)
            publish(few_ledger, 1.9)
            wait_until(lambda: len(mails.mails) == 2, "what the server itself tells after a release")
            assert "1.41 → 1.90" in mails.text()
            _feed(feed.strip())
            stop = mails.read()[1]["List-Unsubscribe"].strip("<>")
            assert "Stop this alert?" in requests.get(stop, timeout=60).text and Subscriptions(few_ledger.store).all()
            answer = requests.post(stop, {"List-Unsubscribe": "One-Click"}, timeout=60)
            assert answer.ok and Subscriptions(few_ledger.store).all() == []
            page.goto(stop)
            expect(page.get_by_role("heading", name="The alert is stopped")).to_be_visible(timeout=PATIENCE_MS)


def _feed(address: str) -> None:
    """The feed of the view is for everybody, and says the same under its own address."""
    answer = requests.get(address, timeout=120)
    feed = feedparser.parse(answer.content)
    assert answer.headers["content-type"].startswith("application/atom+xml") and not feed.bozo
    (entry,) = feed.entries
    assert entry.title.startswith("1 difference in this view: ") and entry.updated == entry.published
    assert entry.content[0].value == "Canada, 2024, Value: 1.41 → 1.90"
    assert "with_release=1" in entry.link and requests.get(entry.link, timeout=120).status_code == 200
    again = feedparser.parse(requests.get(feed.feed.links[0].href, timeout=120).content)
    assert (again.feed.id, again.entries[0].id) == (feed.feed.id, entry.id)
    other = feedparser.parse(requests.get(address.replace("lang=en", "lang=fr"), timeout=120).content)
    assert other.entries[0].id == entry.id and "différence" in other.entries[0].title
    refused = requests.get(f"{address.partition('?')[0]}?view=weather", timeout=120)
    assert refused.status_code == 400 and refused.json()["errors"][0]["parameter"] == "view"
