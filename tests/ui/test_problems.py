"""Problems: the sentences at the cards and the list, where they stand and how one click mends them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from playground.document.graph import Graph
from playground.ui.editor.look import Look
from playground.ui.editor.message import MOST_LINES, WIDEST, MessageItem, wrapped
from playground.ui.problems import Problems
from playground.ui.theme import Theme
from tests.networks import DIGITS_MLP, added, chain, project
from tests.ui.canvases import CanvasBench

LONG = (
    "This network has 801\u202f000\u202f186 parameters, 785\u202f000\u202f000 of them here "
    "(784\u202f000\u202f000 weights + 1\u202f000\u202f000 biases). They need 12.8\u00a0GB while training; "
    "268\u202f435\u202f456 with 4.3\u00a0GB fit into memory. "
    "Use 321\u202f573 units, or pool first."
)


def stacked() -> Graph:
    """Two branches, one above the other, whose Dense layers both lack a flat input."""
    graph, image = added(Graph(), ("image", {"height": 28, "width": 28, "channels": 1}))
    graph, first = added(graph, ("dense", {"units": 4}), image)
    graph, second = added(graph, ("dense", {"units": 4}), image)
    graph, third = added(graph, ("dense", {"units": 4}), image)
    graph, joined = added(graph, "concat", first, second, third)
    return added(graph, "classes", joined)[0]


def messages(bench: CanvasBench) -> list[MessageItem]:
    return [card.message for card in bench.scene.cards.values() if card.message is not None]


@pytest.mark.parametrize("zoom", [0.25, 0.4, 0.7, 1.0, 1.75])
def test_a_sentence_covers_no_card_and_no_other_sentence(qtbot, tmp_path: Path, zoom: float) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(stacked(), "digits"), (1400, 900))
    bench.view.canvas.set_zoom(zoom)
    found = messages(bench)
    assert len(found) >= 3
    for message in found:
        assert not any(message.rect().intersects(card.rect()) for card in bench.scene.cards.values())
    for one, other in combinations(found, 2):
        assert not one.rect().intersects(other.rect())


def test_a_sentence_finds_another_place_while_a_card_is_dragged_below_it(qtbot, tmp_path: Path) -> None:
    graph = chain("image", ("dense", {"units": 10}), "classes")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"), (1400, 900))
    message, card = bench.scene.cards["n2"].message, bench.scene.cards["n3"]
    assert message is not None
    start = bench.header("n3")
    end = start + (message.rect().center() - card.rect().center())
    bench.press(start)
    bench.move((start + end) / 2)
    bench.move(end)
    assert not message.rect().intersects(card.rect())
    bench.release(end)
    assert not bench.scene.cards["n2"].message.rect().intersects(card.rect())


def test_a_long_sentence_takes_at_most_three_lines_of_about_equal_length(qtbot) -> None:
    look = Look(Theme())
    lines = wrapped(look, LONG)
    assert " ".join(lines) == LONG
    assert 1 < len(lines) <= MOST_LINES
    widths = [look.width("caption", line) for line in lines]
    assert max(widths) <= WIDEST * 1.25
    assert min(widths) > max(widths) / 2
    assert wrapped(look, "Dense needs a flat input. Add Flatten here.") == [
        "Dense needs a flat input. Add Flatten here."
    ]  # fmt: skip


def test_a_network_too_large_for_memory_says_so_in_full_at_its_card(qtbot, tmp_path: Path) -> None:
    graph = DIGITS_MLP.set_param("n3", "units", 1_000_000)
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"), (1400, 900))
    message = bench.scene.cards["n3"].message
    assert message is not None
    assert " ".join(message.lines) == message.problem.message
    assert 1 < len(message.lines) <= MOST_LINES
    assert bench.document.blocking is not None
    bench.view.fit()
    assert bench.view.canvas.seen_rect().contains(message.rect())


def test_a_click_on_any_line_of_a_sentence_mends(qtbot, tmp_path: Path) -> None:
    graph = DIGITS_MLP.set_param("n3", "units", 1_000_000)
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"), (1400, 900))
    message = bench.scene.cards["n3"].message
    assert message is not None
    if message.can_mend:
        rect = message.rect()
        bench.click(rect.bottomRight() - (rect.bottomRight() - rect.center()) / 4)
        assert bench.document.blocking is None
    else:
        assert "Use " in message.problem.message


def test_the_list_mends_with_one_click_and_selects_with_the_keyboard(qtbot, tmp_path: Path) -> None:
    graph = chain("image", ("dense", {"units": 10}), "classes")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"), (1400, 900))
    listed = Problems(bench.models, None)  # type: ignore[arg-type]
    qtbot.addWidget(listed)
    listed.show()
    row = listed.findChild(object, "problem_0")
    row.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert bench.focus.selection == {"n2"}
    button = listed.findChild(QPushButton, "cure_0")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bench.document.problems == ()
    assert "flatten" in [node.kind for node in bench.graph.nodes]


@pytest.mark.parametrize("width", range(60, 400, 20))
def test_no_line_ends_inside_a_number_or_before_its_unit(qapp, width: int) -> None:
    layout = QTextLayout(LONG, Theme().font("body"))
    layout.beginLayout()
    ends = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()
    assert len(ends) > 1
    assert all(LONG[end - 1] == " " for end in ends[:-1]), [LONG[end - 4 : end + 4] for end in ends]
