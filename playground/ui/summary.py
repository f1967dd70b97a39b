"""The summary of the network as a table: one line for each layer, and what they come to below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.ui.models import Models
from playground.ui.summary_model import (
    BAR,
    CATEGORY,
    COLUMNS,
    INPUT,
    LAYER,
    MEMORY,
    NODE,
    OUTPUT,
    RIGHT,
    SHARE,
    WORK,
    Role,
    SummaryModel,
)
from playground.ui.theme import Theme, token

# The least that a bar needs to say anything. Without room for all, these columns go one after the other, and then
# the others give up to so much. What a layer is called and its share go last.
BAR_LEAST = 72
LEAVING = (WORK, MEMORY, INPUT)
GIVEN_UP = ((OUTPUT, 64), (BAR, 56), (LAYER, 72))
# Left and right of the text of a cell, as in its heading, and the colour of the category before the name.
SIDE, MARK_ROOM = 12, 12
# Qt rounds the width of a text up before it cuts its end off.
SPARE = 2
# Texts of more rows than this are not measured: the columns of so long a list need not fit to the pixel.
MEASURED = 400


class LineDelegate(QStyledItemDelegate):
    """Paints the colour of the category before the name of a layer, and a bar for its share of the parameters.
    A line with a problem stays red when it is selected."""

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models

    def initStyleOption(self, option: QStyleOptionViewItem, index: Any) -> None:
        super().initStyleOption(option, index)
        own = index.data(Role.ForegroundRole)
        if own is not None:
            option.palette.setColor(QPalette.ColorRole.HighlightedText, own)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        theme = self._models.theme
        tint = index.data(Role.BackgroundRole)
        if tint is not None:
            painter.fillRect(option.rect, tint)
        option.rect.adjust(theme.px(MARK_ROOM) if index.column() == LAYER else 0, 0, 0, 0)
        super().paint(painter, option, index)
        if index.column() == LAYER:
            height = theme.px(14)
            top = option.rect.center().y() - height // 2
            color: QColor = theme.color(f"category.{index.data(CATEGORY)}")
            painter.fillRect(option.rect.left(), top, theme.px(token("card.category_bar.width")), height, color)
        elif index.column() == BAR and index.data(SHARE):
            room = option.rect.adjusted(theme.px(8), 0, -theme.px(12), 0)
            # A layer with few weights is still told from one with none.
            length = max(float(theme.px(4)), room.width() * index.data(SHARE))
            bar = QRectF(room.left(), room.center().y() - theme.px(2), length, theme.px(4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text.disabled"))
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)


class SummaryTable(QTableView):
    """The lines. A click selects the layer on the canvas, and the other way round; several can be selected.
    `columns_changed` follows other widths, `menu_wanted(place)` a right click."""

    columns_changed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._following = False
        self._top: tuple[int, str] = (0, "")
        self.setObjectName("summary")
        self.setAccessibleName(self.tr("Summary"))
        self.lines = SummaryModel(models, self)
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(models, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.verticalHeader().hide()
        # Rows that were once held at a least height would keep it when the window is made smaller again.
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        models.focus.selection_changed.connect(self._on_focus_changed)
        models.document.replaced.connect(self.scrollToTop)
        self.lines.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        self.lines.modelReset.connect(self._on_model_reset)
        self.lines.dataChanged.connect(self._update_layout)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_model_reset()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, selected: object, deselected: object) -> None:
        if not self._following:
            nodes = {index.data(NODE) for index in self.selectionModel().selectedRows()}
            self._models.focus.select(frozenset(nodes))

    @Slot()
    def _on_focus_changed(self) -> None:
        rows = self._update_selection()
        if rows and not self.hasFocus():
            self.scrollTo(self.lines.index(rows[0], LAYER))

    def _update_selection(self) -> list[int]:
        """Marks the lines of the selected layers and gives their rows."""
        chosen = self._models.focus.selection
        selection = QItemSelection()
        rows = [row for row, line in enumerate(self.lines.lines) if line.node in chosen]
        for row in rows:
            selection.select(self.lines.index(row, 0), self.lines.index(row, COLUMNS - 1))
        self._following = True
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False
        return rows

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        row = self.verticalScrollBar().value()
        self._top = row, self.lines.lines[row].node if row < len(self.lines.lines) else ""

    @Slot()
    def _on_model_reset(self) -> None:
        self._update_selection()
        self._update_layout()
        # The line that was on top stays there, whatever came or went above it.
        number, node = self._top
        rows = (row for row, line in enumerate(self.lines.lines) if line.node == node)
        self.updateGeometries()
        self.verticalScrollBar().setValue(next(rows, number))

    @Slot()
    def _update_layout(self) -> None:
        """Lets a sentence about a layer take the cells at its right, and fits the columns to what they hold."""
        self.clearSpans()
        for row in range(len(self.lines.lines)):
            if column := self.lines.spans(row):
                self.setSpan(row, column, 1, COLUMNS - column)
        self._fit_columns()

    # -- widths of the columns ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _wanted(self, short: bool) -> list[int]:
        """How wide every column would be at best."""
        measure = QFontMetrics(self._models.theme.font("body")).horizontalAdvance
        bold = QFontMetrics(totals_font(self._models.theme)).horizontalAdvance
        texts: list[set[str]] = [set() for _ in range(COLUMNS)]
        for row in range(min(len(self.lines.lines), MEASURED)):
            for column, text in enumerate(self.lines.texts(row, short)[: self.lines.spans(row) or COLUMNS]):
                texts[column].add(text)
        caption = QFontMetrics(self._models.theme.font("caption")).horizontalAdvance
        px = self._models.theme.px
        widths = [
            2 * px(SIDE)
            + SPARE
            + max(bold(total), caption(self.lines.heading(number, short)), *map(measure, column or {""}))
            for number, (column, total) in enumerate(zip(texts, self.lines.total_texts(), strict=True))
        ]
        widths[LAYER] += px(MARK_ROOM)
        widths[BAR] = px(BAR_LEAST)
        return widths

    def _fit_columns(self) -> None:
        """Gives every column what it needs. Without room for all, headings and shapes get short first, then columns
        go that a tool tip can stand in for, then names lose their ends."""
        theme, room = self._models.theme, self.viewport().width()
        widths, short = self._wanted(False), False
        if sum(widths) > room:
            widths, short = self._wanted(True), True
        left_out: set[int] = set()
        for column in LEAVING:
            if sum(widths) > room:
                widths[column] = 0
                left_out.add(column)
        self.lines.shorten(short)
        self.lines.leave_out(frozenset(left_out))
        for column, least in GIVEN_UP:
            widths[column] = max(min(widths[column], theme.px(least)), widths[column] - max(0, sum(widths) - room))
        growing = [column for column in range(COLUMNS) if widths[column]]
        extra = max(0, room - sum(widths))
        for number, column in enumerate(growing):
            widths[column] += extra * (number + 1) // len(growing) - extra * number // len(growing)
        for column, width in enumerate(widths):
            self.setColumnHidden(column, width == 0)
            self.setColumnWidth(column, width)
        self.columns_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.verticalHeader().setDefaultSectionSize(theme.px(token("control.height") - 2))
        self.horizontalHeader().setFixedHeight(theme.px(token("control.height_compact")))
        self._fit_columns()
        self.viewport().update()


def totals_font(theme: Theme) -> QFont:
    """Body text, but heavier."""
    font = theme.font("body")
    font.setWeight(theme.font("card_title").weight())
    return font


class Totals(QWidget):
    """One row under the table with what its columns come to."""

    def __init__(self, models: Models, table: SummaryTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._table = models, table
        self.setObjectName("summary_totals")
        table.columns_changed.connect(self._update_texts)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._update_texts()

    @Slot()
    def _update_texts(self) -> None:
        lines = self._table.lines
        texts = lines.total_texts()
        parts = [f"{texts[column]} {lines.heading(column).lower()}" for column in sorted(RIGHT)]
        self.setAccessibleName(f"{texts[LAYER]}: {', '.join(parts)}")
        self.setToolTip(lines.total_left_out)
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._models.theme.px(token("control.height") - 2))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, header = self._models.theme, self._table.horizontalHeader()
        painter = QPainter(self)
        painter.setPen(QPen(theme.color("line.strong"), token("border.hairline")))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(totals_font(theme))
        painter.setPen(theme.color("text.primary"))
        texts, side = self._table.lines.total_texts(), theme.px(SIDE)
        for column in (LAYER, *sorted(RIGHT)):
            if self._table.isColumnHidden(column):
                continue
            left, width = header.sectionViewportPosition(column), header.sectionSize(column)
            edge = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
            cell = QRect(left + side, 0, width - 2 * side, self.height())
            painter.drawText(cell, int(edge | Qt.AlignmentFlag.AlignVCenter), texts[column])


class Summary(QWidget):
    """The table and its totals."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("summary_page")
        self.table = SummaryTable(models, self)
        self.totals = Totals(models, self.table, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
