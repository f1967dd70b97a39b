"""Resources: icons, themes, example projects and trained weights. They lie beside the package in the repository and
inside it once it is installed; only this module knows where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playground.document.project import SUFFIX
from playground.document.storage import parse_json, read_bytes

WEIGHTS_SUFFIX = ".safetensors"


class UnknownExampleError(ValueError):
    """A name that no example has; the message is a sentence for the user."""


@dataclass(frozen=True)
class Example:
    """A project that comes with the program; `path` is its file. `group` is "empty", "points", "images" or
    "architectures"; by `words` it is found although they are not on its tile."""

    name: str
    group: str
    title: str
    description: str
    words: str
    path: Path


@dataclass(frozen=True)
class ShippedWeights:
    """Trained weights that come with the program: for the example `name`, in the file `path`.

    `data` says what they were trained on; `test_accuracy` is the share of its test samples that they get right.
    """

    name: str
    path: Path
    data: str
    test_accuracy: float


def folder() -> Path:
    """The folder of all resources."""
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def resource(name: str) -> Path:
    """The path of one resource, such as "themes/tokens.json"."""
    return folder() / name


def examples() -> tuple[Example, ...]:
    """The example projects, from the simplest to the largest, as `projects/index.json` lists them."""
    projects = resource("projects")
    entries = parse_json(read_bytes(projects / "index.json"))
    return tuple(
        Example(
            entry["name"],
            entry["group"],
            entry["title"],
            entry["description"],
            entry["words"],
            projects / (entry["name"] + SUFFIX),
        )
        for entry in entries
    )


def example(name: str) -> Example:
    """The example with this name. Raises UnknownExampleError."""
    known = examples()
    for found in known:
        if found.name == name:
            return found
    names = ", ".join(found.name for found in known)
    raise UnknownExampleError(f"There is no example {name!r}; there are {names}.")


def shipped_weights() -> tuple[ShippedWeights, ...]:
    """All trained weights, as `weights/index.json` lists them."""
    weights = resource("weights")
    entries = parse_json(read_bytes(weights / "index.json"))
    return tuple(
        ShippedWeights(entry["name"], weights / (entry["name"] + WEIGHTS_SUFFIX), entry["data"], entry["test_accuracy"])
        for entry in entries
    )
