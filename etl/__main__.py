"""The ledger from the command line: `python -m etl <verb>`. Exit code 1 and sentences when something is refused."""

import argparse
import getpass
import sys
from pathlib import Path

from tqdm import tqdm

from etl import export, importing
from etl.contract import Problem, Refused
from etl.ledger import Ledger, NoSuchRelease, Overtaken, Release, Unreadable
from etl.load import load, read_seeds

PROGRESS_AFTER_S = 1.0


def _progress(names: list[str]) -> tqdm:
    return tqdm(names, desc="checking", unit="dataset", delay=PROGRESS_AFTER_S, leave=False)


def _told(release: Release | None) -> None:
    print("Nothing differs: no new release." if release is None else f"Published release {release.number}: {release.message}")


def _load(ledger: Ledger, arguments: argparse.Namespace) -> None:
    if arguments.if_empty and ledger.newest():
        return
    _told(load(ledger, progress=_progress))


def _check(ledger: Ledger, arguments: argparse.Namespace) -> None:
    frames, problems = read_seeds(_progress)
    if problems:
        raise Refused(problems)
    print(f"{len(frames)} datasets, {sum(map(len, frames.values())):,} rows: nothing to complain of.")


def _releases(ledger: Ledger, arguments: argparse.Namespace) -> None:
    for release in ledger.releases():
        print(f"{release.number:>5}  {release.published_at:%Y-%m-%d %H:%M}  {release.author:<24}  {release.message}")


def _diff(ledger: Ledger, arguments: argparse.Namespace) -> None:
    difference = ledger.diff(arguments.a, arguments.b)
    for name, frame in difference.items():
        counts = frame.drop_duplicates([c for c in frame.columns if c not in ("column", "old", "new")])["change"].value_counts()
        print(f"{name}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
        print(frame.to_string(index=False, max_rows=40, na_rep=""))
    if not difference:
        print(f"Releases {arguments.a} and {arguments.b} hold the same.")


def _rollback(ledger: Ledger, arguments: argparse.Namespace) -> None:
    message = arguments.message or f"Back to release {arguments.release}"
    _told(ledger.rollback(arguments.release, author=arguments.author, message=message))


def _import(ledger: Ledger, arguments: argparse.Namespace) -> None:
    path = Path(arguments.file)
    proposal = importing.propose(
        ledger, path.read_bytes(), path.name, dataset=arguments.dataset, source_id=arguments.source, mode=arguments.mode
    )
    for warning in proposal.warnings:
        print(f"warning: {warning.sentence()}", file=sys.stderr)
    if proposal.problems:
        raise Refused(list(proposal.problems))
    if proposal.warnings and not arguments.accept_warnings:
        raise Refused([Problem(proposal.dataset, "looks implausible.", remedy="Look at the warnings; --accept-warnings publishes all the same.")])
    _told(importing.publish(ledger, proposal, author=arguments.author, message=arguments.message))


def _export(ledger: Ledger, arguments: argparse.Namespace) -> None:
    number = arguments.release or ledger.newest()
    Path(arguments.path).write_bytes(export.release_zip(ledger, number))
    print(f"Wrote release {number} to {arguments.path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name, run, text):
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    def author(added):
        added.add_argument("--author", default=getpass.getuser(), help="who publishes (default: the user of this machine)")

    added = verb("load", _load, "Publish the reviewed seeds as a release, if they differ from the newest one.")
    added.add_argument("--if-empty", action="store_true", help="only when the ledger holds no release yet")
    verb("check", _check, "Hold the seeds against their contracts; publish nothing.")
    verb("releases", _releases, "List every release: number, time, author, message.")
    added = verb("diff", _diff, "Show what differs from release A to release B.")
    added.add_argument("a", type=int, metavar="A")
    added.add_argument("b", type=int, metavar="B")
    added = verb("rollback", _rollback, "Make a new release that holds what release N held.")
    added.add_argument("release", type=int, metavar="N")
    added.add_argument("--message")
    author(added)
    added = verb("import", _import, "Publish a file: CSV, XLSX, or an official NATO or SIPRI workbook.")
    added.add_argument("file", metavar="FILE")
    added.add_argument("--dataset", help="which dataset the rows belong to (official workbooks: spending)", default="spending")
    added.add_argument("--source", required=True, help="source_id of the publication the figures come from")
    added.add_argument("--message", required=True, help="why")
    added.add_argument("--mode", choices=importing.MODES, default=importing.MODES[0])
    added.add_argument("--accept-warnings", action="store_true")
    author(added)
    added = verb("export", _export, "Write a release as one zip: DuckDB file, Parquet, CSV, README and licences.")
    added.add_argument("path", metavar="PATH")
    added.add_argument("--release", type=int)
    return parser


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(Ledger.open(), arguments)
    except Refused as refused:
        for problem in refused.problems:
            print(problem.sentence(), file=sys.stderr)
        print(f"{len(refused.problems)} problem(s); nothing was published.", file=sys.stderr)
    except NoSuchRelease as missing:
        print(f"There is no release {missing}: `python -m etl releases` lists them.", file=sys.stderr)
    except Overtaken as overtaken:
        print(f"Somebody else published: {overtaken}. Nothing was published; look at it and try again.", file=sys.stderr)
    except (Unreadable, OSError) as error:
        print(f"{error}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
