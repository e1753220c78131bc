"""A publish may be a correction: live views that hold its figures say so, pinned ones that they were corrected since."""

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from test_provenance import NOBODY, SHARE, asked, publish, setting

from dashboard.charts import all_charts
from dashboard.drawing import corrected_since, draw
from dashboard.language import spoken
from dashboard.sections import catalogue
from dashboard.web import machine_catalogue
from dashboard.web.api import charts, query, releases
from dashboard.web.feeds import changes
from dashboard.web.feeds.atom import ATOM
from dashboard.web.share import page, view
from etl.commands.importing import import_file
from etl.commands.publish import rollback
from etl.ledger.provenance import OWN
from etl.ledger.release import MESSAGES, Correction

WRONG = Correction("Canada's share of 2026 was a misprint.", "La part du Canada en 2026 était une coquille.", None)
SENTENCE = "Canada's share of 2026 was a misprint. Wrong since Jul 7, 2026."
EXTRA = {"correction": {"en": WRONG.en, "fr": WRONG.fr, "since": "2026-07-07"}}


@pytest.fixture
def corrected(own_ledger, monkeypatch):
    """Release 2 corrects Canada's share of 2026; its message is in French alone."""
    said = EXTRA | {MESSAGES: {"fr": "Chiffre du Canada"}}
    publish(own_ledger, "Chiffre du Canada", said, spending=setting(2.31, **SHARE))
    for module in (query, charts, releases, changes, machine_catalogue, page, view):
        monkeypatch.setattr(module, "ledger", lambda: own_ledger)
    view.ledger_name.cache_clear()
    return own_ledger


def shared(name="spending-trend", **questions):
    return asked(lambda request: view.shared_view(request, name), f"/c/{name}", **questions)


@pytest.mark.slow
def test_a_live_view_that_holds_a_corrected_figure_says_so_beside_it(corrected):
    (said,) = shared(lang="en").corrections
    assert said.startswith("Corrected in release 2 of") and said.endswith(SENTENCE)
    (french,) = shared(lang="fr").corrections
    assert "était une coquille. Faux depuis le 7 juill. 2026." in french
    assert shared("tariff-rate", lang="en").corrections == []
    told = json.loads(asked(charts.as_json, names={"chart": "spending-trend"}).body)["corrections"]
    assert [(one["release"], one["wrong_since"]) for one in told] == [(2, "2026-07-07")]
    html = page.share_page(shared(lang="en"), NOBODY)
    assert SENTENCE.replace("'", "&#39;") in html


@pytest.mark.slow
def test_a_pinned_view_says_that_it_was_corrected_since_and_leads_to_the_difference(corrected):
    seen = shared(release="1", lang="en")
    assert seen.corrections == [] and seen.corrected_since[0].endswith(SENTENCE)
    assert seen.corrected_since[0].startswith("Corrected since, in release 2 of")
    html = page.share_page(seen, NOBODY)
    assert SENTENCE.replace("'", "&#39;") in html and 'href="#changes"' in html and 'id="changes"' in html
    assert SENTENCE.replace("'", "&#39;") in page.embed_page(seen, NOBODY)
    params = all_charts()["tariff-rate"].Params()
    assert corrected_since(corrected, draw(corrected, "tariff-rate", params, 1)) == []
    assert shared(release="2", lang="en").corrected_since == []


@pytest.mark.slow
def test_a_publishers_own_correction_is_no_change_by_hand(own_ledger):
    own = EXTRA | {OWN: {"publisher": "NATO", "edition": "2026-07"}}
    publish(own_ledger, extra=own, spending=setting(2.31, **SHARE))
    drawing = draw(own_ledger, "spending-trend", all_charts()["spending-trend"].Params(), 2)
    assert [change.release.correction.en for change in drawing.changes] == [WRONG.en]
    assert "changed by" not in drawing.credit_line and "changed" not in drawing.rows


@pytest.mark.slow
def test_the_register_the_feed_and_the_api_list_it(corrected):
    register = catalogue.corrections(corrected)
    assert register["What was wrong"].tolist() == [WRONG.en] and register["Release"].tolist() == [2]
    (told,) = json.loads(asked(releases.corrections).body)["corrections"]
    assert told["what_was_wrong"] == WRONG.en and told["difference"] == "/api/v1/releases/1/diff/2"
    newest = json.loads(asked(releases.listing).body)["releases"][0]
    assert newest["correction"]["release"] == 2 and newest["messages"] == {"fr": "Chiffre du Canada"}
    feed = ET.fromstring(asked(changes.changes).body)
    entry = feed.find(f"{{{ATOM}}}entry")
    assert entry.find(f"{{{ATOM}}}category").get("term") == "correction"
    assert entry.find(f"{{{ATOM}}}title").text.endswith(SENTENCE)


@pytest.mark.slow
def test_a_message_in_the_other_language_is_marked_as_such(corrected):
    assert corrected.release(2).said("fr") == ("Chiffre du Canada", "fr")
    assert '<span lang="fr">Chiffre du Canada</span>' in page.share_page(shared(lang="en"), NOBODY)
    with spoken("fr"):
        assert "Données initiales révisées" in page.share_page(shared(release="1", lang="fr"), NOBODY)


@pytest.mark.slow
def test_the_command_line_marks_a_correction_whole_or_not_at_all(few_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_CATALOG", few_ledger.store.catalog)
    monkeypatch.setenv("LEDGER_DATA_PATH", few_ledger.store.data_path)
    file = tmp_path / "figures.csv"
    head = "publisher,edition,iso3,year,measure,unit,value,is_estimate"
    file.write_text(f"{head}\nNATO,2026-07,CAN,2026,share_of_gdp_pct,% of real GDP (2021 prices),2.31,true\n")
    command = [str(file), "--source", "nato-2026-07", "--message", "right again", "--corrects", WRONG.en]
    refused = CliRunner().invoke(import_file, command)
    assert refused.exit_code == 2 and "needs all three" in refused.output and few_ledger.newest() == 1
    whole = [*command, "--corrects-fr", WRONG.fr, "--wrong-since", "2026-07-07", "--message-fr", "de nouveau juste"]
    done = CliRunner().invoke(import_file, [*whole, "--accept-warnings"])
    assert done.exit_code == 0, done.output
    made = few_ledger.releases()[-1]
    assert made.correction.text("fr") == WRONG.fr and made.said("fr") == ("de nouveau juste", "fr")
    undone = CliRunner().invoke(rollback, ["1", *whole[5:9], "--wrong-since", "2026-11-01"])
    assert undone.exit_code == 0, undone.output
