"""How a feed is written (RFC 4287): its head, entries, links and moments."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from dashboard.language import current

TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TAG = "tag:alliance-ledger.example,2026"
CONTROL = {code: " " for code in range(32) if chr(code) not in "\t\n"}
"""Characters XML has no room for."""


def feed(name: str, title: str, updated: str, own_address: str) -> ET.Element:
    """A feed in the current language without entries yet; `name` tells it from the others of this ledger."""
    made = ET.Element(f"{{{ATOM}}}feed", {LANGUAGE: current()})
    add(made, "id", f"{TAG}:{name}")
    add(made, "title", title)
    add(made, "updated", updated)
    link(made, "self", own_address, "application/atom+xml")
    add(add(made, "author"), "name", "Alliance Ledger")
    return made


def add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = None if text is None else text.translate(CONTROL)
    return child


def link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    add(parent, "link").attrib.update({"rel": rel, "href": href, "type": kind})


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def written(made: ET.Element) -> bytes:
    """The feed as it is sent."""
    ET.register_namespace("", ATOM)
    return ET.tostring(made, encoding="utf-8", xml_declaration=True)
