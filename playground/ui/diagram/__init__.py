"""The layer diagram: every layer of the network as a block in perspective, the way papers draw it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from playground.catalog.summary import summarise
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.controls.labels import Label
from playground.ui.diagram.blocks import parts_of
from playground.ui.diagram.paper import STEP, DiagramPaper
from playground.ui.diagram.values import pictures_of, request_of
from playground.ui.inspect.saving import DRAWING, ask_path, save_bytes, save_picture
from playground.ui.models import Models
from playground.ui.theme import token


class DiagramScroll(QScrollArea):
    """The figure in its room. The wheel moves along it, with Ctrl it magnifies."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self.paper = DiagramPaper(models, self)
        self.setObjectName("diagram_scroll")
        self.setProperty("surface", "panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.paper)
        self.paper.revealed.connect(self._on_revealed)
        self.viewport().installEventFilter(self)

    def fit(self) -> None:
        """Gives the figure the room that there is, with a place kept for the bar that scrolls it."""
        room = self.maximumViewportSize()
        room.setHeight(room.height() - self._models.theme.px(token("space.steps")[1]))
        self.paper.fit(room)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.viewport() and event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.paper.magnify(self.paper.magnification * STEP ** (turned.y() / 120))
            event.accept()
        elif not self.verticalScrollBar().maximum() and not turned.x():
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turned.y())
            event.accept()
        else:
            super().wheelEvent(event)

    @Slot(QRectF)
    def _on_revealed(self, area: QRectF) -> None:
        if not self.isVisible():
            return
        middle: QPoint = area.center().toPoint()
        self.ensureVisible(middle.x(), middle.y(), round(area.width() / 2) + 8, round(area.height() / 2) + 8)


class Diagram(QStackedWidget):
    """The diagram of the document, or the sentence that says why there is none. It follows edits and frames only
    while it is in view. `wanted` follows the wish to see it."""

    interval, phase = 1 / 10, 0.0
    wants_changed = Signal()
    wanted = Signal()

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        # What the figure was made of; cards that only move leave it as it is.
        self._drawn: object = None
        self.setObjectName("diagram_page")
        self.setProperty("surface", "panel")
        self.view = DiagramScroll(models, self)
        self.paper = self.view.paper
        self._empty = QWidget(self)
        sentence = Label(self.tr("Connect the layers from Input to Output, and they are drawn here."), self._empty,
                         "secondary", "diagram_empty", wrap=True)  # fmt: skip
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self._empty).addWidget(sentence)
        self.addWidget(self.view)
        self.addWidget(self._empty)
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_project_replaced)
        models.focus.input_changed.connect(self.wants_changed)
        models.theme.changed.connect(self.wants_changed)
        models.runner.attach(self)

    # -- following ------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_figure()
        self.wants_changed.emit()

    @Slot()
    def _on_project_changed(self) -> None:
        if self.isVisible():
            self._update_figure()
            self.wants_changed.emit()

    @Slot()
    def _on_project_replaced(self) -> None:
        # The layers of another project may have the same ids.
        self.paper.show_pictures({})
        self._on_project_changed()

    def _update_figure(self) -> None:
        document = self._models.document
        graph = document.project.graph
        nodes = tuple((node.id, node.kind, node.name, node.params, node.bypassed) for node in graph.nodes)
        drawn = nodes, graph.edges, document.problems
        if drawn == self._drawn:
            return
        self._drawn = drawn
        parts = parts_of(graph, summarise(graph, document.shapes, document.problems))
        self.paper.show_parts(parts)
        self.view.fit()
        self.setCurrentWidget(self.view if parts else self._empty)

    def wants(self) -> tuple[Request, ...]:
        """What every layer makes of the sample."""
        return () if self._models.document.blocking is not None else (request_of(self._models),)

    def show_frame(self, frame: Frame) -> None:
        """Takes the values of a frame."""
        arrays = frame.pictures.get(request_of(self._models))
        if arrays is not None:
            self.paper.show_pictures(pictures_of(self._models.document.project.graph, arrays, self._models.theme))

    # -- commands -------------------------------------------------------------------------------------------

    @Slot()
    def show_figure(self) -> None:
        """Brings the diagram into view."""
        self.wanted.emit()

    @Slot()
    def fit(self) -> None:
        """Shows the figure as large as its room is high."""
        self.paper.magnify(1.0)

    @Slot()
    def ask_save(self) -> None:
        """Asks where to save the figure, as PNG or SVG, and saves it there."""
        self._update_figure()
        title = self.tr("Save the layer diagram")
        path = ask_path(self.window(), title, "layers", drawing=True)
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> bool:
        """Writes the whole figure, by the ending of the name as SVG or as PNG; a sentence says why that failed."""
        title = self.tr("Save the layer diagram")
        if path.suffix.lower() == DRAWING:
            return save_bytes(self.window(), title, self.paper.drawing(), path)
        return save_picture(self.window(), title, self.paper.image(), path)
