"""Publishers whose file moves with every edition: its page is asked for it. And one draft for what is followed, whatever comes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from test_watch import DAILY, Publisher, publisher  # noqa: F401 - the fixture

from dashboard.language import _, spoken
from etl.importing import watch as watching
from etl.importing.watch import watch
from etl.ledger.draft import Actor
from etl.ledger.watch_log import FAILED, NEW, UNCHANGED, WAITING, WatchLog
from etl.publishers import Page, all_readers

BEA = Actor("bea@example.org", "a test")
NATO = """<p>Archive of tables</p>
<a href="/dam/finance/def-exp-2025-en.pdf">2025</a> <a href="/dam/finance/def-exp-2026-en.pdf"><b>2026</b></a>
<a href="/dam/2023/3/230321-def-exp-2022-en.pdf">2023</a><a href="/dam/2023/3/230321-def-exp-2022-en.pdf">2022</a>
<a href="/dam/def-exp-2027-en.pdf">a note on method</a><a name="top">2030</a><a href="/other-2029.pdf">2029</a>"""
SIPRI = """<a href="//www.sipri.org/sites/default/files/SIPRI-Milex-data-1949-2025_v1.2.xlsx">Download (Excel)</a>
<a href="//www.sipri.org/sites/default/files/SIPRI-Milex-data-1949-2025_v1.10.xlsx">Download</a>
<a href="https://www.sipri.org/sites/default/files/SIPRI-Milex-data-1949-2024.xlsx">before</a>"""


@pytest.mark.parametrize(
    ("code", "html", "address"),
    [
        ("NATO", NATO, "https://www.nato.int/dam/finance/def-exp-2026-en.xlsx"),
        (
            "NATO",
            NATO.replace("def-exp-2026-en.pdf", "DEF-EXP-2026-EN.PDF"),
            "https://www.nato.int/dam/finance/DEF-EXP-2026-EN.xlsx",
        ),
        ("NATO", NATO.replace("2025<", "x<").replace("2026<", "x<"), "https://www.nato.int/dam/2023/3/230321-def-exp-2022-en.xlsx"),
        ("NATO", "<a href='def-exp-2026-en.pdf'>This year</a>", None),
        ("NATO", "", None),
        ("SIPRI", SIPRI, "https://www.sipri.org/sites/default/files/SIPRI-Milex-data-1949-2025_v1.10.xlsx"),
        ("SIPRI", SIPRI.replace("Milex", "Arms"), None),
        ("SIPRI", "<a href='http://[x'>broken</a><a>no address</a>", None),
    ],
)  # fmt: skip
def test_the_newest_file_is_found_by_what_its_anchor_says(code, html, address):
    (page,) = all_readers()[code].FILES
    assert page.file(html) == address
    assert address is None or page.holds(address)


@pytest.fixture
def followed(publisher, monkeypatch):  # noqa: F811
    """A publisher with a page that names one file of rates."""
    monkeypatch.setattr(watching, "PAUSE_BETWEEN_ASKS", timedelta(0))
    host = publisher.FILES[0].split("/")[2]
    Publisher.state.paths = {"/page": b"<a href='/rates-1.xml'>Rates</a>", "/rates-1.xml": DAILY}

    def newest(found):
        return next((one.address for one in found if one.text == "Rates"), None)

    page = Page(f"http://{host}/page", (host,), newest)
    return SimpleNamespace(**vars(publisher) | {"FILES": (page,)})


def outcomes(ledger, reader):
    return [(entry.outcome, entry.told.text()) for entry in watch(ledger, [reader], host_pause_s=0)]


def rates(rate: str) -> bytes:
    return DAILY.replace(b"'1.2'", f"'{rate}'".encode())


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_a_page_leads_to_its_file_and_a_newer_one_takes_the_place_of_an_untouched_draft(own_ledger, followed):
    paths = Publisher.state.paths
    page, file = outcomes(own_ledger, followed)
    assert page[0] == UNCHANGED and page[1].endswith("/rates-1.xml.") and file[0] == NEW
    assert [outcome for outcome, _told in outcomes(own_ledger, followed)] == [UNCHANGED, UNCHANGED]
    assert [bool(asked.get("If-None-Match")) for asked in Publisher.state.asked] == [False, False, True, True]
    (first,) = own_ledger.drafts.open_ones()
    paths |= {"/page": b"<a href='rates-2.xml'>Rates</a>", "/rates-2.xml": rates("1.3")}
    assert f"in place of draft {first.key[:8]}, which nobody had touched" in outcomes(own_ledger, followed)[1][1]
    (second,) = own_ledger.drafts.open_ones()
    assert second.key != first.key and 1.3 in set(own_ledger.drafts.tables(second)["exchange_rates"]["rate"])
    own_ledger.drafts.submit(second, BEA)
    paths["/rates-2.xml"] = rates("1.4")
    outcome, told = outcomes(own_ledger, followed)[1]
    assert outcome == WAITING and f"until draft {second.key[:8]}, which somebody has worked on" in told
    assert outcomes(own_ledger, followed)[1][0] == WAITING, "it is asked for again as long as it waits"
    (kept,) = own_ledger.drafts.open_ones()
    assert kept.state == "submitted"
    own_ledger.drafts.withdraw(kept, BEA)
    assert outcomes(own_ledger, followed)[1][0] == NEW
    (third,) = own_ledger.drafts.open_ones()
    assert 1.4 in set(own_ledger.drafts.tables(third)["exchange_rates"]["rate"])
    assert own_ledger.newest() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("html", "status", "sentence"),
    [
        (b"<p>Moved</p>", "", "names no file that its reader knows: the page has moved or its layout has changed."),
        (b"<a href='https://example.org/x.xml'>Rates</a>", "", "on a host that its reader does not name: https://example.org/x.xml."),
        (b"<a href='http://169.254.169.254/'>Rates</a>", "", "on a host that its reader does not name"),
        (b"", "404", "was answered with status 404."),
    ],
)  # fmt: skip
def test_a_page_without_its_file_is_a_sentence_in_both_languages(own_ledger, followed, html, status, sentence):
    Publisher.state.paths["/page"], Publisher.state.fault = html, status
    (entry,) = watch(own_ledger, [followed], host_pause_s=0)
    assert entry.outcome == FAILED and sentence in entry.told.text() and len(Publisher.state.asked) == 1
    (kept,) = WatchLog(own_ledger.store).answers()
    with spoken("fr"):
        french = kept.told.text(_)
    assert kept.told == entry.told and sentence not in french and followed.FILES[0].address in french
    Publisher.state.paths["/page"], Publisher.state.fault = b"<a href='/rates-1.xml'>Rates</a>", ""
    assert outcomes(own_ledger, followed)[1][0] == NEW, "what failed is tried again"


def test_a_log_of_before_messages_were_kept_is_read_on(own_ledger):
    from etl.ledger.store import LAKE

    old = "asked_at TIMESTAMP, address VARCHAR, publisher VARCHAR, outcome VARCHAR, sentence VARCHAR, etag VARCHAR, "
    old += "last_modified VARCHAR, sha256 VARCHAR"
    log = WatchLog(own_ledger.store)

    def as_before(cursor):
        cursor.execute(f"CREATE TABLE {LAKE}._watch ({old})")
        row = "now()::TIMESTAMP, 'https://a.example', 'ECB', 'unchanged', 'Nothing {new}.', 'mark', '', 'ab'"
        cursor.execute(f"INSERT INTO {LAKE}._watch VALUES ({row})")
        return True

    log._catalog.write(as_before)
    assert [one.told.text() for one in log.answers()] == ["Nothing {new}."]
    assert log.claim({"https://a.example": "ECB"}, timedelta(minutes=10))
    assert log.last_file("https://a.example").etag == "mark"
