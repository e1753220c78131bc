"""Every view of every page draws itself, whatever is asked of it: over the websocket, as the page in a browser does."""

from urllib.parse import urlencode

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from dashboard.charts import all_charts, views_of
from dashboard.streamlit_internals import STREAM

VIEWS = [
    (page, view) for page in dict.fromkeys(chart.page for chart in all_charts().values()) for view in views_of(page)
]
DAYS = {"on": "2026-10-01", "known": "2026-10-10"}
BANNED, PARTLY_BANNED, SPLIT, UNKNOWN = "beer", "wine", "9403.60", "9903.01.25"
CUT_BY_HALF = "US-232-METALS-2026:rate=10"


@pytest.fixture(scope="module")
def told(served):
    """What a page says in red, and how many charts it draws, for a query."""
    with connect(
        f"ws{served.url[4:]}{STREAM}", origin=served.url, subprotocols=["streamlit"], proxy=None, max_size=None
    ) as socket:

        def ask(page: str, **query: str) -> tuple[list[str], int]:
            request = BackMsg()
            request.rerun_script.page_name, request.rerun_script.query_string = page, urlencode(query)
            socket.send(request.SerializeToString())
            errors, charts = [], 0
            while True:
                answer = ForwardMsg()
                answer.ParseFromString(socket.recv(timeout=120))
                element = answer.delta.new_element
                kind = element.WhichOneof("type")
                charts += kind == "plotly_chart"
                if kind == "exception":
                    errors.append(element.exception.message)
                if kind == "alert" and element.alert.format == Alert.ERROR:
                    errors.append(element.alert.body)
                if answer.WhichOneof("type") == "script_finished":
                    return errors, charts

        yield ask


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_every_view_draws_its_chart(told, page, view, language):
    errors, charts = told(page, view=view, lang=language)
    assert not errors and charts


@pytest.mark.slow
@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_every_view_stands_above_its_comparison_with_another_moment(told, page, view):
    alone = told(page, view=view, lang="fr", **DAYS)[1]
    errors, charts = told(page, view=view, lang="fr", with_release="1", **DAYS)
    assert not errors and charts == 2 * alone


@pytest.mark.slow
@pytest.mark.parametrize("text", [BANNED, PARTLY_BANNED, SPLIT, UNKNOWN, "fromage", "7308.90.30", "2709.00.10"])
@pytest.mark.parametrize("view", list(views_of("tariffs")))
def test_every_view_of_tariffs_takes_whatever_is_typed(told, view, text):
    assert not told("tariffs", view=view, hs=text, origin="CAN", **DAYS)[0]


@pytest.mark.slow
@pytest.mark.parametrize("view", list(views_of("tariffs")))
def test_every_view_of_tariffs_takes_a_scenario(told, view):
    assert not told("tariffs", view=view, product="steel", whatif=CUT_BY_HALF, elasticity="1.5", **DAYS)[0]
