"""What operators see: metrics for who has the token, one line of JSON an event, and nowhere what people ask."""

import json
import logging

import pytest
import requests
from conftest import serve
from prometheus_client.parser import text_string_to_metric_families
from servers import wait_until
from websockets.sync.client import connect

from bench.rerun_cpu import rerun
from dashboard.charts import all_charts
from dashboard.streamlit_internals import STREAM

TOKEN = "a token of the tests, long enough"
ASKED = "a-thing-that-somebody-asks"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("observed") / "log"


@pytest.fixture(scope="module")
def observed(seeded_store, log):
    settings = {"LEDGER_LOG": "json", "LEDGER_METRICS_TOKEN": TOKEN}
    yield from serve(seeded_store, log, **settings)


def scraped(app) -> dict[tuple[str, ...], float]:
    """Every sample: its name and the values of its labels, and its value."""
    answer = requests.get(f"{app.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    assert ASKED not in answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.slow
def test_every_chart_is_drawn_before_the_first_reader_comes(seeded_store, tmp_path):
    log = tmp_path / "log"
    for app in serve(seeded_store, log, LEDGER_METRICS_TOKEN=TOKEN, LEDGER_DRAW_AT_START="yes"):
        assert scraped(app)["ledger_drawings_kept",] == len(all_charts())
    assert "can't draw" not in log.read_text()


@pytest.mark.slow
def test_metrics_count_requests_reruns_and_what_is_kept(observed):
    before = scraped(observed)
    for _ in range(2):
        assert requests.get(f"{observed.url}/api/v1/releases?x={ASKED}", timeout=60).status_code == 400
        assert requests.get(f"{observed.url}/api/v1/releases", timeout=60).ok
    assert requests.get(f"{observed.url}/c/{ASKED}", timeout=60).status_code == 404
    assert requests.get(f"{observed.url}/{ASKED}", timeout=60).ok  # the app's page
    with connect(f"ws{observed.url[4:]}{STREAM}", origin=observed.url, subprotocols=["streamlit"], proxy=None) as page:
        rerun(page, "", "")
        after = scraped(observed)
        assert after["ledger_open_pages",] == 1

    def more(*name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more("ledger_http_requests_total", "GET", "/api/v1/releases", "200") == 2
    assert more("ledger_http_requests_total", "GET", "/api/v1/releases", "400") == 2
    assert more("ledger_http_requests_total", "GET", "/c/{chart:chart}", "404") == 1
    assert more("ledger_http_requests_total", "GET", "other", "200") == 1
    assert more("ledger_http_request_duration_seconds_count", "/api/v1/releases") == 4
    assert more("ledger_endpoint_answers_total", "hit") >= 1 and more("ledger_endpoint_answers_total", "miss") >= 1
    assert more("ledger_page_rerun_duration_seconds_count", "overview") == 1
    assert after["ledger_cached_response_bytes", "data"] > 0 and after["ledger_queue_waiting", "data"] == 0
    assert after["ledger_releases",] == 1 and after["ledger_newest_release_timestamp_seconds",] > 1.7e9
    assert after["ledger_catalog_up",] == 1 and after["ledger_writes_in_progress",] == 0
    assert after["process_resident_memory_bytes",] > 50e6 and after["process_open_fds",] > 10


@pytest.mark.parametrize(
    "header", [None, "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN} "[:-2], "Bearer é"]
)
def test_metrics_are_for_who_has_the_token(observed, header):
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = requests.get(f"{observed.url}/metrics", headers=headers, timeout=60)
    assert answer.status_code == 401 and "ledger_" not in answer.text


def test_without_a_token_there_are_no_metrics(served):
    for headers in ({}, {"Authorization": "Bearer "}):
        assert requests.get(f"{served.url}/metrics", headers=headers, timeout=60).status_code == 404


def events(log) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines() if line]


def test_each_request_is_one_line_of_json_with_its_name(observed, log):
    own = "0123456789abcdef-of-the-proxy"
    answer = requests.get(f"{observed.url}/c/x{ASKED}?q=secret", headers={"X-Request-ID": own}, timeout=60)
    assert answer.headers["x-request-id"] == own
    other = requests.get(f"{observed.url}/healthz", headers={"X-Request-ID": 'no "name"'}, timeout=60)
    assert len(other.headers["x-request-id"]) == 32
    requests.put(f"{observed.url}/_stcore/upload_file/a-session/a-file", data=b"x", timeout=60)
    wait_until(lambda: "upload_file" in log.read_text(), "the line of the upload")
    told = {event["request_id"]: event for event in events(log) if event["logger"] == "ledger.request"}
    line = told[own]
    assert (line["method"], line["path"], line["status"]) == ("GET", f"/c/x{ASKED}", 404)
    assert line["route"] == "/c/{chart:chart}" and line["duration_ms"] > 0 and line["level"] == "info"
    assert told[other.headers["x-request-id"]]["path"] == "/healthz"
    assert not {"secret", "a-session", TOKEN} & set(log.read_text().replace("/", " ").replace('"', " ").split())
    assert "secret" not in log.read_text() and TOKEN not in log.read_text()


def test_a_failure_is_one_line_too(observed, log):
    """With its traceback inside, and the name of the request that it answers."""
    from dashboard.web.request_log import REQUEST_ID, JsonLines

    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "failed: %s", ("é",), True)
        import sys

        record.exc_info = sys.exc_info()
    before = REQUEST_ID.set("a name")
    line = JsonLines().format(record)
    REQUEST_ID.reset(before)
    assert "\n" not in line
    event = json.loads(line)
    assert event["message"] == "failed: é" and "ValueError: two\nlines" in event["traceback"]
    assert event["request_id"] == "a name" and event["level"] == "error"
