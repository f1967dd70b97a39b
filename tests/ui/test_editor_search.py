"""The search at a place of the network, and layers that take the place of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotating import group
from playground.document.graph import Edge, Graph
from playground.document.project import Project
from playground.document.shapes import infer
from playground.ui.editor.chip import mime_of
from playground.ui.editor.chip_board import rank
from playground.ui.editor.popup import Popup
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.suggestions import Place, behind, fitting, in_wire, instead_of
from tests.networks import CIRCLE, DIGITS_MLP, SMALL_CNN, added, branched, chain, project
from tests.ui.canvases import LEFT, NONE, CanvasBench

ALT = Qt.KeyboardModifier.AltModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def cnn(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Conv, Max pool, Conv, ELU, Flatten, Dropout, Dense and Classes: n1 to n9."""
    return CanvasBench(qtbot, tmp_path, project(SMALL_CNN, "digits"))


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


def popup_of(bench: CanvasBench) -> Popup:
    return bench.view.findChild(Popup, "layer_popup")


def offered(popup: Popup) -> list[str]:
    return [chip.layer.name for chip in popup._board.chips()]


def choose(qtbot, bench: CanvasBench, text: str) -> None:
    field = popup_of(bench).findChild(object, "popup_search")
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_search_is_no_taller_than_what_it_finds(cnn: CanvasBench, qtbot) -> None:
    cnn.view.canvas.search.open_in_wire(Edge("n2", "n3"), cnn.scene.wires[Edge("n2", "n3")].path.pointAtPercent(0.5))
    popup = popup_of(cnn)
    whole, field = popup.height(), popup.findChild(object, "popup_search")
    qtbot.keyClicks(field, "drop")
    found = popup._board.chips()
    assert [chip.layer.name for chip in found] == ["dropout"]
    lowest = found[0].mapTo(popup, found[0].rect().bottomLeft()).y()
    assert lowest < popup.height() < lowest + 40 < whole
    field.clear()
    assert popup.height() == whole
    popup.close()


# --- what fits ---------------------------------------------------------------------------------------------


def ranked(graph: Graph, place_of: Callable[[Project], Place], data: str = "digits") -> tuple[str, ...]:
    made = project(graph, data)
    return fitting(made, infer(graph, CATALOGUE.layers), place_of(made))


LOOSE_AFTER = {
    "an image": (("image",), ("conv2d", "flatten")),
    "a convolution": (("image", "conv2d"), ("relu", "max_pool")),
    "a convolution with its activation": (("image", ("conv2d", {"activation": "relu"})), ("max_pool", "conv2d")),
    "an activation": (("image", "conv2d", "relu"), ("max_pool", "conv2d")),
    "a pooling": (("image", "conv2d", "max_pool"), ("conv2d", "flatten")),
    "Flatten": (("image", "flatten"), ("dense", "dropout")),
    "a Dense layer": (("image", "flatten", "dense"), ("relu", "dense")),
    "points": (("features",), ("dense",)),
}


@pytest.mark.parametrize("case", LOOSE_AFTER)
def test_the_likely_layers_come_first(case: str) -> None:
    steps, expected = LOOSE_AFTER[case]
    graph, _ = added(chain(*steps), "value")
    found = ranked(graph, lambda made: Place(f"n{len(steps)}"), "circle" if steps[0] == "features" else "digits")
    assert found[: len(expected)] == expected


def test_only_what_fits_the_shape_is_offered() -> None:
    flat = ranked(DIGITS_MLP, lambda made: in_wire(Edge("n3", "n4")))
    assert {"conv2d", "max_pool", "image", "classes"}.isdisjoint(flat)
    wide = ranked(SMALL_CNN, lambda made: in_wire(Edge("n2", "n3")))
    assert "dense" not in wide
    assert {"conv2d", "relu", "add"} <= set(wide)


def test_what_mends_the_next_layer_comes_first() -> None:
    graph = chain("image", "dense", "classes")
    assert ranked(graph, lambda made: in_wire(Edge("n1", "n2")))[0] == "flatten"


def test_what_would_break_the_next_layer_comes_last() -> None:
    found = ranked(SMALL_CNN, lambda made: in_wire(Edge("n2", "n3")))
    assert found.index("flatten") > found.index("add")


def test_in_the_place_of_a_layer_its_family_comes_first() -> None:
    found = ranked(SMALL_CNN, lambda made: instead_of(made, "n5"))
    assert found[:3] == ("relu", "leaky_relu", "gelu")
    assert "elu" not in found
    assert ranked(CIRCLE, lambda made: instead_of(made, "n5"), "circle") == ("classes",)


def test_behind_the_output_means_before_it() -> None:
    made = project(CIRCLE)
    assert behind(made, "n5") == in_wire(Edge("n4", "n5"))


# --- in a wire ---------------------------------------------------------------------------------------------


def test_a_double_click_on_a_wire_asks_for_a_layer_to_put_there(cnn: CanvasBench, qtbot) -> None:
    wire = cnn.scene.wires[Edge("n3", "n4")]
    cnn.double_click(wire.path.pointAtPercent(0.5))
    assert offered(popup_of(cnn))[:2] == ["conv2d", "batch_norm"]
    choose(qtbot, cnn, "batchn")
    new = cnn.graph.nodes[-1]
    assert new.kind == "batch_norm"
    assert cnn.graph.incoming(new.id) == (Edge("n3", new.id),)
    assert cnn.graph.outgoing(new.id) == (Edge(new.id, "n4"),)
    assert cnn.focus.selection == {new.id}
    assert cnn.document.undo_stack.count() == 1


def test_slash_searches_at_the_wire_under_the_pointer(cnn: CanvasBench, qtbot) -> None:
    cnn.focus.select(frozenset({"n8"}))
    cnn.move(cnn.scene.wires[Edge("n4", "n5")].path.pointAtPercent(0.5))
    cnn.key(Qt.Key.Key_Slash)
    choose(qtbot, cnn, "")
    assert cnn.graph.incoming(cnn.graph.nodes[-1].id) == (Edge("n4", cnn.graph.nodes[-1].id),)


def test_slash_searches_at_the_selected_wire(cnn: CanvasBench, qtbot) -> None:
    cnn.click(cnn.scene.wires[Edge("n6", "n7")].path.pointAtPercent(0.5))
    cnn.move(QPointF(-200, -200))
    cnn.key(Qt.Key.Key_Slash)
    choose(qtbot, cnn, "dense")
    assert Edge(cnn.graph.nodes[-1].id, "n7") in cnn.graph.edges


def test_slash_searches_behind_the_selected_layer(cnn: CanvasBench, qtbot) -> None:
    cnn.focus.select(frozenset({"n4"}))
    cnn.key(Qt.Key.Key_Slash)
    choose(qtbot, cnn, "relu")
    new = cnn.graph.nodes[-1].id
    assert {Edge("n4", new), Edge(new, "n5")} <= set(cnn.graph.edges)


def test_the_search_says_when_nothing_of_that_name_fits(cnn: CanvasBench, qtbot) -> None:
    cnn.focus.select(frozenset({"n6"}))
    cnn.key(Qt.Key.Key_Slash)
    popup = popup_of(cnn)
    qtbot.keyClicks(popup.findChild(object, "popup_search"), "conv")
    assert offered(popup) == []
    label = popup.findChild(object, "no_layer")
    assert label.isVisible()
    assert label.text() == "No layer of this name fits here."
    popup.close()


def test_a_name_that_begins_with_the_text_comes_before_a_category_that_has_it(cnn: CanvasBench, qtbot) -> None:
    cnn.double_click(cnn.scene.wires[Edge("n2", "n3")].path.pointAtPercent(0.5))
    popup = popup_of(cnn)
    field = popup.findChild(object, "popup_search")
    qtbot.keyClicks(field, "re")
    found = offered(popup)
    assert found[0] == "relu" and {"dropout", "batch_norm", "leaky_relu"} <= set(found)
    chips = {chip.layer.name: chip for chip in popup._board.chips()}
    tops = {name: lambda chip=chip: chip.mapTo(popup, QPoint()).y() for name, chip in chips.items()}
    qtbot.waitUntil(lambda: tops["relu"]() == min(top() for top in tops.values()) < tops["dropout"]())
    qtbot.keyClick(field, Qt.Key.Key_Return)
    new = cnn.graph.nodes[-1]
    assert new.kind == "relu" and Edge("n2", new.id) in cnn.graph.edges


RANKED = {
    "re": ["relu", "reshape", "leaky_relu", "dropout"],
    "relu": ["relu", "leaky_relu"],
    "pool": ["max_pool", "avg_pool"],
    "av p": ["avg_pool"],
    "out": ["dropout", "value"],
}


@pytest.mark.parametrize("typed", RANKED)
def test_the_start_of_a_name_counts_most_then_of_a_word_then_a_part_then_the_category(typed: str) -> None:
    ranks = [rank(CATALOGUE.layers[kind], typed) for kind in RANKED[typed]]
    assert None not in ranks and ranks == sorted(ranks)
    assert rank(CATALOGUE.layers["dense"], typed) is None


def test_escape_leaves_the_search_and_changes_nothing(cnn: CanvasBench, qtbot) -> None:
    before = cnn.document.project
    cnn.focus.select(frozenset({"n4"}))
    cnn.key(Qt.Key.Key_Slash)
    qtbot.keyClick(popup_of(cnn).findChild(object, "popup_search"), Qt.Key.Key_Escape)
    assert cnn.document.project is before


def test_a_wire_let_go_offers_the_likely_layers_first(cnn: CanvasBench) -> None:
    cnn.drag(cnn.output("n4"), cnn.scene.network_rect().bottomLeft() + QPointF(60, 40))
    popup = popup_of(cnn)
    assert offered(popup)[:4] == ["relu", "max_pool", "batch_norm", "conv2d"]
    assert "dense" not in offered(popup)
    popup.close()


# --- in the place of another layer -------------------------------------------------------------------------


def drag_over(bench: CanvasBench, kind: str, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
    where, data = bench.at(point), mime_of(kind)
    for event in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(bench.viewport, event(where, Qt.DropAction.CopyAction, data, LEFT, modifiers))


def drop(bench: CanvasBench, kind: str, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
    drag_over(bench, kind, point, modifiers)
    event = QDropEvent(QPointF(bench.at(point)), Qt.DropAction.CopyAction, mime_of(kind), LEFT, modifiers)
    QApplication.sendEvent(bench.viewport, event)


def test_with_alt_a_layer_takes_the_place_of_the_card_it_is_dropped_on(cnn: CanvasBench) -> None:
    graph = cnn.graph.rename("n3", "mine")
    cnn.document.apply("Rename", cnn.document.project.with_graph(graph))
    wires, place = cnn.graph.edges, cnn.scene.cards["n3"].pos()
    point = cnn.scene.cards["n3"].rect().center()
    drag_over(cnn, "avg_pool", point, ALT)
    slot = cnn.view.canvas.drop.slot
    assert slot.isVisible()
    assert slot.text == "Replace Max pool by Average pool: 5×6×4"
    drop(cnn, "avg_pool", point, ALT)
    node = cnn.graph.node("n3")
    assert (node.kind, node.name) == ("avg_pool", "mine")
    assert cnn.graph.edges == wires
    assert cnn.scene.cards["n3"].pos() == place
    assert cnn.focus.selection == {"n3"}
    assert cnn.document.undo_stack.undoText() == "Replace Max pool by Average pool"
    cnn.document.undo_stack.undo()
    assert cnn.graph.node("n3").kind == "max_pool"


def test_what_both_layers_have_keeps_its_value(circle: CanvasBench) -> None:
    drop(circle, "conv2d", circle.scene.cards["n2"].rect().center(), ALT)
    values = circle.graph.node("n2").params
    assert values["activation"] == "tanh"
    assert values["filters"] == CATALOGUE.layers["conv2d"].params[0].default
    assert "units" not in values


def test_wires_that_the_new_layer_has_no_port_for_go(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    drop(bench, "relu", bench.scene.cards["n4"].rect().center(), ALT)
    assert bench.graph.incoming("n4") == (Edge("n2", "n4", 0),)


def test_without_alt_nothing_is_replaced_but_a_hint_says_how(cnn: CanvasBench, qtbot) -> None:
    point = cnn.scene.cards["n3"].rect().center()
    with qtbot.waitSignal(cnn.view.hinted) as hint:
        drag_over(cnn, "avg_pool", point, NONE)
    assert hint.args == ["Hold Alt to replace Max pool."]
    drop(cnn, "avg_pool", point, NONE)
    assert cnn.graph.node("n3").kind == "max_pool"


def test_no_layer_takes_the_place_of_input_or_output(cnn: CanvasBench) -> None:
    drop(cnn, "relu", cnn.scene.cards["n1"].rect().center(), ALT)
    assert cnn.graph.node("n1").kind == "image"
    assert cnn.graph.nodes[-1].kind == "relu"


def test_the_mark_goes_when_the_layer_is_dragged_away_again(cnn: CanvasBench) -> None:
    card = cnn.scene.cards["n3"]
    drag_over(cnn, "avg_pool", card.rect().center(), ALT)
    assert card._target
    cnn.view.canvas._end_drop()
    assert not card._target


def test_a_layer_is_replaced_from_the_keyboard_too(cnn: CanvasBench, qtbot) -> None:
    cnn.focus.select(frozenset({"n5"}))
    cnn.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    choose(qtbot, cnn, "gelu")
    assert cnn.graph.node("n5").kind == "gelu"
    assert cnn.document.undo_stack.undoText() == "Replace ELU by GELU"


# --- a card in the place of another ------------------------------------------------------------------------


def drag_card(bench: CanvasBench, node: str, onto: str, modifiers: Qt.KeyboardModifier = NONE) -> QPointF:
    """Drags a card by its title to the middle of another one; the button stays pressed."""
    end = bench.scene.cards[onto].rect().center()
    bench.press(bench.header(node))
    bench.move((bench.header(node) + end) / 2)
    bench.move(end)
    if modifiers & ALT:
        QTest.keyPress(bench.view.canvas, Qt.Key.Key_Alt)
    return end


def label(bench: CanvasBench) -> SlotItem | None:
    return next((item for item in bench.scene.items() if isinstance(item, SlotItem) and item.isVisible()), None)


def test_a_card_dragged_with_alt_takes_the_place_of_another_and_its_old_place_heals(cnn: CanvasBench) -> None:
    place, params = cnn.graph.node("n4").x, cnn.graph.node("n2").params
    wires = set(cnn.graph.edges)
    end = drag_card(cnn, "n5", "n3", ALT)
    assert cnn.scene.cards["n3"]._target and label(cnn).text == "Replace Max pool by ELU: 10×12×4"
    cnn.release(end, ALT)
    assert "n3" not in cnn.graph
    assert set(cnn.graph.edges) - wires == {Edge("n2", "n5"), Edge("n5", "n4"), Edge("n4", "n6")}
    assert cnn.focus.selection == {"n5"} and label(cnn) is None
    assert cnn.document.undo_stack.count() == 1
    assert cnn.document.undo_stack.undoText() == "Replace Max pool by ELU"
    cnn.document.undo_stack.undo()
    assert set(cnn.graph.edges) == wires and cnn.graph.node("n4").x == place and cnn.graph.node("n2").params == params


def test_the_moved_card_keeps_its_id_its_name_and_its_parameters(cnn: CanvasBench) -> None:
    cnn.document.apply("Name", cnn.document.project.with_graph(cnn.graph.rename("n4", "second")))
    node, place = cnn.graph.node("n4"), cnn.scene.cards["n2"].pos()
    cnn.release(drag_card(cnn, "n4", "n2", ALT), ALT)
    moved = cnn.graph.node("n4")
    assert (moved.name, moved.params) == ("second", node.params)
    assert cnn.scene.cards["n4"].pos() == place and "n2" not in cnn.graph
    assert {Edge("n1", "n4"), Edge("n4", "n3"), Edge("n3", "n5")} <= set(cnn.graph.edges)


def test_what_would_not_fit_is_shown_in_red_before_the_drop(cnn: CanvasBench) -> None:
    end = drag_card(cnn, "n4", "n8", ALT)
    card = cnn.scene.cards["n8"]
    assert card._refused and not card._target and not label(cnn)._fits
    assert label(cnn).text.startswith("Replace Dense by Conv 2D: Conv 2D ")
    QTest.keyRelease(cnn.view.canvas, Qt.Key.Key_Alt, ALT)
    assert not card._refused and label(cnn) is None
    cnn.key(Qt.Key.Key_Escape)
    cnn.release(end)
    assert cnn.document.undo_stack.count() == 0


def test_escape_takes_the_drag_of_a_card_back(cnn: CanvasBench) -> None:
    before, place = cnn.document.project, cnn.scene.cards["n5"].pos()
    end = drag_card(cnn, "n5", "n3", ALT)
    cnn.key(Qt.Key.Key_Escape)
    assert cnn.scene.cards["n5"].pos() == place and not cnn.scene.cards["n3"]._target and label(cnn) is None
    cnn.release(end, ALT)
    assert cnn.document.project is before


def test_without_alt_a_dragged_card_moves_and_a_hint_says_how_to_replace(cnn: CanvasBench, qtbot) -> None:
    with qtbot.waitSignal(cnn.view.hinted) as hint:
        end = drag_card(cnn, "n5", "n3")
    assert hint.args == ["Hold Alt to replace Max pool."]
    cnn.release(end)
    assert "n3" in cnn.graph and cnn.document.undo_stack.undoText() == "Move layer"


def test_no_card_takes_the_place_of_an_end_and_ends_take_none(cnn: CanvasBench) -> None:
    for node, onto in (("n5", "n1"), ("n1", "n3"), ("n9", "n3")):
        cnn.release(drag_card(cnn, node, onto, ALT), ALT)
        assert len(cnn.graph.nodes) == 9
        cnn.document.undo_stack.undo()


def test_a_layer_with_two_inputs_hands_on_the_first_to_one_with_one(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    first, second = (edge.source for edge in bench.graph.incoming("n4"))
    bench.release(drag_card(bench, second, "n4", ALT), ALT)
    assert "n4" not in bench.graph and [edge.source for edge in bench.graph.incoming(second)] == [first]


def test_the_card_joins_the_stage_of_the_one_that_gave_way(cnn: CanvasBench) -> None:
    graph, _ = group(cnn.graph, ("n2", "n3"), "Body")
    cnn.document.apply("Group", cnn.document.project.with_graph(graph))
    cnn.release(drag_card(cnn, "n5", "n3", ALT), ALT)
    assert [stage.nodes for stage in cnn.graph.stages] == [("n2", "n5")]


# --- in the window -----------------------------------------------------------------------------------------


def test_slash_in_the_window_searches_behind_a_selected_layer_else_in_the_palette(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Slash)
    assert window.findChild(Popup, "layer_popup") is None
    assert window.focusWidget().objectName() == "layer_search"
    window.workbench.editor.setFocus()
    window.models.focus.select(frozenset({"n3"}))
    qtbot.keyClick(window, Qt.Key.Key_Slash)
    popup = window.findChild(Popup, "layer_popup")
    qtbot.keyClicks(popup.findChild(object, "popup_search"), "drop")
    qtbot.keyClick(popup.findChild(object, "popup_search"), Qt.Key.Key_Return)
    graph = window.models.document.project.graph
    assert graph.nodes[-1].kind == "dropout"
    assert graph.incoming(graph.nodes[-1].id)[0].source == "n3"
