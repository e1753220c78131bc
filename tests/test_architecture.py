"""The rules of the house: which room may ask which, who may use what."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("etl", "policy", "dashboard", "pages", "app.py")
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
}
ONLY_IN = {
    "duckdb": {
        "etl/export.py",
        *(f"etl/ledger/{name}.py" for name in ("duckdb_copy", "ledger", "snapshot", "store", "tables", "transactions")),
    },
    "requests": {"etl/fetch.py"},
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
