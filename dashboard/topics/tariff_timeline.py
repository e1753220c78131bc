"""Layers and totals through time for one question, as the rows of the charts that draw them."""

import pandas as pd

from dashboard.topics import tariffs
from dashboard.topics.tariff_goods import One, goods_in_words, one_of
from dashboard.topics.tariff_standing import OPEN_THREATS, never_counted
from dashboard.topics.tariffs import TariffParams
from etl.ledger.snapshot import Snapshot
from policy.tariffs.timeline import timeline
from policy.tariffs.words import ENDED

COLUMNS = [
    "goods", "kind", "usmca", "measure_id", "title", "line_id", "programme", "slot", "role", "status", "rate_pct", "rate_kind", "counted_pct",
    "included", "why", "excluded_by", "from_on", "to_on", "planned_on", "instrument", "trust", "conflict", "note", "source_id",
]  # fmt: skip
WAITING = (*OPEN_THREATS, "scheduled", "suspended")
STOPPED = (*ENDED, "suspended")  # no longer to be paid: as in the ladder of steps, which ends a suspended one, too


def layers_through_time(snapshot: Snapshot, params: TariffParams) -> pd.DataFrame:
    """One row a stretch [from_on, to_on) of a layer (`kind` layer) or of the sum in force (`kind` total).

    `usmca` says for which goods a row holds: yes and no where the question leaves it open and the answers differ, else
    any. `counted_pct` is what a layer adds to the total; of a total it is the total. `goods` names what is asked about.
    There are no rows where the goods have to be narrowed down first.
    """
    one = one_of(snapshot, params)
    if one is None:
        return pd.DataFrame(columns=COLUMNS)
    asked = ["yes", "no"] if params.usmca == "any" else [params.usmca]
    found = [_answer(snapshot, params, one, usmca) for usmca in asked]
    if len(found) == 2:
        same = found[0].drop(columns="usmca").equals(found[1].drop(columns="usmca"))
        totals = [frame[frame["kind"] == "total"].drop(columns="usmca").reset_index(drop=True) for frame in found]
        found = [found[1].assign(usmca="any")] if same else _apart(found, totals[0].equals(totals[1]))
    return pd.concat(found, ignore_index=True)


def _apart(found: list[pd.DataFrame], same_totals: bool) -> list[pd.DataFrame]:
    """Both answers, the total once where it is the same for both."""
    yes, no = found
    if not same_totals:
        return [yes, no]
    return [yes[yes["kind"] == "layer"], no.assign(usmca=no["usmca"].where(no["kind"] == "layer", "any"))]


def _answer(snapshot: Snapshot, params: TariffParams, one: One, usmca: str) -> pd.DataFrame:
    asked = tariffs.question(params.model_copy(update={"usmca": usmca}), one.product, one.base_pct)
    tables = one.tables
    found = timeline(tables, asked, pd.Timestamp(params.known))
    titles, disputed = tariffs.measure_titles(snapshot), tariffs.conflicts(snapshot)
    roles = dict(zip(tables.lines["line_id"], tables.lines["role"], strict=True))
    layers = found.layers.assign(
        kind="layer",
        title=found.layers["measure_id"].map(titles),
        role=found.layers["line_id"].map(roles).fillna("layer"),
        conflict=found.layers["event_id"].map(disputed).fillna(""),
        note=[tariffs.note_of(layer) for layer in found.layers.itertuples()],
    )
    totals = found.totals.assign(
        kind="total",
        rate_pct=found.totals["total_pct"],
        counted_pct=found.totals["total_pct"],
        included=True,
        why="",
        trust=found.totals["lowest_trust"],
        rate_kind=found.totals["banned"].map({True: "ban", False: "additional"}),
        planned_on=pd.Series(pd.NaT, index=found.totals.index, dtype="datetime64[us]"),
    )
    both = pd.concat([totals, layers.rename(columns={"reason": "why"})], ignore_index=True)
    both = both.assign(usmca=usmca, goods=goods_in_words(snapshot, params, rest_of_line=True)).reindex(columns=COLUMNS)
    text = [name for name in COLUMNS if both[name].dtype == object or str(both[name].dtype) == "str"]
    both[text] = both[text].fillna("")
    return both.astype({"included": "bool"})


def lanes_of(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows by lane: totals, then duties that are or were counted, then what was only threatened, announced or scheduled.

    A duty that is in force on other goods only has no lane, nor has a threat to raise it; they stand in the table with their reason.
    """
    totals = [
        lane
        for usmca in ("any", "yes", "no")
        if len(lane := rows[(rows["kind"] == "total") & (rows["usmca"] == usmca)])
    ]
    layers = rows[
        (rows["kind"] == "layer")
        & rows["usmca"].isin(["any", "no"] if (rows["usmca"] == "no").any() else ["any", "yes"])
    ]
    counted, others = [], []
    for _key, lane in layers.assign(group=layers["role"].where(layers["role"] == "threat", "duty")).groupby(
        ["measure_id", "group"]
    ):
        said = lane[(lane["rate_pct"] > 0) | (lane["rate_kind"] == "ban")]
        live = said["status"] == "in_force"
        if (live & said["included"]).any():
            counted.append(lane)
        elif lane["role"].eq("threat").all() and never_counted(rows, lane["measure_id"].iloc[0]):
            continue
        elif said["status"].isin(WAITING).any() and (
            not live.any() or said["why"].isin(["part_only", "excluded_disputed"]).any()
        ):
            others.append(lane)
    return [*totals, *sorted(counted, key=lambda lane: _rank(lane, ended=True)), *sorted(others, key=_rank)]


def _rank(lane: pd.DataFrame, ended: bool = False) -> tuple:
    """Lanes by their first day; with `ended`, those that have ended come last."""
    return (
        ended
        and lane["status"].isin(STOPPED).any()
        and not (lane["to_on"].isna() & ~lane["status"].isin(STOPPED)).any(),
        lane["from_on"].min(),
    )


def drawn_of(lane: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """The stretches of a lane that are drawn, by their first day; `included` says which of them were counted.

    Before and beside what was counted only what is open on the day: that a duty was announced before it came is no rate of
    its own. What was never counted is drawn from the day it was planned for, or over the days it stood where it ended before.
    """
    named = lane[((lane["rate_pct"] > 0) | (lane["rate_kind"] == "ban")) & ~lane["status"].isin(STOPPED)]
    counted = named[(named["status"] == "in_force") & named["included"]]
    others = named.drop(counted.index).assign(included=False)
    if len(counted):
        others = others[~(others["to_on"] <= on)]
    ended_before = others["planned_on"] >= others["to_on"]
    late = (others["planned_on"] > others["from_on"]) & ~ended_before
    others = others.assign(from_on=others["from_on"].where(~late, others["planned_on"]))
    return pd.concat([counted, others]).sort_values("from_on", kind="stable")


def standing_of(lane: pd.DataFrame, on: pd.Timestamp) -> str:
    """Where a lane stands on a day: "in_force", counted on the goods; "open", not counted; "over"."""
    now = lane[(lane["from_on"] <= on) & ~(lane["to_on"] <= on)]
    charged = (now["rate_pct"] > 0) | (now["rate_kind"] == "ban")
    if ((now["status"] == "in_force") & now["included"] & charged).any():
        return "in_force"
    alive = lane[~(lane["to_on"] <= on) & ~lane["status"].isin(STOPPED)]
    return "over" if alive.empty else "open"
