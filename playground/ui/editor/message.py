"""The sentence at a card that says what is wrong with it, and mends it with a click where that can be done."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.document.shapes import Problem
from playground.ui.editor.face import Z_MESSAGE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.icons import paint_icon

PADDING, PADDING_Y = 9, 4
GLYPH, GLYPH_GAP = 12, 7
# A longer sentence takes several lines, wider ones only where it needs more than these.
WIDEST, MOST_LINES = 340.0, 3
STYLE = "caption"


def wrapped(look: Look, text: str) -> list[str]:
    """A sentence in as few lines as its width allows, of about equal length; never more than three."""
    if look.width(STYLE, text) <= WIDEST:
        return [text]
    words = text.split(" ")
    width = WIDEST
    while len(_lines(look, words, width)) > MOST_LINES:
        width *= 1.1
    count = len(_lines(look, words, width))
    while len(_lines(look, words, width - PADDING)) == count:
        width -= PADDING
    return _lines(look, words, width)


def _lines(look: Look, words: list[str], width: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if look.width(STYLE, longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class MessageItem(Item):
    """A problem in one line, or up to three. With a cure it can be clicked; its sentence is underlined while the
    pointer is on it.

    Its position is its left upper corner; the text grows with the item's scale. Where it fits best is for
    `place_messages` to say; before that it is below its card, at the right where it is `leftward`.
    """

    def __init__(self, problem: Problem, look: Look, leftward: bool) -> None:
        super().__init__()
        self.problem, self.leftward = problem, leftward
        self._look = look
        self._hovered = False
        self._measure()
        self.setZValue(Z_MESSAGE)
        self.setScale(look.message_scale)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def _measure(self) -> None:
        self._lines = wrapped(self._look, self.problem.message)
        width = max(self._look.width(STYLE, line) for line in self._lines) + 2 * PADDING + GLYPH + GLYPH_GAP
        line, single = measure(f"type.styles.{STYLE}.line"), measure("card.message.height")
        height = single if len(self._lines) == 1 else line * len(self._lines) + 2 * PADDING_Y
        self._frame = QRectF(0, 0, width, height)

    def set_problem(self, problem: Problem) -> None:
        """Says something else."""
        if problem != self.problem:
            self.problem = problem
            self.measure()

    def measure(self) -> None:
        """Breaks the sentence into lines in the fonts of the theme."""
        self.prepareGeometryChange()
        self._measure()
        self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Shows that a click would mend the problem."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    @property
    def can_mend(self) -> bool:
        """True when the problem has a cure."""
        return self.problem.cure is not None

    @property
    def lines(self) -> list[str]:
        """The sentence as it is broken into lines."""
        return self._lines

    def place(self, card: QRectF) -> None:
        """Goes right below a card, at its left or its right side."""
        offset = measure("card.message.offset")
        left = card.right() - self._frame.width() * self.scale() if self.leftward else card.left()
        self.setPos(left, card.bottom() + offset)

    def rect(self) -> QRectF:
        """The sentence in the scene, as large as it is shown now."""
        return self.mapRectToScene(self._frame)

    def holds(self, scene_point: QPointF) -> bool:
        """True on the sentence itself."""
        return self._frame.contains(self.mapFromScene(scene_point))

    def boundingRect(self) -> QRectF:
        return self._frame.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look, rect = self._look, self._frame
        error = self.problem.severity == "error"
        color = "error.base" if error else "warning.base"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if error else look.pen("line.strong", measure("border.hairline")))
        painter.setBrush(look.color("error.tint" if error else "bg.panel"))
        painter.drawRoundedRect(rect, measure("radius.control"), measure("radius.control"))
        line = measure(f"type.styles.{STYLE}.line")
        above = (rect.height() - line * len(self._lines)) / 2
        glyph = QRectF(PADDING, above + (line - GLYPH) / 2, GLYPH, GLYPH)
        paint_icon(painter, glyph, "warning", look.color(color))
        font = QFont(look.font(STYLE))
        font.setUnderline(self._hovered and self.can_mend)
        painter.setFont(font)
        painter.setPen(look.color(color))
        room = rect.adjusted(PADDING + GLYPH + GLYPH_GAP, 0, -PADDING + 1, 0)
        for number, text in enumerate(self._lines):
            place = QRectF(room.left(), above + number * line, room.width(), line)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
