"""Seeds to a release: read every dataset's seed, hold all of them against their contracts, merge, publish all or nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from etl.contract import ContractViolation, Problem
from etl.contract.check import check, without_cells
from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from etl.ledger.draft import Draft
from etl.ledger.ledger import Ledger
from etl.ledger.loaded_seeds import LoadedSeeds
from etl.ledger.release import MESSAGES, Release
from etl.ledger.snapshot import Frames
from etl.ledger.three_way import Conflict, three_way

SEED_AUTHOR = "Alliance Ledger"
SEED_MESSAGE, SEED_MESSAGE_FR = "Reviewed seeds", "Données initiales révisées"
MOST_TOLD = 50


def read_seeds(progress: Callable[[list[str]], Iterable[str]] = iter) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Every seed, typed, with every problem of every dataset. `progress` wraps the names it goes through."""
    frames, problems = {}, []
    for name in progress(list(all_datasets())):
        dataset = all_datasets()[name]
        frames[name], found = convert(read_seed(dataset), dataset)
        problems += found
    return frames, problems + check_all(frames, list(frames), told=problems)


def check_all(frames: Mapping[str, pd.DataFrame], names: Iterable[str], told: Iterable[Problem] = ()) -> list[Problem]:
    """The problems of the named tables among `frames`, without cells already `told` of."""
    told = list(told)
    found = []
    for name in names:
        of_it = [problem for problem in told if problem.dataset == name]
        found += without_cells(check(frames[name], all_datasets()[name], frames), of_it)
    return found


def load(
    ledger: Ledger,
    author: str = SEED_AUTHOR,
    message: str = SEED_MESSAGE,
    progress: Callable[[list[str]], Iterable[str]] = iter,
    take: str | None = None,
) -> Release | Draft | None:
    """Merge the seeds into the ledger, as one more author: what people changed since they were last loaded stays.

    None when nothing is to be published, a draft where another person must approve it. Raises ContractViolation with all problems: of the seeds, of the tables as
    they would be, and rows that people and the seeds both changed, unless `take` says whose to take.
    """
    seeds, problems = read_seeds(progress)
    if problems:
        raise ContractViolation(problems)
    base = ledger.newest()
    if not base:  # nothing to merge with, and the seeds are checked
        return release_of_seeds(ledger, seeds, author=author, message=message)
    loaded = LoadedSeeds(ledger.store)
    before = loaded.frames() or _last_loaded(ledger)
    changed = [name for name in seeds if not before[name].equals(seeds[name])]
    if not changed:
        return None
    held, merged, conflicts = ledger.current(), {}, []
    for name in changed:
        merged[name], found = three_way(all_datasets()[name], before[name], held[name], seeds[name], take)
        conflicts += found
    if conflicts:
        raise ContractViolation(_told(conflicts))
    if problems := check_all(held | merged, list(seeds)):
        raise ContractViolation(problems)
    made = ledger.publish(merged, author=author, message=message, base=base, extra=_said(message))
    if not isinstance(made, Draft):  # what a draft would change is still to be merged the next time
        loaded.keep(seeds)
    return made


def release_of_seeds(
    ledger: Ledger, seeds: dict[str, pd.DataFrame], author: str = SEED_AUTHOR, message: str = SEED_MESSAGE
) -> Release | None:
    """Publish checked seeds as they are, in a ledger that holds nothing yet, and keep them for the next merge."""
    release = ledger.commit(seeds, author=author, message=message, base=0, extra=_said(message))
    LoadedSeeds(ledger.store).keep(seeds)
    return release


def _said(message: str) -> dict[str, Any]:
    """What a release of the seeds keeps beside its tables; their usual message in both languages."""
    in_both = {MESSAGES: {"en": message, "fr": SEED_MESSAGE_FR}} if message == SEED_MESSAGE else {}
    return {"source": "seeds"} | in_both


def _last_loaded(ledger: Ledger) -> Frames:
    """The seeds of the last release that came from them, for a ledger that does not keep them yet."""
    came = [release.number for release in ledger.releases() if release.extra.get("source") == "seeds"]
    return Frames(ledger.at(came[-1]) if came else None)


def _told(conflicts: list[Conflict]) -> list[Problem]:
    """Every conflict, the first ones by their sentence."""
    told = [Problem("seeds", conflict.sentence()) for conflict in conflicts[:MOST_TOLD]]
    more = f"{len(conflicts) - MOST_TOLD} rows more are changed on both sides. " if len(conflicts) > MOST_TOLD else ""
    choice = "Choose: --take ledger keeps what people published, --take seeds puts the seeds' rows in."
    return [*told, Problem("seeds", more + choice)]
