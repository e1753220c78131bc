"""What the addresses of a briefing answer: the page that lists its views, and its files."""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard import briefing, language, links
from dashboard.citations import plain
from dashboard.drawing import Drawing
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger, release_number
from dashboard.web.api import formats
from dashboard.web.api.query import release, wrong
from dashboard.web.pack.content import Part, parts
from dashboard.web.pack.note import note
from dashboard.web.pack.paper import paper
from dashboard.web.pack.patience import patient
from dashboard.web.pack.section import Asked, drawn, pinned
from dashboard.web.pack.slides import slides
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.changes import opened_again
from dashboard.web.share.endpoints import HTML, no_browser, pictures
from dashboard.web.share.files import OFFICE
from dashboard.web.share.images import Pictures
from dashboard.web.share.page import NAMES, rendered
from dashboard.web.share.view import newest_release
from etl.message import N_
from etl.settings.days import today

PATIENCE_S = 60.0  # for the pictures of one file, all together
LONGEST_TITLE = 120
PARAMETERS = ("view", "title", "languages", "since", "lang")
FORMS: dict[str, tuple[str, Callable[[Sequence[Part], Pictures], bytes]]] = {
    "docx": (f"{OFFICE}.wordprocessingml.document", note),
    "pptx": (f"{OFFICE}.presentationml.presentation", slides),
    "pdf": ("application/pdf", paper),
}
WORDS = {
    "briefing": N_("Briefing"),
    "about": N_(
        "Put together from views of this ledger, each at its release: it becomes a Word document, slides or a PDF. The list"
        " stands in the address of this page and nowhere else; keep the address to keep the briefing."
    ),
    "empty": N_("No view yet. “Add to briefing” stands under every chart, behind “Share”, and on its plain page."),
    "title": N_("Title"),
    "languages": N_("Languages"),
    "both": N_("English and French side by side"),
    "since": N_("What changed since"),
    "before": N_("the release before"),
    "files": N_("Files"),
    "up": N_("Up"),
    "down": N_("Down"),
    "remove": N_("Remove"),
    "add": N_("Add a view"),
    "paste": N_("Link to a chart, a plain page or another briefing"),
    "go_on": N_("Choose more in the app"),
    "keep": N_("Put this into the address"),
    "waits": N_("Pictures that are not made yet take some seconds the first time."),
}


def file_in(form: str) -> Any:
    """A briefing as a file. A wrong parameter is refused: a file can't carry a note."""

    def answer(request: DataRequest) -> DataResponse:
        asked, spoken = read(request)
        try:
            content, whole = made(form, asked, spoken, pictures(), PATIENCE_S)
        except NoBrowser as reason:
            raise no_browser(reason) from None
        name = f"{_('briefing')}-{today()}-{spoken}.{form}"
        return DataResponse(content, FORMS[form][0], (formats.disposition("attachment", name),), keep=whole)

    return answer


def made(form: str, asked: Asked, spoken: str, shown: Pictures, patience_s: float) -> tuple[bytes, bool]:
    """A briefing in one of FORMS, and whether all its pictures are in it. Raises ApiProblem or NoBrowser."""
    told = parts(asked, briefing.SPOKEN[spoken])
    those_in_time, browser = patient(shown, patience_s)  # its time begins when all is drawn but the pictures
    return FORMS[form][1](told, those_in_time), not browser.failed


def read(request: DataRequest) -> tuple[Asked, str]:
    """What is asked for and in which languages. Raises ApiProblem, for everything that is wrong at once."""
    single = {name: value for name, value in request.query if name != "view"}
    asked = [value for name, value in request.query if name == "view" and value]
    faults = [
        Fault(name[:60], value, _("“{name}” is not a parameter here.").format(name=name[:60]), list(PARAMETERS))
        for name, value in single.items()
        if name not in PARAMETERS
    ]
    spoken = single.get("languages") or language.current()
    if spoken not in briefing.SPOKEN:
        faults.append(wrong("languages", spoken, list(briefing.SPOKEN)))
    views = [view for link in asked for view in briefing.views_in(link)]
    faults += [wrong("view", link, "/c/<chart>?...") for link in asked if not briefing.views_in(link)]
    if not views:
        faults.append(Fault("view", "", _("A briefing needs a view at least."), "/c/<chart>?..."))
    if len(views) > briefing.MOST_VIEWS:
        most = _("A briefing holds {most} views at most.").format(most=briefing.MOST_VIEWS)
        faults.append(Fault("view", str(len(views)), most))
    since = release_number(single["since"]) if single.get("since") else None
    if single.get("since") and since is None:
        faults.append(wrong("since", single["since"], f"1..{ledger().newest()}"))
    if faults:
        raise ApiProblem.faults(faults)
    if since is not None:
        release(since)
    return Asked(tuple(views), title_of(single.get("title", "")), since, links.public_base(request.base)), spoken


def title_of(text: str) -> str:
    """A title that a reader gave, on one line."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())[:LONGEST_TITLE]


# --- the page ----------------------------------------------------------------------------------------------------------


def page(request: DataRequest) -> DataResponse:
    """The views of a briefing, what can be done with them, and its files. What can't be shown is told, and left out."""
    single = {name: value for name, value in request.query if name != "view"}
    language.use(single.get("lang") or request.accept_language)
    newest = newest_release()
    asked = [view for name, value in request.query if name == "view" for view in briefing.views_in(value)]
    held, whole = briefing.added((), asked)
    notes = [] if whole else [_full()]
    drawings: list[Drawing] = []
    for view in held:
        try:
            drawings.append(drawn(view))
        except ApiProblem as problem:
            notes.append(f"{view.partition('?')[0]}: {problem.detail}")
    chosen = single.get("languages", "")
    settings = {
        "title": title_of(single.get("title", "")),
        "languages": chosen if chosen in briefing.SPOKEN else "",
        "since": single["since"] if release_number(single.get("since", "")) else "",
        "lang": language.current(),
    }
    views = list(dict.fromkeys(pinned(drawing) for drawing in drawings))
    html = rendered("pack.html", **_shown(drawings, views, settings, newest), notes=notes, theme="")
    return DataResponse(html.encode(), HTML, (("content-language", language.current()),))


def _full() -> str:
    text = _(
        "A briefing holds {most} views at most, and an address no more than {long} characters: the rest was left out."
    )
    return text.format(most=briefing.MOST_VIEWS, long=briefing.LONGEST_ADDRESS)


def _shown(drawings: list[Drawing], views: list[str], settings: dict[str, str], newest: int) -> dict[str, Any]:
    """What the template shows."""

    def to(changed: list[str], **more: str) -> str:
        return briefing.address(changed, **settings | more)

    entries = [
        {
            "title": plain(drawing.title),
            "subtitle": plain(drawing.subtitle),
            "release": _("release {number}").format(number=drawing.release),
            "open": links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing)),
            "up": to(_moved(views, place, -1)) if place else "",
            "down": to(_moved(views, place, 1)) if place < len(views) - 1 else "",
            "remove": to([view for view in views if view != views[place]]),
        }
        for place, drawing in enumerate(drawings[: len(views)])
    ]
    return {
        "title": _(WORDS["briefing"]),
        "words": {name: _(text) for name, text in WORDS.items()},
        "settings": settings,
        "views": views,
        "entries": entries,
        "forms": list(FORMS),
        "choices": {code: NAMES[code] for code in LANGUAGES} | {"both": _(WORDS["both"])},
        "chosen": settings["languages"] or language.current(),
        "releases": [one.number for one in ledger().releases() if one.number < newest],
        "newest": _newest(drawings, to, newest),
        "go_on": links.url("/", {"briefing": briefing.in_one(views), "lang": language.current()}),
        "other": {code: to(views, lang=code) for code in LANGUAGES if code != language.current()},
        "names": NAMES,
    }


def _moved(views: list[str], place: int, by: int) -> list[str]:
    moved = list(views)
    moved[place], moved[place + by] = moved[place + by], moved[place]
    return moved


def _newest(drawings: list[Drawing], to: Callable[..., str], newest: int) -> dict[str, str]:
    """The way to the same views with the newest figures, and what changed since then; nothing when they are the newest."""
    first = min((drawing.release for drawing in drawings), default=newest)
    if first >= newest:
        return {}
    views = [
        briefing.view_of(
            drawing.chart.id, [*links.query_of(opened_again(ledger(), drawing)).items(), ("release", str(newest))]
        )
        for drawing in drawings
    ]
    text = _("Take the figures of release {new}, with what changed since release {old}")
    return {"address": to(views, since=str(first)), "text": text.format(new=newest, old=first)}
