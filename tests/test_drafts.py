"""Drafts and their review: nothing is published but what another person approved, as it was approved, and once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT

from etl.__main__ import cli
from etl.contract import ContractViolation, Problem
from etl.ledger.audit import Audit
from etl.ledger.draft import APPROVED, OPEN, PUBLISHED, SUBMITTED, Actor, Draft, Warned
from etl.ledger.draft_release import merged
from etl.ledger.drafts import StepRefused
from etl.ledger.ledger import Ledger
from etl.ledger.release import MESSAGES
from etl.load import release_of_seeds

ANA, BEA, CLEO = (Actor(f"{name}@example.org", "here", f"issuer {name}") for name in ("ana", "bea", "cleo"))
SAID = {MESSAGES: {"en": "A later figure", "fr": "Un chiffre plus récent"}}


@pytest.fixture
def reviewed(monkeypatch):
    monkeypatch.setenv("LEDGER_REVIEW", "required")


def with_value(ledger: Ledger, value: float, iso3: str = "CAN", year: int = 2025) -> dict[str, pd.DataFrame]:
    """The newest spending with one figure changed."""
    spending = ledger.current()["spending"].copy()
    rows = (spending["iso3"] == iso3) & (spending["year"] == year) & (spending["measure"] == "share_of_gdp_pct")
    spending.loc[spending.index[rows][-1:], "value"] = value
    return {"spending": spending}


def handed_in(ledger: Ledger, value: float = 2.5, extra=SAID, **options) -> Draft:
    made = ledger.publish(
        with_value(ledger, value), author=ANA.name, message="A later figure", extra=extra, actor=ANA, **options
    )
    assert isinstance(made, Draft)
    return made


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_only_what_another_person_approved_is_published_and_once(few_ledger, reviewed):
    ledger = few_ledger
    draft = handed_in(ledger)
    assert (draft.state, ledger.newest(), ledger.drafts.open_ones()) == (OPEN, 1, [draft])
    with pytest.raises(StepRefused, match="not submitted"):
        ledger.drafts.approve(draft, BEA, by_another=True)
    draft = ledger.drafts.submit(draft, ANA)
    for own in (ANA, replace(ANA, name="another@name.example"), replace(ANA, name="ANA@example.org", subject="")):
        with pytest.raises(StepRefused, match="Somebody else"):
            ledger.drafts.approve(draft, own, by_another=True)
    with pytest.raises(StepRefused):  # nor without an approval
        ledger.publish_draft(draft, BEA)
    approved = ledger.drafts.approve(draft, BEA, by_another=True)
    others = [Ledger(ledger.store) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda own: own.publish_draft(approved, BEA), others))
    assert [release.number for release in made if release] == [2]
    release = ledger.release(2) if ledger.newest() == 2 else Ledger(ledger.store).release(2)
    assert (release.author, release.said("fr")) == (ANA.name, ("Un chiffre plus récent", "fr"))
    assert ledger.drafts.open_ones() == []
    over = ledger.drafts.find(draft.key)
    assert (over.state, ledger.drafts.tables(over)) == (PUBLISHED, {})
    log = Audit(ledger.store).entries(Ledger(ledger.store).releases())
    assert [*log["what"][:4]] == ["published", "approved", "submitted", "made"]
    assert [*log["who"][1:4]] == [BEA.name, ANA.name, ANA.name]


@pytest.mark.slow
def test_what_is_changed_after_an_approval_is_asked_again(few_ledger, reviewed):
    drafts = few_ledger.drafts
    draft = drafts.approve(drafts.submit(handed_in(few_ledger), ANA), BEA, by_another=True)
    other = replace(draft.content, messages={"en": "Another reason", "fr": "Une autre raison"})
    changed = drafts.change(draft, other, CLEO)
    assert changed.state == OPEN
    for seen in (draft, changed):
        with pytest.raises(StepRefused):
            few_ledger.publish_draft(seen, BEA)
    submitted = drafts.submit(changed, ANA)
    with pytest.raises(StepRefused, match="changed since you looked"):  # on a page opened before
        drafts.approve(draft, BEA, by_another=True)
    with pytest.raises(StepRefused, match="Somebody else"):  # who changed it has a hand in it
        drafts.approve(submitted, CLEO, by_another=True)
    assert few_ledger.publish_draft(drafts.approve(submitted, BEA, by_another=True), BEA).message == "Another reason"


def test_an_approval_without_review_is_none_once_review_is_required(few_ledger, monkeypatch):
    draft = few_ledger.draft(with_value(few_ledger, 2.5), base=1, author="ana", message="why", extra=SAID)
    own = few_ledger.drafts.approve(draft, Actor("ana", "command line"), by_another=False)
    monkeypatch.setenv("LEDGER_REVIEW", "required")
    with pytest.raises(StepRefused):
        few_ledger.publish_draft(own, BEA)
    monkeypatch.setenv("LEDGER_REVIEW", "off")
    assert few_ledger.publish_draft(own, BEA).number == 2


@pytest.mark.slow
def test_a_draft_says_why_in_both_languages_and_answers_its_warnings(few_ledger, reviewed):
    warned = Warned.each_kind([Problem("spending", "looks odd", code="factor")] * 3, {})
    draft, drafts = handed_in(few_ledger, extra={}, warnings=warned), few_ledger.drafts
    assert (draft.content.warnings[0].more, draft.content.lacking_languages) == (2, ["fr"])
    with pytest.raises(StepRefused, match="reason for every warning"):
        drafts.submit(draft, ANA)
    answered = replace(draft.content, warnings=tuple(replace(one, reason="looked at") for one in warned))
    draft = drafts.change(draft, answered, ANA)
    with pytest.raises(StepRefused, match="English and in French"):
        drafts.submit(draft, ANA)
    draft = drafts.change(draft, replace(answered, messages=SAID[MESSAGES]), ANA)
    assert drafts.submit(draft, ANA).state == SUBMITTED


def test_a_draft_goes_back_with_a_reason_and_a_withdrawn_one_leaves_only_its_steps(few_ledger, reviewed):
    drafts = few_ledger.drafts
    draft = drafts.submit(handed_in(few_ledger), ANA)
    with pytest.raises(StepRefused, match="Say why"):
        drafts.send_back(draft, BEA, " ")
    draft = drafts.send_back(draft, BEA, "The unit is wrong.")
    assert (draft.state, draft.returned_because) == (OPEN, "The unit is wrong.")
    draft = drafts.withdraw(draft, ANA)
    assert (drafts.open_ones(), drafts.tables(draft), few_ledger.newest()) == ([], {}, 1)
    with pytest.raises(StepRefused, match="published or withdrawn"):
        drafts.submit(draft, ANA)


@pytest.mark.slow
def test_what_was_published_since_is_merged_row_by_row_and_contradictions_are_named(few_ledger):
    ledger = few_ledger
    draft = ledger.draft(with_value(ledger, 2.5), base=1, author="ana", message="why", extra=SAID)
    ledger.publish(with_value(ledger, 3.5, "DNK"), author="bea", message="another row")
    draft = ledger.drafts.approve(draft, ANA, by_another=False)
    conflicting = ledger.draft(with_value(ledger, 2.7), base=2, author="bea", message="the same row", extra=SAID)
    assert ledger.publish_draft(draft, ANA).number == 3
    difference = ledger.diff(1, 3)["spending"]
    assert sorted(difference["new"]) == ["2.5", "3.5"]
    with pytest.raises(ContractViolation, match=r"CAN, year 2025.*value: 2.5 ≠ 2.7"):
        ledger.publish_draft(ledger.drafts.approve(conflicting, BEA, by_another=False), BEA)
    for take, value in (("ledger", 2.5), ("draft", 2.7)):
        _newest, tables = merged(ledger, conflicting, take)
        changed = with_value(ledger, value)["spending"].sort_values(["iso3", "year"])["value"].sum()
        assert tables["spending"]["value"].sum() == pytest.approx(changed)


@pytest.mark.slow
def test_every_way_in_makes_a_draft_where_review_is_required(few_ledger, reviewed, tmp_path, monkeypatch):
    ledger = few_ledger
    for name, value in (("CATALOG", ledger.store.catalog), ("DATA_PATH", ledger.store.data_path)):
        monkeypatch.setenv(f"LEDGER_{name}", value)
    monkeypatch.setenv("LEDGER_REVIEW", "off")
    ledger.publish(with_value(ledger, 2.5), author="ana", message="before review")
    monkeypatch.setenv("LEDGER_REVIEW", "required")
    file = tmp_path / "figures.csv"
    file.write_text(
        "publisher,edition,iso3,year,measure,value,source_id\nNATO,2026-07,CAN,2026,share_of_gdp_pct,2.2,nato-2026-07\n"
    )
    commands = (["import", str(file), "--message", "why", "--author", "ana"], ["rollback", "1"], ["load"])
    for arguments in (commands[0], *commands):  # a second time it is the same draft
        said = CliRunner().invoke(cli, arguments)
        assert said.exit_code == 0, said.output
        assert "Nothing is published yet: draft" in said.output
    assert len(ledger.drafts.open_ones()) == len(commands)
    assert Ledger(ledger.store).newest() == 2


def test_the_first_seeds_of_an_empty_ledger_are_published_under_review(own_store, few_seeds, reviewed):
    assert release_of_seeds(Ledger(own_store), few_seeds).number == 1


@pytest.mark.slow
def test_drafts_move_with_a_ledger(own_ledger, reviewed, tmp_path):
    from etl.export import export_zip
    from etl.importing.restore import restore
    from etl.ledger.store import Store

    draft = own_ledger.drafts.submit(handed_in(own_ledger), ANA)
    export_zip(own_ledger, 1, tmp_path / "all.zip", every=True)
    moved = Ledger(Store(f"sqlite:{tmp_path}/moved/catalog.sqlite", f"{tmp_path}/moved/parquet"))
    restore(moved, tmp_path / "all.zip")
    assert moved.drafts.open_ones() == [draft]
    approved = moved.drafts.approve(draft, BEA, by_another=True)
    assert (approved.state, moved.publish_draft(approved, BEA).number) == (APPROVED, 2)


def test_nothing_goes_around_the_review_and_no_page_names_an_actor_itself():
    told = {
        path: path.read_text(encoding="utf-8")
        for room in ("etl", "dashboard", "pages")
        for path in Path(ROOT, room).rglob("*.py")
    }
    commits = {path.name for path, text in told.items() if "ledger.commit(" in text}
    # an empty ledger's first seeds, a whole ledger put back, a file kept without a figure changed (refused under review)
    assert commits == {"load.py", "restore.py", "proposal.py"}
    named = {path.name for path, text in told.items() if "Actor(" in text and "dashboard" in path.parts}
    assert named == {"permission.py", "draft_steps.py"}, (
        "who acts is asked for; draft_steps says beforehand what it will answer"
    )
