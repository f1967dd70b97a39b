"""The menu row at every width and zoom: what folds, what is left out, and what stays in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu, QMenuBar


@pytest.mark.parametrize("width", [1180, 1400, 1600, 1920])
@pytest.mark.parametrize("zoom", [1.0, 1.75])
def test_menus_and_file_name_stay_clear_of_the_tabs_in_the_middle(window, qtbot, width: int, zoom: float) -> None:
    window.models.theme.switch(zoom=zoom)
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)
    row = window.menu_row
    qtbot.waitUntil(lambda: abs(row.tabs.geometry().center().x() - row.width() // 2) <= 2)
    bars = [bar for bar in row.findChildren(QMenuBar) if bar.isVisible()]
    assert len(bars) == 1
    assert bars[0].width() >= bars[0].sizeHint().width()
    shown = [*bars, row.file_name] if row.file_name.isVisible() else bars
    assert all(widget.geometry().right() < row.tabs.x() for widget in shown)


def test_a_narrow_row_folds_all_menus_into_one(window, qtbot) -> None:
    window.models.theme.switch(zoom=1.75)
    window.resize(1180, 800)
    folded = window.menu_row.findChild(QMenuBar, "folded_menu_bar")
    qtbot.waitUntil(folded.isVisible)
    menu = folded.findChild(QMenu, "folded_menu")
    inside = [action.text() for action in menu.actions()]
    assert inside == ["File", "Edit", "Network", "Data", "View", "Help"]


def test_an_example_is_called_by_its_title_until_it_has_a_file(window, qtbot, tmp_path: Path) -> None:
    document, row = window.models.document, window.menu_row
    assert (row.file_name.text(), window.windowTitle()) == ("Two spirals", "Two spirals[*] – Neural Network Playground")
    document.apply("Set epochs", document.project.with_training(epochs=7))
    assert row.file_name.text() == "Two spirals *"
    document.save(tmp_path / "mine.nnp")
    assert row.file_name.text() == "mine.nnp"
    assert window.windowTitle().startswith("mine.nnp")
    window.files.new("circle")
    assert row.file_name.text() == "Circle"
