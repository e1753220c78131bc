"""What the colours of a picture's classes mean, in words, below it."""

import plotly.graph_objects as go

from dashboard import placement, style

LINE_PX, GAP_PX, MARK_PX = 22, 10, 45
WORDS_PX = 7  # of a letter of words that are no names


def of(fig: go.Figure, shown: dict[str, str]) -> None:
    """A square and a word for each class: the colours by their words."""
    for name, colour in shown.items():
        marker = {"symbol": "square", "size": 14, "color": colour, "line": {"width": 1, "color": style.GRID}}
        fig.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)
    fig.update_layout(showlegend=True)


def below(fig: go.Figure, shown: dict[str, str], wide_px: int, before: str = "") -> None:
    """The same below a plot `wide_px` wide, on room kept for it, by which the figure grows; `before` it other words.

    Plotly makes room of its own later than it places a legend, which then lies on the plot.
    """
    of(fig, shown)
    widest = max(map(len, shown), default=0) * placement.LETTER_PX + MARK_PX
    lines = -(-len(shown) // max(1, wide_px // widest))
    words = f"{style.wrapped(before, int(wide_px / WORDS_PX))}<br>\u00a0" if before else ""
    title = {"text": words, "side": "top", "font": {"size": 13, "color": style.MUTED}}
    room = (lines + bool(before) * (1 + words.count("<br>"))) * LINE_PX + GAP_PX
    fig.update_layout(
        legend={"y": -0.01, "yanchor": "top", "title": title},
        margin_b=fig.layout.margin.b + room,
        height=fig.layout.height + room,
    )
