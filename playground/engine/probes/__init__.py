"""What a view can ask for: pure functions (network, request) -> numpy arrays.

They run in eval mode, without changing training mode, BatchNorm statistics, gradients or generators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from playground.catalog.dataset import Data
from playground.engine.compiler import Network
from playground.engine.mailbox import Arrays
from playground.engine.objective import Objective
from playground.engine.probes import activations, boundary, gradients, sheets, weights
from playground.engine.probes.scene import Scene
from playground.engine.requests import DOMAIN, Grid, Input, Picture, Request, TestSample, TestSamples

Probe = Callable[[Scene, Request], Arrays]

PROBES: dict[str, Probe] = {
    "boundary": boundary.boundary,
    "neurons": boundary.neurons,
    "activations": activations.activations,
    "prediction": activations.prediction,
    "predictions": activations.predictions,
    "weights": weights.weights,
    "histograms": weights.histograms,
    "sheet_weights": sheets.sheet_weights,
    "saliency": gradients.saliency,
    "gradients": gradients.gradients,
}


@contextmanager
def _undisturbed(network: Network) -> Iterator[None]:
    """Eval mode within, and training mode and global generator as they were afterwards."""
    was_training = network.training
    network.eval()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        network.train(was_training)


def _samples(source: Input | None, data: Data, device: torch.device) -> Tensor:
    """The input of a request as a batch of scaled samples. Raises LookupError for one that the data do not have:
    views ask for it still when an edit has just brought other data."""
    shape = data.dataset.shape
    match source:
        case Grid(size):
            if shape != (2,):
                raise LookupError(f"there is no plane of {data.dataset.label}")
            low, high = DOMAIN
            axis = np.linspace(low, high, size, dtype=np.float32)
            x, y = np.meshgrid(axis, axis[::-1])
            raw = np.stack([x.ravel(), y.ravel()], axis=1)
        case TestSample(index):
            if index >= len(data.test):
                raise LookupError(f"there are {len(data.test)} test samples")
            return torch.from_numpy(data.test.x[index : index + 1]).to(device)
        case TestSamples(count):
            return torch.from_numpy(data.test.x[:count]).to(device)
        case Picture():
            if source.shape != shape:
                raise LookupError(f"{data.dataset.label} has samples of another shape")
            raw = source.array()[None]
        case _:
            raw = np.empty((0, *shape), np.float32)
    scaled = ((raw - data.shift) / data.scale).astype(np.float32)
    return torch.from_numpy(scaled).to(device)


def run(network: Network, objective: Objective, data: Data, device: torch.device, request: Request) -> Arrays:
    """What a request asks for. Raises LookupError for an unknown probe, a node that is not in the network or an
    input that the data do not have."""
    with _undisturbed(network):
        scene = Scene(network, objective, _samples(request.input, data, device))
        return PROBES[request.probe](scene, request)
