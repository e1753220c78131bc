"""The US schedule as it is held: its lines by code, the lists that name codes, and what a text is as a code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from policy.tariffs import CodeLists
from policy.tariffs.tables import plain

SHORTEST, LINE, LONGEST = 4, 8, 10
NEAREST = 10


@dataclass(frozen=True)
class Schedule:
    """The lines of the schedule by code, and the lists that name codes."""

    goods: pd.DataFrame
    lists: CodeLists

    def under(self, code: str) -> pd.DataFrame:
        """The lines that begin as a code (digits), or the line that a longer one belongs to; they stand in the codes' order."""
        codes = self.goods["hts8"].to_numpy(dtype="object")
        first, end = code[:LINE], code[:LINE] + ":"  # ":" follows "9"
        return self.goods.iloc[codes.searchsorted(first) : codes.searchsorted(end)]


@lru_cache(maxsize=8)
def schedule(snapshot: Snapshot) -> Schedule:
    goods = snapshot.table(all_datasets()["tariff_codes"])
    return Schedule(goods, CodeLists(plain(snapshot.table(all_datasets()["tariff_code_lists"]))))


def digits(text: str) -> str | None:
    """The digits of a code of 4 to 10 digits, with or without dots; None for anything else."""
    bare = text.replace(".", "").replace(" ", "")
    return bare if bare.isascii() and bare.isdigit() and SHORTEST <= len(bare) <= LONGEST else None


def dotted(code: str) -> str:
    """ "7308.90.30.00" """
    return ".".join([code[:4], *(code[start : start + 2] for start in range(4, len(code), 2))])


def suffix_held(snapshot: Snapshot, code: str) -> bool:
    """Whether the digits of a code beyond its line are among those that our sources name."""
    named = named_below(snapshot, code[:LINE])
    return len(code) <= LINE or any(longer.startswith(code) or code.startswith(longer) for longer in named)


def named_below(snapshot: Snapshot, code: str) -> list[str]:
    """Longer codes under a code that lists name on their own, on any day."""
    longer = _longer(snapshot).get(code[:LINE], ())
    return [prefix for prefix in longer if prefix.startswith(code) and len(prefix) > len(code)]


@lru_cache(maxsize=8)
def _longer(snapshot: Snapshot) -> dict[str, list[str]]:
    """Codes longer than a line that lists name, by their line, in order."""
    found: dict[str, list[str]] = {}
    prefixes = schedule(snapshot).lists.frame["hts_prefix"]
    for prefix in sorted(prefixes[prefixes.str.len() > LINE].unique()):
        found.setdefault(prefix[:LINE], []).append(prefix)
    return found


def nearest(codes: pd.Series, code: str) -> list[str]:
    """Codes of the schedule that begin most like this one; where none does, those that stand around its place."""
    for length in range(min(len(code), LINE) - 1, 1, -1):
        found = codes[codes.str.startswith(code[:length])]
        if len(found):
            return [dotted(near) for near in found.head(NEAREST)]
    place = max(0, int(codes.searchsorted(code)) - NEAREST // 2)
    return [dotted(near) for near in codes.iloc[place:].head(NEAREST)]
