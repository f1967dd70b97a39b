"""The decision boundary shows the network's output at every point, and the points it learns from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from playground.engine.requests import Grid, Request
from playground.engine.session import Session
from playground.ui.models import Models
from playground.ui.pictures import signed_levels
from playground.ui.theme import token
from playground.ui.views.base.ticks import number_text
from playground.ui.views.boundary import OUTPUT, BoundaryView
from tests.networks import numbers
from tests.ui.stage import (
    PLANE_PROJECT,
    answer,
    frame,
    image_data,
    make_models,
    move,
    plane_data,
    rgb,
    show,
    tell_data,
)


@pytest.fixture
def models(qapp, tmp_path: Path) -> Models:
    """Models of a project on a plane."""
    return make_models(tmp_path, PLANE_PROJECT, plane_data())


@pytest.fixture
def session(models: Models) -> Session:
    """The network that the view looks at, some batches old."""
    made = Session(PLANE_PROJECT, models.runner.data)
    for _ in range(30):
        made.step()
    return made


@pytest.fixture
def view(qtbot, models: Models, session: Session) -> BoundaryView:
    """The view on the screen with a picture."""
    made = BoundaryView(models)
    show(qtbot, made, 384, made.heightForWidth(384))
    answer(session, [made])
    return made


def half(steps: int) -> np.ndarray:
    """A picture that is −1 in its left half and +1 in its right."""
    return np.where(np.arange(steps)[None] < steps // 2, -1.0, 1.0).repeat(steps, axis=0).astype(np.float32)


def colour_at(view: BoundaryView, x: float, y: float) -> list[int]:
    """The colour on the screen at a point of the plane."""
    place = view.plane.point_at(x, y).toPoint()
    return rgb(view.plane.grab().toImage())[place.y(), place.x()].tolist()


def painted(view: BoundaryView) -> NDArray[np.uint8]:
    """The colours of the picture as it is given to Qt; it covers all of the plane."""
    image = view.plane.picture.image
    assert image is not None and (image[..., 3] == 255).all()
    return image[..., :3]


def colors(view: BoundaryView, levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours of levels in the theme."""
    return view.models.theme.table("signed")[levels]


def test_the_picture_is_the_networks_output(view: BoundaryView, session: Session) -> None:
    output = session.probe(Request("boundary", input=Grid(100)))["output"]
    np.testing.assert_array_equal(view.values(), output)
    np.testing.assert_array_equal(painted(view), colors(view, signed_levels(output[::-1], 1.0, 0.44)))


def test_up_is_up_and_right_is_right(view: BoundaryView) -> None:
    tell_data(view.models, plane_data())
    values = half(100)
    values[:50] *= 0.25  # the upper half is paler
    view.show_frame(frame({OUTPUT: {"output": values}}))
    for item in view.plane.points.values():
        item.setVisible(False)
    left, right = colour_at(view, -5.5, -5.5), colour_at(view, 5.5, -5.5)
    pale_left, pale_right = colour_at(view, -5.5, 5.5), colour_at(view, 5.5, 5.5)
    assert left[0] > left[2] and right[2] > right[0]
    assert min(pale_left) > min(left) and min(pale_right) > min(right)
    gain: float = token("colormap.gain.decision_boundary")
    expected = view.models.theme.table("signed")[round(127.5 - 127.5 * gain)].astype(int)
    assert np.abs(np.array(left) - expected).max() <= 2


def test_the_picture_is_square_and_numbered_at_its_edges(view: BoundaryView) -> None:
    for width, height in ((384, 600), (384, 300), (320, 480)):
        view.resize(width, height)
        across, down = view.plane.pixels
        assert abs(across - down) <= 1
    assert view.heightForWidth(480) - view.heightForWidth(384) == 96
    left, bottom = view.plane.point_at(-6, -6), view.plane.point_at(6, -6)
    assert left.y() == bottom.y() and bottom.x() > left.x()


def test_train_points_are_filled_and_test_points_are_rings(view: BoundaryView, qtbot) -> None:
    data = view.models.runner.data
    shown = view.plane.points["train"].getData()
    np.testing.assert_allclose(np.stack(shown, axis=1), data.train.x, rtol=1e-6)
    assert not view.plane.points["test"].isVisible()
    qtbot.mouseClick(view.test_points, Qt.MouseButton.LeftButton)
    assert view.models.focus.display("test_points") is True
    assert view.plane.points["test"].isVisible()
    view.show_frame(frame({OUTPUT: {"output": np.zeros((100, 100), np.float32)}}))
    one = replace(
        data,
        train=replace(data.train, x=np.array([[-3, 0]], np.float32), y=np.array([0])),
        test=replace(data.test, x=np.array([[3, 0]], np.float32), y=np.array([1])),
    )
    tell_data(view.models, one)
    filled, ring = (np.array(colour_at(view, x, 0)) for x in (-3, 3))
    assert np.abs(filled - QColor(token("points2d.negative")).getRgb()[:3]).max() <= 12
    assert np.abs(ring - QColor(token("points2d.rim")).getRgb()[:3]).max() <= 12


def test_scaled_data_lie_where_they_were_before_scaling(view: BoundaryView) -> None:
    data = view.models.runner.data
    shift, scale = np.array([1, -2], np.float32), np.array([2, 4], np.float32)
    scaled = replace(data, train=replace(data.train, x=(data.train.x - shift) / scale), shift=shift, scale=scale)
    tell_data(view.models, scaled)
    shown = np.stack(view.plane.points["train"].getData(), axis=1)
    np.testing.assert_allclose(shown, data.train.x, atol=1e-5)


def test_discretised_there_are_two_colours(view: BoundaryView, qtbot) -> None:
    qtbot.mouseClick(view.discretise, Qt.MouseButton.LeftButton)
    assert view.models.focus.display("discretise") is True
    values = half(100) * np.linspace(0.1, 1, 100, dtype=np.float32)
    view.show_frame(frame({OUTPUT: {"output": values}}))
    low, high = colors(view, signed_levels(np.array([-1.0, 1.0]), 1.0, 0.44))
    np.testing.assert_array_equal(painted(view)[::-1], np.where(view.values()[..., None] > 0, high, low))


def test_a_pinned_neuron_takes_the_place_of_the_output(view: BoundaryView, session: Session, qtbot) -> None:
    focus = view.models.focus
    assert not view.source._buttons["neuron"].isEnabled()
    with qtbot.waitSignal(view.wants_changed):
        focus.pin_unit(("n2", 1))
    answer(session, [view])
    maps = session.probe(Request("neurons", ("n2",), Grid(100)))["n2"]
    np.testing.assert_array_equal(view.values(), maps[1])
    # The scale is the largest magnitude of the layer, not of this neuron.
    levels = signed_levels(maps[1][::-1], np.abs(maps).max(), 0.44)
    np.testing.assert_array_equal(painted(view), colors(view, levels))
    assert view.source.value == "neuron" and view.source._buttons["neuron"].text() == "Neuron 2"
    qtbot.mouseClick(view.source._buttons["output"], Qt.MouseButton.LeftButton)
    assert focus.pinned is None and view.source.value == "output"
    qtbot.mouseClick(view.source._buttons["neuron"], Qt.MouseButton.LeftButton)
    assert focus.pinned == ("n2", 1)


def test_a_neuron_that_is_gone_gives_the_output_again(view: BoundaryView) -> None:
    view.models.focus.pin_unit(("n99", 0))
    assert view.unit is None and view.wants() == (OUTPUT,)
    view.models.focus.pin_unit(("n2", 17))
    view.show_frame(frame({view.wants()[0]: {"n2": np.zeros((3, 100, 100), np.float32)}}))
    assert view.values() is None


def test_pointing_gives_the_value_there(view: BoundaryView) -> None:
    place = view.plane.point_at(2.0, -3.0).toPoint()
    move(view.plane.viewport(), place)
    x, y, value = (float(part.split()[1].replace("−", "-")) for part in view.readout.text.split(", "))
    assert abs(x - 2) < 0.05 and abs(y + 3) < 0.05
    row, column = round((6 - y) / 12 * 99), round((x + 6) / 12 * 99)
    assert number_text(float(view.values()[row, column])) == number_text(value)


def test_the_colour_bar_names_the_classes(view: BoundaryView) -> None:
    assert view.bar.texts == ("−1 inside", "0", "outside +1")


def test_values_to_learn_colour_their_points(qtbot, tmp_path: Path) -> None:
    made = numbers()
    named = replace(made, dataset=replace(made.dataset, name=PLANE_PROJECT.data.name))
    models = make_models(tmp_path, PLANE_PROJECT, named)
    view = BoundaryView(models)
    show(qtbot, view)
    view.show_frame(frame({OUTPUT: {"output": np.full((100, 100), 3.0, np.float32)}}))
    assert view.bar.texts == ("−1", "0", "+1")
    targets = models.runner.data.train.y[:, 0]
    table = models.theme.table("signed")
    brushes = [spot.brush().color().getRgb()[:3] for spot in view.plane.points["train"].points()]
    assert brushes == [tuple(table[level].tolist()) for level in signed_levels(targets, 1.0)]
    assert (painted(view) == colors(view, signed_levels(np.array([1.0]), 1.0, 0.44))).all()  # clamped


def test_pictures_have_no_points(view: BoundaryView) -> None:
    tell_data(view.models, image_data())
    assert len(view.plane.points["train"].points()) == 0


def test_data_that_came_while_it_was_hidden_are_there_when_it_is_shown(view: BoundaryView) -> None:
    view.hide()
    other = replace(plane_data(), train=plane_data().test)
    tell_data(view.models, other)
    view.show()
    assert len(view.plane.points["train"].points()) == len(other.train)


def test_the_wheel_is_left_to_the_column_around_it(view: BoundaryView) -> None:
    viewport = view.plane.viewport()
    place = QPointF(50, 50)
    wheel = QWheelEvent(
        place, QPointF(viewport.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, wheel)
    assert not wheel.isAccepted()
