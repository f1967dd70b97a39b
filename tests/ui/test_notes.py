"""Notes: written, dragged, made wider, copied and deleted, with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit

from playground.catalog.catalogue import CATALOGUE
from playground.document import annotating
from playground.document.annotations import Note
from playground.document.graph_file import NOTE
from playground.document.project import from_json, to_json
from playground.ui.editor.note import NoteItem, laid_out, text_height
from playground.ui.editor.picking import wire_at
from tests.networks import CIRCLE, project
from tests.ui.canvases import SHIFT, CanvasBench

CTRL = Qt.KeyboardModifier.ControlModifier
TEXT = "The second layer bends what the first one cuts."


@pytest.fixture
def bench(qtbot, tmp_path: Path) -> CanvasBench:
    made = CanvasBench(qtbot, tmp_path, project(CIRCLE), (1400, 900))
    made.view.canvas.setFocus()
    return made


@pytest.fixture
def noted(bench: CanvasBench) -> CanvasBench:
    """A note below the network."""
    below = bench.scene.network_rect().bottom() + 40
    graph, _ = annotating.add_note(bench.graph, TEXT, 100, round(below), 200)
    bench.document.replace(bench.document.project.with_graph(graph), None)
    return bench


def note(bench: CanvasBench) -> Note:
    (found,) = bench.graph.notes
    return found


def item(bench: CanvasBench) -> NoteItem:
    (found,) = bench.scene.annotations.notes.values()
    return found


def field(bench: CanvasBench) -> QPlainTextEdit:
    (found,) = [text for text in bench.viewport.findChildren(QPlainTextEdit) if text.isVisible()]
    return found


def test_a_note_is_written_at_the_pointer(bench: CanvasBench) -> None:
    place = QPointF(300, bench.scene.network_rect().bottom() + 50)
    bench.move(place)
    bench.key(Qt.Key.Key_N, SHIFT)
    QTest.keyClicks(field(bench), "First line")
    QTest.keyClick(field(bench), Qt.Key.Key_Return)
    QTest.keyClicks(field(bench), "second b line")
    QTest.keyClick(field(bench), Qt.Key.Key_Return, CTRL)
    assert note(bench).text == "First line\nsecond b line"
    assert (QPointF(note(bench).x, note(bench).y) - place).manhattanLength() < 4
    assert bench.document.undo_stack.undoText() == "Add note"
    assert bench.scene.annotations.selected == note(bench).id
    bench.document.undo_stack.undo()
    assert bench.scene.annotations.notes == {}


def test_a_new_note_lies_beside_the_card_under_the_pointer_and_in_view(bench: CanvasBench) -> None:
    bench.view.fit()
    bench.move(bench.scene.cards["n3"].rect().center())
    bench.key(Qt.Key.Key_N, SHIFT)
    assert bench.viewport.rect().contains(field(bench).geometry())
    QTest.keyClicks(field(bench), "hidden?")
    QTest.keyClick(field(bench), Qt.Key.Key_Escape)
    assert not any(item(bench).rect().intersects(card.rect()) for card in bench.scene.cards.values())
    assert bench.viewport.rect().contains(bench.view.canvas.mapFromScene(item(bench).rect()).boundingRect())


def test_a_note_without_text_is_none(bench: CanvasBench) -> None:
    bench.key(Qt.Key.Key_N, SHIFT)
    bench.click(QPointF(bench.scene.network_rect().center().x(), bench.scene.network_rect().bottom() + 30))
    assert bench.graph.notes == ()
    assert bench.document.undo_stack.count() == 0


def test_escape_keeps_what_is_written_and_undo_brings_back_what_was(noted: CanvasBench) -> None:
    QTest.mouseDClick(noted.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                      noted.at(item(noted).rect().center()))  # fmt: skip
    assert field(noted).toPlainText() == TEXT
    QTest.keyClicks(field(noted), "Something else")
    QTest.keyClick(field(noted), Qt.Key.Key_Escape)
    assert note(noted).text == "Something else"
    noted.document.undo_stack.undo()
    assert note(noted).text == TEXT


def test_escape_in_an_emptied_note_keeps_what_was_there(noted: CanvasBench) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_Return)
    QTest.keyClick(field(noted), Qt.Key.Key_Delete)
    QTest.keyClick(field(noted), Qt.Key.Key_Escape)
    assert note(noted).text == TEXT


def test_a_note_breaks_its_lines_between_words(noted: CanvasBench) -> None:
    look, text = noted.scene.look, "Convolutional neighbourhoods overlap considerably, hyperparameters\ndecide"
    layout = laid_out(look, text, 180)
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    pieces = [layout.text()[line.textStart() : line.textStart() + line.textLength()].strip() for line in lines]
    assert " ".join(pieces).split() == text.split() and len(pieces) > 3
    assert all(line.naturalTextWidth() <= 180 for line in lines)
    # A word that is longer than a line is cut, so that none is lost.
    assert laid_out(look, "x" * 200, 100).lineCount() > 5
    assert text_height(look, text, 180) > text_height(look, text, 600)


def test_a_click_elsewhere_keeps_what_is_written(noted: CanvasBench) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_F2)
    QTest.keyClicks(field(noted), "Something else")
    noted.view.setFocus()
    assert note(noted).text == "Something else"
    assert noted.document.undo_stack.undoText() == "Change note"


def test_a_note_that_is_emptied_goes(noted: CanvasBench) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_Return)
    QTest.keyClick(field(noted), Qt.Key.Key_Delete)
    QTest.keyClick(field(noted), Qt.Key.Key_Return, CTRL)
    assert noted.graph.notes == ()


def test_a_text_that_is_too_long_is_cut_with_a_sentence(noted: CanvasBench, qtbot) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_F2)
    with qtbot.waitSignal(noted.view.hinted):
        field(noted).setPlainText("x" * (NOTE.max_length + 5))
    QTest.keyClick(field(noted), Qt.Key.Key_Return, CTRL)
    assert note(noted).text == "x" * NOTE.max_length


def test_what_is_pasted_into_a_note_can_be_saved_and_opened(noted: CanvasBench) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_F2)
    field(noted).setPlainText("tab\there, bell\x07 there")
    QTest.keyClick(field(noted), Qt.Key.Key_Return, CTRL)
    assert note(noted).text == "tab here, bell  there"
    assert from_json(to_json(noted.document.project), CATALOGUE) == noted.document.project


def test_a_drag_moves_a_note_as_one_step(noted: CanvasBench) -> None:
    start = item(noted).rect().center()
    noted.drag(start, start + QPointF(80, 43))
    assert (note(noted).x, note(noted).y % 20) == (180, 0)
    assert noted.document.undo_stack.count() == 1
    assert noted.document.undo_stack.undoText() == "Move note"


def select_all(bench: CanvasBench) -> None:
    """Draws a rubber band around everything."""
    around = bench.scene.network_rect().united(item(bench).rect()).adjusted(-15, -15, 15, 15)
    bench.view.fit()
    bench.drag(around.topLeft(), around.bottomRight())
    assert bench.scene.annotations.along == {note(bench).id} and len(bench.focus.selection) == len(bench.graph.nodes)


def test_a_drag_of_a_note_takes_along_all_that_is_selected_with_it(noted: CanvasBench) -> None:
    select_all(noted)
    before = {found.id: (found.x, found.y) for found in (*noted.graph.nodes, note(noted))}
    start = item(noted).rect().center()
    noted.drag(start, start + QPointF(80, 43))
    after = {found.id: (found.x, found.y) for found in (*noted.graph.nodes, note(noted))}
    ways = {(after[id][0] - before[id][0], after[id][1] - before[id][1]) for id in before}
    assert len(ways) == 1 and ways != {(0, 0)}
    assert {id: (card.pos().x(), card.pos().y()) for id, card in noted.scene.cards.items()} == {
        node.id: (node.x, node.y) for node in noted.graph.nodes
    }
    assert noted.document.undo_stack.count() == 1 and noted.document.undo_stack.undoText() == "Move layers"
    assert noted.scene.annotations.along == {note(noted).id}
    noted.document.undo_stack.undo()
    assert (note(noted).x, note(noted).y) == before[note(noted).id]


def test_a_click_on_a_note_that_is_selected_with_others_selects_it_alone(noted: CanvasBench) -> None:
    select_all(noted)
    noted.click(item(noted).rect().center())
    assert noted.scene.annotations.selected == note(noted).id and noted.focus.selection == frozenset()


def test_escape_puts_back_all_that_a_note_took_along(noted: CanvasBench) -> None:
    select_all(noted)
    places = {id: card.pos() for id, card in noted.scene.cards.items()}
    start, rect = item(noted).rect().center(), item(noted).rect()
    noted.press(start)
    noted.move(start + QPointF(60, 40))
    assert noted.scene.cards["n2"].pos() != places["n2"]
    noted.key(Qt.Key.Key_Escape)
    noted.release(start)
    assert {id: card.pos() for id, card in noted.scene.cards.items()} == places and item(noted).rect() == rect
    assert noted.document.undo_stack.count() == 0


def test_a_drag_of_the_right_edge_changes_the_width_and_the_height_follows(noted: CanvasBench) -> None:
    before = item(noted).rect()
    edge = QPointF(before.right(), before.center().y())
    noted.drag(edge, edge + QPointF(160, 0))
    assert note(noted).width == pytest.approx(360, abs=2)
    assert item(noted).rect().height() < before.height()
    noted.document.undo_stack.undo()
    assert item(noted).rect() == before


def test_delete_duplicate_and_undo(noted: CanvasBench) -> None:
    noted.click(item(noted).rect().center())
    noted.key(Qt.Key.Key_D, CTRL)
    first, second = noted.graph.notes
    assert (second.text, second.x, second.y) == (TEXT, first.x + 40, first.y + 40)
    assert noted.scene.annotations.selected == second.id
    noted.key(Qt.Key.Key_Delete)
    assert noted.graph.notes == (first,)
    noted.document.undo_stack.undo()
    assert noted.graph.notes == (first, second)


def test_the_keyboard_chooses_and_moves_a_note(noted: CanvasBench) -> None:
    noted.key(Qt.Key.Key_W, SHIFT)
    assert noted.view.canvas.accessibleDescription() == f"Note: {TEXT}"
    x = note(noted).x
    noted.key(Qt.Key.Key_Left, CTRL)
    assert note(noted).x == x - 8


def test_a_wire_over_a_note_is_hit_first(noted: CanvasBench) -> None:
    wire = next(iter(noted.scene.wires.values()))
    middle = wire.path.pointAtPercent(0.5)
    graph = annotating.set_note(noted.graph, Note(note(noted).id, TEXT, middle.x() - 100, middle.y() - 20, 200))
    noted.document.apply("Move note", noted.document.project.with_graph(graph))
    noted.click(middle)
    assert wire_at(noted.scene, middle) is wire
    assert noted.scene.selected_edge == wire.edge


def test_a_note_is_in_view_when_all_is_fitted(noted: CanvasBench) -> None:
    noted.view.fit()
    assert noted.view.canvas.seen_rect().contains(item(noted).rect())


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_of_the_empty_canvas_adds_a_note_there(window, qtbot) -> None:
    editor = window.workbench.editor
    canvas = editor.canvas
    place = QPoint(40, canvas.viewport().height() - 60)
    # The view moves a little, so that all of the note is in it.
    asked = canvas.mapToScene(place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.viewport().mapToGlobal(place))
    QApplication.sendEvent(canvas.viewport(), event)
    (menu,) = [menu for menu in canvas.findChildren(QMenu) if menu.isVisible()]
    action = next(action for action in menu.actions() if action.objectName() == "add_note")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    (text,) = [text for text in canvas.findChildren(QPlainTextEdit) if text.isVisible()]
    QTest.keyClicks(text, "Here")
    QTest.keyClick(text, Qt.Key.Key_Return, CTRL)
    (made,) = window.models.document.project.graph.notes
    assert (QPointF(made.x, made.y) - asked).manhattanLength() < 5
    assert canvas.seen_rect().contains(editor.scene.annotations.notes[made.id].rect())
