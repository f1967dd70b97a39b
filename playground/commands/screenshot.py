"""`screenshot`: trains a project and draws the real window, without a screen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from playground.catalog.dataset import DataError
from playground.catalog.ink import ink
from playground.catalog.readers.pictures import read_picture
from playground.commands.errors import CommandError, RunError
from playground.document.project import ProjectError
from playground.document.storage import StorageError, atomic_write
from playground.resources import UnknownExampleError

SMALLEST, LARGEST = (320, 240), (8000, 8000)


@dataclass(frozen=True)
class Options:
    """What the command line asks for; `size` is text such as "1600x1000", in pixels."""

    project: str
    out: str
    workspace: str
    epochs: int
    size: str
    zoom: float
    theme: str
    image: str | None
    data_dir: str | None


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise CommandError(f"--size must be WIDTHxHEIGHT, such as 1600x1000, not {text[:40]!r}.")
    wanted = int(width), int(height)
    if not all(low <= value <= high for low, value, high in zip(SMALLEST, wanted, LARGEST, strict=True)):
        raise CommandError(f"--size must be from 320x240 to 8000x8000, not {text}.")
    return wanted


def run(options: Options) -> None:
    """Writes the picture. Raises CommandError for input that cannot be used and RunError where training fails."""
    size = _size(options.size)
    if options.epochs < 0:
        raise CommandError(f"--epochs must be 0 or more, not {options.epochs}.")
    if not 1.0 <= options.zoom <= 1.75:
        raise CommandError(f"--zoom must be from 1.0 to 1.75, not {options.zoom:g}.")
    out = Path(options.out)
    if out.suffix.lower() != ".png":
        raise CommandError(f"The picture is a PNG file; name it so, not {out.name[:80]!r}.")
    if not out.parent.is_dir():
        raise CommandError(f"There is no folder {out.parent}.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from playground.app import Program, find_project
    from playground.ui.photographer import NoPictureError, Subject, photograph
    from playground.ui.workspaces import WORKSPACES

    try:
        project, path, title = find_project(options.project)
    except (ProjectError, UnknownExampleError) as error:
        raise CommandError(str(error)) from None
    names = [name for name, workspace in WORKSPACES.items() if workspace.fits(project)]
    if options.workspace not in names:
        wanted = options.workspace[:40]
        raise CommandError(f"This project has no workspace {wanted!r}; there are {', '.join(names)}.")
    folder = Path(options.data_dir) if options.data_dir else None
    try:
        drawing = ink(read_picture(Path(options.image))) if options.image else None
    except DataError as error:
        raise CommandError(str(error)) from None
    called = path.name if path is not None else title
    subject = Subject(
        project, called, options.workspace, options.epochs, size, options.zoom, options.theme, folder, drawing
    )
    try:
        atomic_write(out, photograph(subject, Program))
    except StorageError as error:
        raise CommandError(str(error)) from None
    except NoPictureError as error:
        raise RunError(str(error)) from None
