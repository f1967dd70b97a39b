"""The canvas by itself, with models of its own, and the mouse on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.document.graph import Graph
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.document import Document
from playground.ui.editor.face import FaceItem
from playground.ui.editor.layout import lay_out
from playground.ui.editor.view import EditorView
from playground.ui.focus import Focus
from playground.ui.models import Models
from playground.ui.runner import Runner
from playground.ui.settings import Settings
from playground.ui.theme import Theme

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def new_models(project: Project, folder: Path, theme: str = "dark", zoom: float = 1.0) -> Models:
    """Models around a project, without a training thread."""
    settings = Settings(folder / "settings.json")
    return Models(Document(project), Focus(), Runner(), settings, Theme(theme, zoom))


def tile(face: FaceItem, unit: int) -> QRectF:
    """Where a unit is shown in the scene."""
    return face.scene_rects()[face.thumbnail.chosen.tolist().index(unit)]


class CanvasBench:
    """A canvas in view, and what a hand does on it. Points are those of the scene."""

    def __init__(self, qtbot: Any, folder: Path, project: Project, size: tuple[int, int] = (1000, 640)) -> None:
        self.models = new_models(lay_out(project), folder)
        self.document, self.focus = self.models.document, self.models.focus
        self.view = EditorView(self.models)
        qtbot.addWidget(self.view)
        self.view.resize(*size)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.scene, self.viewport = self.view.scene, self.view.canvas.viewport()

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self.document.project.graph

    def at(self, point: QPointF) -> QPoint:
        """Where a point of the scene is on the canvas."""
        return self.view.canvas.mapFromScene(point)

    def output(self, node: str) -> QPointF:
        """The output port of a layer."""
        return self.scene.cards[node].output_point()

    def input(self, node: str, port: int = 0) -> QPointF:
        """An input port of a layer."""
        return self.scene.cards[node].input_point(port)

    def header(self, node: str) -> QPointF:
        """A point on the title of a card, where nothing else is."""
        return self.scene.cards[node].pos() + QPointF(40, 14)

    def click(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Clicks with the left button."""
        QTest.mouseClick(self.viewport, LEFT, modifiers, self.at(point))

    def double_click(self, point: QPointF) -> None:
        """Clicks twice with the left button, and lets it go, which Qt's own function does not."""
        self.click(point)
        QTest.mouseDClick(self.viewport, LEFT, NONE, self.at(point))
        self.release(point)

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Presses the left button."""
        QTest.mousePress(self.viewport, LEFT, modifiers, self.at(point))

    def move(self, point: QPointF) -> None:
        """Moves the mouse with whatever is pressed."""
        QTest.mouseMove(self.viewport, self.at(point))

    def release(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Lets the left button go."""
        QTest.mouseRelease(self.viewport, LEFT, modifiers, self.at(point))

    def drag(self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Drags with the left button, over a point in the middle."""
        self.press(start, modifiers)
        self.move((start + end) / 2)
        self.move(end)
        self.release(end, modifiers)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Presses a key while the canvas has the focus."""
        QTest.keyClick(self.view.canvas, key, modifiers)

    # -- from the palette -----------------------------------------------------------------------------------

    def drag_in(self, data: QMimeData, point: QPointF) -> bool:
        """Something is dragged over the canvas to a point; whether the canvas would take it."""
        where = self.at(point)
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.viewport, enter)
        moved = QDragMoveEvent(where, Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.viewport, moved)
        return enter.isAccepted() and moved.isAccepted()

    def drop(self, data: QMimeData, point: QPointF) -> None:
        """Something is dragged to a point of the canvas and let go there."""
        self.drag_in(data, point)
        event = QDropEvent(QPointF(self.at(point)), Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.viewport, event)

    # -- frames ---------------------------------------------------------------------------------------------

    def show(self, pictures: Mapping[Request, Mapping[str, Any]]) -> None:
        """Shows a frame with these pictures."""
        found = {request: dict(arrays) for request, arrays in pictures.items()}
        self.view.show_frame(Frame({"loss": np.zeros(0)}, pictures=found))
