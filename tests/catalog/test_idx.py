"""IDX files: what is well formed is read, and whatever is broken is one clear sentence that names the file."""

from __future__ import annotations

import gzip
import os
import random
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from playground.catalog.dataset import DataError
from playground.catalog.readers.idx import MAX_BYTES, read_idx
from tests.catalog.idx_files import idx

IMAGES = np.random.default_rng(1).integers(0, 256, (5, 28, 28), np.uint8)
LABELS = np.arange(5, dtype=np.uint8)
WHOLE = idx(IMAGES)


def packed(content: bytes) -> bytes:
    """Compressed without the time of day: test processes that start in different seconds must find the same tests."""
    return gzip.compress(content, mtime=0)


PACKED = packed(WHOLE)
PAGE = b"<!DOCTYPE html>\n<html><body>503 Service Unavailable</body></html>\n"


def header(*lengths: int, magic: bytes | None = None) -> bytes:
    return (magic or bytes([0, 0, 8, len(lengths)])) + struct.pack(f">{len(lengths)}I", *lengths)


def saved(folder: Path, content: bytes, name: str = "images.gz") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["images", "images.gz"])
@pytest.mark.parametrize("content", [WHOLE, PACKED], ids=["unpacked", "packed"])
def test_images_are_read_packed_or_not_whatever_the_name_says(tmp_path: Path, name: str, content: bytes) -> None:
    assert np.array_equal(read_idx(saved(tmp_path, content, name), 3), IMAGES)


def test_labels_are_read(tmp_path: Path) -> None:
    assert np.array_equal(read_idx(saved(tmp_path, packed(idx(LABELS))), 1), LABELS)


def test_an_end_of_packed_data_inside_a_chunk_is_no_problem(tmp_path: Path) -> None:
    # Zeros pack so well that one chunk unpacks to more than is asked for at a time.
    zeros = np.zeros((2000, 28, 28), np.uint8)
    assert np.array_equal(read_idx(saved(tmp_path, packed(idx(zeros))), 3), zeros)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "images.gz is not an IDX file of images: it starts with b''"),
        (b"\0", "not an IDX file of images"),
        (WHOLE[:10], "cut off: it has 10 bytes, its header alone has 16"),
        (WHOLE[:500], r"has 500 bytes; the 5 × 28 × 28 values it announces need 3,936"),
        (WHOLE[:-1], "has 3,935 bytes"),
        (WHOLE + b"\0", "has 3,937 bytes"),
        (PACKED[:2], "cut off: its packed data end too early"),
        (PACKED[: len(PACKED) // 2], "cut off: its packed data end too early"),
        (PACKED[:-4], "cut off: its packed data end too early"),
        (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "damaged: it cannot be unpacked"),
        (PACKED[:40] + b"\xff" * 60 + PACKED[100:], "damaged: it cannot be unpacked"),
        (packed(WHOLE[:-1]), "holds 3,919 of the 3,920 values"),
        (packed(WHOLE + b"\0"), "holds more than the 3,920 values"),
        (PAGE, "is a web page, not data"),
        (b"\n  <html>", "is a web page, not data"),
        (packed(PAGE), "is a web page, not data"),
        (b"version https://git-lfs.github.com/spec/v1\n", "not an IDX file of images: it starts with b'vers'"),
        (idx(LABELS), "holds labels; images are needed here"),
        (header(5, 28, 28, magic=b"\0\0\x0d\x03") + bytes(3920), "not an IDX file"),
        (header(0, 28, 28), "claims to hold 0 × 28 × 28 values"),
        (header(2**32 - 1, 2**32 - 1, 2**32 - 1), "claims to hold 4,294,967,295 × 4,294,967,295"),
        (packed(header(2**31, 28, 28)), "claims to hold 2,147,483,648 × 28 × 28 values"),
        (packed(header(100_000, 28, 28)), "holds 0 of the 78,400,000 values"),
    ],
)
def test_what_is_broken_is_one_sentence_about_the_file(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_idx(saved(tmp_path, content), 3)
    text = str(caught.value)
    assert text.startswith("images.gz") and text.endswith(".") and "\n" not in text and len(text) < 200


def test_images_in_place_of_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds images; labels are needed here"):
        read_idx(saved(tmp_path, WHOLE), 1)


def test_missing_files_folders_and_pipes_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("nothing", ".", "pipe"):
        with pytest.raises(DataError, match="There is no file"):
            read_idx(tmp_path / name, 3)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = saved(tmp_path, WHOLE)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"^images\.gz cannot be read: Permission denied\.$"):
        read_idx(path, 3)


def test_a_file_too_large_to_be_one_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DataError, match="100,000,000 is the most"):
        read_idx(path, 3)


def bomb(start: bytes, megabytes: int) -> bytes:
    """A gzip file that starts well and goes on with zeros."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(start)]
    parts += [packer.compress(bytes(1_000_000)) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


@pytest.mark.parametrize("start", [header(5, 28, 28), b""], ids=["good header", "no header"])
def test_a_bomb_is_unpacked_no_further_than_its_header_says(tmp_path: Path, start: bytes) -> None:
    path = saved(tmp_path, bomb(start, 200))
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"holds more than the 3,920 values|not an IDX file"):
            read_idx(path, 3)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_any_damage_gives_the_data_or_a_sentence(tmp_path: Path) -> None:
    chance = random.Random(2)
    path = tmp_path / "images.gz"
    for _ in range(400):
        content = bytearray(chance.choice([WHOLE[:900], PACKED[:900], PACKED]))
        for _ in range(chance.randint(1, 5)):
            match chance.randrange(3):
                case 0 if content:
                    content[chance.randrange(len(content))] = chance.randrange(256)
                case 1:
                    del content[chance.randrange(len(content) + 1) :]
                case _:
                    content[chance.randrange(20) :] += chance.randbytes(3)
        path.write_bytes(content)
        message = ""
        try:
            assert read_idx(path, 3).ndim == 3
        except DataError as error:
            message = str(error)
        assert not message or message.startswith("images.gz ")
