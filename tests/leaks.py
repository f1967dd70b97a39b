"""Gates on every test: nothing it started may go on after it, and Qt may not have warned meanwhile.

A test fails when it leaves a Python thread, a child process, a running QThread or thread pool job, an active
QTimer, a running animation or a top-level widget behind, or when Qt warns while the test is torn down (what Qt
says during the test itself, and exceptions in slots, are pytest-qt's to catch).

Qt objects are found by recording every `start`; widgets by asking the application. Nothing here imports Qt: a
process in which no test did has nothing to leak.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import re
import sys
import threading
import time
import weakref
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

# Seconds that something already told to end may take to do so.
GRACE = 1.0
_MAY_END = ("thread", "process", "QThread", "jobs")
# A tool tip belongs to the application, which hides and deletes it when it likes.
IGNORED_WIDGETS = {"QTipLabel"}

_started: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
_frozen_modules = 0
_before = pytest.StashKey["Before"]()
_failed = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Before:
    """What was there when a test began: that is not its leak."""

    threads: frozenset[threading.Thread]
    processes: frozenset[Any]
    running: weakref.WeakSet[Any]
    widgets: frozenset[int]


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> None:
    """Notes what is there before the test, once fixtures of a wider scope have made theirs."""
    _record_starts()
    request.node.stash[_before] = Before(
        frozenset(_threads()),
        frozenset(multiprocessing.active_children()),
        weakref.WeakSet(_running()),
        frozenset(_widgets()),
    )
    if _uses_qt(request.node):
        # Qt objects must die in the main thread, and the collector runs in whichever thread allocates.
        gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    with _qt_complaints(item) as complaints:
        result = yield
        before = item.stash.get(_before, None)
        leaks = [] if before is None else _leaks(before, _uses_qt(item))
        for _, dispose in leaks:
            dispose()
    gc.enable()
    # A test that failed has said enough, and its traceback keeps objects alive.
    found = [] if item.stash.get(_failed, False) else [text for text, _ in leaks] + complaints
    if found:
        pytest.fail("The test left something behind:\n  " + "\n  ".join(found), pytrace=False)
    return result


def _uses_qt(item: pytest.Item) -> bool:
    return "qapp" in getattr(item, "fixturenames", ())


# --- what is left ------------------------------------------------------------------------------------------


def _leaks(before: Before, uses_qt: bool) -> list[tuple[str, Any]]:
    """Descriptions of what is left, each with a function that ends it."""
    _settle(collect=uses_qt or not gc.isenabled())
    leaks = _left(before)
    if leaks:
        _settle(collect=True)
        leaks = _left(before)
    deadline = time.monotonic() + GRACE
    while any(text.startswith(_MAY_END) for text, _ in leaks) and time.monotonic() < deadline:
        time.sleep(0.01)
        _settle(collect=False)
        leaks = _left(before)
    return leaks


def _left(before: Before) -> list[tuple[str, Any]]:
    leaks: list[tuple[str, Any]] = [(f"thread {thread.name!r}", _nothing) for thread in _threads() - before.threads]
    processes = set(multiprocessing.active_children()) - before.processes
    leaks += [(f"process {process.name!r}", process.terminate) for process in processes]
    for thing in _running():
        if thing not in before.running:
            kind = next(name for name in _KINDS if isinstance(thing, getattr(_qt("QtCore"), name)))
            text = f"{kind} {type(thing).__name__} {thing.objectName()!r}, started at {_started[thing]}"
            leaks.append((text, lambda thing=thing: _end(thing)))
    core = _qt("QtCore")
    if core and core.QCoreApplication.instance():
        pool = core.QThreadPool.globalInstance()
        if pool.activeThreadCount():
            leaks.append((f"jobs of the thread pool: {pool.activeThreadCount()}", pool.waitForDone))
    for pointer, widget in _widgets().items():
        if pointer not in before.widgets:
            text = f"widget {type(widget).__name__} {widget.objectName()!r} {widget.windowTitle()!r}"
            leaks.append((text, widget.deleteLater))
    return leaks


def _threads() -> set[threading.Thread]:
    # Python code in a QThread leaves a dummy behind that never ends; QThreads are looked at themselves.
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)}


def _widgets() -> dict[int, Any]:
    """Top-level widgets by address. One with a parent is that one's business."""
    widgets = _qt("QtWidgets")
    if widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return {}
    shiboken = sys.modules["shiboken6"]
    return {
        shiboken.getCppPointer(widget)[0]: widget
        for widget in widgets.QApplication.topLevelWidgets()
        if shiboken.isValid(widget)
        and widget.parentWidget() is None
        and widget.metaObject().className() not in IGNORED_WIDGETS
    }


def _settle(collect: bool) -> None:
    """Lets go what only waits to be deleted: Python's cycles and Qt's `deleteLater`."""
    if collect:
        gc.collect()
        _freeze_modules()
    core = _qt("QtCore")
    if core and core.QCoreApplication.instance():
        # processEvents alone leaves these where they are.
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()


def _freeze_modules() -> None:
    # With the objects of PyTorch in its sight one full collection takes a third of a second.
    global _frozen_modules
    if len(sys.modules) > _frozen_modules + 100:
        _frozen_modules = len(sys.modules)
        gc.freeze()


def _nothing() -> None:
    """A Python thread cannot be ended from outside."""


# --- Qt, where it is loaded --------------------------------------------------------------------------------

_KINDS = ("QThread", "QTimer", "QAbstractAnimation")


def _qt(module: str) -> Any:
    return sys.modules.get(f"PySide6.{module}")


def _record_starts() -> None:
    core = _qt("QtCore")
    if core is None or hasattr(core.QTimer.start, "records"):
        return
    for name in _KINDS:
        kind = getattr(core, name)
        kind.start = _recording(kind.start)


def _recording(original: Any) -> Any:
    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        caller = sys._getframe(1)
        _started[self] = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        original(self, *args, **kwargs)

    start.records = True  # type: ignore[attr-defined]
    return start


def _running() -> list[Any]:
    if not _started:
        return []
    core, shiboken = _qt("QtCore"), sys.modules["shiboken6"]
    running = []
    for thing in list(_started):
        if not shiboken.isValid(thing):
            continue
        if isinstance(thing, core.QThread):
            active = thing.isRunning()
        elif isinstance(thing, core.QTimer):
            active = thing.isActive()
        else:
            active = thing.state() == core.QAbstractAnimation.State.Running
        if active:
            running.append(thing)
    return running


def _end(thing: Any) -> None:
    if isinstance(thing, _qt("QtCore").QThread):
        thing.requestInterruption()
        thing.quit()
        thing.wait(2000)
    else:
        thing.stop()


@contextlib.contextmanager
def _qt_complaints(item: pytest.Item) -> Iterator[list[str]]:
    """Collects Qt's warnings, and exceptions raised while deleted objects are let go."""
    complaints: list[str] = []
    core = _qt("QtCore")
    if core is None:
        yield complaints
        return
    ignored = list(item.config.getini("qt_log_ignore"))
    ignored += [text for mark in item.iter_markers("qt_log_ignore") for text in mark.args]
    levels = (core.QtMsgType.QtWarningMsg, core.QtMsgType.QtCriticalMsg, core.QtMsgType.QtFatalMsg)

    def note(level: Any, _context: Any, message: str) -> None:
        if level in levels and not any(re.search(pattern, message) for pattern in ignored):
            complaints.append(f"Qt warned: {message}")

    previous = core.qInstallMessageHandler(note)
    try:
        yield complaints
    finally:
        core.qInstallMessageHandler(previous)
