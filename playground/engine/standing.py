"""What still holds of a network after edits: which layers begin anew, and whether the last figures are its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.initialisation import FROZEN
from playground.document.project import Project
from playground.document.shapes import active_inputs, active_nodes
from playground.engine.attic import Key
from playground.engine.events import EpochDone


def _path(project: Project, but: Collection[str] = ()) -> object:
    """The layers that are computed, with their parameters `but` some and what feeds them."""
    graph = project.graph
    active = active_nodes(graph, CATALOGUE.layers)
    found = []
    for name in active:
        node = graph.node(name)
        params = frozenset((key, type(value), value) for key, value in node.params.items() if key not in but)
        found.append((name, node.kind, params, active_inputs(graph, name, set(active))))
    return tuple(found)


def function_of(project: Project) -> object:
    """What the figures of a network depend on beside its weights: the layers on the way from Input to Output and the
    loss, not how they are trained."""
    return _path(project, (FROZEN.name,)), project.training.loss


def built_from(project: Project) -> object:
    """What a new network or optimizer is built from: not names, positions, layers left out, rate, batch size or epochs.

    Two projects for which it is equal can go on with each other's run."""
    training = project.training
    return _path(project), (training.loss, training.optimizer, training.optimizer_params, training.weight_decay)


class Standing:
    """Follows the edits of one run. `function` is that of its network, `layers` are those with weights by id, told
    apart as in the attic: a layer that undo gives its old size or first weights back no longer begins anew."""

    def __init__(self) -> None:
        # The layers that edits gave first weights, less than an epoch of their own ago, and the step it was at.
        self._begun: dict[Key, int] = {}
        self._result: EpochDone | None = None
        self._measured: object = None
        self._edited = 0

    def begin(self, fresh: Iterable[Key], steps: int) -> None:
        """An edit has given these layers first weights, after so many steps of the run."""
        self._begun |= dict.fromkeys(fresh, steps)

    def untrained(self, layers: Mapping[str, Key]) -> tuple[str, ...]:
        """The layers of a network that have had first weights since an edit, for less than an epoch."""
        return tuple(node for node, key in layers.items() if key in self._begun)

    def measure(self, result: EpochDone, function: object, layers: Mapping[str, Key]) -> None:
        """An epoch of this network has ended with these figures."""
        for key in layers.values():
            self._begun.pop(key, None)
        self._result, self._measured = result, function

    def forget_result(self) -> None:
        """The weights were changed outside training: the figures are those of another network."""
        self._result = None

    def leave(self, function: object, layers: Mapping[str, Key], steps: int) -> frozenset[Key]:
        """An edit takes this network away. Returns those of its layers that have taken a step since they began.

        Where it has learnt while the figures were those of another, that one does not come back as it was measured.
        """
        if steps > self._edited and self.result(function, layers) is None:
            self._result = None
        self._edited = steps
        return frozenset(key for key in layers.values() if self._begun.get(key, -1) < steps)

    def result(self, function: object, layers: Mapping[str, Key]) -> EpochDone | None:
        """The figures of the last epoch, unless the network is another one since; None too before the first."""
        holds = self._measured == function and not self.untrained(layers)
        return self._result if holds else None
