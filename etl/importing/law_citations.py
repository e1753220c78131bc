"""Which measures of the ledger a citation of law leads to: an instrument, a document, a heading or note of the schedule."""

import re
from collections.abc import Mapping

import pandas as pd

EVENTS, MEASURES = "tariff_events", "tariff_measures"
EXACT = {"amends": False, "hs_scope": True, "note": False}
"""The fields that cite; one is the heading that a row is about: it needs no origin to lead to its measure."""
_WHERE = ["legal_authority", "hs_scope", "quote", "notes"]


def citing(held: Mapping[str, pd.DataFrame], cited: str) -> set[str]:
    """The measures whose texts, or whose events' texts, cite an instrument ("EO 14193"), a heading or a note of the schedule."""
    pattern = citation(cited)
    events, measures = held[EVENTS], held[MEASURES]
    is_citing = pd.concat([events[name].str.contains(pattern, na=False) for name in _WHERE], axis=1).any(axis=1)
    by_measure = measures["legal_authority"].str.contains(pattern, na=False)
    return {*events.loc[is_citing, "measure_id"], *measures.loc[by_measure, "measure_id"]}


def citation(cited: str) -> str:
    """ "Proclamation 10896" is also cited as "Procs 10895/10896"."""
    name, _space, number = cited.rpartition(" ")
    if name == "Proclamation":
        return rf"\bProc\w*\.? (?:\d+/)*{number}\b"
    return rf"\b{re.escape(cited)}\b"
