"""The chart that the compared pages draw: share of GDP of five allies by year, from the seeds."""

from __future__ import annotations

import csv
from pathlib import Path

import plotly.graph_objects as go

SEED = Path(__file__).resolve().parents[2] / "seeds" / "spending.csv"
COUNTRIES = ("CAN", "DNK", "FRA", "POL", "USA")


def chart() -> go.Figure:
    """Lines of the newest NATO edition; x: year, y: per cent of GDP."""
    with SEED.open(encoding="utf-8", newline="") as handle:
        rows = [
            row
            for row in csv.DictReader(handle)
            if row["publisher"] == "NATO" and row["measure"] == "share_of_gdp_pct" and row["iso3"] in COUNTRIES
        ]
    newest = max(row["edition"] for row in rows)
    lines = []
    for country in COUNTRIES:
        points = sorted(
            (int(row["year"]), float(row["value"]))
            for row in rows
            if row["edition"] == newest and row["iso3"] == country
        )
        years, values = zip(*points, strict=True)
        lines.append(go.Scatter(name=country, x=years, y=values))
    return go.Figure(lines)
