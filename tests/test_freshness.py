"""How fresh the figures are: expected by a rhythm, late by days, said the same in every place."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import requests

from dashboard import freshness, language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import spoken
from dashboard.topics import tariff_rate, tariffs
from etl.datasets import all_datasets
from etl.ledger.watch_log import UNCHANGED, Entry, WatchLog
from etl.message import Message
from etl.publishers import all_readers
from etl.settings import days
from etl.vocabulary import RHYTHMS
from policy.freshness import next_expected, overdue_days, period_end


@pytest.fixture(autouse=True)
def on_29_november(monkeypatch):
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 11, 29, 17, tzinfo=UTC))


@pytest.mark.parametrize(
    ("rhythm", "last", "after", "expected"),
    [
        ("working-day", date(2026, 11, 27), 0, date(2026, 11, 30)),  # a Friday
        ("month", date(2026, 7, 31), 40, date(2026, 10, 10)),
        ("month", date(2026, 1, 31), 40, date(2026, 4, 9)),  # February's, not a month that is as long as January
        ("year", date(2026, 7, 7), 0, date(2027, 7, 7)),
        ("half-year", date(2026, 4, 1), 0, date(2026, 10, 1)),
        ("always", date(2026, 10, 10), 0, None),
        ("", date(2026, 10, 10), 0, None),
    ],
)
def test_what_is_expected_next_and_how_late_it_is(rhythm, last, after, expected):
    today = date(2026, 11, 29)
    assert next_expected(rhythm, last, after) == expected
    late = (today - (last if rhythm == "always" else expected)).days if expected or rhythm == "always" else 0
    assert overdue_days(rhythm, last, after, today) == max(0, late)


def test_a_period_ends_with_its_last_day():
    assert [period_end(said) for said in ("2026-02", "2025", "2026-07-07")] == [
        date(2026, 2, 28),
        date(2025, 12, 31),
        date(2026, 7, 7),
    ]


def test_everything_that_goes_on_says_how_often():
    assert all(reader.RHYTHM in RHYTHMS for reader in all_readers().values())
    going_on = [one for one in all_datasets().values() if one.rhythm]
    assert {"editions", "exchange_rates", "tariff_events", "deadlines", "trade_us_imports"} <= {
        one.name for one in going_on
    }
    assert all(one.rhythm in RHYTHMS and one.said in one.columns for one in going_on)


def test_each_publisher_and_dataset_is_told_by_its_newest_statement(ledger):
    told = {one.id: one for one in freshness.followed(ledger, 1)}
    nato, tariffs = told["spending:NATO"], told["tariff_events"]
    assert (nato.last_said, nato.next_expected_on, nato.overdue_days) == ("2026-07", date(2027, 7, 7), 0)
    assert (tariffs.last_said_on, tariffs.next_expected_on, tariffs.overdue_days) == (date(2026, 10, 10), None, 50)
    assert told["trade_us_imports"].overdue_days == 203 and told["exchange_rates:BANK_OF_CANADA"].overdue_days == 107
    sources = [source for one in told.values() for source in one.sources]
    assert len(sources) == len(set(sources)), "a source goes on as one thing"
    every = freshness.of_sources(ledger, 1)
    assert len(every) == ledger.at(1).sql("SELECT count(*) AS n FROM sources")["n"].iloc[0]


def test_one_phrase_says_what_nothing_is_known_of(ledger, monkeypatch):
    assert freshness.silence(ledger, 1) == "Tariffs and deadlines: nothing known after Oct 10, 2026 (50 days)"
    with spoken("fr"):
        assert (
            freshness.silence(ledger, 1)
            == "Droits de douane et échéances\N{NO-BREAK SPACE}: rien de connu après le 10 oct. 2026 (50 jours)"
        )
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 10, 11, 17, tzinfo=UTC))
    assert freshness.silence(ledger, 1) == "Tariffs and deadlines: nothing known after Oct 10, 2026 (1 day)"
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 10, 10, 17, tzinfo=UTC))
    assert freshness.silence(ledger, 1) == ""


def test_the_phrase_names_the_day_of_the_newest_event(own_ledger):
    events = own_ledger.current()["tariff_events"].copy()
    events.loc[events.index[-1], ["known_on", "event_on"]] = pd.Timestamp("2026-11-19")
    assert own_ledger.publish({"tariff_events": events}, author="Ana", message="An order")
    assert freshness.silence(own_ledger, 2) == "Tariffs: nothing known after Nov 19, 2026 (10 days)"


def test_the_line_of_a_chart_tells_of_those_whose_figures_it_shows(ledger):
    lines = {
        name: freshness.line(ledger, draw(ledger, name, chart.Params(), 1)) for name, chart in all_charts().items()
    }
    assert lines["spending-trend"] == "NATO: newest of Jul 7, 2026, the next expected by Jul 7, 2027"
    assert "SIPRI: newest of" in lines["publishers-compare"] and "NATO: newest of" in lines["publishers-compare"]
    assert "the next overdue by 203 days" in lines["tariff-exposure"]
    assert lines["deadlines-timeline"] == "", "the header says it"


def test_a_shared_view_says_from_which_day_on_nothing_is_known(served):
    said = "Nothing is known here from Oct 11, 2026 on"
    for path in ("/c/tariff-rate", "/embed/tariff-stack", "/c/deadlines-timeline"):
        assert said in requests.get(f"{served.url}{path}?on=2026-11-29", timeout=120).text, path
    assert said not in requests.get(f"{served.url}/c/tariff-rate?on=2026-10-10", timeout=120).text


@pytest.mark.slow
def test_what_came_since_moves_the_day_from_which_nothing_is_known_everywhere(own_ledger):
    """A tariff event of 20 November: charts, their credit, the API and claims are of then; deadlines are of 10 October still."""
    events = own_ledger.current()["tariff_events"]
    new = events[events["event_id"] == "US-232-WOOD-02"].assign(event_id="X-1", known_on=pd.Timestamp("2026-11-20"))
    own_ledger.publish({"tariff_events": pd.concat([events, new])}, author="B", message="a later event")
    days_of = {"on": date(2026, 11, 25), "known": date(2026, 11, 25)}

    def told(name, release, **asked):
        drawing = draw(own_ledger, name, all_charts()[name].Params(**days_of, **asked), release)
        return drawing, freshness.unknown_then(drawing)

    before, said_before = told("tariff-stack", 1)
    after, said_after = told("tariff-stack", 2)
    assert "from Oct 11, 2026 on" in said_before and "from Nov 21, 2026 on" in said_after
    assert ("as known on Oct 10, 2026" in before.credit_line, "as known on Nov 20, 2026" in after.credit_line) == (
        True,
        True,
    )
    assert "unchanged after Oct 10, 2026" in before.subtitle and "unchanged after Nov 20, 2026" in after.subtitle
    assert "as known on Nov 20, 2026" in after.summary
    assert "from Oct 11, 2026 on" in told("deadlines-timeline", 2)[1]
    asked = tariffs.TariffParams(**days_of, product="cars", origin="CAN").explicit(own_ledger.at(2))
    answer = tariff_rate.rate_answer(own_ledger.at(2), asked)
    assert (answer["coverage_ends_on"], answer["after_coverage"]) == ("2026-11-20", True)


def test_when_a_publisher_was_asked_is_known(own_ledger):
    at = datetime(2026, 11, 28, 6, 0)
    WatchLog(own_ledger.store).add(Entry(at, "https://www.ecb.europa.eu/x", "ECB", UNCHANGED, Message("Nothing new.")))
    told = freshness.asked(own_ledger)["ECB"]
    assert (told.at, told.outcome) == (at, UNCHANGED) and freshness.law_asked(own_ledger, 1) == ""


def test_tariffs_were_asked_when_the_publishers_of_law_were(own_ledger):
    log, at = WatchLog(own_ledger.store), datetime(2026, 11, 28, 6, 0)
    for hours, code in ((0, "USITC"), (2, "FR"), (5, "ECB")):
        log.add(Entry(at + timedelta(hours=hours), f"https://{code}.example", code, UNCHANGED, Message("Nothing new.")))
    asked, going_on = freshness.asked(own_ledger), freshness.followed(own_ledger, 1)
    (tariffs,) = [one for one in going_on if one.id == "tariff_events"]
    assert freshness.asked_last(asked, tariffs) == asked["FR"] and freshness.asked_last(asked, None) is None
    (nato,) = [one for one in going_on if one.id == "spending:NATO"]
    assert freshness.asked_last(asked, nato) is None
    assert freshness.law_asked(own_ledger, 1) == "Publishers of tariffs were last asked on Nov 28, 2026."


def test_the_api_and_the_calendar_say_the_same(served):
    told = requests.get(f"{served.url}/api/v1/freshness", timeout=120).json()
    (nato,) = [one for one in told["followed"] if one["id"] == "spending:NATO"]
    assert nato["next_expected_on"] == "2027-07-07" and "nato-2026-07" in nato["sources"]
    (edition,) = [one for one in told["sources"] if one["source_id"] == "nato-2026-07"]
    assert edition["continued_by"] == "spending:NATO" and edition["rhythm"] == "year"
    calendar = requests.get(f"{served.url}/deadlines.ics?topic=publications", timeout=120).text
    assert "UID:expected-spending-NATO-after-2026-07-07@alliance-ledger" in calendar.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20270707" in calendar
    french = requests.get(f"{served.url}/api/v1/freshness?lang=fr", timeout=120).json()
    assert french["phrase"].startswith("Droits de douane et échéances")
    assert "rien de connu après le" in requests.get(f"{served.url}/data?lang=fr", timeout=120).text
    assert language.current() == "en"
