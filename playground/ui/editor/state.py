"""What every card says and looks like, worked out from the project alone: the scene only carries it out.

Items compare the state they have with the one they should have, so a card is touched only when it changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QCoreApplication, QPointF

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.initialisation import is_frozen
from playground.document.graph import Graph, Node
from playground.document.project import Project
from playground.document.shapes import Problem, Shape, active_nodes, parameter_counts, shape_text
from playground.ui.editor.look import measure
from playground.ui.editor.thumbnails import Plan, plan_all
from playground.ui.numbers import whole

PORT_SPACING = 32
# Added where a port would lie on the round corner of its card.
PORT_MARGIN = 12
# The width of a letter of a title on average, what is left and right of the title, and the dot while training or the
# sign of frozen weights.
LETTER, TITLE_MARGIN, DOT_ROOM = 8.4, 20, 13
# The widths of single letters in a wide font, and of all others: a title of broad ones needs more than the average.
LETTERS = {letter: width for letters, width in (
    ("ijlIJ .,:;'|", 5.0), ("frt-()²³", 6.6), ("csz", 7.8), ("abdeghknopquvxy0123456789", 9.4),
    ("ABCDEFGHKLNOPQRSTUVXYZ×", 11.1), ("mwMW@%", 14.6),
) for letter in letters}  # fmt: skip
OTHER_LETTER = 13.0
# A longer title, such as a name that the user gave, is shortened.
TITLE_MOST = 180
# The widths of a digit of a label on a wire and of the sign between two, of the frame around one that is a pill, and
# what is left free beside it.
DIGIT, TIMES, PILL, BESIDE_LABEL = 7.0, 9.2, 18.0, 3.0
PARAMETRIC = frozenset({"dense", "conv2d", "batch_norm"})


def shape_label(shape: Shape) -> str:
    """A shape as it stands on a wire: without spaces and without the batch."""
    if len(shape) == 1:
        return whole(shape[0])
    return shape_text(shape, "×")


@dataclass(frozen=True)
class CardState:
    """Everything a card shows besides its numbers. `counts` are texts for the right of the footer, the longest
    first; the first that fits is shown. `dimmed` layers are left out of the network, `bypassed` ones hand on their
    input, and training leaves `frozen` ones as they are. `parametric` layers have weights once they are connected.
    `spoken` is the name for screen readers."""

    node: str
    title: str
    detail: str
    category: str
    plan: Plan
    shape: str
    counts: tuple[str, ...]
    inputs: int
    outputs: int
    dimmed: bool
    bypassed: bool
    learns: bool
    frozen: bool
    parametric: bool
    problem: Problem | None
    spoken: str

    @cached_property
    def width(self) -> float:
        """The width of the card: that of its thumbnail, or of its title within reason."""
        # Estimated, not measured: a network is laid out the same whatever fonts a machine has.
        letters = max(LETTER * len(self.title), sum(LETTERS.get(letter, OTHER_LETTER) for letter in self.title))
        title = letters + TITLE_MARGIN + (DOT_ROOM if self.parametric else 0)
        return max(self.plan.card_width, min(TITLE_MOST, math.ceil(title / 4) * 4))

    @cached_property
    def height(self) -> float:
        """The height of the card."""
        return self.plan.card_height

    def face_place(self) -> QPointF:
        """Where the thumbnail begins, from the upper left corner of the card."""
        left = (self.width - self.plan.width) / 2
        return QPointF(round(left), measure("card.header") + self.plan.above)

    def input_place(self, port: int) -> QPointF:
        """The centre of an input port."""
        return QPointF(0, self._port_y(port, self.inputs))

    def output_place(self) -> QPointF:
        """The centre of the output port."""
        return QPointF(self.width, self._port_y(0, 1))

    def label_room(self, pill: bool) -> float:
        """The room that the label of a wire from this card needs between two cards. Estimated, as the width is."""
        label = self.shape.replace(" ", "")
        width = sum(TIMES if letter == "×" else DIGIT for letter in label) + (PILL if pill else 0)
        return math.ceil(width + 2 * BESIDE_LABEL)

    def _port_y(self, port: int, count: int) -> float:
        # Weight wires need the middle of such a card, so its ports stand at the header.
        middle = measure("card.header") / 2 if self.plan.planar else round(self.height / 2)
        if count == 1:
            return middle
        if self.plan.planar:
            return middle + port * min(PORT_SPACING / 2, (self.height - 2 * middle) / (count - 1))
        spacing = min(PORT_SPACING, (self.height - 2 * PORT_MARGIN) / (count - 1))
        return middle + (port - (count - 1) / 2) * spacing


def card_states(
    project: Project,
    found: Mapping[str, Shape | Problem],
    problems: tuple[Problem, ...] = (),
    mode: str = "activations",
    points: int = 0,
) -> dict[str, CardState]:
    """The state of every card. `points` is the number of samples, where it is known."""
    graph = project.graph
    plans = plan_all(project, found, mode)
    counts = parameter_counts(graph, CATALOGUE.layers, found)
    active = set(active_nodes(graph, CATALOGUE.layers))
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.node, problem)
    states = {}
    for node in graph.nodes:
        shape = found.get(node.id)
        known = shape if isinstance(shape, tuple) else None
        states[node.id] = _state(
            graph, node, known, plans[node.id], counts.get(node.id, 0), node.id in active, first.get(node.id), points
        )
    return states


def _state(
    graph: Graph, node: Node, shape: Shape | None, plan: Plan, parameters: int, active: bool,
    problem: Problem | None, points: int,
) -> CardState:  # fmt: skip
    layer = CATALOGUE.layers[node.kind]
    title, detail = layer.card_title(node.params), layer.card_detail(node.params)
    if node.name:
        title, detail = node.name, ", ".join(part for part in (title, detail) if part)
    category = layer.category
    return CardState(
        node=node.id,
        title=title,
        detail=detail,
        category=category,
        plan=plan,
        shape=_shape_text(shape),
        counts=_counts(plan, parameters, points if category == "input" else 0, shape is None),
        inputs=input_count(graph, node),
        outputs=0 if category == "output" else 1,
        dimmed=not active and not node.bypassed and category != "output",
        bypassed=node.bypassed,
        learns=parameters > 0 and active,
        frozen=is_frozen(node.params),
        parametric=layer.name in PARAMETRIC,
        problem=problem,
        spoken=_spoken(node, shape, parameters, problem, active),
    )


def input_count(graph: Graph, node: Node) -> int:
    """How many input ports a card shows: those its layer needs and those in use."""
    least = CATALOGUE.layers[node.kind].inputs[0]
    return max([least, *(edge.port + 1 for edge in graph.incoming(node.id))])


def _translate(text: str) -> str:
    return QCoreApplication.translate("Card", text)


def _shape_text(shape: Shape | None) -> str:
    return "–" if shape is None else shape_text(shape)


def _counts(plan: Plan, parameters: int, points: int, unknown: bool) -> tuple[str, ...]:
    """The right of the footer, from the longest to the shortest way to say it."""
    if unknown:
        return ("–",)
    if points:
        return (_translate("{count} points").format(count=whole(points)), whole(points))
    number = whole(parameters)
    full = _translate("{count} par.").format(count=number)
    if plan.shown < plan.units and plan.kind != "stripe":
        some = _translate("{shown} of {units}").format(shown=whole(plan.shown), units=whole(plan.units))
        return (f"{full} · {some}", some) if parameters else (some,)
    return (full, number) if parameters else ()


def _spoken(node: Node, shape: Shape | None, parameters: int, problem: Problem | None, active: bool) -> str:
    """What a screen reader says, such as "Conv 2D, 8 filters, output 24 by 24 by 8, 208 parameters"."""
    layer = CATALOGUE.layers[node.kind]
    parts = [node.name or layer.label]
    parts += [f"{node.params[p.name]} {p.label.lower()}" for p in layer.params if p.name in ("units", "filters")]
    if shape is not None:
        by = _translate(" by ")
        parts.append(_translate("output {shape}").format(shape=shape_text(shape, by)))
    if parameters:
        parts.append(_translate("{count} parameters").format(count=parameters))
    if is_frozen(node.params):
        parts.append(_translate("frozen"))
    if problem is not None:
        parts.append(problem.message)
    elif node.bypassed:
        parts.append(_translate("bypassed"))
    elif not active:
        parts.append(_translate("left out of the network"))
    return ", ".join(parts)
