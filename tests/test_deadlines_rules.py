"""How deadlines stand on a day: pending, settled, moved, or passed with an outcome that is not known."""

import pandas as pd
import pytest

from dashboard.language import spoken
from dashboard.topics.deadlines import due, due_and_left, left
from etl.contract.check import check
from etl.datasets import all_datasets
from etl.vocabulary import DEADLINE_OUTCOMES
from policy.deadlines import moves, standing
from tests.tariff_tables import seed


def status(deadline: str, on: str, known: str | None = None) -> str | None:
    frame = standing(seed("deadlines"), pd.Timestamp(on), pd.Timestamp(known) if known else None)
    return frame.set_index("deadline_id")["status"].get(deadline)


@pytest.mark.parametrize(
    ("deadline", "on", "expected"),
    [
        ("DL-MHDV-NOV1", "2025-10-05", None),
        ("DL-MHDV-NOV1", "2025-10-06", "pending"),
        ("DL-MHDV-NOV1", "2025-11-01", "met"),
        ("DL-MHDV-OCT1", "2025-09-30", "pending"),
        ("DL-MHDV-OCT1", "2025-10-01", "missed"),
        ("DL-CAN-30DAY", "2025-06-18", "pending"),
        ("DL-CAN-30DAY", "2025-06-19", "superseded"),
        ("DL-GREENLAND-FEB1", "2026-01-20", "pending"),
        ("DL-GREENLAND-FEB1", "2026-01-21", "superseded"),
        ("DL-AR7-FINAL", "2026-08-12", "pending"),
        ("DL-AR7-FINAL", "2026-08-13", "unknown"),
        ("DL-ARCTIC-2025", "2026-06-01", "unknown"),
        ("DL-338-ITC", "2026-11-21", "unknown"),
        ("DL-CAN-ARTICLE", "2026-01-01", "missed"),
    ],
)
def test_status_on_a_day(deadline, on, expected):
    assert status(deadline, on) == expected


def test_an_outcome_not_yet_known_is_not_a_miss():
    assert status("DL-338-AUG22", "2026-08-25", known="2026-08-20") == "unknown"
    assert status("DL-338-AUG22", "2026-08-25") == "missed"


def test_days_left_count_to_pending_deadlines_only():
    frame = standing(seed("deadlines"), pd.Timestamp("2026-10-10")).set_index("deadline_id")
    assert frame.loc["DL-338-ITC", "days_left"] == 29
    assert frame["days_left"].notna().equals(frame["status"] == "pending")
    assert (frame["days_left"].dropna() >= 0).all()
    assert set(frame["status"]) <= set(DEADLINE_OUTCOMES)


def upcoming(day: str) -> pd.DataFrame:
    frame = standing(seed("deadlines"), pd.Timestamp(day))
    return frame[(frame["status"] == "pending") & frame["is_current"]]


def test_what_is_next_comes_in_order():
    frame = upcoming("2026-10-10")
    assert frame["deadline_id"].tolist()[:2] == ["DL-338-ITC", "DL-BEEF-2026"]
    assert frame["due_on"].is_monotonic_increasing


def test_a_date_that_was_moved_is_not_next():
    names = upcoming("2025-07-12")["deadline_id"].tolist()
    assert "DL-CAN-AUG1" in names
    assert "DL-CAN-JUL21" not in names


def test_a_series_keeps_its_moves():
    found = moves(seed("deadlines"), pd.Timestamp("2026-10-10"))
    truck = found[found["series_id"] == "truck-tariff-start"]
    assert truck["move"].tolist() == ["first_set", "missed", "moved", "met"]
    assert truck["days_moved"].dropna().tolist() == [31]
    step_up = found[(found["series_id"] == "wood-step-up") & (found["move"] == "moved")].iloc[0]
    assert step_up["before_on"] == pd.Timestamp("2026-01-01")
    assert step_up["due_on"] == pd.Timestamp("2027-01-01")


def test_moves_as_known_earlier_end_earlier():
    found = moves(seed("deadlines"), pd.Timestamp("2026-08-01"))
    assert found[found["series_id"] == "s338-start"]["move"].tolist() == ["first_set"]


def test_sequence_grows_with_each_date():
    frame = standing(seed("deadlines"), pd.Timestamp("2026-10-10")).set_index("deadline_id")
    assert frame.loc[["DL-CAN-30DAY", "DL-CAN-JUL21", "DL-CAN-AUG1"], "sequence"].tolist() == [0, 1, 2]
    assert frame.loc["DL-CAN-AUG1", "is_current"]
    assert not frame.loc["DL-CAN-30DAY", "is_current"]


# --- days that nobody named ----------------------------------------------------------------------------------------

SUMMIT = "nato-summit-2027"


def summit_moved() -> pd.DataFrame:
    """The deadlines after a day was named for what was only known to be in 2027."""
    held = seed("deadlines")
    named = held[held["series_id"] == SUMMIT].assign(
        deadline_id="DL-NATO-JUL27",
        due_on=pd.Timestamp("2027-07-06"),
        due_precision="day",
        set_on=pd.Timestamp("2026-11-20"),
    )
    return pd.concat([held, named], ignore_index=True)


@pytest.mark.parametrize(
    ("language", "on", "words"),
    [
        ("en", "2026-11-30", ("2027", "in 2027", "2027, day not known")),
        ("fr", "2026-11-30", ("2027", "en 2027", "2027, jour inconnu")),
    ],
)
def test_what_is_known_by_its_year_has_no_day(language, on, words):
    row = standing(seed("deadlines"), pd.Timestamp(on)).set_index("deadline_id").loc["DL-NATO-2027"]
    with spoken(language):
        assert (due(row), left(row), due_and_left(row)) == words


def test_a_day_of_an_older_release_is_a_day():
    older = seed("deadlines").assign(due_precision=None)
    row = standing(older, pd.Timestamp("2026-11-30")).set_index("deadline_id").loc["DL-POLYSI-DEC26"]
    assert (due_and_left(row), left(row)) == ("Dec 4, 2026, in 4 days", "in 4 days")
    assert standing(older, pd.Timestamp("2026-11-30"))["due_precision"].isna().sum() == older["due_on"].isna().sum()


def test_from_a_year_to_a_day_nobody_counts_days():
    found = moves(summit_moved(), pd.Timestamp("2026-11-30"))
    moved = found[(found["series_id"] == SUMMIT) & (found["move"] == "moved")].iloc[0]
    assert (moved["before_precision"], moved["due_precision"]) == ("year", "day")
    assert pd.isna(moved["days_moved"]) and moved["due_on"] == pd.Timestamp("2027-07-06")


def test_a_day_comes_before_the_year_that_ends_on_it():
    names = standing(seed("deadlines"), pd.Timestamp("2026-11-30"))["deadline_id"].tolist()
    assert names.index("DL-SUBMARINES-2027") < names.index("DL-NATO-2027")


@pytest.mark.parametrize(
    ("due_on", "due_precision", "right"),
    [
        ("2027-12-31", "year", True),
        ("2027-07-06", "year", False),
        ("2027-02-28", "month", True),
        ("2027-02-27", "month", False),
        ("2027-02-27", "day", True),
        ("2027-02-27", None, True),
    ],
)
def test_a_month_or_a_year_stands_at_its_last_day(due_on, due_precision, right):
    row = seed("deadlines").head(1).assign(due_on=pd.Timestamp(due_on), due_precision=due_precision, set_on=pd.NaT)
    found = [problem for problem in check(row, all_datasets()["deadlines"], {}) if "last day" in str(problem)]
    assert (not found) == right
