"""The answer to a question as rows: what the sum of a day is drawn and listed from."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.language import _, trimmed_percent
from dashboard.topics import tariffs
from dashboard.topics.hts import LINE, schedule
from dashboard.topics.tariff_goods import answer_of, goods_in_words
from dashboard.topics.tariff_words import heading_words
from etl.ledger.snapshot import Snapshot

COLUMNS = [
    "goods", "kind", "measure_id", "title", "programme", "status", "rate_pct", "rate_kind", "included", "counted_pct", "why",
    "excluded_by", "instrument", "trust", "conflict", "from_on", "to_on", "note", "source_id", "hs",
]  # fmt: skip


def sum_of_layers(snapshot: Snapshot, params: tariffs.TariffParams) -> pd.DataFrame:
    """One row a layer, in or out with its reason; then the total; then other readings of it. Rates in per cent of customs value.

    `counted_pct` of the layers add up to that of the total; the answer is that of `answer_of`. Where the goods have to be
    narrowed down, one row a code (`kind` code) with its total instead;
    where nothing is called so, what is called nearly so (`kind` near, `hs` what to type), without a rate.
    """
    answer = answer_of(snapshot, params)
    parts = _sum(answer) if answer["layers"] and not answer.get("narrower") else [pd.DataFrame(_codes(answer))]
    found = pd.concat(parts, ignore_index=True).assign(goods=goods_in_words(snapshot, params)).reindex(columns=COLUMNS)
    lines_of = found["hs"].astype("object").str.replace(".", "").str[:LINE]
    lines = schedule(snapshot).goods
    lines = lines[lines["hts8"].isin(lines_of)]
    sources = dict(zip(lines["hts8"], lines["source_id"], strict=True))
    found["source_id"] = found["source_id"].astype("object").fillna(lines_of.map(sources))
    numbers, days = ["rate_pct", "counted_pct"], ["from_on", "to_on"]
    found[numbers] = found[numbers].astype("float64")
    found[days] = found[days].apply(pd.to_datetime).astype("datetime64[us]")
    text = [name for name in COLUMNS if name not in (*numbers, *days, "included")]
    return found.assign(included=found["included"].astype("bool"), **{name: found[name].fillna("") for name in text})


def _sum(answer: dict[str, Any]) -> list[pd.DataFrame]:
    layers = pd.DataFrame(answer["layers"]).rename(
        columns={"reason": "why", "source": "source_id", "starts_on": "from_on", "ends_on": "to_on"}
    )
    ordinary = layers["programme"] == "base"
    layers["note"] = layers["note"].mask(ordinary, _base_in_words(answer))
    sources = {layer["source"] for layer in answer["layers"] if layer["included"] and layer["source"]}
    total = {
        "kind": "total",
        "title": _("In force together"),
        "status": answer["status"],
        "rate_pct": answer["total_pct"],
        "counted_pct": answer["total_pct"],
        "rate_kind": "ban" if answer["banned"] else "total" if answer["base_included"] else "additional",
        "included": True,
        "trust": answer["lowest_trust"],
        "source_id": ";".join(sorted(sources)),
    }
    readings = [
        {
            "kind": "reading",
            "title": reading["text"],
            "rate_pct": reading["total_pct"],
            "rate_kind": "ban" if reading["banned"] else "additional",
            "included": False,
        }
        for reading in answer["readings"]
        if reading["reading"] != "as_counted"
    ]
    if "ledger" in answer:
        own = answer["ledger"]
        title = _("The ledger's own, without the scenario")
        if not answer["scenario_changes_answer"]:
            title = _("The ledger's own: the scenario changes nothing here")
        said = {"kind": "ledger", "title": title, "rate_pct": own["total_pct"]}
        readings.insert(0, said | {"rate_kind": "ban" if own["banned"] else "additional", "included": False})
    return [layers.assign(kind="layer"), pd.DataFrame([total, *readings])]


def _base_in_words(answer: dict[str, Any]) -> str:
    """What is held of the ordinary duty: of a code as the schedule writes it, of a product the range of its codes."""
    if "base_text" in answer:
        return answer["base_text"]
    low, high = answer.get("base_lowest_pct"), answer.get("base_highest_pct")
    if low is None or high is None:
        return ""
    if low == high:
        return _("{rate} on every code of these goods").format(rate=trimmed_percent(low))
    return _("{low} to {high}, by code").format(low=trimmed_percent(low), high=trimmed_percent(high))


def _readings_in_words(part: dict[str, Any]) -> str:
    """The ordinary duty of a code, and its lowest and highest reading where there is more than one."""
    low, high = part["lowest_pct"], part["highest_pct"]
    if part["banned"] and low is not None and high is not None and low < high:
        words = _("{duty}; in other readings {low} to {high}")
        return words.format(duty=part["base_text"], low=trimmed_percent(low), high=trimmed_percent(high))
    if part["banned"] and low is not None:
        return _("{duty}; in another reading {rate}").format(duty=part["base_text"], rate=trimmed_percent(low))
    if low is None or high is None or low == high:
        return part["base_text"]
    readings = _("readings from {low} to {high}").format(low=trimmed_percent(low), high=trimmed_percent(high))
    return f"{part['base_text']}; {readings}"


def _codes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The codes to choose from, each with its total; nothing of them is counted here."""
    return [
        {
            "kind": "code",
            "hs": part["hs"],
            "title": part["description"],
            "rate_pct": part["total_pct"],
            "rate_kind": "ban" if part["banned"] else "total",
            "included": False,
            "note": _readings_in_words(part),
        }
        for part in answer["narrower"]
    ] + [
        {"kind": "near", "hs": near, "title": ", ".join(heading_words().get(near, ())), "included": False}
        for near in _near(answer)
    ]


def _near(answer: dict[str, Any]) -> Sequence[str]:
    """What else the goods could be; an empty text where there is nothing at all, so that there is a row to say so."""
    return answer.get("near") or (() if answer["narrower"] else ("",))
