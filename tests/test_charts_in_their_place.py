"""Charts where they stand on a page can be read: on a tablet, in a small window and on a desk, alone in their row or beside another."""

import pytest
from browser import CHART, PATIENCE_MS, crowded, open_live

from dashboard import forms
from dashboard.charts import all_charts
from dashboard.menu import MENU

pytestmark = pytest.mark.browser

TABLET, LEAST_DESK, DESK = 768, forms.NARROW_PX + forms.EDGES_PX, 1280
HOMES = ("ALB", "CAN", "DEU", "ISL", "USA")


def views() -> list[str]:
    """Every chart where it stands on its page."""
    charts = [chart for chart in all_charts().values() if chart.page in MENU]
    return [f"{chart.page}?" + (f"view={chart.view.code}" if chart.view else "") for chart in charts]


CASES = [
    ("tariffs?", TABLET, "en"),
    ("overview?home=ALB", DESK, "en"),
    *(
        pytest.param(view, width, language, marks=pytest.mark.slow)
        for width, language in ((TABLET, "en"), (TABLET, "fr"), (LEAST_DESK, "fr"), (DESK, "fr"))
        for view in [*views(), *(f"overview?home={home}" for home in HOMES)]
    ),
]


@pytest.mark.parametrize(("view", "width", "language"), CASES)
def test_a_chart_can_be_read_where_it_stands(browser, served, view, width, language):
    context = browser.new_context(locale="en-CA", viewport={"width": width, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    open_live(page, f"{served.url}/{view}&lang={language}")
    page.wait_for_selector(CHART)
    assert crowded(page) == []
    context.close()
