"""Texts that are written here and translated where they are shown.

The write side and the rules know no language: they hand out English templates with parameters. `N_` marks a template
for extraction; `Message` carries it with its parameters to the place that knows the reader's language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]


def N_(template: str) -> str:  # the name gettext tools look for
    """Mark `template` as text to translate later; returns it unchanged."""
    return template


CONTEXT = "\x04"  # gettext's own: between what a word is said of and the word


def NC_(of: str, template: str) -> str:  # the name gettext tools look for
    """Mark a text that another language says otherwise by what it is said of: "met" of a deadline, of a pledge."""
    return f"{of}{CONTEXT}{template}"


def untranslated(template: str) -> str:
    return template.rpartition(CONTEXT)[2]


@dataclass(frozen=True)
class Message:
    """An English template and its parameters, messages among them; `text(translate)` is the sentence in a language."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate = untranslated) -> str:
        told = {name: one.text(translate) if isinstance(one, Message) else one for name, one in self.params.items()}
        return translate(self.template).format(**told)

    def as_json(self) -> dict[str, Any]:
        """As it is kept, to be told later in whatever language: what is no text, number or message becomes text."""
        plain = {name: one if isinstance(one, (int, float)) else str(one) for name, one in self.params.items()}
        nested = {name: one.as_json() for name, one in self.params.items() if isinstance(one, Message)}
        return {"template": self.template, "params": plain | nested}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Message":
        params = {name: cls.of(one) if isinstance(one, dict) else one for name, one in kept["params"].items()}
        return cls(kept["template"], params)


def joined(mark: str, parts: Sequence[str | Message]) -> Message:
    """The parts one after another, with `mark` between two."""
    params = {f"part{number}": part for number, part in enumerate(parts)}
    return Message(mark.join(f"{{{name}}}" for name in params), params)
