"""How the user has arranged the window, kept in the settings and taken back with care.

All of it is plain numbers that are checked one by one. While they are being taken back a flag stands in the
settings: found at the next start, it means that the last one died over them, and the usual layout is used.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from playground.ui.settings import Settings
from playground.ui.theme import token
from playground.ui.workspaces import WORKSPACES, Workspace

RESTORING, WINDOW, AREAS, WORKSPACE = "restoring", "window", "workspaces", "workspace"
FIRST_WORKSPACE = "train"
MOST = 20_000


@dataclass
class Areas:
    """The areas of one workspace: which are folded, and their sizes at 100 %."""

    palette_folded: bool
    bottom_folded: bool
    context_width: int
    bottom_height: int


@dataclass
class WindowPlace:
    """The size of the window, and whether it fills the screen."""

    width: int
    height: int
    maximized: bool = False


def usual(workspace: Workspace) -> Areas:
    """How a workspace is arranged before the user has changed it."""
    width: int = token("layout.context").get(workspace.name, token("layout.context.train"))
    return Areas(not workspace.palette, not workspace.bottom, width, token("layout.plots.open"))


class LayoutStore:
    """The arrangement of every workspace and of the window; `workspace` names the one in view."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        died = settings.layout(RESTORING) is True
        stored: Any = {} if died else settings.layout(AREAS)
        stored = stored if isinstance(stored, dict) else {}
        self.areas = {name: _taken(usual(space), stored.get(name)) for name, space in WORKSPACES.items()}
        name = settings.layout(WORKSPACE)
        self.workspace = name if isinstance(name, str) and name in WORKSPACES and not died else FIRST_WORKSPACE
        width, height = token("layout.reference")
        self.window = _taken(WindowPlace(width, height), {} if died else settings.layout(WINDOW))

    def begin(self) -> None:
        """The stored layout is about to be used."""
        if self._settings.layout(AREAS) is not None:
            self._settings.set_layout(RESTORING, True)
            self._settings.write()

    def done(self) -> None:
        """The window stands: the layout was good."""
        if self._settings.layout(RESTORING) is True:
            self._settings.set_layout(RESTORING, False)
            self._settings.write()

    def write(self) -> None:
        """Puts all of it into the settings file."""
        self._settings.set_layout(AREAS, {name: asdict(areas) for name, areas in self.areas.items()})
        self._settings.set_layout(WINDOW, asdict(self.window))
        self._settings.set_layout(WORKSPACE, self.workspace)
        self._settings.write()


def _taken(usual: Any, stored: object) -> Any:
    """`usual` with every stored entry that has its type and a sensible size."""
    if isinstance(stored, dict):
        for field in fields(usual):
            value = stored.get(field.name)
            if isinstance(value, int) and type(value) is type(getattr(usual, field.name)) and 0 <= value <= MOST:
                setattr(usual, field.name, value)
    return usual
