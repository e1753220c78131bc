"""From a file to a proposal: rows as the person sees them, three modes, warnings, new sources and editions, two writers."""

import official_workbooks as official
import pandas as pd
import pytest

from etl.contract import ContractViolation
from etl.importing.proposal import NewSource, Request, again, propose, publish
from etl.ledger.ledger import Ledger
from etl.ledger.release import ReleaseConflict

HEADER = "publisher,edition,iso3,year,measure,value\n"
SHARE = "share_of_gdp_pct"
UNIT = "% of real GDP (2021 prices)"


def asked(ledger: Ledger, rows: str, header: str = HEADER, **chosen):
    chosen = {"dataset": "spending", "source": "nato-2026-07"} | chosen
    return propose(ledger, Request((header + rows).encode(), "figures.csv", **chosen))


def rules(problems) -> list[str]:
    return [problem.sentence() for problem in problems]


def test_a_changed_value_is_told_old_and_new(ledger):
    proposal = asked(ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.34\n")
    assert not proposal.problems and not proposal.warnings
    row = proposal.difference["spending"].query("column == 'value'").iloc[0]
    assert (row["iso3"], row["old"], row["new"]) == ("CAN", "2.13", "2.34")
    assert proposal.counts() == {"spending": {"added": 0, "changed": 1, "removed": 0}}


def test_what_the_file_does_not_say_stays_as_held(ledger):
    proposal = asked(ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.34\n")
    table = proposal.tables["spending"]
    row = table[
        (table["iso3"] == "CAN")
        & (table["year"] == 2026)
        & (table["edition"] == "2026-07")
        & (table["measure"] == SHARE)
    ].iloc[0]
    assert row["is_estimate"] and row["unit"] == UNIT


def test_a_row_that_says_the_same_keeps_its_source(ledger):
    assert asked(ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.13\n", source="nato-2024-06").difference == {}


def test_all_problems_at_once_with_the_rows_of_the_file(ledger):
    proposal = asked(
        ledger,
        f"NATO,2026-07,CAN,2026,{SHARE},two\nNATO,2026-07,CAN,2025,{SHARE},99\nNATO,2026-07,XXX,2025,{SHARE},2\n",
        source=None,
    )
    told = rules(proposal.problems)
    assert any("row 2, column value = 'two': is not a number" in one for one in told)
    assert any("row 3, column value = '99': is outside 0 to 10" in one for one in told)
    assert any("row 4, column iso3 = 'XXX'" in one for one in told)
    assert sum("where its figures come from" in one for one in told) == 1
    assert not proposal.tables


def test_an_edition_belongs_to_its_publisher(ledger):
    proposal = asked(ledger, f"SIPRI,2026-07,CAN,2025,{SHARE},2.0\n")
    assert proposal.unknown_editions == [("SIPRI", "2026-07")]


@pytest.mark.slow
def test_a_new_edition_is_added_only_when_asked_and_never_without_a_word(ledger):
    rows, header = (f"NATO,2026-09,CAN,2025,{SHARE},{UNIT},2.05\n", "publisher,edition,iso3,year,measure,unit,value\n")
    assert asked(ledger, rows, header).problems
    proposal = asked(ledger, rows, header, new_edition=True)
    assert not proposal.problems and "A new edition is added: NATO 2026-09" in rules(proposal.notes)[0]
    edition = proposal.tables["editions"].iloc[-1]
    assert (edition["edition"], edition["published_precision"], edition["constant_price_base_year"]) == (
        "2026-09",
        "month",
        2021,
    )


def test_replacing_an_edition_touches_no_other(ledger):
    proposal = asked(
        ledger,
        f"NATO,2025-08,CAN,2024,{SHARE},{UNIT},1.5\n",
        "publisher,edition,iso3,year,measure,unit,value\n",
        mode="edition",
    )
    assert not proposal.problems
    difference = proposal.difference["spending"]
    assert set(difference["edition"]) == {"2025-08"} and proposal.counts()["spending"]["removed"] > 100
    assert any("Rows that would be removed" in one for one in rules(proposal.warnings))


def test_replacing_all_with_a_few_rows_is_refused(ledger):
    proposal = asked(
        ledger,
        f"NATO,2025-08,CAN,2024,{SHARE},{UNIT},1.5\n",
        "publisher,edition,iso3,year,measure,unit,value\n",
        mode="all",
    )
    assert any("at least 10000 are expected" in one for one in rules(proposal.problems))


def test_rows_that_others_refer_to_can_not_go(ledger):
    sources = ledger.at(1).sql("SELECT * FROM sources WHERE source_id <> 'nato-2026-07'")
    sources["published_on"] = sources["published_on"].dt.strftime("%Y-%m-%d")
    proposal = propose(ledger, Request(sources.to_csv(index=False).encode(), "sources.csv", "sources", mode="all"))
    assert any(
        "spending, column source_id = 'nato-2026-07': is not known in sources" in one
        for one in rules(proposal.problems)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        pytest.param(
            f"NATO,2026-07,CAN,2026,{SHARE},3.4\n",
            "CAN 2026: 3.4 % of GDP is more than 1 point away from 2.03 % the year before",
            id="jump-in-time",
        ),
        pytest.param(
            f"NATO,2026-07,CAN,2020,{SHARE},2.5\n",
            "more than 1 point away from 1.409079362 % in edition 2025-08",
            id="jump-by-edition",
        ),
        pytest.param(
            f"NATO,2026-07,CAN,2020,{SHARE},1.42\n",
            "an actual figure of a past year changes from 1.41 to 1.42",
            id="actual-changed",
        ),
        pytest.param(f"NATO,2026-07,CAN,2026,{SHARE},0.0213\n", "differ by a factor of about 100", id="off-by-100"),
    ],
)
def test_what_is_seldom_meant_is_warned_of(ledger, rows, rule):
    proposal = asked(ledger, rows)
    assert not proposal.problems
    assert any(rule in one for one in rules(proposal.warnings)), rules(proposal.warnings)


def test_a_thousand_times_too_much_is_a_warning(ledger):
    held = ledger.at(1).sql(
        "SELECT value FROM spending WHERE edition = '2026-07' AND iso3 = 'CAN' AND year = 2026 AND measure = 'expenditure_ncu_current_million'"
    )["value"][0]
    proposal = asked(ledger, f"NATO,2026-07,CAN,2026,expenditure_ncu_current_million,{held * 1000}\n")
    assert any("factor of about 1000" in one for one in rules(proposal.warnings))


def test_an_estimate_may_change_without_a_warning(ledger):
    assert not asked(ledger, f"NATO,2026-07,CAN,2025,{SHARE},2.1\n").warnings


@pytest.mark.slow
def test_a_new_source_comes_with_its_figures(own_ledger):
    source = NewSource(
        "dnd-2026-11",
        "Defence plan",
        "Department of National Defence",
        "https://www.canada.ca/x",
        pd.Timestamp("2026-11-02"),
        trust="government_page",
    )
    proposal = asked(own_ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.34\n", source=source)
    release = publish(own_ledger, proposal, author="A", message="from the plan")
    assert own_ledger.at(release.number).sql("SELECT title FROM sources WHERE source_id = 'dnd-2026-11'")[
        "title"
    ].tolist() == ["Defence plan"]
    assert release.extra["source"] == "dnd-2026-11" and release.extra["mode"] == "change"
    name, content = own_ledger.file(release.extra["files"][0]["sha256"])
    assert name == "figures.csv" and content == proposal.request.content


def test_a_source_id_that_is_taken_is_a_problem(ledger):
    source = NewSource("nato-2026-07", "Another", "Somebody", trust="news")
    assert any(
        "repeats the key" in one
        for one in rules(asked(ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.34\n", source=source).problems)
    )


@pytest.mark.slow
def test_who_was_overtaken_is_told_and_can_go_on(own_ledger):
    mine = asked(own_ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.34\n")
    publish(own_ledger, asked(own_ledger, f"NATO,2026-07,CAN,2026,{SHARE},2.2\n"), author="B", message="faster")
    with pytest.raises(ReleaseConflict):
        publish(own_ledger, mine, author="A", message="late")
    assert own_ledger.newest() == 2
    once_more = again(own_ledger, mine)
    assert once_more.difference["spending"].query("column == 'value'")["old"].tolist() == ["2.2"]
    assert publish(own_ledger, once_more, author="A", message="late").number == 3


def test_a_proposal_with_problems_is_never_published(own_ledger):
    with pytest.raises(ContractViolation):
        publish(own_ledger, asked(own_ledger, f"NATO,2026-07,CAN,2026,{SHARE},two\n"), author="A", message="x")
    assert own_ledger.newest() == 1


def test_a_table_a_year_a_column_with_fixed_values(ledger):
    header, rows = "Pays;2025;2026e\n", "Canada;2,03;2,34\nDanemark;3,22;3,60\n"
    proposal = asked(ledger, rows, header, fixed={"publisher": "NATO", "edition": "2026-07", "measure": SHARE})
    assert not proposal.problems, rules(proposal.problems)
    assert set(proposal.difference["spending"]["iso3"]) >= {"CAN", "DNK"}


def test_a_file_that_is_no_table_is_told_in_a_sentence(ledger):
    proposal = propose(ledger, Request(b"\x7fELF" + bytes(100), "figures.xlsx", "spending"))
    assert len(proposal.problems) == 1 and proposal.understood is None


@pytest.fixture(scope="module")
def nato_workbook(snapshot):
    """NATO's workbook in its layout of 2026 with the figures held of that edition, one of them changed."""
    rows = snapshot.sql("SELECT * FROM spending WHERE publisher = 'NATO' AND edition = '2026-07'").astype(
        {"year": int, "is_estimate": bool}
    )
    rows.loc[(rows["iso3"] == "CAN") & (rows["year"] == 2026) & (rows["measure"] == SHARE), "value"] = 2.14
    codes = (
        snapshot.sql("SELECT iso3, currency FROM currencies WHERE edition = '2026-07'")
        .set_index("iso3")["currency"]
        .to_dict()
    )
    return official.saved(official.nato(2026, rows, snapshot.sql("SELECT * FROM countries"), codes))


def test_a_publishers_own_workbook_becomes_its_edition(ledger, nato_workbook):
    proposal = propose(ledger, Request(nato_workbook, "def-exp-2026-en.xlsx", "spending"))
    assert not proposal.problems, rules(proposal.problems)
    assert proposal.publisher == "NATO" and set(proposal.difference["spending"]["edition"]) == {"2026-07"}
    changed = proposal.difference["spending"].query(
        f"iso3 == 'CAN' and year == 2026 and measure == '{SHARE}' and column == 'value'"
    )
    assert changed["new"].tolist() == ["2.14"]
