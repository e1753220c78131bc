"""The texts a reader can see, in the source and in the French catalogues. ``python tests/texts.py`` brings these up to date:
new texts are added, to be translated, to the catalogue that holds most of their module's; texts no longer used go."""

import ast
import io
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import normalize, read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "dashboard" / "locales" / "fr"
MARKS = {"_": 1, "N_": 1, "NC_": 2, "ngettext": 2}  # how many of the first arguments are texts
CONTEXT = "\x04"  # as in `etl.message`: between what a word is said of and the word

Text = str | tuple[str, ...]
"""A text, or its singular and plural."""


@cache
def used() -> dict[Text, list[str]]:
    """Every marked text and the files it stands in. Read from the syntax tree: gettext's own tools miss f-strings."""
    found: dict[Text, list[str]] = {}
    for room in ("etl", "policy", "dashboard", "pages"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = _marked(node)
                if text and (file := str(path.relative_to(ROOT))) not in found.setdefault(text, []):
                    found[text].append(file)
    return found


def _marked(node: ast.AST) -> Text | None:
    if not isinstance(node, ast.Call):
        return None
    count = MARKS.get(getattr(node.func, "id", ""), 0)
    texts = [argument.value for argument in node.args[:count] if isinstance(argument, ast.Constant)]
    if not texts or len(texts) < count or not texts[0]:
        return None
    if getattr(node.func, "id", "") == "NC_":
        return CONTEXT.join(texts)
    return texts[0] if count == 1 else tuple(texts)


def catalogues() -> list[Path]:
    return sorted(CATALOGUES.glob("*.po"))


def messages(path: Path) -> list[Message]:
    """The entries of a catalogue, its header left out."""
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def text_of(message: Message) -> Text:
    """What an entry translates, with its context."""
    return f"{message.context}{CONTEXT}{message.id}" if message.context else message.id


def translated() -> dict[Text, tuple[str, ...]]:
    """Every text that has French, and its French: one form, or singular and plural."""
    forms = {text_of(message): _forms(message.string) for path in catalogues() for message in messages(path)}
    return {text: french for text, french in forms.items() if all(french)}


def _forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def refresh() -> None:
    """Write what is used into the catalogues, and nothing else; what is translated stays as it stands."""
    known = {text_of(message): path for path in catalogues() for message in messages(path)}
    new = {text: _home(text, known) for text in used() if text not in known}
    for path in catalogues():
        header, *entries = path.read_text(encoding="utf-8").strip().split("\n\n")
        once = {_id(entry): entry for entry in reversed(entries)}  # a merge may have brought a text twice
        kept = [_placed(entry) for entry in entries if _id(entry) in used() and once.pop(_id(entry), None)]
        added = [_entry(text) for text in sorted(new, key=str) if new[text] == path]
        path.write_text("\n\n".join([header, *kept, *added]) + "\n", encoding="utf-8")
        gone = len(entries) - len(kept)
        if added or gone:
            sys.stdout.write(f"{path.name}: {len(added)} to translate, {gone} no longer used\n")


def _home(text: Text, known: dict[Text, Path]) -> Path:
    """The catalogue that holds most texts of the files this one stands in, else of their folder."""
    for near in (lambda file: file, lambda file: str(Path(file).parent)):
        here = {near(file) for file in used()[text]}
        count = Counter(known[t] for t, files in used().items() if t in known and here & {near(f) for f in files})
        if count:
            return count.most_common(1)[0][0]
    return CATALOGUES / "dashboard.po"


def _id(entry: str) -> Text | None:
    """The text of an entry; None where a merge left a comment alone."""
    return next((text_of(message) for message in read_po(io.BytesIO(entry.encode())) if message.id), None)


def _placed(entry: str) -> str:
    """The entry with the files its text stands in now."""
    rest = [line for line in entry.split("\n") if not line.startswith("#:")]
    return "\n".join(["#: " + " ".join(used()[_id(entry)]), *rest])


def _entry(text: Text) -> str:
    context, *ids = text.split(CONTEXT) if isinstance(text, str) and CONTEXT in text else ("", *_forms(text))
    lines = [f"msgctxt {normalize(context)}"] if context else []
    lines += [f"{name} {normalize(part, width=0)}" for name, part in zip(("msgid", "msgid_plural"), ids, strict=False)]
    empty = ['msgstr ""'] if len(ids) == 1 else ['msgstr[0] ""', 'msgstr[1] ""']
    return _placed("\n".join([*lines, *empty]))


if __name__ == "__main__":
    refresh()
