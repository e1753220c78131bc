"""Publishers asked for something new: what came is kept and judged, and becomes a draft that only a person publishes."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etl.contract import ContractViolation, Problem
from etl.fetch import Fetched, fetch_if_changed
from etl.ledger.ledger import Ledger
from etl.ledger.watch_log import FAILED, NEW, UNCHANGED, Entry, WatchLog
from etl.message import N_, Message, joined
from etl.publishers import Listing, Page, Reader, all_readers
from etl.publishers.common.reading import NOTHING_TO_SAY

if TYPE_CHECKING:
    from etl.importing.request import Request

PAUSE_BETWEEN_ASKS = timedelta(minutes=10)  # at one address, by all processes together
CLAIM_LASTS_S = PAUSE_BETWEEN_ASKS.total_seconds()
HOST_PAUSE_S = 2.0  # between two addresses of one host
NOTHING_NEW = Message(N_("Nothing new."))
NAMED = "file"  # in what is told of a page: the address that it names
LOOK = N_("Look at the page, and correct the reader.")


def watch(
    ledger: Ledger, readers: Sequence[Reader] | None = None, host_pause_s: float = HOST_PAUSE_S
) -> Iterator[Entry]:
    """Ask every address of the readers once, and tell what came of each; of a page the file that it names, too, of a list
    each file that was not had before. Only
    hosts that a reader names are asked.

    Originals are kept, every step is in the log, a draft is made of new figures, nothing is published. What fails is told and tried again the next
    time; what another process asked a moment ago is left out. Raises LedgerUnavailable.
    """
    asking, readers = _Asking(ledger, host_pause_s), list(all_readers().values() if readers is None else readers)
    asking.claim({_address(file): reader.PUBLISHER for reader in readers for file in reader.FILES})
    try:
        for reader in readers:
            for file in reader.FILES:
                if isinstance(file, str):
                    yield from asking.of_file(reader, file, file)
                else:
                    of_it = asking.of_page if isinstance(file, Page) else asking.of_listing
                    yield from of_it(reader, file)  # type: ignore[arg-type]  # each of its own kind
    finally:
        asking.keep_told()


class _Asking:
    """One round of questions, with its pauses."""

    def __init__(self, ledger: Ledger, host_pause_s: float):
        self._ledger, self._log = ledger, WatchLog(ledger.store)
        self._pause_s, self._last_host = host_pause_s, ""
        self._claimed: dict[str, bool] = {}  # addresses of this round, and whether it is this process that may ask
        self._until = 0.0
        self._last: dict[str, Entry] = {}  # by address what was got last
        self._told: list[Entry] = []  # of which the log knows nothing yet: none of them brought anything

    def claim(self, addresses: Mapping[str, str]) -> None:
        """Claim addresses that are known beforehand, each with its publisher, in one write; none lasts longer than the pause."""
        self._until = time.monotonic() + CLAIM_LASTS_S
        claimed = self._log.claim(addresses, PAUSE_BETWEEN_ASKS)
        self._claimed = {address: address in claimed for address in addresses}
        self._last = self._log.last_files()

    def keep_told(self) -> None:
        """Write down what is told and not in the log yet."""
        self._log.add(*self._told)
        self._told = []

    def _tell(self, entry: Entry) -> Entry:
        """Keep an entry in the log: at once where something came of it, else with the next ones, in one write."""
        self._told.append(entry)
        if entry.outcome in (NEW, UNCHANGED):
            self._last[entry.address] = entry
        if entry.outcome != UNCHANGED:
            self.keep_told()
        return entry

    def of_page(self, reader: Reader, page: Page) -> Iterator[Entry]:
        """Ask a page, then the file that it names."""
        if not self._may_ask(page.address, reader):
            return
        entry = self._tell(self._of_page(reader, page))
        yield entry
        if entry.outcome != FAILED:
            named = entry.told.params[NAMED]
            self._claimed[named] = True  # with its page
            yield from self.of_file(reader, named, page.address)

    def of_listing(self, reader: Reader, listing: Listing) -> Iterator[Entry]:
        """Ask a list, then each of its files that was not had yet."""
        if not self._may_ask(listing.address, reader):
            return
        entry, found = self._of_listing(reader, listing)
        yield self._tell(entry)
        for address in found:
            yield from self.of_file(reader, address, None, self._ledger.file(entry.sha256)[1])

    def of_file(self, reader: Reader, address: str, known_as: str | None, listing: bytes = b"") -> Iterator[Entry]:
        """Ask a file; `known_as` is the address that stays when the file moves; None where it is known by its source."""
        if not self._may_ask(address, reader):
            return
        yield self._tell(self._of_file(reader, address, known_as, listing))

    def _may_ask(self, address: str, reader: Reader) -> bool:
        mine = self._claimed.pop(address, None) if time.monotonic() < self._until else None
        if mine is None:
            mine = bool(self._log.claim({address: reader.PUBLISHER}, PAUSE_BETWEEN_ASKS))
        if not mine:
            return False
        host = urlsplit(address).netloc
        if host == self._last_host:
            time.sleep(self._pause_s)
        self._last_host = host
        return True

    def _of_page(self, reader: Reader, page: Page) -> Entry:
        last = self._last.get(page.address)
        entry = _now(page.address, reader)
        try:
            fetched = fetch_if_changed(page.address, **_marks(last))
            named = last.told.params[NAMED] if last and fetched is None else page.file(_text(fetched))
            if named is None:
                raise _moved(
                    page, N_("names no file that its reader knows: the page has moved or its layout has changed.")
                )
            if not page.holds(named):
                raise _moved(page, N_("names a file on a host that its reader does not name: {file}."), file=named)
        except ContractViolation as refused:
            return replace(entry, outcome=FAILED, told=refused.problems[0].message)
        told = Message(N_("The page names {file}."), {NAMED: named})
        return replace(_marked(entry, fetched or last), outcome=UNCHANGED, told=told)

    def _of_listing(self, reader: Reader, listing: Listing) -> tuple[Entry, list[str]]:
        """What came of asking for a list, and the addresses of its files that were not had yet."""
        last = self._last.get(listing.address)
        entry = _now(listing.address, reader)
        try:
            fetched = fetch_if_changed(listing.address, **_marks(last))
            content = fetched.content if fetched else self._ledger.file(last.sha256)[1] if last else b""
            found = listing.files(content)
            if found is None:
                raise _moved(listing, N_("is no list that its reader knows: its layout has changed."))
            if outside := next((one for one in found if not listing.holds(one)), None):
                rule = N_("names a file on a host that its reader does not name: {file}.")
                raise _moved(listing, rule, file=outside)
        except ContractViolation as refused:
            return replace(entry, outcome=FAILED, told=refused.problems[0].message), []
        sha256 = self._ledger.keep_file(content, fetched.name) if fetched else last.sha256 if last else ""
        new = [one for one in found if one not in self._last]
        told = Message(
            N_("The list names {count} files to ask for, {new} of them new."), {"count": len(found), "new": len(new)}
        )
        return replace(_marked(entry, fetched or last), outcome=UNCHANGED, told=told, sha256=sha256), new

    def _of_file(self, reader: Reader, address: str, known_as: str | None, listing: bytes) -> Entry:
        last = self._last.get(address)
        entry = _now(address, reader)
        try:
            fetched = fetch_if_changed(address, **_marks(last))
        except ContractViolation as refused:
            return replace(entry, outcome=FAILED, told=refused.problems[0].message)
        if fetched is None:
            sha256 = last.sha256 if last else ""
            return replace(_marked(entry, last), outcome=UNCHANGED, told=NOTHING_NEW, sha256=sha256)
        sha256 = self._ledger.keep_file(fetched.content, fetched.name)
        entry = replace(_marked(entry, fetched), sha256=sha256)
        if last and last.sha256 == sha256:
            return replace(entry, outcome=UNCHANGED, told=NOTHING_NEW)
        earlier = self._log.last_file(address, any_state=True) if listing else None
        before = self._ledger.file(earlier.sha256)[1] if earlier and earlier.sha256 else b""
        from etl.importing.request import (
            Request,
        )  # what judges a file is imported when there is one: mostly nothing is new

        request = Request(fetched.content, fetched.name, reader.DATASET, listing=listing, before=before)
        outcome, told = _judged(self._ledger, reader, request, known_as, sha256)
        return replace(entry, outcome=outcome, told=told)


def _address(file: str | Page | Listing) -> str:
    return file if isinstance(file, str) else file.address


def _now(address: str, reader: Reader) -> Entry:
    return Entry(datetime.now(UTC).replace(tzinfo=None), address, reader.PUBLISHER, FAILED)


def _marks(of: Entry | Fetched | None) -> dict[str, str]:
    """The server's marks of what was got, to be asked with the next time."""
    return {"etag": of.etag, "last_modified": of.last_modified} if of else {}


def _marked(entry: Entry, of: Entry | Fetched | None) -> Entry:
    return replace(entry, etag=of.etag, last_modified=of.last_modified) if of else entry


def _text(fetched: Fetched | None) -> str:
    return fetched.content.decode("utf-8", "replace") if fetched else ""


def _moved(page: Page | Listing, rule: str, **params: str) -> ContractViolation:
    return ContractViolation([Problem(page.address, rule, params=params, remedy=LOOK)])


def _judged(
    ledger: Ledger, reader: Reader, request: "Request", known_as: str | None, sha256: str
) -> tuple[str, Message]:
    """Whether the file is one to publish, and what it would change: that is handed in as a draft."""
    from etl.importing.law import KNOWN
    from etl.importing.proposal import propose
    from etl.importing.watch_drafts import hand_in

    proposed = propose(ledger, request)
    if proposed.publisher != reader.PUBLISHER:
        return FAILED, Message(N_("The file is not what its reader knows: the page or the layout has changed."))
    known = next((one for one in (*proposed.warnings, *proposed.problems) if one.code in (KNOWN, NOTHING_TO_SAY)), None)
    if known:
        return NEW, known.message
    if not proposed.problems:
        return hand_in(ledger, reader, proposed, known_as or proposed.source_id or "", sha256)
    count, first = len(proposed.problems), proposed.problems[0].message
    more = Message(N_("({count} problems, this is the first)"), {"count": count})
    return FAILED, joined(" ", [first, more] if count > 1 else [first])
