"""Parameters and gradients of a network in a few long tensors.

An optimizer spends most of its time on small tensors with going from one to the next. Its formulas work value
by value, so one long tensor gives the same bits in a fraction of the time. The modules keep their parameters as
views into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

# The routines that multiply matrices give other last bits for a matrix that does not begin where PyTorch would
# have put it: at a multiple of 64 bytes. The gaps hold zeros, whose gradients are zero.
ALIGNMENT = 16


def _aligned(count: int) -> int:
    return -(-count // ALIGNMENT) * ALIGNMENT


@dataclass(frozen=True)
class Span:
    """Where a parameter lies: which block, from which value to which."""

    block: int
    start: int
    stop: int
    shape: torch.Size


class FlatParameters:
    """All trainable parameters of a network as blocks, and an optimizer over the blocks; frozen ones stay outside.

    Parameters that have taken the same number of steps share a block, because Adam's correction of its moments
    depends on that number: a layer added to a running network starts at its own zero. `steps` gives the number
    for parameters that have some.
    """

    def __init__(self, network: nn.Module, steps: Mapping[str, float]) -> None:
        groups: dict[float, list[tuple[str, nn.Parameter]]] = {}
        for name, parameter in network.named_parameters():
            if not parameter.requires_grad:
                continue  # frozen
            groups.setdefault(steps.get(name, 0.0), []).append((name, parameter))
        self.blocks: list[nn.Parameter] = []
        self.spans: dict[str, Span] = {}
        for number, members in enumerate(groups.values()):
            self._add_block(number, members)

    def _add_block(self, number: int, members: list[tuple[str, nn.Parameter]]) -> None:
        length = sum(_aligned(parameter.numel()) for _, parameter in members)
        block = nn.Parameter(members[0][1].new_zeros(length))
        block.grad = torch.zeros_like(block)
        start = 0
        for name, parameter in members:
            span = Span(number, start, start + parameter.numel(), parameter.shape)
            place = self._cut(block.detach(), span)
            place.copy_(parameter.detach())
            parameter.data, parameter.grad = place, self._cut(block.grad, span)
            self.spans[name] = span
            start += _aligned(parameter.numel())
        self.blocks.append(block)

    @staticmethod
    def _cut(block: Tensor, span: Span) -> Tensor:
        return block[span.start : span.stop].view(span.shape)

    def zero_grad(self) -> None:
        """Sets all gradients to zero; the views of the parameters see it."""
        for block in self.blocks:
            assert block.grad is not None
            block.grad.zero_()

    def gradient_norm(self) -> float:
        """The Euclidean length of the whole gradient."""
        return float(sum(float(block.grad.square().sum()) for block in self.blocks if block.grad is not None)) ** 0.5

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, dict[str, Tensor]]:
        """The optimizer's state by parameter: copies in the parameter's shape, and its scalar counters."""
        found: dict[str, dict[str, Tensor]] = {}
        for name, span in self.spans.items():
            block = self.blocks[span.block]
            found[name] = {
                key: (self._cut(value, span) if value.shape == block.shape else value).detach().clone()
                for key, value in optimizer.state.get(block, {}).items()
                if isinstance(value, Tensor)
            }
        return found

    def load_state(self, optimizer: torch.optim.Optimizer, state: Mapping[str, Mapping[str, Tensor]]) -> None:
        """Writes a `whole` state by parameter into the optimizer; a parameter it does not know starts at zero.

        So does momentum that was switched on after the first step, which RMSprop would look for in vain.
        """
        for name, span in self.spans.items():
            block = self.blocks[span.block]
            for key, value in state.get(name, {}).items():
                if value.shape == span.shape and not _is_counter(key):
                    whole = optimizer.state[block].setdefault(key, torch.zeros_like(block.detach()))
                    self._cut(whole, span).copy_(value)
                elif value.dim() == 0:
                    optimizer.state[block][key] = value.clone()
        for block in self.blocks:
            if optimizer.state.get(block) and optimizer.param_groups[0].get("momentum", 0) > 0:
                optimizer.state[block].setdefault("momentum_buffer", torch.zeros_like(block.detach()))

    def forget(self, optimizer: torch.optim.Optimizer, name: str, index: tuple[int, ...]) -> None:
        """Sets to zero what the optimizer remembers of one number of a parameter."""
        span = self.spans.get(name)
        if span is None:
            return
        block = self.blocks[span.block]
        for value in optimizer.state.get(block, {}).values():
            if isinstance(value, Tensor) and value.shape == block.shape:
                self._cut(value, span)[index] = 0.0


def whole(state: Mapping[str, Mapping[str, Tensor]], network: nn.Module) -> dict[str, dict[str, Tensor]]:
    """The optimizer's state of those parameters of a network of which all of it fits: a count of steps without its
    moments, or moments of another shape, would stop the optimizer or mislead it."""
    found = {}
    for name, parameter in network.named_parameters():
        values = {key: value for key, value in state.get(name, {}).items() if not _is_counter(key)}
        if values and all(value.shape == parameter.shape for value in values.values()):
            found[name] = dict(state[name])
    return found


def _is_counter(key: str) -> bool:
    return key == "step"


def steps_of(state: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """How many steps each parameter has taken, where its optimizer counts them."""
    return {name: float(values["step"]) for name, values in state.items() if "step" in values}
