"""Gradients of one sample: of its own class's logit. Those of training are left alone."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Request


def _score(output: Tensor, unit: int | None) -> Tensor:
    """The value to explain: of the chosen unit, or of the largest."""
    return output[0, unit] if unit is not None else output[0].max()


def saliency(scene: Scene, request: Request) -> Arrays:
    """{"saliency": sample shape}: the gradient of the chosen class's logit by the input (Simonyan et al. 2013)."""
    samples = scene.samples.clone().requires_grad_()
    with torch.enable_grad():
        score = _score(scene.network(samples), request.unit)
        (gradient,) = torch.autograd.grad(score, samples)
    return {"saliency": gradient[0].cpu().numpy()}


def gradients(scene: Scene, request: Request) -> Arrays:
    """{node: shape without the batch}: the gradient of the chosen logit by the output of each wanted layer."""
    nodes = scene.nodes(request.nodes)
    with torch.enable_grad():
        samples = scene.samples.clone().requires_grad_()
        trace = scene.network.trace(samples)
        output = trace[scene.network.operations[-1].node][1]
        values = [trace[node][1] for node in nodes]
        found = torch.autograd.grad(_score(output, request.unit), values, allow_unused=True)
    return {
        node: (torch.zeros_like(value) if gradient is None else gradient)[0].detach().cpu().numpy()
        for node, value, gradient in zip(nodes, values, found, strict=True)
    }
