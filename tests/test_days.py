"""The ledger's day begins and ends in its declared time zone, wherever the server stands."""

from datetime import UTC, date, datetime

import pytest

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
