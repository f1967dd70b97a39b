"""The project's network as a PyTorch module: Python text that runs without this program.

It builds the same layers in the same order as the compiler, so the same seed gives the same first weights, and it
computes the same operations in the same order, so the same weights give the same outputs. Nothing that a user typed
stands in it but identifiers made from layer names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.initialisation import is_frozen
from playground.catalog.layer import Shapes, no_parameters
from playground.document.graph import Graph, Node
from playground.document.project import Project
from playground.document.shapes import (
    Problem,
    Shape,
    active_inputs,
    active_nodes,
    infer,
    input_shapes,
    problems,
)
from playground.engine.export.lines import Lines, Script
from playground.engine.export.names import Names, name_layers
from playground.engine.export.practice import loss_code, optimizer_code

# Samples of noise in the example of a training step.
MOST_SAMPLES = 64


class ExportError(ValueError):
    """A network that cannot be written as code; the message is its first problem."""


@dataclass(frozen=True)
class Scaling:
    """A fitted input scaling: the network takes (x − shift) / scale. One pair for pictures, one a feature else."""

    shift: tuple[float, ...]
    scale: tuple[float, ...]


@dataclass(frozen=True)
class _Step:
    """One node of the network. `sources` are the variables it reads, `target` the one it writes; `module` is the
    expression that makes its module and `setup` what follows it; `module` is empty where `expression` alone says what
    is computed. `weighty` layers have weights and `learns` those that training changes."""

    node: str
    name: str
    module: str
    setup: tuple[str, ...]
    expression: str
    activation: str
    sources: tuple[str, ...]
    target: str
    shape: Shape
    weighty: bool
    learns: bool


def write_script(project: Project, scaling: Scaling | None = None) -> Script:
    """The module, its input scaling where the project has one, and a few steps of training on noise.

    `scaling` is the fitted one, None where it is not known or there is none. Raises ExportError.
    """
    graph = project.graph
    steps, activations = _plan(graph)
    first, last = steps[0], steps[-1]
    sample = (2,) if graph.node(first.node).kind == "features" else first.shape
    lines = Lines()
    dataset = CATALOGUE.datasets[project.data.name]
    lines.add(f'"""A network for {dataset.label}, written by the Neural Network Playground.')
    lines.add()
    lines.add("Run this file to see it train for three steps on noise.")
    lines.add('"""')
    lines.add()
    lines.add("import torch")
    lines.add("from torch import nn")
    lines.add()
    _write_scaling(lines, project, scaling)
    _write_class(lines, steps, activations, sample, graph.node(last.node).kind)
    _write_loading(lines, steps)
    _write_practice(lines, project, steps, sample, scaling)
    return lines.script()


# -- planning ---------------------------------------------------------------------------------------------------


def _plan(graph: Graph) -> tuple[list[_Step], dict[str, str]]:
    """The nodes in the order in which they are computed, and attribute names of the activations in use."""
    found = infer(graph, CATALOGUE.layers)
    for problem in problems(found):
        raise ExportError(problem.message)
    active = active_nodes(graph, CATALOGUE.layers)
    if not active:
        raise ExportError("There is no network without an Input and an Output.")
    given = input_shapes(graph, CATALOGUE.layers, found)
    names = Names()
    called = name_layers(graph, active, names)
    sources = {node_id: active_inputs(graph, node_id, set(active)) for node_id in active}
    variables = _variables(active, sources, called)
    activations: dict[str, str] = {}
    steps: list[_Step] = []
    for node_id in active:
        node = graph.node(node_id)
        activation = str(node.params.get("activation", "none"))
        if activation != "none" and activation not in activations:
            activations[activation] = names.take(activation)
        reads = tuple(variables[source] for source in sources[node_id]) or ("x",)
        steps.append(_step(node, given[node_id], called[node_id], activations.get(activation, ""), reads,
                           variables[node_id], found))  # fmt: skip
    return steps, activations


def _step(
    node: Node, given: Shapes, name: str, activation: str, reads: tuple[str, ...], target: str,
    found: Mapping[str, Shape | Problem],
) -> _Step:  # fmt: skip
    layer = CATALOGUE.layers[node.kind]
    code, shape = layer.code(given, node.params), found[node.id]
    assert isinstance(shape, tuple)
    is_module = code.startswith("nn.")
    weighty = layer.count is not no_parameters
    return _Step(
        node.id,
        name,
        code if is_module else "",
        tuple(text.replace("{}", f"self.{name}") for text in layer.setup(given, node.params)),
        "" if is_module else code,
        activation,
        reads,
        target,
        shape,
        weighty,
        weighty and not is_frozen(node.params),
    )


def _variables(
    active: Sequence[str], sources: Mapping[str, tuple[str, ...]], called: Mapping[str, str]
) -> dict[str, str]:
    """The variable that holds what each node gives: `x` where the next node alone reads it, else its own name."""
    readers = Counter(source for node_id in active for source in set(sources[node_id]))
    following = dict(pairwise(active))
    return {
        node_id: "x"
        if readers[node_id] == 0 or (readers[node_id] == 1 and node_id in sources[following[node_id]])
        else called[node_id]
        for node_id in active
    }


# -- writing ----------------------------------------------------------------------------------------------------


def shape_comment(shape: Shape) -> str:
    """A shape as PyTorch counts it, such as (batch, 8, 24, 24)."""
    return f"({', '.join(['batch', *map(str, shape)])})"


def _write_scaling(lines: Lines, project: Project, scaling: Scaling | None) -> None:
    if project.data.scaling == "none":
        return
    if scaling is None:
        lines.add("# The project scales its data. How much is fitted once they are loaded, so it is missing here.")
        lines.add()
        return
    lines.add("# Fitted on the training data: the network takes scaled(samples).")
    for name, values in (("SHIFT", scaling.shift), ("SCALE", scaling.scale)):
        # Nine digits hold every float32.
        numbers = ", ".join(repr(float(f"{value:.9g}")) for value in values)
        lines.assign(name, f"torch.tensor([{numbers}])", "", 0, "")
    lines.add()
    lines.add()
    lines.add("def scaled(samples):")
    lines.add('"""Raw samples as the network was trained to see them."""', 1)
    lines.add("return (samples - SHIFT) / SCALE", 1)
    lines.add()


def _write_class(
    lines: Lines, steps: list[_Step], activations: Mapping[str, str], sample: Shape, output_kind: str
) -> None:
    last = steps[-1]
    lines.add()
    lines.add("class Network(nn.Module):")
    lines.add('"""' + _meaning(output_kind, last.shape[0]) + '"""', 1)
    lines.add()
    lines.add("def __init__(self):", 1)
    lines.add("super().__init__()", 2)
    for step in steps:
        if step.module:
            lines.assign(f"self.{step.name}", step.module, "", 2, step.node)
        for statement in step.setup:
            lines.state(statement, 2, step.node)
    for activation, name in activations.items():
        lines.add(f"self.{name} = {ACTIVATIONS[activation].default_code()}", 2)
    lines.add()
    lines.add("def forward(self, x):", 1)
    lines.add(f"# {shape_comment(sample)}", 2, steps[0].node)
    for step in steps[:-1]:
        _write_step(lines, step)
    lines.add(f"return {last.sources[0]}  # {shape_comment(last.shape)}", 2, last.node)
    lines.add()


def _meaning(output_kind: str, units: int) -> str:
    if output_kind != "classes":
        return "Gives values as they are."
    if units == 1:
        return "Gives a logit: torch.sigmoid(output) is the probability of class 1."
    return "Gives logits: torch.softmax(output, dim=1) are the probabilities."


def _write_step(lines: Lines, step: _Step) -> None:
    if step.module:
        expression = f"self.{step.name}({', '.join(step.sources)})"
    else:
        expression = re.sub(r"\bx(\d+)\b", lambda found: step.sources[int(found[1])], step.expression)
    if step.activation:
        expression = f"self.{step.activation}({expression})"
    if expression != step.target:
        lines.assign(step.target, expression, shape_comment(step.shape), 2, step.node)


def _write_loading(lines: Lines, steps: list[_Step]) -> None:
    weighty = [step for step in steps if step.weighty]
    if not weighty:
        return
    lines.add()
    lines.add("# Layers with weights, and what a weights file of the playground calls them.")
    lines.add("LAYERS = {")
    for step in weighty:
        lines.add(f'"{step.name}": "{step.node}",', 1, step.node)
    lines.add("}")
    lines.add()
    lines.add()
    lines.add_block('''
        def load_weights(network, tensors):
            """Takes saved weights: tensors = safetensors.torch.load_file("my.safetensors")."""
            state = {}
            for key in network.state_dict():
                layer, _, parameter = key.partition(".")
                state[key] = tensors[f"{LAYERS[layer]}.{parameter}"]
            network.load_state_dict(state)
    ''')
    lines.add()


def _write_practice(lines: Lines, project: Project, steps: list[_Step], sample: Shape, scaling: Scaling | None) -> None:
    last = steps[-1]
    loss = loss_code(project, project.graph.node(last.node).kind, last.shape[0])
    count = min(project.training.batch_size, MOST_SAMPLES)
    lengths = ", ".join(map(str, (count, *sample)))
    learns = any(step.learns for step in steps)
    samples = f"torch.{'randn' if len(sample) == 1 else 'rand'}({lengths})"
    if project.data.scaling != "none" and scaling is not None:
        samples = f"scaled({samples})"
    if learns:
        lines.add()
        lines.add("def loss_of(output, target):")
        lines.add(f'"""Targets are {loss.meaning}."""', 1)
        lines.add(f"return {loss.expression}", 1)
        lines.add()
    lines.add()
    lines.add('if __name__ == "__main__":')
    lines.add(f"torch.manual_seed({project.training.seed})", 1)
    lines.add("network = Network()", 1)
    lines.add("# Noise: put samples and targets of your own here.", 1)
    lines.add(f"samples = {samples}", 1)
    if learns:
        lines.add(f"targets = {loss.targets(count)}", 1)
        lines.assign("optimizer", optimizer_code(project), "", 1, "")
        lines.add("for step in range(1, 4):", 1)
        lines.add("optimizer.zero_grad()", 2)
        lines.add("loss = loss_of(network(samples), targets)", 2)
        lines.add("loss.backward()", 2)
        lines.add("optimizer.step()", 2)
        lines.add('print(f"Step {step}: loss {loss.item():.4f}")', 2)
    lines.add("network.eval()", 1)
    lines.add('print("Output:", tuple(network(samples).shape))', 1)
