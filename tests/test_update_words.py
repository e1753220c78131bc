"""What the Update page says of a file stands in the reader's language: titles, columns, numbers, counts; no code."""

import re
from pathlib import Path

import pytest

from dashboard import language
from dashboard.auth.audit_words import retold
from dashboard.sections.update.tables import counted, difference_table, problem_table, sentence, worded
from etl.datasets import all_datasets
from etl.importing.proposal import Proposal, Request, propose
from etl.ledger.audit import Audit, DeniedAction

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
        assert set(problem_table(map(worded, problems))["Où"]) == {"Dépenses de défense"}


def test_the_audit_log_says_a_release_in_the_readers_language(ledger):
    log = Audit(ledger.store).entries(ledger.releases(), "fr")
    assert log["detail"].tolist()[-1] == "1: Données initiales révisées"


FILE = HEADER + FIGURE.format("99") + FIGURE.format("2.1").replace("CAN", "XYZ").replace("nato-2026-07", "none-such")
TWICE = HEADER + FIGURE.format("2.1") * 2
JUMP = HEADER + FIGURE.format("9.34") + FIGURE.format("0.0213").replace("CAN", "DEU")


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize("text", [FILE, TWICE, JUMP])
def test_what_is_told_of_a_file_names_columns_datasets_and_codes_in_words(ledger, spoken, text):
    proposal = proposed(ledger, text)
    found = [*proposal.problems, *proposal.warnings]
    assert found
    with language.spoken(spoken):
        # what stands in the file is quoted as it is
        told = [re.sub(r"'.*'", "", worded(one).sentence(language._)) for one in found] + [
            sentence(one) for one in found
        ]
        table = problem_table(map(worded, found))
    for one in (*told, *table["Where" if spoken == "en" else "Où"]):
        assert not re.search(
            r"\bspending\b(?<!Defence spending)|countries\.|sources\.|share_of_gdp_pct|\bCAN\b|\bDEU\b", one
        ), one
    headings = set(filter(None, table["Column" if spoken == "en" else "Colonne"]))
    assert all("(" in one or one.casefold() == "value" for one in headings), headings


ASKED = re.compile(r'(?:permit|actor|_take)\(f?"([^"]+)"|\bwhat = f"([^"]+ draft [^"]+)"')


def test_every_refusal_of_the_pages_is_retold_in_french():
    root = Path(__file__).parents[1] / "dashboard"
    found = {
        one for path in root.rglob("*.py") for pair in ASKED.findall(path.read_text("utf-8")) for one in pair if one
    }
    texts = {re.sub(r"\{.*?\}", "x", one.replace("{told_of}", "the draft x")) for one in found}
    assert len(texts) > 8
    with language.spoken("fr"):
        assert not [text for text in texts if retold(text) == text]
        assert retold(
            "Ann may look but not change figures. Ask the operator of the ledger to become an editor."
        ).startswith("Ann ")
        assert retold("something else") == "something else"


def test_the_audit_log_tells_a_refusal_in_the_readers_language(ledger):
    log = Audit(ledger.store)
    log.refused(DeniedAction("Ann", "publish “Figures”", "Sign in as an editor to change figures.", "10.0.0.1"))
    with language.spoken("fr"):
        details = log.entries(ledger.releases(), "fr", retold)["detail"].tolist()
    assert any("publier «\u00a0Figures\u00a0»" in one and "Sign in" not in one for one in details)
