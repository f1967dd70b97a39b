"""The sizes of the areas of the window: kept as they are at 100 %, and given back."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QWidget

from playground.ui.folding import BOTTOM, Folding
from playground.ui.giving_way import BESIDE_WIDTH
from playground.ui.panels import WIDGET_MOST
from playground.ui.theme import Theme, token


class Sizes:
    """Of the context column in `columns` and of the bottom panel in `rows`. What the user drags while something gives
    way, or at a large zoom, holds as long as that does."""

    def __init__(
        self, theme: Theme, folding: Folding, columns: QSplitter, rows: QSplitter, context: QWidget, bottom: QWidget
    ) -> None:
        self._theme, self._folding = theme, folding
        self._columns, self._rows, self._context, self._bottom = columns, rows, context, bottom
        self._meanwhile: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Drops what held for a while only."""
        self._meanwhile.clear()

    def _reason(self, area: str) -> str:
        """Why an area has another size than the user's own; empty when it has that."""
        given = self._folding.given
        if area == "bottom":
            return "low" if given.low else ""
        if given.beside:
            return "beside"
        return "narrow" if given.narrow or self._folding.is_large else ""

    def remember(self) -> None:
        """Keeps the sizes that the user has given the areas."""
        zoom, areas = self._theme.zoom, self._folding.areas
        if not self._context.isHidden():
            width = round(self._context.width() / zoom)
            if reason := self._reason("context"):
                self._meanwhile["context", reason] = width
            else:
                areas.context_width = width
        if not self._folding.folded(BOTTOM):
            height = round(self._bottom.height() / zoom)
            if reason := self._reason("bottom"):
                self._meanwhile["bottom", reason] = height
            else:
                areas.bottom_height = height

    def restore(self) -> None:
        """Gives the areas their sizes."""
        self.restore_context()
        theme, folded = self._theme, self._folding.folded(BOTTOM)
        lowest = theme.px(token("layout.plots.min"))
        usual = {"": self._folding.areas.bottom_height, "low": token("layout.plots.min")}
        reason = self._reason("bottom")
        height = max(lowest, theme.px(self._meanwhile.get(("bottom", reason), usual[reason])))
        if folded:
            lowest = height = theme.px(token("layout.plots.collapsed"))
        self._bottom.setMinimumHeight(lowest)
        self._bottom.setMaximumHeight(height if folded else WIDGET_MOST)
        self._rows.setSizes([max(1, self._rows.height() - height - 1), height])

    def restore_context(self) -> None:
        """Gives the context column its width."""
        theme, areas = self._theme, self._folding.areas
        narrowest, widest = (theme.px(token(f"layout.context.{end}")) for end in ("min", "max"))
        self._context.setMinimumWidth(narrowest)
        self._context.setMaximumWidth(widest)
        # What is enlarged most at a large zoom is the network: the column beside it takes no more than it needs.
        usual = {"": areas.context_width, "narrow": token("layout.context.min"), "beside": BESIDE_WIDTH}
        reason = self._reason("context")
        wanted = self._meanwhile.get(("context", reason), usual[reason])
        width = max(narrowest, min(widest, theme.px(wanted)))
        self._columns.setSizes([max(1, self._columns.width() - width - 1), width])
