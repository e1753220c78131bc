"""Orders and proclamations on tariffs as the Federal Register prints them, filed for inspection and published: rows of `tariff_events`.

Source: https://www.federalregister.gov/api/v1/ (documents.json, public-inspection-documents/current.json); each names the
text of its documents in `raw_text_url`. A document filed for inspection carries the number it is published under. What is
read are the words of the text itself; the list only says which texts to ask for.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.pages import Listing
from etl.publishers.common.reading import NOTHING_TO_SAY, Evidence, Reading, Recognised
from etl.publishers.law import document, events
from etl.publishers.law.document import read_document

PUBLISHER = "FR"
NAME = "Federal Register"
DATASET = "tariff_events"
LICENCE = "Public domain (work of the US government)"
CREDIT = "Source: Federal Register, {title}"
URL = "https://www.federalregister.gov/presidential-documents"
RHYTHM = "always"
RULE = N_("Read from the words of the text.")
COMPARABLE = N_("what the words of a document order, from the day they name: not what was collected")

HEAD_BYTES = 20_000
MOST_DOCUMENTS = 40
MOST_MIB = 8  # of one document: the longest with annexes of tariff lines have three; it is read within the server
ASK = N_("Take the text again from the Federal Register (raw text).")
TOO_LONG = N_("has more than {limit} MiB.")
_ON_TARIFFS = re.compile(
    r"tariff|dut(?:y|ies)\b|imports?\b|surcharge|trade|commerce of the United States|Harmonized|discrimination",
    re.IGNORECASE,
)
_OWN = re.compile(rb"\[FR Doc(?:\. | No: ?)[A-Z\d]+-\d{4,5}")


def recognise(content: Content) -> Recognised | None:
    """A text with the number of a Federal Register document and its mark, at its head or its end."""
    head = content.data[:HEAD_BYTES]
    is_text = b"Federal Register" in head or b"FEDERAL REGISTER" in head
    is_own = is_text and not head.lstrip().startswith((b"{", b"[{")) and _OWN.search(content.data)
    return Recognised(PUBLISHER, None) if is_own else None


def documents(listing: bytes) -> tuple[str, ...] | None:
    """The texts of a list's documents whose title speaks of trade; None for anything but a list."""
    try:
        found = json.loads(listing)
    except ValueError:
        return None
    rows = found.get("results") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        return None
    named = [row for row in rows if isinstance(row, dict) and _ON_TARIFFS.search(str(row.get("title") or ""))]
    addresses = [str(row.get("raw_text_url") or "") for row in named]
    return tuple(dict.fromkeys(one for one in addresses if urlsplit(one).netloc))[:MOST_DOCUMENTS]


HOSTS = ("www.federalregister.gov", "public-inspection.federalregister.gov")
API = "https://www.federalregister.gov/api/v1"
FILES = (
    Listing(
        f"{API}/documents.json?conditions[type][]=PRESDOCU&fields[]=document_number&fields[]=title&fields[]=raw_text_url"
        "&order=newest&per_page=40",
        HOSTS,
        documents,
    ),
    Listing(f"{API}/public-inspection-documents/current.json", HOSTS, documents),
)


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """The rows of one document, each field with its words. A document has no edition; its origins are not the ledger's countries alone."""
    where = content.name or NAME
    if len(content.data) > MOST_MIB * 2**20:
        return Reading(PUBLISHER, None, problems=[Problem(where, TOO_LONG, params={"limit": MOST_MIB}, remedy=ASK)])
    raw = content.data.decode("utf-8", "replace")
    found = read_document(raw)
    number = found.value(document.NUMBER)
    rows, evidence = events.of_document(found)
    if rows.empty:
        rule = N_("does not say its number and its day.")
        return Reading(PUBLISHER, None, problems=[Problem(where, rule, value=number or None, remedy=ASK)])
    if not found.value(document.STATUTES):
        rule = N_("rests on no trade law that is followed here.")
        return Reading(PUBLISHER, None, problems=[Problem(where, rule, value=number, remedy=ASK, code=NOTHING_TO_SAY)])
    named = found.value(document.INSTRUMENT) or found.value(document.KIND) or NAME
    title = ": ".join(filter(None, (named, found.value(document.TITLE))))
    published = found.value(document.PUBLISHED)
    source = {
        "url": f"https://www.federalregister.gov/d/{number}",
        "published_on": pd.Timestamp(published) if published else None,
        "trust": "primary_text",
    }
    rows = rows.assign(source_id=source_id or f"fr-{number.lower()}")
    message = events.message_of(found, rows)
    cells = pd.Series([f"!A{raw.count(chr(10), 0, _offset(evidence, row)) + 1}" for row in rows["event_id"]])
    return Reading(
        PUBLISHER,
        None,
        title,
        {DATASET: rows},
        cells={DATASET: cells},
        evidence=evidence,
        source=source,
        message=message,
    )


def _offset(evidence: list[Evidence], event_id: str) -> int:
    """Where the first words of a row stand; the beginning where it has none."""
    return max(0, next((one.offset for one in evidence if one.row == event_id and one.offset >= 0), 0))
