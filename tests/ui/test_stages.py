"""Stages: frames around cards, made and dissolved, written on, dragged, joined and left, with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from playground.app import find_project
from playground.document import annotating
from playground.document.annotations import Stage
from playground.ui.editor import stage_edits
from playground.ui.editor.layout import lay_out
from playground.ui.editor.stage import StageItem
from tests.networks import DIGITS_MLP, project
from tests.ui.canvases import SHIFT, CanvasBench

CTRL, CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ControlModifier | SHIFT


def staged() -> CanvasBench:
    """Digits through two hidden layers: these two are a stage."""
    graph, _ = annotating.group(DIGITS_MLP, ("n3", "n4"), "Hidden", "two layers of 16")
    return project(graph, "digits")


@pytest.fixture
def bench(qtbot, tmp_path: Path) -> CanvasBench:
    made = CanvasBench(qtbot, tmp_path, staged(), (1400, 800))
    made.view.canvas.setFocus()
    return made


@pytest.fixture
def plain(qtbot, tmp_path: Path) -> CanvasBench:
    made = CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"), (1400, 800))
    made.view.canvas.setFocus()
    return made


def only(bench: CanvasBench) -> StageItem:
    """The one stage there is."""
    (item,) = bench.scene.annotations.stages.values()
    return item


def field(bench: CanvasBench) -> QLineEdit:
    """The field in which something is written now."""
    (found,) = [line for line in bench.viewport.findChildren(QLineEdit) if line.isVisible()]
    return found


def test_bypass_and_freeze_mean_the_layers_of_the_selected_stage(bench: CanvasBench) -> None:
    bench.click(title(bench))
    assert bench.scene.annotations.selected is not None and not bench.focus.selection
    bench.view.canvas.commands.bypass()
    assert [node.id for node in bench.graph.nodes if node.bypassed] == ["n3", "n4"]
    bench.view.canvas.commands.bypass()
    bench.view.canvas.commands.freeze()
    assert [node.id for node in bench.graph.nodes if node.params.get("frozen")] == ["n3", "n4"]


def title(bench: CanvasBench) -> QPointF:
    """A point beside the title, where nothing is written."""
    return only(bench).rect().topRight() + QPointF(-30, 12)


def stage(bench: CanvasBench) -> Stage:
    (found,) = bench.graph.stages
    return found


def test_the_keys_group_name_and_dissolve(plain: CanvasBench) -> None:
    plain.click(plain.header("n3"))
    plain.click(plain.header("n4"), SHIFT)
    plain.key(Qt.Key.Key_G, CTRL)
    QTest.keyClicks(field(plain), "Hidden layers")
    QTest.keyClick(field(plain), Qt.Key.Key_Tab)
    QTest.keyClicks(field(plain), "from strokes to digits")
    QTest.keyClick(field(plain), Qt.Key.Key_Return)
    assert (stage(plain).title, stage(plain).words, stage(plain).nodes) == (
        "Hidden layers", "from strokes to digits", ("n3", "n4"),
    )  # fmt: skip
    assert plain.document.undo_stack.count() == 1, "grouping and naming are one step"
    assert plain.scene.annotations.selected == stage(plain).id
    plain.key(Qt.Key.Key_G, CTRL_SHIFT)
    assert plain.graph.stages == ()
    assert set(plain.scene.annotations.stages) == set()
    plain.document.undo_stack.undo()
    assert stage(plain).title == "Hidden layers"


def test_a_group_is_called_by_its_number_unless_it_is_named(plain: CanvasBench) -> None:
    plain.click(plain.header("n3"))
    plain.key(Qt.Key.Key_G, CTRL)
    assert field(plain).selectedText() == "Stage 1"
    QTest.keyClick(field(plain), Qt.Key.Key_Escape)
    assert stage(plain).title == "Stage 1"


def test_layers_in_two_rows_are_laid_out_so_that_their_stage_covers_no_other(qtbot, tmp_path: Path) -> None:
    made = CanvasBench(qtbot, tmp_path, find_project("digits-mlp")[0], (1400, 800))
    made.view.canvas.setFocus()
    first, second = [node.id for node in made.graph.nodes if node.kind == "dense"][:2]
    made.click(made.header(first))
    made.click(made.header(second), SHIFT)
    before = made.document.project
    made.key(Qt.Key.Key_G, CTRL)
    others = [card for node, card in made.scene.cards.items() if node not in (first, second)]
    assert not any(only(made).rect().intersects(card.rect()) for card in others)
    assert made.viewport.rect().contains(field(made).geometry())
    QTest.keyClick(field(made), Qt.Key.Key_Return)
    made.document.undo_stack.undo()
    assert made.document.project == before, "grouping and laying out are one step"


def test_a_stage_that_lies_by_itself_moves_no_card(plain: CanvasBench) -> None:
    places = {node.id: (node.x, node.y) for node in plain.graph.nodes}
    plain.click(plain.header("n3"))
    plain.click(plain.header("n2"), SHIFT)
    plain.key(Qt.Key.Key_G, CTRL)
    assert {node.id: (node.x, node.y) for node in plain.graph.nodes} == places


def test_the_frame_lies_around_its_cards_below_them_and_within_what_is_fitted(bench: CanvasBench) -> None:
    item = only(bench)
    for node in ("n3", "n4"):
        card = bench.scene.cards[node]
        assert item.rect().contains(card.rect())
        assert item.zValue() < card.zValue()
    for node in ("n2", "n5"):
        assert not item.rect().intersects(bench.scene.cards[node].rect())
    assert bench.scene.network_rect().contains(item.rect())
    assert item.accessible_name == "Stage, Hidden, two layers of 16, 2 layers"


def test_a_click_on_the_frame_selects_the_stage_and_nothing_else(bench: CanvasBench) -> None:
    bench.click(bench.header("n2"))
    bench.click(title(bench))
    assert bench.scene.annotations.selected == stage(bench).id
    assert bench.focus.selection == frozenset()
    bench.click(bench.header("n2"))
    assert bench.scene.annotations.selected is None


def test_a_click_between_the_cards_selects_their_stage_and_one_outside_none(bench: CanvasBench) -> None:
    gap = QPointF(bench.scene.cards["n3"].rect().right() + 30, bench.scene.cards["n3"].rect().top() + 8)
    bench.click(gap)
    assert bench.scene.annotations.selected == stage(bench).id
    bench.click(only(bench).rect().bottomLeft() + QPointF(0, 60))
    assert bench.scene.annotations.selected is None


def test_delete_dissolves_a_selected_stage_and_keeps_its_cards(bench: CanvasBench) -> None:
    bench.click(title(bench))
    bench.key(Qt.Key.Key_Delete)
    assert bench.graph.stages == ()
    assert {"n3", "n4"} <= set(bench.scene.cards)


@pytest.mark.parametrize("way", ["double click", "F2", "Enter"])
def test_the_title_is_written_in_place(bench: CanvasBench, way: str) -> None:
    if way == "double click":
        QTest.mouseDClick(bench.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                          bench.at(only(bench).title_rect().center()))  # fmt: skip
    else:
        bench.click(title(bench))
        bench.key(Qt.Key.Key_F2 if way == "F2" else Qt.Key.Key_Return)
    assert field(bench).text() == "Hidden"
    QTest.keyClicks(field(bench), "Middle")
    QTest.keyClick(field(bench), Qt.Key.Key_Return)
    assert (stage(bench).title, stage(bench).words) == ("Middle", "two layers of 16")
    assert bench.document.undo_stack.undoText() == "Rename stage"


def test_a_double_click_on_the_words_edits_them(bench: CanvasBench) -> None:
    place = bench.at(only(bench).words_rect().center())
    QTest.mouseDClick(bench.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert field(bench).text() == "two layers of 16"
    QTest.keyClicks(field(bench), "dense")
    QTest.keyClick(field(bench), Qt.Key.Key_Return)
    assert (stage(bench).title, stage(bench).words) == ("Hidden", "dense")


def test_dragging_the_frame_moves_its_cards_as_one_step(bench: CanvasBench) -> None:
    before = {node.id: (node.x, node.y) for node in bench.graph.nodes}
    bench.drag(title(bench), title(bench) + QPointF(60, 100))
    after = {node.id: (node.x, node.y) for node in bench.graph.nodes}
    for node in ("n3", "n4"):
        assert after[node] == (before[node][0] + 60, before[node][1] + 100)
    assert {node: after[node] for node in ("n1", "n2", "n5", "n6")} == {
        node: before[node] for node in ("n1", "n2", "n5", "n6")
    }
    assert bench.document.undo_stack.count() == 1
    assert only(bench).rect() == stage_edits.around(bench.scene.cards[node].rect() for node in ("n3", "n4"))
    bench.document.undo_stack.undo()
    assert {node.id: (node.x, node.y) for node in bench.graph.nodes} == before


def test_an_edit_in_the_middle_of_a_drag_puts_the_frame_back(bench: CanvasBench) -> None:
    before = only(bench).rect()
    bench.press(title(bench))
    bench.move(title(bench) + QPointF(80, 80))
    assert only(bench).rect() != before
    assert bench.scene.cancel_tool()
    assert only(bench).rect() == before


def test_a_card_dragged_into_the_frame_joins_and_the_frame_says_so_before(bench: CanvasBench) -> None:
    start = bench.header("n2")
    middle = only(bench).rect().center() - bench.scene.cards["n2"].rect().center() + start
    bench.press(start)
    bench.move((start + middle) / 2)
    bench.move(middle)
    assert only(bench).is_target
    bench.release(middle)
    assert stage(bench).nodes == ("n2", "n3", "n4")
    assert not only(bench).is_target
    assert bench.document.undo_stack.count() == 1
    assert only(bench).rect().contains(bench.scene.cards["n2"].rect())


def test_a_card_dragged_out_of_the_frame_leaves(bench: CanvasBench) -> None:
    start = bench.header("n4")
    bench.press(start)
    bench.move(start + QPointF(0, 60))
    assert only(bench).is_target, "it is still within"
    bench.move(start + QPointF(0, 500))
    assert not only(bench).is_target
    assert not only(bench).rect().intersects(bench.scene.cards["n4"].rect())
    bench.release(start + QPointF(0, 500))
    assert stage(bench).nodes == ("n3",)
    bench.document.undo_stack.undo()
    assert stage(bench).nodes == ("n3", "n4")


def test_a_card_moved_within_its_frame_stays_in_it(bench: CanvasBench) -> None:
    bench.drag(bench.header("n4"), bench.header("n4") + QPointF(20, 40))
    assert stage(bench).nodes == ("n3", "n4")
    assert only(bench).rect().contains(bench.scene.cards["n4"].rect())


def test_all_cards_of_a_stage_dragged_together_take_it_along(bench: CanvasBench) -> None:
    bench.click(bench.header("n3"))
    bench.click(bench.header("n4"), SHIFT)
    bench.drag(bench.header("n3"), bench.header("n3") + QPointF(0, 600))
    assert stage(bench).nodes == ("n3", "n4")


def test_a_stage_whose_last_card_leaves_goes(bench: CanvasBench) -> None:
    graph = stage_edits.put(bench.graph, {"n3": None})
    assert stage_edits.put(graph, {"n4": None}).stages == ()


def test_a_layer_put_into_a_wire_within_a_stage_belongs_to_it(bench: CanvasBench) -> None:
    bench.focus.select(frozenset({"n3"}))
    bench.view.insert_layer("dropout")
    new = bench.graph.nodes[-1].id
    assert stage(bench).nodes == ("n3", "n4", new)
    bench.focus.select(frozenset({"n1"}))
    bench.view.insert_layer("dropout")
    assert bench.graph.nodes[-1].id not in stage(bench).nodes


def test_the_keyboard_reaches_stages_and_moves_them(bench: CanvasBench) -> None:
    bench.key(Qt.Key.Key_W, SHIFT)
    assert bench.scene.annotations.selected == stage(bench).id
    assert bench.view.canvas.accessibleDescription() == only(bench).accessible_name
    x = bench.graph.node("n3").x
    bench.key(Qt.Key.Key_Right, CTRL)
    assert bench.graph.node("n3").x == x + 8
    bench.key(Qt.Key.Key_Escape)
    assert bench.scene.annotations.selected is None


def test_a_deleted_layer_leaves_its_stage_and_undo_brings_it_back(bench: CanvasBench) -> None:
    bench.click(bench.header("n4"))
    bench.key(Qt.Key.Key_Delete)
    assert stage(bench).nodes == ("n3",)
    bench.document.undo_stack.undo()
    assert stage(bench).nodes == ("n3", "n4")
    assert only(bench).rect() == stage_edits.around(bench.scene.cards[node].rect() for node in ("n3", "n4"))


def test_grouping_nothing_says_what_to_do(plain: CanvasBench, qtbot) -> None:
    with qtbot.waitSignal(plain.view.hinted) as hint:
        plain.key(Qt.Key.Key_G, CTRL)
    assert hint.args == ["A stage needs at least one layer."]


def test_stages_are_kept_together_when_everything_is_laid_out() -> None:
    laid = lay_out(staged())
    assert lay_out(laid) == laid
