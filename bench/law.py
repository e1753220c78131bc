"""How much of the law at hand is read: fields right, wrong and left open. ``python -m bench.law [--each]``.

Four kinds of answers: documents of the Federal Register against `tests/law/answers.yaml`, written from their words; headings
of chapter 99 as the schedule writes them against `tests/law/headings.csv`; and the measure that each document's events
belong to, with those events taken out of the seeds first: one that the ledger did not know on the day of the document is
rightly a new one; and the seeded events of those documents. A wrong field is worse than an open one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from etl.importing.law import placed
from etl.importing.law_citations import citation
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
        rows = placed_without_own(seeds, name).tables["tariff_events"].dropna(subset=["rate_kind"])
        events = _without_own(seeds, name)
        for row in rows.to_dict("records"):
            alike = [one for one in right["clauses"] if _is_of(one, row)]
            wanted, measure = {one["measure"] for one in alike if "measure" in one}, row["measure_id"]
            known = set(events.loc[events["known_on"] <= row["known_on"], "measure_id"])
            is_new = measure not in set(events["measure_id"])
            if wanted & known or not is_new:
                outcome = RIGHT if measure in wanted else OPEN if is_new else WRONG
                yield outcome, "measure", " or ".join(sorted(wanted)), measure
            elif wanted:
                yield RIGHT, "a new measure", " or ".join(sorted(wanted)), measure


def read_case(seeds: dict[str, pd.DataFrame], name: str) -> Reading:
    """A document of the cases, read."""
    return federal_register.read(Content(name, (CASES / f"{name}.txt").read_bytes()), seeds["countries"])


def _without_own(seeds: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """The events of the seeds but those that cite a document."""
    told = read_case(seeds, name).evidence
    own = "|".join(citation(one.value) for one in told if one.field in ("instrument", "document_number") and one.value)
    events = seeds["tariff_events"]
    return events[~events["legal_authority"].str.contains(own, na=False)]


def placed_without_own(seeds: dict[str, pd.DataFrame], name: str) -> Reading:
    """A document as it is placed in a ledger that knows all but its events, and what came of them."""
    events, steps = _without_own(seeds, name), seeds["tariff_steps"]
    measures = seeds["tariff_measures"][seeds["tariff_measures"]["measure_id"].isin(events["measure_id"])]
    steps = steps[steps["event_id"].isin(events["event_id"])]
    held = seeds | {"tariff_events": events, "tariff_measures": measures, "tariff_steps": steps}
    return placed(held, read_case(seeds, name))


def of_seeded() -> Iterator[Score]:
    """The seeded events with a rate whose documents' texts are at hand, each against the row that gives its rate and origin.

    An event that no row gives is open as a whole: the texts are shortened, and not every clause is read. A first day is
    compared where it was known by the signature: later documents moved some. The kind is that of the event or of a step.
    """
    seeds, _problems = read_seeds()
    kinds = seeds["tariff_steps"].groupby("event_id")["rate_kind"].agg(set)
    for name, events in seeded_at_hand(seeds).items():
        rows = placed_without_own(seeds, name).tables["tariff_events"].to_dict("records")
        for event in events.dropna(subset=["rate_kind"]).to_dict("records"):
            wanted = _told(event)
            pairs = [row for row in map(_told, rows) if row["rate_pct"] == wanted["rate_pct"] and _is_kin(row, wanted)]
            found = max(pairs, key=partial(_likeness, wanted), default={})
            late = event["known_on"] > pd.Timestamp(answers()[name]["fields"]["signed"])
            for field in (one for one in wanted if wanted[one] and not (late and one == "effective_on")):
                read, right = found.get(field, ""), wanted[field]
                is_right = right in read.split(";") or (
                    field == "rate_kind" and read in kinds.get(event["event_id"], set())
                )
                is_open = not read or read.startswith("US-FR-")
                yield RIGHT if is_right else OPEN if is_open else WRONG, field, f"{right} of {event['event_id']}", read


def seeded_at_hand(seeds: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """By document whose text is at hand: the seeded events that cite it; a document filed and published is one."""
    events, found = seeds["tariff_events"], {}
    for name, right in answers().items():
        if instrument := right["fields"].get("instrument"):
            found[name] = events[events["legal_authority"].str.contains(citation(instrument), na=False)]
    return found


def _told(row: dict[str, Any]) -> dict[str, str]:
    """What of an event is compared, as text; "" for what is open."""
    names = ("rate_pct", "rate_kind", "origin", "effective_on", "measure_id")
    return {name: "" if pd.isna(row[name]) else str(row[name])[:24].removesuffix(" 00:00:00") for name in names}


def _likeness(wanted: dict[str, str], row: dict[str, str]) -> int:
    return sum((row[one] == wanted[one]) - (row[one] not in ("", wanted[one])) for one in wanted)


def _is_kin(row: dict[str, str], wanted: dict[str, str]) -> bool:
    return row["origin"] == wanted["origin"] or wanted["origin"] in row["origin"].split(";") or not row["origin"]


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
    is_of_day = pd.isna(row["effective_on"]) or row["effective_on"] == clause.get("effective")
    origin = None if pd.isna(row["origin"]) else row["origin"]
    rate = None if pd.isna(row["rate_pct"]) else f"{row['rate_pct']:g}"
    return is_of_day and clause.get("rate_pct") == rate and clause.get("origin") == origin


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
        "seeded": [("seeded", one) for one in of_seeded()],
    }
    for kind, found in scores.items():
        count = Counter(one[0] for _name, one in found)
        print(f"{kind:<10} {count[RIGHT]:4} right {count[WRONG]:3} wrong {count[OPEN]:3} open")
        for name, (outcome, field, wanted, read) in found if options.each else ():
            if outcome != RIGHT:
                print(f"    {outcome:<5} {name}, {field}: {wanted!r}, read {read!r}")
    seeds, _problems = read_seeds()
    at_hand = pd.concat(seeded_at_hand(seeds).values())["event_id"].nunique()
    print(f"{at_hand} of {len(seeds['tariff_events'])} seeded events rest on a text at hand")
    print(f"in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
