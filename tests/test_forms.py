"""Which of many bars bear a figure."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.forms import bearing


@given(st.integers(1, 60), st.integers(1, 6))
def test_the_first_and_the_last_bar_bear_a_figure_and_those_between_have_room(count, every):
    places = bearing(count, every)
    assert {0, count - 1} <= set(places) and places == sorted(set(places)) and places[-1] < count
    gaps = [after - before for before, after in pairwise(places)]
    assert all(gap >= every for gap in gaps) or count <= every
    assert all(gap < 2 * every for gap in gaps), "none is left out that has room"
