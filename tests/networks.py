"""Networks, projects and data that many tests start from."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data, Dataset, Samples
from playground.document.graph import Graph
from playground.document.params import Values, check_all, defaults
from playground.document.project import DataChoice, Project, TrainingChoice

LAYERS = CATALOGUE.layers

Step = str | tuple[str, dict[str, Any]]


def fuzzed(count: int) -> range:
    """The seeds of a randomised test; PLAYGROUND_FUZZ=10 makes it ten times as many."""
    return range(max(1, int(count * float(os.environ.get("PLAYGROUND_FUZZ", "1")))))


def assert_sentence(message: object) -> None:
    """A message for the user: one line that ends like a sentence and is short enough to be read."""
    text = str(message)
    assert text.strip() == text, text
    assert text.endswith("."), text
    # Python calls the no-break spaces inside numbers and before units unprintable.
    assert text.replace("\u202f", " ").replace("\u00a0", " ").isprintable(), repr(text)
    assert 10 <= len(text) <= 500, f"{len(text)} characters: {text[:600]}"


def values(kind: str, **params: Any) -> Values:
    """The parameters of a layer: what is given, the rest by default."""
    return check_all(LAYERS[kind].params, params, LAYERS[kind].label)


def added(graph: Graph, step: Step, *sources: str) -> tuple[Graph, str]:
    """The graph with one more layer, wired to `sources` in the order of its ports, and the layer's id."""
    kind, params = (step, {}) if isinstance(step, str) else step
    graph, node = graph.add(kind, values(kind, **params))
    for port, source in enumerate(sources):
        graph = graph.connect(source, node, port)
    return graph, node


def chain(*steps: Step) -> Graph:
    """Layers one after another, named n1, n2 and so on; the first is the Input, the last the Output."""
    graph, last = added(Graph(), steps[0])
    for step in steps[1:]:
        graph, last = added(graph, step, last)
    return graph


def project(
    graph: Graph, data: str = "circle", optimizer_params: dict[str, Any] | None = None, **training: Any
) -> Project:
    """A project around a graph. Loss and optimizer are the usual ones unless they are given."""
    output = next(node.kind for node in graph.nodes if LAYERS[node.kind].category == "output")
    training.setdefault("loss", "cross_entropy" if output == "classes" else "squared_error")
    training.setdefault("optimizer", "sgd")
    entry = CATALOGUE.optimizers[training["optimizer"]]
    chosen = check_all(entry.params, optimizer_params or {}, entry.label)
    dataset = CATALOGUE.datasets[data]
    return Project(
        graph, DataChoice(data, defaults(dataset.params)), TrainingChoice(optimizer_params=chosen, **training)
    )


CIRCLE = chain(
    "features",
    ("dense", {"units": 4, "activation": "tanh"}),
    ("dense", {"units": 2, "activation": "tanh"}),
    ("dense", {"units": 1, "activation": "tanh"}),
    "value",
)

DIGITS_MLP = chain(
    "image",
    "flatten",
    ("dense", {"units": 16, "activation": "relu"}),
    ("dense", {"units": 16, "activation": "relu"}),
    ("dense", {"units": 10}),
    "classes",
)

SMALL_CNN = chain(
    ("image", {"height": 10, "width": 12, "channels": 2}),
    ("conv2d", {"filters": 4, "padding": "same", "activation": "relu"}),
    "max_pool",
    ("conv2d", {"filters": 3}),
    "elu",
    "flatten",
    ("dropout", {"rate": 0.25}),
    ("dense", {"units": 3}),
    "classes",
)


def branched() -> Graph:
    """A network with a shortcut, two paths that join, batch normalisation and every kind of pooling."""
    graph, image = added(Graph(), ("image", {"height": 8, "width": 8, "channels": 1}))
    graph, first = added(graph, ("conv2d", {"filters": 3, "padding": "same", "activation": "gelu"}), image)
    graph, second = added(graph, ("conv2d", {"filters": 3, "padding": "same"}), first)
    graph, joined = added(graph, "add", first, second)
    graph, normal = added(graph, "batch_norm", joined)
    graph, most = added(graph, "max_pool", normal)
    graph, mean = added(graph, "avg_pool", normal)
    graph, both = added(graph, "concat", most, mean)
    graph, row = added(graph, "global_avg_pool", both)
    graph, dense = added(graph, ("dense", {"units": 3}), row)
    graph, _ = added(graph, "classes", dense)
    return graph


def never(*_: Any) -> NoReturn:
    """The `load` of a made-up data set: nobody may call it."""
    raise AssertionError("this data set is made up")


POINTS = Dataset("points", "Points", "points", (2,), "classes", never, "", ("inside", "outside"), True)
NUMBERS = Dataset("numbers", "Numbers", "points", (2,), "value", never, "")
PICTURES = Dataset("pictures", "Pictures", "images", (2, 10, 12), "classes", never, "", ("a", "b", "c"))


def points(train: int = 103, test: int = 41, seed: int = 7) -> Data:
    """Points in a square, of class 1 where they lie in a circle."""
    random = np.random.default_rng(seed)
    x = random.uniform(-5, 5, (train + test, 2)).astype(np.float32)
    return _split(POINTS, x, ((x**2).sum(1) < 9).astype(np.int64), train)


def numbers(train: int = 97, test: int = 20, seed: int = 7) -> Data:
    """Points and a number each, a plane."""
    random = np.random.default_rng(seed)
    x = random.uniform(-5, 5, (train + test, 2)).astype(np.float32)
    return _split(NUMBERS, x, (x.sum(1, keepdims=True) / 10).astype(np.float32), train)


def pictures(train: int = 50, test: int = 17, seed: int = 7, shape: tuple[int, int, int] = (2, 10, 12)) -> Data:
    """Noise of three classes, each brighter than the one before."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, train + test)
    x = random.random((train + test, *shape)).astype(np.float32) + y[:, None, None, None].astype(np.float32) / 3
    return _split(replace(PICTURES, shape=shape), x.astype(np.float32), y.astype(np.int64), train)


def _split(dataset: Dataset, x: Any, y: Any, train: int) -> Data:
    nothing = Samples(x[:0], y[:0])
    return Data(dataset, Samples(x[:train], y[:train]), nothing, Samples(x[train:], y[train:]), "made up")
