"""A chart as one picture: title, subtitle, the drawn figure and its credit line in one SVG. Pure.

A picture leaves the page it stood on, so everything a reader needs to judge it is inside. SVG does not break lines by
itself: lines are broken by an estimate of widths on the wide side (the fonts of the reader's system are not known).
"""

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape

from dashboard import style

SIDE = 16
TITLE_PX, SUBTITLE_PX, CREDIT_PX = 20, 14, 12
LEADING = 1.3
NARROW, WIDE = set("iljtfrI.,:;'’|!()[] \u00a0·-"), set("mwMWGOQCDHNU%@—–")


@dataclass(frozen=True)
class Words:
    """What is written around a figure; `summary` is read to those who can't see it."""

    title: str
    subtitle: str
    summary: str
    credit: str


@dataclass(frozen=True)
class Layout:
    """Where things stand in a picture of `width` CSS pixels; `height` is that of the whole picture.

    The figure is drawn `drawn` pixels large and stands in `width` times `figure_height`.
    """

    width: int
    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    credit: tuple[str, ...]
    figure_height: int
    scale: float = 1

    @property
    def drawn(self) -> tuple[int, int]:
        return round(self.width / self.scale), round(self.figure_height / self.scale)

    @property
    def head(self) -> int:
        return round(SIDE + LEADING * (TITLE_PX * len(self.title) + SUBTITLE_PX * len(self.subtitle)) + 6)

    @property
    def foot(self) -> int:
        return round(LEADING * CREDIT_PX * len(self.credit) + SIDE)

    @property
    def height(self) -> int:
        return self.head + self.figure_height + self.foot


def arrange(
    words: Words, width: int, figure_height: int, total_height: int | None = None, least_scale: float = 1
) -> Layout:
    """Break the words into lines. With `total_height` the figure takes what the words leave of it, at least 160 px.

    One that is taller is drawn larger and shrunk to `least_scale` at most.
    """
    room = width - 2 * SIDE
    layout = Layout(
        width,
        broken(words.title, room, TITLE_PX, bold=True),
        broken(words.subtitle, room, SUBTITLE_PX),
        broken(words.credit, room, CREDIT_PX),
        figure_height,
    )
    if total_height is None:
        return layout
    left = max(160, total_height - layout.head - layout.foot)
    scale = max(least_scale, min(1.0, left / figure_height))
    return replace(layout, figure_height=left, scale=scale)


def compose(figure: str, words: Words, layout: Layout, theme: str) -> str:
    """The picture. `figure` is the SVG of the figure alone in the theme's colours, `layout.width` wide."""
    colours = {
        name: style.themed(colour, theme)
        for name, colour in (("ink", style.INK), ("muted", style.MUTED), ("paper", style.PAPER))
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{layout.width}" height="{layout.height}"'
        f' viewBox="0 0 {layout.width} {layout.height}" role="img" font-family="{escape(style.FONT)}">',
        f"<title>{escape(words.title)}</title><desc>{escape(words.summary)}</desc>",
        f'<rect width="100%" height="100%" fill="{colours["paper"]}"/>',
        _lines(layout.title, SIDE, TITLE_PX, colours["ink"], bold=True),
        _lines(layout.subtitle, SIDE + LEADING * TITLE_PX * len(layout.title), SUBTITLE_PX, colours["muted"]),
        _placed(figure, layout),
        _lines(layout.credit, layout.head + layout.figure_height, CREDIT_PX, colours["muted"]),
        "</svg>",
    ]
    return "".join(parts)


def stable_ids(svg: str, seed: str) -> str:
    """The SVG of a figure with the chance out of its ids: the same view is the same text, two views share no id."""
    traces = dict.fromkeys(
        "".join(groups) for groups in re.findall(r'\btrace([0-9a-f]{6})\b|id="p[0-9a-f]{6}-([0-9a-f]{6})', svg)
    )
    for number, trace in enumerate(traces):
        svg = re.sub(rf"(trace|-){trace}\b", rf"\g<1>t{number}", svg)
    own = re.search(r'id="defs-([0-9a-f]{6})"', svg)
    if own is None:
        return svg
    name = sha256(seed.encode()).hexdigest()[:8]
    return re.sub(rf"(?<![0-9A-Za-z])(defs-|topdefs-|clip|legend|g|p){own[1]}", rf"\g<1>{name}", svg)


def both_themes(svg: str) -> str:
    """A light figure for inline use whose colours are variables: a style sheet (`dark_variables`) swaps them."""
    for light in style.DARK:
        red, green, blue = (int(light[at : at + 2], 16) for at in (1, 3, 5))
        svg = svg.replace(f"rgb({red}, {green}, {blue})", f"var({_variable(light)},{light})")
    return svg


def dark_variables() -> str:
    """Declarations that turn a figure made by `both_themes` dark."""
    return ";".join(f"{_variable(light)}:{dark}" for light, dark in style.DARK.items())


def broken(text: str, room: float, size: int, *, bold: bool = False) -> tuple[str, ...]:
    """Text in lines of at most `room` CSS pixels; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _wide(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(line for line in lines if line)


def _wide(text: str, size: int, bold: bool) -> float:
    ems = sum(0.36 if char in NARROW else 0.84 if char in WIDE else 0.62 for char in text)
    return ems * size * (1.1 if bold else 1)


def _lines(lines: tuple[str, ...], top: float, size: int, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    spans = "".join(
        f'<tspan x="{SIDE}" y="{top + LEADING * size * number + size:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{size}" fill="{colour}"{weight}>{spans}</text>'


def _placed(figure: str, layout: Layout) -> str:
    """The figure's SVG below the head, as large as the layout has room for it."""
    width, height = layout.drawn
    start, rest = figure.split(">", 1)
    own, placed = (
        f'width="{width}" height="{height}"',
        f'y="{layout.head}" width="{layout.width}" height="{layout.figure_height}"',
    )
    return f"{start.replace(own, placed)}>{rest}"


def _variable(light: str) -> str:
    return f"--c{light[1:].lower()}"
