"""The accessibility statement: what holds, how it is checked, what does not hold yet, and where to find it otherwise."""

from dashboard import language
from dashboard.language import _
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import page
from etl.message import N_

TITLE = N_("Accessibility")
MEANT = N_(
    "Everything here is meant to be read and used by everyone: with a keyboard, a screen reader, at 400 % or on a phone, in"
    " light or dark. The aim is the Web Content Accessibility Guidelines 2.2 at level AA, as EN 301 549 asks."
)
HOLDS = (
    N_("Every chart says what it shows in a summary, and all its figures stand in a table and in CSV and Excel files."),
    N_("“Table and sources” opens each view as a plain page that needs no script, with headings and an HTML table."),
    N_(
        "A colour never speaks alone: a word, a sign or a pattern stands beside it, and texts have a contrast of 4.5 to 1."
    ),
    N_(
        "PDF files are tagged (PDF/UA) with title, language and alternative text; slides and workbooks name what they show."
    ),
    N_("Every page is checked by axe in both languages, light and dark, whenever the program is changed."),
)
NOT_YET = (
    N_(
        "Tables inside the app are drawn as grids that some screen readers read poorly: the plain page has the same rows."
    ),
    N_("What a chart shows under the pointer can not be reached by keyboard: its table says the same and more."),
    N_("Quotations and titles of sources stand in the language in which they were written."),
    N_("No one who depends on a screen reader has tried it for us yet."),
)
TELL = N_("If something keeps you out, tell who runs this server: it is a fault to be mended, not a wish.")


def statement(request: DataRequest) -> DataResponse:
    """The statement in the reader's language, as a plain page."""
    language.use(dict(request.query).get("lang") or request.accept_language)
    html = page.told_page(
        _(TITLE), _(MEANT), {_("What holds"): map(_, HOLDS), _("What does not hold yet"): map(_, NOT_YET)}, _(TELL)
    )
    return DataResponse(html.encode(), "text/html; charset=utf-8", (("content-language", language.current()),))
