"""Where cards go: what an edit inserts, cures, grows or pastes covers nothing, and stays in view."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton

from playground.catalog.checks import with_dataset
from playground.ui.editor.edits import is_end
from playground.ui.editor.stage import StageItem
from playground.ui.editor.view import EditorView
from tests.networks import CIRCLE, SMALL_CNN, chain, project
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


def test_a_wire_that_makes_a_card_larger_covers_nothing(make_program) -> None:
    window = make_program("digits-cnn").window
    editor, document = window.workbench.editor, window.models.document
    graph = document.project.graph
    (dropout,), (conv, _) = kinds(editor, "dropout"), kinds(editor, "conv2d")
    before = editor.scene.cards[dropout].rect()
    wired = graph.disconnect(graph.incoming(dropout)[0]).connect(conv, dropout)
    document.apply("Connect", document.project.with_graph(wired))
    assert editor.scene.cards[dropout].rect().width() > before.width()
    assert covered(editor) == []


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
    boxes = [control.geometry() for control in (editor._mode_controls, editor._zoom_controls, editor._scope)]
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))
    assert whole(editor)
    top = editor.canvas.viewportTransform().mapRect(editor.scene.network_rect()).top()
    assert top > boxes[1].bottom()


def assert_controls_are_whole(editor: EditorView) -> None:
    """Every control lies on the canvas, covers no other, and shows all of its text."""
    shown = [control for control in editor._controls if control.isVisible() and not control.size().isEmpty()]
    assert all(editor.rect().contains(control.geometry()) for control in shown)
    assert not any(a.geometry().intersects(b.geometry()) for a, b in combinations(shown, 2))
    for control in shown:
        for button in control.findChildren(QAbstractButton):
            if button.isVisible():
                needed = min(button.sizeHint().width(), button.maximumWidth())
                assert button.width() >= needed, button.objectName()
                assert control.rect().contains(QRect(button.mapTo(control, QPoint()), button.size()))


@pytest.mark.parametrize("name", ["circle", "digits-cnn"])
@pytest.mark.parametrize("size", [(1280, 800), (1180, 720)])
def test_no_control_on_the_canvas_is_cut_at_any_zoom(make_program, qtbot, name: str, size: tuple[int, int]) -> None:
    window = make_program(name, ready=False).window
    editor = window.workbench.editor
    window.resize(*size)
    for zoom in (1.0, 1.25, 1.5, 1.75):
        window.models.theme.switch(zoom=zoom)
        for workspace, selection in (("build", {"n2"}), ("build", set()), ("train", set())):
            window.show_workspace(workspace)
            window.models.focus.select(frozenset(selection))
            qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
            for _ in range(5):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            assert_controls_are_whole(editor)


def test_lay_out_becomes_an_icon_where_room_is_short_and_does_the_same(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(SMALL_CNN, "digits"))
    bench.view.set_workspace("build")
    text, icon = (bench.view.findChild(QAbstractButton, f"canvas_lay_out{end}") for end in ("", "_icon"))
    assert text.isVisible() and not icon.isVisible()
    needed = sum(control.sizeHint().width() for control in bench.view._controls[:2])
    bench.view.resize(needed + bench.view._zoom_controls.width_of(key=False) + 30, 500)
    assert icon.isVisible() and not text.isVisible()
    assert (icon.toolTip(), icon.accessibleName()) == ("Lay out", "Lay out")
    assert_controls_are_whole(bench.view)
    bench.document.apply("Move", bench.document.project.with_graph(bench.graph.move("n3", 700, 900)))
    QTest.mouseClick(icon, Qt.MouseButton.LeftButton)
    assert bench.graph.node("n3").y < 700
    # Still narrower, the buttons stand in a second row, where there is room for the text again.
    second = bench.view._edit_controls.width_of(short=False) + bench.view._zoom_controls.width_of(key=False)
    bench.view.resize(max(second + 12, bench.view._mode_controls.width()) + 30, 500)
    assert bench.view._edit_controls.y() > bench.view._mode_controls.y()
    assert text.isVisible() and not icon.isVisible()
    assert_controls_are_whole(bench.view)


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


# --- there and back ----------------------------------------------------------------------------------------


EXAMPLES = ("circle", "digits-mlp", "digits-cnn", "fashion-cnn", "lenet-5", "two-sizes", "residual")


def places(editor: EditorView) -> dict[str, tuple[float, float]]:
    return {node.id: (node.x, node.y) for node in editor._models.document.project.graph.nodes}


def inner(editor: EditorView) -> list[str]:
    project = editor._models.document.project
    return [node.id for node in project.graph.nodes if not is_end(project, node.id)]


@pytest.mark.parametrize("name", ["digits-cnn", "residual", "two-sizes"])
def test_bypassed_and_back_every_card_is_where_it_was(make_program, name: str) -> None:
    window = make_program(name, ready=False).window
    editor = window.workbench.editor
    before, moved = places(editor), False
    for node in inner(editor):
        window.models.focus.select(frozenset({node}))
        QTest.keyClick(editor.canvas, Qt.Key.Key_M)
        assert covered(editor) == []
        moved = moved or places(editor) != before
        QTest.keyClick(editor.canvas, Qt.Key.Key_M)
        assert places(editor) == before
    assert moved


def test_what_was_dragged_meanwhile_stays_where_it_was_dragged_to(make_program) -> None:
    window = make_program("digits-cnn", ready=False).window
    editor = window.workbench.editor
    before = places(editor)
    (flatten,), (output,) = kinds(editor, "flatten"), kinds(editor, "classes")
    window.models.focus.select(frozenset({flatten}))
    editor.canvas.commands.bypass()
    window.models.focus.select(frozenset({output}))
    editor.canvas.commands.nudge(0, 160, 1)
    window.models.focus.select(frozenset({flatten}))
    editor.canvas.commands.bypass()
    x, y = before[output]
    assert places(editor) == {**before, output: (x, y + 160)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_bypass_delete_and_undo_in_any_order_cover_nothing_and_undo_gives_all_places_back(
    make_program, name: str
) -> None:
    window = make_program(name, ready=False).window
    editor, stack, luck = window.workbench.editor, window.models.document.undo_stack, random.Random(name)
    before = window.models.document.project
    for _ in range(30):
        nodes = inner(editor)
        if stack.canUndo() and (not nodes or luck.random() < 0.35):
            stack.undo()
        else:
            window.models.focus.select(frozenset({luck.choice(nodes)}))
            (editor.canvas.commands.delete if luck.random() < 0.25 else editor.canvas.commands.bypass)()
        assert covered(editor) == []
    stack.setIndex(0)
    assert window.models.document.project == before


def below_controls(editor: EditorView) -> list[str]:
    """Cards and frames that lie below a control of the canvas, or not wholly in view."""
    items = {**editor.scene.cards, **editor.scene.annotations.stages}
    shown = (editor._edit_controls, editor._zoom_controls, editor._scope)
    controls = [QRectF(control.geometry()) for control in shown if control.isVisible()]
    rects = {id: editor.canvas.viewportTransform().mapRect(item.rect()) for id, item in items.items()}
    seen = QRectF(editor.canvas.viewport().rect())
    return [id for id, rect in rects.items() if not seen.contains(rect) or any(map(rect.intersects, controls))]


@pytest.mark.parametrize("name", ["circle", "two-sizes", "residual"])
def test_a_fitted_network_stays_free_of_the_controls_after_every_edit(make_program, name: str) -> None:
    window = make_program(name, ready=False).window
    window.show_workspace("build")
    editor, stack, luck = window.workbench.editor, window.models.document.undo_stack, random.Random(name)
    editor.canvas.fit()
    commands = editor.canvas.commands
    for _ in range(20):
        window.models.focus.select(frozenset(luck.sample(inner(editor), min(2, len(inner(editor))))))
        do = luck.choice((commands.bypass, editor.canvas.annotating.group, commands.duplicate, stack.undo))
        do()
        editor.canvas.setFocus()
        assert below_controls(editor) == []
