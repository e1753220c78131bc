"""Lines and steps of events that were read of law: which line of its measure an event changes, or which one it begins.

Both follow from the events' rows and the ledger alone, so that what a person corrects in a row is in its lines, too.
What the rows do not settle makes no line, and is said.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from etl.contract import Problem
from etl.importing.law_measures import GOODS, LINES, MEASURES, STEPS, Held, goods_of, is_general, products_of
from etl.message import N_
from etl.publishers.law.events import ON_CONTENT
from etl.publishers.law.goods import Goods, are_all, named_in
from etl.publishers.law.origins import WORLD
from etl.publishers.law.rates import ADDITIONAL, BAN, Rate, of_schedule

RATE_OPEN = N_("has no line: its rate, the kind of it or its first day is open.")
ORIGIN_OPEN = N_("has no line: whose goods it is on is open.")
GOODS_OPEN = N_("has no line: its words do not settle which goods of the measure it is on.")
ON_PART = N_("has no line: its document speaks of the content of goods, so its rate may be on part of their value.")
DEPENDS = N_("has no line: its rate is for a quota, or depends on a condition.")
NOT_SHOWN = N_("has no line: none of the ledger shows how such goods are counted.")
COMPLETE = N_("Complete the row here, or upload its line and step once it is published.")
NO_LINE = "no_line"  # the code of these warnings
GROUP, COUNTRY = 100, 200  # of `precedence`
_ACTS = ("signed", "announced", "effective", "amended", "expired")  # of events that make a step
_INSTEAD = re.compile(r"subject to the additional (?:ad valorem )?(?:rate of )?duty of (\d{1,3}) percent under ")
_RAISED = re.compile(r"\bfrom an additional (\d{1,3}) percent(?: ad valorem)? to an additional ")
_CITED = re.compile(r"\b(?:Proc\w*\.?|EO) (\d{4,5}(?:/\d{4,5})*)\b")
_NUMBER = re.compile(r"\b\d{4,5}\b")
_DEPENDS = re.compile(r"\bquota\b|\bonly if\b|\bprovided that\b")
_WAS = re.compile(r"general was: ([^;]+)")


class Drafted(NamedTuple):
    """New lines, their steps and those of lines held, the lines by event, and what has none and why."""

    lines: pd.DataFrame
    steps: pd.DataFrame
    of_events: dict[str, list[str]]
    told: list[Problem]


def drafted(held: Held, events: pd.DataFrame) -> Drafted:
    """The lines and steps of events; `held` knows their measures."""
    lines: dict[str, dict[str, Any]] = {}
    steps, told = [], []
    found: dict[str, list[str]] = {}
    for row in events.astype("object").where(events.notna(), None).to_dict("records"):
        if not row["rate_kind"] and row["rate_pct"] is None and row["event"] != "expired":
            continue  # a step of a procedure: nothing that a line would say
        chosen = [*_of_event(held, row)]
        if problem := next((one for one in chosen if isinstance(one, str)), None):
            told.append(Problem(row["event_id"], problem, remedy=COMPLETE, code=NO_LINE))
            continue
        for line in (one for one in chosen if not isinstance(one, str)):
            if line["line_id"] not in set(held[LINES]["line_id"]):
                lines[line["line_id"]] = line
            steps.append(_step(held, row, line))
            found.setdefault(row["event_id"], []).append(line["line_id"])
    return Drafted(_typed(held[LINES], lines.values()), _typed(held[STEPS], steps), found, told)


def _typed(like: pd.DataFrame, rows: Any) -> pd.DataFrame:
    return pd.DataFrame([*rows], columns=list(like.columns)).astype(like.dtypes.to_dict())


def _of_event(held: Held, row: Mapping[str, Any]) -> Iterator[dict[str, Any] | str]:
    """The lines that an event is on; a sentence where it is not settled on which."""
    is_over = row["event"] == "expired"
    has_rate = row["rate_kind"] == BAN or (row["rate_kind"] and row["rate_pct"] is not None)
    if not (has_rate or is_over) or row["effective_on"] is None or row["event"] not in _ACTS:
        yield RATE_OPEN
        return
    if not row["origin"]:
        yield ORIGIN_OPEN
        return
    if ON_CONTENT in (row["notes"] or ""):
        yield ON_PART
        return
    if _DEPENDS.search(f"{row[GOODS]} {row['quote']}"):
        yield DEPENDS
        return
    for origin in row["origin"].split(";"):
        yield from _of_origin(held, row, origin)


def _of_origin(held: Held, row: Mapping[str, Any], origin: str) -> Iterator[dict[str, Any] | str]:
    lines = held[LINES]
    lines = lines[(lines["measure_id"] == row["measure_id"]) & (lines["origin"] == origin)]
    is_raised = _raises_all(held, row)
    own = _plain(lines[lines["usmca"] == row["usmca"]], but="quota" if is_raised else "content_basis")
    goods, column = goods_of(row)
    if lines.empty and row["event"] != "expired":
        yield from _new(held, row, origin, goods if column == GOODS else frozenset())
        return
    before = _rate_said(row)
    if before is not None:
        own = own[[_rate_before_day(held, line_id, row["known_on"]) == before for line_id in own["line_id"]]]
    if (before is None or len(own) > 1) and not is_raised:
        own = _named(held, own, row)
    if own.empty:
        yield GOODS_OPEN
    yield from ({str(name): value for name, value in one.items()} for one in own.to_dict("records"))


def _named(held: Held, lines: pd.DataFrame, row: Mapping[str, Any]) -> pd.DataFrame:
    """Those of lines that the words of an event name: all goods, or each of some; none where they settle on none."""
    goods, column = goods_of(row)
    if are_all(row[GOODS] or ""):
        return _general(held, lines)
    if column != GOODS and len(lines) > 1:
        return lines.iloc[:0]  # a title names what the whole document is on
    return _of_goods(held, lines, goods)


def _plain(lines: pd.DataFrame, but: str = "content_basis") -> pd.DataFrame:
    """Those of duties that depend on no company, no quota and no condition of fact, and are on the whole value."""
    return lines[lines[["company", "condition", "quota", but]].isna().all(axis=1) & (lines["role"] == "layer")]


def _general(held: Held, lines: pd.DataFrame) -> pd.DataFrame:
    products = products_of(held, lines)
    found = lines[lines["product"].map(lambda one: is_general(products[one]))]
    return found if len(found) == 1 else lines.iloc[:0]


def _of_goods(held: Held, lines: pd.DataFrame, goods: Goods) -> pd.DataFrame:
    """A line for each of the goods; none where one of them has none or several."""
    products = products_of(held, lines)
    special = {place: products[name] for place, name in lines["product"].items() if not is_general(products[name])}
    places = [[place for place, found in special.items() if one & found] for one in goods]
    if not places or any(len(found) != 1 for found in places):
        return lines.iloc[:0]
    return lines.loc[sorted({found[0] for found in places})]


def _rate_said(row: Mapping[str, Any]) -> Rate | None:
    """The rate that an event says its goods had: a heading that was changed or ended, an order that puts another in its place."""
    if instead := _INSTEAD.search(row[GOODS] or "") or _RAISED.search(row["quote"] or ""):
        return Rate(float(instead[1]), ADDITIONAL)
    was = _WAS.search(row["notes"] or "")
    text = was[1] if was else row["quote"] if row["event"] == "expired" else None
    rate = of_schedule(text or "", row[GOODS] or "")
    return rate if rate.kind else None


def _raises_all(held: Held, row: Mapping[str, Any]) -> bool:
    """Whether an event raises the rate of a measure as a whole: its words name no goods, and each instrument of the measure."""
    measures, quote = held[MEASURES], row["quote"] or ""
    authority = "; ".join(measures.loc[measures["measure_id"] == row["measure_id"], "legal_authority"].dropna())
    numbers = {number for cited in _CITED.findall(authority) for number in cited.split("/")}
    is_of_goods = are_all(row[GOODS] or "") or named_in(row[GOODS] or "")
    return bool(_RAISED.search(quote)) and not is_of_goods and bool(numbers) and numbers <= set(_NUMBER.findall(quote))


def _rate_before_day(held: Held, line_id: str, day: str) -> Rate:
    """The rate of a line as known before a day; both None for a line without one."""
    steps = held[STEPS]
    own = steps[(steps["line_id"] == line_id) & (steps["known_on"] < day)].sort_values(["known_on", "step_id"])
    if own.empty or pd.isna(own["rate_pct"].iloc[-1]):
        return Rate(None, None)
    return Rate(float(own["rate_pct"].iloc[-1]), str(own["rate_kind"].iloc[-1]))


def _new(held: Held, row: Mapping[str, Any], origin: str, goods: Goods) -> Iterator[dict[str, Any] | str]:
    """A line for each of the goods, as the ledger's lines of the same programme count the same product."""
    codes = [next(iter(one)) for one in goods if len(one) == 1]
    programme = held[MEASURES].set_index("measure_id")["programme"]
    alike = _plain(held[LINES], but="quota")
    alike = alike[(alike["measure_id"].map(programme) == programme.get(row["measure_id"])) & (alike["usmca"] == "any")]
    if not codes or len(codes) != len(goods):
        yield NOT_SHOWN if goods else GOODS_OPEN
        return
    for code in sorted(codes):
        ways = alike[alike["product"] == code]
        above = {int(line["precedence"]) - _of_place(held, line["origin"]) for line in ways.to_dict("records")}
        is_one_way = len(above) == 1 and ways["slot"].nunique() == 1 and ways["content_basis"].isna().all()
        if not is_one_way or row["usmca"] != "any":
            yield NOT_SHOWN
            return
        line_id = f"{row['measure_id']}/{origin}-{code}".upper()
        yield dict.fromkeys(held[LINES].columns) | {
            "line_id": line_id,
            "measure_id": row["measure_id"],
            "origin": origin,
            "product": code,
            "usmca": "any",
            "slot": ways["slot"].iloc[0],
            "role": "layer",
            "condition_met": True,
            "precedence": above.pop() + _of_place(held, origin),
        }


def _of_place(held: Held, origin: str) -> int:
    """What an origin adds to the precedence of a line: a country beats a group, a group the world."""
    if origin.startswith(WORLD):  # also the world without a few
        return 0
    return GROUP if origin in set(held["country_groups"]["group_id"]) else COUNTRY


def _step(held: Held, row: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["rate_kind"] or _rate_before_day(held, line["line_id"], row["known_on"]).kind or "additional"
    return {
        "step_id": f"{line['line_id']}:{row['event_id']}",
        "line_id": line["line_id"],
        "event_id": row["event_id"],
        "derived": False,
        "act": row["event"],
        "known_on": pd.Timestamp(row["known_on"]),
        "starts_on": pd.Timestamp(row["effective_on"]),
        "start_precision": "exact",
        "ends_on": pd.NaT,
        "rate_pct": row["rate_pct"],
        "rate_kind": kind,
        "note": None,
        "note_fr": None,
        "instrument": row["legal_authority"],
        "trust": row["trust"],
        "source_id": row["source_id"],
    }
