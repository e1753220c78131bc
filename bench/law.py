"""How much of the law at hand is read: fields right, wrong and left open. ``python -m bench.law [--each]``.

Three kinds of answers: documents of the Federal Register against `tests/law/answers.yaml`, written from their words; headings
of chapter 99 as the schedule writes them against `tests/law/headings.csv`; and the measure that each document's events
belong to, with those events taken out of the seeds first. A wrong field is worse than an open one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from etl.importing.law import citation, placed
from etl.load import read_seeds
from etl.publishers import Content, federal_register
from etl.publishers.common.reading import Reading
from etl.publishers.law.clauses import clauses_of
from etl.publishers.law.document import PROGRAMME, STATUTES, Document, read_document
from etl.publishers.law.events import of_changes
from etl.publishers.law.origins import origins_in
from etl.publishers.law.rates import of_schedule
from etl.publishers.law.schedule import ADDED, Change, Heading

CASES = Path(__file__).resolve().parents[1] / "tests" / "law"
RIGHT, WRONG, OPEN = "right", "wrong", "open"
Score = tuple[str, str, str, str]
"""(what came of it, the field, the right answer, what was read)."""


def answers() -> dict[str, dict[str, Any]]:
    return yaml.load((CASES / "answers.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


def of_fields(read: Document, right: dict[str, Any]) -> Iterator[Score]:
    """Each value that the document says, and each that was read and that it does not say."""
    for name, value in right.items():
        wanted = set(value if isinstance(value, list) else [value])
        found = {one.value for one in read.all(name)}
        yield from ((RIGHT if one in found else OPEN, name, one, one if one in found else "") for one in sorted(wanted))
        yield from ((WRONG, name, "", one) for one in sorted(found - wanted))
    others = {one.field for one in read.fields if one.value} - set(right) - {STATUTES}
    yield from ((WRONG, name, "", read.value(name)) for name in sorted(others))


def of_clauses(read: Document, right: list[dict[str, Any]]) -> Iterator[Score]:
    """The fields of each clause that sets a rate. Clauses are paired by what they have in common, the closest first."""
    found, left = (
        [dict((one.field, one.value) for one in clause.fields) for clause in clauses_of(read, read.value(PROGRAMME))],
        list(right),
    )
    names = ("rate_pct", "rate_kind", "origin", "effective")
    while found and left:
        alike = lambda pair: sum(pair[0].get(name) == pair[1].get(name) for name in names)  # noqa: E731
        one, wanted = max(((one, wanted) for one in found for wanted in left), key=alike)
        found.remove(one)
        left.remove(wanted)
        for name in names:
            said, value = wanted.get(name, ""), one.get(name, "")
            if said or value:
                yield RIGHT if said == value else WRONG if value else OPEN, name, said, value
    yield from ((OPEN, name, wanted[name], "") for wanted in left for name in names if name in wanted)
    yield from ((WRONG, name, "", one[name]) for one in found for name in names if one.get(name))


def of_headings() -> Iterator[Score]:
    """Rate, kind and origin of each heading."""
    for row in pd.read_csv(CASES / "headings.csv", dtype=str, keep_default_na=False).to_dict("records"):
        rate = of_schedule(row["general"], row["description"])
        read = {
            "rate_pct": "" if rate.pct is None else f"{rate.pct:g}",
            "rate_kind": rate.kind or "",
            "origin": ";".join(code for code, _start, _end in origins_in(row["description"])),
        }
        for name, value in read.items():
            if row[name] or value:
                yield RIGHT if row[name] == value else WRONG if value else OPEN, name, row[name], value


def of_measures() -> Iterator[Score]:
    """The measure that a document's events go to when the ledger knows all but them, and a heading's."""
    yield from _of_heading_measures()
    seeds, _problems = read_seeds()
    for name, right in answers().items():
        data = (CASES / f"{name}.txt").read_bytes()
        reading = federal_register.read(Content(name, data), seeds["countries"])
        own = "|".join(
            citation(one.value)
            for one in reading.evidence
            if one.field in ("instrument", "document_number") and one.value
        )
        events, measures = seeds["tariff_events"], seeds["tariff_measures"]
        events = events[~events["legal_authority"].str.contains(own, na=False)]
        measures = measures[measures["measure_id"].isin(events["measure_id"])]
        held = seeds | {"tariff_events": events, "tariff_measures": measures}
        for row in placed(held, reading).tables["tariff_events"].dropna(subset=["rate_pct"]).to_dict("records"):
            alike = [one for one in right["clauses"] if _is_of(one, row)]
            wanted, measure = " or ".join(one["measure"] for one in alike if "measure" in one), row["measure_id"]
            is_new = measure not in set(measures["measure_id"])
            if wanted or not is_new:
                yield (
                    OPEN if is_new else RIGHT if measure in wanted.split(" or ") else WRONG,
                    "measure",
                    wanted,
                    measure,
                )


def _of_heading_measures() -> Iterator[Score]:
    held, _problems = read_seeds()
    rows = pd.read_csv(CASES / "headings.csv", dtype=str, keep_default_na=False).to_dict("records")
    for row in rows:
        heading = Heading(row["heading"], row["description"], row["general"], "", "", "/0")
        events, evidence = of_changes([Change(ADDED, None, heading)], "the release", "2026-11-20")
        events = events.assign(source_id="usitc-test")
        reading = placed(held, Reading("USITC", None, "", {"tariff_events": events}, evidence=evidence))
        measure = reading.tables["tariff_events"]["measure_id"][0]
        is_new, wanted = measure.startswith("US-HTS"), row["measure"]
        if wanted or not is_new:
            yield OPEN if is_new else RIGHT if measure == wanted else WRONG, "measure", wanted, measure


def _is_of(clause: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a clause of the answers is the one that a row was read from."""
    return (clause.get("rate_pct"), clause["effective"]) == (
        f"{row['rate_pct']:g}",
        row["effective_on"],
    ) and clause.get("origin") == (row["origin"] or None)


def documents() -> Iterator[tuple[str, Score]]:
    for name, right in answers().items():
        read = read_document((CASES / f"{name}.txt").read_text(encoding="utf-8"))
        yield from ((name, one) for one in of_fields(read, right["fields"]))
        yield from ((name, one) for one in of_clauses(read, right["clauses"]))


def main() -> None:
    """Print the score of each kind, and with ``--each`` every field that is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", action="store_true", help="name every field that is wrong or open")
    options = parser.parse_args()
    started = time.perf_counter()
    scores = {
        "documents": [*documents()],
        "headings": [("headings", one) for one in of_headings()],
        "measures": [("measures", one) for one in of_measures()],
    }
    for kind, found in scores.items():
        count = Counter(one[0] for _name, one in found)
        print(f"{kind:<10} {count[RIGHT]:4} right {count[WRONG]:3} wrong {count[OPEN]:3} open")
        for name, (outcome, field, wanted, read) in found if options.each else ():
            if outcome != RIGHT:
                print(f"    {outcome:<5} {name}, {field}: {wanted!r}, read {read!r}")
    print(f"in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
