"""What a workbook gives fits the contracts: an edition can be published as it was read."""

import official_workbooks as official
import pandas as pd
import pytest

from etl.importing.catalogue import into
from etl.load import check_all
from etl.publishers import Content, read


def nato_reading(seeds, name, layout, edition):
    rows = seeds["spending"].query("publisher == 'NATO' and edition == @name")
    codes = seeds["currencies"].query("edition == @name").set_index("iso3")["currency"].to_dict()
    rows = rows.astype({"year": int, "is_estimate": bool})
    content = Content(sheets=official.nato(layout, rows, seeds["countries"], codes))
    return read(content, seeds["countries"], edition=edition)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layout", "edition"),
    [("2024-06", 2024, "2024-06"), ("2026-07", 2026, "2026-07"), ("2026-07", 2025, "2026-11")],
)
def test_an_edition_of_nato_meets_every_contract(seeds, name, layout, edition):
    reading = nato_reading(seeds, name, layout, edition)
    assert reading.problems == []
    frames = seeds | into(seeds, reading, published_on=pd.Timestamp(f"{edition}-17"))
    assert [
        problem.sentence() for problem in check_all(frames, ("spending", "currencies", "editions", "sources"))
    ] == []
    held = frames["spending"].query("publisher == 'NATO' and edition == @edition")
    assert len(held) == len(reading.spending)
    others = seeds["spending"].query("publisher != 'NATO' or edition != @edition")
    assert len(frames["spending"]) == len(others) + len(held)


def test_an_edition_of_sipri_meets_every_contract(seeds):
    rows = seeds["spending"].query("publisher == 'SIPRI' and edition == '2026-04'").astype({"year": int})
    reading = read(Content(sheets=official.sipri(rows, seeds["countries"], 2025)), seeds["countries"])
    frames = seeds | into(seeds, reading)
    assert [
        problem.sentence() for problem in check_all(frames, ("spending", "currencies", "editions", "sources"))
    ] == []
    assert reading.title == "SIPRI Military Expenditure Database 1949-2025"
    edition = frames["editions"].query("publisher == 'SIPRI' and edition == '2026-04'").iloc[0]
    assert (edition["published_precision"], edition["published_on"]) == ("month", pd.Timestamp("2026-04-01"))
    assert frames["sources"].equals(seeds["sources"])  # the source is known already


def test_an_edition_held_already_keeps_its_day_and_what_was_written_on_it(seeds):
    frames = into(seeds, nato_reading(seeds, "2026-07", 2026, "2026-07"))
    edition = frames["editions"].query("publisher == 'NATO' and edition == '2026-07'").iloc[0]
    assert (edition["published_on"], edition["published_precision"]) == (pd.Timestamp("2026-07-07"), "day")
    assert edition["data_cutoff_on"] == pd.Timestamp("2026-07-03")
    reviewed = seeds["editions"].query("publisher == 'NATO' and edition == '2026-07'").iloc[0]
    assert edition["completeness"] == reviewed["completeness"]  # and what a person wrote about it stays


def test_a_reading_with_problems_is_not_published(seeds):
    reading = nato_reading(seeds, "2026-07", 2026, "not an edition")
    with pytest.raises(ValueError, match="problems"):
        into(seeds, reading)
