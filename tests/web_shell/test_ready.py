"""`/readyz` names each thing that a server needs, with its word."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.web.health import NotReady, enough_disk, ready_route


def ask(**options) -> tuple[int, dict]:
    with TestClient(Starlette(routes=[ready_route(**options)])) as client:
        answer = client.get("/readyz")
        assert answer.headers["cache-control"] == "no-store"
        return answer.status_code, answer.json()


def lost() -> None:
    raise NotReady("it is lost")


def broken() -> None:
    raise OSError("/secret/path")


def test_a_server_is_ready_when_each_check_is_ok():
    assert ask(checks={"a": lambda: None, "b": lambda: 1}) == (
        200,
        {"status": "ready", "checks": {"a": "ok", "b": "ok"}},
    )


def test_what_is_the_matter_is_named_without_secrets():
    status, content = ask(checks={"a": lost, "b": lambda: None, "c": broken})
    assert (status, content["status"]) == (503, "not ready")
    assert (content["checks"]["a"], content["checks"]["b"]) == ("it is lost", "ok")
    assert "OSError" in content["checks"]["c"] and "secret" not in content["checks"]["c"]


def test_what_it_can_do_without_is_named_and_no_more():
    assert ask(checks={"pictures": lost}, needless=frozenset({"pictures"})) == (
        200,
        {"status": "ready", "checks": {"pictures": "it is lost"}},
    )


def test_a_check_that_hangs_is_not_waited_for():
    status, content = ask(checks={"slow": lambda: time.sleep(3)}, patience_seconds=0.2)
    assert status == 503 and "no answer within 0.2 seconds" in content["checks"]["slow"]


def test_a_full_disk_is_named(tmp_path: Path):
    enough_disk(tmp_path / "not" / "there" / "yet", 1)
    with pytest.raises(NotReady, match="MiB are free at"):
        enough_disk(tmp_path, 2**60)
