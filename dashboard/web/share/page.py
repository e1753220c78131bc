"""The share page, the embed and the short messages, as plain HTML that needs no script."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import language, links, style
from dashboard.citations import citation, plain
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger
from dashboard.web.middleware.security_headers import EMBED_SCRIPT
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.changes import newer
from dashboard.web.share.html_table import readable
from dashboard.web.share.images import Pictures, StillDrawing
from dashboard.web.share.svg_layout import dark_variables
from dashboard.web.share.view import SharedView, ledger_name
from etl.days import today
from etl.message import N_

MOST_ROWS_PRINTED, MOST_CHARACTERS_PRINTED = 12, 1000  # of a table that fits on a page with its chart
SCREEN_WIDTH, HALF_WIDTH, PHONE_WIDTH = 1130, 535, 400  # of a chart on a page of the app: desk, beside another, phone
FIRST_VIEW_PATIENCE_S = 0.8  # a page without its picture now is better than one with it later
FILES = ("png", "svg", "pdf", "csv", "xlsx", "json", "pptx", "zip")
NAMES = {"en": "English", "fr": "Français"}
COLOURS = {"ink": style.INK, "muted": style.MUTED, "paper": style.PAPER, "line": style.GRID}
WORDS = {
    "skip": N_("Skip to the table"),
    "language": N_("Language"),
    "newer_exist": N_("Newer figures exist:"),
    "see_changes": N_("see what changed in this view"),
    "keeps_to": N_("This page keeps to release {number}."),
    "explore": N_("Explore it"),
    "live_link": N_("Live link"),
    "pinned_link": N_("Pinned link"),
    "is_pinned": N_("Pinned: this page shows release {number} for good. The live link follows new figures."),
    "is_live": N_("Live: this page follows new figures. The pinned link keeps release {number} for good."),
    "table": N_("Table"),
    "rounding": N_(
        "Rounded here to two decimals at most, to four where all are below 0.1; the files hold every digit."
    ),
    "long_table": N_("The table has {number} rows: {address}"),
    "changes": N_("What changed in this view"),
    "two_releases": N_("Release {old} is shown here; release {new} is the newest."),
    "open_newest": N_("Open the newest figures"),
    "differing": N_("Values that differ: {number}"),
    "row": N_("Row"),
    "column": N_("Column"),
    "release": N_("Release {number}"),
    "first_shown": N_("The first {number} are shown."),
    "sources": N_("Sources"),
    "licence": N_("Licence: {licence}."),
    "to_cite": N_("To cite this"),
    "for_spreadsheet": N_("CSV for a spreadsheet"),
    "about": N_(
        "Alliance Ledger: what allies spend, what they pledged, what they are charged, and which deadlines decide it."
    ),
    "newer_short": N_("Newer figures exist"),
    "table_and_sources": N_("Table and sources"),
}


@cache
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def share_page(seen: SharedView, pictures: Pictures) -> str:
    """The whole page of a view."""
    drawing = seen.drawing
    table = readable(drawing.rows)
    changed = newer(ledger(), drawing, seen.newest) if seen.pinned else None
    release = ledger().release(drawing.release)
    published = _("Release {number} was published on {day}: {message}").format(
        number=release.number, day=language.day(release.published_at.date()), message=release.message
    )
    return _rendered(
        "share.html",
        **_figure(seen, pictures),
        **_addresses(seen),
        summary=drawing.summary,
        credit_line=drawing.credit_line,
        notes=seen.notes,
        table=table,
        long=len(table.rows) > MOST_ROWS_PRINTED or table.characters > MOST_CHARACTERS_PRINTED,
        newer=changed,
        newer_address=links.url(f"/c/{drawing.chart.id}", changed.query) if changed else "",
        sources=sorted((asdict(source) for source in drawing.sources), key=lambda source: not source["credit"]),
        published=published,
        citation=citation(drawing, seen.base + seen.address(), release.published_at, today()),
    )


def embed_page(seen: SharedView, pictures: Pictures) -> str:
    """The view made to stand in a frame on another site."""
    drawing = seen.drawing
    return _rendered(
        "embed.html",
        tell_height=EMBED_SCRIPT,
        **_figure(seen, pictures),
        **_addresses(seen),
        summary=drawing.summary,
        credit_line=drawing.credit_line,
        credits=list(dict.fromkeys(source.credit for source in drawing.sources if source.credit)),
        newer=newer(ledger(), drawing, seen.newest) if seen.pinned else None,
    )


def first_view(seen: SharedView | None, pictures: Pictures, **values: Any) -> dict[str, str]:
    """Language, head and body of the first view of a page of the app: `seen` is its first chart."""
    columns = bool(values["tiles"]) and seen is not None and values["page"] == "overview"
    if seen is None:
        values |= {"theme": "", "chart": None, "title": values["name"], "summary": values["question"]}
    else:
        drawing, name = seen.drawing, ledger_name(seen.drawing.release)
        widths = (HALF_WIDTH if columns else SCREEN_WIDTH, PHONE_WIDTH)
        try:
            wide, narrow = pictures.inline(drawing, name, widths, FIRST_VIEW_PATIENCE_S)
        except (NoBrowser, StillDrawing):
            wide = narrow = ""
        table = readable(drawing.rows)
        values |= (
            {"wide": wide, "narrow": narrow}
            | _addresses(seen)
            | {"url": values["url"], "languages": values["languages"]}
        )
        values |= {
            "theme": seen.theme,
            "chart": drawing.chart.id,
            "title": plain(drawing.title),
            "subtitle": plain(drawing.subtitle),
            "summary": drawing.summary,
            "credit_line": drawing.credit_line,
            "notes": seen.notes,
            "table": table,
            "share": seen.address(pinned=seen.pinned),
            "height": drawing.data["layout"].get("height", 450),
            "columns": columns,
        }
    head = _rendered("first_view_head.html", **values)
    return {"lang": language.current(), "head": head, "body": _rendered("first_view.html", **values)}


def message_page(title: str, sentence: str, ways: Sequence[tuple[str, str]] = ()) -> str:
    """A page that says why there is no chart, and where to go instead."""
    return _rendered(
        "message.html", title=title, sentence=sentence, ways=ways or [(_("To the overview"), "/")], theme=""
    )


def _figure(seen: SharedView, pictures: Pictures) -> dict[str, Any]:
    """The figure for wide and narrow screens; nothing (the page then points to a picture) where none can be made."""
    drawing, theme = seen.drawing, "dark" if seen.theme == "dark" else "both"
    try:
        name = ledger_name(drawing.release)
        wide, narrow = (pictures.figure(drawing, name, size, theme) for size in ("page", "phone"))
    except NoBrowser:
        wide = narrow = ""
    return {
        "wide": wide,
        "narrow": narrow,
        "title": plain(drawing.title),
        "subtitle": plain(drawing.subtitle),
        "release": drawing.release,
        "pinned": seen.pinned,
        "theme": seen.theme,
    }


def _addresses(seen: SharedView) -> dict[str, Any]:
    """Links of the page: other states of the view, its files, the interactive page."""
    chart = seen.drawing.chart.id
    theme = {"theme": seen.theme} if seen.theme else {}
    return {
        "base": seen.base,
        "url": seen.base + seen.address(pinned=seen.pinned),
        "live": seen.address(pinned=False),
        "fixed": seen.address(),
        "card": seen.base + seen.address(".png", size="card"),
        "for_spreadsheet": seen.address(".csv", spreadsheet=language.current()),
        "files": {ending: seen.address(f".{ending}") for ending in FILES},
        "languages": {code: links.url(f"/c/{chart}", {**seen.own_query, "lang": code, **theme}) for code in LANGUAGES},
        "names": NAMES,
        "interactive": seen.interactive,
        "home": links.url("/", {"lang": seen.drawing.language}),
    }


def _rendered(template: str, **values: Any) -> str:
    night = {name: style.themed(colour, "dark") for name, colour in COLOURS.items()}
    return (
        _templates()
        .get_template(template)
        .render(
            lang=language.current(),
            locale=LANGUAGES[language.current()],
            font=style.FONT,
            light=COLOURS,
            night=night,
            night_figure=dark_variables(),
            w={name: _(text) for name, text in WORDS.items()},
            **values,
        )
    )
