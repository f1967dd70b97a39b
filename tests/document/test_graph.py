"""Edits of the graph: each returns a new value, none makes a loop, no id comes back."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError

import pytest

from playground.document.cures import heal
from playground.document.graph import MAX_EDGES, MAX_ID, MAX_NODES, MAX_POSITION, Edge, Graph, GraphError, Node
from playground.document.params import Values
from tests.networks import assert_sentence, fuzzed


def line(length: int) -> Graph:
    """n1 -> n2 -> ... -> n<length>."""
    graph = Graph()
    for number in range(1, length + 1):
        graph, _ = graph.add("dense")
        if number > 1:
            graph = graph.connect(f"n{number - 1}", f"n{number}")
    return graph


def diamond() -> Graph:
    """n1 feeds n2 and n3, which both feed n4."""
    graph = Graph()
    for _ in range(4):
        graph, _ = graph.add("dense")
    return graph.connect("n1", "n2").connect("n1", "n3").connect("n2", "n4", 0).connect("n3", "n4", 1)


EDITS = {
    "add": lambda graph: graph.add("dense", x=5)[0],
    "remove": lambda graph: graph.remove("n2"),
    "connect": lambda graph: graph.connect("n1", "n4", 2),
    "disconnect": lambda graph: graph.disconnect(Edge("n1", "n2")),
    "move": lambda graph: graph.move("n3", 10, 20),
    "rename": lambda graph: graph.rename("n3", "eyes"),
    "set_param": lambda graph: graph.set_param("n3", "units", 3),
    "set_kind": lambda graph: graph.set_kind("n3", "flatten", Values()),
    "insert": lambda graph: graph.add("dense")[0].insert("n5", Edge("n1", "n2")),
    "heal": lambda graph: heal(graph, "n2"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_returns_a_new_graph_and_leaves_the_old_one_alone(name):
    graph = diamond()
    _ = graph.topological_order, graph.incoming("n4"), graph.outgoing("n1")
    edited = EDITS[name](graph)
    assert edited != graph
    assert graph == diamond() and graph.topological_order == diamond().topological_order
    assert hash(graph) == hash(diamond())


def test_graphs_nodes_and_parameters_cannot_be_changed_in_place():
    graph = diamond()
    for value, name in ((graph, "nodes"), (graph.nodes[0], "x"), (graph.edges[0], "port")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 1)
    with pytest.raises(TypeError):
        graph.nodes[0].params["units"] = 3


@pytest.mark.parametrize(("source", "target"), [("n1", "n1"), ("n2", "n1"), ("n4", "n1"), ("n4", "n2")])
def test_a_wire_that_closes_a_loop_is_refused(source, target):
    with pytest.raises(GraphError, match="loop") as caught:
        line(4).connect(source, target, 1)
    assert_sentence(caught.value)


def test_random_wires_are_refused_just_when_they_would_close_a_loop():
    for seed in fuzzed(50):
        rng = random.Random(seed)
        graph = Graph()
        for _ in range(8):
            graph, _ = graph.add("dense")
        for _ in range(40):
            source, target = f"n{rng.randint(1, 8)}", f"n{rng.randint(1, 8)}"
            loops = source == target or _reaches(graph, target, source)
            try:
                graph = graph.connect(source, target, rng.randint(0, 20))
                refused = False
            except GraphError:
                refused = True
            assert refused == loops, f"seed {seed}: {source} -> {target}"
            _ = graph.topological_order


def _reaches(graph: Graph, start: str, end: str) -> bool:
    return any(edge.target == end or _reaches(graph, edge.target, end) for edge in graph.edges if edge.source == start)


@pytest.mark.parametrize(
    "edit",
    [
        lambda graph: graph.node("n9"),
        lambda graph: graph.incoming("n9"),
        lambda graph: graph.outgoing("n9"),
        lambda graph: graph.remove("n1", "n9"),
        lambda graph: graph.connect("n9", "n1"),
        lambda graph: graph.connect("n1", "n9"),
        lambda graph: graph.move("n9", 0, 0),
        lambda graph: graph.rename("n9", ""),
        lambda graph: graph.set_param("n9", "units", 1),
        lambda graph: graph.set_kind("n9", "dense", Values()),
        lambda graph: graph.descendants("n9"),
        lambda graph: graph.ancestors("n9"),
        lambda graph: graph.disconnect(Edge("n1", "n4")),
        lambda graph: graph.insert("n3", Edge("n1", "n4")),
        lambda graph: heal(graph, "n9"),
    ],
)
def test_what_is_not_in_the_network_is_refused_by_a_sentence(edit):
    with pytest.raises(GraphError) as caught:
        edit(line(4))
    assert_sentence(caught.value)


def test_a_wire_to_a_taken_port_replaces_the_one_that_was_there():
    graph = diamond().connect("n1", "n4", 1)
    assert graph.incoming("n4") == (Edge("n2", "n4", 0), Edge("n1", "n4", 1))


def test_connecting_what_is_connected_changes_nothing():
    graph = diamond()
    assert graph.connect("n2", "n4", 0) is graph


def test_two_wires_may_join_the_same_layers_at_different_ports():
    graph = line(2).connect("n1", "n2", 1)
    assert [edge.port for edge in graph.incoming("n2")] == [0, 1]
    assert graph.topological_order == ("n1", "n2")


def test_a_layer_put_into_a_wire_takes_its_place_and_its_port():
    graph, new = diamond().add("dense")
    graph = graph.insert(new, Edge("n3", "n4", 1))
    assert graph.incoming("n4") == (Edge("n2", "n4", 0), Edge(new, "n4", 1))
    assert graph.incoming(new) == (Edge("n3", new, 0),)


def test_a_layer_cannot_be_put_into_a_wire_of_its_own():
    for node in ("n1", "n2"):
        with pytest.raises(GraphError, match="loop"):
            line(2).insert(node, Edge("n1", "n2"))


def test_removing_a_layer_removes_its_wires_only():
    graph = diamond().remove("n2")
    assert graph.edges == (Edge("n1", "n3", 0), Edge("n3", "n4", 1))


def test_healing_joins_what_fed_a_layer_to_everything_it_fed():
    graph = line(3)
    for _ in range(2):
        graph, new = graph.add("dense")
        graph = graph.connect("n2", new, 3)
    healed = heal(graph, "n2")
    assert set(healed.edges) == {Edge("n1", "n3", 0), Edge("n1", "n4", 3), Edge("n1", "n5", 3)}


def test_healing_a_layer_with_two_inputs_or_none_only_takes_it_out():
    graph = line(4).connect("n1", "n3", 1)
    assert heal(graph, "n3").edges == (Edge("n1", "n2"),)
    assert heal(graph, "n1").edges == (Edge("n2", "n3"), Edge("n3", "n4"))
    assert heal(graph, "n4").edges == (Edge("n1", "n2"), Edge("n2", "n3"), Edge("n1", "n3", 1))


def test_healing_keeps_both_wires_where_a_shortcut_leads_past_the_layer():
    graph = line(3).connect("n1", "n3", 1)
    assert heal(graph, "n2").incoming("n3") == (Edge("n1", "n3", 0), Edge("n1", "n3", 1))


def test_inserting_and_healing_are_each_other_undone():
    graph, new = diamond().add("dense")
    for edge in diamond().edges:
        assert set(heal(graph.insert(new, edge), new).edges) == set(diamond().edges)


def test_ids_are_not_given_out_again_after_a_removal():
    graph, seen = Graph(), set()
    for _ in range(20):
        graph, node = graph.add("dense")
        assert node not in seen
        seen.add(node)
        graph = graph.remove(node)
    assert graph == Graph(last_id=20)


def test_wires_run_forward_and_ties_go_by_order_of_creation():
    """Against the definition: the earliest created node all of whose sources have had their turn comes next."""
    for seed in fuzzed(100):
        rng = random.Random(seed)
        graph = Graph()
        for _ in range(rng.randint(1, 12)):
            graph, _ = graph.add("dense")
        ids = [node.id for node in graph.nodes]
        rank = rng.sample(ids, len(ids))
        for _ in range(rng.randint(0, 25)):
            low, high = sorted(rng.sample(range(len(ids)), 2)) if len(ids) > 1 else (0, 0)
            if low != high:
                graph = graph.connect(rank[low], rank[high], rng.randint(0, 9))
        waiting, done = list(ids), []
        while waiting:
            ready = (id for id in waiting if all(edge.source in done for edge in graph.incoming(id)))
            done.append(next(ready))
            waiting.remove(done[-1])
        assert graph.topological_order == tuple(done), f"seed {seed}"


def test_a_loop_made_behind_its_back_is_told_by_the_order():
    graph = Graph((Node("n1", "dense"), Node("n2", "dense")), (Edge("n1", "n2"), Edge("n2", "n1")), 2)
    with pytest.raises(GraphError, match="loop"):
        _ = graph.topological_order


def test_paths_between_two_layers_leave_out_what_lies_beside_them():
    graph, beside = diamond().add("dense")
    graph, behind = graph.connect("n2", beside, 0).add("dense")
    graph = graph.connect("n4", behind)
    assert graph.between(["n1"], ["n4"]) == ("n1", "n2", "n3", "n4")
    assert graph.between(["n2"], ["n3"]) == ()
    assert graph.between([], ["n4"]) == ()
    assert graph.ancestors("n4") == {"n1", "n2", "n3"}
    assert graph.descendants("n2") == {"n4", beside, behind}


def test_positions_stay_where_a_file_can_hold_them():
    graph, node = Graph().add("dense", x=3, y=-4)
    assert (type(graph.node(node).x), type(graph.node(node).y)) == (float, float)
    for position in (1e9, -1e300, float("inf"), float("nan")):
        moved = graph.move(node, position, position).node(node)
        assert abs(moved.x) <= MAX_POSITION and abs(moved.y) <= MAX_POSITION


def test_a_full_network_takes_no_more_layers_or_wires():
    graph = Graph(tuple(Node(f"n{number}", "add") for number in range(1, MAX_NODES + 1)), (), MAX_NODES)
    with pytest.raises(GraphError) as caught:
        graph.add("dense")
    assert_sentence(caught.value)
    with pytest.raises(GraphError):
        Graph(last_id=MAX_ID).add("dense")
    edges = tuple(Edge("n1", f"n{2 + number // 16}", number % 16) for number in range(MAX_EDGES))
    wired = Graph(graph.nodes, edges, graph.last_id)
    with pytest.raises(GraphError) as caught:
        wired.connect("n1", f"n{MAX_NODES}", 3)
    assert_sentence(caught.value)
    assert wired.connect("n2", "n3", 0).incoming("n3")[0] == Edge("n2", "n3", 0)


def test_two_thousand_layers_in_a_row_are_no_burden():
    graph = Graph(
        tuple(Node(f"n{number}", "dense") for number in range(1, MAX_NODES + 1)),
        tuple(Edge(f"n{number}", f"n{number + 1}") for number in range(1, MAX_NODES)),
        MAX_NODES,
    )
    assert len(graph.topological_order) == MAX_NODES
    assert len(graph.descendants("n1")) == MAX_NODES - 1
    with pytest.raises(GraphError, match="loop"):
        graph.connect(f"n{MAX_NODES}", "n1", 1)
