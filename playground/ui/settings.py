"""Settings: what belongs to the user and not to a project, in a file of our own.

Each value is checked by a parameter and falls back to its default by itself, so a damaged file never keeps the
program from starting; the last good file stays beside it as a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from playground.document.params import Choice, Float, Param, ParamError, Text
from playground.document.storage import StorageError, atomic_write, parse_json, read_bytes, render_json

FORMAT = 1
RECENT = 10
PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Choice("theme", "Theme", "dark", options=(("dark", "Dark"), ("light", "Light"))),
        Float("zoom", "Zoom", 1.0, minimum=1.0, maximum=1.75),
        Text("data_folder", "Data folder", "", max_length=4096),
    )
}


def default_path() -> Path:
    """Where the settings of this user lie."""
    return Path(platformdirs.user_config_dir("neural-network-playground")) / "settings.json"


class Settings:
    """Named values that outlive the program. Setting one writes the file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self._values: dict[str, Any] = {name: param.default for name, param in PARAMS.items()}
        self._recent: list[str] = []
        self._layout: dict[str, Any] = {}
        self._read()

    def _read(self) -> None:
        for candidate in (self.path, self.path.with_suffix(".bak")):
            try:
                stored = parse_json(read_bytes(candidate, 1_000_000))
            except StorageError:
                continue
            if isinstance(stored, dict) and stored.get("format") == FORMAT:
                self._take(stored)
                return

    def _take(self, stored: Mapping[str, Any]) -> None:
        values = stored.get("values")
        for name, value in values.items() if isinstance(values, dict) else ():
            if name in PARAMS:
                try:
                    self._values[name] = PARAMS[name].check(value)
                except ParamError:
                    continue
        recent = stored.get("recent")
        if isinstance(recent, list):
            self._recent = [path for path in recent if isinstance(path, str)][:RECENT]
        layout = stored.get("layout")
        if isinstance(layout, dict):
            self._layout = layout

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: object) -> None:
        self._values[name] = PARAMS[name].check(value)
        self.write()

    def set_values(self, **values: object) -> None:
        """Sets several values and writes the file once."""
        for name, value in values.items():
            self._values[name] = PARAMS[name].check(value)
        self.write()

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files opened or saved last, newest first."""
        return tuple(Path(path) for path in self._recent)

    def remember(self, path: Path) -> None:
        """Puts a file at the top of the recent ones."""
        text = str(path.resolve())
        self._recent = [text, *(other for other in self._recent if other != text)][:RECENT]
        self.write()

    def layout(self, name: str) -> Any:
        """What was stored of the window's layout under a name, or None. The caller checks it."""
        return self._layout.get(name)

    def set_layout(self, name: str, value: Any) -> None:
        """Keeps part of the window's layout; `write` puts it on the disk."""
        self._layout[name] = value

    def write(self) -> None:
        """Writes the file; a disk that refuses costs the settings, not the work."""
        content = render_json(
            {"format": FORMAT, "values": self._values, "recent": self._recent, "layout": self._layout}
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(self.path, content)
            atomic_write(self.path.with_suffix(".bak"), content)
        except (OSError, StorageError):
            return
