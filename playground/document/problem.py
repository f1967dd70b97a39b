"""What is wrong with a network in one sentence, and the click that mends it."""

from __future__ import annotations

from dataclasses import dataclass

from playground.document.params import Value


@dataclass(frozen=True)
class Cure:
    """One click that mends a problem.

    `insert` names a layer to put into the wire at the node's `port`, with `insert_params` set, `connect` is the id of
    a node to wire to it, `kind` another layer to take its place, `params` are parameters of the node to set, `remove`
    is the id of a node to take out, its wires healed, `before` that of the node in front of it that it changes places
    with, and `training` are training choices to change. The node is that of the problem where `node` is no other.
    """

    text: str
    node: str = ""
    insert: str = ""
    insert_params: tuple[tuple[str, Value], ...] = ()
    port: int = 0
    connect: str = ""
    kind: str = ""
    params: tuple[tuple[str, Value], ...] = ()
    remove: str = ""
    before: str = ""
    training: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Problem:
    """One sentence for the user about one node, and its cure where there is one.

    An `error` keeps the network from training; a `warning` does not. `too_large` has all it needs but the memory.
    """

    node: str
    message: str
    cure: Cure | None = None
    severity: str = "error"
    too_large: bool = False


# Stands for the layer itself in the sentence of a ShapeError: only the graph knows what it is called.
THIS = "{this}"


class ShapeError(ValueError):
    """Raised by a layer's `shape` when it cannot take its inputs: a sentence and, where there is one, a cure."""

    def __init__(self, message: str, cure: Cure | None = None) -> None:
        super().__init__(message)
        self.cure = cure


class SizeError(ShapeError):
    """Raised where the maps of a layer's input number `small` are smaller than those of `large`, and should not be."""

    def __init__(self, message: str, small: int, large: int) -> None:
        super().__init__(message)
        self.small, self.large = small, large
