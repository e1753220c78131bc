"""Numbers that readers type: in their language's way, with either decimal mark, and never another number than was meant."""

import pytest
from browser import CHART, PATIENCE_MS
from hypothesis import given
from hypothesis import strategies as st
from test_controls import opened, query, settled  # noqa: F401  (a fixture)

from dashboard.language import LANGUAGES, spoken, typed, typed_number

READ = [
    # text, what it is in English, what it is in French
    ("1.5", 1.5, 1.5), ("1,5", 1.5, 1.5), ("-1,25", -1.25, -1.25), ("−1.25", -1.25, -1.25), (" 2 ", 2.0, 2.0),
    ("1,500", 1500.0, 1.5), ("1.500", 1.5, 1.5), ("1 234,5", 1234.5, 1234.5), ("1,234.5", 1234.5, 1234.5),
    ("1\u00a0234,5", 1234.5, 1234.5), ("2,5 %", 2.5, 2.5), (",5", 0.5, 0.5),
    ("", None, None), ("abc", None, None), ("1,5,5", None, None), ("1e999", None, None), ("nan", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "french"), READ)
def test_a_typed_number_is_read_as_it_is_meant(text, english, french):
    for code, value in (("en", english), ("fr", french)):
        with spoken(code):
            assert typed_number(text) == value


@pytest.mark.parametrize("code", LANGUAGES)
@given(value=st.floats(-1e6, 1e6).map(lambda value: round(value, 6)))
def test_what_a_field_shows_is_read_back_as_the_same_number(code, value):
    with spoken(code):
        assert typed_number(typed(value)) == value


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "label", "shown"), [("fr", "Croissance du PIB réel", "2,25"), ("en", "Real GDP growth", "2.25")]
)
def test_a_number_is_typed_with_either_mark_in_both_languages_and_stands_in_the_link(opened, code, label, shown):  # noqa: F811
    page = opened(f"pledges?lang={code}&growth=1.5")
    field = page.get_by_role("textbox", name=label).first
    assert field.input_value() == shown.replace("2", "1", 1).replace("25", "5")
    for typed_text in ("2,25", "2.25"):
        field.fill(typed_text)
        field.press("Enter")
        settled(page)
        assert query(page)["growth"] == "2.25" and field.input_value() == shown
    title = page.locator("[data-testid=stMain] h2").first.inner_text()
    fresh = opened(page.url)
    assert fresh.get_by_role("textbox", name=label).first.input_value() == shown
    assert fresh.locator("[data-testid=stMain] h2").first.inner_text() == title
    for wrong in ("abc", "99"):
        field.fill(wrong)
        field.press("Enter")
        settled(page)
        told = page.locator("[data-testid=stAlert]").inner_text()
        assert label in told and wrong in told and "15" in told and query(page)["growth"] == "1.5"
    page.go_back()
    page.wait_for_selector(f"[data-testid=stMain] {CHART}", timeout=PATIENCE_MS)
