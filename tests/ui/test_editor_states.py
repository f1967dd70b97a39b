"""Layers that are bypassed, frozen or fresh, and the scale that signed values share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QToolButton

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge
from playground.document.shapes import active_nodes
from playground.engine.events import EpochDone, Rebuilt
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.account import sentence
from playground.ui.theme import token
from tests.networks import CIRCLE, SMALL_CNN, assert_sentence, chain, project
from tests.ui.canvases import LEFT, CanvasBench
from tests.ui.stage import IMAGE_PROJECT, rgb

SHIFT = Qt.KeyboardModifier.ShiftModifier
SMALL_MS = 10_000


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


@pytest.fixture
def cnn(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Conv, Max pool, Conv, ELU, Flatten, Dropout, Dense and Classes: n1 to n9."""
    return CanvasBench(qtbot, tmp_path, project(SMALL_CNN, "digits"))


# --- bypass ------------------------------------------------------------------------------------------------


def test_m_bypasses_the_selected_layers_and_switches_them_on_again(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n1", "n2", "n3"}))
    circle.key(Qt.Key.Key_M)
    assert [node.id for node in circle.graph.nodes if node.bypassed] == ["n2", "n3"]
    assert circle.document.undo_stack.undoText() == "Bypass"
    circle.focus.select(frozenset({"n2", "n4"}))
    circle.key(Qt.Key.Key_M)
    assert [node.id for node in circle.graph.nodes if node.bypassed] == ["n2", "n3", "n4"]
    circle.key(Qt.Key.Key_M)
    assert [node.id for node in circle.graph.nodes if node.bypassed] == ["n3"]
    assert circle.document.undo_stack.undoText() == "Switch on again"


def test_a_bypassed_card_fades_and_its_wires_carry_what_it_hands_on(cnn: CanvasBench) -> None:
    cnn.focus.select(frozenset({"n4"}))
    cnn.key(Qt.Key.Key_M)
    card = cnn.scene.cards["n4"]
    assert card.opacity() == card.face.opacity() == token("state.bypassed.opacity")
    before, after = cnn.scene.wires[Edge("n3", "n4")], cnn.scene.wires[Edge("n4", "n5")]
    assert before.label == after.label == "5×6×4"
    assert before.opacity() == after.opacity() == 1.0
    assert "bypassed" in card.accessible_name
    cnn.document.undo_stack.undo()
    assert card.opacity() == 1.0
    assert after.label == "3×4×3"


def border(bench: CanvasBench, node: str) -> np.ndarray:
    """The pixels of the scene along the lower edge of a card, at twice the size."""
    rect = bench.scene.cards[node].rect()
    image = QImage(round(rect.width() * 2), 2, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    strip = rect.adjusted(0, rect.height() - 1, 0, 0)
    bench.scene.render(painter, image.rect().toRectF(), strip, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(2, -1, 4)
    return pixels[0, 40:-40, :3].astype(int)


def test_a_bypassed_card_has_a_dashed_border(circle: CanvasBench) -> None:
    whole = border(circle, "n2")
    assert np.abs(np.diff(whole, axis=0)).max() < 8
    circle.focus.select(frozenset({"n2"}))
    circle.key(Qt.Key.Key_M)
    circle.focus.select(frozenset())
    dashed = border(circle, "n2")
    assert np.abs(np.diff(dashed, axis=0)).max() > 12


def test_no_weight_wires_lead_into_a_bypassed_layer(circle: CanvasBench) -> None:
    weights = {node: np.ones((units, inputs)) for node, units, inputs in (("n2", 4, 2), ("n3", 2, 4), ("n4", 1, 4))}
    circle.scene.weight_wires.set_weights(weights)
    assert {name[0] for name in circle.scene.weight_wires.lines.names} == {"n2", "n3", "n4"}
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_M)
    # What reaches n4 now are the four values that n3 hands on.
    assert {name[0] for name in circle.scene.weight_wires.lines.names} == {"n2", "n4"}


def test_input_and_output_cannot_be_bypassed(circle: CanvasBench, qtbot) -> None:
    circle.focus.select(frozenset({"n1", "n5"}))
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.key(Qt.Key.Key_M)
    assert hint.args == ["Input and Output cannot be bypassed."]
    assert circle.document.undo_stack.count() == 0


def weights(window, node: str) -> np.ndarray:
    """The weights of a layer of the network that trains now."""
    session = window.models.runner._workshop._session
    state = session.network.state_dict()
    return {name: tensor.clone().numpy() for name, tensor in state.items()}.get(f"{node}.weight", np.zeros(0))


def test_training_goes_on_without_a_bypassed_layer_and_its_weights_come_back(window, qtbot) -> None:
    runner = window.models.runner
    window.workbench.editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: runner.state == "paused" and len(runner.record.epochs) == 1, timeout=SMALL_MS)
    trained = weights(window, "n3")
    window.models.focus.select(frozenset({"n3"}))
    with qtbot.waitSignal(runner.frame, check_params_cb=lambda frame: bool(frame.notices), timeout=SMALL_MS):
        qtbot.keyClick(window, Qt.Key.Key_M)
    assert "n3" not in active_nodes(window.models.document.project.graph, CATALOGUE.layers)
    assert weights(window, "n3").size == 0
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: runner.state == "paused" and len(runner.record.epochs) == 2, timeout=SMALL_MS)
    with qtbot.waitSignal(runner.frame, check_params_cb=lambda frame: bool(frame.notices), timeout=SMALL_MS):
        qtbot.keyClick(window, Qt.Key.Key_M)
    assert np.array_equal(weights(window, "n3"), trained)


# --- frozen ------------------------------------------------------------------------------------------------


def test_shift_f_freezes_the_selected_layers_that_have_weights(cnn: CanvasBench) -> None:
    cnn.focus.select(frozenset({"n2", "n3", "n8"}))
    cnn.key(Qt.Key.Key_F, SHIFT)
    assert [node.id for node in cnn.graph.nodes if node.params.get("frozen")] == ["n2", "n8"]
    assert cnn.document.undo_stack.undoText() == "Freeze weights"
    cnn.key(Qt.Key.Key_F, SHIFT)
    assert not any(node.params.get("frozen") for node in cnn.graph.nodes)
    assert cnn.document.undo_stack.count() == 2


def test_layers_without_weights_cannot_be_frozen(cnn: CanvasBench, qtbot) -> None:
    cnn.focus.select(frozenset({"n3"}))
    with qtbot.waitSignal(cnn.view.hinted) as hint:
        cnn.key(Qt.Key.Key_F, SHIFT)
    assert hint.args == ["These layers have no weights to freeze."]


# --- fresh -------------------------------------------------------------------------------------------------


def rebuilt(kept: int, fresh: str = "", returned: str = "", lost: str = "") -> Rebuilt:
    """Layers by their titles; so many others were kept."""
    parts = [tuple(part.split(", ")) if part else () for part in (fresh, returned, lost)]
    titles = {title: title for part in parts for title in part}
    others = tuple(f"kept {number}" for number in range(kept))
    return Rebuilt((*others, *parts[1]), parts[0], parts[0], returned=parts[1], lost=parts[2], titles=titles)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (rebuilt(3, "Dense 8, Dense 1"), "Dense 8 and Dense 1 start fresh, 3 layers kept their weights."),
        (rebuilt(1, "Dense 8"), "Dense 8 starts fresh, 1 layer kept its weights."),
        (rebuilt(0, "a, b, c"), "a, b and c start fresh."),
        (rebuilt(2, "a, b, c, d"), "4 layers start fresh, 2 layers kept their weights."),
        (rebuilt(0, "{0} {x}"), "{0} {x} starts fresh."),
        (rebuilt(0), "The network was rebuilt."),
        (rebuilt(2, "", "Dense 6"), "Dense 6 has its earlier weights again, 2 layers kept their weights."),
        (rebuilt(0, "a", "b, c"), "a starts fresh, b and c have their earlier weights again."),
        (rebuilt(1, "", "a, b, c, d"), "4 layers have their earlier weights again, 1 layer kept its weights."),
        (rebuilt(1, "a", "", "b"), "a starts fresh, 1 layer kept its weights. "
                                   "What b had learnt is too large to be kept for undo."),
        (rebuilt(1, "", "", "a, b"), "1 layer kept its weights. "
                                     "What a and b had learnt is too large to be kept for undo."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_became_of_the_weights(told: Rebuilt, expected: str) -> None:
    assert sentence(told) == expected
    assert_sentence(expected)


EPOCH = EpochDone(1, 0.5, 0.5, None, None, 10, 0.1)


def frame(**parts: object) -> Frame:
    return Frame({"loss": np.zeros(0)}, **parts)  # type: ignore[arg-type]


def test_fresh_cards_are_marked_until_an_epoch_has_ended(circle: CanvasBench, qtbot) -> None:
    runner = circle.models.runner
    runner.record.place = 1.5
    titles = {"n3": "Dense 2", "n4": "Dense 1"}
    told = Rebuilt(("n2",), ("n3", "n4"), untrained=("n3", "n4"), titles=titles)
    with qtbot.waitSignal(circle.view.hinted) as hint:
        runner.frame.emit(frame(notices=(told,)))
    assert hint.args == ["Dense 2 and Dense 1 start fresh, 1 layer kept its weights."]
    marked = {node for node, card in circle.scene.cards.items() if card._fresh}
    assert marked == {"n3", "n4"}
    circle.document.apply("Move", circle.document.project.with_graph(circle.graph.move("n3", 500, 0)))
    assert circle.scene.cards["n3"]._fresh
    runner.frame.emit(frame(epochs=(EPOCH,)))
    assert not any(card._fresh for card in circle.scene.cards.values())


def test_before_the_first_batch_nothing_is_called_fresh(circle: CanvasBench, qtbot) -> None:
    with qtbot.assertNotEmitted(circle.view.hinted):
        circle.models.runner.frame.emit(frame(notices=(Rebuilt((), ("n2", "n3")),)))
    assert not any(card._fresh for card in circle.scene.cards.values())


def test_an_edit_while_training_says_what_starts_fresh(window, qtbot) -> None:
    runner, document = window.models.runner, window.models.document
    window.workbench.editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: runner.state == "paused", timeout=SMALL_MS)
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n4", "units", 9)))
    said = "Dense 9 and Dense 1 start fresh, 2 layers kept their weights."
    qtbot.waitUntil(lambda: window.status.hint.text() == said, timeout=SMALL_MS)
    cards = window.workbench.editor.scene.cards
    assert {node for node, card in cards.items() if card._fresh} == {"n4", "n5"}
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: not any(card._fresh for card in cards.values()), timeout=SMALL_MS)


# --- one scale ---------------------------------------------------------------------------------------------


def levels(bench: CanvasBench, node: str) -> list[tuple[int, int]]:
    """The lowest and the highest level of each picture on a card."""
    image, count = bench.scene.cards[node].face.thumbnail._image, bench.scene.cards[node].state.plan.shown
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
    return [(int(part.min()), int(part.max())) for part in np.split(rows, count)]


def show_neurons(bench: CanvasBench) -> None:
    """Values up to 1 and 2 on n2, up to 8 on n4."""
    ramp = np.linspace(-1, 1, 100, dtype=np.float32).reshape(10, 10)
    request = next(request for request in bench.view.wants() if request.probe == "neurons")
    bench.show({request: {"n2": np.stack([ramp, 2 * ramp, ramp, ramp]), "n4": 8 * ramp[None]}})


def test_signed_values_share_one_scale_per_layer(circle: CanvasBench) -> None:
    show_neurons(circle)
    (low, high), (lowest, highest) = levels(circle, "n2")[:2]
    assert (lowest, highest) == levels(circle, "n4")[0]
    assert high - low == pytest.approx((highest - lowest) / 2, abs=1)


def test_the_switch_makes_it_one_scale_for_each_map_or_for_the_network(circle: CanvasBench, qtbot) -> None:
    show_neurons(circle)
    ((widest, top),) = levels(circle, "n4")
    qtbot.mouseClick(circle.view.findChild(QToolButton, "canvas_scale_map"), LEFT)
    assert levels(circle, "n2") == [(widest, top)] * 4
    qtbot.mouseClick(circle.view.findChild(QToolButton, "canvas_scale_network"), LEFT)
    assert levels(circle, "n4") == [(widest, top)]
    spans = [high - low for low, high in levels(circle, "n2")]
    assert spans == [pytest.approx(share * (top - widest), abs=1) for share in (1 / 8, 2 / 8, 1 / 8, 1 / 8)]
    qtbot.mouseClick(circle.view.findChild(QToolButton, "canvas_scale_layer"), LEFT)
    assert levels(circle, "n2")[1] == (widest, top)


def test_weight_wires_follow_the_scale(circle: CanvasBench) -> None:
    circle.scene.weight_wires.set_weights(
        {"n2": np.array([[1.0, 2], [0.5, 0.25], [1, 1], [1, 1]]), "n3": np.full((2, 4), 8.0)}
    )

    def strength(name: tuple[str, int, int]) -> float:
        lines = circle.scene.weight_wires.lines
        return float(lines.strengths[lines.names.index(name)])

    assert strength(("n2", 1, 0)) == 0.25
    assert strength(("n3", 0, 0)) == 1.0
    circle.focus.set_display("scale", "map")
    circle.scene.wiring.lay_weights()
    assert strength(("n2", 1, 0)) == 1.0
    assert strength(("n2", 1, 1)) == 0.5
    circle.focus.set_display("scale", "network")
    circle.scene.wiring.lay_weights()
    assert strength(("n2", 1, 0)) == 0.5 / 8
    assert strength(("n3", 0, 0)) == 1.0


def test_a_switched_scale_colours_weights_that_stand_still(circle: CanvasBench) -> None:
    (request,) = (request for request in circle.view.wants() if request.probe == "weights")
    assert isinstance(request, Request)
    circle.show({request: {"n2.weight": np.ones((4, 2)), "n3.weight": np.full((2, 4), 4.0)}})
    circle.focus.set_display("scale", "network")
    lines = circle.scene.weight_wires.lines
    assert lines.strengths[lines.names.index(("n2", 0, 0))] == 0.25


def test_feature_maps_follow_the_scale(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, IMAGE_PROJECT)
    request = next(request for request in bench.view.wants() if request.probe == "activations")
    ramp = np.linspace(-1, 1, 24 * 24, dtype=np.float32).reshape(24, 24)
    bench.show({request: {"n2": np.stack([ramp, 2 * ramp, ramp, ramp]), "n6": np.linspace(-40, 40, 10)}})
    (low, high), widest = levels(bench, "n2")[:2]
    assert widest == (0, 255)
    assert high - low < 150
    bench.focus.set_display("scale", "map")
    assert levels(bench, "n2")[0] == (0, 255)
    bench.focus.set_display("scale", "network")
    low, high = levels(bench, "n2")[1]
    assert high - low == pytest.approx(255 * token("colormap.gain.feature_map") / 20, abs=2)


def test_maps_that_begin_at_zero_follow_the_scale_too(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, IMAGE_PROJECT)
    request = next(request for request in bench.view.wants() if request.probe == "activations")
    ramp = np.linspace(0, 1, 24 * 24, dtype=np.float32).reshape(24, 24)
    pooled = np.linspace(0, 40, 12 * 12, dtype=np.float32).reshape(12, 12)
    bench.show({request: {"n3": np.stack([ramp, 2 * ramp, ramp, ramp]), "n4": np.stack([pooled] * 4)}})
    weak, strong = levels(bench, "n3")[:2]
    assert strong == (0, 255)
    assert weak[1] < strong[1]
    bench.focus.set_display("scale", "map")
    assert [high for _, high in levels(bench, "n3")] == [255] * 4
    bench.focus.set_display("scale", "network")
    assert [high for _, high in levels(bench, "n4")] == [255] * 4
    assert levels(bench, "n3")[1][1] == pytest.approx(255 * token("colormap.gain.feature_map") / 20, abs=2)


def test_maps_of_an_earlier_network_are_not_shown_as_those_of_this_one(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, IMAGE_PROJECT)
    request = next(request for request in bench.view.wants() if request.probe == "activations")
    old = {request: {"n2": np.ones((4, 24, 24), np.float32), "n7": np.ones(10, np.float32)}}
    face, output = bench.scene.cards["n2"].face, bench.scene.cards["n7"].face
    bench.show(old)
    assert face.thumbnail._image is not None and output.thumbnail._values is not None
    graph = bench.graph.set_param("n2", "kernel", 7)
    bench.document.apply("Set kernel", bench.document.project.with_graph(graph))
    bench.show(old)
    assert face.thumbnail._image is None
    bench.show({request: {"n2": np.ones((4, 22, 22), np.float32)}})
    assert face.thumbnail._image is not None
    # Without a flat input nothing behind is known.
    broken = bench.graph.disconnect(bench.graph.incoming("n5")[0])
    bench.document.apply("Remove wire", bench.document.project.with_graph(broken))
    bench.show(old)
    assert output.thumbnail._values is None


def test_cards_whose_shape_an_edit_took_away_show_nothing_of_the_network_before(qtbot, tmp_path: Path) -> None:
    graph = chain("image", ("conv2d", {"filters": 4}), "flatten", ("dense", {"units": 10}), "classes")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    asked = next(request for request in bench.view.wants() if request.probe == "activations")
    random = np.random.default_rng(3)
    sizes = {"n1": (1, 28, 28), "n2": (4, 26, 26), "n3": (2704,), "n4": (10,), "n5": (10,)}
    bench.show({asked: {node: random.normal(size=size).astype(np.float32) for node, size in sizes.items()}})
    empty = CanvasBench(qtbot, tmp_path, project(graph.disconnect(graph.edges[2]), "digits"))
    bench.document.apply("Cut", bench.document.project.with_graph(bench.graph.disconnect(bench.graph.edges[2])))

    def picture(of: CanvasBench, node: str) -> np.ndarray:
        face = of.scene.cards[node].face
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        face.thumbnail.paint(painter, False, QColor("black"))
        painter.end()
        return rgb(image)

    for node in ("n4", "n5"):
        np.testing.assert_array_equal(picture(bench, node), picture(empty, node))
    assert (picture(bench, "n2") != picture(empty, "n2")).any()
    # Another problem takes more away; when that is undone, what still fits is there again.
    before = picture(bench, "n2")
    bench.document.apply("Cut", bench.document.project.with_graph(bench.graph.disconnect(bench.graph.edges[0])))
    assert (picture(bench, "n2") != before).any()
    bench.document.undo_stack.undo()
    np.testing.assert_array_equal(picture(bench, "n2"), before)
