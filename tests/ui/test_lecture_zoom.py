"""The lecture zoom on a projector of 1920 × 1080: the network keeps its size, and nothing needs to be scrolled to."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from playground.ui.theme import token
from playground.ui.views.drawing import DrawingView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView

LARGE = 1.75
SCREEN = (1920, 1080)


def enlarge(window, qtbot, zoom: float) -> None:
    """Fills the projector at a zoom, with the whole network in view."""
    window.resize(*SCREEN)
    window.models.theme.switch(zoom=zoom)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == SCREEN)
    window.workbench.editor.fit()


def test_the_network_is_no_smaller_than_at_100_per_cent(window, qtbot) -> None:
    canvas = window.workbench.editor.canvas
    enlarge(window, qtbot, 1.0)
    usual = canvas.transform().m11()
    enlarge(window, qtbot, LARGE)
    assert canvas.transform().m11() >= usual


def test_the_context_column_takes_its_least_width_and_gets_its_own_back(window, qtbot) -> None:
    enlarge(window, qtbot, 1.0)
    workbench, theme = window.workbench, window.models.theme
    usual = workbench.context.width()
    enlarge(window, qtbot, LARGE)
    assert workbench.context.width() == theme.px(token("layout.context.min"))
    window.show_workspace("build")
    window.show_workspace("train")
    enlarge(window, qtbot, 1.0)
    assert workbench.context.width() == usual


def test_a_width_chosen_by_hand_holds_while_the_zoom_is_large(window, qtbot) -> None:
    enlarge(window, qtbot, LARGE)
    workbench = window.workbench
    least = workbench.context.width()
    workbench.columns.setSizes([workbench.columns.width() - least - 101, least + 100])
    window.show_workspace("build")
    assert workbench.context.width() > least + 90
    window.models.theme.switch(zoom=1.0)
    assert workbench.context.width() == token("layout.context.train")


def settle() -> None:
    """Lets all layouts do what they were asked for."""
    for _ in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


@pytest.mark.parametrize(
    ("size", "zoom", "least"),
    [
        (SCREEN, LARGE, 400),
        (SCREEN, 1.0, 280),
        ((1366, 768), 1.0, 240),
        ((1366, 768), 1.25, 300),
        ((1180, 720), 1.0, 220),
    ],
)
def test_all_of_draw_is_in_view(make_program, qtbot, size: tuple[int, int], zoom: float, least: int) -> None:
    window = make_program("digits-mlp").window
    window.show_workspace("draw")
    window.models.theme.switch(zoom=zoom)
    window.resize(*size)
    drawing = window.findChild(DrawingView)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    settle()
    before = drawing.paper.size()
    drawing.load(np.eye(28, dtype=np.float32))
    prediction, seen = window.findChild(PredictionView), window.findChild(NetworkInputView)
    qtbot.waitUntil(lambda: len(prediction.bars.shares) == 10 and len(seen.pair.images) == 2, timeout=10_000)
    # The first stroke changes nothing under the pen.
    assert drawing.paper.size() == before
    column = window.workbench.context
    assert column.verticalScrollBar().maximum() == 0
    theme = window.models.theme
    # Each has a size that can be used, and lies within its widget.
    assert drawing.paper.area().width() >= least
    for panel in (view.parentWidget() for view in (drawing, seen, prediction)):
        title = panel.title
        assert title.fontMetrics().horizontalAdvance(title.text()) <= title.width(), title.text()
        assert panel.mapTo(column, panel.rect().bottomRight()).x() < column.width()
    height = window.workbench.editor.canvas.height()
    assert window.workbench.editor.canvas.width() > height / 2
    assert seen.pair.rect_of(1).height() >= theme.px(60) - 1
    assert seen.pair.rect_of(1).bottom() < seen.pair.height()
    assert prediction.bars._row_height() >= theme.px(14) - 1
    for button in (drawing.pen, drawing.clear, *drawing.brushes.values()):
        assert drawing.rect().contains(button.geometry()), button.objectName()
        assert button.visibleRegion().boundingRect().height() == button.height(), button.objectName()


def test_a_high_column_has_the_slider_of_the_brush_and_a_low_one_its_buttons(make_program, qtbot) -> None:
    window = make_program("digits-mlp", ready=False).window
    window.workbench.add_views()
    window.show_workspace("draw")
    drawing = window.findChild(DrawingView)
    window.resize(1600, 1000)
    qtbot.waitUntil(drawing.brush.isVisible)
    assert drawing.pen.x() == next(iter(drawing.brushes.values())).x()
    window.resize(1180, 720)
    qtbot.waitUntil(lambda: not drawing.brush.isVisible())
    settle()
    assert drawing.pen.y() == next(iter(drawing.brushes.values())).y()
    window.resize(1600, 1000)
    qtbot.waitUntil(drawing.brush.isVisible)
