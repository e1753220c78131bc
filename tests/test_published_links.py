"""Every link ever published works and means what it meant; links of earlier versions are carried over by pure functions."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from dashboard import links
from dashboard.charts import all_charts
from dashboard.topics.tariffs import TariffParams

LINES = (Path(__file__).parent / "links" / "published.txt").read_text(encoding="utf-8").splitlines()
PUBLISHED = [tuple(line.partition("\t")[::2]) for line in LINES if line and not line.startswith("#")]
PAGES = [link for link, _ in PUBLISHED if urlsplit(link).path.count("/") == 1 and "." not in urlsplit(link).path]
OF_PAGES = {"release", "lang", "theme", "home", "view"}
"""Parameters that belong to pages, not to a chart."""


@pytest.mark.slow
@pytest.mark.parametrize(("link", "held"), PUBLISHED, ids=[link for link, _ in PUBLISHED])
def test_a_published_link_works_and_says_what_it_said(served, link, held):
    answer = requests.get(served.url + link, timeout=30)
    assert answer.status_code == 200 and held in answer.text, answer.text[:300]


@pytest.mark.parametrize("link", PAGES)
def test_a_page_still_knows_every_parameter_of_its_links(link, snapshot):
    """Each parameter is known to a chart of the page, and its value is taken as it stands."""
    page, query = (urlsplit(link).path.strip("/"), dict(parse_qsl(urlsplit(link).query, keep_blank_values=True)))
    _, query = links.migrated(page, query)
    models = [chart.Compared for chart in all_charts().values() if chart.page == page]
    models += [TariffParams] if page == "tariffs" else []
    known = {name for model in models for name in model.model_fields}
    assert set(query) - OF_PAGES <= known
    for model in models:
        assert not links.params_of(model, query, snapshot).refused


@pytest.mark.parametrize("link", [link for link, _ in PUBLISHED if link.startswith("/c/")])
def test_a_chart_takes_every_parameter_of_its_links_as_it_stands(link, snapshot):
    parts = urlsplit(link)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    chart_id, query = links.migrated(Path(parts.path).stem, asked)
    params = links.params_of(all_charts()[chart_id].Compared, query, snapshot).params
    said = links.query_of(params)
    assert all(said[name] == value for name, value in query.items() if name not in links.LINK_FIELDS)


def test_links_of_earlier_versions_are_carried_over():
    assert links.migrated("tariff-schedule", {"usmca": "qualifying", "on": "today", "product": "cars"}) == (
        "tariff-schedule",
        {"usmca": "yes", "product": "cars"},
    )
    asked = {"countries": "CAN", "on": "2026-01-01"}
    assert links.migrated("spending-trend", asked) == ("spending-trend", asked), "what is up to date stays"
    assert links.migrated(*links.migrated("x", {"usmca": "non_qualifying"})) == ("x", {"usmca": "no"}), (
        "twice is as good as once"
    )


def test_an_empty_list_is_an_answer_and_a_day_too_far_is_none(snapshot):
    model = all_charts()["spending-trend"].Params
    assert links.params_of(model, {"target": ""}, snapshot).params.target == ()
    assert links.params_of(model, {"countries": ""}, snapshot).refused == ("countries",), "at least one is needed"
    assert links.params_of(model, {"known": "9999-12-31"}, snapshot).refused == ("known",)
