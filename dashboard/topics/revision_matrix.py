"""Ally by year, the change of a figure between two editions: how the table of revisions is drawn."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import ink, labels, style
from dashboard.language import labelled, number
from dashboard.topics.revisions import RevisionParams, change_in_words, smallest

ALLIES_SHOWN = 20


def draw_matrix(fig: go.Figure, rows: pd.DataFrame, params: RevisionParams) -> go.Figure:
    """The change of each figure between two editions, ally by year, those most revised on top."""
    allies = list(dict.fromkeys(rows.loc[rows["revision"].abs() >= smallest(params), "iso3"]))[:ALLIES_SHOWN]
    years = sorted(rows["year"].unique().tolist())
    cells = {(row.iso3, row.year): row for row in rows.itertuples()}
    lines = [[cells.get((code, year)) for year in years] for code in allies]
    most = rows["revision"].abs().quantile(0.99) or 1
    fig.add_heatmap(
        x=[str(year) for year in years],
        y=[_ally(code, params) for code in allies],
        z=[[None if cell is None else cell.revision for cell in line] for line in lines],
        hovertext=[["" if cell is None else _cell_hover(cell, params) for cell in line] for line in lines],
        hoverinfo="text",
        colorscale=[[i / (len(style.REVISION) - 1), colour] for i, colour in enumerate(style.REVISION)],
        zmid=0,
        zmin=-most,
        zmax=most,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    words = [
        (
            str(cell.year),
            _ally(cell.iso3, params),
            change_in_words(cell.revision, params),
            ink.shade(style.REVISION, 0.5 + cell.revision / most / 2),
        )
        for line in lines
        for cell in line
        if cell is not None and abs(cell.revision) >= smallest(params)
    ]
    ink.words_on_cells(fig, words, meta=style.WORDS_FOR_WIDE)
    fig.update_xaxes(side="top", type="category")
    fig.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 13, "color": style.INK})
    return fig.update_layout(height=90 + 26 * max(len(allies), 6), margin={"l": 8, "r": 8, "t": 28, "b": 8})


def _ally(code: str, params: RevisionParams) -> str:
    """An ally on the axis of the table: those chosen in bold."""
    return f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code)


def _cell_hover(cell, params: RevisionParams) -> str:
    return labelled(
        f"{labels.place(cell.iso3)}, {cell.year}",
        f"{number(cell.value_before)} ({cell.edition_before}), {number(cell.value)} ({cell.edition}), {change_in_words(cell.revision, params)}",
    )
