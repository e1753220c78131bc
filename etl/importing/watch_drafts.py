"""Drafts of what the watch found: one for what is followed at one address, and never against a person's work."""

from etl.importing.proposal import Proposal, publish
from etl.ledger.audit import COMMAND_LINE
from etl.ledger.draft import Actor, Draft
from etl.ledger.drafts import StepRefused
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import OWN
from etl.ledger.release import MESSAGES
from etl.ledger.watch_log import NEW, WAITING
from etl.message import N_, Message, joined
from etl.publishers import Page, Reader

AUTHOR = "Alliance Ledger"
WATCHED = "watched"  # in the `extra` of a draft and its release: the address that is followed
NO_OTHER = Message(N_("A new file with no other figures than the ledger's."))
DRAFTED = Message(N_("A draft of them waits on the Update page."))
NEWER_CAME = "A newer file of its publisher came; nobody had touched this draft."


def hand_in(ledger: Ledger, reader: Reader, proposed: Proposal, known_as: str, sha256: str) -> tuple[str, Message]:
    """Keep what a followed file would change as a draft, in place of an earlier one that nobody has touched. Where a
    person had a hand in that one, it stays: the file waits, and is asked for again, until it is published or withdrawn."""
    counts = proposed.counts().get(reader.DATASET)
    figures = Message(N_("New figures: {added} added, {changed} changed, {removed} removed."), counts or {})
    earlier = [one for one in ledger.drafts.open_ones() if _is_about(one, reader, known_as)]
    if same := next((one for one in earlier if sha256 in _files(one)), None):
        return NEW, _told(figures, Message(N_("Draft {draft} holds them already."), {"draft": same.key[:8]}))
    touched = [one for one in earlier if _is_touched(one)]
    if counts and touched:
        return _waits(figures, touched[0])
    withdrawn = {}
    for one in (one for one in earlier if one not in touched):
        try:
            ledger.drafts.withdraw(one, Actor(AUTHOR, COMMAND_LINE), NEWER_CAME, only_as_seen=True)
        except StepRefused:  # touched, published or withdrawn a moment ago
            return _waits(figures, one)
        withdrawn = {"draft": one.key[:8]}
    if not counts:
        gone = Message(N_("Draft {draft} of an earlier file was withdrawn: nobody had touched it."), withdrawn)
        return NEW, _told(NO_OTHER, gone) if withdrawn else NO_OTHER
    what = proposed.message or {"en": "new figures", "fr": "nouveaux chiffres"}
    why = {"en": f"{reader.NAME}: {what['en']}", "fr": f"{reader.NAME} : {what['fr']}"}
    said = {MESSAGES: why, WATCHED: known_as}
    publish(ledger, proposed, author=AUTHOR, message=why["en"], said=said, as_draft=True)
    instead = Message(N_("It stands in place of draft {draft}, which nobody had touched."), withdrawn)
    return NEW, _told(figures, DRAFTED, instead) if withdrawn else _told(figures, DRAFTED)


def _waits(figures: Message, touched: Draft) -> tuple[str, Message]:
    rule = N_("They wait until draft {draft}, which somebody has worked on, is published or withdrawn.")
    return WAITING, _told(figures, Message(rule, {"draft": touched.key[:8]}))


def _told(*sentences: Message) -> Message:
    return joined(" ", sentences)


def _is_about(draft: Draft, reader: Reader, known_as: str) -> bool:
    """Whether a draft is of the same publisher's figures, by whatever way; what came from another address that the
    reader still follows is not."""
    others = {file.address if isinstance(file, Page) else file for file in reader.FILES} - {known_as}
    own = draft.content.extra.get(OWN, {}).get("publisher") == reader.PUBLISHER
    return own and reader.DATASET in draft.content.tables and draft.content.extra.get(WATCHED) not in others


def _is_touched(draft: Draft) -> bool:
    """Whether anybody but the watch took a step."""
    return any(step.who != AUTHOR for step in draft.steps)


def _files(draft: Draft) -> set[str]:
    return {file["sha256"] for file in draft.content.extra.get("files", [])}
