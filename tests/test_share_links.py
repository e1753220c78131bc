"""Short links, pinned views that meet newer figures, and what a flood of pictures does."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from conftest import on_this_machine

from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.web.share.changes import newer, opened_again
from etl.ledger.audit import MOST_REFUSALS, Audit, DeniedAction
from etl.ledger.ledger import Ledger
from etl.ledger.short_links import InvalidPath, ShortLinks, key_of

PATH = "/c/spending-trend?countries=CAN&lang=en"


def test_a_short_link_is_the_same_everywhere_and_makes_no_release(few_ledger):
    links = ShortLinks(few_ledger.store)
    assert links.all() == []
    made = links.make(PATH, "ana@example.org")
    assert made == links.make(PATH, "somebody else") == ShortLinks(few_ledger.store).find(key_of(PATH))
    assert made.made_by == "ana@example.org"
    assert len(made.key) == 9
    assert Ledger(few_ledger.store).newest() == 1


def test_a_revoked_link_stays_known_and_revoked(few_ledger):
    links = ShortLinks(few_ledger.store)
    made = links.make(PATH, "")
    assert links.revoke(made.key)
    assert not links.revoke(made.key)
    assert not links.revoke("nothing")
    assert links.find(made.key).revoked_at
    assert links.make(PATH, "").revoked_at
    assert [link.key for link in links.all()] == [made.key]


@pytest.mark.parametrize(
    "path", ["https://bad.example", "//bad.example", "/\\bad.example", "c/x", "/c/\nx", "/c/" + "x" * 9000]
)
def test_a_short_link_leads_nowhere_else(own_store, path):
    with pytest.raises(InvalidPath):
        ShortLinks(own_store).make(path, "")


@pytest.mark.slow
def test_links_survive_an_undo(few_ledger):
    links = ShortLinks(few_ledger.store)
    made = links.make(PATH, "")
    frame = few_ledger.current()["spending"]
    frame.loc[(frame["iso3"] == "CAN") & (frame["year"] == 2024), "value"] += 0.01
    few_ledger.publish({"spending": frame}, author="a", message="b")
    few_ledger.rollback(1, author="a", message="undo")
    assert links.find(made.key) == made


@pytest.mark.slow
def test_the_address_of_a_short_link(own_served, own_ledger):
    links = ShortLinks(own_ledger.store)
    made = links.make(PATH, "")
    address = f"{own_served.url}/s/{made.key}"
    answer = requests.get(address, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (302, PATH)
    links.revoke(made.key)
    gone = requests.get(address, timeout=60, headers={"Accept-Language": "fr"})
    assert gone.status_code == 410
    assert "révoqué" in gone.text
    assert requests.get(f"{own_served.url}/s/zzzzzzzzz", timeout=60).status_code == 404


# --- newer figures -----------------------------------------------------------------------------------------------------


def corrected(ledger, iso3="CAN", year=2024, by=0.11):
    frame = ledger.current()["spending"]
    which = (
        (frame["iso3"] == iso3)
        & (frame["year"] == year)
        & (frame["publisher"] == "NATO")
        & (frame["measure"] == "share_of_gdp_pct")
    )
    frame.loc[which, "value"] += by
    ledger.publish({"spending": frame}, author="a", message="A correction")


@pytest.mark.slow
def test_a_pinned_view_tells_what_changed_in_it(few_ledger):
    chart = all_charts()["spending-trend"]
    pinned = draw(few_ledger, chart.id, chart.Params(countries=("CAN",)), 1)
    assert newer(few_ledger, pinned, 1) is None
    corrected(few_ledger, "DNK")
    assert newer(few_ledger, pinned, 2) is None  # another view's figures
    corrected(few_ledger)
    found = newer(few_ledger, pinned, 3)
    assert len(found.drawing.rows) == 1
    change = found.drawing.rows.iloc[0]
    assert (change["iso3"], change["year"], change["change"]) == ("CAN", 2024, "changed")
    assert change["value_b"] == pytest.approx(change["value_a"] + 0.11) and change["b_less_a"] == pytest.approx(0.11)
    assert change["by_release"] == "3" and "A correction" in change["cause"]
    assert "edition" not in found.query  # it had been the newest: the live view is free to follow


@pytest.mark.slow
def test_what_was_chosen_stays_chosen(few_ledger):
    chart = all_charts()["spending-trend"]
    early = draw(few_ledger, chart.id, chart.Params(edition="2024-06", known="2024-12-31"), 1)
    opened = opened_again(few_ledger, early)
    assert str(opened.known) == "2024-12-31"
    old = draw(few_ledger, chart.id, chart.Params(edition="2024-06"), 1)
    assert opened_again(few_ledger, old).edition == "2024-06"


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_says_that_newer_figures_exist(own_served, own_ledger):
    address = f"{own_served.url}/c/spending-trend?countries=CAN&release=1&lang=en"
    assert "Newer figures" not in requests.get(address, timeout=60).text
    corrected(own_ledger)
    until = time.monotonic() + 120
    while "Newer figures" not in (page := requests.get(address, timeout=60).text):
        assert time.monotonic() < until
        time.sleep(0.3)
    assert 'id="changes"' in page
    assert "Release 1 is shown here; release 2 is the newest." in page


# --- floods ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.browser
def test_a_flood_of_pictures_is_told_to_wait_while_pages_stay_quick(own_served):
    page = f"{own_served.url}/c/spending-trend?lang=en"
    assert requests.get(page, timeout=60).status_code == 200
    over = threading.Event()
    waits: list[float] = []

    def look():
        while not over.is_set():
            started = time.monotonic()
            assert requests.get(page, timeout=60).status_code == 200
            waits.append(time.monotonic() - started)
            time.sleep(0.05)

    looking = threading.Thread(target=look)
    looking.start()
    with ThreadPoolExecutor(60) as crowd:
        address = f"{own_served.url}/c/spending-trend.png?theme=light&since="
        years = [
            f"{2014 + number % 10}&target={target}"
            for number in range(60)
            for target in ("nato-2", "path-2.5", "nato-2,path-2.5")
        ][:120]
        answers = list(crowd.map(lambda year: requests.get(address + year, timeout=120), years))
    over.set()
    looking.join()
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {200, 429}
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert sorted(waits)[len(waits) // 2] < on_this_machine(0.5)


def test_what_strangers_may_write_is_bounded(own_store, monkeypatch):
    """A refusal is a commit for good: strangers fill neither the ledger nor what is kept of people."""
    audit, kept, clock = Audit(own_store), [], [0.0]
    monkeypatch.setattr(audit, "_add", kept.append)
    monkeypatch.setattr("etl.ledger.budget.time.monotonic", lambda: clock[0])
    for _minute in range(10):
        for _ in range(2 * MOST_REFUSALS):
            audit.refused(DeniedAction("", "send a file", "may not", "there"))
        audit.refused(DeniedAction("Eve", "publish", "may not", "there"))
        clock[0] += 61
    assert [denied.who for denied in kept].count("") == MOST_REFUSALS and len(kept) == MOST_REFUSALS + 10
