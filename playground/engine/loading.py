"""Loading PyTorch: once, in one place, when it is asked for.

Importing it takes about a second, so nothing that only paints or prints may cause it. Everything the training
thread will need is imported here too: an import in the middle of training would stall the window.
"""

from __future__ import annotations

import gc
from typing import Any


def load() -> Any:
    """The `torch` module, imported and warmed up, with one thread. Call it in the main thread."""
    import torch

    torch.set_num_threads(1)
    return torch


def warm_up() -> None:
    """Imports and runs once all that the first training step needs, then puts these objects out of the
    collector's sight.

    From now on Python's cyclic collector is off: it would run in whichever thread allocates, and Qt objects must die
    in the GUI thread; the window collects with a timer. Importing makes some 170,000 objects that all stay, so there is
    nothing for it to find while that goes on either.
    """
    gc.disable()
    torch = load()
    import playground.engine.workshop  # noqa: F401 - with it come the session, the probes and the checkpoints
    from playground.engine.eager import EagerOptimizers

    weight = torch.nn.Parameter(torch.zeros(2, 2))
    optimizers = EagerOptimizers()
    for make in (optimizers.SGD, optimizers.Adam):
        optimizer = make([weight], lr=0.01)
        torch.nn.functional.mse_loss(torch.tanh(weight), torch.ones(2, 2)).backward()
        optimizer.step()
    gc.collect()
    gc.freeze()


def gpu_missing() -> str:
    """Why the GPU cannot be used, or nothing when it can. PyTorch must be loaded."""
    from playground.engine import devices

    return devices.gpu_missing()
