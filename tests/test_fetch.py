"""Publishers' files by address: from a real server on this machine that answers as theirs do."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import official_workbooks as official
import pytest

from etl import fetch as fetching
from etl.contract import ContractViolation
from etl.fetch import fetch


class Publisher(BaseHTTPRequestHandler):
    """Answers with what `files` holds; /busy is busy once, /gone is moved."""

    files: dict[str, bytes] = {}  # noqa: RUF012 - the handler class is the server's state
    busy = 1

    def do_GET(self):
        if self.path == "/busy.xlsx" and Publisher.busy:
            Publisher.busy -= 1
            self._answer(503, b"")
        elif self.path == "/moved.xlsx":
            self.send_response(302)
            self.send_header("Location", "/content/def-exp-2026-en.xlsx")
            self.end_headers()
        elif self.path in self.files:
            self._answer(200, self.files[self.path])
        else:
            self._answer(404, b"no such page")

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def publisher():
    Publisher.files = {"/content/def-exp-2026-en.xlsx": b"workbook" * 1000, "/busy.xlsx": b"at last"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_file_comes_whole_with_its_name_and_address(publisher):
    fetched = fetch(f"{publisher}/content/def-exp-2026-en.xlsx")
    assert fetched.content == b"workbook" * 1000
    assert fetched.name == "def-exp-2026-en.xlsx" and fetched.url.startswith(publisher)


def test_a_moved_file_is_followed_and_named_by_where_it_is(publisher):
    assert fetch(f"{publisher}/moved.xlsx").name == "def-exp-2026-en.xlsx"


def test_a_busy_server_is_asked_again(publisher):
    assert fetch(f"{publisher}/busy.xlsx").content == b"at last"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("{publisher}/gone.xlsx", "was answered with status 404."),
        ("http://example.org/x.xlsx", "is not an https address."),
        ("http://127.0.0.1:9/x.xlsx", "can't be reached"),
    ],
)
def test_what_can_not_be_had_is_a_sentence(publisher, monkeypatch, address, sentence):
    monkeypatch.setattr(fetching.time, "sleep", lambda _s: None)
    with pytest.raises(ContractViolation, match=sentence):
        fetch(address.format(publisher=publisher))


def test_a_file_without_end_is_not_taken(publisher, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    with pytest.raises(ContractViolation, match="has more than"):
        fetch(f"{publisher}/content/def-exp-2026-en.xlsx")


@pytest.mark.slow
def test_a_workbook_by_its_address_becomes_a_proposal(publisher, ledger):
    from etl.datasets import all_datasets
    from etl.importing.proposal import Request, propose

    held = {name: ledger.at(1).table(all_datasets()[name]) for name in ("spending", "countries", "currencies")}
    rows, codes = (frame[frame["edition"] == "2026-07"] for frame in (held["spending"], held["currencies"]))
    currencies = dict(zip(codes["iso3"], codes["currency"], strict=True))
    sheets = official.nato(2026, rows, held["countries"], currencies)
    Publisher.files["/def-exp-2026-en.xlsx"] = official.saved(sheets)
    fetched = fetch(f"{publisher}/def-exp-2026-en.xlsx")
    proposal = propose(ledger, Request(fetched.content, fetched.name, "spending"))
    assert not proposal.problems
    assert not proposal.counts().get("spending"), "NATO's own file holds what the seeds hold"
