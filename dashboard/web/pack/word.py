"""What a Word document is made of: paragraphs in styles that a person edits, tables with heads, pictures, native charts, links."""

import io
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK, WD_PARAGRAPH_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as FilePart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE

from dashboard import style
from dashboard.language import LANGUAGES
from dashboard.web.share.deck import widths
from dashboard.web.share.html_table import Table
from dashboard.web.share.native_chart import NativeChart
from dashboard.web.share.office_chart import data_of, dress

POINTS = 9.5  # of texts in a chart
SOURCE = "Source"  # a style of its own: what stands below a figure
TABLE = "Light List Accent 1"
LINK = "0A5A94"
MARGIN, GAP = Inches(0.9), Inches(0.4)
LETTER = Inches(8.5), Inches(11)
DRAWING = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{number}" name="Chart {number}"/><wp:cNvGraphicFramePr/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{key}"/></a:graphicData>'
    "</a:graphic></wp:inline></w:drawing>"
)


def tag(language: str) -> str:
    """A language as files name it: en-CA."""
    return LANGUAGES[language].replace("_", "-")


class Writer:
    """Writes into a document, in the language that is set, in one or two columns."""

    def __init__(self, document: Any, language: str, columns: int):
        self.document, self.language, self.columns = document, language, columns
        self._charts = 0
        self._styles()
        section = document.sections[0]
        across, tall = LETTER if columns == 1 else LETTER[::-1]
        section.orientation = WD_ORIENT.PORTRAIT if columns == 1 else WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = across, tall
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        self.width = (across - 2 * MARGIN - (columns - 1) * GAP) // columns
        places = section._sectPr.find(qn("w:cols"))
        places.set(qn("w:num"), str(columns))
        places.set(qn("w:space"), str(GAP // 635))  # twentieths of a point

    def _styles(self) -> None:
        styles, smaller = self.document.styles, self.columns - 1
        styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5 - smaller)
        styles["Normal"].paragraph_format.space_after = Pt(5)
        for name, points in (("Title", 26), ("Heading 1", 17 - 4 * smaller), ("Heading 2", 13 - 2 * smaller)):
            styles[name].paragraph_format.space_before = Pt(0 if name == "Heading 1" else 8)
            styles[name].font.size, styles[name].font.color.rgb = Pt(points), RGBColor.from_string(style.INK[1:])
        styles["Subtitle"].font.italic, styles["Subtitle"].font.size = False, Pt(12)
        styles["Subtitle"].font.color.rgb = RGBColor.from_string(style.MUTED[1:])
        source = styles.add_style(SOURCE, 1)
        source.base_style, source.font.size = styles["Normal"], Pt(8.5)
        source.font.color.rgb = RGBColor.from_string(style.MUTED[1:])
        for spoken in styles.element.iter(qn("w:lang")):
            spoken.set(qn("w:val"), tag(self.language))

    # --- texts ---------------------------------------------------------------------------------------------------------

    def heading(self, text: str, level: int, starts: str = "") -> None:
        """A heading; level 0 is the title. `starts`: it begins a `page` or a `column`."""
        if starts == "column":
            self._next_column()
        paragraph = self.document.add_heading(level=level)
        paragraph.paragraph_format.page_break_before = starts == "page" or None
        self._run(paragraph, text)

    def _next_column(self) -> None:
        """A break in a line that is too small to be seen: a break within a heading is not obeyed everywhere."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), Pt(1)
        run = paragraph.add_run()
        run.font.size = Pt(1)
        run.add_break(WD_BREAK.COLUMN)

    def paragraph(self, text: str, named: str = "Normal", *, keep: bool = False) -> Any:
        """A paragraph in a style; `keep`: on the page of what comes next."""
        paragraph = self.document.add_paragraph(style=named)
        paragraph.paragraph_format.keep_with_next = keep
        self._run(paragraph, text)
        return paragraph

    def bullets(self, texts: list[str]) -> None:
        for text in texts:
            self.paragraph(text, "List Bullet")

    def link(self, text: str, address: str | None, *, named: str = SOURCE, before: str = "", after: str = "") -> None:
        """A paragraph with words that lead to an address (None: nowhere), and what stands around them."""
        paragraph = self.document.add_paragraph(style=named)
        if before:
            self._run(paragraph, before)
        run = self._run(paragraph, text)
        if address:
            run.font.color.rgb, run.font.underline = RGBColor.from_string(LINK), True
            holder = OxmlElement("w:hyperlink")
            holder.set(qn("r:id"), self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            holder.append(run._r)
            paragraph._p.append(holder)
        if after:
            self._run(paragraph, f". {after}")

    def _run(self, paragraph: Any, text: str) -> Any:
        run = paragraph.add_run(text)
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), tag(self.language))
        run._r.get_or_add_rPr().append(spoken)
        return run

    # --- tables --------------------------------------------------------------------------------------------------------

    def table(self, table: Table, called: str) -> None:
        """A table whose head is repeated on each page; `called` is what it is named to those who can't see it."""
        self.grid(table.headers, [[cell.text for cell in row] for row in table.rows], table.numeric, called)

    def grid(self, headers: Any, rows: Any, numeric: Any, called: str) -> None:
        """The same from texts."""
        added = self.document.add_table(rows=1 + len(rows), cols=len(headers), style=TABLE)
        added.autofit = False  # a table does not ask how wide a column of text is
        described = OxmlElement("w:tblDescription")
        described.set(qn("w:val"), called)
        added._tbl.tblPr.append(described)
        cells = added._cells  # asked once: each question walks the whole table
        wide = widths([headers, *rows], self.width)
        for column, width in zip(added.columns, wide, strict=True):
            column.width = width
        for place, text in enumerate([*headers, *(text for row in rows for text in row)]):
            cells[place].width = wide[place % len(headers)]
            paragraph = cells[place].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = self._run(paragraph, text)
            run.font.size = Pt(9)
            if numeric[place % len(headers)]:
                paragraph.alignment = WD_PARAGRAPH_ALIGNMENT.RIGHT
        for number, row in enumerate(added.rows):
            kept = row._tr.get_or_add_trPr()
            kept.append(OxmlElement("w:cantSplit"))
            if not number:
                kept.append(OxmlElement("w:tblHeader"))

    # --- figures -------------------------------------------------------------------------------------------------------

    def picture(self, png: bytes, height: int, shows: str) -> None:
        """A picture across the column, with what it shows for who does not see it."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        inline = paragraph.add_run().add_picture(io.BytesIO(png), self.width, height)
        inline._inline.docPr.set("descr", shows)

    def chart(self, made: NativeChart, height: int, shows: str) -> None:
        """A native chart across the column, with its figures in a sheet of its own.

        python-docx has no charts: the part is made as in a slide, and both formats hold the same one.
        """
        self._charts += 1
        page = Presentation()
        frame = page.slides.add_slide(page.slide_layouts[6]).shapes.add_chart(
            made.kind, 0, 0, self.width, height, data_of(made)
        )
        dress(frame.chart, made, height, POINTS)
        package, part = self.document.part.package, frame.chart.part
        sheet = part.chart_workbook.xlsx_part
        place = f"/word/embeddings/chart{self._charts}.xlsx"
        held = FilePart(PackURI(place), CONTENT_TYPE.SML_SHEET, sheet.blob, package)
        chart = FilePart(PackURI(f"/word/charts/chart{self._charts}.xml"), CONTENT_TYPE.DML_CHART, part.blob, package)
        (key,) = part.rels  # the sheet is all that a chart refers to
        chart.load_rel(RELATIONSHIP_TYPE.PACKAGE, held, key)
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        number = 1000 + self._charts  # of a drawing in the document; pictures count from 1
        drawing = parse_xml(
            DRAWING.format(
                width=self.width,
                height=height,
                number=number,
                key=self.document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART),
            )
        )
        drawing.find(".//" + qn("wp:docPr")).set("descr", shows)
        paragraph.add_run()._r.append(drawing)

    # --- around --------------------------------------------------------------------------------------------------------

    def footer(self, text: str) -> None:
        """A line at the foot of each page, with the page's number."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        self._run(paragraph, f"{text} · ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)
        field.append(self._run(paragraph, "1")._r)
