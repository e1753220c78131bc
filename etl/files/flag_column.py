"""Eurostat's column OBS_FLAG (SDMX-CSV): the letters that stand after a number in its other tables, in a column of their own."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from etl.contract import Problem
from etl.files.numbers import ESTIMATE_FLAGS, FLAGS
from etl.files.table import Understood
from etl.files.vocabulary import normal
from etl.message import N_, Message

_COLUMN = "obs flag"
_LETTERS = re.compile(rf"[{''.join(FLAGS)}]{{0,3}}")


def is_flag_column(column: str) -> bool:
    return normal(column) == _COLUMN


def read_letters(text: str) -> str:
    """e, f and s -> true, other letters and none -> false; anything else stays."""
    bare = text.strip().lower()
    if not _LETTERS.fullmatch(bare):
        return text.strip()
    return "true" if ESTIMATE_FLAGS & {*bare} else "false"


def letter_notes(table: Understood, mapping: Mapping[str, str | None]) -> Iterator[Problem]:
    """What the letters of a column that is used mean, and which of them the ledger has no place for."""
    for column in (one for one, target in mapping.items() if target and is_flag_column(one) and one in table.columns):
        cells = [text.strip().lower() for text in table.frame[column]]
        for flag, count in sorted(Counter("".join(cell for cell in cells if _LETTERS.fullmatch(cell))).items()):
            params = {"flag": flag, "meaning": Message(FLAGS[flag]), "count": count}
            rule = N_("Eurostat's flag {flag} ({meaning}): {count}. It is not kept.")
            if flag in ESTIMATE_FLAGS:
                rule = N_("Eurostat's flag {flag} ({meaning}): {count}. These numbers are read as estimates.")
            yield Problem(table.name, rule, None, column, params=params)
