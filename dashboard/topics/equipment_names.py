"""The names of allies beside their points of share and equipment."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, line_labels, placement, style
from dashboard.language import _, ngettext, percent

TRIES = 4  # of the order in which names choose their places
CROWDED = 0.05  # of the axes: so near another a code stands for a name
KEY_PX, LOW_PX = 62, 260  # how far below the plot the key begins; the height of the plot on a card


def write_names(fig: go.Figure, points: pd.DataFrame, plot_px: tuple[int, int], letters: int) -> None:
    """The names of the points, their codes where names have no room, and below what the codes mean."""
    named = points[points["name"] != ""]
    names = [
        line_labels.Name(
            [row.iso3 if row.rank == 4 and row.beside < CROWDED else row.name],
            row.colour,
            [(row.share_of_gdp_pct, row.equipment_share_pct)],
            () if row.is_start else [row.iso3],
            is_bold=row.rank == 0,
            for_tall=row.rank == 4,
            in_crowd=True,
        )
        for row in named.itertuples(index=False)
    ]
    kept = [note.to_plotly_json() for note in fig.layout.annotations if note.xref == "x domain"]
    low_px = LOW_PX if plot_px[0] > placement.PHONE_PX else None  # no phone's picture is so low
    before = fig.layout.annotations
    for _try in range(TRIES):
        fig.layout.annotations = before
        without = line_labels.name_lines(fig, names, *plot_px, kept=kept, low_px=low_px)
        if not without:
            break
        names.sort(key=lambda name: (name.for_tall, name.texts[0] not in without))  # those without a place choose first
    written = {note.text.removeprefix("<b>").removesuffix("</b>") for note in fig.layout.annotations}
    key = ", ".join(f"{code}\u00a0{labels.place(code)}" for code in sorted(set(named["iso3"]) & written))
    untold = points[(points["name"].isin(without) | points["iso3"].isin(without)) & ~points["is_start"]]
    said = [_("{name} ({share}, {equipment})").format(**_figures(row)) for row in untold.itertuples()]
    parts = [key, _("no room for a name: {named}").format(named=", ".join(said)) if said else ""]
    if unnamed := int((points["name"] == "").sum()):
        words = ngettext("no name: {count} ally that meets both", "no name: {count} allies that meet both", unnamed)
        parts.append(words.format(count=unnamed))
    if lines := textwrap.wrap("; ".join(filter(None, parts)), letters):
        place: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
        style.note(fig, (0, 0), "<br>".join(lines), style.MUTED, yshift=-KEY_PX, name=style.WORDS_FOR_TALL, **place)
        more = placement.LINE_PX * len(lines) + 8
        fig.update_layout(height=fig.layout.height + more, margin_b=KEY_PX + more)


def _figures(row) -> dict[str, str]:
    return {
        "name": labels.place(row.iso3),
        "share": percent(row.share_of_gdp_pct),
        "equipment": percent(row.equipment_share_pct, 1),
    }


def apart(now: pd.DataFrame, axes: tuple[str, str]) -> list[float]:
    """How far each is from the next, both axes counted alike: the most crowded choose the places of their names first."""
    at = (now[list(axes)] / (now[list(axes)].max() - now[list(axes)].min())).to_numpy()
    gaps = np.hypot(*(at[:, None, side] - at[None, :, side] for side in (0, 1)))
    np.fill_diagonal(gaps, np.inf)
    return gaps.min(axis=1).tolist()
