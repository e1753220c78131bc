"""What was read of law as rows of `tariff_events`, and what each field of them was read from."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from etl.publishers.common.reading import Evidence
from etl.publishers.law import clauses, document
from etl.publishers.law.clauses import Clause
from etl.publishers.law.document import Document
from etl.publishers.law.rates import BAN
from etl.publishers.law.schedule import ADDED, CHANGED, Change
from etl.publishers.law.text import LIKELY, OPEN, SURE, Found

FRENCH_KIND = {"Executive Order": "Décret", "Proclamation": "Proclamation"}
COLUMNS = {"signed": "event_on", "effective": "effective_on"}  # of the rows, for what is called otherwise in a document
_CONTENT = re.compile(
    r"(?<!U\.S\. )(?<!United States )\bcontents?\b"
)  # American content is that of goods with a preference
ON_CONTENT = "speaks of the content"
"""In the notes of a document's rows, where its duty may be on part of the value of goods."""
_NOTE = re.compile(r"U\.S\. (note \d{1,2})\b")
_PROGRAMMES = {
    "01": "ieepa", "02": "ieepa", "03": "s122", "04": "s232", "05": "s301", "08": "s232", "74": "s232", "76": "s232",
    "78": "s232", "79": "s232", "80": "s232", "81": "s232", "82": "s232", "85": "s232", "88": "s301", "91": "s301",
    "94": "s232",
}  # fmt: skip
_SECTION_338 = range(12, 17)  # of 9903.03


def programme_of(number: str) -> str:
    """The programme a heading of chapter 99 belongs to, by its number; "" for one that is none of those followed here."""
    part, last = number.split(".")[1:]
    return "s338" if part == "03" and int(last) in _SECTION_338 else _PROGRAMMES.get(part, "")


UNPLACED = ""
"""The measure of a row until the importer has placed it: it knows the ledger, a reader does not."""


def of_document(read: Document) -> tuple[pd.DataFrame, list[Evidence]]:
    """A row for each clause that sets a rate or a ban, one for a document without any; none without number and day."""
    number, day = read.value(document.NUMBER), read.value(document.SIGNED) or read.value(document.PUBLISHED)
    if not number or not day:
        return pd.DataFrame(), []
    programme = read.value(document.PROGRAMME)
    found: list[Clause | None] = [*clauses.clauses_of(read, programme)] or [None]
    rows, evidence = [], []
    for place, clause in enumerate(found, start=1):
        event_id = f"FR-{number}-{place:02}"
        rows.append(_row(read, clause, event_id, day))
        if clause:
            evidence += [
                _evidence(event_id, one) for one in clause.fields if one.field not in (clauses.MARK, clauses.WORDS)
            ]
    return pd.DataFrame(rows), [_evidence(f"FR-{number}", one) for one in read.fields] + evidence


def _evidence(event_id: str, one: Found) -> Evidence:
    return Evidence(event_id, COLUMNS.get(one.field, one.field), one.value, one.words, one.offset, one.certainty)


def _row(read: Document, clause: Clause | None, event_id: str, day: str) -> dict[str, Any]:
    number, kind = read.value(document.NUMBER), read.value(document.KIND) or "Document"
    instrument, title = read.value(document.INSTRUMENT), read.value(document.TITLE)
    value = clause.value if clause else read.value
    rate, rate_kind = value(clauses.RATE), value(clauses.RATE_KIND)
    origin, product = value(clauses.ORIGIN), value(clauses.PRODUCT)
    is_read = bool(clause and (rate_kind == BAN or (rate and rate_kind)))
    authority = ", ".join(filter(None, (read.value(document.CITATION), f"FR Doc {number}")))
    named = instrument or kind
    return {
        "event_id": event_id,
        "measure_id": UNPLACED,
        "title": f"{named}: {title}" if title else f"{named} (FR Doc {number})",
        "title_fr": f"{_in_french(kind, instrument)} des États-Unis du {day} (FR Doc {number})",
        "event": "signed" if read.value(document.SIGNED) else "announced",
        "event_on": day,
        "known_on": day,
        "effective_on": value(document.EFFECTIVE) or None,
        "role": "layer" if is_read else "process",
        "imposing_country": "USA",
        "origin": origin or None,
        "target": origin or "not read",
        "product_ids": None,
        "product": product or title or "not read",
        "hs_scope": "; ".join(one.value for name in (document.LISTS, document.HEADING) for one in read.all(name))[:400]
        or None,
        "company": None,
        "usmca": "any",
        "legal_authority": f"{named} ({authority})",
        "rate_pct": float(rate) if rate else None,
        "rate_kind": rate_kind or None,
        "trust": "primary_text",
        "conflict": None,
        "conflict_fr": None,
        "quote": value(clauses.WORDS) or None,
        "notes": _notes(read),
    }


def _in_french(kind: str, instrument: str) -> str:
    number = instrument.rpartition(" ")[2] if instrument else ""
    return f"{FRENCH_KIND.get(kind, 'Document')} {number}".strip()


def _notes(read: Document) -> str | None:
    told = {
        "Filed for inspection": read.value(document.FILED),
        "published": read.value(document.PUBLISHED),
        "amends": ", ".join(one.value for one in read.all(document.AMENDS)),
        "ends": read.value(document.ENDS),
        ON_CONTENT: "of goods" if _CONTENT.search(read.text.flat, *read.body) else "",
    }
    return "; ".join(f"{name} {value}" for name, value in told.items() if value) or None


def message_of(read: Document, rows: pd.DataFrame) -> dict[str, str]:
    """What a draft of a document is about, in both languages."""
    number, kind = read.value(document.NUMBER), read.value(document.KIND) or "Document"
    instrument, filed = read.value(document.INSTRUMENT), read.value(document.FILED)
    count = int(rows["rate_kind"].notna().sum())
    return {
        "en": f"{instrument or kind} (FR Doc {number}), filed {filed or 'on an open day'}; rates read: {count}",
        "fr": f"{_in_french(kind, instrument)} (FR Doc {number}), déposé le {filed or '…'}, taux lus : {count}",
    }


def of_changes(found: Iterable[Change], release: str, day: str) -> tuple[pd.DataFrame, list[Evidence]]:
    """A row for each heading that was added, changed or ended in a revision that began on a day."""
    rows, evidence = [], []
    for change in found:
        heading = change.heading
        rate = heading.rate
        origin, event_id = ";".join(heading.origins), f"HTS-{heading.number}-{day}"
        over, note = change.what not in (ADDED, CHANGED), _NOTE.search(heading.description)
        rows.append(_heading_row(change, event_id, release, day))
        told = {
            "hs_scope": (heading.number, heading.number, SURE),
            "programme": (programme_of(heading.number), heading.number, LIKELY),
            "note": (note[1] if note else "", note[0] if note else "", SURE),
            "event": (change.what, _was(change), SURE if change.now is None or not over else LIKELY),
            "rate_pct": ("" if rate.pct is None or over else f"{rate.pct:g}", heading.general, SURE),
            "rate_kind": ("" if over else rate.kind or "", heading.general, SURE),
            "origin": (origin, heading.description, SURE),
            "effective_on": (day, release, LIKELY),  # the revision's own day: a heading can name another
        }
        evidence += [
            Evidence(event_id, name, value, words if value else "", -1, certainty if value else OPEN, heading.place)
            for name, (value, words, certainty) in told.items()
        ]
    return pd.DataFrame(rows), evidence


def _heading_row(change: Change, event_id: str, release: str, day: str) -> Mapping[str, Any]:
    heading, over = change.heading, change.what not in (ADDED, CHANGED)
    rate, origin = heading.rate, ";".join(heading.origins)
    is_read = rate.kind is not None and not over
    words = {ADDED: ("effective", "added", "ajoutée"), CHANGED: ("amended", "changed", "modifiée")}
    act, english, french = words.get(change.what, ("expired", "ended", "terminée"))
    return {
        "event_id": event_id,
        "measure_id": UNPLACED,
        "title": f"Heading {heading.number} {english} ({release})",
        "title_fr": f"Position {heading.number} {french} ({release})",
        "event": act,
        "event_on": day,
        "known_on": day,
        "effective_on": day,
        "role": "layer" if is_read else "process",
        "imposing_country": "USA",
        "origin": origin or None,
        "target": origin or "not read",
        "product_ids": None,
        "product": heading.description[:400] or heading.number,
        "hs_scope": heading.number,
        "company": None,
        "usmca": "any",
        "legal_authority": f"HTSUS {heading.number}, {release}",
        "rate_pct": rate.pct if is_read else None,
        "rate_kind": rate.kind if is_read else None,
        "trust": "primary_text",
        "conflict": None,
        "conflict_fr": None,
        "quote": heading.general or None,
        "notes": _was(change) or None,
    }


def _was(change: Change) -> str:
    """What the schedule said before, of what differs."""
    before, now = change.before, change.now
    if before is None or now is None:
        return f"Was: {before.general}" if before else ""
    names = ("description", "general", "special", "other")
    pairs = zip(names, before.words, now.words, strict=True)
    return "; ".join(f"{name} was: {old}" for name, old, new in pairs if old != new)[:1000]
