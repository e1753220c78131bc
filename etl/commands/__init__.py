"""The verbs of `python -m etl`, by what they are for; here, what they share.

A verb ends with code 1 and sentences when something is refused; a publish that was refused is in the audit log.
"""

import getpass
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from tqdm import tqdm

from etl.contract import ContractViolation
from etl.ledger.audit import COMMAND_LINE, Audit, DeniedAction
from etl.ledger.draft import Draft
from etl.ledger.draft_refusals import StepRefused
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.modes import keep_private
from etl.ledger.release import NoSuchRelease, Release, ReleaseConflict
from etl.ledger.store import Store
from etl.settings import settings

PROGRESS_AFTER_S = 1.0


class Verb(click.Command):
    """A command whose expected failures are sentences on the error stream and code 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            _close_to_others()
            return super().invoke(context)
        except ContractViolation as refused:
            for problem in refused.problems:
                click.echo(problem.sentence(), err=True)
            click.echo(f"{len(refused.problems)} problem(s); nothing was published.", err=True)
            _audit_denial(context, f"{len(refused.problems)} problem(s), the first: {refused.problems[0].sentence()}")
        except StepRefused as refused:
            click.echo(f"{refused}", err=True)
            _audit_denial(context, f"{refused}")
        except NoSuchRelease as missing:
            click.echo(f"There is no release {missing}: `python -m etl releases` lists them.", err=True)
        except ReleaseConflict as overtaken:
            click.echo(
                f"Somebody else published: {overtaken}. Nothing was published; look at it and try again.", err=True
            )
            _audit_denial(context, str(overtaken))
        except OSError as error:
            click.echo(f"{error.filename}: {error.strerror}" if error.filename else f"{error}", err=True)
        except (LedgerUnavailable, ValueError) as error:
            click.echo(f"{error}", err=True)
        context.exit(1)


def _close_to_others() -> None:
    """Other users of the machine don't read the ledger; what is exported from one that only some may look at neither."""
    if settings().viewers.strip().lower() != "anyone":
        keep_private()
    Store.from_environment().close_to_others()


verb = partial(click.command, cls=Verb)

author_option = click.option(
    "--author", default=getpass.getuser, help="who publishes (default: the user of this machine)"
)


def _audit_denial(context: click.Context, why: str) -> None:
    """A publish that was refused is in the audit log; `check` wants to publish nothing."""
    if context.info_name != "check":
        who = context.params.get("author") or getpass.getuser()
        about = context.params.get("file") or context.params.get("key") or ""
        what = f"{context.info_name} {about}".strip()
        Audit(Store.from_environment()).refused(DeniedAction(who, what, why, COMMAND_LINE))


def progress(unit: str) -> Callable[[list], tqdm]:
    """A bar that shows when the work takes more than a second."""
    return lambda items: tqdm(items, unit=unit, delay=PROGRESS_AFTER_S, leave=False)


def echo_release(made: Release | Draft | None) -> None:
    """The release or the draft that was made, or None for neither, as a sentence."""
    if made is None:
        click.echo("Nothing differs: no new release.")
    elif isinstance(made, Draft):
        click.echo(
            f"Nothing is published yet: draft {made.key[:8]} waits for somebody to submit it and another editor to approve it,"
            " on the Update page or with `python -m etl drafts`."
        )
    else:
        click.echo(f"Published release {made.number}: {made.message}")
