"""Weights as they are and as histograms."""

from __future__ import annotations

import numpy as np

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Request


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
    """For each wanted node with weights {node: counts (bins,), "<node>:edges": (bins + 1,)}, symmetric about 0."""
    found: Arrays = {}
    for name, values in weights(scene, request).items():
        node, _, parameter = name.partition(".")
        if parameter != "weight":
            continue
        finite = values[np.isfinite(values)]
        reach = float(np.abs(finite).max()) if finite.size else 1.0
        found[node], found[f"{node}:edges"] = np.histogram(finite, request.bins or 40, (-reach or -1.0, reach or 1.0))
    return found
