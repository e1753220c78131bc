"""A publisher's own workbook: a whole edition, which is asked for where the file or the ledger leaves it open."""

import re
from dataclasses import replace

import pandas as pd

from etl import publishers
from etl.contract import Problem, gathered
from etl.contract.check import BOUNDS
from etl.datasets import all_datasets
from etl.importing import catalogue, law, law_edits, lines, merge
from etl.importing.choices import official_choice_problems
from etl.importing.merge import numbered
from etl.importing.new_sources import NewSource
from etl.importing.outliers import outliers
from etl.importing.request import Proposal, Request
from etl.importing.warnings import warnings_of
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Frames
from etl.message import N_
from etl.publishers import Content, Reading, Recognised

SPENDING = "spending"  # the dataset that publishers' own workbooks are read into
SAME = 1e-6  # figures nearer than this are the same
EDITION = "edition"  # the code of the question which edition a workbook is


def judge_issue(ledger: Ledger, proposal: Proposal, content: Content, recognised: Recognised, held: Frames) -> Proposal:
    """Everything to say of a publisher's own file, and the tables with it in them: a whole edition, or rows without."""
    request, name = proposal.request, proposal.request.dataset
    if wrong := [*official_choice_problems(request)]:
        return replace(proposal, problems=tuple(wrong))
    edition, asked = _edition(request, recognised) if name == SPENDING else (None, None)
    if asked:
        return replace(proposal, problems=(asked,))
    proposal = replace(proposal, edition=edition)
    reading = publishers.read(content, held["countries"], dataset=name, edition=edition, source_id=request.source_id)
    if not reading.problems:
        reading = lines.settled(held, law.placed(held, reading, law_edits.edits_of(ledger, held, reading)))
    if reading.problems:
        return replace(proposal, problems=tuple(gathered(reading.problems)))
    new = request.source if isinstance(request.source, NewSource) else None
    day = request.published_on if request.published_on is not None else new.published_on if new else None
    tables = catalogue.into(held, reading, published_on=day, url=new.url if new else None)
    proposal = replace(proposal, source_id=reading.source_id, message=reading.message)
    frames = held | tables
    problems = [
        one for name in tables for one in merge.table_problems(numbered(tables[name]), all_datasets()[name], frames)
    ]
    dataset, rows = all_datasets()[name], reading.tables[name].reset_index(drop=True)
    cells = reading.cells[name].reset_index(drop=True)
    beyond, accepted, unmatched = outliers(rows, held[name], dataset, request.outliers, cells)
    warnings = [
        *(_correction(request, reading, held[SPENDING], tables[SPENDING]) if name == SPENDING else []),
        *law.known_already(held, reading, request.name),
        *_notes_lost(held["editions"], tables.get("editions")),
        *(replace(one, code=one.code or "sums") for one in reading.warnings),
        *warnings_of(dataset, held[name], tables[name], rows),
    ]
    problems = [*(one for one in problems if one.code != BOUNDS), *beyond, *unmatched]
    return replace(
        proposal,
        tables=tables,
        problems=tuple(problems),
        warnings=tuple(warnings),
        notes=tuple(accepted),
        evidence=tuple(reading.evidence),
        by_hand=reading.by_hand,
    )


def _edition(request: Request, recognised: Recognised) -> tuple[str | None, Problem | None]:
    """The edition a person says or the file tells; else the question."""
    edition = request.edition or recognised.edition
    day = request.published_on
    if edition is None and day is not None:
        edition = f"{day:%Y-%m}"
    if edition is None or not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", edition):
        rule = N_("does not say which edition it is.") if edition is None else N_("has no edition of that form.")
        remedy = N_("Give the month it was published, such as 2027-07.")
        return None, Problem(request.name, rule, value=edition, remedy=remedy, code=EDITION)
    if day is not None and f"{day:%Y-%m}" != edition:
        rule = N_("would be edition {edition}, but the day of publication is in another month.")
        remedy = N_("Give the day it was published, or the edition of that month.")
        return None, Problem(
            request.name, rule, value=f"{day:%Y-%m-%d}", params={"edition": edition}, remedy=remedy, code=EDITION
        )
    return edition, None


def _correction(request: Request, reading: Reading, held: pd.DataFrame, would: pd.DataFrame) -> list[Problem]:
    """The question whether a workbook whose edition is held with other figures corrects it or is a later one."""
    if request.edition is not None or request.published_on is not None:
        return []
    key = ["iso3", "year", "measure"]
    ours = (held["publisher"] == reading.publisher) & (held["edition"] == reading.edition)
    if not ours.any():
        return []
    both = held[ours].merge(
        would[(would["publisher"] == reading.publisher) & (would["edition"] == reading.edition)],
        on=key,
        suffixes=("", " new"),
    )
    other = int(((both["value"] - both["value new"]).abs() > SAME).sum())
    if not other:
        return []
    return [
        Problem(
            request.name,
            N_("is not what is held of edition {edition}: {count} of its figures differ."),
            params={"count": other, "edition": reading.edition},
            remedy=N_("They would replace it. If it is another edition, give the month it was published."),
            code=EDITION,
        )
    ]


def _notes_lost(held: pd.DataFrame, would: pd.DataFrame | None) -> list[Problem]:
    """What was written on an edition by hand and would be replaced by what the file alone tells."""
    if would is None:
        return []
    both = held.merge(would, on=merge.EDITION_KEY, suffixes=("", " new"))
    changed = both[both["trust_note"] != both["trust_note new"]]
    return [
        Problem(
            "editions",
            N_("{publisher} {edition}: the note “{old}” would become “{new}”."),
            params={
                "publisher": row["publisher"],
                "edition": row["edition"],
                "old": row["trust_note"],
                "new": row["trust_note new"],
            },
            remedy=N_("Afterwards, correct it on this page if it should say more."),
            code="notes",
        )
        for _place, row in changed.iterrows()
    ]
