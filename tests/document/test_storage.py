"""Files are written whole or not at all, and read with suspicion."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import playground
from playground.document import storage
from playground.document.storage import (
    STALE_SECONDS,
    TEMP_PREFIX,
    StorageError,
    atomic_write,
    parse_json,
    read_bytes,
    render_json,
    sweep,
)
from tests.networks import assert_sentence, fuzzed

OLD, NEW = b"old" * 1000, b"new" * 3000


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(TEMP_PREFIX)]


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "a.nnp"
    for content in (OLD, NEW, b""):
        atomic_write(path, content)
        assert path.read_bytes() == content
    assert litter(tmp_path) == []


def failing(call: str):
    """OSError at one of the steps of saving."""

    def fail(*args, **kwargs):
        raise OSError(errno.ENOSPC, f"No space left on device ({call})")

    return fail


class FullDisk:
    """A file that takes a part of what is written, as on a full disk."""

    def __init__(self, file):
        self._file = file

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._file.close()

    def write(self, content):
        self._file.write(content[: len(content) // 2])
        self._file.flush()
        raise OSError(errno.ENOSPC, "No space left on device (write)")


FAULTS = {
    "mkstemp": lambda patch: patch.setattr(tempfile, "mkstemp", failing("mkstemp")),
    "write": lambda patch: _wrap_fdopen(patch),
    "fsync": lambda patch: patch.setattr(os, "fsync", failing("fsync")),
    "replace": lambda patch: patch.setattr(os, "replace", failing("replace")),
}


def _wrap_fdopen(patch):
    opened = os.fdopen
    patch.setattr(os, "fdopen", lambda *args: FullDisk(opened(*args)))


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_while_saving_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, fault, exists):
    path = tmp_path / "a.nnp"
    if exists:
        path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        FAULTS[fault](patch)
        with pytest.raises(StorageError, match=rf"a\.nnp was not saved: No space left on device \({fault}\)") as caught:
            atomic_write(path, NEW)
    assert_sentence(caught.value)
    assert (path.read_bytes() if path.exists() else None) == (OLD if exists else None)
    assert [entry.name for entry in tmp_path.iterdir()] == (["a.nnp"] if exists else [])
    atomic_write(path, NEW)
    assert path.read_bytes() == NEW


def test_running_out_of_memory_or_being_interrupted_leaves_no_litter_either(tmp_path, monkeypatch):
    path = tmp_path / "a.nnp"
    path.write_bytes(OLD)
    for error in (MemoryError, KeyboardInterrupt):

        def stop(*args, error=error):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", stop)
            with pytest.raises(error):
                atomic_write(path, NEW)
        assert path.read_bytes() == OLD
        assert litter(tmp_path) == []


def test_a_folder_that_cannot_be_flushed_is_no_failure_once_the_file_is_in_place(tmp_path, monkeypatch):
    path = tmp_path / "a.nnp"
    flush = os.fsync

    def refuse_folders(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    atomic_write(path, NEW)
    assert path.read_bytes() == NEW


def test_a_file_system_without_modes_is_no_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "chmod", failing("chmod"))
    atomic_write(tmp_path / "a.nnp", NEW)
    assert (tmp_path / "a.nnp").read_bytes() == NEW


def test_a_file_keeps_its_mode_and_a_new_one_takes_the_usual(tmp_path):
    path = tmp_path / "a.nnp"
    atomic_write(path, OLD)
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    atomic_write(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    (tmp_path / "cloud").mkdir()
    real, link = tmp_path / "cloud" / "a.nnp", tmp_path / "a.nnp"
    real.write_bytes(OLD)
    link.symlink_to(real)
    atomic_write(link, NEW)
    assert link.is_symlink()
    assert real.read_bytes() == NEW
    assert litter(tmp_path) == litter(real.parent) == []


@pytest.mark.parametrize("kind", ["folder", "pipe", "missing folder", "zero byte"])
def test_a_place_where_no_file_can_be_is_refused_by_a_sentence(tmp_path, kind):
    path = tmp_path / "a.nnp"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "missing folder":
        path = tmp_path / "none" / "a.nnp"
    else:
        path = tmp_path / "a\0.nnp"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StorageError) as caught:
        atomic_write(path, NEW)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


# -- reading -------------------------------------------------------------------------------------------------


def test_reading_gives_the_content_up_to_the_limit(tmp_path):
    path = tmp_path / "a.nnp"
    path.write_bytes(b"x" * 100)
    assert read_bytes(path, limit=100) == b"x" * 100
    with pytest.raises(StorageError, match=r"a\.nnp is larger than 9\.9e-05 MB, the most that is read") as caught:
        read_bytes(path, limit=99)
    assert_sentence(caught.value)


def test_a_file_that_claims_to_be_huge_is_refused_without_being_read(tmp_path):
    path = tmp_path / "a.nnp"
    with path.open("wb") as file:
        file.truncate(10**12)
    began = time.perf_counter()
    with pytest.raises(StorageError, match="larger than 50 MB"):
        read_bytes(path)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.nnp", r"There is no file .*missing\.nnp"),
        ("missing/a.nnp", "There is no file"),
        ("folder", r"^folder is a folder, not a file\.$"),
        ("pipe", r"^pipe is not an ordinary file\.$"),
        ("link to a pipe", r"^link to a pipe is not an ordinary file\.$"),
        ("link to nothing", "There is no file"),
        ("link to itself", "cannot be read"),
        ("file/below.nnp", "cannot be read: Not a directory"),
        ("zero\0byte", "cannot be read"),
        ("x" * 300, "cannot be read: File name too long"),
        ("/dev/zero", "zero is not an ordinary file"),
    ],
)  # fmt: skip
def test_what_is_no_ordinary_file_is_not_followed(tmp_path, path, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to a pipe").symlink_to(tmp_path / "pipe")
    (tmp_path / "link to nothing").symlink_to(tmp_path / "nothing")
    (tmp_path / "link to itself").symlink_to(tmp_path / "link to itself")
    with pytest.raises(StorageError, match=words) as caught:
        read_bytes(tmp_path / path)
    assert str(caught.value).count(".nnp.") <= 1


def test_json_is_rendered_the_same_and_read_back():
    value = {"b": 1, "a": [0.1, 1e-300, -0.0, 2**60, 'Ä😀\n"\\', None, True], "": {}}
    text = render_json(value)
    assert render_json(parse_json(text)) == text
    assert list(parse_json(text)) == ["b", "a", ""]
    assert text.endswith(b"}\n")


def test_numbers_survive_to_the_last_bit():
    rng = random.Random(1)
    for _ in range(1000):
        number = rng.uniform(-1, 1) * 10 ** rng.randint(-300, 300)
        assert parse_json(render_json(number)) == number


# -- leftovers and kills -------------------------------------------------------------------------------------


def test_leftovers_older_than_a_day_are_swept_and_nothing_else(tmp_path):
    names = [TEMP_PREFIX + "old", TEMP_PREFIX + "fresh", "a.nnp", "nnp-tmp-mine", ".nnp-tm"]
    for name in names:
        (tmp_path / name).touch()
        if not name.endswith("fresh"):
            os.utime(tmp_path / name, (0, time.time() - STALE_SECONDS - 5))
    (tmp_path / (TEMP_PREFIX + "folder")).mkdir()
    os.utime(tmp_path / (TEMP_PREFIX + "folder"), (0, 0))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names[1:], TEMP_PREFIX + "folder"])
    sweep(tmp_path / "missing")


CHILD = """
import sys
from playground.document.storage import atomic_write
path, versions = sys.argv[1], [open(name, "rb").read() for name in sys.argv[2:]]
print("ready", flush=True)
while True:
    for content in versions:
        atomic_write(path, content)
"""
KILLS = 15


@pytest.mark.parametrize("part", fuzzed(4))
def test_kill_9_at_random_moments_of_saving_leaves_a_whole_file(tmp_path, part):
    """60 kills in four parts. Each child saves two versions in turn until it is killed; the wait after its first
    line is random. The file must read as one of the two, with at most one leftover for each kill."""
    rng = random.Random(part)
    versions = [bytes([number]) * (50_000 + 400_000 * number) for number in range(2)]
    sources = [tmp_path / "first", tmp_path / "second"]
    for source, content in zip(sources, versions, strict=True):
        source.write_bytes(content)
    folder = tmp_path / "saved"
    folder.mkdir()
    path = folder / "a.nnp"
    path.write_bytes(versions[0])
    environment = {**os.environ, "PYTHONPATH": str(Path(playground.__file__).parents[1])}
    left = 0
    for kill in range(KILLS):
        wait = rng.uniform(0, 0.03)
        with subprocess.Popen(
            [sys.executable, "-S", "-c", CHILD, path, *sources], env=environment, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(timeout=wait)
            child.kill()
        assert read_bytes(path) in versions, f"part {part}, kill {kill}: neither version after {wait:.4f} s"
        leftovers = len(litter(folder))
        assert leftovers - left <= 1, f"part {part}, kill {kill}: {leftovers - left} new leftovers"
        left = leftovers
    for name in litter(folder):
        os.utime(folder / name, (0, 0))
    storage.sweep(folder)
    assert [entry.name for entry in folder.iterdir()] == ["a.nnp"]
