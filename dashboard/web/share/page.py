"""The share page, the embed and the short messages, as plain HTML that needs no script."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import briefing, forms, language, links, style
from dashboard.citations import citation, plain
from dashboard.glossary import terms_in
from dashboard.language import LANGUAGES, _, labelled
from dashboard.ledger import ledger
from dashboard.menu import MENU
from dashboard.web.machine_catalogue import json_ld
from dashboard.web.middleware.security_headers import EMBED_SCRIPT
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.changes import MOST_SHOWN, newer
from dashboard.web.share.comparing import comparing
from dashboard.web.share.html_table import readable
from dashboard.web.share.images import Pictures, StillDrawing
from dashboard.web.share.svg_layout import dark_variables
from dashboard.web.share.view import SharedView, ledger_name
from etl.message import N_
from etl.settings.days import today

MOST_ROWS_PRINTED, MOST_CHARACTERS_PRINTED = 12, 1000  # of a table that fits on a page with its chart
FIRST_VIEW_PATIENCE_S = 0.8  # a page without its picture now is better than one with it later
FILES = ("png", "svg", "pdf", "csv", "xlsx", "json", "pptx", "zip")
NAMES = {"en": "English", "fr": "Français"}
COLOURS = {"ink": style.INK, "muted": style.MUTED, "paper": style.PAPER, "line": style.GRID, "late": style.LATE}
WORDS = {
    "ask": N_("Ask in words"),
    "ask_example": N_("Ask: who is below 2 % in 2025"),
    "skip": N_("Skip to the table"),
    "language": N_("Language"),
    "newer_exist": N_("Newer figures exist:"),
    "see_changes": N_("see what changed in this view"),
    "keeps_to": N_("This page keeps to release {number}."),
    "explore": N_("Explore it"),
    "live_link": N_("Live link"),
    "pinned_link": N_("Pinned link"),
    "add_to_briefing": N_("Add to briefing"),
    "is_pinned": N_("Pinned: this page shows release {number} for good. The live link follows new figures."),
    "is_live": N_("Live: this page follows new figures. The pinned link keeps release {number} for good."),
    "table": N_("Table"),
    "rounding": N_(
        "Rounded here to two decimals at most, to four where all are below 0.1; the files hold every digit."
    ),
    "to_origin": N_("A figure or a day in the table leads to its origin."),
    "rounding_of_differences": N_("Rounded here to four decimals at most; the files hold every digit."),
    "long_table": N_("The table has {number} rows: {address}"),
    "changes": N_("What changed in this view"),
    "two_releases": N_("Release {old} is shown here; release {new} is the newest."),
    "open_newest": N_("Open the newest figures"),
    "differing": N_("Values that differ: {number}"),
    "release": N_("Release {number}"),
    "compare": N_("Compare with another moment"),
    "compare_how": N_("A is the other moment, B what is shown here. What is left empty is as in B."),
    "compare_do": N_("Compare"),
    "as_shown": N_("as shown"),
    "swap": N_("B compared with A"),
    "alone": N_("B alone"),
    "first_shown": N_("The first {number} are shown."),
    "sources": N_("Sources"),
    "licence": N_("Licence: {licence}."),
    "to_check": N_(
        "Check these figures yourself: {script} asks the release they are from again, with Python and DuckDB alone."
    ),
    "to_cite": N_("To cite this"),
    "for_spreadsheet": N_("CSV for a spreadsheet"),
    "about": N_(
        "Alliance Ledger: what allies spend, what they pledged, what they are charged, and which deadlines decide it."
    ),
    "accessibility": N_("Accessibility"),
    "terms": N_("Terms"),
    "newer_short": N_("Newer figures exist"),
    "table_and_sources": N_("Table and sources"),
}


@cache
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["labelled"] = labelled  # asked of the reader's language at each page
    return made


def share_page(seen: SharedView, pictures: Pictures, template: str = "share.html", **more: Any) -> str:
    """The whole page of a view; `more` is what another template than that of share pages asks for."""
    drawing = seen.drawing
    table = readable(drawing.shown, seen.origins)
    changed = newer(ledger(), drawing, seen.newest) if seen.pinned else None
    release = ledger().release(drawing.release)
    message, spoken = release.said(language.current())
    published = _("Release {number} was published on {day}:").format(
        number=release.number, day=language.day(release.published_on)
    )
    return rendered(
        template,
        **more,
        **figure_of(seen, pictures),
        **_addresses(seen),
        summary=drawing.summary,
        further=drawing.further,
        credit_line=drawing.credit_line,
        fresh=seen.fresh,
        notes=seen.warnings,
        corrections=seen.corrections,
        corrected_since=seen.corrected_since,
        table=table,
        has_origins=any(cell.origin for row in table.rows for cell in row),
        long=len(table.rows) > MOST_ROWS_PRINTED or table.characters > MOST_CHARACTERS_PRINTED,
        comparing=comparing(seen, ledger().at(seen.newest)),
        newer=changed,
        newer_table=readable(changed.drawing.shown.head(MOST_SHOWN).drop(columns="source_id")) if changed else None,
        newer_address=links.url(f"/c/{drawing.chart.id}", changed.query) if changed else "",
        sources=[asdict(source) for source in drawing.sources],
        terms=terms_in(drawing.title, drawing.subtitle, drawing.summary),
        published=published,
        message=message,
        spoken=spoken,
        citation=citation(drawing, seen.permanent, release.published_on, today()),
    )


def embed_page(seen: SharedView, pictures: Pictures) -> str:
    """The view made to stand in a frame on another site."""
    drawing = seen.drawing
    return rendered(
        "embed.html",
        tell_height=EMBED_SCRIPT,
        **figure_of(seen, pictures),
        **_addresses(seen),
        summary=drawing.summary,
        credit_line=seen.credit_line,
        notes=seen.warnings,
        corrections=seen.corrections,
        corrected_since=seen.corrected_since,
        credits=list(dict.fromkeys(source.credit for source in drawing.sources if source.credit)),
        newer=newer(ledger(), drawing, seen.newest) if seen.pinned else None,
    )


def first_view(seen: SharedView | None, pictures: Pictures, **values: Any) -> dict[str, str]:
    """Language, head and body of the first view of a page of the app: `seen` is its first chart."""
    part = MENU[values["page"]].part
    if seen is None:
        values |= {"theme": "", "chart": None, "json_ld": "", "title": values["name"], "summary": values["question"]}
    else:
        drawing, name = seen.drawing, ledger_name(seen.drawing.release)
        widths = (forms.part_px(forms.SCREEN_PX, part), forms.PHONE_PX)
        try:
            wide, narrow = pictures.inline(drawing, name, widths, FIRST_VIEW_PATIENCE_S)
        except (NoBrowser, StillDrawing):
            wide = narrow = ""
        values |= _addresses(seen) | {
            "url": values["url"],
            "languages": values["languages"],
            "wide": wide,
            "narrow": narrow,
            "theme": seen.theme,
            "chart": drawing.chart.id,
            "title": plain(drawing.title),
            "subtitle": plain(drawing.subtitle),
            "summary": drawing.summary,
            "further": drawing.further,
            "credit_line": seen.credit_line,
            "notes": (*seen.notes, *seen.corrections, *seen.corrected_since),
            "table": readable(drawing.rows),
            "share": seen.address(pinned=seen.pinned),
            "height": max(drawing.height_for(width) for width in widths),
            "part": part,
        }
    head = rendered("first_view_head.html", narrow_window_px=forms.NARROW_PX + forms.EDGES_PX, **values)
    return {"lang": language.current(), "head": head, "body": rendered("first_view.html", **values)}


def message_page(title: str, sentence: str, ways: Sequence[tuple[str, str]] = ()) -> str:
    """A page that says why there is no chart, and where to go instead."""
    return rendered(
        "message.html", title=title, sentence=sentence, ways=ways or [(_("To the overview"), "/")], theme=""
    )


def told_page(title: str, sentence: str, parts: Mapping[str, Iterable[str]], last: str) -> str:
    """A page of sentences under headings."""
    told = {heading: list(texts) for heading, texts in parts.items()}
    return rendered("statement.html", title=title, sentence=sentence, parts=told, last=last, names=NAMES, theme="")


def figure_of(seen: SharedView, pictures: Pictures) -> dict[str, Any]:
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
    return {
        "base": seen.base,
        "url": (url := seen.base + seen.address(pinned=seen.pinned)),
        "json_ld": json_ld(seen.drawing, seen.base, url),
        "live": seen.address(pinned=False),
        "fixed": seen.address(),
        "card": seen.base + seen.address(".png", size="card"),
        "for_spreadsheet": seen.address(".csv", spreadsheet=language.current()),
        "files": {ending: seen.address(f".{ending}") for ending in FILES},
        "languages": {code: seen.in_language(code) for code in LANGUAGES},
        "names": NAMES,
        "verify": seen.address("/verify.py"),
        "interactive": seen.interactive,
        "briefing": briefing.address(
            [briefing.view_of(seen.drawing.chart.id, seen.pinned_query.items())], lang=language.current()
        ),
        "home": seen.home,
        "feed": seen.feed,
    }


def rendered(template: str, **values: Any) -> str:
    """A template with its values, in the language and the colours of the house."""
    night = {name: style.themed(colour, "dark") for name, colour in COLOURS.items()}
    page = _templates().get_template(template)
    return page.render(
        lang=language.current(),
        locale=LANGUAGES[language.current()],
        font=style.FONT,
        light=COLOURS,
        night=night,
        night_figure=dark_variables(),
        w={name: _(text) for name, text in WORDS.items()},
        **values,
    )
