"""The PyTorch code in the window: always that of the network, marked, copied and saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QPlainTextEdit, QPushButton, QToolButton

from playground.document.shapes import Problem
from playground.engine.export.script import Scaling, write_script
from playground.ui.code_view import COLORS
from playground.ui.theme import Theme
from tests.ui.stage import tell_data

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def building(window, qtbot):
    """The window in Build with the code in view, brought there by the mouse."""
    window.show_workspace("build")
    qtbot.mouseClick(window.findChild(QToolButton, "bottom_tabs_code"), LEFT)
    return window


def editor(window) -> QPlainTextEdit:
    """What shows the code."""
    return window.findChild(QPlainTextEdit, "code")


def test_the_tab_shows_the_code_of_the_network(building) -> None:
    shown = editor(building)
    assert shown.isVisible() and shown.isReadOnly()
    assert shown.toPlainText() == write_script(building.models.document.project).text


def test_every_edit_and_undo_is_in_the_code_at_once(building) -> None:
    document = building.models.document
    before = editor(building).toPlainText()
    project = document.project
    document.apply("Set units", project.with_graph(project.graph.set_param("n2", "units", 7)))
    assert ", 7)\n        self.dense_2 = nn.Linear(7, " in editor(building).toPlainText()
    document.apply("Set rate", document.project.with_training(learning_rate=0.5))
    assert "lr=0.5" in editor(building).toPlainText()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert editor(building).toPlainText() == before


def test_code_out_of_view_is_not_written(building, qtbot, monkeypatch) -> None:
    qtbot.mouseClick(building.findChild(QToolButton, "bottom_tabs_summary"), LEFT)
    written = []
    from playground.ui import code_text

    original = code_text.write_script
    monkeypatch.setattr(code_text, "write_script", lambda *given: written.append(given) or original(*given))
    document = building.models.document
    for units in (5, 6, 7):
        project = document.project
        document.apply("Set units", project.with_graph(project.graph.set_param("n2", "units", units)))
    assert written == []
    qtbot.mouseClick(building.findChild(QToolButton, "bottom_tabs_code"), LEFT)
    assert len(written) == 1 and ", 7)\n        self.dense_2 = nn.Linear(7, " in editor(building).toPlainText()


def test_a_problem_stands_in_place_of_old_code(building) -> None:
    document = building.models.document
    graph = document.project.graph
    document.apply("Remove wire", document.project.with_graph(graph.disconnect(graph.incoming("n4")[0])))
    problem = document.blocking
    assert isinstance(problem, Problem)
    label = building.findChild(QLabel, "code_problem")
    assert label.isVisible() and label.text() == f"There is no code yet. {problem.message}"
    assert not editor(building).isVisible() and editor(building).toPlainText() == ""
    document.undo_stack.undo()
    assert editor(building).isVisible() and "class Network" in editor(building).toPlainText()


def test_the_lines_of_selected_layers_are_marked_and_in_view(building) -> None:
    models, shown = building.models, editor(building)
    models.focus.select(frozenset({"n3"}))
    script = write_script(models.document.project)
    marks = shown.extraSelections()
    assert [mark.cursor.blockNumber() for mark in marks] == list(script.lines["n3"])
    assert all("dense_2" in mark.cursor.block().text() for mark in marks)
    assert marks[0].format.background().color() == models.theme.color("accent.tint")
    bar = shown.verticalScrollBar()
    assert bar.value() <= script.lines["n3"][0] < bar.value() + bar.pageStep()
    models.theme.switch("light")
    assert shown.extraSelections()[0].format.background().color() == models.theme.color("accent.tint")
    models.focus.select(frozenset())
    assert shown.extraSelections() == []


def test_copy_puts_all_of_it_on_the_clipboard_and_says_so(building, qtbot) -> None:
    button = building.findChild(QPushButton, "copy_code_button")
    QGuiApplication.clipboard().clear()
    width = button.width()
    qtbot.mouseClick(button, LEFT)
    assert QGuiApplication.clipboard().text() == editor(building).toPlainText()
    assert button.text().endswith("Copied") and button.accessibleName() == "Copied"
    assert building.status.hint.text() == "The PyTorch code is copied."
    qtbot.waitUntil(lambda: button.text().endswith("Copy"), timeout=5_000)
    assert button.width() == width


def test_copy_without_code_says_why(building) -> None:
    document = building.models.document
    graph = document.project.graph
    document.apply("Remove wire", document.project.with_graph(graph.disconnect(graph.incoming("n4")[0])))
    QGuiApplication.clipboard().setText("mine")
    building.actions_table["copy_code"].trigger()
    building.actions_table["save_code"].trigger()
    assert QGuiApplication.clipboard().text() == "mine"
    assert building.findChild(QFileDialog, "code_dialog") is None


def test_save_asks_for_a_file_and_writes_it(building, qtbot, tmp_path: Path) -> None:
    qtbot.mouseClick(building.findChild(QToolButton, "save_code_button"), LEFT)
    dialog = building.findChild(QFileDialog, "code_dialog")
    assert dialog.isVisible() and dialog.selectedFiles()[0].endswith("network.py")
    file = tmp_path / "mine.py"
    dialog.fileSelected.emit(str(file))
    dialog.close()
    assert file.read_text("utf-8") == editor(building).toPlainText()
    assert building.status.hint.text() == "mine.py is saved."


def test_a_file_that_cannot_be_written_is_told(building, qtbot, tmp_path: Path) -> None:
    with qtbot.waitSignal(building.workbench.bottom.export.failed) as told:
        building.workbench.bottom.export._on_file_to_save(str(tmp_path / "none" / "mine.py"))
    assert told.args[0].startswith("mine.py was not saved")


def test_the_action_brings_the_code_into_view_from_anywhere(window) -> None:
    window.show_workspace("train")
    window.actions_table["show_code"].trigger()
    assert window.workbench.workspace.name == "build" and editor(window).isVisible()


def test_only_the_page_in_view_has_its_buttons(building, qtbot) -> None:
    names = ("copy_code_button", "save_code_button", "copy_summary_button")
    assert [building.findChild(QAbstractButton, name).isVisible() for name in names] == [True, True, False]
    qtbot.mouseClick(building.findChild(QToolButton, "bottom_tabs_summary"), LEFT)
    assert [building.findChild(QAbstractButton, name).isVisible() for name in names] == [False, False, True]


def test_the_names_of_the_tabs_come_before_the_text_of_a_button(building, qtbot) -> None:
    copy = building.findChild(QAbstractButton, "copy_code_button")
    assert copy.text().strip() == "Copy"
    building.models.focus.select(frozenset({"n2"}))
    building.models.theme.switch(zoom=1.75)
    building.actions_table["show_code"].trigger()
    tabs = building.workbench.bottom.tabs
    qtbot.waitUntil(lambda: tabs.width() >= tabs.sizeHint().width())
    assert (copy.text(), copy.toolTip()) == ("", "Copy")
    building.models.theme.switch(zoom=1.0)
    qtbot.waitUntil(lambda: (copy.text().strip(), copy.toolTip()) == ("Copy", ""))


def test_a_fitted_scaling_comes_in_when_the_data_are_there(building) -> None:
    models = building.models
    project = models.document.project
    data = models.runner.data
    models.document.apply("Scale", project.with_data(scaling="standard"))
    assert "SHIFT" not in editor(building).toPlainText()
    fitted = type(data)(data.dataset, data.train, data.validation, data.test, "", False,
                        np.float32([0.5, 0.25]), np.float32([2.0, 3.0]))  # fmt: skip
    tell_data(models, fitted)
    assert (
        editor(building).toPlainText() == write_script(models.document.project, Scaling((0.5, 0.25), (2.0, 3.0))).text
    )


def test_the_keyboard_leaves_the_code_and_letters_stay_commands(building) -> None:
    shown = editor(building)
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_T)
    assert building.models.focus.display("test_points") is True
    QTest.keyClick(shown, Qt.Key.Key_Tab)
    assert not shown.hasFocus()


def test_the_parts_of_python_have_their_colours(building) -> None:
    theme: Theme = building.models.theme
    document = editor(building).document()
    colors = {}
    block = document.firstBlock()
    while block.isValid():
        for part in block.layout().formats():
            word = block.text()[part.start : part.start + part.length]
            colors.setdefault(word, part.format.foreground().color().name())
        block = block.next()
    expected = {"import": "keyword", "Network": "name", "nn.Tanh": "module", "# (batch, 2)": "comment",
                '"__main__"': "string",
                "Run this file to see it train for three steps on noise.": "string"}  # fmt: skip
    assert {word: colors.get(word) for word in expected} == {
        word: theme.color(COLORS[part]).name() for word, part in expected.items()
    }
