"""Wiring with the keyboard: a wire from the selected layer, whose other end the arrow keys choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.catalog.catalogue import CATALOGUE
from playground.ui.editor.connect import Connect, Target
from playground.ui.editor.port import PortItem
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class KeyConnect(Connect):
    """A wire as if dragged from an output port; `step` leads it to the next port that fits, `finish` connects it.

    The mouse may take it over at any time.
    """

    def __init__(self, scene: EditorScene, port: PortItem) -> None:
        super().__init__(scene, port, port.pos())
        self._candidates = self._fitting_ports()
        self._at = self._first()
        if self._candidates:
            self._lead()

    @property
    def possible(self) -> bool:
        """False when no port would take the wire."""
        return bool(self._candidates)

    @property
    def target(self) -> Target:
        """The layer and the port that the wire would end at."""
        return self._candidates[self._at]

    def _fitting_ports(self) -> list[Target]:
        """All ports that would take the wire, from left to right and from top to bottom; then those of layers that
        need something else first."""
        scene = self._scene
        found = []
        for node, card in scene.cards.items():
            if self.works(node):
                graph = scene.models.document.project.graph
                most = CATALOGUE.layers[graph.node(node).kind].inputs[1]
                # Add and Concat take one wire more than they have.
                taken = {edge.port for edge in graph.incoming(node)}
                ports = range(min(most, card.state.inputs + (len(taken) == card.state.inputs)))
                points = [(port, card.input_point(port)) for port in ports]
                found += [(bool(self.refusal(node, port)), at.x(), at.y(), node, port) for port, at in points]
        return [(node, port) for *_, node, port in sorted(found)]

    def _first(self) -> int:
        """The nearest port that fits and is free, at the right if there is one."""
        start = self._scene.cards[self.source].output_point()
        graph = self._scene.models.document.project.graph
        taken = {(edge.target, edge.port) for edge in graph.edges}

        def distance(at: int) -> tuple[bool, bool, bool, float]:
            node, port = self._candidates[at]
            offset = self._scene.cards[node].input_point(port) - start
            refused = bool(self.refusal(node, port))
            return refused, (node, port) in taken, offset.x() < 0, abs(offset.x()) + abs(offset.y())

        return min(range(len(self._candidates)), key=distance, default=0)

    def step(self, by: int) -> None:
        """Goes to the next or the previous port."""
        self._at = (self._at + by) % len(self._candidates)
        self._lead()

    def _lead(self) -> None:
        self.aim(self.target, self._scene.cards[self.target[0]].pos())

    def spoken(self) -> str:
        """What a screen reader says of where the wire would end."""
        node, port = self.target
        return translate("Connect to {layer}, input {number}").format(
            layer=self._scene.cards[node].accessible_name, number=port + 1
        )
