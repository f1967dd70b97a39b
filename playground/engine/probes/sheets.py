"""The weights that the sheet of one layer shows: only a part of them, for a wide layer has millions."""

from __future__ import annotations

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Request

# A Dense layer keeps its weights as (units, inputs); windows have more axes.
DENSE_AXES = 2


def sheet_weights(scene: Scene, request: Request) -> Arrays:
    """{"weight": copy, "bias": copy (units,) where there is one} of the one wanted node.

    With a `unit` only what belongs to it: of a convolution its filters over that input channel, (filters, height,
    width), of a Dense layer the weights into that unit, (inputs,). Without one all of them. Raises LookupError for a
    node without weights and for a unit that it does not have.
    """
    (node,) = scene.nodes(request.nodes)
    parameters = {
        name.removeprefix(f"{node}."): parameter.detach()
        for name, parameter in scene.network.named_parameters()
        if name.startswith(f"{node}.")
    }
    weight = parameters["weight"]
    if request.unit is not None:
        weight = weight[request.unit] if weight.dim() == DENSE_AXES else weight[:, request.unit]
    found: Arrays = {"weight": weight.cpu().numpy().copy()}
    if "bias" in parameters:
        found["bias"] = parameters["bias"].cpu().numpy().copy()
    return found
