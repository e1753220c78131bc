"""The form of a figure for a place: what is too wide or too tall for it is left out, never made too small to read.

A chart that does not hold on a phone has a form of its own there (`narrow` in its module). A list says where it may end
(`listed`): a place too low for it shows its first lines and how many more there are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import ngettext

NARROW_PX = 870  # narrower places show the narrow form
EDGES_PX = 150  # of a page
SCREEN_PX, HALF_PX, PHONE_PX = 1130, 535, 400  # of a chart on a page: alone in its row, beside another, on a phone
GAP_PX = 60  # between two that share a row
LETTERS, BOLD_LETTERS = 46, 42  # of a line as wide as a phone
LOW = 0.8  # of the height a chart is made for: a lower picture goes without words for tall ones
EMPTY_PX = 80  # of a chart without anything
AXIS_PX, LETTER_PX = 280, 7  # of an axis on a phone; of a letter of what it names
LEAST_NAME = 14  # letters that are left of one
MIXED = re.compile(r"<b>([^<]*)</b>([^<]+)")
LINE = re.compile(r"(<b>)?(.*?)(</b>)?")
NOTE_PX = 24  # what the words "and 5 more" take
LEAST_LINE_PX = 15.5  # of a line of words of 13 px


def part_px(row_px: int, part: float) -> int:
    """How wide a chart is that has this part of its row: half the gap to what stands beside it is gone."""
    return round(row_px * part) - (GAP_PX // 2 if part < 1 else 0)


def narrowed(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure without the words that only a wide place holds; lines of words from the left edge end where a phone does."""
    layout = figure["layout"]
    notes = [_shortened(note) if note.get("x") == 0 else note for note in layout.get("annotations", ())]
    data = [_without_words(trace) for trace in figure["data"]]
    axis = with_fewer_names(layout.get("xaxis", {}), layout.get("margin", {}).get("l", AXIS_PX))
    return {"data": data, "layout": {**layout, "xaxis": axis, "annotations": notes}}


def with_fewer_names(axis: Mapping[str, Any], edge_px: float, axis_px: float = AXIS_PX) -> dict[str, Any]:
    """An axis of named days with as many of the names as stand level beside one another where it is so long: on a phone.

    `edge_px`: what is left beside the axis. A name that would reach beyond it is not drawn, so it takes no other's place.
    """
    if "ticktext" not in axis or "range" not in axis:  # years of a table each have their column
        return dict(axis)
    start, end = map(pd.Timestamp, axis["range"])
    letters_px = LETTER_PX * max(map(len, axis["ticktext"]), default=0)
    places = [axis_px * (pd.Timestamp(day) - start) / (end - start) for day in axis["tickvals"]]
    kept, last = [], -letters_px
    for number, place in enumerate(places):
        if letters_px / 2 - edge_px <= place and place - last >= letters_px:
            kept.append(number)
            last = place
    names = {name: [axis[name][number] for number in kept] for name in ("tickvals", "ticktext")}
    return {**axis, **names, "tickangle": 0}


def _shortened(note: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for line in note["text"].split("<br>"):
        if mixed := MIXED.fullmatch(line):
            lines.append(_named(*mixed.groups()))
            continue
        before, words, after = LINE.fullmatch(line).groups("")  # type: ignore[union-attr]  # it matches any line
        most = BOLD_LETTERS if before else LETTERS
        is_name = before or "<br>" not in note["text"]  # never a line within a sentence
        fits = len(words) <= most or "<" in words or not is_name
        lines.append(line if fits else f"{before}{_cut(words, most)}{after}")
    return {**note, "text": "<br>".join(lines)}


def _named(name: str, more: str) -> str:
    """A name in bold and what is said of it, in a line of a phone: the name is cut where enough of it stays."""
    over = len(name) + len(more) - LETTERS
    if over > 0 and len(name) - over > LEAST_NAME:
        name = _cut(name, len(name) - over)
    elif over > 0:
        more = _cut(more, len(more) - over)
    return f"<b>{name}</b>{more}"


def _cut(text: str, most: int) -> str:
    """The words that fit, without a mark that leads to what is cut."""
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" \u00a0:;,·(…") + "…"


def _without_words(trace: dict[str, Any]) -> dict[str, Any]:
    if trace.get("meta") != style.WORDS_FOR_WIDE:
        return trace
    return {name: value for name, value in trace.items() if name not in ("text", "texttemplate")}


def without_empty_axes(fig: go.Figure) -> None:
    """Where nothing is drawn there is nothing to read off: the title says why."""
    if not fig.data and not fig.layout.annotations and not fig.layout.shapes:
        fig.update_layout(xaxis_visible=False, yaxis_visible=False, height=EMPTY_PX)


def listed(fig: go.Figure, ends: Sequence[float], least_px: float = 1) -> None:
    """Say where a list may end: at the y of the end of each of its items, from the top downwards.

    `least_px`: the pixels that a unit of y needs so that no line runs into the next.
    """
    left = [len(ends) - number for number in range(1, len(ends) + 1)]
    more = [
        ngettext("and {count} more in the table", "and {count} more in the table", count).format(count=count)
        for count in left
    ]
    fig.update_layout(meta={"ends": list(map(float, ends)), "more": more, "least_px": least_px})


def listed_bars(fig: go.Figure, count: int, *, from_top: bool = True) -> None:
    """The same of bars a line each, at 0, 1, 2 ...: counted from the top, or from the bottom up."""
    top = -0.6 if from_top else count - 0.4
    fig.update_yaxes(range=[count - 0.4, top] if from_top else [-0.6, top], dtick=1)  # each is named
    listed(fig, [row + 0.5 if from_top else count - 1.5 - row for row in range(count)], LEAST_LINE_PX)


def cut(figure: dict[str, Any], height: int) -> dict[str, Any]:
    """A list for a place of that height: as many items as stand in it and can be read."""
    layout = figure["layout"]
    meta = layout.get("meta") or {}
    if not meta.get("ends"):  # no list, or an empty one
        return figure if height > LOW * layout.get("height", height) else _without_words_for_tall(figure)
    margin = {"t": 24, "b": 40, **layout.get("margin", {})}
    bottom, top = layout["yaxis"]["range"]
    room = height - margin["t"] - margin["b"]
    if abs(bottom - top) * meta["least_px"] <= room:
        return figure
    shown = [place for place, end in enumerate(meta["ends"]) if abs(end - top) * meta["least_px"] <= room - NOTE_PX]
    number = max(shown, default=0)
    last = meta["ends"][number]
    left = room - abs(last - top) * meta["least_px"]
    note = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top", "showarrow": False}
    note |= {"text": meta["more"][number], "font": {"color": style.MUTED, "size": 13}, "yshift": -margin["b"]}
    legend = {**layout.get("legend", {})}
    if legend and legend.get("y", 0) < 1:  # below the plot: the words stand between
        note["yshift"], legend["y"] = 0, -NOTE_PX / (room - left)
    held = [one for one in layout.get("annotations", ()) if _stays(one, last, top)]
    return {
        "data": [{**trace, "cliponaxis": True} if "cliponaxis" in trace else trace for trace in figure["data"]],
        "layout": {
            **layout,
            "height": height,
            "margin": {**margin, "b": margin["b"] + left},
            "yaxis": {**layout["yaxis"], "range": [last, top], "autorange": False},
            **({"legend": legend} if legend else {}),
            "annotations": [*held, note],
        },
    }


def _without_words_for_tall(figure: dict[str, Any]) -> dict[str, Any]:
    notes = figure["layout"].get("annotations", ())
    held = [note for note in notes if note.get("name") != style.WORDS_FOR_TALL]
    return figure if len(held) == len(notes) else {**figure, "layout": {**figure["layout"], "annotations": held}}


def _stays(words: dict[str, Any], last: float, top: float) -> bool:
    """Whether words stand within a list that is cut: plotly keeps those that stand on its very end."""
    y = words["y"]
    return words.get("yref", "y") != "y" or not isinstance(y, (int, float)) or abs(y - top) < abs(last - top)


def bearing(count: int, every: int) -> list[int]:
    """The places of the bars that bear a figure: the first, and every so many counted from the last."""
    return sorted({0, count - 1, *range(every + (count - 1) % every, count, every)})
