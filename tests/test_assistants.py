"""What an assistant gets is what the API answers: through the SDK's own client, at the running app and over stdio."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
import requests
import yaml
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from dashboard.web.middleware.sign_in import is_open

ROOT = Path(__file__).resolve().parents[1]
TOOLS = {"find", "check", "rate", "rate_history", "value_history", "view", "charts", "deadlines", "releases", "compare"}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("check", {"text": "le Canada a consacré 2,03 % du PIB à la défense en 2025", "lang": "fr"}),
    ("check", {"text": "lumber from Canada pays 45.16 % on 1 Dec 2025"}),
    ("rate", {"hs": "7308.90.30", "origin": "CAN", "on": "2026-10-01", "known": "2026-10-10"}),
    ("rate", {"product": "softwood-lumber", "company": "West-Fraser", "on": "2025-12-01", "known": "2025-10-31"}),
    ("rate_history", {"product": "softwood-lumber", "known": "2026-10-10"}),
    ("value_history", {"country": "CAN", "year": 2025}),
    ("charts", {}),
    ("deadlines", {"on": "2026-11-29", "known": "2026-10-10", "topic": "cusma", "lang": "fr"}),
]


async def answers_of(target: str | StdioServerParameters, asked: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """The tools' names, then each answer."""
    async with Client(target) as client:
        tools = await client.list_tools()
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.tools)
        return [{tool.name for tool in tools.tools}, *[await client.call_tool(name, said) for name, said in asked]]


@pytest.mark.slow
def test_each_answer_is_the_apis_own_and_its_address_gives_it_again(served):
    questions = list(yaml.safe_load((ROOT / "tests" / "cases" / "questions.yaml").read_text(encoding="utf-8"))["fr"])
    asked = [*ASKED, *(("find", {"q": str(question), "lang": "fr"}) for question in questions[:10])]
    names, *answers = anyio.run(answers_of, f"{served.url}/mcp", asked)
    assert names == TOOLS
    for (name, said), answer in zip(asked, answers, strict=True):
        assert not answer.is_error, (name, said, answer.content)
        content = dict(answer.structured_content)
        address = content.pop("address")
        assert address.startswith(served.url) and "release=1" in address
        again = requests.get(address, timeout=120)
        assert again.status_code == 200 and again.json() == content, (name, said)


def test_a_view_has_its_rows_editions_sources_and_a_page_that_stays(served):
    asked = [
        ("view", {"chart": "spending-ranking", "params": {"against": "nato-2", "year": "2025"}}),
        ("view", {"chart": "no-such-chart"}),
        ("rate", {"product": "no-such-product"}),
    ]
    _names, view, *refused = anyio.run(answers_of, f"{served.url}/mcp", asked)
    content = view.structured_content
    assert content["editions"] == ["NATO 2026-07"] and content["sources"] and content["release"] == 1
    assert requests.get(content["address"], timeout=120).status_code == 200
    assert content["rows"] == requests.get(served.url + content["links"]["json"], timeout=120).json()["rows"]
    for answer in refused:  # what is wrong, and what is allowed instead
        assert answer.is_error and '"allowed"' in answer.content[0].text


COMPARED = {
    "chart": "spending-trend",
    "params": {"countries": "CAN", "known": "2026-10-10"},
    "before": {"edition": "2025-08", "release": 1},
    "after": {"edition": "2026-07"},
}


@pytest.mark.slow
def test_releases_and_what_differs_between_two(own_served, own_ledger):
    spending = own_ledger.current()["spending"].copy()
    own = (spending["iso3"] == "CAN") & (spending["year"] == 2024) & (spending["measure"] == "share_of_gdp_pct")
    own &= (spending["publisher"] == "NATO") & (spending["edition"] == "2026-07")
    spending.loc[own, "value"] += 0.25
    own_ledger.publish({"spending": spending}, author="Ana", message="Again")
    asked = [
        ("releases", {}),
        ("compare", {"before": 1, "after": 2}),
        ("compare", {"before": 2, "after": 2}),
        ("compare", {"before": 1, "after": 2, "chart": "spending-trend", "params": {"known": "2026-10-10"}}),
        ("compare", {**COMPARED, "after": {"edition": "2026-07", "release": 2}, "lang": "fr"}),
        ("compare", {"before": 1, "after": 99}),
        ("compare", {"before": {"known": "2025-01-01"}, "after": {"known": "2026-01-01"}}),
        ("compare", {"before": {"on": "2025-01-01"}, "after": 1, "chart": "spending-trend"}),
    ]
    _names, *answers = anyio.run(answers_of, f"{own_served.url}/mcp", asked)
    listed, cells, same, view, editions, *refused = answers
    for answer in (listed, cells, same):  # the API's own, and its address gives it again
        content = dict(answer.structured_content)
        assert requests.get(content.pop("address"), timeout=120).json() == content
    assert [one["release"] for one in listed.structured_content["releases"]] == [2, 1]
    (cell,) = cells.structured_content["datasets"]["spending"]["cells"]
    assert (cell["iso3"], cell["year"], cell["column"]) == ("CAN", 2024, "value")
    assert same.structured_content["datasets"] == {}, "a release compared with itself"
    (row,) = view.structured_content["rows"]
    assert (row["by_release"], row["change"]) == ("2", "changed") and "Ana" in row["cause"]
    assert round(row["b_less_a"], 6) == 0.25
    assert "with_release=1" in view.structured_content["address"]
    found = editions.structured_content
    assert {row["by_edition"] for row in found["rows"]} == {"NATO 2026-07"} and found["params"][
        "with_edition"
    ] == "2025-08"
    assert "Comparer" in requests.get(found["address"], timeout=120).text, (
        "a page, pinned, in the language of the question"
    )
    assert all(answer.is_error and "Traceback" not in answer.content[0].text for answer in refused)
    assert "chart" in refused[1].content[0].text and "with_on" in refused[2].content[0].text


@pytest.mark.slow
def test_over_stdio_the_same_is_answered(seeded_store, served):
    asked = ASKED[:3]
    environment = {**os.environ, "LEDGER_CATALOG": seeded_store.catalog, "LEDGER_DATA_PATH": seeded_store.data_path}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "dashboard.mcp"], env=environment, cwd=str(ROOT)
    )
    names, *answers = anyio.run(answers_of, command, asked)
    assert names == TOOLS
    for answer in answers:
        content = dict(answer.structured_content)
        assert requests.get(served.url + content.pop("address"), timeout=120).json() == content


def test_it_asks_for_the_same_permission_as_pages(served):
    assert not is_open("/mcp") and not is_open("/llms.txt")
    foreign = requests.post(f"{served.url}/mcp", json={}, headers={"Origin": "https://elsewhere.example"}, timeout=60)
    assert foreign.status_code == 403
    assert requests.get(f"{served.url}/mcp", timeout=60).status_code == 405


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_llms_txt_lists_pages_and_addresses_that_answer(served, spoken):
    text = requests.get(f"{served.url}/llms.txt?lang={spoken}", timeout=60).text
    assert f"{served.url}/mcp" in text and "/api/v1/find" in text
    for address in re.findall(r"\]\((http[^)]*/api/[^)]*)\)", text):
        asks = address.endswith(("/find", "/check", "/origin"))  # these say what they need
        posted = address.endswith("/rates")
        assert requests.get(address, timeout=120).status_code == (400 if asks else 405 if posted else 200), address
