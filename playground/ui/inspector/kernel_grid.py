"""The numbers of one kernel as cells to be typed in."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from playground.catalog.kernels import LARGEST
from playground.ui.inspector.cells import MOVES, CellGrid, is_letter
from playground.ui.numbers import parse, whole
from playground.ui.pictures import reach_of
from playground.ui.theme import Theme

# Enough for every number; more letters than this are none.
MAX_TYPED = 24
# The ways of writing all numbers alike, and the least that the largest must be for them to tell something: below it
# most read as zero. The first is for numbers that are short as they are.
STYLES = {".4g": 0.0, ".3f": 5e-3, ".2f": 5e-2, ".1f": 0.5}
# With Control these edit a text, or the network; with any other key a shortcut means the window.
EDITING = frozenset({Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_D, Qt.Key.Key_G, Qt.Key.Key_L, Qt.Key.Key_R, Qt.Key.Key_V,
                     Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_Z, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
                     *MOVES})  # fmt: skip
MODIFIERS = frozenset({Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_Shift})


class KernelGrid(CellGrid):
    """The numbers of one kernel, to be typed in. `edited(row, column, value)` follows every number; a text that is none
    stays, and `refused(sentence)` says so until it is mended or Escape takes it away.

    Every letter goes into the cell, so that none means a shortcut of the window, and so does every key while a number
    is typed but for shortcuts such as Save, which end it; Enter and Tab end it and go on below and to the right. While
    no numbers are `known` cells show a dash.
    """

    edited = Signal(int, int, float)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str, text: str) -> None:
        super().__init__(theme, parent, name=name, text=text, room=264, least=1, most=44)
        self._typed: str | None = None
        self._bad = False
        self._known = True

    def set_known(self, known: bool) -> None:
        """Whether the numbers are those of a filter, or only keep its place."""
        if known != self._known:
            self._known = known
            self.update()

    @property
    def known(self) -> bool:
        """Whether the numbers are those of a filter."""
        return self._known

    def texts(self) -> list[str]:
        """What the cells say, row by row."""
        metrics = QFontMetricsF(self.theme.font("axis"))
        return self._texts(metrics, self.side - self.theme.px(4))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._typed is not None and _is_shortcut(event):
            self.end()
        return super().event(event)

    def takes(self, event: QKeyEvent) -> bool:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        return self._typed is not None or super().takes(event) or (event.key() in keys and not held)

    def passes_on(self, event: QKeyEvent) -> bool:
        return self._typed is None and super().passes_on(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        elif key in MOVES and not self.commit():
            pass  # a number that is none keeps the cursor
        elif self._typed is not None:
            self._write(event, self._typed)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.edited.emit(*self.cursor_place, 0.0)
        elif is_letter(event):
            self._type(event.text())
        else:
            super().keyPressEvent(event)

    def _write(self, event: QKeyEvent, typed: str) -> None:
        """Does what a key means to a number that is being typed."""
        key = event.key()
        if key == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo):
            self.leave()
        elif key == Qt.Key.Key_Backspace:
            self._type(typed[:-1])
        elif key == Qt.Key.Key_Delete:
            self._type("")
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._type(typed + " ".join(QGuiApplication.clipboard().text().split()))
        elif is_letter(event) or event.text() == " ":
            self._type(typed + event.text())

    def _on_enter(self) -> None:
        row, column = self.cursor_place
        if self._typed is None:
            self._type(self.number_text(row, column))
        elif self.commit():
            rows, columns = self.numbers.shape
            step = row * columns + column + columns
            self.move_cursor(step // columns, column) if row + 1 < rows else self.move_cursor(0, (column + 1) % columns)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if not self.commit():
            return True
        row, column = self.cursor_place
        columns = self.numbers.shape[1]
        step = row * columns + column + (1 if forward else -1)
        if not 0 <= step < self.numbers.size:
            return super().focusNextPrevChild(forward)
        self.move_cursor(step // columns, step % columns)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.end()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.commit():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.commit():
            super().mousePressEvent(event)
            self._type(self.number_text(*self.cursor_place))

    # -- typing ---------------------------------------------------------------------------------------------

    def _type(self, text: str) -> None:
        self._typed, self._bad = text[:MAX_TYPED], False
        self.refused.emit("")
        self.update()

    def end(self) -> None:
        """Takes over what was typed where it is a number, and lets go of it in any case."""
        if not self.commit():
            self.leave()

    def leave(self) -> None:
        """Lets go of what was typed."""
        self._typed, self._bad = None, False
        self.refused.emit("")
        self.update()

    def commit(self) -> bool:
        """Takes over what was typed; False, and nothing happens, when it is no number."""
        if self._typed is None:
            return True
        place = self.cursor_place
        if self._typed == self.number_text(*place):
            self.leave()
            return True
        value = parse(self._typed or "0")
        if isinstance(value, str) or abs(value) > LARGEST:
            self._bad = True
            sentence = self.tr("A kernel holds numbers from {least} to {most}, not {text}.")
            most = int(LARGEST)
            self.refused.emit(sentence.format(least=whole(-most), most=whole(most), text=self._typed))
            self.update()
            return False
        self.leave()
        if value != self.numbers[place]:
            self.edited.emit(*place, float(value))
        return True

    def number_text(self, row: int, column: int) -> str:
        """A number as it is typed."""
        return f"{self.numbers[row, column]:.4g}".replace("-", "−")

    def _texts(self, metrics: QFontMetricsF, room: float) -> list[str]:
        """All with the same digits: as they are where they are short, else as many decimals as fit; where one is too
        long for any, each with as many digits as it has room for. None where these would say next to nothing."""
        numbers = self.numbers.ravel()
        if metrics.height() > self.side:
            return [""] * numbers.size
        if not self._known:
            return ["–"] * numbers.size
        short = bool(np.array_equal(numbers, np.round(numbers, 3)))
        for style in list(STYLES)[not short :]:
            found = [_written(value, style) for value in numbers.tolist()]
            if all(metrics.horizontalAdvance(text) <= room for text in found):
                break
        else:
            found = [_shortened(value, metrics, room) for value in numbers.tolist()]
        return found if reach_of(numbers) >= STYLES[style] else [""] * numbers.size

    @property
    def _shown(self) -> str:
        """What is typed, with the bar at its end."""
        return f"{self._typed}" if self._bad else f"{self._typed}|"

    @property
    def cursor_rect(self) -> QRectF:
        """The cell, or as much more of the grid as a number that is typed has need of."""
        rect = super().cursor_rect
        if self._typed is None:
            return rect
        metrics, middle = QFontMetricsF(self.theme.font("axis")), rect.center()
        width = max(rect.width(), metrics.horizontalAdvance(self._shown) + self.theme.px(4))
        height = max(rect.height(), metrics.height())
        left = max(0.0, min(middle.x() - width / 2, self.width() - width))
        return QRectF(left, max(0.0, min(middle.y() - height / 2, self.height() - height)), width, height)

    def paint_over(self, painter: QPainter, seen: QRect) -> None:
        columns = self.numbers.shape[1]
        for place, text in enumerate(self.texts()):
            row, column = divmod(place, columns)
            painter.setPen(self.ink(row, column))
            painter.drawText(self.cell_rect(row, column), int(Qt.AlignmentFlag.AlignCenter), text)
        if self._typed is not None:
            rect, typed = self.cursor_rect, self._shown
            painter.fillRect(rect, self.theme.color("error.tint" if self._bad else "bg.panel"))
            painter.setPen(self.theme.color("error.base" if self._bad else "text.primary"))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), typed)


def _is_shortcut(event: QKeyEvent) -> bool:
    """Whether a key means the window, whatever is being typed."""
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
    return bool(held) and Qt.Key(event.key()) not in EDITING | MODIFIERS


def _written(value: float, style: str) -> str:
    text = format(value, style)
    return (text.removeprefix("-") if float(text) == 0 else text).replace("-", "−")


def _shortened(value: float, metrics: QFontMetricsF, room: float) -> str:
    """A number in the longest of these ways that has room and is not mistaken for zero, or nothing; 1.2e+05 as 1e5."""
    styles = (
        style for style in (".3f", ".2f", ".1f", ".0f", ".1e", ".0e") if value == 0 or float(format(value, style))
    )
    tried = (_written(value, style).replace("e+0", "e").replace("e+", "e").replace("e−0", "e−") for style in styles)
    return next((text for text in tried if metrics.horizontalAdvance(text) <= room), "")
