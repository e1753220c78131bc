"""The rates from codes beside The Budget Lab's published steps for Canada, which they did not come from."""

import pandas as pd
import pytest

from policy.tariffs import CodeLists
from policy.tariffs.peers import EXPLAINED, ORIGIN, WITHIN_POINTS, day_of, increase
from policy.tariffs.tables import plain
from tests.tariff_tables import seed, tables

LISTS = CodeLists(plain(seed("tariff_code_lists")))
PUBLISHED = seed("trade_statutory_steps")
STEPS = PUBLISHED[PUBLISHED["partner"] == ORIGIN].set_index("policy_on")["tariff_increase_pct"].sort_index()


def apart(step: str) -> float:
    """How far the peer lies outside our range, in percentage points."""
    moment = pd.Timestamp(step)
    later = STEPS.index[STEPS.index > moment]
    low, high = increase(tables(), LISTS, seed("tariff_codes"), day_of(moment, later[0] if len(later) else None))
    assert 0 <= low <= high
    return max(low - STEPS[moment], STEPS[moment] - high, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["2025-02-04", "2025-03-12", "2025-10-14", "2026-02-24", "2026-04-06", "2026-08-19"])
def test_the_peer_lies_in_our_range(step):
    assert apart(step) <= WITHIN_POINTS


@pytest.mark.parametrize("step", sorted(EXPLAINED))
def test_what_is_explained_does_differ(step):
    """An explanation of a difference that is gone has to go, too."""
    assert apart(step) > WITHIN_POINTS
