"""Seeds to a release: read every dataset's seed, hold all of them against their contracts, publish all or nothing."""

from collections.abc import Iterable

import pandas as pd

from etl.check import check
from etl.contract import ContractViolation, Problem, without_cells
from etl.convert import convert
from etl.datasets import all_datasets, read_seed
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release

SEED_AUTHOR = "Alliance Ledger"
SEED_MESSAGE = "Reviewed seeds"


def read_seeds(progress=lambda names: names) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Every seed, typed, with every problem of every dataset. `progress` wraps the names it goes through."""
    frames, problems = {}, []
    for name in progress(list(all_datasets())):
        dataset = all_datasets()[name]
        frames[name], found = convert(read_seed(dataset), dataset)
        problems += found
    return frames, problems + check_all(frames, list(frames), told=problems)


def check_all(frames: dict[str, pd.DataFrame], names: Iterable[str], told: Iterable[Problem] = ()) -> list[Problem]:
    """The problems of the named tables among `frames`, without cells already `told` of."""
    told = list(told)
    found = []
    for name in names:
        of_it = [problem for problem in told if problem.dataset == name]
        found += without_cells(check(frames[name], all_datasets()[name], frames), of_it)
    return found


def load(
    ledger: Ledger, author: str = SEED_AUTHOR, message: str = SEED_MESSAGE, progress=lambda names: names
) -> Release | None:
    """Publish the seeds. None when the ledger holds just that already; raises ContractViolation with all problems."""
    frames, problems = read_seeds(progress)
    if problems:
        raise ContractViolation(problems)
    return ledger.publish(frames, author=author, message=message, extra={"source": "seeds"})
