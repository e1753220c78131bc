"""What a link to a chart can say: its parameters, and the codes they may hold in a release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Self, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dashboard import labels
from dashboard.language import _, alphabetical, localized
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings import days
from etl.vocabulary import AGGREGATES

PROPOSED_FOR = {"path-2.5": "CAN"}
"""Targets that were proposed for one country: no other country's figures are measured by them unasked."""


@dataclass(frozen=True)
class Choices:
    """Annotation of a field: the codes it may hold are what this query finds in a release, in that order.

    `kind` says how a code is named to people (see `labels.of`), unless the query names them itself in columns
    `label` and `label_fr`.
    """

    kind: str
    query: str

    def codes(self, snapshot: Snapshot) -> list[Any]:
        return _rows_of(snapshot, self.query).iloc[:, 0].tolist()

    def names(self, snapshot: Snapshot) -> dict[Any, str]:
        """Codes and what they are called in the reader's language; countries in its alphabet, aggregates after them."""
        table = _rows_of(snapshot, self.query)
        codes = table.iloc[:, 0]
        own = localized("label")
        names = table[own] if own in table else [labels.of(self.kind, code) for code in codes]
        named = dict(zip(codes, names, strict=True))
        if self.kind != "country":
            return named
        return dict(sorted(named.items(), key=lambda pair: (pair[0] in AGGREGATES, alphabetical(pair[1]))))


@lru_cache(maxsize=256)
def _rows_of(snapshot: Snapshot, query: str) -> pd.DataFrame:
    return snapshot.sql(query)  # a release never changes


ALLIES = Choices("country", "SELECT iso3 FROM countries WHERE joined_nato_on IS NOT NULL ORDER BY iso3")
REPORTERS = Choices(
    "country",
    "SELECT DISTINCT s.iso3, c.iso3 IS NULL AS aggregate FROM spending s LEFT JOIN countries c USING (iso3) ORDER BY aggregate, s.iso3",
)
MEASURES = Choices("measure", "SELECT DISTINCT measure FROM spending WHERE publisher = 'NATO' ORDER BY measure")
NATO_EDITIONS = Choices("edition", "SELECT edition FROM editions WHERE publisher = 'NATO' ORDER BY published_on DESC")
TARGETS = Choices(
    "target", "SELECT target_id, label, label_fr FROM targets WHERE measure = 'share_of_gdp_pct' ORDER BY value_pct"
)


class ChartParams(BaseModel):
    """What a link to a chart can say. Field names are public: they stand in every link ever shared. Values are codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    NOT_STARTED_FROM: ClassVar[frozenset[str]] = frozenset()
    """Home countries that a chart does not start from where a link says nothing."""

    @field_validator(
        "on",
        "known",
        "due_from",
        "due_until",
        "before_on",
        "before_known",
        "with_on",
        "with_known",
        mode="before",
        check_fields=False,
    )
    @classmethod
    def _day(cls, value: Any) -> Any:
        """A bare number is no day: pydantic alone takes it for seconds since 1970."""
        return date.fromisoformat(value) if isinstance(value, str) else value

    def explicit(self, snapshot: Snapshot) -> Self:
        """The same with every open default filled in from the release and the calendar: what a pinned link says."""
        today = days.today()
        return self.filled(**{name: today for name in ("on", "known") if name in type(self).model_fields})

    @classmethod
    def matters(cls, name: str, asked: Mapping[str, Any]) -> bool:
        """Whether a parameter changes anything beside what was asked before it: if not, it is not asked."""
        return True

    def filled(self, **defaults: Any) -> Self:
        """The same with these values where there is none."""
        return self.model_copy(update={name: value for name, value in defaults.items() if getattr(self, name) is None})


AnyParams = TypeVar("AnyParams", bound=ChartParams)


def set_day(day: date | None) -> date:
    """A day of explicit parameters. Raises ValueError for one that is still open."""
    if day is None:
        raise ValueError("the day is open: ask for explicit parameters first")
    return day


class KnownParams(ChartParams):
    """Parameters of a chart that can be drawn as known on a day: the newest edition published by then is used."""

    known: date | None = Field(None, title=N_("As known on"))


EVENTS = "events"  # the parameter


class TimedParams(ChartParams):
    """Parameters of a chart over time, on which dated events can be shown (`dashboard.events`).

    `OVER_TIME`: the parameter and its value with which time is what the chart runs along; none where it always is.
    """

    OVER_TIME: ClassVar[tuple[str, str] | None] = None
    events: bool = Field(False, title=N_("Events"))

    @classmethod
    def matters(cls, name: str, asked: Mapping[str, Any]) -> bool:
        return name != EVENTS or cls.OVER_TIME is None or asked.get(cls.OVER_TIME[0]) == cls.OVER_TIME[1]


def newest_edition(snapshot: Snapshot, publisher: str, known: date, measure: str = "share_of_gdp_pct") -> str | None:
    """The newest edition of a publisher, published by `known`, that has the measure; None when there is none."""
    table = snapshot.sql(
        """
        SELECT edition FROM editions e WHERE publisher = $publisher AND published_on <= $known
        AND EXISTS (FROM spending s WHERE s.publisher = e.publisher AND s.edition = e.edition AND s.measure = $measure)
        ORDER BY published_on DESC LIMIT 1
        """,
        publisher=publisher,
        known=known,
        measure=measure,
    )
    return None if table.empty else table["edition"].iloc[0]


def choices_of(model: type[ChartParams]) -> dict[str, Choices]:
    """The fields whose codes come from the release."""
    choices_by_field = {}
    for name, info in model.model_fields.items():
        choices = next((item for item in info.metadata if isinstance(item, Choices)), None)
        if choices:
            choices_by_field[name] = choices
    return choices_by_field


def known_to(snapshot: Snapshot, params: AnyParams, names: Iterable[str] | None = None) -> tuple[AnyParams, list[str]]:
    """The parameters (those of `names`, or all) with the codes that a release knows, and the names of those that fall back
    to what is left of their list, or to the default."""
    refused = []
    for name, allowed in choices_of(type(params)).items():
        value = getattr(params, name)
        if names is not None and name not in names:
            continue
        codes = [] if value is None else list(value) if isinstance(value, tuple) else [value]
        known = set(allowed.codes(snapshot)) if codes else set()
        if set(codes) - known:
            refused.append(name)
            left = tuple(code for code in codes if code in known) if isinstance(value, tuple) else None
            default = type(params).model_fields[name].get_default(call_default_factory=True)
            params = params.model_copy(update={name: left or default})
    return params, refused


def in_words(params: ChartParams, snapshot: Snapshot) -> list[tuple[str, str]]:
    """What is chosen, as a reader reads it: the name of each field and its values. What is left open is left out."""
    choices = choices_of(type(params))
    said = []
    for name, value in params:
        codes = value if isinstance(value, tuple) else () if value is None else (value,)
        names = choices[name].names(snapshot) if name in choices else {}
        plain = [("no", "yes")[code] if isinstance(code, bool) else code for code in codes]
        words = [names.get(code) or labels.value(name, code) for code in plain]
        title = type(params).model_fields[name].title
        said += [(_(title or name), "; ".join(words))] if words else []
    return said
