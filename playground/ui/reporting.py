"""Errors that nobody expected: into the log with all details, to the user as one sentence."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs
from PySide6.QtCore import QObject, Signal

LOG = logging.getLogger("playground")
APPLICATION = "neural-network-playground"
# What Qt calls to paint, by name.
PAINTERS = frozenset({"paint", "paintEvent", "drawBackground", "drawForeground"})


def log_path() -> Path:
    """Where the log of this user lies."""
    return Path(platformdirs.user_log_dir(APPLICATION)) / "playground.log"


class Reporter(QObject):
    """Catches exceptions in slots, in threads and in destructors while it is installed.

    `reported(sentence)` follows each in the GUI thread; what happens in other threads is logged only, as those may
    not signal. What fails while it is painted is painted again and again: each such place is told once.
    """

    reported = Signal(str)

    def install(self) -> None:
        """Takes the hooks of the interpreter."""
        self._told: set[tuple[type[BaseException], str, int]] = set()
        self._before: tuple[Any, ...] = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable

    def remove(self) -> None:
        """Gives the hooks back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if trace is not None and trace.tb_frame.f_code.co_name in PAINTERS:
            place = _place(kind, trace)
            if place in self._told:
                return
            self._told.add(place)
        self._report(kind, error, trace)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._report(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_unraisable(self, args: Any) -> None:
        if args.exc_value is not None:
            self._report(args.exc_type, args.exc_value, args.exc_traceback)

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log_to_file()
        LOG.error("unexpected", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if threading.current_thread() is threading.main_thread():
            text = str(error).strip().splitlines()
            about = f"{kind.__name__}: {text[0]}" if text else kind.__name__
            self.reported.emit(
                self.tr("Something went wrong, and your work is still here: {}. Details are in {}.").format(
                    about.rstrip("."), log_path()
                )
            )


def _place(kind: type[BaseException], trace: TracebackType) -> tuple[type[BaseException], str, int]:
    """Where an exception was raised."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return kind, trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _log_to_file() -> None:
    """Opens the log when there is something to write; a disk that refuses costs the log, not the program."""
    if LOG.handlers:
        return
    LOG.propagate = False
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(log_path(), encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(handler)
