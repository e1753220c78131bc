"""The button behind which a chart stands is pressed by its link."""

import re
from pathlib import Path

import pytest

from dashboard.charts import all_charts
from dashboard.web.share.view import VIEW_OF

PAGES = Path(__file__).parents[1] / "pages"


@pytest.mark.parametrize("chart_id", VIEW_OF)
def test_the_page_of_a_chart_has_the_button_its_link_presses(chart_id):
    page = (PAGES / f"{all_charts()[chart_id].page}.py").read_text(encoding="utf-8")
    assert re.search(rf'"{VIEW_OF[chart_id]}"', page), f"no button {VIEW_OF[chart_id]!r} for {chart_id}"


@pytest.mark.parametrize("chart_id", all_charts())
def test_a_chart_stands_on_the_page_it_names(chart_id):
    page = (PAGES / f"{all_charts()[chart_id].page}.py").read_text(encoding="utf-8")
    assert f'"{chart_id}"' in page or chart_id in VIEW_OF
