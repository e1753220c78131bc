"""The rules of the house: which room may ask which, who may use what."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("etl", "policy", "dashboard", "pages", "supply", "app.py")
FILES = sorted(
    path for room in ROOMS for path in ([ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py"))
)
NOT_ALLOWED = {
    "etl": ("policy", "dashboard", "pages", "streamlit", "plotly", "fastapi", "starlette"),
    "policy": (
        "dashboard",
        "pages",
        "streamlit",
        "plotly",
        "duckdb",
        "requests",
        "fastapi",
        "etl.ledger",
        "etl.ledger.store",
    ),
    "dashboard": ("pages", "duckdb", "requests"),
    "supply": ("etl", "policy", "dashboard", "pages"),
}
ONLY_IN = {
    "duckdb": {"etl/export.py", *(str(path.relative_to(ROOT)) for path in (ROOT / "etl" / "ledger").glob("*.py"))},
    "requests": {"etl/fetch/__init__.py", "etl/fetch/outgoing.py"},
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def uses(path: Path, module: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for name in imports(path))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_go_one_way(path):
    place = path.relative_to(ROOT)
    wrong = [module for module in NOT_ALLOWED.get(place.parts[0], ()) if uses(path, module)]
    wrong += [module for module, allowed in ONLY_IN.items() if uses(path, module) and str(place) not in allowed]
    for folder, package in (("dashboard/charts", "dashboard.charts"), ("etl/datasets", "etl.datasets")):
        if str(place.parent) == folder and place.name != "__init__.py":
            siblings = {f"{package}.{other.stem}" for other in path.parent.glob("*.py")} - {f"{package}.__init__"}
            wrong += sorted(siblings & imports(path))
    assert not wrong, f"{place} must not import {', '.join(wrong)}"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.name)
def test_a_page_is_short(path):
    assert len(path.read_text().splitlines()) <= 80


# --- rooms and floors ----------------------------------------------------------------------------------------------

ROOMS_IN_ORDER = """
    supply
    etl.message etl.settings etl.vocabulary etl.contract etl.datasets etl.files etl.fetch
    etl.publishers etl.ledger etl.load etl.importing etl.export etl.commands etl.__main__
    policy.periods policy.assumptions policy.starts policy.gdp policy.baseline policy.pathways policy.backsolve policy.claims
    policy.gaps policy.pledges policy.estimates policy.deadlines policy.freshness policy.tariffs
    dashboard.language dashboard.articles dashboard.glossary dashboard.once dashboard.coverage dashboard.streamlit_internals dashboard.metrics dashboard.menu dashboard.style dashboard.ink dashboard.placement dashboard.line_labels dashboard.colour_key dashboard.forms dashboard.listing dashboard.tables
    dashboard.columns dashboard.labels dashboard.provenance dashboard.cited dashboard.widgets dashboard.params dashboard.comparison dashboard.event_lines dashboard.events dashboard.topics dashboard.charts
    dashboard.drawing dashboard.freshness dashboard.citations dashboard.links dashboard.briefing dashboard.rules dashboard.lineage dashboard.ask dashboard.controls dashboard.auth dashboard.ledger dashboard.announced dashboard.alerts
    dashboard.plots dashboard.chosen_value dashboard.briefing_tab dashboard.alert_tab dashboard.share_dialog dashboard.page dashboard.sections dashboard.navigation dashboard.web dashboard.offline dashboard.mcp dashboard.pack dashboard.main dashboard.start
    pages app
"""
"""Each room may ask those before it, never one after it."""
ETL_ROOMS, ETL_FLOORS = 13, 7  # `__main__` is the door to `commands`, no room of its own
MOST_LINES = 250
WHOLE = ("pages", "app", "supply")  # rooms without rooms in them
READS_ENVIRONMENT = {
    "etl/settings/__init__.py",
    "etl/files/read.py",  # what the reading process may see of it
    "etl/ledger/store.py",  # what libpq reads
}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules_asked() -> dict[str, set[str]]:
    """The product's modules, and those of them that each imports anywhere in it."""
    modules = {module_of(path): path for path in FILES}
    asked = {}
    for module, path in modules.items():
        names = imports(path) & set(modules)
        packages = {name for name in names if any(other.startswith(f"{name}.") for other in names)}
        asked[module] = names - packages - {module}
    return asked


def room_of(module: str) -> str:
    first, _, rest = module.partition(".")
    return first if first in WHOLE or not rest else f"{first}.{rest.partition('.')[0]}"


@cache
def rooms_asked() -> dict[str, set[str]]:
    rooms: dict[str, set[str]] = {}
    for module, asked in modules_asked().items():
        rooms.setdefault(room_of(module), set()).update(room_of(one) for one in asked)
    return {room: asked - {room} for room, asked in rooms.items() if "." in room or room in WHOLE}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The first circle found, as the way round it; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_module_asks_itself_through_others():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"c"}}) in (["b", "c", "b"], ["c", "b", "c"])
    assert circle(modules_asked()) == []


def test_no_arrow_points_back_up():
    place = {room: number for number, room in enumerate(ROOMS_IN_ORDER.split())}
    assert sorted(set(rooms_asked()) ^ set(place)) == [], (
        "rooms without a place in ROOMS_IN_ORDER, or places without a room"
    )
    up = {(room, one) for room, asked in rooms_asked().items() for one in asked if place.get(one, -1) > place[room]}
    assert sorted(up) == [], "arrows back up"


def test_the_rooms_of_etl_are_counted():
    """A room or a floor more is a decision, made here; one less stays away for good."""
    rooms = {room: asked for room, asked in rooms_asked().items() if room.startswith("etl.") and room != "etl.__main__"}
    floor: dict[str, int] = {}
    for room in (room for room in ROOMS_IN_ORDER.split() if room in rooms):
        floor[room] = 1 + max((floor.get(asked, 0) for asked in rooms[room]), default=0)
    assert (len(rooms), max(floor.values())) == (ETL_ROOMS, ETL_FLOORS), floor


def test_no_module_is_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_the_formatter_is_skipped_on_tables_of_constants_only():
    """A skip stands at the end of a statement of the module itself, which assigns or shows a literal table."""
    wrong = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        skips = {
            number for number, line in enumerate(text.splitlines(), 1) if re.search(r"#\s*fmt:\s*(skip|off)", line)
        }
        if skips:
            ends = {node.end_lineno for node in ast.parse(text).body if isinstance(node, ast.Assign | ast.AnnAssign)}
            wrong += [f"{path.relative_to(ROOT)}:{number}" for number in sorted(skips - ends)]
    assert wrong == []


def test_the_environment_is_read_in_one_module():
    readers = {
        str(path.relative_to(ROOT))
        for path in FILES
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in ("environ", "getenv")
            and getattr(node.value, "id", "") == "os"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert sorted(readers - READS_ENVIRONMENT) == []
    assert sorted(READS_ENVIRONMENT - readers) == []
