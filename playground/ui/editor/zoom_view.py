"""Looking at the scene: zoom, pan, fit and the grid of dots."""

from __future__ import annotations

import functools

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QNativeGestureEvent, QPainter, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

from playground.document.shapes import Problem
from playground.ui.editor.item import guarded
from playground.ui.editor.look import measure
from playground.ui.editor.scene import EditorScene
from playground.ui.theme import Theme

LEAST, MOST = 0.25, 3.0
# A network that is larger still is shown as a whole all the same.
LEAST_FIT = 0.08
# Below this size on the screen thumbnails are one flat colour each.
FLAT = 0.4
WHEEL_STEP = 1.0015
# Free room around a network that fits; more above and below it for the controls that lie there.
FIT_MARGIN, FIT_TOP, FIT_BOTTOM = 20, 48, 44
FIT_PASSES = 5
# Messages are enlarged against the zoom up to this.
MESSAGE_MOST = 2.5
# A canvas narrower than this is not laid out yet.
SMALLEST = 50
DOT = 1.8
# Dots stand at least so far apart on the screen.
DOT_DISTANCE = 10


class ZoomView(QGraphicsView):
    """Shows an `EditorScene`. 100 % is the size of the design at the lecture zoom of the theme.

    `zoomed` follows every change of the zoom, `looked` every change of what is in view. A network that was fitted
    stays so when the canvas gets another size, until the user zooms or pans.
    """

    zoomed = Signal()
    looked = Signal()

    def __init__(self, theme: Theme, scene: EditorScene, parent: QWidget) -> None:
        super().__init__(scene, parent)
        self._theme, self._scene = theme, scene
        self._zoom = 1.0
        self._fitting = False
        self._network = self._cards = QRectF()
        self._rows_above = 1
        self._told: dict[str, Problem] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.viewport().installEventFilter(self)
        theme.changed.connect(self._on_theme_changed)
        scene.arranged.connect(self._on_arranged)
        self._apply_zoom()

    @property
    def zoom(self) -> float:
        """The zoom; 1 is 100 %."""
        return self._zoom

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Takes another zoom, within its limits, around a point of the viewport or its middle."""
        self._fitting = False
        place = around if around is not None else QRectF(self.viewport().rect()).center()
        self._change_zoom(zoom, self.to_scene(place), place)

    def _change_zoom(self, zoom: float, point: QPointF, place: QPointF) -> None:
        """Takes another zoom such that a point of the scene lies at a place of the viewport."""
        self._zoom = max(LEAST_FIT if self._fitting else min(LEAST, self._zoom), min(MOST, zoom))
        self._apply_zoom()
        self._scroll(self.viewportTransform().map(point) - place)
        self.zoomed.emit()

    def _apply_zoom(self) -> None:
        scale = self._zoom * self._theme.zoom
        self._scene.scale = scale
        self._scene.set_flat(scale < FLAT)
        self._scale_messages(self._zoom)
        self.setTransform(QTransform.fromScale(scale, scale))

    def _scale_messages(self, zoom: float) -> None:
        """Messages shrink no further than their text at 100 %, within a limit so that they do not cover all."""
        self._scene.look.message_scale = max(1.0, min(MESSAGE_MOST, 1 / zoom))
        self._scene.place_messages()

    def to_scene(self, place: QPointF) -> QPointF:
        """The point of the scene at a place of the viewport."""
        inverted, _ = self.viewportTransform().inverted()
        return inverted.map(place)

    def _scroll(self, offset: QPointF) -> None:
        for bar, distance in ((self.horizontalScrollBar(), offset.x()), (self.verticalScrollBar(), offset.y())):
            bar.setValue(bar.value() + round(distance))
        self.looked.emit()

    def pan(self, offset: QPointF) -> None:
        """Looks further in a direction, in pixels of the viewport."""
        self._fitting = False
        self._scroll(offset)

    @Slot()
    def fit(self) -> None:
        """Shows the whole network as large as it fits, at most at 100 %."""
        self._fitting = True
        if not self._scene.cards or self.viewport().width() < SMALLEST:
            return
        size, room = self._theme.zoom, self._room()
        zoom, rect = 1.0, QRectF()
        # Messages grow, in the scene, as the zoom shrinks: each pass comes nearer to where both agree.
        for _ in range(FIT_PASSES):
            self._scale_messages(zoom)
            rect = self._scene.network_rect()
            scale = min(room.width() / rect.width(), room.height() / rect.height())
            zoom = max(LEAST_FIT, min(1.0, scale / size))
        self._change_zoom(zoom, rect.center(), room.center())
        self._network, self._cards = rect, functools.reduce(QRectF.united, self._scene.taken(), QRectF())

    def set_rows_above(self, rows: int) -> None:
        """How many rows of controls lie on the canvas above the network."""
        if rows != self._rows_above:
            self._rows_above = rows
            if self._fitting:
                self.fit()

    def _room(self) -> QRectF:
        """The part of the viewport that is free of controls."""
        # The margin stays as it is at a larger zoom of the theme, the controls above and below do not.
        size = self._theme.zoom
        return QRectF(self.viewport().rect()).adjusted(
            FIT_MARGIN, FIT_TOP * size * self._rows_above, -FIT_MARGIN, -FIT_BOTTOM * size
        )

    @Slot()
    def _on_arranged(self) -> None:
        """A network that was in view as a whole stays so when it grows."""
        before, self._network = self._network, self._scene.network_rect()
        cards, self._cards = self._cards, functools.reduce(QRectF.united, self._scene.taken(), QRectF())
        seen = QRectF(self.viewport().rect()).adjusted(-1, -1, 1, 1)
        to_view = self.viewportTransform().mapRect
        if before.isEmpty() or before.contains(self._network) or not seen.contains(to_view(before)):
            self._show_new_message()
            return
        rect, room = to_view(self._network), self._room()
        # What was put there stays; in a network that was fitted no card must lie below the controls.
        if self._held and not self._fitting:
            return
        if (room if self._fitting and not cards.contains(self._cards) else seen).contains(rect):
            return
        if self._fitting or rect.width() > room.width() or rect.height() > room.height():
            self.fit()
        else:
            self.reveal(self._network)

    @property
    def _held(self) -> bool:
        """True while something is on its way over the canvas: who drops it chose the place and keeps looking there."""
        return False

    def _show_new_message(self) -> None:
        """Brings the sentence of a card in view that has just got a problem into view, too."""
        messages = {node: card.message for node, card in self._scene.cards.items() if card.message is not None}
        told, self._told = self._told, {node: message.problem for node, message in messages.items()}
        seen = self.seen_rect()
        for node, message in messages.items():
            if message.problem != told.get(node) and seen.intersects(self._scene.cards[node].rect()):
                if not seen.contains(message.rect()):
                    self.reveal(message.rect())
                return

    def reveal(self, rect: QRectF) -> None:
        """Scrolls as little as brings a rectangle of the scene into view."""
        room = self._room()
        seen = self.viewportTransform().mapRect(rect)
        x = max(seen.right() - room.right(), 0.0) or min(seen.left() - room.left(), 0.0)
        y = max(seen.bottom() - room.bottom(), 0.0) or min(seen.top() - room.top(), 0.0)
        if x or y:
            self.pan(QPointF(x, y))

    def seen_rect(self) -> QRectF:
        """The part of the scene that is in view."""
        inverted, _ = self.viewportTransform().inverted()
        return inverted.mapRect(QRectF(self.viewport().rect()))

    @Slot()
    def _on_theme_changed(self) -> None:
        middle = QRectF(self.viewport().rect()).center()
        if self._fitting:
            self.fit()
        else:
            self._change_zoom(self._zoom, self.to_scene(middle), middle)
        self.resetCachedContent()

    @guarded
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        rect = QRectF(rect)
        look, grid = self._scene.look, measure("space.canvas_grid")
        painter.fillRect(rect, look.color("bg.canvas"))
        # From far away every second dot is enough.
        while grid * self._scene.scale < DOT_DISTANCE:
            grid *= 2
        left, top = rect.left() // grid * grid, rect.top() // grid * grid
        columns, rows = int(rect.width() / grid) + 2, int(rect.height() / grid) + 2
        painter.setPen(look.pen("canvas.dot", DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPoints([QPointF(left + x * grid, top + y * grid) for x in range(columns) for y in range(rows)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * WHEEL_STEP ** event.angleDelta().y(), event.position())
            event.accept()
            return
        self._fitting = False
        super().wheelEvent(event)
        self.looked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # No viewportEvent: an exception in an item that is painted within it would end the process.
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self._zoom * (1 + event.value()), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                center = QPointF(self.viewport().mapFromGlobal(pinch.centerPoint().toPoint()))
                self.set_zoom(self._zoom * pinch.scaleFactor(), center)
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting:
            self.fit()
        self.looked.emit()
