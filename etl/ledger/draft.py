"""A draft: what would become a release, and what became of it so far.

Its state is never written down: it follows from its steps, each of which names the hash of the content it was about. So
what is changed after an approval is not approved, whoever changed it and from whichever page.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Required, TypedDict

from etl.contract import Problem
from etl.ledger.release import EDITED_BY, MESSAGES
from etl.message import N_, Message

MADE, CHANGED, SUBMITTED, APPROVED = "made", "changed", "submitted", "approved"
RETURNED, WITHDRAWN, PUBLISHED = "returned", "withdrawn", "published"
OPEN = "open"
"""The state of a draft that waits for its author; the others are called as the step that led there."""
WORDS = {
    OPEN: N_("open"), MADE: N_("made"), CHANGED: N_("edited"), SUBMITTED: N_("submitted"), APPROVED: N_("approved"),
    RETURNED: N_("sent back"), WITHDRAWN: N_("withdrawn"), PUBLISHED: N_("published"),
}  # fmt: skip
LANGUAGES = ("en", "fr")
PUBLIC_FROM, EARLY_READERS = "public_from", "early_readers"  # in a release's `extra`


@dataclass(frozen=True)
class Actor:
    """Who takes a step: the name people read, from where, and the sign-in's own name of the person where there is one."""

    name: str
    where: str
    subject: str = ""

    def is_person(self, name: str, subject: str) -> bool:
        """Whether it is the same person, under the same name or the same sign-in."""
        return self.name.casefold() == name.casefold() or bool(self.subject and self.subject == subject)


@dataclass(frozen=True)
class Warned:
    """A kind of warning of the checklist by its first case, how many more there are, and the reason why it may stand;
    empty while nobody gave one."""

    problem: Problem
    more: int = 0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        one = self.problem
        kept = {"dataset": one.dataset, "rule": one.rule, "row": one.row, "column": one.column, "value": one.value}
        params = {name: told.text() if isinstance(told, Message) else told for name, told in one.params.items()}
        return kept | {
            "params": params,
            "remedy": one.remedy,
            "code": one.code,
            "more": self.more,
            "reason": self.reason,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Warned":
        problem = Problem(**{name: value for name, value in kept.items() if name not in ("more", "reason")})
        return cls(problem, kept["more"], kept["reason"])

    @classmethod
    def each_kind(cls, warnings: Iterable[Problem], reasons: Mapping[str, str]) -> tuple["Warned", ...]:
        """One of each kind; `reasons` by the rule that it breaks, or by the name by which it can be accepted."""
        kinds: dict[str, list[Problem]] = {}
        for one in warnings:
            kinds.setdefault(one.rule, []).append(one)
        reason = {rule: reasons.get(rule) or reasons.get(alike[0].code, "") for rule, alike in kinds.items()}
        return tuple(cls(alike[0], len(alike) - 1, reason[rule]) for rule, alike in kinds.items())


class HandedIn(TypedDict, total=False):
    """What whoever publishes, or keeps as a draft, says beside the tables; `actor` is who they are."""

    author: Required[str]
    message: Required[str]
    base: int | None
    extra: Mapping[str, Any] | None
    warnings: Sequence[Warned]
    actor: Actor


@dataclass(frozen=True)
class Content:
    """All that an approval is about. `tables`: the hash of each table that would change, by dataset; `base`: the number
    of the release they were made from; `extra`: what the release would keep beside them.

    `public_from`: when it is to be published (ISO, with zone), empty for at once; `zone`: as its author chose it.
    `announced`: what the public calendar says of it by language, nothing for not at all. `readers`: who may look before,
    names by e-mail address, from `readers_from` on (empty: at once)."""

    base: int
    author: str
    messages: Mapping[str, str]
    tables: Mapping[str, str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Warned] = ()
    public_from: str = ""
    zone: str = ""
    announced: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    readers_from: str = ""

    def as_json(self) -> str:
        kept = asdict(self) | {"warnings": [one.as_json() for one in self.warnings]}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)

    @classmethod
    def of(cls, text: str) -> "Content":
        kept = json.loads(text)
        return cls(**kept | {"warnings": tuple(Warned.of(one) for one in kept["warnings"])})

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @property
    def without_reason(self) -> list[Warned]:
        """The warnings that nobody has given a reason for."""
        return [one for one in self.warnings if not one.reason.strip()]

    @property
    def lacking_languages(self) -> list[str]:
        """The languages in which the message is not said."""
        return [code for code in LANGUAGES if not self.messages.get(code, "").strip()]

    @property
    def moment(self) -> datetime | None:
        """When it is to be published (UTC); None for at once."""
        return datetime.fromisoformat(self.public_from).astimezone(UTC) if self.public_from else None

    def may_read(self, address: str, now: datetime) -> bool:
        """Whether who signed in with this verified e-mail address may look at it now."""
        begins = datetime.fromisoformat(self.readers_from) if self.readers_from else now
        return address.casefold() in {one.casefold() for one in self.readers} and begins <= now

    def completed_by(self, name: str) -> "Content":
        """The same, with one more person who completed its rows."""
        return replace(self, extra={**self.extra, EDITED_BY: [*dict.fromkeys((*self.extra.get(EDITED_BY, ()), name))]})

    def as_extra(self) -> dict[str, Any]:
        """What the release keeps: who could look before, too, by name and since when."""
        kept = {**self.extra, MESSAGES: {code: text for code, text in self.messages.items() if text.strip()}}
        if self.public_from:
            kept[PUBLIC_FROM] = self.public_from
        if self.readers:
            kept[EARLY_READERS] = {"names": sorted(self.readers.values()), "from": self.readers_from}
        return kept


@dataclass(frozen=True)
class Step:
    """What was done to a draft: when (UTC), by whom, from where, about which content; `detail` is a reason."""

    at: datetime
    who: str
    subject: str
    where: str
    what: str
    sha256: str
    detail: str = ""

    @classmethod
    def by(cls, actor: Actor, what: str, sha256: str, detail: str = "") -> "Step":
        """A step that is taken now."""
        return cls(datetime.now(UTC).replace(tzinfo=None), actor.name, actor.subject, actor.where, what, sha256, detail)


@dataclass(frozen=True)
class Draft:
    """A draft with its steps, the oldest first."""

    key: str
    content: Content
    steps: tuple[Step, ...]

    @property
    def made_at(self) -> datetime:
        return self.steps[0].at.replace(tzinfo=UTC)

    @property
    def state(self) -> str:
        """`open`, or the step that counts: what was submitted or approved is so no more when the content is another."""
        last = self.steps[-1].what
        if last in (WITHDRAWN, PUBLISHED):
            return last
        return last if last in (SUBMITTED, APPROVED) and self.steps[-1].sha256 == self.content.sha256 else OPEN

    @property
    def is_over(self) -> bool:
        return self.state in (WITHDRAWN, PUBLISHED)

    @property
    def returned_because(self) -> str:
        """Why it came back to its author; empty when it did not."""
        told = [step for step in self.steps if step.what in (RETURNED, SUBMITTED)]
        return told[-1].detail if told and told[-1].what == RETURNED else ""

    def is_of(self, actor: Actor) -> bool:
        """Whether the person had a hand in it: made, changed or submitted it."""
        mine = [step for step in self.steps if step.what in (MADE, CHANGED, SUBMITTED)]
        return any(actor.is_person(step.who, step.subject) for step in mine)

    def is_cleared(self, *, by_another: bool) -> bool:
        """Whether it may be published as it is now: approved and, where that is required, by somebody without a hand in it."""
        if self.state != APPROVED:
            return False
        step = self.steps[-1]
        return not (by_another and self.is_of(Actor(step.who, step.where, step.subject)))
