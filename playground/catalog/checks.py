"""Whether a project can train: its shapes, its data, its output and its loss together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Dataset
from playground.catalog.layer import BEFORE_FLATTEN
from playground.document.cures import apply_cure
from playground.document.graph import Graph
from playground.document.numbers import memory, whole
from playground.document.params import Values, defaults
from playground.document.project import Project
from playground.document.shapes import (
    MAX_PARAMETERS,
    TRAINED_BYTES,
    Cure,
    Problem,
    Shape,
    active_inputs,
    active_nodes,
    infer,
    of_category,
    problems,
    shape_text,
    size,
    title,
)

# Bytes a value takes while training: itself and its gradient.
VALUE_BYTES = 8

Found = Mapping[str, Shape | Problem]


def check(project: Project, found: Found | None = None) -> tuple[Problem, ...]:
    """All problems of a project, errors first. `found` is the result of `infer` where the caller has it."""
    graph = project.graph
    found = infer(graph, CATALOGUE.layers) if found is None else found
    dataset = CATALOGUE.datasets[project.data.name]
    # What the Input hands on decides what fits behind it, so its own problem comes first.
    result = _check_input(graph, dataset)
    result += [_advised(graph, dataset, found, problem) for problem in problems(found)]
    if not result:
        result += _check_softmax(graph)
        result += _check_output(graph, dataset, found)
        result += _check_loss(project, dataset)
        result += _check_batch(project)
        result += _check_memory(project, found)
    return tuple(sorted(result, key=lambda problem: problem.severity != "error"))


def blocking(project: Project, found: Found | None = None) -> Problem | None:
    """The first problem that keeps the project from training, or None."""
    first = next(iter(check(project, found)), None)
    return first if first is not None and first.severity == "error" else None


def _advised(graph: Graph, dataset: Dataset, found: Found, problem: Problem) -> Problem:
    """A problem of a layer that needs an image, with the advice that fits. Right behind a Flatten the two can change
    places; where the Input takes points, no place in the network has an image."""
    if BEFORE_FLATTEN not in problem.message:
        return problem
    start = graph.node(of_category(graph, CATALOGUE.layers, "input")[0])
    if start.kind == "image":
        return _before_flatten(graph, found, problem)
    advice = "Choose an image data set" if _input_for(dataset)[0] == "features" else "Use the input Image"
    return replace(problem, message=problem.message.replace(BEFORE_FLATTEN, advice))


def _before_flatten(graph: Graph, found: Found, problem: Problem) -> Problem:
    """The problem with the click that puts its layer before a Flatten of an image that leads to it alone."""
    flatten = graph.incoming(problem.node)[0].source
    images = [wire for wire in graph.incoming(flatten) if _is_image(found.get(wire.source))]
    if graph.node(flatten).kind != "flatten" or not images or len(graph.outgoing(flatten)) > 1:
        return problem
    sentence, _, _ = problem.message.partition(BEFORE_FLATTEN)
    return replace(problem, message=f"{sentence}{BEFORE_FLATTEN}.", cure=Cure(BEFORE_FLATTEN, before=flatten))


def _is_image(shape: Shape | Problem | None) -> bool:
    return isinstance(shape, tuple) and len(shape) == 3


def _check_input(graph: Graph, dataset: Dataset) -> list[Problem]:
    node = graph.node(of_category(graph, CATALOGUE.layers, "input")[0])
    kind, wanted = _input_for(dataset)
    if node.kind != kind:
        label = CATALOGUE.layers[kind].label
        cure = Cure(f"Use {label}", kind=kind, params=tuple(wanted.items()))
        message = f"{dataset.label} needs the input {label}, not {CATALOGUE.layers[node.kind].label}."
        return [Problem(node.id, f"{message} {cure.text}.", cure)]
    if kind == "image" and any(node.params[name] != value for name, value in wanted.items()):
        given = shape_text((int(node.params["channels"]), int(node.params["height"]), int(node.params["width"])))
        cure = Cure(f"Take {shape_text(dataset.shape)}", params=tuple(wanted.items()))
        message = f"The input takes {given}, but {dataset.label} gives {shape_text(dataset.shape)}."
        return [Problem(node.id, f"{message} {cure.text}.", cure)]
    return []


def _input_for(dataset: Dataset) -> tuple[str, Values]:
    """The kind of Input that takes a data set, and the parameters that its samples fix."""
    if len(dataset.shape) == 1:
        return "features", Values()
    channels, height, width = dataset.shape
    return "image", Values({"channels": channels, "height": height, "width": width})


def _check_softmax(graph: Graph) -> list[Problem]:
    output = of_category(graph, CATALOGUE.layers, "output")[0]
    if graph.node(output).kind != "classes":
        return []
    source = graph.node(graph.effective.incoming(output)[0].source)
    if source.kind != "softmax":
        return []
    return [
        Problem(
            source.id,
            "Classes applies softmax itself. Remove this layer.",
            Cure("Remove Softmax", remove=source.id),
        )
    ]


def _check_output(graph: Graph, dataset: Dataset, found: Found) -> list[Problem]:
    output = of_category(graph, CATALOGUE.layers, "output")[0]
    kind = graph.node(output).kind
    units = _length(found[output])
    classes = len(dataset.class_names)
    if dataset.task == "value" and kind == "classes":
        return [
            Problem(
                output, f"{dataset.label} asks for a number, not for classes. Use the output Value.",
                Cure("Use Value", kind="value"),
            )
        ]  # fmt: skip
    wanted = _units_for(dataset)
    if units in wanted:
        return []
    asks = f"has {whole(classes)} classes" if dataset.task == "classes" else "asks for one number"
    arrives = "1 value arrives" if units == 1 else f"{whole(units)} values arrive"
    message = f"{dataset.label} {asks}, but {arrives} here."
    fitting = "1 unit" if wanted[0] == 1 else f"{whole(wanted[0])} units"
    dense = _last_dense(graph, output)
    if dense is None:
        added = Cure(f"Add Dense with {fitting}", insert="dense", insert_params=(("units", wanted[0]),))
        return [Problem(output, f"{message} {added.text}.", added)]
    cure = Cure(f"Use {fitting}", params=(("units", wanted[0]),))
    return [Problem(dense, f"{message} Use {fitting} in {title(graph, CATALOGUE.layers, dense)}.", cure)]


def _units_for(dataset: Dataset) -> tuple[int, ...]:
    """How many values may reach the output, the usual number first."""
    if dataset.task == "value":
        return (1,)
    classes = len(dataset.class_names)
    return (classes, 1) if classes == 2 else (classes,)


def _length(shape: Shape | Problem) -> int:
    assert isinstance(shape, tuple)
    return shape[0]


def _last_dense(graph: Graph, output: str) -> str | None:
    """The Dense layer that decides how many values reach the output, looking back past activations."""
    active = set(active_nodes(graph, CATALOGUE.layers))
    current = output
    while True:
        sources = active_inputs(graph, current, active)
        if len(sources) != 1:
            return None
        current = sources[0]
        layer = CATALOGUE.layers[graph.node(current).kind]
        if layer.name == "dense":
            return current
        if layer.category not in ("activation", "regularisation"):
            return None


def _check_loss(project: Project, dataset: Dataset) -> list[Problem]:
    output = of_category(project.graph, CATALOGUE.layers, "output")[0]
    kind = project.graph.node(output).kind
    loss = CATALOGUE.losses[project.training.loss]
    if loss.fits == kind:
        return []
    better = next(entry for entry in CATALOGUE.losses.values() if entry.fits == kind)
    cure = Cure(f"Use {better.label.lower()}", training=(("loss", better.name),))
    if dataset.task == "value":
        return [Problem(output, f"{loss.label} needs classes. Use {better.label.lower()} for numbers.", cure)]
    message = f"{loss.label} does not fit the output {CATALOGUE.layers[kind].label}: it learns slowly."
    return [Problem(output, f"{message} {cure.text}.", cure, severity="warning")]


def _check_batch(project: Project) -> list[Problem]:
    if project.training.batch_size > 1:
        return []
    return [
        Problem(
            node_id,
            "BatchNorm needs at least 2 samples in a batch, not 1. Use batch size 2.",
            Cure("Use batch size 2", training=(("batch_size", 2),)),
        )
        for node_id in active_nodes(project.graph, CATALOGUE.layers)
        if project.graph.node(node_id).kind == "batch_norm"
    ][:1]


def _check_memory(project: Project, found: Found) -> list[Problem]:
    """A batch that memory has no room for.

    Training keeps what every layer makes of the whole batch until the way back, and computes a gradient of the same
    size for each: samples × values of all layers × 8 bytes. Gradients go as soon as they are used; what they leave is
    about what activations and pooling keep besides. A batch may take as much as the weights may.
    """
    values = {id: size(shape) for id in active_nodes(project.graph, CATALOGUE.layers)
              if isinstance(shape := found[id], tuple)}  # fmt: skip
    total, samples, most = sum(values.values()), project.training.batch_size, TRAINED_BYTES * MAX_PARAMETERS
    fitting = most // (VALUE_BYTES * total)
    if samples <= fitting:
        return []
    cure = Cure(f"Use batch size {whole(fitting)}", training=(("batch_size", fitting),))
    message = (
        f"A batch of {whole(samples)} samples needs {memory(VALUE_BYTES * total * samples)} while training, "
        f"{whole(total)} values of {VALUE_BYTES} bytes for each sample; {memory(most)} fit into memory. {cure.text}."
    )
    return [Problem(max(values, key=lambda id: values[id]), message, cure)]


def mend(project: Project, problem: Problem) -> Project:
    """The project with a problem's cure carried out. Raises GraphError when it has none."""
    graph = apply_cure(project.graph, problem, CATALOGUE.layers)
    changed = project.with_graph(graph)
    return changed.with_training(**dict(problem.cure.training)) if problem.cure else changed


def with_dataset(project: Project, name: str) -> Project:
    """The project on another data set: its Input takes the new samples; loss and output are left to `check`."""
    dataset = CATALOGUE.datasets[name]
    data = replace(project.data, name=name, params=defaults(dataset.params))
    graph = project.graph
    node = graph.node(of_category(graph, CATALOGUE.layers, "input")[0])
    kind, wanted = _input_for(dataset)
    if node.kind != kind:
        graph = graph.set_kind(node.id, kind, Values({**defaults(CATALOGUE.layers[kind].params), **wanted}))
    else:
        for param, value in wanted.items():
            graph = graph.set_param(node.id, param, value)
    return replace(project, graph=graph, data=data)


def with_task(project: Project, task: str, left: Project | None = None) -> Project:
    """The project with the output and the loss of another task, "classes" or "value".

    The last Dense layer has no activation then: softmax or sigmoid belongs to Classes, and a value may be any
    number. It has as many units as the data ask for. Whether the data suit the task is left to `check`. `left` is
    the project whose task was left for the present one: what that took and nobody has touched since comes back.
    """
    graph = project.graph
    output = graph.node(of_category(graph, CATALOGUE.layers, "output")[0])
    loss = CATALOGUE.losses[project.training.loss]
    if (output.kind, loss.fits) == (task, task):
        return project
    fitting = next(entry for entry in CATALOGUE.losses.values() if entry.fits == task)
    if output.kind != task:
        graph = graph.set_kind(output.id, task, defaults(CATALOGUE.layers[task].params))
        dense = _last_dense(graph, output.id)
        if dense is not None:
            graph = graph.set_param(dense, "activation", "none")
            units = _units_for(CATALOGUE.datasets[project.data.name])
            if graph.node(dense).params["units"] not in units:
                graph = graph.set_param(dense, "units", units[0])
    made = project.with_graph(graph).with_training(loss=fitting.name)
    return made if left is None or left.data.name != project.data.name else _restored(made, project, left)


def _restored(made: Project, project: Project, left: Project) -> Project:
    """`made` with the last Dense layer and the loss of `left`, each as far as `project` has what the switch away from
    `left` made of it."""
    kinds = [entry.graph.node(of_category(entry.graph, CATALOGUE.layers, "output")[0]).kind for entry in (made, left)]
    if kinds[0] != kinds[1]:
        return made
    output = of_category(project.graph, CATALOGUE.layers, "output")[0]
    away = with_task(left, project.graph.node(output).kind)
    dense, graph = _last_dense(project.graph, output), made.graph
    if dense is not None and dense in away.graph and away.graph.node(dense).params == project.graph.node(dense).params:
        for name in ("units", "activation"):
            graph = graph.set_param(dense, name, left.graph.node(dense).params[name])
    kept = away.training.loss == project.training.loss
    return made.with_graph(graph).with_training(loss=left.training.loss if kept else made.training.loss)
