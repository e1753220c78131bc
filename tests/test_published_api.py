"""Whatever the API ever gave out is still there: every address, parameter and field. More may come, nothing goes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

PUBLISHED = set((Path(__file__).parent / "links" / "published_api.txt").read_text(encoding="utf-8").splitlines())
"""`path`, `path ?parameter` and `path field.of.the[].answer`, a line each. A release adds its new ones."""
PATH = {"before": "1", "after": "1"}
"""What stands in an address for a name in braces."""
DAYS = {"on": "2026-10-10", "known": "2026-10-10"}
"""Asked where an answer depends on the day: the same fields are found on every day."""
MORE: dict[str, list[dict[str, str]]] = {
    "/api/v1/tariffs/rate": [{"hs": "7308.90.30"}, {"hs": "7308"}, {"product": "cars", "usmca": "no"}],
    "/api/v1/tariffs/history": [{"hs": "7308.90.30"}],
    "/c/spending-revisions.json": [{"revisions": "matrix"}],
}
"""Other questions to an address, whose answers have fields of their own."""
NEEDED = {
    "/api/v1/find": {"q": "lumbr zorgle from Canada on 1 Dec as known in October"},
    "/api/v1/origin": {"dataset": "targets", "target_id": "hague-3.5"},
    "/api/v1/check": {"text": "Canada spent 1.76 % of GDP on defence in 2025"},
}
"""What must be said to an address."""
QUESTIONS = {
    "/api/v1/tariffs/rates": [{"hs": "7308.90.30", **DAYS}, {"product": "cars", **DAYS}, {"product": "nothing"}]
}
"""The questions in the body of an address that is asked with one."""
BY_NAME = ("changed", "datasets")
"""Fields that hold one thing a dataset, by its name."""
DIFF = "/api/v1/releases/{before}/diff/{after}"


@pytest.fixture(scope="module")
def given_out(served) -> set[str]:
    """The lines of today."""
    paths = requests.get(f"{served.url}/api/v1/openapi.json", timeout=120).json()["paths"]
    lines = set()
    for path, methods in paths.items():
        method, operation = next(iter(methods.items()))
        names = [parameter["name"] for parameter in operation["parameters"]]
        lines |= {path, *(f"{path} ?{name}" for name in names)}
        if method == "post":
            answer = requests.post(served.url + path, json={"questions": QUESTIONS[path]}, timeout=120)
            assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
            lines |= {f"{path} {field}" for field in fields(answer.json())}
        elif "application/json" in operation["responses"]["200"]["content"]:
            days = {name: day for name, day in DAYS.items() if name in names}
            for query in ({}, *MORE.get(path, ())):
                answer = requests.get(
                    served.url + path.format_map(PATH), days | query | NEEDED.get(path, {}), timeout=120
                )
                assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
                lines |= {f"{path} {field}" for field in fields(answer.json())}
    refused = requests.get(f"{served.url}/api/v1/tariffs/rate?product=nothing", timeout=120)
    return lines | {f"{refused.headers['content-type']} {field}" for field in fields(refused.json())}


def fields(value: Any, at: str = "") -> Iterator[str]:
    """The address of every field inside a JSON value; the elements of a list share one, and so do those of `BY_NAME`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = ".".join(filter(None, (at, "*" if at.rpartition(".")[2] in BY_NAME else name)))
            yield here
            yield from fields(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{at}[]")


def fields_given_out(path: str) -> set[str]:
    """The fields that an address ever gave out."""
    lines = (line.removeprefix(f"{path} ") for line in PUBLISHED if line.startswith(f"{path} "))
    return {field for field in lines if not field.startswith("?")}


@pytest.mark.slow
def test_nothing_that_was_given_out_is_gone(given_out):
    elsewhere = {f"{DIFF} {field}" for field in fields_given_out(DIFF)}  # with two releases: tests/test_api.py
    lost = PUBLISHED - given_out - elsewhere
    assert not lost, "gone from the API:\n" + "\n".join(sorted(lost))
