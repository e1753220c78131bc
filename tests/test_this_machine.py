"""Editing without sign-in: a process of the same account on this machine, or a browser with the server's token; nobody through a proxy."""

import os
import re
import subprocess
import sys

import pytest
import requests
from conftest import free_port, serve
from servers import answers, end, wait_until
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from dashboard.auth import this_machine
from dashboard.streamlit_internals import STREAM

UPLOAD = "/_stcore/upload_file/a-session/a-file"
NOBODY = 65534

FORWARD = """
import encodings.idna, os, socket, sys, threading

os.setgid(int(sys.argv[3]))
os.setuid(int(sys.argv[3]))

def pipe(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    finally:
        for end in (one, other):
            end.close()

listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    one, _ = listening.accept()
    other = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    for pair in ((one, other), (other, one)):
        threading.Thread(target=pipe, args=pair, daemon=True).start()
"""
"""A proxy that says nothing of itself: no header, no change."""


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("this-machine") / "log"


@pytest.fixture(scope="module")
def app(seeded_store, log):
    yield from serve(seeded_store, log)


@pytest.fixture(scope="module")
def behind(app):
    """The same server through a proxy of another account."""
    if os.getuid() != 0:
        pytest.skip("only root can start a process of another account")
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", FORWARD, str(port), app.url.rpartition(":")[2], str(NOBODY)])
    try:
        wait_until(lambda: answers(f"http://localhost:{port}/healthz"), "the proxy")
        yield f"http://localhost:{port}"
    finally:
        end(process)


def takes_files(url: str, **headers: str) -> bool:
    """Whether an upload gets past our door. (Streamlit then asks for more.)"""
    answer = requests.put(url + UPLOAD, files={"file": b"x"}, headers=headers, timeout=60)
    return "You may look but not upload" not in answer.text


def offers_upload(url: str, **headers: str) -> bool:
    """Whether a session's page that changes figures takes a file, asked as a program asks that is no browser."""
    sent = {name: value for name, value in headers.items() if name not in ("Host", "Origin")}
    address = f"ws{url[4:]}{STREAM}"
    with connect(address, origin=url, subprotocols=["streamlit"], proxy=None, additional_headers=sent) as page:
        request, answer, kinds = BackMsg(), ForwardMsg(), set()
        request.rerun_script.page_name = "update"
        page.send(request.SerializeToString())
        while answer.WhichOneof("type") != "script_finished":
            answer.ParseFromString(page.recv(timeout=60))
            kinds.add(answer.delta.new_element.WhichOneof("type"))
    return "file_uploader" in kinds


def token_of(log) -> str:
    return re.search(r"/edit\?token=(\S+)", log.read_text()).group(1)


def test_who_started_the_server_edits_at_its_plain_address(app):
    assert takes_files(app.url) and offers_upload(app.url)


def test_nobody_edits_through_a_proxy_that_says_nothing(app, behind):
    """Neither with forged names, nor by putting the proof on a request."""
    port = app.url.rpartition(":")[2]
    forged = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}"}
    for headers in ({}, forged, {this_machine.PROOF: "yes"}, {"Cookie": f"{this_machine.COOKIE}=yes"}):
        assert not takes_files(behind, **headers), headers
        assert not offers_upload(behind, **headers), headers


def test_the_printed_address_lets_a_browser_edit(app, behind, log):
    """Also one whose account the system does not tell; the token stands in no link, and a wrong one is nothing."""
    token = token_of(log)
    assert requests.get(f"{behind}/edit?token=x{token}", timeout=60).status_code == 404
    answer = requests.get(f"{behind}/edit?token={token}", allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (303, "/update")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    opened = {"Cookie": f"{this_machine.COOKIE}={token}"}
    assert takes_files(behind, **opened) and offers_upload(behind, **opened)


def test_a_server_that_trusts_nobody_has_no_such_address(seeded_store, tmp_path):
    """And takes no file, not from its own account either."""
    for app in serve(seeded_store, tmp_path / "log", LEDGER_EDIT_WITHOUT_SIGN_IN="no"):
        assert "token" not in (tmp_path / "log").read_text()
        assert requests.get(f"{app.url}/edit?token=", timeout=60).status_code == 404
        assert not takes_files(app.url)


@pytest.mark.parametrize(
    ("client", "accounts", "own"),
    [
        (("127.0.0.1", 0x1234), [os.getuid()], True),
        (("127.0.0.1", 0x1234), [os.getuid() + 1], False),
        (("127.0.0.1", 0x1234), [os.getuid(), os.getuid() + 1], False),  # two that it may be
        (("127.0.0.1", 0x1234), [], False),
        (("127.0.0.1", 0), [os.getuid()], False),  # a proxy's word for the address
        (("192.0.2.7", 0x1234), [os.getuid()], False),
        (None, [os.getuid()], False),
    ],
)
def test_the_system_says_whose_the_other_end_is(client, accounts, own, tmp_path):
    table = tmp_path / "tcp"
    lines = [f"0: 0100007F:1234 0100007F:2000 01 0:0 0:0 0 {account} 0 1" for account in accounts]
    others = "1: 0100007F:2000 0100007F:1234 01 0:0 0:0 0 7 0 1"  # our own end
    table.write_text("\n".join(["  sl  local_address rem_address st ...", *lines, others]) + "\n")
    scope = {"client": client, "server": ("127.0.0.1", 0x2000)}
    assert this_machine.is_own_account(scope, (table, tmp_path / "none")) is own
