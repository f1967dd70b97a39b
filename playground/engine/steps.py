"""One forward and one backward pass: through autograd, or for chains of Dense layers by direct calls.

A small network is all overhead: recording the graph and walking it back costs several times the arithmetic. For
a chain of Dense layers and activations the calls that autograd would make are made directly, in the same order
and with the same operands, so every bit is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from playground.engine.compiler import Network
from playground.engine.flat import FlatParameters
from playground.engine.modules import MaskedLinear
from playground.engine.objective import Objective

_aten = torch.ops.aten
MEAN = 1  # PyTorch's number for reduction="mean"
NO_IGNORED_CLASS = -100

Backward = Callable[[Tensor, Tensor, Tensor], Tensor]


class Pass(Protocol):
    """Fills the gradients for a batch and returns its mean loss and its output, both detached."""

    def __call__(self, inputs: Tensor, target: Tensor, /) -> tuple[Tensor, Tensor]: ...


class AutogradPass:
    """Any network: PyTorch records the forward pass and walks it back."""

    def __init__(self, network: Network, flat: FlatParameters, objective: Objective) -> None:
        self._network, self._flat, self._objective = network, flat, objective
        self._skip = network.prefix

    def __call__(self, inputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        self._flat.zero_grad()
        output = self._network(inputs, self._skip)
        loss = self._objective.loss(output, target)
        if self._flat.blocks:
            loss.backward()
        return loss.detach(), output.detach()


def _backward_of(activation: Any) -> Backward | None:
    """The derivative of an activation as autograd computes it: (gradient, before, after) -> gradient."""
    match activation:
        case nn.ReLU():
            return lambda g, before, after: _aten.threshold_backward.default(g, after, 0)
        case nn.LeakyReLU():
            slope = activation.negative_slope
            return lambda g, before, after: _aten.leaky_relu_backward.default(g, before, slope, False)
        case nn.ELU():
            alpha = activation.alpha
            return lambda g, before, after: _aten.elu_backward.default(g, alpha, 1, 1, False, before)
        case nn.GELU():
            return lambda g, before, after: _aten.gelu_backward.default(g, before)
        case nn.Sigmoid():
            return lambda g, before, after: _aten.sigmoid_backward.default(g, after)
        case nn.Tanh():
            return lambda g, before, after: _aten.tanh_backward.default(g, after)
    return None


def _forward_of(activation: Any) -> Callable[[Tensor], Tensor]:
    match activation:
        case nn.ReLU():
            return torch.relu
        case nn.Sigmoid():
            return torch.sigmoid
        case nn.Tanh():
            return torch.tanh
    run: Callable[[Tensor], Tensor] = activation
    return run


class _Dense:
    """A Dense layer with views of its parameters and gradients, and its activation."""

    __slots__ = ("activate", "backward", "bias", "bias_grad", "transposed", "weight", "weight_grad")

    def __init__(self, linear: nn.Linear) -> None:
        self.weight = linear.weight.detach()
        self.transposed = self.weight.t()
        self.weight_grad = linear.weight.grad
        self.bias = None if linear.bias is None else linear.bias.detach()
        self.bias_grad = None if linear.bias is None else linear.bias.grad
        self.activate: Callable[[Tensor], Tensor] | None = None
        self.backward: Backward | None = None

    def set_activation(self, activation: Any) -> bool:
        """Takes the activation; False when it has one already or the derivative is not known."""
        if isinstance(activation, nn.Identity):
            return True
        backward = _backward_of(activation)
        if backward is None or self.activate is not None:
            return False
        self.activate, self.backward = _forward_of(activation), backward
        return True


def _dense_chain(network: Network) -> list[_Dense] | None:
    """The Dense layers of a network that is a plain chain of them after its prefix, else None."""
    chain: list[_Dense] = []
    for number in range(network.prefix, len(network.operations)):
        operation = network.operations[number]
        if operation.sources != (number - 1,):
            return None
        if operation.frozen or isinstance(operation.run, MaskedLinear):
            return None
        if isinstance(operation.run, nn.Linear):
            chain.append(_Dense(operation.run))
            if operation.activation is not None and not chain[-1].set_activation(operation.activation):
                return None
        elif isinstance(operation.run, nn.Module):
            if not chain or not chain[-1].set_activation(operation.run):
                return None
        elif operation.kind not in ("classes", "value"):
            return None
    return chain or None


class DensePass:
    """A chain of Dense layers with squared error or cross-entropy, by direct calls."""

    def __init__(self, chain: list[_Dense], form: str) -> None:
        self._chain = chain
        self._cross_entropy = form == "cross_entropy"
        self._one = chain[0].weight.new_ones(())

    def __call__(self, inputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            before: list[Tensor] = []
            after = [inputs]
            value = inputs
            for layer in self._chain:
                if layer.bias is None:
                    value = torch.mm(value, layer.transposed)
                else:
                    value = torch.addmm(layer.bias, value, layer.transposed)
                before.append(value)
                if layer.activate is not None:
                    value = layer.activate(value)
                after.append(value)
            loss, gradient = self._loss(value, target)
            self._walk_back(before, after, gradient)
            return loss, value

    def _loss(self, output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        if not self._cross_entropy:
            loss = _aten.mse_loss.default(output, target, MEAN)
            return loss, _aten.mse_loss_backward.default(self._one, output, target, MEAN)
        log_p = _aten._log_softmax.default(output, 1, False)
        loss, weight = _aten.nll_loss_forward.default(log_p, target, None, MEAN, NO_IGNORED_CLASS)
        gradient = _aten.nll_loss_backward.default(self._one, log_p, target, None, MEAN, NO_IGNORED_CLASS, weight)
        return loss, _aten._log_softmax_backward_data.default(gradient, log_p, 1, output.dtype)

    def _walk_back(self, before: list[Tensor], after: list[Tensor], gradient: Tensor) -> None:
        for number in range(len(self._chain) - 1, -1, -1):
            layer = self._chain[number]
            if layer.backward is not None:
                gradient = layer.backward(gradient, before[number], after[number + 1])
            torch.mm(gradient.t(), after[number], out=layer.weight_grad)
            if layer.bias_grad is not None:
                torch.sum(gradient, 0, out=layer.bias_grad)
            if number and after[number].numel() == 1:
                # Autograd takes a single value for a column and multiplies the other way round.
                gradient = torch.mm(layer.transposed, gradient.t()).t()
            elif number:
                gradient = torch.mm(gradient, layer.weight)


def make_pass(network: Network, flat: FlatParameters, objective: Objective) -> Pass:
    """The fastest pass for a network that gives the bits of plain autograd."""
    if objective.form:
        chain = _dense_chain(network)
        if chain is not None and len(network.operations[network.prefix - 1].shape) == 1:
            return DensePass(chain, objective.form)
    return AutogradPass(network, flat, objective)
