"""Weights as they are and as histograms."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Request

# A histogram of forty bins looks the same with more.
COUNTED = 100_000


def weights(scene: Scene, request: Request) -> Arrays:
    """{"<node>.<parameter>": array} of the wanted nodes: copies. A convolution's filters are
    (filters, channels, height, width), a Dense layer's weights (units, inputs)."""
    wanted = set(scene.nodes(request.nodes))
    return {
        name: parameter.detach().cpu().numpy().copy()
        for name, parameter in scene.network.named_parameters()
        if name.partition(".")[0] in wanted
    }


def histograms(scene: Scene, request: Request) -> Arrays:
    """For each wanted node with weights {node: counts (bins,), "<node>:edges": (bins + 1,)}, symmetric about 0.

    Of a node with more than `COUNTED` weights a sample of so many is counted, evenly spaced and the same every time:
    training waits meanwhile, and counting millions takes a second. Its edges reach to the largest weight of the
    sample, and its counts are scaled up to the number of all weights, rounded.
    """
    wanted = set(scene.nodes(request.nodes))
    found: Arrays = {}
    for name, parameter in scene.network.named_parameters():
        node, _, kind = name.partition(".")
        if node in wanted and kind == "weight":
            values = _sample(parameter.detach().reshape(-1)).cpu().numpy()
            finite = values[np.isfinite(values)]
            reach = float(np.abs(finite).max()) if finite.size else 1.0
            counts, edges = np.histogram(finite, request.bins or 40, (-reach or -1.0, reach or 1.0))
            scale = parameter.numel() / values.size
            found[node] = counts if scale == 1 else np.rint(counts * scale).astype(np.int64)
            found[f"{node}:edges"] = edges
    return found


def _sample(weights: Tensor) -> Tensor:
    """All weights of (n,), or `COUNTED` of them: number ⌊i n / COUNTED⌋, in whole numbers, so that none is off."""
    count = weights.numel()
    if count <= COUNTED:
        return weights
    return weights[torch.arange(COUNTED, device=weights.device) * count // COUNTED]
