"""The table of actions: every one works, keys obey the design, search and help are made from it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from playground.ui.actions import MENUS, SPECS
from playground.ui.command_search import score
from playground.ui.editor.keys import CANVAS_KEYS
from playground.ui.icons import has_icon
from playground.ui.theme import token

CONTROL = Qt.KeyboardModifier.ControlModifier

# Keys of the design that belong to a panel rather than to the window, or to parts that do not exist yet.
ELSEWHERE = {"X", "I", "[ and ]", "Ctrl+G", "Ctrl+1 … 6"}
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_names_and_keys_are_unique(window) -> None:
    names = [spec.name for spec in window.actions_table]
    keys = [window.actions_table[name].shortcut().toString() for name in names]
    assert len(set(names)) == len(names)
    given = [key for key in keys if key]
    assert len(set(given)) == len(given)


def test_every_key_of_the_design_has_its_action(window) -> None:
    there = {window.actions_table[spec.name].shortcut() for spec in window.actions_table}
    for keys in token("shortcuts"):
        for key in keys.split(" and ") if keys not in ELSEWHERE else ():
            assert QKeySequence(key) in there, key


def test_every_action_stands_in_a_menu_and_has_a_drawing(window) -> None:
    for spec in window.actions_table:
        assert spec.menu in MENUS
        assert not spec.icon or has_icon(spec.icon), spec.icon
        assert window.actions_table[spec.name].text()


def test_what_a_target_names_exists_or_the_action_does_not(window) -> None:
    owners = {"window": window, "training": window.training, "files": window.files, "editor": window.workbench.editor}
    for spec in SPECS:
        owner, _, method = spec.target.partition(".")
        if owner in owners:
            assert (spec.name in window.actions_table) == hasattr(owners[owner], method), spec.name


@pytest.mark.parametrize(("key", "display"), [(Qt.Key.Key_T, "test_points"), (Qt.Key.Key_D, "discretise")])
def test_letters_toggle_what_is_shown(window, qtbot, key: Qt.Key, display: str) -> None:
    window.workbench.editor.setFocus()
    before = window.models.focus.display(display)
    qtbot.keyClick(window, key)
    assert window.models.focus.display(display) is not before
    assert window.actions_table[display].isChecked() is not before


def test_space_trains_and_pauses(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.models.runner.state == "training"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.models.runner.state == "paused")


def test_space_belongs_to_a_focused_button(window, qtbot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    button = window.findChild(QPushButton, "defaults_button")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.models.runner.state == "ready"


def test_b_e_and_r_step_and_reset(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    record = window.models.runner
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: record.state == "paused")
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: record.state == "paused" and len(record.record.epochs) == 1)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: record.state == "ready")
    assert len(record.record.epochs) == 0


def test_undo_says_what_it_undoes(window) -> None:
    document = window.models.document
    assert not window.actions_table["undo"].isEnabled()
    document.apply("Set epochs", document.project.with_training(epochs=7))
    assert window.actions_table["undo"].text() == "Undo Set epochs"
    window.actions_table["undo"].trigger()
    assert window.actions_table["redo"].text() == "Redo Set epochs"


def test_a_selection_enables_what_needs_one(window, qtbot) -> None:
    assert not window.actions_table["delete"].isEnabled()
    window.models.focus.select(frozenset({"n3"}))
    assert window.actions_table["delete"].isEnabled()
    window.workbench.editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert "n3" not in window.models.document.project.graph
    window.actions_table["undo"].trigger()
    assert "n3" in window.models.document.project.graph


# -- command search -------------------------------------------------------------------------------------------


def test_the_command_search_does_what_is_typed(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    search = window._search
    assert search.isVisible()
    qtbot.keyClicks(search.field, "new w")
    assert search.list.item(0).text() == "New weights"
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert not search.isVisible()
    assert window.models.document.project.training.seed == 2


def test_arrows_walk_through_the_commands_and_escape_closes(window, qtbot) -> None:
    window.search_commands()
    search = window._search
    qtbot.keyClicks(search.field, "theme")
    first = search.list.currentRow()
    search.field.clear()
    qtbot.keyClick(search.field, Qt.Key.Key_Down)
    assert search.list.currentRow() != first
    qtbot.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.isVisible()


def test_actions_that_cannot_be_done_are_greyed(window, qtbot) -> None:
    window.search_commands()
    qtbot.keyClicks(window._search.field, "duplicate")
    item = window._search.list.item(0)
    assert item.text() == "Duplicate"
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    qtbot.keyClick(window._search.field, Qt.Key.Key_Return)
    assert window._search.isVisible()
    window._search.hide()


@pytest.mark.parametrize(("typed", "better", "worse"), [
    ("np", "New points", "Show or hide plots"),
    ("tr", "Train or pause", "Light or dark theme"),
    ("sav", "Save", "Saliency overlay"),
])  # fmt: skip
def test_beginnings_of_words_count_more(typed: str, better: str, worse: str) -> None:
    best, other = score(typed, better), score(typed, worse)
    assert best is not None
    assert other is None or best > other


def test_letters_out_of_order_do_not_fit() -> None:
    assert score("xyz", "Train or pause") is None
    assert score("", "Anything") is not None


def test_the_shortcut_help_lists_every_key(window, qtbot) -> None:
    window.show_shortcuts()
    help_window = window.findChild(object, "shortcut_help")
    assert help_window.isVisible()
    shown = {label.text() for label in help_window.findChildren(QLabel) if label.property("role") == "key"}
    keys = {window.actions_table[spec.name] for spec in window.actions_table}
    of_actions = {action.shortcut().toString() for action in keys if action.isVisible()} - {""}
    assert shown == of_actions | {text for text, _ in CANVAS_KEYS}
    help_window.close()


def test_menus_show_every_visible_action(window) -> None:
    # Not through the actions of the bar: their `menu()` belongs to a wrapper that is gone at once.
    menus = window.menu_row._menus.findChildren(QMenu)
    assert all(menu.parent() is not None and not menu.isEmpty() for menu in menus if menu.objectName() != "recent_menu")
    texts = {action.text() for menu in menus for action in menu.actions()}
    for spec in window.actions_table:
        assert window.actions_table[spec.name].text() in texts


def test_recent_files_are_offered(window, tmp_path) -> None:
    path = tmp_path / "mine.nnp"
    window.models.document.save(path)
    window.files.save()
    window.menu_row._fill_recent()
    assert [action.text() for action in window.menu_row._recent.actions()] == ["mine.nnp"]
