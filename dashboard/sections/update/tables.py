"""Problems and differences as tables people can read."""

from collections.abc import Callable, Iterable

import pandas as pd

from dashboard import labels, language
from dashboard.language import _
from etl.contract import ContractViolation, Dataset, Problem, column_type
from etl.ledger.drafts import StepRefused
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import ReleaseConflict
from etl.message import Message


def sentence(problem: Problem) -> str:
    """Rule and remedy of a problem in the reader's language, without the place."""
    return " ".join(Message(text, _spoken(problem)).text(_) for text in (problem.rule, problem.remedy) if text)


def translation() -> Callable[[str], str]:
    """The reader's language as a function that can be called later, elsewhere (as when a download is asked for)."""
    texts = language.catalogue(language.current())
    return lambda text: texts.get(text, text)


def _spoken(problem: Problem) -> dict:
    """The parameters of a problem with fractions written as the reader's language does."""
    return {name: figure(value) if isinstance(value, float) else value for name, value in problem.params.items()}


def figure(value: float) -> str:
    """A number to three decimals (small ones to three figures), without thousands marks, with the language's decimal mark."""
    text = f"{round(value, 3):.12g}" if abs(value) >= 0.01 or value == 0 else f"{value:.3g}"
    return text.replace(".", ",") if language.current() == "fr" else text


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    rows = [
        {
            _("Row"): problem.rows_told.text(_),
            _("Column"): ", ".join(problem.every_column),
            _("Value"): problem.values_text() if len(problem.every_value) > 1 else problem.value or "",
            _("Problem"): Message(problem.rule, _spoken(problem)).text(_),
            _("What to do"): Message(problem.remedy, _spoken(problem)).text(_) if problem.remedy else "",
            _("Where"): problem.dataset,
        }
        for problem in problems
    ]
    return pd.DataFrame(rows)


def warning_table(warnings: Iterable[Problem]) -> pd.DataFrame:
    return pd.DataFrame(
        [{_("Row"): warning.rows_told.text(_), _("Warning"): sentence(warning)} for warning in warnings]
    )


def difference_table(difference: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """A difference for people: what happened first, then the key, the column, old, new and, for numbers, new less old."""
    numbers = [name for name in dataset.columns if column_type(dataset, name) in ("float64", "Int64")]
    numeric = difference["column"].isin(numbers)
    less = pd.to_numeric(difference["new"].where(numeric), errors="coerce") - pd.to_numeric(
        difference["old"].where(numeric), errors="coerce"
    )
    changes = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    shown = {_("What"): difference["change"].map(changes)}
    shown |= {labels.header(name): difference[name].astype("str") for name in dataset.key}
    shown |= {
        _("Column"): difference["column"],
        _("Old"): difference["old"],
        _("New"): difference["new"],
        _("New less old"): less.round(6),
    }
    table = pd.DataFrame(shown)
    changed = difference["change"] == "changed"
    if not changed.any():
        return table.drop(columns=[_("Column"), _("Old"), _("New"), _("New less old")])
    return table if less.notna().any() else table.drop(columns=_("New less old"))


def counted(counts: dict[str, int]) -> str:
    """'2 added, 1 changed': the parts that are not zero."""
    words = {"added": _("{count} added"), "changed": _("{count} changed"), "removed": _("{count} removed")}
    return ", ".join(words[change].format(count=language.number(count, 0)) for change, count in counts.items() if count)


def told(error: ContractViolation | ReleaseConflict | StepRefused | LedgerUnavailable) -> str:
    """Why a publish did not happen, in the reader's language."""
    if isinstance(error, ContractViolation):
        return " ".join(problem.sentence(_) for problem in error.problems)
    if isinstance(error, StepRefused):
        return error.message.text(_)
    if isinstance(error, LedgerUnavailable):
        return error.sentence(_)
    text = _(
        "Release {number} was published since you began. Nothing of yours was written. Look at what changed, then go on from there."
    )
    return text.format(number=error.newest)
