"""The ledger from the command line: `python -m etl <verb>`. Exit code 1 and sentences when something is refused."""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from etl import export
from etl.contract import ContractViolation, Problem
from etl.datasets import all_datasets
from etl.datasets.sources import TRUST_CLASSES
from etl.fetch import fetch, is_address
from etl.importing import proposal
from etl.importing.proposal import NewSource
from etl.ledger.audit import COMMAND_LINE, Audit, DeniedAction
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.release import NoSuchRelease, Release, ReleaseConflict
from etl.ledger.store import Store
from etl.load import load, read_seeds

PROGRESS_AFTER_S = 1.0


def _progress(unit: str) -> Callable[[list], tqdm]:
    """A bar that shows when the work takes more than a second."""
    return lambda items: tqdm(items, unit=unit, delay=PROGRESS_AFTER_S, leave=False)


def _told(release: Release | None) -> None:
    print(
        "Nothing differs: no new release."
        if release is None
        else f"Published release {release.number}: {release.message}"
    )


def _load(ledger: Ledger, arguments: argparse.Namespace) -> None:
    if arguments.if_empty and ledger.newest():
        return
    _told(load(ledger, progress=_progress("datasets")))


def _check(ledger: Ledger, arguments: argparse.Namespace) -> None:
    frames, problems = read_seeds(_progress("datasets"))
    if problems:
        raise ContractViolation(problems)
    print(f"{len(frames)} datasets, {sum(map(len, frames.values())):,} rows: nothing to complain of.")


def _releases(ledger: Ledger, arguments: argparse.Namespace) -> None:
    for release in ledger.releases():
        print(f"{release.number:>5}  {release.published_at:%Y-%m-%d %H:%M}  {release.author:<24}  {release.message}")


def _audit(ledger: Ledger, arguments: argparse.Namespace) -> None:
    for entry in Audit(ledger.store).entries(ledger.releases()).itertuples():
        print(
            f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.what:<9}  {entry.who or '-':<24}  {entry.where or '-':<16}  {entry.detail}"
        )


def _diff(ledger: Ledger, arguments: argparse.Namespace) -> None:
    difference = ledger.diff(arguments.a, arguments.b)
    for name, frame in difference.items():
        counts = frame.drop_duplicates([c for c in frame.columns if c not in ("column", "old", "new")])[
            "change"
        ].value_counts()
        print(f"{name}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
        print(frame.to_string(index=False, max_rows=40, na_rep=""))
    if not difference:
        print(f"Releases {arguments.a} and {arguments.b} hold the same.")


def _rollback(ledger: Ledger, arguments: argparse.Namespace) -> None:
    message = arguments.message or f"Back to release {arguments.release}"
    _told(ledger.rollback(arguments.release, author=arguments.author, message=message))


def _import(ledger: Ledger, arguments: argparse.Namespace) -> None:
    content, name = _taken(arguments.file)
    request = proposal.Request(
        content,
        name,
        arguments.dataset,
        source=_source(arguments),
        mode=arguments.mode,
        fixed=dict(arguments.set),
        new_edition=arguments.new_edition,
    )
    proposed = proposal.propose(ledger, request)
    if proposed.problems:
        raise ContractViolation(list(proposed.problems))
    for name, counts in proposed.counts().items():
        print(f"{name}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
    for warning in proposed.warnings:
        print(f"warning: {warning.sentence()}", file=sys.stderr)
    if proposed.warnings and not arguments.accept_warnings:
        raise ContractViolation(
            [
                Problem(
                    request.dataset,
                    "looks implausible.",
                    remedy="Look at the warnings; --accept-warnings publishes all the same.",
                )
            ]
        )
    _told(proposal.publish(ledger, proposed, author=arguments.author, message=arguments.message))


def _taken(file: str) -> tuple[bytes, str]:
    """The bytes and the name of a file given by its path or its address."""
    if is_address(file):
        fetched = fetch(file)
        return fetched.content, fetched.name
    return Path(file).read_bytes(), Path(file).name


def _source(arguments: argparse.Namespace) -> str | NewSource | None:
    """The source named: one that is held, or a new one when a title is given with it."""
    if not arguments.source_title:
        return arguments.source
    day = pd.Timestamp(arguments.source_date) if arguments.source_date else None
    return NewSource(
        arguments.source,
        arguments.source_title,
        arguments.source_publisher or "",
        arguments.source_url or None,
        day,
        credit=arguments.source_credit,
        trust=arguments.source_trust,
    )


def _export(ledger: Ledger, arguments: argparse.Namespace) -> None:
    number = arguments.release or ledger.newest()
    export.export_zip(ledger, number, Path(arguments.path), every=arguments.all, progress=_progress("releases"))
    what = f"{number} release(s)" if arguments.all else f"release {number}"
    print(f"Wrote {what} to {arguments.path}")


def _restore(ledger: Ledger, arguments: argparse.Namespace) -> None:
    made = export.restore(ledger, Path(arguments.path), progress=_progress("releases"))
    for release in made:
        _told(release)
    if not made:
        _told(None)


def _pair(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE")
    return column, value


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-08-27") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name, run, text):
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    def author(added):
        added.add_argument(
            "--author", default=getpass.getuser(), help="who publishes (default: the user of this machine)"
        )

    added = verb("load", _load, "Publish the reviewed seeds as a release, if they differ from the newest one.")
    added.add_argument("--if-empty", action="store_true", help="only when the ledger holds no release yet")
    verb("check", _check, "Hold the seeds against their contracts; publish nothing.")
    verb("releases", _releases, "List every release: number, time, author, message.")
    verb("audit", _audit, "List every publish and refusal, newest first: time (UTC), what, who, from where, detail.")
    added = verb("diff", _diff, "Show what differs from release A to release B.")
    added.add_argument("a", type=int, metavar="A")
    added.add_argument("b", type=int, metavar="B")
    added = verb("rollback", _rollback, "Make a new release that holds what release N held.")
    added.add_argument("release", type=int, metavar="N")
    added.add_argument("--message")
    author(added)
    _import_arguments(
        verb("import", _import, "Publish a file: CSV, XLSX, or an official NATO or SIPRI workbook."), author
    )
    added = verb("export", _export, "Write a release as one zip: DuckDB file, Parquet, CSV, README and licences.")
    added.add_argument("path", metavar="PATH")
    which = added.add_mutually_exclusive_group()
    which.add_argument("--release", type=int, help="which one (default: the newest)")
    which.add_argument("--all", action="store_true", help="every release and every original file, to move a ledger")
    added = verb("restore", _restore, "Publish the releases of a zip that `export` wrote.")
    added.add_argument("path", metavar="PATH")
    return parser


def _import_arguments(added: argparse.ArgumentParser, author: Callable[[argparse.ArgumentParser], None]) -> None:
    added.add_argument("file", metavar="FILE", help="a path, or the https address of a publisher's file")
    added.add_argument(
        "--dataset",
        default="spending",
        choices=all_datasets(),
        metavar="D",
        help="which dataset the rows belong to (default: spending)",
    )
    added.add_argument(
        "--source", metavar="S", help="source_id of the publication the figures come from, for rows that name none"
    )
    added.add_argument("--source-title", help="makes --source a new source")
    added.add_argument("--source-publisher", help="who published the new source")
    added.add_argument("--source-url")
    added.add_argument("--source-date", type=_day, metavar="YYYY-MM-DD", help="day the new source was published")
    added.add_argument("--source-credit", help="credit line the new source asks for")
    added.add_argument("--source-trust", choices=TRUST_CLASSES, default="government_page")
    added.add_argument("--message", required=True, help="why")
    added.add_argument(
        "--mode",
        choices=proposal.MODES,
        default=proposal.MODES[0],
        help="add and change rows, replace an edition, or replace all",
    )
    added.add_argument(
        "--set",
        type=_pair,
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="one value for a column the file lacks",
    )
    added.add_argument("--new-edition", action="store_true", help="add editions that are not known yet")
    added.add_argument("--accept-warnings", action="store_true")
    author(added)


def _keep_refusal(arguments: argparse.Namespace, why: str) -> None:
    """A publish that was refused is in the audit log; `check` wants to publish nothing."""
    if arguments.verb != "check":
        who = getattr(arguments, "author", None) or getpass.getuser()
        Audit(Store.from_environment()).refused(
            DeniedAction(who, f"{arguments.verb} {getattr(arguments, 'file', '')}".strip(), why, COMMAND_LINE)
        )


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(Ledger.open(), arguments)
    except ContractViolation as refused:
        for problem in refused.problems:
            print(problem.sentence(), file=sys.stderr)
        print(f"{len(refused.problems)} problem(s); nothing was published.", file=sys.stderr)
        _keep_refusal(arguments, f"{len(refused.problems)} problem(s), the first: {refused.problems[0].sentence()}")
    except NoSuchRelease as missing:
        print(f"There is no release {missing}: `python -m etl releases` lists them.", file=sys.stderr)
    except ReleaseConflict as overtaken:
        print(
            f"Somebody else published: {overtaken}. Nothing was published; look at it and try again.", file=sys.stderr
        )
        _keep_refusal(arguments, str(overtaken))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else f"{error}", file=sys.stderr)
    except (LedgerUnavailable, ValueError) as error:
        print(f"{error}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
