"""Drawing with a real mouse: the picture changes, and what the views look at changes with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from playground.catalog.preparation import centred, downscaled
from playground.engine.requests import Picture
from playground.ui.models import Models
from playground.ui.views.drawing import DrawingView, prepared
from playground.ui.views.drawing.paper import SIDE
from tests.ui.stage import IMAGE_PROJECT, drag, image_data, make_models, rgb, show

SEVEN = ((70, 70), (140, 66), (210, 62), (180, 120), (160, 160), (140, 230))


@pytest.fixture
def models(qapp, tmp_path: Path) -> Models:
    """Models of a project of pictures."""
    return make_models(tmp_path, IMAGE_PROJECT, image_data())


@pytest.fixture
def view(qtbot, models: Models) -> DrawingView:
    """The drawing area on the screen."""
    made = DrawingView(models)
    show(qtbot, made, 376, 420)
    made.activateWindow()
    return made


def spots(view: DrawingView, *places: tuple[float, float]) -> list[QPointF]:
    """Places of the drawing as places of the widget."""
    area = view.paper.area()
    return [area.topLeft() + QPointF(x, y) * (area.width() / SIDE) for x, y in places]


def stroke(qtbot, view: DrawingView, *places: tuple[float, float], **options) -> None:
    """A stroke, and the picture that the views get of it."""
    with qtbot.waitSignal(view.models.focus.input_changed):
        drag(view.paper, *spots(view, *places), **options)


def test_a_stroke_becomes_what_all_views_look_at(qtbot, view: DrawingView) -> None:
    assert view.models.focus.input is None
    stroke(qtbot, view, *SEVEN)
    ink = view.paper.ink()
    assert ink.shape == (SIDE, SIDE) and ink.min() == 0 and ink.max() == 1
    for x, y in SEVEN:
        assert ink[y - 5 : y + 5, x - 5 : x + 5].mean() > 0.95, (x, y)
    assert ink[200:, 200:].max() == 0
    source = view.models.focus.input
    assert isinstance(source, Picture) and source.shape == (1, 28, 28)
    np.testing.assert_array_equal(source.array()[0], centred(ink))


def test_the_stroke_is_as_wide_as_the_brush(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, (60, 100), (220, 100))
    assert view.paper.ink()[:, 140].sum() == pytest.approx(20, abs=0.6)
    QTest.keyClick(view, Qt.Key.Key_BracketRight)
    assert view.paper.brush == 22 and view.brush_text.text() == "22 px" and view.brush.value() == 22
    stroke(qtbot, view, (60, 200), (220, 200))
    assert view.paper.ink()[150:, 140].sum() == pytest.approx(22, abs=0.6)
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    assert view.paper.brush == 18


def test_the_slider_and_the_dots_choose_the_brush(qtbot, view: DrawingView) -> None:
    view.brush.setValue(40)
    assert view.paper.brush == 40 and not any(choice.isChecked() for choice in view.brushes.values())
    qtbot.mouseClick(view.brushes[12], Qt.MouseButton.LeftButton)
    assert view.paper.brush == 12 == view.brush.value() and view.brushes[12].isChecked()
    for _ in range(20):
        view.make_brush_smaller()
    assert view.paper.brush == 4 == view.brush.minimum()


def test_a_click_makes_a_dot(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, (140, 140))
    assert view.paper.ink().sum() == pytest.approx(np.pi * 100, rel=0.03)


def test_undo_takes_back_a_stroke_at_a_time(qtbot, view: DrawingView) -> None:
    assert not view.undo.isEnabled()
    stroke(qtbot, view, *SEVEN)
    first, shown = view.paper.ink(), view.models.focus.input
    stroke(qtbot, view, (60, 180), (220, 180))
    assert view.undo_stack.count() == 2 and view.undo_stack.undoText() == "Stroke"
    with qtbot.waitSignal(view.models.focus.input_changed):
        qtbot.mouseClick(view.undo, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.paper.ink(), first)
    assert view.models.focus.input == shown
    with qtbot.waitSignal(view.models.focus.input_changed):
        view.undo_stack.undo()
    assert view.paper.is_empty and view.models.focus.input is None
    with qtbot.waitSignal(view.models.focus.input_changed):
        view.undo_stack.redo()
    np.testing.assert_array_equal(view.paper.ink(), first)


def test_the_right_button_erases(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, (60, 140), (220, 140))
    stroke(qtbot, view, (140, 60), (140, 220), button=Qt.MouseButton.RightButton)
    ink = view.paper.ink()
    assert ink[140, 140] == 0 and ink[140, 80] == 1 and ink[140, 200] == 1
    assert view.undo_stack.undoText() == "Erase"


def test_without_the_pen_the_left_button_erases_too(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, (60, 140), (220, 140))
    qtbot.mouseClick(view.pen, Qt.MouseButton.LeftButton)
    stroke(qtbot, view, (140, 60), (140, 220))
    assert view.paper.ink()[140, 140] == 0


def test_clear_and_invert_have_keys_and_can_be_undone(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, *SEVEN)
    before = view.paper.ink()
    QTest.keyClick(view, Qt.Key.Key_I)
    np.testing.assert_allclose(view.paper.ink(), 1 - before, atol=1e-6)
    with qtbot.waitSignal(view.models.focus.input_changed):
        QTest.keyClick(view, Qt.Key.Key_X)
    assert view.paper.is_empty and view.models.focus.input is None
    QTest.keyClick(view, Qt.Key.Key_X)
    assert view.undo_stack.count() == 3  # clearing nothing is no step
    view.undo_stack.undo()
    view.undo_stack.undo()
    np.testing.assert_array_equal(view.paper.ink(), before)


def test_many_moves_in_one_turn_make_one_picture(qtbot, view: DrawingView) -> None:
    told = []
    view.models.focus.input_changed.connect(lambda: told.append(view.models.focus.input))
    stroke(qtbot, view, *SEVEN)
    qtbot.waitUntil(lambda: not view._turn.isActive())
    assert len(told) <= 2


def test_the_switch_chooses_plain_downscaling(qtbot, view: DrawingView) -> None:
    view.centre.setParent(view)  # as a panel's header would hold it
    view.centre.show()
    assert view.centre.isChecked()  # digits are centred
    stroke(qtbot, view, (40, 40), (80, 80))
    with qtbot.waitSignal(view.models.focus.input_changed):
        qtbot.mouseClick(view.centre, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(view.models.focus.input.array()[0], downscaled(view.paper.ink()))


def test_an_inverted_digit_is_prepared_as_the_digit_itself() -> None:
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[60:220, 130:150] = 1
    np.testing.assert_array_equal(prepared(ink, True, (1, 28, 28)), prepared(1 - ink, True, (1, 28, 28)))
    assert prepared(1 - ink, False, (1, 28, 28)).mean() > 0.8


def test_a_drawing_takes_the_shape_of_the_data() -> None:
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[100:180, 100:180] = 1
    made = prepared(ink, False, (3, 32, 40))
    assert made.shape == (3, 32, 40) and made.dtype == np.float32
    assert made.min() >= 0 and made.max() <= 1 and np.array_equal(made[0], made[2])


def test_ink_looks_like_text_in_both_themes_and_the_data_stay_the_same(qtbot, view: DrawingView) -> None:
    stroke(qtbot, view, (60, 140), (220, 140))
    before = view.paper.ink()
    place = spots(view, (140, 140))[0].toPoint()
    for theme, lighter in (("dark", True), ("light", False)):
        view.models.theme.switch(theme)
        pixels = rgb(view.paper.grab().toImage()).astype(int)
        ink, paper = pixels[place.y(), place.x()].mean(), pixels[place.y() + 60, place.x()].mean()
        assert (ink > paper) == lighter
    np.testing.assert_array_equal(view.paper.ink(), before)


def test_what_was_drawn_last_is_handed_over_when_the_view_hides(view: DrawingView) -> None:
    drag(view.paper, *spots(view, *SEVEN))
    view.hide()
    assert isinstance(view.models.focus.input, Picture)
    assert not view._turn.isActive()
