"""Law from a server on this machine that answers as the Federal Register and the Trade Commission do: drafts, never events."""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
import test_watch
from conftest import ROOT
from test_watch import Publisher

from etl.datasets import all_datasets
from etl.importing import watch as watching
from etl.importing.law import completed
from etl.importing.law_edits import EDITED, FOLLOWED, edited, followed
from etl.importing.origin import origin_of
from etl.importing.read_again import read_again
from etl.importing.request import EVIDENCE
from etl.importing.watch import watch
from etl.ledger.draft import Actor
from etl.ledger.provenance import changed_by_hand, marked
from etl.ledger.watch_log import FAILED, NEW, UNCHANGED, WAITING
from etl.publishers import Listing, all_readers

publisher = test_watch.publisher  # the fixture
FILED, PUBLISHED = (
    (ROOT / f"tests/readers/federal_register/{name}.txt").read_bytes() for name in ("filed", "published")
)
KNOWN = (ROOT / "tests/law/2025-14999.txt").read_bytes()
HEADINGS = [
    {
        "htsno": f"9903.05.{number}",
        "description": f"articles the product of {origin}, as provided for in U.S. note 52",
        "general": rate,
    }
    for number, origin, rate in (
        ("29", "Canada", "The duty provided in the applicable subheading + 10%"),
        ("60", "Norway", "The duty  provided in the applicable subheading + 12.5%"),
        ("79", "Türkiye", "The duty provided in the applicable subheading + 12.5%"),
    )
]
RELEASES = [
    {"name": "2026HTSRev23", "title": "Revision 23 (2026)", "releaseStartDate": "11/20/2026", "status": "current"}
]


EVENT = "FR-2026-99001-01"
STEP = f"US-338-CAN-ALC/CAN:{EVENT}"
BEA = Actor("bea", "a test")


def on_this_machine(monkeypatch, publisher, code, **paths):
    """A reader whose lists stand on the test's server."""
    monkeypatch.setattr(watching, "PAUSE_BETWEEN_ASKS", timedelta(0))
    host, reader = publisher.FILES[0].split("/")[2], all_readers()[code]
    Publisher.state.paths = {f"/{name}": content for name, content in paths.items()}

    def files(listing: Listing):
        def local(content: bytes):
            found = listing.files(content)
            return found and [
                f"http://{host}/{one.rpartition('/')[2].partition('?')[0]}{'#' if '#' in one else ''}{one.partition('#')[2]}"
                for one in found
            ]

        return local

    lists = [Listing(f"http://{host}/{number}", (host,), files(one)) for number, one in enumerate(reader.FILES)]
    return SimpleNamespace(
        PUBLISHER=code, NAME=reader.NAME, DATASET=reader.DATASET, FILES=tuple(lists)
    ), Publisher.state.paths


def listed(*names: str) -> bytes:
    """A list of the Federal Register: one document of each name, and one on something else."""
    rows = [
        {"title": "Modifying the Additional Duties", "raw_text_url": f"https://www.federalregister.gov/{name}"}
        for name in names
    ]
    return json.dumps(
        {"count": 9, "results": [*rows, {"title": "Leif Erikson Day", "raw_text_url": "https://elsewhere.example/x"}]}
    ).encode()


def ask(ledger, reader):
    return [(entry.outcome, entry.told.text()) for entry in watch(ledger, [reader], host_pause_s=0)]


@pytest.mark.slow
def test_a_document_filed_and_then_published_is_one_draft_with_the_words_of_each_field(
    own_ledger, publisher, monkeypatch
):
    reader, paths = on_this_machine(
        monkeypatch, publisher, "FR", **{"0": listed(), "1": listed("filed.txt"), "filed.txt": FILED}
    )
    outcomes = ask(own_ledger, reader)
    assert [outcome for outcome, _told in outcomes] == [UNCHANGED, UNCHANGED, NEW] and "1 added" in outcomes[2][1]
    (draft,) = own_ledger.drafts.open_ones()
    row = own_ledger.drafts.tables(draft)["tariff_events"].set_index("event_id").loc["FR-2026-99001-01"]
    assert (row["rate_pct"], row["rate_kind"], row["origin"], row["measure_id"]) == (
        25,
        "additional",
        "CAN",
        "US-338-CAN-ALC",
    )
    assert f"{row['effective_on']:%Y-%m-%d}" == "2026-12-01" and "FR-2026-99001-01" not in set(
        own_ledger.current()["tariff_events"]["event_id"]
    )
    text = own_ledger.file(draft.content.extra["files"][0]["sha256"])[1].decode()
    for one in draft.content.extra[EVIDENCE]:
        assert not one["value"] or " ".join(text[one["offset"] :].split()).startswith(one["words"][:40]), one
    assert draft.content.lacking_languages == [] and "2026-11-20" in draft.content.messages["fr"]
    step = own_ledger.drafts.tables(draft)["tariff_steps"].set_index("step_id").loc[STEP]
    assert (step["act"], step["rate_pct"], f"{step['starts_on']:%Y-%m-%d}") == ("signed", 25, "2026-12-01")
    paths |= {"/0": listed("published.txt"), "/published.txt": PUBLISHED, "/1": listed()}
    assert "in place of draft" in ask(own_ledger, reader)[1][1]
    (now,) = own_ledger.drafts.open_ones()
    rows = own_ledger.drafts.tables(now)["tariff_events"]
    assert rows["event_id"].str.startswith("FR-2026-99001").sum() == 1 and own_ledger.newest() == 1
    assert "91 FR 70001" in rows.set_index("event_id").loc["FR-2026-99001-01", "legal_authority"]
    cleared = own_ledger.drafts.approve(now, BEA, by_another=False)
    release = own_ledger.publish_draft(cleared, BEA)
    assert release.number == 2 and not ask(own_ledger, reader)[2:]  # each text is asked for once
    again = read_again(own_ledger, release, release.extra["files"][0]["sha256"], all_datasets()["tariff_events"])
    place = again.place(all_datasets()["tariff_events"], ("FR-2026-99001-01",), "rate_pct", 25)
    assert "35 percent" not in str(again.excerpt(place)) and "Proclamation 11046" in str(again.excerpt(place))


@pytest.mark.slow
def test_what_a_person_works_on_waits_and_what_is_known_or_of_no_tariff_makes_no_draft(
    own_ledger, publisher, monkeypatch
):
    of_no_tariff = PUBLISHED.replace(b"section 338;", b"section 999;")
    texts = {"filed.txt": FILED, "known.txt": KNOWN, "other.txt": of_no_tariff, "broken.txt": b"<html>gone</html>"}
    reader, paths = on_this_machine(monkeypatch, publisher, "FR", **{"0": listed(*texts), "1": listed()} | texts)
    told = ask(own_ledger, reader)
    assert [outcome for outcome, _told in told] == [UNCHANGED, NEW, NEW, NEW, FAILED, UNCHANGED]
    assert "is in the ledger already as US-IEEPA-CAN-06, US-IEEPA-CAN-07." in told[2][1]
    assert "rests on no trade law" in told[3][1] and "the layout has changed" in told[4][1]
    (draft,) = own_ledger.drafts.open_ones()
    own_ledger.drafts.submit(draft, BEA)
    paths |= {"/1": listed("published.txt"), "/published.txt": PUBLISHED}
    assert [outcome for outcome, _told in ask(own_ledger, reader)] == [UNCHANGED, FAILED, UNCHANGED, WAITING]
    assert own_ledger.drafts.open_ones()[0].key == draft.key


@pytest.mark.slow
def test_what_a_person_set_in_a_document_filed_stays_when_it_is_printed_and_the_text_is_told(
    own_ledger, publisher, monkeypatch
):
    reader, paths = on_this_machine(
        monkeypatch, publisher, "FR", **{"0": listed(), "1": listed("filed.txt"), "filed.txt": FILED}
    )
    ask(own_ledger, reader)
    (draft,) = own_ledger.drafts.open_ones()
    tables = own_ledger.drafts.tables(draft)
    before = tables["tariff_events"].loc[
        lambda rows: rows["event_id"] == EVENT, ["event_id", "rate_pct", "usmca", "notes"]
    ]
    before = before.reset_index(drop=True)
    after = before.assign(rate_pct=20.0, notes="As told by the ministry")
    by_hand = edited(before, after, {})
    assert by_hand == {EVENT: {"notes": before["notes"][0], "rate_pct": 25}}
    made, without_line = completed(own_ledger.current(), tables, {"tariff_events": after}, by_hand)
    assert made["tariff_steps"].set_index("step_id").loc[STEP, "rate_pct"] == 20 and not without_line
    with_it = followed(tables, made, {})
    assert with_it == {STEP: {"rate_pct": 25}}
    content = replace(draft.content, extra={**draft.content.extra, EDITED: by_hand, FOLLOWED: with_it})
    publish(own_ledger, own_ledger.drafts.change(draft, content, BEA, made))
    assert marks(own_ledger) == {EVENT: "~2", STEP: "~2"}, "the step follows what a person set in its event"
    paths |= {"/0": listed("published.txt"), "/published.txt": PUBLISHED, "/1": listed()}
    assert "0 added, 1 changed" in ask(own_ledger, reader)[1][1]
    (draft,) = own_ledger.drafts.open_ones()
    row = own_ledger.drafts.tables(draft)["tariff_events"].set_index("event_id").loc[EVENT]
    assert (row["rate_pct"], row["notes"]) == (20, "As told by the ministry") and "91 FR 70001" in row[
        "legal_authority"
    ]
    told = [one.problem.sentence() for one in draft.content.warnings]
    assert "where the text now says otherwise (in brackets): FR-2026-99001-01 notes: As told by the ministry" in told[0]
    assert "FR-2026-99001-01 rate_pct: 20 (25)" in told[0]
    step = own_ledger.drafts.tables(draft)["tariff_steps"].set_index("step_id").loc[STEP]
    assert step["rate_pct"] == 20 and "91 FR 70001" in step["instrument"]


def publish(ledger, draft):
    reasons = [replace(one, reason="Seen") for one in draft.content.warnings]
    draft = ledger.drafts.change(draft, replace(draft.content, warnings=tuple(reasons)), BEA) if reasons else draft
    return ledger.publish_draft(ledger.drafts.approve(draft, BEA, by_another=False), BEA)


def marks(ledger):
    """By row of the test's event and its steps: the mark of who changed it."""
    view = marked(ledger, ledger.newest())
    rows = view.sql(f"SELECT event_id AS row, source_id FROM tariff_events WHERE event_id = '{EVENT}'")
    steps = view.sql(f"SELECT step_id AS row, source_id FROM tariff_steps WHERE event_id = '{EVENT}'")
    rows = [*rows.itertuples(index=False), *steps.itertuples(index=False)]
    return {row: source[source.index("~") :] for row, source in rows if "~" in source}


def set_in_draft(ledger, draft, **columns):
    """What the editors of lines and steps do: a person's values in the step of the test's event."""
    tables = ledger.drafts.tables(draft)
    before = (
        tables["tariff_steps"].loc[lambda rows: rows["step_id"] == STEP, ["step_id", *columns]].reset_index(drop=True)
    )
    after, known = before.assign(**columns), draft.content.extra.get(EDITED, {})
    by_hand = edited(before, after, known)
    touched = {row: {*known.get(row, ()), *by_hand.get(row, ())} for row in {*known, *by_hand}}
    shown = tables["tariff_events"].loc[lambda rows: rows["event_id"] == EVENT, ["event_id", "rate_pct"]]
    made, _told = completed(ledger.current(), tables, {"tariff_events": shown, "tariff_steps": after}, touched)
    content = replace(draft.content, extra={**draft.content.extra, EDITED: by_hand})
    return ledger.drafts.change(draft, content.completed_by(BEA.name), BEA, made)


@pytest.mark.slow
def test_what_a_person_set_in_a_step_stays_looks_like_a_persons_and_can_be_taken_back(
    own_ledger, publisher, monkeypatch
):
    reader, paths = on_this_machine(
        monkeypatch, publisher, "FR", **{"0": listed(), "1": listed("filed.txt"), "filed.txt": FILED}
    )
    ask(own_ledger, reader)
    (draft,) = own_ledger.drafts.open_ones()
    day = pd.Timestamp("2026-12-05")
    draft = set_in_draft(own_ledger, draft, starts_on=day, note="As told by the ministry")
    assert draft.content.extra[EDITED] == {STEP: {"starts_on": "2026-12-01", "note": None}}
    event = own_ledger.drafts.tables(draft)["tariff_events"].loc[
        lambda rows: rows["event_id"] == EVENT, ["event_id", "rate_pct"]
    ]
    rows = {
        "tariff_events": event.assign(rate_pct=22.0),
        "tariff_steps": own_ledger.drafts.tables(draft)["tariff_steps"],
    }
    made, _told = completed(
        own_ledger.current(), own_ledger.drafts.tables(draft), rows, {EVENT: ["rate_pct"], STEP: ["starts_on"]}
    )
    step = made["tariff_steps"].set_index("step_id").loc[STEP]
    assert (step["rate_pct"], step["starts_on"]) == (22, day), "the event's change leaves what was set in its step"
    publish(own_ledger, draft)
    assert marks(own_ledger) == {STEP: "~2"}
    mark = changed_by_hand(own_ledger, 2, all_datasets()["tariff_steps"], (STEP,))
    assert dict(zip(all_datasets()["tariff_steps"].columns, mark[0], strict=True))["starts_on"] == date(2026, 12, 1)
    origin = origin_of(own_ledger, 2, all_datasets()["tariff_steps"], {"step_id": STEP}, "starts_on")
    assert (origin.by_hand.number, origin.before, origin.before_in) == (2, date(2026, 12, 1), None)
    paths |= {"/0": listed("published.txt"), "/published.txt": PUBLISHED, "/1": listed()}
    ask(own_ledger, reader)
    (draft,) = own_ledger.drafts.open_ones()
    step = own_ledger.drafts.tables(draft)["tariff_steps"].set_index("step_id").loc[STEP]
    assert (step["starts_on"], step["note"]) == (day, "As told by the ministry") and "91 FR 70001" in step["instrument"]
    assert f"{STEP} starts_on: 2026-12-05 (2026-12-01)" in "".join(
        one.problem.sentence() for one in draft.content.warnings
    )
    publish(own_ledger, draft)
    assert marks(own_ledger) == {STEP: "~2"}, "a later text leaves it that person's"
    assert own_ledger.release(2).changed_by == "bea" and own_ledger.release(2).author == "Alliance Ledger"
    steps = own_ledger.current()["tariff_steps"].copy()
    is_own = steps["step_id"] == STEP
    steps.loc[is_own, "starts_on"], steps.loc[is_own, "note"] = pd.Timestamp("2026-12-01"), None
    own_ledger.publish({"tariff_steps": steps}, author="Bea", message="As the text has it")
    assert marks(own_ledger) == {}


@pytest.mark.slow
def test_two_revisions_of_chapter_99_make_a_draft_of_what_differs(own_ledger, publisher, monkeypatch):
    export = json.dumps(HEADINGS, ensure_ascii=False).encode()
    reader, paths = on_this_machine(
        monkeypatch, publisher, "USITC", **{"0": json.dumps(RELEASES).encode(), "exportList": export}
    )
    first = ask(own_ledger, reader)
    assert first[1][0] == NEW and "no revision before it" in first[1][1] and not own_ledger.drafts.open_ones()
    later = [
        dict(HEADINGS[0], general=HEADINGS[0]["general"].replace("10", "15")),
        HEADINGS[1],
        HEADINGS[1] | {"htsno": "9903.05.61", "description": "articles the product of Iceland"},
    ]
    paths |= {
        "/0": json.dumps(
            [RELEASES[0] | {"name": "2026HTSRev24", "title": "Revision 24 (2026)", "releaseStartDate": "2026-12-01"}]
        ).encode(),
        "/exportList": json.dumps(later, ensure_ascii=False).encode(),
    }
    assert "3 added, 0 changed" in ask(own_ledger, reader)[1][1]
    (draft,) = own_ledger.drafts.open_ones()
    events = own_ledger.drafts.tables(draft)["tariff_events"]
    rows = events[events["event_id"].str.startswith("HTS-")].set_index("hs_scope")
    assert rows["event"].to_dict() == {"9903.05.29": "amended", "9903.05.61": "effective", "9903.05.79": "expired"}
    assert rows["measure_id"].tolist() == ["US-301-FL-CAN", "US-HTS-9903.05.61-2026-12-01", "US-301-FL-TUR"]
    assert rows.loc["9903.05.29", "rate_pct"] == 15 and rows["rate_pct"].isna().tolist() == [False, False, True]
    assert "was: The duty provided in the applicable subheading + 10%" in rows.loc["9903.05.29", "notes"]
    steps = own_ledger.drafts.tables(draft)["tariff_steps"]
    new = steps[steps["event_id"].str.startswith("HTS-")].set_index("line_id")[["act", "rate_pct"]]
    assert new.astype("object").where(new.notna(), None).T.to_dict("list") == {
        "US-301-FL-CAN/CAN": ["amended", 15], "US-301-FL-TUR/TUR": ["expired", None],
    }  # fmt: skip
    (told,) = draft.content.warnings
    assert told.problem.sentence().startswith("HTS-9903.05.61-2026-12-01: has no line:")
    assert own_ledger.newest() == 1
