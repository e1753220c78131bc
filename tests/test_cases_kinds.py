"""Kinds of file and ways of writing one: what is read is right, what is not is refused by its own name."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from test_cases import HEADER, SHARE, proposed, told

from dashboard import language
from etl.files.limits import KINDS as KINDS_READ
from etl.files.read import read_limited
from etl.importing.proposal import Proposal

KINDS = Path(__file__).parent / "kinds"  # saved by LibreOffice; a hidden sheet holds an old draft
ROWS = (("CAN", 2.14), ("France", 2.25))
TABLE = HEADER + "".join(f"NATO,2026-07,{who},2026,{SHARE},{value}\n" for who, value in ROWS)
SOURCES = "source_id,title,publisher,url,published_on,trust\nx-one,{},NATO,https://x.example/a,2026-01-02,news\n"


def workbook(sheets: dict[str, str], hidden: dict[str, str] | None = None) -> bytes:
    """XLSX whose sheets hold these CSV texts; `hidden` says which are hidden, and how."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"strings_to_numbers": False}) as book:
        for name, text in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.splitlines()):
                for column, cell in enumerate(line.split(",")):
                    number = row > 0 and column in (3, 5)
                    sheet.write_number(row, column, float(cell)) if number else sheet.write_string(row, column, cell)
            if name not in (hidden or {}):
                sheet.activate()  # the writer hides no sheet that is the active one
            elif hidden:
                sheet.very_hidden() if hidden[name] == "very" else sheet.hide()
    return memory.getvalue()


def zipped(**files: bytes | str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def xlsb(table: str) -> bytes:
    """The fewest records of a binary workbook (MS-XLSB) with one sheet of text and numbers."""

    def record(kind: int, data: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(data) & 0x7F | 0x80, len(data) >> 7]) + data

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    def cell(row: int, column: int, value: str) -> bytes:
        place = struct.pack("<II", column, 0)
        if row and column in (3, 5):
            return record(5, place + struct.pack("<d", float(value)))
        return record(6, place + text(value))

    lines = [line.split(",") for line in table.splitlines()]
    rows = b"".join(
        record(0, struct.pack("<IIHBBBII", row, 0, 300, 0, 0, 0, 0, 0))
        + b"".join(cell(row, *at) for at in enumerate(line))
        for row, line in enumerate(lines)
    )
    size = struct.pack("<IIII", 0, len(lines) - 1, 0, len(lines[0]) - 1)
    sheet = record(129) + record(148, size) + record(145) + rows + record(146) + record(130)
    bundle = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Figures"))
    book = record(131) + record(143) + bundle + record(144) + record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    rels = f'<Relationships><Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    return zipped(**{
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": rels,
        "xl/worksheets/sheet1.bin": sheet,
    })  # fmt: skip


def changes(proposal: Proposal) -> set[tuple[str, str]]:
    assert not proposal.problems, told(proposal)
    assert proposal.counts()["spending"] == {"added": 0, "changed": 2, "removed": 0}
    return set(proposal.difference["spending"][["iso3", "new"]].itertuples(index=False, name=None))


AS_JSON = '[["publisher","edition","iso3","year","measure","value"],' + ",".join(
    f'["NATO","2026-07","{who}",2026,"{SHARE}",{value}]' for who, value in ROWS
)
AS_XML = "".join(
    "<record>"
    + "".join(
        f'<field name="{name}">{cell}</field>'
        for name, cell in zip(HEADER.strip().split(","), ("NATO", "2026-07", who, 2026, SHARE, value), strict=True)
    )
    + "</record>"
    for who, value in ROWS
)
READ = {
    "figures.csv": TABLE.encode(),
    "sourced.csv": TABLE.replace("\n", ",nato-2026-07\n").replace("nato-2026-07", "source_id", 1).encode(),
    "figures.tsv": TABLE.replace(",", "\t").encode(),
    "as the IMF names text.xls": TABLE.replace(",", "\t").encode("utf-16"),
    "comma decimals.csv": TABLE.replace(",", ";").replace("2.14", "2,14").replace("2.25", "2,25").encode(),
    "figures.xlsx": workbook({"Figures": TABLE}),
    "with a draft.xlsx": workbook({"Draft": TABLE.replace("2.1", "9.9"), "Figures": TABLE}, {"Draft": "hidden"}),
    "with a secret.xlsx": workbook(
        {"Figures": TABLE, "Draft": TABLE + TABLE.partition("\n")[2] * 9}, {"Draft": "very"}
    ),
    "figures.xlsb": xlsb(TABLE),
    "figures.xls": (KINDS / "figures.xls").read_bytes(),
    "figures.ods": (KINDS / "figures.ods").read_bytes(),
    "figures.json": f"{AS_JSON}]".encode(),
    "figures.xml": f"<root><data>{AS_XML}</data></root>".encode(),
    "figures.zip": zipped(**{"in/figures.csv": TABLE, "read me.md": "# none"}),
    "a workbook.zip": zipped(**{"figures.xlsx": workbook({"Figures": TABLE})}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_every_kind_gives_the_same_figures(ledger, name):
    assert changes(proposed(ledger, READ[name], name=name)) == {("CAN", "2.14"), ("FRA", "2.25")}


REFUSED = {
    "report.pdf": (b"%PDF-1.7\n", "PDF", "PDF"),
    "picture.png": (b"\x89PNG\r\n\x1a\n", "picture", "image"),
    "report.docx": (zipped(**{"word/document.xml": "<x/>"}), "text document", "document de texte"),
    "report.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"), "text", "texte"),
    "report.odt": (
        zipped(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>"}), "text document", "texte",
    ),
    "slides.pptx": (zipped(**{"ppt/presentation.xml": "<x/>"}), "presentation", "présentation"),
    "figures.numbers": (zipped(**{"Index/Document.iwa": "x"}), "Apple", "Apple"),
    "figures.csv.gz": (gzip.compress(TABLE.encode()), "packed", "comprimé"),
    "figures.parquet": (b"PAR1\x15\x04", "Parquet", "Parquet"),
    "figures.sqlite": (b"SQLite format 3\0" + bytes(90), "database", "base de données"),
    "figures.sav": (b"$FL2@(#) SPSS", "SPSS", "SPSS"),
    "figures.fods": (b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "written as XML", "écrit en XML"),
    "of 2003.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "written as XML", "XML",
    ),
    "page.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "web page", "page Web"),
    "piece.xls": (b"<meta charset=utf-8>\n<TABLE border=1><tr><td>CAN<br></table>", "web page", "page Web"),
    "strict.xls": (b'<?xml version="1.0"?><html xmlns="x"><tr><td>1</td></tr><tr><td>2</td></tr></html>', "web", "Web"),
    "answer.json": (b'{"error": {"code": 404}}', "is JSON, not a table", "JSON"),
    "several.zip": (zipped(**{"a.csv": TABLE, "b.csv": TABLE}), "several tables: a.csv, b.csv", "plusieurs tableaux"),
    "none.zip": (zipped(**{"read.md": "x"}), "without a table", "aucun tableau"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["report.pdf", "slides.pptx", "none.zip"])
def test_a_refusal_names_the_kinds_that_are_read(name):
    (problem,) = read_limited(REFUSED[name][0], name)
    assert {path.rpartition(".")[2].upper() for path in READ} - {"TXT"} <= {*problem.params["kinds"].split(", ")}
    assert problem.params["kinds"] == KINDS_READ and f"({KINDS_READ})" in problem.sentence()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_by_its_own_name_in_both_languages(name):
    content, english, french = REFUSED[name]
    (problem,) = read_limited(content, name)
    assert english in problem.sentence() and problem.remedy
    with language.spoken("fr"):
        sentence = problem.sentence(language._)
    assert french in sentence and sentence != problem.sentence()


# --- hidden sheets, marks, encodings -------------------------------------------------------------------------------


def test_a_hidden_sheet_is_read_only_when_it_is_named(ledger):
    book = workbook({"Draft": TABLE.replace("2.14", "2.41"), "Figures": TABLE}, {"Draft": "very"})
    assert ("CAN", "2.14") in changes(proposed(ledger, book, name="f.xlsx"))
    assert ("CAN", "2.41") in changes(proposed(ledger, book, name="f.xlsx", sheet="Draft"))
    alone = proposed(ledger, workbook({"Draft": TABLE, "": "x"}, {"Draft": "hidden"}), name="f.xlsx")
    assert alone.problems and not alone.tables  # the visible sheet holds nothing; the hidden one is not taken for it


def test_two_sheets_that_fit_equally_are_a_doubt(ledger):
    book = workbook({"One": TABLE, "Two": TABLE.replace("2.14", "2.41")})
    doubts = proposed(ledger, book, name="f.xlsx").warnings
    assert [one.code for one in doubts] == ["sheet"] and "“One” was read, not: Two" in doubts[0].sentence()
    assert not proposed(ledger, book, name="f.xlsx", sheet="Two").warnings


@pytest.mark.slow
@pytest.mark.parametrize(("cells", "mark", "doubtful"), [
    (("47,136", "60.500"), ".", True), (("47,136",), ".", True), (("47.136",), ".", True), (("47 136,5",), ",", False),
    (("47,136.5",), ".", False), (("47.136,5",), ",", False), (("47’136.5",), ".", False), (("47136",), ".", False),
])  # fmt: skip
def test_marks_that_can_be_read_two_ways_are_a_doubt_until_chosen(ledger, cells, mark, doubtful):
    rows = (f"NATO\t2026-07\t{who}\t2026\texpenditure_usd_current_million\t{cell}\n"
            for who, cell in zip(("CAN", "POL"), cells, strict=False))  # fmt: skip
    text = HEADER.replace(",", "\t") + "".join(rows)
    doubts = [one for one in proposed(ledger, text, name="f.tsv").warnings if one.code == "decimal"]
    assert bool(doubts) == doubtful
    chosen = proposed(ledger, text, name="f.tsv", decimal=mark)
    assert "decimal" not in {one.code for one in chosen.warnings}


@pytest.mark.slow
@pytest.mark.parametrize(("title", "written", "chosen", "doubt"), [
    ("Défense – l’été", "utf-8", None, None),
    ("Défense – l’été", "utf-16", None, None),
    ("Défense – l’été", "cp1252", None, None),
    ("Łódź", "cp1250", None, "encoding"),
    ("Małopolska", "cp1250", None, "encoding"),
    ("Île Étienne", "mac-roman", None, "encoding"),
    ("DÃ©fense", "utf-8", None, "encoded-twice"),
    ("Défense", "utf-8", "cp1252", "encoded-twice"),
    ("DÃ©fense", "utf-8", "utf-8-twice", None),
    ("Łódź", "cp1250", "cp1250", None),
])  # fmt: skip
def test_an_encoding_that_changes_a_letter_is_a_doubt(ledger, title, written, chosen, doubt):
    content = SOURCES.format(title).encode(written)
    for name, sent in (("s.csv", content), ("s.zip", zipped(**{"s.csv": content}))):  # within a ZIP just as well
        proposal = proposed(ledger, sent, "sources", name, source=None, encoding=chosen)
        assert not proposal.problems, told(proposal)
        assert [one.code for one in proposal.warnings] == ([doubt] if doubt else [])
        right = title if doubt is None and chosen != "utf-8-twice" else "Défense" if chosen == "utf-8-twice" else None
        assert right is None or right in set(proposal.tables["sources"]["title"])


def test_one_bad_byte_is_told_by_its_cell_and_never_published(ledger):
    content = SOURCES.format("Défense – l’été").encode() + b"x-two,caf\xe9,NATO,https://x.example/b,2026-01-02,news\n"
    proposal = proposed(ledger, content, "sources", "s.csv", source=None)
    assert [(one.code, one.row, one.column) for one in proposal.problems] == [("encoding", 3, "title")]
    as_chosen = proposed(ledger, content, "sources", "s.csv", source=None, encoding="cp1252")
    assert [one.code for one in as_chosen.warnings] == ["encoded-twice"]  # the rest of the file would be lost


# --- choices that match nothing ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("name", "chosen", "words"), [
    ("figures.csv", {"sheet": "Figures"}, "has no sheets"),
    ("figures.xlsx", {"sheet": "Figure"}, "Its sheets: Figures"),
    ("figures.csv", {"header_row": 99}, "the last row is 3"),
    ("figures.xlsx", {"encoding": "cp1252"}, "no encoding and no delimiter"),
    ("figures.json", {"delimiter": ";"}, "no encoding and no delimiter"),
    ("figures.csv", {"encoding": "utf-16"}, "can not be read as utf-16"),
    ("figures.csv", {"edition": "2026-07"}, "not read as one edition"),
    ("figures.csv", {"new_edition": True}, "no edition that is new"),
    ("figures.csv", {"outliers": {"CAN 2026 share_of_gdp_pct": "true"}}, "no new value of that name"),
    ("sourced.csv", {"source": "nato-2206-07"}, "'nato-2206-07': is no source of the ledger"),
    ("figures.csv", {"skip_rows": frozenset({9})}, "no such row"),
    ("figures.csv", {"leave_out": frozenset({"places"})}, "no rows to leave out"),
    ("figures.csv", {"changes": {"remark": ""}}, "no column of that name"),
    ("figures.csv", {"changes": {"value": "amount"}}, "is not a column of this dataset"),
    ("figures.csv", {"fixed": {"year": "2026"}}, "has this column already"),
])  # fmt: skip
def test_a_choice_that_matches_nothing_is_refused(ledger, name, chosen, words):
    proposal = proposed(ledger, READ[name], name=name, **chosen)
    assert words in told(proposal) and not proposal.tables


def test_a_workbook_made_of_a_csv_that_was_opened_in_a_wrong_encoding_is_a_doubt(ledger):
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        for row, cells in enumerate(
            (SOURCES.splitlines()[0].split(","), ["x-one", "DÃ©fense", "NATO", "", "", "news"])
        ):
            book.get_worksheet_by_name("S") or book.add_worksheet("S")
            book.get_worksheet_by_name("S").write_row(row, 0, cells)
    proposal = proposed(ledger, memory.getvalue(), "sources", "s.xlsx", source=None)
    assert [one.code for one in proposal.warnings] == ["encoded-twice"]
