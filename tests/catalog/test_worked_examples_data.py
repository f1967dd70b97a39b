"""Those examples of the courses that are about data and that the data code can compute."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.catalog.dataset import Samples, Sources
from playground.catalog.datasets import DATASETS
from playground.catalog.splitting import prepare, train_counts
from playground.document.params import Values
from playground.document.project import DataChoice

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}


def example(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and expected values of a case."""
    return CASES[name]["inputs"], CASES[name]["expected"]


def test_an_image_of_28_by_28_has_784_pixels() -> None:
    inputs, expected = example("pixels_28x28")
    for name in ("digits", "mnist", "fashion_mnist"):
        assert DATASETS[name].shape == (1, inputs["h"], inputs["w"])
        assert math.prod(DATASETS[name].shape) == expected["pixels"]


def test_mnist_has_as_many_of_each_digit_as_published(data_dir: Path) -> None:
    inputs, expected = example("mnist_sizes")
    loaded = DATASETS["mnist"].load(Values(), 1, Sources(data_dir))
    assert loaded.test is not None
    assert np.bincount(loaded.samples.y).tolist() == inputs["train_by_digit"]
    assert np.bincount(loaded.test.y).tolist() == inputs["test_by_digit"]
    assert (len(loaded.samples), len(loaded.test)) == (expected["train"], expected["test"])
    assert len(loaded.samples) + len(loaded.test) == expected["total"]


def test_the_balanced_expanded_set_splits_80_to_20() -> None:
    inputs, expected = example("mnist_test_63130")
    # The rarest digit, 5, occurs 6,313 times; with 5 copies and 10 digits that is the balanced total.
    sizes = example("mnist_sizes")[0]
    rarest = min(np.add(sizes["train_by_digit"], sizes["test_by_digit"]))
    assert rarest * 5 * 10 == inputs["balanced_total"]
    train = train_counts(np.full(10, rarest * 5), 1 - inputs["test_fraction"])
    assert train.sum() == expected["train"] and set(train) == {expected["train"] // 10}
    assert inputs["balanced_total"] - train.sum() == expected["test"]


def test_60_percent_of_1000_are_600() -> None:
    inputs, expected = example("split_60_20_20")
    choice = DataChoice("plane", Values({"samples": inputs["n"]}), train_share=inputs["fractions"][0])
    data = prepare(choice, Sources())
    # Validation and test are one part here; the course halves it.
    assert [len(data.train), len(data.test)] == [expected["sizes"][0], sum(expected["sizes"][1:])]


def test_no_sample_is_in_both_parts() -> None:
    # The warning of the case: copies made before the split would be in both.
    assert "leakage" in CASES["mnist_shift_expansion"]["note"]
    data = prepare(DataChoice("digits"), Sources())

    def images(samples: Samples) -> set[bytes]:
        return {image.tobytes() for image in samples.x}

    assert not images(data.train) & images(data.test)


@pytest.mark.parametrize("name", ["mnist_sizes", "mnist_test_63130", "split_60_20_20", "pixels_28x28"])
def test_the_cases_used_here_hold(name: str) -> None:
    assert CASES[name]["status"].startswith("holds")
