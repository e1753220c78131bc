"""Words on coloured fills: in the ink that reads on each, by contrast (WCAG 2)."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard import style

Word = tuple[str, str, str, str]


def on(fill: str) -> str:
    """The ink that reads better on a fill."""
    return max((style.ON_DEEP, style.ON_PALE), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """How two colours stand out from each other, from 1 (not at all) to 21."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def shade(colours: Sequence[str], share: float) -> str:
    """The colour at a share (0 to 1) of a scale whose colours stand at equal steps."""
    at = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    low, high = (_rgb(colours[index]) for index in (int(at), min(int(at) + 1, len(colours) - 1)))
    return "#" + "".join(f"{round(a + (b - a) * (at - int(at))):02X}" for a, b in zip(low, high, strict=True))


def words_on_cells(fig: go.Figure, words: Sequence[Word], **more: Any) -> None:
    """Words (column, row, text, fill of the cell) on a heat map. Plotly's own have one ink for cells of middle shades, too."""
    fig.add_scatter(
        x=[column for column, _row, _text, _fill in words],
        y=[row for _column, row, _text, _fill in words],
        mode="text",
        text=[text for _column, _row, text, _fill in words],
        textfont={"size": 13, "color": [on(fill) for *_cell, fill in words]},
        hoverinfo="skip",
        showlegend=False,
        **more,
    )


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in _rgb(colour))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
