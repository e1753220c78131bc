"""What a screen reader is told of each page: roles, names and levels, in order, beside golden files. Looked at, they are the page heard.

Figures come from the seeds, but some change with the day: days and numbers are masked.
"""

import itertools
import re
from pathlib import Path

import pytest
from browser import open_live

from dashboard.menu import MENU

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parent / "golden" / "heard"
ROLES = (
    "alert", "button", "checkbox", "combobox", "figure", "group", "heading", "link", "radio", "radiogroup", "region", "slider",
    "spinbutton", "switch", "table", "textbox",
)  # fmt: skip
LINE = re.compile(rf"\s*- '?({'|'.join(ROLES)})\b(?: \"((?:[^\"\\]|\\.)*)\")?(.*)")
STATES = re.compile(r"\[(?:level=\d|checked|disabled|expanded|pressed|selected)[^\]]*\]")
DAY = re.compile(r"[A-Z][a-z]{2} \d+, \d{4}|\d+(?:er)? [a-zéû]+\.? \d{4}|\d{4}-\d\d-\d\d")
LONGEST = 40  # of a name: its beginning tells it
DAYS = "on=2026-10-01&known=2026-10-10"
VIEWS = {
    **{page: f"/{'' if page == 'overview' else page}?lang=en" for page in MENU},
    "tariffs": f"/tariffs?lang=en&{DAYS}",
    "deadlines": f"/deadlines?lang=en&{DAYS}",
    "pledges-fr": "/pledges?lang=fr",
    "tariffs-fr": f"/tariffs?lang=fr&{DAYS}",
}
UNNAMED = ("group", "alert")  # what stands around a control; a message says itself
PATIENCE_MS = 120_000


def heard(tree: str) -> str:
    """The lines of an accessibility tree that name something or let a reader do something."""
    lines = []
    for line in tree.splitlines():
        if found := LINE.match(line):
            role, name, rest = found.groups()
            name = re.sub(r"\d[\d.,]*", "#", DAY.sub("a day", (name or "").replace('\\"', '"').replace("''", "'")))
            name = name[:LONGEST].strip()
            lines.append(" ".join(filter(None, (role, f"“{name}”" if name else "", *STATES.findall(rest)))))
    return "\n".join(lines) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_what_is_heard_of_a_page_is_as_it_was_looked_at(served, browser, view):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    open_live(page, served.url + VIEWS[view])
    page.get_by_role("main").get_by_role("heading", level=1).wait_for(timeout=PATIENCE_MS)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)
    golden = GOLDEN / f"{view}.txt"
    looked_at = golden.read_text(encoding="utf-8") if golden.exists() else ""
    for _moment in range(
        20 if looked_at else 2
    ):  # words that Streamlit says in English alone are put right as they come
        if (tree := heard(page.get_by_role("main").aria_snapshot())) == looked_at:
            break
        page.wait_for_timeout(500)
    page.close()
    if not looked_at:
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(tree, encoding="utf-8")
        pytest.fail(f"wrote {golden.name}: look at it, then commit it")
    assert tree == looked_at


def test_headings_begin_with_one_of_the_first_level_and_skip_none():
    for view in VIEWS:
        levels = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", (GOLDEN / f"{view}.txt").read_text())]
        assert levels[0] == 1 and levels.count(1) == 1, view
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), view


def test_every_control_heading_and_chart_has_a_name():
    for view in VIEWS:
        lines = (GOLDEN / f"{view}.txt").read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "“" not in line and line not in UNNAMED], view
