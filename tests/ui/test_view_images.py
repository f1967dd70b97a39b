"""Views of pictures: test samples, what the network sees, its prediction and its feature maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from playground.engine.requests import Picture, Request, TestSample
from playground.engine.session import Session
from playground.ui.models import Models
from playground.ui.numbers import figure
from playground.ui.pictures import pixel_picture, saliency_picture, signed_picture, zero_picture
from playground.ui.theme import token
from playground.ui.views.feature_maps import FeatureMapsView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView, share_text
from playground.ui.views.samples import COUNT, SamplesView
from tests.ui.stage import (
    IMAGE_PROJECT,
    PLANE_PROJECT,
    answer,
    frame,
    image_data,
    make_models,
    move,
    rgb,
    show,
    tell_data,
)

DRAWN = Picture.of(np.random.default_rng(5).random((1, 28, 28)).astype(np.float32))


@pytest.fixture
def models(qapp, tmp_path: Path) -> Models:
    """Models of a project of pictures."""
    return make_models(tmp_path, IMAGE_PROJECT, image_data())


@pytest.fixture
def session(models: Models) -> Session:
    """The network that the views look at, some batches old."""
    made = Session(IMAGE_PROJECT, models.runner.data)
    for _ in range(3):
        made.step()
    return made


def finished(view: PredictionView, qtbot) -> None:
    """Waits until the bars have come to rest."""
    qtbot.waitUntil(lambda: view.bars._motion.state() == view.bars._motion.State.Stopped)


# -- test samples ---------------------------------------------------------------------------------------------------


def test_samples_show_what_each_is_taken_for(qtbot, models: Models, session: Session) -> None:
    view = SamplesView(models)
    show(qtbot, view)
    assert len(view.grid.images) == 17 < COUNT  # all there are
    data = models.runner.data
    np.testing.assert_array_equal(rgb(view.grid.images[2]), rgb(pixel_picture(data.test.x[2], models.theme)))
    answer(session, [view])
    found = session.probe(view.wants()[0])
    np.testing.assert_array_equal(view.grid.predicted, found["classes"])
    wrong = int((found["classes"] != data.test.y).sum())
    assert view.score.text() == f"{17 - wrong} of 17 right"
    assert [view.grid.is_wrong(number) for number in range(17)] == (found["classes"] != data.test.y).tolist()


def test_a_wrong_one_reads_five_as_three(qtbot, models: Models) -> None:
    view = SamplesView(models)
    show(qtbot, view)
    truth = models.runner.data.test.y
    guess = truth.copy()
    guess[4] = truth[4] + 1
    view.show_frame(frame({view.wants()[0]: {"classes": guess, "shares": np.full(17, 0.5, np.float32)}}))
    assert view.grid.caption(0) == (str(truth[0]), "")
    assert view.grid.caption(4) == (f"{truth[4]} as ", str(truth[4] + 1))
    assert view.score.text() == "16 of 17 right"
    rect = view.grid.rect_of(4)
    below = rgb(view.grid.grab().toImage())[int(rect.bottom()) + 2 : int(rect.bottom()) + 24, int(rect.left()) :]
    orange = models.theme.color("value.negative").getRgb()[:3]
    assert (np.abs(below.astype(int) - orange).max(axis=2) <= 2).any()


def test_a_click_or_an_arrow_key_looks_at_a_sample_everywhere(qtbot, models: Models) -> None:
    view = SamplesView(models)
    show(qtbot, view)
    place = view.grid.rect_of(7).center().toPoint()
    QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert models.focus.input == TestSample(7) and view.grid.current == 7
    for key, expected in ((Qt.Key.Key_Right, 8), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Left, 2)):
        QTest.keyClick(view.grid, key)
        assert models.focus.input == TestSample(expected)
    move(view.grid, view.grid.rect_of(0).center())
    assert view.grid.readout.text.startswith(f"Is {models.runner.data.test.y[0]}")


def test_new_data_bring_new_samples(qtbot, models: Models, session: Session) -> None:
    view = SamplesView(models)
    show(qtbot, view)
    answer(session, [view])
    before = rgb(view.grid.images[0])
    data = image_data()
    data.test.x[:] = 0
    tell_data(models, data)
    assert len(view.grid.predicted) == 0 and view.score.text() == ""
    assert not np.array_equal(before, rgb(view.grid.images[0]))


# -- what the network sees ------------------------------------------------------------------------------------------


def test_what_goes_in_stands_beside_what_decides(qtbot, models: Models, session: Session) -> None:
    view = NetworkInputView(models)
    show(qtbot, view)
    assert view.said == "Nothing drawn yet."
    models.focus.set_input(DRAWN)
    assert view.said == "" and len(view.pair.images) == 1
    answer(session, [view])
    gradient = session.probe(Request("saliency", input=DRAWN))["saliency"]
    expected = (pixel_picture(DRAWN.array(), models.theme), saliency_picture(DRAWN.array(), gradient, models.theme))
    for image, wanted in zip(view.pair.images, expected, strict=True):
        np.testing.assert_array_equal(rgb(image), rgb(wanted))
    best = session.probe(Request("prediction", input=DRAWN))["output"].argmax()
    assert view.pair.captions == ["28 × 28", f"Pixels that decide “{best}”"]


def test_saliency_can_be_switched_off_and_then_costs_nothing(qtbot, models: Models, session: Session) -> None:
    view = NetworkInputView(models)
    show(qtbot, view)
    models.focus.set_input(TestSample(1))
    answer(session, [view])
    assert len(view.pair.images) == 2 and view.pair.captions[0].endswith("test sample 2")
    view.saliency.setParent(view)  # as a panel's header would hold it
    view.saliency.show()
    qtbot.mouseClick(view.saliency, Qt.MouseButton.LeftButton)
    assert models.focus.display("saliency") is False
    assert view.wants() == () and len(view.pair.images) == 1


def test_pointing_at_a_pixel_gives_its_ink_and_its_gradient(qtbot, models: Models, session: Session) -> None:
    view = NetworkInputView(models)
    show(qtbot, view)
    models.focus.set_input(DRAWN)
    answer(session, [view])
    # The pictures take the room that the layout gives them once they are in view.
    qtbot.waitUntil(lambda: view.pair.height() >= view.pair.height_at(view.pair.width()))
    values = (DRAWN.array(), session.probe(view.wants()[0])["saliency"])
    for number, array in enumerate(values):
        rect = view.pair.rect_of(number)
        move(view.pair, rect.topLeft() + (rect.bottomRight() - rect.topLeft()) * (10.5 / 28))
        assert view.pair.readout.text.endswith(figure(float(array[0, 10, 10]), 3))
        assert "row 11, column 11" in view.pair.readout.text


# -- prediction -----------------------------------------------------------------------------------------------------


def answered(shares: np.ndarray, seconds: float = 0.001) -> dict[str, np.ndarray]:
    """What the probe gives for these probabilities."""
    return {"output": shares, "probabilities": shares, "seconds": np.array(seconds)}


def test_the_bars_are_the_networks_probabilities(qtbot, models: Models, session: Session) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    assert view.said.startswith("Nothing drawn yet") and view.wants() == ()
    with qtbot.waitSignal(view.wants_changed):
        models.focus.set_input(DRAWN)
    answer(session, [view])
    shares = session.probe(Request("prediction", input=DRAWN))["probabilities"]
    np.testing.assert_array_equal(view.bars.shares, shares)
    assert view.bars.shares.sum() * 100 == pytest.approx(100, abs=1e-3)
    assert view.bars.top == shares.argmax()
    assert view.bars.accessibleName() == f"{shares.argmax()}, {share_text(shares.max())} %"
    finished(view, qtbot)
    np.testing.assert_allclose(view.bars._lengths, shares, rtol=1e-6)


def test_the_bars_follow_within_a_moment_and_numbers_at_once(qtbot, models: Models) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    models.focus.set_input(DRAWN)
    (request,) = view.wants()
    first, second = np.eye(10, dtype=np.float32)[[3, 8]]
    view.show_frame(frame({request: answered(first)}))
    qtbot.waitUntil(lambda: view.bars._came.hasExpired(view.bars._motion.duration()))
    view.show_frame(frame({request: answered(second)}))
    assert view.bars.top == 8
    assert view.bars._lengths[8] < 1
    finished(view, qtbot)
    np.testing.assert_array_equal(view.bars._lengths, second)
    assert token("motion.value_bars_ms") == view.bars._motion.duration()


def test_bars_whose_values_come_fast_are_moved_by_the_values_alone(qtbot, models: Models) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    models.focus.set_input(DRAWN)
    (request,) = view.wants()
    for number in (3, 8):
        shares = np.eye(10, dtype=np.float32)[number]
        view.show_frame(frame({request: answered(shares)}))
    np.testing.assert_array_equal(view.bars._lengths, shares)
    assert view.bars._motion.state() == view.bars._motion.State.Stopped


def test_the_longest_bar_is_as_long_as_its_share(qtbot, models: Models) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    models.focus.set_input(DRAWN)
    shares = np.full(10, 0.25 / 9, np.float32)
    shares[6] = 0.75
    view.show_frame(frame({view.wants()[0]: answered(shares)}))
    finished(view, qtbot)
    pixels = rgb(view.bars.grab().toImage()).astype(int)
    mint = np.abs(pixels - models.theme.color("accent.base").getRgb()[:3]).max(axis=2) == 0
    track = np.abs(pixels - models.theme.color("bg.control").getRgb()[:3]).max(axis=2) == 0
    row = mint[:, view.bars.width() // 2 :].any(axis=1).nonzero()[0]
    middle = (row[0] + row[-1]) // 2
    filled, free = mint[middle].sum(), track[middle].sum()
    assert filled / (filled + free) == pytest.approx(0.75, abs=0.03)


def test_long_names_and_small_shares_are_written_out(qtbot, models: Models) -> None:
    assert [share_text(share) for share in (0.0, 0.0004, 0.0005, 0.961, 1.0)] == ["0.0", "<0.1", "0.1", "96.1", "100.0"]
    view = PredictionView(models)
    show(qtbot, view, 320, 300)
    view.bars.set_shares(np.array([0.9, 0.1], np.float32), ("T-shirt/top", "Ankle boot"))
    view.bars.grab()
    assert view.bars.accessibleName() == "T-shirt/top, 90.0 %"


def test_the_header_says_how_long_the_forward_pass_took(qtbot, models: Models) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    (duration,) = view.header_controls()
    assert duration.text() == ""
    models.focus.set_input(DRAWN)
    for seconds, text in ((0.0008, "0.8 ms"), (0.00004, "0.04 ms"), (0.2514, "251 ms")):
        view.show_frame(frame({view.wants()[0]: answered(np.eye(10, dtype=np.float32)[3], seconds)}))
        assert duration.text().replace("\u00a0", " ") == text
        assert duration.accessibleName().startswith("Time of the forward pass")
    # Without a drawing there is no prediction that it could belong to.
    models.focus.set_input(None)
    assert duration.text() == ""


def test_a_value_has_no_probabilities_and_says_so(qtbot, models: Models) -> None:
    view = PredictionView(models)
    show(qtbot, view)
    models.focus.set_input(DRAWN)
    view.show_frame(frame({view.wants()[0]: {"output": np.zeros(10, np.float32), "seconds": np.array(0.001)}}))
    assert view.said.endswith("The output Classes gives them.")


# -- feature maps ---------------------------------------------------------------------------------------------------


def shown_maps(view: FeatureMapsView) -> np.ndarray:
    return view.mosaic.parts[0].rows[0].maps


def map_image(view: FeatureMapsView) -> QImage:
    return view.mosaic.bands[0].images[0]


def test_the_maps_are_those_of_the_layer(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    assert [view.layers.itemText(number) for number in range(view.layers.count())] == [
        "0  Image", "1  Conv 2D 4 @ 5×5", "2  ReLU", "3  Max pool 2×2",
    ]  # fmt: skip
    assert view.layers.value == "n2" and view.size_text.text() == "24 × 24 × 4"
    answer(session, [view])
    maps = session.probe(Request("activations", ("n2",), TestSample(0)))["n2"]
    np.testing.assert_array_equal(shown_maps(view), maps)
    np.testing.assert_array_equal(rgb(map_image(view)), rgb(signed_picture(maps, models.theme, gain=1.1)))


def test_after_relu_the_colours_begin_at_zero(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    models.focus.set_input(DRAWN)
    models.focus.select(frozenset({"n3"}))
    assert view.layers.value == "n3"
    answer(session, [view])
    maps = session.probe(Request("activations", ("n3",), DRAWN))["n3"]
    assert maps.min() == 0
    np.testing.assert_array_equal(rgb(map_image(view)), rgb(zero_picture(maps, models.theme, gain=1.1)))


def test_the_list_chooses_the_layer_too(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    view.layers.setFocus()
    with qtbot.waitSignal(view.wants_changed):
        QTest.keyClick(view.layers, Qt.Key.Key_Down)
        view.layers.activated.emit(view.layers.currentIndex())
    assert view.wants()[0].nodes == ("n3",)


def test_maps_fill_their_room_and_lie_apart(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    answer(session, [view])
    for width, height in ((360, 200), (120, 400), (500, 120)):
        view.resize(width, height)
        rects = [view.mosaic.rect_of(number) for number in range(4)]
        assert all(view.mosaic.rect().toRectF().contains(rect) for rect in rects)
        assert not any(a.intersects(b) for a in rects for b in rects if a is not b)
        assert rects[0].width() == pytest.approx(rects[0].height())
        room = view.mosaic.size()
        assert rects[0].width() >= (room.width() * room.height() / 4) ** 0.5 * 0.6


def test_pointing_at_a_map_gives_its_value(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    answer(session, [view])
    rect = view.mosaic.rect_of(2)
    move(view.mosaic, rect.topLeft() + (rect.bottomRight() - rect.topLeft()) * (5.5 / 24))
    value = figure(float(shown_maps(view)[2, 5, 5]), 3)
    assert view.mosaic.readout.text == f"Map 3 {value}, row 6, column 6"


def test_the_maps_can_be_saved_as_a_picture(qtbot, models: Models, session: Session, tmp_path: Path) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    answer(session, [view])
    view.save_sheet(tmp_path / "maps.png")
    sheet = QImage(str(tmp_path / "maps.png"))
    assert sheet.width() == 2 * view.mosaic.width()
    rect = view.mosaic.rect_of(1).translated(0, sheet.height() / 2 - view.mosaic.rect_of(0).height() - 12)
    places = [round(2 * (rect.left() + (at + 0.5) / 24 * rect.width())) for at in range(24)]
    lines = [round(2 * (rect.top() + (at + 0.5) / 24 * rect.height())) for at in range(24)]
    np.testing.assert_array_equal(rgb(sheet)[np.ix_(lines, places)], rgb(map_image(view))[24:48])


def test_a_network_without_maps_says_what_to_add(qtbot, tmp_path: Path) -> None:
    view = FeatureMapsView(make_models(tmp_path, PLANE_PROJECT))
    show(qtbot, view)
    assert view.said == "This network has no layer with maps. Add a convolution."
    assert view.wants() == ()


def test_a_removed_layer_gives_way_to_another(qtbot, models: Models, session: Session) -> None:
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    models.focus.select(frozenset({"n3"}))
    project = models.document.project
    graph = project.graph.remove("n3").connect("n2", "n4")
    models.document.apply("Remove", project.with_graph(graph))
    assert view.layers.value == "n2"
    assert view.wants()[0].nodes == ("n2",)


def test_maps_wait_for_the_network_of_a_project_that_was_just_opened(qtbot, tmp_path: Path) -> None:
    models = make_models(tmp_path, PLANE_PROJECT, image_data())
    view = FeatureMapsView(models)
    show(qtbot, view, 360, 200)
    models.document.replace(IMAGE_PROJECT, None)
    models.runner._set_state("loading")
    assert view.said == "The maps appear once the network is built." and view.layers.value == "n2"
    maps = {view.wants()[0]: {"n2": np.ones((4, 24, 24), np.float32)}}
    view.show_frame(frame(maps))
    assert view.said == "The maps appear once the network is built."
    models.runner._set_state("ready")
    view.show_frame(frame(maps))
    assert view.said == "" and view.mosaic.parts
    models.document.replace(IMAGE_PROJECT.with_training(seed=2), None)
    assert view.said == "The maps appear once the network is built."


def test_what_was_predicted_for_a_project_that_is_left_goes_at_once(qtbot, models: Models, session: Session) -> None:
    view = SamplesView(models)
    show(qtbot, view)
    given = answer(session, [view])
    assert view.score.text()
    models.document.replace(IMAGE_PROJECT.with_training(seed=2), None)
    models.runner._set_state("loading")
    view.show_frame(given)
    assert view.score.text() == "" and len(view.grid.predicted) == 0


@pytest.mark.parametrize("zoom", [1.0, 1.75])
@pytest.mark.parametrize("width", [164, 280, 420])
def test_the_layer_of_the_maps_can_be_read_in_a_narrow_panel(qtbot, models: Models, width: int, zoom: float) -> None:
    models.theme.switch(zoom=zoom)
    view = FeatureMapsView(models)
    show(qtbot, view, models.theme.px(width), 260)
    models.document.apply("Rename", models.document.project.with_graph(
        models.document.project.graph.rename("n2", "Edges, corners and other small things")))  # fmt: skip
    shown, whole = view.layers.shown_text, view.layers.currentText()
    assert whole == "1  Edges, corners and other small things" and whole in view.layers.toolTip()
    assert "24 × 24 × 4" in view.layers.toolTip()
    start, _, end = shown.partition("…")
    assert whole.startswith(start) and whole.endswith(end or start) and len(start) >= 5 and len(shown) >= 10
    assert shown == whole or view.size_text.isHidden(), "the name comes before the size"
    assert width < 420 or not view.size_text.isHidden()
    assert view.layers.fontMetrics().horizontalAdvance(shown) < view.layers.width()
