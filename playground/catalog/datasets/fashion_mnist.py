"""Fashion-MNIST: 70,000 pictures of clothes (Zalando Research), harder than digits."""

from __future__ import annotations

from playground.catalog.dataset import DataError, Dataset, Loaded, Samples, Sources
from playground.catalog.idx_sets import FASHION_MNIST, load, preview
from playground.document.params import Values


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Fashion-MNIST where its files are; nothing can stand in for it."""
    loaded = load(FASHION_MNIST, sources)
    if loaded is None:
        names = ", ".join(file.name for file in FASHION_MNIST.remote.files)
        raise DataError(
            "Fashion-MNIST is not on this computer. Download it (--download on the command line), or name a folder "
            f"with its four files ({names}) from https://github.com/zalandoresearch/fashion-mnist."
        )
    return loaded


def _preview(sources: Sources) -> Samples | None:
    return preview(FASHION_MNIST, sources)


DATASET = Dataset(
    "fashion_mnist", "Fashion-MNIST", "Images", (1, 28, 28), "classes", _load,
    "70,000 grey pictures of clothes of 28 × 28 pixels, 10,000 of them for testing.",
    ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    downloadable=True, preview=_preview,
)  # fmt: skip
