"""Official workbooks as publishers make them: other wordings, other editions, one odd value; nothing known is lost unasked."""

import official_workbooks as official
import pandas as pd
import pytest
from french_nato import in_french
from test_cases import SHARE, proposed, told

from etl import publishers
from etl.contract.check import BOUNDS
from etl.importing.proposal import publish
from etl.publishers import Content

NATO, SIPRI = "NATO", "SIPRI"
WORDINGS = {
    "Table 5: GDP": "Table 5: Gross domestic product",
    "Core defence expenditure": "Core defence spending",
    "Table 7: ": "Table 7 – ",
}


@pytest.fixture(scope="module")
def held(seeds):
    """The rows of spending held of NATO's edition of July 2026, its currencies and the countries."""
    codes = seeds["currencies"].query("edition == '2026-07'").set_index("iso3")["currency"].to_dict()
    rows = seeds["spending"].query("publisher == 'NATO' and edition == '2026-07'")
    return rows.astype({"year": int, "is_estimate": bool}), seeds["countries"], codes


def worded(sheets, wording):
    def text(cell):
        for old, new in wording.items():
            cell = cell.replace(old, new) if isinstance(cell, str) else cell
        return cell

    return {name: [[text(cell) for cell in row] for row in grid] for name, grid in sheets.items()}


def nato(held, *, changed=(), years=0, wording=None):
    """NATO's workbook with the rows held; `changed`: (iso3, year, measure, value); `years` moves them all."""
    rows, countries, codes = held
    for iso3, year, measure, value in changed:
        is_it = (rows["iso3"] == iso3) & (rows["year"] == year) & (rows["measure"] == measure)
        rows = rows.assign(value=rows["value"].where(~is_it, value))
    return worded(official.nato(2026, rows.assign(year=rows["year"] + years), countries, codes), wording or {})


def as_read(sheets, countries):
    return publishers.read(Content("def-exp-2026.xlsx", sheets=sheets), countries, edition="2026-07")


@pytest.mark.slow
@pytest.mark.parametrize("wording", [{}, WORDINGS])
def test_a_workbook_with_the_figures_held_changes_nothing_whatever_its_wording(ledger, held, wording):
    sent = official.saved(nato(held, wording=wording))
    proposal = proposed(ledger, sent, name="def-exp-2026-en.xlsx", source=None)
    assert proposal.publisher == NATO and not proposal.problems, told(proposal)
    assert proposal.counts() == {} and not proposal.warnings, told(proposal)


def test_the_french_workbook_is_read_like_the_english_one(held):
    english = nato(held)
    in_english, in_other = as_read(english, held[1]), as_read(in_french(english, held[1]), held[1])
    assert not in_other.problems and len(in_other.spending) == len(held[0])
    pd.testing.assert_frame_equal(in_other.spending, in_english.spending)


@pytest.mark.parametrize(("title", "other"), [
    ("Core defence expenditure per capita (US dollars)", "Per head, dollars"),
    ("Annual real change (%)", "How it changed"),
    ("Share of real GDP (%)", "Part of the economy"),
    ("Equipment (a)", "Kit"),
])  # fmt: skip
def test_a_block_of_another_title_is_one_problem_at_its_cell(held, title, other):
    problems = as_read(nato(held, wording={title: other}), held[1]).problems
    assert len(problems) == 1 and "!A" in problems[0].dataset, [one.sentence() for one in problems]


@pytest.mark.slow
def test_next_years_workbook_asks_for_its_edition_and_then_is_a_new_one(ledger, held):
    sent = official.saved(nato(held, years=1))
    (asked,) = proposed(ledger, sent, name="def-exp-2027-en.xlsx", source=None).problems
    assert asked.code == "edition" and "such as 2027-07" in asked.sentence()
    reasons = {"BGR 2021 real_change_pct": "the fall of 2020, moved with all years"}
    for answer in ({"edition": "2027-07"}, {"published_on": pd.Timestamp("2027-07-02")}):
        proposal = proposed(ledger, sent, name="def-exp-2027-en.xlsx", source=None, outliers=reasons, **answer)
        assert not proposal.problems, told(proposal)
        assert set(proposal.difference["spending"]["edition"]) == {"2027-07"}
        assert proposal.counts()["spending"] == {"added": len(held[0]), "changed": 0, "removed": 0}


@pytest.mark.slow
def test_a_second_workbook_of_a_year_is_asked_about_and_never_overwrites_unasked(ledger, held):
    sent = official.saved(nato(held, changed=[("CAN", 2026, SHARE, 2.14)]))
    proposal = proposed(ledger, sent, name="def-exp-2026-en.xlsx", source=None)
    assert "edition" in {one.code for one in proposal.warnings}
    (lost,) = [one for one in proposal.warnings if one.code == "notes"]
    assert "eight independent readings" in lost.sentence()  # reviewed notes do not go without a tick
    later = proposed(ledger, sent, name="def-exp-2026-en.xlsx", source=None, edition="2026-11")
    assert later.counts()["spending"]["changed"] == 0 and set(later.difference["spending"]["edition"]) == {"2026-11"}


@pytest.mark.slow
def test_a_value_beyond_its_bounds_is_accepted_by_name_with_its_reason(own_ledger, held):
    sent = official.saved(nato(held, changed=[("POL", 2026, "real_change_pct", 85.0)]))
    first = proposed(own_ledger, sent, name="def-exp-2026-en.xlsx", source=None)
    (asked,) = first.problems  # no tick does: the reason is needed
    name = "POL 2026 real_change_pct"
    assert asked.code == BOUNDS
    for part in ("Table 3!", "'85'", "-40 to 80", f"accept the outlier “{name}”"):
        assert part in asked.sentence()
    wrong = proposed(own_ledger, sent, name="def-exp-2026-en.xlsx", source=None, outliers={"POL 2025 x": "no"})
    assert [one.value for one in wrong.problems] == ["85", "POL 2025 x"]
    chosen = {"source": None, "outliers": {name: "tanks paid at once"}}
    proposal = proposed(own_ledger, sent, name="def-exp-2026-en.xlsx", **chosen)
    assert not proposal.problems and proposal.counts()["spending"]["changed"] == 1
    release = publish(own_ledger, proposal, author="a", message="why")
    assert "tanks paid at once" in release.extra["outliers"][0] and "Table 3!" in release.extra["outliers"][0]
    again = proposed(own_ledger, sent, name="def-exp-2026-en.xlsx", source=None)
    assert not again.problems and not again.difference  # what is held was accepted
    held_value = "publisher,edition,iso3,year,measure,value\nNATO,2026-07,POL,2026,real_change_pct,{}\n"
    assert not proposed(own_ledger, held_value.format(85)).problems
    (table,) = proposed(own_ledger, held_value.format(86)).problems
    assert table.row == 2 and name in table.sentence()
    assert not proposed(own_ledger, held_value.format(86), outliers={name: "a later figure"}).problems


def test_choices_of_a_table_are_refused_for_a_whole_workbook(ledger, held):
    choices = {"sheet": "Table 2", "header_row": 4, "fixed": {"year": "2026"}, "decimal": ","}
    proposal = proposed(ledger, official.saved(nato(held)), name="def-exp-2026-en.xlsx", source=None, **choices)
    assert "'Table 2, 4, ,, year'" in told(proposal) and "read as a whole" in told(proposal) and not proposal.tables


@pytest.fixture(scope="module")
def sipri(seeds):
    rows = seeds["spending"].query("publisher == 'SIPRI' and edition == '2026-04'")
    return rows.astype({"year": int, "is_estimate": bool}), seeds["countries"]


def test_a_download_of_chosen_years_takes_no_other_year_away(ledger, sipri):
    rows, countries = sipri
    some = rows[rows["year"].between(2018, 2025)]
    sent = official.saved(official.sipri(some, countries, 2025, 2018))
    (asked,) = proposed(ledger, sent, name="SIPRI-download.xlsx", source=None).problems
    assert asked.code == "edition"
    proposal = proposed(ledger, sent, name="SIPRI-download.xlsx", source=None, edition="2026-04")
    assert proposal.counts().get("spending", {"removed": 0})["removed"] == 0
    marked = int(some["is_estimate"].sum())  # this workbook has no colours: the marks held would go
    lost = [one for one in proposal.warnings if one.code == "estimates"]
    assert marked and [one.params["count"] for one in lost] == [marked]
