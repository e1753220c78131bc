"""The verbs of drafts: what the Update page does with them, for who has no browser. The same rules hold."""

import getpass
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import click

from etl.commands import echo_release, verb
from etl.commands.import_options import accepted
from etl.commands.show import echo_difference
from etl.contract import ContractViolation, Problem
from etl.ledger.audit import COMMAND_LINE
from etl.ledger.draft import APPROVED, Actor, Draft, Warned
from etl.ledger.draft_release import differing, merged
from etl.ledger.ledger import Ledger

KEY_SHOWN = 8
KEY = click.argument("key", metavar="KEY")
WHO = click.option(
    "--author",
    metavar="NAME",
    help="who takes this step (default: the user of this machine; under review it must be given, as you sign in)",
)
REASON = click.option("--reason", default="", help="why; the audit log keeps it")


@verb("list")
def list_drafts() -> None:
    """List the open drafts, newest first: key, time (UTC), state, author, message."""
    found = Ledger.open().drafts.open_ones()
    for one in found:
        made, message = f"{one.made_at:%Y-%m-%d %H:%M}", _message(one)
        click.echo(f"{one.key[:KEY_SHOWN]}  {made}  {one.state:<9}  {one.content.author:<24}  {message}")
    if not found:
        click.echo("There is no open draft.")


@verb()
@KEY
def show(key: str) -> None:
    """Show a draft: why, its warnings, what it changes in the newest release, and every step that was taken."""
    ledger, draft = _found(key)
    content = draft.content
    made = f"{draft.made_at:%Y-%m-%d %H:%M} UTC from release {content.base} by {content.author}"
    click.echo(f"Draft {draft.key[:KEY_SHOWN]}, {draft.state}, made {made}.")
    click.echo(f"On the Update page: /update?draft={draft.key}")
    for language, text in content.messages.items():
        click.echo(f"{language}: {text}")
    for language in content.lacking_languages:
        click.echo(f"{language}: not said yet [{_option(language)}]")
    if content.moment:
        click.echo(f"To be published at {content.moment:%Y-%m-%d %H:%M} UTC.")
    if draft.returned_because:
        click.echo(f"Sent back: {draft.returned_because}")
    for one in content.warnings:
        more = f" And {one.more} more like it." if one.more else ""
        reason = f"reason: {one.reason}" if one.reason else f"--accept '{_name(one)}=REASON'"
        click.echo(f"warning: {one.problem.sentence()}{more} [{reason}]")
    try:
        base, tables = merged(ledger, draft)
    except ContractViolation as violation:
        for problem in violation.problems:
            click.echo(f"in the way: {problem.sentence()}")
    else:
        difference = differing(ledger, base, tables)
        click.echo(f"What it changes in release {base}, the newest:" if difference else "Nothing differs any more.")
        echo_difference(difference)
    for step in draft.steps:
        click.echo(f"{step.at:%Y-%m-%d %H:%M:%S}  {step.what:<9}  {step.who:<24}  {step.where:<16}  {step.detail}")


@verb()
@KEY
@click.option("--message", help="why, in English")
@click.option("--message-fr", help="why, in French")
@click.option("--accept", type=accepted, multiple=True, metavar="NAME=REASON", help="why a warning may stand")
@WHO
def change(
    key: str, message: str | None, message_fr: str | None, accept: tuple[tuple[str, str], ...], author: str | None
) -> None:
    """Complete a draft: the message in both languages, a reason for each warning. An approval before it counts no more."""
    ledger, draft = _found(key)
    content, reasons = draft.content, dict(accept)
    given = {code: text for code, text in (("en", message), ("fr", message_fr)) if text}
    unknown = sorted(reasons.keys() - {_name(one) for one in content.warnings})
    if unknown:
        rule, remedy = "is accepted, but nothing of that name is told.", "Leave it out."
        raise ContractViolation([Problem(name, rule, remedy=remedy) for name in unknown])
    warnings = tuple(replace(one, reason=reasons.get(_name(one), one.reason)) for one in content.warnings)
    told = replace(content, messages={**content.messages, **given}, warnings=warnings)
    changed = ledger.drafts.change(draft, told, _actor(ledger, author))
    click.echo(f"Draft {changed.key[:KEY_SHOWN]} is {changed.state}.")


@verb()
@KEY
@WHO
def submit(key: str, author: str | None) -> None:
    """Lay a draft before another editor."""
    _step(key, author, lambda ledger, draft, actor: ledger.drafts.submit(draft, actor))


@verb()
@KEY
@WHO
def approve(key: str, author: str | None) -> None:
    """Approve a draft as it is now and publish it, at once or at its time; under review only another's, once submitted."""
    ledger, draft = _found(key)
    actor, review = _actor(ledger, author), ledger.needs_review()
    if not differing(ledger, *merged(ledger, draft)):
        raise ValueError("Nothing differs from the newest release any more: withdraw the draft.")
    if draft.state != APPROVED:
        draft = ledger.drafts.approve(draft, actor, by_another=review)
    if (moment := draft.content.moment) and moment > datetime.now(UTC):
        click.echo(f"Approved: it is published at {moment:%Y-%m-%d %H:%M} UTC.")
    else:
        echo_release(ledger.publish_draft(draft, actor))


@verb("return")
@KEY
@click.option("--reason", required=True, help="what is to be changed")
@WHO
def send_back(key: str, reason: str, author: str | None) -> None:
    """Return a draft to its author, with a reason."""
    _step(key, author, lambda ledger, draft, actor: ledger.drafts.send_back(draft, actor, reason))


@verb()
@KEY
@REASON
@WHO
def withdraw(key: str, reason: str, author: str | None) -> None:
    """Take a draft away for good."""
    _step(key, author, lambda ledger, draft, actor: ledger.drafts.withdraw(draft, actor, reason))


drafts = click.Group(
    "drafts",
    commands=[list_drafts, show, change, submit, approve, send_back, withdraw],
    help="List, show, complete, submit, approve, return or withdraw drafts, by the first letters of their key.",
)


def _step(key: str, author: str | None, step: Callable[[Ledger, Draft, Actor], Draft]) -> None:
    ledger, draft = _found(key)
    taken = step(ledger, draft, _actor(ledger, author))
    click.echo(f"Draft {taken.key[:KEY_SHOWN]} is {taken.state}.")


def _found(key: str) -> tuple[Ledger, Draft]:
    """The open draft whose key begins like this; ValueError for none and for several."""
    ledger = Ledger.open()
    found = [one for one in ledger.drafts.open_ones() if one.key.startswith(key)]
    if len(found) != 1:
        rule = "There is no open draft" if not found else "More than one open draft begins with"
        raise ValueError(f"{rule} {key}: `python -m etl drafts list` lists them.")
    return ledger, found[0]


def _actor(ledger: Ledger, author: str | None) -> Actor:
    """Who takes the step. Under review nobody is taken for another person because of the name that this machine gives them."""
    user = getpass.getuser()
    if author is None and ledger.needs_review():
        raise click.UsageError("Here another editor approves: say who you are with --author, as you sign in.")
    return Actor(author or user, COMMAND_LINE if author in (None, user) else f"{COMMAND_LINE}, {user}")


def _message(draft: Draft) -> str:
    return next(filter(None, draft.content.messages.values()), "")


def _name(warned: Warned) -> str:
    return warned.problem.code or warned.problem.rule


def _option(language: str) -> str:
    return "--message" if language == "en" else f"--message-{language}"
