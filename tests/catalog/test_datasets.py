"""What every data set keeps to: the shape it declares, finite numbers, its seed, and parameters within bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.catalog.dataset import DataError, Dataset, Loaded, Sources
from playground.catalog.datasets import DATASETS
from playground.catalog.digits import first_digits, small_digits
from playground.document.params import Float, Int, ParamError, Value, check_all, defaults
from tests.catalog import idx_files

POINTS = [name for name, dataset in DATASETS.items() if dataset.category == "2-D"]
PARAMETERS = [(name, param) for name, dataset in DATASETS.items() for param in dataset.params]


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """A data folder with small sets in the form of MNIST."""
    for folder in ("mnist", "fashion-mnist"):
        idx_files.write(tmp_path / folder, idx_files.contents())
    return Sources(tmp_path)


def load(dataset: Dataset, sources: Sources, seed: int = 1, **params: Value) -> Loaded:
    return dataset.load(check_all(dataset.params, params, dataset.label), seed, sources)


def test_the_sets_stand_in_the_order_of_the_chooser() -> None:
    assert list(DATASETS) == [
        *("circle", "xor", "gauss", "spiral", "plane", "gauss_regression"),
        *("digits", "mnist", "fashion_mnist", "stones"),
    ]
    assert list(DATASETS.by_category()) == ["2-D", "Images"]


@pytest.mark.parametrize("name", DATASETS)
def test_a_set_gives_what_it_declares(name: str, sources: Sources) -> None:
    dataset = DATASETS[name]
    loaded = load(dataset, sources)
    for part in filter(None, (loaded.samples, loaded.test)):
        assert part.x.shape[1:] == dataset.shape and len(part) == len(part.y) > 0
        assert part.x.dtype == np.float32 and np.isfinite(part.x).all()
        if dataset.category == "Images":
            assert part.x.min() >= 0 and part.x.max() <= 1
        if dataset.task == "classes":
            assert part.y.dtype == np.int64 and part.y.ndim == 1
            assert set(np.unique(part.y)) == set(range(len(dataset.class_names)))
        else:
            assert part.y.dtype == np.float32 and part.y.shape == (len(part), 1) and np.isfinite(part.y).all()
    assert loaded.source and not loaded.substitute
    assert len(dataset.class_names) == len(set(dataset.class_names))
    assert dataset.task in ("classes", "value") and dataset.label and dataset.help.endswith(".")
    assert not dataset.signed or len(dataset.class_names) == 2


@pytest.mark.parametrize("name", DATASETS)
def test_the_same_seed_gives_the_same_bytes(name: str, sources: Sources) -> None:
    first, second = (load(DATASETS[name], sources, 7).samples for _ in range(2))
    assert first.x.tobytes() == second.x.tobytes() and first.y.tobytes() == second.y.tobytes()


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_another_seed_gives_other_points(name: str, noise: float, sources: Sources) -> None:
    first, second = (load(DATASETS[name], sources, seed, noise=noise).samples for seed in (1, 2))
    assert first.x.tobytes() != second.x.tobytes()


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("seed", [0, 2**31 - 2])
def test_any_seed_of_the_form_will_do(name: str, seed: int, sources: Sources) -> None:
    assert len(load(DATASETS[name], sources, seed).samples)


@pytest.mark.parametrize(("name", "param"), PARAMETERS, ids=lambda part: part if isinstance(part, str) else part.name)
def test_values_at_the_bounds_work_and_beyond_are_refused(name: str, param: Float | Int, sources: Sources) -> None:
    dataset = DATASETS[name]
    for value in (param.minimum, param.maximum):
        assert np.isfinite(load(dataset, sources, **{param.name: value}).samples.x).all()
    for bad in (param.minimum - 1, param.maximum * 2 + 1, "many", None, float("nan"), True):
        with pytest.raises(ParamError) as caught:
            check_all(dataset.params, {param.name: bad}, dataset.label)
        assert param.label in str(caught.value) and str(caught.value).endswith(".")


def test_two_classes_of_points_are_orange_and_blue() -> None:
    for name in ("circle", "xor", "gauss", "spiral"):
        assert DATASETS[name].signed and DATASETS[name].class_names == ("orange", "blue")


def test_small_digits_look_like_those_of_mnist() -> None:
    digits = small_digits()
    assert digits.x.shape == (1797, 1, 28, 28)
    assert np.bincount(digits.y).min() > 170
    # MNIST's pixels have the mean 0.13; its digits touch the box of 20 × 20 on two sides and have full ink.
    assert digits.x.mean() == pytest.approx(0.13, abs=0.01)
    assert digits.x.max(axis=(1, 2, 3)).min() > 0.95
    rows, columns = (digits.x > 0).any(axis=3).sum(axis=(1, 2)), (digits.x > 0).any(axis=2).sum(axis=(1, 2))
    assert np.maximum(rows, columns).max() == 20 and (np.maximum(rows, columns) >= 19).mean() > 0.95


def test_small_digits_cannot_be_spoilt_for_the_next_who_asks() -> None:
    first = small_digits()
    first.x[:] = 0
    assert small_digits().x.any()


def test_a_simple_rule_learned_on_some_digits_reads_the_others() -> None:
    digits = small_digits()
    x = digits.x.reshape(1797, -1)
    means = np.stack([x[:1200][digits.y[:1200] == digit].mean(axis=0) for digit in range(10)])
    nearest = np.linalg.norm(x[1200:, None] - means, axis=2).argmin(axis=1)
    assert (nearest == digits.y[1200:]).mean() > 0.8


def test_without_mnist_the_digits_stand_in_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    loaded = load(DATASETS["mnist"], Sources())
    assert loaded.substitute
    assert loaded.source == "1\u202f797 small handwritten digits in place of MNIST, which is not on this computer"
    assert loaded.test is not None and len(loaded.samples) + len(loaded.test) == 1797
    assert np.bincount(loaded.test.y).min() >= 20


def test_without_fashion_mnist_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    with pytest.raises(DataError, match=r"Fashion-MNIST is not on this computer.*train-images-idx3-ubyte\.gz.*github"):
        load(DATASETS["fashion_mnist"], Sources())


@pytest.mark.parametrize("name", [*POINTS, "digits"])
def test_sets_without_files_do_not_look_for_any(name: str, tmp_path: Path) -> None:
    dataset = DATASETS[name]
    assert len(dataset.load(defaults(dataset.params), 1, Sources(tmp_path / "nowhere")).samples)


def test_the_preview_of_the_digits_is_the_same_digits_as_they_come() -> None:
    digits = DATASETS["digits"]
    assert digits.preview is not None
    first = digits.preview(Sources())
    assert first is not None
    from sklearn.datasets import load_digits

    found = load_digits()
    assert np.array_equal(first.x[:, 0] * 16, found.images[:4])
    assert first.y.tolist() == found.target[:4].tolist()


def test_without_the_file_of_the_digits_there_is_no_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.catalog.digits.FILE", "datasets/data/none.csv.gz")
    assert first_digits() is None
