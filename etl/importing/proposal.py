"""From a file a person has to a release: what was understood, what would be, what is wrong, what would differ.

`propose` reads and judges and writes nothing; `publish` makes the release if nobody published in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from etl import publishers
from etl.check import check
from etl.contract import ContractViolation, Dataset, Problem, without_cells
from etl.convert import convert
from etl.datasets import all_datasets
from etl.files.mapping import ColumnMap, best_sheet, suggest, to_frame
from etl.files.places import places_of
from etl.files.read import read_limited
from etl.files.table import Understood
from etl.importing import catalogue, merge
from etl.importing.merge import CHANGE, EDITION_KEY, MODES, SOURCE
from etl.importing.new_sources import NewSource, editions_with, unknown_editions
from etl.importing.warnings import EDITION_NEW, warnings_of
from etl.ledger.diff import compare
from etl.ledger.in_progress import write_in_progress
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release
from etl.message import N_
from etl.publishers import Content

__all__ = ["MODES", "NewSource", "Proposal", "Request", "again", "propose", "publish"]

ESTIMATE = "is_estimate"
LACKS_SOURCE = N_("does not say where its figures come from.")


@dataclass(frozen=True)
class Request:
    """What a person hands in and chose. What was not chosen is found out.

    `source` is the id of a source held, or a new one; `fixed` gives columns the file lacks one value for all rows.
    With `new_edition`, editions that are not known yet are added with the rows.
    """

    content: bytes = field(repr=False)
    name: str
    dataset: str
    source: str | NewSource | None = None
    mode: str = CHANGE
    sheet: str | None = None
    header_row: int | None = None
    decimal: str | None = None
    mapping: ColumnMap | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    new_edition: bool = False

    @property
    def source_id(self) -> str | None:
        return self.source.source_id if isinstance(self.source, NewSource) else self.source


@dataclass(frozen=True)
class Proposal:
    """What a request would make of release `base`. `tables` holds the datasets that would change, whole and typed.

    `problems` stand in the way; `warnings` can be accepted. `difference` is told by dataset as in `etl.ledger.diff`.
    `publisher` is set when the file is a publisher's own.
    """

    request: Request = field(repr=False)
    base: int
    understood: Understood | None = field(default=None, repr=False)
    mapping: ColumnMap = field(default_factory=dict)
    publisher: str | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    difference: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def unknown_editions(self) -> list[tuple[str, str]]:
        """(publisher, edition) pairs that keep the rows out, being no editions yet."""
        cause = ", ".join(EDITION_KEY)
        pairs = [value for one in self.problems if one.column == cause for value in one.every_value]
        halves = (pair.partition(", ") for pair in pairs)
        return list(dict.fromkeys((publisher, edition) for publisher, _comma, edition in halves))

    def counts(self) -> dict[str, dict[str, int]]:
        """By dataset: how many rows would be added, changed and removed."""
        return {name: count(frame, all_datasets()[name]) for name, frame in self.difference.items()}


def count(difference: pd.DataFrame, dataset: Dataset) -> dict[str, int]:
    """How many rows of a difference were added, changed and removed."""
    rows = difference.drop_duplicates(list(dataset.key))["change"].value_counts()
    return {change: int(rows.get(change, 0)) for change in ("added", "changed", "removed")}


def propose(ledger: Ledger, request: Request, understood: Understood | None = None) -> Proposal:
    """Judge a request against the newest release. `understood` spares reading the file again."""
    base = ledger.newest()
    snapshot = ledger.at(base) if base else None
    held = {name: snapshot.table(dataset) if snapshot else dataset.empty() for name, dataset in all_datasets().items()}
    read = understood or read_limited(request.content, request.name)
    content = publishers.content_of(read, request.name, request.content)
    recognised = publishers.recognise(content, request.dataset)
    if isinstance(read, list) and not recognised:
        return Proposal(request, base, problems=tuple(read))
    was = dict(held)
    if isinstance(request.source, NewSource):
        held["sources"] = request.source.into(held["sources"])
    understood = None if isinstance(read, list) else read
    proposal = Proposal(request, base, understood, publisher=recognised.publisher if recognised else None)
    made = _issued(proposal, content, held) if recognised else _rows(proposal, held)
    if made.problems:
        return made
    tables = dict(made.tables)
    if isinstance(request.source, NewSource):
        tables.setdefault("sources", held["sources"])
    difference = {name: compare(all_datasets()[name], was[name], table) for name, table in tables.items()}
    difference = {name: frame for name, frame in difference.items() if len(frame)}
    problems = tuple(_source_problems(tables, held, request))
    return replace(
        made, tables=tables, difference=difference, problems=problems, warnings=made.warnings if difference else ()
    )


def _source_problems(
    tables: Mapping[str, pd.DataFrame], held: Mapping[str, pd.DataFrame], request: Request
) -> list[Problem]:
    if "sources" not in tables or request.dataset == "sources":
        return []
    return check(tables["sources"], all_datasets()["sources"], held)


def _issued(proposal: Proposal, content: Content, held: Mapping[str, pd.DataFrame]) -> Proposal:
    """A publisher's own file: a whole edition, or rows without editions."""
    request, source = proposal.request, proposal.request.source
    reading = publishers.read(content, held["countries"], dataset=request.dataset, source_id=request.source_id)
    if reading.problems:
        return replace(proposal, problems=tuple(reading.problems))
    new = source if isinstance(source, NewSource) else None
    tables = catalogue.into(held, reading, published_on=new.published_on if new else None, url=new.url if new else None)
    frames = {**held, **tables}
    problems = [
        one for name in tables for one in merge.table_problems(_numbered(tables[name]), all_datasets()[name], frames)
    ]
    name, dataset = request.dataset, all_datasets()[request.dataset]
    rows = reading.tables[name].reset_index(drop=True)
    warnings = [*reading.warnings, *warnings_of(dataset, held[name], tables[name], rows)]
    return replace(proposal, tables=tables, problems=tuple(problems), warnings=tuple(warnings))


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """A table none of whose rows stands in a person's file."""
    return table.set_axis(pd.Index(range(-1, -len(table) - 1, -1), name="row"))


def _table_read(request: Request, understood: Understood | None, dataset: Dataset) -> Understood:
    if understood is None:
        raise ValueError("nothing was understood of the file: that is a problem of its own, told before")
    if request.sheet is None and request.header_row is None:
        understood = best_sheet(understood, dataset)
    chosen: dict[str, Any] = {"sheet": request.sheet, "header_row": request.header_row, "decimal": request.decimal}
    return understood.again(**chosen) if any(value is not None for value in chosen.values()) else understood


def _rows(proposal: Proposal, held: Mapping[str, pd.DataFrame]) -> Proposal:
    """A table of rows: mapped, typed, put into the held table and judged there."""
    request, dataset = proposal.request, all_datasets()[proposal.request.dataset]
    table = _table_read(request, proposal.understood, dataset)
    mapping = suggest(table.columns, dataset) if request.mapping is None else request.mapping
    fixed = dict(request.fixed) | ({SOURCE: request.source_id} if request.source_id else {})
    text, problems = to_frame(table, dataset, mapping, fixed=fixed, places=places_of(dataset, held))
    problems = [*table.problems, *problems, *merge.mode_problems(dataset, request.mode)]
    unmarked = ESTIMATE in text and ESTIMATE not in (*mapping.values(), *fixed) and not (text[ESTIMATE] == "true").any()
    if unmarked and request.mode == CHANGE:
        text = text.drop(columns=ESTIMATE)  # nothing is said of it: what is held stays
    typed, found = convert(text, dataset)
    lacking = [column for column in dataset.columns if column not in typed]
    may_lack = [column for column in lacking if request.mode == CHANGE and column not in (*dataset.key, SOURCE)]
    unsourced = [column for column in lacking if column == SOURCE]
    problems += [_as_told(one) for one in found if not (one.row is None and one.column in may_lack)]
    shown = replace(proposal, understood=table, mapping=mapping)
    if set(lacking) - {*may_lack, SOURCE} or len(typed) == 0 or (table.problems and not len(table.frame)):
        return replace(shown, problems=tuple(problems))
    lines = typed.index
    typed = typed.reset_index(drop=True)
    if request.mode == CHANGE:
        keep = SOURCE in fixed and SOURCE not in mapping.values()
        typed = merge.completed(typed, held[dataset.name], dataset, lacking=[*may_lack, *unsourced], keep_source=keep)
    for column in unsourced:
        typed[column] = pd.Series(dtype="str", index=typed.index)  # told once, for the whole file
    typed = typed[dataset.columns].set_axis(lines.rename("row"))
    return _judged(shown, typed, problems, held)


def _judged(
    proposal: Proposal, typed: pd.DataFrame, problems: list[Problem], held: Mapping[str, pd.DataFrame]
) -> Proposal:
    request, dataset = proposal.request, all_datasets()[proposal.request.dataset]
    table = merge.merged(typed, held[dataset.name], dataset, request.mode)
    tables, warnings = {dataset.name: table}, []
    new = (
        unknown_editions(typed, held["editions"])
        if request.new_edition and ("publisher", "edition") in dataset.references
        else []
    )
    if new:
        tables["editions"] = editions_with(held["editions"], new, typed, held["sources"])
        warnings += [
            Problem(dataset.name, EDITION_NEW, params={"publisher": one, "edition": edition}) for one, edition in new
        ]
    frames = {**held, **tables}
    told = [one for one in problems if one.row is not None]
    # a row whose key is wrong finds no held row: what that row lacks is no second problem
    broken = [one for one in told if one.column in dataset.key]
    given = {*proposal.mapping.values(), *request.fixed}
    follows = [", ".join(dataset.key), *(column for column in dataset.columns if column not in given)]
    told += [replace(one, column=column) for one in broken for column in follows]
    unsourced = any(one.rule == LACKS_SOURCE for one in problems)
    for name, one_table in tables.items():
        found = merge.table_problems(
            table if name == dataset.name else _numbered(one_table), all_datasets()[name], frames
        )
        problems = problems + [one for one in without_cells(found, told) if not (unsourced and one.column == SOURCE)]
    if problems:
        return replace(proposal, problems=tuple(problems))
    warnings += warnings_of(dataset, held[dataset.name], table, typed)
    plain = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    return replace(proposal, tables=plain, warnings=tuple(warnings))


def _as_told(problem: Problem) -> Problem:
    """A missing source is told as what it is."""
    if problem.row is None and problem.column == SOURCE:
        return Problem(
            problem.dataset, LACKS_SOURCE, remedy=N_("Choose the source of these figures, or name a new one.")
        )
    return problem


def again(ledger: Ledger, proposal: Proposal) -> Proposal:
    """The same request, judged against the release that is newest now."""
    return propose(ledger, proposal.request)


def publish(ledger: Ledger, proposal: Proposal, *, author: str, message: str) -> Release | None:
    """Publish what was proposed; None when it changes nothing.

    The original file is kept first. Raises ContractViolation with all problems, ReleaseConflict when somebody published since `base`.
    """
    if proposal.problems:
        raise ContractViolation(list(proposal.problems))
    if not proposal.difference:
        return None
    request = proposal.request
    with write_in_progress():  # both, or a server that is stopped ends between them
        sha256 = ledger.keep_file(request.content, request.name)
        extra = {"source": request.source_id, "files": [{"sha256": sha256, "name": request.name}], "mode": request.mode}
        return ledger.publish(proposal.tables, author=author, message=message, base=proposal.base, extra=extra)
