"""Looking at the scene: zoom, pan, fit and the grid of dots."""

from __future__ import annotations

import functools

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QNativeGestureEvent, QPainter, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

from playground.document.shapes import Problem
from playground.ui.editor.dots import paint_dots
from playground.ui.editor.item import guarded
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.sights import Sight, Sights
from playground.ui.theme import Theme

LEAST, MOST = 0.25, 3.0
# A network that is larger still is shown as a whole all the same.
LEAST_FIT = 0.08
# Below this size on the screen thumbnails are one flat colour each.
FLAT = 0.4
WHEEL_STEP = 1.0015
# Free room around a network that fits; more above and below it for the controls that lie there.
# So much of the scene is laid out for in the smallest window.
LEAST_ROOM = 300.0
FIT_MARGIN, FIT_TOP, FIT_BOTTOM = 14, 48, 44
FIT_PASSES = 5
# Messages are enlarged against the zoom up to this.
MESSAGE_MOST = 2.5
# A canvas narrower than this is not laid out yet.
SMALLEST = 50
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class ZoomView(QGraphicsView):
    """Shows an `EditorScene`. 100 % is the size of the design at the lecture zoom of the theme.

    `zoomed` follows every change of the zoom, `looked` every change of what is in view. A network that was fitted
    stays so when the canvas gets another size, until the user zooms or pans. Where an edit made it show more, it goes
    back once that is gone.
    """

    zoomed = Signal()
    looked = Signal()

    def __init__(self, theme: Theme, scene: EditorScene, parent: QWidget) -> None:
        super().__init__(scene, parent)
        self._theme, self._scene = theme, scene
        self._zoom = 1.0
        self._fitting = self._lent = False
        self._network = QRectF()
        # How far it reached before the last edit.
        self._before = QRectF()
        self._sights = Sights()
        self._rows = (1, 1)
        self._told: dict[str, Problem] = {}
        self._pressed = False
        self._click = QElapsedTimer()
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
        scene.made.connect(self._on_made)
        self.looked.connect(self._on_looked)
        self._apply_zoom()

    @property
    def zoom(self) -> float:
        """The zoom; 1 is 100 %."""
        return self._zoom

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Takes another zoom, within its limits, around a point of the viewport or its middle."""
        self._fitting = False
        self._sights.forget()
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
        self._sights.forget()
        self._scroll(offset)

    @Slot()
    def fit(self) -> None:
        """Shows the whole network as large as it fits, at most at 100 %."""
        self._sights.forget()
        self._fit()

    def _fit(self) -> None:
        self._fitting = True
        if not self._scene.cards or self.viewport().width() < SMALLEST:
            return
        size, room = self._theme.zoom, self._room()
        zoom, tried, rect = 1.0, 0.0, QRectF()
        # Messages grow, in the scene, as the zoom shrinks: each pass comes nearer to where both agree.
        for _ in range(FIT_PASSES):
            if zoom == tried:
                break
            tried = zoom
            self._scale_messages(zoom)
            rect = self._scene.network_rect()
            scale = min(room.width() / rect.width(), room.height() / rect.height())
            zoom = max(LEAST_FIT, min(1.0, scale / size))
        self._change_zoom(zoom, rect.center(), room.center())
        self._network = rect

    def lend(self, lent: bool) -> None:
        """Keeps zoom and place of a network that was fitted while a panel takes part of the canvas for a moment."""
        self._lent = lent

    def set_rows(self, above: int, below: int) -> None:
        """How many rows of controls lie on the canvas above the network and below it."""
        if (above, below) != self._rows:
            self._rows = (above, below)
            self._on_looked()
            if self._fitting and not self._lent:
                self.fit()

    @property
    def room(self) -> tuple[float, float]:
        """The width and height, in the scene at 100 %, of what is free of controls."""
        room, size = self._room(), self._theme.zoom
        return max(LEAST_ROOM, room.width() / size), max(LEAST_ROOM, room.height() / size)

    def _room(self) -> QRectF:
        """The part of the viewport that is free of controls."""
        # The margin stays as it is at a larger zoom of the theme, the controls above and below do not.
        size, (above, below) = self._theme.zoom, self._rows
        return QRectF(self.viewport().rect()).adjusted(
            FIT_MARGIN, FIT_TOP * size * above, -FIT_MARGIN, -FIT_BOTTOM * size * below
        )

    def _take_in(self, before: QRectF) -> None:
        """Shows the whole of a network that has grown, until it is no larger than `before` again."""
        middle = self.to_scene(QRectF(self.viewport().rect()).center())
        self._sights.keep(Sight(before, self._zoom, middle, self._fitting))
        self._fit()

    def _go_back(self) -> bool:
        """Shows what was in view before the network grew, where it does not reach further than then; False else."""
        sight = self._sights.take(self._network)
        if sight is None:
            return False
        self._fitting = sight.fitted
        self._change_zoom(sight.zoom, sight.middle, QRectF(self.viewport().rect()).center())
        self._network = self._scene.network_rect()
        return True

    @Slot()
    def _on_arranged(self) -> None:
        """A network that was in view as a whole stays so when it grows."""
        before, self._network = self._network, self._scene.network_rect()
        self._before = before
        if self._go_back():
            self._show_new_message()
            return
        seen = QRectF(self.viewport().rect()).adjusted(-1, -1, 1, 1)
        to_view = self.viewportTransform().mapRect
        if self._fitting and not self._lent:
            # No card of a network that was fitted must lie below the controls; a note stays where it was put.
            covered = not self._room().adjusted(-1, -1, 1, 1).contains(to_view(self._scene.network_rect(notes=False)))
            if covered:
                self._take_in(before)
            else:
                self._show_new_message()
            return
        if before.isEmpty() or before.contains(self._network) or not seen.contains(to_view(before)):
            self._show_new_message()
            return
        if not self._held and not seen.contains(to_view(self._network)):
            self._bring(self._network, before)

    @Slot(object)
    def _on_made(self, ids: frozenset[str]) -> None:
        """What was put where there was room is in view."""
        cards = [card.rect() for node, card in self._scene.cards.items() if node in ids]
        notes = [item.rect() for note, item in self._scene.annotations.notes.items() if note in ids]
        rect = functools.reduce(QRectF.united, cards + notes, QRectF())
        if not self.seen_rect().contains(rect):
            self._bring(rect, self._before)

    def _bring(self, rect: QRectF, before: QRectF) -> None:
        """Scrolls to a rectangle of the scene, or shows all there is where it is too large for that, until the network
        is no larger than `before` again."""
        seen, room = self.viewportTransform().mapRect(rect), self._room()
        if seen.width() > room.width() or seen.height() > room.height():
            self._take_in(before)
        else:
            self.reveal(rect)

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
            self._fitting = self._fitting and self._lent
            self._scroll(QPointF(x, y))

    def seen_rect(self) -> QRectF:
        """The part of the scene that is in view."""
        return self._in_scene(QRectF(self.viewport().rect()))

    def _in_scene(self, rect: QRectF) -> QRectF:
        inverted, _ = self.viewportTransform().inverted()
        return inverted.mapRect(rect)

    @Slot()
    def _on_looked(self) -> None:
        self._scene.free = self._in_scene(self._room())

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
        paint_dots(painter, QRectF(rect), self._scene.look, self._scene.scale)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * WHEEL_STEP ** event.angleDelta().y(), event.position())
            event.accept()
            return
        self._fitting = False
        self._sights.forget()
        super().wheelEvent(event)
        self.looked.emit()

    @property
    def is_in_use(self) -> bool:
        """Whether a button of the mouse is down here, or was so lately that a double click may follow."""
        interval = QGuiApplication.styleHints().mouseDoubleClickInterval()
        return self._pressed or (self._click.isValid() and not self._click.hasExpired(interval))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in PRESSES or event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = event.type() in PRESSES
            self._click.start()
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
        if self._fitting and not self._lent:
            self.fit()
        self.looked.emit()
