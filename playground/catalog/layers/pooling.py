"""Pooling: fewer pixels, no weights."""

from __future__ import annotations

from typing import Any

from playground.catalog.layer import Layer, Shapes, image_input, window_output
from playground.document.params import Int, Values
from playground.document.shapes import THIS, Cure, Shape, ShapeError


def _shape(in_shapes: Shapes, values: Values) -> Shape:
    channels, height, width = image_input(in_shapes)
    window, padding = int(values["window"]), int(values["pad"])
    if 2 * padding > window:
        raise ShapeError(
            f"Padding {padding} is more than half of the {window} × {window} window of {THIS}. "
            f"Use padding {window // 2}.",
            Cure(f"Use padding {window // 2}", params=(("pad", window // 2),)),
        )
    fitting = min(height, width)
    cure = Cure(f"Use window {fitting}", params=(("window", fitting), ("pad", 0)))
    return (channels, *window_output((height, width), window, int(values["stride"]), padding, cure))


def _params() -> tuple[Int, ...]:
    return (
        Int("window", "Window", 2, "Height and width of the window.", unit="px", maximum=64),
        Int("stride", "Stride", 2, "How far the window moves each time.", maximum=64),
        Int("pad", "Padding", 0, "Pixels added on every side.", unit="px", minimum=0, maximum=32),
    )


def _code(module: str, values: Values) -> str:
    padding = f", padding={values['pad']}" if values["pad"] else ""
    return f"nn.{module}({values['window']}, stride={values['stride']}{padding})"


def _build(module: Any, values: Values) -> Any:
    return module(values["window"], stride=values["stride"], padding=values["pad"])


def _title(label: str, values: Values) -> str:
    return f"{label} {values['window']}×{values['window']}"


def _detail(values: Values) -> str:
    return f"stride {values['stride']}" + (f", padding {values['pad']}" if values["pad"] else "")


def _global_shape(in_shapes: Shapes, values: Values) -> Shape:
    return (image_input(in_shapes)[0],)


LAYERS = (
    Layer(
        "max_pool", "Max pool", "pooling", _shape,
        lambda torch, in_shapes, values: _build(torch.nn.MaxPool2d, values),
        lambda in_shapes, values: _code("MaxPool2d", values),
        "Keeps the largest value of each window. Small shifts of the picture no longer matter.",
        params=_params(), title=lambda values: _title("Max pool", values), detail=_detail,
    ),
    Layer(
        "avg_pool", "Average pool", "pooling", _shape,
        lambda torch, in_shapes, values: _build(torch.nn.AvgPool2d, values),
        lambda in_shapes, values: _code("AvgPool2d", values),
        "Keeps the mean of each window. The picture gets smaller and smoother.",
        params=_params(), title=lambda values: _title("Average pool", values), detail=_detail,
    ),
    Layer(
        "global_avg_pool", "Global average", "pooling", _global_shape,
        lambda torch, in_shapes, values: lambda maps: maps.mean(dim=(2, 3)),
        lambda in_shapes, values: "x0.mean(dim=(2, 3))",
        "Replaces each map by its mean, so one value for each channel remains. "
        "It takes the place of Flatten and a large Dense layer.",
    ),
)  # fmt: skip
