"""Hold the figures of one view of Alliance Ledger against the release they are from.

    python verify.py [ZIP]        the release's zip, as a file or an https address; without one, the address below

It needs Python 3.11 or newer and duckdb, nothing else. It asks the tables in the zip again what the view asked them,
prints every figure of the view with what it found, and ends with 1 where one differs, else 0.
"""

import hashlib
import json
import math
import sys
import tempfile
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

VIEW: dict[str, Any] = json.loads(r"""{}""")  # the view as it was published

LAST_DIGITS, COMPUTED = 1e-11, 1e-9  # figures are published with twelve digits; a difference of two has fewer
SHOWN = 5  # rows of an input that are named
AS_TABLE = "CREATE OR REPLACE TEMP TABLE shown AS SELECT unnest(from_json(?, ?), recursive := true)"
NAMES = {bool: "BOOLEAN", int: "DOUBLE", float: "DOUBLE", str: "VARCHAR"}

Row = dict[str, Any]


def plain(value: Any) -> Any:
    """A cell as JSON has it: days in ISO form; text that is empty, and what is no number, is missing."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, bool | int | str) else float(value)


def rows_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    """An answer, row by row; a value of a measure also stands under the name of the measure."""
    told = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
    return [row | {row["measure"]: row["value"]} if {"measure", "value"} <= row.keys() else row for row in told]


def digest(row: list[Any]) -> str:
    """A row of an input in eight letters, whatever order sources stand in and fractions are added in."""

    def told(value: Any) -> str:
        if isinstance(value, float | int):
            return f"{float(value):.10g}"
        return ";".join(sorted(value.split(";"))) if isinstance(value, str) else json.dumps(value)

    return hashlib.sha256("\x1f".join(told(value) for value in row).encode()).hexdigest()[:8]


def asked(connection: duckdb.DuckDBPyConnection, question: Row) -> list[Row]:
    """What a question of the view is answered now."""
    bound = {
        name: date.fromisoformat(value) if kind == "day" else value
        for name, (kind, value) in question["params"].items()
    }
    cursor = connection.execute(question["sql"], bound)
    return rows_of([column[0] for column in cursor.description or ()], cursor.fetchall())


def same(a: Any, b: Any, within: float = LAST_DIGITS) -> bool:
    """Whether two cells say the same, in the digits that are published."""
    if isinstance(a, float | int) and isinstance(b, float | int):
        return abs(a - b) <= within * max(abs(a), abs(b), 1.0)
    return bool(a == b)


class Check:
    """The check of the view: what it prints, and the differences it finds."""

    def __init__(self, view: Row, connection: duckdb.DuckDBPyConnection):
        self.view, self.connection, self.words = view, connection, view["words"]
        self.differences: list[str] = []
        self.again = [dict(zip(view["columns"], row, strict=True)) for row in view["rows"]]
        """The view's rows, each figure that was asked again as the zip has it."""

    def run(self) -> int:
        """Print everything; 1 where something differs."""
        answers = self.inputs()
        found = self.found(answers)
        recomputed = self.recomputed()
        self.figures(found, recomputed)
        print(self.words["asked_again"].format(number=len(found)))
        print(self.words["computed_again"].format(number=len(recomputed)))
        for text in self.differences:
            print(text)
        print(self.words["differ" if self.differences else "agree"].format(number=len(self.differences)))
        return 1 if self.differences else 0

    def inputs(self) -> list[list[Row]]:
        """Ask every question of the view again; each row that is not as it was is a difference."""
        answers = []
        for number, question in enumerate(self.view["inputs"], 1):
            rows = asked(self.connection, question)
            answers.append(rows)
            now, then = Counter(digest(list(row.values())) for row in rows), Counter(question["digests"])
            others, missing = now - then, (then - now).total()
            told = {"number": number, "tables": ", ".join(question["tables"]), "rows": len(rows)}
            print(self.words["input"].format(**told))
            if others or missing:
                told |= {"others": others.total(), "missing": missing}
                self.differences.append(self.words["input_differs"].format(**told))
                shown = [row for row in rows if digest(list(row.values())) in others][:SHOWN]
                self.differences += [f"    {json.dumps(row, ensure_ascii=False)}" for row in shown]
        return answers

    def found(self, answers: list[list[Row]]) -> set[tuple[int, str]]:
        """Hold the cells that come straight from a question against its answer now; which cells those are."""
        held = set()
        for place, number, keys, cells in self.view["found"]:
            row = self.again[place]
            there = [one for one in answers[number] if all(same(one[key], row[key]) for key in keys)]
            published = {cell: row[cell] for cell in cells}
            held |= {(place, cell) for cell in cells}
            if not there:
                said = {"row": self.name(place), "number": number + 1, "columns": ", ".join(cells)}
                self.differences.append(self.words["row_gone"].format(**said))
                continue
            nearest = max(there, key=lambda one: sum(same(one.get(of), published[cell]) for cell, of in cells.items()))
            for cell, of in cells.items():
                row[cell] = nearest.get(of)
                self.compare(place, cell, published[cell], row[cell])
        return held

    def recomputed(self) -> set[tuple[int, str]]:
        """Compute by their rules, from the zip's figures, those that have one in SQL; which cells those are."""
        held = set()
        published = [dict(zip(self.view["columns"], row, strict=True)) for row in self.view["rows"]]
        types = {
            name: next((type(row[name]) for row in published if row[name] is not None), float)
            for name in self.view["columns"]
        }
        shape = {"place": "INTEGER"} | {name: NAMES.get(kind, "VARCHAR") for name, kind in types.items()}
        for column, rule in self.view["rules"].items():
            rows = [{"place": place} | row for place, row in enumerate(self.again)]
            self.connection.execute(AS_TABLE, [json.dumps(rows), json.dumps([shape])])
            for place, result in self.connection.execute(f"SELECT place, {rule} FROM shown").fetchall():
                if result is not None and self.again[place][column] is not None:
                    held.add((place, column))
                    self.compare(place, column, self.again[place][column], plain(result), COMPUTED)
                    self.again[place][column] = plain(result)
        return held

    def compare(self, place: int, column: str, published: Any, now: Any, within: float = LAST_DIGITS) -> None:
        if not same(published, now, within):
            said = {"row": self.name(place), "column": column, "published": published, "now": now}
            self.differences.append(self.words["differs"].format(**said))

    def figures(self, found: set[tuple[int, str]], recomputed: set[tuple[int, str]]) -> None:
        """Print each figure of the view as it is in the zip, or as it was published where it can't be computed here."""
        columns = {name: n for n, name in enumerate(self.view["columns"])}
        ways, left = (("asked", found), ("computed", recomputed)), False
        for place, row in enumerate(self.again):
            print(self.name(place))
            for column in self.view["figures"]:
                if self.view["rows"][place][columns[column]] is None and row[column] is None:
                    continue
                how = next((way for way, cells in ways if (place, column) in cells), "inputs_only")
                left = left or how == "inputs_only"
                rule = f": {self.view['rules'][column]}" if how == "computed" else ""
                print(f"    {column} = {row[column]}  [{self.words[how]}{rule}]")
        if left:
            print(self.words["rule_in_program"].format(rule=self.view["rule"]))

    def name(self, place: int) -> str:
        """A row by what identifies it."""
        row = dict(zip(self.view["columns"], self.view["rows"][place], strict=True))
        keys = ", ".join(f"{key}={row[key]}" for key in self.view["keys"] if row[key] is not None)
        return f"{place + 1}: {keys}" if keys else f"{place + 1}"


def holding(view: Row, rules: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of the rules that give the view's own figures, the first for a column."""
    kept: dict[str, str] = {}
    with duckdb.connect(":memory:") as connection:
        for column, rule in rules:
            check = Check(view | {"words": {"differs": ""}, "rules": kept | {column: rule}}, connection)
            with suppress(duckdb.Error):  # a view without a value in the rule's columns
                given = {cell for _place, cell in check.recomputed()} - kept.keys()
                if column in given and not check.differences:
                    kept[column] = rule
    return kept


def opened(place: str, folder: Path) -> zipfile.ZipFile:
    """The zip at a path or an address."""
    if place.startswith(("https://", "http://")):
        target = folder / "release.zip"
        with urllib.request.urlopen(place) as answer:  # noqa: S310 the address is the caller's own, and a web address
            target.write_bytes(answer.read())
        return zipfile.ZipFile(target)
    return zipfile.ZipFile(place)


def tables_of(archive: zipfile.ZipFile, release: int, folder: Path) -> duckdb.DuckDBPyConnection:
    """The tables of a release out of its zip, in memory. LookupError where the zip has no such release."""
    manifest = json.loads(archive.read("manifest.json"))
    held = next((one for one in manifest["releases"] if one["number"] == release), None)
    if held is None:
        raise LookupError
    connection = duckdb.connect(":memory:")
    for name, path in held["tables"].items():
        content, target = archive.read(path), folder / f"{name}.parquet"
        target.write_bytes(content)
        connection.execute(f"CREATE TABLE \"{name}\" AS FROM read_parquet('{target}')")
    connection.execute("SET enable_external_access = false")
    return connection


def main(arguments: list[str], view: Row) -> int:
    """Check the view against the zip that is named; the exit code."""
    words, place = view["words"], arguments[0] if arguments else view["zip"]
    print(view["title"], view["address"], sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        try:
            with opened(place, Path(folder)) as archive:
                connection = tables_of(archive, view["release"], Path(folder))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, LookupError):
            print(words["no_zip"].format(place=place, release=view["release"]))
            return 2
        try:
            with connection:
                return Check(view, connection).run()
        except duckdb.Error as error:  # a table or a column is missing, or is another kind of thing
            print(words["no_answer"].format(error=str(error).partition("\n")[0]))
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], VIEW))
