"""What still holds of a network after edits: which layers begin anew, and whether the last figures are its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from torch import Tensor

from playground.document.project import Project
from playground.engine.attic import Key
from playground.engine.events import EpochDone


def _function_of(project: Project) -> object:
    """What the figures of a network depend on beside its weights."""
    graph = project.graph.effective
    nodes = tuple((node.id, node.kind, node.params) for node in graph.nodes)
    return nodes, frozenset(graph.edges), project.training.loss


def built_from(project: Project) -> object:
    """What a new network or optimizer is built from: not names, positions, rate, batch size or epochs.

    Two projects for which it is equal can go on with each other's run."""
    graph, training = project.graph.effective, project.training
    return (
        tuple((node.id, node.kind, node.params) for node in graph.nodes),
        frozenset(graph.edges),
        (training.loss, training.optimizer, training.optimizer_params, training.weight_decay),
    )


class Standing:
    """Follows the edits of one run.

    Tensors are told apart by name and shape, as the attic does, so a layer that undo gives its old size back has its
    old weights again and no longer begins anew.
    """

    def __init__(self) -> None:
        self._begun: set[Key] = set()
        self._result: EpochDone | None = None
        self._measured: object = None

    def begin(self, fresh: Iterable[str], state: Mapping[str, Tensor]) -> None:
        """An edit has given these layers first weights."""
        nodes = frozenset(fresh)
        self._begun |= {(name, tensor.shape) for name, tensor in state.items() if name.partition(".")[0] in nodes}

    def untrained(self, state: Mapping[str, Tensor]) -> tuple[str, ...]:
        """The layers of a network that have had first weights since an edit, for less than an epoch."""
        whole: dict[str, bool] = defaultdict(lambda: True)
        for name, tensor in state.items():
            whole[name.partition(".")[0]] &= (name, tensor.shape) in self._begun
        return tuple(node for node, begun in whole.items() if begun)

    def measure(self, result: EpochDone, project: Project) -> None:
        """An epoch of this project has ended with these figures."""
        self._begun.clear()
        self._result, self._measured = result, _function_of(project)

    def result(self, project: Project, state: Mapping[str, Tensor]) -> EpochDone | None:
        """The figures of the last epoch, unless the network is another one since; None too before the first."""
        holds = self._measured == _function_of(project) and not self.untrained(state)
        return self._result if holds else None
