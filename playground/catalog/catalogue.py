"""The whole catalogue as one value, as the project file and the engine take it."""

from __future__ import annotations

from dataclasses import dataclass

from playground.catalog.dataset import Dataset
from playground.catalog.datasets import DATASETS
from playground.catalog.layer import Layer
from playground.catalog.layers import LAYERS
from playground.catalog.losses import LOSSES, Loss
from playground.catalog.optimizers import OPTIMIZERS, Optimizer
from playground.document.registry import Registry


@dataclass(frozen=True)
class FullCatalogue:
    """The registries that a project may name entries of."""

    layers: Registry[Layer]
    datasets: Registry[Dataset]
    optimizers: Registry[Optimizer]
    losses: Registry[Loss]


CATALOGUE = FullCatalogue(LAYERS, DATASETS, OPTIMIZERS, LOSSES)
