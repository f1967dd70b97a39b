"""What a layer of the catalogue is: everything the program knows about it, in one value.

A new layer is one entry in a file of `catalog/layers/`; palette, inspector, shape checks, file format,
compiler and code follow from what it declares here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.activations import ACTIVATIONS
from playground.document.numbers import whole
from playground.document.params import Choice, Param, Text, Values
from playground.document.shapes import THIS, Cure, Shape, ShapeError, shape_text, size

Shapes = tuple[Shape, ...]

ACTIVATION = Choice(
    "activation",
    "Activation",
    "none",
    "Applied to every output of this layer.",
    options=(("none", "None"), *((entry.name, entry.label) for entry in ACTIVATIONS.values())),
)


@dataclass(frozen=True)
class Cells(Text):
    """A text that stands for a grid of cells: it has an editor of its own and no row in a form."""


def no_parameters(in_shapes: Shapes, values: Values) -> int:
    """The count and the work of a layer without weights."""
    return 0


def same_shape(in_shapes: Shapes, values: Values) -> Shape:
    """The output shape of a layer that changes values one by one."""
    return in_shapes[0]


def nothing_to_set(in_shapes: Shapes, values: Values) -> tuple[str, ...]:
    """The statements after a module that is ready as it is made."""
    return ()


@dataclass(frozen=True)
class Layer:
    """One kind of layer.

    `shape` gives the output shape for the input shapes or raises ShapeError; `count` the number of weights and
    biases; `multiply_adds` how often one sample makes it multiply by a weight and add, biases left out.
    `build(torch, in_shapes, values)` returns a `torch.nn.Module` or a function of the input tensors, both with the
    batch first. `code` is the same as text: an expression that makes the module, starting with `nn.`, or one over
    the inputs `x0`, `x1`, and so on; `setup` are the statements that follow it in a script, with {} for the module:
    its first weights and what is typed in, taken out or frozen. `title` and `detail` are the two lines of its card.
    `inputs` are the least and the most wires it takes. A layer with a parameter called `activation` has it applied
    to its output by the compiler.
    """

    name: str
    label: str
    category: str
    shape: Callable[[Shapes, Values], Shape]
    build: Callable[[Any, Shapes, Values], Any]
    code: Callable[[Shapes, Values], str]
    help: str
    params: tuple[Param, ...] = ()
    count: Callable[[Shapes, Values], int] = no_parameters
    multiply_adds: Callable[[Shapes, Values], int] = no_parameters
    title: Callable[[Values], str] | None = None
    detail: Callable[[Values], str] | None = None
    inputs: tuple[int, int] = (1, 1)
    setup: Callable[[Shapes, Values], tuple[str, ...]] = nothing_to_set

    def card_title(self, values: Values) -> str:
        """The first line of the card: the layer and its size."""
        return self.title(values) if self.title else self.label

    def card_detail(self, values: Values) -> str:
        """The second line of the card: its other settings in a few words."""
        parts = [self.detail(values)] if self.detail else []
        activation = values.get("activation", "none")
        if activation != "none":
            parts.append(ACTIVATIONS[str(activation)].label)
        return ", ".join(part for part in parts if part)


# What a layer for images asks for behind layers that have made values of one.
BEFORE_FLATTEN = "Put it before Flatten"


def flat_input(in_shapes: Shapes) -> int:
    """The number of values of a flat input. Raises ShapeError for an image, with Flatten as its cure."""
    if len(in_shapes[0]) != 1:
        raise ShapeError(
            f"{THIS} needs a flat input, not {shape_text(in_shapes[0])}. Add Flatten here.",
            Cure("Add Flatten here", insert="flatten"),
        )
    return in_shapes[0][0]


def image_input(in_shapes: Shapes) -> tuple[int, int, int]:
    """Channels, height and width of an image input. Raises ShapeError for a flat one."""
    if len(in_shapes[0]) != 3:
        channels, side, _ = picture_of(size(in_shapes[0]))
        text = f"{THIS} needs an image, not {whole(size(in_shapes[0]))} values in a row. {BEFORE_FLATTEN}"
        if side == 1:
            raise ShapeError(f"{text}.")
        cure = Cure(
            f"Reshape to {shape_text((channels, side, side))}",
            insert="reshape",
            insert_params=(("height", side), ("width", side), ("channels", channels)),
        )
        raise ShapeError(f"{text}. Or: {cure.text}.", cure)
    channels, height, width = in_shapes[0]
    return channels, height, width


def picture_of(count: int) -> tuple[int, int, int]:
    """The shape of a square picture with so many values and as few channels as can be: (channels, side, side)."""
    side = next(side for side in range(math.isqrt(count), 0, -1) if count % (side * side) == 0)
    return count // (side * side), side, side


def window_output(
    length: tuple[int, int], window: int, stride: int, padding: int, cure: Cure | None
) -> tuple[int, int]:
    """Height and width after a window has slid over the padded input: ⌊(n + 2p − k) / s⌋ + 1 each way.

    Raises ShapeError when the window is larger than the padded input.
    """
    height, width = (n + 2 * padding - window for n in length)
    if height < 0 or width < 0:
        advice = f" {cure.text}." if cure else " Make the window smaller."
        given = " × ".join(map(whole, length)) + " input" + (f" with padding {padding}" if padding else "")
        raise ShapeError(f"The {window} × {window} window of {THIS} is larger than its {given}.{advice}", cure)
    return height // stride + 1, width // stride + 1
