"""`playground predict`: says what pictures show, with a network that was trained on digits."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from playground.catalog.dataset import DataError
from playground.catalog.preparation import as_mnist
from playground.catalog.readers.pictures import read_picture
from playground.commands.errors import CommandError, of_system
from playground.document.storage import render_json
from playground.engine import checkpoint
from playground.engine.checkpoint import CheckpointError
from playground.engine.loading import load
from playground.engine.prediction import Classifier
from playground.resources import WEIGHTS_SUFFIX, examples, shipped_weights


def run(weights: str, images: Sequence[str], as_json: bool) -> None:
    """Prints class and probabilities of every picture. `weights` is a weights file or an example's name.

    Raises CommandError, also when one picture alone is unreadable.
    """
    load()
    try:
        saved = checkpoint.read(_weights_file(weights))
    except CheckpointError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise of_system(error) from None
    pictures = np.stack([_prepared(name) for name in images])
    try:
        classifier = Classifier(saved)
        rows = classifier.probabilities(pictures)
    except CheckpointError as error:
        raise CommandError(f"{weights} cannot be used: {error}") from None
    entries = [_entry(name, row.tolist(), classifier.names) for name, row in zip(images, rows, strict=True)]
    sys.stdout.write(render_json(entries).decode() if as_json else _text(entries, classifier.names))


def _weights_file(name: str) -> Path:
    """The file that is meant: the one that comes with the example of this name, else the one at this path."""
    shipped = {weights.name: weights.path for weights in shipped_weights()}
    if name in shipped:
        return shipped[name]
    path, known = Path(name), " and ".join(shipped)
    if name in {example.name for example in examples()}:
        raise CommandError(
            f"The example {name} comes without trained weights; {known} have some. Train it with "
            f"train {name} --save {name}{WEIGHTS_SUFFIX}."
        )
    if path.name == name and path.suffix != WEIGHTS_SUFFIX and not path.exists():
        raise CommandError(
            f"There is no weights file {name!r}. Give a {WEIGHTS_SUFFIX} file or an example with trained weights: "
            f"{', '.join(shipped)}."
        )
    return path


def _prepared(name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A picture as the network takes it: (1, 28, 28)."""
    try:
        return as_mnist(read_picture(Path(name)))[np.newaxis]
    except DataError as error:
        message = str(error)
        raise CommandError(message if Path(name).name in message else f"{name}: {message}") from None


def _entry(name: str, probabilities: list[float], names: Sequence[str]) -> dict[str, Any]:
    best = max(range(len(names)), key=probabilities.__getitem__)
    # A file name need not be text; JSON must be.
    image = os.fsencode(name).decode("utf-8", "replace")
    return {"image": image, "class": names[best], "probabilities": probabilities}


def _share(value: float) -> str:
    """A probability in per cent, as the window shows it: small is not the same as none."""
    return "<0.1 %" if 0 < value < 0.0005 else f"{value:.1%}".replace("%", " %")


def _text(entries: list[dict[str, Any]], names: Sequence[str]) -> str:
    lines = []
    for entry in entries:
        shares = [_share(value) for value in entry["probabilities"]]
        lines.append(f"{entry['image']}: {entry['class']}")
        lines.append("    " + ", ".join(f"{name}: {share}" for name, share in zip(names, shares, strict=True)))
    return "\n".join(lines) + "\n"
