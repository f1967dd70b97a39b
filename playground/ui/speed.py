"""How fast it goes: batches and painted frames per second, over the last second or so."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 1.5


class Speed:
    """Counts happenings and gives their rate over the last moments."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, count: int = 1) -> None:
        """So many more have happened by now."""
        now = self._clock()
        self._total += count
        self._marks.append((now, self._total))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW_SECONDS:
            self._marks.popleft()

    def clear(self) -> None:
        """Forgets all of it: after a pause the rate begins anew."""
        self._marks.clear()

    @property
    def per_second(self) -> float:
        """The rate; 0 while there is too little to tell."""
        if len(self._marks) < 2:
            return 0.0
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        # What was long ago says nothing: the rate falls to zero when nothing happens any more.
        ended = max(ended, self._clock()) if self._clock() - ended > WINDOW_SECONDS else ended
        return (last - first) / (ended - began) if ended > began else 0.0
