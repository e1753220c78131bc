"""How much people may upload, sent as Streamlit's uploader sends it."""

from __future__ import annotations

import pytest

from web_shell.shell_server import Answer, Server, open_session

MIB = 1024 * 1024


def upload(server: Server, session: str, file: str, size: int, chunked: bool = False, **headers: str) -> Answer:
    """Send ``size`` bytes as Streamlit's uploader does; ``chunked`` hides the size beforehand."""
    cookie = server.ask("/_stcore/health").headers["set-cookie"].partition(";")[0]
    form = b'--B\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n' + b"x" * size + b"\r\n--B--\r\n"
    named = {
        "Content_Type": "multipart/form-data; boundary=B",
        "Cookie": cookie,
        "X_Xsrftoken": cookie.partition("=")[2],
        "Origin": server.origin,
    }
    body = (form[at : at + 65536] for at in range(0, len(form), 65536)) if chunked else form
    return server.ask(f"/_stcore/upload_file/{session}/{file}", "PUT", body, **(named | headers))


def remove(server: Server, session: str, file: str) -> int:
    cookie = server.ask("/_stcore/health").headers["set-cookie"].partition(";")[0]
    token = cookie.partition("=")[2]
    return server.ask(f"/_stcore/upload_file/{session}/{file}", "DELETE", Cookie=cookie, X_Xsrftoken=token).status


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit_is_refused_while_it_comes(server: Server, session: str, chunked: bool) -> None:
    answer = upload(server, session, "big", MIB + 100_000, chunked)
    assert answer.status == 413
    assert "1 MiB" in answer.text


def test_a_session_holds_no_more_than_it_may(server: Server, session: str) -> None:
    assert upload(server, session, "a", MIB).status == 204
    assert upload(server, session, "b", MIB).status == 204
    refused = upload(server, session, "c", MIB // 2)
    assert refused.status == 413 and "2 MiB" in refused.text
    assert remove(server, session, "b") == 204
    assert upload(server, session, "c", MIB // 2).status == 204
    for file in ("a", "c"):
        remove(server, session, file)


def test_all_sessions_together_hold_no_more_than_the_server_may(server: Server, session: str) -> None:
    websocket, other = open_session(server)
    with websocket:
        held = [(session, "a"), (session, "b"), (other, "a")]
        statuses = [upload(server, owner, file, 900 * 1024).status for owner, file in held]
        assert statuses == [204, 204, 204]
        refused = upload(server, other, "b", 900 * 1024)
        assert refused.status == 429
        assert refused.headers["retry-after"] == "60"
        for owner, file in held:
            assert remove(server, owner, file) == 204


@pytest.mark.slow
def test_who_may_not_upload_is_told_so(server: Server, session: str) -> None:
    answer = upload(server, session, "a", 10, X_Viewer="1")
    assert answer.status == 403
    assert "Sign in" in answer.text
