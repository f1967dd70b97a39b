"""Building by hand: every gesture with real mouse events, every edit through the document."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt

from playground.document.graph import Edge, Graph
from playground.document.project import to_json
from playground.ui.editor.chip import mime_of
from tests.networks import CIRCLE, DIGITS_MLP, added, branched, chain, project
from tests.ui.canvases import SHIFT, CanvasBench


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


@pytest.fixture
def digits(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Flatten, three Dense layers and Classes: n1 to n6."""
    return CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))


def loose(qtbot, folder: Path) -> CanvasBench:
    """A network with a Dense layer n6 that is not connected."""
    graph, _ = added(CIRCLE, ("dense", {"units": 3}))
    return CanvasBench(qtbot, folder, project(graph))


# --- wires -------------------------------------------------------------------------------------------------


def test_a_drag_from_an_output_to_an_input_connects_as_one_step(qtbot, tmp_path: Path) -> None:
    bench = loose(qtbot, tmp_path)
    bench.drag(bench.output("n1"), bench.input("n6"))
    assert Edge("n1", "n6") in bench.graph.edges
    assert Edge("n1", "n6") in bench.scene.wires
    assert bench.document.undo_stack.count() == 1
    assert bench.document.undo_stack.undoText() == "Connect layers"


def test_a_drag_backwards_from_a_free_input_connects_too(qtbot, tmp_path: Path) -> None:
    bench = loose(qtbot, tmp_path)
    bench.drag(bench.input("n6"), bench.output("n2"))
    assert Edge("n2", "n6") in bench.graph.edges


def test_a_wire_dropped_onto_a_card_ends_at_its_free_port(qtbot, tmp_path: Path) -> None:
    bench = loose(qtbot, tmp_path)
    bench.drag(bench.output("n1"), bench.header("n6"))
    assert Edge("n1", "n6") in bench.graph.edges


def test_a_loop_is_refused_with_a_sentence(circle: CanvasBench, qtbot) -> None:
    before = circle.document.project
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.drag(circle.output("n3"), circle.header("n2"))
    assert "loop" in hint.args[0]
    assert circle.document.project is before


def test_a_loop_is_refused_on_the_port_itself_too(circle: CanvasBench, qtbot) -> None:
    """Half of a port lies outside its card."""
    before, searches = circle.document.project, []
    circle.scene.search_wanted.connect(lambda *asked: searches.append(asked))
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.drag(circle.output("n3"), circle.input("n2") - QPointF(6, 0))
    assert "loop" in hint.args[0]
    assert circle.document.project is before and not searches


def test_ports_show_where_a_dragged_wire_could_end(circle: CanvasBench) -> None:
    circle.press(circle.output("n2"))
    circle.move(circle.output("n2") + QPointF(30, 40))
    states = {node: card.ports[0].state for node, card in circle.scene.cards.items()}
    assert states["n3"] == states["n4"] == states["n5"] == "open"
    assert states["n1"] == "closed"
    circle.key(Qt.Key.Key_Escape)
    assert all(port.state == "" for card in circle.scene.cards.values() for port in card.ports)


def joined_maps(qtbot, folder: Path) -> CanvasBench:
    """Image (n1), Conv 2D (n2), Flatten (n3), Dense (n4) and Classes (n5); beside them Max pool (n6), Dense (n7), and
    Concat (n8), to which Conv 2D leads."""
    graph = chain("image", "conv2d", "flatten", ("dense", {"units": 10}), "classes")
    graph, _ = added(graph, "max_pool")
    graph, _ = added(graph, "dense")
    graph, _ = added(graph, "concat", "n2")
    return CanvasBench(qtbot, folder, project(graph, "digits"), (1400, 900))


def ports(bench: CanvasBench, is_output: bool = False) -> dict[tuple[str, int | None], str]:
    """How the inputs look, or the outputs."""
    found = [port for card in bench.scene.cards.values() for port in card.ports if port.is_output == is_output]
    return {(port.node, port.number): port.state for port in found}


def test_only_layers_that_can_take_the_shape_light_up(qtbot, tmp_path: Path) -> None:
    bench = joined_maps(qtbot, tmp_path)
    bench.press(bench.output("n2"))
    bench.move(bench.output("n2") + QPointF(30, 40))
    states = ports(bench)
    assert {node for (node, _), state in states.items() if state == "open"} == {"n3", "n6", "n8"}
    assert states["n4", 0] == states["n5", 0] == states["n7", 0] == "closed"
    bench.key(Qt.Key.Key_Escape)


def test_what_reaches_the_other_ports_counts_for_a_layer_that_joins(qtbot, tmp_path: Path) -> None:
    bench = joined_maps(qtbot, tmp_path)
    bench.press(bench.output("n1"))
    bench.move(bench.output("n1") + QPointF(30, 40))
    states = ports(bench)
    # Alone the picture could go into Concat; beside the maps of the convolution it could not.
    assert (states["n8", 0], states["n8", 1]) == ("open", "closed")
    bench.key(Qt.Key.Key_Escape)


def test_backwards_too_only_what_fits_lights_up(qtbot, tmp_path: Path) -> None:
    bench = joined_maps(qtbot, tmp_path)
    bench.press(bench.input("n7"))
    bench.move(bench.input("n7") + QPointF(-30, 40))
    states = ports(bench, is_output=True)
    assert {node for (node, _), state in states.items() if state == "open"} >= {"n3", "n4"}
    assert states["n1", None] == states["n2", None] == "closed"
    bench.key(Qt.Key.Key_Escape)


def test_a_wire_led_to_where_it_does_not_fit_says_why_before_it_is_let_go(qtbot, tmp_path: Path) -> None:
    bench = joined_maps(qtbot, tmp_path)
    hints, taken_back = [], []
    bench.view.hinted.connect(hints.append)
    bench.view.taken_back.connect(taken_back.append)
    bench.press(bench.output("n2"))
    bench.move(bench.header("n4"))
    card = bench.scene.cards["n4"]
    assert card._refused and not card._target
    assert hints[-1].startswith("Dense 10 needs a flat input")
    bench.move(bench.header("n3"))
    assert not card._refused and bench.scene.cards["n3"]._target
    assert taken_back[-1] == hints[-1]
    bench.key(Qt.Key.Key_Escape)
    assert not bench.scene.cards["n3"]._target


def test_a_wire_may_be_dropped_where_it_does_not_fit_yet_and_the_problem_has_its_cure(qtbot, tmp_path: Path) -> None:
    bench = joined_maps(qtbot, tmp_path)
    bench.drag(bench.output("n2"), bench.input("n4"))
    assert Edge("n2", "n4") in bench.graph.edges
    (problem,) = bench.document.problems
    assert (problem.node, problem.cure.text) == ("n4", "Add Flatten here")


def test_the_end_of_a_wire_can_be_moved_to_another_layer(circle: CanvasBench) -> None:
    circle.drag(circle.input("n3"), circle.input("n4"))
    assert Edge("n2", "n4") in circle.graph.edges
    assert circle.graph.incoming("n3") == ()
    assert circle.document.undo_stack.count() == 1


def test_the_end_of_a_wire_dragged_off_removes_it(circle: CanvasBench) -> None:
    circle.drag(circle.input("n3"), circle.input("n3") + QPointF(-40, -60))
    assert Edge("n2", "n3") not in circle.graph.edges
    assert circle.document.undo_stack.undoText() == "Remove wire"
    circle.document.undo_stack.undo()
    assert Edge("n2", "n3") in circle.scene.wires


def test_a_click_on_a_port_changes_nothing(circle: CanvasBench) -> None:
    before = circle.document.project
    circle.click(circle.input("n3"))
    circle.click(circle.output("n3"))
    assert circle.document.project is before


def test_add_takes_one_wire_after_the_other(qtbot, tmp_path: Path) -> None:
    graph, node = added(branched(), "add")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    assert bench.scene.cards[node].state.inputs == 2
    for source in ("n1", "n2", "n3"):
        bench.drag(bench.output(source), bench.header(node))
    assert [edge.source for edge in bench.graph.incoming(node)] == ["n1", "n2", "n3"]
    assert bench.scene.cards[node].state.inputs == 3


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_wire_let_go_on_the_empty_canvas_asks_what_it_should_lead_to(circle: CanvasBench, qtbot) -> None:
    end = circle.output("n2") + QPointF(20, 330)
    with qtbot.waitSignal(circle.scene.search_wanted) as wanted:
        circle.drag(circle.output("n2"), end)
    assert wanted.args[0] == "n2"
    popup = circle.view.findChild(object, "layer_popup")
    assert popup is not None
    field = popup.findChild(object, "popup_search")
    qtbot.keyClicks(field, "drop")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    new = circle.graph.nodes[-1]
    assert new.kind == "dropout"
    assert Edge("n2", new.id) in circle.graph.edges


def test_a_selected_wire_can_be_deleted(circle: CanvasBench) -> None:
    wire = circle.scene.wires[Edge("n4", "n5")]
    circle.click(wire.path.pointAtPercent(0.5))
    assert circle.scene.selected_edge == Edge("n4", "n5")
    circle.key(Qt.Key.Key_Delete)
    assert Edge("n4", "n5") not in circle.graph.edges


# --- selecting and moving ----------------------------------------------------------------------------------


def test_a_click_selects_one_card_and_shift_adds_and_takes_away(circle: CanvasBench) -> None:
    circle.click(circle.header("n2"))
    assert circle.focus.selection == {"n2"}
    circle.click(circle.header("n3"), SHIFT)
    assert circle.focus.selection == {"n2", "n3"}
    circle.click(circle.header("n2"), SHIFT)
    assert circle.focus.selection == {"n3"}
    circle.click(QPointF(-15, -30))
    assert circle.focus.selection == frozenset()


def test_a_rubber_band_selects_what_it_touches(circle: CanvasBench) -> None:
    first, second = circle.scene.cards["n2"].rect(), circle.scene.cards["n3"].rect()
    start = QPointF(first.left() - 30, min(first.top(), second.top()) - 20)
    circle.press(start)
    circle.move(second.center())
    assert circle.focus.selection == {"n2", "n3"}
    circle.release(second.center())
    assert circle.focus.selection == {"n2", "n3"}
    assert circle.document.undo_stack.count() == 0


def test_a_rubber_band_given_up_selects_what_was_selected(circle: CanvasBench) -> None:
    circle.click(circle.header("n5"))
    circle.press(QPointF(-15, -30))
    circle.move(circle.header("n2"))
    circle.key(Qt.Key.Key_Escape)
    assert circle.focus.selection == {"n5"}
    assert circle.scene.tool is None


@pytest.mark.parametrize("count", [1, 3])
def test_moving_cards_is_one_step_and_undo_gives_the_same_bytes(circle: CanvasBench, count: int) -> None:
    before = to_json(circle.document.project)
    circle.focus.select(frozenset(f"n{number}" for number in range(2, 2 + count)))
    places = {id: circle.scene.cards[id].pos() for id in circle.focus.selection}
    start = circle.header("n2")
    circle.drag(start, start + QPointF(57, 34))
    moved = {id: circle.scene.cards[id].pos() for id in places}
    assert len({(moved[id] - places[id]).toTuple() for id in places}) == 1
    node = circle.graph.node("n2")
    assert (node.x % 20, node.y % 20) == (0, 0)
    assert (node.x, node.y) != places["n2"].toTuple()
    assert circle.document.undo_stack.count() == 1
    circle.document.undo_stack.undo()
    assert to_json(circle.document.project) == before
    assert {id: circle.scene.cards[id].pos() for id in places} == places


def test_with_shift_a_card_moves_off_the_grid(circle: CanvasBench) -> None:
    place, start = circle.scene.cards["n2"].pos(), circle.header("n2")
    circle.view.reset_zoom()
    circle.press(start)
    circle.move(start + QPointF(20, 20))
    circle.move(start + QPointF(33, 27))
    circle.release(start + QPointF(33, 27), SHIFT)
    assert (circle.scene.cards["n2"].pos() - place).toTuple() == (33, 27)


def test_a_move_given_up_puts_the_cards_back(circle: CanvasBench) -> None:
    place, start = circle.scene.cards["n2"].pos(), circle.header("n2")
    circle.press(start)
    circle.move(start + QPointF(80, 50))
    assert circle.scene.cards["n2"].pos() != place
    circle.key(Qt.Key.Key_Escape)
    circle.release(start + QPointF(80, 50))
    assert circle.scene.cards["n2"].pos() == place
    assert circle.document.undo_stack.count() == 0


def test_an_edit_from_elsewhere_ends_a_gesture(circle: CanvasBench) -> None:
    start = circle.header("n2")
    circle.press(start)
    circle.move(start + QPointF(80, 50))
    circle.document.apply("Delete layer", circle.document.project.with_graph(circle.graph.remove("n2")))
    circle.move(start + QPointF(90, 50))
    circle.release(start + QPointF(90, 50))
    assert circle.document.undo_stack.count() == 1
    assert "n2" not in circle.scene.cards


# --- deleting and copying ----------------------------------------------------------------------------------


def test_delete_heals_the_wires(circle: CanvasBench) -> None:
    circle.click(circle.header("n3"))
    circle.key(Qt.Key.Key_Delete)
    assert Edge("n2", "n4") in circle.graph.edges
    assert circle.focus.selection == frozenset()
    assert set(circle.scene.cards) == {"n1", "n2", "n4", "n5"}


def test_input_and_output_cannot_be_deleted(circle: CanvasBench, qtbot) -> None:
    circle.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.key(Qt.Key.Key_Delete)
    assert hint.args == ["Input and Output stay: every network has one of each."]
    assert [node.kind for node in circle.graph.nodes] == ["features", "value"]
    assert circle.graph.edges == (Edge("n1", "n5"),)
    assert circle.document.undo_stack.count() == 1


def test_delete_on_input_and_output_alone_says_why_they_stay(circle: CanvasBench, qtbot) -> None:
    before = circle.document.project
    circle.focus.select(frozenset({"n1", "n5"}))
    with qtbot.waitSignal(circle.view.hinted) as hint:
        circle.key(Qt.Key.Key_Delete)
    assert hint.args == ["Input and Output stay: every network has one of each."]
    assert circle.document.project is before


def test_duplicate_copies_layers_and_the_wires_between_them(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n1", "n2", "n3"}))
    circle.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert circle.focus.selection == {"n6", "n7"}
    assert Edge("n6", "n7") in circle.graph.edges
    assert circle.graph.node("n6").params == circle.graph.node("n2").params


# --- from the palette --------------------------------------------------------------------------------------


def test_a_layer_dropped_on_the_empty_canvas_lies_where_it_was_dropped(circle: CanvasBench) -> None:
    point = QPointF(circle.scene.cards["n1"].pos().x() + 60, circle.scene.network_rect().bottom() + 300)
    circle.drop(mime_of("dense"), point)
    new = circle.graph.nodes[-1]
    assert new.kind == "dense"
    assert circle.scene.cards[new.id].rect().contains(point)
    assert (new.x % 20, new.y % 20) == (0, 0)
    assert circle.graph.incoming(new.id) == ()
    assert circle.scene.cards[new.id].state.dimmed
    assert circle.focus.selection == {new.id}


@pytest.mark.parametrize("below", [-30, 0, 10])
def test_a_layer_dropped_onto_other_cards_takes_the_nearest_free_room(circle: CanvasBench, below: int) -> None:
    canvas = circle.view.canvas
    canvas.set_zoom(0.9)
    near = circle.scene.cards["n3"].rect()
    circle.drop(mime_of("dense"), QPointF(near.center().x(), near.bottom() + below))
    new = circle.graph.nodes[-1]
    card = circle.scene.cards[new.id].rect()
    assert canvas.seen_rect().contains(card)
    others = [other.rect() for node, other in circle.scene.cards.items() if node != new.id]
    assert not any(card.intersects(other.adjusted(-19, -19, 19, 19)) for other in others)
    assert (new.x % 20, new.y % 20) == (0, 0)
    assert card.top() - near.bottom() < 60
    assert circle.document.undo_stack.count() == 1


def test_a_layer_dropped_near_a_wire_goes_into_it_and_gets_room(digits: CanvasBench) -> None:
    wire = digits.scene.wires[Edge("n3", "n4")]
    point = wire.path.pointAtPercent(0.5) + QPointF(0, 15)
    assert digits.drag_in(mime_of("dropout"), point)
    slot = digits.view.canvas.drop.slot
    assert slot.isVisible()
    assert slot.text == "becomes 16"
    digits.drop(mime_of("dropout"), point)
    new = digits.graph.nodes[-1].id
    assert digits.graph.incoming(new) == (Edge("n3", new),)
    assert digits.graph.outgoing(new) == (Edge(new, "n4"),)
    assert digits.document.undo_stack.count() == 1
    rects = [digits.scene.cards[node].rect() for node in ("n3", new, "n4")]
    assert not rects[0].intersects(rects[1])
    assert not rects[1].intersects(rects[2])


def test_the_slot_says_why_a_layer_would_not_fit(digits: CanvasBench) -> None:
    wire = digits.scene.wires[Edge("n3", "n4")]
    digits.drag_in(mime_of("conv2d"), wire.path.pointAtPercent(0.5))
    assert "image" in digits.view.canvas.drop.slot.text


def test_the_slot_says_what_would_no_longer_fit_behind_the_layer(qtbot, tmp_path: Path) -> None:
    graph = chain("image", ("conv2d", {"filters": 4}), ("conv2d", {"filters": 4}), "flatten", ("dense", {"units": 10}),
                  "classes")  # fmt: skip
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    bench.drag_in(mime_of("flatten"), bench.scene.wires[Edge("n2", "n3")].path.pointAtPercent(0.5))
    slot = bench.view.canvas.drop.slot
    assert not slot._fits
    assert slot.text == ("becomes 2\u202f704, but then Conv 2D 4 @ 3×3 needs an image, not 2\u202f704 values in a row.")
    bench.drag_in(mime_of("relu"), bench.scene.wires[Edge("n2", "n3")].path.pointAtPercent(0.5))
    assert bench.view.canvas.drop.slot.text == "becomes 26×26×4" and bench.view.canvas.drop.slot._fits


def test_between_neurons_a_layer_can_be_dropped_onto_the_weights(circle: CanvasBench) -> None:
    left, right = circle.scene.cards["n2"].rect(), circle.scene.cards["n3"].rect()
    circle.drop(mime_of("dense"), QPointF((left.right() + right.left()) / 2, left.bottom() - 20))
    new = circle.graph.nodes[-1].id
    assert circle.graph.incoming(new) == (Edge("n2", new),)


def test_another_output_takes_the_place_of_the_present_one(circle: CanvasBench) -> None:
    circle.drop(mime_of("classes"), circle.header("n1") + QPointF(0, 200))
    assert circle.graph.node("n5").kind == "classes"
    assert circle.graph.incoming("n5") == (Edge("n4", "n5"),)
    assert len(circle.graph.nodes) == 5


def test_a_file_dragged_over_the_canvas_is_left_to_the_window(circle: CanvasBench) -> None:
    data = QMimeData()
    data.setText("file:///tmp/net.nnp")
    assert not circle.drag_in(data, circle.header("n2"))
    assert circle.view.canvas.drop is None


# --- problems ----------------------------------------------------------------------------------------------


def flat_missing() -> Graph:
    graph, image = added(Graph(), "image")
    graph, dense = added(graph, ("dense", {"units": 10}), image)
    graph, _ = added(graph, "classes", dense)
    return graph


def test_a_click_on_the_message_mends_the_problem(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(flat_missing(), "digits"))
    card = bench.scene.cards["n2"]
    assert card.message is not None
    assert "Add Flatten here." in card.message.problem.message
    bench.click(card.message.sceneBoundingRect().center())
    assert bench.document.problems == ()
    assert card.message is None
    new = bench.graph.nodes[-1]
    assert new.kind == "flatten"
    rects = [bench.scene.cards[node].rect() for node in ("n1", new.id, "n2")]
    assert not rects[0].intersects(rects[1])
    assert not rects[1].intersects(rects[2])
    bench.document.undo_stack.undo()
    assert bench.scene.cards["n2"].message is not None


@pytest.mark.parametrize("zoom", [0.5, 0.25])
def test_a_message_stays_readable_from_far_away_and_is_hit_where_it_is_seen(qtbot, tmp_path: Path, zoom: float) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(flat_missing(), "digits"))
    message = bench.scene.cards["n2"].message
    assert message is not None
    usual = message.boundingRect().height()
    bench.view.canvas.set_zoom(zoom)
    seen = bench.view.canvas.viewportTransform().mapRect(message.sceneBoundingRect())
    assert seen.height() == pytest.approx(usual * min(1, zoom * 2.5))
    right = QPointF(message.rect().right() - 4, message.rect().center().y())
    bench.click(right)
    assert bench.document.problems == ()


@pytest.mark.parametrize("zoom", [0.8, 0.64, 0.5])
def test_a_message_goes_where_it_can_be_read_rather_than_shrink(qtbot, tmp_path: Path, zoom: float) -> None:
    graph = chain("image", "flatten", ("conv2d", {"filters": 8}), ("dense", {"units": 10}), "classes")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    bench.view.canvas.set_zoom(zoom)
    message = bench.scene.cards["n3"].message
    assert message is not None and message.scale() == pytest.approx(1 / zoom)
    assert not any(card.rect().intersects(message.rect()) for card in bench.scene.cards.values())


def test_an_unused_feature_is_switched_on_by_a_click(circle: CanvasBench) -> None:
    face = circle.scene.cards["n1"].face
    name, rect = face.plan.spare[0], face.thumbnail.spare_rects()[0]
    circle.click(face.mapToScene(rect.center()))
    assert circle.graph.node("n1").params[name] is True
    assert circle.document.undo_stack.undoText() == "Use X₁²"


def test_an_input_without_features_still_offers_them(circle: CanvasBench) -> None:
    graph = circle.graph.set_param("n1", "x", False).set_param("n1", "y", False)
    circle.document.apply("Use no feature", circle.document.project.with_graph(graph))
    assert circle.document.blocking is not None
    face = circle.scene.cards["n1"].face
    circle.click(face.mapToScene(face.thumbnail.spare_rects()[0].center()))
    assert circle.document.blocking is None
