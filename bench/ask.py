"""How long a question in words takes (goal 20 ms, warm): the 200 of the tests, beside a plain search of their words.

The search scores every name of the ledger against the whole question with rapidfuzz: it finds names, and reads nothing.
Seconds of the processor, so that other work on the machine does not count. Run: python -m bench.ask
"""

import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from rapidfuzz import fuzz, process

from dashboard.ask.answer import answer
from dashboard.ask.lexicon import lexicon
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

QUESTIONS, ASKED_ON = Path(__file__).parents[1] / "tests" / "cases" / "questions.yaml", date(2026, 11, 29)


def main() -> None:
    questions = [str(one) for asked in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")).values() for one in asked]
    with TemporaryDirectory() as folder:
        ledger = Ledger(Store(f"sqlite:{folder}/catalog.sqlite", f"{folder}/parquet"))
        load(ledger)
        snapshot = ledger.at(ledger.newest())
        names = [" ".join(key) for key in lexicon(snapshot).phrases]
        _told("asked in words", questions, lambda question: answer(snapshot, question, ASKED_ON))
        _told(
            "plain search",
            questions,
            lambda question: process.extract(question, names, scorer=fuzz.token_set_ratio, limit=5),
        )


def _told(name: str, questions: list[str], work: Callable[[str], object]) -> None:
    work(questions[0])  # what a release knows is read once
    milliseconds = []
    for question in questions:
        start = time.process_time()
        work(question)
        milliseconds.append((time.process_time() - start) * 1000)
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    print(f"{name}: {statistics.median(milliseconds):.1f} ms, 95 % below {p95:.1f} ms, most {max(milliseconds):.1f} ms")


if __name__ == "__main__":
    main()
