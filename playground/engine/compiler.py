"""From the graph to a PyTorch module, and weights from an old network to a new one."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.connections import removed
from playground.catalog.counts import multiply_adds
from playground.catalog.initialisation import is_frozen
from playground.catalog.layer import Layer
from playground.document.graph import Graph, number_of
from playground.document.shapes import (
    Problem,
    Shape,
    active_inputs,
    active_nodes,
    infer,
    problems,
)
from playground.engine.modules import MaskedLinear

# PyTorch warns that an even window with padding="same" copies its input; that is what was asked for.
warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")

# Layers that only rearrange or combine the data of one sample.
RESHAPING = frozenset({"features", "image", "flatten", "reshape"})


class CompileError(ValueError):
    """A graph that cannot be built; the message is its first problem."""


@dataclass(frozen=True)
class Operation:
    """One node of the network: a module or function, then an activation where it has one.

    `sources` are the positions of the operations that feed it; none means the data. Training leaves a frozen one as
    it is.
    """

    node: str
    kind: str
    run: Callable[..., Tensor]
    activation: Callable[[Tensor], Tensor] | None
    activation_name: str
    sources: tuple[int, ...]
    shape: Shape
    frozen: bool = False


class Network(nn.Module):
    """The nodes on the paths from Input to Output, run in topological order.

    `forward` takes samples with the batch first and returns what reaches the Output: logits or values.
    Parameters are called `<node id>.<parameter>`.
    """

    def __init__(self, operations: Iterable[Operation], multiply_adds: int) -> None:
        super().__init__()
        self.operations = tuple(operations)
        self.multiply_adds = multiply_adds
        for operation in self.operations:
            if isinstance(operation.run, nn.Module):
                self.add_module(operation.node, operation.run)
        last_reader = {
            source: number for number, operation in enumerate(self.operations) for source in operation.sources
        }
        self._done: list[list[int]] = [[] for _ in self.operations]
        for source, number in last_reader.items():
            self._done[number].append(source)
        self.train()

    def train(self, mode: bool = True) -> Network:
        """Sets the mode as PyTorch does, but leaves frozen layers in that of predicting."""
        super().train(mode)
        # A frozen BatchNorm keeps its statistics and uses them, as while predicting.
        for operation in self.operations:
            if operation.frozen and isinstance(operation.run, nn.Module):
                operation.run.eval()
        return self

    @property
    def parameter_count(self) -> int:
        """How many weights and biases there are; connections that were removed do not count."""
        missing = sum(module.missing for module in self.modules() if isinstance(module, MaskedLinear))
        return sum(parameter.numel() for parameter in self.parameters()) - missing

    def weights_sha256(self) -> str:
        """The hash over parameters, then buffers, in topological order, contiguous and little-endian."""
        digest = hashlib.sha256()
        for tensors in (self.parameters(), self.buffers()):
            for tensor in tensors:
                array = tensor.detach().cpu().contiguous().numpy()
                digest.update(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        return digest.hexdigest()

    @property
    def output_kind(self) -> str:
        """The kind of the Output: "classes" or "value"."""
        return self.operations[-1].kind

    @property
    def prefix(self) -> int:
        """How many operations at the start only rearrange a sample: no weights, no chance.

        What they give can be computed once for all samples instead of once for every batch.
        """
        length = 0
        for number, operation in enumerate(self.operations):
            if operation.kind not in RESHAPING or operation.sources != ((number - 1,) if number else ()):
                break
            length = number + 1
        while any(source < length - 1 for later in self.operations[length:] for source in later.sources):
            length -= 1
        return length

    def start(self, samples: Tensor) -> Tensor:
        """What the prefix gives for raw samples."""
        value = samples
        for operation in self.operations[: self.prefix]:
            value = operation.run(value)
        return value

    def forward(self, samples: Tensor, skip: int = 0) -> Tensor:
        """What reaches the Output. With `skip` the samples are already what that many operations gave."""
        values: list[Tensor | None] = [samples] * skip
        value = samples
        for operation, done in zip(self.operations[skip:], self._done[skip:], strict=True):
            inputs = [values[source] for source in operation.sources] if operation.sources else [samples]
            value = operation.run(*inputs)
            if operation.activation is not None:
                value = operation.activation(value)
            values.append(value)
            # A value nobody reads again gives its memory back at once, as in nn.Sequential: fresh memory is slow.
            for number in done:
                values[number] = None
        return value

    def trace(self, samples: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """For every node its value before and after its activation; the two are one where it has none."""
        values: list[Tensor] = []
        found: dict[str, tuple[Tensor, Tensor]] = {}
        for operation in self.operations:
            inputs = [values[source] for source in operation.sources] if operation.sources else [samples]
            before = operation.run(*inputs)
            after = before if operation.activation is None else operation.activation(before)
            values.append(after)
            found[operation.node] = (before, after)
        return found


def node_seed(seed: int, node: str) -> int:
    """The seed of the first weights of a layer that is added to a running network."""
    return seed * 1_000_003 + number_of(node)


def check(graph: Graph, layers: Mapping[str, Layer]) -> dict[str, Shape | Problem]:
    """The shapes of a graph. Raises CompileError while it has a problem."""
    found = infer(graph, layers)
    for problem in problems(found):
        raise CompileError(problem.message)
    return found


def build(graph: Graph, layers: Mapping[str, Layer], seed: int, later: frozenset[str] = frozenset()) -> Network:
    """The network of a graph with first weights from `seed`.

    Seeds the global generator, then builds the layers in topological order with PyTorch's default
    initialisation, just as a hand-written script would. Nodes in `later` draw from a generator of their own and
    leave the global one alone. Raises CompileError while the graph has a problem.
    """
    found = check(graph, layers)
    active = active_nodes(graph, layers)
    if not active:
        raise CompileError("There is no network without an Input and an Output.")
    torch.manual_seed(seed)
    position = {node: number for number, node in enumerate(active)}
    operations: list[Operation] = []
    for node_id in active:
        sources = active_inputs(graph, node_id, set(active))
        shapes = tuple(_shape(found, source) for source in sources)
        places = tuple(position[source] for source in sources)
        if node_id in later:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(node_seed(seed, node_id))
                operations.append(_operation(graph, node_id, layers, shapes, places, found))
        else:
            operations.append(_operation(graph, node_id, layers, shapes, places, found))
    return Network(operations, sum(multiply_adds(graph, layers, found).values()))


def _shape(found: Mapping[str, Any], node_id: str) -> Shape:
    shape: Shape = found[node_id]
    return shape


def _operation(
    graph: Graph,
    node_id: str,
    layers: Mapping[str, Layer],
    shapes: tuple[Shape, ...],
    places: tuple[int, ...],
    found: Mapping[str, Any],
) -> Operation:
    node = graph.node(node_id)
    name = str(node.params.get("activation", "none"))
    activation = ACTIVATIONS[name].default(torch) if name != "none" else None
    run, frozen = layers[node.kind].build(torch, shapes, node.params), is_frozen(node.params)
    if missing := removed(node.params):
        run = MaskedLinear(run, missing)
    if frozen:
        run.requires_grad_(False)
    return Operation(node_id, node.kind, run, activation, name, places, _shape(found, node_id), frozen)


def carry_weights(old: Mapping[str, Tensor], new: Network) -> tuple[str, ...]:
    """Copies parameters and buffers from a state by name wherever the shape still matches.

    Returns the ids of the nodes all of whose tensors were copied.
    """
    kept: dict[str, bool] = {}
    with torch.no_grad():
        for name, tensor in new.state_dict(keep_vars=True).items():
            node = name.partition(".")[0]
            fits = name in old and old[name].shape == tensor.shape and old[name].dtype == tensor.dtype
            kept[node] = kept.get(node, True) and fits
        for name, tensor in new.state_dict(keep_vars=True).items():
            if kept[name.partition(".")[0]]:
                tensor.copy_(old[name])
    for module in new.modules():
        if isinstance(module, MaskedLinear):
            module.clear()
    return tuple(node for node, whole in kept.items() if whole)
