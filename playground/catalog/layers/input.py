"""Input layers: what the data hand to the network."""

from __future__ import annotations

from typing import Any

from playground.catalog.layer import Layer, Shapes
from playground.document.params import Flag, Int, Values
from playground.document.shapes import Cure, Shape, ShapeError

# The seven features of TensorFlow Playground: name, label, text as code; x0 holds one point (x, y) a row.
FEATURES = (
    ("x", "X₁", "x0[:, 0]"),
    ("y", "X₂", "x0[:, 1]"),
    ("x_squared", "X₁²", "x0[:, 0] * x0[:, 0]"),
    ("y_squared", "X₂²", "x0[:, 1] * x0[:, 1]"),
    ("xy", "X₁X₂", "x0[:, 0] * x0[:, 1]"),
    ("sin_x", "sin X₁", "torch.sin(x0[:, 0])"),
    ("sin_y", "sin X₂", "torch.sin(x0[:, 1])"),
)


def chosen_features(values: Values) -> tuple[str, ...]:
    """Names of the features in use, in their fixed order."""
    return tuple(name for name, _, _ in FEATURES if values[name])


def feature_labels(values: Values) -> tuple[str, ...]:
    """Labels of the features in use."""
    return tuple(label for name, label, _ in FEATURES if values[name])


def _features_shape(in_shapes: Shapes, values: Values) -> Shape:
    count = len(chosen_features(values))
    if count == 0:
        raise ShapeError(
            "The input uses no feature. Use X₁ and X₂.",
            Cure("Use X₁ and X₂", params=(("x", True), ("y", True))),
        )
    return (count,)


def _features_build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
    def column(name: str, points: Any) -> Any:
        x, y = points[:, 0], points[:, 1]
        match name:
            case "x":
                return x
            case "y":
                return y
            case "x_squared":
                return x * x
            case "y_squared":
                return y * y
            case "xy":
                return x * y
            case "sin_x":
                return torch.sin(x)
            case _:
                return torch.sin(y)

    names = chosen_features(values)
    return lambda points: torch.stack([column(name, points) for name in names], dim=1)


def _features_code(in_shapes: Shapes, values: Values) -> str:
    columns = ", ".join(code for name, _, code in FEATURES if values[name])
    return f"torch.stack([{columns}], dim=1)"


LAYERS = (
    Layer(
        "features", "Features", "input", _features_shape, _features_build, _features_code,
        "Hands the two coordinates of a point to the network, and what is computed from them. "
        "Each feature is one input.",
        params=tuple(
            Flag(name, label, name in ("x", "y"), "Use this feature.") for name, label, _ in FEATURES
        ),
        detail=lambda values: f"{len(chosen_features(values))} of {len(FEATURES)} used",
        inputs=(0, 0),
    ),
    Layer(
        "image", "Image", "input",
        lambda in_shapes, values: (int(values["channels"]), int(values["height"]), int(values["width"])),
        lambda torch, in_shapes, values: lambda pixels: pixels,
        lambda in_shapes, values: "x0",
        "Hands the pixels of a picture to the network, from 0 for paper to 1 for ink. Each channel is one map.",
        params=(
            Int("height", "Height", 28, "Rows of pixels.", maximum=1024),
            Int("width", "Width", 28, "Columns of pixels.", maximum=1024),
            Int("channels", "Channels", 1, "1 for grey, 3 for colour.", maximum=16),
        ),
        detail=lambda values: f"{values['height']} × {values['width']}, "
        + {1: "grey", 3: "colour"}.get(int(values["channels"]), f"{values['channels']} channels"),
        inputs=(0, 0),
    ),
)  # fmt: skip
