"""Published at a time: nobody knows before, everybody sees it after, once, whoever is up and whatever is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import environment
from test_drafts import ANA, BEA, SAID, with_value

from etl.ledger.draft import APPROVED, OPEN, PUBLISHED, WITHDRAWN, Draft
from etl.ledger.drafts import StepRefused
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store

FAR = 3600.0
ASKING = "from etl.ledger.ledger import Ledger; ledger = Ledger.open()\nwhile True: print(ledger.newest(), flush=True)"


def planned(ledger: Ledger, after_s: float, value: float = 2.5, **content) -> Draft:
    """An approved draft that is to be published after so many seconds."""
    draft = ledger.draft(with_value(ledger, value), base=ledger.newest(), author=ANA.name, message="why", extra=SAID)
    moment = datetime.now(UTC) + timedelta(seconds=after_s)
    draft = ledger.drafts.change(draft, replace(draft.content, public_from=moment.isoformat(), **content), ANA)
    return ledger.drafts.approve(draft, BEA, by_another=False)


def passed(ledger: Ledger, draft: Draft) -> None:
    """Wait for its moment, asking nothing."""
    time.sleep(max(0.0, (draft.content.moment - datetime.now(UTC)).total_seconds() + 0.05))


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_nobody_knows_before_and_every_server_shows_it_after_once(few_ledger):
    draft = planned(few_ledger, 8)
    servers = [Ledger(few_ledger.store) for _ in range(3)]
    assert [server.newest() for server in servers] == [1, 1, 1]
    with pytest.raises(StepRefused, match="not the time yet"):
        few_ledger.publish_draft(draft, BEA)
    passed(few_ledger, draft)
    answers: list[int] = []
    asking = [threading.Thread(target=lambda own=own: answers.append(own.newest())) for own in servers * 4]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert answers == [2] * len(asking), "who asks after the moment is shown nothing older"
    releases = Ledger(few_ledger.store).releases()
    assert [release.number for release in releases] == [1, 2]
    assert releases[-1].extra["public_from"] == draft.content.public_from
    assert few_ledger.drafts.find(draft.key).state == PUBLISHED
    with few_ledger._catalog.store.one_writer():
        moment = few_ledger._catalog.read(few_ledger.store.now)
    assert abs((moment - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.slow
def test_withdrawn_or_changed_before_its_time_it_never_was(few_ledger):
    withdrawn = planned(few_ledger, FAR)
    assert Ledger(few_ledger.store).timed.planned() == (withdrawn,)  # who asked a moment ago need not ask again yet
    assert few_ledger.drafts.withdraw(withdrawn, ANA).state == WITHDRAWN
    changed = planned(few_ledger, 3)
    few_ledger.drafts.change(changed, replace(changed.content, zone="Europe/Brussels"), ANA)
    passed(few_ledger, changed)
    assert Ledger(few_ledger.store).newest() == 1
    assert few_ledger.publish(with_value(few_ledger, 2.6), author="a", message="next").number == 2


@pytest.mark.slow
def test_what_contradicts_a_release_since_goes_back_with_the_reason(few_ledger):
    draft = planned(few_ledger, 4)
    few_ledger.publish(with_value(few_ledger, 2.7), author="bea", message="the same row")
    passed(few_ledger, draft)
    assert Ledger(few_ledger.store).newest() == 2
    back = few_ledger.drafts.find(draft.key)
    assert back.state == OPEN and "value: 2.7 ≠ 2.5" in back.returned_because


@pytest.mark.slow
def test_what_is_due_comes_before_what_is_published_after(few_ledger):
    draft = planned(few_ledger, 3)
    passed(few_ledger, draft)
    frames = with_value(Ledger(Store(few_ledger.store.catalog, few_ledger.store.data_path)), 3.5, "DNK")
    assert few_ledger.publish(frames, author="bea", message="after it").number == 3


@pytest.mark.slow
def test_under_review_only_another_persons_approval_lets_it_out(few_ledger, monkeypatch):
    draft = few_ledger.draft(with_value(few_ledger, 2.5), base=1, author=ANA.name, message="why", extra=SAID, actor=ANA)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    draft = few_ledger.drafts.change(draft, replace(draft.content, public_from=soon), ANA)
    draft = few_ledger.drafts.approve(draft, ANA, by_another=False)
    monkeypatch.setenv("LEDGER_REVIEW", "required")
    passed(few_ledger, draft)
    assert (Ledger(few_ledger.store).newest(), few_ledger.drafts.find(draft.key).state) == (1, APPROVED)


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_a_server_killed_while_it_publishes_leaves_all_or_nothing_and_another_goes_on(few_ledger):
    for number, later_s in enumerate((0, 0.25, 0.6)):
        value, before = 2.01 + number / 100, few_ledger.newest()
        server = subprocess.Popen(
            [sys.executable, "-c", ASKING], env=environment(few_ledger.store), stdout=subprocess.PIPE, text=True
        )
        assert server.stdout.readline() == f"{before}\n"  # it is up, and asks all the time
        threading.Thread(target=server.stdout.read, daemon=True).start()
        draft = planned(few_ledger, 4, value)
        passed(few_ledger, draft)
        time.sleep(later_s)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        other = Ledger(few_ledger.store)
        assert len(other.releases()) == before + 1, "released once, by the one or by the other"
        assert other.drafts.find(draft.key).state == PUBLISHED
        assert other.diff(before, before + 1)["spending"]["new"].tolist() == [str(value)]
