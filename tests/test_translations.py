"""Every text a reader can see has a Canadian French translation that fits it."""

import ast
import string
from functools import cache
from pathlib import Path

import pytest

from dashboard.language import catalogue

ROOT = Path(__file__).resolve().parents[1]


@cache
def texts() -> dict[str, str]:
    """Every marked text and the file it stands in. Read from the syntax tree: gettext's own tools miss f-strings."""
    found = {}
    for room in ("etl", "policy", "dashboard", "pages"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                marked = isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("_", "N_")
                if marked and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value:
                    found.setdefault(node.args[0].value, str(path.relative_to(ROOT)))
    return found


def fields(text: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0]
        for _literal, name, _spec, _conversion in string.Formatter().parse(text)
        if name
    }


def test_texts_are_found():
    assert len(texts()) > 100


def test_every_text_is_translated():
    missing = [f"{file}: {text!r}" for text, file in texts().items() if text and text not in catalogue("fr")]
    assert not missing, f"{len(missing)} texts without French:\n" + "\n".join(missing)


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard/locales/fr").glob("*.po")), ids=lambda path: path.name)
def test_a_catalogue_holds_what_is_used(path):
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        stale = [message.id for message in read_po(file) if message.id and message.id not in texts()]
    assert not stale, f"no longer in the source: {stale}"


def test_translations_keep_the_parameters():
    wrong = [text for text, french in catalogue("fr").items() if fields(text) != fields(french)]
    assert not wrong


def test_french_keeps_a_no_break_space_before_per_cent():
    wrong = [french for french in catalogue("fr").values() if " %" in french or (" :" in french and "::" not in french)]
    assert not wrong
