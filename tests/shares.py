"""Slow tests take turns: `make test` runs every short test and one share of those marked `slow`, the next at each commit.

All in one run take six times as long (`make test-all`: before a release, and whenever one wants to know). A path on the
command line (`pytest tests/test_x.py`) leaves nothing out either.
"""

import subprocess
from pathlib import Path

SHARES = 20


def share_of_commit(root: Path) -> int:
    """The share whose turn it is, 0 to SHARES - 1: as many commits in a row run every test once. 0 outside a repository."""
    asked = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=root, capture_output=True, text=True)
    return int(asked.stdout or 0) % SHARES if asked.returncode == 0 else 0


def divided(slow: list, share: int) -> tuple[list, list]:
    """Those of a share, and those that another turn has. Neighbours (the cases of a test) go to different shares."""
    own = [item for place, item in enumerate(slow) if place % SHARES == share]
    return own, [item for place, item in enumerate(slow) if place % SHARES != share]
