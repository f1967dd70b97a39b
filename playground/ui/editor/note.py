"""A note on the canvas: plain text on a level of its own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.document.annotations import Note
from playground.ui.editor.face import Z_NOTE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure

PADDING_X, PADDING_Y = 10.0, 8.0
# How far from its right edge the pointer still takes the edge.
EDGE = 6.0
STYLE = "body"
# Between words, and inside one only where it is longer than a line.
WRAP = QTextOption(Qt.AlignmentFlag.AlignLeft)
WRAP.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
# What stands for a new line within one text that is laid out.
LINE_BREAK = "\u2028"


def text_height(look: Look, text: str, width: float) -> float:
    """How high a text is within a width."""
    return max(measure(f"type.styles.{STYLE}.line"), laid_out(look, text, width).boundingRect().height())


def laid_out(look: Look, text: str, width: float) -> QTextLayout:
    """A text in lines of at most this width, one below the other."""
    layout = QTextLayout(text.replace("\n", LINE_BREAK), look.font(STYLE))
    layout.setTextOption(WRAP)
    top = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


class NoteItem(Item):
    """One note. Its height follows from its text."""

    def __init__(self, note: Note, look: Look) -> None:
        super().__init__()
        self.note = note
        self._look = look
        self._frame = QRectF()
        self._selected = self._hovered = False
        self.setZValue(Z_NOTE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.lay(note.x, note.y, note.width)

    @property
    def accessible_name(self) -> str:
        """What a screen reader says of this note."""
        return QCoreApplication.translate("Editor", "Note: {text}").format(text=" ".join(self.note.text.split()))

    def set_note(self, note: Note) -> None:
        """Shows another state of the same note."""
        self.note = note
        self.lay(note.x, note.y, note.width)
        self.update()

    def lay(self, x: float, y: float, width: float) -> None:
        """Shows the note elsewhere, or wider or narrower."""
        height = text_height(self._look, self.note.text, width - 2 * PADDING_X) + 2 * PADDING_Y
        frame = QRectF(x, y, width, height)
        if frame != self._frame:
            self.prepareGeometryChange()
            self._frame = frame

    def set_look(self, *, selected: bool | None = None, hovered: bool | None = None) -> None:
        """Changes how the note looks: what is None stays."""
        before = (self._selected, self._hovered)
        self._selected = self._selected if selected is None else selected
        self._hovered = self._hovered if hovered is None else hovered
        if (self._selected, self._hovered) != before:
            self.update()

    def rect(self) -> QRectF:
        """The note in the scene."""
        return QRectF(self._frame)

    def grips(self, x: float, y: float) -> bool:
        """True on the note."""
        return self._frame.contains(x, y)

    def at_edge(self, x: float, y: float) -> bool:
        """True at the right edge, which changes the width."""
        return abs(x - self._frame.right()) <= EDGE and self._frame.top() <= y <= self._frame.bottom()

    def boundingRect(self) -> QRectF:
        return self._frame.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = self._look
        width = measure("border.selected" if self._selected else "border.hairline")
        border = "accent.base" if self._selected else "line.strong" if self._hovered else "line.soft"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(border, width))
        painter.setBrush(look.color("bg.card"))
        inset, radius = width / 2, measure("radius.control")
        painter.drawRoundedRect(self._frame.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
        painter.setPen(look.color("text.secondary"))
        corner = self._frame.topLeft() + QPointF(PADDING_X, PADDING_Y)
        laid_out(look, self.note.text, self._frame.width() - 2 * PADDING_X).draw(painter, corner)
