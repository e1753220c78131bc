"""Whatever the API ever gave out is still there: every address, parameter and field. More may come, nothing goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

PUBLISHED = Path(__file__).parent / "links" / "published_api.txt"
"""`path`, `path ?parameter` and `path field.of.the[].answer`, a line each. A release adds its new ones."""
ANY = {"before": "1", "after": "1", "release": "1", "number": "1"}
"""What stands in an address for a name in braces."""


@pytest.fixture(scope="module")
def given_out(served) -> set[str]:
    """The lines of today."""
    paths = requests.get(f"{served.url}/api/v1/openapi.json", timeout=120).json()["paths"]
    lines = set()
    for path, methods in paths.items():
        operation = methods["get"]
        lines |= {path, *(f"{path} ?{parameter['name']}" for parameter in operation["parameters"])}
        if "application/json" in operation["responses"]["200"]["content"]:
            answer = requests.get(served.url + path.format_map(ANY), timeout=120)
            assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
            lines |= {f"{path} {field}" for field in fields(answer.json())}
    return lines


def fields(value: object, at: str = "") -> Iterator[str]:
    """The address of every field inside a JSON value; the elements of a list share one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{at}.{name}" if at else name
            yield here
            yield from fields(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{at}[]")


def test_nothing_that_was_given_out_is_gone(given_out):
    lost = set(PUBLISHED.read_text(encoding="utf-8").splitlines()) - given_out
    assert not lost, "gone from the API:\n" + "\n".join(sorted(lost))
