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

from playground.document.graph import Edge
from playground.ui.by_hand import Held
from playground.ui.editor.annotation_commands import AnnotationCommands
from playground.ui.editor.chip import kind_of
from playground.ui.editor.clipboard import Clipboard
from playground.ui.editor.commands import Arrange, Commands
from playground.ui.editor.context_menu import open_menu
from playground.ui.editor.drop import Drop
from playground.ui.editor.keys import Keys
from playground.ui.editor.name_field import NameField
from playground.ui.editor.number_tool import number_at
from playground.ui.editor.picking import node_at, wire_at
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.search import LayerSearch
from playground.ui.editor.weight_field import WeightField
from playground.ui.editor.zoom_view import ZoomView
from playground.ui.models import Models


class Canvas(ZoomView):
    """The scene, edited. `edit_requested(node)` follows a double click on a card, or Enter.

    `drop` is the layer from the palette that is over the canvas, `pointer` the place of the mouse on the viewport
    while it is there, `asked_at` the one that a menu was opened at.
    """

    edit_requested = Signal(str)

    def __init__(self, models: Models, scene: EditorScene, parent: QWidget) -> None:
        super().__init__(models.theme, scene, parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Network"))
        self._pan_from: QPoint | None = None
        self._search_in: tuple[Edge, QPointF] | None = None
        self.drop: Drop | None = None
        self.pointer: QPointF | None = None
        self.asked_at: QPointF | None = None
        self.commands = Commands(scene)
        self.arrange = Arrange(scene)
        self.clipboard = Clipboard(self, scene)
        self.search = LayerSearch(self, scene)
        self.annotating = AnnotationCommands(self, scene)
        self.keys = Keys(self, scene)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    @Slot()
    def lay_out(self) -> None:
        """Puts all layers in order and shows them; the cards glide to their places."""
        before = {node: card.pos() for node, card in self._scene.cards.items()}
        self.commands.lay_out(self.room)
        self.fit()
        self._scene.glide.begin(before)

    @Slot()
    def reset_zoom(self) -> None:
        """Shows the network at 100 %."""
        self.set_zoom(1.0)

    @Slot()
    def rename(self) -> None:
        """Opens a field over the name of the selected layer, stage or note."""
        if self.annotating.write():
            return
        node = self.commands.last_selected
        if node is not None and self.isVisible():
            self._scene.glide.finish()
            self.reveal(self._scene.cards[node].rect())
            NameField(self, self._scene, node)

    @Slot(object, QPointF)
    def set_number(self, held: Held, place: QPointF) -> None:
        """Opens a field over a weight or a bias."""
        WeightField(self, self._scene, held, place)

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
        self.pointer, self.asked_at = event.position(), None
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
        wanted, self._search_in = self._search_in, None
        if wanted is not None and wanted[0] in self._scene.wires:
            self.search.open_in_wire(*wanted)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A quick second click is a click; on a card it asks for its form besides, on a wire for a layer to put there.
        self.mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.to_scene(event.position())
        node, wire = node_at(self._scene, point), wire_at(self._scene, point)
        if node is not None:
            self.edit_requested.emit(node)
        elif wire is not None and self._scene.tool is None:
            # Opened when the button is released: a popup would take the release for itself.
            self._search_in = (wire.edge, point)
        elif wire is None and number_at(self._scene, point) is None:
            self.annotating.write_at(point)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._scene.cancel_tool()
        self.asked_at = QPointF(event.pos())
        event.setAccepted(open_menu(self, self._scene, self.asked_at, event.globalPos()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer = None
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
        self.drop.move(self.to_scene(event.position()), event.modifiers())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.drop is None:
            event.ignore()
            return
        # The layer is selected while it still counts as dragged: who looks at the canvas keeps looking there.
        self.drop.release(self.to_scene(event.position()), event.modifiers())
        self.drop = None
        event.acceptProposedAction()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    @property
    def _held(self) -> bool:
        return self.drop is not None

    def _end_drop(self) -> None:
        if self.drop is not None:
            self.drop.cancel()
            self.drop = None
