"""The box on every page that takes a question in words, and what was understood of it, as parts one can change."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import links
from dashboard.ask import answer
from dashboard.ask.check import check
from dashboard.ask.lexicon import Meaning
from dashboard.language import _, labelled
from dashboard.ledger import ledger
from dashboard.menu import MENU, PAGES_FOLDER
from dashboard.once import once
from dashboard.page import asked, escaped, go
from dashboard.params import MEASURES, REPORTERS, TARGETS, Choices
from dashboard.topics.tariffs import COMPANIES, ORIGINS, PRODUCTS
from etl.ledger.ledger import Ledger
from etl.settings import days

QUESTION, NEW, SEEN, FROM_LINK = "ask.q", "ask.new", "ask.seen", "ask.from_link"
IN_LINK = "ask"  # a question in an address: /?ask=
PART_PX = 155  # two beside each other on a phone
LISTED: Mapping[str, tuple[Choices, ...]] = {
    "country": (REPORTERS, ORIGINS),
    "product": (PRODUCTS,),
    "company": (COMPANIES,),
    "measure": (MEASURES,),
    "target": (TARGETS,),
}
"""Kinds of parts that can be changed to any code of theirs; the others to what else the words may mean."""


def box() -> None:
    """The box. While nothing is asked it costs a text field and nothing else."""
    linked = st.query_params.get(IN_LINK)
    if linked and st.session_state.get(FROM_LINK) != linked:
        st.session_state[FROM_LINK] = linked
        _ask(linked)
    st.text_input(
        _("Ask in words"),
        key=QUESTION,
        placeholder=_("Ask: who is below 2 % in 2025"),
        label_visibility="collapsed",
        icon=":material/search:",
        width=270,
        on_change=lambda: _ask(st.session_state[QUESTION]),
    )


def _ask(text: str) -> None:
    st.session_state[QUESTION] = text
    st.session_state[NEW], st.session_state[SEEN] = True, False


def _text() -> str:
    return (st.session_state.get(QUESTION) or "").strip()[: answer.LONGEST]


@once
def _understood(held: Ledger, release: int, text: str) -> dict[str, Any]:
    return answer.answer(held.at(release), text, days.today())


@once
def _checked(held: Ledger, release: int, text: str) -> dict[str, Any]:
    return check(held.at(release), text, days.today())


ICONS = {"agrees": "check_circle", "cannot_be_checked": "help"}


def _show_check(text: str, understood: Mapping[str, Any]) -> None:
    """A sentence with a figure, held against the ledger; a question that asks for a view of its own is no such sentence."""
    if any(
        part["kind"] in ("chart", "view", "amount" if understood["certain"] else "") for part in understood["parts"]
    ):
        return
    checked = _checked(ledger(), ledger().newest(), text)
    if checked["reason"] in ("no_value", "no_country") or (checked["reason"] and understood["certain"]):
        return
    icon = ICONS.get(checked["verdict"], "difference")
    st.markdown(f":material/{icon}: {escaped(checked['sentence'])}")


def show_answer(page: str) -> None:
    """What was understood, until the reader moves on; where one view holds all of it, that view is opened."""
    text = _text()
    if not text:
        return
    understood = _understood(ledger(), ledger().newest(), text)
    views = understood["views"]
    if st.session_state.get(NEW):
        st.session_state[NEW] = False
        if understood["certain"]:
            go(views[0]["page"], _query(views[0]))
    here = [view for view in views if _is_here(view, page)]
    if st.session_state.get(SEEN) and not here:
        return
    st.session_state[SEEN] = bool(here)
    with st.container(border=True, key="understood", gap="small"):
        _show_check(text, understood)
        _show_parts(understood)
        _show_views(understood, here)


def _query(view: Mapping[str, Any]) -> dict[str, str]:
    """What the link to a view's page says; the language stays what it is."""
    query = links.query_in(view["links"]["page"])
    return {name: value for name, value in query.items() if name != "lang"}


def _is_here(view: Mapping[str, Any], page: str) -> bool:
    """Whether the page shows this view: what its link says stands in the address."""
    shown = asked()
    return page == view["page"] and all(shown.get(name) == value for name, value in _query(view).items())


def _show_parts(understood: Mapping[str, Any]) -> None:
    """Each part under what it is, with what else it may be; a change asks the question anew."""
    if not understood["parts"]:
        st.markdown(_("Nothing of this was understood. Name goods, a country, a measure, a target or a day."))
    with st.container(horizontal=True, vertical_alignment="bottom", key="understood_parts"):
        for place, part in enumerate(understood["parts"]):
            _show_part(place, part)


def _show_part(place: int, part: Mapping[str, Any]) -> None:
    options = _options(part)
    now = part.get("text") or _("“{text}”").format(text=part["words"])
    label = part["kind_text"]
    if part.get("read_as"):
        label = _("{kind}, read from “{words}”").format(kind=label, words=part["words"])
    elif part["kind"] and not part["used"]:
        label = _("{kind}, not in this view").format(kind=label)
    key = f"ask.part.{place}.{now}"

    def change() -> None:
        chosen = st.session_state[key]
        if chosen in options:
            _ask(options[chosen])

    st.selectbox(label, [now, *(name for name in options if name != now)], key=key, on_change=change, width=PART_PX)


def _options(part: Mapping[str, Any]) -> dict[str, str]:
    """What a part can be changed to, and the question that says so."""
    options = {other["text"]: other["q"] for other in part["alternatives"]}
    snapshot, text = ledger().at(ledger().newest()), _text()
    for choices in LISTED.get(part["kind"] or "", ()):
        for code, name in choices.names(snapshot).items():
            said = answer.written(snapshot, Meaning(part["kind"], str(code)))
            options.setdefault(name, text[: part["start"]] + said + text[part["end"] :])
    return options


def _show_views(understood: Mapping[str, Any], here: list[Mapping[str, Any]]) -> None:
    """Links to the views; of the one that is shown, to its page that opens at once."""
    views = understood["views"]
    with st.container(horizontal=True, vertical_alignment="center", key="understood_views"):
        if views and not here:
            unknown = any(part["kind"] is None for part in understood["parts"])
            said = _("Without what was not understood:") if unknown else _("More than one view may be meant; choose:")
            st.caption(said, width="content")
        for view in views:
            if view in here:
                st.caption(_("Shown: {view}").format(view=escaped(_name(view))), width="content")
            else:
                st.page_link(
                    PAGES_FOLDER / f"{view['page']}.py",
                    label=escaped(_name(view)),
                    query_params=_query(view),
                    width="content",
                )
        st.button(_("Close"), key="ask.close", type="tertiary", on_click=lambda: _ask(""))


def _name(view: Mapping[str, Any]) -> str:
    said = ", ".join(one["text"] for one in view["said"])
    return labelled(_(MENU[view["page"]].title), view["title"]) + (f" ({said})" if said else "")
