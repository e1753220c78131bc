"""Numbers as people write them: `2,01 %`, `1 234,5`, `3.38 (e)`, `2025e`, `−1.2`, `0.9 b`.

A number is read by one declared decimal mark for the whole table; what does not fit it is not a number here. So
`1,370` is never 1370 in one row and 1.37 in the next.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from etl.message import N_

MISSING_MARKS = frozenset(
    {"-", "–", "—", "−", "..", "...", "…", ". .", "n/a", "n.a.", "na", "s.o.", "n.d.", "xxx", ":"}
)
FLAGS = {
    "b": N_("break in the series"),
    "c": N_("confidential"),
    "d": N_("definition differs"),
    "e": N_("estimated"),
    "f": N_("forecast"),
    "p": N_("provisional"),
    "r": N_("revised"),
    "s": N_("estimated by Eurostat"),
    "u": N_("low reliability"),
    "z": N_("not applicable"),
}
"""Letters that Eurostat writes after a number, with a blank between: `0.9 b`, `1.2 ep`."""
ESTIMATE_FLAGS = frozenset("efs")
_MINUS = re.compile(r"^[−–‒﹣－]\s?(?=[\d.,])")
_ESTIMATE = re.compile(r"(?<=[\d%])\s*(?:\(\s*e\s*\)|e|\(?est\.?\)?)$", re.IGNORECASE)
_FLAGS = re.compile(rf"(?<=[\d:])\s+([{''.join(FLAGS)}]{{1,3}})$")
_PERCENT = re.compile(r"(?<=\d)\s*%$")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_NO_FRACTION = re.compile(r"\.0*$")
_SPACES = "\u00a0\u202f\u2009\u2007 "


def _grouped(decimal: str, group: str) -> re.Pattern[str]:
    """Sign, digits (in threes when grouped, all by the same mark; never a leading zero), fraction."""
    thousands = rf"[1-9]\d{{0,2}}(?P<mark>[{group}'’{_SPACES}])\d{{3}}(?:(?P=mark)\d{{3}})*"
    return re.compile(rf"([+-]?)({thousands}|\d*)(?:{re.escape(decimal)}(\d*))?", re.ASCII)


_GROUPS = {".": _grouped(".", ","), ",": _grouped(",", ".")}
_NUMERIC = re.compile(rf"[+-]?\d[\d.,'’{_SPACES}]*", re.ASCII)


class Marks(NamedTuple):
    """What stood beside a number: a percent sign, an estimate mark (NATO's e), Eurostat's letters."""

    percent: bool = False
    estimate: bool = False
    flags: str = ""


class Number(NamedTuple):
    """`text` is the plain number with a point; the marks say what stood beside it."""

    text: str
    percent: bool = False
    estimate: bool = False
    flags: str = ""

    @property
    def whole(self) -> str:
        """For columns of whole numbers: 2025.0 (how some programmes write them) is 2025; 2025.5 stays."""
        return _NO_FRACTION.sub("", self.text)


def strip_marks(text: str) -> tuple[str, Marks]:
    """The bare number text, and the marks that stood beside it."""
    bare = _MINUS.sub("-", text.strip())
    percent = estimate = False
    flags = ""
    for _ in range(2):  # two may come in either order
        if _PERCENT.search(bare):
            bare, percent = _PERCENT.sub("", bare), True
        elif _ESTIMATE.search(bare):
            bare, estimate = _ESTIMATE.sub("", bare), True
        elif found := _FLAGS.search(bare):
            bare, flags = _FLAGS.sub("", bare), found[1]
    return bare.strip(), Marks(percent, estimate or bool(ESTIMATE_FLAGS & {*flags}), flags)


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure: `..`, `n/a`, `:`, and `: c` with Eurostat's reason."""
    return _FLAGS.sub("", text.strip()).lower() in MISSING_MARKS


def parse_number(text: str, decimal: str = ".") -> Number | None:
    """The number a cell holds under this decimal mark, or None when it holds none."""
    bare, marks = strip_marks(text)
    if _SCIENTIFIC.fullmatch(bare):
        other = "," if decimal == "." else "."
        return None if other in bare else Number(bare.replace(",", "."), *marks)
    match = _GROUPS[decimal].fullmatch(bare)
    if not match or not any(character.isdigit() for character in bare):
        return None
    sign, whole, fraction = match[1], re.sub(r"\D", "", match[2]), match[4]
    digits = (whole or "0") + (f".{fraction}" if fraction else "")
    sign = "-" if sign == "-" and digits.strip("0.") else ""  # no negative zero
    return Number(sign + digits, *marks)


def decimal_mark(texts: Iterable[str], likely: str = ".") -> tuple[str, bool, bool]:
    """The table's decimal mark: (mark, is it certain, do cells contradict each other).

    `1,37` and `1.234,5` speak for a comma, `1.37` for a point; `1,370` could be either and is counted for neither.
    When nothing speaks, a doubtful comma is a decimal one only if that is `likely` (a file divided by semicolons).
    """
    votes = {".": 0, ",": 0}
    doubtful = set()
    for text in texts:
        bare, _marks = strip_marks(text)
        if not _NUMERIC.fullmatch(bare):
            continue
        readings = [mark for mark in votes if parse_number(bare, mark)]
        if "." not in bare and "," not in bare:
            continue
        if len(readings) == 1:
            votes[readings[0]] += 1
        elif len(readings) == 2:
            doubtful.add("," if "," in bare else ".")
    if not any(votes.values()):
        return "," if likely == "," and "," in doubtful else ".", not doubtful, False
    mark = max(votes, key=lambda one: (votes[one], one == likely))
    return mark, True, all(votes.values())


def plain(value: float | int) -> str:
    """A number cell as text: 2025.0 -> 2025, 0.1 -> 0.1; NaN and infinity stay words, so the contract names them."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def percent_of(value: float) -> float:
    """0.0137 -> 1.37: what a percent cell shows; twelve digits hide the binary remainder (0.0201 * 100)."""
    return float(f"{value * 100:.12g}")
