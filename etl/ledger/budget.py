"""How often something may be done in a time, in one process: what strangers may write into the ledger is bounded."""

import threading
import time
from collections import deque

DAY_S = 86_400.0


class Budget:
    """So many times within so many seconds. Safe to share between threads."""

    def __init__(self, most: int, within_s: float):
        self.within_s = within_s
        self._lock = threading.Lock()
        self._taken: deque[float] = deque(maxlen=most)

    def take(self) -> bool:
        """Whether it may be done once more now; then it counts."""
        now = time.monotonic()
        with self._lock:
            if len(self._taken) == self._taken.maxlen and now - self._taken[0] < self.within_s:
                return False
            self._taken.append(now)
            return True
