"""What all items of the canvas have in common: an item that fails to paint harms nothing but its own picture."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QGraphicsItem


def guarded(painter: Callable[..., None]) -> Callable[..., None]:
    """A method that paints, with its exceptions reported as those in slots are.

    One that came to Qt would stay pending while everything else is painted, and end the process or fail there.
    """

    @functools.wraps(painter)
    def paint(*arguments: Any) -> None:
        try:
            painter(*arguments)
        except Exception:
            sys.excepthook(*sys.exc_info())

    return paint


class Item(QGraphicsItem):
    """An item of the canvas, whose `paint` is guarded wherever a subclass defines it."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "paint" in vars(cls):
            cls.paint = guarded(cls.paint)  # type: ignore[method-assign]
