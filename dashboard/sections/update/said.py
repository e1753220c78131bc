"""What a release says of itself: why it is made, in the editor's language and perhaps the other, and what it corrects."""

from dataclasses import dataclass, field
from typing import Any

from dashboard.language import LANGUAGES, _, current
from dashboard.streamlit_internals import Container
from etl.ledger.release import MESSAGES, Correction
from etl.message import N_
from etl.settings.days import today

NAMES = {"en": N_("English"), "fr": N_("French")}
LONGEST = 300


@dataclass(frozen=True)
class Said:
    """The message, what the release keeps beside it, and what is still lacking, in sentences."""

    message: str
    extra: dict[str, Any] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)


def ask_said(place: Container, key: str, message: str = "", translated: str = "", *, both: bool = False) -> Said:
    """Ask for one message, its translation where the editor has one or `both` are needed, and for a correction what was
    wrong since when."""
    own = current()
    other = next(code for code in LANGUAGES if code != own)
    label = _("Why (everybody sees it in the history)")
    message = place.text_input(label, value=message, max_chars=LONGEST, key=f"{key}.message").strip()
    label = _("The same in {language}") if both else _("The same in {language} (where you have it)")
    label = label.format(language=_(NAMES[other]))
    translated = place.text_input(label, value=translated, max_chars=LONGEST, key=f"{key}.translation").strip()
    said = {own: message} | ({other: translated} if translated else {})
    extra, lacking = {MESSAGES: said}, [] if message else [_("Say why.")]
    if both and not translated:
        lacking.append(_("Say the same in {language}.").format(language=_(NAMES[other])))
    if place.checkbox(_("This corrects figures that were wrong"), key=f"{key}.corrects"):
        wrong = {
            code: place.text_input(
                _("What was wrong, in {language}").format(language=_(NAMES[code])),
                max_chars=LONGEST,
                key=f"{key}.wrong.{code}",
            )
            for code in LANGUAGES
        }
        since = place.date_input(
            _("Wrong since"), value=None, max_value=today(), format="YYYY-MM-DD", key=f"{key}.wrong_since"
        )
        if all(text.strip() for text in wrong.values()) and since:
            extra |= Correction(wrong["en"], wrong["fr"], since).as_extra()
        else:
            lacking.append(_("Say what was wrong in both languages, and since when."))
    return Said(message, extra, lacking)
