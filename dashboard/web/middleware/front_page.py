"""Streamlit's front page and style sheet, with what a chart needs asked for at once and without web fonts for text.

The stock page asks for the chart's script only after the session's first answer, and before that for a web font that
our theme does not use. On every page but the first it looks for the server below the page's own path, fails, and waits
before it tries the root. It also carries an inline script, which our content security policy refuses.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from pathlib import Path

from dashboard.streamlit_internals import CHART_CHUNK, FRAME_CHUNKS
from dashboard.web.middleware import streamlit_words

ROOT_SCRIPT = """
window.__streamlit = {BACKEND_BASE_URL: location.origin + "/", MAIN_PAGE_BASE_URL: location.origin + "/"};
(() => {
  const tell = () => { document.cookie = `window_px=${innerWidth};path=/;SameSite=Lax${location.protocol === "https:" ? ";Secure" : ""}`; };
  tell();
  addEventListener("resize", tell);
  const root = document.documentElement;
  const speak = () => { root.lang = new URLSearchParams(location.search).get("lang") || root.lang; };
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  history.replaceState = (...asked) => { replace(...asked); speak(); };
  addEventListener("popstate", speak);
  let moved = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { moved = true; }, true);
  addEventListener("popstate", () => { moved = false; }, true);
  history.pushState = (state, title, to) => {
    const {pathname: there, search} = new URL(to || location.href, location.href);
    if (there === location.pathname && !search && location.search) return;
    if (there === location.pathname && !moved) return history.replaceState(state, title, to);
    if (there !== location.pathname) moved = false;
    push(state, title, to);
    speak();
  };
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  addEventListener("input", ({target, isComposing}) => {
    const typed = target.value, apart = target.role === "combobox" && !isComposing ? typed.normalize("NFD") : typed;
    if (apart !== typed) write.call(target, apart);
  }, true);
  addEventListener("keydown", ({key, shiftKey, target}) => {
    const day = target.closest && target.closest("[data-testid=stDateInputField]");
    const last = day && target === [...day.querySelectorAll("[role=spinbutton]")].at(-1);
    if (!(day && (key === "Enter" ? target.role === "spinbutton" : key === "Tab" && last && !shiftKey))) return;
    target.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
    setTimeout(() => {
      document.activeElement.blur();
      const button = day.querySelector("button");
      if (button) button.focus();
    });
  }, true);
  let opener = null;
  addEventListener("pointerdown", () => { opener = null; }, true);
  addEventListener("keydown", ({key, target}) => {
    if (key === "Enter" || key === " ") opener = target.closest && target.closest("[data-testid=stPopoverButton]");
  }, true);
  new MutationObserver(() => {
    const panel = opener && document.querySelector("[data-testid=stPopoverBody]");
    if (!panel) return;
    opener = null;
    panel.tabIndex = -1;
    panel.focus({preventScroll: true});
  }).observe(document.documentElement, {childList: true, subtree: true});
  addEventListener("click", ({target}) => {
    if (innerWidth < 768 && target.closest && target.closest("[data-testid=stSidebarNavLink]"))
      document.querySelector("[data-testid=stSidebarCollapseButton] button").click();
  });
})()
"""
"""Tells Streamlit's front end that the server is at the root: saves 0.15 s on every page but the first. And the address
that a page completes by itself, before a reader moves anything on it, is no step of its own: Back needs one press. Nor is the address
that Streamlit empties before the script opens another page. What is typed to search a list has its accents apart, as the names in it have.
A typed day counts on Enter and Tab, as in any field: Streamlit takes it only when the focus has left the field and its button.
What a key opened has the focus. How wide the window is tells a cookie, for the form of charts. The language of
the document is that of its address. On a phone the menu closes when a page is chosen."""


def hash_of(script: str) -> str:
    """What a content security policy lists to let the script run."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


WORDS_SCRIPT = streamlit_words.script()

FIRST_VIEW_SCRIPT = """
(() => {
  const view = document.getElementById("first-view"), root = document.documentElement;
  const painted = () => new Promise(go => requestAnimationFrame(() => setTimeout(go)));
  let begun = false;
  const begin = () => {
    if (!begun) document.head.append(document.importNode(document.getElementById("live").content, true));
    begun = true;
  };
  painted().then(begin);
  setTimeout(begin, 1000);
  const drawn = () => {
    const app = document.querySelector("[data-testid=stApp]");
    if (!app || app.dataset.testScriptState !== "notRunning") return false;
    const plots = [...app.querySelectorAll("[data-testid=stPlotlyChart]")];
    if (!plots.length) return app.querySelector("h1, [data-testid=stAlert]");
    return plots.every((plot, place) => {
      if (place && plot.getBoundingClientRect().top > innerHeight) return true;
      const drawing = plot.querySelector(".main-svg");
      return drawing && drawing.getBoundingClientRect().height > 0;
    });
  };
  const oneByOne = () => {
    const {react} = Plotly, known = new WeakSet();
    let before = null;
    Plotly.react = (plot, ...asked) => {
      const draw = () => react(plot, ...asked);
      if (!view.isConnected || known.has(plot)) return draw();
      known.add(plot);
      const drawing = before ? before.then(painted).then(draw) : draw();
      before = Promise.race([Promise.resolve(drawing).catch(() => {}), new Promise(go => setTimeout(go, 1000))]);
      return drawing;
    };
  };
  const {send} = WebSocket.prototype;
  if (view.querySelector(".main-svg")) WebSocket.prototype.send = function (asked) {
    WebSocket.prototype.send = send;
    setTimeout(() => import(document.querySelector("link[href*='/CHART_CHUNK']").href).then(oneByOne));
    return send.call(this, asked);
  };
  const look = () => {
    if (!drawn() || document.querySelector("#root [data-testid=stSkeleton]")) return requestAnimationFrame(look);
    root.classList.remove("first");
    view.remove();
  };
  requestAnimationFrame(look);
})()
""".replace("CHART_CHUNK", CHART_CHUNK)
"""Asks for the live page's scripts once the first view is painted (a tab in the background paints nothing: after a second),
runs the chart's while the server works on what it was asked (the page would wait for it later), lets charts be drawn one after the
other, each painted before the next (drawn in one go, the first is seen with the last; a second at most, should one never be done;
drawn again at once: what waits is given back to Streamlit late, which takes it for a change and draws without end), and takes the first view away once the live page
has drawn what a reader sees."""

PAGE_SCRIPT_HASHES = tuple(map(hash_of, (ROOT_SCRIPT, WORDS_SCRIPT, FIRST_VIEW_SCRIPT)))

READABLE = (
    "[data-testid=stMultiSelectTagsContainer] [data-tag]{background-color:#0072B2!important}"
    "[data-testid=stMultiSelect] button{min-width:24px;min-height:24px}"
    "[data-testid=stDateInputField] [role=spinbutton]{min-width:24px;text-align:center}"
    "[data-testid=stPopoverBody]:has([data-testid=stDataFrame]){width:min(48rem,92vw)}"
    "@media(hover:none){[data-testid=stFullScreenFrame]:has([data-testid=stDataFrame]){margin-top:2.5rem}}"
    "[class*=st-key-tile_] h2{font-size:.875rem!important;font-weight:400!important;padding:0 0 .4rem!important}"
    "[class*=st-key-tile_] strong{font-size:1.2rem!important}"
    "@media(min-width:640px) and (max-width:863px){[data-testid=stHorizontalBlock]:has(>[data-testid=stColumn] [class*=st-key-tile_]){flex-wrap:wrap}"
    "[data-testid=stColumn]:has([class*=st-key-tile_]){flex:1 1 40%!important;min-width:40%!important}}"
    "a:focus-visible,button:focus-visible{outline:2px solid currentColor!important;outline-offset:1px}"
    "nav a:focus-visible,[data-tag]:focus-visible{outline:2px solid currentColor!important;outline-offset:-3px}"
    "[data-testid=stExpandSidebarButton]::after{content:'Menu';font-size:14px;margin-left:4px}"
)
"""Lists of several values: Streamlit writes them white on the dark theme's pale blue, and its buttons are too small, as
are the parts of a day. A table behind a button has room to be read; its tools, which stand above it where nothing hovers, cover no button. A tile is headed by what
it is, its figure is what is seen first; where a window is narrow two stand in a row, so that an amount keeps its word whole. What has the focus has a line around it. The button of the menu says so, in the word of both languages."""

IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.\-]+\.js)["'`]""")
IMPORTS_WITHIN = 20_000
"""Bytes at a script's beginning within which the bundler writes its static imports."""

LIVE = re.compile(r'<script type="module"[^>]*></script>|<link rel="modulepreload"[^>]*>')
"""What makes the page live. Asked for with the first bytes, it would be parsed and run before the first view is painted."""

UNUSED = re.compile(
    r"<script>\s*window\.prerenderReady.*?</script>"
    r"|<link\s[^>]*\brel=\"(?:service-desc)\"[^>]*>"
    r"|<link\s[^>]*\bas=\"font\"[^>]*>"
    r"|<!--.*?-->"
    r"|<p>\s*Reading this without a browser\?.*?(?=</noscript>)",
    re.DOTALL,
)

TEXT_FONT = re.compile(r"@font-face\s*\{[^}]*\bSource(?:Sans|Serif|Code)[^}]*\}")
"""The declarations of Streamlit's own text fonts; icon and formula fonts stay."""


def served(path: Path) -> bytes:
    """A static text as we serve it: style sheets without the text fonts, all else as it is."""
    if path.suffix != ".css":
        return path.read_bytes()
    return TEXT_FONT.sub("", path.read_text(encoding="utf-8")).encode()


def front_page(static: Path) -> str:
    """The HTML of ``static/index.html`` for readers of charts.

    ``static`` is Streamlit's folder of front-end files. A part that a later Streamlit does not have is left alone. What starts
    the page is asked for first, then the chart's script, which is needed last, and the widgets of nearly every page.
    """
    html = UNUSED.sub("", (static / "index.html").read_text(encoding="utf-8"))
    scripts = static / "static" / "js"
    loaded = re.findall(r"static/js/([\w.\-]+\.js)", html)
    first, last = loaded[:1], [name for name in later_scripts(scripts) if name not in loaded]
    root = f"    <style>{READABLE}</style>\n    <script>{ROOT_SCRIPT}</script>\n    <script>{WORDS_SCRIPT}</script>\n"
    html = html.replace("    <script", f"{root}{_asked_for(first)}    <script", 1)
    html = html.replace("</head>", f"{_asked_for(last)}</head>", 1)
    return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n"


def _asked_for(names: Iterable[str]) -> str:
    return "".join(f'    <link rel="modulepreload" crossorigin href="./static/js/{name}">\n' for name in names)


def later_scripts(scripts: Path) -> list[str]:
    """Names of the scripts that draw a chart and what nearly every page shows, and of all they import, the chart's own first."""
    waiting = [path.name for chunk in (CHART_CHUNK, *FRAME_CHUNKS) for path in sorted(scripts.glob(f"{chunk}*.js"))]
    names: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names.append(name)
            waiting.extend(_imports(scripts / name))
    return names


def _imports(script: Path) -> Iterable[str]:
    if not script.is_file():
        return ()
    with script.open("rb") as handle:
        head = handle.read(IMPORTS_WITHIN).decode("utf-8", "replace")
    return (name for name in IMPORT.findall(head) if (script.parent / name).is_file())


def with_first_view(html: str, *, lang: str, head: str, body: str) -> str:
    """The front page ``html`` with a first view over it: ``head`` replaces the title, ``body`` stands before the app."""
    html = re.sub(r'<html lang="[^"]*"', f'<html lang="{lang}" class="first"', html, count=1)
    html = re.sub(r"<title>.*?</title>", lambda _match: head, html, count=1, flags=re.DOTALL)
    live = f'<template id="live">{"".join(LIVE.findall(html))}</template>'
    html = LIVE.sub("", html)
    script = f"{live}\n<script>{FIRST_VIEW_SCRIPT}</script>"
    return re.sub(r"<body[^>]*>", lambda match: f"{match[0]}\n{body}\n{script}", html, count=1)


def named(html: str, *, lang: str, title: str, description: str) -> str:
    """The front page ``html`` with its language, title and description alone."""
    html = re.sub(r'<html lang="[^"]*"', f'<html lang="{lang}"', html, count=1)
    head = f'<title>{escape(title)} · Alliance Ledger</title><meta name="description" content="{escape(description)}">'
    return re.sub(r"<title>.*?</title>", lambda _match: head, html, count=1, flags=re.DOTALL)
