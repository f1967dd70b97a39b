"""All layers, in the order of the palette."""

from __future__ import annotations

from playground.catalog.layer import Layer
from playground.catalog.layers import (
    activation,
    combine,
    conv,
    dense,
    dropout,
    input,
    normalisation,
    output,
    pooling,
    shape,
)
from playground.document.registry import Registry

LAYERS: Registry[Layer] = Registry("layer")

for _family in (input, dense, conv, pooling, activation, dropout, normalisation, shape, combine, output):
    for _layer in _family.LAYERS:
        LAYERS.add(_layer)
