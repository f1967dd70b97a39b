"""Convolutions."""

from __future__ import annotations

from typing import Any

from playground.catalog.initialisation import FIRST_WEIGHTS, FROZEN, first_weights_code, frozen_code, set_first_weights
from playground.catalog.kernels import KERNELS, check_kernels, kernels_code, write_kernels
from playground.catalog.layer import ACTIVATION, Layer, Shapes, image_input, window_output
from playground.document.numbers import whole
from playground.document.params import Choice, Flag, Int, Values
from playground.document.shapes import Cure, Shape, ShapeError


def padding_of(values: Values) -> int | str:
    """The padding as PyTorch takes it: pixels on every side, or "same" where the two sides differ.

    "Same" adds ⌊d(k − 1) / 2⌋, which keeps the size for odd windows; an even window needs one pixel more on one
    side, which PyTorch does only at stride 1. "Full" adds d(k − 1), so that every overlap with the input counts:
    Dumoulin, Visin, "A guide to convolution arithmetic for deep learning" (2016), relationships 3 and 4.
    """
    total = int(values["dilation"]) * (int(values["kernel"]) - 1)
    match values["padding"]:
        case "none":
            return 0
        case "custom":
            return int(values["pad"])
        case "full":
            return total
        case _:
            return total // 2 if total % 2 == 0 else "same"


def _shape(in_shapes: Shapes, values: Values) -> Shape:
    maps, height, width = image_input(in_shapes)
    check_kernels(values, maps)
    kernel, stride, dilation = int(values["kernel"]), int(values["stride"]), int(values["dilation"])
    window = dilation * (kernel - 1) + 1
    padding = padding_of(values)
    if padding == "same":
        if stride > 1:
            raise ShapeError(
                f"Same padding with stride {stride} needs an odd window, not {window} × {window}. Use kernel "
                f"{kernel + 1} and dilation 1.",
                Cure(f"Use kernel {kernel + 1}", params=(("kernel", kernel + 1), ("dilation", 1))),
            )
        return (int(values["filters"]), height, width)
    assert isinstance(padding, int)
    needed = max(0, -(-(window - min(height, width)) // 2))
    cure = Cure(f"Use padding {needed}", params=(("padding", "custom"), ("pad", needed))) if needed <= 64 else None
    return (int(values["filters"]), *window_output((height, width), window, stride, padding, cure))


def _count(in_shapes: Shapes, values: Values) -> int:
    kernel = int(values["kernel"])
    return int(values["filters"]) * (kernel * kernel * in_shapes[0][0] + bool(values["bias"]))


def _multiply_adds(in_shapes: Shapes, values: Values) -> int:
    """Every weight is used once at every place of the output."""
    _, height, width = _shape(in_shapes, values)
    return _count(in_shapes, values.set("bias", False)) * height * width


def _build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
    made = torch.nn.Conv2d(
        in_shapes[0][0],
        values["filters"],
        values["kernel"],
        stride=values["stride"],
        padding=padding_of(values),
        dilation=values["dilation"],
        bias=values["bias"],
    )
    return write_kernels(torch, set_first_weights(torch, made, values), values)


def _code(in_shapes: Shapes, values: Values) -> str:
    text = f"nn.Conv2d({in_shapes[0][0]}, {values['filters']}, {values['kernel']}"
    padding = padding_of(values)
    if values["stride"] != 1:
        text += f", stride={values['stride']}"
    if padding != 0:
        text += f", padding={padding!r}"
    if values["dilation"] != 1:
        text += f", dilation={values['dilation']}"
    return text + ("" if values["bias"] else ", bias=False") + ")"


def _detail(values: Values) -> str:
    stride = f"stride {values['stride']}, " if values["stride"] != 1 else ""
    names = {"none": "no padding", "same": "same padding", "full": "full padding"}
    padding = names.get(str(values["padding"]), f"padding {values['pad']}")
    if padding_of(values) == "same":
        padding += ", one more right and below"
    return stride + padding + (f", dilation {values['dilation']}" if values["dilation"] != 1 else "")


LAYERS = (
    Layer(
        "conv2d", "Conv 2D", "convolution", _shape, _build, _code,
        "Slides small windows over all input maps. Each filter gives one new map, bright where its pattern occurs.",
        params=(
            Int("filters", "Filters", 8, "How many patterns it looks for, and how many maps come out.", maximum=4096),
            Int("kernel", "Kernel", 3, "Height and width of the window.", unit="px", maximum=31),
            Int("stride", "Stride", 1, "How far the window moves each time.", maximum=16),
            Choice("padding", "Padding", "none",
                   "Zeros around the picture. Same keeps its size with half a kernel on every side, an even kernel "
                   "adds one more right and below; Full adds a whole kernel less one.",
                   options=(("none", "None"), ("same", "Same"), ("full", "Full"), ("custom", "Custom"))),
            Int("pad", "Pixels", 1, "Zeros on every side.", unit="px", minimum=0, maximum=64,
                shown_when=("padding", "custom")),
            Int("dilation", "Dilation", 1, "Distance between the pixels the window looks at.", maximum=16),
            ACTIVATION,
            FIRST_WEIGHTS,
            Flag("bias", "Bias", True, "A number added to every map."),
            FROZEN,
            KERNELS,
        ),
        count=_count,
        multiply_adds=_multiply_adds,
        title=lambda values: f"Conv 2D {whole(int(values['filters']))} @ {values['kernel']}×{values['kernel']}",
        detail=_detail,
        setup=lambda in_shapes, values: (
            *first_weights_code(values), *kernels_code(values), *frozen_code(values)
        ),
    ),
)  # fmt: skip
