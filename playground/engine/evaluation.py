"""Evaluation in chunks: how good the network is on data it did not learn from."""

from __future__ import annotations

import torch

from playground.catalog.dataset import Samples
from playground.engine.compiler import Network
from playground.engine.objective import Objective

# From 3 to 20 ms of work: between chunks others are served. Counted in multiply-adds, not measured, so that the
# sums, and with them the last digit of the loss, do not depend on how busy the machine is.
CHUNK_MULTIPLY_ADDS = 25_000_000
LARGEST_CHUNK = 10_000


class Evaluation:
    """One pass over `samples` in eval mode. `step` does one chunk and returns True once all are done; `loss` and
    `accuracy` (None for regression) are the figures so far."""

    def __init__(self, network: Network, objective: Objective, samples: Samples, device: torch.device) -> None:
        self._network, self._objective, self._device = network, objective, device
        self._samples = torch.from_numpy(samples.x)
        self._targets = objective.targets(samples)
        self._chunk = max(1, min(LARGEST_CHUNK, CHUNK_MULTIPLY_ADDS // max(1, network.multiply_adds)))
        self._done = 0
        self._loss_sum = 0.0
        self._correct = 0

    @property
    def loss(self) -> float:
        """The mean loss over the samples evaluated so far; not a number when there were none."""
        return self._loss_sum / self._done if self._done else float("nan")

    @property
    def accuracy(self) -> float | None:
        """The share of samples that were right, from 0 to 1."""
        if self._objective.correct is None:
            return None
        return self._correct / self._done if self._done else float("nan")

    def step(self) -> bool:
        """Evaluates the next chunk."""
        if self._done < len(self._samples):
            part = slice(self._done, self._done + self._chunk)
            samples = self._samples[part].contiguous().to(self._device)
            # Where a matrix begins decides the last bit of a product, and NumPy puts arrays anywhere.
            if samples.data_ptr() % 64:
                samples = samples.clone()
            target = self._targets[part].to(self._device)
            was_training = self._network.training
            self._network.eval()
            try:
                with torch.no_grad():
                    output = self._network(samples)
                    self._loss_sum += float(self._objective.loss(output, target)) * len(samples)
                    if self._objective.correct is not None:
                        self._correct += int(self._objective.correct(output, target))
            finally:
                self._network.train(was_training)
            self._done += len(samples)
        return self._done >= len(self._samples)
