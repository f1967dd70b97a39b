"""Lining up cards and spreading them: from the menu, through the document."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt

from playground.app import find_project
from playground.document.project import to_json
from playground.ui.editor.arranging import SIDES, align, distribute, rects_of
from playground.ui.editor.edits import GAP
from playground.ui.editor.layering import BOX_GAP
from tests.networks import CIRCLE, DIGITS_MLP, project
from tests.ui.canvases import CanvasBench

CONTROL = Qt.KeyboardModifier.ControlModifier
LINES = {
    "left": QRectF.left,
    "centre": lambda rect: rect.center().x(),
    "right": QRectF.right,
    "top": QRectF.top,
    "middle": lambda rect: rect.center().y(),
    "bottom": QRectF.bottom,
}
NODES = frozenset({"n2", "n3", "n4"})


@pytest.fixture
def digits(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Flatten, three Dense layers and Classes of different sizes, scattered so that none meet: n1 to n6."""
    graph = DIGITS_MLP
    for number, node in enumerate(DIGITS_MLP.nodes):
        graph = graph.move(node.id, 437.0 * number, (number * 397) % 1100)
    bench = CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))
    bench.document.apply("Scatter", bench.document.project.with_graph(graph))
    bench.document.undo_stack.clear()
    return bench


@pytest.mark.parametrize("side", SIDES)
def test_align_puts_one_side_on_a_line_and_leaves_the_rest(digits: CanvasBench, side: str) -> None:
    before = {node: digits.scene.cards[node].rect() for node in digits.scene.cards}
    digits.focus.select(NODES)
    getattr(digits.view.canvas.arrange, side)()
    after = {node: digits.scene.cards[node].rect() for node in digits.scene.cards}
    lines = {round(LINES[side](after[node]), 6) for node in NODES}
    assert len(lines) == 1
    frame = QRectF()
    for node in NODES:
        frame = frame.united(before[node])
    assert lines == {round(LINES[side](frame), 6)}
    across = side in ("left", "centre", "right")
    for node in NODES:
        kept = (before[node].y(), after[node].y()) if across else (before[node].x(), after[node].x())
        assert kept[0] == kept[1]
    assert all(before[node] == after[node] for node in before if node not in NODES)
    assert digits.document.undo_stack.count() == 1
    assert digits.document.undo_stack.undoText() == "Align"


@pytest.mark.parametrize("side", SIDES)
def test_cards_that_align_on_one_spot_are_moved_apart_in_their_order(digits: CanvasBench, side: str) -> None:
    """Cards beside each other for left, centre and right; cards above each other for top, middle and bottom."""
    down = side in ("left", "centre", "right")
    graph, order = digits.graph, ("n4", "n2", "n3")
    for number, node in enumerate(order):
        graph = (
            graph.move(node, 300.0 * number, 7.0 * number) if down else graph.move(node, 7.0 * number, 300.0 * number)
        )
    digits.document.apply("Row", digits.document.project.with_graph(graph))
    others = {node: digits.scene.cards[node].rect() for node in digits.scene.cards if node not in NODES}
    first = digits.scene.cards["n4"].rect()
    digits.focus.select(NODES)
    getattr(digits.view.canvas.arrange, side)()
    after = [digits.scene.cards[node].rect() for node in order]
    assert not any(one.intersects(other) for number, one in enumerate(after) for other in after[:number])
    assert len({round(LINES[side](rect), 6) for rect in after}) == 1
    for one, other in pairwise(after):
        assert (other.top() - one.bottom() if down else other.left() - one.right()) == (BOX_GAP if down else GAP)
    assert (after[0].y() == first.y()) if down else (after[0].x() == first.x())
    assert others == {node: digits.scene.cards[node].rect() for node in others}
    once = to_json(digits.document.project)
    getattr(digits.view.canvas.arrange, side)()
    assert to_json(digits.document.project) == once


@pytest.mark.parametrize("side", ["left", "middle"])
def test_cards_that_are_moved_apart_come_to_lie_on_no_other(qapp, side: str) -> None:
    project = find_project("two-sizes")[0]
    nodes = [node.id for node in project.graph.nodes if node.kind == "conv2d"]
    rects = rects_of(align(project, nodes, side), [node.id for node in project.graph.nodes])
    assert not any(one.intersects(other) for one, other in combinations(rects.values(), 2))


def test_cards_that_do_not_meet_on_the_line_stay_where_they_are(digits: CanvasBench) -> None:
    graph = digits.graph.move("n2", 0, 0).move("n3", 400, 10).move("n4", 200, 900)
    made = align(digits.document.project.with_graph(graph), NODES, "left")
    assert made.graph.node("n2").y == 0 and made.graph.node("n4").y == 900
    rects = rects_of(made, NODES)
    assert rects["n3"].top() == rects["n2"].bottom() + BOX_GAP


@pytest.mark.parametrize("across", [True, False])
def test_distribute_makes_equal_gaps_between_the_outermost(digits: CanvasBench, across: bool) -> None:
    nodes = frozenset({"n1", "n2", "n4", "n6"})
    before = rects_of(digits.document.project, nodes)
    after = rects_of(distribute(digits.document.project, nodes, across), nodes)
    start, end = (QRectF.left, QRectF.right) if across else (QRectF.top, QRectF.bottom)
    middle = (lambda rect: rect.center().x()) if across else (lambda rect: rect.center().y())
    order = sorted(nodes, key=lambda node: middle(before[node]))
    assert sorted(nodes, key=lambda node: middle(after[node])) == order
    assert (before[order[0]], before[order[-1]]) == (after[order[0]], after[order[-1]])
    gaps = [start(after[later]) - end(after[earlier]) for earlier, later in pairwise(order)]
    assert max(gaps) - min(gaps) < 1e-6


def test_aligning_twice_changes_nothing_more(digits: CanvasBench) -> None:
    once = align(digits.document.project, NODES, "middle")
    assert to_json(align(once, NODES, "middle")) == to_json(once)
    spread = distribute(once, NODES, True)
    assert to_json(distribute(spread, NODES, True)) == to_json(spread)


def test_two_cards_have_nothing_to_distribute() -> None:
    made = project(CIRCLE)
    assert distribute(made, {"n2", "n3"}, True) is made


def test_the_menu_arranges_what_is_selected(window) -> None:
    actions = window.actions_table
    assert not actions["align_top"].isEnabled()
    window.models.focus.select(frozenset({"n2", "n3"}))
    assert actions["align_top"].isEnabled()
    assert not actions["distribute_across"].isEnabled()
    window.models.focus.select(frozenset({"n2", "n3", "n4"}))
    assert actions["distribute_across"].isEnabled()
    menu = window.findChild(object, "arrange_menu")
    next(action for action in menu.actions() if action.text() == "Align top").trigger()
    graph = window.models.document.project.graph
    assert len({graph.node(node).y for node in ("n2", "n3", "n4")}) == 1
    assert window.models.document.undo_stack.undoText() == "Align"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_arranging_is_found_in_the_command_search(window, qtbot) -> None:
    window.models.focus.select(frozenset({"n2", "n3"}))
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    search = window._search
    qtbot.keyClicks(search.field, "align mid")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    rects = rects_of(window.models.document.project, ("n2", "n3"))
    assert rects["n2"].center().y() == rects["n3"].center().y()
