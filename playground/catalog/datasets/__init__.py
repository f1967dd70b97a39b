"""All data sets, in the order of the chooser."""

from __future__ import annotations

from playground.catalog.dataset import Dataset
from playground.catalog.datasets import (
    circle,
    digits,
    fashion_mnist,
    gauss,
    gauss_regression,
    mnist,
    plane,
    spiral,
    stones,
    xor,
)
from playground.document.registry import Registry

DATASETS: Registry[Dataset] = Registry("data set")

for _module in (circle, xor, gauss, spiral, plane, gauss_regression, digits, mnist, fashion_mnist, stones):
    DATASETS.add(_module.DATASET)
