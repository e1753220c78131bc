"""Where names stand beside the points of a chart, so that none covers another, a point or a line."""

import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import plotly.graph_objects as go

from dashboard import style
from dashboard.language import labelled

SIDES = {
    "middle right": (1, 0),
    "top center": (0, 1),
    "bottom center": (0, -1),
    "middle left": (-1, 0),
    "top right": (1, 1),
    "bottom right": (1, -1),
    "top left": (-1, 1),
    "bottom left": (-1, -1),
}
LETTER_PX, LINE_PX, GAP_PX = 8, 16, 12
MOST_LINES = 4  # of a name
PHONE_PX, DESK_PX, PLOT_PX = 300, 720, 340  # width of a plot there, and height of one
BELOW_LETTERS, BELOW_PX, MARGIN_PX = (
    40,
    34,
    40,
)  # of a line below the plot, how far below its axis, what is there anyway
THIN_PX = 4  # of a line, in boxes of that side
LIFT_PX = 4  # of the name of a level off its line

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def sides(
    points: Sequence[tuple[float, float, str]],
    x_px: float,
    y_px: float,
    lines: Sequence[tuple[Point, Point]] = (),
    within: tuple[Point, Point] | None = None,
) -> list[str]:
    """For each point (x, y, its name) the side where its name covers no other name, no point and no line; "" where none is.

    `x_px`, `y_px`: pixels a unit of x and y; `lines`: from point to point; `within`: the corners that names stay between.
    A name may have several lines (`<br>`). Who comes first is served first; a point without a name is only kept free.
    """
    taken = [_box(x * x_px, y * y_px, GAP_PX, GAP_PX) for x, y, _name in points]
    drawn = [box for line in lines for box in along(line, x_px, y_px)]
    edge = (
        tuple(side * px for corner in within for side, px in zip(corner, (x_px, y_px), strict=True)) if within else None
    )
    found = []
    for own, (x, y, name) in enumerate(points):
        broken = name.split("<br>")
        wide, tall = max(map(len, broken)) * LETTER_PX, len(broken) * LINE_PX
        for side, (right, up) in SIDES.items() if name else ():
            beside = GAP_PX + wide / 2 if not up else (GAP_PX + wide) / 2
            above = (GAP_PX + tall) / 2 + (0 if not right else 2)
            near = 0 if up else GAP_PX / 2  # beside a small point a name begins nearer to it
            box = _box(x * x_px + right * (beside - near / 2), y * y_px + up * above, wide + near, tall)
            others = (other for place, other in enumerate(taken) if place != own)
            if not any(meet(box, other) for other in (*others, *drawn)) and (edge is None or inside(box, edge)):
                taken.append(box)
                found.append(side)
                break
        else:
            found.append("")
    return found


def names_of_levels(fig: go.Figure, wide_px: int, told: Sequence[str] = ()) -> None:
    """Move the names of level lines, which stand on paper of their own, to where they hide no figure and no other name in a
    plot so wide, nor another level: the left or the right end, above or below their own. One without such a place is broken into more lines;
    else its figure alone stands on the line, or nothing, and the name is told below the plot, before what else is `told` there."""
    notes = [(note, note.to_plotly_json()) for note in fig.layout.annotations]  # read once: plotly looks everything up
    names = [(note, said) for note, said in notes if said.get("xref") == "x domain" and said.get("bgcolor")]
    traces = [trace for trace in fig.data if len(trace.x or ())]
    if not (names or told) or not traces:
        return
    (first, last), heights = fig.layout.xaxis.range, [y for trace in traces for y in trace.y]
    low, high = fig.layout.yaxis.range or (min(0, *heights), max(heights) * 1.06)
    x_px, y_px = wide_px / (last - first), PLOT_PX / (high - low)
    drawn, below = list(drawn_boxes(traces, x_px, y_px)), []
    for across in (shape.x0 for shape in fig.layout.shapes if shape.x0 == shape.x1):
        drawn += along(((across, low), (across, high)), x_px, y_px)
    at = {shape.y0 for shape in fig.layout.shapes if shape.y0 == shape.y1}
    levels = [(height, list(along(((first, height), (last, height)), x_px, y_px))) for height in at]
    for note, said in names:
        boxes = (
            words_at(other, first, last, x_px, y_px) for _note, other in notes if other is not said and other["text"]
        )
        others = [box for height, line in levels if height != said["y"] for box in line]
        taken, text = [*drawn, *boxes, *others], said["text"]
        for shorter, place in product(_ever_shorter(text), _places()):
            box = words_at(said | place | {"text": shorter}, first, last, x_px, y_px)
            if low * y_px <= box[1] and box[3] <= high * y_px and not any(meet(box, other) for other in taken):
                break
        else:
            shorter, place = "", {}
        said.update(place, text=shorter)
        note.update(place | {"text": shorter})
        if _letters(shorter) != _letters(text):
            below += _broken(_in_a_line(text), BELOW_LETTERS)
    below += [line for words in told for line in _broken(words, BELOW_LETTERS)]
    if below:
        style.note(
            fig,
            (0, 0),
            "<br>".join(below),
            style.MUTED,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            align="left",
            yshift=-BELOW_PX,
        )
        more = LINE_PX * len(below) + 8
        fig.update_layout(height=fig.layout.height + more, margin_b=MARGIN_PX + more)


def _places() -> Iterator[dict[str, Any]]:
    """Where the name of a level may stand, best first."""
    for lift_px, below, right in product((LIFT_PX, GAP_PX), (False, True), (False, True)):
        place = {"x": int(right), "yanchor": "top" if below else "bottom", "yshift": -lift_px if below else lift_px}
        yield place | ({"xanchor": "right", "align": "right"} if right else {"xanchor": "left", "align": "left"})


def _ever_shorter(text: str) -> Iterator[str]:
    """A name as it is, in lines of fewer letters, and its figure alone."""
    yield text
    lines = text.split("<br>") if "<b>" in text else [_in_a_line(text)]
    for most in (18, 15, 12):
        parts = [(part, "<b>" in line) for line in lines for part in _broken(_bare(line), most)]
        if len(parts) <= MOST_LINES:
            yield "<br>".join(f"<b>{part}</b>" if bold else part for part, bold in parts)
    if figure := re.search(r"(✓ )?[\d.,]+\s%", text):
        yield figure[0]


def _in_a_line(text: str) -> str:
    name, bold, said = text.partition("</b><br>")
    told = labelled(name, said) if bold else name
    return _bare(told.replace("<br>", " "))


def _letters(text: str) -> str:
    return re.sub(r"\s", "", _bare(text))


def _bare(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


def _broken(text: str, most: int) -> list[str]:
    return textwrap.wrap(text, most, break_long_words=False)


def drawn_boxes(traces: Sequence[go.Scatter], x_px: float, y_px: float) -> Iterator[Box]:
    """Boxes of all that the traces draw: their points, and the lines between."""
    for trace in traces:
        points = list(zip(trace.x, trace.y, strict=True))
        yield from (_box(x * x_px, y * y_px, GAP_PX, GAP_PX) for x, y in points if "markers" in trace.mode)
        for line in pairwise(points) if "lines" in trace.mode else ():
            yield from along(line, x_px, y_px)


def words_at(note: Mapping[str, Any], first: float, last: float, x_px: float, y_px: float) -> Box:
    """The box of a note, as plotly says it, at a year or at an end of the axis."""
    lines = re.sub(r"<(?!br)[^>]*>", "", note["text"]).split("<br>")
    wide, tall = max(map(len, lines)) * LETTER_PX, len(lines) * LINE_PX
    x = first + note["x"] * (last - first) if note.get("xref") == "x domain" else note["x"]
    x, y = x * x_px + note.get("xshift", 0), note["y"] * y_px + note.get("yshift", 0)
    left = x - wide * {"left": 0, "center": 0.5, "right": 1}.get(note.get("xanchor", ""), 0.5)
    bottom = y - tall * {"bottom": 0, "middle": 0.5, "top": 1}.get(note.get("yanchor", ""), 0.5)
    return left, bottom, left + wide, bottom + tall


def in_rows(
    labels: Sequence[tuple[float, float]], width: float, gap: float, beside: float = 0
) -> list[tuple[int, float]]:
    """Names above the plot, each at the top of a line: the row (0 is the lowest) and the left end of each (x, its width).

    A name stands to the right of its line, to the left where the plot ends too soon for it, or at the plot's end where
    neither side holds it; no two of a row touch, and no line runs through a name of another where that can be. `labels`
    go from left to right; `beside`: what is free to the left of the plot.
    """
    placed: list[tuple[float, float, float, int]] = []  # line, left, right, row
    for x, wide in reversed(labels):
        before, after = x - gap - wide, x + gap
        left = before if after + wide > width and before >= -beside else max(0.0, min(after, width - wide))
        rows = [
            row
            for row in range(len(labels) + 1)
            if not any(
                row == other and left < right + gap and other_left < left + wide + gap
                for _x, other_left, right, other in placed
            )
        ]
        free = (
            row
            for row in rows
            if not any(
                (left - gap < line < left + wide + gap and other >= row)
                or (other_left - gap < x < right + gap and other < row)
                for line, other_left, right, other in placed
            )
        )
        placed.append((x, left, left + wide, next(free, rows[0])))
    return [(row, left) for _x, left, _right, row in reversed(placed)]


def anchored(side: str) -> dict[str, Any]:
    """Where a note stands on that side of its point, as plotly says it."""
    right, up = SIDES[side]
    return {
        "xanchor": ("right", "center", "left")[right + 1],
        "yanchor": ("top", "middle", "bottom")[up + 1],
        "align": ("right", "center", "left")[right + 1],
        "xshift": right * GAP_PX * (0.5 if up else 0.8),
        "yshift": up * GAP_PX / 2,
        "borderpad": 0,
    }


def along(line: tuple[Point, Point], x_px: float, y_px: float) -> Iterator[Box]:
    """Small boxes along a line; an upright or a level one is a box of its own."""
    (x0, y0), (x1, y1) = ((x * x_px, y * y_px) for x, y in line)
    if x0 == x1 or y0 == y1:
        return iter([_box((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0) + THIN_PX, abs(y1 - y0) + THIN_PX)])
    steps = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / THIN_PX))
    shares = (step / steps for step in range(steps + 1))
    return (_box(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, THIN_PX, THIN_PX) for share in shares)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def inside(one: Box, other: tuple[float, ...]) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]
