"""The summary of the network as a model of rows and columns, and as rows of text to copy."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.summary import Line, Totals, summarise, totals
from playground.document.shapes import Shape, shape_text
from playground.ui.models import Models
from playground.ui.numbers import NO_BREAK, THIN_SPACE, memory, share_text, whole

Role = Qt.ItemDataRole
NODE, CATEGORY, SHARE = (Role.UserRole + number for number in range(3))
LAYER, INPUT, OUTPUT, PARAMETERS, BAR, MEMORY, WORK = range(7)
COLUMNS = 7
# Columns of numbers, which stand at the right; on the screen the share of the parameters is a bar.
RIGHT = frozenset({PARAMETERS, MEMORY, WORK})
NUMBERS = RIGHT | {BAR}
NOTHING = "–"


class SummaryModel(QAbstractTableModel):
    """The layers in topological order, read anew after every edit."""

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._lines: tuple[Line, ...] = ()
        self._texts: dict[bool, tuple[tuple[str, ...], ...]] = {False: (), True: ()}
        self._short = False
        self._left_out: frozenset[int] = frozenset()
        models.document.changed.connect(self.read)
        models.document.replaced.connect(self.read)
        self.read()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the table shows."""
        return self._lines

    @property
    def totals(self) -> Totals:
        """What the lines come to."""
        return totals(self._lines)

    def texts(self, row: int, short: bool = False) -> tuple[str, ...]:
        """The texts of one row, by column; `short` writes shapes as on wires."""
        return self._texts[short][row]

    @Slot()
    def read(self) -> None:
        """Takes the lines from the document."""
        document = self._models.document
        lines = summarise(document.project.graph, document.shapes, document.problems)
        texts = {short: tuple(self._row(line, short) for line in lines) for short in (False, True)}
        if [line.node for line in lines] != [line.node for line in self._lines]:
            self.beginResetModel()
            self._lines, self._texts = lines, texts
            self.endResetModel()
        elif (lines, texts) != (self._lines, self._texts):
            self._lines, self._texts = lines, texts
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, COLUMNS - 1))

    def _row(self, line: Line, short: bool) -> tuple[str, ...]:
        separator = "×" if short else " × "
        made = NOTHING if line.made is None else _shape_text(line.made, separator)
        parameters = NOTHING if line.parameters is None else whole(line.parameters)
        if not line.active and not line.problem:
            parameters = self.tr("Bypassed") if line.bypassed else self.tr("Left out: not between Input and Output")
        return (
            line.title,
            _inputs_text(line.given, separator),
            line.problem or made,
            parameters,
            NOTHING if line.parameters is None else _per_cent(line.share),
            NOTHING if line.memory is None else memory(line.memory),
            NOTHING if line.multiply_adds is None else whole(line.multiply_adds),
        )

    def spans(self, row: int) -> int:
        """The column from which on one text has the rest of the row; 0 for none."""
        line = self._lines[row]
        if line.problem:
            return OUTPUT
        return 0 if line.active else PARAMETERS

    # -- headings -------------------------------------------------------------------------------------------

    def heading(self, column: int, short: bool = False) -> str:
        """The title of a column, in one word where there is little room."""
        images = len(CATALOGUE.datasets[self._models.document.project.data.name].shape) > 1
        per = self.tr("Memory per image") if images else self.tr("Memory per sample")
        return (
            self.tr("Layer"), self.tr("Input"), self.tr("Output"), self.tr("Parameters"),
            self.tr("Share"),
            self.tr("Memory") if short else per, self.tr("Mult-adds") if short else self.tr("Multiply-adds"),
        )[column]  # fmt: skip

    def shorten(self, short: bool) -> None:
        """Shows short headings and shapes, or whole ones again."""
        if short != self._short:
            self._short = short
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, COLUMNS - 1))

    # -- what Qt asks ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Any = None) -> int:
        return len(self._lines)

    def columnCount(self, parent: Any = None) -> int:
        return COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Role.DisplayRole:
                return self.heading(section, self._short)
            case Role.ToolTipRole if section == BAR:
                return self.tr("Which share of all parameters is in this layer.")
            case Role.ToolTipRole if section == MEMORY:
                return self.tr("What its output takes for one sample, 4 bytes for each value.")
            case Role.ToolTipRole if section == WORK:
                return self.tr("Multiplications with an addition for one sample, without biases.")
            case Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section in RIGHT else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        line = self._lines[index.row()]
        match role:
            case Role.DisplayRole if index.column() != BAR:
                return self._texts[self._short][index.row()][index.column()]
            case Role.AccessibleTextRole:
                return self._texts[self._short][index.row()][index.column()]
            case Role.ToolTipRole:
                return line.problem or self._left_out_texts(self._texts[False][index.row()], index.column())
            case Role.ForegroundRole if line.problem:
                return self._models.theme.color("error.base")
            case Role.ForegroundRole if not line.active:
                return self._models.theme.color("text.disabled")
            case Role.BackgroundRole if line.problem:
                return self._models.theme.color("error.tint")
            case Role.TextAlignmentRole if index.column() in RIGHT and not self.spans(index.row()):
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return {NODE: line.node, CATEGORY: line.category, SHARE: line.share}.get(role)

    def leave_out(self, columns: frozenset[int]) -> None:
        """What these columns hold is told where the pointer rests on a line."""
        self._left_out = columns

    def _left_out_texts(self, texts: tuple[str, ...], column: int) -> str | None:
        """What the tool tip of a cell says: its share, and what the table has no room for."""
        told = [other for other in range(COLUMNS) if other in self._left_out or other == column == BAR]
        return "\n".join(f"{self.heading(other)}: {texts[other]}" for other in told) or None

    @property
    def total_left_out(self) -> str:
        """What the columns without room come to."""
        return self._left_out_texts(self.total_texts(), LAYER) or ""

    # -- as text --------------------------------------------------------------------------------------------

    def total_texts(self) -> tuple[str, ...]:
        """The texts of the row of totals, by column."""
        sums = self.totals
        title = self.tr("Total") if self._models.document.blocking is None else self.tr("Total so far")
        share = _per_cent(1.0) if sums.parameters else NOTHING
        return (title, "", "", whole(sums.parameters), share, memory(sums.memory), whole(sums.multiply_adds))

    def shown_rows(self) -> list[tuple[str, ...]]:
        """Heading, lines and totals as they read on the screen, with plain spaces."""
        headings = tuple(self.heading(column) for column in range(COLUMNS))
        rows = [headings, *self._texts[False], self.total_texts()]
        return [tuple(map(_plain, row)) for row in rows]

    def plain_rows(self) -> list[tuple[str, ...]]:
        """Heading, lines and totals for other programs: numbers in figures alone, shares in per cent, memory in
        bytes."""
        sums = self.totals
        headings = [self.heading(column) for column in range(COLUMNS)]
        headings[BAR] = self.tr("{} in %").format(self.heading(BAR))
        headings[MEMORY] = self.tr("{} in bytes").format(self.heading(MEMORY))
        rows = [tuple(headings)]
        for line, texts in zip(self._lines, self._texts[False], strict=True):
            share = None if line.parameters is None else f"{100 * line.share:.2f}"
            numbers = (line.parameters, share, line.memory, line.multiply_adds)
            told = ("" if texts[column] == NOTHING else _ungrouped(texts[column]) for column in (LAYER, INPUT, OUTPUT))
            rows.append((*told, *("" if value is None else str(value) for value in numbers)))
        total = self.total_texts()[LAYER]
        share = "100.00" if sums.parameters else ""
        rows.append((total, "", "", str(sums.parameters), share, str(sums.memory), str(sums.multiply_adds)))
        return rows


def _per_cent(share: float) -> str:
    return f"{share_text(share)}{NO_BREAK}%"


def _plain(text: str) -> str:
    return text.replace(THIN_SPACE, " ").replace(NO_BREAK, " ")


def _ungrouped(text: str) -> str:
    """A text whose numbers other programs can read."""
    return _plain(text.replace(THIN_SPACE, ""))


def _shape_text(shape: Shape, separator: str) -> str:
    return whole(shape[0]) if len(shape) == 1 else shape_text(shape, separator)


def _inputs_text(shapes: tuple[Shape, ...], separator: str) -> str:
    if not shapes:
        return NOTHING
    if len(shapes) > 1 and len(set(shapes)) == 1:
        return f"{len(shapes)} × ({_shape_text(shapes[0], separator)})"
    return ", ".join(_shape_text(shape, separator) for shape in shapes)
