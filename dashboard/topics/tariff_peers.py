"""Our rates from codes beside those of an independent reckoning, step by step."""

import pandas as pd

from dashboard.language import _, day, number
from dashboard.once import once
from dashboard.topics.hts import schedule
from dashboard.topics.tariffs import tariff_tables
from etl.ledger.ledger import Ledger
from policy.tariffs.peers import ORIGIN, day_of, increase

STEPS_SHOWN = 6  # the newest at which theirs changed: each takes a fraction of a second to reckon


@once
def beside_peers(ledger: Ledger, release: int) -> pd.DataFrame:
    """One row a step, the newest first: the day compared, theirs, and the lowest and highest of ours, in percentage points."""
    snapshot = ledger.at(release)
    steps = snapshot.sql(
        "SELECT policy_on, tariff_increase_pct FROM trade_statutory_steps WHERE partner = $origin ORDER BY policy_on",
        origin=ORIGIN,
    )
    steps["following"] = steps["policy_on"].shift(-1)
    changed = steps[steps["tariff_increase_pct"].diff().ne(0)].tail(STEPS_SHOWN).iloc[::-1]
    held, rows = schedule(snapshot), []
    for step in changed.itertuples():
        compared = day_of(step.policy_on, None if pd.isna(step.following) else step.following)
        low, high = increase(tariff_tables(snapshot), held.lists, held.goods, compared)
        rows.append(
            {
                _("As of"): day(compared.date()),
                _("The Budget Lab, percentage points"): number(step.tariff_increase_pct, 2),
                _("This ledger, percentage points"): _("{low} to {high}").format(
                    low=number(low, 2), high=number(high, 2)
                ),
            }
        )
    return pd.DataFrame(rows)
