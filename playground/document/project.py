"""The project: the graph, the data choice and the training choices, and their `.nnp` text.

One JSON text with a format number. Reading is strict: every value is checked by the parameter it belongs
to, and a `ProjectError` names the place and what would fit. Only what changes the result stands in it;
what is merely looked at lives in the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from playground.document.graph import Graph
from playground.document.graph_file import graph_entry, read_graph
from playground.document.params import Choice, Float, Int, Param, Values, shown
from playground.document.shapes import Layers
from playground.document.storage import MAX_BYTES, StorageError, parse_json, read_bytes, render_json
from playground.document.strict import Parametrised, ProjectError, an_object, checked, checked_params, entry_of

FORMAT = 1
SUFFIX = ".nnp"

SEED = Int("seed", "Seed", 1, "The same seed gives the same run.", minimum=0, maximum=2**31 - 2)
TRAIN_SHARE = Float(
    "train_share", "Train share", 0.5, "The part of the data to learn from.", unit="%", minimum=0.1, maximum=0.9
)
SCALING = Choice(
    "scaling",
    "Scaling",
    "none",
    "Fitted on the training data and stored with the weights.",
    options=(("none", "None"), ("standard", "Mean 0, deviation 1"), ("range", "From 0 to 1")),
)

TRAINING_PARAMS: tuple[Param, ...] = (
    SEED,
    Float("learning_rate", "Learning rate", 0.03, "How far each step goes.", minimum=1e-6, maximum=100.0, log=True),
    Int("batch_size", "Batch size", 10, "Samples for one step.", minimum=1, maximum=100_000),
    Int("epochs", "Epochs", 100, "One epoch shows all training data once.", minimum=1, maximum=1_000_000),
    Float(
        "weight_decay", "L2 penalty", 0.0, "Pulls every weight towards zero.", minimum=0.0, maximum=10.0, log=True
    ),
    Int("threads", "Threads", 1, "0 lets the program choose; only the same number gives the same bits.",
        minimum=0, maximum=256),
    Choice(
        "device", "Device", "cpu", "Where the network is computed.",
        options=(("cpu", "CPU"), ("cuda", "GPU"), ("auto", "Automatic")),
    ),
)  # fmt: skip


class Catalogue(Protocol):
    """What a project may name: the registries of the catalogue."""

    @property
    def layers(self) -> Layers: ...

    @property
    def datasets(self) -> Mapping[str, Parametrised]: ...

    @property
    def optimizers(self) -> Mapping[str, Parametrised]: ...

    @property
    def losses(self) -> Mapping[str, Parametrised]: ...


@dataclass(frozen=True)
class DataChoice:
    """Which data, how they are made, split and scaled. `seed` makes points, noise and split."""

    name: str
    params: Values = field(default_factory=Values)
    seed: int = 1
    train_share: float = 0.5
    scaling: str = "none"


@dataclass(frozen=True)
class TrainingChoice:
    """How the network learns. `seed` makes first weights, order of samples and dropout."""

    loss: str
    optimizer: str
    optimizer_params: Values = field(default_factory=Values)
    seed: int = 1
    learning_rate: float = 0.03
    batch_size: int = 10
    epochs: int = 100
    weight_decay: float = 0.0
    threads: int = 1
    device: str = "cpu"


@dataclass(frozen=True)
class Project:
    """Everything that decides what is trained, as one immutable value."""

    graph: Graph
    data: DataChoice
    training: TrainingChoice

    def with_graph(self, graph: Graph) -> Project:
        """This project with another graph."""
        return replace(self, graph=graph)

    def with_data(self, **changes: Any) -> Project:
        """This project with some of its data choice changed."""
        return replace(self, data=replace(self.data, **changes))

    def with_training(self, **changes: Any) -> Project:
        """This project with some of its training choices changed."""
        return replace(self, training=replace(self.training, **changes))


def to_json(project: Project) -> bytes:
    """The `.nnp` text of a project: the same bytes for the same project."""
    data, training = project.data, project.training
    return render_json(
        {
            "format": FORMAT,
            "graph": graph_entry(project.graph),
            "data": {"name": data.name, "params": dict(data.params), "seed": data.seed,
                     "train_share": data.train_share, "scaling": data.scaling},
            "training": {
                "loss": training.loss,
                "optimizer": training.optimizer,
                "optimizer_params": dict(training.optimizer_params),
                **{param.name: getattr(training, param.name) for param in TRAINING_PARAMS},
            },
        }
    )  # fmt: skip


def _read_data(value: object, catalogue: Catalogue) -> DataChoice:
    entry = an_object(value, "data", ("name", "params", "seed", "train_share", "scaling"))
    dataset = entry_of(catalogue.datasets, entry["name"], "data.name")
    return DataChoice(
        entry["name"],
        checked_params(dataset, entry["params"], "data.params"),
        checked(SEED, entry["seed"], "data"),
        checked(TRAIN_SHARE, entry["train_share"], "data"),
        checked(SCALING, entry["scaling"], "data"),
    )


def _read_training(value: object, catalogue: Catalogue) -> TrainingChoice:
    names = tuple(param.name for param in TRAINING_PARAMS)
    entry = an_object(value, "training", ("loss", "optimizer", "optimizer_params", *names))
    entry_of(catalogue.losses, entry["loss"], "training.loss")
    optimizer = entry_of(catalogue.optimizers, entry["optimizer"], "training.optimizer")
    return TrainingChoice(
        entry["loss"],
        entry["optimizer"],
        checked_params(optimizer, entry["optimizer_params"], "training.optimizer_params"),
        **{param.name: checked(param, entry[param.name], "training") for param in TRAINING_PARAMS},
    )


def from_json(content: bytes, catalogue: Catalogue) -> Project:
    """The project that a `.nnp` text describes. Raises ProjectError."""
    if len(content) > MAX_BYTES:
        raise ProjectError(f"A project has at most {MAX_BYTES / 1e6:g} MB, this text has {len(content) / 1e6:.0f}.")
    try:
        value = parse_json(content)
    except StorageError as error:
        raise ProjectError(str(error)) from None
    if isinstance(value, dict) and isinstance(value.get("format"), int) and value["format"] > FORMAT:
        raise ProjectError(
            f"It has format {shown(value['format'])}, made by a newer version; this one reads up to {FORMAT}."
        )
    entry = an_object(value, "The project", ("format", "graph", "data", "training"))
    if entry["format"] != FORMAT or isinstance(entry["format"], (bool, float)):
        raise ProjectError(f"format must be {FORMAT}, not {shown(entry['format'])}.")
    return Project(
        read_graph(entry["graph"], catalogue.layers),
        _read_data(entry["data"], catalogue),
        _read_training(entry["training"], catalogue),
    )


def read_project(path: Any, catalogue: Catalogue) -> Project:
    """The project in a file. Raises ProjectError, whose message names the file."""
    try:
        return from_json(read_bytes(path), catalogue)
    except StorageError as error:
        raise ProjectError(str(error)) from None
    except ProjectError as error:
        raise ProjectError(f"{getattr(path, 'name', path)} is not a project: {error}") from None
