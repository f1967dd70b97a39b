"""Where the keyboard is: it comes home after a switch, after Enter and after Escape, and edits only what is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton

from playground.document.shapes import shape_text
from playground.ui.command_search import CommandSearch
from playground.ui.controls.number_field import ParamField
from playground.ui.inspector.connection_grid import ConnectionGrid
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.shortcut_help import ShortcutHelp
from playground.ui.views.sheet import SheetView

EPOCHS = "training_form_epochs"
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def press(window, key, modifiers=NONE) -> None:
    """A key as the window system sends it: the window finds out who has the keyboard."""
    QTest.keyClick(window.windowHandle(), key, modifiers)


def focused(window) -> str:
    found = window.focusWidget()
    return found.objectName() if found is not None else ""


def click_card(window, node: str) -> None:
    editor = window.workbench.editor
    place = editor.canvas.mapFromScene(editor.scene.cards[node].rect().topLeft() + QPointF(30, 12))
    QTest.mouseClick(editor.canvas.viewport(), LEFT, NONE, place)
    assert window.models.focus.selection == {node}


def first(window, kind: str) -> str:
    return next(node.id for node in window.models.document.project.graph.nodes if node.kind == kind)


def type_into(window, field: QLineEdit, text: str) -> None:
    window.workbench.context.ensureWidgetVisible(field)
    QTest.mouseClick(field, LEFT, NONE, field.rect().center())
    field.selectAll()
    for letter in text:
        press(window, letter)


# -- where the keyboard goes --------------------------------------------------------------------------------------


def test_every_switch_gives_the_keyboard_to_what_the_workspace_is_about(make_program) -> None:
    window = make_program("digits-mlp").window
    for key, home in (("3", "drawing_paper"), ("2", "canvas"), ("4", "sheet_paper"), ("1", "canvas")):
        window.workbench.palette_area.focus_search()
        press(window, key, CONTROL)
        assert focused(window) == home
    press(window, "3", CONTROL)
    paper = window.findChild(object, "drawing_paper")
    QTest.mouseClick(paper, LEFT, NONE, paper.rect().center())
    press(window, "2", CONTROL)
    press(window, Qt.Key.Key_Space)
    assert window.training.running


def test_enter_in_a_number_field_gives_the_keyboard_back_so_that_space_trains(window) -> None:
    field = window.findChild(ParamField, EPOCHS)
    type_into(window, field, "12")
    press(window, Qt.Key.Key_Return)
    assert window.models.document.project.training.epochs == 12 and focused(window) == "canvas"
    press(window, Qt.Key.Key_Space)
    assert window.training.running and field.text() == "12"


def test_enter_after_a_bad_number_stays_in_the_field(window) -> None:
    field = window.findChild(ParamField, EPOCHS)
    type_into(window, field, "no")
    press(window, Qt.Key.Key_Return)
    assert window.focusWidget() is field and field.property("invalid")


def test_escape_brings_the_value_back_and_again_leaves_the_field(window) -> None:
    window.show_workspace("build")
    click_card(window, first(window, "dense"))
    press(window, Qt.Key.Key_Return)
    field = window.findChild(ParamField, "layer_form_units")
    assert window.focusWidget() is field
    before = field.text()
    press(window, "9")
    press(window, Qt.Key.Key_Escape)
    assert field.text() == before and window.focusWidget() is field
    press(window, Qt.Key.Key_Escape)
    assert focused(window) == "canvas" and field.text() == before


def test_what_is_no_number_goes_with_the_next_edit(window) -> None:
    window.show_workspace("build")
    node = first(window, "dense")
    click_card(window, node)
    field = window.findChild(ParamField, "layer_form_units")
    before = field.text()
    type_into(window, field, "rubbish")
    window.workbench.editor.setFocus()
    press(window, Qt.Key.Key_F2)
    for letter in "abc":
        press(window, letter)
    press(window, Qt.Key.Key_Return)
    assert window.models.document.project.graph.node(node).name == "abc"
    assert field.text() == before and not field.property("invalid")


def test_escape_lets_go_of_a_pinned_neuron(window) -> None:
    window.show_workspace("build")
    window.models.focus.pin_unit((first(window, "dense"), 1))
    window.workbench.editor.setFocus()
    press(window, Qt.Key.Key_Escape)
    assert window.models.focus.pinned is None


# -- what is not seen is not edited -------------------------------------------------------------------------------


def test_keys_in_inspect_leave_the_network_alone(make_program) -> None:
    window = make_program("digits-mlp").window
    window.show_workspace("inspect")
    window.models.focus.select(frozenset({first(window, "dense")}))
    before = window.models.document.project
    keys = [(Qt.Key.Key_Delete, NONE), (Qt.Key.Key_M, NONE), (Qt.Key.Key_F, SHIFT), (Qt.Key.Key_D, CONTROL),
            (Qt.Key.Key_L, CONTROL), (Qt.Key.Key_G, CONTROL), (Qt.Key.Key_X, CONTROL), (Qt.Key.Key_V, CONTROL),
            (Qt.Key.Key_R, CONTROL), (Qt.Key.Key_N, SHIFT), (Qt.Key.Key_C, SHIFT), (Qt.Key.Key_F2, NONE),
            (Qt.Key.Key_Slash, NONE)]  # fmt: skip
    for key, modifiers in keys:
        press(window, key, modifiers)
        assert QApplication.activePopupWidget() is None
    assert window.models.document.project == before
    assert not window.actions_table["delete"].isEnabled() and not window.actions_table["find_layer"].isEnabled()
    window.show_workspace("build")
    assert window.actions_table["delete"].isEnabled() and window.actions_table["find_layer"].isEnabled()
    press(window, Qt.Key.Key_Delete)
    assert window.models.document.project != before


def test_the_sheet_of_a_broken_network_says_what_is_wrong(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("inspect")
    window.models.focus.select(frozenset({first(window, "conv2d")}))
    sheet = window.findChild(SheetView, "sheet")
    qtbot.waitUntil(lambda: bool(sheet.paper.bands))
    document = window.models.document
    window.workbench.editor.insert_layer("dense")
    assert document.blocking is not None
    assert document.blocking.message in sheet.said and "Build" in sheet.said
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: sheet.said == "" and bool(sheet.paper.bands))


# -- the inspector ------------------------------------------------------------------------------------------------


def test_the_first_layer_that_is_selected_shows_its_own_weights(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("build")
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    click_card(window, first(window, "conv2d"))
    grid = window.findChild(KernelGrid)
    qtbot.waitUntil(lambda: bool(grid.numbers.any()) and grid.known, timeout=2000)
    curve = window.findChild(object, "activation_curve")
    assert window.findChild(QLabel, "kernel_note").text().startswith("Not typed in")
    if curve.isVisible():
        qtbot.waitUntil(lambda: curve.values is not None, timeout=2000)


def test_the_connections_of_the_first_layer_that_is_selected_are_its_own_and_named(window, qtbot) -> None:
    window.show_workspace("build")
    click_card(window, first(window, "dense"))
    grid = window.findChild(ConnectionGrid)
    qtbot.waitUntil(lambda: bool(grid.numbers.any()) and grid.known, timeout=2000)
    assert grid.sources and len(grid.sources) == grid.numbers.shape[1] and grid.sources[0].startswith("X")
    corner = grid.cell_rect(0, 0).topLeft()
    assert corner.x() > 8 and corner.y() > 8 and grid.cell_at(corner + QPointF(2, 2)) == (0, 0)
    assert grid.cell_at(QPointF(2, 2)) is None


def test_letters_belong_to_the_number_that_is_typed(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("build")
    node = first(window, "conv2d")
    click_card(window, node)
    grid = window.findChild(KernelGrid)
    window.workbench.context.ensureWidgetVisible(grid)
    QTest.mouseClick(grid, LEFT, NONE, grid.cell_rect(0, 0).center().toPoint())
    for letter in "1e3":
        press(window, letter)
    assert not window.training.running
    press(window, Qt.Key.Key_Tab)
    assert grid.cursor_place == (0, 1) and grid.hasFocus() and grid.numbers[0, 0] == 1000
    for letter in "-42000":
        press(window, letter)
    press(window, Qt.Key.Key_Tab)
    assert not window.training.running
    assert all(grid.texts()) and "…" not in grid.texts()
    for letter in "1r":
        press(window, letter)
    press(window, Qt.Key.Key_Return)
    assert window.findChild(QLabel, "kernel_message").text().endswith(", not 1r.")


def test_a_left_out_layer_says_what_arrives_and_a_bypassed_one_what_passes(window) -> None:
    window.show_workspace("build")
    node = [found.id for found in window.models.document.project.graph.nodes if found.kind == "dense"][1]
    click_card(window, node)
    shown = window.workbench.inspector
    arriving = shown._in.shape.text()
    assert arriving != "–"
    press(window, Qt.Key.Key_M)
    assert window.models.document.project.graph.node(node).bypassed
    assert (shown._in.shape.text(), shown._out.shape.text()) == (arriving, arriving)
    press(window, Qt.Key.Key_M)
    document = window.models.document
    edge = document.project.graph.outgoing(node)[0]
    document.apply("Remove wire", document.project.with_graph(document.project.graph.disconnect(edge)))
    assert (shown._in.shape.text(), shown._out.shape.text() != "–") == (arriving, True)


def test_several_layers_can_be_deleted_and_aligned_from_the_inspector(window, qtbot) -> None:
    window.show_workspace("build")
    nodes = [node.id for node in window.models.document.project.graph.nodes if node.kind == "dense"][:2]
    window.models.focus.select(frozenset(nodes))
    inspector = window.workbench.inspector
    assert inspector.several.isVisible() and inspector.properties.title.text() == "2 layers"
    assert not inspector.several.findChild(QToolButton, "distribute_across_button").isEnabled()
    top = inspector.several.findChild(QToolButton, "align_top_button")
    graph = window.models.document.project.graph.move(nodes[0], 0, 400)
    window.models.document.apply("Move", window.models.document.project.with_graph(graph))
    qtbot.mouseClick(top, LEFT)
    places = [window.models.document.project.graph.node(node).y for node in nodes]
    assert places[0] == places[1]
    qtbot.mouseClick(inspector.several.findChild(QPushButton, "several_delete"), LEFT)
    assert not any(node in window.models.document.project.graph for node in nodes)
    assert not inspector.several.isVisible()


def test_thousands_are_told_apart_in_shapes_and_titles(window) -> None:
    node = first(window, "dense")
    document = window.models.document
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param(node, "units", 2048)))
    state = window.workbench.editor.scene.cards[node].state
    assert state.title == "Dense 2\u202f048" and state.shape == "2\u202f048"
    assert any(" of 2\u202f048" in text for text in state.counts)
    assert shape_text((1, 28, 100_000)) == "28 × 100\u202f000 × 1"


# -- notes, search and help ---------------------------------------------------------------------------------------


def test_a_note_that_is_being_written_survives_escape(window) -> None:
    window.show_workspace("build")
    window.workbench.editor.setFocus()
    press(window, Qt.Key.Key_N, SHIFT)
    for letter in "kept":
        press(window, letter)
    press(window, Qt.Key.Key_Escape)
    assert [note.text for note in window.models.document.project.graph.notes] == ["kept"]
    assert not [field for field in window.findChildren(QPlainTextEdit) if field.isVisible() and not field.isReadOnly()]
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.models.document.project.graph.notes == ()


def test_the_command_search_is_as_high_as_what_it_finds(window, qtbot) -> None:
    press(window, Qt.Key.Key_K, CONTROL)
    search = window.findChild(CommandSearch)
    full = search.height()
    qtbot.keyClicks(search.field, "full screen")
    assert search.list.count() >= 1 and search.height() < full - (9 - search.list.count()) * 20
    item = search.list.visualItemRect(search.list.item(search.list.count() - 1))
    assert search.list.viewport().rect().contains(item)
    qtbot.keyClicks(search.field, "zzzz")
    assert not search.list.isVisible() and search.height() < 60
    search.field.clear()
    assert search.height() == full
    search.close()


def test_undo_and_redo_have_their_own_names_in_the_shortcut_help(window) -> None:
    document = window.models.document
    document.apply("Use the data", document.project.with_training(epochs=7))
    document.undo_stack.undo()
    assert window.actions_table["redo"].text() != "Redo"
    window.show_shortcuts()
    shown = window.findChild(ShortcutHelp)
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert "Redo" in texts and "Undo" in texts and not any("Use the data" in text for text in texts)
    shown.close()
