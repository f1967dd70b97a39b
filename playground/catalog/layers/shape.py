"""Layers that change the shape and leave the values."""

from __future__ import annotations

from playground.catalog.layer import Layer, Shapes, picture_of
from playground.document.numbers import whole
from playground.document.params import Int, Values
from playground.document.shapes import Cure, Shape, ShapeError, shape_text, size

MOST = 4096


def _target(values: Values) -> Shape:
    return int(values["channels"]), int(values["height"]), int(values["width"])


def _reshape(in_shapes: Shapes, values: Values) -> Shape:
    target = _target(values)
    if size(target) != size(in_shapes[0]):
        fitting = picture_of(size(in_shapes[0]))
        channels, side, _ = fitting
        params = (("height", side), ("width", side), ("channels", channels))
        raise ShapeError(
            f"Reshape to {shape_text(target)} needs {whole(size(target))} values, not {whole(size(in_shapes[0]))}. "
            f"Use {shape_text(fitting)}.",
            Cure(f"Use {shape_text(fitting)}", params=params) if channels <= MOST else None,
        )
    return target


LAYERS = (
    Layer(
        "flatten", "Flatten", "shape",
        lambda in_shapes, values: (size(in_shapes[0]),),
        lambda torch, in_shapes, values: torch.nn.Flatten(),
        lambda in_shapes, values: "nn.Flatten()",
        "Writes all maps one after another into one row, so that a Dense layer can take them. No value changes.",
    ),
    Layer(
        "reshape", "Reshape", "shape", _reshape,
        lambda torch, in_shapes, values: torch.nn.Unflatten(1, _target(values))
        if len(in_shapes[0]) == 1
        else torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Unflatten(1, _target(values))),
        lambda in_shapes, values: f"nn.Unflatten(1, {_target(values)})"
        if len(in_shapes[0]) == 1
        else f"nn.Sequential(nn.Flatten(), nn.Unflatten(1, {_target(values)}))",
        "Arranges the same values as a picture of another size. No value changes.",
        params=(
            Int("height", "Height", 28, "Rows.", maximum=MOST),
            Int("width", "Width", 28, "Columns.", maximum=MOST),
            Int("channels", "Channels", 1, "Maps.", maximum=MOST),
        ),
        detail=lambda values: shape_text(_target(values)),
    ),
)  # fmt: skip
