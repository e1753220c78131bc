"""Editing without sign-in takes the token that the server printed at its start; all who have none only look."""

import re
import sys
from contextlib import contextmanager

import pytest
import requests
from conftest import EDIT_TOKEN, serve
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from dashboard.streamlit_internals import STREAM

UPLOAD = "/_stcore/upload_file/a-session/a-file"
TELLS_HOW = "open the address with “/edit?token=”"


@pytest.fixture(scope="module")
def app(seeded_store, tmp_path_factory):
    yield from serve(seeded_store, tmp_path_factory.mktemp("edit") / "log", LEDGER_EDIT_TOKEN="")


@pytest.fixture(scope="module")
def printed(app) -> str:
    """The address that the server printed."""
    return re.search(r"http://\S+/edit\?token=\S{40,}", app.log.read_text()).group()


def takes_files(url: str, **headers: str) -> bool:
    """Whether an upload gets past our door. (Streamlit then asks for more.)"""
    answer = requests.put(url + UPLOAD, files={"file": b"x"}, headers=headers, timeout=60)
    return "You may look but not upload" not in answer.text


def update_page(url: str, **headers: str) -> tuple[bool, str]:
    """Whether a session's page that changes figures takes a file, and what its notes say, asked as a program asks that is no browser."""
    with connect(f"ws{url[4:]}{STREAM}", subprotocols=["streamlit"], proxy=None, additional_headers=headers) as page:
        request, answer, kinds, notes = BackMsg(), ForwardMsg(), set(), ""
        request.rerun_script.page_name = "update"
        page.send(request.SerializeToString())
        while answer.WhichOneof("type") != "script_finished":
            answer.ParseFromString(page.recv(timeout=60))
            kinds.add(answer.delta.new_element.WhichOneof("type"))
            notes += answer.delta.new_element.alert.body
    return "file_uploader" in kinds, notes


@pytest.mark.slow
def test_who_has_not_opened_the_printed_address_reads_on_and_is_told_how(app, printed):
    """A program of the same account, as a proxy that says nothing of itself would be: forged names prove nothing."""
    port = app.url.rpartition(":")[2]
    for cookie in ("", f"ledger_edit_{port}=", f"ledger_edit_{port}=yes", f"ledger_edit={printed.rpartition('=')[2]}"):
        for own in (f"127.0.0.1:{port}", f"localhost:{port}"):
            forged = {"Cookie": cookie, "Host": own, "Origin": f"http://{own}"}
            assert not takes_files(app.url, **forged), forged
        takes_file, notes = update_page(app.url, Cookie=cookie)
        assert not takes_file and TELLS_HOW in notes, cookie


def test_the_printed_address_lets_a_browser_edit(app, printed):
    """Of no proxy that tells of itself; the token stands in no link, and a wrong one is nothing."""
    assert printed.startswith(app.url)
    for wrong in (f"{printed}x", f"{printed[:-1]}", f"{app.url}/edit?token=", f"{app.url}/edit"):
        assert requests.get(wrong, timeout=60).status_code == 404
    answer = requests.get(printed, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (303, "/update")
    cookie, _, attributes = answer.headers["set-cookie"].partition(";")
    assert "httponly" in attributes.lower() and "samesite=strict" in attributes.lower()
    assert takes_files(app.url, Cookie=cookie) and update_page(app.url, Cookie=cookie)[0]
    assert not takes_files(app.url, Cookie=cookie, Via="1.1 proxy")
    assert not update_page(app.url, Cookie=cookie, **{"X-Forwarded-For": "127.0.0.1"})[0]


def test_a_token_that_the_operator_gave_is_not_printed(served):
    assert requests.get(served.edit_address, allow_redirects=False, timeout=60).status_code == 303
    assert "/edit?token=" in served.log.read_text() and EDIT_TOKEN not in served.log.read_text()


@pytest.mark.slow
def test_a_server_that_trusts_nobody_has_no_such_address(seeded_store, tmp_path):
    with contextmanager(serve)(seeded_store, tmp_path / "log", LEDGER_EDIT_WITHOUT_SIGN_IN="no") as app:
        assert "token" not in app.log.read_text()
        assert requests.get(app.edit_address, timeout=60).status_code == 404
        port = app.url.rpartition(":")[2]
        assert not takes_files(app.url, Cookie=f"ledger_edit_{port}={EDIT_TOKEN}")


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["uvicorn", "app:app"], "http://localhost:8000/edit?token="),
        (["uvicorn", "app:app", "--port", "81"], "http://localhost:81/edit?token="),
        (["uvicorn", "app:app", "--port=82"], "http://localhost:82/edit?token="),
        (["streamlit", "run", "app.py"], "http://localhost:8501/edit?token="),
    ],
)
def test_the_printed_address_has_the_servers_port(arguments, address, monkeypatch):
    from dashboard.auth import permission

    monkeypatch.setattr(sys, "argv", arguments)
    assert permission.edit_address().startswith(address)
