"""Problems and differences as tables people can read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import labels, language
from dashboard.language import _, ngettext
from etl.contract import ContractViolation, Dataset, Problem, column_type
from etl.datasets import all_datasets
from etl.ledger.drafts import StepRefused
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import ReleaseConflict
from etl.message import Message


def sentence(problem: Problem) -> str:
    """Rule and remedy of a problem in the reader's language, without the place."""
    told = worded(problem)
    return " ".join(Message(text, told.params).text(_) for text in (told.rule, told.remedy) if text)


def worded(problem: Problem) -> Problem:
    """The same problem for people: the dataset, its columns and the codes of its sentence by name, fractions as the language writes them.

    A column keeps its heading beside its name: that is what one looks for in the file.
    """
    dataset = all_datasets().get(problem.dataset)
    if (
        dataset is None
    ):  # of a publisher's own file or a table that is not taken for a dataset yet: places by the file's words
        return replace(problem, params={name: _said(name, one) for name, one in problem.params.items()})
    columns = tuple(", ".join(headed(name, dataset) for name in one.split(", ")) for one in problem.every_column)
    params = {name: _said(name, one, dataset) for name, one in problem.params.items()}
    if {"name", "measure"} <= set(params):
        params["name"] = outlier_name(problem)
    column = columns[0] if columns else None
    return replace(problem, dataset=_(dataset.title), column=column, columns=columns[1:] and columns, params=params)


def outlier_name(problem: Problem) -> str:
    """What a value beyond its bounds is called: "Canada 2026, Share of GDP"."""
    name, measure = str(problem.params["name"]), str(problem.params["measure"])
    place, _blank, rest = name.removesuffix(measure).strip().partition(" ")
    return f"{labels.place(place)} {rest}".strip() + f", {labels.of('measure', measure)}"


def headed(column: str, dataset: Dataset) -> str:
    """A column by its name, its heading in files beside it; what is none of the dataset's stays as it is."""
    if column not in dataset.columns:
        return column
    name = column_name(column, dataset)
    return column if name.casefold() == column.casefold() else f"{name} ({column})"


def _said(name: str, value: Any, dataset: Dataset | None = None) -> Any:
    """A parameter of a problem's sentence: a figure, a code, the key of a row or the place that a reference points to."""
    if isinstance(value, float):
        return figure(value)
    if name == "target" and (target := all_datasets().get(str(value).partition(".")[0])):
        return _("“{title}”").format(title=_(target.title))
    if name == "key" and dataset and len(parts := str(value).split(", ")) == len(dataset.key):
        return ", ".join(labels.value(*pair) for pair in zip(dataset.key, parts, strict=True))
    if name == "countries":
        return ", ".join(map(labels.place, str(value).split(", ")))
    return labels.value(name, value) if name in ("iso3", "measure", "publisher") else value


def translation() -> Callable[[str], str]:
    """The reader's language as a function that can be called later, elsewhere (as when a download is asked for)."""
    texts = language.catalogue(language.current())
    return lambda text: texts.get(text, text)


def figure(value: float, *, signed: bool = False) -> str:
    """A number to three decimals (small ones to three figures), without thousands marks, with the language's decimal mark."""
    sign = "+" if signed and value > 0 else ""
    text = sign + (f"{round(value, 3):.12g}" if abs(value) >= 0.01 or value == 0 else f"{value:.3g}")
    if signed:
        text = text.replace("-", "−")
    return text.replace(".", ",") if language.current() == "fr" else text


def problem_table(in_words: Iterable[Problem]) -> pd.DataFrame:
    """What is wrong where, a row for each of the problems, which are worded already."""
    rows = [
        {
            _("Row"): problem.rows_told.text(_),
            _("Column"): ", ".join(problem.every_column),
            _("Value"): problem.values_text() if len(problem.every_value) > 1 else problem.value or "",
            _("Problem"): Message(problem.rule, problem.params).text(_),
            _("What to do"): Message(problem.remedy, problem.params).text(_) if problem.remedy else "",
            _("Where"): problem.dataset,  # by its title, or the file's name
        }
        for problem in in_words
    ]
    return pd.DataFrame(rows)


def warning_table(warnings: Iterable[Problem]) -> pd.DataFrame:
    return pd.DataFrame(
        [{_("Row"): warning.rows_told.text(_), _("Warning"): sentence(warning)} for warning in warnings]
    )


def difference_table(difference: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """A difference for people: what happened first, then the key, the column, old, new and, for numbers, new less old.

    All in words: names of columns and codes, numbers and days as the reader's language writes them."""
    changes = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    shown = {_("What"): difference["change"].map(changes)}
    for name in dataset.key:
        cells = difference[name].astype("str").where(difference[name].notna())
        shown[column_name(name, dataset)] = [_in_words(name, text, dataset) for text in cells]
    changed = difference["change"] == "changed"
    if not changed.any():
        return pd.DataFrame(shown)
    columns = difference["column"]
    shown[_("Column")] = [column_name(name, dataset) if pd.notna(name) else None for name in columns]
    for header, side in ((_("Old"), "old"), (_("New"), "new")):
        pairs = zip(columns, difference[side], strict=True)
        shown[header] = [_in_words(name, text, dataset) for name, text in pairs]
    less = _new_less_old(difference, dataset)
    if less.notna().any():
        shown[_("New less old")] = [None if pd.isna(one) else figure(one, signed=True) for one in less]
    return pd.DataFrame(shown)


def column_name(name: str, dataset: Dataset) -> str:
    """What a column is called; where charts have no header for it, what its contract says it means."""
    header = labels.header(name)
    return _(dataset.fields[name].description or "") or name if header == name else header


def _is_number(name: str, dataset: Dataset) -> bool:
    return column_type(dataset, name) in ("float64", "Int64")


def _in_words(name: str, text: Any, dataset: Dataset) -> str | None:
    """A cell of a difference, which is text."""
    if pd.isna(text):
        return None
    if _is_number(name, dataset):
        return text.replace(".", ",") if language.current() == "fr" else text
    if column_type(dataset, name) == "boolean":
        return _("yes") if text == "True" else _("no")
    return labels.value(name, text)


def _new_less_old(difference: pd.DataFrame, dataset: Dataset) -> pd.Series:
    numeric = difference["column"].isin([name for name in dataset.columns if _is_number(name, dataset)])
    new, old = (pd.to_numeric(difference[side].where(numeric), errors="coerce") for side in ("new", "old"))
    return (new - old).round(6)


def counted(counts: dict[str, int]) -> str:
    """'2 rows added, 1 row changed': the parts that are not zero."""
    added, changed, removed = (counts.get(change, 0) for change in ("added", "changed", "removed"))
    parts = {
        ngettext("{count} row added", "{count} rows added", added): added,
        ngettext("{count} row changed", "{count} rows changed", changed): changed,
        ngettext("{count} row removed", "{count} rows removed", removed): removed,
    }
    return ", ".join(words.format(count=language.number(count, 0)) for words, count in parts.items() if count)


def told(error: ContractViolation | ReleaseConflict | StepRefused | LedgerUnavailable) -> str:
    """Why a publish did not happen, in the reader's language."""
    if isinstance(error, ContractViolation):
        return " ".join(worded(problem).sentence(_) for problem in error.problems)
    if isinstance(error, StepRefused):
        return error.message.text(_)
    if isinstance(error, LedgerUnavailable):
        return error.sentence(_)
    text = _(
        "Release {number} was published since you began. Nothing of yours was written. Look at what changed, then go on from there."
    )
    return text.format(number=error.newest)
