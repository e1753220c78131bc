"""The shipped set-up in use: two app servers as an ordinary user in a read-only tree, PostgreSQL, S3, nginx with TLS."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
import requests
import yaml
from browser import PATIENCE_MS, chromium, shown
from conftest import BUCKET, ROOT, free_port, on_this_machine, sign_in_settings
from deployment import (
    BIN,
    INSTALLED,
    NGINX,
    UNIT,
    Proxy,
    as_ordinary_user,
    certificate,
    command,
    copied_tree,
    give_to_ordinary_user,
    instructions,
    set_writable,
    unit,
)
from playwright.sync_api import Page, expect
from servers import end, wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from etl.settings import DATA

needs_nginx = pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian, Ubuntu: sudo apt-get install nginx-light)")
SEEN_WITHIN_S = 1.0
FIGURE = (
    b"publisher,edition,iso3,year,measure,value,source_id\nNATO,2026-07,CAN,2026,share_of_gdp_pct,2.34,nato-2026-07\n"
)


@dataclass(frozen=True)
class Site:
    """The set-up as it runs: its public address, its apps' ports and processes, and what a program needs to use it."""

    url: str
    tree: Path
    proxy: Proxy
    apps: dict[int, subprocess.Popen]
    environment: dict[str, str]
    certificate: Path

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.url + path, verify=str(self.certificate), timeout=300, **options)

    def release(self, port: int) -> int:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["release"]

    def app_of(self, cookie: str) -> int:
        """The port of the app that a browser with this sticky cookie is sent to, by the proxy's log."""
        path = f"/overview/{uuid4().hex}"
        self.get(path, cookies={"ledger_server": cookie}, allow_redirects=False)
        wait_until(lambda: any(line["path"] == path for line in self.proxy.requests()), "the log", 5)
        return int(next(line["app"] for line in self.proxy.requests() if line["path"] == path).rpartition(":")[2])


@pytest.fixture(scope="module")
def site(postgres, s3, provider) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="site-"))  # pytest's own folders are closed to other users
    tree, run = copied_tree(folder / "app"), folder / "run"
    run.mkdir()
    pem = certificate(run)
    if (made := DATA / "cache/static").exists():  # when the program was installed, as in the image
        shutil.copytree(made, run / "cache/static")
    give_to_ordinary_user(run)
    folder.chmod(0o755)
    name = f"ledger_{uuid4().hex[:12]}"
    url, ports = f"https://localhost:{(https := free_port())}", [free_port(), free_port()]
    environment = s3.environment | sign_in_settings(provider, url) | {
        "PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(run), "TMPDIR": str(run), "PYTHONDONTWRITEBYTECODE": "1",
        "LEDGER_CATALOG": f"postgres:{postgres.new_database(name)}", "LEDGER_DATA_PATH": f"s3://{BUCKET}/{name}",
        "LEDGER_CACHE_PATH": str(run / "cache"), "LEDGER_DRAW_AT_START": "no", "LEDGER_PUBLIC_URL": url,
        "LEDGER_EDITORS": "ana@example.org", "UVICORN_HOST": "127.0.0.1",
    }  # fmt: skip
    proxy, apps = Proxy(run, free_port(), https, ports), {}
    try:
        as_image, as_unit = command("CMD"), unit("ExecStart")[0].replace(INSTALLED, str(tree)).split()
        for port, words in zip(ports, (as_image, as_unit), strict=True):
            with (run / f"app-{port}.log").open("wb") as log:
                told = {"cwd": tree, "env": environment | {"UVICORN_PORT": str(port)}, "stdout": log, "stderr": log}
                apps[port] = subprocess.Popen(as_ordinary_user(words), **told)
        proxy.start()
        logs = lambda: "".join((run / f"app-{port}.log").read_text() for port in ports)  # noqa: E731
        wait_until(
            lambda: all(_release(port) == 1 for port in ports) or any(map(_ended, apps.values())), "apps", 300, logs
        )
        assert not any(map(_ended, apps.values())), logs()
        yield Site(url, tree, proxy, apps, environment, pem)
    finally:
        proxy.stop()
        for process in apps.values():
            end(process)
        set_writable(tree, True)


def _ended(process: subprocess.Popen) -> bool:
    return process.poll() is not None


def _release(port: int) -> int | None:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json().get("release")
    except (requests.RequestException, ValueError):
        return None


@pytest.mark.slow
@needs_nginx
def test_a_message_larger_than_any_page_sends_ends_its_connection(site):
    stream = f"ws://127.0.0.1:{next(iter(site.apps))}/_stcore/stream"
    with (
        connect(stream, origin=site.url, subprotocols=["streamlit"]) as page,
        pytest.raises(ConnectionClosed) as closed,
    ):
        page.send(bytes(2_000_000))
        while page.recv(timeout=30):
            pass
    assert closed.value.rcvd.code == 1009


@pytest.mark.slow
@needs_nginx
def test_it_runs_as_an_ordinary_user_and_writes_nothing_into_the_program(site):
    for port, process in site.apps.items():
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        assert all(one.uids().real != 0 for one in family)
        assert healthy(site, port)
    assert site.get("/c/spending-trend.png?countries=CAN").content.startswith(b"\x89PNG")
    written = [path for path in site.tree.rglob("*") if path.stat().st_mtime > site.proxy.started]
    assert not written
    assert not healthy(site, free_port())


def healthy(site: Site, port: int) -> bool:
    """What the image's health check says of an app."""
    environment = site.environment | {"UVICORN_PORT": str(port)}
    return (
        subprocess.run(as_ordinary_user(command("HEALTHCHECK")), env=environment, capture_output=True).returncode == 0
    )


@needs_nginx
def test_readers_get_pages_files_and_feeds_over_tls(site):
    plain = requests.get(
        f"http://localhost:{site.proxy.http}/c/spending-trend?lang=fr", allow_redirects=False, timeout=10
    )
    assert (plain.status_code, plain.headers["location"]) == (301, "https://localhost/c/spending-trend?lang=fr")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://127.0.0.1:{site.proxy.https}/", verify=str(site.certificate), timeout=10)
    share = site.get("/c/spending-trend?countries=CAN")
    assert share.ok and f'<link rel="canonical" href="{site.url}/c/spending-trend' in share.text
    assert "http://localhost" not in share.text
    assert "set-cookie" not in share.headers
    for answer in (share, front := site.get("/")):
        assert "max-age" in answer.headers["strict-transport-security"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert re.search(r"ledger_server=\w+; Path=/; HttpOnly; Secure; SameSite=Lax", front.headers["set-cookie"])
    assert "CAN" in site.get("/c/spending-trend.csv?countries=CAN").text
    assert site.get("/deadlines.ics").text.startswith("BEGIN:VCALENDAR")
    assert f'href="{site.url}/' in site.get("/changes.atom").text
    assert site.get("/metrics").status_code == 404
    assert not [line for line in site.proxy.requests() if "?" in line["path"]]


@pytest.mark.slow
@needs_nginx
def test_what_an_editor_publishes_on_one_server_readers_see_on_the_other(site, capsys):
    cookies = [uuid4().hex for _ in range(20)]
    by_app = {site.app_of(cookie): cookie for cookie in cookies}
    assert set(by_app) == set(site.apps), "sticky cookies are spread over both"
    one, other = site.apps
    with chromium() as browser:
        expect.set_options(timeout=PATIENCE_MS)
        reader = opened(browser, site, by_app[other], "/spending?countries=CAN")
        shown(reader, "Canada: 2.13")
        editor = opened(browser, site, by_app[one], "/update")
        editor.get_by_role("button", name="Sign in").first.click()
        editor.get_by_role("button", name="editor", exact=True).click()
        editor.wait_for_url(f"{site.url}/**")
        assert all(cookie["secure"] for cookie in editor.context.cookies(site.url))
        editor.locator("input[type=file]").first.wait_for(state="attached")
        editor.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": FIGURE})
        editor.get_by_label("Why (everybody sees it in the history)").first.fill("A later figure")
        editor.keyboard.press("Tab")
        editor.get_by_role("button", name="Publish", exact=True).click()
        wait_until(lambda: site.release(one) == 2, "the release where it was published")
        started = time.monotonic()
        wait_until(lambda: site.release(other) == 2, "the release on the other server")
        seen_s = time.monotonic() - started
        shown(reader, "Canada: 2.34")
        shown(editor, "Release 2 is published")
    with capsys.disabled():
        print(f"\nseen on the other server after {seen_s:.2f} s")
    assert seen_s < on_this_machine(SEEN_WITHIN_S)
    streams = {line["app"] for line in site.proxy.requests() if line["path"] == "/_stcore/stream"}
    assert len(streams) == 2
    logs = "".join(path.read_text() for path in site.proxy.folder.glob("*.log"))
    assert "/oauth2callback" in logs  # by path, without the code
    assert "code=" not in logs and "countries=" not in logs
    uploads = [line["app"] for line in site.proxy.requests() if line["path"].startswith("/_stcore/upload_file/")]
    assert uploads and {int(app.rpartition(":")[2]) for app in uploads} == {one}


def opened(browser, site: Site, cookie: str, path: str) -> Page:
    context = browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 1600}, ignore_https_errors=True)
    context.add_cookies([{"name": "ledger_server", "value": cookie, "url": site.url, "secure": True}])
    page = context.new_page()
    page.set_default_timeout(4 * PATIENCE_MS)
    page.goto(site.url + path, wait_until="commit")
    return page


@needs_nginx
def test_while_one_server_is_away_the_other_serves_everybody(site):
    first, _second = site.apps
    end(site.apps[first])
    for _ in range(10):
        assert site.get("/c/spending-trend?countries=CAN", cookies={"ledger_server": uuid4().hex}).ok


def test_compose_starts_what_is_shipped():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    apps = [service for name, service in services.items() if name.startswith("app-")]
    assert len(apps) == 2
    for app in apps:
        assert app["command"] == [str(Path(unit("ExecStart")[0]).relative_to(INSTALLED))]
        assert app["read_only"] and app["cap_drop"] == ["ALL"]
    mounted = [volume.split(":")[0] for volume in services["proxy"]["volumes"] if volume.startswith("./deploy")]
    assert mounted and all((ROOT / path).is_file() for path in mounted)
    asked = set(re.findall(r"\$\{(PROXY_\w+)\}", (ROOT / "deploy/nginx.conf.template").read_text()))
    assert asked <= set(services["proxy"]["environment"])
    port = next(line.split("=")[1] for line in instructions("ENV")[-1].split() if line.startswith("UVICORN_PORT"))
    assert f"server app-1:{port}; server app-2:{port};" == services["proxy"]["environment"]["PROXY_APPS"]


def test_image_and_unit_are_hardened():
    assert int(instructions("USER")[-1]) >= 1000
    assert all("--require-hashes" in line for line in instructions("RUN") if "pip install" in line)
    assert int(unit("LimitNOFILE")[0]) >= 65536
    for rule in ("ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes", "CapabilityBoundingSet="):
        assert rule in UNIT.read_text().splitlines()
