"""The summary table where a layer has a problem."""

from __future__ import annotations

from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from playground.ui.summary import BAR, OUTPUT


def test_a_problem_in_the_summary_has_room_and_stays_red(window) -> None:
    window.show_workspace("build")
    document = window.models.document
    graph = document.project.graph
    document.apply("Remove wire", document.project.with_graph(graph.disconnect(graph.incoming("n4")[0])))
    table = window.findChild(QTableView, "summary")
    row = next(row for row, line in enumerate(table.model().lines) if line.problem)
    assert table.columnSpan(row, OUTPUT) == BAR + 1 - OUTPUT
    window.models.focus.select(frozenset({table.model().lines[row].node}))
    option = QStyleOptionViewItem()
    table.itemDelegate().initStyleOption(option, table.model().index(row, OUTPUT))
    assert option.palette.highlightedText().color() == window.models.theme.color("error.base")
    document.undo_stack.undo()
    assert table.columnSpan(row, OUTPUT) == 1
