"""A click on a weight or a bias of the canvas sets it, as one step that undo takes back; so does typing in a matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from playground.app import Program
from playground.engine.loop import Loop
from playground.ui.editor.picking import bias_at
from playground.ui.editor.weight_field import WeightField
from playground.ui.inspector.connection_grid import ConnectionGrid
from tests.ui.canvases import tile
from tests.ui.stage import in_its_thread

LEFT, RIGHT_KEY = Qt.MouseButton.LeftButton, Qt.Key.Key_Right


class Hand:
    """The mouse on the canvas of a window with points, and what the network holds."""

    def __init__(self, qtbot, program: Program) -> None:
        self.qtbot, self.program, self.window = qtbot, program, program.window
        self.editor = program.window.workbench.editor
        self.scene, self.canvas = self.editor.scene, self.editor.canvas
        self.hints: list[str] = []
        self.scene.hinted.connect(self.hints.append)
        qtbot.waitUntil(lambda: self.scene.weight_wires.lines.total > 0)

    @property
    def steps(self) -> int:
        """How many undo steps there are."""
        return self.window.models.document.undo_stack.index()

    @property
    def field(self) -> WeightField | None:
        """The field over a number, while there is one."""
        found = [field for field in self.canvas.viewport().findChildren(WeightField) if field.isVisible()]
        return found[0] if found else None

    def weight(self, name: str, *index: int) -> float:
        """A number of the network in its thread."""

        def look(loop: Loop) -> float:
            return float(loop.runnables[0].network.get_parameter(name).detach()[index])

        return in_its_thread(self.qtbot, self.window.models.runner, look)

    def line(self, node: str, unit: int, source: int) -> QPointF:
        """A point of a weight wire at which it alone is meant."""
        wires = self.scene.weight_wires
        number = wires.lines.names.index((node, unit, source))
        course = (QPointF(x, y) for x, y in wires.lines.courses()[number].tolist())
        cards = [card.rect() for card in self.scene.cards.values()]
        return next(
            point for point in course if wires.near(point) == number and not any(card.contains(point) for card in cards)
        )

    def bias(self, node: str, unit: int) -> QPointF:
        """The square of a bias, once it is shown."""
        card = self.scene.cards[node]
        rect = tile(card.face, unit)
        place = QPointF(rect.left() - 6, rect.bottom() - 4)
        self.qtbot.waitUntil(lambda: bias_at(card, place) is not None)
        return place

    def point(self, place: QPointF) -> None:
        """Moves the pointer there."""
        spot = self.canvas.mapFromScene(place)
        QTest.mouseMove(self.canvas.viewport(), spot + self.canvas.mapFromScene(0, 3) - self.canvas.mapFromScene(0, 0))
        QTest.mouseMove(self.canvas.viewport(), spot)

    def click(self, place: QPointF) -> None:
        """Points there and clicks."""
        self.point(place)
        QTest.mouseClick(self.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, self.canvas.mapFromScene(place))

    def matrix(self, node: str) -> ConnectionGrid:
        """The connections of a layer in Build, in view and with its weights."""
        self.window.show_workspace("build")
        self.window.models.focus.select(frozenset({node}))
        grid = self.window.findChild(ConnectionGrid, "connection_grid")
        self.window.workbench.context.ensureWidgetVisible(grid)
        self.qtbot.waitUntil(lambda: grid.known)
        return grid

    def write(self, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        """Writes into the field that is open."""
        field = self.field
        assert field is not None
        QTest.keyClicks(field, text)
        QTest.keyClick(field, end)


@pytest.fixture
def hand(qtbot, program: Program) -> Hand:
    """The window with `spiral`."""
    return Hand(qtbot, program)


# -- weights --------------------------------------------------------------------------------------------------


def test_a_weight_under_the_pointer_says_its_value_and_that_a_click_sets_it(hand: Hand) -> None:
    value = hand.weight("n4.weight", 2, 3)
    hand.point(hand.line("n4", 2, 3))
    assert hand.scene.weight_pill.text == f"{value:+.2f}".replace("-", "−")
    assert hand.canvas.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert hand.hints[-1] == "A click sets this weight, Delete removes the connection."


def test_where_a_weight_lies_on_a_card_a_click_means_the_card(hand: Hand) -> None:
    card, wires = hand.scene.cards["n4"].rect(), hand.scene.weight_wires
    course = wires.lines.courses()[wires.lines.names.index(("n4", 2, 3))]
    place = next(
        QPointF(x, y) for x, y in course.tolist() if card.contains(QPointF(x, y)) and wires.near(QPointF(x, y))
    )
    hand.click(place)
    assert hand.hints[0] == "Delete removes this connection."
    assert hand.field is None and hand.window.models.focus.selection == {"n4"}


def test_a_click_on_a_weight_opens_a_field_and_what_is_typed_is_what_the_network_has(hand: Hand) -> None:
    before = hand.weight("n4.weight", 2, 3)
    selection = hand.window.models.focus.selection
    hand.click(hand.line("n4", 2, 3))
    assert hand.field is not None and hand.field.hasFocus()
    assert hand.field.text() == f"{before:.4g}".replace("-", "−") == hand.field.selectedText()
    hand.write("-1,5")
    assert hand.field is None and hand.canvas.hasFocus()
    assert hand.weight("n4.weight", 2, 3) == -1.5
    assert hand.steps == 1 and hand.window.models.focus.selection == selection
    hand.qtbot.waitUntil(
        lambda: hand.scene.weight_wires.lines.values[hand.scene.weight_wires.lines.names.index(("n4", 2, 3))] == -1.5
    )
    undo = hand.window.actions_table["undo"]
    assert undo.text() == "Undo Set weight"
    undo.trigger()
    assert hand.weight("n4.weight", 2, 3) == pytest.approx(before)
    hand.window.actions_table["redo"].trigger()
    assert hand.weight("n4.weight", 2, 3) == -1.5


def test_the_figures_and_the_boundary_are_those_of_the_number_that_was_set(hand: Hand) -> None:
    transport = hand.window.transport
    hand.qtbot.waitUntil(lambda: transport.test_loss.text != "–")
    before = transport.test_loss.text
    hand.click(hand.line("n5", 0, 1))
    hand.write("8")
    hand.qtbot.waitUntil(lambda: transport.test_loss.text not in ("–", before))
    hand.window.actions_table["undo"].trigger()
    hand.qtbot.waitUntil(lambda: transport.test_loss.text == before)


@pytest.mark.parametrize("text", ["abc", "1e9", "nan", "inf", "", "1.2.3"])
def test_what_is_no_number_is_refused_with_a_sentence(hand: Hand, text: str) -> None:
    before = hand.weight("n4.weight", 2, 3)
    hand.click(hand.line("n4", 2, 3))
    hand.field.clear()
    hand.write(text)
    assert hand.steps == 0 and hand.weight("n4.weight", 2, 3) == before
    assert hand.hints[-1] == f"“{text}” cannot be set. A number from −1 000 000 to 1 000 000 can.".replace(
        "1 000 000", "1\u202f000\u202f000"
    )


@pytest.mark.parametrize("end", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_escape_and_the_value_that_was_there_change_nothing(hand: Hand, end: Qt.Key) -> None:
    hand.click(hand.line("n4", 2, 3))
    hand.write("3" if end == Qt.Key.Key_Escape else "", end)
    assert hand.field is None and hand.steps == 0


def test_a_click_elsewhere_keeps_what_is_written(hand: Hand) -> None:
    hand.click(hand.line("n4", 2, 3))
    QTest.keyClicks(hand.field, "2")
    hand.click(hand.scene.cards["n2"].pos() + QPointF(40, 14))
    assert hand.field is None
    assert hand.weight("n4.weight", 2, 3) == 2


def test_a_drag_that_begins_on_a_weight_selects_and_sets_nothing(hand: Hand) -> None:
    card = hand.scene.cards["n4"].rect()
    start, end = hand.line("n4", 2, 3), card.bottomRight() + QPointF(4, 4)
    viewport, at = hand.canvas.viewport(), hand.canvas.mapFromScene
    QTest.mousePress(viewport, LEFT, Qt.KeyboardModifier.NoModifier, at(start))
    QTest.mouseMove(viewport, at((start + end) / 2))
    QTest.mouseMove(viewport, at(end))
    QTest.mouseRelease(viewport, LEFT, Qt.KeyboardModifier.NoModifier, at(end))
    assert hand.field is None and hand.steps == 0
    assert hand.window.models.focus.selection == {"n4"}


def test_a_double_click_on_a_weight_writes_no_note(hand: Hand) -> None:
    place = hand.line("n4", 2, 3)
    hand.click(place)
    viewport, spot = hand.canvas.viewport(), hand.canvas.mapFromScene(place)
    QTest.mouseDClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, spot)
    # Qt's own function does not let the button go.
    QTest.mouseRelease(viewport, LEFT, Qt.KeyboardModifier.NoModifier, spot)
    assert not hand.window.models.document.project.graph.notes and hand.steps == 0


# -- biases ---------------------------------------------------------------------------------------------------


def test_a_click_on_a_bias_sets_it(hand: Hand) -> None:
    before = hand.weight("n3.bias", 1)
    hand.point(hand.bias("n3", 1))
    assert hand.scene.weight_pill.text == f"bias {before:+.2f}".replace("-", "−")
    hand.click(hand.bias("n3", 1))
    assert hand.field.accessibleName() == "Bias"
    hand.write("0.75")
    assert hand.weight("n3.bias", 1) == 0.75
    assert hand.window.actions_table["undo"].text() == "Undo Set bias"
    hand.window.actions_table["undo"].trigger()
    assert hand.weight("n3.bias", 1) == pytest.approx(before)


def test_a_drag_that_begins_on_a_bias_moves_its_card(hand: Hand) -> None:
    before, start = hand.scene.cards["n3"].pos(), hand.bias("n3", 1)
    viewport, at = hand.canvas.viewport(), hand.canvas.mapFromScene
    QTest.mousePress(viewport, LEFT, Qt.KeyboardModifier.NoModifier, at(start))
    QTest.mouseMove(viewport, at(start + QPointF(0, 30)))
    QTest.mouseRelease(viewport, LEFT, Qt.KeyboardModifier.NoModifier, at(start + QPointF(0, 60)))
    assert hand.field is None and hand.scene.cards["n3"].pos() != before


# -- in a run -------------------------------------------------------------------------------------------------


def test_while_it_trains_training_goes_on_and_the_curves_say_so(hand: Hand) -> None:
    runner = hand.window.models.runner
    hand.window.training.toggle()
    hand.qtbot.waitUntil(lambda: len(runner.record.epochs) > 1)
    hand.click(hand.line("n5", 0, 1))
    hand.write("30")
    hand.qtbot.waitUntil(lambda: bool(runner.record.marks))
    assert runner.state == "training"
    (mark,) = runner.record.marks
    assert mark.rebuilt.edits == ("Set weight",) and mark.rebuilt.by_hand == ("n5",)
    place = runner.record.place
    hand.qtbot.waitUntil(lambda: runner.record.place > place)
    # Adam moves a weight by the learning rate in a step.
    assert hand.weight("n5.weight", 0, 1) > 20
    hand.window.training.toggle()


def test_reset_takes_it_back_and_undo_brings_it_again(hand: Hand) -> None:
    hand.click(hand.line("n4", 2, 3))
    hand.write("4")
    first = hand.weight("n4.weight", 2, 3)
    assert first == 4 and hand.window.training.trained
    hand.window.training.reset()
    hand.qtbot.waitUntil(lambda: not hand.window.training.trained)
    assert hand.weight("n4.weight", 2, 3) != 4
    hand.window.actions_table["undo"].trigger()
    hand.qtbot.waitUntil(lambda: hand.window.training.trained)
    assert hand.weight("n4.weight", 2, 3) == 4


def test_it_is_saved_with_the_project_though_nothing_was_trained(hand: Hand, tmp_path: Path) -> None:
    hand.click(hand.line("n4", 2, 3))
    hand.write("4")
    path = tmp_path / "set.nnp"
    hand.program.files._save(path)
    hand.qtbot.waitUntil(path.with_suffix(".safetensors").exists)
    assert not hand.window.models.document.modified
    hand.program.files.open_path(path)
    hand.qtbot.waitUntil(lambda: hand.program.training.weights == path.with_suffix(".safetensors"), timeout=10_000)
    assert hand.weight("n4.weight", 2, 3) == 4


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_over_a_weight_means_it_though_the_matrix_has_the_keyboard(hand: Hand, key: Qt.Key) -> None:
    window = hand.window
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n4"}))
    grid = window.findChild(ConnectionGrid, "connection_grid")
    grid.setFocus()
    hand.qtbot.waitUntil(lambda: hand.scene.weight_wires.lines.total > 0)
    hand.point(hand.line("n4", 2, 3))
    hand.qtbot.keyClick(grid, key)
    gone = "3-2" if key == Qt.Key.Key_Delete else ""
    assert window.models.document.project.graph.node("n4").params["removed"] == gone
    hand.scene.hover.leave()
    hand.qtbot.keyClick(grid, key)
    assert window.models.document.project.graph.node("n4").params["removed"] == f"0-0 {gone}".strip()


def test_a_number_taken_back_leaves_the_network_untrained(hand: Hand) -> None:
    progress, training = hand.window.transport.progress, hand.window.training
    assert progress.text == "Not trained"
    hand.click(hand.line("n4", 2, 3))
    hand.write("4")
    assert progress.text == "Set by hand" and training.trained
    hand.window.actions_table["undo"].trigger()
    assert progress.text == "Not trained" and not training.trained
    hand.window.actions_table["redo"].trigger()
    assert progress.text == "Set by hand"
    training.reset()
    hand.qtbot.waitUntil(lambda: progress.text == "Not trained")


# -- with the keyboard ----------------------------------------------------------------------------------------


def test_a_weight_is_typed_into_the_matrix_of_connections(hand: Hand) -> None:
    window, qtbot, grid = hand.window, hand.qtbot, hand.matrix("n4")
    grid.setFocus()
    for _ in range(3):
        qtbot.keyClick(grid, RIGHT_KEY)
    qtbot.keyClicks(grid, "-")

    def opened() -> QLineEdit:
        return next(found for found in window.findChildren(QLineEdit, "connection_weight") if found.isVisible())

    field = opened()
    assert field.hasFocus() and field.text() == "-"
    qtbot.keyClicks(field, "2,25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert hand.weight("n4.weight", 0, 3) == -2.25 and grid.hasFocus()
    qtbot.waitUntil(lambda: np.isclose(grid.numbers[0, 3], -2.25))
    assert not grid.missing.any()
    qtbot.keyClicks(grid, "9")
    qtbot.keyClick(opened(), Qt.Key.Key_Escape)
    assert hand.steps == 1 and grid.hasFocus()
    qtbot.keyClicks(grid, "7")
    qtbot.keyClicks(opened(), "x")
    qtbot.keyClick(opened(), Qt.Key.Key_Return)
    assert hand.steps == 1
    assert window.findChild(QLabel, "connection_note").text().startswith("“7x” cannot be set.")


def test_a_double_click_on_a_connection_sets_its_weight_as_one_step(hand: Hand) -> None:
    window, qtbot, grid = hand.window, hand.qtbot, hand.matrix("n4")
    place = grid.cell_rect(1, 2).center().toPoint()
    QTest.mouseClick(grid, LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(grid, LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(grid, LEFT, Qt.KeyboardModifier.NoModifier, place)
    field = next(found for found in window.findChildren(QLineEdit, "connection_weight") if found.isVisible())
    assert field.selectedText() == field.text() and not grid.missing.any() and hand.steps == 0
    qtbot.keyClicks(field, "1.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert hand.weight("n4.weight", 1, 2) == 1.5 and hand.steps == 1
