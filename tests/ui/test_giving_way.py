"""A narrow window: what gives way so that the network can be read, and how it comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from playground.ui.giving_way import READABLE, Given, Room, giving_way
from playground.ui.main_window import MainWindow
from playground.ui.theme import token

SMALL = (1180, 720)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WIDE, SLIM = (2073.0, 890.0), (1100.0, 500.0)


def room(width: float, height: float) -> Room:
    """A workbench with all panels open."""
    return Room(width, height, token("layout.palette"), token("layout.context.build"), token("layout.plots.open"))


@pytest.mark.parametrize("workspace", ["build", "train", "draw", "inspect"])
def test_nothing_gives_way_to_a_network_that_is_readable_or_in_a_wide_window(workspace: str) -> None:
    assert giving_way(workspace, room(1180, 597), SLIM) == Given()
    assert giving_way(workspace, room(1600, 877), WIDE) == Given()


def test_build_gives_the_empty_column_first_and_train_the_palette() -> None:
    build, train = (giving_way(name, room(1180, 597), WIDE) for name in ("build", "train"))
    assert (build.context, build.palette, build.narrow) == (True, False, False)
    assert (train.context, train.palette, train.narrow) == (False, True, True)
    # The plots are what Train is for: they get lower and stay.
    assert build.bottom and train.low and not train.bottom
    assert giving_way("build", room(1000, 597), WIDE).palette


def test_paper_needs_the_other_panels_beside_each_other_in_a_low_window_only() -> None:
    assert giving_way("draw", room(1920 / 1.75, 867 / 1.75), SLIM).beside
    assert not giving_way("draw", room(1366, 645), SLIM).beside
    assert not giving_way("draw", room(1280 / 1.75, 587 / 1.75), SLIM).beside, "there is no room for it"


@pytest.fixture
def small(make_program, qtbot) -> MainWindow:
    """A small window with a wide network in Build."""
    window = make_program("residual").window
    window.show_workspace("build")
    window.resize(*SMALL)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == SMALL)
    qtbot.waitUntil(lambda: window.workbench.context.isHidden())
    return window


def place_of(window: MainWindow, node: str) -> QPoint:
    """Where the middle of a card is on the canvas."""
    editor = window.workbench.editor
    return editor.canvas.mapFromScene(editor.scene.cards[node].rect().center())


def scale(window: MainWindow) -> float:
    return window.workbench.editor.canvas.zoom


def test_a_wide_network_is_readable_in_a_small_window(small: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: scale(small) >= READABLE)
    bench = small.workbench
    assert bench.palette_area.width() == token("layout.palette") and bench.folded("bottom")
    small.show_workspace("train")
    assert bench.context.isVisible() and bench.palette_area.width() == token("layout.rail")
    assert not bench.folded("bottom")
    qtbot.waitUntil(lambda: 0.33 < scale(small) < READABLE)
    # With enough room everything is as it was.
    small.resize(1600, 1000)
    qtbot.waitUntil(lambda: bench.context.width() == token("layout.context.train"))
    assert bench.palette_area.width() == token("layout.palette")
    small.show_workspace("build")
    assert bench.context.isVisible() and not bench.folded("bottom")
    qtbot.waitUntil(lambda: abs(bench.bottom.height() - token("layout.plots.open")) <= 1)


def test_a_click_on_a_card_brings_the_column_and_the_card_stays_under_the_pointer(small: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: scale(small) >= READABLE)
    bench = small.workbench
    before, at = scale(small), place_of(small, "n1")
    QTest.mouseClick(bench.editor.canvas.viewport(), LEFT, NONE, at)
    qtbot.waitUntil(lambda: bench.context.isVisible() and bench.editor.canvas.width() < 600)
    assert scale(small) == before and place_of(small, "n1") == at
    assert bench.context.width() == token("layout.context.build")
    # A click beside all cards gives the place back.
    QTest.mouseClick(bench.editor.canvas.viewport(), LEFT, NONE, QPoint(at.x(), at.y() - 70))
    qtbot.waitUntil(lambda: bench.context.isHidden() and bench.editor.canvas.width() > 900)
    assert scale(small) == before and place_of(small, "n1") == at


def test_a_card_that_the_column_would_cover_is_brought_into_view(small: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: scale(small) >= READABLE)
    before, canvas = scale(small), small.workbench.editor.canvas
    places = {node: place_of(small, node) for node in small.workbench.editor.scene.cards}
    farthest = max(places, key=lambda node: places[node].x())
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, places[farthest])
    assert place_of(small, farthest) == places[farthest], "a second press must find it"
    qtbot.waitUntil(lambda: canvas.width() < 600 and place_of(small, farthest).x() < canvas.width())
    assert scale(small) == before
    small.models.focus.select(frozenset())
    qtbot.waitUntil(lambda: place_of(small, farthest) == places[farthest])


def test_a_double_click_goes_to_the_form_at_once(small: MainWindow, qtbot) -> None:
    canvas = small.workbench.editor.canvas
    qtbot.waitUntil(lambda: scale(small) >= READABLE)
    at = place_of(small, "n2")
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at)
    QTest.mouseDClick(canvas.viewport(), LEFT, NONE, at)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    assert small.models.focus.selection == {"n2"} and small.workbench.context.isVisible()


def test_what_the_user_unfolds_in_a_small_window_stays_open_there(small: MainWindow, qtbot) -> None:
    bench = small.workbench
    bench.toggle("bottom")
    assert not bench.folded("bottom")
    small.show_workspace("train")
    small.show_workspace("build")
    assert not bench.folded("bottom")
    small.resize(1600, 1000)
    qtbot.waitUntil(lambda: bench.context.isVisible())
    small.resize(*SMALL)
    qtbot.waitUntil(lambda: bench.context.isHidden())
    assert bench.folded("bottom")


def test_all_plots_of_an_image_network_fit_into_the_least_window(make_program, qtbot) -> None:
    window = make_program("residual", ready=False).window
    window.show_workspace("train")
    window.resize(1180, 720)
    scroll, bottom = window.workbench.bottom.plots_scroll, window.workbench.bottom
    qtbot.waitUntil(lambda: len(bottom._ends) == 5 and bottom.isVisible())
    assert scroll.horizontalScrollBar().maximum() == 0
    assert all(panel.visibleRegion().boundingRect().width() == panel.width() for panel in bottom._ends)
