"""When a draft is to be published, who may look before, and whether the public calendar says that it comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from dashboard.auth import identity
from dashboard.language import LANGUAGES, _
from dashboard.sections.update.said import LONGEST, NAMES
from etl.ledger.draft import Content, Draft
from etl.settings import settings

MOST_HOURS_BEFORE = 336
DEFAULT_TIME = "08:30"


def ask_terms(draft: Draft, content: Content) -> tuple[Content, list[str]]:
    """The content with what is chosen, and what is still lacking, in sentences."""
    scope = f"drafts.{draft.key[:8]}"
    options = {"once": _("At once"), "time": _("At a time")}
    chosen = st.segmented_control(
        _("Published"),
        list(options),
        format_func=options.__getitem__,
        default="time" if draft.content.public_from else "once",
        required=True,
        wrap=True,
        key=f"{scope}.when",
    )
    lacking: list[str] = []
    content = replace(content, public_from="", zone="", announced={})
    if chosen == "time":
        content, lacking = _ask_moment(scope, draft, content)
    if identity.is_set_up():  # names are proven by nothing else
        content, wrong = _ask_readers(scope, draft, content)
        lacking += wrong
    return content, lacking


def _ask_moment(scope: str, draft: Draft, content: Content) -> tuple[Content, list[str]]:
    before = draft.content
    zone_before = before.zone or settings().time_zone
    there = before.moment.astimezone(ZoneInfo(zone_before)) if before.moment else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            _("Day"), there.date() if there else None, format="YYYY-MM-DD", key=f"{scope}.day", width=160
        )
        clock = st.time_input(
            _("Time"),
            there.time() if there else DEFAULT_TIME,
            step=timedelta(minutes=1),
            key=f"{scope}.time",
            width=130,
        )
        zones = sorted(available_timezones())
        zone = st.selectbox(_("Time zone"), zones, zones.index(zone_before), key=f"{scope}.zone", width=240)
    announced = _ask_announced(scope, before)
    if not (day and clock and zone):
        return content, [_("Choose the day and the time.")]
    moment = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    st.caption(
        _("That is {time} UTC. Until then nothing says that it is there.").format(time=f"{moment:%Y-%m-%d %H:%M}")
    )
    lacking = [] if moment > datetime.now(UTC) else [_("Choose a time that is still to come.")]
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, clock):
        lacking.append(_("There is no such time there on that day: the clocks are put forward."))
    if announced and not all(announced.values()):
        lacking.append(_("Say what the calendar says in both languages."))
    return replace(content, public_from=moment.isoformat(), zone=zone, announced=announced), lacking


def _ask_announced(scope: str, before: Content) -> dict[str, str]:
    if not st.checkbox(_("Announce it in the public calendar"), bool(before.announced), key=f"{scope}.announce"):
        return {}
    return {
        code: st.text_input(
            _("What the calendar says, in {language}").format(language=_(NAMES[code])),
            before.announced.get(code, ""),
            max_chars=LONGEST,
            key=f"{scope}.announced.{code}",
        ).strip()
        for code in LANGUAGES
    }


def _ask_readers(scope: str, draft: Draft, content: Content) -> tuple[Content, list[str]]:
    before = draft.content
    typed = st.text_area(
        _("Who may look before (one a line: Name <e-mail>); everybody is told afterwards"),
        "\n".join(f"{name} <{address}>" for address, name in before.readers.items()),
        key=f"{scope}.readers",
        height="content",
    )
    pairs = [parseaddr(line) for line in typed.splitlines() if line.strip()]
    readers = {address.lower(): name or address for name, address in pairs if "@" in address}
    wrong = [] if len(readers) == len(pairs) else [_("Write each reader as Name <e-mail>, each once.")]
    begins = ""
    if readers and (moment := content.moment):
        hours = 0
        if before.readers_from and before.moment:
            hours = round((before.moment - datetime.fromisoformat(before.readers_from)).total_seconds() / 3600)
        label = _("They may look so many hours before (0: from now on)")
        asked = st.number_input(label, 0, MOST_HOURS_BEFORE, hours, key=f"{scope}.hours", width=320)
        begins = (moment - timedelta(hours=asked)).isoformat() if asked else ""
    return replace(content, readers=readers, readers_from=begins), wrong


def say_terms(content: Content) -> None:
    """The same as it stands."""
    if content.moment:
        text = _("To be published at {time} ({zone}), {utc} UTC.")
        local = content.moment.astimezone(ZoneInfo(content.zone or "UTC"))
        st.text(text.format(time=f"{local:%Y-%m-%d %H:%M}", zone=content.zone, utc=f"{content.moment:%Y-%m-%d %H:%M}"))
    for code, text in content.announced.items():
        st.text(_("In the public calendar, in {language}: {text}").format(language=_(NAMES[code]), text=text))
    if content.readers:
        st.text(_("May look before: {names}").format(names=", ".join(f"{n} <{a}>" for a, n in content.readers.items())))
        if content.readers_from:
            begins = datetime.fromisoformat(content.readers_from).astimezone(UTC)
            st.text(_("From {time} UTC on.").format(time=f"{begins:%Y-%m-%d %H:%M}"))
