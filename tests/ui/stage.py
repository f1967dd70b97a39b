"""What tests of single views start from: models without a window, frames made by hand, and a real session's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.loop import Loop
from playground.engine.mailbox import BATCH_COLUMNS, Arrays, Frame
from playground.engine.messages import DataReady
from playground.engine.requests import Request
from playground.engine.session import Session
from playground.ui.document import Document
from playground.ui.focus import Focus
from playground.ui.models import Models
from playground.ui.panels import Panel
from playground.ui.runner import Runner
from playground.ui.settings import Settings
from playground.ui.style import style_sheet
from playground.ui.theme import Theme
from playground.ui.views.base import View
from tests.networks import Step, chain, pictures, points, project

T = TypeVar("T")

PLANE_PROJECT = project(
    chain(
        "features",
        ("dense", {"units": 3, "activation": "tanh"}),
        ("dense", {"units": 1, "activation": "tanh"}),
        "value",
    )
)
CNN: tuple[Step, ...] = (
    "image",
    ("conv2d", {"filters": 4, "kernel": 5}),
    "relu",
    "max_pool",
    "flatten",
    ("dense", {"units": 10}),
    "classes",
)
IMAGE_PROJECT = project(chain(*CNN), "digits")


def plane_data() -> Data:
    """Points that a project on a plane learns from, without any data set being loaded."""
    made = points()
    return replace(made, dataset=replace(made.dataset, name=PLANE_PROJECT.data.name))


def image_data() -> Data:
    """Pictures of 28 × 28 of ten classes of noise."""
    made = pictures(shape=(1, 28, 28))
    return replace(made, dataset=replace(made.dataset, class_names=tuple("0123456789")))


def make_models(tmp_path: Path, made: Project = PLANE_PROJECT, data: Data | None = None) -> Models:
    """Models of a project whose data are loaded; nothing runs."""
    models = Models(Document(made), Focus(), Runner(), Settings(tmp_path / "settings.json"), Theme())
    models.runner.data = data
    return models


def frame(pictures: dict[Request, Arrays] | None = None, **parts: Any) -> Frame:
    """A frame without batches."""
    return Frame({name: np.empty(0) for name in BATCH_COLUMNS}, pictures=pictures or {}, **parts)


def answer(session: Session, views: Iterable[View], **parts: Any) -> Frame:
    """Shows the views what a session answers to what they want; the frame they were shown."""
    views = tuple(views)
    made = frame({request: session.probe(request) for view in views for request in view.wants()}, **parts)
    for view in views:
        view.show_frame(made)
    return made


def in_its_thread(qtbot: Any, runner: Runner, work: Callable[[Loop], T]) -> T:
    """What `work` returns in the training thread, between two batches. There alone may weights be read and sessions
    made, trained and asked while the thread runs."""
    answer: Future[T] = Future()

    def carry_out(loop: Loop) -> None:
        try:
            answer.set_result(work(loop))
        except BaseException as error:
            answer.set_exception(error)

    assert runner.thread_of_training is not None
    runner.thread_of_training.loop.send(carry_out)
    qtbot.waitUntil(answer.done, timeout=20_000)
    return answer.result()


def ask(qtbot: Any, runner: Runner, request: Request) -> Arrays:
    """What the network in the training thread answers to a request."""
    return in_its_thread(qtbot, runner, lambda loop: loop.runnables[0].probe(request))


def tell_data(models: Models, data: Data) -> None:
    """New data, as the runner reports them."""
    models.runner.data = data
    models.runner.message.emit(DataReady(models.document.project.data, data))


def show(qtbot: Any, view: View, width: int = 384, height: int = 480) -> None:
    """Puts a view on the screen."""
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()


def in_panel(qtbot: Any, view: View) -> Panel:
    """The view in a panel with its header, in the style of the window."""
    theme = view.models.theme
    panel = Panel(theme, view.caption(), None, name=view.name, controls=view.header_controls())  # type: ignore[arg-type]
    panel.set_body(view)
    qtbot.addWidget(panel)

    def dress() -> None:
        panel.setStyleSheet(style_sheet(theme))

    theme.changed.connect(dress)
    dress()
    panel.resize(384, 520)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def drag(widget: QWidget, *places: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Presses at the first place, moves over all of them and lets go at the last."""
    spots = [place.toPoint() for place in places]
    QTest.mousePress(widget, button, Qt.KeyboardModifier.NoModifier, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(widget, spot)
    QTest.mouseRelease(widget, button, Qt.KeyboardModifier.NoModifier, spots[-1])


def move(widget: QWidget, place: QPointF | QPoint) -> None:
    """Moves the pointer there, over another place, or Qt would not notice."""
    spot = place.toPoint() if isinstance(place, QPointF) else place
    QTest.mouseMove(widget, spot + QPoint(2, 0))
    QTest.mouseMove(widget, spot)


def rgb(image: QImage) -> np.ndarray:
    """The pixels of an image, (height, width, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()
