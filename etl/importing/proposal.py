"""From a file a person has to a release: what was understood, what would be, what is wrong, what would differ.

`propose` reads and judges and writes nothing; `publish` makes the release if nobody published in between.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from etl import publishers
from etl.contract import ContractViolation, Problem
from etl.contract.check import check
from etl.datasets import all_datasets
from etl.files.read import read_limited
from etl.files.table import Understood
from etl.importing.merge import MODES
from etl.importing.new_sources import NewSource
from etl.importing.official import judge_issue
from etl.importing.outliers import OUTLIER
from etl.importing.request import EVIDENCE, READING, Proposal, Request, count
from etl.importing.rows import LACKS_SOURCE, judge_rows
from etl.ledger.diff import compare
from etl.ledger.draft import Draft, Warned
from etl.ledger.in_progress import write_in_progress
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import OWN
from etl.ledger.release import Release
from etl.ledger.snapshot import Frames

__all__ = ["LACKS_SOURCE", "MODES", "NewSource", "Proposal", "Request", "again", "count", "propose", "publish"]


def propose(ledger: Ledger, request: Request, understood: Understood | None = None) -> Proposal:
    """Judge a request against the newest release. `understood` spares reading the file again."""
    base = ledger.newest()
    held = Frames(ledger.at(base) if base else None)
    read = understood or read_limited(
        request.content, request.name, encoding=request.encoding, delimiter=request.delimiter
    )
    content = publishers.content_of(read, request.name, request.content)
    content = replace(content, listing=request.listing, before=request.before)
    recognised = publishers.recognise(content, request.dataset)
    was = held
    if isinstance(request.source, NewSource):
        held = was | {"sources": request.source.into(was["sources"])}
    understood = None if isinstance(read, list) else read
    proposal = Proposal(request, base, understood, publisher=recognised.publisher if recognised else None)
    if recognised:
        made = judge_issue(ledger, proposal, content, recognised, held)
    elif isinstance(read, list):
        made = replace(proposal, problems=tuple(read))
    else:
        made = judge_rows(proposal, read, held)
    if made.problems:
        return made
    tables = dict(made.tables)
    if isinstance(request.source, NewSource):
        tables.setdefault("sources", held["sources"])
    difference = {name: compare(all_datasets()[name], was[name], table) for name, table in tables.items()}
    difference = {name: frame for name, frame in difference.items() if len(frame)}
    problems = tuple(_source_problems(tables, held, request))
    return replace(
        made, tables=tables, difference=difference, problems=problems, warnings=made.warnings if difference else ()
    )


def _source_problems(
    tables: Mapping[str, pd.DataFrame], held: Mapping[str, pd.DataFrame], request: Request
) -> list[Problem]:
    if "sources" not in tables or request.dataset == "sources":
        return []
    return check(tables["sources"], all_datasets()["sources"], held)


def again(ledger: Ledger, proposal: Proposal) -> Proposal:
    """The same request, judged against the release that is newest now."""
    return propose(ledger, proposal.request)


def publish(
    ledger: Ledger,
    proposal: Proposal,
    *,
    author: str,
    message: str,
    said: Mapping[str, Any] | None = None,
    reasons: Mapping[str, str] | None = None,
    as_draft: bool = False,
) -> Release | Draft | None:
    """Publish what was proposed; None when it changes nothing. `said`: what the release keeps of a correction, and its
    message by language. `reasons`: why each warning may stand, by its rule or its code. A draft is made instead where
    another person must approve it, or with `as_draft`.

    The original file is kept first. Raises ContractViolation with all problems, ReleaseConflict when somebody published since `base`.
    """
    if proposal.problems:
        raise ContractViolation(list(proposal.problems))
    if not proposal.difference:
        return None
    with write_in_progress():  # both, or a server that is stopped ends between them
        extra = _kept(ledger, proposal) | dict(said or {})
        hand_in = ledger.draft if as_draft else ledger.publish
        warnings = Warned.each_kind(proposal.warnings, reasons or {})
        return hand_in(
            proposal.tables, author=author, message=message, base=proposal.base, extra=extra, warnings=warnings
        )


def keep_original(ledger: Ledger, proposal: Proposal, *, author: str, message: str) -> Release | None:
    """A release that changes no figure and keeps a publisher's own file: the figures held of it then have their cells.

    Raises ContractViolation, ReleaseConflict; ValueError for another file, for one with other figures, and where another
    person must approve what is published.
    """
    name = proposal.request.name
    if not proposal.publisher:
        raise ValueError(f"{name} is no publisher's own file that this program reads: nothing was kept.")
    if proposal.problems:
        raise ContractViolation(list(proposal.problems))
    if proposal.difference:
        raise ValueError(f"{name} has figures that the ledger does not hold: import it, and it is kept with them.")
    if ledger.needs_review():
        raise ValueError(f"Here another editor approves what is published, and {name} changes nothing to approve.")
    with write_in_progress():
        extra = _kept(ledger, proposal)
        return ledger.commit({}, author=author, message=message, base=proposal.base, extra=extra, always=True)


def _kept(ledger: Ledger, proposal: Proposal) -> dict[str, Any]:
    """Keep the original file; what the release says of it."""
    request = proposal.request
    sha256 = ledger.keep_file(request.content, request.name)
    extra: dict[str, Any] = {
        "source": request.source_id,
        "files": [{"sha256": sha256, "name": request.name}],
        "mode": request.mode,
    }
    if outliers := [one.sentence() for one in proposal.notes if one.code == OUTLIER]:
        extra["outliers"] = outliers
    extra |= {kind: rows for kind, rows in proposal.by_hand.items() if rows}
    if proposal.evidence:
        extra[EVIDENCE] = [one._asdict() for one in proposal.evidence]
    if proposal.publisher:
        return extra | {OWN: {"publisher": proposal.publisher, "edition": proposal.edition}}
    return extra | {READING: proposal.reading}
