"""Ordinary (MFN) duties by eight-digit line of the US tariff schedule, as the Trade Commission exports it: rows of `tariff_codes`.

Source: https://hts.usitc.gov/reststop/exportList of chapters 1 to 97, JSON or CSV. A rate that is free or a plain per cent
has its kind and number; of any other the words alone are taken. What the ledger holds beside (imports) stays.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common import hts
from etl.publishers.common.content import Content
from etl.publishers.common.grid import address
from etl.publishers.common.hts import EXPORT, HOSTS, RELEASES, current_release
from etl.publishers.common.pages import Listing
from etl.publishers.common.reading import Reading, Recognised

PUBLISHER = "USITC_MFN"
NAME = "US International Trade Commission"
DATASET = "tariff_codes"
LICENCE, CREDIT = hts.LICENCE, hts.CREDIT
URL = "https://hts.usitc.gov/"
RHYTHM = "always"
RULE = N_("The general rate of the line, as the schedule writes it.")
COMPARABLE = N_("the ordinary duty of column 1, before any duty of chapter 99")

HEAD_BYTES = 3000
CSV_HEAD = "HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty"
ASK = N_("Take the export again from the Trade Commission's schedule.")
_NAMES = ("htsno", "indent", "description", "general")
_FREE, _PER_CENT = re.compile(r"free", re.IGNORECASE), re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%")
_FIRST = re.compile(rb'^\s*\[\s*\{[^{}]{0,2000}"htsno"\s*:\s*"(?!99)\d\d')


class Line(NamedTuple):
    """A row of the schedule: its number as digits, its level, words and general rate, and where the rate stands."""

    digits: str
    indent: int
    description: str
    general: str
    place: str


def recognise(content: Content) -> Recognised | None:
    """An export as JSON or CSV that begins before chapter 99."""
    head = content.data[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    is_own = head.startswith(CSV_HEAD.encode()) or _FIRST.match(head)
    return Recognised(PUBLISHER, None) if is_own else None


def exports(listing: bytes) -> tuple[str, ...] | None:
    """The export of the current release, named behind #; None for anything but a list of releases."""
    release = current_release(listing)
    return (f"{EXPORT.format(first='0101', last='9706')}#{release[0]}",) if release else None


FILES = (Listing(f"{RELEASES}#lines", HOSTS, exports),)  # an address of its own: chapter 99 is asked for apart


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every line with a general rate. Lines have no edition and are of no country."""
    where, release = content.name or NAME, current_release(content.listing)
    rows, problems = [], []
    try:
        lines = [*_lines(content.data)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        lines = []
    above: list[str] = []
    seen: set[str] = set()
    for line in lines:
        above = [*above[: line.indent], line.description]
        code = line.digits[:8]
        is_line = len(line.digits) == 8 or (len(line.digits) == 10 and line.digits.endswith("00"))
        if not is_line or not line.general or code in seen:
            continue
        seen.add(code)
        rows.append({"hts8": code, "description": " ".join(above).strip(), **_rate(line.general), "cell": line.place})
    if not rows:
        problems.append(Problem(where, N_("has no line with an ordinary duty."), remedy=ASK))
        return Reading(PUBLISHER, None, problems=problems)
    frame = pd.DataFrame(rows)
    name, title, day = release or ("", "US tariff schedule", "")
    code = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "export"
    frame = frame.assign(source_id=source_id or f"usitc-mfn-{code}")
    source = {"published_on": pd.Timestamp(day) if day else None}
    cells, lines_read = frame["cell"], frame.drop(columns="cell")
    full = f"Ordinary duties, {title}"
    return Reading(PUBLISHER, None, full, {DATASET: lines_read}, cells={DATASET: cells}, source=source)


def _rate(general: str) -> dict[str, object]:
    """The words of a rate, and its kind and number where it is free or a plain per cent."""
    if _FREE.fullmatch(general):
        return {"mfn_text": "Free", "mfn_type": "0", "mfn_pct": 0.0}
    plain = _PER_CENT.fullmatch(general)
    return {"mfn_text": general, "mfn_type": "7" if plain else None, "mfn_pct": float(plain[1]) if plain else None}


def _lines(data: bytes) -> Iterator[Line]:
    text = data.decode("utf-8-sig")
    if text.startswith(CSV_HEAD):
        for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
            words = (row["HTS Number"], row["Indent"], row["Description"], row["General Rate of Duty"])
            yield _line(*words, address("", number, 5))
        return
    for number, row in enumerate(json.loads(text)):
        number_of, indent, description, general = (str(row.get(name) or "") for name in _NAMES)
        yield _line(number_of, indent, description, general, f"/{number}/general")


def _line(number: str, indent: str, description: str, general: str, place: str) -> Line:
    digits = number.replace(".", "")
    return Line(digits, int(indent or 0), " ".join(description.split()), " ".join(general.split()), place)
