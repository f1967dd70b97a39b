"""How good a network is as it is, outside the epochs: before its first step, and after an edit made it another one."""

from __future__ import annotations

import math

import torch

from playground.catalog.dataset import Data, Samples
from playground.engine.compiler import Network
from playground.engine.evaluation import CHUNK_MULTIPLY_ADDS, Evaluation
from playground.engine.events import Measured
from playground.engine.objective import Objective

# A large network is measured on fewer samples: so many chunks of each split, about ten seconds of work in all.
TEST_CHUNKS, TRAIN_CHUNKS = 1200, 200


class Measuring:
    """Measures test samples, then as many training samples at most, both in eval mode.

    `step` does one chunk of an evaluation. Training makes what is measured void: `begin_anew` says so. `done` is True
    once there is nothing left to measure.
    """

    def __init__(self, network: Network, objective: Objective, data: Data, device: torch.device) -> None:
        self._network, self._objective, self._device = network, objective, device
        in_a_chunk = CHUNK_MULTIPLY_ADDS / max(1, network.multiply_adds)
        of_test, of_train = (max(1, int(chunks * in_a_chunk)) for chunks in (TEST_CHUNKS, TRAIN_CHUNKS))
        test, train = data.test, data.train
        self._parts = (_spread(test, of_test), _spread(train, min(of_train, len(test)) or of_train))
        self._nothing = len(test) + len(train) == 0
        self.begin_anew()

    def begin_anew(self) -> None:
        """The network is another one by now."""
        # Of the test samples and then of those of training; all but the last are complete.
        self._evaluations: list[Evaluation] = []
        self._part_done = True
        self.done = self._nothing

    def step(self) -> tuple[Measured, ...]:
        """Evaluates the next chunk; the figures of the test samples, and then those of both."""
        try:
            if self._part_done:
                samples = self._parts[len(self._evaluations)]
                self._evaluations.append(Evaluation(self._network, self._objective, samples, self._device))
            self._part_done = self._evaluations[-1].step()
        except BaseException:
            # What cannot be measured once cannot be measured the next time.
            self.done = True
            raise
        if not self._part_done:
            return ()
        self.done = len(self._evaluations) == len(self._parts)
        return (self._measured(),)

    def _measured(self) -> Measured:
        test, *rest = self._evaluations
        of_test, of_train = (len(part) for part in self._parts)
        if not rest:
            return Measured(math.nan, test.loss, None, test.accuracy, 0, of_test)
        (train,) = rest
        return Measured(train.loss, test.loss, train.accuracy, test.accuracy, of_train, of_test)


def _spread(samples: Samples, most: int) -> Samples:
    """So many of the samples at most, at even distances, as views."""
    step = -(-len(samples) // most)
    return samples if step <= 1 else samples.take(slice(None, None, step))
