"""Names of the levels of a line of steps: each just above the beginning of its own, where nothing is in its way."""

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard import placement, style
from dashboard.topics.tariff_lanes import Axis

NEAR_PX = 4  # of a step, where its name begins


def name_steps(
    fig: go.Figure,
    steps: Sequence[tuple[pd.Timestamp, float, str]],
    axis: Axis,
    wide_px: int,
    first: Sequence[int | None],
) -> None:
    """The names of steps (first day, height, name) that hold them in a plot so wide: those at the places `first` are served
    first, then the longer ones. A name has no paper of its own, so that it cuts no line."""
    x_px, y_px = wide_px / (axis.end - axis.start).days, placement.PLOT_PX / axis.highest
    days = [float((start - axis.start).days) for start, _height, _name in steps]
    ends = [*days[1:], float((axis.end - axis.start).days)]
    levels = [((day, step[1]), (end, step[1])) for day, end, step in zip(days, ends, steps, strict=True)]
    risers = [(one[1], other[0]) for one, other in pairwise(levels)]
    points = []
    for place, ((day, height), (end, _height)) in enumerate(levels):
        near = NEAR_PX + len(steps[place][2]) * placement.LETTER_PX / 2
        points.append((min(day + near / x_px, (day + end) / 2), height, steps[place][2]))
    order = sorted(range(len(steps)), key=lambda place: (place not in first, days[place] - ends[place]))
    served = [points[place] for place in order]
    within = ((0.0, 0.0), (ends[-1], axis.highest))
    sides = placement.sides(served, x_px, y_px, [*levels, *risers], within)
    for (x, height, name), side in zip(served, sides, strict=True):
        if side == "top center":
            at = (axis.start + pd.Timedelta(days=x), height)
            style.note(fig, at, f"<b>{name}</b>", style.IN_FORCE, **placement.anchored(side))
