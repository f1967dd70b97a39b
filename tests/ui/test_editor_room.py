"""Where cards go: what an edit inserts, cures, grows or pastes covers nothing, and stays in view."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from playground.catalog.checks import with_dataset
from playground.ui.editor.stage import StageItem
from playground.ui.editor.view import EditorView
from tests.networks import CIRCLE, chain, project
from tests.ui.canvases import CanvasBench

CONTROL = Qt.KeyboardModifier.ControlModifier


def covered(editor: EditorView) -> list[tuple[str, str]]:
    """Pairs of cards that lie on each other."""
    cards = editor.scene.cards
    return [(a, b) for a, b in combinations(cards, 2) if cards[a].rect().intersects(cards[b].rect())]


def whole(editor: EditorView) -> bool:
    """True while all of the network is in view."""
    return editor.canvas.seen_rect().contains(editor.scene.network_rect())


def kinds(editor: EditorView, kind: str) -> list[str]:
    graph = editor._models.document.project.graph
    return [node.id for node in graph.nodes if node.kind == kind]


def set_units(editor: EditorView, node: str, units: int, merge: object = None) -> None:
    document = editor._models.document
    graph = document.project.graph.set_param(node, "units", units)
    document.apply("Set units", document.project.with_graph(graph), merge=merge)


# --- in the window -----------------------------------------------------------------------------------------


def test_the_cure_in_the_list_of_problems_gives_its_layer_room(make_program) -> None:
    window = make_program("lenet-5").window
    window.show_workspace("build")
    editor = window.workbench.editor
    (flatten,) = kinds(editor, "flatten")
    window.models.focus.select(frozenset({flatten}))
    QTest.keyClick(editor.canvas, Qt.Key.Key_Delete)
    button = window.findChild(QPushButton, "cure_0")
    button.click()
    assert kinds(editor, "flatten")
    assert covered(editor) == []
    assert whole(editor)


def test_a_layer_inserted_into_a_network_in_view_pushes_none_of_it_out_of_view(window) -> None:
    editor = window.workbench.editor
    assert whole(editor)
    window.models.focus.select(frozenset({"n3"}))
    editor.canvas.commands.insert("relu")
    assert covered(editor) == []
    assert whole(editor)


@pytest.mark.parametrize("data", ["fashion_mnist", "spiral"])
def test_other_data_widen_cards_without_covering_their_neighbours(make_program, data: str) -> None:
    window = make_program("digits-cnn").window
    editor, document = window.workbench.editor, window.models.document
    document.apply("Use the data", with_dataset(document.project, data))
    assert covered(editor) == []
    cards, graph = editor.scene.cards, document.project.graph
    (dense,), (output,) = kinds(editor, "dense"), kinds(editor, "classes")
    assert cards[output].rect().left() - cards[dense].rect().right() >= 50
    for item in editor.scene.annotations.stages.values():
        others = [card for node, card in cards.items() if node not in item.stage.nodes]
        assert not any(item.rect().intersects(card.rect()) for card in others)
    document.undo_stack.undo()
    assert {node.id: (node.x, node.y) for node in document.project.graph.nodes} != {
        node.id: (node.x, node.y) for node in graph.nodes
    }


def test_a_card_that_grows_covers_nothing_and_its_undo_restores_all_places(make_program) -> None:
    window = make_program("lenet-5").window
    editor, document = window.workbench.editor, window.models.document
    before = document.project
    first = kinds(editor, "dense")[0]
    second = kinds(editor, "dense")[1]
    cards = editor.scene.cards
    gap = cards[second].rect().left() - cards[first].rect().right()
    set_units(editor, first, 100_000)
    assert covered(editor) == []
    assert cards[second].rect().left() - cards[first].rect().right() >= min(gap, 60)
    assert whole(editor)
    document.undo_stack.undo()
    assert document.project == before


def test_a_network_that_was_moved_by_hand_out_of_view_stays_where_it_is(window) -> None:
    editor = window.workbench.editor
    editor.canvas.pan(QPointF(600, 0))
    at = editor.canvas.viewportTransform()
    window.models.focus.select(frozenset())
    set_units(editor, "n3", 6)
    assert editor.canvas.viewportTransform() == at


def test_data_of_points_are_told_apart_from_a_layer_behind_flatten(make_program) -> None:
    window = make_program("digits-cnn").window
    document = window.models.document
    document.apply("Use the data", with_dataset(document.project, "circle"))
    message = document.problems[0].message
    assert "Choose an image data set" in message
    assert "Flatten" not in message


def test_at_a_narrow_window_with_large_text_no_control_covers_another(make_program) -> None:
    window = make_program("residual", ready=False).window
    window.resize(1180, 720)
    while window.models.theme.zoom < 1.75:
        window.models.theme.step_zoom(1)
    editor = window.workbench.editor
    editor.canvas.fit()
    boxes = [editor._edit_controls.geometry(), editor._zoom_controls.geometry(), editor._scope.geometry()]
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))
    assert whole(editor)
    top = editor.canvas.viewportTransform().mapRect(editor.scene.network_rect()).top()
    assert top > boxes[1].bottom()


# --- on the canvas -----------------------------------------------------------------------------------------


def test_a_drag_of_a_slider_there_and_back_leaves_every_card_where_it_was(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(
        qtbot, tmp_path, project(chain("image", "flatten", ("dense", {"units": 10}), "classes"), "digits")
    )
    card = bench.scene.cards["n3"].rect()
    below = bench.document.project.with_graph(bench.graph.move("n2", card.x(), card.bottom() + 30))
    bench.document.apply("Move", below.with_graph(below.graph.move("n4", card.right() + 30, card.y())))
    places = [(node.x, node.y) for node in bench.graph.nodes]
    for units in (2, 16, 2000, 100, 10):
        set_units(bench.view, "n3", units, merge="drag")
        assert covered(bench.view) == []
    assert [(node.x, node.y) for node in bench.graph.nodes] == places


def test_everything_pasted_or_duplicated_finds_a_free_place(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.key(Qt.Key.Key_A, CONTROL)
    bench.key(Qt.Key.Key_C, CONTROL)
    bench.move(bench.scene.cards["n3"].rect().center())
    bench.key(Qt.Key.Key_V, CONTROL)
    bench.key(Qt.Key.Key_V, CONTROL)
    bench.key(Qt.Key.Key_D, CONTROL)
    assert len(bench.scene.cards) > 10
    assert covered(bench.view) == []
    assert whole(bench.view)


def test_a_sentence_that_appears_below_the_edge_is_brought_into_view(qtbot, tmp_path: Path) -> None:
    graph = chain("image", "flatten", ("dense", {"units": 10}), "classes")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    canvas = bench.view.canvas
    card = bench.scene.cards["n3"]
    canvas.set_zoom(1.5)
    seen = canvas.seen_rect()
    canvas.pan(QPointF(card.rect().center().x() - seen.center().x(), card.rect().bottom() - seen.bottom()) * 1.5)
    bench.focus.select(frozenset({"n3"}))
    canvas.pan(QPointF(0, canvas.viewportTransform().mapRect(card.rect()).bottom() - canvas.viewport().height() + 4))
    assert canvas.seen_rect().contains(card.rect())
    assert not whole(bench.view)
    set_units(bench.view, "n3", 12)
    message = bench.scene.cards["n3"].message
    assert message is not None
    assert canvas.seen_rect().contains(message.rect())


def test_a_revealed_card_does_not_lie_below_the_controls_of_the_canvas(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    canvas = bench.view.canvas
    canvas.set_zoom(1.0)
    card = bench.scene.cards["n3"]
    canvas.pan(QPointF(0, canvas.viewportTransform().mapRect(card.rect()).bottom() + 50))
    bench.focus.select(frozenset({"n3"}))
    top = canvas.viewportTransform().mapRect(card.rect()).top()
    assert top >= bench.view._edit_controls.geometry().bottom()


def test_a_note_put_at_the_edge_moves_nothing(qtbot, tmp_path: Path) -> None:
    from playground.document import annotating

    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    canvas = bench.view.canvas
    corner = canvas.seen_rect().bottomLeft() + QPointF(10, -60)
    before = canvas.viewportTransform()
    graph, _ = annotating.add_note(bench.graph, "Here", corner.x(), corner.y(), 120)
    bench.document.apply("Add note", bench.document.project.with_graph(graph))
    assert canvas.viewportTransform() == before
    bench.document.undo_stack.undo()
    assert canvas.viewportTransform() == before


def test_the_title_of_a_stage_keeps_off_the_cards(make_program) -> None:
    editor = make_program("digits-cnn", ready=False).window.workbench.editor
    stages = [item for item in editor.scene.items() if isinstance(item, StageItem)]
    assert stages
    for stage in stages:
        title = stage.title_rect()
        tops = [editor.scene.cards[node].rect().top() for node in stage.stage.nodes]
        assert min(tops) - title.bottom() >= 6
        assert stage.rect().contains(QRectF(title))
