"""Files: the only code that writes them, and the strict reading of JSON.

Others render to bytes and hand them over. A file is replaced whole or not at all: a kill or a full disk
leaves the old one.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

MAX_BYTES = 50_000_000
TEMP_PREFIX = ".nnp-tmp-"
STALE_SECONDS = 24 * 3600
# A file of brackets alone would need 25 times its size in memory and take many seconds.
MAX_LISTS = 1_000_000
MAX_ENTRIES = 10_000_000

# What the user lets new files be. The mask can only be read by setting it, which is safe while loading.
_umask = os.umask(0o077)
os.umask(_umask)
NEW_FILE_MODE = 0o666 & ~_umask


class StorageError(ValueError):
    """A file that cannot be read or written; the message is a sentence for the user."""


def atomic_write(path: str | Path, content: bytes) -> None:
    """Writes `content` to `path` so that a reader sees the old file or the new one, never a part.

    A temporary file in the same folder, flushed to the disk, then renamed over the old one; the folder is
    flushed last so that the rename survives a power cut. A link stays a link. Raises StorageError.
    """
    path = Path(path)
    temporary: str | None = None
    try:
        target = Path(os.path.realpath(path))
        _refuse_odd(target, path.name)
        mode = target.stat().st_mode & 0o777 if target.exists() else NEW_FILE_MODE
        handle, temporary = tempfile.mkstemp(prefix=TEMP_PREFIX, dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # some file systems know no modes
            os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except StorageError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path.name} was not saved: there is no folder {path.parent}.") from None
    except (OSError, ValueError) as error:
        raise StorageError(f"{path.name} was not saved: {getattr(error, 'strerror', None) or error}.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def check_writable(path: str | Path) -> None:
    """Raises StorageError where `atomic_write` could not put a file now, and leaves nothing behind."""
    path = Path(path)
    folder = Path(os.path.realpath(path)).parent
    try:
        _refuse_odd(path, path.name)
        handle, temporary = tempfile.mkstemp(prefix=TEMP_PREFIX, dir=folder)
        os.close(handle)
        os.unlink(temporary)
    except StorageError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path.name} cannot be written: there is no folder {folder}.") from None
    except (OSError, ValueError) as error:
        raise StorageError(f"{path.name} cannot be written: {getattr(error, 'strerror', None) or error}.") from error


def _refuse_odd(path: Path, name: str) -> None:
    """Raises StorageError for what is there but is no ordinary file: replacing a device would break the system."""
    if path.is_dir():
        raise StorageError(f"{name} is a folder, not a file.")
    if path.exists() and not path.is_file():
        raise StorageError(f"{name} is not an ordinary file.")


def _sync_folder(folder: Path) -> None:
    # The file is in place already: a file system that cannot flush a folder is no reason to say it was not saved.
    # Windows cannot open a folder; there the rename is journalled by the file system.
    if os.name == "posix":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def sweep(folder: str | Path) -> None:
    """Removes temporary files that a kill left in `folder` more than a day ago."""
    for path in Path(folder).glob(TEMP_PREFIX + "*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()


def read_bytes(path: str | Path, limit: int = MAX_BYTES) -> bytes:
    """The content of a file of at most `limit` bytes. Raises StorageError."""
    path = Path(path)
    try:
        _refuse_odd(path, path.name)
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except StorageError:
        raise
    except FileNotFoundError:
        raise StorageError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise StorageError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(content) > limit:
        raise StorageError(f"{path.name} is larger than {limit / 1e6:g} MB, the most that is read.")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise StorageError(f"The number {name} is not allowed.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise StorageError(f"The number {text[:20]} is too large.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise StorageError(f"The entry {key[:40]!r} stands twice.")
            seen.add(key)
    return found


def parse_json(content: bytes) -> Any:
    """The value of a JSON text in UTF-8, read strictly.

    Raises StorageError for anything that is not JSON, for NaN and infinities, for a key that stands twice in
    one object, for nesting too deep for the parser and for more entries than any file of ours has.
    """
    if content.count(b"[") + content.count(b"{") > MAX_LISTS or content.count(b",") > MAX_ENTRIES:
        raise StorageError(f"It has more than {MAX_LISTS:,} lists or {MAX_ENTRIES:,} entries, the most that are read.")
    try:
        text = content.decode("utf-8")
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise StorageError("It is not a text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise StorageError(f"It is not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except StorageError:
        raise
    except RecursionError:
        raise StorageError("Its lists are nested too deep to read.") from None
    except (ValueError, MemoryError):
        raise StorageError("It holds a number or a text too large to read.") from None


def render_json(value: Any) -> bytes:
    """A JSON text in UTF-8 that reads the same for the same value; keys keep their order."""
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
