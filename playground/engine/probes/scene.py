"""What a probe looks at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from playground.engine.compiler import Network
from playground.engine.objective import Objective


@dataclass
class Scene:
    """A network, its objective and a batch of samples; `trace` is computed once for all probes that need it."""

    network: Network
    objective: Objective
    samples: Tensor

    @cached_property
    def trace(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Every node's value before and after its activation, without gradients."""
        with torch.no_grad():
            return self.network.trace(self.samples)

    def nodes(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The wanted nodes, or all. Raises KeyError for one that is not in the network."""
        present = tuple(operation.node for operation in self.network.operations)
        for node in wanted:
            if node not in present:
                raise KeyError(node)
        return wanted or present
