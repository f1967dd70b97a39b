"""Pictures over the plane: the output and every neuron on a grid."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Grid, Request


def signed_output(scene: Scene, output: Tensor) -> Tensor:
    """The network's output as one value from −1 (class 0) to +1 (class 1): (n, units) -> (n,).

    For more than two classes it is the number of the likeliest class; a Value is taken as it is.
    """
    if scene.objective.probabilities is None:
        return output[:, 0] if output.shape[1] == 1 else output.argmax(1).float()
    shares = scene.objective.probabilities(output)
    return shares[:, 1] * 2 - 1 if shares.shape[1] == 2 else shares.argmax(1).float()


def boundary(scene: Scene, request: Request) -> Arrays:
    """{"output": (size, size)}: the signed output on the request's grid, row 0 at the top."""
    assert isinstance(request.input, Grid)
    size = request.input.size
    with torch.no_grad():
        output = scene.network(scene.samples)
        return {"output": signed_output(scene, output).reshape(size, size).cpu().numpy()}


def neurons(scene: Scene, request: Request) -> Arrays:
    """{node: (units, size, size)}: each unit of the wanted flat layers on the request's grid."""
    assert isinstance(request.input, Grid)
    size = request.input.size
    found: Arrays = {}
    for node in scene.nodes(request.nodes):
        after = scene.trace[node][1]
        if after.dim() == 2:
            found[node] = after.t().reshape(-1, size, size).cpu().numpy()
    return found
