"""Codes and what they are called stand in one place, and every code that the ledger holds is called something."""

import ast

import pytest
from conftest import ROOT

from dashboard import labels
from dashboard.language import spoken
from etl import vocabulary
from etl.datasets import all_datasets
from etl.datasets.spending import MEASURES

KINDS = {name: codes for name, codes in vars(vocabulary).items() if isinstance(codes, dict) and name.isupper()}
NAMED = {
    ("sources", "trust"): "trust",
    ("deadlines", "outcome"): "outcome",
    ("deadlines", "topic"): "topic",
    ("pledges", "kind"): "pledge_kind",
    ("pledges", "status"): "goal_status",
    ("pledges", "measure"): "measure",
    ("targets", "measure"): "measure",
    ("spending", "measure"): "measure",
    ("tariff_events", "event"): "event",
    ("tariff_events", "role"): "role",
    ("tariff_events", "rate_kind"): "rate_kind",
    ("tariff_events", "trust"): "trust",
    ("tariff_lines", "role"): "role",
    ("tariff_measures", "programme"): "programme",
    ("tariff_measures", "role"): "role",
    ("tariff_steps", "act"): "event",
    ("tariff_steps", "rate_kind"): "rate_kind",
    ("tariff_steps", "trust"): "trust",
}


def test_every_unit_of_the_seeds_is_said_in_french(seeds):
    held = set().union(*(table["unit"].dropna() for table in seeds.values() if "unit" in table))
    with spoken("fr"):
        assert sorted(unit for unit in held if labels.of("unit", unit) == unit and unit != "%") == []


@pytest.mark.parametrize(("dataset", "column"), NAMED)
def test_every_code_a_dataset_allows_is_called_something(dataset, column):
    checks = all_datasets()[dataset].fields[column].checks
    (allowed,) = [
        check.statistics["allowed_values"] for check in checks if "allowed_values" in (check.statistics or {})
    ]
    kind = NAMED[dataset, column]
    assert [code for code in allowed if code not in labels.WORDS[kind]] == []


def test_every_measure_has_a_unit_and_bounds():
    assert list(vocabulary.MEASURES) == list(vocabulary.UNITS)
    assert set(MEASURES) <= set(vocabulary.MEASURES)


def lists(tree: ast.AST, is_contract: bool):
    """(line, constants) of every dictionary of labels and, in contracts, every tuple, list or set of constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and all(isinstance(one, ast.Call) for one in node.values):
            items = node.keys
        else:
            items = node.elts if is_contract and isinstance(node, ast.Tuple | ast.List | ast.Set) else []
        if items and all(isinstance(item, ast.Constant) for item in items):
            yield node.lineno, {item.value for item in items}


@pytest.mark.slow
def test_no_other_module_lists_the_codes_again():
    """Pages may give each code a colour or an order; none labels them again, and no dataset says again which there are."""
    again = []
    for path in (path for room in ("etl", "policy", "dashboard") for path in (ROOT / room).rglob("*.py")):
        if path != ROOT / "etl" / "vocabulary.py":
            for line, constants in lists(
                ast.parse(path.read_text(encoding="utf-8")), is_contract=ROOT / "etl" in path.parents
            ):
                again += [
                    f"{path.relative_to(ROOT)}:{line} lists {kind}"
                    for kind, codes in KINDS.items()
                    if len(codes) > 2 and constants >= set(codes)
                ]
    assert again == []
