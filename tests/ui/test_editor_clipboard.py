"""Copy, cut and paste with real keys and the clipboard of the system, between windows too."""

from __future__ import annotations

import functools
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from playground.document.annotating import add_note, group
from playground.document.graph import Edge
from playground.document.project import to_json
from tests.networks import CIRCLE, DIGITS_MLP, branched, project
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


@pytest.mark.parametrize(("key", "done"), [(Qt.Key.Key_C, "copied"), (Qt.Key.Key_X, "cut")])
def test_what_is_left_out_of_a_copy_is_said(circle: CanvasBench, key: Qt.Key, done: str) -> None:
    said: list[str] = []
    circle.view.hinted.connect(said.append)
    circle.key(Qt.Key.Key_A, CONTROL)
    circle.key(key, CONTROL)
    assert said == [f"3 of 5 layers are {done}: Input and Output stay."]
    circle.document.undo_stack.setIndex(0)
    circle.focus.select(frozenset({"n4", "n5"}))
    circle.key(key, CONTROL)
    assert said[1:] == [f"1 of 2 layers is {done}: Output stays."]
    circle.document.undo_stack.setIndex(0)
    circle.focus.select(frozenset({"n2", "n3"}))
    circle.key(key, CONTROL)
    assert len(said) == 2


# --- cut and put back --------------------------------------------------------------------------------------


def test_all_layers_cut_and_pasted_stand_between_input_and_output_again(circle: CanvasBench) -> None:
    before = places(circle, "n2", "n3", "n4")
    circle.key(Qt.Key.Key_A, CONTROL)
    circle.key(Qt.Key.Key_X, CONTROL)
    circle.move(circle.scene.network_rect().center())
    circle.key(Qt.Key.Key_V, CONTROL)
    assert set(circle.graph.edges) == {Edge("n1", "n6"), Edge("n6", "n7"), Edge("n7", "n8"), Edge("n8", "n5")}
    assert places(circle, "n6", "n7", "n8") == before
    assert circle.document.problems == () and circle.focus.selection == {"n6", "n7", "n8"}
    assert circle.document.undo_stack.count() == 2
    circle.key(Qt.Key.Key_V, CONTROL)
    assert circle.graph.incoming("n9") == () and circle.graph.outgoing("n11") == ()


def test_a_layer_goes_back_into_its_stage_and_its_wire(circle: CanvasBench) -> None:
    graph, _ = group(circle.graph, ("n2", "n3"), "Body")
    circle.document.apply("Group", circle.document.project.with_graph(graph))
    circle.click(circle.header("n3"))
    circle.key(Qt.Key.Key_X, CONTROL)
    circle.key(Qt.Key.Key_V, CONTROL)
    new = circle.graph.nodes[-1].id
    assert {Edge("n2", new), Edge(new, "n4")} <= set(circle.graph.edges)
    assert circle.graph.stages[0].nodes == ("n2", new)


def test_after_another_edit_or_for_another_wire_layers_are_pasted_by_themselves(circle: CanvasBench) -> None:
    circle.click(circle.header("n3"))
    circle.key(Qt.Key.Key_X, CONTROL)
    circle.view.canvas.commands.insert_behind("n4", "dense")
    circle.key(Qt.Key.Key_V, CONTROL)
    new = circle.graph.nodes[-1].id
    assert circle.graph.incoming(new) == () and Edge("n2", "n4") in circle.graph.edges
    circle.document.undo_stack.setIndex(0)
    circle.key(Qt.Key.Key_V, CONTROL)
    assert Edge("n2", "n3") in circle.graph.edges and circle.graph.incoming(circle.graph.nodes[-1].id) == ()


def test_layers_of_a_branch_are_pasted_by_themselves(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    bench.key(Qt.Key.Key_A, CONTROL)
    bench.key(Qt.Key.Key_X, CONTROL)
    left = bench.graph.edges
    bench.key(Qt.Key.Key_V, CONTROL)
    assert set(left) <= set(bench.graph.edges)
    ends = {bench.graph.nodes[0].id, bench.graph.nodes[1].id}
    assert all(edge in left for edge in bench.graph.edges if {edge.source, edge.target} & ends)


# --- notes and stages --------------------------------------------------------------------------------------


@pytest.fixture
def noted(circle: CanvasBench) -> CanvasBench:
    """A note below n3, and n2 and n3 in a stage."""
    card = circle.scene.cards["n3"].rect()
    graph, _ = add_note(circle.graph, "Watch this", card.left(), card.bottom() + 60, 160)
    graph, _ = group(graph, ("n2", "n3"), "Body", "learns")
    circle.document.replace(circle.document.project.with_graph(graph), None)
    circle.view.fit()
    return circle


def band_over(bench: CanvasBench, *rects: QRectF) -> None:
    """Drags a band over these from the empty canvas."""
    rect = functools.reduce(QRectF.united, rects)
    bench.drag(rect.bottomRight() + QPointF(6, 6), rect.topLeft() - QPointF(2, 2))


def note_rect(bench: CanvasBench, number: int = 0) -> QRectF:
    return [*bench.scene.annotations.notes.values()][number].rect()


def test_cards_and_a_note_under_one_band_are_copied_together_and_pasted_beside(noted: CanvasBench) -> None:
    band_over(noted, noted.scene.cards["n3"].rect(), note_rect(noted))
    (note,) = noted.graph.notes
    assert noted.focus.selection == {"n3"} and noted.scene.annotations.along == {note.id}
    noted.key(Qt.Key.Key_C, CONTROL)
    noted.move(QPointF(noted.scene.network_rect().center().x(), noted.scene.network_rect().bottom() + 20))
    noted.key(Qt.Key.Key_V, CONTROL)
    copy, (_, other), card = noted.graph.nodes[-1], noted.graph.notes, noted.graph.node("n3")
    assert (other.text, other.width) == ("Watch this", 160) and noted.document.undo_stack.count() == 1
    assert (other.x - copy.x, other.y - copy.y) == (note.x - card.x, note.y - card.y)
    assert noted.focus.selection == {copy.id} and noted.scene.annotations.along == {other.id}
    assert not note_rect(noted, 1).intersects(note_rect(noted))
    noted.document.undo_stack.undo()
    assert noted.graph.notes == (note,) and len(noted.graph.nodes) == 5


def test_what_is_selected_together_moves_and_goes_together(noted: CanvasBench) -> None:
    band_over(noted, noted.scene.cards["n3"].rect(), note_rect(noted))
    (note,), card = noted.graph.notes, noted.graph.node("n3")
    start = noted.header("n3")
    noted.drag(start, start + QPointF(0, 60))
    moved, moved_card = noted.graph.notes[0], noted.graph.node("n3")
    assert moved.y - note.y == moved_card.y - card.y > 40 and moved.x - note.x == moved_card.x - card.x
    noted.key(Qt.Key.Key_Right, CONTROL)
    assert (noted.graph.notes[0].x - moved.x, noted.graph.node("n3").x - moved_card.x) == (8, 8)
    assert noted.document.undo_stack.count() == 2
    noted.key(Qt.Key.Key_Delete)
    assert noted.graph.notes == () and "n3" not in noted.graph and noted.document.undo_stack.count() == 3
    noted.document.undo_stack.setIndex(0)
    assert noted.graph.notes == (note,) and noted.graph.node("n3") == card
    band_over(noted, noted.scene.cards["n3"].rect(), note_rect(noted))
    noted.click(noted.header("n3"))
    assert noted.scene.annotations.along == frozenset()


def test_a_note_is_cut_and_pasted_by_itself(noted: CanvasBench) -> None:
    noted.click(note_rect(noted).center())
    noted.key(Qt.Key.Key_X, CONTROL)
    assert noted.graph.notes == () and noted.document.undo_stack.undoText() == "Cut"
    noted.key(Qt.Key.Key_V, CONTROL)
    (pasted,) = noted.graph.notes
    assert pasted.text == "Watch this" and noted.scene.annotations.selected == pasted.id


def test_a_stage_is_copied_by_its_frame_with_all_of_its_cards(noted: CanvasBench) -> None:
    (stage,) = noted.scene.annotations.stages.values()
    noted.click(stage.title_rect().center())
    assert noted.scene.annotations.item is stage
    noted.key(Qt.Key.Key_D, CONTROL)
    assert [(made.title, made.words, len(made.nodes)) for made in noted.graph.stages] == [("Body", "learns", 2)] * 2
    assert noted.focus.selection == set(noted.graph.stages[1].nodes)
    frames = [item.rect() for item in noted.scene.annotations.stages.values()]
    assert not frames[0].intersects(frames[1])
    noted.document.undo_stack.undo()
    noted.click(noted.scene.annotations.stages[stage.stage.id].title_rect().center())
    noted.key(Qt.Key.Key_X, CONTROL)
    assert noted.graph.stages == () and {"n2", "n3"}.isdisjoint(node.id for node in noted.graph.nodes)
    noted.key(Qt.Key.Key_V, CONTROL)
    assert [made.title for made in noted.graph.stages] == ["Body"] and len(noted.graph.nodes) == 5


def test_everything_travels_to_another_window(noted: CanvasBench, qtbot, tmp_path: Path) -> None:
    other = CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))
    noted.key(Qt.Key.Key_A, CONTROL)
    noted.key(Qt.Key.Key_C, CONTROL)
    other.key(Qt.Key.Key_V, CONTROL)
    assert [note.text for note in other.graph.notes] == ["Watch this"]
    assert [stage.title for stage in other.graph.stages] == ["Body"]
    assert other.focus.selection == {node.id for node in other.graph.nodes[-3:]}


def test_a_damaged_note_on_the_clipboard_is_refused_in_a_sentence(noted: CanvasBench, qtbot) -> None:
    noted.click(note_rect(noted).center())
    noted.key(Qt.Key.Key_C, CONTROL)
    QApplication.clipboard().setText(QApplication.clipboard().text().replace('"width": 160', '"width": -3'))
    with qtbot.waitSignal(noted.view.hinted) as hint:
        noted.key(Qt.Key.Key_V, CONTROL)
    assert hint.args[0].startswith("The layers on the clipboard cannot be read: graph.notes[0]")
    assert len(noted.graph.notes) == 1


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
