"""Codes have a form, told in words; what spreadsheet programs make of them is repaired where certain, else refused."""

import re
from itertools import product

import pytest
from babel import Locale
from test_cases import HEADER, SHARE, proposed, told

from etl.contract.check import FORM, check
from etl.datasets import all_datasets
from etl.export import csv_of
from etl.files.keys import repaired

FORMED = [
    (name, column)
    for name, dataset in all_datasets().items()
    for column, described in dataset.fields.items()
    if any("pattern" in (one.statistics or {}) for one in described.checks)
]
REGULAR = re.compile(r"\\[dS]|\[[a-zA-Z]-|\(\?|\^\(")  # what only a regular expression holds


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column"), FORMED)
def test_a_value_without_the_form_is_told_it_in_words_with_an_example(name, column, seeds):
    dataset = all_datasets()[name]
    pattern = next(one.statistics["pattern"] for one in dataset.fields[column].checks if "pattern" in one.statistics)
    wrong = "no such form, é" * 3  # longer than a form of any words is, too
    assert not re.match(pattern, wrong)
    rows = seeds[name].reindex([0]).assign(**{column: wrong})
    found = [one for one in check(rows, dataset, seeds) if one.code == FORM]
    assert [one.column for one in found] == [column]
    sentence = found[0].sentence()
    example = sentence.rpartition("such as ")[2].removesuffix(". Correct it.").partition(" or ")[0]
    assert re.match(pattern, example), sentence
    assert not REGULAR.search(sentence)


@pytest.mark.parametrize("name", all_datasets())
def test_no_code_that_lost_its_zeros_becomes_another_row(name, seeds):
    """Every code of digits, as a program that takes it for a number writes it: back as it was, or left to be refused."""
    dataset, held = all_datasets()[name], seeds[name]
    columns = [one for one in dataset.columns if one in dataset.key and held[one].dtype == "str"]
    for column in columns:
        codes = [code for code in held[column].dropna().unique() if code.isdigit() and code.startswith("0")]
        typed = {code: str(int(code)) for code in codes if int(code)}
        if not typed:
            continue
        rows = held.drop_duplicates(column).set_index(column, drop=False).loc[list(typed)].astype("str").fillna("")
        back, _notes = repaired(rows.assign(**{column: list(typed.values())}), dataset, held)
        answers = dict(zip(typed, back[column], strict=True))
        wrong = {code: got for code, got in answers.items() if got not in (code, typed[code])}
        assert not wrong
        assert sum(got == code for code, got in answers.items()) >= 0.9 * len(answers), f"{name}.{column}"


@pytest.mark.parametrize("typed", ["1", "01.0", "1.0E+00", "1.00e0"])
def test_a_chapter_that_lost_its_zero_is_the_one_held(seeds, typed):
    held = seeds["trade_us_imports"]
    rows = held.query("code == '01' and grouping == 'hs2'").head(1).astype("str").fillna("").assign(code=typed)
    back, notes = repaired(rows, all_datasets()["trade_us_imports"], held)
    assert list(back["code"]) == ["01"] and "it is read as 01" in notes[0].sentence()


def test_chapters_that_lost_their_zeros_change_the_rows_held(ledger, seeds):
    rows = seeds["trade_us_imports"].query("code < '10' and grouping == 'hs2' and origin == 'CAN'")
    rows = rows.assign(code=rows["code"].str.lstrip("0"), value=1.0)
    proposal = proposed(ledger, csv_of(rows), "trade_us_imports", source=None)
    assert not proposal.problems, told(proposal)
    assert proposal.counts()["trade_us_imports"] == {"added": 0, "changed": len(rows), "removed": 0}


@pytest.mark.parametrize("typed", ["001", "1a", "999", "chapter 1"])
def test_a_chapter_of_another_form_is_refused(seeds, typed):
    rows = seeds["trade_us_imports"].query("code == '01' and grouping == 'hs2'").head(1).assign(code=typed)
    found = check(rows, all_datasets()["trade_us_imports"], seeds)
    assert "An HS chapter is two digits, such as 01." in {one.rule for one in found}


def test_an_edition_that_became_a_date_is_read_as_its_month(seeds):
    typed = {"2026-07-01": 7, "2026-07-01 00:00": 7, "2026-07-01T00:00:00": 7}
    for language, width in product(("en", "en_CA", "fr", "fr_CA"), ("abbreviated", "wide")):
        for number, name in Locale.parse(language).months["format"][width].items():
            typed |= {f"{name}-26": number, f"{name} 2026": number, f"{name.rstrip('.')}-26": number}
    rows = seeds["spending"].head(len(typed)).astype("str").assign(edition=list(typed))
    back, notes = repaired(rows, all_datasets()["spending"], seeds["spending"])
    assert dict(zip(typed, back["edition"], strict=True)) == {one: f"2026-{month:02}" for one, month in typed.items()}
    assert len(notes) == len(typed) and "is read as 2026-07" in notes[0].sentence()


def test_editions_that_are_no_month_are_one_problem_with_the_form(ledger):
    typed = ("46204", "2026-07-15", "07/2026", "2026", "26-07-2026", "summer")
    rows = (f"NATO,{edition},CAN,2026,{SHARE},2.14\n" for edition in typed)
    (problem,) = proposed(ledger, HEADER + "".join(rows)).problems
    assert (problem.code, problem.column, problem.values) == (FORM, "edition", typed)
    assert "a year and month, such as 2026-07" in problem.sentence()
