"""Names of lines and of single marks, each where it covers no mark, no line and no other name in any size the chart has."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import plotly.graph_objects as go

from dashboard import placement, style
from dashboard.placement import GAP_PX, Box, Point

WIDER = 1.6  # a desk's plot may be as much wider than the narrowest it is placed for
HIGHER = 1.4  # and as much higher
BORDER_PX = 5  # around a mark, and at the edge where the axis has its words
BACK_PX, STEP_PX = 140, 10  # how far along its line a name may stand from the end, in steps


class Name(NamedTuple):
    """Words for a mark or for the end of a line: the same words in one, two or more lines, those that read best first."""

    texts: Sequence[str]
    colour: str
    points: Sequence[Point]  # of the line, up to the mark that is named
    shorter: Sequence[str] = ()  # words for where those have no place
    is_bold: bool = False


Scale = tuple[float, float]  # pixels a unit of x and of y


def _places() -> Iterator[dict[str, Any]]:
    """Where words may stand beside a point but not at its right, best first: above, below, left."""
    for side, up in product(("left", "center", "right"), (1, -1)):
        shift = {"left": -GAP_PX / 2, "center": 0, "right": GAP_PX / 2}[side]
        where = {"yanchor": "bottom" if up > 0 else "top", "yshift": up * (GAP_PX - 3)}
        yield {"xanchor": side, "align": side, "xshift": shift, **where}
    yield {"xanchor": "right", "align": "right", "yanchor": "middle", "xshift": -GAP_PX + 2, "yshift": 0}


AT_THE_RIGHT = [
    {"xanchor": "left", "align": "left", "yanchor": "middle", "xshift": GAP_PX - 2, "yshift": lift}
    for lift in (0, 5, -5, 10, -10, 14, -14)
]
ELSEWHERE = [*_places()]
FURTHER = [
    {"xanchor": side, "align": side, "yanchor": "bottom" if off > 0 else "top", "xshift": 0, "yshift": off}
    for off in (24, -24, 36, -36, 52, -52, 70, -70)
    for side in ("center", "left", "right")
]
"""Where words stand off their mark, with a thin line to it."""


def name_lines(fig: go.Figure, names: Sequence[Name], wide_px: int) -> list[str]:
    """Write each name beside its mark, or a little before it along its line; the words that have no place are handed back.

    Who comes first is served first. The axes of the figure and all that is drawn in it are there already.
    """
    (first, last), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    least = (wide_px / (last - first), placement.PLOT_PX / (high - low))
    wider = WIDER if wide_px > placement.PHONE_PX else 1.0
    scales = [(least[0] * more, least[1] * up) for more, up in product((1.0, wider), (1.0, HIGHER))]
    levels = [((first, shape.y0), (last, shape.y0)) for shape in fig.layout.shapes if shape.y0 == shape.y1]
    taken = [
        [*_drawn(fig, *scale), *(box for level in levels for box in placement.along(level, *scale))] for scale in scales
    ]
    edges = [(first * x_px + BORDER_PX, low * y_px, last * x_px, high * y_px) for x_px, y_px in scales]
    without: list[str] = []
    words_of: list[list[Box]] = [[] for _scale in scales]  # what no line to other words may cross
    for name in names:
        for at, text, place in _tried(name, least):
            said = {"text": text, "x": at[0], "y": at[1], **place}
            boxes = [placement.words_at(said, first, last, *scale) for scale in scales]
            ways = [_way(at, place, *scale) for scale in scales]
            if all(map(_free, boxes, taken, edges)) and not any(map(_covers, ways, words_of)):
                for box, way, others, words in zip(boxes, ways, taken, words_of, strict=True):
                    others.extend([box, way] if way else [box])
                    words.append(box)
                _write(fig, name, at, text, place)
                break
        else:
            without.append(name.texts[0])
    return without


def _tried(name: Name, scale: Scale) -> Iterator[tuple[Point, str, dict[str, Any]]]:
    """A name's words and where they may stand, best first: beside the mark or along its line, off it, and so with fewer words."""
    back = list(_back(name.points, scale))
    for texts in (name.texts, name.shorter):
        for at, places, text in product(back, (AT_THE_RIGHT, ELSEWHERE), texts):
            yield from ((at, text, place) for place in places)
        yield from ((back[0], text, place) for text, place in product(texts, FURTHER))


def _way(at: Point, place: dict[str, Any], x_px: float, y_px: float) -> Box | None:
    """The thin line from a mark to words that stand off it."""
    if place not in FURTHER:
        return None
    x, ends = at[0] * x_px, sorted((at[1] * y_px, at[1] * y_px + place["yshift"]))
    return x - BORDER_PX, ends[0], x + BORDER_PX, ends[1]


def _covers(way: Box | None, words: Sequence[Box]) -> bool:
    return way is not None and any(placement.meet(way, box) for box in words)


def _write(fig: go.Figure, name: Name, at: Point, text: str, place: dict[str, Any]) -> None:
    words = f"<b>{text}</b>" if name.is_bold else text
    if place not in FURTHER:
        return style.note(fig, at, words, name.colour, 13, **place, **style.PLATE)
    anchors = {key: place[key] for key in ("xanchor", "yanchor", "align")}
    fig.add_annotation(
        x=at[0],
        y=at[1],
        text=words,
        font={"color": name.colour, "size": 13},
        ax=0,
        ay=-place["yshift"],
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=name.colour,
        standoff=7,
        **anchors,
        **style.PLATE,
    )
    return None


def _drawn(fig: go.Figure, x_px: float, y_px: float) -> Iterator[Box]:
    """Boxes of all that is drawn, large marks as large as they are."""
    traces = [trace for trace in fig.data if len(trace.x or ())]
    yield from placement.drawn_boxes(traces, x_px, y_px)
    for trace in traces:
        side = (trace.marker.size or 0) + BORDER_PX
        for x, y in zip(trace.x, trace.y, strict=True) if side > GAP_PX else ():
            yield x * x_px - side / 2, y * y_px - side / 2, x * x_px + side / 2, y * y_px + side / 2


def _free(box: Box, taken: Sequence[Box], edge: Box) -> bool:
    return placement.inside(box, edge) and not any(placement.meet(box, other) for other in taken)


def _back(points: Sequence[Point], scale: Scale) -> Iterator[Point]:
    yield points[-1]
    gone = 0.0
    for (x1, y1), (x0, y0) in zip(reversed(points), list(reversed(points))[1:], strict=False):
        long = (((x1 - x0) * scale[0]) ** 2 + ((y1 - y0) * scale[1]) ** 2) ** 0.5
        steps = max(1, int(long / STEP_PX))
        for step in range(1, steps + 1):
            gone += long / steps
            if gone > BACK_PX:
                return
            yield x1 + (x0 - x1) * step / steps, y1 + (y0 - y1) * step / steps


def in_lines(words: str, *most: int) -> list[str]:
    """Words in one line, and in lines of so many letters."""
    lines = (textwrap.wrap(words, letters, break_long_words=False) for letters in most)
    return list(dict.fromkeys([words, *map("<br>".join, lines)]))
