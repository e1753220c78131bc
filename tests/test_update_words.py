"""What the Update page says of a file stands in the reader's language: titles, columns, numbers, counts; no code."""

import pytest

from dashboard import language
from dashboard.sections.update.tables import counted, difference_table, problem_table
from etl.datasets import all_datasets
from etl.importing.proposal import Proposal, Request, propose
from etl.ledger.audit import Audit

HEADER = "publisher,edition,iso3,year,measure,value,source_id\n"
FIGURE = "NATO,2026-07,CAN,2026,share_of_gdp_pct,{},nato-2026-07\n"


def proposed(ledger, text: str, dataset: str = "spending") -> Proposal:
    return propose(ledger, Request(text.encode(), "figures.csv", dataset))


def cells(proposal: Proposal, dataset: str = "spending") -> dict[str, object]:
    """The first row of the table of a difference."""
    return difference_table(proposal.difference[dataset], all_datasets()[dataset]).iloc[0].to_dict()


def test_a_change_is_told_in_french_words_and_numbers(ledger):
    change = proposed(ledger, HEADER + FIGURE.format("2.34"))
    with language.spoken("fr"):
        assert counted(change.counts()["spending"]) == "1 ligne modifiée"
        assert cells(change) == {
            "Quoi": "modifiée", "Pays": "Canada", "Année": "2026", "Édition": "2026-07", "Éditeur": "OTAN", "Mesure": "Part du PIB",
            "Colonne": "Valeur", "Ancienne": "2,13", "Nouvelle": "2,34", "Écart": "+0,21",
        }  # fmt: skip


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_yes_and_no_and_columns_without_a_header_are_words_too(ledger, spoken):
    held = ledger.current()["countries"].head(1).copy()
    held["is_eu_member"] = ~held["is_eu_member"]
    change = proposed(ledger, held.to_csv(index=False), "countries")
    with language.spoken(spoken):
        told = cells(change, "countries")
        assert {told[language._("Old")], told[language._("New")]} == {language._("yes"), language._("no")}
        assert told[language._("Column")] == language._("Member of the European Union")


def test_a_problem_names_the_dataset_by_its_title(ledger):
    problems = proposed(ledger, HEADER + FIGURE.format("two")).problems
    with language.spoken("fr"):
        assert set(problem_table(problems)["Où"]) == {"Dépenses de défense"}


def test_the_audit_log_says_a_release_in_the_readers_language(ledger):
    log = Audit(ledger.store).entries(ledger.releases(), "fr")
    assert log["detail"].tolist()[-1] == "1: Données initiales révisées"
