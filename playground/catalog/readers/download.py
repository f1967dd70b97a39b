"""Downloads: the published files of a data set, from one mirror or the next, into a folder.

A file is received in memory (the largest has 26 MB), compared with its published size and SHA-256, and only
then written, whole or not at all: a broken download leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playground.catalog.dataset import DataError
from playground.document.storage import StorageError, atomic_write, read_bytes, sweep

CHUNK = 1 << 16
# Seconds without a byte after which a mirror is given up.
PATIENCE = 15
UNREACHED = "could not be reached"


@dataclass(frozen=True)
class RemoteFile:
    """A published file: its name, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str

    def fits(self, content: bytes | bytearray) -> bool:
        """Whether this is the published file to the byte."""
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256


@dataclass(frozen=True)
class RemoteSet:
    """The files of a data set and the addresses that offer all of them, each ending in a slash."""

    label: str
    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]


class DownloadCancelled(DataError):
    """The user cancelled a download."""


class _MirrorFailed(Exception):
    """What one mirror did instead of sending the file; the message follows its name in a sentence."""


class _Progress:
    """Reports bytes of all files together; it never goes back, also when a mirror has to be left halfway."""

    def __init__(self, total: int, report: Callable[[int, int], None] | None) -> None:
        self._total, self._report = total, report
        self._finished = self._shown = 0

    def receive(self, count: int) -> None:
        done = self._finished + count
        if self._report is not None and done > self._shown:
            self._shown = done
            self._report(done, self._total)

    def finish(self, count: int) -> None:
        self._finished += count


class _Receiver:
    """Takes the chunks of one file as pooch's downloader writes them, no more than the file should have."""

    def __init__(self, file: RemoteFile, progress: _Progress, check: Callable[[], None]) -> None:
        self.content = bytearray()
        self._file, self._progress, self._check = file, progress, check

    def write(self, chunk: bytes) -> None:
        self._check()
        self.content += chunk
        if len(self.content) > self._file.size:
            raise _MirrorFailed("sent another file than the published one")
        self._progress.receive(len(self.content))

    def flush(self) -> None:
        """Nothing waits: the chunks are in memory."""


def fetch(
    remote: RemoteSet,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Downloads whatever `folder` lacks of the set or holds in another form than the published one.

    `progress(done, total)` is told bytes, and `cancelled()` is asked between chunks. Raises DataError when no
    mirror sends a file or it cannot be stored, and DownloadCancelled.
    """

    def check() -> None:
        if cancelled is not None and cancelled():
            raise DownloadCancelled(f"The download of {remote.label} was cancelled.")

    sweep(folder)
    wanted = [file for file in remote.files if not _is_there(folder, file)]
    shown = _Progress(sum(file.size for file in wanted), progress)
    for file in wanted:
        content = _from_mirrors(remote, file, shown, check)
        shown.finish(file.size)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            atomic_write(folder / file.name, content)
        except OSError as error:
            raise DataError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
        except StorageError as error:
            raise DataError(str(error)) from error


def _is_there(folder: Path, file: RemoteFile) -> bool:
    try:
        return file.fits(read_bytes(folder / file.name, file.size))
    except StorageError:
        return False


def _from_mirrors(remote: RemoteSet, file: RemoteFile, shown: _Progress, check: Callable[[], None]) -> bytes:
    reasons: list[str] = []
    for mirror in remote.mirrors:
        check()
        try:
            return _received(mirror, file, shown, check)
        except _MirrorFailed as failure:
            reasons.append(f"{urlsplit(mirror).hostname} {failure}")
    if len(reasons) > 1 and all(reason.endswith(UNREACHED) for reason in reasons):
        raise DataError(
            f"{remote.label} could not be downloaded: none of its {len(reasons)} addresses could be reached. Look at "
            f"the connection and try again, or choose a folder with its {len(remote.files)} files."
        )
    raise DataError(
        f"{remote.label} could not be downloaded: {'; '.join(reasons)}. Look at the connection and try again, "
        f"or name a folder that has {', '.join(each.name for each in remote.files)}."
    )


def _received(mirror: str, file: RemoteFile, shown: _Progress, check: Callable[[], None]) -> bytes:
    """The file from one mirror. Raises _MirrorFailed and whatever `check` raises."""
    # It takes requests along, a third of a second that only downloads need.
    import pooch  # type: ignore[import-untyped]

    receiver = _Receiver(file, shown, check)
    # A mirror may pack what it sends once more; the checksum is that of the file as it lies there.
    headers = {"Accept-Encoding": "identity"}
    try:
        pooch.HTTPDownloader(timeout=PATIENCE, chunk_size=CHUNK, headers=headers)(mirror + file.name, receiver, None)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise _MirrorFailed(_reason(error, len(receiver.content), file.size)) from error
    if not file.fits(receiver.content):
        raise _MirrorFailed("sent another file than the published one")
    return bytes(receiver.content)


def _reason(error: Exception, received: int, size: int) -> str:
    """What went wrong, after the name of the mirror. All errors of requests are OSErrors."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"answered {status}"
    return f"broke off after {received:,} of {size:,} bytes" if received else UNREACHED
