"""Picture files: every format and mode gives the same grey values, and no file from elsewhere does harm."""

from __future__ import annotations

import io
import random
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.catalog.dataset import DataError
from playground.catalog.readers.pictures import MAX_BYTES, MAX_PIXELS, read_picture

# A ramp, higher than wide, so that turning and mirroring show.
RAMP = np.linspace(0, 255, 30 * 20).reshape(30, 20).astype(np.uint8)
EXPECTED = RAMP / 255


def saved(folder: Path, picture: Image.Image, form: str = "PNG", **options: Any) -> Path:
    path = folder / f"picture.{form.lower()}"
    picture.save(path, form, **options)
    return path


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG file that claims this size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "JPEG"])
def test_grey_pictures_of_every_format_are_read(tmp_path: Path, form: str) -> None:
    options = {"quality": 95} if form == "JPEG" else {}
    grey = read_picture(saved(tmp_path, Image.fromarray(RAMP), form, **options))
    assert grey.dtype == np.float32 and grey.shape == (30, 20)
    assert grey == pytest.approx(EXPECTED, abs=0.02 if form == "JPEG" else 1e-6)


@pytest.mark.parametrize(
    ("mode", "form", "near"),
    [
        ("1", "PNG", 0.51), ("L", "PNG", 1e-6), ("LA", "PNG", 1e-6), ("P", "PNG", 0.01), ("RGB", "PNG", 0.005),
        ("RGBA", "PNG", 0.005), ("I;16", "PNG", 0.005), ("1", "BMP", 0.51), ("P", "BMP", 0.01),
        ("RGB", "BMP", 0.005), ("RGBA", "BMP", 0.005), ("P", "GIF", 0.01), ("RGB", "JPEG", 0.03),
        ("CMYK", "JPEG", 0.06), ("YCbCr", "JPEG", 0.03),
    ],
)  # fmt: skip
def test_pictures_of_every_mode_are_read(tmp_path: Path, mode: str, form: str, near: float) -> None:
    if mode == "I;16":
        picture = Image.fromarray(RAMP.astype(np.uint16) * 257)
    elif mode == "P":
        picture = Image.fromarray(RAMP).convert("P")
    else:
        between = "RGB" if mode in ("CMYK", "YCbCr") else "L"
        picture = Image.fromarray(RAMP).convert(between).convert(mode, dither=Image.Dither.NONE)
    grey = read_picture(saved(tmp_path, picture, form))
    assert grey == pytest.approx(EXPECTED, abs=near)


def test_16_bits_keep_their_dark_shades(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 100, 300, 65535]], np.uint16))
    assert read_picture(saved(tmp_path, picture))[0] == pytest.approx(np.array([0, 100, 300, 65535]) / 65535)


def test_colours_become_their_brightness(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4, 1))
    for x, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]):
        picture.putpixel((x, 0), colour)
    assert read_picture(saved(tmp_path, picture))[0] == pytest.approx([0.299, 0.587, 0.114, 1], abs=0.005)


def test_what_is_transparent_is_white_paper(tmp_path: Path) -> None:
    alpha = np.full((4, 4), 255, np.uint8)
    alpha[:2], alpha[2] = 0, 128
    for mode in ("LA", "RGBA"):
        picture = Image.new(mode, (4, 4), 0)
        picture.putalpha(Image.fromarray(alpha))
        grey = read_picture(saved(tmp_path, picture))
        assert grey[:, 0] == pytest.approx([1, 1, 0.5, 0], abs=0.01)
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.putpixel((1, 0), 1)
    for form in ("PNG", "GIF"):
        grey = read_picture(saved(tmp_path, palette, form, transparency=1))
        assert grey[0] == pytest.approx([0, 1], abs=0.01)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(tmp_path: Path, orientation: int) -> None:
    turned = {
        1: RAMP, 2: RAMP[:, ::-1], 3: RAMP[::-1, ::-1], 4: RAMP[::-1], 5: RAMP.T, 6: np.rot90(RAMP),
        7: RAMP.T[::-1, ::-1], 8: np.rot90(RAMP, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path, Image.fromarray(np.ascontiguousarray(turned)), "JPEG", exif=exif, quality=95)
    assert read_picture(path) == pytest.approx(EXPECTED, abs=0.03)


def test_of_a_moving_picture_the_first_frame_counts(tmp_path: Path) -> None:
    frames = [Image.new("L", (5, 5), value) for value in (0, 128, 255)]
    path = saved(tmp_path, frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert not read_picture(path).any()


def test_the_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "scan.dat"
    path.write_bytes(encoded(Image.fromarray(RAMP), "PNG"))
    assert read_picture(path) == pytest.approx(EXPECTED)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html>",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        encoded(Image.fromarray(RAMP), "TIFF"),
        encoded(Image.fromarray(RAMP), "WEBP"),
        encoded(Image.fromarray(RAMP), "PPM"),
    ],
    ids=["empty", "text", "page", "signature", "pdf", "svg", "tiff", "webp", "ppm"],
)
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"^scan\.png is (no picture|damaged)"):
        read_picture(path)


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "JPEG"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(tmp_path: Path, form: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 60), np.uint8)
    content = encoded(Image.fromarray(noise), form)
    path = tmp_path / "cut.img"
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(DataError, match=r"^cut\.img is (damaged|no picture)"):
        read_picture(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read_picture(tmp_path / "nothing.png")
    with pytest.raises(DataError, match="is a folder"):
        read_picture(tmp_path)


def test_a_file_of_any_size_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DataError, match=r"huge\.png is larger than 50 MB"):
        read_picture(path)


@pytest.mark.parametrize("side", [4_001, 5_600, 6_000, 15_000, 2**31 - 1])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    # The pixels would be zeros, so the file is small whatever the header claims.
    path = tmp_path / "bomb.png"
    path.write_bytes(png(side, side, chunk(b"IDAT", zlib.compress(bytes(100_000)))))
    before = time.perf_counter()
    with pytest.raises(DataError, match=r"^bomb\.png (has .*16,000,000|is (damaged|no picture))"):
        read_picture(path)
    assert time.perf_counter() - before < 1


@pytest.mark.parametrize("form", ["BMP", "GIF", "JPEG"])
def test_a_bomb_of_another_format_is_refused_by_its_header(tmp_path: Path, form: str) -> None:
    content = bytearray(encoded(Image.fromarray(RAMP), form))
    huge = 30_000
    match form:
        case "BMP":
            content[18:26] = struct.pack("<ii", huge, huge)
        case "GIF":
            content[6:10] = struct.pack("<HH", huge, huge)
        case "JPEG":
            start = content.index(b"\xff\xc0") + 5
            content[start : start + 4] = struct.pack(">HH", huge, huge)
    path = tmp_path / "bomb.img"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"^bomb\.img (has .*16,000,000|is (damaged|no picture))"):
        read_picture(path)


def test_a_picture_at_the_limit_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("1", (4_000, 4_000)))
    assert read_picture(path).shape == (4_000, 4_000) and MAX_PIXELS == 4_000 * 4_000


def test_a_comment_that_unpacks_to_megabytes_does_no_harm(tmp_path: Path) -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000)))
    path = tmp_path / "comment.png"
    path.write_bytes(png(4, 4, text, chunk(b"IDAT", zlib.compress(bytes(20)))))
    with pytest.raises(DataError, match=r"^comment\.png is"):
        read_picture(path)


def test_any_damage_gives_a_picture_or_a_sentence(tmp_path: Path) -> None:
    chance = random.Random(3)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 24), np.uint8))
    originals = [encoded(noise, form) for form in ("PNG", "BMP", "GIF", "JPEG")]
    originals.append(encoded(noise.convert("RGBA"), "PNG"))
    path = tmp_path / "broken.img"
    for _ in range(500):
        content = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            if chance.random() < 0.2:
                del content[at:]
                break
            content[min(at, chance.choice([at, 40]))] = chance.randrange(256)
        path.write_bytes(content or b"x")
        message = ""
        try:
            grey = read_picture(path)
            assert grey.ndim == 2 and np.isfinite(grey).all() and grey.min() >= 0 and grey.max() <= 1
        except DataError as error:
            message = str(error)
        assert not message or message.startswith("broken.img ")
