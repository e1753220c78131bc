"""What goods of a tariff code pay on a day: the answer by product, with the ordinary duty of the line counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.coverage import COVERAGE_ENDS_ON, after_coverage
from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.tariff_changes import changes_of
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariffs import tariff_tables
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from policy.tariffs import CodeLists, Tables, code_readings, for_codes, narrower
from policy.tariffs.codes import base_of
from policy.tariffs.tables import plain

SHORTEST, LINE, LONGEST = 4, 8, 10
NEAREST = 10
IMPORTER = "USA"
SHORT = (
    "hs",
    "total_pct",
    "banned",
    "lowest_pct",
    "highest_pct",
    "description",
    "base_pct",
    "base_text",
    "base_complete",
)
"""What is said of each of the narrower codes."""


class UnknownCode(Exception):
    """A code that the schedule does not have; `nearest` are codes that it has."""

    def __init__(self, nearest: list[str]) -> None:
        super().__init__()
        self.nearest = nearest


@dataclass(frozen=True)
class Schedule:
    """The lines of the schedule by code, and the lists that name codes."""

    goods: pd.DataFrame
    lists: CodeLists


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


def code_answer(snapshot: Snapshot, code: str, params: tariffs.TariffParams) -> dict[str, Any]:
    """The answer for a code (digits): as `rate_answer`, with hs, description, base_pct, base_text and base_complete.

    Where the code is split further and its parts do not pay the same, or where it is shorter than a line of the schedule,
    `total_pct` is None and `narrower` lists the codes below it with their totals. The ordinary duty is counted in
    `total_pct`; `base_complete` is false where a part of it is an amount per unit that no per cent can say.
    Raises UnknownCode.
    """
    held = schedule(snapshot)
    lines = held.goods[held.goods["hts8"].str.startswith(code[:LINE])]
    if lines.empty:
        raise UnknownCode(nearest(held.goods["hts8"], code))
    if len(code) < LINE:
        return _answer_of_many(snapshot, code, params, lines)
    answer = _answer_of_line(snapshot, code, params, lines)
    below = narrower(held.lists, code, pd.Timestamp(params.on), pd.Timestamp(params.known))
    parts = _short_answers(snapshot, params, lines.iloc[[0] * len(below)].assign(hts8=below)) if below else []
    if all(_same(part, answer) for part in parts):
        return answer | {"narrower": []}
    rest = {name: answer[name] for name in SHORT} | {"rest_of_line": True}
    return answer | _open([*(part for part in parts if not _same(part, answer)), rest])


def code_changes(snapshot: Snapshot, code: str, params: tariffs.TariffParams) -> list[dict[str, Any]]:
    """How the sum on goods of a line of the schedule, or of a longer code, changed (`changes_of`). Raises UnknownCode."""
    goods = schedule(snapshot).goods
    line = goods[goods["hts8"] == code[:LINE]]
    if len(code) < LINE or line.empty:
        raise UnknownCode(nearest(goods["hts8"], code))
    base = base_by_usmca(snapshot, code, params.origin)
    return changes_of(snapshot, params, code, with_code(snapshot, code, params), base)


def base_by_usmca(snapshot: Snapshot, code: str, origin: str) -> dict[str, float]:
    """The ordinary duty of a code's line in per cent, by whether goods qualify; NaN where it is not held."""
    goods, tables = schedule(snapshot).goods, tariff_tables(snapshot)
    line = goods[goods["hts8"] == code[:LINE]]
    return {usmca: float(base_of(line, tables, origin, usmca)[0]) for usmca in tariffs.QUALIFYING.values()}


def _answer_of_line(snapshot: Snapshot, code: str, params: tariffs.TariffParams, lines: pd.DataFrame) -> dict[str, Any]:
    by_code = with_code(snapshot, code, params)
    base = base_by_usmca(snapshot, code, params.origin)
    answer = rate_answer(snapshot, params.model_copy(update={"product": code, "importer": IMPORTER}), by_code, base)
    duty = base[tariffs.QUALIFYING[params.usmca]]
    line = _base(lines.iloc[0], duty, _qualifies(snapshot, params))
    for layer in answer["layers"]:
        if layer["programme"] == "base":
            layer["source"] = lines.iloc[0]["source_id"]
    return {"hs": dotted(code)} | answer | {"product": None} | line


def with_code(snapshot: Snapshot, code: str, params: tariffs.TariffParams) -> Tables:
    """The tables of the rules that know a code, in the scenario of a question."""
    return _with_code(snapshot, tariffs.tables_of(snapshot, params), code, pd.Timestamp(set_day(params.known)))


@lru_cache(maxsize=512)
def _with_code(snapshot: Snapshot, tables: Tables, code: str, known: pd.Timestamp) -> Tables:
    return for_codes(tables, schedule(snapshot).lists, [code], known)


def _base(line: pd.Series, base_pct: float, qualifies: bool) -> dict[str, Any]:
    """The ordinary duty in words and numbers."""
    written = line["mfn_text"] if isinstance(line["mfn_text"], str) else ""
    text = _("free: the goods qualify under CUSMA") if qualifies else written or _("not in our sources")
    return {
        "description": line["description"] if isinstance(line["description"], str) else "",
        "base_pct": None if pd.isna(base_pct) else float(base_pct),
        "base_text": text,
        "base_complete": bool(qualifies or line["mfn_type"] in ("0", "7")),
    }


def _qualifies(snapshot: Snapshot, params: tariffs.TariffParams) -> bool:
    return params.usmca == "yes" and tariffs.has_cusma_choice(snapshot, params.origin)


def _answer_of_many(snapshot: Snapshot, code: str, params: tariffs.TariffParams, lines: pd.DataFrame) -> dict[str, Any]:
    said = {"origin": params.origin, "usmca": params.usmca, "importer": IMPORTER}
    on, known = set_day(params.on), set_day(params.known)
    days: dict[str, Any] = {"on": on.isoformat(), "known": known.isoformat()}
    days |= {"coverage_ends_on": COVERAGE_ENDS_ON.isoformat()}
    days |= {"after_coverage": after_coverage(on) or after_coverage(known)}
    listed = _open(_short_answers(snapshot, params, lines)) if len(lines) else _open([])
    return {"hs": dotted(code) or None, "product": None, **said, **days, "layers": [], "readings": []} | listed


def listed_answer(snapshot: Snapshot, codes: Sequence[str], params: tariffs.TariffParams) -> dict[str, Any]:
    """The answer for lines of the schedule that have no code in common: as for a code that is too short."""
    goods = schedule(snapshot).goods
    return _answer_of_many(snapshot, "", params, goods[goods["hts8"].isin(list(codes))])


def _short_answers(snapshot: Snapshot, params: tariffs.TariffParams, lines: pd.DataFrame) -> list[dict[str, Any]]:
    """`SHORT` of many codes (`hts8`, which may be longer) at once."""
    on, known, usmca = pd.Timestamp(params.on), pd.Timestamp(params.known), tariffs.QUALIFYING[params.usmca]
    tables, lists = tariffs.tables_of(snapshot, params), schedule(snapshot).lists
    totals = code_readings(tables, lists, lines, origin=params.origin, on=on, known=known, usmca=usmca)
    base, qualifies = base_of(lines, tables, params.origin, usmca), _qualifies(snapshot, params)
    return [
        {
            "hs": dotted(row.hts8),
            "total_pct": None if pd.isna(row.total_pct) else row.total_pct,
            "banned": bool(row.banned),
            "lowest_pct": None if pd.isna(row.lowest_pct) else row.lowest_pct,
            "highest_pct": None if pd.isna(row.highest_pct) else row.highest_pct,
            **_base(line, duty, qualifies),
        }
        for row, (_place, line), duty in zip(totals.itertuples(), lines.iterrows(), base, strict=True)
    ]


def _open(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """No one total: the narrower codes, and the lowest and the highest of their totals."""
    totals = [part["total_pct"] for part in parts if part["total_pct"] is not None]
    return {
        "total_pct": None,
        "narrower": parts,
        "lowest_pct": min(totals, default=None),
        "highest_pct": max(totals, default=None),
        "banned": bool(parts) and all(part["banned"] for part in parts),
    }


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["total_pct"], one["banned"]) == (other["total_pct"], other["banned"])


def nearest(codes: pd.Series, code: str) -> list[str]:
    """Codes of the schedule that begin most like this one."""
    for length in range(min(len(code), LINE) - 1, 1, -1):
        found = codes[codes.str.startswith(code[:length])]
        if len(found):
            return [dotted(near) for near in found.head(NEAREST)]
    return [dotted(near) for near in codes.head(NEAREST)]
