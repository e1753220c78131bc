"""The calendar and the feed: read by libraries other than those that wrote them, and kept up to date by uploads."""

import time
from datetime import date

import feedparser
import pandas as pd
import pytest
import requests
import vobject

from dashboard.web.feeds.calendar import TOPICS
from etl.datasets import all_datasets
from etl.vocabulary import DEADLINE_TOPICS

HERE = "@alliance-ledger"


def read(answer: requests.Response) -> dict[str, vobject.base.Component]:
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    assert "\r\n" in answer.text and max(len(line.encode()) for line in answer.text.split("\r\n")) <= 75
    found = vobject.readOne(answer.text)
    return {
        event.uid.value.removesuffix(HERE): event for event in found.contents.get("vevent", [])
    }  # no release is announced


def calendar(url: str, query: str = "") -> dict[str, vobject.base.Component]:
    return read(requests.get(f"{url}/deadlines.ics{query}", timeout=120))


def test_every_series_with_a_date_is_one_event_on_its_newest_day(served, snapshot):
    found = calendar(served.url)
    dated = snapshot.sql("SELECT DISTINCT series_id FROM deadlines WHERE due_on IS NOT NULL")["series_id"]
    assert {name for name in found if not name.startswith("expected-")} == set(dated)
    wood = found["wood-step-up"]
    assert (
        wood.dtstart.value == date(2027, 1, 1)
        and wood.dtend.value == date(2027, 1, 2)
        and wood.status.value == "CONFIRMED"
    )
    assert wood.sequence.value == "1" and wood.transp.value == "TRANSPARENT"
    assert found["can-us-deal"].sequence.value == "2", "its date was set three times"
    assert found["s338-itc-comments"].sequence.value == "0"


def test_what_was_called_off_is_cancelled_and_what_was_missed_says_so(served):
    found = calendar(served.url)
    assert found["greenland-10"].status.value == "CANCELLED" and "superseded" in found["greenland-10"].summary.value
    assert found["cusma-extension"].status.value == "CONFIRMED" and "missed" in found["cusma-extension"].summary.value
    assert "outcome not known" in found["arctic-cooperation"].summary.value
    assert "Moved from" in found["wood-step-up"].description.value


def test_it_speaks_french_and_keeps_its_identity(served):
    english, french = calendar(served.url), calendar(served.url, "?lang=fr")
    assert set(english) == set(french)
    assert french["cusma-extension"].summary.value != english["cusma-extension"].summary.value
    assert "manqué" in french["cusma-extension"].summary.value and french["cusma-extension"].summary.params[
        "LANGUAGE"
    ] == ["fr"]
    assert all(english[key].dtstart.value == french[key].dtstart.value for key in english)


def test_topics_filter_it(served):
    by_topic = [set(calendar(served.url, f"?topic={topic}")) for topic in TOPICS]
    assert set.union(*by_topic) == set(calendar(served.url)) and sum(map(len, by_topic)) == len(set.union(*by_topic))
    assert (
        set(calendar(served.url, "?topic=cusma,arctic"))
        == by_topic[list(DEADLINE_TOPICS).index("cusma")] | by_topic[list(DEADLINE_TOPICS).index("arctic")]
    )
    refused = requests.get(f"{served.url}/deadlines.ics?topic=weather", timeout=120)
    assert refused.status_code == 400 and "cusma" in refused.text


def test_it_is_not_sent_twice(served):
    first = requests.get(f"{served.url}/deadlines.ics", timeout=120)
    again = requests.get(f"{served.url}/deadlines.ics", headers={"If-None-Match": first.headers["etag"]}, timeout=120)
    assert again.status_code == 304


def publish(ledger, message: str, **cells) -> None:
    """An upload: cells of deadlines by id, as `DL_AR7_FINAL={"due_on": ...}`; None takes the row away."""
    frame = ledger.current()["deadlines"].set_index("deadline_id")
    for name, changed in cells.items():
        row = name.replace("_", "-")
        if changed is None:
            frame = frame.drop(index=row)
        for column, value in (changed or {}).items():
            frame.loc[row, column] = value
    columns = all_datasets()["deadlines"].columns
    assert ledger.publish({"deadlines": frame.reset_index()[columns]}, author="Editor <x>", message=message)


def changed_calendar(url: str, newest: int) -> dict[str, vobject.base.Component]:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        answer = requests.get(f"{url}/deadlines.ics", timeout=120)
        if answer.headers["ledger-release"] == str(newest):
            return read(answer)
        time.sleep(0.1)
    raise AssertionError("the new release did not come")


@pytest.mark.slow
def test_uploaded_moves_move_the_event_and_stand_in_the_feed(own_ledger, own_served):
    before = calendar(own_served.url)
    publish(own_ledger, "The ITC extends & < moves", DL_338_ITC={"due_on": pd.Timestamp("2026-12-01")})
    moved = changed_calendar(own_served.url, 2)
    assert (
        moved["s338-itc-comments"].dtstart.value == date(2026, 12, 1)
        and moved["s338-itc-comments"].sequence.value == "1"
    )
    others = [key for key in before if key != "s338-itc-comments"]
    assert all(moved[key].sequence.value == before[key].sequence.value for key in others)
    summit = {"due_on": pd.Timestamp("2027-07-06"), "due_precision": "day"}
    back = {"DL_338_ITC": {"due_on": pd.Timestamp("2026-11-08")}, "DL_POLYSI_DEC26": {"due_on": pd.NaT}}
    publish(own_ledger, "Back again", DL_NATO_2027=summit, **back)
    back = changed_calendar(own_served.url, 3)
    assert back["s338-itc-comments"].sequence.value == "2", "it grows, also on the way back"
    gone = back["polysilicon-start"]
    assert (gone.status.value, gone.sequence.value, gone.dtstart.value) == ("CANCELLED", "1", date(2026, 12, 4))
    feed = feedparser.parse(requests.get(f"{own_served.url}/changes.atom", timeout=120).content)
    assert not feed.bozo and feed.version == "atom10" and [entry.id[-1] for entry in feed.entries] == ["3", "2", "1"]
    assert feed.entries[1].title == "Release 2: The ITC extends & < moves"
    assert "from Nov 8, 2026 to Dec 1, 2026" in feed.entries[1].content[0].value.replace(".", "")
    assert "NATO summit in Albania, from 2027 to Jul 6, 2027" in feed.entries[0].content[0].value.replace(".", "")
    assert before["nato-summit-2027"].summary.value == "NATO summit in Albania (2027, day not known)"
    assert back["nato-summit-2027"].summary.value == "NATO summit in Albania"
    assert feed.feed.updated == feed.entries[0].updated and feed.entries[1].author == "Editor <x>"


def test_a_feed_reader_finds_what_atom_demands(served):
    answer = requests.get(f"{served.url}/changes.atom", timeout=120)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo and feed.feed.id.startswith("tag:") and feed.feed.title and feed.feed.updated_parsed
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"} and feed.feed.links[
        0
    ].href == f"{served.url}/changes.atom?lang=en"
    entry = feed.entries[0]
    assert (
        entry.id
        and entry.updated_parsed
        and entry.published_parsed
        and entry.author
        and entry.link.startswith(served.url)
    )
    assert "Defence spending" in entry.content[0].value
    french = feedparser.parse(requests.get(f"{served.url}/changes.atom?lang=fr", timeout=120).content)
    assert french.entries[0].id == entry.id and french.feed.title != feed.feed.title


@pytest.mark.parametrize("path", ["/deadlines.ics?release=1", "/changes.atom?release=1"])
def test_what_is_followed_is_not_pinned(served, path):
    assert requests.get(served.url + path, timeout=120).status_code == 400


def test_the_changes_of_a_good_can_be_followed(served):
    address = f"{served.url}/changes.atom?product=softwood-lumber&origin=CAN&usmca=yes"
    feed = feedparser.parse(requests.get(address, timeout=120).content)
    assert not feed.bozo and "Softwood lumber from Canada" in feed.feed.title
    history = requests.get(
        f"{served.url}/api/v1/tariffs/history?product=softwood-lumber&origin=CAN&usmca=yes", timeout=120
    )
    days = [change["on"] for change in history.json()["changes"]]
    assert [entry.id.rpartition("/")[2] for entry in feed.entries] == days[::-1] and len(days) > 3
    assert all(entry.updated.startswith(day) for entry, day in zip(feed.entries, days[::-1], strict=True))
    by_code = feedparser.parse(requests.get(f"{served.url}/changes.atom?hs=7308.90.30&lang=fr", timeout=120).content)
    assert by_code.feed.title.startswith("7308.90.30") and by_code.entries
    assert requests.get(f"{served.url}/changes.atom?hs=7308", timeout=120).status_code == 400
    assert requests.get(f"{served.url}/changes.atom?product=steel&on=2026-01-01", timeout=120).status_code == 400
