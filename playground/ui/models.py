"""What every view is given: the owners of what it shows."""

from __future__ import annotations

from dataclasses import dataclass

from playground.ui.document import Document
from playground.ui.focus import Focus
from playground.ui.runner import Runner
from playground.ui.settings import Settings
from playground.ui.theme import Theme


@dataclass(frozen=True)
class Models:
    """The document, the focus, the runner, the settings and the theme of one window."""

    document: Document
    focus: Focus
    runner: Runner
    settings: Settings
    theme: Theme
