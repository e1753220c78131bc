"""What the endpoints promise: the same answer however often it is asked for, and a turn for everybody."""

import asyncio
import threading
import time

import pytest
import requests
from servers import wait_until
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.web.endpoint import Endpoint, EndpointPool
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.response_cache import SMALLEST_COUNTED, CachedResponse, ResponseCache
from dashboard.web.single_flight import ServerBusy, SingleFlight, client_of

PAGES = ("/", "/spending")
ADDRESSES = [
    *PAGES,
    "/healthz",
    "/api/v1",
    "/api/v1/openapi.json",
    "/api/v1/datasets",
    "/api/v1/charts",
    "/api/v1/releases",
    "/api/v1/tariffs/rate?product=cars&origin=CAN&importer=USA",
    "/api/v1/find?q=who+is+below+2+%25+in+2025",
    "/api/v1/check?text=Canada+2.03+%25+of+GDP+in+2025",
    "/llms.txt",
    "/api/v1/nothing",
    *(f"/api/v1/datasets/countries.{form}" for form in ("csv", "json", "parquet")),
    *(f"/c/spending-trend{ending}?countries=CAN,USA" for ending in ("", ".csv", ".json", ".xlsx", ".pptx")),
    *(f"/pack{ending}?view=spending-trend?countries=CAN" for ending in ("", ".docx", ".pptx")),
    "/c/no-such-chart",
    "/embed/spending-trend",
    "/deadlines.ics",
    "/changes.atom",
    "/s/nothing",
    "/static/nothing.js",
]


@pytest.mark.slow
@pytest.mark.parametrize("encodings", ["gzip, deflate, br", "gzip", "br", "identity"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_is_the_same_however_often_it_is_asked_for(served, address, encodings):
    """Through the whole app: layers in front of an endpoint change the headers they are handed."""

    def ask() -> requests.Response:
        return requests.get(served.url + address, headers={"Accept-Encoding": encodings}, timeout=180)

    if address in PAGES:  # a page comes without its picture until that is drawn
        wait_until(lambda: b"<svg" in ask().content, "the picture of the first view")
    answers = [ask() for _ in range(3)]
    assert len({answer.status_code for answer in answers}) == 1
    assert answers[0].content and len({answer.content for answer in answers}) == 1
    of_each = {"date", "x-request-id"}
    headers = [
        {name: value for name, value in answer.headers.items() if name.lower() not in of_each} for answer in answers
    ]
    assert headers[0] == headers[1] == headers[2]
    assert all(len(answer.headers.get("vary", "")) < 80 for answer in answers)


@pytest.fixture
def client():
    """A small app with endpoints of its own; what `make` is asked is counted."""
    made = []

    def make(request: DataRequest) -> DataResponse:
        made.append(request)
        if request.parameters.get("wrong"):
            raise ApiProblem.nothing_here()
        return DataResponse(b"x" * 1000, "text/csv", (("content-disposition", "inline"),))

    endpoint = Endpoint(EndpointPool(lambda: 7), make)
    with TestClient(Starlette(routes=[Route("/x", endpoint)])) as client:
        client.made = made
        yield client


def test_what_a_layer_does_to_the_headers_stays_with_that_request(client):
    inner = client.app

    async def greedy(scope, receive, send):
        async def changed(message):
            if message["type"] == "http.response.start":
                message["headers"].clear()  # the list that the endpoint handed out
                message["headers"].append((b"x-layer", b"1"))
            await send(message)

        await inner(scope, receive, changed)

    with TestClient(greedy) as changing:
        changing.get("/x")
        changing.get("/x")
    answer = client.get("/x")
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == (
        "text/csv; charset=utf-8",
        "inline",
    )
    assert len(client.made) == 1


def test_a_known_answer_is_not_sent_again(client):
    first = client.get("/x")
    for known in (first.headers["etag"], f'"other", {first.headers["etag"]}', first.headers["etag"][2:], "*"):
        again = client.get("/x", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert again.headers["vary"] == first.headers["vary"]
    assert client.get("/x", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "status", "words"),
    [
        ("GET", "/x?wrong=1&lang=fr", 404, "Il n’y a rien"),
        ("POST", "/x?lang=fr", 405, "GET ou HEAD"),
        ("GET", f"/x?lang=fr&{'y' * 9000}", 414, "caractères"),
    ],
)
def test_a_refusal_is_in_the_language_of_the_request(client, method, address, status, words):
    answer = client.request(method, address)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"


def test_who_waits_too_long_is_told_and_finds_the_answer_later():
    begun, go_on = threading.Event(), threading.Event()

    def make(request: DataRequest) -> DataResponse:
        begun.set()
        assert go_on.wait(20)
        return DataResponse(b"made", "text/plain")

    class Impatient(Endpoint):
        patience_s = 0.2

    with TestClient(Starlette(routes=[Route("/x", Impatient(EndpointPool(lambda: 7), make))])) as client:
        assert client.get("/x").status_code == 429
        assert begun.is_set()
        go_on.set()
        deadline = time.monotonic() + 20
        while (answer := client.get("/x")).status_code == 429:
            assert time.monotonic() < deadline
        assert answer.text == "made"


def test_the_least_used_answers_go_first_when_all_are_too_large_together():
    cache = ResponseCache(most_bytes=4 * SMALLEST_COUNTED)
    large = CachedResponse.of(DataResponse(b"x" * 2 * SMALLEST_COUNTED, "text/csv"), None)
    small = CachedResponse.of(DataResponse(b"x", "text/csv"), None)
    for name in ("a", "b", "c"):
        cache.put(name, small)
    cache.get("a")
    cache.put("d", large)
    assert set(cache) == {"a", "c", "d"}
    cache.put("e", CachedResponse.of(DataResponse(b"x" * 5 * SMALLEST_COUNTED, "text/csv"), None))
    assert set(cache) == {"a", "c", "d"}, "what is larger than the whole cache drives nothing out"


class Gate:
    """Work that ends when it is let go, in the order in which it was begun."""

    def __init__(self):
        self.begun, self.open = [], threading.Event()

    def work(self, name):
        def make():
            self.begun.append(name)
            assert self.open.wait(20)
            return name

        return make


def outcomes(asked: list[tuple[str, str]], waiting: int) -> tuple[list[str], list[str]]:
    """Ask for (client, name) one after the other while the first piece is held up; begun names, and each outcome."""

    async def run():
        gate, flight = Gate(), SingleFlight(running=1, waiting=waiting)
        tasks = []
        for client, name in asked:
            tasks.append(asyncio.create_task(flight.done(name, client, gate.work(name))))
            await asyncio.sleep(0)
        gate.open.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return gate.begun, ["busy" if isinstance(result, ServerBusy) else result for result in results]

    return asyncio.run(run())


def test_one_who_asks_for_much_does_not_shut_others_out():
    greedy = [("greedy", f"g{n}") for n in range(40)]
    begun, results = outcomes([*greedy, ("other", "o1"), ("other", "o2"), ("third", "t1")], waiting=10)
    assert results[40:] == ["o1", "o2", "t1"]
    assert begun.index("o1") <= 3 and begun.index("t1") <= 3 and begun.index("o2") <= 5, "each has a turn"
    assert results[:40].count("busy") == 40 - 1 - 7, "the running one and what the others left it"


def test_the_same_question_is_worked_on_once_and_in_the_shorter_line():
    begun, results = outcomes([*(("greedy", f"g{n}") for n in range(8)), ("other", "g7"), ("third", "g7")], waiting=10)
    assert results == [*(f"g{n}" for n in range(8)), "g7", "g7"]
    assert begun.count("g7") == 1 and begun.index("g7") <= 2


def test_when_everybody_has_one_the_next_is_told_to_come_back():
    _, results = outcomes([(f"client{n}", f"q{n}") for n in range(6)], waiting=4)
    assert results == ["q0", "q1", "q2", "q3", "q4", "busy"]


def test_work_that_fails_gives_its_place_to_the_next():
    async def run():
        flight = SingleFlight(running=1, waiting=4)

        def fail():
            raise KeyError("no")

        results = await asyncio.gather(
            flight.done(1, "a", fail), flight.done(2, "a", lambda: "made"), return_exceptions=True
        )
        return [type(results[0]), results[1], await flight.done(1, "a", lambda: "now")]

    assert asyncio.run(run()) == [KeyError, "made", "now"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_who_counts_as_one_client(one, other, same):
    assert (client_of({"client": (one, 1)}) == client_of({"client": (other, 2)})) == same
    assert client_of({"client": None}) == ""


@pytest.mark.parametrize(
    "url",
    ["https://e.example/)![](https://evil.example/y.png)", "https://e.example/ x", 'https://e.example/<a href="x">'],
)
def test_an_address_can_not_leave_its_markdown_link(url):
    from dashboard.page import in_markdown

    assert not set(in_markdown(url)) & set('()[]<>" \\`')
    assert in_markdown("https://e.example/a?b=c&d=%20e#f") == "https://e.example/a?b=c&d=%20e#f"


def test_the_app_is_ready_and_says_so(served):
    answer = requests.get(f"{served.url}/readyz", timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "ready"), answer.text
    assert {"ledger", "catalog", "pictures"} < set(answer.json()["checks"])
