"""What a card shows: which kind of picture, how many parts of it and how large, from the project alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layers.input import FEATURES
from playground.document.graph import Graph, Node
from playground.document.project import Project
from playground.document.shapes import Problem, Shape, of_category
from playground.ui.editor.look import measure
from playground.ui.theme import token

Found = Mapping[str, Shape | Problem]

# Sizes that the design shows in its pictures and its tokens do not name.
PICTURE = 116
STRIP_COLUMNS, STRIP_CELL, STRIP_HEIGHT, STRIP_ROWS = 32, (7, 14), 34, 56
STRIPE = (96, 34)
SIGNED_BARS, CLASS_BARS = 211, 187
BAR_LABEL, BAR_NAME = 16, 70
FEATURE_LABEL = 54
CLASS_CAPTION = 24
# Gap between the header and a thumbnail, and between a thumbnail and the footer.
ABOVE, ABOVE_NEURONS, BELOW = 4, 10, 10
CHIP_HEIGHT, CHIP_GAP, CHIP_RULE = 20, 4, 20

# Kinds of layers whose values are never negative, whatever comes in, and those that leave the sign alone.
NON_NEGATIVE = frozenset({"relu", "sigmoid", "softmax"})
SIGN_KEEPING = frozenset(
    {"max_pool", "avg_pool", "global_avg_pool", "flatten", "reshape", "dropout", "add", "concat", "linear",
     "leaky_relu", "elu", "gelu", "tanh", "image"}
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """The thumbnail of one card.

    `kind` names the painter, `units` counts what the layer has and `shown` what the card has room for. Tiles of
    `tile` stand in `columns`, `gap` apart. `width` and `height` are those of the whole thumbnail. `labels` stand
    beside the parts, `spare` are features that could be switched on. `sources` are the colours and the numbers of
    channels of what Add and Concat bring together.
    """

    kind: str
    width: float
    height: float
    units: int = 0
    shown: int = 0
    columns: int = 1
    tile: tuple[float, float] = (0.0, 0.0)
    gap: float = 0.0
    table: str = "signed"
    labels: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    spare_labels: tuple[str, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()

    @property
    def by_neuron(self) -> bool:
        """True when weight wires can end at the parts of this thumbnail."""
        return self.kind in ("neurons", "features")

    @property
    def planar(self) -> bool:
        """True for pictures over the plane; such cards have their ports at the header."""
        return self.kind in ("neurons", "features", "class_maps")

    @property
    def margin(self) -> float:
        """The room at the left and right of the thumbnail."""
        wide = self.kind in ("neurons", "class_maps")
        return measure("card.neuron.side_margin" if wide else "card.padding")

    @property
    def above(self) -> float:
        """The room between header and thumbnail."""
        return ABOVE_NEURONS if self.planar else ABOVE

    @property
    def card_width(self) -> float:
        """The width of the card around it."""
        return max(measure("card.min_width"), self.width + 2 * self.margin)

    @property
    def card_height(self) -> float:
        """The height of the card around it."""
        return measure("card.header") + self.above + self.height + BELOW + measure("card.footer")


def plan_all(project: Project, found: Found, mode: str = "activations") -> dict[str, Plan]:
    """The plan of every card. `mode` is "activations", "weights" or "gradients"; on points only the first exists."""
    graph = project.graph
    planar = is_planar(graph)
    classes = CATALOGUE.datasets[project.data.name].class_names
    plans = {}
    for node in graph.nodes:
        shape = _known_shape(node, found, len(classes))
        if shape is None:
            plans[node.id] = Plan("empty", *STRIPE)
        elif planar:
            plans[node.id] = _planar(node, shape, classes)
        else:
            plan = _image(graph, node, shape, found, classes)
            plans[node.id] = _in_mode(plan, node, mode)
    return plans


def is_planar(graph: Graph) -> bool:
    """True when the network works on points of the plane, so that every neuron has a picture over it."""
    return any(graph.node(id).kind == "features" for id in of_category(graph, CATALOGUE.layers, "input"))


def _known_shape(node: Node, found: Found, classes: int) -> Shape | None:
    """The output shape, or what can be said of it while a problem keeps it from being known."""
    shape = found.get(node.id)
    if isinstance(shape, tuple):
        return shape
    if node.kind == "features":
        return (0,)
    if "units" in node.params:
        return (int(node.params["units"]),)
    return (classes,) if node.kind == "classes" and classes else None


# -- points ---------------------------------------------------------------------------------------------------


def _planar(node: Node, shape: Shape, classes: tuple[str, ...]) -> Plan:
    if len(shape) != 1:
        return Plan("empty", *STRIPE, units=shape[0])
    category = CATALOGUE.layers[node.kind].category
    if category == "output" and node.kind == "classes":
        return _class_maps(shape[0], classes)
    side = measure("card.neuron.output_size" if category == "output" else "card.neuron.size")
    gap, count = measure("card.neuron.gap"), shape[0]
    shown = min(count, int(measure("card.neuron.max_shown")))
    height = max(0, shown * (side + gap) - gap)
    plan = Plan("neurons", side, height, count, shown, 1, (side, side), gap)
    return _features(node, plan) if node.kind == "features" else plan


def _features(node: Node, plan: Plan) -> Plan:
    """The input has the names of its features beside their pictures, and those not in use below."""
    side = measure("card.neuron.size")
    width = FEATURE_LABEL + side + 8
    used = tuple(label for name, label, _ in FEATURES if node.params[name])
    spare = tuple((name, label) for name, label, _ in FEATURES if not node.params[name])
    names, labels = tuple(name for name, _ in spare), tuple(label for _, label in spare)
    plan = replace(plan, kind="features", width=width, labels=used, spare=names, spare_labels=labels)
    rows = chip_rows(plan)
    if rows:
        plan = replace(plan, height=plan.height + CHIP_RULE + len(rows) * (CHIP_HEIGHT + CHIP_GAP) - CHIP_GAP)
    return plan


def chip_rows(plan: Plan) -> list[list[tuple[int, float, float]]]:
    """Where the chips of unused features stand: for each row (number, left, width)."""
    rows: list[list[tuple[int, float, float]]] = []
    left = math.inf
    for number, label in enumerate(plan.spare_labels):
        width = 14 + 6.0 * len(label)
        if left + width > plan.width:
            rows.append([])
            left = 0.0
        rows[-1].append((number, left, width))
        left += width + CHIP_GAP
    return rows


def _class_maps(units: int, classes: tuple[str, ...]) -> Plan:
    side, gap = measure("card.neuron.output_size"), measure("card.neuron.gap")
    # One unit says yes or no, which is two classes.
    count = max(2, units)
    shown = min(count, int(measure("card.neuron.max_shown")))
    names = tuple(classes[number] if number < len(classes) else str(number) for number in range(shown))
    height = shown * (side + CLASS_CAPTION + gap) - gap
    return Plan("class_maps", side, height, count, shown, 1, (side, side), gap + CLASS_CAPTION, labels=names)


# -- pictures -------------------------------------------------------------------------------------------------


def _image(graph: Graph, node: Node, shape: Shape, found: Found, classes: tuple[str, ...]) -> Plan:
    layer = CATALOGUE.layers[node.kind]
    if node.kind == "image":
        scale = PICTURE / max(shape[1:])
        tile = (shape[2] * scale, shape[1] * scale)
        return Plan("picture", PICTURE, tile[1], shape[0], 1, 1, tile, table="image")
    table = "from_zero" if never_negative(graph, node.id) else "signed"
    if layer.category == "combine":
        return Plan("stripe", *STRIPE, units=shape[0], shown=shape[0], sources=_sources(graph, node, found))
    if len(shape) == 3:
        return _maps(shape, table)
    if layer.category == "output" and node.kind != "classes":
        # Several values are told apart by their bars, as those of one unit for each class are.
        return _bars(node, shape[0], classes) if shape[0] > 1 else Plan("figure", *STRIPE, units=1, shown=1)
    if node.kind in ("classes", "softmax") or _feeds_classes(graph, node, shape, found):
        return _bars(node, shape[0], classes)
    return _strip(shape[0], table)


def _sources(graph: Graph, node: Node, found: Found) -> tuple[tuple[str, int], ...]:
    """Colour and channels of each input; two of one category are told apart by other colours."""
    spare = [f"category.{name}" for name in ("combine", "dense", "pooling", "regularisation", "activation")]
    sources: list[tuple[str, int]] = []
    for edge in graph.incoming(node.id):
        shape = found.get(edge.source)
        color = f"category.{CATALOGUE.layers[graph.node(edge.source).kind].category}"
        taken = {other for other, _ in sources}
        color = color if color not in taken else next((other for other in spare if other not in taken), color)
        sources.append((color, shape[0] if isinstance(shape, tuple) else 1))
    return tuple(sources)


def _maps(shape: Shape, table: str) -> Plan:
    count = shape[0]
    sizes = {int(key): value for key, value in token("card.maps").items() if key.isdigit()}
    entry = sizes[next((key for key in sorted(sizes) if count <= key), max(sizes))]
    shown = min(count, int(measure("card.maps.max_shown")))
    columns, gap = min(shown, entry["columns"]), measure("card.maps.gap")
    scale = entry["size"] / max(shape[1:])
    tile = (shape[2] * scale, shape[1] * scale)
    rows = math.ceil(shown / columns)
    width, height = columns * (tile[0] + gap) - gap, rows * (tile[1] + gap) - gap
    return Plan("maps", width, height, count, shown, columns, tile, gap, table)


def _strip(count: int, table: str) -> Plan:
    columns = min(count, STRIP_COLUMNS)
    rows = min(STRIP_ROWS, math.ceil(count / columns))
    width = columns * min(14, max(STRIP_CELL[0], STRIP_COLUMNS * STRIP_CELL[0] // columns))
    height = STRIP_HEIGHT if rows == 1 else min(rows, 8) * STRIP_CELL[1]
    shown = min(count, columns * rows)
    return Plan("strip", width, height, count, shown, columns, (width, height), table=table)


def _bars(node: Node, units: int, classes: tuple[str, ...]) -> Plan:
    logits = node.kind not in ("classes", "softmax")
    count = units if logits or units > 1 else 2
    shown = min(count, int(measure("card.neuron.max_shown")))
    names = tuple(classes[number] if len(classes) == count else str(number) for number in range(shown))
    label = BAR_LABEL if max(map(len, names)) <= 2 else BAR_NAME
    width = (SIGNED_BARS if logits else CLASS_BARS) - BAR_LABEL + label
    kind = "signed_bars" if logits else "shares" if node.kind == "softmax" else "class_bars"
    return Plan(kind, width, shown * measure("card.bars.row"), count, shown, tile=(label, 0.0), labels=names)


def _feeds_classes(graph: Graph, node: Node, shape: Shape, found: Found) -> bool:
    """True for the layer whose values are the logits: a Dense right before Classes."""
    if CATALOGUE.layers[node.kind].category != "dense":
        return False
    return any(graph.node(edge.target).kind in ("classes", "softmax") for edge in graph.outgoing(node.id))


def _in_mode(plan: Plan, node: Node, mode: str) -> Plan:
    """The plan for another mode of the canvas: the card keeps its size, so nothing moves."""
    if mode == "activations" or plan.kind == "empty":
        return plan
    if mode == "gradients":
        kind = {"class_bars": "signed_bars", "shares": "signed_bars", "picture": "maps"}.get(plan.kind, plan.kind)
        return replace(plan, kind=kind, table="signed")
    category = CATALOGUE.layers[node.kind].category
    if category == "convolution":
        return replace(plan, kind="filters", table="signed")
    if category == "dense":
        return replace(plan, kind="matrix", table="signed", tile=(plan.width, plan.height), shown=plan.units)
    return replace(plan, kind="scale_and_shift" if node.kind == "batch_norm" else "no_weights")


def never_negative(graph: Graph, node_id: str) -> bool:
    """True when a layer's values cannot be negative: after ReLU, and what pooling or Flatten make of it."""
    node = graph.node(node_id)
    activation = str(node.params.get("activation", "none"))
    if node.kind in NON_NEGATIVE or activation in NON_NEGATIVE or node.kind == "image":
        return True
    if node.kind not in SIGN_KEEPING:
        return False
    sources = [edge.source for edge in graph.incoming(node_id)]
    return bool(sources) and all(never_negative(graph, source) for source in sources)
