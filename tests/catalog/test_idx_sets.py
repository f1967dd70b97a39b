"""Where MNIST and Fashion-MNIST are looked for, and what their four files must agree on."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.catalog import idx_sets
from playground.catalog.dataset import DataError, Sources
from playground.catalog.idx_sets import FASHION_MNIST, MNIST, cache_folder, load, preview
from playground.catalog.readers.download import RemoteSet
from tests.catalog.idx_files import NAMES, contents, idx, write

FILES = contents()


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any data."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_nothing_anywhere_is_none() -> None:
    assert load(MNIST, Sources()) is None


@pytest.mark.parametrize("inner", ["", "mnist"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_named_folder_may_hold_the_files_or_their_folder(tmp_path: Path, inner: str, packed: bool) -> None:
    files = FILES if packed else {name[:-3]: gzip.decompress(content) for name, content in FILES.items()}
    write(tmp_path / inner, files)
    loaded = load(MNIST, Sources(tmp_path))
    assert loaded is not None and loaded.test is not None and not loaded.substitute
    assert loaded.source == "40 training and 20 test images of MNIST"
    raw = np.frombuffer(gzip.decompress(FILES[f"{NAMES[0]}.gz"]), np.uint8, offset=16).reshape(40, 1, 28, 28)
    assert np.array_equal(loaded.samples.x, raw.astype(np.float32) / np.float32(255))
    assert loaded.samples.y.tolist() == [i % 10 for i in range(40)] and len(loaded.test) == 20


def test_the_folder_of_the_set_comes_before_the_folder_around_it(tmp_path: Path) -> None:
    write(tmp_path, contents(train=60))
    write(tmp_path / "fashion-mnist", contents(train=30))
    for idx_set, count in ((MNIST, 60), (FASHION_MNIST, 30)):
        loaded = load(idx_set, Sources(tmp_path))
        assert loaded is not None and len(loaded.samples) == count


def test_a_named_folder_without_the_files_is_an_error_even_when_they_are_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA", str(write(tmp_path / "elsewhere", FILES)))
    empty = write(tmp_path / "empty", {})
    with pytest.raises(DataError, match=f"MNIST is not in {empty}. Missing, unpacked or as .gz: {', '.join(NAMES)}."):
        load(MNIST, Sources(empty))
    with pytest.raises(DataError, match="There is no folder"):
        load(MNIST, Sources(tmp_path / "nothing"))
    with pytest.raises(DataError, match="There is no folder"):
        load(MNIST, Sources(empty.parent / "elsewhere" / f"{NAMES[0]}.gz"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    some = {name: content for name, content in FILES.items() if not name.startswith("t10k-labels")}
    write(tmp_path / "mnist", some)
    with pytest.raises(DataError, match=r"MNIST in .* is not complete\. Missing.*: t10k-labels-idx1-ubyte\.$"):
        load(MNIST, Sources(tmp_path))


def test_the_environment_variable_comes_before_the_cache_and_the_cache_before_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(cache_folder(MNIST), contents(train=50))
    loaded = load(MNIST, Sources())
    assert loaded is not None and len(loaded.samples) == 50
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "nothing"))
    loaded = load(MNIST, Sources())
    assert loaded is not None and len(loaded.samples) == 50
    write(tmp_path / "data" / "mnist", FILES)
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "data"))
    loaded = load(MNIST, Sources(download=True))
    assert loaded is not None and len(loaded.samples) == 40


def test_the_cache_is_the_users(tmp_path: Path) -> None:
    assert cache_folder(FASHION_MNIST) == tmp_path / "cache" / "neural-network-playground" / "fashion-mnist"


def test_a_download_goes_into_the_cache_and_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(remote: RemoteSet, folder: Path, progress: Callable[[int, int], None] | None, cancelled: object) -> None:
        asked.append((remote.label, folder, cancelled))
        write(folder, FILES)

    monkeypatch.setattr(idx_sets, "fetch", fetch)
    loaded = load(MNIST, Sources(download=True))
    assert loaded is not None and asked == [("MNIST", cache_folder(MNIST), None)]
    assert load(FASHION_MNIST, Sources()) is None and len(asked) == 1


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (NAMES[1], np.zeros(39, np.uint8), "train-images-idx3-ubyte.gz has 40 images, but train-labels.* 39 labels"),
        (NAMES[3], np.zeros(21, np.uint8), "t10k-images-idx3-ubyte.gz has 20 images, but t10k-labels.* 21 labels"),
        (NAMES[1], np.full(40, 10, np.uint8), "train-labels-idx1-ubyte.gz has the label 10 at place 0; .* 0 to 9"),
        (NAMES[3], np.array([3, 255] * 10, np.uint8), "has the label 255 at place 1"),
        (NAMES[0], np.zeros((40, 28, 27), np.uint8), "has images of 28 × 27 pixels; 28 × 28 are needed"),
        (NAMES[2], np.zeros(20, np.uint8), "holds labels; images are needed here"),
    ],
)
def test_files_that_do_not_go_together_are_refused(tmp_path: Path, name: str, values: np.ndarray, message: str) -> None:
    write(tmp_path, FILES | {f"{name}.gz": gzip.compress(idx(values))})
    with pytest.raises(DataError, match=message):
        load(MNIST, Sources(tmp_path))


def test_a_broken_file_in_the_cache_is_not_passed_over_in_silence() -> None:
    write(cache_folder(MNIST), FILES | {f"{NAMES[0]}.gz": b"<html>"})
    with pytest.raises(DataError, match="is a web page"):
        load(MNIST, Sources())


def test_files_of_the_other_set_are_recognised(mnist_dir: Path, fashion_dir: Path, tmp_path: Path) -> None:
    for folder, wanted, owner in ((mnist_dir, FASHION_MNIST, "MNIST"), (fashion_dir, MNIST, "Fashion-MNIST")):
        link = tmp_path / f"only-{wanted.folder}"
        link.symlink_to(folder)
        with pytest.raises(DataError, match=f"are those of {owner}, not of {wanted.label}"):
            load(wanted, Sources(link))


@pytest.mark.parametrize("idx_set", [MNIST, FASHION_MNIST], ids=lambda idx_set: idx_set.folder)
def test_mirrors_are_safe_and_files_complete(idx_set: idx_sets.IdxSet) -> None:
    remote = idx_set.remote
    assert len(set(remote.mirrors)) >= 2
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in remote.mirrors)
    assert idx_set.file_names == NAMES
    assert all(len(file.sha256) == 64 and file.size > 4_000 for file in remote.files)


def test_published_checksums_are_those_of_the_files_at_hand(mnist_dir: Path, fashion_dir: Path) -> None:
    # The image files in the data folder may be packed anew; the label files are the published ones.
    for idx_set, folder in ((MNIST, mnist_dir), (FASHION_MNIST, fashion_dir)):
        labels = [file for file in idx_set.remote.files if "labels" in file.name]
        assert len(labels) == 2
        for file in labels:
            path = folder / file.name
            if path.exists():
                assert file.fits(path.read_bytes())
                assert not replace(file, size=file.size + 1).fits(path.read_bytes())


def test_a_preview_is_the_first_training_images(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    loaded, first = load(MNIST, Sources(tmp_path)), preview(MNIST, Sources(tmp_path))
    assert loaded is not None and first is not None
    assert np.array_equal(first.x, loaded.samples.x[:4]) and first.x.dtype == np.float32
    assert np.array_equal(first.y, loaded.samples.y[:4])


def test_there_is_no_preview_where_the_set_is_not_at_hand_or_damaged(tmp_path: Path) -> None:
    assert preview(MNIST, Sources()) is None
    assert preview(MNIST, Sources(tmp_path / "missing")) is None
    assert preview(MNIST, Sources(tmp_path)) is None
    write(tmp_path, {**FILES, f"{NAMES[0]}.gz": FILES[f"{NAMES[0]}.gz"][:40]})
    assert preview(MNIST, Sources(tmp_path)) is None
