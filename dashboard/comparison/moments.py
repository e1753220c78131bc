"""What a link says of two moments of a view. B is the view's own `on`, `known`, `edition` and `release`; A is the other one,
in fields that begin with `with_`: "compared with". What is not said of A is as in B."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self, cast

from pydantic import Field, create_model

from dashboard.language import _, day, labelled
from dashboard.params import AnyParams, ChartParams, known_to
from etl.ledger.release import NoSuchRelease
from etl.ledger.snapshot import Snapshot
from etl.message import N_

TITLES = {"on": N_("On (A)"), "known": N_("As known on (A)"), "edition": N_("Edition (A)")}
RELEASE = "with_release"
OF_A = (RELEASE, *(f"with_{name}" for name in TITLES))
"""Every field that says something of the other moment; a chart has those of them that its own parameters have."""


class Compared(ChartParams):
    """Parameters of a chart and, where `asked`, of the other moment (A) that it is compared with."""

    view: ClassVar[type[ChartParams]]

    with_release: int | None = Field(None, title=N_("Release (A)"), ge=1)

    @property
    def asked(self) -> bool:
        """Whether another moment is named."""
        return any(getattr(self, name, None) is not None for name in OF_A)

    @property
    def own(self) -> ChartParams:
        """The chart's own parameters, as of B."""
        return self.view.model_construct(**{name: getattr(self, name) for name in self.view.model_fields})

    @property
    def then(self) -> ChartParams:
        """The chart's own parameters as of A, once all is explicit."""
        return self.own.model_copy(update={name: getattr(self, f"with_{name}") for name in moment_of(self.view)})

    def explicit(self, snapshot: Snapshot, other: Snapshot | None = None) -> Self:
        """The same with every open default filled in: B's from its release, A's days and edition from its own (`other`).

        What is no day, edition or release is the same for both: it is one view. Where A is known on a day of its own, its
        edition is the one known by then, unless one is named.
        """
        here = self.own.explicit(snapshot)
        said = {name: getattr(self, f"with_{name}") for name in moment_of(self.view)}
        follows = ["edition"] if said.get("known") else []
        said = {
            name: getattr(self, name) if value is None and name not in follows else value
            for name, value in said.items()
        }
        then = here.model_copy(update=said).explicit(other or snapshot)
        days = {f"with_{name}": getattr(then, name) for name in said}
        number = self.with_release or snapshot.release
        return self.model_copy(update={**dict(here), **days, RELEASE: number})


def moment_of(model: type[ChartParams]) -> list[str]:
    """The parameters of a chart that say of which moment it is, beside the release."""
    return [name for name in TITLES if name in model.model_fields]


@cache
def compared(model: type[ChartParams]) -> type[Compared]:
    """The parameters of a chart with those of another moment beside them."""
    more: dict[str, Any] = {}
    for name in moment_of(model):
        info = model.model_fields[name]
        more[f"with_{name}"] = (info.rebuild_annotation(), Field(None, title=TITLES[name]))
    made = create_model(f"Compared{model.__name__}", __base__=cast(Any, (Compared, model)), **more)
    cast(type[Compared], made).view = model
    return cast(type[Compared], made)


def known_to_both(
    params: AnyParams, snapshot: Snapshot, at: Callable[[int], Snapshot] | None
) -> tuple[AnyParams, list[str]]:
    """The parameters with the codes that their releases know (`at`: the release of a number, for A's), and the names of
    those that fall back."""
    other, refused = snapshot, []
    number = getattr(params, RELEASE, None)
    if number is not None and at:
        try:
            other = at(number)
        except NoSuchRelease:
            params, refused = params.model_copy(update={RELEASE: None}), [RELEASE]
    params, here = known_to(snapshot, params, set(type(params).model_fields) - set(OF_A))
    params, there = known_to(other, params, OF_A)
    return params, [*refused, *here, *there]


def mirrored(params: Compared, release: int) -> tuple[Compared, int]:
    """Explicit parameters and release with A for B and B for A."""
    swapped = {name: getattr(params, f"with_{name}") for name in moment_of(params.view)}
    swapped |= {f"with_{name}": getattr(params, name) for name in moment_of(params.view)}
    return params.model_copy(update={**swapped, RELEASE: release}), params.with_release or release


def same_moment(params: Compared, release: int) -> bool:
    """Whether A and B, explicit, are one."""
    return params.with_release == release and params.then == params.own


def in_words(params: Compared, release: int) -> str:
    """Both moments, explicit: "A: release 3; B: release 5; both: edition 2026-07, as known on …"."""
    a, b = _parts(params.then, params.with_release or release), _parts(params.own, release)
    shared = [text for text in b if text in a]
    if same_moment(params, release):
        return _("A and B are the same moment: {moment}").format(moment=", ".join(b))
    own = {name: ", ".join(text for text in texts if text not in shared) for name, texts in (("A", a), ("B", b))}
    said = [labelled(name, text or "–") for name, text in own.items()]
    said += [_("both: {moment}").format(moment=", ".join(shared))] if shared else []
    return "; ".join(said)


def _parts(params: ChartParams, release: int) -> list[str]:
    """Release, edition, day looked at and day of knowledge."""
    said = [_("release {number}").format(number=release)]
    if edition := getattr(params, "edition", None):
        said.append(_("edition {edition}").format(edition=edition))
    on: date | None = getattr(params, "on", None)
    known: date | None = getattr(params, "known", None)
    said += [_("as of {day}").format(day=day(on))] if on else []
    said += [_("as known on {day}").format(day=day(known))] if known else []
    return said
