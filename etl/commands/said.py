"""The options by which a release says why it is made, in both languages, and what it corrects."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click

from etl.ledger.release import MESSAGES, Correction

NAMES = ("message_fr", "corrects", "corrects_fr", "wrong_since")


def said_options(function: Callable) -> Callable:
    """Adds them to a verb."""
    options = (
        click.option("--message-fr", help="the message in French, for readers in French"),
        click.option("--corrects", metavar="TEXT", help="marks a correction: what was wrong, in English"),
        click.option("--corrects-fr", metavar="TEXT", help="what was wrong, in French"),
        click.option("--wrong-since", metavar="YYYY-MM-DD", help="the day since which it was wrong"),
    )
    for option in reversed(options):
        function = option(function)
    return function


def said_of(message: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What a release keeps of them. Raises click.UsageError: a correction is said whole or not at all."""
    kept: dict[str, Any] = {MESSAGES: {"en": message, "fr": chosen["message_fr"]}} if chosen["message_fr"] else {}
    given = [chosen[name] for name in NAMES[1:]]
    if not any(given):
        return kept
    if not all(given):
        raise click.UsageError("A correction needs all three: --corrects, --corrects-fr and --wrong-since.")
    try:
        since = date.fromisoformat(chosen["wrong_since"])
    except ValueError:
        raise click.BadParameter(f"{chosen['wrong_since']!r} is not a day such as 2026-08-27") from None
    return kept | Correction(chosen["corrects"], chosen["corrects_fr"], since).as_extra()
