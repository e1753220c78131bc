"""Streamlit's script that draws charts, with those kinds of chart alone that ours add: a third of its 4.7 MB.

A browser would carry and read the rest before the first live chart. plotly.js stands in the script as modules that ask for
each other by name (``name=wrapped({"src/…"(exports, module){…}})``, ``name()``), and one list registers all fifty kinds. The
list keeps what our charts add; a module that nothing asks for any more goes. A script that is built otherwise stays whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MODULE = re.compile(rb"([\w$]+)=[\w$]+\(\{[`\"']([^`\"']+)[`\"']\(")
REGISTERED = re.compile(rb"\.register\(\[((?:[\w$]+\(\),?)+)\]\)")
ASKED_FOR = re.compile(rb"(?<![\w$.])([\w$]+)\(\)")
ADDED = re.compile(r"\.add_([a-z0-9]+)\(")
OURS = Path(__file__).resolve().parents[3] / "dashboard"


@cache
def our_kinds() -> frozenset[str]:
    """What our code adds to figures ("bar", "scatter"), and words that are no kind of chart."""
    return frozenset(
        kind for script in OURS.rglob("*.py") for kind in ADDED.findall(script.read_text(encoding="utf-8"))
    )


@cache
def edition() -> str:
    """What our charts may add, as a digest: another one needs the script made anew."""
    return hashlib.sha256(" ".join(sorted(our_kinds())).encode()).hexdigest()[:12]


def with_kinds(script: bytes, kinds: frozenset[str]) -> bytes:
    """The script with the kinds of chart ("bar", "scatter") that are among ``kinds``."""
    modules, registered = _modules(script), REGISTERED.search(script)
    if registered is None:
        return script
    listed = ASKED_FOR.findall(registered[1])
    if not modules.keys() >= set(listed):
        return script
    kept = [name for name in listed if _kind(script, modules[name]) in kinds]
    fewer = b".register([" + b",".join(name + b"()" for name in kept) + b"])"
    outside = b"".join(_without(script, list(modules.values()))).replace(registered[0], fewer)
    needed = _reached(_asked_for(outside, modules), {name: script[place] for name, place in modules.items()})
    gone = [place for name, place in modules.items() if name not in needed]
    return b"".join(_without(script, gone)).replace(registered[0], fewer)


def _modules(script: bytes) -> dict[bytes, slice]:
    """Where the declaration of each module stands, by the module's name, in order."""
    # Takes 60 ms, and only the process that makes the copies needs them.
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_javascript.language())).parse(script)
    found = ((MODULE.match(script, node.start_byte), node) for node in _outermost(tree.root_node, script))
    return {match[1]: slice(node.start_byte, node.end_byte) for match, node in found if match}


def _outermost(root: Node, script: bytes) -> Iterator[Node]:
    """The declarations of modules, none within another."""
    cursor = root.walk()
    while node := cursor.node:
        declares = node.type == "variable_declarator" and MODULE.match(script, node.start_byte)
        if declares:
            yield node
        if not declares and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _kind(script: bytes, place: slice) -> str:
    """What the module is named by its file: "bar" of "lib/bar.js"."""
    match = MODULE.match(script, place.start)
    return Path(match[2].decode()).stem if match else ""


def _without(script: bytes, places: list[slice]) -> Iterator[bytes]:
    """The script's pieces, with a number in place of each module in ``places``."""
    at = 0
    for place in places:
        yield script[at : place.start] + script[place].split(b"=", 1)[0] + b"=0"
        at = place.stop
    yield script[at:]


def _asked_for(text: bytes, modules: dict[bytes, slice]) -> set[bytes]:
    return set(ASKED_FOR.findall(text)) & modules.keys()


def _reached(names: set[bytes], texts: dict[bytes, bytes]) -> set[bytes]:
    """The modules named, and all that these ask for."""
    reached: set[bytes] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += set(ASKED_FOR.findall(texts[name])) & texts.keys()
    return reached
