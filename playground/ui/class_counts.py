"""How many samples of each class there are, in the parts of the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.dataset import Data
from playground.ui.numbers import whole
from playground.ui.theme import Theme

WIDTH, ROW, BAR, GAP, MARK = 330, 18, 8, 10, 8
# The column of names takes this part of the width at most.
NAMES = 0.3
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class ClassCounts(QWidget):
    """A row for each class: its name, a bar of its samples for training, validation and test, and their numbers.

    Only pictures are counted; points are seen all at once. It is hidden while there is nothing to count.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.names: tuple[str, ...] = ()
        # Title, colour and the number of samples of each class, for every part that has any.
        self.parts: tuple[tuple[str, str, NDArray[np.int64]], ...] = ()
        self.setObjectName("class_counts")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_data(self, data: Data | None) -> None:
        """Counts the classes of these data, where they are pictures."""
        self.names, self.parts = (), ()
        if data is not None and data.dataset.task == "classes" and len(data.dataset.shape) > 1:
            self.names = data.dataset.class_names
            kinds = (
                (self.tr("Training"), "series.train", data.train.y),
                (self.tr("Validation"), "accent.line", data.validation.y),
                (self.tr("Test"), "series.test", data.test.y),
            )
            self.parts = tuple(
                (title, color, np.bincount(y.astype(np.int64), minlength=len(self.names)))
                for title, color, y in kinds
                if len(y)
            )
        told = [self.tr("Samples of each class.")]
        for at, name in enumerate(self.names):
            counts = ", ".join(f"{title} {whole(int(counts[at]))}" for title, _, counts in self.parts)
            told.append(f"{name}: {counts}.")
        self.setAccessibleName(" ".join(told))
        self.setVisible(bool(self.parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(ROW) * (len(self.names) + 1))

    minimumSizeHint = sizeHint

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        gap, row = theme.px(GAP), theme.px(ROW)
        names = min(max(map(metrics.horizontalAdvance, self.names), default=0), round(NAMES * self.width()))
        columns = self._columns(metrics)
        bars = QRectF(names + gap, 0, columns[0].left() - 2 * gap - names, row) if columns else QRectF()
        self._paint_heads(painter, columns)
        totals = np.sum([counts for _, _, counts in self.parts], axis=0)
        most = max(1, int(totals.max(initial=0)))
        for number, name in enumerate(self.names):
            top = (number + 1) * row
            painter.setPen(theme.color("text.secondary"))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, top, names, row), Qt.AlignmentFlag.AlignLeft | MIDDLE, shown)
            self._paint_bar(painter, bars.translated(0, top), number, most)
            painter.setPen(theme.color("text.primary"))
            for place, (_, _, counts) in zip(columns, self.parts, strict=True):
                text = whole(int(counts[number]))
                painter.drawText(place.translated(0, top), Qt.AlignmentFlag.AlignRight | MIDDLE, text)

    def _columns(self, metrics: QFontMetrics) -> list[QRectF]:
        """Where the numbers of each part stand in the first row, from the left."""
        theme = self._theme
        right, found = float(self.width()), []
        for title, _, counts in reversed(self.parts):
            head = metrics.horizontalAdvance(title) + theme.px(MARK + 5)
            width = max(head, metrics.horizontalAdvance(whole(int(counts.max()))))
            found.append(QRectF(right - width, 0, width, theme.px(ROW)))
            right -= width + theme.px(GAP)
        return found[::-1]

    def _paint_heads(self, painter: QPainter, columns: list[QRectF]) -> None:
        theme, mark = self._theme, self._theme.px(MARK)
        painter.setPen(theme.color("text.caption"))
        if columns:
            title = painter.fontMetrics().elidedText(
                self.tr("Samples"), Qt.TextElideMode.ElideRight, round(columns[0].left())
            )
            painter.drawText(QRectF(0, 0, columns[0].left(), theme.px(ROW)), Qt.AlignmentFlag.AlignLeft | MIDDLE, title)
        for place, (title, color, _) in zip(columns, self.parts, strict=True):
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | MIDDLE, title)
            left = place.right() - painter.fontMetrics().horizontalAdvance(title) - theme.px(5) - mark
            painter.fillRect(QRectF(left, place.center().y() - mark / 2, mark, mark), theme.color(color))

    def _paint_bar(self, painter: QPainter, place: QRectF, number: int, most: int) -> None:
        height = self._theme.px(BAR)
        left, top = place.left(), place.center().y() - height / 2
        for _, color, counts in self.parts:
            width = place.width() * int(counts[number]) / most
            painter.fillRect(QRectF(left, top, width, height), self._theme.color(color))
            left += width
