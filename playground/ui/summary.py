"""The summary of the network as a table: one line for each layer with its shapes and its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, QItemSelectionModel, QObject, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.catalog.catalogue import CATALOGUE
from playground.document.shapes import Shape, parameter_counts, shape_text
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.theme import token

Role = Qt.ItemDataRole
NODE, CATEGORY, SHARE = (Role.UserRole + number for number in range(3))
LAYER, INPUT, OUTPUT, PARAMETERS, BAR = range(5)


@dataclass(frozen=True)
class Line:
    """One layer of the table. `share` is its part of the largest number of parameters."""

    node: str
    category: str
    texts: tuple[str, ...]
    problem: str = ""
    share: float = 0.0


class SummaryModel(QAbstractTableModel):
    """The layers in topological order, read anew after every edit."""

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._lines: tuple[Line, ...] = ()
        models.document.changed.connect(self.read)
        models.document.replaced.connect(self.read)
        self.read()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the table shows."""
        return self._lines

    @Slot()
    def read(self) -> None:
        """Takes the lines from the document."""
        lines = self._read_lines()
        if [line.node for line in lines] != [line.node for line in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
        elif lines != self._lines:
            self._lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, BAR))

    def _read_lines(self) -> tuple[Line, ...]:
        document = self._models.document
        graph, shapes = document.project.graph, document.shapes
        counts = parameter_counts(graph, CATALOGUE.layers, shapes)
        most = max(counts.values(), default=0) or 1
        problems = {problem.node: problem.message for problem in reversed(document.problems)
                    if problem.severity == "error"}  # fmt: skip
        lines = []
        for node_id in graph.topological_order:
            node = graph.node(node_id)
            layer = CATALOGUE.layers[node.kind]
            given = [shape for edge in graph.incoming(node_id) if isinstance(shape := shapes.get(edge.source), tuple)]
            made = shapes.get(node_id)
            count = counts.get(node_id)
            texts = (
                node.name or layer.card_title(node.params),
                _inputs_text(given),
                shape_text(made) if isinstance(made, tuple) else problems.get(node_id, "–"),
                "–" if count is None else whole(count),
                "",
            )
            share = (count or 0) / most
            lines.append(Line(node_id, layer.category, texts, problems.get(node_id, ""), share))
        return tuple(lines)

    def rowCount(self, parent: Any = None) -> int:
        return len(self._lines)

    def columnCount(self, parent: Any = None) -> int:
        return BAR + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return (self.tr("Layer"), self.tr("Input"), self.tr("Output"), self.tr("Parameters"), "")[section]
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == PARAMETERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        line = self._lines[index.row()]
        match role:
            case Role.DisplayRole:
                return line.texts[index.column()]
            case Role.ToolTipRole:
                return line.problem or None
            case Role.ForegroundRole if line.problem:
                return self._models.theme.color("error.base")
            case Role.BackgroundRole if line.problem:
                return self._models.theme.color("error.tint")
            case Role.TextAlignmentRole if index.column() == PARAMETERS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return {NODE: line.node, CATEGORY: line.category, SHARE: line.share}.get(role)


def _inputs_text(shapes: list[Shape]) -> str:
    if not shapes:
        return "–"
    if len(shapes) > 1 and len(set(shapes)) == 1:
        return f"{len(shapes)} × ({shape_text(shapes[0])})"
    return ", ".join(shape_text(shape) for shape in shapes)


class LineDelegate(QStyledItemDelegate):
    """Paints the colour of the category before the name of a layer, and a bar for its share of the parameters.
    A line with a problem stays red when it is selected."""

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models

    def initStyleOption(self, option: QStyleOptionViewItem, index: Any) -> None:
        super().initStyleOption(option, index)
        error = index.data(Role.ForegroundRole)
        if error is not None:
            option.palette.setColor(QPalette.ColorRole.HighlightedText, error)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        theme = self._models.theme
        option.rect.adjust(theme.px(12) if index.column() == LAYER else 0, 0, 0, 0)
        super().paint(painter, option, index)
        if index.column() == LAYER:
            height = theme.px(14)
            top = option.rect.center().y() - height // 2
            color: QColor = theme.color(f"category.{index.data(CATEGORY)}")
            painter.fillRect(option.rect.left(), top, theme.px(token("card.category_bar.width")), height, color)
        elif index.column() == BAR and index.data(SHARE):
            room = option.rect.adjusted(theme.px(8), 0, -theme.px(12), 0)
            bar = QRectF(room.left(), room.center().y() - theme.px(2), room.width() * index.data(SHARE), theme.px(4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text.disabled"))
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)


class Summary(QTableView):
    """The table. A click selects the layer on the canvas, and the other way round."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._following = False
        self.setObjectName("summary")
        self.setAccessibleName(self.tr("Summary"))
        self._model = SummaryModel(models, self)
        self.setModel(self._model)
        self.setItemDelegate(LineDelegate(models, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        models.focus.selection_changed.connect(self._update_selection)
        self._model.modelReset.connect(self._update_selection)
        self._model.modelReset.connect(self._update_spans)
        self._model.dataChanged.connect(self._update_spans)
        self._update_spans()
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, selected: object, deselected: object) -> None:
        if not self._following:
            nodes = {index.data(NODE) for index in self.selectionModel().selectedRows()}
            self._models.focus.select(frozenset(nodes))

    @Slot()
    def _update_selection(self) -> None:
        chosen = self._models.focus.selection
        selection = QItemSelection()
        for row, line in enumerate(self._model.lines):
            if line.node in chosen:
                selection.select(self._model.index(row, 0), self._model.index(row, BAR))
        self._following = True
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False

    @Slot()
    def _update_spans(self) -> None:
        """Lets a problem take the cells at its right, which say nothing then."""
        self.clearSpans()
        for row, line in enumerate(self._model.lines):
            if line.problem and line.texts[OUTPUT] == line.problem:
                self.setSpan(row, OUTPUT, 1, BAR + 1 - OUTPUT)

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.verticalHeader().setDefaultSectionSize(theme.px(token("control.height") - 2))
        self.verticalHeader().setMinimumSectionSize(theme.px(token("control.height_compact") - 2))
        self.horizontalHeader().setFixedHeight(theme.px(token("control.height_compact")))
        self.viewport().update()
