"""Which areas of the window are folded, and why."""

from __future__ import annotations

from PySide6.QtCore import QSize

from playground.ui.giving_way import Given, Room
from playground.ui.layout_store import Areas, LayoutStore
from playground.ui.theme import Theme, token

# From this zoom on palette and plots fold by themselves.
FOLDING_ZOOM = 1.5
PALETTE, BOTTOM = "palette", "bottom"


class Folding:
    """Of "palette" and "bottom": by choice, by a large zoom, or because they give way. `given` is what gives way."""

    def __init__(self, theme: Theme, store: LayoutStore) -> None:
        self._theme, self._store = theme, store
        self.given = Given()
        # What the user has unfolded or folded while that happens by itself: in all workspaces, or in one.
        self._overrides: dict[tuple[str, str], bool] = {}

    @property
    def areas(self) -> Areas:
        """The user's arrangement of the workspace in view."""
        return self._store.areas[self._store.workspace]

    @property
    def is_large(self) -> bool:
        """Whether the zoom is so large that areas fold."""
        return self._theme.zoom >= FOLDING_ZOOM

    def folded(self, area: str) -> bool:
        """Whether an area is folded now."""
        return self._overrides.get(self._key(area), self._usually(area) or getattr(self.given, area))

    def _usually(self, area: str) -> bool:
        by_choice: bool = getattr(self.areas, f"{area}_folded")
        return by_choice or self.is_large

    def _key(self, area: str) -> tuple[str, str]:
        return "" if self.is_large else self._store.workspace, area

    def toggle(self, area: str) -> None:
        """Folds or unfolds an area. Where it folds by itself that holds until the reason is gone."""
        folded = not self.folded(area)
        if self.is_large or getattr(self.given, area):
            self._overrides[self._key(area)] = folded
        else:
            setattr(self.areas, f"{area}_folded", folded)

    def forget(self, all_of_it: bool = False) -> None:
        """Drops what was chosen while areas gave way; with `all_of_it` also what was chosen at a large zoom."""
        self._overrides = {key: folded for key, folded in self._overrides.items() if key[0] == "" and not all_of_it}

    def room(self, size: QSize) -> Room:
        """The sizes at 100 % of a workbench of this size, if nothing gave way."""
        zoom, areas = self._theme.zoom, self.areas
        return Room(
            size.width() / zoom,
            size.height() / zoom,
            token("layout.rail" if self._usually(PALETTE) else "layout.palette"),
            token("layout.context.min") if self.is_large else areas.context_width,
            token("layout.plots.collapsed") if self._usually(BOTTOM) else areas.bottom_height,
        )
