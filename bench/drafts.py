"""How long a draft of 12,000 changed rows takes: to be kept, to be opened on the Update page, and to be published at its time.

``python -m bench.drafts [--n 5]`` works in a folder of its own; goals: 2 s to open, 1 s from the moment to the release.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.ledger import seconds
from etl.ledger.draft import Actor, Draft
from etl.ledger.ledger import Ledger
from etl.ledger.release import MESSAGES
from etl.ledger.store import Store
from etl.ledger.timed import COPYING
from etl.load import load

PAGE = Path(__file__).resolve().parents[1] / "pages" / "update.py"
ROWS = 12_000
WHO = Actor("bench", "this machine")
SAID = {MESSAGES: {"en": "Every figure anew", "fr": "Tous les chiffres à nouveau"}}
AHEAD_S = 12.0  # enough to keep and approve it on a busy machine


def draft_of(ledger: Ledger, by: float) -> Draft:
    """A draft in which so many figures differ by `by`."""
    spending = ledger.current()["spending"].copy()
    spending.loc[spending.index[:ROWS], "value"] += by
    draft = ledger.draft({"spending": spending}, base=ledger.newest(), author=WHO.name, message="why", extra=SAID)
    if draft is None:
        raise SystemExit("nothing differs")
    return draft


def open_page(draft: Draft) -> None:
    """The Update page's script with this draft chosen, in the process that has drawn it before or not."""
    page = AppTest.from_file(str(PAGE), default_timeout=120)
    page.query_params["draft"] = draft.key
    page.run()
    if page.exception or not any("Every figure anew" in field.value for field in page.text_input):
        raise SystemExit(f"the draft is not shown: {page.exception}")


def measure(folder: Path, count: int) -> dict[str, list[float]]:
    """Seconds of each step, `count` times."""
    os.environ |= {"LEDGER_CATALOG": f"sqlite:{folder / 'catalog.sqlite'}", "LEDGER_DATA_PATH": str(folder / "parquet")}
    ledger, found = Ledger(Store.from_environment()), defaultdict(list)
    load(ledger)
    from dashboard.auth import permission

    permission.keeps_from_editing = lambda visit: None  # whose page it is, is not what is measured
    for number in range(count):
        started = time.perf_counter()
        draft = draft_of(ledger, 0.001 * (number + 1))
        found["keep a draft"].append(time.perf_counter() - started)
        found["open it"].append(seconds(lambda draft=draft: open_page(draft)))
        moment = datetime.now(UTC) + timedelta(seconds=AHEAD_S)
        timed = ledger.drafts.change(draft, replace(draft.content, public_from=moment.isoformat()), WHO)
        ledger.drafts.approve(timed, WHO, by_another=False)
        before = ledger.newest()
        if datetime.now(UTC) > moment:
            raise SystemExit("this machine is too busy: the moment passed before the draft was approved")
        while ledger.newest() == before:
            time.sleep(0.01)
        found["from its moment to the release"].append((datetime.now(UTC) - moment).total_seconds())
    for thread in threading.enumerate():
        if thread.name == COPYING:
            thread.join()
    return found


def main() -> None:
    """Measure `n` drafts and print the median, least and most of each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=5, help="drafts made and measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with get_context("spawn").Pool(1) as apart:  # its settings and whose page it is are for this measurement alone
            found = apart.apply(measure, (Path(folder), options.n))
        for step, times in found.items():
            print(f"{step:<32} {statistics.median(times):6.2f} s   ({min(times):.2f} to {max(times):.2f})")


if __name__ == "__main__":
    main()
