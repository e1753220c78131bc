"""A draft becomes a release: merged, row by row, with what was published since it was made."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, Unpack

import duckdb
import pandas as pd

from etl.contract import ContractViolation, Dataset, Problem
from etl.contract.check import BOUNDS, check
from etl.datasets import all_datasets
from etl.ledger.diff import compare
from etl.ledger.draft import Actor, Draft
from etl.ledger.drafts import Drafts
from etl.ledger.release import Release, ReleaseConflict
from etl.ledger.snapshot import Frames, Snapshot
from etl.ledger.three_way import LEDGER, Conflict, three_way
from etl.ledger.writer import Said
from etl.message import N_

APPROVED_BY = "approved_by"  # in a release's `extra`
DRAFT = "draft"  # in a release's `extra`: the key of the draft it was, by which it is found again
TRIES = 5


class Publisher(Protocol):
    """What of a ledger is needed here."""

    drafts: Drafts

    def newest(self) -> int: ...
    def at(self, number: int) -> Snapshot: ...


class Commit(Protocol):
    """Makes a release: see `Writer.commit`."""

    def __call__(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[Said]) -> Release | None: ...


def merged(ledger: Publisher, draft: Draft, take: str | None = None) -> tuple[int, dict[str, pd.DataFrame]]:
    """The newest release and the draft's tables as they would be in it; with `take`, rows that both changed are taken
    from the ledger or from the draft.

    Raises ContractViolation: what both changed since, and what would break a contract.
    """
    newest, tables = ledger.newest(), ledger.drafts.tables(draft)
    if newest == draft.content.base:
        return newest, tables
    before = Frames(ledger.at(draft.content.base) if draft.content.base else None)
    held, conflicts = Frames(ledger.at(newest)), []
    for name, table in tables.items():
        side = take if take in (None, LEDGER) else "seeds"  # as the other author is called there
        tables[name], found = three_way(all_datasets()[name], before[name], held[name], table, side)
        conflicts += found
    if conflicts:
        raise ContractViolation([_told(one, draft.content.base) for one in conflicts])
    if problems := list(_problems(held | tables, tables)):
        raise ContractViolation(problems)
    return newest, tables


def differing(ledger: Publisher, base: int, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What such tables change in release `base`, by dataset as in `etl.ledger.diff`; none that differs in nothing."""
    held = Frames(ledger.at(base) if base else None)
    found = {name: compare(all_datasets()[name], held[name], table) for name, table in tables.items()}
    return {name: frame for name, frame in found.items() if len(frame)}


def _problems(frames: Mapping[str, pd.DataFrame], changed: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """What two changes, each right by itself, break together; bounds were judged, and outliers given a reason, before."""
    for dataset in all_datasets().values():
        refers = {target.partition(".")[0] for target in dataset.references.values()}
        if dataset.name in changed or refers & changed.keys():
            yield from (one for one in check(frames[dataset.name], dataset, frames) if one.code != BOUNDS)


def _told(conflict: Conflict, base: int) -> Problem:
    dataset, ledger, draft = conflict.dataset, conflict.ledger, conflict.seeds
    row = ", ".join(f"{column} {value}" for column, value in zip(dataset.key, conflict.key, strict=True))
    params: dict[str, Any] = {"row": row, "base": base}
    if ledger is None:
        return Problem(
            dataset.name,
            N_("{row}: taken out of the ledger since release {base}, changed in the draft."),
            params=params,
        )
    if draft is None:
        return Problem(
            dataset.name,
            N_("{row}: changed in the ledger since release {base}, taken out in the draft."),
            params=params,
        )
    params["cells"] = "; ".join(_cells(dataset, ledger, draft))
    return Problem(
        dataset.name, N_("{row}: changed in the ledger since release {base} and in the draft ({cells})."), params=params
    )


def _cells(dataset: Dataset, ledger: tuple, draft: tuple) -> Iterator[str]:
    for column, own, new in zip(dataset.columns, ledger, draft, strict=True):
        if own != new:
            yield f"{column}: {own} ≠ {new}"


def publish_draft(ledger: Publisher, commit: Commit, draft: Draft, actor: Actor, *, by_another: bool) -> Release | None:
    """Make the release of a cleared draft, once, whoever asks at the same time; None when it was made already, or nothing
    differs any more.

    Raises StepRefused, ContractViolation (see `merged`), LedgerUnavailable.
    """

    def last_step(cursor: duckdb.DuckDBPyConnection, number: int) -> bool:
        return ledger.drafts.published(cursor, draft, actor, number, by_another=by_another)

    content = draft.content
    extra = content.as_extra() | {DRAFT: draft.key}
    if by_another:
        extra[APPROVED_BY] = draft.steps[-1].who
    for left in reversed(range(TRIES)):
        newest, tables = merged(ledger, draft)
        try:
            return commit(
                tables,
                author=content.author,
                message=next(text for text in (content.messages.get("en"), *content.messages.values()) if text),
                base=newest,
                extra=extra,
                within=last_step,
            )
        except ReleaseConflict:
            if not left:
                raise
    return None
