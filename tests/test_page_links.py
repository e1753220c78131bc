"""The button behind which a chart stands is pressed by its link."""

from pathlib import Path

import pytest

from dashboard import links
from dashboard.charts import all_charts, views_of
from dashboard.menu import MENU

PAGES = Path(__file__).parents[1] / "pages"


def source(page: str) -> str:
    return (PAGES / f"{page}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("chart", all_charts().values(), ids=lambda chart: chart.id)
def test_a_chart_stands_on_the_page_it_names(chart):
    if not chart.view:
        assert f'"{chart.id}"' in source(chart.page)
        return
    assert "page.chosen_chart(" in source(chart.page)
    assert views_of(chart.page)[links.interactive_query(chart, {})["view"]] is chart


@pytest.mark.parametrize("page", MENU)
def test_each_button_of_a_page_has_a_code_and_a_place_of_its_own(page):
    views = [chart.view for chart in all_charts().values() if chart.page == page and chart.view]
    assert len({view.code for view in views}) == len({view.place for view in views}) == len(views)


def test_every_page_is_in_the_menu():
    assert {path.stem for path in PAGES.glob("*.py")} == set(MENU)
