"""Names of lines and of single marks, each where it covers no mark, no line and no other name in any size the chart has."""

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import product, repeat
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
    for_tall: bool = False  # left out where a picture is low
    in_crowd: bool = False  # may stand far off its mark, but on its side of each level


Scale = tuple[float, float]  # pixels a unit of x and of y


def _places() -> Iterator[dict[str, Any]]:
    """Where words may stand beside a point but not at its right, best first: above, below, left."""
    for side, up in product(("left", "center", "right"), (1, -1)):
        shift = {"left": -GAP_PX / 2, "center": 0, "right": GAP_PX / 2}[side]
        where = {"yanchor": "bottom" if up > 0 else "top", "yshift": up * (GAP_PX - 3)}
        yield {"xanchor": side, "align": side, "xshift": shift, **where}
    for lift, off in product((0, 5, -5, 10, -10), (0, 6, 12)):  # beyond a line close to the point, too
        yield {"xanchor": "right", "align": "right", "yanchor": "middle", "xshift": 2 - GAP_PX - off, "yshift": lift}


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
FARTHER = sorted(
    (
        {"xanchor": "left" if x > 0 else "right", "align": "left", "yanchor": "middle", "xshift": x, "yshift": y}
        for x in (14, 28, 45, 65, 90, 120, 150, -28, -45, -65, -90)
        for y in (0, 20, -20, 36, -36, 54, -54, 75, -75, 100, -100, 130, -130)
    ),
    key=lambda place: math.hypot(float(place["xshift"]), float(place["yshift"])),
)
"""The same to the sides, out of a crowd."""


def name_lines(
    fig: go.Figure,
    names: Sequence[Name],
    wide_px: int,
    plot_px: int = placement.PLOT_PX,
    *,
    kept: Sequence[Mapping[str, Any]] = (),
    low_px: int | None = None,
) -> list[str]:
    """Write each name beside its mark, or a little before it along its line; the words that have no place are handed back.

    Who comes first is served first. The axes of the figure and all that is drawn in it are there already; `kept`: words that
    stay where they are, as plotly says them; `low_px`: the height of the plot where names for tall pictures are left out.
    """
    (first, last), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    least = (wide_px / (last - first), plot_px / (high - low))
    wider = WIDER if wide_px > placement.PHONE_PX else 1.0
    scales = [(least[0] * more, least[1] * up) for more, up in product((1.0, wider), (1.0, HIGHER))]
    tall = len(scales)
    scales += [(least[0] * wider, low_px / (high - low))] if low_px else []
    levels = [((first, shape.y0), (last, shape.y0)) for shape in fig.layout.shapes if shape.y0 == shape.y1]
    levels += [((shape.x0, low), (shape.x0, high)) for shape in fig.layout.shapes if shape.x0 == shape.x1]
    taken = [
        [
            *_drawn(fig, *scale),
            *(box for level in levels for box in placement.along(level, *scale)),
            *(placement.words_at(said, first, last, *scale) for said in kept),
        ]
        for scale in scales
    ]
    edges = [(first * x_px + BORDER_PX, low * y_px, last * x_px, high * y_px) for x_px, y_px in scales]
    without: list[str] = []
    dots = [list(_marks(fig, *scale)) for scale in scales]
    marks = [list(boxes) for boxes in dots]  # with the words what no line to words may cross
    for name in names:
        for at, text, place in _tried(name, least):
            said = {"text": text, "x": at[0], "y": at[1], **place}
            counted = scales[:tall] if name.for_tall else scales
            boxes = [placement.words_at(said, first, last, *scale) for scale in counted]
            if name.in_crowd and _are_beyond(boxes, at, levels, counted):
                continue
            is_one_of_many = name.in_crowd and not name.is_bold and not _is_off(place)
            if is_one_of_many and any(map(_is_anothers, boxes, repeat(at), dots, counted)):
                continue
            ways = [_way(at, place, *scale) for scale in counted]
            if all(map(_free, boxes, taken, edges)) and not any(map(_covers, ways, marks)):
                for box, way, others, crossed in zip(boxes, ways, taken, marks, strict=False):
                    others.extend([box, *way])
                    crossed.extend([box, *way])
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
        if name.in_crowd:
            yield from ((back[0], text, place) for text, place in product(texts, FARTHER))


def _way(at: Point, place: dict[str, Any], x_px: float, y_px: float) -> list[Box]:
    """The thin line from a mark to words that stand off it."""
    if not _is_off(place):
        return []
    x, y, right, up = at[0] * x_px, at[1] * y_px, place["xshift"], place["yshift"]
    begun = (BORDER_PX + GAP_PX / 2) / math.hypot(right, up)
    return list(placement.along(((x + right * begun, y + up * begun), (x + right, y + up)), 1, 1))


def _is_off(place: dict[str, Any]) -> bool:
    return place in FURTHER or place in FARTHER


def _covers(way: Sequence[Box], crossed: Sequence[Box]) -> bool:
    return any(placement.meet(part, box) for part in way for box in crossed)


def _write(fig: go.Figure, name: Name, at: Point, text: str, place: dict[str, Any]) -> None:
    words = f"<b>{text}</b>" if name.is_bold else text
    kind = {"name": style.WORDS_FOR_TALL} if name.for_tall else {}
    if not _is_off(place):
        return style.note(fig, at, words, name.colour, 13, **place, **style.PLATE, **kind)
    anchors = {key: place[key] for key in ("xanchor", "yanchor", "align")}
    fig.add_annotation(
        x=at[0],
        y=at[1],
        text=words,
        font={"color": name.colour, "size": 13},
        ax=place["xshift"],
        ay=-place["yshift"],
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=name.colour,
        standoff=7,
        **anchors,
        **style.PLATE,
        **kind,
    )
    return None


def _drawn(fig: go.Figure, x_px: float, y_px: float) -> Iterator[Box]:
    """Boxes of all that is drawn, large marks as large as they are."""
    yield from placement.drawn_boxes([trace for trace in fig.data if len(trace.x or ())], x_px, y_px)
    yield from _marks(fig, x_px, y_px)


def _marks(fig: go.Figure, x_px: float, y_px: float) -> Iterator[Box]:
    for trace in fig.data:
        size = trace.marker.size or 0
        sizes = size if isinstance(size, Sequence) else [size] * len(trace.x or ())
        for x, y, one in zip(trace.x or (), trace.y or (), sizes, strict=True):
            half = max(one + BORDER_PX, GAP_PX) / 2
            if one:
                yield x * x_px - half, y * y_px - half, x * x_px + half, y * y_px + half


def _free(box: Box, taken: Sequence[Box], edge: Box) -> bool:
    return placement.inside(box, edge) and not any(placement.meet(box, other) for other in taken)


def _are_beyond(
    boxes: Sequence[Box], at: Point, levels: Sequence[tuple[Point, Point]], scales: Sequence[Scale]
) -> bool:
    """Whether words stand, at any scale, on the other side of a level than their mark; one on the level stands above it or at its right."""
    for start, end in levels:
        side = 0 if start[0] == end[0] else 1
        middles = [(box[side] + box[side + 2]) / 2 / scale[side] for box, scale in zip(boxes, scales, strict=True)]
        if any((middle < start[side]) != (at[side] < start[side]) for middle in middles):
            return True
    return False


def _is_anothers(box: Box, at: Point, dots: Sequence[Box], scale: Scale) -> bool:
    """Whether another mark stands straighter above or below words than their own."""
    middle = (box[0] + box[2]) / 2
    aside = abs(at[0] * scale[0] - middle)
    room = box[0], box[1] - GAP_PX, box[2], box[3] + GAP_PX
    return any(placement.meet(dot, room) and abs((dot[0] + dot[2]) / 2 - middle) < aside - 1 for dot in dots)


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
