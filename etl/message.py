"""Texts that are written here and translated where they are shown.

The write side and the rules know no language: they hand out English templates with parameters. `N_` marks a template
for extraction; `Message` carries it with its parameters to the place that knows the reader's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]


def N_(template: str) -> str:  # the name gettext tools look for
    """Mark `template` as text to translate later; returns it unchanged."""
    return template


def untranslated(template: str) -> str:
    return template


@dataclass(frozen=True)
class Message:
    """An English template and its parameters, messages among them; `text(translate)` is the sentence in a language."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate = untranslated) -> str:
        told = {name: one.text(translate) if isinstance(one, Message) else one for name, one in self.params.items()}
        return translate(self.template).format(**told)
