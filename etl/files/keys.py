"""What spreadsheet programmes make of codes, undone where it is certain: 1 for 01, 2026-07-01 for 2026-07, 1.10E+02.

A spelling is repaired when exactly one of the codes it can stand for is held in that column, or has the form that the
column declares while the spelling has not. What is repaired is told; nothing else is touched.
"""

import re
from array import array
from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pa

from etl.contract import Dataset, Problem, column_type
from etl.files.vocabulary import MONTHS, normal
from etl.message import N_

LONGEST = 10  # digits a code with leading zeros may have
REPAIRED = N_("was written by a spreadsheet programme as {typed}; it is read as {code}.")
_DAY_OF_MONTH = re.compile(r"(\d{4}-\d{2})-01(?:[T ]00:00(?::00)?)?")
_MONTH_WORD = re.compile(r"([^\W\d]+)\.?[- ](\d{2}|\d{4})|(\d{2}|\d{4})[- ]([^\W\d]+)\.?")
_NUMBER = re.compile(r"\d+(?:\.0+)?")
_POWER = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")


def repaired(text: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """`text` with the codes that are certain, and a note for each repaired code."""
    told: list[Problem] = []
    made = text
    for column in [name for name in text.columns if column_type(dataset, name) == "str"]:
        patterns = [
            check.statistics["pattern"]
            for check in dataset.fields[column].checks
            if isinstance(check, pa.Check) and check.statistics and "pattern" in check.statistics
        ]
        if not (patterns or column in dataset.key or column in dataset.references):
            continue
        known = set(held[column].dropna().astype("str"))
        codes = {cell: _code(cell, known, patterns) for cell in text[column].unique()}
        changed = {cell: code for cell, code in codes.items() if code is not None}
        if changed:
            made = made.assign(**{column: text[column].replace(changed)})
            told += _told(text[column], changed, dataset.name)
    return made, told


def _code(cell: str, known: set[str], patterns: list) -> str | None:
    """The one code the cell stands for; None when it is one itself, or when that is not certain."""
    if not cell or cell in known:
        return None
    fits = bool(patterns) and all(re.match(pattern, cell) for pattern in patterns)
    candidates = set(_candidates(cell)) - {cell}
    of_held = candidates & known
    if len(of_held) == 1 and not (fits and not cell.isdigit()):
        return of_held.pop()
    formed = {one for one in candidates if patterns and all(re.match(pattern, one) for pattern in patterns)}
    return formed.pop() if not fits and not of_held and len(formed) == 1 else None


def _candidates(cell: str) -> Iterator[str]:
    """What a person may have typed before the programme changed it."""
    if match := _DAY_OF_MONTH.fullmatch(cell):
        yield match[1]
    if match := _MONTH_WORD.fullmatch(cell):
        month, year = MONTHS.get(normal(match[1] or match[4])), match[2] or match[3]
        if month:
            yield f"{year if len(year) == 4 else '20' + year}-{month:02}"
    bare = cell.partition(".")[0] if _NUMBER.fullmatch(cell) else ""
    if _POWER.fullmatch(cell):
        whole = float(cell.replace(",", "."))
        bare = str(int(whole)) if whole.is_integer() and whole < 10**LONGEST else ""
    if bare:
        yield from (bare.zfill(width) for width in range(len(bare), LONGEST + 1))


def _told(cells: pd.Series, changed: dict[str, str], dataset: str) -> Iterator[Problem]:
    for typed, code in changed.items():
        rows = array("i", map(int, cells.index[cells == typed]))
        yield Problem(
            dataset,
            REPAIRED,
            rows[0],
            str(cells.name),
            typed,
            {"typed": typed, "code": code},
            N_("Check that this is the code meant."),
            "codes",
            rows,
            (typed,),
        )
