"""The tariff charts and the answer they share with the API: sums add up, threats stay threats, dollars are what they say."""

import re
from datetime import date
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import language, links, placement, style
from dashboard.charts import all_charts
from dashboard.coverage import after_coverage
from dashboard.drawing import drawn_from
from dashboard.topics import course_lanes, exposure_words, tariff_lanes, tariff_standing
from dashboard.topics.matrix_cases import Other, letters_of
from dashboard.topics.tariff_courses import ENDED, IN_FORCE, NOT_COUNTED, courses_of, standing_in_words
from dashboard.topics.tariff_matrix import OTHERS
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariff_timeline import drawn_of, lanes_of, standing_of
from dashboard.topics.tariffs import TariffParams, reason_in_words, tariff_tables
from dashboard.topics.total_lane import apart
from policy.tariffs.timeline import timeline

DAY = date(2025, 12, 1)
THREAT_DAY = date(2026, 1, 18)
NOW = date(2026, 11, 30)


def answer(snapshot, **asked):
    asked = {"product": "softwood-lumber", "origin": "CAN", "on": DAY} | asked
    return rate_answer(snapshot, TariffParams(**({"known": asked["on"]} | asked)).explicit(snapshot))


def drawn(snapshot, chart_id, **asked):
    chart = all_charts()[chart_id]
    params = chart.Params(**asked).explicit(snapshot)
    rows = chart.rows(snapshot, params)
    return rows, chart.figure(rows, params), chart.summary(rows, params)


@pytest.mark.parametrize(
    "asked, total",
    [
        ({}, 45.16),
        ({"company": "Canfor"}, 57.59),
        ({"company": "West-Fraser"}, 36.47),
        ({"product": "heavy-trucks"}, 25.0),
        ({"product": "cars", "origin": "USA"}, 25.0),
    ],
)
def test_the_layers_counted_add_up(snapshot, asked, total):
    found = answer(snapshot, **asked)
    assert found["total_pct"] == total
    assert sum(layer["counted_pct"] for layer in found["layers"]) == pytest.approx(total)
    assert all(layer["reason_text"] for layer in found["layers"])


def test_a_threat_is_listed_and_never_counted(snapshot):
    found = answer(snapshot, product="general-goods", origin="DNK", on=THREAT_DAY)
    threats = [layer for layer in found["layers"] if layer["status"] == "threatened"]
    assert {layer["rate_pct"] for layer in threats} == {10.0, 25.0}
    assert not any(layer["included"] for layer in threats)
    assert found["total_pct"] == 15.0
    assert found["threatened_pct"] == 25.0


def test_a_ban_has_no_rate(snapshot):
    found = answer(snapshot, product="banned-alcohol", on=date(2026, 10, 1))
    assert found["banned"]
    assert found["total_pct"] is None


def test_an_open_question_about_cusma_is_a_reading(snapshot):
    readings = answer(snapshot, product="general-goods", on=date(2025, 9, 1))["readings"]
    assert {reading["reading"]: reading["total_pct"] for reading in readings} == {
        "as_counted": 35.0,
        "if_qualifying": 0.0,
    }
    assert answer(snapshot, product="general-goods", on=date(2025, 9, 1), usmca="yes")["readings"] == []


@pytest.mark.slow
def test_both_readings_where_sources_disagree(snapshot):
    readings = answer(snapshot, product="s338-motor-vehicles-s232", on=date(2026, 10, 1))["readings"]
    assert {reading["reading"]: reading["total_pct"] for reading in readings}.items() >= {
        "as_counted": 75.0,
        "gives_way": 25.0,
    }.items()


@pytest.mark.parametrize(
    "product, origin", [("softwood-lumber", "CAN"), ("general-goods", "DNK"), ("s338-alcohol", "CAN"), ("cars", "GBR")]
)
def test_layers_through_time_add_up_on_every_day(snapshot, product, origin):
    found = timeline(tariff_tables(snapshot), {"product_id": product, "origin": origin}, pd.Timestamp("2026-10-10"))
    for total in found.totals[~found.totals["banned"]].itertuples():
        layers = found.layers[(found.layers["from_on"] <= total.from_on) & ~(found.layers["to_on"] <= total.from_on)]
        assert layers["counted_pct"].sum() == pytest.approx(total.total_pct)
    assert not found.layers.loc[found.layers["status"] != "in_force", "included"].any()


def test_the_schedule_draws_no_threat_as_in_force(snapshot, monkeypatch):
    looks = []
    real = tariff_lanes.step
    monkeypatch.setattr(
        tariff_lanes, "step", lambda fig, look, *rest: (looks.append((look, rest[-1])), real(fig, look, *rest))
    )
    for known in (THREAT_DAY, date(2026, 2, 1)):
        _rows, _figure, said = drawn(
            snapshot, "tariff-schedule", product="general-goods", origin="DNK", on=known, known=known
        )
    greenland = {look for look, hover in looks if "Greenland" in hover}
    assert greenland == {tariff_lanes.NOT_COUNTED}
    assert "Greenland" in said and "never in force" in said


@pytest.mark.parametrize("origin", ["DEU", "ISL"])
def test_no_threat_is_drawn_beyond_its_end_nor_words_over_what_a_lane_draws(snapshot, monkeypatch, origin):
    spans = []
    real = tariff_lanes.step
    monkeypatch.setattr(
        tariff_lanes, "step", lambda fig, look, span, *rest: (spans.append((look, span)), real(fig, look, span, *rest))
    )
    asked = {"product": "softwood-lumber", "origin": origin, "on": date(2026, 11, 30), "known": date(2026, 11, 30)}
    rows, figure, _said = drawn(snapshot, "tariff-schedule", **asked)
    ended = [span for look, span in spans if look == tariff_lanes.NOT_COUNTED]
    assert not ended, "what was over after four days is said in words alone"
    assert ("Greenland" in " ".join(note.text for note in figure.layout.annotations)) == (origin == "DEU")
    chart = all_charts()["tariff-schedule"]
    figure = chart.narrow(rows, chart.Params(**asked).explicit(snapshot))
    words = [note for note in figure.layout.annotations if note.text.startswith("<b>") and "<br>" in note.text]
    bases = figure.layout.yaxis.tickvals
    assert len(words) == len(bases)
    for note, base in zip(words, bases, strict=True):
        drawn_high = max((y for trace in figure.data for y in trace.y if base <= y < note.y), default=base)
        assert note.y - (1 + note.text.count("<br>")) * tariff_lanes.WORD_PX >= drawn_high


def test_a_threat_that_is_over_is_drawn_for_the_days_it_stood(snapshot, monkeypatch):
    spans = []
    real = tariff_lanes.step
    monkeypatch.setattr(
        tariff_lanes, "step", lambda fig, look, span, *rest: (spans.append((look, span)), real(fig, look, span, *rest))
    )
    drawn(snapshot, "tariff-schedule", product="softwood-lumber", origin="CAN", on=NOW, known=NOW)
    hatched = [span for look, span in spans if look == tariff_lanes.NOT_COUNTED]
    assert (pd.Timestamp("2025-10-25"), pd.Timestamp("2025-11-26")) in hatched


def test_steps_that_follow_one_another_hang_together(snapshot):
    _rows, figure, _said = drawn(
        snapshot, "tariff-schedule", product="softwood-lumber", origin="CAN", on=NOW, known=NOW
    )
    top = max(figure.layout.yaxis.tickvals)  # the lane of the sum
    levels = [one for one in figure.data if one.line.width == 3 and one.y[0] > top and len(one.y) == 3]
    upright = {(pd.Timestamp(one.x[0]), *one.y) for one in figure.data if len(one.x) == 2 and one.x[0] == one.x[1]}
    ordered = sorted(levels, key=lambda one: one.x[0])
    assert len(ordered) > 4
    for one, following in pairwise(ordered):
        assert (pd.Timestamp(one.x[-1]), one.y[0], following.y[0]) in upright


def words_drawn(figure) -> list[str]:
    return [re.sub(r"<[^>]*>", "", note.text.replace("<br>", " ")) for note in figure.layout.annotations]


@pytest.mark.parametrize("form", ["figure", "narrow"])
def test_the_sum_is_one_lane_that_names_its_first_day_and_what_it_is_made_of(snapshot, form):
    chart = all_charts()["tariff-schedule"]
    params = chart.Params(product="softwood-lumber", origin="CAN", on=NOW, known=NOW).explicit(snapshot)
    figure = getattr(chart, form)(chart.rows(snapshot, params), params)
    words = words_drawn(figure)
    assert "Jan 1, 2025" in words and sum(text.startswith("All duties together") for text in words) == 1
    said = next(text for text in words if text.startswith("In force on"))
    parts, total = said.partition(": ")[2].split(" = ")
    numbers = [float(one.strip(" \u00a0%")) for one in parts.split(" + ")]
    assert len(numbers) == 3 and sum(numbers) == pytest.approx(float(total.strip(" \u00a0%"))) == pytest.approx(45.16)
    assert any("dashed: goods that qualify under CUSMA" in text for text in words)
    assert "70.19\u00a0%" in words, "the highest is named on a phone, too, as the changes name it"


def test_a_rate_stands_over_its_own_step_alone(snapshot):
    _rows, figure, _said = drawn(
        snapshot, "tariff-schedule", product="softwood-lumber", origin="CAN", on=NOW, known=NOW
    )
    first, last = (pd.Timestamp(day) for day in figure.layout.xaxis.range)
    steps = [trace for trace in figure.data if trace.line.width]
    named = 0
    for note in figure.layout.annotations:
        if not re.fullmatch(r"(<b>)?[\d.]+\u00a0%.*", note.text) or note.yanchor != "bottom":
            continue
        named += 1
        start = pd.Timestamp(note.x)
        end = start + (last - first) * 0.0095 * len(re.sub(r"<[^>]*>", "", note.text))
        base = max(base for base in figure.layout.yaxis.tickvals if base < note.y)
        lane = [one for one in steps if base < one.y[0] < base + tariff_lanes.DRAWN_PX * 1.1]
        own = [one for one in lane if abs(one.y[0] - note.y) < 1.5]
        is_over_own = any(pd.Timestamp(one.x[0]) <= start for one in own) and any(
            pd.Timestamp(one.x[-1]) >= end for one in own
        )
        assert is_over_own or (own == lane and len(own) == 1), "no other step can be meant"
    assert named >= 10


def test_a_rate_that_goes_on_under_another_measure_is_named_once_where_it_began(snapshot):
    _rows, figure, _said = drawn(snapshot, "tariff-schedule", product="steel", origin="CAN", on=NOW, known=NOW)
    named = [pd.Timestamp(note.x) for note in figure.layout.annotations if note.text == "<b>50\u00a0%</b>"]
    assert [one.date() for one in named] == [date(2025, 6, 4)]


def test_preliminary_results_say_what_all_duties_would_be(snapshot):
    for name in ("tariff-schedule", "tariff-history"):
        asked = {"product": "softwood-lumber", "origin": "CAN", "on": NOW, "known": NOW}
        _rows, figure, _said = drawn(snapshot, name, **asked)
        assert "all duties would then be 34.83\u00a0%" in " ".join(words_drawn(figure))
    sums = snapshot.records(
        "SELECT ad_pct + cvd_pct + s232_pct AS made, sum_pct FROM softwood_companies WHERE NOT is_collected"
    )
    assert 34.83 in [one["sum_pct"] for one in sums if one["sum_pct"] == pytest.approx(one["made"] or 0)]


@pytest.mark.parametrize(("on", "words"), [("2025-06-01", "0\u00a0%, goods that qualify"), ("2026-11-30", "")])
def test_a_dashed_line_is_what_qualifying_goods_pay_where_that_differs(snapshot, on, words):
    on = date.fromisoformat(on)
    rows, figure, _said = drawn(snapshot, "tariff-schedule", product="general-goods", origin="CAN", on=on, known=on)
    lane = rows[rows["kind"] == "total"]
    cut = apart(lane)
    for row in cut.itertuples():
        now = lane[(lane["from_on"] <= row.from_on) & ~(lane["to_on"] <= row.from_on)].set_index("usmca")["rate_pct"]
        assert now["yes"] == row.rate_pct != now["no"]
    assert len(cut) and any(words in text for text in words_drawn(figure))


@pytest.mark.parametrize("chart_id", ["tariff-schedule", "tariff-stack", "tariff-changes"])
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_months_stand_level_and_apart_on_a_phone(snapshot, chart_id, spoken):
    chart = all_charts()[chart_id]
    with language.spoken(spoken):
        drawing = drawn_from(snapshot, chart_id, chart.Params().explicit(snapshot))
        axis = drawing.narrow["layout"]["xaxis"]
    start, end = map(pd.Timestamp, axis["range"])
    places = [placement.PHONE_PX * (pd.Timestamp(day) - start) / (end - start) for day in axis["tickvals"]]
    assert axis["tickangle"] == 0 and len(places) >= 2
    widths = [7 * len(words) for words in axis["ticktext"]]
    assert all(after - before >= wide for before, after, wide in zip(places, places[1:], widths, strict=False))


def test_a_status_after_coverage_says_as_known(snapshot):
    _rows, figure, said = drawn(snapshot, "tariff-rate", on=date(2026, 11, 21), known=date(2026, 11, 21))
    assert "as known on Oct 10, 2026" in said
    assert "as known on Oct 10, 2026" in figure.layout.title.subtitle.text
    assert after_coverage(date(2026, 10, 11)) and not after_coverage(date(2026, 10, 10))


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("name", ["tariff-rate", "tariff-compare"])
@pytest.mark.parametrize(("product", "origin"), [("softwood-lumber", "CAN"), ("car-parts", "CAN"), ("steel", "GBR")])
def test_names_of_measures_are_whole_in_lanes_as_high_as_they_need(snapshot, spoken, name, product, origin):
    chart = all_charts()[name]
    with language.spoken(spoken):
        params = chart.Params(product=product, origin=origin, on=NOW, known=NOW).explicit(snapshot)
        drawing = drawn_from(snapshot, name, params)
    for form in (drawing.data, drawing.narrow):
        notes = form["layout"]["annotations"]
        told = " ".join(re.sub(r"<br>|</?b>", " ", note["text"]) for note in notes)
        told = " ".join(told.split())
        assert "…" not in told
        counted = drawing.rows[drawing.rows["included"]] if "included" in drawing.rows else drawing.rows
        assert all(" ".join(title.split()) in told for title in counted["title"])
        lines = [
            (-note["y"], 1 + note["text"].count("<br>"))
            for note in notes
            if note["x"] == 0 and note["y"] <= 0 and note.get("yanchor") == "top"
        ]
        ends = [top + 17 * count for top, count in lines]
        assert all(end <= top for end, (top, _count) in zip(ends, lines[1:], strict=False))
        assert form["layout"]["height"] >= ends[-1]


def test_the_eight_are_visible_while_threatened(snapshot):
    during, _figure, said = drawn(snapshot, "pressure-map", on=THREAT_DAY, known=THREAT_DAY)
    assert len(during[during["threatened_pct"] > 0]) == 8
    assert "threatened" in said
    after, _figure, _said = drawn(snapshot, "pressure-map", on=date(2026, 1, 22), known=date(2026, 1, 22))
    assert not (after["threatened_pct"] > 0).any()
    assert (during.set_index("iso3")["total_pct"] == after.set_index("iso3")["total_pct"]).all()


@pytest.mark.parametrize("origin", ["CAN", "ISL"])
def test_an_ally_without_a_share_of_gdp_is_charged_too_and_stands_in_its_band(snapshot, origin):
    rows, figure, said = drawn(snapshot, "pressure-map", product="softwood-lumber", origin=origin, on=NOW, known=NOW)
    iceland = rows.set_index("iso3").loc["ISL"]
    assert pd.isna(iceland["share_of_gdp_pct"]) and iceland["total_pct"] == 10 and len(rows) == 31
    words = [note.text for note in figure.layout.annotations]
    assert any("Iceland: no share published" in text for text in words)
    assert sum("10\u00a0% in force · 30 allies" in text for text in words) == 1
    duties = rows.set_index("iso3")["duties"]
    parts = [float(part) for part in re.findall(r"([\d.]+)\xa0%", duties["CAN"])]
    assert len(parts) == 3 and sum(parts) == pytest.approx(45.16) and duties["CAN"] in words and not duties["DEU"]
    assert len(figure.data) == 30, "no point without a share"
    assert said.startswith(
        "Softwood lumber: 30 of 31 allies face an additional US tariff of 10\u00a0%, Canada of 45.16\u00a0%"
    )
    assert "highlighted: the origin chosen" in figure.layout.title.subtitle.text


def test_a_measure_that_another_one_ended_is_not_drawn_in_force(snapshot):
    standing = {}
    for known in (date(2025, 6, 1), date(2026, 10, 10)):
        rows, _figure, _said = drawn(
            snapshot, "tariff-history", product="general-goods", origin="DEU", on=known, known=known
        )
        standing[known.year] = {course.steps["measure_id"].iloc[0]: course.now.state for course in courses_of(rows)}
    assert standing[2025]["US-IEEPA-RECIP"] == IN_FORCE
    assert standing[2026]["US-IEEPA-RECIP"] == ENDED, "it has no step of its own that ends it"
    lumber, _figure, _said = drawn(snapshot, "tariff-history", product="softwood-lumber", on=DAY, known=DAY)
    review = next(one for one in courses_of(lumber) if one.steps["measure_id"].iloc[0] == "US-ADCVD-SWL-CVD-AR6")
    assert review.now.start == pd.Timestamp("2025-08-12"), "not since the earlier review"


def test_history_tells_what_is_in_force_on_other_goods_from_what_is_counted(snapshot):
    rows, figure, said = drawn(snapshot, "tariff-history", on=date(2026, 10, 1), known=date(2026, 10, 1))
    by_measure = {course.steps["measure_id"].iloc[0]: course for course in courses_of(rows)}
    assert by_measure["US-301-FL-CAN"].now.state == NOT_COUNTED, "Section 232 excludes it"
    assert by_measure["US-232-WOOD"].now.state == IN_FORCE
    title = "45.16\u00a0% in force on Oct 1, 2026, by 3 measures; 34.83\u00a0% if the preliminary results become final"
    assert figure.layout.title.text.replace("<br>", " ").endswith(title)
    assert "3 in force, 1 not counted here" in said
    assert standing_in_words(by_measure["US-122"]).endswith("10\u00a0% never counted on these goods")
    assert standing_in_words(by_measure["US-IEEPA-CAN"]).startswith(
        "35\u00a0% on these goods until Oct 14, 2025; expired"
    )


def test_no_rate_named_on_a_course_covers_another(snapshot):
    for origin, product in (("CAN", "softwood-lumber"), ("CAN", "cars"), ("DEU", "general-goods")):
        _rows, figure, _said = drawn(snapshot, "tariff-history", origin=origin, product=product, on=NOW, known=NOW)
        first, last = (pd.Timestamp(day) for day in figure.layout.xaxis.range)
        rates = [(note.y, pd.Timestamp(note.x), note.text) for note in figure.layout.annotations if note.x != 0]
        pairs = [(one, two) for one, two in pairwise(sorted(rates)) if one[0] == two[0]]
        letter = course_lanes.LETTER * (last - first)
        assert len(rates) > 3 and all(two[1] - one[1] >= len(one[2]) * letter for one, two in pairs)
        assert all(one[2] != two[2] for one, two in pairs), "the same rate is named once"


def test_a_suspended_threat_ends_on_the_same_day_in_history_and_schedule(snapshot):
    asked = {"product": "softwood-lumber", "origin": "CAN", "on": NOW, "known": NOW}
    rows, _figure, _said = drawn(snapshot, "tariff-history", **asked)
    course = next(one for one in courses_of(rows) if one.steps["measure_id"].iloc[0] == "US-IEEPA-CAN-PLUS10")
    rows, _figure, _said = drawn(snapshot, "tariff-schedule", **asked)
    lane = next(one for one in lanes_of(rows) if (one["measure_id"] == "US-IEEPA-CAN-PLUS10").all())
    assert course.now.state == ENDED and standing_of(lane, pd.Timestamp(NOW)) == "over"
    assert drawn_of(lane, pd.Timestamp(NOW))["to_on"].max() == course.now.start


def test_history_and_schedule_say_the_same_days_of_a_rate(snapshot):
    words = "20.53\u00a0% since Sep 11, 2025, in force since Jul 29, 2025"
    rows, _figure, _said = drawn(snapshot, "tariff-history", on=DAY, known=DAY)
    review = next(one for one in courses_of(rows) if one.steps["measure_id"].iloc[0] == "US-ADCVD-SWL-AD-AR6")
    assert standing_in_words(review) == words
    rows, _figure, _said = drawn(snapshot, "tariff-schedule", on=DAY, known=DAY)
    lane = rows[(rows["measure_id"] == "US-ADCVD-SWL-AD-AR6") & rows["usmca"].isin(["no", "any"])]
    assert tariff_standing.standing_in_words(lane, DAY) == words


def test_the_rate_of_the_first_day_is_no_change_of_it(snapshot):
    rows, figure, said = drawn(snapshot, "tariff-changes", on=DAY, known=DAY)
    title = figure.layout.title.text.replace("<br>", " ")
    assert "45.16\u00a0% since Oct 14, 2025; the highest was 70.19\u00a0%, from Aug 12, 2025" in title
    assert f". {len(rows) - 1} changes of the sum" in said and "Goods that pay least: from 35.16" in said
    rows, figure, _said = drawn(snapshot, "tariff-changes", product="softwood-lumber", origin="USA", on=DAY, known=DAY)
    assert len(rows) == 1 and "no change of the sum since" in figure.layout.title.text.replace("<br>", " ")


def test_what_is_scheduled_is_no_rate_since_a_day_to_come(snapshot):
    asked = {"product": "kitchen-cabinets", "on": date(2025, 11, 1), "known": date(2025, 11, 1)}
    _rows, figure, _said = drawn(snapshot, "tariff-changes", **asked)
    title = figure.layout.title.text.replace("<br>", " ")
    assert "since Oct 14, 2025" in title and "scheduled from Jan 1, 2026" in title


@pytest.mark.parametrize("home, origin", [("DEU", "DEU"), ("CAN", "CAN"), ("USA", None)])
def test_who_charges_the_tariffs_is_not_the_first_origin_to_be_asked_about(home, origin):
    charts = [chart for chart in all_charts().values() if "origin" in chart.Params.model_fields]
    assert {links.homely(chart.Params, {"home": home}).get("origin") for chart in charts} == {origin}


@pytest.mark.slow
def test_dollars_are_the_rate_times_imports(snapshot):
    rows, _figure, _said = drawn(snapshot, "tariff-exposure", on=DAY, known=DAY)
    lumber = rows.set_index("product_id").loc["softwood-lumber"]
    assert lumber["duty_usd_million"] == pytest.approx(lumber["imports_usd_million"] * 0.4516)
    assert (rows["claimed_usd_million"] <= rows["imports_usd_million"] + 1e-6).all()
    european, _figure, _said = drawn(snapshot, "tariff-exposure", origin="DNK", on=THREAT_DAY, known=THREAT_DAY)
    assert set(european["grouping"]) == {"hs2"}
    vehicles = european.set_index("code").loc["87"]
    assert pd.isna(vehicles["duty_usd_million"])  # several rates: not one number


def test_a_place_without_trade_figures_says_so_and_names_those_that_have_them(snapshot):
    rows, figure, said = drawn(snapshot, "tariff-exposure", origin="POL")
    assert rows.empty
    assert "Poland" in said and "Poland" in figure.layout.title.text
    held = snapshot.sql("SELECT DISTINCT origin FROM trade_us_imports WHERE grouping <> 'total'")["origin"]
    assert set(held) == set(exposure_words.WITH_TRADE)


@pytest.mark.slow
def test_a_threat_is_said_where_more_dollars_would_be_charged_and_no_bar_is_one(snapshot):
    asked = {"on": date(2026, 10, 1), "known": date(2026, 10, 10)}
    rows, figure, _said = drawn(snapshot, "tariff-exposure", **asked)
    words = [note.text for note in figure.layout.annotations]
    threatened = rows[(rows["threatened_usd_million"] > 0) & (rows["code"] != "all_products")]
    above = threatened["threatened_usd_million"] > threatened["duty_usd_million"]
    assert above.any() and not above.all() and sum("threatened" in text for text in words) == int(above.sum())
    assert {trace.type for trace in figure.data} == {"bar"}, "no bar is drawn of what is not charged"
    groups = rows[rows["code"] != "all_products"]
    assert max(trace.x[0] for trace in figure.data) == groups["duty_usd_million"].max()


@pytest.mark.slow
@pytest.mark.parametrize("chart_id", [name for name in all_charts() if name.startswith("tariff-")])
def test_nothing_known_yet_is_drawn_as_a_sentence(snapshot, chart_id):
    long_ago = date(2020, 1, 1)
    _rows, figure, said = drawn(snapshot, chart_id, on=long_ago, known=long_ago)
    assert figure.layout.title.text
    assert said.endswith(".")


def test_fields_of_the_question_are_link_vocabulary():
    assert list(TariffParams.model_fields) == [
        "hs", "product", "origin", "company", "usmca", "importer", "on", "known", "us_content_pct", "metal_content_pct",
        "whatif",
    ]  # fmt: skip


def test_words_and_lines_that_are_taken_together_stand_as_if_added_one_by_one():
    """Checked anew for each that is added, a figure with a hundred tiles took a second."""
    ours, plotly = style.figure("", ""), go.Figure(layout=style.figure("", "").layout)
    for fig in (ours, plotly):
        fig.add_annotation(x=1, y=2, text="one", showarrow=False)
        fig.add_hline(y=3, line={"color": "#123456", "width": 1})
        fig.add_vrect(x0=1, x1=2, line={"width": 0})
        fig.add_hline(y=4, line={"width": 2})
        fig.update_layout(height=300)
        fig.add_annotation(x=3, y=4, text="two")
    assert ours.to_plotly_json() == plotly.to_plotly_json()
    assert [said.text for said in ours.layout.annotations] == ["one", "two"]


@pytest.mark.slow
def test_the_table_of_origins_says_which_threats_are_above_what_is_in_force(snapshot):
    asked = {"on": date(2026, 10, 1), "known": date(2026, 10, 10)}
    rows, figure, said = drawn(snapshot, "tariff-matrix", **asked)
    own = rows[rows["origin"] == "CAN"]
    above = own[own["threatened_pct"] > own["total_pct"].fillna(0)]
    words = figure.layout.title.text.replace("\u00a0", " ")
    top = own.loc[own["total_pct"].idxmax()]
    rate, high = top["total_pct"], top["other_highest_pct"]
    assert rate < high and f"highest on {top['label'].lower()} ({rate:.0f} %, up to {high:.0f} % by case)" in words
    assert f"imports banned by case on {own['ban_possible'].sum()} kinds" in words, "no ban vanishes behind a rate"
    assert words.endswith(f"more threatened on {len(above)} kinds")
    tiles = {note.text for note in figure.layout.annotations}
    assert sum("threat" in text for text in tiles) == len(above), "a threat that adds nothing is not on a tile"
    assert any(text.startswith("<b>100</b><br>0 if (") and "<br>150 if (" in text for text in tiles), (
        "a rate that does not hold for all stands beside the others"
    )
    assert "50 % on steel, not above the rate in force" in said.replace("\u00a0", " ")


@pytest.mark.parametrize(("asked", "told"), [({}, True), ({"company": "Canfor"}, False), ({"origin": "DEU"}, False)])
def test_rates_of_trade_remedies_are_those_of_all_others_unless_a_company_is_asked_for(snapshot, asked, told):
    _rows, _figure, summary = drawn(snapshot, "tariff-rate", **{"product": "softwood-lumber", "origin": "CAN"} | asked)
    assert ("producers without a rate of their own" in summary) == told


@pytest.mark.parametrize(("spoken", "said"), [("en", "(Section 232)"), ("fr", "(article 232)")])
def test_the_reason_names_the_programme_that_a_duty_gives_way_to(spoken, said):
    with language.spoken(spoken):
        assert said in reason_in_words("excluded", "s232")


def test_a_tile_says_that_some_of_its_goods_are_banned_beside_the_other_rates(snapshot):
    goods = {"products": ("s338-alcohol", "steel"), "origins": ("CAN",)}
    rows, figure, _said = drawn(snapshot, "tariff-matrix", **goods, on=date(2026, 10, 5), known=date(2026, 10, 5))
    alcohol = rows.set_index("product_id").loc["s338-alcohol"]
    assert alcohol["ban_possible"] and pd.notna(alcohol["other_lowest_pct"])
    assert [note.text for note in figure.layout.annotations if "ban" in note.text] == [
        "<b>60</b><br>50 if (a)<br>ban if (b)"
    ]


def test_every_letter_of_a_tile_stands_in_the_key_below_the_table(snapshot):
    _rows, figure, _said = drawn(snapshot, "tariff-matrix")
    letters = {
        letter
        for note in figure.layout.annotations
        for cases in re.findall(r"\(([a-z](?:,\xa0[a-z])*)\)", note.text)
        for letter in cases.split(",\xa0")
    }
    said = set(re.findall(r"\((\w)\)", figure.layout.legend.title.text))
    assert letters and letters == said


def test_each_other_rate_stands_with_its_case_and_cusma_only_where_it_changes_one(snapshot):
    rows, _figure, _said = drawn(snapshot, "tariff-matrix", origins=("CAN", "GBR"))
    said = {(row.product_id, row.origin): row.other_cases for row in rows.itertuples()}
    assert said["s338-dairy", "CAN"] == "50\u00a0% (CUSMA), ban (tariff codes that another measure names)"
    assert said["cars", "CAN"] == "0\u00a0% (CUSMA and only US content)"
    assert said["general-goods", "CAN"] == "0\u00a0% (CUSMA)"
    assert "CUSMA" not in said["steel", "CAN"], "steel pays the same whether it qualifies or not"
    assert said["cars", "GBR"] == "25\u00a0% (above the quota)"
    for (product, origin), others in rows.attrs[OTHERS].items():
        own = rows[(rows["product_id"] == product) & (rows["origin"] == origin)].iloc[0]
        rates = [other.rate_pct for other in others if not pd.isna(other.rate_pct)]
        assert not rates or (min(rates), max(rates)) == (own["other_lowest_pct"], own["other_highest_pct"])
        assert own["total_pct"] not in rates and own["ban_possible"] == (len(rates) < len(others))


@pytest.mark.parametrize("origin", ["CAN", "DEU"])
def test_the_history_draws_what_was_charged_and_tells_the_rest_in_words(snapshot, origin):
    rows, figure, _said = drawn(snapshot, "tariff-history", product="softwood-lumber", origin=origin, on=NOW, known=NOW)
    drawn_on = {round(float(trace.y[0]), 3) for trace in figure.data}
    days = (rows["event_on"].min(), pd.Timestamp(NOW), pd.Timestamp(NOW))
    charged = [course for course in courses_of(rows) if course_lanes.is_drawn(course, days)]
    assert len(drawn_on) == len(charged) < len(courses_of(rows))
    words = " ".join(words_drawn(figure))
    assert all(course.title in words for course in courses_of(rows)), "what has no lane has its words"
    assert figure.layout.xaxis.ticktext[-1] == "Nov 30, 2026"


def test_dollars_that_leave_out_trade_are_a_lower_bound_and_say_how_much_they_leave_out(snapshot):
    rows, figure, _said = drawn(snapshot, "tariff-exposure", origin="DEU", on=NOW, known=NOW)
    without = rows.loc[rows["duty_usd_million"].isna(), "imports_usd_million"].sum() / rows["imports_usd_million"].sum()
    title = figure.layout.title.text.replace("\u00a0", " ")
    assert (
        "at least US$9.9 billion a year" in title and f"on {100 * without:.0f} % of imports it is not computed" in title
    )
    assert "vehicles (HS 87)" in title


def test_groups_that_overlap_give_no_share_of_all_imports(snapshot):
    chart = all_charts()["tariff-exposure"]
    params = chart.Params(on=NOW, known=NOW).explicit(snapshot)
    rows = chart.rows(snapshot, params)
    rows["duty_usd_million"] = rows["duty_usd_million"].mask(rows["product_id"] == "cars")
    title = chart.figure(rows, params).layout.title.text
    assert "where it can be computed" in title and "of imports" not in title


def test_every_case_has_a_letter_of_its_own_however_many_there_are():
    cases = [Other(10.0, (f"case {number}",)) for number in range(60)]
    letters = letters_of([cases])
    assert len(set(letters.values())) == len(letters) == 60


def test_a_group_of_which_a_part_is_banned_says_so_below(snapshot):
    rows, _figure, said = drawn(snapshot, "tariff-exposure", on=NOW, known=NOW)
    alcohol = rows.set_index("product_id").loc["s338-alcohol"]
    assert 0 < alcohol["banned_usd_million"] < alcohol["imports_usd_million"] and alcohol["rate_pct"] < 50
    assert "alcohol (Section 338) (US$284.8 million of US$787.3 million)" in said.replace("\u00a0", " ")
