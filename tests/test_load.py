"""The seeds are one author among others: loading them takes nobody's figures out."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from etl import load as loading
from etl.contract import ContractViolation
from etl.datasets import all_datasets
from etl.ledger.loaded_seeds import LoadedSeeds
from etl.ledger.three_way import LEDGER, SEEDS, three_way

CURRENCIES = all_datasets()["currencies"]
TYPES = CURRENCIES.empty().dtypes.to_dict()
ROWS = st.dictionaries(st.sampled_from(["CAN", "USA", "POL"]), st.sampled_from(["a", "b", "c"]))
HERE = "publisher == 'NATO' and edition == '2026-07' and iso3 == 'CAN' and measure == 'share_of_gdp_pct' and year == {}"


def table(rows: dict[str, str]) -> pd.DataFrame:
    columns = {column: ["2026"] * len(rows) for column in CURRENCIES.columns}
    columns |= {"iso3": list(rows), "currency": list(rows.values())}
    return pd.DataFrame(columns).astype(TYPES)


def rows_of(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["iso3"], frame["currency"], strict=True))


@pytest.mark.slow
@given(ROWS, ROWS, ROWS)
def test_what_one_side_changed_is_changed_and_what_both_changed_is_named(base, ledger, seeds):
    merged, conflicts = three_way(CURRENCIES, table(base), table(ledger), table(seeds))
    found, named = rows_of(merged), {conflict.key[CURRENCIES.key.index("iso3")] for conflict in conflicts}
    for code in ("CAN", "USA", "POL"):
        was, own, new = base.get(code), ledger.get(code), seeds.get(code)
        assert (code in named) == (own not in (new, was) and new != was)
        assert found.get(code) == (new if own == was else own)
    taken, none = three_way(CURRENCIES, table(base), table(ledger), table(seeds), SEEDS)
    assert not none and all(rows_of(taken).get(code) == seeds.get(code) for code in named)


@pytest.mark.slow
def test_nobody_s_figures_are_taken_out(few_ledger, few_seeds, monkeypatch):
    own_ledger, seeds, frames = few_ledger, few_seeds, dict(few_seeds)
    monkeypatch.setattr(loading, "read_seeds", lambda progress: (frames, []))

    def value(year: int, frame: pd.DataFrame) -> float:
        return frame.query(HERE.format(year))["value"].item()

    def with_value(year: int, amount: float, frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.copy()
        changed.loc[changed.query(HERE.format(year)).index, "value"] = amount
        return changed

    def held() -> pd.DataFrame:
        return own_ledger.current()["spending"]

    mine = with_value(2025, 2.5, held())
    own_ledger.publish({"spending": mine}, author="Ana", message="newer")
    assert loading.load(own_ledger) is None and value(2025, held()) == 2.5  # the seeds have not changed
    frames["spending"] = with_value(2024, 1.23, seeds["spending"])
    assert loading.load(own_ledger).number == 3
    assert (value(2024, held()), value(2025, held())) == (1.23, 2.5)  # both authors' figures
    assert LoadedSeeds(own_ledger.store).frames()["spending"].equals(frames["spending"])
    frames["spending"] = with_value(2025, 2.6, frames["spending"])
    with pytest.raises(ContractViolation, match=r"iso3 CAN.*value is 2.5 in the ledger, 2.6 in the seeds.*") as caught:
        loading.load(own_ledger)
    assert "--take seeds" in caught.value.problems[-1].sentence() and own_ledger.newest() == 3
    assert loading.load(own_ledger, take=LEDGER) is None and value(2025, held()) == 2.5
    assert loading.load(own_ledger) is None  # chosen once
    frames["spending"] = with_value(2025, 2.7, frames["spending"])
    assert loading.load(own_ledger, take=SEEDS).number == 4 and value(2025, held()) == 2.7


def test_the_seeds_say_what_they_are_in_both_languages(ledger):
    assert ledger.release(1).said("fr") == ("Données initiales révisées", "fr")
    assert ledger.release(1).said("en") == ("Reviewed seeds", "en")


def last_change_in_french():
    """The script of a page: what the Overview says of the first release."""
    from types import SimpleNamespace

    from dashboard.language import spoken
    from dashboard.sections.overview_lists import show_last_change
    from etl.ledger.ledger import Ledger

    ledger = Ledger.open()
    with spoken("fr"):
        show_last_change(SimpleNamespace(ledger=ledger, snapshot=ledger.at(1)))


def test_the_overview_says_the_last_change_in_the_readers_language(own_ledger, monkeypatch):
    monkeypatch.setenv("LEDGER_CATALOG", own_ledger.store.catalog)
    monkeypatch.setenv("LEDGER_DATA_PATH", own_ledger.store.data_path)
    app = AppTest.from_function(last_change_in_french, default_timeout=60).run()
    assert not app.exception and "Données initiales révisées" in app.caption[0].value
