"""Every edit of the canvas as a pure call: a project in, a project out. Nothing here knows a mouse or an item."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from PySide6.QtCore import QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import mend
from playground.catalog.connections import REMOVED, ConnectionsError, taken_out
from playground.document.clipping import ENDS
from playground.document.cures import heal
from playground.document.graph import Edge, Graph, GraphError, Node, placed
from playground.document.params import ParamError, Values, defaults
from playground.document.project import Project
from playground.document.shapes import Problem, Shape, ShapeError, infer, input_shapes, of_category, told
from playground.ui.editor.look import measure
from playground.ui.editor.stage_edits import taken_in
from playground.ui.editor.state import CardState, card_states

# Free room between two cards, and between those whose neurons are joined by weight wires.
GAP, WIDE_GAP = 60, 96
# The parameter of a layer with weights that keeps them as they are.
FROZEN = "frozen"


def states_of(project: Project) -> dict[str, CardState]:
    """What the cards of a project would look like, for their sizes."""
    return card_states(project, infer(project.graph, CATALOGUE.layers))


def is_end(project: Project, node_id: str) -> bool:
    """True for Input and Output: a network has exactly one of each."""
    return CATALOGUE.layers[project.graph.node(node_id).kind].category in ENDS


def first_values(project: Project, kind: str) -> Values:
    """The parameters of a new layer; an image input takes the size of the data."""
    values = defaults(CATALOGUE.layers[kind].params)
    shape = CATALOGUE.datasets[project.data.name].shape
    if kind == "image" and len(shape) == 3:
        for name, length in zip(("channels", "height", "width"), shape, strict=True):
            values = values.set(name, length)
    return values


# -- adding ---------------------------------------------------------------------------------------------------


def place(project: Project, kind: str, x: float, y: float) -> tuple[Project, str]:
    """A new layer that is not connected yet. An Input or Output takes the place of the present one."""
    category = CATALOGUE.layers[kind].category
    if category in ENDS:
        return _replace_end(project, kind, category)
    graph, node = project.graph.add(kind, first_values(project, kind), x=x, y=y)
    return project.with_graph(graph), node


def _replace_end(project: Project, kind: str, category: str) -> tuple[Project, str]:
    node = project.graph.node(of_category(project.graph, CATALOGUE.layers, category)[0])
    if node.kind == kind:
        return project, node.id
    return replace_layer(project, node.id, kind), node.id


def insert(project: Project, kind: str, edge: Edge) -> tuple[Project, str]:
    """A new layer in the middle of a wire; what comes after it makes room."""
    if CATALOGUE.layers[kind].category in ENDS:
        return place(project, kind, 0, 0)
    project, node = place(project, kind, 0, 0)
    project = project.with_graph(taken_in(project.graph.insert(node, edge), node))
    return make_room(project, node, edge.source), node


def insert_after(project: Project, kind: str, anchor: str | None) -> tuple[Project, str]:
    """A new layer behind another one, whose wires it takes over. Without an anchor, or behind the Output, it goes
    right before the Output."""
    graph = project.graph
    output = of_category(graph, CATALOGUE.layers, "output")[0]
    if CATALOGUE.layers[kind].category in ENDS:
        return place(project, kind, 0, 0)
    if anchor is None or anchor == output:
        wires = graph.incoming(output)
        if wires:
            return insert(project, kind, wires[0])
        end = graph.node(output)
        project, node = place(project, kind, end.x, end.y)
        return make_room(project.with_graph(project.graph.connect(node, output)), node, None), node
    outgoing = graph.outgoing(anchor)
    project, node = place(project, kind, 0, 0)
    graph = project.graph
    for edge in outgoing:
        graph = graph.disconnect(edge).connect(node, edge.target, edge.port)
    project = project.with_graph(taken_in(graph.connect(anchor, node), node))
    return make_room(project, node, anchor), node


def add_connected(project: Project, kind: str, source: str, x: float, y: float) -> tuple[Project, str]:
    """A new layer where a wire from `source` was let go."""
    project, node = place(project, kind, x, y)
    return project.with_graph(project.graph.connect(source, node)), node


def clear_of(project: Project, node_id: str, taken: Collection[QRectF]) -> Project:
    """Moves a layer to the nearest place on the grid where its card keeps off what lies on the canvas."""
    node, state = project.graph.node(node_id), states_of(project)[node_id]
    grid = measure("space.canvas_grid")
    around = [rect.adjusted(-grid, -grid, grid, grid) for rect in taken]
    # The nearest free place is where the card is, or touches the room around something.
    columns, rows = {node.x}, {node.y}
    for rect in around:
        columns |= {(rect.left() - state.width) // grid * grid, -(-rect.right() // grid) * grid}
        rows |= {(rect.top() - state.height) // grid * grid, -(-rect.bottom() // grid) * grid}
    places = sorted(((x, y) for x in columns for y in rows), key=lambda at: math.dist(at, (node.x, node.y)))
    for x, y in places:
        card = QRectF(x, y, state.width, state.height)
        if not any(card.intersects(rect) for rect in around):
            return move(project, {node_id: (x, y)})
    return project


def make_room(project: Project, node_id: str, source: str | None) -> Project:
    """Puts a new layer beside the one that feeds it and moves what comes after to the right as far as needed."""
    states, graph = states_of(project), project.graph
    node = graph.node(node_id)
    if source is not None:
        before = graph.node(source)
        out = states[source].output_place()
        x = before.x + states[source].width + gap_between(states[source], states[node_id])
        y = before.y + out.y() - states[node_id].input_place(0).y()
        graph = graph.move(node_id, x, y)
        node = graph.node(node_id)
    after = graph.descendants(node_id)
    right = node.x + states[node_id].width
    # A target that returns to the left of the new layer lies in another row and may stay there.
    ahead = [graph.node(edge.target) for edge in graph.outgoing(node_id)]
    ahead = [target for target in ahead if _beside(target, node, states)]
    shift = max((right + gap_between(states[node_id], states[target.id]) - target.x for target in ahead), default=0.0)
    if shift <= 0:
        return _off_others(project.with_graph(graph), node_id, states)
    left = min(target.x for target in ahead)
    for other in after:
        follower = graph.node(other)
        if follower.x >= left and _beside(follower, node, states):
            graph = graph.move(other, follower.x + shift, follower.y)
    return _off_others(project.with_graph(graph), node_id, states)


def _off_others(project: Project, node_id: str, states: Mapping[str, CardState]) -> Project:
    """A new layer where it covers no other, such as a card of another branch, which it does not push away."""
    rects = {node.id: QRectF(node.x, node.y, states[node.id].width, states[node.id].height)
             for node in project.graph.nodes}  # fmt: skip
    own = rects.pop(node_id)
    covered = any(own.intersects(rect) for rect in rects.values())
    return clear_of(project, node_id, list(rects.values())) if covered else project


def _beside(node: Node, other: Node, states: Mapping[str, CardState]) -> bool:
    """True when two cards stand in one row, one at least partly at the height of the other."""
    return (
        node.y < other.y + states[other.id].height
        and other.y < node.y + states[node.id].height
        and node.x + states[node.id].width > other.x
    )


def gap_between(left: CardState, right: CardState) -> float:
    """The free room that the design leaves between two cards."""
    gap = WIDE_GAP if left.plan.by_neuron and right.plan.by_neuron else GAP
    return max(gap, left.label_room(right.inputs > 1))


# -- wiring ---------------------------------------------------------------------------------------------------


def connect(project: Project, source: str, target: str, port: int, instead: Edge | None = None) -> Project:
    """A wire between two layers, in place of another one where an end was dragged. Raises GraphError."""
    graph = project.graph if instead is None else project.graph.disconnect(instead)
    return project.with_graph(graph.connect(source, target, port))


def disconnect(project: Project, edge: Edge) -> Project:
    """The project without a wire."""
    return project.with_graph(project.graph.disconnect(edge))


def can_connect(graph: Graph, source: str, target: str) -> bool:
    """True when a wire between two layers would close no loop and ends where wires may end."""
    layers = CATALOGUE.layers
    if layers[graph.node(target).kind].inputs[1] == 0 or layers[graph.node(source).kind].category == "output":
        return False
    return source != target and source not in graph.descendants(target)


def refusal(graph: Graph, edge: Edge, brought: Shape, shapes: Mapping[str, Shape | Problem]) -> str:
    """Why the layer at the end of a wire cannot take what the wire would bring, beside what reaches its other ports;
    empty where it can. A bypassed layer takes everything."""
    node = graph.node(edge.target)
    reaching = {other.port: shapes.get(other.source) for other in graph.incoming(node.id)} | {edge.port: brought}
    given = tuple(shape for _, shape in sorted(reaching.items()) if isinstance(shape, tuple))
    try:
        CATALOGUE.layers[node.kind].shape(given, node.params)
    except ShapeError as error:
        return "" if node.bypassed else told(graph, CATALOGUE.layers, node.id, error)
    return ""


def free_port(graph: Graph, node_id: str) -> int:
    """The port that a wire dropped onto a card ends at: the first free one, else the first."""
    taken = {edge.port for edge in graph.incoming(node_id)}
    most = CATALOGUE.layers[graph.node(node_id).kind].inputs[1]
    return next((port for port in range(most) if port not in taken), 0)


# -- changing what is there -----------------------------------------------------------------------------------


def move(project: Project, places: Mapping[str, tuple[float, float]]) -> Project:
    """Layers at other places."""
    nodes = tuple(
        replace(node, x=placed(places[node.id][0]), y=placed(places[node.id][1])) if node.id in places else node
        for node in project.graph.nodes
    )
    return project.with_graph(replace(project.graph, nodes=nodes))


def delete(project: Project, nodes: Collection[str], edges: Collection[Edge] = ()) -> Project:
    """The project without these layers and wires. What fed a layer with one input is wired to what it fed; Input
    and Output stay."""
    graph = project.graph
    for edge in edges:
        if edge in graph.edges:
            graph = graph.disconnect(edge)
    for node in graph.topological_order:
        if node in nodes and not is_end(project, node):
            graph = heal(graph, node)
    return project.with_graph(graph)


def toggle_bypass(project: Project, nodes: Collection[str]) -> Project:
    """Layers switched out of the network, or in again when all of them are out. Input and Output stay in it."""
    chosen = [node for node in nodes if not is_end(project, node)]
    out = not all(project.graph.node(node).bypassed for node in chosen)
    graph = project.graph
    for node in chosen:
        graph = graph.set_bypassed(node, out)
    return project.with_graph(graph)


def can_freeze(project: Project, node_id: str) -> bool:
    """True for a layer whose weights can be kept from learning."""
    return any(param.name == FROZEN for param in CATALOGUE.layers[project.graph.node(node_id).kind].params)


def toggle_frozen(project: Project, nodes: Collection[str]) -> Project:
    """The weights of layers kept as they are, or let learn again when all of them are kept."""
    chosen = [node for node in nodes if can_freeze(project, node)]
    frozen = not all(project.graph.node(node).params[FROZEN] for node in chosen)
    graph = project.graph
    for node in chosen:
        graph = graph.set_param(node, FROZEN, frozen)
    return project.with_graph(graph)


def remove_connection(project: Project, node_id: str, unit: int, source: int) -> Project:
    """A Dense layer without one of its weights. Raises GraphError where it cannot miss any."""
    graph, layers = project.graph, CATALOGUE.layers
    given = input_shapes(graph, layers, infer(graph, layers)).get(node_id)
    if not given:
        raise GraphError("The layers before it have a problem.")
    try:
        text = taken_out(given[0][0], graph.node(node_id).params, source, unit)
    except ConnectionsError as error:
        raise GraphError(str(error)) from None
    return project.with_graph(graph.set_param(node_id, REMOVED.name, text))


def can_replace(project: Project, node_id: str, kind: str) -> bool:
    """True when another layer can take a layer's place: an end takes that of an end of its own category."""
    old, new = CATALOGUE.layers[project.graph.node(node_id).kind], CATALOGUE.layers[kind]
    return new.category == old.category if new.category in ENDS or old.category in ENDS else True


def replace_layer(project: Project, node_id: str, kind: str) -> Project:
    """Another layer in a layer's place: name, position and wires stay, and every parameter that both have keeps its
    value where it fits. Wires into ports that the new layer lacks go."""
    graph, layer = project.graph, CATALOGUE.layers[kind]
    values, given = first_values(project, kind), graph.node(node_id).params
    for param in layer.params:
        if param.name in given:
            with contextlib.suppress(ParamError):
                values = values.set(param.name, param.check(given[param.name]))
    for edge in graph.incoming(node_id):
        if edge.port >= layer.inputs[1]:
            graph = graph.disconnect(edge)
    return project.with_graph(graph.set_kind(node_id, kind, values))


def mended(project: Project, problem: Problem) -> Project:
    """The project with a problem's cure carried out; a layer that it inserts gets room. Raises GraphError."""
    cured = mend(project, problem)
    for node in cured.graph.nodes:
        if node.id not in project.graph and cured.graph.incoming(node.id):
            cured = cured.with_graph(taken_in(cured.graph, node.id))
            cured = make_room(cured, node.id, cured.graph.incoming(node.id)[0].source)
    return cured


def use_feature(project: Project, node_id: str, name: str) -> Project:
    """The project with one more feature of its Input in use."""
    return project.with_graph(project.graph.set_param(node_id, name, True))
