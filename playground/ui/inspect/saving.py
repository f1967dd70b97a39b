"""Saving a sheet or a figure as a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.document.storage import StorageError, atomic_write
from playground.ui.inspect.words import tr
from playground.ui.pictures import png

SUFFIX, DRAWING = ".png", ".svg"


def ask_path(parent: QWidget, title: str, proposal: str, drawing: bool = False) -> Path | None:
    """The file that the user names, or None; a name without an ending becomes that of the chosen kind, a PNG where
    nothing is chosen. With `drawing` it may be an SVG."""
    pictures, drawings = tr("Pictures (*.png)"), tr("Drawings (*.svg)")
    kinds = f"{pictures};;{drawings}" if drawing else pictures
    name, kind = QFileDialog.getSaveFileName(parent, title, proposal + SUFFIX, kinds)
    if not name:
        return None
    path = Path(name)
    known = (SUFFIX, DRAWING) if drawing else (SUFFIX,)
    if path.suffix.lower() in known:
        return path
    return path.with_name(path.name + (DRAWING if drawing and kind == drawings else SUFFIX))


def save_picture(parent: QWidget, title: str, image: QImage, path: Path) -> bool:
    """Writes a PNG file; where that fails a sentence says why, under this title."""
    return save_bytes(parent, title, png(image), path)


def save_bytes(parent: QWidget, title: str, content: bytes, path: Path) -> bool:
    """Writes a file; where that fails a sentence says why, under this title."""
    try:
        atomic_write(path, content)
    except StorageError as error:
        QMessageBox.warning(parent, title, str(error))
        return False
    return True
