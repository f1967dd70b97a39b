"""What one sample makes of the network: the values of every layer, and the prediction."""

from __future__ import annotations

import time

import numpy as np
import torch

from playground.engine.mailbox import Arrays
from playground.engine.probes.scene import Scene
from playground.engine.requests import Request


def activations(scene: Scene, request: Request) -> Arrays:
    """For each wanted node its output as {node: shape without the batch}, and under "<node>:before" its value
    before the activation where it has one."""
    found: Arrays = {}
    for node in scene.nodes(request.nodes):
        before, after = scene.trace[node]
        found[node] = after[0].cpu().numpy()
        if before is not after:
            found[f"{node}:before"] = before[0].cpu().numpy()
    return found


def prediction(scene: Scene, request: Request) -> Arrays:
    """{"output": (units,), "probabilities": (classes,), "seconds": ()}; a Value has no probabilities. The seconds are
    those of the forward pass alone, until its result lies in the memory of the CPU."""
    with torch.no_grad():
        if scene.samples.is_cuda:
            # A batch of training may still be on its way there.
            torch.cuda.synchronize()
        began = time.perf_counter()
        output = scene.network(scene.samples)
        found: Arrays = {"output": output[0].cpu().numpy()}
        found["seconds"] = np.array(time.perf_counter() - began)
        if scene.objective.probabilities is not None:
            found["probabilities"] = scene.objective.probabilities(output)[0].cpu().numpy()
    return found


def predictions(scene: Scene, request: Request) -> Arrays:
    """{"classes": (n,), "shares": (n,)}: the likeliest class of every sample and its probability, which is missing
    for a Value."""
    with torch.no_grad():
        output = scene.network(scene.samples)
        if scene.objective.probabilities is None:
            classes = (output[:, 0] > 0).long() if output.shape[1] == 1 else output.argmax(1)
            return {"classes": classes.cpu().numpy()}
        shares, classes = scene.objective.probabilities(output).max(1)
        return {"classes": classes.cpu().numpy(), "shares": shares.cpu().numpy()}
