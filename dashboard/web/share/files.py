"""Files of a view to take along: everything together in one archive, and what all files are called."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from dashboard import labels, language
from dashboard.citations import citation
from dashboard.drawing import Drawing, draw
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger
from dashboard.provenance import as_records, corrections_as_records, corrections_of, in_words
from dashboard.web.api import charts, formats
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import FORMATS, Pictures
from dashboard.web.share.slide import slide
from dashboard.web.share.view import ledger_name
from dashboard.web.share.workbook import workbook
from etl.files.data_package import FILE, KINDS, data_package, resource

OFFICE = "application/vnd.openxmlformats-officedocument"
Make = Callable[[Drawing, Pictures, str], bytes]


def archive(drawing: Drawing, pictures: Pictures, address: str) -> bytes:
    """Data, pictures, metadata, citation and licence of a view. Where no picture can be made the rest is there."""
    release = ledger().release(drawing.release)
    published, day = release.published_at, release.published_on
    contents: dict[str, bytes] = {
        drawing.file_name("csv"): formats.csv(drawing.rows, charts.DIGITS),
        drawing.file_name("xlsx"): workbook(drawing, pictures, address),
        "metadata.json": formats.json_bytes(_metadata(drawing, address)),
        "LICENCE.txt": _licence(drawing).encode(),
        FILE: _described(drawing, published),
    }
    own = f"lang={language.current()}"
    for code in LANGUAGES:
        with language.spoken(code):
            drawn = in_current_language(drawing)
            text = citation(drawn, address.replace(own, f"lang={code}"), day, day)
        contents[f"citation-{code}.txt"] = f"{text}\n".encode()
    try:
        for form in FORMATS:
            contents[drawing.file_name(form)] = pictures.picture(
                drawing, ledger_name(drawing.release), form, "page", "light"
            )
    except NoBrowser:
        contents["NO-PICTURES.txt"] = _("This server has no Chromium to make pictures with.").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, content in contents.items():
            packed.writestr(zipfile.ZipInfo(file, published.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def in_current_language(drawing: Drawing) -> Drawing:
    """The same view in the current language."""
    return draw(ledger(), drawing.chart.id, drawing.params, drawing.release)


def _metadata(drawing: Drawing, address: str) -> dict[str, object]:
    return {
        "chart": drawing.chart.id,
        "title": drawing.title,
        "subtitle": drawing.subtitle,
        "summary": drawing.summary,
        "release": drawing.release,
        "language": drawing.language,
        "params": charts.stated(drawing.params),
        "editions": charts.editions(drawing),
        "credit_line": drawing.credit_line,
        "address": address,
        **formats.terms(drawing.sources),
        "sources": formats.sources_of(drawing.sources),
        "changed": as_records(drawing.changes),
        "corrections": corrections_as_records(corrections_of(drawing.changes)),
        "columns": [{"name": column, "header": labels.header(column)} for column in drawing.rows.columns],
    }


def _described(drawing: Drawing, published: datetime) -> bytes:
    """The table for programs."""
    fields = [
        {
            "name": column,
            "type": KINDS.get(drawing.rows[column].dtype.kind, "string"),
            "description": labels.header(column),
        }
        for column in drawing.rows.columns
    ]
    table = resource(drawing.chart.id, drawing.file_name("csv"), drawing.subtitle or drawing.title, {"fields": fields})
    return data_package(
        name=drawing.chart.id,
        title=drawing.title,
        description=drawing.summary,
        resources=[table],
        sources=formats.sources_of(drawing.sources),
        published_at=published,
        version=drawing.release,
    )


def _licence(drawing: Drawing) -> str:
    """Under which terms the figures may be used, source by source."""
    lines = [_("The figures belong to their publishers; their terms, source by source:"), ""]
    for source in drawing.sources:
        lines.append(f"{source.source_id}: {source.publisher}, {source.title}")
        lines.append("  " + (source.licence or _("no licence stated")))
        lines += [f"  {text}" for text in (source.credit, source.url) if text]
    if changed := in_words(drawing.changes):
        lines += ["", _("Not all as published: {changed}.").format(changed=changed)]
    return "\n".join(lines) + "\n"


FORMS: dict[str, tuple[str, Make]] = {
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", workbook),
    "pptx": (f"{OFFICE}.presentationml.presentation", slide),
    "zip": ("application/zip", archive),
}
