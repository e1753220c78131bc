"""`/s/<key>`: a short link leads to its view, or says that it was revoked."""

from dashboard import language
from dashboard.language import _
from dashboard.ledger import short_links
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import page
from etl.settings.days import day_of

HTML = "text/html; charset=utf-8"


def follow(request: DataRequest) -> DataResponse:
    """A redirection to the view, or a page that says why there is none (404: never made; 410: revoked)."""
    language.use(request.accept_language)
    link = short_links().find(request.names["key"].lower())
    if link is None:
        sentence = _("No short link has this key. Look whether all of it was copied.")
        return DataResponse(page.message_page(_("There is no such link"), sentence).encode(), HTML, status=404)
    if link.revoked_at:
        sentence = _("This link was revoked on {day} by those who keep the ledger. Ask whoever sent it for a new one.")
        sentence = sentence.format(day=language.day(day_of(link.revoked_at)))
        return DataResponse(page.message_page(_("This link was revoked"), sentence).encode(), HTML, status=410)
    return DataResponse(b"", HTML, (("location", link.path),), 302)
