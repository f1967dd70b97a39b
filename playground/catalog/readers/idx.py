"""IDX files, the form in which MNIST and its relatives are published, unpacked or as `.gz`.

Layout (yann.lecun.com/exdb/mnist): two zero bytes, the type of the values (8: unsigned byte), the number of
dimensions, each dimension as a big-endian 32-bit number, then the values. The header is not believed: nothing
is allocated before it fits the file, and a packed file is unpacked only as far as its header says.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import DataError
from playground.document.params import shown

# MNIST's training images have 47 MB unpacked.
MAX_BYTES = 100_000_000
CHUNK = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
MAGIC = {1: b"\x00\x00\x08\x01", 3: b"\x00\x00\x08\x03"}
CONTENT = {1: "labels", 3: "images"}


class _Unpacked:
    """The content of a file from its start, unpacked on the way when it is a gzip file.

    `read` gives as many bytes as asked for and fewer only at the end, so a bomb costs what the caller asks.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.packed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        # 31: a gzip header, the largest window, and the checksum at the end is compared.
        self._inflater = zlib.decompressobj(wbits=31) if self.packed else None

    def read(self, count: int) -> bytearray:
        """The next `count` bytes. Raises zlib.error for damage and EOFError for a gzip file that is cut off."""
        if self._inflater is None:
            return bytearray(self._file.read(count))
        found = bytearray()
        while len(found) < count and not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._file.read(CHUNK)
            if not packed:
                raise EOFError
            found += self._inflater.decompress(packed, count - len(found))
        return found


def read_idx(path: Path, dimensions: int, first: int | None = None) -> NDArray[np.uint8]:
    """The values of an IDX file of unsigned bytes with 1 (labels) or 3 dimensions (images).

    With `first` only so many labels or images from the start, without a look at what follows.
    Raises DataError, which names the file, for one that cannot be read, is no such file, or is longer or
    shorter than its header says.
    """
    try:
        # A pipe or a device would block or never end.
        if not path.is_file():
            raise DataError(f"There is no file {path}.")
        stored = path.stat().st_size
        if stored > MAX_BYTES:
            raise DataError(f"{path.name} has {stored:,} bytes; {MAX_BYTES:,} is the most that is read.")
        with path.open("rb") as file:
            return _read(file, path.name, stored, dimensions, first)
    except EOFError:
        raise DataError(f"{path.name} is cut off: its packed data end too early. Fetch it again.") from None
    except zlib.error:
        raise DataError(f"{path.name} is damaged: it cannot be unpacked. Fetch it again.") from None
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _read(file: BinaryIO, name: str, stored: int, dimensions: int, first: int | None) -> NDArray[np.uint8]:
    content = _Unpacked(file)
    header_size = 4 + 4 * dimensions
    header = bytes(content.read(header_size))
    _check_magic(header, name, dimensions)
    if len(header) < header_size:
        raise DataError(f"{name} is cut off: it has {len(header)} bytes, its header alone has {header_size}.")
    shape = struct.unpack(f">{dimensions}I", header[4:])
    size, text = math.prod(shape), " × ".join(f"{length:,}" for length in shape)
    if size == 0 or size > MAX_BYTES:
        raise DataError(f"{name} claims to hold {text} values; from 1 to {MAX_BYTES:,} would fit.")
    if not content.packed and stored != header_size + size:
        raise DataError(
            f"{name} has {stored:,} bytes; the {text} values it announces need {header_size + size:,}. Fetch it again."
        )
    if first is not None:
        shape = (min(first, shape[0]), *shape[1:])
        size = math.prod(shape)
    values = content.read(size)
    if len(values) < size:
        raise DataError(f"{name} is cut off: it holds {len(values):,} of the {size:,} values it announces.")
    if first is None and content.read(1):
        raise DataError(f"{name} holds more than the {size:,} values it announces. Fetch it again.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _check_magic(header: bytes, name: str, dimensions: int) -> None:
    if header[:4] == MAGIC[dimensions]:
        return
    if header.lstrip()[:1] == b"<":
        raise DataError(f"{name} is a web page, not data: a server sent it in place of the file. Fetch it again.")
    for other, magic in MAGIC.items():
        if header[:4] == magic:
            raise DataError(f"{name} holds {CONTENT[other]}; {CONTENT[dimensions]} are needed here.")
    raise DataError(
        f"{name} is not an IDX file of {CONTENT[dimensions]}: it starts with {shown(header[:4])}, "
        f"not with {shown(MAGIC[dimensions])}."
    )
