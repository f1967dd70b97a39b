"""Splits are fair, repeatable and complete; scaling is fitted on the training part alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.catalog.dataset import DataError, Dataset, Loaded, Samples, Sources
from playground.catalog.datasets import DATASETS
from playground.catalog.splitting import prepare, train_counts
from playground.document.params import Values
from playground.document.project import DataChoice
from tests.catalog import idx_files

CIRCLE = DataChoice("circle", Values({"noise": 0.1, "samples": 500}))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Samples]:
    """Whatever a test puts under "samples" comes out of the data set "made"."""
    box: dict[str, Samples] = {}
    dataset = Dataset(
        "made",
        "Made",
        "2-D",
        (2,),
        "classes",
        lambda values, seed, sources: Loaded(box["samples"]),
        "Made.",
        ("a", "b"),
    )
    monkeypatch.setitem(DATASETS._entries, "made", dataset)
    return box


def rows(*parts: Samples) -> list[bytes]:
    return sorted(x.tobytes() + y.tobytes() for part in parts for x, y in zip(part.x, part.y, strict=True))


@pytest.mark.parametrize("name", ["circle", "xor", "gauss", "spiral", "plane", "gauss_regression", "digits"])
@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.9])
def test_every_sample_is_in_one_part(name: str, share: float) -> None:
    choice = DataChoice(name, seed=4, train_share=share)
    data = prepare(choice, Sources())
    dataset = DATASETS[name]
    values = Values({param.name: param.default for param in dataset.params})
    whole = dataset.load(values, 4, Sources()).samples
    assert rows(data.train, data.test) == rows(whole)
    assert len(data.train) == round(share * len(whole))
    assert len(data.validation) == 0 and data.validation.x.shape[1:] == dataset.shape
    assert data.dataset is dataset and data.source and not data.substitute


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_classes_keep_their_share(share: float) -> None:
    data = prepare(DataChoice("digits", train_share=share), Sources())
    train, test = np.bincount(data.train.y), np.bincount(data.test.y)
    assert np.abs(train - share * (train + test)).max() <= 1


def test_counts_add_up_and_stay_within_one_of_the_share() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        sizes = rng.integers(1, 50, rng.integers(1, 12))
        share = float(rng.uniform(0.1, 0.9))
        if sizes.sum() < 2:
            continue
        counts = train_counts(sizes, share)
        assert counts.sum() == np.clip(round(float(sizes.sum() * share)), 1, sizes.sum() - 1)
        assert (np.abs(counts - sizes * share) <= 1).all() and (counts >= 0).all() and (counts <= sizes).all()


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    choice = DataChoice("digits", seed=5)
    first, second, other = (prepare(each, Sources()) for each in (choice, choice, replace(choice, seed=6)))
    assert first.train.x.tobytes() == second.train.x.tobytes() and first.test.y.tobytes() == second.test.y.tobytes()
    assert first.train.x.tobytes() != other.train.x.tobytes()


def test_training_samples_come_in_random_order() -> None:
    # scikit-learn gives its digits writer by writer.
    labels = prepare(DataChoice("digits"), Sources()).train.y
    assert (np.diff(labels) == 1).mean() < 0.2


def test_the_split_does_not_depend_on_what_is_to_be_learned() -> None:
    # Training and test points must be alike: their radii have the same distribution.
    choice = DataChoice("circle", Values({"noise": 0.0, "samples": 20_000}))
    data = prepare(choice, Sources())
    quartiles = [np.percentile(np.hypot(*part.x.T), [10, 25, 40, 60, 75, 90]) for part in (data.train, data.test)]
    assert quartiles[0] == pytest.approx(quartiles[1], abs=0.08)


def test_official_test_images_stay_and_validation_is_the_last_tenth(tmp_path: Path) -> None:
    files = idx_files.contents(train=105, test=20)
    idx_files.write(tmp_path, files)
    sources = Sources(tmp_path)
    whole = DATASETS["mnist"].load(Values(), 1, sources)
    assert whole.test is not None
    for share, seed in ((0.5, 1), (0.9, 2)):
        data = prepare(DataChoice("mnist", train_share=share, seed=seed), sources)
        assert (len(data.train), len(data.validation), len(data.test)) == (95, 10, 20)
        assert np.array_equal(data.train.x, whole.samples.x[:95])
        assert np.array_equal(data.validation.x, whole.samples.x[95:])
        assert np.array_equal(data.test.y, whole.test.y)


@pytest.mark.parametrize("name", ["gauss", "digits"])
def test_standard_scaling_gives_mean_0_and_deviation_1_on_the_training_part(name: str) -> None:
    data = prepare(DataChoice(name, scaling="standard"), Sources())
    axis = 0 if name == "gauss" else None
    assert data.train.x.mean(axis=axis, dtype=np.float64) == pytest.approx(0, abs=1e-5)
    assert data.train.x.std(axis=axis, dtype=np.float64) == pytest.approx(1, abs=1e-5)
    assert data.shift.shape == data.scale.shape == ((2,) if name == "gauss" else (1,))
    # The test part has the same numbers applied, so its own mean is only near 0.
    mean = float(np.abs(data.test.x.mean(axis=axis, dtype=np.float64)).max())
    assert 1e-6 < mean < 0.2


@pytest.mark.parametrize("name", ["gauss", "digits"])
def test_range_scaling_goes_from_0_to_1_on_the_training_part(name: str) -> None:
    data = prepare(DataChoice(name, scaling="range"), Sources())
    axis = 0 if name == "gauss" else None
    assert data.train.x.min(axis=axis) == pytest.approx(0, abs=1e-6)
    assert data.train.x.max(axis=axis) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("scaling", ["none", "standard", "range"])
@pytest.mark.parametrize("name", ["circle", "plane", "digits"])
def test_a_raw_sample_becomes_x_minus_shift_by_scale(name: str, scaling: str) -> None:
    raw = prepare(DataChoice(name), Sources())
    data = prepare(DataChoice(name, scaling=scaling), Sources())
    for before, after in ((raw.train, data.train), (raw.test, data.test)):
        assert np.allclose(after.x, (before.x - data.shift) / data.scale, rtol=0, atol=1e-6)
        assert after.x.dtype == np.float32 and np.array_equal(before.y, after.y)
    assert data.shift.dtype == data.scale.dtype == np.float32


def test_each_feature_of_points_has_a_scaling_of_its_own(made: dict[str, Samples]) -> None:
    x = np.random.default_rng(0).normal([10, -3], [5, 0.1], (400, 2)).astype(np.float32)
    made["samples"] = Samples(x, np.arange(400) % 2)
    data = prepare(DataChoice("made", scaling="standard"), Sources())
    assert data.shift == pytest.approx([10, -3], abs=0.8) and data.scale == pytest.approx([5, 0.1], rel=0.2)


@pytest.mark.parametrize("scaling", ["standard", "range"])
def test_a_feature_that_never_changes_is_only_shifted(scaling: str, made: dict[str, Samples]) -> None:
    x = np.stack([np.full(20, 7.0), np.arange(20)], axis=1).astype(np.float32)
    made["samples"] = Samples(x, np.arange(20) % 2)
    data = prepare(DataChoice("made", scaling=scaling), Sources())
    assert data.scale[0] == 1 and not data.train.x[:, 0].any() and np.isfinite(data.train.x).all()


def test_a_rare_class_is_never_lost_altogether(made: dict[str, Samples]) -> None:
    made["samples"] = Samples(np.zeros((101, 2), np.float32), (np.arange(101) == 50).astype(np.int64))
    data = prepare(DataChoice("made", train_share=0.9), Sources())
    assert len(data.train) == 91 and (data.train.y.sum() + data.test.y.sum()) == 1


def test_one_sample_cannot_be_split(made: dict[str, Samples]) -> None:
    made["samples"] = Samples(np.zeros((1, 2), np.float32), np.zeros(1, np.int64))
    with pytest.raises(DataError, match="1 sample cannot be split"):
        prepare(DataChoice("made"), Sources())
    made["samples"] = Samples(np.zeros((2, 2), np.float32), np.zeros(2, np.int64))
    for share in (0.1, 0.9):
        data = prepare(DataChoice("made", train_share=share), Sources())
        assert len(data.train) == len(data.test) == 1


def test_missing_parameters_take_their_defaults_and_bad_ones_are_refused() -> None:
    assert len(prepare(DataChoice("plane"), Sources()).train) == 600
    with pytest.raises(DataError, match=r"Circle: Noise must be from 0 to 0\.5, not 3\."):
        prepare(replace(CIRCLE, params=Values({"noise": 3})), Sources())
    with pytest.raises(DataError, match="Circle has no parameter 'turns'"):
        prepare(replace(CIRCLE, params=Values({"turns": 3})), Sources())


def test_the_real_sets_are_split_as_published(data_dir: Path) -> None:
    for name in ("mnist", "fashion_mnist"):
        data = prepare(DataChoice(name), Sources(data_dir))
        assert (len(data.train), len(data.validation), len(data.test)) == (54_000, 6_000, 10_000)
        assert data.train.x.shape[1:] == (1, 28, 28) and data.train.x.max() == 1
        assert not data.substitute and "60,000 training" in data.source
