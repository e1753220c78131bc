"""Streamlit's static files and front page, as browsers with different abilities get them."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import anyio
import brotli
import pytest
from fontTools.ttLib import TTFont

from dashboard.streamlit_internals import CHART_CHUNK, static_folder
from dashboard.web.middleware import chart_script, icon_font
from dashboard.web.middleware.copies import static_files
from dashboard.web.middleware.front_page import ROOT_SCRIPT, WORDS_SCRIPT, hash_of
from dashboard.web.middleware.static_files import StaticBodies
from dashboard.web.negotiation import accepted_encoding
from web_shell.shell_server import Server

SCRIPT = next(url for url in static_files(static_folder()) if "/index." in url and url.endswith(".js"))


@pytest.mark.parametrize("path", ["/", "/spending", SCRIPT])
def test_each_encoding_holds_the_same_text(server: Server, path: str) -> None:
    plain = server.ask(path)
    assert "content-encoding" not in plain.headers
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = server.ask(path, Accept_Encoding=encoding)
        assert packed.headers["content-encoding"] == encoding
        assert packed.headers["vary"] == "Accept-Encoding"
        assert len(packed.body) < len(plain.body) / 2
        assert unpack(packed.body) == plain.body
        head = server.ask(path, "HEAD", Accept_Encoding=encoding)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == packed.headers["content-length"]


def test_what_a_reader_has_is_not_sent_again(server: Server) -> None:
    for path, cache in (("/", "no-cache"), (SCRIPT, "public, max-age=31536000, immutable")):
        first = server.ask(path, Accept_Encoding="br")
        assert first.headers["cache-control"] == cache
        tag = first.headers["etag"]
        again = server.ask(path, Accept_Encoding="gzip", If_None_Match=f'"other", {tag}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert server.ask(path, If_None_Match='"other"').status == 200


def test_the_front_page_asks_for_the_chart_script_and_holds_no_script_but_ours(server: Server) -> None:
    page = server.ask("/").text
    assert 'rel="modulepreload" crossorigin href="./static/js/PlotlyChart.' in page
    ours = (ROOT_SCRIPT, WORDS_SCRIPT)
    assert page.count("<script>") == len(ours) and all(f"<script>{script}</script>" in page for script in ours)
    policy = server.ask("/").headers["content-security-policy"]
    assert all(hash_of(script) in policy for script in ours)
    assert "woff2" not in page
    asked = [
        re.search(r"[^/]+$", link)[0] for link in re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+\.js)"', page)
    ]
    assert asked[0].startswith("index."), "what starts the page is asked for behind sixty small scripts"
    chart = next(place for place, name in enumerate(asked) if name.startswith(CHART_CHUNK))
    assert chart > asked.index(next(name for name in asked if name.startswith("react-dom."))), (
        "what is needed last comes first"
    )
    assert len(asked) == len(set(asked)) + 1, "only what starts the page is named twice: ahead, and to run"


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("br;q=x", "identity"),
        ("", "identity"),
    ],
)
def test_accepted_encoding(accept: str, encoding: str) -> None:
    assert accepted_encoding(accept) == encoding


def test_the_well_compressed_copy_is_taken_as_soon_as_it_is_there(tmp_path: Path) -> None:
    source = tmp_path / "a.js"
    source.write_text("const text = 1;" * 100)
    bodies = StaticBodies(tmp_path / "copies", {"/static/a.js": source}, "<html></html>")
    quick = anyio.run(bodies.body, "/static/a.js", "br")
    assert not quick.best
    copy = tmp_path / "copies" / "static" / "a.js.br"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(brotli.compress(source.read_bytes()))
    best = anyio.run(bodies.body, "/static/a.js", "br")
    assert best.best
    assert best.tag == quick.tag
    assert brotli.decompress(best.content) == brotli.decompress(quick.content)


def test_our_pages_get_the_front_page_and_others_go_to_streamlit(server: Server) -> None:
    assert server.ask("/spending").headers["etag"] == server.ask("/").headers["etag"]
    assert server.ask("/_stcore/health").text == "ok"


ICONS = next(url for url in static_files(static_folder()) if url.endswith(".woff2"))


@pytest.fixture(scope="module")
def few_icons() -> bytes:
    return icon_font.with_icons(static_files(static_folder())[ICONS], icon_font.our_words() | {"chevron_right"})


def test_the_icon_font_is_small_and_draws_every_icon_that_our_pages_name(few_icons: bytes) -> None:
    whole, few = (
        dict(icon_font.signs(TTFont(io.BytesIO(font))))
        for font in (static_files(static_folder())[ICONS].read_bytes(), few_icons)
    )
    assert len(few_icons) < 80 * 1024
    sources = [script.read_text() for room in icon_font.OURS for script in room.rglob("*.py")]
    named = {
        name
        for source in sources
        for name in re.findall(r":material/(\w+):|\bicon=\"(\w+)\"", source)
        for name in name
        if name
    }
    assert len(named) > 20 and named <= set(few), "an icon that a page names would be read as a word"
    assert "chevron_right" in few and len(few) < len(whole) / 4


def test_the_icon_font_is_whole_until_the_copy_is_there_and_asked_for_anew_when_our_code_may_name_others(
    tmp_path: Path, few_icons: bytes
) -> None:
    bodies = StaticBodies(tmp_path, static_files(static_folder()), "<html></html>")
    before = anyio.run(bodies.body, ICONS, "identity")
    assert before.content == static_files(static_folder())[ICONS].read_bytes()
    copy = tmp_path / f"{ICONS.lstrip('/')}.{icon_font.edition()}"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(few_icons)
    after = anyio.run(bodies.body, ICONS, "identity")
    assert after.content == few_icons and after.tag != before.tag


def test_the_icon_font_is_not_packed_twice_nor_kept_without_asking(server: Server) -> None:
    answer = server.ask(ICONS, Accept_Encoding="br, gzip")
    assert answer.headers["content-type"] == "font/woff2" and "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert server.ask(ICONS, If_None_Match=answer.headers["etag"]).status == 304


CHART = next(url for url in static_files(static_folder()) if CHART_CHUNK in url)
WHOLE = static_files(static_folder())[CHART]


@pytest.fixture(scope="module")
def few_kinds() -> bytes:
    return chart_script.with_kinds(WHOLE.read_bytes(), chart_script.our_kinds())


def test_the_chart_script_keeps_what_our_charts_add_and_little_else(few_kinds: bytes) -> None:
    assert len(few_kinds) < WHOLE.stat().st_size * 0.4
    assert {"bar", "heatmap", "scatter"} <= chart_script.our_kinds()
    assert b"lib/bar.js" in few_kinds and b"lib/heatmap.js" in few_kinds
    assert b"lib/sankey.js" not in few_kinds
    listed = chart_script.REGISTERED.search(few_kinds)[1]
    assert set(chart_script.ASKED_FOR.findall(listed)) <= chart_script._modules(few_kinds).keys()


MODULES = """let wrap=(m,x)=>()=>(x||(0,m[Object.keys(m)[0]])((x={exports:{}}).exports,x),x.exports);
var core=wrap({"lib/core.js"(e,t){t.exports={list:[],register(m){this.list.push(...m.map(k=>k.name))}}}}),
shared=wrap({"src/shared.js"(e,t){t.exports="s}})"}}),only=wrap({"src/only.js"(e,t){t.exports=`${shared()} /})/`}}),
bar=wrap({"lib/bar.js"(e,t){t.exports={name:"bar",of:shared()}}}),pie=wrap({"lib/pie.js"(e,t){t.exports={name:"pie",of:only()}}});
var plotly=core();plotly.register([bar(),pie()]);"""


@pytest.mark.parametrize(
    ("kinds", "registered", "gone"),
    [
        ({"bar", "pie"}, "[bar(),pie()]", []),
        ({"bar"}, "[bar()]", ["src/only.js", "lib/pie.js"]),
        ({"pie"}, "[pie()]", ["lib/bar.js"]),
        ({"map"}, "[]", ["src/shared.js", "src/only.js", "lib/bar.js", "lib/pie.js"]),
    ],
)
def test_a_module_goes_when_nothing_asks_for_it(kinds: set[str], registered: str, gone: list[str]) -> None:
    fewer = chart_script.with_kinds(MODULES.encode(), frozenset(kinds)).decode()
    assert f".register({registered})" in fewer
    files = re.findall(r"(?:src|lib)/\w+\.js", MODULES)
    assert [file for file in files if file not in fewer] == gone


@pytest.mark.parametrize(
    "other", ["", "const a = 1;", "x.register([a(),b()])", MODULES.replace("pie=wrap", "other=wrap")]
)
def test_a_script_that_is_built_otherwise_stays_whole(other: str) -> None:
    assert chart_script.with_kinds(other.encode(), frozenset({"bar"})) == other.encode()


def test_the_chart_script_is_whole_until_the_copy_is_there_and_then_the_same_in_every_encoding(
    tmp_path: Path, few_kinds: bytes
) -> None:
    bodies = StaticBodies(tmp_path, static_files(static_folder()), "<html></html>")
    before = anyio.run(bodies.body, CHART, "gzip")
    assert gzip.decompress(before.content) == WHOLE.read_bytes()
    copy = tmp_path / f"{CHART.lstrip('/')}.{chart_script.edition()}.br"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(brotli.compress(few_kinds, quality=1))
    packed, zipped, plain = (anyio.run(bodies.body, CHART, encoding) for encoding in ("br", "gzip", "identity"))
    assert brotli.decompress(packed.content) == gzip.decompress(zipped.content) == plain.content == few_kinds
    assert packed.tag == zipped.tag == plain.tag != before.tag


def test_the_chart_script_is_asked_for_anew_each_time_as_our_charts_may_add_others(server: Server) -> None:
    answer = server.ask(CHART, Accept_Encoding="br")
    assert answer.headers["cache-control"] == "no-cache"
    assert server.ask(CHART, If_None_Match=answer.headers["etag"]).status == 304
