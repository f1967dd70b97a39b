"""Progress on stderr: one line that changes on a terminal, whole lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

INTERVAL_SECONDS = 0.1
CLEAR_LINE = "\r\x1b[K"


class ProgressLine:
    """Writes to stderr. As a context manager it leaves the terminal on a fresh line, whatever ends the work."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty()
        self._shown = -INTERVAL_SECONDS
        self._open = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def _clear(self) -> None:
        if self._open:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()
            self._open = False

    @property
    def due(self) -> bool:
        """True when a terminal is there and has shown the last text long enough."""
        return self._live and time.monotonic() - self._shown >= INTERVAL_SECONDS

    def show(self, text: str) -> None:
        """Shows a text on a terminal until the next one; in a log it is left out."""
        if self._live:
            self._stream.write(CLEAR_LINE + text)
            self._stream.flush()
            self._shown = time.monotonic()
            self._open = True

    def say(self, text: str) -> None:
        """Writes a line that stays."""
        self._clear()
        self._stream.write(text + "\n")
        self._stream.flush()

    def epoch(self, text: str) -> None:
        """Shows an epoch's figures: a line of their own in a log, in place on a terminal."""
        self.show(text) if self._live else self.say(text)

    def downloaded(self, done: int, total: int) -> None:
        """Shows how much of a download has come; for `Sources.progress`."""
        if self.due:
            share = f" of {total / 1e6:.1f}" if total else ""
            self.show(f"Downloading: {done / 1e6:.1f}{share} MB")
