"""A stage on the canvas: the frame around some cards, with its title and a few words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.document.annotations import Stage
from playground.ui.editor.face import Z_STAGE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.stage_edits import SIDE, inside

# Where title and words stand, from the upper left corner of the frame.
TITLE_TOP, TITLE_LINE, WORDS_GAP = 7, 18, 10
# How much of the panel's level the frame has: the dots shine through.
FILL = 0.8


class StageItem(Item):
    """The frame of one stage. It holds what the stage says and where its cards lie, never a layer."""

    def __init__(self, stage: Stage, look: Look) -> None:
        super().__init__()
        self.stage = stage
        self._look = look
        self._frame = QRectF()
        self._selected = self._hovered = self._target = False
        self.setZValue(Z_STAGE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def accessible_name(self) -> str:
        """What a screen reader says of this stage."""
        count = len(self.stage.nodes)
        layers = "1 layer" if count == 1 else "{count} layers"
        named = [part for part in (self.stage.title, self.stage.words) if part]
        said = QCoreApplication.translate("Editor", layers).format(count=count)
        return ", ".join([QCoreApplication.translate("Editor", "Stage"), *named, said])

    def set_stage(self, stage: Stage) -> None:
        """Shows another state of the same stage."""
        if stage != self.stage:
            self.stage = stage
            self.update()

    def lay(self, frame: QRectF) -> None:
        """Leads the frame elsewhere."""
        if frame != self._frame:
            self.prepareGeometryChange()
            self._frame = QRectF(frame)

    def set_look(
        self, *, selected: bool | None = None, hovered: bool | None = None, target: bool | None = None
    ) -> None:
        """Changes how the frame looks: what is None stays. `target` says that a card let go now would be in it."""
        before = (self._selected, self._hovered, self._target)
        self._selected = self._selected if selected is None else selected
        self._hovered = self._hovered if hovered is None else hovered
        self._target = self._target if target is None else target
        if (self._selected, self._hovered, self._target) != before:
            self.update()

    @property
    def is_target(self) -> bool:
        """True while a card let go now would be in this stage."""
        return self._target

    # -- where things are -----------------------------------------------------------------------------------

    def rect(self) -> QRectF:
        """The frame in the scene."""
        return QRectF(self._frame)

    def grips(self, x: float, y: float) -> bool:
        """True on the border of the frame and beside its title, where it can be taken; its cards lie inside."""
        return self._frame.contains(x, y) and not inside(self._frame).contains(x, y)

    def title_rect(self) -> QRectF:
        """The line of the title."""
        width = self._look.width("card_title", self.stage.title) if self.stage.title else 0.0
        return self._line(0, width)

    def words_rect(self) -> QRectF:
        """The line of the words, right of the title."""
        title = self.title_rect().width()
        return self._line(title + WORDS_GAP if title else 0, self._look.width("body", self.stage.words))

    def _line(self, left: float, width: float) -> QRectF:
        room = max(0.0, self._frame.width() - 2 * SIDE - left)
        return QRectF(self._frame.left() + SIDE + left, self._frame.top() + TITLE_TOP, min(width, room), TITLE_LINE)

    # -- painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._frame.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = self._look
        marked = self._selected or self._target
        width = measure("border.selected" if marked else "border.hairline")
        fill = QColor(look.color("accent.tint" if self._target else "bg.panel"))
        fill.setAlphaF(FILL)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "accent.base" if marked else "text.secondary" if self._hovered else "line.strong"
        painter.setPen(look.pen(border, width))
        painter.setBrush(fill)
        inset, radius = width / 2, measure("radius.stage")
        painter.drawRoundedRect(self._frame.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
        for rect, text, style, color in (
            (self.title_rect(), self.stage.title, "card_title", "text.secondary"),
            (self.words_rect(), self.stage.words, "body", "text.caption"),
        ):
            # One more pixel: what was measured as fitting must not be shortened.
            fitting = look.fitting(style, text, rect.width() + 1) if text else ""
            look.text(painter, rect.adjusted(0, 0, 2, 0), fitting, style, color)
