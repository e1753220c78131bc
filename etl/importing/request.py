"""What a person hands in and chose, what it would make of a release, and what of it a release keeps, to read the file again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.contract import Dataset, Problem
from etl.datasets import all_datasets
from etl.files.mapping import ColumnMap
from etl.files.table import Understood
from etl.importing.merge import CHANGE, EDITION_KEY
from etl.importing.new_sources import NewSource
from etl.publishers.common.reading import Evidence

READING = "reading"  # in the `extra` of a release: how a person's file was read
EVIDENCE = "evidence"  # in the same: the words that fields were read from, each as `Evidence` has them


@dataclass(frozen=True)
class Request:
    """What a person hands in and chose. What was not chosen is found out.

    `source` is the id of a source held, or a new one; `fixed` gives columns the file lacks one value for all rows.
    `mapping` is that of all columns, `changes` what differs from the suggested one.
    With `new_edition`, editions that are not known yet are added with the rows. `edition` (YYYY-MM) and `published_on`
    are those of a publisher's own workbook. `leave_out` names causes whose rows are not taken (`places`: countries the
    dataset can not hold), `skip_rows` rows by their number in the file. `outliers` gives the reason
    why a value beyond its bounds is true, by its name ("POL 2026 real_change_pct"). `listing` and `before` are those of
    `etl.publishers.Content`, of a file that was fetched.
    """

    content: bytes = field(repr=False)
    name: str
    dataset: str
    source: str | NewSource | None = None
    mode: str = CHANGE
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    mapping: ColumnMap | None = None
    changes: ColumnMap = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    new_edition: bool = False
    edition: str | None = None
    published_on: pd.Timestamp | None = None
    leave_out: frozenset[str] = frozenset()
    skip_rows: frozenset[int] = frozenset()
    outliers: Mapping[str, str] = field(default_factory=dict)
    listing: bytes = field(default=b"", repr=False)
    before: bytes = field(default=b"", repr=False)

    @property
    def source_id(self) -> str | None:
        return self.source.source_id if isinstance(self.source, NewSource) else self.source


@dataclass(frozen=True)
class Proposal:
    """What a request would make of release `base`. `tables` holds the datasets that would change, whole and typed.

    `problems` stand in the way; `warnings` can be accepted, each by its `code`; `notes` tell what
    was certain and done. `difference` is told by dataset as in `etl.ledger.diff`.
    `evidence` tells the words that each field of the rows was read from, where a reader reads words;
    `source_id` is that of its source, `message` what a draft of it is about, by language, `by_hand` what of its rows is a person's.
    `publisher` is set when the file is a publisher's own workbook, `edition` when that is a whole edition.
    """

    request: Request = field(repr=False)
    base: int
    understood: Understood | None = field(default=None, repr=False)
    mapping: ColumnMap = field(default_factory=dict)
    publisher: str | None = None
    edition: str | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    difference: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    source_id: str | None = None
    message: Mapping[str, str] = field(default_factory=dict)
    by_hand: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def reading(self) -> dict[str, Any]:
        """How a table of rows was read, chosen or found out: with it the same file gives the same rows again."""
        read, request = self.understood, self.request
        if read is None:
            return {}
        how = {"sheet": read.sheet, "header_row": read.header_row, "decimal": read.decimal}
        how |= {"encoding": read.encoding, "delimiter": read.delimiter, "mapping": dict(self.mapping)}
        return how | {"dataset": request.dataset, "fixed": dict(request.fixed), "skip_rows": sorted(request.skip_rows)}

    @property
    def unknown_editions(self) -> list[tuple[str, str]]:
        """(publisher, edition) pairs that keep the rows out, being no editions yet."""
        cause = ", ".join(EDITION_KEY)
        pairs = [value.partition(", ") for one in self.problems if one.column == cause for value in one.every_value]
        return list(dict.fromkeys((publisher, edition) for publisher, _comma, edition in pairs))

    def counts(self) -> dict[str, dict[str, int]]:
        """By dataset: how many rows would be added, changed and removed."""
        return {name: count(frame, all_datasets()[name]) for name, frame in self.difference.items()}


def count(difference: pd.DataFrame, dataset: Dataset) -> dict[str, int]:
    """How many rows of a difference were added, changed and removed."""
    rows = difference.drop_duplicates(list(dataset.key))["change"].value_counts()
    return {change: int(rows.get(change, 0)) for change in ("added", "changed", "removed")}
