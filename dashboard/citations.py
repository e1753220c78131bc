"""A chart as a citation, ready to paste: what it says, whose figures, under which licence, which release, when, where."""

import re
from datetime import date

from dashboard import language
from dashboard.drawing import Drawing, publications
from dashboard.language import _
from dashboard.provenance import in_words

MOST_NAMED = 6


def citation(drawing: Drawing, address: str, published_on: date, today: date) -> str:
    """One paragraph in the current language. `address` is the link to exactly this view."""
    parts = [_("“{title}”").format(title=plain(drawing.title).rstrip(".")) + "."]
    if whose := publications(drawing.rows) or list(dict.fromkeys(source.publisher for source in drawing.sources)):
        more = [_("and others")] if len(whose) > MOST_NAMED else []
        parts.append("; ".join(whose[:MOST_NAMED] + more) + ".")
    if changed := in_words(drawing.changes):
        parts.append(_("Not all as published: {changed}.").format(changed=changed))
    when = language.day(published_on)
    parts.append(_("Alliance Ledger, release {number} of {day}.").format(number=drawing.release, day=when))
    if licences := dict.fromkeys(source.licence for source in drawing.sources if source.licence):
        parts.append(_("Licence of the figures: {licences}.").format(licences="; ".join(licences)))
    parts.append(_("Retrieved {day}, {address}").format(day=language.day(today), address=address))
    return " ".join(parts)


def plain(text: str) -> str:
    """A title without the few tags that plotly knows."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).strip() if "<" in text else text
