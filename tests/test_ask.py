"""Questions in words: 200 of them lead to the view they mean or to a choice, and whatever is typed gets an answer."""

import string
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import language, links
from dashboard.ask.answer import answer, text_of, written
from dashboard.ask.check import check
from dashboard.ask.lexicon import Meaning, lexicon
from dashboard.ask.parts import parts_of
from dashboard.charts import all_charts
from dashboard.params import MEASURES, REPORTERS
from dashboard.topics.claims import ClaimParams, claims_beside_editions
from dashboard.topics.tariffs import COMPANIES, ORIGINS, PRODUCTS
from policy.claims import AGREES, DIFFERS, compare

QUESTIONS = yaml.safe_load((Path(__file__).parent / "cases" / "questions.yaml").read_text(encoding="utf-8"))
ASKED_ON = date(2026, 11, 29)
LEAST_RIGHT = 0.95


@pytest.fixture(autouse=True)
def english():
    with language.spoken("en"):
        yield


def view_of(understood: dict) -> str | tuple[str, dict[str, str]]:
    view = understood["views"][0] if understood["views"] else None
    return (view["chart"], view["params"]) if view and understood["certain"] else "choice"


def meant(wanted: str) -> str | tuple[str, dict[str, str]]:
    chart, _mark, query = wanted.partition("?")
    return wanted if wanted == "choice" else (chart, dict(parse_qsl(query)))


def test_a_question_leads_to_the_view_it_means_or_to_a_choice_and_never_to_another(snapshot):
    assert [len(questions) for questions in QUESTIONS.values()] == [100, 100]
    led = {
        str(question): (view_of(answer(snapshot, str(question), ASKED_ON)), meant(wanted))
        for questions in QUESTIONS.values()
        for question, wanted in questions.items()
    }
    wrong = {question: pair for question, pair in led.items() if pair[0] not in (pair[1], "choice")}
    assert not wrong
    missed = {question: pair for question, pair in led.items() if pair[0] != pair[1]}
    assert len(missed) <= (1 - LEAST_RIGHT) * len(led), missed


def test_what_a_question_leads_to_is_a_link_that_the_chart_takes_whole(snapshot):
    for questions in QUESTIONS.values():
        for question in questions:
            for view in answer(snapshot, str(question), ASKED_ON)["views"]:
                model = all_charts()[view["chart"]].Params
                read = links.params_of(model, view["params"], snapshot)
                assert not read.refused, (question, read.refused)
                assert set(view["params"]) <= set(model.model_fields), question


def test_a_part_can_be_changed_to_each_of_its_alternatives(snapshot):
    asked = "lumbr from Canada on 12/01/2025 as known in October"
    first = answer(snapshot, asked, ASKED_ON)
    assert [part.get("read_as") for part in first["parts"]] == ["lumber", None, None, None]
    assert not first["certain"]
    other = next(one for part in first["parts"] for one in part["alternatives"])
    changed = answer(snapshot, other["q"], ASKED_ON)
    assert changed["certain"] and changed["views"][0]["params"]["on"] == "2025-12-01"


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("country", REPORTERS),
        ("country", ORIGINS),
        ("product", PRODUCTS),
        ("company", COMPANIES),
        ("measure", MEASURES),
    ],
)
def test_every_name_a_reader_sees_is_understood_in_both_languages(snapshot, spoken, kind, choices):
    with language.spoken(spoken):
        for code in choices.codes(snapshot):
            meaning = Meaning(kind, code)
            for words in (text_of(snapshot, meaning), written(snapshot, meaning)):
                held = [one for part in parts_of(snapshot, words, ASKED_ON) for one in part.meanings]
                assert meaning in held, words


def test_the_words_of_the_vocabulary_lead_to_codes_that_there_are(snapshot):
    codes = {
        "chart": set(all_charts()),
        "product": set(PRODUCTS.codes(snapshot)),
        "company": set(COMPANIES.codes(snapshot)),
        "measure": set(MEASURES.codes(snapshot)),
        "country": lexicon(snapshot).places,
    }
    for meanings in lexicon(snapshot).phrases.values():
        for meaning in meanings:
            assert meaning.value in codes.get(meaning.kind, {meaning.value}), meaning


def test_a_word_that_is_not_known_offers_the_nearest_and_takes_none(snapshot):
    understood = answer(snapshot, "zorgle fraser", ASKED_ON)
    assert [part["kind"] for part in understood["parts"]] == [None, None]
    assert [one["text"] for one in understood["parts"][1]["alternatives"]] == ["west fraser"]
    assert not understood["certain"] and not understood["views"]
    code = answer(snapshot, "4499.99 CAN", ASKED_ON)
    assert code["parts"][0]["kind"] is None and code["parts"][0]["alternatives"] and not code["certain"]


CHECKED = {
    "Canada 2.03 % of GDP in 2025": "agrees",
    "le Canada a consacré 2,0 % du PIB à la défense en 2025": "agrees",
    "is Canada above 2 % in 2025": "agrees",
    "Canada spent 1.76 % of GDP on defence in 2025": "differs",
    "Poland spent 4.0 % of GDP in 2025": "differs",
    "Canada has 71,500 troops in 2024": "differs",
    "Canada spent 1.37 % of GDP in 2025": "wrong_year",
    "Canada spent 32.1 billion US dollars in 2024": "agrees",
    "Canada spent 43.9 billion US dollars in 2024": "wrong_unit",
    "Germany spends 2.4 % of GDP": "cannot_be_checked",
    "Canada will spend 5 % of GDP in 2035": "cannot_be_checked",
    "nothing with a number": "cannot_be_checked",
    "lumber from Canada pays 45.16 % on 1 Dec 2025": "agrees",
    "le bois d'œuvre du Canada paie 14,63 % le 1er décembre 2025": "wrong_basis",
    "lumber from Canada pays 12 % on 1 Dec 2025": "differs",
}


@pytest.mark.slow
@pytest.mark.parametrize(("sentence", "verdict"), CHECKED.items())
def test_a_number_is_held_against_what_the_editions_and_the_rules_say(snapshot, sentence, verdict):
    checked = check(snapshot, sentence, ASKED_ON)
    assert checked["verdict"] == verdict, checked["sentence"]
    if verdict == "agrees":
        assert any(row["verdict"] == "agrees" for row in checked["figures"])
    if verdict == "differs":
        assert all(row["difference"] for row in checked["figures"])


def test_how_a_number_is_written_counts():
    """ "2.0" is not "2": half a unit of its last digit either way."""
    assert compare(2.0, None, 2.3) == compare(2.0, None, 2.04, claimed_decimals=1) == AGREES
    assert compare(2.0, None, 2.3, claimed_decimals=1) == DIFFERS
    assert compare(31_000, None, 31_400, claimed_decimals=-3) == AGREES
    assert compare(31_000, None, 31_600, claimed_decimals=-3) == DIFFERS


def test_every_claim_of_the_ledger_gets_the_verdict_it_has_there(snapshot):
    """The rules are the same: asked in words, a claim's number is judged as on the Pledges page."""
    rows = claims_beside_editions(snapshot, ClaimParams(known=ASKED_ON))
    compared = rows[rows["figure"].notna()].drop_duplicates("claim_id")
    assert len(compared)
    for row in compared.itertuples():
        words = {"lt": "below", "ge": "at least"}.get(row.comparator, "")
        said = check(snapshot, f"Canada {words} {row.claimed:g} % of GDP in {row.claim_year}", ASKED_ON)
        found = {one["verdict"] for one in said["figures"] if one["as"] == "as_said" and one["edition"] == row.edition}
        assert row.verdict in found, (row.claim_id, said["sentence"])


WORDS = [word for questions in QUESTIONS.values() for question in questions for word in str(question).split()]
TYPED = st.lists(
    st.sampled_from(WORDS)
    | st.text(string.printable, max_size=12)
    | st.from_regex(r"(on|known|until|since|year|period|edition|hs|country|product|chart):[\w.-]{0,12}", fullmatch=True)
    | st.from_regex(r"\d{1,12}([./,-]\d{1,6}){0,3} ?(%|G|billion)?", fullmatch=True),
    max_size=12,
).map(" ".join)


@pytest.mark.slow
@settings(max_examples=150)
@given(TYPED)
def test_whatever_is_typed_gets_an_answer_whose_links_hold(snapshot, text):
    understood = answer(snapshot, text[:300], ASKED_ON)
    assert check(snapshot, text[:300], ASKED_ON)["sentence"]
    for view in understood["views"]:
        assert not links.params_of(all_charts()[view["chart"]].Params, view["params"], snapshot).refused
    for part in understood["parts"]:
        assert text[part["start"] : part["end"]] == part["words"]
