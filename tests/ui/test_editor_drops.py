"""What is dragged over the canvas: where it would go is shown and said as long as the drag lasts, and there it goes."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.document.annotating import group
from playground.document.graph import Edge, Graph
from playground.ui.editor.chip import mime_of
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.view import EditorView
from tests.networks import CIRCLE, DIGITS_MLP, SMALL_CNN, added, project
from tests.ui.canvases import LEFT, NONE, CanvasBench

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def cnn(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Conv, Max pool, Conv, ELU, Flatten, Dropout, Dense and Classes: n1 to n9."""
    return CanvasBench(qtbot, tmp_path, project(SMALL_CNN, "digits"))


def loose(qtbot, folder: Path, graph: Graph, kind: str) -> tuple[CanvasBench, str]:
    """A network with a layer that no wire leads to."""
    graph, node = added(graph, kind)
    return CanvasBench(qtbot, folder, project(graph, "digits" if graph != CIRCLE else "circle")), node


def slot(bench: CanvasBench) -> SlotItem | None:
    return next((item for item in bench.scene.items() if isinstance(item, SlotItem) and item.isVisible()), None)


def drag_to(bench: CanvasBench, node: str, end: QPointF) -> None:
    """Drags a card by its title; the button stays pressed."""
    start = bench.header(node)
    bench.press(start)
    bench.move((start + end) / 2)
    bench.move(end)


def middle(bench: CanvasBench, source: str, target: str) -> QPointF:
    return bench.scene.wires[Edge(source, target)].path.pointAtPercent(0.5)


# --- a loose card and a wire -------------------------------------------------------------------------------


def test_a_loose_card_dragged_onto_a_wire_goes_into_it(qtbot, tmp_path: Path) -> None:
    bench, node = loose(qtbot, tmp_path, DIGITS_MLP, "dropout")
    before, params = bench.document.project, bench.graph.node(node).params
    end = middle(bench, "n3", "n4")
    drag_to(bench, node, end)
    shown = slot(bench)
    assert shown is not None and shown.text == "becomes 16"
    bench.release(end)
    assert bench.graph.incoming(node) == (Edge("n3", node),) and bench.graph.outgoing(node) == (Edge(node, "n4"),)
    assert bench.graph.node(node).params == params and slot(bench) is None
    rects = [card.rect() for card in bench.scene.cards.values()]
    assert not any(one.intersects(other) for one, other in combinations(rects, 2))
    assert bench.document.undo_stack.count() == 1 and bench.document.undo_stack.undoText() == "Insert Dropout"
    bench.document.undo_stack.undo()
    assert bench.document.project == before


def test_a_loose_card_is_held_by_any_part_of_it(qtbot, tmp_path: Path) -> None:
    bench, node = loose(qtbot, tmp_path, SMALL_CNN, "relu")
    card, hold = bench.scene.cards[node].rect(), bench.header(node)
    end = middle(bench, "n2", "n3") + hold - card.center()
    drag_to(bench, node, end)
    assert slot(bench) is not None
    bench.release(end)
    assert Edge("n2", node) in bench.graph.edges


def test_a_loose_card_that_would_not_fit_says_why(qtbot, tmp_path: Path) -> None:
    bench, node = loose(qtbot, tmp_path, DIGITS_MLP, "conv2d")
    drag_to(bench, node, middle(bench, "n3", "n4"))
    shown = slot(bench)
    assert shown is not None and "image" in shown.text
    bench.key(Qt.Key.Key_Escape)
    assert slot(bench) is None and bench.document.undo_stack.count() == 0


def test_a_card_with_wires_that_is_dragged_onto_a_wire_only_moves(cnn: CanvasBench) -> None:
    edges, end = cnn.graph.edges, middle(cnn, "n2", "n3")
    drag_to(cnn, "n5", end)
    assert slot(cnn) is None
    cnn.release(end)
    assert cnn.graph.edges == edges and cnn.document.undo_stack.undoText() == "Move layer"


# --- the label over it -------------------------------------------------------------------------------------


def controls(editor: EditorView) -> list[QRectF]:
    shown = (editor._edit_controls, editor._zoom_controls, editor._scope)
    return [QRectF(control.geometry()) for control in shown if control.isVisible()]


def read_whole(bench: CanvasBench) -> bool:
    """Whether all of the label is in view, below no control."""
    shown = slot(bench)
    assert shown is not None
    rect = bench.view.canvas.viewportTransform().mapRect(shown.label_rect())
    covered = any(rect.intersects(control) for control in controls(bench.view))
    return QRectF(bench.viewport.rect()).contains(rect) and not covered


@pytest.mark.parametrize("zoom", [0.4, 1.0, 1.7])
@pytest.mark.parametrize("corner", ["topLeft", "topRight", "bottomLeft", "bottomRight"])
def test_the_label_is_read_whole_at_every_edge_of_the_view(cnn: CanvasBench, zoom: float, corner: str) -> None:
    canvas, card = cnn.view.canvas, cnn.scene.cards["n3"]
    canvas.set_zoom(zoom)
    where, free = canvas.viewportTransform().mapRect(card.rect()), QRectF(cnn.viewport.rect())
    canvas.pan(getattr(where, corner)() - getattr(free, corner)())
    drag_to(cnn, "n5", card.rect().center())
    QTest.keyPress(canvas, Qt.Key.Key_Alt)
    assert slot(cnn).text.startswith("Replace Max pool by ELU") and read_whole(cnn)
    cnn.key(Qt.Key.Key_Escape)
    cnn.drag_in(mime_of("dropout"), middle(cnn, "n2", "n3"))
    assert read_whole(cnn)


# --- what is said ------------------------------------------------------------------------------------------


def test_the_hint_goes_with_the_drag(make_program) -> None:
    window = make_program("digits-cnn", ready=False).window
    window.show_workspace("build")
    editor, hint = window.workbench.editor, window.status.hint
    canvas, scene, usual = editor.canvas, editor.scene, hint.text()

    def place(node: str) -> QPointF:
        return scene.cards[node].rect().center()

    start = scene.cards["n6"].pos() + QPointF(40, 14)
    QTest.mousePress(canvas.viewport(), LEFT, NONE, canvas.mapFromScene(start))
    QTest.mouseMove(canvas.viewport(), canvas.mapFromScene((start + place("n4")) / 2))
    QTest.mouseMove(canvas.viewport(), canvas.mapFromScene(place("n4")))
    assert hint.text() == "Hold Alt to replace Max pool."
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, canvas.mapFromScene(place("n4")))
    assert hint.text() == usual


def test_the_hint_follows_a_chip_from_card_to_card_and_off_them(cnn: CanvasBench) -> None:
    said: list[str] = []
    cnn.view.hinted.connect(said.append)
    cnn.view.taken_back.connect(lambda sentence: said.append(f"no: {sentence}"))
    for node in ("n3", "n5"):
        cnn.drag_in(mime_of("dropout"), cnn.scene.cards[node].rect().center())
    cnn.view.canvas.drop.move(cnn.scene.network_rect().bottomRight() + QPointF(300, 300))
    pool, elu = "Hold Alt to replace Max pool.", "Hold Alt to replace ELU."
    # Each time something is dragged in, what was dragged before has left.
    assert said == [pool, f"no: {pool}", elu, f"no: {elu}"]


# --- where it goes -----------------------------------------------------------------------------------------


def in_view(bench: CanvasBench, nodes: frozenset[str]) -> bool:
    seen = bench.view.canvas.seen_rect()
    return all(seen.contains(bench.scene.cards[node].rect()) for node in nodes)


@pytest.mark.parametrize("node", ["n2", "n5", "n8"])
def test_what_is_dropped_onto_a_card_lies_in_the_nearest_free_place_in_view(cnn: CanvasBench, node: str) -> None:
    cnn.view.canvas.set_zoom(1.2)
    cnn.view.canvas.reveal(cnn.scene.cards[node].rect())
    point = cnn.scene.cards[node].rect().center()
    cnn.drop(mime_of("relu"), point)
    new = cnn.graph.nodes[-1].id
    card = cnn.scene.cards[new].rect()
    others = [other.rect() for id, other in cnn.scene.cards.items() if id != new]
    assert not any(card.intersects(other) for other in others)
    assert in_view(cnn, frozenset({new}))
    away = (card.center() - point).manhattanLength()
    for other in others:
        for x, y in ((other.left() - card.width() - 40, card.y()), (other.right() + 40, card.y()),
                     (card.x(), other.top() - card.height() - 40), (card.x(), other.bottom() + 40)):  # fmt: skip
            there = QRectF(x, y, card.width(), card.height())
            free = not any(there.adjusted(-20, -20, 20, 20).intersects(rect) for rect in others)
            assert not free or (there.center() - point).manhattanLength() * 1.5 >= away


@pytest.mark.parametrize("key", [Qt.Key.Key_V, Qt.Key.Key_D])
def test_what_is_pasted_or_duplicated_is_in_view(cnn: CanvasBench, key: Qt.Key) -> None:
    QApplication.clipboard().clear()
    cnn.view.canvas.set_zoom(0.6)
    cnn.focus.select(frozenset({"n2", "n3"}))
    cnn.view.canvas.reveal(cnn.scene.cards["n2"].rect())
    cnn.key(Qt.Key.Key_C, CONTROL)
    cnn.key(key, CONTROL)
    assert len(cnn.focus.selection) == 2 and "n2" not in cnn.focus.selection
    assert in_view(cnn, cnn.focus.selection)


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("right", [True, False])
def test_a_new_layer_keeps_off_the_frames_of_stages_that_it_is_not_in(cnn: CanvasBench, right: bool) -> None:
    graph, stage = group(cnn.graph, ("n3", "n4"), "Body")
    cnn.document.apply("Group", cnn.document.project.with_graph(graph))
    frame = cnn.scene.annotations.stages[stage].rect()
    side = frame.topRight() if right else frame.bottomLeft()
    point = side + (QPointF(2, -30) if right else QPointF(30, 2))
    cnn.drop(mime_of("relu"), point)
    cnn.view.canvas.commands.add_connected("n2", point, "conv2d")
    frames = cnn.scene.annotations.stages[stage].rect()
    for node in cnn.graph.nodes[-2:]:
        assert node.id not in cnn.scene.annotations.stages[stage].stage.nodes
        assert not frames.intersects(cnn.scene.cards[node.id].rect())


def test_a_wire_back_runs_across_no_card_where_there_is_a_way_around(make_program) -> None:
    editor = make_program("two-sizes", ready=False).window.workbench.editor
    scene, rect = editor.scene, editor.scene.network_rect()
    editor.canvas.commands.add_connected("n4", QPointF(rect.left(), rect.top() - 40), "conv2d")
    new = editor._models.document.project.graph.nodes[-1].id
    path = scene.wires[Edge("n4", new)].path
    course = [path.pointAtPercent(step / 200) for step in range(1, 200)]
    others = [card.rect() for node, card in scene.cards.items() if node not in ("n4", new)]
    assert not any(other.contains(point) for other in others for point in course)
