"""The shape of the tables in a ledger: which version wrote them, and how those of an earlier one are read by this one.

A release is never rewritten. Its tables are brought to today's shape when they are read:

- a column or dataset that came later is missing in it ("not held then"), unless a migration gives it a value;
- a column or dataset that was removed since is listed in RETIRED and stays readable in old releases;
- a column whose type changed needs a migration, unless every value is the same in the new type.

A change of a contract is a new SCHEMA_VERSION, so that an older program refuses the ledger instead of spoiling it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

SCHEMA_VERSION = 1
SCHEMA = "schema"  # in a release's `extra`: the version that wrote it; without it, version 1


@dataclass(frozen=True)
class Migration:
    """From the version before to `version`: what it says, and by dataset a pure function of the table as it was held."""

    version: int
    says: str
    tables: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]


MIGRATIONS: tuple[Migration, ...] = ()
RETIRED: frozenset[str] = frozenset()  # "dataset" or "dataset.column" that contracts had once


def migrated(name: str, table: pd.DataFrame, version: int) -> pd.DataFrame:
    """A dataset's table as a release of an earlier `version` holds it, brought to this one."""
    for migration in migrations_since(version):
        if name in migration.tables:
            table = migration.tables[name](table)
    return table


def migrations_since(version: int) -> tuple[Migration, ...]:
    """What is done to the tables of a release that an earlier `version` wrote, when this one reads it."""
    return tuple(migration for migration in MIGRATIONS if migration.version > version)


def needs_migration(name: str, version: int) -> bool:
    return any(name in migration.tables for migration in migrations_since(version))
