"""The scene follows the document by id, whatever is edited, and leaves nothing behind."""

from __future__ import annotations

import gc
import random
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.document.graph import Edge, GraphError
from playground.document.params import Int, defaults
from playground.document.project import Project, read_project
from playground.document.shapes import of_category
from playground.resources import example, examples
from playground.ui.editor import copies, edits
from playground.ui.editor.card import CardItem
from playground.ui.editor.layout import lay_out
from playground.ui.editor.look import Look
from playground.ui.editor.note import NoteItem
from playground.ui.editor.port import PortItem
from playground.ui.editor.stage import StageItem
from playground.ui.editor.stage_edits import around
from playground.ui.editor.state import card_states
from playground.ui.editor.wire import WireItem
from tests.networks import CIRCLE, DIGITS_MLP, added, branched, chain, fuzzed, project
from tests.ui.canvases import SHIFT, CanvasBench

KINDS = [layer.name for layer in CATALOGUE.layers.values() if layer.category not in edits.ENDS]


def assert_scene_is_the_project(bench: CanvasBench) -> None:
    """Every card, wire, port and message, their places and looks, and not one item more."""
    document, scene = bench.document, bench.scene
    graph = document.project.graph
    states = card_states(document.project, document.shapes, document.problems)
    assert {id: card.state for id, card in scene.cards.items()} == states
    assert {id: card.pos() for id, card in scene.cards.items()} == {n.id: QPointF(n.x, n.y) for n in graph.nodes}
    assert set(scene.wires) == set(graph.edges)
    for edge, wire in scene.wires.items():
        ends = wire.path.elementAt(0), wire.path.elementAt(wire.path.elementCount() - 1)
        assert (ends[0].x, ends[0].y) == scene.cards[edge.source].output_point().toTuple()
        assert (ends[1].x, ends[1].y) == scene.cards[edge.target].input_point(edge.port).toTuple()
    items = scene.items()
    ports = sum(state.inputs + state.outputs for state in states.values())
    messages = sum(state.problem is not None for state in states.values())
    assert sum(isinstance(item, CardItem) for item in items) == len(states)
    assert sum(isinstance(item, PortItem) for item in items) == ports
    assert sum(isinstance(item, WireItem) for item in items) == len(graph.edges)
    assert {id: item.stage for id, item in scene.annotations.stages.items()} == {s.id: s for s in graph.stages}
    for stage in graph.stages:
        assert scene.annotations.stages[stage.id].rect() == around(scene.cards[node].rect() for node in stage.nodes)
    assert {id: item.note for id, item in scene.annotations.notes.items()} == {note.id: note for note in graph.notes}
    assert sum(isinstance(item, (StageItem, NoteItem)) for item in items) == len(graph.stages) + len(graph.notes)
    # Card and thumbnail each, weight wires at rest and on the move, and the pill of the one under the pointer.
    annotations = len(graph.stages) + len(graph.notes)
    assert len(items) == 2 * len(states) + ports + messages + len(graph.edges) + annotations + 3
    assert bench.focus.selection <= set(scene.cards)


def changed_param(project: Project, choice: random.Random) -> Project:
    node = choice.choice(project.graph.nodes)
    layer: Layer = CATALOGUE.layers[node.kind]
    whole = [param for param in layer.params if isinstance(param, Int)]
    if not whole:
        return project
    param = choice.choice(whole)
    value = param.check(max(param.minimum, min(param.maximum, choice.choice([1, 2, 3, 8, 40]))))
    return project.with_graph(project.graph.set_param(node.id, param.name, value))


def random_edit(project: Project, choice: random.Random) -> Project:
    """One edit of any kind that the canvas can make."""
    graph = project.graph
    nodes = [node.id for node in graph.nodes]
    kind = choice.choice(KINDS)
    match choice.randrange(9):
        case 0:
            return edits.place(project, kind, choice.randrange(-500, 900), choice.randrange(-300, 600))[0]
        case 1 if graph.edges:
            return edits.insert(project, kind, choice.choice(graph.edges))[0]
        case 2:
            return edits.insert_after(project, kind, choice.choice([None, *nodes]))[0]
        case 3:
            return edits.delete(project, choice.sample(nodes, min(2, len(nodes))))
        case 4:
            source, target = choice.choice(nodes), choice.choice(nodes)
            if edits.can_connect(graph, source, target):
                return edits.connect(project, source, target, edits.free_port(graph, target))
        case 5 if graph.edges:
            return edits.disconnect(project, choice.choice(graph.edges))
        case 6:
            return edits.move(project, {choice.choice(nodes): (choice.randrange(900), choice.randrange(500))})
        case 7:
            return copies.duplicate(project, choice.sample(nodes, min(3, len(nodes))))[0]
        case _:
            return lay_out(project) if choice.random() < 0.2 else changed_param(project, choice)
    return project


@pytest.mark.parametrize("network", ["points", "pictures"])
def test_after_300_random_edits_undone_and_redone_the_scene_is_the_project(qtbot, tmp_path: Path, network: str) -> None:
    start = project(CIRCLE) if network == "points" else project(branched(), "digits")
    bench = CanvasBench(qtbot, tmp_path, start)
    choice = random.Random(network)
    for number in fuzzed(300):
        stack = bench.document.undo_stack
        roll = choice.random()
        if roll < 0.15:
            stack.undo()
        elif roll < 0.25:
            stack.redo()
        else:
            try:
                bench.document.apply(f"Edit {number}", random_edit(bench.document.project, choice))
            except GraphError:
                continue
        if len(bench.graph.nodes) > 40:
            bench.document.apply("Less", edits.delete(bench.document.project, [n.id for n in bench.graph.nodes[20:]]))
        if number % 10 == 0:
            bench.focus.select(frozenset(choice.sample(sorted(bench.scene.cards), 1)))
            assert_scene_is_the_project(bench)
    assert_scene_is_the_project(bench)


def test_another_project_replaces_every_card_and_fits(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    old = bench.scene.cards["n2"]
    bench.view.canvas.set_zoom(2.0)
    bench.document.replace(lay_out(project(DIGITS_MLP, "digits")), None)
    assert bench.scene.cards["n2"] is not old
    assert old.scene() is None
    assert_scene_is_the_project(bench)
    assert bench.view.zoom_percent <= 100
    seen = bench.view.canvas.seen_rect()
    assert seen.contains(bench.scene.network_rect())


def test_a_removed_card_is_let_go(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.move(bench.header("n3"))
    gone = [weakref.ref(item) for item in (bench.scene.cards["n3"], bench.scene.wires[Edge("n3", "n4")])]
    bench.document.apply("Delete layer", edits.delete(bench.document.project, ["n3"]))
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


# --- what cards say ----------------------------------------------------------------------------------------


def test_cards_say_what_the_layer_is_and_gives_out(qtbot, tmp_path: Path) -> None:
    graph = chain(
        "image", ("conv2d", {"filters": 8, "kernel": 5}), "relu", "flatten", ("dense", {"units": 10}), "classes"
    )
    graph = graph.rename("n2", "edges")
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    conv, dense = bench.scene.cards["n2"].state, bench.scene.cards["n5"].state
    assert (conv.title, conv.detail) == ("edges", "Conv 2D 8 @ 5×5, no padding")
    assert (conv.shape, conv.counts[0]) == ("24 × 24 × 8", "208 par.")
    assert dense.counts[0] == "46\u202f090 par."
    assert bench.scene.cards["n2"].accessible_name == "edges, 8 filters, output 24 by 24 by 8, 208 parameters"
    assert bench.scene.wires[Edge("n2", "n3")].label == "24×24×8"
    assert bench.scene.wires[Edge("n4", "n5")].label == "4\u202f608"


def test_a_layer_off_the_way_is_dimmed_and_no_problem(qtbot, tmp_path: Path) -> None:
    graph, node = added(CIRCLE, "relu", "n2")
    bench = CanvasBench(qtbot, tmp_path, project(graph))
    assert bench.scene.cards[node].opacity() == pytest.approx(0.45)
    assert bench.scene.cards[node].face.opacity() == pytest.approx(0.45)
    assert bench.scene.cards["n2"].opacity() == 1.0
    assert bench.document.problems == ()


def test_a_problem_marks_card_and_port(qtbot, tmp_path: Path) -> None:
    graph, image = added(chain("image"), ("dense", {"units": 10}), "n1")
    graph, _ = added(graph, "classes", image)
    bench = CanvasBench(qtbot, tmp_path, project(graph, "digits"))
    card = bench.scene.cards["n2"]
    assert card.ports[0].state == "error"
    assert card.message is not None
    assert card.message.pos().y() == card.rect().bottom() + 6
    assert bench.scene.cards["n1"].message is None


def test_only_layers_that_learn_show_the_dot_while_training(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))
    assert [id for id, card in bench.scene.cards.items() if card.state.learns] == ["n3", "n4", "n5"]


@pytest.mark.parametrize("kind", sorted(CATALOGUE.layers))
def test_a_card_is_wide_enough_for_its_title(qtbot, tmp_path: Path, kind: str) -> None:
    bench = CanvasBench(qtbot, tmp_path, edits.place(project(CIRCLE), kind, 0, 600)[0])
    card = next(card for node, card in bench.scene.cards.items() if bench.graph.node(node).kind == kind)
    assert bench.scene.look.width("card_title", card.state.title) <= card.state.width - 20


@pytest.mark.parametrize("frozen", [False, True])
def test_no_title_is_shortened_on_a_card_that_is_as_wide_as_it_needs(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen: bool
) -> None:
    graph = CIRCLE
    for layer in CATALOGUE.layers.values():
        if layer.category not in ("input", "output"):
            graph, node = added(graph, layer.name)
            if edits.can_freeze(project(graph), node):
                graph = graph.set_param(node, "frozen", frozen)
    for name in ("WWWWWWW", "MMMMMMMMM", "Dropout 0.75", "Größe × 2 mm", "Kodierer 12"):
        graph, node = added(graph, ("dense", {"units": 2, "frozen": frozen}))
        graph = graph.rename(node, name)
    bench = CanvasBench(qtbot, tmp_path, project(graph))
    bench.models.runner.state_changed.emit("training")
    written: list[str] = []
    monkeypatch.setattr(Look, "text", lambda look, painter, rect, text, *rest: written.append(text))
    picture = QImage(2400, 1600, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    bench.scene.render(painter, source=bench.scene.network_rect())
    painter.end()
    assert {card.state.title for card in bench.scene.cards.values()} <= set(written)


def beside(bench: CanvasBench, edge: Edge) -> list[str]:
    """Cards that the label of a wire lies below."""
    wire = bench.scene.wires[edge]
    rect = wire.label_rect()
    assert rect is not None
    on = [node for node, card in bench.scene.cards.items() if card.rect().intersects(rect.adjusted(1, 1, -1, -1))]
    return [node for node in on if bench.scene.cards[node].face.zValue() > wire.zValue()]


@pytest.mark.parametrize("gap", [8, 20, 40, 70, 120])
def test_no_label_of_a_wire_lies_below_a_card(qtbot, tmp_path: Path, gap: int) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    edge = next(edge for edge in bench.graph.edges if len(bench.graph.outgoing(edge.source)) > 1)
    card, start = bench.scene.cards[edge.source].rect(), bench.header(edge.target)
    end = QPointF(card.right() + gap, card.top()) + start - bench.scene.cards[edge.target].pos()
    bench.drag(start, end, SHIFT)
    assert bench.scene.cards[edge.target].rect().left() - card.right() < gap + 3
    for other in bench.graph.edges:
        if bench.scene.wires[other].label:
            assert beside(bench, other) == []


def test_a_long_name_does_not_make_a_card_wide(qtbot, tmp_path: Path) -> None:
    graph = CIRCLE.rename("n2", "A layer with a name that goes on and on")
    bench = CanvasBench(qtbot, tmp_path, project(graph))
    assert bench.scene.cards["n2"].rect().width() == 180


# --- laying out --------------------------------------------------------------------------------------------


Boxes = dict[str, tuple[float, float, float, float]]


def boxes_of(made: Project) -> Boxes:
    """Left, top, right and bottom of every card."""
    states = edits.states_of(made)
    return {n.id: (n.x, n.y, n.x + states[n.id].width, n.y + states[n.id].height) for n in made.graph.nodes}


def assert_apart(boxes: Boxes) -> None:
    for first, a in boxes.items():
        for second, b in boxes.items():
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert first == second or apart, (first, second)


@pytest.mark.parametrize("name", [example.name for example in examples()])
def test_the_cards_of_an_example_do_not_overlap(name: str) -> None:
    assert_apart(boxes_of(read_project(example(name).path, CATALOGUE)))


@pytest.mark.parametrize("seed", fuzzed(10))
def test_cards_laid_out_do_not_overlap_and_run_forward(seed: int) -> None:
    choice = random.Random(seed)
    made = project(branched(), "digits")
    for _ in range(12):
        try:
            made = edits.insert(made, choice.choice(["relu", "dropout", "batch_norm", "linear"]),
                                choice.choice(made.graph.edges))[0]  # fmt: skip
        except GraphError:
            continue
    laid = lay_out(made)
    boxes = boxes_of(laid)
    assert_apart(boxes)
    for edge in laid.graph.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        assert source[2] < target[0] or target[1] > source[3]
    assert lay_out(laid) == laid


def test_lay_out_is_one_step_and_changes_places_only(qtbot, tmp_path: Path) -> None:
    graph = CIRCLE.move("n2", 700, 900)
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.document.replace(project(graph), None)
    bench.view.lay_out()
    assert bench.document.undo_stack.count() == 1
    assert [(n.id, n.kind, n.params) for n in bench.graph.nodes] == [(n.id, n.kind, n.params) for n in graph.nodes]
    assert bench.graph.edges == graph.edges


def test_cards_laid_out_anew_glide_to_their_places(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.document.apply("Move layer", edits.move(bench.document.project, {"n3": (900.0, 700.0)}))
    with qtbot.waitSignal(bench.scene.glide.finished):
        bench.view.lay_out()
    assert_scene_is_the_project(bench)


def test_an_edit_ends_a_glide(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.document.apply("Move layer", edits.move(bench.document.project, {"n3": (900.0, 700.0)}))
    bench.view.lay_out()
    bench.document.undo_stack.undo()
    assert bench.scene.cards["n3"].pos().toTuple() == (900.0, 700.0)
    assert_scene_is_the_project(bench)


def test_a_layer_inserted_without_a_selection_goes_before_the_output(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.view.insert_layer("dropout")
    output = of_category(bench.graph, CATALOGUE.layers, "output")[0]
    new = bench.graph.incoming(output)[0].source
    assert bench.graph.node(new).kind == "dropout"
    assert bench.graph.node(new).params == defaults(CATALOGUE.layers["dropout"].params)
    assert bench.focus.selection == {new}
