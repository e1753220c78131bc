"""Every text a reader can see has a Canadian French translation that fits it."""

import csv
import re
import string

import pytest
import texts
from conftest import ROOT


def fields(text: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0]
        for _literal, name, _spec, _conversion in string.Formatter().parse(text)
        if name
    }


def all_fields(text: texts.Text) -> set[str]:
    return fields(text) if isinstance(text, str) else set().union(*map(fields, text))


TRANSLATED = texts.translated()
STRAIGHT = re.compile(r"\w'")


@pytest.mark.slow
def test_texts_are_found():
    assert len(texts.used()) > 100


def test_every_text_is_translated():
    missing = [f"{files[0]}: {text!r}" for text, files in texts.used().items() if text not in TRANSLATED]
    assert not missing, f"{len(missing)} texts without French (`make texts` lists them):\n" + "\n".join(missing)


@pytest.mark.parametrize("path", texts.catalogues(), ids=lambda path: path.name)
def test_a_catalogue_holds_what_is_used(path):
    stale = [message.id for message in texts.messages(path) if texts.text_of(message) not in texts.used()]
    assert not stale, f"no longer in the source (`make texts` removes them): {stale}"


def test_a_catalogue_names_files_that_are_there():
    named = {
        file for path in texts.catalogues() for message in texts.messages(path) for file, _line in message.locations
    }
    assert named, "no entry says where its text stands"
    gone = sorted(file for file in named if not (texts.ROOT / file).is_file())
    assert not gone, f"moved or gone (`make texts` writes where they are now): {gone}"


def test_translations_keep_the_parameters():
    wrong = [text for text, french in TRANSLATED.items() if all_fields(text) != all_fields(french)]
    assert not wrong


def test_french_keeps_a_no_break_space_before_per_cent():
    forms = [form for forms in TRANSLATED.values() for form in forms]
    assert not [french for french in forms if " %" in french or (" :" in french and "::" not in french)]
    assert not [french for french in forms if "« " in french or " »" in french]


def test_french_has_typographic_apostrophes_alone():
    """As the language offices ask; two kinds in one text look like a mistake."""
    forms = [form for forms in TRANSLATED.values() for form in forms]
    assert not [french for french in forms if STRAIGHT.search(french)]


@pytest.mark.parametrize("path", sorted((texts.ROOT / "seeds").glob("*.csv")), ids=lambda path: path.stem)
def test_french_columns_of_seeds_have_typographic_apostrophes_and_no_break_spaces(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row, name) for row in csv.DictReader(file) for name in row if name.endswith("_fr")]
    assert not [row[name] for row, name in rows if STRAIGHT.search(row[name])]
    assert not [row[name] for row, name in rows if re.search("« | »| %| :( |$)| [GM]\\$", row[name])]


def test_new_texts_are_added_to_translate_and_unused_ones_go(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "CATALOGUES", tmp_path)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"'
    stays, unused = 'msgid "Stays"\nmsgstr "Reste"', '#: gone.py\nmsgid "Gone"\nmsgstr "Parti"'
    (tmp_path / "one.po").write_text(f"{header}\n\n{stays}\n\n#: merged.py\n\n{unused}\n", encoding="utf-8")
    (tmp_path / "two.po").write_text(header + "\n", encoding="utf-8")
    plural = ("{n} day", "{n} days")
    monkeypatch.setattr(
        texts, "used", lambda: {"Stays": ["etl/a.py"], 'A "new" one': ["etl/a.py"], plural: ["etl/b.py"]}
    )
    texts.refresh()
    assert {message.id: message.string for message in texts.messages(tmp_path / "one.po")} == {
        "Stays": "Reste",
        'A "new" one': "",
        plural: ("", ""),
    }
    assert texts.translated() == {"Stays": ("Reste",)}
    assert not texts.messages(tmp_path / "two.po")


def test_pages_leave_the_colon_between_a_name_and_its_value_to_the_language():
    pages = [*(ROOT / "dashboard/web/share/templates").glob("*.html")]
    assert pages and not [page.name for page in pages if re.search(r"\}\}: \{", page.read_text(encoding="utf-8"))]
