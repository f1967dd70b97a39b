"""Lay out: columns from left to right, in rows, with few crossings, stable, stages together, wires beside cards."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QRectF

from playground.app import find_project
from playground.document import annotating
from playground.document.graph import Edge, Graph
from playground.document.project import Project
from playground.resources import examples
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.arranging import rects_of
from playground.ui.editor.lanes import boxes_of, lane_around
from playground.ui.editor.layering import Box, Link, layered, row_of
from playground.ui.editor.layout import lay_out
from playground.ui.editor.view import EditorView
from tests.networks import added, branched, chain, fuzzed, project
from tests.ui.canvases import CanvasBench, new_models

DENSE = ("dense", {"units": 2})


def rects(made: Project) -> dict[str, QRectF]:
    return rects_of(made, [node.id for node in made.graph.nodes])


def frames(made: Project) -> dict[str, QRectF]:
    cards = rects(made)
    return {stage.id: stage_edits.around(cards[node] for node in stage.nodes) for stage in made.graph.stages}


def residual(blocks: int = 3) -> Graph:
    """Convolutions in blocks, each with a wire around it."""
    graph, node = added(Graph(), ("image", {"height": 28, "width": 28, "channels": 1}))
    graph, node = added(graph, ("conv2d", {"filters": 8, "padding": "same"}), node)
    for _ in range(blocks):
        start = node
        for _ in range(2):
            graph, node = added(graph, ("conv2d", {"filters": 8, "padding": "same"}), node)
        graph, node = added(graph, "add", node, start)
    graph, node = added(graph, "flatten", node)
    graph, node = added(graph, ("dense", {"units": 10}), node)
    return added(graph, "classes", node)[0]


def branches(count: int, depth: int = 2) -> Graph:
    """Several paths beside each other from one layer to a Concat."""
    graph, first = added(Graph(), ("image", {"height": 12, "width": 12, "channels": 1}))
    ends = []
    for number in range(count):
        node = first
        for _ in range(depth + number % 2):
            graph, node = added(graph, ("conv2d", {"filters": 4, "padding": "same"}), node)
        ends.append(node)
    graph, node = added(graph, "concat", *ends)
    graph, node = added(graph, "flatten", node)
    return added(graph, "classes", node)[0]


def order(made: Project, nodes: list[str]) -> list[str]:
    """Layers from top to bottom."""
    return sorted(nodes, key=lambda node: made.graph.node(node).y)


# -- the drawing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [branched(), residual(), branches(4), branches(7, 3)])
def test_no_card_lies_on_another_and_a_second_time_changes_nothing(graph: Graph) -> None:
    laid = lay_out(project(graph, "digits"))
    for one, other in combinations(rects(laid).values(), 2):
        assert not one.intersects(other)
    assert lay_out(laid) == laid


def test_a_long_network_is_broken_into_rows_that_end_below_each_other() -> None:
    graph = chain(("image", {"height": 28, "width": 28, "channels": 1}), *[("conv2d", {"padding": "same"})] * 12,
                  "flatten", "classes")  # fmt: skip
    cards = rects(lay_out(project(graph, "digits")))
    rows = sorted({round(card.center().y()) for card in cards.values()})
    assert len(rows) >= 3
    assert max(card.right() for card in cards.values()) < 2000


def rows(made: Project) -> int:
    """How many rows of cards there are, in a chain."""
    places = [made.graph.node(node).x for node in made.graph.topological_order]
    return 1 + sum(after < before for before, after in pairwise(places))


def test_the_rows_are_filled_before_the_next_begins() -> None:
    laid = lay_out(find_project("residual")[0])
    graph = laid.graph
    add = next(node.id for node in graph.nodes if node.kind == "add")
    behind = [node for node in graph.topological_order if node in graph.descendants(add)]
    assert len(behind) == 5
    assert len({round(rects(laid)[node].center().y() / 40) for node in behind}) == 1, "none of them stands alone"


def test_a_wide_room_has_fewer_rows_than_a_narrow_one() -> None:
    made = project(chain("image", *[("conv2d", {"padding": "same"})] * 8, "flatten", "classes"), "digits")
    wide, usual, narrow = (lay_out(made, room) for room in ((3000.0, 400.0), None, (500.0, 900.0)))
    assert rows(wide) < rows(usual) < rows(narrow)
    assert lay_out(narrow, (500.0, 900.0)) == narrow


def test_a_stage_that_grows_stays_in_one_row_while_that_shows_it_larger() -> None:
    graph = chain("image", *[("conv2d", {"padding": "same"})] * 4, "flatten", "dense", "classes")
    convolutions = [node.id for node in graph.nodes if node.kind == "conv2d"]
    graph, _ = annotating.group(graph, convolutions, "Maps", "")
    laid = lay_out(project(graph, "digits"))
    tops = {laid.graph.node(node).y for node in convolutions}
    assert len(tops) == 1
    wider, new = edits.insert(laid, "relu", Edge(convolutions[1], convolutions[2], 0))
    tops = {lay_out(wider).graph.node(node).y for node in (*convolutions, new)}
    assert len(tops) == 1


def test_layers_of_neurons_stand_with_their_middles_at_one_height() -> None:
    cards = rects(lay_out(find_project("spiral")[0]))
    assert max(card.center().y() for card in cards.values()) - min(card.center().y() for card in cards.values()) <= 1


def test_wires_of_a_chain_are_straight() -> None:
    laid = lay_out(project(chain("image", "flatten", DENSE, "relu", DENSE, "classes"), "digits"))
    states, graph = edits.states_of(laid), laid.graph
    for edge in graph.edges:
        source, target = graph.node(edge.source), graph.node(edge.target)
        if source.x < target.x:
            start = source.y + states[source.id].output_place().y()
            assert abs(start - target.y - states[target.id].input_place(0).y()) <= 1


def test_branches_stand_in_the_order_of_the_ports_they_lead_to() -> None:
    graph = branches(5)
    laid = lay_out(project(graph, "digits"))
    concat = next(node.id for node in graph.nodes if node.kind == "concat")
    ends = [edge.source for edge in graph.incoming(concat)]
    last = max(laid.graph.node(end).x for end in ends)
    beside = [end for end in ends if abs(laid.graph.node(end).x - last) < 40]
    assert order(laid, beside) == beside


def test_crossings_are_undone_where_an_order_without_them_exists() -> None:
    boxes = {id: Box(id, 100, 60, y=number * 100.0) for number, id in enumerate("abcxyz")}
    links = [Link(a, b, 30, 30) for a, b in ("ay", "bx", "cz", "az")]
    layers = layered(boxes, links)
    assert layers is not None
    first, second = layers.boxes()
    places = [(first.index(link.source), second.index(link.target)) for link in links]
    assert not any((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(places, 2))


def test_links_that_close_a_loop_have_no_layers() -> None:
    boxes = {id: Box(id, 100, 60) for id in "ab"}
    assert layered(boxes, [Link("a", "b", 0, 0), Link("b", "a", 0, 0)]) is None


def test_boxes_keep_their_distance_and_come_as_near_to_straight_as_that_allows() -> None:
    boxes = {id: Box(id, 100, 60, y) for id, y in (("a", 0.0), ("b", -10.0), ("c", 10.0))}
    links = [Link("a", "b", 30, 30), Link("a", "c", 30, 30)]
    layers = layered(boxes, links)
    assert layers is not None
    row = row_of(layers.columns, boxes, links)
    assert row.tops["c"] - row.tops["b"] == pytest.approx(90)
    assert row.tops["a"] == pytest.approx((row.tops["b"] + row.tops["c"]) / 2)


# -- stable ---------------------------------------------------------------------------------------------------


def test_the_order_in_a_column_follows_the_present_heights() -> None:
    made = lay_out(project(branches(4, 2), "digits"))
    concat = next(node.id for node in made.graph.nodes if node.kind == "concat")
    starts = [edge.target for edge in made.graph.outgoing("n1")]
    turned = dict(zip(starts, reversed([made.graph.node(node).y for node in starts]), strict=True))
    # All of each branch goes where the other one was.
    places = {}
    for start in starts:
        node = start
        while made.graph.node(node).kind == "conv2d":
            places[node] = (made.graph.node(node).x, turned[start])
            node = made.graph.outgoing(node)[0].target
    moved = edits.move(made, places)
    # Turned round, the branches would cross each other at the ports of the Concat, so these are turned too.
    ends = [edge.source for edge in moved.graph.incoming(concat)]
    graph = moved.graph
    for port, end in enumerate(reversed(ends)):
        graph = graph.connect(end, concat, port)
    assert order(lay_out(moved.with_graph(graph)), starts) == list(reversed(starts))


@pytest.mark.parametrize("seed", fuzzed(12))
def test_one_layer_more_does_not_shuffle_the_others(seed: int) -> None:
    choice = random.Random(seed)
    made = lay_out(project(branches(5, 3), "digits"))
    edge = choice.choice([edge for edge in made.graph.edges if made.graph.node(edge.target).kind == "conv2d"])
    more, _ = edits.insert(made, "relu", edge)
    laid = lay_out(more)
    starts = [edge.target for edge in made.graph.outgoing("n1") if edge.target in laid.graph]
    present = [node for node in starts if any(e.source == "n1" for e in laid.graph.incoming(node))]
    assert order(laid, present) == order(made, present)
    for one, other in combinations(rects(laid).values(), 2):
        assert not one.intersects(other)


# -- stages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", fuzzed(20))
def test_frames_hold_their_own_cards_and_no_others(seed: int) -> None:
    choice = random.Random(seed)
    graph = residual(3)
    order_ = list(graph.topological_order)
    # Whole blocks, cut at their Adds.
    cuts = [number + 1 for number, node in enumerate(order_) if graph.node(node).kind == "add"]
    parts = [order_[a:b] for a, b in zip([0, *cuts], [*cuts, len(order_)], strict=True)]
    for number, part in enumerate(parts):
        if choice.random() < 0.7:
            graph, _ = annotating.group(graph, part, f"Stage {number}")
    made = project(graph, "digits")
    shaken = edits.move(made, {node: (choice.randrange(3000), choice.randrange(900)) for node in order_})
    laid = lay_out(shaken)
    found = frames(laid)
    for stage in laid.graph.stages:
        for node, card in rects(laid).items():
            assert found[stage.id].intersects(card) == (node in stage.nodes)
    for one, other in combinations(found.values(), 2):
        assert not one.intersects(other)
    assert lay_out(laid) == laid


def test_a_stage_with_a_hole_does_not_stop_the_drawing() -> None:
    graph, _ = annotating.group(chain("image", "flatten", DENSE, "relu", DENSE, "classes"), ("n2", "n4"), "Split")
    laid = lay_out(project(graph, "digits"))
    for one, other in combinations(rects(laid).values(), 2):
        assert not one.intersects(other)


def test_bypassed_layers_stay_in_line_and_unconnected_ones_go_below() -> None:
    graph, loose = chain("image", "flatten", DENSE, "dropout", DENSE, "classes").add("relu")
    cards = rects(lay_out(project(graph.set_bypassed("n4", True), "digits")))
    assert cards == rects(lay_out(project(graph, "digits")))
    assert cards[loose].top() > max(card.bottom() for node, card in cards.items() if node != loose)


# -- wires beside cards ---------------------------------------------------------------------------------------


def test_a_wire_around_a_block_runs_beside_its_cards(qtbot, tmp_path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(residual(), "digits"))
    cards = bench.scene.cards
    for edge, wire in bench.scene.wires.items():
        course = [wire.path.pointAtPercent(number / 200) for number in range(201)]
        for node, card in cards.items():
            below = node not in (edge.source, edge.target) and any(card.rect().contains(point) for point in course)
            assert not below, (edge, node)


@pytest.mark.parametrize(
    "graph",
    [
        find_project("two-sizes")[0].graph,
        residual(1),
        chain(("image", {"height": 141, "width": 141, "channels": 3}), ("conv2d", {"filters": 128, "padding": "same"}),
              ("conv2d", {"filters": 128, "padding": "same"}), "flatten", "classes"),
    ],
)  # fmt: skip
def test_no_label_of_a_wire_lies_on_a_card(qtbot, tmp_path, graph: Graph) -> None:
    bench = CanvasBench(qtbot, tmp_path, lay_out(project(graph, "digits")))
    cards = rects(bench.models.document.project).values()
    labels = [wire.label_rect() for wire in bench.scene.wires.values() if wire.label]
    assert len(labels) > 3
    for label in labels:
        assert not any(card.adjusted(1, 1, -1, -1).intersects(label) for card in cards)


@pytest.mark.parametrize("name", [made.name for made in examples()])
def test_no_label_lies_on_a_card_in_an_example(qtbot, tmp_path, name: str) -> None:
    models = new_models(find_project(name)[0], tmp_path)
    view = EditorView(models)
    qtbot.addWidget(view)
    cards = rects(models.document.project).values()
    for wire in view.scene.wires.values():
        label = wire.label_rect()
        assert label is None or not any(card.adjusted(1, 1, -1, -1).intersects(label) for card in cards), wire.label


def test_a_lane_keeps_off_cards_and_other_lanes() -> None:
    card = QRectF(200, 0, 100, 100)
    boxes = boxes_of([card])
    start, end = QRectF(0, 0, 100, 100), QRectF(400, 0, 100, 100)
    from_, to = (
        start.topRight() + (start.bottomRight() - start.topRight()) / 2,
        end.topLeft() + (end.bottomLeft() - end.topLeft()) / 2,
    )
    first = lane_around(from_, to, boxes, ())
    assert first is not None and (first < card.top() or first > card.bottom())
    second = lane_around(from_, to, boxes, [(from_.x(), to.x(), first)])
    assert second is not None and abs(second - first) >= 8
    assert lane_around(from_, to, boxes_of([card.translated(0, 300)]), ()) is None


# -- notes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", fuzzed(8))
def test_notes_stay_beside_their_cards_and_lie_on_none(seed: int) -> None:
    choice = random.Random(seed)
    graph = branches(3)
    for node in graph.nodes:
        graph = graph.move(node.id, choice.randrange(2000), choice.randrange(1200))
    for number in range(4):
        graph, _ = annotating.add_note(
            graph, f"Note {number} " + "words " * choice.randrange(30), choice.randrange(2000), choice.randrange(1200)
        )
    laid = lay_out(project(graph, "digits"))
    cards = rects(laid)
    for note in laid.graph.notes:
        assert not any(QRectF(note.x, note.y, note.width, 32).intersects(card) for card in cards.values())
    assert lay_out(laid) == laid


def test_a_note_goes_where_its_card_goes() -> None:
    made = lay_out(project(branches(2), "digits"))
    concat = next(node for node in made.graph.nodes if node.kind == "concat")
    graph, _ = annotating.add_note(made.graph, "Here", concat.x, concat.y - 60)
    away = edits.move(made.with_graph(graph), {concat.id: (concat.x + 3000, concat.y + 900)})
    graph = annotating.set_note(away.graph, replace(away.graph.notes[0], x=concat.x + 3000, y=concat.y + 840))
    (note,) = lay_out(away.with_graph(graph)).graph.notes
    assert (note.x, note.y) == (concat.x, concat.y - 60)
