"""The data side of the running app: datasets, charts, releases, rates, deadlines, and the document that describes them."""

import csv
import gzip
import io
import time
from codecs import BOM_UTF8
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pandas as pd
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from test_published_api import DIFF, fields, fields_given_out

from dashboard.charts import all_charts
from dashboard.web.api import datasets, formats
from etl.datasets import all_datasets
from etl.files.escape import unescaped
from etl.ledger.snapshot import snapshot_of

API = "/api/v1"
SAME_QUESTIONS = (".parquet", *(f"/datasets/{name}.json" for name in all_datasets()))
"""A dataset takes the same filters in every form, and a chart the same parameters: asked in one form each."""


@pytest.fixture(scope="module")
def ask(served):
    """Ask the running app; headers may be given."""
    session = requests.Session()

    def get(path: str, method: str = "GET", **headers: str) -> requests.Response:
        return session.request(method, served.url + path, headers=headers, timeout=120, allow_redirects=False)

    return get


def frame(answer: requests.Response) -> pd.DataFrame:
    assert answer.status_code == 200, answer.text[:500]
    return pd.read_csv(io.StringIO(answer.text), dtype="str", keep_default_na=False)


# --- datasets ------------------------------------------------------------------------------------------------------


def test_rows_are_filtered_by_column_name(ask):
    found = frame(ask(f"{API}/datasets/spending.csv?edition=2026-07&measure=share_of_gdp_pct&iso3=CAN,DNK&year=2025"))
    assert list(found.columns) == all_datasets()["spending"].columns
    assert found[["iso3", "value", "is_estimate"]].values.tolist() == [["CAN", "2.03", "true"], ["DNK", "3.27", "true"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", all_datasets())
def test_every_dataset_comes_in_every_form_with_the_same_rows(ask, name):
    csv = frame(ask(f"{API}/datasets/{name}.csv"))
    content = ask(f"{API}/datasets/{name}.json").json()
    parquet = pd.read_parquet(io.BytesIO(ask(f"{API}/datasets/{name}.parquet").content))
    assert len(csv) == len(content["rows"]) == len(parquet) and len(csv) >= all_datasets()[name].min_rows
    assert list(csv.columns) == [column["name"] for column in content["columns"]] == list(parquet.columns)
    assert content["release"] == 1 and (name == "sources" or "source_id" not in csv or csv.empty or content["sources"])


def test_the_contract_says_columns_units_bounds_and_choices(ask):
    content = {dataset["name"]: dataset for dataset in ask(f"{API}/datasets").json()["datasets"]}
    assert set(content) == set(all_datasets())
    columns = {column["name"]: column for column in content["spending"]["columns"]}
    assert columns["year"]["least"] == 1949 and columns["measure"]["choices"] and columns["value"]["meaning"]
    assert columns["edition"]["pattern"] and columns["edition"]["form"] == "a year and month, such as 2026-07"
    assert "\\d" not in ask(API).text  # people read words with an example, programs the pattern
    french = ask(f"{API}/datasets?lang=fr").json()["datasets"]
    assert {d["name"]: d["title"] for d in french}["spending"] != content["spending"]["title"]


def test_a_filter_never_reaches_sql(ask):
    for value in ("CAN') OR 1=1 --", "'; DROP TABLE spending; --", 'CAN"'):
        answer = ask(f"{API}/datasets/spending.csv?iso3={requests.utils.quote(value)}")
        assert answer.status_code == 400 and answer.json()["errors"][0]["parameter"] == "iso3"
    assert ask(f"{API}/datasets/spending.csv?1%3D1%20OR%20iso3=CAN").status_code == 400


def test_text_that_a_spreadsheet_would_run_is_escaped():
    table = pd.DataFrame({"text": ["=1+1", "@x", "-1.5", "plain"], "number": [-1.5, 2.0, None, 0.1 + 0.2]})
    lines = formats.csv(table).decode().splitlines()
    assert lines == ["text,number", "'=1+1,-1.5", "'@x,2", "-1.5,", "plain,0.30000000000000004"]
    assert unescaped("'=1+1") == "=1+1"


def test_of_sipri_only_the_share_of_gdp_is_handed_on():
    rows = pd.DataFrame(
        {
            "publisher": "SIPRI",
            "edition": "2026-04",
            "iso3": "CAN",
            "year": 2024,
            "unit": "x",
            "value": 1.0,
            "is_estimate": False,
            "source_id": "sipri-2026-04",
            "measure": ["share_of_gdp_pct", "expenditure_usd_current_million"],
        }
    )
    found = datasets.filtered(snapshot_of({"spending": rows}, 1), all_datasets()["spending"], {})
    assert found["measure"].tolist() == ["share_of_gdp_pct"]


def test_sipri_asks_for_credit(ask):
    answer = ask(f"{API}/datasets/spending.csv?publisher=SIPRI&iso3=CAN")
    assert "Stockholm International Peace Research Institute" in answer.headers["ledger-credit"]
    content = ask(f"{API}/datasets/spending.json?publisher=SIPRI&iso3=CAN").json()
    assert any("SIPRI" in line for line in content["credit"]) and any("10 %" in line for line in content["licence"])
    assert {row["measure"] for row in content["rows"]} == {"share_of_gdp_pct"}


# --- charts --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts())
def test_every_chart_has_its_rows_as_csv_and_json(ask, chart):
    csv = frame(ask(f"/c/{chart}.csv"))
    content = ask(f"/c/{chart}.json").json()
    assert len(csv) == len(content["rows"]) and list(csv.columns) == [column["name"] for column in content["columns"]]
    assert content["title"] and content["summary"] and content["sources"] and content["release"] == 1
    again = ask(content["links"]["json"])
    assert again.json()["rows"] == content["rows"] and "immutable" in again.headers["cache-control"]
    assert frame(ask(content["links"]["csv"])).equals(csv)
    assert ask(f"{API}/charts/{chart}.json").json() == content


def test_a_chart_speaks_the_language_of_the_link(ask):
    english, french = (ask(f"/c/spending-trend.json?countries=CAN&lang={code}").json() for code in ("en", "fr"))
    assert english["summary"] != french["summary"] and "\u00a0%" in french["summary"]
    figures = [[row["value"] for row in content["rows"] if row["kind"] == "figure"] for content in (english, french)]
    assert figures[0] == figures[1]


def test_charts_are_listed_with_what_their_parameters_may_be(ask):
    charts = {chart["id"]: chart for chart in ask(f"{API}/charts").json()["charts"]}
    assert set(charts) == set(all_charts())
    params = {param["name"]: param for param in charts["spending-trend"]["params"]}
    assert "CAN" in params["countries"]["allowed"] and params["countries"]["list"]


def test_a_csv_names_its_sources_in_its_headers(ask):
    headers = ask("/c/spending-trend.csv?countries=CAN").headers
    assert (
        headers["ledger-release"] == "1"
        and headers["ledger-edition"] == "NATO 2026-07"
        and "NATO" in headers["ledger-credit"]
    )
    assert 'rel="describedby"' in headers["link"] and 'rel="via"' in headers["link"]
    assert headers["content-disposition"] == 'attachment; filename="spending-trend-release-1.csv"'


@pytest.mark.parametrize(
    "address", ["/c/spending-trend.csv?countries=CAN,DNK", "/api/v1/datasets/spending.csv?iso3=CAN"]
)
def test_a_csv_for_a_spreadsheet_holds_the_same_in_its_dialect(ask, address):
    plain = ask(address).content
    assert not plain.startswith(BOM_UTF8)
    for language, separator, mark in (("en", ",", "."), ("fr", ";", ",")):
        made = ask(f"{address}&spreadsheet={language}").content
        assert made.startswith(BOM_UTF8)
        rows = csv.DictReader(io.StringIO(made.decode("utf-8-sig")), delimiter=separator)
        for row, expected in zip(rows, csv.DictReader(io.StringIO(plain.decode())), strict=True):
            assert row["value"] == expected["value"].replace(".", mark)
            assert all(cell in (expected[name], expected[name].replace(".", mark)) for name, cell in row.items())
    assert ask(f"{address}&spreadsheet=de").status_code == 400


def test_a_csv_holds_every_digit_that_is_held(ask, snapshot):
    held = snapshot.sql("SELECT value FROM spending WHERE publisher = 'NATO' AND iso3 = 'POL' ORDER BY ALL")["value"]
    sent = frame(ask("/api/v1/datasets/spending.csv?publisher=NATO&iso3=POL"))["value"]
    assert sorted(map(float, sent)) == sorted(held)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_whole_and_no_longer_than_it_is(value):
    assert float(formats.figure(value)) == value
    assert formats.figure(2.03 - 2, 12) == "0.03" and formats.figure(1.995934, 12) == "1.995934"


# --- releases and days ---------------------------------------------------------------------------------------------


def test_releases_are_listed_and_compared(ask):
    content = ask(f"{API}/releases").json()
    assert content["newest"] == 1 and content["releases"][0]["changed"]["spending"]["inserted"] > 10_000
    diff = ask(f"{API}/releases/1/diff/1")
    assert diff.json()["datasets"] == {} and "immutable" in diff.headers["cache-control"]


CODE_RATE = f"{API}/tariffs/rate?origin=CAN&on=2026-10-01&known=2026-10-10&usmca=yes&hs="


def test_a_tariff_code_pays_what_its_lists_say_with_or_without_dots(ask):
    content = ask(CODE_RATE + "7308.90.30").json()
    assert content["hs"] == "7308.90.30" and content["total_pct"] == 100.0 and content["narrower"] == []
    assert content["base_included"] and content["base_pct"] == 0.0 and "CUSMA" in content["base_text"]
    assert sum(layer["counted_pct"] for layer in content["layers"]) == content["total_pct"]
    assert ask(CODE_RATE + "73089030").json()["layers"] == content["layers"]


def test_a_code_that_is_too_short_lists_the_narrower_ones_and_a_wrong_one_the_nearest(ask):
    content = ask(CODE_RATE + "7308").json()
    assert content["total_pct"] is None and content["lowest_pct"] == 50.0 and content["highest_pct"] == 100.0
    assert {part["hs"][:4] for part in content["narrower"]} == {"7308"}
    refused = ask(CODE_RATE + "7308.99.99")
    assert refused.status_code == 400 and "7308.90" in refused.text
    assert ask(CODE_RATE + "steel").status_code == 400
    assert ask(CODE_RATE).status_code == 400, "an empty code is none, not the product one did not name"
    split = ask(f"{API}/tariffs/history?origin=CAN&known=2026-10-10&hs=9403.60")
    assert split.status_code == 400 and "9403.60.80" in split.text
    line = ask(f"{API}/tariffs/history?origin=CAN&known=2026-10-10&hs=9403.60.80").json()
    assert line["without"] == ["9403.60.80.93"]


def test_many_questions_at_once_are_each_question_on_its_own(served, ask):
    days = {"origin": "CAN", "on": "2026-10-01", "known": "2026-10-10", "usmca": "yes"}
    questions = [{"hs": "7308.90.30"}, {"product": "steel", "metal_content_pct": 40}, {"hs": "7308"}, {"company": None}]
    questions = [asked | days for asked in questions]
    answers = requests.post(f"{served.url}{API}/tariffs/rates", json={"questions": questions}, timeout=60).json()
    for asked, answer in zip(questions, answers["answers"], strict=True):
        alone = {name: value for name, value in asked.items() if value is not None}
        assert answer == requests.get(f"{served.url}{API}/tariffs/rate", params=alone, timeout=60).json()


def test_of_many_questions_a_wrong_one_has_its_own_problem(served):
    questions = [
        {"product": "nothing", "usmca": "perhaps"},
        {"hs": "7308.99.99"},
        "steel",
        {"hs": ["7308"]},
        {"colour": 1},
        {},
    ]
    answer = requests.post(f"{served.url}{API}/tariffs/rates?lang=fr", json={"questions": questions}, timeout=60)
    found = answer.json()["answers"]
    assert [("problem" in one) for one in found] == [True] * 5 + [False]
    assert {error["parameter"] for error in found[0]["problem"]["errors"]} == {"product", "usmca"}
    assert "7308.90" in str(found[1]["problem"]["errors"][0]["allowed"]) and found[5]["language"] == "fr"


def test_a_history_in_a_scenario_says_so_and_the_ordinary_duty_is_no_measure(served, ask):
    path = "/api/v1/tariffs/history?product=steel&known=2026-10-10"
    scenario = ask(f"{path}&whatif=US-232-METALS-2026:rate=25").json()
    assert scenario["scenario"] == ["US-232-METALS-2026:rate=25"] and "scenario" not in ask(path).json()
    refused = ask("/api/v1/tariffs/rate?product=steel&whatif=MFN:off").json()
    assert refused["errors"][0]["parameter"] == "whatif" and "MFN" not in refused["errors"][0]["allowed"]


def test_a_scenario_is_asked_by_address_and_has_the_ledger_beside_it(served, ask):
    path = f"{API}/tariffs/rate?product=steel&origin=CAN&usmca=no&on=2026-10-01&known=2026-10-10"
    content = ask(f"{path}&whatif=US-232-METALS-2026:rate=25,US-301-FL-CAN:off").json()
    assert content["total_pct"] == 25.0 and content["ledger"]["total_pct"] == 50.0
    assert content["scenario"] == ["US-232-METALS-2026:rate=25", "US-301-FL-CAN:off"]
    assert "scenario" not in ask(path).json()
    for wrong in (
        "US-NOTHING:off",
        "US-232-METALS-2026:rate=lots",
        "US-122:from=2026-13-01",
        "US-122:rate=1,US-122:rate=2",
    ):
        refused = ask(f"{path}&whatif={wrong}")
        (fault,) = refused.json()["errors"]
        assert refused.status_code == 400 and fault["parameter"] == "whatif"
        assert {"US-NOTHING:off": "US-122"}.get(wrong, "US-232-METALS-2026:rate=25") in fault["allowed"]
    question = {"product": "steel", "origin": "CAN", "usmca": "no", "on": "2026-10-01", "known": "2026-10-10"}
    question["whatif"] = ["US-232-METALS-2026:rate=25", "US-301-FL-CAN:off"]
    answers = requests.post(f"{served.url}{API}/tariffs/rates", json={"questions": [question]}, timeout=60).json()[
        "answers"
    ]
    assert answers == [content]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[", 400), (b"[]", 400), (b'{"questions": []}', 400), (b"[" * 100_000, 400), (b" " * 300_000, 413)],
)
def test_a_body_that_can_not_be_read_is_a_problem(served, body, status):
    answer = requests.post(f"{served.url}{API}/tariffs/rates", data=body, timeout=60)
    assert answer.status_code == status and answer.json()["detail"]
    many = [{"product": "steel"}] * 201
    assert requests.post(f"{served.url}{API}/tariffs/rates", json={"questions": many}, timeout=60).status_code == 400
    refused = requests.get(f"{served.url}{API}/tariffs/rates", timeout=60)
    assert refused.status_code == 405 and refused.headers["allow"] == "POST"


def test_a_question_in_words_gets_its_parts_and_links_that_open_the_view(ask):
    found = ask(f"{API}/find?q=qui+est+sous+2+%25+en+2025&lang=fr").json()
    assert found["certain"] and found["language"] == "fr" and [part["words"] for part in found["parts"]]
    view = found["views"][0]
    assert view["chart"] == "spending-ranking" and view["params"] == {"against": "nato-2", "year": "2025"}
    for link in view["links"].values():
        assert ask(link).status_code == 200
    assert ask(view["links"]["json"]).json()["params"]["year"] == "2025"
    for wrong in ("find", "find?q=", "find?q=" + "a" * 301, "check", "check?text="):
        assert ask(f"{API}/{wrong}").status_code == 400
    checked = ask(f"{API}/check?text=le+Canada+a+consacré+2,03+%25+du+PIB+en+2025&lang=fr").json()
    assert checked["verdict"] == "agrees" and checked["figures"][0]["edition"] == "2026-07"
    assert ask(checked["figures"][0]["link"]).status_code == 200


def test_the_history_of_goods_is_the_rate_on_each_day_of_change(ask):
    path = f"{API}/tariffs/history?origin=CAN&known=2026-10-10&usmca=yes"
    changes = ask(f"{path}&product=softwood-lumber").json()["changes"]
    totals = {change["on"]: change["total_pct"] for change in changes}
    assert totals["2025-07-29"] == 27.3 and totals["2025-10-14"] == 45.16
    assert all(one["total_pct"] == other["before_pct"] for one, other in pairwise(changes))
    by_code = ask(f"{path}&hs=7308.90.30").json()["changes"]
    assert by_code[-1]["on"] == "2026-09-15" and by_code[-1]["total_pct"] == 100.0
    assert by_code[-1]["events"] == ["US-338-CAN-MV-03"]
    assert (by_code[-1]["lowest_pct"], by_code[-1]["highest_pct"], by_code[-1]["ban_possible"]) == (50.0, 100.0, False)


def test_the_rate_on_lumber_adds_up(ask):
    rate = (
        f"{API}/tariffs/rate?product=softwood-lumber&origin=CAN&company=Canfor&on=2025-12-01&known=2025-12-01&usmca=no"
    )
    content = ask(rate).json()
    assert content["total_pct"] == 57.59 and content["status"] == "in_force"
    assert round(sum(layer["counted_pct"] or 0 for layer in content["layers"]), 2) == 57.59
    keys = {"measure_id", "rate_pct", "rate_kind", "included", "reason", "instrument", "source", "trust"}
    assert all(keys <= set(layer) for layer in content["layers"]) and "readings" in content


def test_deadlines_stand_on_a_day_with_their_moves(ask):
    content = ask(f"{API}/deadlines?on=2026-10-10&topic=tariffs,cusma").json()
    assert {row["topic"] for row in content["deadlines"]} == {"tariffs", "cusma"} and content["known"] == "2026-10-10"
    wood = next(row for row in content["deadlines"] if row["deadline_id"] == "DL-WOOD-JAN27")
    assert wood["status"] == "pending" and [move["move"] for move in wood["moves"]][:2] == ["first_set", "superseded"]


# --- how it answers ------------------------------------------------------------------------------------------------


def test_what_says_everything_never_changes_and_the_rest_is_asked_again(ask):
    live = ask(f"{API}/datasets/targets.csv")
    pinned = ask(f"{API}/datasets/targets.csv?release=1")
    assert "must-revalidate" in live.headers["cache-control"] and "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in ask("/c/spending-trend.csv?release=1").headers["cache-control"], "the day is open"
    same = ask(f"{API}/datasets/targets.csv", **{"If-None-Match": live.headers["etag"]})
    assert same.status_code == 304 and not same.content and same.headers["etag"] == live.headers["etag"]
    assert ask(f"{API}/datasets/targets.csv", **{"If-None-Match": 'W/"other"'}).status_code == 200


def test_text_is_compressed_as_the_reader_can(ask, served):
    path = f"{API}/datasets/spending.csv"
    plain = ask(path, **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for encoding in ("br", "gzip"):
        answer = requests.get(served.url + path, headers={"Accept-Encoding": encoding}, stream=True, timeout=120)
        body = answer.raw.read(decode_content=False)
        assert answer.headers["content-encoding"] == encoding and len(body) < len(plain.content) / 10
        if encoding == "gzip":
            assert gzip.decompress(body) == plain.content
    head = ask(path, "HEAD", **{"Accept-Encoding": "identity"})
    assert not head.content and head.headers["content-length"] == str(len(plain.content))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{API}/datasets/spending.csv?iso3=CAN&edition=2026-7", 400, ["edition", "2026-07"]),
        (f"{API}/datasets/spending.csv?iso=CAN", 400, ["iso", "iso3"]),
        (f"{API}/datasets/spending.csv?year=2o25&is_estimate=perhaps", 400, ["year", "is_estimate"]),
        (f"{API}/datasets/nothing.csv", 404, ["nothing", "spending"]),
        (f"{API}/datasets/spending.csv?release=99", 404, ["1..1"]),
        (f"{API}/datasets/spending.csv?release=x", 400, ["release"]),
        (f"{API}/datasets/spending.csv?lang=de", 400, ["lang", "fr"]),
        (f"{API}/releases/1/diff/7", 404, ["1..1"]),
        (f"{API}/nothing", 404, ["/api/v1"]),
        ("/c/nothing.csv", 404, ["spending-trend"]),
        ("/c/spending-trend.csv?countries=XXX&since=1e400", 400, ["countries", "CAN", "since"]),
        ("/c/deadlines-timeline.csv?on=9999-12-31", 400, ["on", "2100-12-31"]),
        (f"{API}/tariffs/rate?product=nothing&usmca=perhaps", 400, ["product", "softwood-lumber", "usmca"]),
        (f"{API}/deadlines?on=2026-02-30&topic=x", 400, ["on"]),
        (f"{API}/deadlines?topic={'x' * 9000}", 414, ["8000"]),
    ],
)
def test_a_refusal_names_what_is_wrong_and_what_is_allowed(ask, path, status, words):
    answer = ask(path)
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert (
        content["status"] == status and content["title"] and content["detail"] and content["type"].startswith("/api/v1")
    )
    assert all(word in answer.text for word in words), answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_only_reading_is_allowed(ask):
    answer = ask(f"{API}/datasets/spending.csv", "DELETE")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, HEAD"


def test_the_page_for_people_works_offline_in_both_languages(ask):
    english, french = ask(API, **{"Accept-Language": "en"}), ask(API, **{"Accept-Language": "fr-CA"})
    assert english.headers["content-type"].startswith("text/html") and "Accept-Language" in english.headers["vary"]
    assert '<html lang="fr">' in french.text and "versions publiées" in french.text
    for text in (english.text, french.text):
        assert "<script" not in text and "http://" not in text and "https://" not in text
        assert "/c/spending-trend.csv" in text and "color-scheme: light dark" in text


@pytest.mark.slow
def test_new_figures_are_there_at_once(own_served, own_ledger):
    path = f"{own_served.url}{API}/datasets/targets.json"
    before = requests.get(path, timeout=120).json()
    targets = own_ledger.current()["targets"]
    own_ledger.publish({"targets": targets.assign(label="Changed")}, author="A", message="Other labels")
    until = time.monotonic() + 120
    after = before
    while after["release"] == 1 and time.monotonic() < until:
        time.sleep(0.1)
        after = requests.get(path, timeout=120).json()
    assert after["release"] == 2 and after["rows"][0]["label"] == "Changed" != before["rows"][0]["label"]
    assert requests.get(f"{path}?release=1", timeout=120).json()["rows"] == before["rows"]
    diff = requests.get(f"{own_served.url}{API}/releases/1/diff/2", timeout=120).json()
    assert fields_given_out(DIFF) <= set(fields(diff))
    cells = diff["datasets"]["targets"]
    assert cells["changed"] == len(targets) and cells["cells"][0]["new"] == "Changed"


@pytest.mark.slow
def test_a_flood_of_new_questions_is_told_to_come_back_while_pages_are_served(served):
    def new(number: int) -> requests.Response:
        return requests.get(f"{served.url}/c/pledge-path.csv?growth={number / 1000}", timeout=120)

    with ThreadPoolExecutor(60) as threads:
        flood = list(threads.map(new, range(240)))
        page = requests.get(f"{served.url}/spending", timeout=5)
    refused = [answer for answer in flood if answer.status_code == 429]
    assert {answer.status_code for answer in flood} <= {200, 429} and refused
    assert int(refused[0].headers["retry-after"]) > 0 and refused[0].json()["status"] == 429
    assert page.status_code == 200 and new(1).status_code == 200


def test_the_document_says_which_days_may_be_asked_for(ask):
    """JSON Schema bounds no date: words do, the same as in a refusal."""
    bounds, found = "1949-01-01..2100-12-31", set()
    for path, methods in ask(f"{API}/openapi.json").json()["paths"].items():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in ("on", "known", "from", "to"):
                    assert parameter["schema"] == {"type": "string", "format": "date", "description": bounds}, path
                    found.add(parameter["name"])
    assert found >= {"on", "known"}
    for day in ("1948-12-31", "2101-01-01"):
        for path in (f"{API}/deadlines", f"{API}/tariffs/rate?product=cars", "/c/tariff-stack.json"):
            answer = ask(f"{path}{'&' if '?' in path else '?'}known={day}")
            assert answer.status_code == 400 and bounds in answer.text, (path, day)


@pytest.mark.slow
def test_any_question_the_document_allows_or_forbids_gets_an_answer(served):
    """Made by schemathesis from the OpenAPI document: nothing is answered with a failure of the server."""
    document = schemathesis.openapi.from_url(f"{served.url}{API}/openapi.json")
    session, failed, statuses = requests.Session(), [], set()
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.path.endswith(SAME_QUESTIONS) or (
            operation.path.startswith("/c/") and operation.path.endswith(".csv")
        ):
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=2,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def answered(case):
                answer = case.call(
                    session=session, base_url=served.url, timeout=120
                )  # a zip is made for each that asks
                statuses.add(answer.status_code)
                if answer.status_code >= 500:
                    failed.append(f"{answer.status_code} {case.formatted_path} {case.query}")

            answered()
    assert not failed, failed
    assert {200, 400} <= statuses
