"""MNIST: 70,000 handwritten digits (LeCun, Cortes, Burges)."""

from __future__ import annotations

from playground.catalog.dataset import Dataset, Loaded, Samples, Sources
from playground.catalog.idx_sets import MNIST, load, preview
from playground.document.numbers import whole
from playground.document.params import Values


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """MNIST where its files are; otherwise the small digits stand in, so that the program works offline."""
    return load(MNIST, sources) or _substitute()


def _substitute() -> Loaded:
    # scikit-learn takes a second to import, so only the data that need it ask for it.
    from playground.catalog.digits import COUNT, small_digits

    digits = small_digits()
    # Like MNIST it has a test set of its own, one image in six, by other writers than the training images.
    cut = COUNT * 5 // 6
    return Loaded(
        digits.take(slice(0, cut)),
        digits.take(slice(cut, COUNT)),
        f"{whole(COUNT)} small handwritten digits in place of MNIST, which is not on this computer",
        substitute=True,
    )


def _preview(sources: Sources) -> Samples | None:
    return preview(MNIST, sources)


DATASET = Dataset(
    "mnist", "MNIST", "Images", (1, 28, 28), "classes", _load,
    "70,000 handwritten digits of 28 × 28 pixels, 10,000 of them for testing.",
    tuple("0123456789"), downloadable=True, preview=_preview,
)  # fmt: skip
