"""Traces: frames over pictures around the pixels that a value was computed from, and around the value itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from playground.ui.inspect.parts import Maps
from playground.ui.inspect.windows import Patch, Pixel
from playground.ui.theme import Theme, token

# A frame around a smaller place would hide it.
SMALLEST = 5


@dataclass(frozen=True)
class Trace:
    """What is framed in the pictures of one row: the patch, and the pixel in it that won. `column` None means in all
    columns."""

    row: int
    column: int | None
    patch: Patch
    winner: tuple[int, int] | None = None


def own_trace(pixel: Pixel) -> Trace:
    """The frame around a value itself."""
    patch = Patch(range(pixel.down, pixel.down + 1), range(pixel.across, pixel.across + 1))
    return Trace(pixel.row, pixel.column, patch)


def trace_back(source: Maps, pixel: Pixel, given: Maps) -> tuple[Trace, ...]:
    """The frame around what a value of one part was computed from, in the given maps of the same part or of another
    one; nothing where it does not come from a window."""
    window = source.rows[pixel.row].window
    row = next((number for number, row in enumerate(given.rows) if row.given), None)
    if window is None or row is None:
        return ()
    maps = given.rows[row].maps
    patch = window.patch(pixel.down, pixel.across, *given.rows[row].size)
    if source is not given:
        # A filter looks at all of its input maps.
        return (Trace(row, None, patch),)
    return (Trace(row, pixel.column, patch, window.winner(maps[pixel.column], patch)),)


def paint_trace(painter: QPainter, trace: Trace, picture: QRectF, size: tuple[int, int], theme: Theme) -> None:
    """Frames the patch in a picture of `size` (height, width) pixels of its own; single pixels where they lie
    apart."""
    patch, winner = trace.patch, trace.winner
    if not patch.rows or not patch.columns:
        return
    height, width = size
    across, down = picture.width() / width, picture.height() / height

    def place(rows: range, columns: range) -> QRectF:
        return QRectF(
            picture.left() + columns[0] * across,
            picture.top() + rows[0] * down,
            (columns[-1] - columns[0] + 1) * across,
            (rows[-1] - rows[0] + 1) * down,
        )

    line = float(token("border.selected"))
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if patch.rows.step > 1 and across >= SMALLEST:
        for row in patch.rows:
            for column in patch.columns:
                _frame(painter, place(range(row, row + 1), range(column, column + 1)), "accent.base", 1.0, theme)
    _frame(painter, place(patch.rows, patch.columns), "accent.base", line, theme)
    if winner is not None:
        row, column = winner
        pixel = place(range(row, row + 1), range(column, column + 1))
        inset = line if across > 2 * SMALLEST else 0.0
        _frame(painter, pixel.adjusted(inset, inset, -inset, -inset), "text.primary", line, theme)
    painter.restore()


def _frame(painter: QPainter, place: QRectF, color: str, line: float, theme: Theme) -> None:
    """A frame with an edge of the ground's colour on both sides, so that it is seen on any picture."""
    out = max(0.0, (SMALLEST - place.width()) / 2, (SMALLEST - place.height()) / 2)
    place = place.adjusted(-out, -out, out, out)
    for ink, width in (("bg.canvas", line + 2), (color, line)):
        pen = QPen(theme.color(ink), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(place)
