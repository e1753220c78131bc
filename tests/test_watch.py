"""Publishers asked for something new, from a real server on this machine that answers as theirs do, and as they should not."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from dashboard.auth import permission
from etl.contract import ContractViolation
from etl.fetch import fetch_if_changed
from etl.importing import watch as watching
from etl.importing.watch import watch
from etl.ledger.watch_log import ASKING, FAILED, NEW, UNCHANGED, WatchLog
from etl.message import Message
from etl.publishers import all_readers

DAILY = (ROOT / "tests/readers/ecb/daily.xml").read_bytes()


class Publisher(BaseHTTPRequestHandler):
    """Answers as `state` says: a file with its mark, or a fault. `paths` are files by their path, where there are several."""

    state = SimpleNamespace(content=DAILY, fault="", asked=[], paths={})

    def do_GET(self):
        state = self.state
        state.asked.append(dict(self.headers))
        content = state.paths.get(self.path, state.content)
        mark = f'"{hash(content)}"'
        if state.fault == "elsewhere":
            self._answer(302, b"", Location="http://127.0.0.1:1/other.xml")
        elif state.fault == "around":
            self._answer(302, b"", Location=self.path)
        elif state.fault == "half":
            self._answer(200, content[:100], **{"Content-Length": str(len(content))})
        elif state.fault:
            self._answer(int(state.fault), b"")
        elif self.headers.get("If-None-Match") == mark:
            self._answer(304, b"")
        else:
            self._answer(200, content, ETag=mark)

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher():
    Publisher.state = SimpleNamespace(content=DAILY, fault="", asked=[], paths={})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/daily.xml"
    yield SimpleNamespace(PUBLISHER="ECB", NAME="European Central Bank", DATASET="exchange_rates", FILES=(address,))
    server.shutdown()
    server.server_close()


def ask(ledger, publisher):
    (entry,) = watch(ledger, [publisher])
    return entry.outcome, entry.told.text()


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_what_is_new_is_kept_judged_and_logged_and_not_published(own_ledger, publisher, monkeypatch):
    monkeypatch.setattr(watching, "PAUSE_BETWEEN_ASKS", timedelta(0))
    state = Publisher.state
    outcome, sentence = ask(own_ledger, publisher)
    assert outcome == NEW and "New figures: 2 added, 0 changed, 0 removed." in sentence
    (draft,) = own_ledger.drafts.open_ones()
    assert (draft.content.lacking_languages, own_ledger.newest()) == ([], 1)
    assert ask(own_ledger, publisher) == (UNCHANGED, "Nothing new.")
    assert state.asked[1]["If-None-Match"] and "AllianceLedger" in state.asked[1]["User-Agent"]
    state.fault = "500"
    outcome, sentence = ask(own_ledger, publisher)
    assert outcome == FAILED and "was answered with status 500." in sentence
    state.fault, state.content = "", DAILY.replace(b"'1.2'", b"'1.25'")
    assert ask(own_ledger, publisher)[0] == NEW  # what failed is tried again
    entries = WatchLog(own_ledger.store).entries()
    assert entries["outcome"].tolist() == [ASKING, NEW, ASKING, UNCHANGED, ASKING, FAILED, ASKING, NEW]
    kept = entries.loc[entries["outcome"] == NEW, "sha256"].tolist()
    assert [own_ledger.file(sha256)[1] for sha256 in kept] == [DAILY, state.content]
    assert own_ledger.newest() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "content", "sentence"),
    [
        ("404", DAILY, "was answered with status 404."),
        ("elsewhere", DAILY, "has moved to http://127.0.0.1:1/other.xml."),
        ("around", DAILY, "is redirected again and again."),
        ("half", DAILY, "can't be reached"),
        ("", b"<html>Moved</html>", "the page or the layout has changed"),
        ("", DAILY.replace(b"'1.2'", b"'much'"), "is not an exchange rate."),
        ("", DAILY[:-20], "ends early"),
    ],
)
def test_every_fault_is_a_sentence_and_changes_nothing(own_ledger, publisher, monkeypatch, fault, content, sentence):
    monkeypatch.setattr(watching, "PAUSE_BETWEEN_ASKS", timedelta(0))
    Publisher.state.fault, Publisher.state.content = fault, content
    outcome, told = ask(own_ledger, publisher)
    assert outcome == FAILED and sentence in told
    assert own_ledger.newest() == 1 and WatchLog(own_ledger.store).last_file(publisher.FILES[0]) is None


def test_two_at_once_ask_once(own_ledger, publisher):
    entries = []
    threads = [threading.Thread(target=lambda: entries.extend(watch(own_ledger, [publisher]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.outcome for entry in entries] == [NEW] and len(Publisher.state.asked) == 1


def test_one_that_was_killed_while_asking_is_in_nobodys_way_for_long(own_ledger, publisher, monkeypatch):
    log, address = WatchLog(own_ledger.store), publisher.FILES[0]
    assert log.claim({address: "ECB"}, timedelta(minutes=10))  # and no more was heard of it
    assert list(watch(own_ledger, [publisher])) == []
    monkeypatch.setattr(watching, "PAUSE_BETWEEN_ASKS", timedelta(0))
    assert ask(own_ledger, publisher)[0] == NEW


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://10.0.0.1/x.csv", "is inside this machine's own network."),
        ("https://169.254.169.254/latest/meta-data", "is inside this machine's own network."),
        ("https://127.0.0.2/x.csv", "is inside this machine's own network."),
        ("https://[fd00::1]/x.csv", "is inside this machine's own network."),
        ("http://example.org/x.csv", "is not an https address."),
        ("file:///etc/passwd", "is not an https address."),
    ],
)
def test_no_address_of_the_machines_own_network_is_asked(address, sentence):
    with pytest.raises(ContractViolation) as refused:
        fetch_if_changed(address)
    assert sentence in refused.value.problems[0].sentence()


def check_now():
    """The script of a page: the button for editors, on the ledger that the environment names."""
    from dashboard.sections.freshness import check_now
    from etl.ledger.ledger import Ledger

    check_now(Ledger.open())


@pytest.mark.slow
def test_an_editor_asks_one_publisher_now_and_reads_what_came_of_it(own_ledger, publisher, monkeypatch):
    monkeypatch.setenv("LEDGER_CATALOG", own_ledger.store.catalog)
    monkeypatch.setenv("LEDGER_DATA_PATH", own_ledger.store.data_path)
    monkeypatch.setattr(all_readers()["ECB"], "FILES", publisher.FILES)

    def refuse(what):
        raise permission.NotAllowed(Message("Only editors may."))

    monkeypatch.setattr(permission, "permit", refuse)
    app = AppTest.from_function(check_now, default_timeout=60).run()
    app.selectbox(key="check.publisher").select("ECB")
    refused = app.button(key="check.now").click().run()
    assert refused.error and not Publisher.state.asked, "the right to ask is asked for in the act itself"
    monkeypatch.setattr(permission, "permit", lambda what: {})
    told = app.button(key="check.now").click().run()
    assert "New figures: 2 added, 0 changed, 0 removed." in told.success[0].value.replace("\\", "")
    again = app.button(key="check.now").click().run()
    assert "within the last ten minutes" in again.info[0].value and len(Publisher.state.asked) == 1
    assert own_ledger.newest() == 1 and not again.exception
