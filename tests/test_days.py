"""The ledger's day begins and ends in its declared time zone, wherever the server stands."""

import re
from datetime import UTC, date, datetime

import pytest
from test_architecture import FILES

from dashboard.charts import all_charts
from dashboard.citations import citation
from dashboard.drawing import draw
from dashboard.web.share.changes import opened_again
from etl.ledger.release import PUBLISHED_AT
from etl.settings import days, settings


@pytest.mark.parametrize(("moment", "zone", "day"), [
    (datetime(2026, 9, 15, 3, 59, tzinfo=UTC), "", date(2026, 9, 14)),
    (datetime(2026, 9, 15, 4, 0, tzinfo=UTC), "", date(2026, 9, 15)),
    (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "America/Toronto", date(2026, 11, 30)),
    (datetime(2026, 9, 14, 22, 30, tzinfo=UTC), "Europe/Brussels", date(2026, 9, 15)),
])  # fmt: skip
def test_midnight_is_that_of_the_time_zone_set(monkeypatch, moment, zone, day):
    monkeypatch.setenv("LEDGER_TIME_ZONE", zone)
    monkeypatch.setattr(days, "now", lambda: moment)
    assert days.today() == day


def test_an_unknown_time_zone_stops_the_start(monkeypatch):
    monkeypatch.setenv("LEDGER_TIME_ZONE", "Canada/Nowhere")
    with pytest.raises(SystemExit, match="LEDGER_TIME_ZONE"):
        settings()


def test_a_release_of_the_evening_is_of_that_day(few_ledger, few_seeds):
    evening = {
        PUBLISHED_AT: datetime(2026, 11, 30, 1, 10, tzinfo=UTC).isoformat()
    }  # in Toronto it is 20:10 of the 29th
    release = few_ledger.publish({"targets": few_seeds["targets"][:-1]}, author="a", message="Late", extra=evening)
    assert release.published_on == date(2026, 11, 29)
    chart = all_charts()["spending-trend"]
    pinned = draw(few_ledger, chart.id, chart.Params(known="2026-11-29"), release.number)
    assert opened_again(few_ledger, pinned).known is None, "it was known today when the link was made: it follows"
    assert "Nov 29, 2026" in citation(pinned, "https://example.org", release.published_on, date(2026, 12, 1))


def test_a_moment_becomes_a_day_in_one_place():
    """By its own date it would be a day of UTC: tomorrow, for a release of the evening."""
    assert [path for path in FILES if re.search(r"_at\)?\.date\(\)", path.read_text(encoding="utf-8"))] == []
