"""The empty table of a dataset to fill in: its header, formats that keep codes as text, and notes on every column."""

from typing import Any

from etl.contract import DATE_DTYPE, Dataset, column_type
from etl.files.sheets import Book
from etl.message import N_, Message, Translate, untranslated

ROWS = 5_000  # rows that get formats and choices
_TYPES = {
    "str": N_("text"),
    "Int64": N_("whole number"),
    "float64": N_("number"),
    DATE_DTYPE: N_("date"),
    "boolean": N_("true or false"),
}
_LIST_LENGTH = 255  # Excel's limit for choices written into a validation


def template_xlsx(dataset: Dataset, translate: Translate = untranslated) -> bytes:
    """XLSX: a sheet named after the dataset with its header, and a sheet of notes (meaning, unit, type, key, rules)."""
    book = Book.new()
    _write_header(book, dataset)
    _write_notes(book, dataset, translate)
    return book.close()


def _write_header(book: Book, dataset: Dataset) -> None:
    sheet = book.workbook.add_worksheet(dataset.name[:31])
    for place, column in enumerate(dataset.columns):
        dtype = column_type(dataset, column)
        # text format, or Excel makes a date of the edition 2025-08 and a number of the code 0402
        kind = {"str": "text", DATE_DTYPE: "day"}.get(dtype, "")
        sheet.set_column(place, place, max(12, len(column) + 2), book.formats[kind, False])
        book.write(sheet, 0, place, column, kind="head")
        choices = ["true", "false"] if dtype == "boolean" else dataset.choices(column)
        if choices and len(",".join(choices)) <= _LIST_LENGTH:
            sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 0)


def _write_notes(book: Book, dataset: Dataset, translate: Translate) -> None:
    sheet = book.workbook.add_worksheet(translate(N_("Notes")))
    book.write(sheet, 0, 0, translate(dataset.title), kind="head")
    book.write(sheet, 1, 0, translate(dataset.description))
    titles = (N_("Column"), N_("Meaning"), N_("Unit"), N_("Type"), N_("Key"), N_("May be empty"), N_("Rules"))
    for place, (title, width) in enumerate(zip(titles, (22, 50, 24, 16, 8, 14, 60), strict=True)):
        sheet.set_column(place, place, width)
        book.write(sheet, 3, place, translate(title), kind="head")
    for row, column in enumerate(dataset.columns, 4):
        for place, cell in enumerate(_note(dataset, column, translate)):
            book.write(sheet, row, place, cell, kind="wrap")


def _note(dataset: Dataset, column: str, translate: Translate) -> tuple[str, ...]:
    described: Any = dataset.fields[column]
    unit = (described.metadata or {}).get("unit") or ""
    yes, no = translate(N_("yes")), translate(N_("no"))
    rules = [text.text(translate) for text in _rules(dataset, column)]
    return (
        column,
        translate(described.description or "") if described.description else "",
        translate(unit) if unit else "",
        translate(_TYPES[column_type(dataset, column)]),
        yes if column in dataset.key else no,
        yes if described.nullable else no,
        " ".join(rules),
    )


def _rules(dataset: Dataset, column: str) -> list[Message]:
    """The bounds, choices and references of a column as sentences."""
    found = []
    for check in dataset.fields[column].checks:
        known = check.statistics or {}
        if "min_value" in known:
            found.append(Message(N_("At least {bound}."), {"bound": _shown(known["min_value"])}))
        if "max_value" in known:
            found.append(Message(N_("At most {bound}."), {"bound": _shown(known["max_value"])}))
        if "pattern" in known:
            found.append(Message(N_("Form: {form}."), {"form": Message(str(getattr(check, "error", "")))}))
        if "allowed_values" in known:
            found.append(Message(N_("One of: {codes}."), {"codes": ", ".join(map(str, known["allowed_values"]))}))
    target = dataset.reference_of(column)
    if target:
        found.append(Message(N_("A code that is in {target}."), {"target": target}))
    return found


def _shown(bound: Any) -> str:
    return bound.date().isoformat() if hasattr(bound, "date") else str(bound)
