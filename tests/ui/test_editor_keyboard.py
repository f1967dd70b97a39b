"""Building with the keyboard alone: extend the selection, move, wire, rename, insert, bypass."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from playground.document.graph import Edge
from playground.ui.editor.key_connect import KeyConnect
from playground.ui.editor.name_field import NameField
from tests.networks import CIRCLE, added, branched, chain, project
from tests.ui.canvases import SHIFT, CanvasBench

CONTROL = Qt.KeyboardModifier.ControlModifier
POPUPS = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT_KEY, RIGHT_KEY, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


def hold_control(bench: CanvasBench, *keys: Qt.Key) -> None:
    """Presses the keys while Ctrl is held; letting a key go would let go of Ctrl too."""
    for key in keys:
        QTest.keyPress(bench.view.canvas, key, CONTROL)
    QTest.keyRelease(bench.view.canvas, Qt.Key.Key_Control)


# --- selecting and moving ----------------------------------------------------------------------------------


def test_shift_and_an_arrow_key_extend_the_selection(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2"}))
    circle.key(RIGHT_KEY, SHIFT)
    circle.key(RIGHT_KEY, SHIFT)
    assert circle.focus.selection == {"n2", "n3", "n4"}
    circle.key(RIGHT_KEY)
    assert circle.focus.selection == {"n5"}


def test_shift_and_up_reach_the_other_branch(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    bench.focus.select(frozenset({"n6"}))
    bench.key(DOWN, SHIFT)
    assert bench.focus.selection == {"n6", "n7"}


def test_control_and_arrows_move_the_selected_cards_as_one_step(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2", "n3"}))
    before = {node: circle.scene.cards[node].pos() for node in circle.scene.cards}
    hold_control(circle, RIGHT_KEY, RIGHT_KEY, DOWN)
    for node in ("n2", "n3"):
        assert (circle.scene.cards[node].pos() - before[node]).toTuple() == (16, 8)
    assert circle.scene.cards["n4"].pos() == before["n4"]
    assert circle.document.undo_stack.count() == 1
    hold_control(circle, LEFT_KEY, UP)
    assert circle.document.undo_stack.count() == 2
    circle.document.undo_stack.undo()
    assert (circle.scene.cards["n2"].pos() - before["n2"]).toTuple() == (16, 8)
    circle.document.undo_stack.undo()
    assert circle.scene.cards["n2"].pos() == before["n2"]


def test_a_move_that_ends_where_it_began_is_no_step(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2"}))
    hold_control(circle, RIGHT_KEY, LEFT_KEY)
    assert circle.document.undo_stack.count() == 0


# --- wires -------------------------------------------------------------------------------------------------


@pytest.fixture
def loose(qtbot, tmp_path: Path) -> CanvasBench:
    """The circle network with a Dense layer n6 and an Add n7 that are not connected."""
    graph, _ = added(CIRCLE, ("dense", {"units": 3}))
    graph, _ = added(graph, "add")
    return CanvasBench(qtbot, tmp_path, project(graph))


def aimed(bench: CanvasBench) -> tuple[str, int]:
    assert isinstance(bench.scene.tool, KeyConnect)
    return bench.scene.tool.target


def test_c_arrows_and_enter_connect_two_layers(loose: CanvasBench) -> None:
    loose.focus.select(frozenset({"n2"}))
    loose.key(Qt.Key.Key_C)
    seen = [aimed(loose)]
    while seen[-1] != ("n6", 0):
        loose.key(RIGHT_KEY)
        assert aimed(loose) not in seen
        seen.append(aimed(loose))
    loose.key(Qt.Key.Key_Return)
    assert Edge("n2", "n6") in loose.graph.edges
    assert loose.scene.tool is None
    assert loose.document.undo_stack.count() == 1
    assert all(port.state in ("", "selected") for card in loose.scene.cards.values() for port in card.ports)


def test_ports_that_fit_are_offered_before_those_that_need_something_else(qtbot, tmp_path: Path) -> None:
    graph, _ = added(chain("image", "conv2d", "flatten", "dense", "classes"), "max_pool")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    bench.focus.select(frozenset({"n2"}))
    bench.key(Qt.Key.Key_C)
    assert aimed(bench) == ("n6", 0)
    states = {node: card.ports[0].state for node, card in bench.scene.cards.items()}
    assert states["n3"] == states["n6"] == "open" and states["n4"] == states["n5"] == "closed"
    tool = bench.scene.tool
    assert {node for node, _ in tool._candidates[:2]} == {"n3", "n6"}
    while aimed(bench) != ("n4", 0):
        bench.key(RIGHT_KEY)
    bench.key(Qt.Key.Key_Return)
    assert Edge("n2", "n4") in bench.graph.edges


def test_the_arrow_keys_go_round_all_ports_that_fit(loose: CanvasBench) -> None:
    loose.focus.select(frozenset({"n3"}))
    loose.key(Qt.Key.Key_C)
    start, found = aimed(loose), set()
    while aimed(loose) not in found:
        found.add(aimed(loose))
        loose.key(RIGHT_KEY)
    assert aimed(loose) == start
    assert found == {("n4", 0), ("n5", 0), ("n6", 0), ("n7", 0), ("n7", 1)}
    loose.key(LEFT_KEY)
    loose.key(RIGHT_KEY)
    assert aimed(loose) == start


def test_the_first_port_offered_is_a_free_one(loose: CanvasBench) -> None:
    loose.focus.select(frozenset({"n2"}))
    loose.key(Qt.Key.Key_C)
    assert aimed(loose)[0] in ("n6", "n7")


def test_add_takes_one_wire_more_than_it_has(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    bench.focus.select(frozenset({"n1"}))
    bench.key(Qt.Key.Key_C)
    found = set()
    while aimed(bench) not in found:
        found.add(aimed(bench))
        bench.key(DOWN)
    assert ("n4", 2) in found
    while aimed(bench) != ("n4", 2):
        bench.key(UP)
    bench.key(Qt.Key.Key_Enter)
    assert Edge("n1", "n4", 2) in bench.graph.edges


def test_escape_leaves_and_changes_nothing(loose: CanvasBench) -> None:
    before = loose.document.project
    loose.focus.select(frozenset({"n2"}))
    loose.key(Qt.Key.Key_C)
    loose.key(RIGHT_KEY)
    loose.key(Qt.Key.Key_Escape)
    assert loose.scene.tool is None
    assert loose.document.project is before
    assert loose.focus.selection == {"n2"}
    assert not any(card._target for card in loose.scene.cards.values())


def test_the_mouse_takes_over(loose: CanvasBench) -> None:
    loose.focus.select(frozenset({"n2"}))
    loose.key(Qt.Key.Key_C)
    loose.click(loose.header("n4"))
    assert loose.scene.tool is None
    assert loose.focus.selection == {"n4"}
    assert all(port.state in ("", "selected") for card in loose.scene.cards.values() for port in card.ports)


def test_no_wire_leaves_the_output(circle: CanvasBench, qtbot) -> None:
    circle.focus.select(frozenset({"n5"}))
    with qtbot.waitSignal(circle.view.hinted):
        circle.key(Qt.Key.Key_C)
    assert circle.scene.tool is None


def test_w_chooses_the_wires_of_a_layer_in_turn_and_delete_removes_one(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_W)
    assert circle.scene.selected_edge == Edge("n2", "n3")
    circle.key(Qt.Key.Key_W)
    assert circle.scene.selected_edge == Edge("n3", "n4")
    circle.key(Qt.Key.Key_W)
    assert circle.scene.selected_edge == Edge("n2", "n3")
    assert circle.focus.selection == frozenset()
    circle.key(Qt.Key.Key_Delete)
    assert Edge("n2", "n3") not in circle.graph.edges
    assert "n3" in circle.graph


def test_from_a_chosen_wire_the_arrow_keys_go_on_at_its_layer(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_W)
    circle.key(RIGHT_KEY)
    assert circle.focus.selection == {"n4"}
    assert circle.scene.selected_edge is None


def test_shift_c_disconnects_the_selected_layers(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_C, SHIFT)
    assert circle.graph.edges == (Edge("n1", "n2"), Edge("n4", "n5"))
    assert circle.document.undo_stack.count() == 1


@POPUPS
def test_a_layer_goes_into_a_wire_with_the_keyboard_alone(circle: CanvasBench, qtbot) -> None:
    for key in (RIGHT_KEY, RIGHT_KEY, Qt.Key.Key_W, Qt.Key.Key_W, Qt.Key.Key_Slash):
        circle.key(key)
    field = circle.view.findChild(QLineEdit, "popup_search")
    qtbot.keyClicks(field, "drop")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    new = circle.graph.nodes[-1].id
    assert {Edge("n2", new), Edge(new, "n3")} <= set(circle.graph.edges)


# --- names -------------------------------------------------------------------------------------------------


def name_field(bench: CanvasBench) -> NameField:
    return bench.view.findChild(NameField, "card_name")


def test_f2_renames_where_the_name_stands(circle: CanvasBench, qtbot) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_F2)
    field = name_field(circle)
    assert field.placeholderText() == "Dense 2"
    title = circle.scene.cards["n3"].rect()
    assert field.geometry().contains(circle.at(title.topLeft()) + field.rect().center() * 0.5)
    qtbot.keyClicks(field, "my layer")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert circle.graph.node("n3").name == "my layer"
    assert circle.scene.cards["n3"].state.title == "my layer"
    assert circle.document.undo_stack.undoText() == "Rename layer"
    assert circle.view.canvas.hasFocus()
    qtbot.waitUntil(lambda: name_field(circle) is None)


def test_escape_keeps_the_old_name(circle: CanvasBench, qtbot) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_F2)
    qtbot.keyClicks(name_field(circle), "other")
    qtbot.keyClick(name_field(circle), Qt.Key.Key_Escape)
    assert circle.document.undo_stack.count() == 0
    assert circle.focus.selection == {"n3"}


def test_a_click_elsewhere_keeps_the_new_name(circle: CanvasBench, qtbot) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_F2)
    qtbot.keyClicks(name_field(circle), "kept")
    circle.view.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert circle.graph.node("n3").name == "kept"


def test_the_field_follows_zoom_and_goes_with_its_layer(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n3"}))
    circle.key(Qt.Key.Key_F2)
    field = name_field(circle)
    before = field.geometry()
    circle.view.canvas.set_zoom(1.4)
    assert field.geometry() != before
    circle.document.apply("Delete", circle.document.project.with_graph(circle.graph.remove("n3")))
    assert not field.isVisible()
    assert "n3" not in circle.graph


# --- in the window -----------------------------------------------------------------------------------------


def test_in_the_window_letters_go_into_the_name(window, qtbot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window.workbench.editor.setFocus()
    window.models.focus.select(frozenset({"n3"}))
    qtbot.keyClick(window, Qt.Key.Key_F2)
    field = window.findChild(NameField, "card_name")
    assert field.hasFocus()
    for letter in "bempcw":
        qtbot.keyClick(window.focusWidget(), letter)
    assert field.text() == "bempcw"
    assert window.models.runner.state == "ready"
    assert not window.models.document.project.graph.node("n3").bypassed
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.models.document.project.graph.node("n3").name == "bempcw"
    assert window.models.focus.selection == {"n3"}


def test_the_window_connects_with_c(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    window.models.focus.select(frozenset({"n2"}))
    qtbot.keyClick(window, Qt.Key.Key_C)
    canvas = window.workbench.editor.canvas
    tool = window.workbench.editor.scene.tool
    assert isinstance(tool, KeyConnect)
    while tool.target != ("n4", 0):
        qtbot.keyClick(canvas, RIGHT_KEY)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert Edge("n2", "n4") in window.models.document.project.graph.edges


@POPUPS
def test_the_shortcut_help_lists_the_keys_of_the_editor(window) -> None:
    window.show_shortcuts()
    shown = {
        label.text()
        for label in window.findChild(object, "shortcut_help").findChildren(QLabel)
        if label.property("role") == "key"
    }
    assert {"C", "W", "Shift+C", "Shift+F", "M", "F2", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Ctrl+R", "/"} <= shown
    window.findChild(object, "shortcut_help").close()
