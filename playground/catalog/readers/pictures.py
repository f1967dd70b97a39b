"""Picture files as grey values, read with Pillow under limits: pictures come from anywhere."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from playground.catalog.dataset import DataError
from playground.document.storage import StorageError, read_bytes

MAX_BYTES = 50_000_000
MAX_PIXELS = 16_000_000
# Readers for the many other formats of Pillow are never run.
FORMATS = ("PNG", "JPEG", "BMP", "GIF")


def read_picture(path: Path) -> NDArray[np.float32]:
    """The grey values (H, W) of a picture, 0 for black to 1 for white, upright and on white where it is transparent.

    Of a moving picture it is the first frame. Raises DataError, which names the file, for one that is missing,
    is no picture of the formats above, is damaged or has more than 16 million pixels.
    """
    path = Path(path)
    try:
        content = read_bytes(path, MAX_BYTES)
    except StorageError as error:
        raise DataError(str(error)) from None
    try:
        with warnings.catch_warnings():
            # Between the limit and twice the limit Pillow only warns; what else it warns of is no matter.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = MAX_PIXELS
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_size(picture, path.name)
                return _grey(ImageOps.exif_transpose(picture))
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(f"{path.name} is no picture; {', '.join(FORMATS)} can be read.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(f"{path.name} has more than {MAX_PIXELS:,} pixels, the most that is read.") from None
    except Exception as error:
        # The readers of Pillow raise whatever the damage leads to: OSError, SyntaxError, struct.error and more.
        raise DataError(f"{path.name} is damaged and cannot be read as a picture.") from error


def _check_size(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise DataError(f"{name} has {width:,} × {height:,} pixels; {MAX_PIXELS:,} is the most that is read.")


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    if picture.mode.startswith("I"):
        # 16 bits a pixel: Pillow's own way to 8 bits cuts everything above 255 off.
        return np.clip(np.asarray(picture) / 65535, 0, 1).astype(np.float32)
    if picture.has_transparency_data:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    # Luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
    return np.asarray(picture.convert("L")).astype(np.float32) / np.float32(255)
