"""Layers as text: what is cut out, what comes back, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotating import MAX_ANNOTATIONS, add_note, group
from playground.document.clipping import (
    MARK,
    MAX_TEXT,
    ClippingError,
    cut_out,
    from_text,
    put_in,
    to_text,
)
from playground.document.graph import MAX_EDGES, MAX_NODES, Edge, Graph, GraphError
from playground.document.graph_file import graph_entry, read_graph
from tests.networks import CIRCLE, SMALL_CNN, assert_sentence, branched

LAYERS = CATALOGUE.layers
EVERYTHING = frozenset(f"n{number}" for number in range(1, 20))


def test_a_cutting_has_the_layers_and_the_wires_between_them_but_no_ends() -> None:
    clipping = cut_out(CIRCLE, EVERYTHING, LAYERS)
    assert [node.id for node in clipping.nodes] == ["n2", "n3", "n4"]
    assert clipping.edges == (Edge("n2", "n3"), Edge("n3", "n4"))
    assert cut_out(CIRCLE, {"n2", "n4"}, LAYERS).edges == ()
    assert cut_out(CIRCLE, {"n1", "n5"}, LAYERS).nodes == ()


@pytest.mark.parametrize("graph", [CIRCLE, SMALL_CNN, branched()])
def test_text_gives_the_same_layers_back(graph: Graph) -> None:
    graph = graph.rename("n2", "Erste Schicht 7 × 7").set_bypassed("n3", True).move("n2", -40.5, 80)
    clipping = cut_out(graph, EVERYTHING, LAYERS)
    read = from_text(to_text(clipping), LAYERS)
    assert (read.nodes, read.edges, read.stages) == (clipping.nodes, clipping.edges, clipping.stages)
    assert to_text(read) == to_text(clipping)


def test_the_text_can_be_read_by_a_person() -> None:
    text = to_text(cut_out(CIRCLE, {"n2"}, LAYERS))
    lines = [line.strip() for line in text.splitlines()]
    assert '"kind": "dense",' in lines
    assert '"units": 4,' in lines
    assert max(map(len, lines)) < 60


def test_layers_are_put_in_under_new_ids_beside_what_is_there() -> None:
    clipping = cut_out(CIRCLE.rename("n3", "second").set_bypassed("n3", True), {"n2", "n3"}, LAYERS)
    graph, copies = put_in(CIRCLE, clipping, 40, -20)
    assert copies == {"n2": "n6", "n3": "n7"}
    assert graph.nodes[:5] == CIRCLE.nodes
    assert set(graph.edges) - set(CIRCLE.edges) == {Edge("n6", "n7")}
    copy = graph.node("n7")
    assert (copy.name, copy.bypassed, copy.params) == ("second", True, CIRCLE.node("n3").params)
    assert (copy.x, copy.y) == (CIRCLE.node("n3").x + 40, CIRCLE.node("n3").y - 20)
    assert read_graph(graph_entry(graph), LAYERS) == graph


def test_ports_stay_what_they_were() -> None:
    graph = branched()
    clipping = cut_out(graph, {"n2", "n3", "n4"}, LAYERS)
    pasted, copies = put_in(graph, clipping)
    assert [(edge.source, edge.port) for edge in pasted.incoming(copies["n4"])] == [
        (copies["n2"], 0),
        (copies["n3"], 1),
    ]


def test_a_stage_comes_along_when_all_of_its_layers_do() -> None:
    graph, _ = group(CIRCLE, ("n1", "n2", "n3"), "Body", "learns")
    whole = cut_out(graph, {"n2", "n3", "n4"}, LAYERS)
    assert [(stage.title, stage.nodes) for stage in whole.stages] == [("Body", ("n2", "n3"))]
    assert cut_out(graph, {"n2", "n4"}, LAYERS).stages == ()
    pasted, copies = put_in(graph, from_text(to_text(whole), LAYERS))
    assert pasted.stages[0] == graph.stages[0]
    assert (pasted.stages[1].title, pasted.stages[1].words) == ("Body", "learns")
    assert pasted.stages[1].nodes == (copies["n2"], copies["n3"])
    assert read_graph(graph_entry(pasted), LAYERS) == pasted


def test_notes_come_along_with_layers_or_alone() -> None:
    graph, note = add_note(CIRCLE, "Watch this\nlayer", 10, -30.5, 240)
    graph = add_note(graph, "Not this", 0, 0)[0]
    for nodes in ({"n2", "n3"}, set()):
        clipping = from_text(to_text(cut_out(graph, nodes, LAYERS, {note})), LAYERS)
        assert clipping.notes == graph.notes[:1]
        pasted, copies = put_in(graph, clipping, 40, 20)
        copy = pasted.notes[-1]
        assert (copy.id, copy.text, copy.x, copy.y, copy.width) == (copies[note], "Watch this\nlayer", 50, -10.5, 240)
        assert pasted.notes[:2] == graph.notes and read_graph(graph_entry(pasted), LAYERS) == pasted
    full = replace(CIRCLE, notes=graph.notes * (MAX_ANNOTATIONS // 2))
    with pytest.raises(GraphError, match="full"):
        put_in(full, clipping)


def test_a_text_without_notes_is_what_it_always_was() -> None:
    assert set(json.loads(to_text(cut_out(CIRCLE, {"n2"}, LAYERS)))) == {MARK, "nodes", "edges"}


@pytest.mark.parametrize(
    "text",
    ["", "hello", "{", "[]", "17", '{"format": 1}', "\ud800", "[" * 100_000, '{"a": NaN}', "x" * (MAX_TEXT + 1)],
    ids=["empty", "words", "broken", "list", "number", "project", "surrogate", "deep", "nan", "long"],
)
def test_text_from_elsewhere_holds_no_layers(text: str) -> None:
    with pytest.raises(ClippingError) as error:
        from_text(text, LAYERS)
    assert str(error.value) == "The clipboard holds no layers."


def damaged(**changes: object) -> str:
    entry = json.loads(to_text(cut_out(CIRCLE, {"n2", "n3"}, LAYERS)))
    return json.dumps({**entry, **changes})


NODE = json.loads(to_text(cut_out(CIRCLE, {"n2"}, LAYERS)))["nodes"][0]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({MARK: 2}, "format 2"),
        ({MARK: True}, "format True"),
        ({"nodes": []}, "empty"),
        ({"nodes": [{**NODE, "kind": "explode"}]}, "explode"),
        ({"nodes": [{**NODE, "params": {"units": -3}}]}, "Units"),
        ({"nodes": [NODE, NODE]}, "same id"),
        ({"nodes": [{**NODE, "kind": "value", "params": {}}]}, "Input and Output"),
        ({"edges": [["n2", "n9", 0]]}, "n9"),
        ({"edges": [["n2", "n3", 0], ["n3", "n2", 0]]}, "loop"),
        ({"extra": 1}, "extra"),
        ({"stages": [{"id": "s9", "title": "", "words": "", "nodes": ["n9"]}]}, "n9"),
        ({"notes": {}}, "must be a list"),
        ({"notes": [{"id": "t9", "text": "x", "x": 0, "y": 0}]}, "width"),
        ({"notes": [{"id": "t9", "text": "x" * 9000, "x": 0, "y": 0, "width": 200}]}, "at most 4000"),
        ({"notes": [{"id": "t9", "text": "x", "x": 1e12, "y": 0, "width": 200}]}, "Position"),
        ({"notes": [{"id": "n9", "text": "x", "x": 0, "y": 0, "width": 200}]}, "such as t7"),
    ],
)
def test_damaged_layers_are_refused_with_the_place(changes: dict[str, object], place: str) -> None:
    with pytest.raises(ClippingError, match=place) as error:
        from_text(damaged(**changes), LAYERS)
    assert_sentence(error.value)


def test_a_full_network_takes_no_more_layers_or_wires() -> None:
    clipping = cut_out(CIRCLE, {"n2", "n3"}, LAYERS)
    full = replace(CIRCLE, nodes=CIRCLE.nodes * (MAX_NODES // 5))
    with pytest.raises(GraphError, match="full"):
        put_in(full, clipping)
    wired = replace(CIRCLE, edges=CIRCLE.edges * (MAX_EDGES // 4))
    with pytest.raises(GraphError, match="wires"):
        put_in(wired, clipping)
