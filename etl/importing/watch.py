"""Publishers asked for something new: what came is kept and judged, and becomes a draft that only a person publishes."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from etl.contract import ContractViolation
from etl.fetch import Fetched, fetch_if_changed
from etl.importing.proposal import Request, propose, publish
from etl.ledger.ledger import Ledger
from etl.ledger.release import MESSAGES
from etl.ledger.watch_log import FAILED, NEW, UNCHANGED, Entry, WatchLog
from etl.publishers import Reader, all_readers

PAUSE_BETWEEN_ASKS = timedelta(minutes=10)  # at one address, by all processes together
AUTHOR = "Alliance Ledger"
HOST_PAUSE_S = 2.0  # between two addresses of one host


def watch(
    ledger: Ledger, readers: Sequence[Reader] | None = None, host_pause_s: float = HOST_PAUSE_S
) -> Iterator[Entry]:
    """Ask every address of the readers once, and tell what came of each. Only hosts that a reader names are asked.

    Originals are kept, every step is in the log, a draft is made of new figures, nothing is published. What fails is told and tried again the next
    time; what another process asked a moment ago is left out. Raises LedgerUnavailable.
    """
    log, last_host = WatchLog(ledger.store), ""
    for reader in all_readers().values() if readers is None else readers:
        for address in reader.FILES:
            if not log.claim(address, reader.PUBLISHER, PAUSE_BETWEEN_ASKS):
                continue
            host = urlsplit(address).netloc
            if host == last_host:
                time.sleep(host_pause_s)
            last_host = host
            entry = _ask(ledger, log, reader, address)
            log.add(entry)
            yield entry


def _ask(ledger: Ledger, log: WatchLog, reader: Reader, address: str) -> Entry:
    last = log.last_file(address)
    marks = {"etag": last.etag, "last_modified": last.last_modified} if last else {}
    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        fetched = fetch_if_changed(address, **marks)
    except ContractViolation as refused:
        return Entry(now, address, reader.PUBLISHER, FAILED, refused.problems[0].sentence())
    if fetched is None:
        return Entry(
            now, address, reader.PUBLISHER, UNCHANGED, "Nothing new.", sha256=last.sha256 if last else "", **marks
        )
    sha256 = ledger.keep_file(fetched.content, fetched.name)
    marks = {"etag": fetched.etag, "last_modified": fetched.last_modified}
    if last and last.sha256 == sha256:
        return Entry(now, address, reader.PUBLISHER, UNCHANGED, "Nothing new.", sha256=sha256, **marks)
    outcome, sentence = _judged(ledger, reader, fetched)
    return Entry(now, address, reader.PUBLISHER, outcome, sentence, sha256=sha256, **marks)


def _judged(ledger: Ledger, reader: Reader, fetched: Fetched) -> tuple[str, str]:
    """Whether the file is one to publish, and what it would change: that is kept as a draft."""
    proposed = propose(ledger, Request(fetched.content, fetched.name, reader.DATASET))
    if proposed.publisher != reader.PUBLISHER:
        return FAILED, "The file is not what its reader knows: the page or the layout has changed."
    if proposed.problems:
        more = f" ({len(proposed.problems)} problems, this is the first)" if len(proposed.problems) > 1 else ""
        return FAILED, f"{proposed.problems[0].sentence()}{more}"
    counts = {name: changes for name, changes in proposed.counts().items() if name == reader.DATASET}
    if not counts:
        return NEW, "A new file with no other figures than the ledger's."
    changes = ", ".join(f"{count} {change}" for change, count in counts[reader.DATASET].items())
    why = {"en": f"{reader.NAME}: new figures", "fr": f"{reader.NAME} : nouveaux chiffres"}
    publish(ledger, proposed, author=AUTHOR, message=why["en"], said={MESSAGES: why}, as_draft=True)
    return NEW, f"New figures: {changes}. A draft of them waits on the Update page."
