"""The words on sheets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """A text of a sheet in the language of the window."""
    return QCoreApplication.translate("Sheet", text)


def color_names() -> tuple[str, str, str]:
    """The channels of a colour picture."""
    return tr("red"), tr("green"), tr("blue")
