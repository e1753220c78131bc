"""Turns of the slow tests: as many commits in a row as there are shares run each of them, once."""

import subprocess

from hypothesis import given
from hypothesis import strategies as st
from shares import SHARES, divided, share_of_commit


@given(st.lists(st.integers(), unique=True, max_size=300))
def test_shares_together_are_all_tests_each_once(slow):
    own = [divided(slow, share)[0] for share in range(SHARES)]
    assert sorted(test for share in own for test in share) == sorted(slow)
    assert max(map(len, own)) - min(map(len, own)) <= 1


@given(st.lists(st.integers(), unique=True, max_size=50), st.integers(0, SHARES - 1))
def test_what_is_left_out_is_all_else_in_its_order(slow, share):
    own, others = divided(slow, share)
    assert [test for test in slow if test not in own] == others


def test_each_commit_has_the_next_share(tmp_path):
    assert share_of_commit(tmp_path) == 0  # no repository

    def git(*command: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *command], cwd=tmp_path, check=True)

    git("init", "-q")
    seen = []
    for message in ("first", "second", "third"):
        git("commit", "-q", "--allow-empty", "-m", message)
        seen.append(share_of_commit(tmp_path))
    assert seen == [1, 2, 3]
