"""What goods of a tariff code pay on a day: the answer by product, with the ordinary duty of the line counted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import pandas as pd

from dashboard.coverage import before_coverage, ends_on
from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.hts import LINE, dotted, nearest, schedule, suffix_held
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariffs import tariff_tables
from etl.ledger.snapshot import Snapshot
from policy.tariffs import READINGS, CodeQuery, Tables, code_readings, for_codes, narrower
from policy.tariffs.codes import base_of
from policy.tariffs.judge import ALL_IN

IMPORTER = "USA"
PER_UNIT, HELD = "base_per_unit", "base_in_all_in"
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


class SeveralCodes(Exception):
    """A code of which there is more than one line; `codes` are they."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__()
        self.codes = codes


class UnknownCode(Exception):
    """A code that the schedule does not have; `nearest` are codes that it has."""

    def __init__(self, nearest: list[str]) -> None:
        super().__init__()
        self.nearest = nearest


def code_answer(snapshot: Snapshot, code: str, params: tariffs.TariffParams) -> dict[str, Any]:
    """The answer for a code (digits): as `rate_answer`, with hs, description, base_pct, base_text and base_complete.

    Where the code is split further and its parts do not pay the same, or where it is shorter than a line of the schedule,
    `total_pct` is None and `narrower` lists the codes below it with their totals. The ordinary duty is counted in
    `total_pct`; `base_complete` is false where a part of it is an amount per unit that no per cent can say.
    Raises UnknownCode.
    """
    held = schedule(snapshot)
    lines = held.under(code)
    if lines.empty:
        raise UnknownCode(nearest(held.goods["hts8"], code))
    if len(code) < LINE:
        return _answer_of_many(snapshot, code, params, lines)
    answer = _answer_of_line(snapshot, code, params, lines)
    answer |= {"suffix_held": suffix_held(snapshot, code), "narrower": []}
    if not narrower(held.lists, code, pd.Timestamp(params.on), pd.Timestamp(params.known)):
        return answer
    parts = _with_parts(snapshot, params, lines.assign(hts8=code))
    return answer | (_open(parts) if len(parts) > 1 else _widened(answer, parts[0]))


def base_by_usmca(snapshot: Snapshot, code: str, origin: str) -> dict[str, float]:
    """The ordinary duty of a code's line in per cent, by whether goods qualify; NaN where it is not held."""
    tables, line = tariff_tables(snapshot), schedule(snapshot).under(code)
    return {usmca: float(base_of(line, tables, origin, usmca)[0]) for usmca in tariffs.QUALIFYING.values()}


def _answer_of_line(snapshot: Snapshot, code: str, params: tariffs.TariffParams, lines: pd.DataFrame) -> dict[str, Any]:
    by_code = with_code(snapshot, code, params)
    base = base_by_usmca(snapshot, code, params.origin)
    answer = rate_answer(snapshot, params.model_copy(update={"product": code, "importer": IMPORTER}), by_code, base)
    duty = base[tariffs.QUALIFYING[params.usmca]]
    line = _base(lines.iloc[0], duty, _qualifies(snapshot, params))
    held = any(layer["included"] and layer["rate_kind"] in ALL_IN for layer in answer["layers"])
    for layer in answer["layers"]:
        if layer["programme"] == "base":
            layer["source"] = lines.iloc[0]["source_id"]
            if not line["base_complete"] and held:
                layer["reason"], layer["reason_text"] = HELD, tariffs.reason_in_words(HELD)
            elif not line["base_complete"] and layer["included"]:
                layer["reason"], layer["reason_text"] = PER_UNIT, tariffs.reason_in_words(PER_UNIT)
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
    days |= {"coverage_ends_on": ends_on(snapshot).isoformat()}
    days |= {"after_coverage": max(on, known) > ends_on(snapshot), "before_coverage": before_coverage(on)}
    listed = _open(_with_parts(snapshot, params, lines)) if len(lines) else _open([])
    return {"hs": dotted(code) or None, "product": None, **said, **days, "layers": [], "readings": []} | listed


def listed_answer(snapshot: Snapshot, codes: Sequence[str], params: tariffs.TariffParams) -> dict[str, Any]:
    """The answer for lines of the schedule that have no code in common: as for a code that is too short."""
    goods = schedule(snapshot).goods
    return _answer_of_many(snapshot, "", params, goods[goods["hts8"].isin(list(codes))])


def _with_parts(snapshot: Snapshot, params: tariffs.TariffParams, lines: pd.DataFrame) -> list[dict[str, Any]]:
    """`SHORT` of lines (`hts8`); before a line whose narrower codes do not pay the same: those, and it is their rest.

    The range of a line holds that of its narrower codes that pay the same.
    """
    on, known = pd.Timestamp(params.on), pd.Timestamp(params.known)
    below = [narrower(schedule(snapshot).lists, code, on, known) for code in lines["hts8"]]
    longer = lines.loc[lines.index.repeat([len(codes) for codes in below])]
    longer = longer.assign(hts8=[code for codes in below for code in codes])
    answers = _short_answers(snapshot, params, pd.concat([lines, longer]))
    own, parts = answers[: len(lines)], iter(answers[len(lines) :])
    found: list[dict[str, Any]] = []
    for line, codes in zip(own, below, strict=True):
        own_parts = [*islice(parts, len(codes))]
        alike = [line, *(part for part in own_parts if _same(part, line))]
        apart = [part for part in own_parts if not _same(part, line)]
        found += [*apart, line | _range(alike) | ({"rest_of_line": True} if apart else {})]
    return found


def _short_answers(snapshot: Snapshot, params: tariffs.TariffParams, lines: pd.DataFrame) -> list[dict[str, Any]]:
    """`SHORT` of many codes (`hts8`, which may be longer) at once."""
    sides = [_readings_of(snapshot, params, lines, tariffs.QUALIFYING[params.usmca])]
    if params.usmca == "any" and tariffs.has_cusma_choice(snapshot, params.origin):  # as in an answer about one code
        sides.append(_readings_of(snapshot, params, lines, tariffs.QUALIFYING["yes"]))
    found = sides[0].assign(
        lowest_pct=pd.concat([side["lowest_pct"] for side in sides], axis=1).min(axis=1),
        highest_pct=pd.concat([side["highest_pct"] for side in sides], axis=1).max(axis=1),
    )
    base = base_of(lines, tariff_tables(snapshot), params.origin, tariffs.QUALIFYING[params.usmca])
    qualifies = _qualifies(snapshot, params)
    return [
        {
            "hs": dotted(row.hts8),
            "total_pct": None if pd.isna(row.total_pct) else row.total_pct,
            "banned": bool(row.banned),
            "lowest_pct": None if pd.isna(row.lowest_pct) else row.lowest_pct,
            "highest_pct": None if pd.isna(row.highest_pct) else row.highest_pct,
            **_base(line, duty, qualifies),
        }
        for row, (_place, line), duty in zip(found.itertuples(), lines.iterrows(), base, strict=True)
    ]


def _readings_of(snapshot: Snapshot, params: tariffs.TariffParams, lines: pd.DataFrame, usmca: str) -> pd.DataFrame:
    """What many codes pay, with the range of their readings, for goods that qualify or do not."""
    on, known = pd.Timestamp(params.on), pd.Timestamp(params.known)
    tables, lists = tariffs.tables_of(snapshot, params), schedule(snapshot).lists
    said: dict[str, str | float] = {"company": params.company or "", **params.content}
    return code_readings(CodeQuery(tables, lists, lines, params.origin, on, known, usmca, said))


def _open(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """No one total: the narrower codes, and the lowest and the highest of them in all readings."""
    return {
        "total_pct": None,
        "narrower": parts,
        **_range(parts),
        "banned": bool(parts) and all(part["banned"] for part in parts),
        "ban_possible": any(part["banned"] for part in parts),
    }


def _range(parts: list[dict[str, Any]]) -> dict[str, float | None]:
    """The lowest and the highest of several codes in all readings."""
    return {
        name: outer((part[name] for part in parts if part[name] is not None), default=None)
        for name, outer in (("lowest_pct", min), ("highest_pct", max))
    }


def _widened(answer: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """The range of a line with that of its longer codes; each end that is not the answer's own is a reading of it."""
    own, ends = ((one["lowest_pct"], one["highest_pct"]) for one in (answer, line))
    if ends == own:
        return {}
    said = answer["readings"] or [_reading("as_counted", answer["total_pct"], banned=answer["banned"])]
    more = [_reading("longer_code", rate) for rate in ends if rate is not None and rate not in own]
    return {"readings": [*said, *more], "lowest_pct": ends[0], "highest_pct": ends[1]}


def _reading(code: str, total_pct: float | None, *, banned: bool = False) -> dict[str, Any]:
    return {"reading": code, "text": _(READINGS[code]), "total_pct": total_pct, "banned": banned}


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["total_pct"], one["banned"]) == (other["total_pct"], other["banned"])
