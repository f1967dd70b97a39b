"""The sheet that the layer diagram is painted on: it follows pointer and keys, and can be saved as a picture."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QEvent, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.diagram.blocks import Part
from playground.ui.diagram.figure import Drawing, Figure
from playground.ui.diagram.painting import FigurePainter, Marks
from playground.ui.models import Models

# How much a saved picture is larger than on the screen, and how much its pixels are enlarged for other programs.
SAVED, ENLARGED = 2, 8
STEP, LARGEST = 1.25, 4.0
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class DiagramPaper(QWidget):
    """Shows the layers that it is given. A click or an arrow key selects one, `revealed(area)` says where it is.

    + and − magnify, 0 fits the figure into its room again.
    """

    revealed = Signal(QRectF)

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._parts: tuple[Part, ...] = ()
        self._drawing = Drawing((), models.theme)
        self._figure = Figure({}, {}, QSizeF())
        self._pictures: Mapping[str, QImage] = {}
        self._room = QSize(0, 0)
        self._magnification = 1.0
        self._hovered = ""
        self._ringed = False
        self.setObjectName("diagram")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        models.focus.selection_changed.connect(self._on_selection_changed)
        models.theme.changed.connect(self._on_theme_changed)
        self._update_name()

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def figure(self) -> Figure:
        """What is painted, and where."""
        return self._figure

    @property
    def magnification(self) -> float:
        """How many times larger than fitting the faces are."""
        return self._magnification

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        """Shows other layers."""
        if parts != self._parts:
            self._parts = parts
            self._drawing = Drawing(parts, self._models.theme)
            self._arrange()

    def show_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Shows what the layers make of the sample."""
        self._pictures = pictures
        self.update()

    def fit(self, room: QSize) -> None:
        """The room that the figure is to fill."""
        if room != self._room:
            self._room = room
            self._arrange()

    def magnify(self, magnification: float) -> None:
        """Draws faces so many times larger than they would fit, from 1 to 4."""
        wanted = max(1.0, min(LARGEST, magnification))
        if wanted != self._magnification:
            self._magnification = wanted
            self._arrange()

    def _arrange(self) -> None:
        if not self._room.isEmpty():
            self._figure = self._drawing.figure(QSizeF(self._room), self._magnification)
        self._hovered = ""
        self.setFixedSize(self._figure.size.toSize().expandedTo(self._room))
        self._update_name()
        self.update()

    @property
    def _chosen(self) -> str:
        """The one selected layer, if it is in the figure."""
        chosen = [node for node in self._models.focus.selection if node in self._figure.blocks]
        return chosen[0] if len(chosen) == 1 else ""

    @Slot()
    def _update_name(self) -> None:
        self.setAccessibleName(self.tr("Layer diagram, {} layers").format(len(self._parts)))
        chosen = self._figure.blocks.get(self._chosen)
        self.setAccessibleDescription(chosen.part.told if chosen else "")

    @Slot()
    def _on_selection_changed(self) -> None:
        self._update_name()
        self.update()
        if self._chosen:
            self.revealed.emit(self._figure.blocks[self._chosen].area)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._drawing = Drawing(self._parts, self._models.theme)
        self._arrange()

    # -- pointer --------------------------------------------------------------------------------------------

    def _hover(self, node: str) -> None:
        if node != self._hovered:
            self._hovered = node
            self.setCursor(Qt.CursorShape.PointingHandCursor if node else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._figure.block_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        node = self._figure.block_at(event.position())
        self._ringed = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._models.focus.select(frozenset({node} if node else ()))
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            block = self._figure.blocks.get(self._figure.block_at(event.pos().toPointF()))
            QToolTip.showText(event.globalPos(), block.part.told if block else "", self)
            return True
        return super().event(event)

    # -- keys -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, nodes = Qt.Key(event.key()), list(self._figure.blocks)
        if key in _MOVES and nodes:
            step = _MOVES[key]
            self._choose(self._figure.neighbour(self._chosen, *step) if self._chosen else nodes[0])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and nodes:
            self._choose(nodes[0 if key == Qt.Key.Key_Home else -1])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.magnify(self._magnification * (STEP if key == Qt.Key.Key_Plus else 1 / STEP))
        elif key == Qt.Key.Key_0:
            self.magnify(1.0)
        else:
            super().keyPressEvent(event)

    def _choose(self, node: str) -> None:
        self._ringed = True
        self._models.focus.select(frozenset({node}))
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ringed = event.reason() in _BY_KEYBOARD
        if self._ringed and not self._chosen and self._figure.blocks:
            self._choose(next(iter(self._figure.blocks)))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- painting and saving --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ringed = self._chosen if self._ringed and self.hasFocus() else ""
        marks = Marks(self._models.focus.selection, self._hovered, ringed)
        painter = QPainter(self)
        FigurePainter(self._figure, self._models.theme, self._pictures, marks).paint(painter, QRectF(event.rect()))

    def image(self) -> QImage:
        """The whole figure without marks, at twice its size."""
        image = QImage(self.size() * SAVED, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(SAVED)
        image.fill(self._models.theme.color("bg.panel"))
        painter = QPainter(image)
        FigurePainter(self._figure, self._models.theme, self._pictures).paint(painter, QRectF(self.rect()))
        painter.end()
        return image

    def drawing(self) -> bytes:
        """The whole figure without marks as the content of an SVG file, at twice its size."""
        buffer = QBuffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size() * SAVED)
        generator.setViewBox(self.rect())
        generator.setTitle(self.accessibleName())
        # Programs that show SVG smooth what they enlarge.
        enlarged = {node: image.scaled(image.size() * ENLARGED) for node, image in self._pictures.items()}
        painter = QPainter(generator)
        painter.fillRect(self.rect(), self._models.theme.color("bg.panel"))
        FigurePainter(self._figure, self._models.theme, enlarged).paint(painter, QRectF(self.rect()))
        painter.end()
        return bytes(buffer.data().data())
