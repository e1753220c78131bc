"""What the spending charts promise beyond every chart: one edition a chart, one price base a series, one rule who meets."""

import re
from datetime import date

import plotly.graph_objects as go
import pytest
from conftest import ROOT

from dashboard import ink, labels, line_labels, placement, style
from dashboard.charts import (
    all_charts,
    equipment_quadrant,
    publishers_compare,
    spending_breakdown,
    spending_gap,
    spending_grid,
    spending_heatmap,
    spending_ranking,
    spending_revisions,
    spending_trend,
)
from dashboard.drawing import draw
from dashboard.language import percent
from dashboard.topics import spending
from etl.datasets import all_datasets
from etl.files.read import read_limited
from etl.importing.catalogue import into
from etl.ledger.snapshot import Frames, snapshot_of
from etl.publishers import content_of, read

DAY = date(2026, 11, 21)
BEFORE_2026 = date(2025, 7, 1)


def drawn(chart, snapshot, **params):
    explicit = chart.Params(**{"known": DAY, **params}).explicit(snapshot)
    return chart.rows(snapshot, explicit), explicit


@pytest.mark.parametrize("chart", [spending_trend, spending_ranking, spending_grid, spending_gap, equipment_quadrant])
def test_known_shows_the_newest_edition_published_by_then(chart, snapshot):
    rows, explicit = drawn(chart, snapshot, known=BEFORE_2026)
    assert explicit.edition == "2024-06"
    assert set(rows["edition"].dropna()) == {"2024-06"}


@pytest.mark.parametrize(
    "chart",
    [
        spending_trend,
        spending_ranking,
        spending_grid,
        spending_gap,
        equipment_quadrant,
        spending_revisions,
        publishers_compare,
    ],
)
def test_before_every_edition_it_says_so(chart, snapshot):
    rows, explicit = drawn(chart, snapshot, known=date(2015, 1, 1))
    assert rows.empty or not (rows.get("kind") == "figure").any()
    assert chart.figure(rows, explicit).layout.title.text
    assert chart.summary(rows, explicit).endswith(".")


def test_an_index_starts_at_100_and_stays_in_one_edition(snapshot):
    rows, _ = drawn(
        spending_trend,
        snapshot,
        measure="expenditure_ncu_constant_million",
        transform="index",
        countries=("CAN", "POL"),
    )
    assert rows.groupby("iso3")["edition"].nunique().eq(1).all() and rows["price_base_year"].nunique() == 1
    assert (rows.loc[rows["year"] == 2014, "transformed"] == 100).all()


def test_constant_prices_of_two_bases_are_not_subtracted(snapshot):
    rows, _ = drawn(
        spending_revisions, snapshot, revisions="matrix", measure="expenditure_usd_constant_million", before="2024-06"
    )
    assert rows.empty


def test_a_changed_currency_is_not_a_revision(snapshot):
    rows, _ = drawn(
        spending_revisions, snapshot, revisions="matrix", measure="expenditure_ncu_current_million", before="2024-06"
    )
    assert len(rows) and "BGR" not in set(rows["iso3"])


def test_an_ally_counts_from_the_year_it_joined(snapshot):
    rows, _ = drawn(spending_ranking, snapshot, year=2022)
    assert not rows.set_index("iso3").loc[["FIN", "SWE"], "was_ally"].any()


def test_money_missing_is_gdp_times_points(snapshot):
    rows, _ = drawn(spending_gap, snapshot, group="NATO", year=2025, against="hague-3.5")
    canada = rows.set_index("iso3").loc["CAN"]
    assert canada["short_points"] == pytest.approx(3.5 - 2.03)
    # the share is the published one; the money is that of the exact spending, not of the rounded share
    assert canada["short_usd_million"] == pytest.approx(2_319_900 * 3.5 / 100 - 47_136)
    assert canada["short_ncu_million"] == pytest.approx(canada["short_usd_million"] * 65_901 / 47_136)


def test_every_ally_has_a_tile_of_its_own(snapshot):
    allies = set(snapshot.sql("SELECT iso3 FROM countries WHERE joined_nato_on IS NOT NULL")["iso3"])
    for places in (spending_grid.PLACES, spending_grid.NARROW_PLACES):
        assert set(places) == allies
        assert len(set(places.values())) == len(allies)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (-1.2, 0),
        (-1.0, 0),
        (-0.996, 0),
        (-0.99, 1),
        (-0.5, 1),
        (-0.01, 2),
        (-0.004, 2),
        (0.0, 3),
        (0.5, 4),
        (1.0, 5),
        (3.1, 5),
    ],
)
def test_classes_of_distance(gap, expected):
    assert spending.distance_class(gap) == expected


def test_a_target_is_met_before_rounding_only(snapshot):
    """Poland's 1.995933772 % of 2018 is printed as 2.00 % and is short of 2 %."""
    rows = spending.shares(snapshot, "2025-08", "nato-2", 2018, 2018)
    poland = rows.set_index("iso3").loc["POL"]
    assert poland["share_of_gdp_pct"] == 1.995933772 and not poland["meets"]  # every digit that is held
    assert spending.distance_class(poland["gap_points"]) == spending.distance_class(-0.3)
    assert spending.gap_label(poland["gap_points"]) == "−0.004"
    assert spending.verdict(poland["share_of_gdp_pct"], 2.0) == "0.004 points short of 2\u00a0%"
    assert "Poland 2018 (1.9959\u00a0%) is short of it" in spending.rounded_up(rows)
    assert spending.verdict(2.0, 2.0) == "meets 2\u00a0%" and spending.gap_label(0.0) == "0.00"


# --- other publishers beside NATO ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_agency(snapshot):
    """A snapshot that holds the sample of the European Defence Agency, too."""
    path = ROOT / "tests/readers/eda/defence_data.xlsx"
    held = Frames(snapshot)
    content = content_of(read_limited(path.read_bytes(), path.name), path.name, path.read_bytes())
    tables = into(held, read(content, held["countries"]))
    return snapshot_of({name: tables.get(name, held[name]) for name in all_datasets()}, snapshot.release)


def test_another_publisher_stands_beside_nato_with_both_definitions_named(with_agency):
    rows, explicit = drawn(publishers_compare, with_agency, beside="EDA", edition="2026-07")
    czech = rows[rows["iso3"] == "CZE"].iloc[0]
    assert (explicit.year, czech["beside"], czech["beside_pct"], czech["beside_is_estimate"]) == (
        2025,
        "EDA",
        2.03,
        True,
    )
    assert czech["difference_points"] == pytest.approx(czech["nato_pct"] - 2.03)
    assert rows["sipri_pct"].isna().all() and "eda-2025-09" in czech["source_id"]
    said = publishers_compare.summary(rows, explicit)
    assert "European Defence Agency: total defence expenditure as the member states report it" in said
    assert "NATO: core defence expenditure by NATO’s definition" in said
    assert "SIPRI" not in said + publishers_compare.figure(rows, explicit).layout.title.text


def test_the_trend_names_the_definition_of_every_publisher_it_draws(with_agency):
    rows, explicit = drawn(spending_trend, with_agency, countries=("BEL",), publisher=("NATO", "EDA"))
    eda = rows[rows["publisher"] == "EDA"]
    assert dict(zip(eda["year"], eda["value"], strict=True)) == {2021: 1.09, 2025: 1.51}
    said = spending_trend.summary(rows, explicit)
    assert "European Defence Agency: 1.51 % in 2025, by its own definition" in said.replace("\u00a0", " ")
    assert "near to NATO’s definition, not the same." in said
    alone = spending_trend.summary(*drawn(spending_trend, with_agency, countries=("BEL",)))
    assert "definition" not in alone


def test_the_trend_names_a_chosen_country_of_which_nothing_is_drawn(with_agency):
    said = spending_trend.summary(*drawn(spending_trend, with_agency, countries=("CAN", "ISL")))
    assert said.endswith("No figure: Iceland.")


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("ISL", "Iceland has no armed forces; NATO publishes no spending figures for it."),
        ("USA", "United States: target met in every year from 2014 to 2026 (estimate)."),
        ("SWE", "Sweden: target met in every year from 2024 to 2026 (estimate)."),
        ("CAN", "Canada: target first met in 2025 (estimate), with 2.03\u00a0%."),
        ("SVN", "Slovenia: target met in no year of this edition."),
    ],
)
def test_a_table_says_nothing_of_years_before_it_nor_of_who_is_not_in_it(snapshot, country, said):
    rows, params = drawn(spending_heatmap, snapshot, countries=(country,))
    assert spending_heatmap.summary(rows, params).endswith(said)


@pytest.mark.parametrize("fills", [style.DISTANCE, style.HEAT, [ink.shade(style.REVISION, n / 20) for n in range(21)]])
def test_words_on_every_fill_stand_out(fills):
    assert min(ink.contrast(ink.on(fill), fill) for fill in fills) >= 4.5


@pytest.mark.parametrize(
    ("chart", "form"), [(spending_grid, "narrow"), (spending_heatmap, "figure"), (spending_heatmap, "narrow")]
)
def test_a_legend_below_has_its_own_room(snapshot, chart, form):
    fig = getattr(chart, form)(*drawn(chart, snapshot))
    named = [trace.name for trace in fig.data if trace.name]
    assert fig.layout.margin.b >= 20 * len(named) / (1 if form == "narrow" else 2)


@pytest.mark.parametrize(
    ("countries", "said"),
    [
        (("ISL", "NATO_EUR_CAN"), "NATO Europe and Canada, the figure for 2024: 2.02\u00a0% (NATO, Jun\u00a02024)"),
        (("ISL",), "Iceland has no armed forces; NATO publishes no spending figures for it."),
        (
            ("CAN",),
            "Canada, the figure for 2025: 2.01\u00a0% (NATO, Aug\u00a02025), then 2.03\u00a0% (NATO, Jul\u00a02026); +0.02 points.",
        ),
    ],
)
def test_revisions_are_those_of_a_country_that_has_figures(snapshot, countries, said):
    rows, params = drawn(spending_revisions, snapshot, countries=countries)
    assert spending_revisions.summary(rows, params).startswith(said)


def test_a_share_just_short_of_the_target_is_not_written_as_the_target(snapshot):
    rows, explicit = drawn(spending_breakdown, snapshot, countries=("CAN",))
    (equipment,) = (bar for bar in spending_breakdown.figure(rows, explicit).data if bar.name == "Equipment")
    written = dict(zip(rows["year"], equipment.text, strict=True))
    share = rows.set_index("year")["equipment_share_pct"][2024]
    assert 19.5 < share < 20 and written[2024] == "19.6\u00a0%"


OF_TARGETS = [
    (name, field)
    for name, chart in all_charts().items()
    for field in ("against", "target", "goal", "goals")
    if field in chart.Params.model_fields
]


@pytest.mark.parametrize(("name", "field"), OF_TARGETS)
def test_a_proposal_is_drawn_weaker_than_a_target(name, field, ledger):
    """The dashes of the level at the share, where a chart draws it as a line."""
    model, dashes = all_charts()[name].Params, {}
    asked = {"goal": ("can-2.5-proposed", "can-hague-3.5"), "goals": ("can-2.5-proposed", "can-hague-3.5")}
    for code, share in zip(asked.get(field, ("path-2.5", "hague-3.5")), (2.5, 3.5), strict=True):
        chosen = (code,) if "tuple" in str(model.model_fields[field].annotation) else code
        drawing = draw(ledger, name, model(**{field: chosen}), 1)
        lines = [
            shape for shape in drawing.data["layout"].get("shapes", ()) if share in (shape.get("x0"), shape.get("y0"))
        ]
        dashes[share] = {(shape["line"].get("dash"), shape["line"]["width"]) for shape in lines}
    if dashes[3.5]:
        assert dashes == {2.5: {("dot", 1)}, 3.5: {("dash", 1.5)}}


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("USA", "not in this group: US$106.3\u00a0billion <i>e</i>"),
        ("ISL", "no armed forces"),
        ("POL", "1.18 points above"),
        ("CAN", "US$33.8"),
    ],
)
def test_the_gap_has_a_place_for_the_home_country_in_the_group_or_not(home, said, snapshot):
    rows, params = drawn(spending_gap, snapshot, countries=(home, "NATO_EUR_CAN"))
    for form in (spending_gap.figure, spending_gap.narrow):
        fig = form(rows, params)
        words = dict(pair for bar in fig.data for pair in zip(bar.y, bar.text, strict=True))
        assert said in words[f"<b>{labels.place(home)}</b>"]
        own = next(float(x) for bar in fig.data for x, y in zip(bar.x, bar.y, strict=True) if labels.place(home) in y)
        outside = home == "USA" and form is spending_gap.figure  # a phone has words alone
        assert (own > 0) == (outside or home == "CAN")
        title = fig.layout.title.text
        assert "25 of 30 reporting members" in title and "US$306.9" in title, "Iceland has no figure"
        assert title.endswith("outside it the United States, US$106.3\u00a0billion") == (home == "USA")


def test_a_proposal_is_no_target_and_who_made_it_is_told_below(snapshot):
    rows, params = drawn(spending_trend, snapshot)
    for form in (spending_trend.figure, spending_trend.narrow):
        words = " ".join(note.text for note in form(rows, params).layout.annotations).replace("<br>", " ")
        assert "2.5\u00a0%: proposed, no target of NATO" in words and "Juneau" not in words
    assert "op-ed by T. Juneau" in spending_trend.further(rows, params)
    rows, params = drawn(spending_trend, snapshot, target=())
    assert "Proposed" not in spending_trend.further(rows, params)


def test_a_rank_is_said_to_be_level_where_the_figures_read_the_same(snapshot):
    for home, level in (("USA", ", level with Norway"), ("NOR", ", level with the United States"), ("DEU", "")):
        rows, params = drawn(spending_ranking, snapshot, countries=(home, "NATO_EUR_CAN"))
        told = spending_ranking.figure(rows, params).layout.title.text
        assert told.endswith(f"{percent(rows.set_index('iso3')['share_of_gdp_pct'][home])}{level}")


def test_a_name_below_two_marks_stands_below_its_own():
    fig = go.Figure()
    fig.add_scatter(x=[10.0, 10.6], y=[10.0, 10.0], mode="markers", marker={"size": 8})
    fig.update_layout(xaxis_range=[0, 20], yaxis_range=[0, 20])
    places = [(10.6, "Estonia"), (10.0, "Latvia")]
    names = [line_labels.Name([words], style.INK, [(x, 10.0)], in_crowd=True) for x, words in places]
    assert not line_labels.name_lines(fig, names, placement.PHONE_PX)
    x_px = placement.PHONE_PX / 20
    for note, (x, words) in zip(fig.layout.annotations, places, strict=True):
        assert note.text == words
        if note.yanchor == "middle" or note.showarrow:
            continue
        left, _low, right, _high = placement.words_at(note.to_plotly_json(), 0, 20, x_px, 10)
        middle, other = (left + right) / 2, next(one for one, _words in places if one != x)
        assert abs(middle - x * x_px) <= abs(middle - other * x_px) + 1


@pytest.mark.parametrize("home", ["CAN", "DEU", "USA", "GBR", "FRA"])
def test_every_ally_is_named_in_its_corner_on_a_desk_or_told_below_with_its_figures(home, snapshot):
    rows, params = drawn(equipment_quadrant, snapshot, countries=(home, "NATO_EUR_CAN"))
    fig = equipment_quadrant.figure(rows, params)
    now = rows[rows["year"] == params.year]
    words = {note.text.replace("<b>", "").replace("</b>", "").replace("<br>", " ") for note in fig.layout.annotations}
    told = next((text for text in words if "no room for a name: " in text), "").rpartition("no room for a name: ")[2]
    untold = [code for code in now["iso3"] if not {code, labels.place(code)} & words]
    assert not [code for code in untold if f"{labels.place(code)} (" not in told] and len(untold) < 6
    names = [note for note in fig.layout.annotations if note.xref is None and not note.text.startswith("<i>")]
    assert len(names) + len(untold) >= len(now)
    left = [note for note in names if note.xanchor == "right" or (note.ax or 0) < 0]
    assert not [note.text for note in left if 2 <= note.x < 2.1]
    low, high = fig.layout.yaxis.range
    below = [note for note in names if (note.ay or 0) > 0 and note.y >= 20]
    assert not [note.text for note in below if note.y - note.ay * (high - low) / equipment_quadrant.WIDE_PX[1] < 20]


def test_a_revision_is_the_difference_of_the_figures_read(snapshot):
    for country in ("CAN", "DEU", "USA", "FRA", "POL", "ITA", "ESP", "NLD"):
        for year in range(2019, 2026):
            rows, params = drawn(spending_revisions, snapshot, countries=(country,), year=year)
            figures, _semicolon, points = spending_revisions.figure(rows, params).layout.title.text.partition("; ")
            read = [float(figure) for figure in re.findall(r"(\d+\.\d\d)\xa0%", figures)]
            said = re.findall(r"[+−]\d+\.\d\d", points)
            assert [float(one.replace("−", "-")) for one in said] == [round(read[-1] - read[0], 2)] * (
                read[-1] != read[0]
            )


def test_a_jump_of_one_year_is_told_and_none_across_years_that_are_missing(snapshot):
    rows, params = drawn(spending_breakdown, snapshot, countries=("USA",))
    assert "In 2021 alone: Personnel −10" in spending_breakdown.summary(rows, params)
    without = rows[rows["year"] != 2020].reset_index(drop=True)
    assert "In 2021 alone" not in spending_breakdown.summary(without, params)
