"""What a saved network says about pictures, without a session."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import blocking
from playground.engine.checkpoint import Checkpoint, CheckpointError, load_weights, scaled
from playground.engine.compiler import build
from playground.engine.objective import objective

PICTURE = (1, 28, 28)


class Classifier:
    """The network of a weights file, ready to name pictures. `names` are its classes.

    Raises CheckpointError when the file is of a network that does not take 28×28 pictures or gives no
    probabilities, or when its weights do not fit its project.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        project = checkpoint.project
        dataset = CATALOGUE.datasets[project.data.name]
        if dataset.shape != PICTURE:
            raise CheckpointError(f"its network was trained on {dataset.label}, not on pictures of 28 × 28 pixels.")
        problem = blocking(project)
        if problem is not None:
            raise CheckpointError(f"its project cannot be used: {problem.message}")
        with torch.random.fork_rng(devices=[]):
            self._network = build(project.graph, CATALOGUE.layers, project.training.seed).eval()
        load_weights(checkpoint, self._network)
        units = self._network.operations[-1].shape[0]
        probabilities = objective(self._network.output_kind, units, dataset, project.training.loss).probabilities
        if probabilities is None:
            raise CheckpointError("its network ends in Value, so it gives no probabilities. Use the output Classes.")
        if len(checkpoint.shift) != 1 or len(checkpoint.scale) != 1:
            raise CheckpointError("its scaling does not fit pictures.")
        self._probabilities = probabilities
        self._checkpoint = checkpoint
        self.names = checkpoint.class_names
        if len(self.names) != len(dataset.class_names):
            raise CheckpointError(
                f"it names {len(self.names)} classes, but {dataset.label} has {len(dataset.class_names)}."
            )

    def probabilities(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """One row of class probabilities for each picture; pictures are (n, 1, 28, 28), 0 for paper, 1 for ink.

        Raises CheckpointError when they are not numbers.
        """
        with torch.no_grad():
            found = self._probabilities(self._network(scaled(self._checkpoint, pictures)))
        if not bool(found.isfinite().all()):
            raise CheckpointError("its weights give no numbers; the training that made them went wrong.")
        return found.numpy()
