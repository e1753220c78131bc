"""Files made to hurt: each with the sentence it must be answered with (English), or the cells it must keep as text.

`corpus()` yields them one at a time, so that the large ones do not sit in memory together. Workbooks are written as
raw XML: spreadsheet libraries would refuse to make most of these.
"""

import io
import pickle
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
HEADER = ("iso3", "year", "value", "note")


@dataclass(frozen=True)
class Hostile:
    """`sentence` is part of the answer; without one the file must be read and hold `kept`, unchanged, as text.
    `stage`: where the answer comes from: reading the file ("read") or holding it against the dataset ("contract")."""

    name: str
    content: bytes | Path
    sentence: str | None = None
    stage: str = "read"
    kept: tuple[str, ...] = ()


def workbook(sheet: str, *, strings: str | None = None, extra: dict[str, str] | None = None, prolog: str = "") -> bytes:
    """A minimal XLSX whose one worksheet part is `sheet`."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="Data" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    parts |= extra or {}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, DECLARATION + (prolog if name.endswith("sheet1.xml") else "") + text)
    return made.getvalue()


def worksheet(rows: str, dimension: str = "A1:D2") -> str:
    return f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def header_row() -> str:
    return '<row r="1">' + "".join(text_cell(f"{'ABCD'[i]}1", name) for i, name in enumerate(HEADER)) + "</row>"


def one_row(value: str = "<v>2.01</v>", note: str = "ok", kind: str = "") -> str:
    attributes = f' t="{kind}"' if kind else ""
    return (
        header_row()
        + f'<row r="2">{text_cell("A2", "CAN")}<c r="B2"><v>2025</v></c><c r="C2"{attributes}>{value}</c>{text_cell("D2", note)}</row>'
    )


def csv_rows(*rows: str) -> bytes:
    return ("\n".join((",".join(HEADER), *rows)) + "\n").encode()


def bombs() -> Iterator[Hostile]:
    """Files that grow when they are unpacked or expanded."""
    big = worksheet(header_row() + f'<row r="2">{" " * 300_000_000}</row>')
    yield Hostile("zip-bomb.xlsx", workbook(big), "unpacks to 300 MB; at most 201 MB are read.")
    del big
    yield Hostile("lying-zip-bomb.xlsx", _lying(), "is damaged: a part of the workbook can not be unpacked.")
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    laughs = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{entities}]>'
    declares = "declares XML entities or a document type"
    sheet = worksheet(header_row() + '<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>')
    yield Hostile("billion-laughs.xlsx", workbook(sheet, prolog=laughs), declares)
    external = '<!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    yield Hostile("external-entity.xlsx", workbook(sheet.replace("&l9;", "&secret;"), prolog=external), declares)
    remote = '<!DOCTYPE sst SYSTEM "http://localhost:9/x.dtd">'
    strings = f'{remote}<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
    yield Hostile("remote-dtd-in-strings.xlsx", workbook(worksheet(one_row()), strings=strings), declares)
    core = {"docProps/core.xml": f"{laughs.replace('worksheet', 'c')}<c>&l9;</c>"}
    yield Hostile("laughs-in-properties.xlsx", workbook(worksheet(one_row()), extra=core), declares)
    many = {f"xl/media/{i}.txt": "" for i in range(2_500)}
    yield Hostile(
        "many-parts.xlsx", workbook(worksheet(one_row()), extra=many), "its zip directory is not one of a workbook"
    )


def _lying() -> bytes:
    """The zip directory declares 1,000 bytes for a sheet that unpacks to 100 MB."""
    honest = workbook(worksheet(header_row() + f'<row r="2">{" " * 100_000_000}</row>'))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return honest.replace(struct.pack("<L", size), struct.pack("<L", 1_000))


def wide_and_long() -> Iterator[Hostile]:
    """Used ranges, rows, columns and cells beyond measure."""
    yield Hostile("declared-range.xlsx", workbook(worksheet(one_row(), "A1:XFD1048576")), kept=("CAN", "ok"))
    far = header_row() + f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    yield Hostile(
        "far-cell.xlsx", workbook(worksheet(far, "A1:XFD1048576")), "is nearly empty but reaches to cell XFD1048576."
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 1_048_577))
    yield Hostile(
        "million-rows.xlsx", workbook(worksheet(header_row() + rows, "A1:XFD1048576")), "has more than 200000 rows."
    )
    rows = rows.replace("<v>", "<f>1+1</f><v>")[:40_000_000]
    rows = rows[: rows.rindex("</row>") + 6]
    yield Hostile("formula-rows.xlsx", workbook(worksheet(header_row() + rows)), "has more than 200000 rows.")
    shared = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 100_000))
    heavy = workbook(worksheet(header_row() + rows), strings=shared)
    yield Hostile("text-repeated.xlsx", heavy, "needs more than the 448 MiB of memory")
    yield Hostile(
        "columns.csv",
        b",".join(b"c%d" % n for n in range(100_000)) + b"\n" + b"1," * 99_999 + b"1\n",
        "has a first line of more than 262144 bytes.",
    )
    yield Hostile(
        "short-columns.csv", b"a" + b",a" * 99_999 + b"\n" + b"1," * 99_999 + b"1\n", "has more than 1000 columns."
    )
    yield Hostile("columns-later.csv", b"a,b\n1,2\n" + b"," * 100_000 + b"\n", "has more than 1000 columns.")
    yield Hostile("rows.csv", b"a,b\n" + b"1,2\n" * 300_000, "has more than 200000 rows.")
    yield Hostile(
        "cells.csv",
        b",".join([b"1"] * 900) + b"\n" + (b",".join([b"1"] * 900) + b"\n") * 700,
        "has more than 500000 filled cells.",
    )
    yield Hostile("no-newline.csv", b"x" * 1_000_000, "has a first line of more than 262144 bytes.")


def large(folder: Path) -> Iterator[Hostile]:
    """Large cells and a large file; the file is sparse, so it costs no disk."""
    path = folder / "200-mb.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(200_000_000)
    yield Hostile("200-mb.csv", path, "has 191 MiB; at most 50 MiB are read.")
    long_cell = "has a cell with more than 32767 characters."
    yield Hostile("10-mb-cell.csv", csv_rows("CAN,2025,2.01," + "x" * 10_000_000), long_cell)
    yield Hostile("10-mb-quoted-cell.csv", csv_rows('CAN,2025,2.01,"' + "x\n" * 5_000_000 + '"'), long_cell)
    yield Hostile("10-mb-cell.xlsx", workbook(worksheet(one_row(note="x" * 10_000_000))), long_cell)
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 10_000_000}</t></si></sst>'
    shared = workbook(worksheet(one_row("<v>0</v>", kind="s")), strings=strings)
    yield Hostile("10-mb-shared-string.xlsx", shared, long_cell)


def disguised() -> Iterator[Hostile]:
    """Something else under a table's name."""
    not_table = "is a program, not a table."
    yield Hostile("pickle.xlsx", pickle.dumps({"rows": [1, 2, 3]}), "holds NUL bytes: it is not a text table.")
    yield Hostile("elf.xlsx", b"\x7fELF\x02\x01\x01" + bytes(4_000), not_table)
    yield Hostile("elf.csv", b"\x7fELF\x02\x01\x01" + bytes(4_000), not_table)
    yield Hostile("pickle.csv", pickle.dumps({"rows": list(range(300))}), "holds NUL bytes: it is not a text table.")
    yield Hostile("windows.csv", b"MZ\x90\x00" + bytes(2_000), not_table)
    yield Hostile("nul.csv", csv_rows("CAN,2025,2.0\x001,x"), "holds NUL bytes: it is not a text table.")
    yield Hostile(
        "old.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000),
        "is an old or protected workbook that can not be read.",
    )
    whole = workbook(worksheet(one_row()))
    yield Hostile("cut-off.xlsx", whole[: len(whole) // 2], "is damaged: the workbook is cut off")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../evil.sh", "rm -rf /")
    yield Hostile("zip.xlsx", made.getvalue(), "is a ZIP file without a table in it.")
    yield Hostile("not-xml.xlsx", workbook("<worksheet><sheetData><row>"), "a part of the workbook is not valid XML.")
    yield Hostile("empty.csv", b"", "is empty.")
    yield Hostile("blank.csv", b" \n\n\t\n", "is empty.")
    yield Hostile("only-delimiters.csv", b",,,\n,,,\n", "holds no table: every row is empty.")
    yield Hostile(
        "open-quote.csv",
        csv_rows('CAN,2025,2.01,"never closed', "DNK,2025,3.2,x"),
        "has a quotation mark that is opened and not closed",
    )


def cells() -> Iterator[Hostile]:
    """Cells that lie about what they are: formulas, errors, a column twice."""
    yield Hostile(
        "uncached-formula.xlsx",
        workbook(worksheet(one_row("<f>1+1</f>"))),
        "row 2, column value: holds a formula without a saved value.",
    )
    dde = "<f>cmd|'/c calc'!A0</f><v>2.01</v>"
    yield Hostile("formula-command.xlsx", workbook(worksheet(one_row(dde))), kept=("2.01",))
    yield Hostile(
        "error-cell.xlsx",
        workbook(worksheet(one_row("<v>#REF!</v>", kind="e"))),
        "row 2, column value = '#REF!': is a spreadsheet error",
    )
    twice = b"iso3,year,value,value\nCAN,2025,2.01,2.02\n"
    yield Hostile("duplicate-header.csv", twice, "row 1, column value: stands in the header more than once.")


def markup() -> Iterator[Hostile]:
    """Text that another program would run; it stays text."""
    texts = (
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![x](https://localhost/x.png)",
        "[x](javascript:alert(1))",
        "=cmd|'/c calc'!A0",
        "+1+1",
        "@SUM(1)",
        "{{7*7}}",
        "'; DROP TABLE spending; --",
        "%s%s%n",
        "</textarea><svg/onload=alert(1)>",
    )
    quoted = [text.replace('"', '""') for text in texts]
    yield Hostile(
        "markup.csv", csv_rows(*(f'CAN,{1950 + n},2.01,"{text}"' for n, text in enumerate(quoted))), kept=texts
    )
    for n, text in enumerate(texts[:3]):
        yield Hostile(f"markup-{n}.xlsx", workbook(worksheet(one_row(note=text))), kept=(text,))


def numbers() -> Iterator[Hostile]:
    """What Python takes for a number and a table does not."""
    for value, sentence in {
        "NaN": "= 'NaN': is not a number.",
        "nan": "= 'nan': is not a number.",
        "inf": "= 'inf': is not a number.",
        "-Infinity": "= '-Infinity': is not a number.",
        "1e400": "column value = 'inf': is not a finite number.",
        "1e308": "= '1e+308': is above 100, the most this column allows.",
        "0x10": "= '0x10': is not a number.",
        "1_000": "= '1_000': is not a number.",
        "٣": "= '٣': is not a number.",
        "2.01\u200f": "holds an invisible character (U+200F).",
    }.items():
        yield Hostile(f"value-{value}.csv", csv_rows(f"CAN,2025,{value},x"), sentence, "contract")
    yield Hostile("negative-zero.csv", csv_rows("CAN,2025,-0.0,x"), stage="contract", kept=("0.0",))
    for value, sentence in {
        "NaN": "= 'nan': is not a number.",
        "inf": "= 'inf': is not a number.",
        "1e400": "= 'inf': is not a number.",
        "1e308": "= '1e+308': is above 100, the most",
    }.items():
        yield Hostile(f"value-{value}.xlsx", workbook(worksheet(one_row(f"<v>{value}</v>"))), sentence, "contract")
    yield Hostile("negative-zero.xlsx", workbook(worksheet(one_row("<v>-0</v>"))), stage="contract", kept=("0",))


def invisible() -> Iterator[Hostile]:
    """Characters that no one sees."""
    for mark in ("\u200f", "\u202e", "\u200b", "\u2066", "\u00ad", "\ufeff"):
        sentence = f"= 'CA[U+{ord(mark):04X}]N': holds an invisible character (U+{ord(mark):04X})."
        yield Hostile(f"mark-{ord(mark):04X}.csv", csv_rows(f"CA{mark}N,2025,2.01,x"), sentence, "contract")
    yield Hostile(
        "mark.xlsx", workbook(worksheet(one_row(note="x\u202ey"))), "holds an invisible character (U+202E).", "contract"
    )


def corpus(folder: Path) -> Iterator[Hostile]:
    """Every hostile file; `folder` takes the one that is too large to hold in memory."""
    yield from bombs()
    yield from wide_and_long()
    yield from large(folder)
    yield from disguised()
    yield from cells()
    yield from markup()
    yield from numbers()
    yield from invisible()


def write(folder: Path) -> int:
    """Write the corpus to `folder`, to try it by hand: `python -m tests.hostile.make FOLDER`; returns the count."""
    count = 0
    for hostile in corpus(folder):
        if isinstance(hostile.content, bytes):
            (folder / hostile.name).write_bytes(hostile.content)
        count += 1
    return count


if __name__ == "__main__":
    import sys

    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(f"{write(target)} files in {target}")
