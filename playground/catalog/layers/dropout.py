"""Dropout: noise against overfitting."""

from __future__ import annotations

from playground.catalog.layer import Layer, same_shape
from playground.document.params import Float

LAYERS = (
    Layer(
        "dropout", "Dropout", "regularisation", same_shape,
        lambda torch, in_shapes, values: torch.nn.Dropout(values["rate"]),
        lambda in_shapes, values: f"nn.Dropout({values['rate']!r})",
        "Sets some values to zero at random while training, so no unit can rely on another. "
        "It passes everything while predicting.",
        params=(Float("rate", "Rate", 0.25, "The part of the values that is dropped.", maximum=0.95),),
        title=lambda values: f"Dropout {values['rate']:g}",
    ),
)  # fmt: skip
