"""The network as an immutable graph of layers.

Nodes and edges are values: every edit returns a new `Graph`, so the undo stack, the views and the
training thread can each hold one without asking anybody.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from playground.document.annotations import Note, Stage, without_nodes
from playground.document.numbers import whole
from playground.document.params import Value, Values

# What a file may hold, the canvas must not exceed: whatever can be drawn can be saved and opened again.
MAX_NODES = 2_000
MAX_EDGES = 10_000
MAX_ID = 999_999_999
MAX_POSITION = 1e6


class GraphError(ValueError):
    """An edit that the graph cannot take; the message is a sentence for the user."""


def placed(position: float) -> float:
    """A coordinate as the file holds it: a float within the bounds of the canvas."""
    return max(-MAX_POSITION, min(MAX_POSITION, float(position)))


@dataclass(frozen=True)
class Node:
    """One layer on the canvas: `kind` names its entry in the catalogue, `x` and `y` its place in pixels.

    A bypassed layer keeps its card but hands on its first input as it is."""

    id: str
    kind: str
    name: str = ""
    params: Values = field(default_factory=Values)
    x: float = 0.0
    y: float = 0.0
    bypassed: bool = False


def number_of(node_id: str) -> int:
    """The number in the id of a node, stage or note: the larger, the later it was created."""
    return int(node_id[1:])


@dataclass(frozen=True, order=True)
class Edge:
    """A wire from the output of `source` to input number `port` of `target`."""

    source: str
    target: str
    port: int = 0


@dataclass(frozen=True)
class Graph:
    """A directed acyclic graph. `nodes` stand in order of creation; `last_id` is never given out again,
    so a new node cannot be mistaken for a removed one whose weights are still kept."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    last_id: int = 0
    stages: tuple[Stage, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _incoming(self) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.target].append(edge)
        return {id: tuple(sorted(edges, key=lambda edge: edge.port)) for id, edges in found.items()}

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.source].append(edge)
        return {id: tuple(edges) for id, edges in found.items()}

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._by_id

    def node(self, node_id: str) -> Node:
        """The node with this id. Raises GraphError."""
        try:
            return self._by_id[node_id]
        except KeyError:
            raise GraphError(f"There is no layer {node_id!r} in this network.") from None

    def incoming(self, node_id: str) -> tuple[Edge, ...]:
        """The wires into a node, by port."""
        self.node(node_id)
        return self._incoming[node_id]

    def outgoing(self, node_id: str) -> tuple[Edge, ...]:
        """The wires out of a node, in order of creation."""
        self.node(node_id)
        return self._outgoing[node_id]

    def add(
        self, kind: str, params: Values | None = None, *, name: str = "", x: float = 0.0, y: float = 0.0
    ) -> tuple[Graph, str]:
        """The graph with one more node, and the new node's id. Raises GraphError when it is full."""
        number = self.last_id + 1
        if len(self.nodes) >= MAX_NODES or number > MAX_ID:
            raise GraphError(f"This network is full: it can have {whole(MAX_NODES)} layers.")
        values = params if params is not None else Values()
        node = Node(f"n{number}", kind, name, values, placed(x), placed(y))
        return replace(self, nodes=(*self.nodes, node), last_id=number), node.id

    def remove(self, *node_ids: str) -> Graph:
        """The graph without these nodes and their wires."""
        for node_id in node_ids:
            self.node(node_id)
        gone = set(node_ids)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id not in gone),
            edges=tuple(edge for edge in self.edges if edge.source not in gone and edge.target not in gone),
            stages=without_nodes(self.stages, gone),
        )

    def connect(self, source: str, target: str, port: int = 0) -> Graph:
        """The graph with a wire; one that already ends at this port is replaced.

        Raises GraphError for an unknown node, a wire that would close a loop or one too many.
        """
        self.node(source), self.node(target)
        if source == target or source in self.descendants(target):
            raise GraphError("This wire would close a loop. A network here runs forward only.")
        edge = Edge(source, target, port)
        if edge in self.edges:
            return self
        kept = tuple(other for other in self.edges if (other.target, other.port) != (target, port))
        if len(kept) >= MAX_EDGES:
            raise GraphError(f"This network is full: it can have {whole(MAX_EDGES)} wires.")
        return replace(self, edges=(*kept, edge))

    def disconnect(self, edge: Edge) -> Graph:
        """The graph without this wire."""
        if edge not in self.edges:
            raise GraphError("This wire is not in the network.")
        return replace(self, edges=tuple(other for other in self.edges if other != edge))

    def _with_node(self, changed: Node) -> Graph:
        return replace(self, nodes=tuple(changed if node.id == changed.id else node for node in self.nodes))

    def move(self, node_id: str, x: float, y: float) -> Graph:
        """The graph with a node at another place."""
        return self._with_node(replace(self.node(node_id), x=placed(x), y=placed(y)))

    def rename(self, node_id: str, name: str) -> Graph:
        """The graph with a node under another name."""
        return self._with_node(replace(self.node(node_id), name=name))

    def set_param(self, node_id: str, name: str, value: Value) -> Graph:
        """The graph with one parameter of a node changed; the caller has checked the value."""
        node = self.node(node_id)
        return self._with_node(replace(node, params=node.params.set(name, value)))

    def set_bypassed(self, node_id: str, bypassed: bool) -> Graph:
        """The graph with a node switched out of the network, or in again."""
        return self._with_node(replace(self.node(node_id), bypassed=bypassed))

    def set_kind(self, node_id: str, kind: str, params: Values) -> Graph:
        """The graph with another layer in a node's place; wires and position stay."""
        return self._with_node(replace(self.node(node_id), kind=kind, params=params))

    def insert(self, node_id: str, edge: Edge) -> Graph:
        """The graph with an unconnected node put into the middle of a wire."""
        return self.disconnect(edge).connect(edge.source, node_id).connect(node_id, edge.target, edge.port)

    @cached_property
    def effective(self) -> Graph:
        """The graph that is computed: without the bypassed nodes, whose first input feeds what they fed."""
        if not any(node.bypassed for node in self.nodes):
            return self
        edges = (replace(edge, source=self.seen_through(edge.source)) for edge in self.edges)
        kept = tuple(node for node in self.nodes if not node.bypassed)
        ids = {node.id for node in kept}
        wires = tuple(edge for edge in edges if edge.source in ids and edge.target in ids)
        return replace(self, nodes=kept, edges=wires, stages=(), notes=())

    def seen_through(self, node_id: str) -> str:
        """The node whose output a node hands on: itself unless it is bypassed."""
        for _ in self.nodes:
            incoming = self._incoming[node_id]
            if not self._by_id[node_id].bypassed or not incoming:
                break
            node_id = incoming[0].source
        return node_id

    def _reach(self, start: str, forward: bool) -> frozenset[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            current = waiting.pop()
            edges = self._outgoing[current] if forward else self._incoming[current]
            for edge in edges:
                neighbour = edge.target if forward else edge.source
                if neighbour not in seen:
                    seen.add(neighbour)
                    waiting.append(neighbour)
        return frozenset(seen)

    def descendants(self, node_id: str) -> frozenset[str]:
        """Ids of all nodes that a node's output reaches, itself not included."""
        self.node(node_id)
        return self._reach(node_id, forward=True)

    def ancestors(self, node_id: str) -> frozenset[str]:
        """Ids of all nodes whose output reaches a node, itself not included."""
        self.node(node_id)
        return self._reach(node_id, forward=False)

    @cached_property
    def topological_order(self) -> tuple[str, ...]:
        """Node ids such that every wire runs forward; ties go by order of creation.

        Kahn's algorithm with a heap. Raises GraphError when the wires close a loop.
        """
        index = {node.id: number for number, node in enumerate(self.nodes)}
        missing = {node.id: len(self._incoming[node.id]) for node in self.nodes}
        ready = [index[id] for id, count in missing.items() if count == 0]
        heapq.heapify(ready)
        order: list[str] = []
        while ready:
            node = self.nodes[heapq.heappop(ready)]
            order.append(node.id)
            for edge in self._outgoing[node.id]:
                missing[edge.target] -= 1
                if missing[edge.target] == 0:
                    heapq.heappush(ready, index[edge.target])
        if len(order) < len(self.nodes):
            raise GraphError("The wires close a loop. A network here runs forward only.")
        return tuple(order)

    def between(self, sources: Iterable[str], targets: Iterable[str]) -> tuple[str, ...]:
        """Ids of the nodes on a path from a source to a target, ends included, in topological order."""
        sources, targets = set(sources), set(targets)
        reached = sources.union(*(self.descendants(id) for id in sources))
        needed = targets.union(*(self.ancestors(id) for id in targets))
        return tuple(id for id in self.topological_order if id in reached and id in needed)
