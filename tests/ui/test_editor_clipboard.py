"""Copy, cut and paste with real keys and the clipboard of the system, between windows too."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from playground.document.annotating import group
from playground.document.graph import Edge
from playground.document.project import to_json
from tests.networks import CIRCLE, DIGITS_MLP, project
from tests.ui.canvases import CanvasBench

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _empty_clipboard(qapp: QApplication) -> None:
    qapp.clipboard().clear()


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


def places(bench: CanvasBench, *nodes: str) -> list[tuple[float, float]]:
    return [(bench.graph.node(node).x, bench.graph.node(node).y) for node in nodes]


def test_copied_layers_are_pasted_with_their_wires_and_selected(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n1", "n2", "n3"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    assert circle.document.undo_stack.count() == 0
    circle.key(Qt.Key.Key_V, CONTROL)
    assert circle.focus.selection == {"n6", "n7"}
    assert Edge("n6", "n7") in circle.graph.edges
    assert circle.graph.node("n6").params == circle.graph.node("n2").params
    assert circle.document.undo_stack.undoText() == "Paste"
    circle.document.undo_stack.undo()
    assert set(circle.scene.cards) == {"n1", "n2", "n3", "n4", "n5"}


def test_every_paste_lies_further_off(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    for _ in range(3):
        circle.key(Qt.Key.Key_V, CONTROL)
    (x, y), *copies = places(circle, "n2", "n6", "n7", "n8")
    assert len({(x, y), *copies}) == 4
    rects = [card.rect() for card in circle.scene.cards.values()]
    assert not any(one.intersects(other) for one, other in combinations(rects, 2))
    circle.document.undo_stack.setIndex(0)
    circle.focus.select(frozenset({"n2"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    circle.key(Qt.Key.Key_V, CONTROL)
    assert places(circle, "n6") == [copies[0]]


def test_over_the_canvas_layers_are_pasted_at_the_pointer(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    circle.view.canvas.set_zoom(0.3)
    point = circle.scene.network_rect().bottomLeft() + QPointF(120, 260)
    circle.move(point)
    circle.key(Qt.Key.Key_V, CONTROL)
    assert circle.scene.cards["n6"].rect().contains(point)
    circle.key(Qt.Key.Key_V, CONTROL)
    (x, y), second = places(circle, "n6", "n7")
    rects = [circle.scene.cards[node].rect() for node in ("n6", "n7")]
    assert not rects[0].intersects(rects[1])
    assert second[0] >= x and second[1] >= y
    assert (x % 20, y % 20) == (0, 0)


def test_cut_heals_the_wires_and_paste_brings_the_layer_back(circle: CanvasBench) -> None:
    circle.graph.rename("n3", "mine")
    circle.click(circle.header("n3"))
    circle.key(Qt.Key.Key_X, CONTROL)
    assert "n3" not in circle.graph
    assert Edge("n2", "n4") in circle.graph.edges
    assert circle.document.undo_stack.undoText() == "Cut"
    circle.key(Qt.Key.Key_V, CONTROL)
    assert circle.graph.node("n6").params["units"] == 2


def test_names_bypass_and_stages_come_along(circle: CanvasBench) -> None:
    graph, _ = group(circle.graph.rename("n2", "first").set_bypassed("n3", True), ("n2", "n3"), "Body")
    circle.document.apply("Prepare", circle.document.project.with_graph(graph))
    circle.focus.select(frozenset({"n2", "n3"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    circle.key(Qt.Key.Key_V, CONTROL)
    first, second = sorted(circle.focus.selection)
    assert circle.graph.node(first).name == "first"
    assert circle.graph.node(second).bypassed
    assert [(stage.title, stage.nodes) for stage in circle.graph.stages] == [
        ("Body", ("n2", "n3")),
        ("Body", (first, second)),
    ]


def test_layers_travel_to_another_window(circle: CanvasBench, qtbot, tmp_path: Path) -> None:
    other = CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))
    circle.focus.select(frozenset({"n2", "n3"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    other.key(Qt.Key.Key_V, CONTROL)
    assert [node.params["units"] for node in other.graph.nodes[-2:]] == [4, 2]
    assert other.focus.selection == {node.id for node in other.graph.nodes[-2:]}
    seen = other.view.canvas.seen_rect()
    assert all(seen.intersects(other.scene.cards[node].rect()) for node in other.focus.selection)


def test_what_was_copied_far_away_is_pasted_into_view(circle: CanvasBench) -> None:
    far = circle.document.project.with_graph(circle.graph.move("n3", 50_000, -20_000))
    circle.document.apply("Move", far)
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_C, CONTROL)
    circle.view.fit()
    circle.view.canvas.set_zoom(1.0)
    circle.focus.select(frozenset())
    circle.view.canvas.reveal(circle.scene.cards["n2"].rect())
    seen = circle.view.canvas.seen_rect()
    circle.key(Qt.Key.Key_V, CONTROL)
    assert seen.intersects(circle.scene.cards["n6"].rect())


@pytest.mark.parametrize("text", ["", "a letter to a friend", '{"format": 1}'])
def test_a_clipboard_without_layers_is_refused_in_a_sentence(circle: CanvasBench, qtbot, text: str) -> None:
    before = to_json(circle.document.project)
    QApplication.clipboard().setText(text)
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.key(Qt.Key.Key_V, CONTROL)
    assert hint.args == ["The clipboard holds no layers."]
    assert to_json(circle.document.project) == before


def test_input_and_output_are_not_copied(circle: CanvasBench, qtbot) -> None:
    QApplication.clipboard().setText("as before")
    circle.focus.select(frozenset({"n1", "n5"}))
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.key(Qt.Key.Key_X, CONTROL)
    assert hint.args == ["Input and Output stay: every network has one of each."]
    assert QApplication.clipboard().text() == "as before"
    assert circle.document.undo_stack.count() == 0


# --- in the window -----------------------------------------------------------------------------------------


def test_the_window_copies_and_pastes_with_its_shortcuts(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    window.models.focus.select(frozenset({"n3", "n4"}))
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    graph = window.models.document.project.graph
    assert len(graph.nodes) == 8
    assert window.models.focus.selection == {node.id for node in graph.nodes[-2:]}


def test_in_a_text_field_the_keys_keep_their_usual_meaning(window, qtbot) -> None:
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n3"}))
    before = window.models.document.project.graph
    field = window.findChild(QLineEdit, "layer_form_node.name")
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    qtbot.keyClicks(field, "hidden")
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_X, CONTROL)
    assert QApplication.clipboard().text() == "hidden"
    assert field.text() == ""
    qtbot.keyClick(field, Qt.Key.Key_V, CONTROL)
    qtbot.keyClick(field, Qt.Key.Key_V, CONTROL)
    assert field.text() == "hiddenhidden"
    after = window.models.document.project.graph
    assert [node.id for node in after.nodes] == [node.id for node in before.nodes]
