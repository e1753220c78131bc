"""Pages of publishers that name their newest file, and lists of many: an address that moves is asked of the page."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit


class Anchor(NamedTuple):
    """A link of a page: its address, whole, and the text that it stands behind."""

    address: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page that names a publisher's newest file. `hosts`: where that file may stand, and nowhere else; `newest`: the
    file's address by the page's anchors, None when none of them is such a file."""

    address: str
    hosts: tuple[str, ...]
    newest: Callable[[list[Anchor]], str | None]

    def file(self, html: str) -> str | None:
        """The address of the newest file that the page names."""
        return self.newest(anchors(html, self.address))

    def holds(self, address: str) -> bool:
        """Whether an address is where a file of this publisher may stand."""
        return urlsplit(address).netloc in self.hosts


@dataclass(frozen=True)
class Listing:
    """A list of a publisher's files, each of which is had once. `hosts`: where they may stand, and nowhere else; `files`:
    their addresses by the list's content, None for anything but such a list. What stands behind # in an address is sent
    to no server: it tells what is there today from what was there before, which is given to be compared with."""

    address: str
    hosts: tuple[str, ...]
    files: Callable[[bytes], Sequence[str] | None]

    def holds(self, address: str) -> bool:
        """Whether an address is where a file of this publisher may stand."""
        return urlsplit(address).netloc in self.hosts


def anchors(html: str, base: str) -> list[Anchor]:
    """Every anchor of a page, in its order; addresses are completed as a browser does."""
    reader = _Anchors()
    reader.feed(html)
    found = []
    for href, text in reader.found:
        try:
            found.append(Anchor(urljoin(base, href.strip()), " ".join(text.split())))
        except ValueError:  # no address at all
            continue
    return found


def greatest(found: Iterable[tuple[re.Match[str] | None, str]]) -> str | None:
    """Of addresses with what was matched of them, the one whose numbers are the greatest; the first of several."""
    ranked = [(tuple(int(number or 0) for number in match.groups()), address) for match, address in found if match]
    return max(ranked, key=lambda one: one[0], default=((), None))[1]


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a":
            self._open = href is not None
            if href is not None:
                self.found.append((href, ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._open:
            href, text = self.found[-1]
            self.found[-1] = href, text + data
