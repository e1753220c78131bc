"""Who may look and who may change figures, as the operator set it: rules on what a sign-in says about a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.settings import Settings, variable

log = logging.getLogger(__name__)

ANYONE, SIGNED_IN = "anyone", "signed-in"
HOW = "Give e-mail addresses, domains such as @example.org, or claims such as groups=ledger-editors."


@dataclass(frozen=True)
class Person:
    """Somebody signed in: the claims of the ID token, what identifies this sign-in, and when the token ends (epoch s)."""

    claims: Mapping[str, Any]
    fingerprint: str
    token_ends_at: float

    @property
    def name(self) -> str:
        """What the audit log and releases call the person: nothing that people choose when their e-mail is unverified."""
        if self.claims.get("email") and not self.email:
            return f"{self.claims.get('sub') or '?'} ({self.claims.get('iss') or '?'})"
        names = (self.claims.get(claim) for claim in ("email", "preferred_username", "name", "sub"))
        return str(next(filter(None, names), "?"))

    @property
    def email(self) -> str:
        """The e-mail address in small letters; none when the provider says that it is not verified."""
        verified = self.claims.get("email_verified", True)
        return str(self.claims.get("email") or "").lower() if verified in (True, "true") else ""


@dataclass(frozen=True)
class Rule:
    """One item of a list: an e-mail address, a domain (`@example.org`) or a claim with the value it must have or hold."""

    value: str
    claim: str | None = None

    def fits(self, person: Person) -> bool:
        if self.claim:
            claim = person.claims.get(self.claim)
            values = claim if isinstance(claim, list) else [] if claim is None else [claim]
            return self.value in map(str, values)
        if self.value.startswith("@"):
            return person.email.endswith(self.value) and person.email.count("@") == 1
        return person.email == self.value


def rules(text: str, name: str) -> tuple[Rule, ...]:
    """The rules in a list by comma, space or line; after `#` a line is a comment. Raises ValueError with a sentence."""
    items = re.split(r"[,\s]+", re.sub(r"#[^\n]*", "", text).strip())
    return tuple(_rule(item, name) for item in items if item)


def _rule(item: str, name: str) -> Rule:
    claim, equals, value = item.partition("=")
    if equals and claim and value:
        return Rule(value, claim)
    if equals or not re.fullmatch(r"[^@]*@[^@]+\.[^@]+|[^@]+@[^@]+", item):
        raise ValueError(f"{name} holds “{item}”. {HOW}")
    return Rule(item.lower())


@dataclass(frozen=True)
class Roles:
    """What the operator set. `editors_file` is read at every question, so that a change counts without a restart."""

    editors: tuple[Rule, ...] = ()
    editors_file: Path | None = None
    viewers: str | tuple[Rule, ...] = ANYONE
    hours: float = 8.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Roles:
        """A list that can not be understood, or a file that can not be read, stops the start with a sentence."""
        viewers = settings.viewers
        try:
            roles = cls(
                rules(settings.editors, variable("editors")),
                settings.editors_file,
                viewers if viewers in (ANYONE, SIGNED_IN) else rules(viewers, variable("viewers")),
                settings.sign_in_hours,
            )
            roles.all_editors()
        except (ValueError, OSError) as error:
            raise SystemExit(str(error)) from None
        return roles

    def all_editors(self) -> tuple[Rule, ...]:
        """Raises OSError or ValueError when the file of editors can not be read."""
        if self.editors_file is None:
            return self.editors
        return self.editors + rules(self.editors_file.read_text(encoding="utf-8"), str(self.editors_file))

    def claims(self) -> dict[str, set[str]]:
        """The claims that the rules look at, with the values they look for."""
        listed = self._editors() + (() if isinstance(self.viewers, str) else self.viewers)
        values: dict[str, set[str]] = {}
        for rule in listed:
            if rule.claim:
                values.setdefault(rule.claim, set()).add(rule.value)
        return values

    def may_edit(self, person: Person) -> bool:
        return any(rule.fits(person) for rule in self._editors())

    def _editors(self) -> tuple[Rule, ...]:
        """A list that can not be read makes nobody an editor."""
        try:
            return self.all_editors()
        except (OSError, ValueError):
            log.exception("the list of editors can not be read: nobody may edit")
            return ()

    def may_view(self, person: Person | None) -> bool:
        if self.viewers == ANYONE:
            return True
        if person is None or isinstance(self.viewers, str):
            return person is not None
        return any(isinstance(rule, Rule) and rule.fits(person) for rule in self.viewers) or self.may_edit(person)
