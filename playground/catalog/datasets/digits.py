"""Digits: the small real set that is always at hand."""

from __future__ import annotations

from playground.catalog.dataset import Dataset, Loaded, Samples, Sources
from playground.document.params import Values


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    # scikit-learn takes a second to import, so only the data that need it ask for it.
    from playground.catalog.digits import COUNT, small_digits

    return Loaded(small_digits(), source=f"{COUNT:,} handwritten digits of scikit-learn")


def _preview(sources: Sources) -> Samples | None:
    from playground.catalog.digits import first_digits

    return first_digits()


DATASET = Dataset(
    "digits", "Digits", "Images", (1, 28, 28), "classes", _load,
    "1,797 real handwritten digits of 8 × 8 pixels, enlarged to 28 × 28. Always at hand.",
    tuple("0123456789"), preview=_preview,
)  # fmt: skip
