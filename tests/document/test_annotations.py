"""Bypassed layers, stages and notes: edits, what is computed, and the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotating import (
    add_note,
    group,
    note,
    remove_note,
    set_note,
    set_stage,
    stage,
    ungroup,
)
from playground.document.graph import Edge, Graph, GraphError
from playground.document.graph_file import graph_entry, read_graph
from playground.document.project import from_json, read_project, to_json
from playground.document.shapes import active_inputs, active_nodes, infer, parameter_counts
from playground.document.strict import ProjectError
from playground.resources import example

LAYERS = CATALOGUE.layers


def circle() -> Graph:
    """Features n1, two Dense layers of 4 and 2, one of 1, Value; whichever ids the example has."""
    return read_project(example("circle").path, CATALOGUE).graph


def dense_ids(graph: Graph) -> list[str]:
    return [node.id for node in graph.nodes if node.kind == "dense"]


def test_a_bypassed_layer_hands_on_its_input() -> None:
    graph = circle()
    first, second, last = dense_ids(graph)
    bypassed = graph.set_bypassed(second, True)
    found = infer(bypassed, LAYERS)
    assert found[second] == found[first] == (4,)
    assert second not in active_nodes(bypassed, LAYERS)
    assert active_inputs(bypassed, last, {first, last}) == (first,)
    assert parameter_counts(bypassed, LAYERS, found)[last] == 5
    assert bypassed.set_bypassed(second, False) == graph


def test_several_bypassed_layers_in_a_row_are_seen_through() -> None:
    graph = circle()
    first, second, last = dense_ids(graph)
    bypassed = graph.set_bypassed(first, True).set_bypassed(second, True)
    (before,) = active_inputs(bypassed, last, set(active_nodes(bypassed, LAYERS)))
    assert graph.node(before).kind == "features"
    assert infer(bypassed, LAYERS)[second] == (2,)


def test_a_bypassed_layer_of_two_inputs_hands_on_the_first() -> None:
    graph, a = Graph().add("features")
    graph, b = graph.add("dense")
    graph, c = graph.add("add")
    graph, d = graph.add("value")
    for source, target, port in ((a, b, 0), (b, c, 0), (a, c, 1), (c, d, 0)):
        graph = graph.connect(source, target, port)
    assert graph.set_bypassed(c, True).effective.edges == (Edge(a, b), Edge(b, d))


def test_a_bypassed_layer_without_an_input_feeds_nothing() -> None:
    graph, a = Graph().add("dense")
    graph, b = graph.add("value")
    assert graph.connect(a, b).set_bypassed(a, True).effective.edges == ()


def test_a_ring_of_bypassed_layers_ends() -> None:
    graph, a = Graph().add("dense")
    graph, b = graph.add("dense")
    ring = replace(graph, edges=(Edge(a, b), Edge(b, a))).set_bypassed(a, True).set_bypassed(b, True)
    assert ring.effective.edges == ()


def test_stages_follow_their_cards() -> None:
    graph = circle()
    first, second, last = dense_ids(graph)
    graph, one = group(graph, (second, first), "Hidden", "what is learnt")
    assert stage(graph, one).nodes == (first, second)
    graph, two = group(graph, (second, last))
    assert stage(graph, one).nodes == (first,), "a card is in one stage only"
    graph = set_stage(graph, replace(stage(graph, one), title="First", nodes=(first, last)))
    assert stage(graph, two).nodes == (second,) and stage(graph, one).title == "First"
    graph = graph.remove(second)
    assert [left.id for left in graph.stages] == [one], "an empty stage goes"
    assert ungroup(graph, one).stages == ()


def test_stages_and_notes_refuse_what_is_not_there() -> None:
    graph = circle()
    with pytest.raises(GraphError, match="at least one layer"):
        group(graph, ())
    with pytest.raises(GraphError, match="n999"):
        group(graph, ("n999",))
    for unknown in (lambda: stage(graph, "s1"), lambda: note(graph, "t1"), lambda: ungroup(graph, "s1")):
        with pytest.raises(GraphError, match="There is no"):
            unknown()


def test_notes_are_added_changed_and_removed() -> None:
    graph, id = add_note(circle(), "Look here", 1e9, -3.0)
    assert note(graph, id).x == 1e6 and note(graph, id).width == 200.0
    graph = set_note(graph, replace(note(graph, id), text="Two\nlines", width=1.0))
    assert note(graph, id).text == "Two\nlines" and note(graph, id).width == 80.0
    assert remove_note(graph, id).notes == ()


def annotated() -> Graph:
    graph = circle()
    first, second, _ = dense_ids(graph)
    graph, _ = group(graph.set_bypassed(second, True), (first,), "Hidden", "words")
    graph, _ = add_note(graph, "A note\nof two lines", 10.5, 20.0)
    return graph


def test_the_file_keeps_bypass_stages_and_notes() -> None:
    project = read_project(example("circle").path, CATALOGUE).with_graph(annotated())
    text = to_json(project)
    again = from_json(text, CATALOGUE)
    assert again == project and to_json(again) == text


def test_a_network_without_them_is_written_as_before() -> None:
    assert set(graph_entry(circle())) == {"last_id", "nodes", "edges"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entry: entry["nodes"][0].update(bypassed=True), "cannot be bypassed"),
        (lambda entry: entry["nodes"][1].update(bypassed=1), "true or false"),
        (lambda entry: entry["stages"][0].update(id="n5"), "must be s and a number"),
        (lambda entry: entry["stages"][0].update(nodes=["n77"]), "names 'n77'"),
        (lambda entry: entry["stages"][0].update(nodes=[]), "at least one layer"),
        (lambda entry: entry["stages"].append({**entry["stages"][0], "id": "s900"}), "in a stage already"),
        (lambda entry: entry["stages"][0].update(title="two\nlines"), "on one line"),
        (lambda entry: entry["notes"][0].update(text="a\x00b"), "printable"),
        (lambda entry: entry["notes"][0].update(width=1e9), "Width must be from"),
        (lambda entry: entry["notes"][0].update(id="t1"), "the same number"),
        (lambda entry: entry.update(colour="red"), "unknown entry 'colour'"),
    ],
)
def test_a_wrong_entry_is_named(change: object, message: str) -> None:
    entry = graph_entry(annotated())
    change(entry)  # type: ignore[operator]
    with pytest.raises(ProjectError, match=message):
        read_graph(entry, LAYERS)
