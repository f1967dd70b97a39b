"""The summary table: what its columns say, how it fits, what it copies, and that it and the canvas select alike."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QStyleOptionViewItem, QTableView, QWidget

from playground.app import find_project
from playground.document.project import Project
from playground.engine.export.tables import as_csv, as_markdown, as_text
from playground.ui.numbers import THIN_SPACE, memory
from playground.ui.style import style_sheet
from playground.ui.summary import Summary
from playground.ui.summary_model import BAR, COLUMNS, INPUT, LAYER, MEMORY, OUTPUT, PARAMETERS, RIGHT, WORK
from playground.ui.theme import Theme, token
from tests.networks import added, branched, chain, project
from tests.ui.stage import make_models

SHOWN = (LAYER, OUTPUT, PARAMETERS, MEMORY, WORK)
PICTURES = project(
    chain(
        "image",
        ("conv2d", {"filters": 16, "kernel": 3, "padding": "same"}),
        "flatten",
        ("dense", {"units": 10}),
        "classes",
    ),
    "mnist",
)


@pytest.fixture
def page(qtbot, tmp_path):
    """Makes the summary of a project on the screen."""

    def make(made: Project = PICTURES, width: int = 900, zoom: float = 1.0) -> Summary:
        models = make_models(tmp_path, made)
        models.theme.switch(zoom=zoom)
        holder = QWidget()
        holder.setStyleSheet(style_sheet(models.theme))
        qtbot.addWidget(holder)
        shown = Summary(models, holder)
        shown.models, shown.holder = models, holder
        holder.resize(width, 300)
        shown.setGeometry(0, 0, width, 300)
        with qtbot.waitExposed(holder):
            holder.show()
        return shown

    return make


def texts(shown: Summary, row: int) -> list[str]:
    """The texts of one row that do not depend on the layer before."""
    return [shown.table.lines.texts(row)[column].replace(THIN_SPACE, " ") for column in SHOWN]


def test_a_line_says_shape_parameters_memory_and_work(page) -> None:
    shown = page()
    assert texts(shown, 1) == ["Conv 2D 16 @ 3×3", "28 × 28 × 16", "160", memory(28 * 28 * 16 * 4), "112 896"]
    assert memory(28 * 28 * 16 * 4).split() == ["50", "KB"]
    assert texts(shown, 2)[1:] == ["12 544", "0", memory(12_544 * 4), "0"]
    assert shown.table.lines.heading(MEMORY) == "Memory per image"
    totals = shown.table.lines.totals
    assert (totals.parameters, totals.multiply_adds) == (160 + 125_450, 112_896 + 125_440)
    assert totals.memory == 4 * (784 + 2 * 12_544 + 2 * 10)
    assert "Total: 125 610 parameters" in shown.totals.accessibleName().replace(THIN_SPACE, " ")


def test_points_have_their_memory_per_sample(page) -> None:
    assert page(project(chain("features", "value"))).table.lines.heading(MEMORY) == "Memory per sample"


@pytest.mark.parametrize(("size", "text"), [(40, "40 B"), (3136, "3 KB"), (1_250_000, "1.2 MB"), (2 * 10**9, "2.0 GB")])
def test_memory_is_told_in_fitting_units(size: int, text: str) -> None:
    assert memory(size).replace("\u00a0", " ") == text


# -- what is not in the network -------------------------------------------------------------------------------


def test_what_is_left_out_comes_last_and_what_is_bypassed_in_its_place_both_dimmed_and_with_a_word(page) -> None:
    graph, node = added(PICTURES.graph, ("dense", {"units": 3}), "n3")
    graph = graph.set_bypassed("n2", True)
    shown = page(PICTURES.with_graph(graph))
    lines = shown.table.lines
    assert [line.node for line in lines.lines] == ["n1", "n2", "n3", "n4", "n5", node]
    for row, word in ((1, "Bypassed"), (5, "Left out: not between Input and Output")):
        index = lines.index(row, PARAMETERS)
        assert index.data() == word
        assert index.data(Qt.ItemDataRole.ForegroundRole) == shown.models.theme.color("text.disabled")
        assert shown.table.columnSpan(row, PARAMETERS) == COLUMNS - PARAMETERS
    assert lines.totals.parameters == 784 * 10 + 10
    # A bypassed layer that leads nowhere is left out like the others.
    aside = page(PICTURES.with_graph(graph.set_bypassed("n2", False).set_bypassed(node, True))).table.lines
    assert [line.node for line in aside.lines][-1] == node and aside.index(5, PARAMETERS).data() == "Bypassed"


def test_a_problem_in_the_summary_has_room_and_stays_red(window) -> None:
    window.show_workspace("build")
    document = window.models.document
    graph = document.project.graph
    document.apply("Remove wire", document.project.with_graph(graph.disconnect(graph.incoming("n4")[0])))
    table = window.findChild(QTableView, "summary")
    row = next(row for row, line in enumerate(table.model().lines) if line.problem)
    assert table.columnSpan(row, OUTPUT) == COLUMNS - OUTPUT
    assert table.model().index(row, OUTPUT).data() == table.model().lines[row].problem
    window.models.focus.select(frozenset({table.model().lines[row].node}))
    option = QStyleOptionViewItem()
    table.itemDelegate().initStyleOption(option, table.model().index(row, OUTPUT))
    assert option.palette.highlightedText().color() == window.models.theme.color("error.base")
    assert table.model().total_texts()[LAYER] == "Total so far"
    document.undo_stack.undo()
    assert table.columnSpan(row, OUTPUT) == 1


# -- widths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "zoom"), [(578, 1.0), (700, 1.0), (1100, 1.0), (1160, 1.75)])
def test_the_columns_fill_the_width_and_numbers_are_never_cut(page, width: int, zoom: float) -> None:
    """578 is what is left in the smallest window, 1160 that of a projector at 175 %."""
    shown = page(project(branched(), "mnist").with_graph(PICTURES.graph), width, zoom)
    table, lines = shown.table, shown.table.lines
    assert sum(table.columnWidth(column) for column in range(COLUMNS)) == table.viewport().width()
    metrics = QFontMetrics(shown.models.theme.font("body"))
    room = 2 * shown.models.theme.px(12)
    for column in (column for column in sorted({OUTPUT, *RIGHT}) if not table.isColumnHidden(column)):
        for row in range(len(lines.lines)):
            assert metrics.horizontalAdvance(lines.index(row, column).data()) + room <= table.columnWidth(column)
    for column in (LAYER, INPUT):
        assert table.columnWidth(column) >= shown.models.theme.px(64)


def test_without_room_headings_get_short_and_what_matters_less_goes_to_the_tool_tip(page) -> None:
    wide, narrow = page(width=1100), page(width=600)
    hidden = [narrow.table.isColumnHidden(column) for column in range(COLUMNS)]
    assert not any(wide.table.isColumnHidden(column) for column in range(COLUMNS))
    assert hidden == [column == WORK for column in range(COLUMNS)]
    heading = Qt.Orientation.Horizontal
    assert wide.table.lines.headerData(MEMORY, heading) == "Memory per image"
    assert narrow.table.lines.headerData(MEMORY, heading) == "Memory"
    assert wide.table.lines.index(1, OUTPUT).data() == "28 × 28 × 16"
    assert narrow.table.lines.index(1, OUTPUT).data() == "28×28×16"
    tip = Qt.ItemDataRole.ToolTipRole
    assert wide.table.lines.index(1, LAYER).data(tip) is None and wide.totals.toolTip() == ""
    assert narrow.table.lines.index(1, LAYER).data(tip) == "Multiply-adds: 112\u202f896"
    assert narrow.totals.toolTip() == "Multiply-adds: 238\u202f336"


@pytest.mark.parametrize("zoom", [1.0, 1.5, 1.75])
@pytest.mark.parametrize("window_width", [1180, 1280, 1600, 1920])
def test_names_and_the_share_of_the_parameters_stay_readable(page, window_width: int, zoom: float) -> None:
    """Beside the rail and the column of properties, which give way to a network in a narrow window."""
    theme = Theme()
    theme.switch(zoom=zoom)
    beside = theme.px(token("layout.rail")) + (theme.px(token("layout.context.min")) if window_width >= 1600 else 0)
    shown = page(find_project("lenet-5")[0], window_width - beside, zoom)
    table, px = shown.table, shown.models.theme.px
    metrics = QFontMetrics(shown.models.theme.font("body"))
    names = [table.lines.index(row, LAYER).data() for row in range(len(table.lines.lines))]
    assert "Average pool 2×2" in names
    assert max(map(metrics.horizontalAdvance, names)) + px(12 + 24) <= table.columnWidth(LAYER)
    assert table.columnWidth(BAR) >= px(72)
    assert sum(table.columnWidth(column) for column in range(COLUMNS)) == table.viewport().width()


def test_the_bar_of_a_layer_is_its_share_of_all_parameters(page) -> None:
    shown = page()
    lines = shown.table.lines
    assert lines.headerData(BAR, Qt.Orientation.Horizontal) == "Share"
    row = next(row for row, line in enumerate(lines.lines) if line.parameters == 125_450)
    share = 125_450 / (125_450 + 160)
    assert lines.lines[row].share == pytest.approx(share)
    assert lines.index(row, BAR).data(Qt.ItemDataRole.ToolTipRole) == "Share: 99.9\u00a0%"
    assert lines.index(row, BAR).data(Qt.ItemDataRole.AccessibleTextRole) == "99.9\u00a0%"
    rect = shown.table.visualRect(lines.index(row, BAR))
    picture = shown.table.viewport().grab(rect).toImage()
    color = shown.models.theme.color("text.disabled").getRgb()[:3]
    drawn = sum(picture.pixelColor(x, picture.height() // 2).getRgb()[:3] == color for x in range(picture.width()))
    assert drawn == pytest.approx(share * (rect.width() - shown.models.theme.px(20)), abs=4)


def test_rows_are_as_low_as_before_when_the_window_is_no_longer_enlarged(page) -> None:
    shown = page()
    before = shown.table.rowHeight(0)
    for zoom in (1.75, 1.0):
        shown.models.theme.switch(zoom=zoom)
    assert shown.table.rowHeight(0) == before == shown.models.theme.px(26)


# -- selecting ------------------------------------------------------------------------------------------------


def click(table: QTableView, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Clicks on a line."""
    place = table.visualRect(table.model().index(row, LAYER)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def test_several_lines_and_cards_select_each_other(page) -> None:
    shown = page()
    focus = shown.models.focus
    click(shown.table, 1)
    click(shown.table, 3, Qt.KeyboardModifier.ControlModifier)
    assert focus.selection == {"n2", "n4"}
    focus.select(frozenset({"n1", "n3", "n5"}))
    assert {index.row() for index in shown.table.selectionModel().selectedRows()} == {0, 2, 4}
    assert focus.selection == {"n1", "n3", "n5"}
    shown.table.setFocus()
    QTest.keyClick(shown.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert focus.selection == {"n1", "n2", "n3", "n4", "n5"}


def test_a_line_stays_selected_when_others_come(page) -> None:
    shown = page()
    shown.models.focus.select(frozenset({"n4"}))
    document = shown.models.document
    graph, node = document.project.graph.add("relu")
    document.apply("Add", document.project.with_graph(graph.insert(node, graph.incoming("n4")[0])))
    selected = [shown.table.lines.lines[index.row()].node for index in shown.table.selectionModel().selectedRows()]
    assert selected == ["n4"] and shown.models.focus.selection == {"n4"}


# -- where one looks ------------------------------------------------------------------------------------------


LONG = project(
    chain("image", *(("conv2d", {"filters": 4, "kernel": 3, "padding": "same"}) for _ in range(24)), "flatten",
          ("dense", {"units": 10}), "classes"),
    "mnist",
)  # fmt: skip


def top(table: QTableView) -> str:
    """The layer on the first line in view."""
    return table.model().lines[table.rowAt(0)].node


def test_the_summary_stays_where_it_was_after_an_edit(page) -> None:
    shown = page(LONG)
    table, document = shown.table, shown.models.document
    shown.models.focus.select(frozenset({"n4"}))
    table.scrollTo(table.model().index(15, LAYER), QTableView.ScrollHint.PositionAtTop)
    before = top(table)
    graph = document.project.graph
    for made in (
        graph.set_param("n20", "filters", 6), graph.remove("n3").connect("n2", "n4"), graph.rename("n16", "Mine"),
    ):  # fmt: skip
        document.apply("Edit", document.project.with_graph(made))
        assert top(table) == before
        assert {table.model().lines[index.row()].node for index in table.selectionModel().selectedRows()} == {"n4"}
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
        assert top(table) == before


def test_another_project_begins_at_its_first_layer_with_nothing_selected(make_program, qtbot) -> None:
    window = make_program("digits-cnn", ready=False).window
    window.show_workspace("build")
    table, document = window.findChild(QTableView, "summary"), window.models.document
    for made in (LONG, LONG.with_training(seed=2), PICTURES):
        table.scrollToBottom()
        window.models.focus.select(frozenset({"n5"}))
        document.replace(made, None)
        assert top(table) == "n1" and table.verticalScrollBar().value() == 0
        assert table.selectionModel().selectedRows() == []
    # The same holds for what was opened while another tab was in view.
    document.replace(LONG, None)
    table.scrollToBottom()
    window.workbench.bottom.show_tab("plots")
    document.replace(LONG.with_training(seed=3), None)
    window.workbench.bottom.show_tab("summary")
    assert top(table) == "n1"


# -- copying --------------------------------------------------------------------------------------------------


def copied(window, name: str) -> str:
    """The clipboard after an action."""
    QGuiApplication.clipboard().clear()
    window.actions_table[name].trigger()
    return QGuiApplication.clipboard().text()


def test_the_summary_is_copied_as_text_markdown_and_csv(window) -> None:
    lines = len(window.workbench.bottom.summary.table.lines.lines)
    text = copied(window, "copy_summary_text").splitlines()
    assert len(text) == lines + 2 and text[0].startswith("Layer ") and text[-1].startswith("Total ")
    assert len({len(line) for line in text}) == 1, "the last column stands at the right edge"
    markdown = copied(window, "copy_summary_markdown").splitlines()
    assert markdown[1] == "| --- | --- | --- | ---: | ---: | ---: | ---: |" and len(markdown) == lines + 3
    rows = list(csv.reader(io.StringIO(copied(window, "copy_summary_csv"))))
    assert rows[0] == [
        "Layer", "Input", "Output", "Parameters", "Share in %", "Memory per sample in bytes", "Multiply-adds",
    ]  # fmt: skip
    assert sum(float(row[4]) for row in rows[1:-1]) == pytest.approx(100, abs=0.05) and rows[-1][4] == "100.00"
    assert " Share " in text[0] and "100.0 %" in text[-1] and "| Share |" in markdown[0]
    assert [row[3] for row in rows[2:-1]] and all(row[3].isdecimal() for row in rows[1:])
    assert int(rows[-1][3]) == sum(int(row[3]) for row in rows[1:-1])
    assert window.status.hint.text() == "The summary is copied as CSV."


def test_numbers_in_the_copied_csv_have_no_spaces_between_thousands(window) -> None:
    window.models.document.replace(PICTURES.with_graph(PICTURES.graph.set_param("n4", "units", 1500)), None)
    rows = list(csv.reader(io.StringIO(copied(window, "copy_summary_csv"))))
    assert rows[3][:4] == ["Flatten", "28 × 28 × 16", "12544", "0"]
    # In the place of its output stands what is wrong with it.
    assert rows[4][:2] == ["Dense 1500", "12544"] and "1500 values arrive" in rows[4][2] and rows[4][3] == "18817500"
    assert "Dense 1 500 " in copied(window, "copy_summary_text")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_button_and_right_click_offer_the_three_ways(window, qtbot) -> None:
    window.show_workspace("build")
    button, menu = window.findChild(QPushButton, "copy_summary_button"), window.findChild(QMenu, "copy_summary_menu")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert menu.isVisible()
    assert [action.text() for action in menu.actions()] == [
        "Copy summary as text", "Copy summary as Markdown", "Copy summary as CSV",
    ]  # fmt: skip
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert not menu.isVisible() and QGuiApplication.clipboard().text().startswith("Layer")
    assert button.text().endswith("Copied")
    table = window.findChild(QTableView, "summary")
    table.customContextMenuRequested.emit(QPoint(20, 20))
    assert menu.isVisible()
    menu.close()


def test_tables_keep_hostile_names_as_text() -> None:
    rows = [("Layer", "Weights"), ("=cmd|' /C calc'!A0", "-5"), ('a|b "c", *d*', "+1")]
    assert list(csv.reader(io.StringIO(as_csv(rows)))) == [
        ["Layer", "Weights"], ["'=cmd|' /C calc'!A0", "-5"], ['a|b "c", *d*', "'+1"],
    ]  # fmt: skip
    assert as_markdown(rows, frozenset({1})).splitlines()[3] == '| a\\|b "c", \\*d\\* | +1 |'
    assert as_text(rows, frozenset({1})).splitlines()[0] == "Layer               Weights"
