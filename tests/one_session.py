"""A gate on every test: while a training loop runs, sessions are made, trained and asked in its thread alone.

PyTorch's global generator belongs to the whole process, and the loop's probes save and restore it. A session that a
test trains beside the loop draws from the same generator, so both may get other bits, once in many runs.
"""

from __future__ import annotations

import functools
import sys
import threading
from typing import Any

# What draws from the generator, or leaves the network's training mode changed for a moment.
GUARDED = ("__init__", "step", "apply", "rewind", "measure", "probe")

_looping: set[int] = set()


def guard_sessions() -> None:
    """Makes sessions refuse to work beside a running loop, once the engine is loaded."""
    module = sys.modules.get("playground.engine.session")
    if module is None or hasattr(module.Session.step, "guarded"):
        return
    for name in GUARDED:
        setattr(module.Session, name, _guarded(getattr(module.Session, name)))
    from playground.engine.loop import Loop

    Loop.run = _noted(Loop.run)  # type: ignore[method-assign]


def _guarded(original: Any) -> Any:
    @functools.wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        if _looping and threading.get_ident() not in _looping:
            raise AssertionError(f"Session.{original.__name__} beside a running loop: use tests.ui.stage.in_its_thread")
        return original(*args, **kwargs)

    method.guarded = True  # type: ignore[attr-defined]
    return method


def _noted(original: Any) -> Any:
    @functools.wraps(original)
    def run(self: Any) -> None:
        _looping.add(threading.get_ident())
        try:
            original(self)
        finally:
            _looping.discard(threading.get_ident())

    return run
