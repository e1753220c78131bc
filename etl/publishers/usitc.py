"""Chapter 99 of the US tariff schedule, revision after revision, as the Trade Commission exports it: rows of `tariff_events`.

Source: https://hts.usitc.gov/reststop/ (releaseList, exportList as JSON). An export is compared with the one kept before:
headings that were added, changed, ended. The list of releases says which revision it is and the day that began; it is
named behind the # of the export's address, which no server is sent.
"""

from __future__ import annotations

import re

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common import hts
from etl.publishers.common.content import Content
from etl.publishers.common.hts import EXPORT, HOSTS, RELEASES, current_release
from etl.publishers.common.pages import Listing
from etl.publishers.common.reading import NOTHING_TO_SAY, Reading, Recognised
from etl.publishers.law import events
from etl.publishers.law.schedule import changes, headings_of

PUBLISHER = "USITC"
NAME = "US International Trade Commission"
DATASET = "tariff_events"
LICENCE, CREDIT = hts.LICENCE, hts.CREDIT
URL = "https://hts.usitc.gov/"
RHYTHM = "always"
RULE = N_("Read from the schedule's own words: the rate of the heading, what differs from the revision before.")
COMPARABLE = N_("rates as the schedule writes them, by the day of its revision: a heading can name another day")

HEAD_BYTES = 3000
ASK = N_("Take the export again from the Trade Commission's schedule.")


def recognise(content: Content) -> Recognised | None:
    """An export as JSON whose first rows are headings 9903."""
    head = content.data[:HEAD_BYTES].lstrip()
    is_own = head.startswith(b"[") and re.search(rb'"htsno"\s*:\s*"9903\.', head)
    return Recognised(PUBLISHER, None) if is_own else None


def exports(listing: bytes) -> tuple[str, ...] | None:
    """The export of the current release, named behind #; None for anything but a list of releases."""
    release = current_release(listing)
    address = EXPORT.format(first="9903.01", last="9903.99")
    return (f"{address}#{release[0]}",) if release else None


FILES = (Listing(RELEASES, HOSTS, exports),)


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """What differs from the export kept before. The first one that is kept has nothing to be compared with."""
    where, release = content.name or NAME, current_release(content.listing)
    try:
        now = headings_of(content.data)
        found = changes(headings_of(content.before), now) if content.before else []
    except (ValueError, TypeError, RecursionError):
        rule = N_("is not a whole export of chapter 99.")
        return Reading(PUBLISHER, None, problems=[Problem(where, rule, remedy=ASK)])
    if not content.before or not release or not release[2]:
        rule = N_("has no revision before it here to be compared with, or none that says its day.")
        remedy = N_("It is kept: the next one is compared with it.")
        return Reading(PUBLISHER, None, problems=[Problem(where, rule, remedy=remedy, code=NOTHING_TO_SAY)])
    followed = [one for one in found if events.programme_of(one.heading.number)]
    if not followed:
        rule = N_("changes no heading that is followed here.")
        return Reading(PUBLISHER, None, problems=[Problem(where, rule, remedy=ASK, code=NOTHING_TO_SAY)])
    name, title, day = release
    rows, evidence = events.of_changes(followed, title, day)
    rows = rows.assign(source_id=source_id or f"usitc-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}")
    cells = pd.Series([f"{one.heading.place}/general" for one in followed])
    source = {"published_on": pd.Timestamp(day), "trust": "primary_text"}
    return Reading(
        PUBLISHER,
        None,
        f"HTSUS chapter 99, {title}",
        {DATASET: rows},
        cells={DATASET: cells},
        evidence=evidence,
        source=source,
        message={
            "en": f"Chapter 99, {title}: {len(rows)} headings differ",
            "fr": f"Chapitre 99, {title} : {len(rows)} positions diffèrent",
        },
    )
