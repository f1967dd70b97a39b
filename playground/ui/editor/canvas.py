"""The canvas: mouse, keys and layers from the palette on their way to the scene."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from playground.ui.editor.chip import kind_of
from playground.ui.editor.commands import Commands
from playground.ui.editor.drop import Drop
from playground.ui.editor.keys import Keys
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.zoom_view import ZoomView
from playground.ui.models import Models


class Canvas(ZoomView):
    """The scene, edited. `edit_requested(node)` follows a double click on a card, or Enter.

    `drop` is the layer from the palette that is over the canvas.
    """

    edit_requested = Signal(str)

    def __init__(self, models: Models, scene: EditorScene, parent: QWidget) -> None:
        super().__init__(models.theme, scene, parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Network"))
        self._pan_from: QPoint | None = None
        self.drop: Drop | None = None
        self.commands = Commands(scene)
        self.keys = Keys(self, scene)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    @Slot()
    def lay_out(self) -> None:
        """Puts all layers in order and shows them; the cards glide to their places."""
        before = {node: card.pos() for node, card in self._scene.cards.items()}
        self.commands.lay_out()
        self.fit()
        self._scene.glide.begin(before)

    # -- mouse ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.keys.use_mouse()
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self.keys.panning):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            place = event.position().toPoint()
            self.pan(QPointF(self._pan_from - place))
            self._pan_from = place
            self.keys.pan_used()
            return
        super().mouseMoveEvent(event)
        if self._scene.tool is None and not event.buttons():
            self.viewport().setCursor(self._scene.hover.move(self.to_scene(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().unsetCursor()
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A quick second click is a click; on a card it asks for its form besides.
        self.mousePressEvent(event)
        node = self._scene.card_under(self.to_scene(event.position()))
        if node is not None and event.button() == Qt.MouseButton.LeftButton:
            self.edit_requested.emit(node)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self._scene.hover.leave()
        super().leaveEvent(event)

    # -- keyboard -------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.keys.claims(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.keys.release(event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.keys.enter()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.keys.leave()
        super().focusOutEvent(event)

    # -- layers from the palette ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        kind = kind_of(event.mimeData())
        if kind is None:
            # A file is the window's business.
            event.ignore()
            return
        self._scene.cancel_tool()
        self._end_drop()
        self.drop = Drop(self._scene, kind)
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self.drop is None:
            event.ignore()
            return
        self.drop.move(self.to_scene(event.position()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.drop is None:
            event.ignore()
            return
        # The layer is selected while it still counts as dragged: who looks at the canvas keeps looking there.
        self.drop.release(self.to_scene(event.position()))
        self.drop = None
        event.acceptProposedAction()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _end_drop(self) -> None:
        if self.drop is not None:
            self.drop.cancel()
            self.drop = None
