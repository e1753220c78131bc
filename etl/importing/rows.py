"""A table of rows: mapped, typed, put into the table held, and judged there."""

from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from etl.contract import MISSING, Dataset, Problem
from etl.contract.check import BOUNDS, FORM, without_cells
from etl.contract.convert import convert
from etl.datasets import all_datasets
from etl.files.doubts import best_sheet, doubts_of
from etl.files.findings import COLUMNS, one_line_a_cause
from etl.files.flag_column import letter_notes
from etl.files.keys import repaired
from etl.files.mapping import LEFT_OUT, ColumnMap, suggest, to_frame
from etl.files.places import places_of
from etl.files.table import Understood
from etl.importing import merge
from etl.importing.choices import LEAVE_OUT, column_choice_problems, reading_choice_problems, source_choice_problems
from etl.importing.merge import CHANGE, SOURCE, numbered
from etl.importing.new_sources import editions_with, unknown_editions
from etl.importing.outliers import outliers
from etl.importing.request import Proposal, Request
from etl.importing.warning_rules import EDITION_NEW
from etl.importing.warnings import warnings_of
from etl.ledger.snapshot import Frames
from etl.message import N_

ESTIMATE = "is_estimate"
LACKS_SOURCE = N_("does not say where its figures come from.")


def _table_read(request: Request, understood: Understood, dataset: Dataset) -> tuple[Understood, list[str]]:
    """The table by what was chosen, and sheets that fit as well as the one read."""
    rivals: list[str] = []
    if request.sheet is None and request.header_row is None and understood.visible:
        understood, rivals = best_sheet(understood, dataset)
    if (request.sheet, request.header_row, request.decimal) != (None, None, None):
        understood = understood.again(sheet=request.sheet, header_row=request.header_row, decimal=request.decimal)
    return understood, rivals


def _mapping(request: Request, table: Understood, dataset: Dataset) -> ColumnMap:
    """The columns as chosen; what is chosen for one column is not suggested for another."""
    if request.mapping is not None:
        return {**request.mapping, **request.changes}
    taken = set(request.changes.values()) - {LEFT_OUT}
    rest = suggest([name for name in table.columns if name not in request.changes], dataset)
    rest = {name: None if target in taken else target for name, target in rest.items()}
    return {name: request.changes.get(name, rest.get(name)) for name in table.columns}


def _names_told_once(
    of_table: list[Problem], problems: list[Problem], mapping: ColumnMap, chosen: set[str]
) -> list[Problem]:
    """Both, without a name that stands twice where one of the two is left out or chosen for; else told once."""
    answered = {name for name, target in mapping.items() if target == LEFT_OUT} | chosen
    of_table = [one for one in of_table if not answered & {*one.params.get("twice", ())}]
    later = {one.params["called"] for one in of_table if "called" in one.params}
    return [*of_table, *(one for one in problems if one.code != COLUMNS or one.column not in later)]


def _left_out(request: Request, text: pd.DataFrame, problems: list[Problem]) -> tuple[pd.DataFrame, list[Problem]]:
    """Without the rows, and the problems, that a person leaves out; a cause that no row has is a problem itself."""
    gone = set(request.skip_rows) & {*map(int, text.index)}
    for cause in sorted(request.leave_out):
        rows = {row for one in problems if one.code == cause for row in one.every_row}
        if not rows:
            rule = N_("has no rows to leave out for this reason.")
            problems = [*problems, Problem(request.dataset, rule, value=cause, remedy=N_("Do not leave any out."))]
        gone |= rows
    kept = text[~text.index.isin(gone)]
    marks = [Problem("", "", min(gone), one, rows=tuple(gone)) for one in {p.column for p in problems}] if gone else []
    return kept, without_cells(problems, marks)


class RowsRead(NamedTuple):
    """A table of rows as it was read: the table, sheets that fit as well, what each of its columns is, one value for all
    rows by column, the rows as text by their row in the file, what is wrong with them, and what was certain and done."""

    table: Understood
    rivals: list[str]
    mapping: ColumnMap
    fixed: dict[str, str]
    text: pd.DataFrame
    problems: list[Problem]
    repairs: list[Problem]


def read_rows(request: Request, understood: Understood, held: Frames) -> RowsRead:
    """A table of rows in the dataset's columns, by what was chosen and else found out."""
    dataset = all_datasets()[request.dataset]
    table, rivals = _table_read(request, understood, dataset)
    mapping = _mapping(request, table, dataset)
    fixed = dict(request.fixed) | ({SOURCE: request.source_id} if request.source_id else {})
    text, problems = to_frame(table, dataset, mapping, fixed=fixed, places=places_of(dataset, held))
    text, repairs = repaired(text, dataset, held[dataset.name])
    return RowsRead(table, rivals, mapping, fixed, text, problems, repairs)


def judge_rows(proposal: Proposal, understood: Understood, held: Frames) -> Proposal:
    """A table of rows: mapped, typed, put into the held table and judged there."""
    request, dataset = proposal.request, all_datasets()[proposal.request.dataset]
    if not understood.visible and request.sheet is None:
        return replace(proposal, problems=(_only_hidden(understood),))
    if wrong := [*reading_choice_problems(request, understood)]:
        return replace(proposal, problems=tuple(wrong))
    table, rivals, mapping, fixed, text, problems, repairs = read_rows(request, understood, held)
    repairs = [*repairs, *letter_notes(table, mapping)]
    needs_source = SOURCE in dataset.columns and SOURCE not in mapping.values()
    unused = [*(() if needs_source else source_choice_problems(request, held["sources"]))]
    problems = [*column_choice_problems(request, table, dataset, mapping), *unused, *problems]
    problems = _names_told_once([*table.problems], problems, mapping, {*request.changes})
    text, problems = _left_out(request, text, [*problems, *merge.mode_problems(dataset, request.mode)])
    doubts = doubts_of(table, dataset, mapping, rivals, decimal_chosen=request.decimal is not None)
    unmarked = ESTIMATE in text and ESTIMATE not in (*mapping.values(), *fixed) and not (text[ESTIMATE] == "true").any()
    if unmarked and request.mode == CHANGE:
        text = text.drop(columns=ESTIMATE)  # nothing is said of it: what is held stays
    typed, found = convert(text, dataset)
    lacking = [column for column in dataset.columns if column not in typed]
    may_lack = [column for column in lacking if request.mode == CHANGE and column not in (*dataset.key, SOURCE)]
    unsourced = [column for column in lacking if column == SOURCE]
    problems += [_as_told(one) for one in found if not (one.row is None and one.column in may_lack)]
    problems = one_line_a_cause(problems)
    shown = replace(proposal, understood=table, mapping=mapping, warnings=tuple(doubts), notes=tuple(repairs))
    if set(lacking) - {*may_lack, SOURCE} or len(typed) == 0 or (table.problems and not len(table.frame)):
        return replace(shown, problems=tuple(problems))
    lines = typed.index
    typed = merge.as_held(typed.reset_index(drop=True), held[dataset.name], dataset)
    if request.mode == CHANGE:
        keep = SOURCE in fixed and SOURCE not in mapping.values()
        typed = merge.completed(typed, held[dataset.name], dataset, lacking=[*may_lack, *unsourced], keep_source=keep)
    for column in unsourced:
        typed[column] = pd.Series(dtype="str", index=typed.index)  # told once, for the whole file
    typed = typed[dataset.columns].set_axis(lines.rename("row"))
    return _judged(shown, typed, problems, held)


def _judged(proposal: Proposal, typed: pd.DataFrame, problems: list[Problem], held: Frames) -> Proposal:
    request, dataset = proposal.request, all_datasets()[proposal.request.dataset]
    table = merge.merged(typed, held[dataset.name], dataset, request.mode)
    tables, warnings = {dataset.name: table}, [*proposal.warnings]
    new = (
        unknown_editions(typed, held["editions"])
        if request.new_edition and ("publisher", "edition") in dataset.references
        else []
    )
    if new:
        tables["editions"] = editions_with(held["editions"], new, typed, held["sources"])
        added = [
            Problem(dataset.name, EDITION_NEW, params={"publisher": one, "edition": edition}) for one, edition in new
        ]
        proposal = replace(proposal, notes=(*proposal.notes, *added))
    if request.new_edition and not new:
        problems = [
            *problems,
            Problem(dataset.name, N_("has no edition that is new: none is added."), remedy=LEAVE_OUT),
        ]
    frames = held | tables
    told = [one for one in problems if one.row is not None]
    unsourced = any(one.rule == LACKS_SOURCE for one in problems)
    for name, one_table in tables.items():
        found = merge.table_problems(
            table if name == dataset.name else numbered(one_table), all_datasets()[name], frames
        )
        formless = [one for one in found if one.code == FORM]
        problems = problems + formless
        follows = _follows([*told, *formless], dataset, {*proposal.mapping.values(), *request.fixed})
        rest = without_cells([one for one in found if one.code != FORM], [*told, *follows])
        problems += [one for one in rest if one.code != BOUNDS and not (unsourced and one.column == SOURCE)]
    beyond, accepted, unmatched = outliers(typed, held[dataset.name], dataset, request.outliers)
    problems = [*problems, *beyond, *unmatched]
    proposal = replace(proposal, notes=(*proposal.notes, *accepted))
    if problems:
        return replace(proposal, problems=tuple(problems))
    warnings += warnings_of(dataset, held[dataset.name], table, typed)
    plain = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    return replace(proposal, tables=plain, warnings=tuple(warnings))


def _follows(told: list[Problem], dataset: Dataset, given: set[str | None]) -> list[Problem]:
    """Where other problems only follow: a row whose key is wrong finds no held row, nor what it refers to."""
    broken = [one for one in told if one.row is not None and one.column in dataset.key]
    columns = [", ".join(dataset.key), *(column for column in dataset.columns if column not in given)]
    pairs = {", ".join(pair): pair for pair in dataset.references if isinstance(pair, tuple)}
    follows = [replace(one, column=column) for one in broken for column in columns]
    return follows + [replace(one, column=name) for name, pair in pairs.items() for one in broken if one.column in pair]


def _only_hidden(understood: Understood) -> Problem:
    return Problem(
        understood.name,
        N_("has only hidden sheets: {sheets}."),
        params={"sheets": ", ".join(understood.sheets)},
        remedy=N_("Choose one of them, or show it and save again."),
        code="sheet",
    )


def _as_told(problem: Problem) -> Problem:
    """A missing source is told as what it is; any other missing column with what can be done about it here."""
    if problem.row is None and problem.column == SOURCE:
        return Problem(
            problem.dataset,
            LACKS_SOURCE,
            remedy=N_("Choose the source of these figures, or name a new one."),
            code="source",
        )
    if problem.code == MISSING:
        return replace(problem, remedy=N_("Choose from the columns of the file, or give one value for all rows."))
    return problem
