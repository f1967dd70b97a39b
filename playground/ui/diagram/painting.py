"""Painting the layer diagram: wires, blocks with what they make of the sample, windows and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from playground.ui.diagram.blocks import MOST_CELLS, RIGHT
from playground.ui.diagram.figure import MARK, Block, Figure
from playground.ui.theme import LEVELS, Theme, token

# Up to so many wires between two columns of units are all drawn; beyond, the outermost ones stand for them.
MOST_WIRES = 120
# Slices of channels and cells of units closer than this would only be grey.
CLOSEST = 3.0
ARROW, CORNER = 4.0, 5.0
# The value whose window is drawn: as shares of the output's height and width, one after the other for branches.
SPOTS = ((0.3, 0.62), (0.66, 0.3), (0.5, 0.75), (0.75, 0.6))


@dataclass(frozen=True)
class Marks:
    """Which layers are selected, which is under the pointer and which has the ring of the keyboard."""

    selected: frozenset[str] = frozenset()
    hovered: str = ""
    ringed: str = ""


@dataclass
class FigurePainter:
    """Paints one figure. `pictures` are what layers make of the sample: maps as they are, values from top to bottom."""

    figure: Figure
    theme: Theme
    pictures: Mapping[str, QImage]
    marks: Marks = field(default_factory=Marks)

    def paint(self, painter: QPainter, seen: QRectF) -> None:
        """Paints what lies in this part of the figure."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        blocks = self.figure.blocks
        wires = [(blocks[source], block) for block in blocks.values() for source in block.part.sources
                 if source in blocks]  # fmt: skip
        near = [(source, target) for source, target in wires if self._room(source, target).intersects(seen)]
        for source, target in near:
            self._paint_wire(painter, source, target)
        shown = [block for block in blocks.values() if block.area.adjusted(-4, -4, 4, 4).intersects(seen)]
        for block in shown:
            self._paint_block(painter, block)
        for (source, target), spot in zip(near, self._spots(near), strict=True):
            self._paint_window(painter, source, target, spot)
        for block in shown:
            self._paint_label(painter, block)

    def _room(self, source: Block, target: Block) -> QRectF:
        """Where a wire and the layers at its ends are."""
        room = source.area.united(target.area)
        height = self.figure.arches.get((source.part.node, target.part.node), room.top())
        return room.adjusted(0, min(0.0, height - 2 - room.top()), 0, 0)

    # -- wires ----------------------------------------------------------------------------------------------

    def _paint_wire(self, painter: QPainter, source: Block, target: Block) -> None:
        color = self.theme.color("text.disabled")
        painter.setPen(QPen(color, self.theme.zoom))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        height = self.figure.arches.get((source.part.node, target.part.node))
        if height is not None:
            painter.drawPath(_arch(source.top, target.top, height, CORNER * self.theme.zoom))
            self._paint_arrow(painter, target.top, QLineF(0, 0, 0, 1), color)
        elif _is_dense(source, target):
            painter.setPen(QPen(color, token("border.hairline") * self.theme.zoom / 2))
            painter.drawLines(list(_all_to_all(source, target)))
        elif target.part.kind in ("flatten", "reshape", "dense") and target.part.units:
            for start, end in ((source.front.topRight() + source.depth, target.front.topLeft()),
                               (source.front.bottomRight(), target.front.bottomLeft())):  # fmt: skip
                painter.drawLine(QLineF(start, end))
        else:
            painter.drawLine(QLineF(source.exit, target.entry))
            self._paint_arrow(painter, target.entry, QLineF(source.exit, target.entry).unitVector(), color)

    def _paint_arrow(self, painter: QPainter, tip: QPointF, along: QLineF, color: QColor) -> None:
        size = ARROW * self.theme.zoom
        back, side = tip - QPointF(along.dx(), along.dy()) * size, QPointF(-along.dy(), along.dx()) * (size * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, back + side, back - side]))

    # -- windows --------------------------------------------------------------------------------------------

    @staticmethod
    def _spots(wires: list[tuple[Block, Block]]) -> list[tuple[float, float]]:
        """Where on its output each wire shows a window: elsewhere for every branch of a layer."""
        seen: dict[str, int] = {}
        found = []
        for source, _ in wires:
            number = seen.get(source.part.node, 0)
            seen[source.part.node] = number + 1
            found.append(SPOTS[number % len(SPOTS)])
        return found

    def _paint_window(self, painter: QPainter, source: Block, target: Block, spot: tuple[float, float]) -> None:
        """The pixels that one value of the target comes from, and lines from their corners to that value."""
        window, given, made = target.part.window, source.part.shape, target.part.shape
        if window is None or given is None or made is None or not (source.part.maps and target.part.maps):
            return
        down, across = (min(length - 1, int(length * share)) for length, share in zip(made[1:], spot, strict=True))
        patch = window.patch(down, across, *given[1:])
        if not patch.rows or not patch.columns:
            return
        pixels = _pixels(source.front, given, patch.rows[0], patch.columns[0], patch.rows[-1], patch.columns[-1])
        value = _pixels(target.front, made, down, across, down, across)
        color = self.theme.color(f"category.{target.part.category}")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, token("border.hairline") * self.theme.zoom))
        painter.drawLines([QLineF(pixels.topRight(), value.center()), QLineF(pixels.bottomRight(), value.center())])
        painter.setPen(QPen(color, 1.5 * self.theme.zoom))
        painter.drawRect(pixels)
        painter.fillRect(value, color)

    # -- blocks ---------------------------------------------------------------------------------------------

    def _paint_block(self, painter: QPainter, block: Block) -> None:
        theme, part = self.theme, block.part
        hovered = part.node == self.marks.hovered
        front, side, top = (LEVELS[LEVELS.index(level) + hovered] if level != LEVELS[-1] else level
                            for level in ("bg.card", "bg.control", "bg.track"))  # fmt: skip
        line = theme.color("text.caption" if hovered else "line.strong")
        if part.shape is None:
            painter.setPen(QPen(theme.color("error.base") if part.wrong else line, theme.zoom, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(block.front)
        else:
            painter.setPen(QPen(line, token("border.hairline")))
            for level, corners in ((top, _top(block)), (side, _side(block))):
                painter.setBrush(theme.color(level))
                painter.drawPolygon(corners)
            painter.setBrush(theme.color(front))
            painter.drawRect(block.front)
            self._paint_values(painter, block)
            painter.setPen(QPen(line, token("border.hairline")))
            painter.drawLines(list(_slices(block)))
        if part.node in self.marks.selected:
            painter.setPen(QPen(theme.color("accent.base"), token("state.focus.ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_outline(block))
        if part.node == self.marks.ringed:
            room = block.area.adjusted(-5, -5, 5, 5)
            painter.setPen(QPen(theme.color("accent.base"), token("state.focus.ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, theme.px(token("radius.control")), theme.px(token("radius.control")))

    def _paint_values(self, painter: QPainter, block: Block) -> None:
        image = self.pictures.get(block.part.node)
        if image is None:
            return
        # Enlarged pixels stay hard-edged; where there are more than the face has, their means are shown.
        shrunk = image.width() > block.front.width() or image.height() > block.front.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
        painter.drawImage(block.front, image)
        painter.setPen(QPen(self.theme.color("line.strong"), token("border.hairline")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(block.front)

    def _paint_label(self, painter: QPainter, block: Block) -> None:
        theme, part, label = self.theme, block.part, block.label
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        height, mark = metrics.height(), theme.px(MARK)
        width = metrics.horizontalAdvance(block.name)
        left = label.center().x() - (width + mark) / 2
        bar = theme.px(token("card.category_bar.width"))
        painter.fillRect(QRectF(left, label.top() + 2, bar, height - 4), theme.color(f"category.{part.category}"))
        chosen = part.node in self.marks.selected
        painter.setPen(theme.color("accent.base" if chosen else "text.primary"))
        # One pixel more keeps rounding from cutting off the last letter.
        name = QRectF(left + mark, label.top(), width + 2, height)
        painter.drawText(name, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), block.name)
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("error.base" if part.wrong else "text.caption"))
        below = QRectF(label.left() - 20, label.top() + height, label.width() + 40, label.height() - height)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), part.size_text)


# -- shapes -------------------------------------------------------------------------------------------------------


def _top(block: Block) -> QPolygonF:
    left, right = block.front.topLeft(), block.front.topRight()
    return QPolygonF([left, left + block.depth, right + block.depth, right])


def _side(block: Block) -> QPolygonF:
    top, bottom = block.front.topRight(), block.front.bottomRight()
    return QPolygonF([top, top + block.depth, bottom + block.depth, bottom])


def _outline(block: Block) -> QPolygonF:
    front, depth = block.front, block.depth
    return QPolygonF(
        [front.bottomLeft(), front.topLeft(), front.topLeft() + depth, front.topRight() + depth,
         front.bottomRight() + depth, front.bottomRight()]
    )  # fmt: skip


def _slices(block: Block) -> Iterator[QLineF]:
    """Between the channels of a block, and between the units of a column, where there is room for lines."""
    part, front, depth = block.part, block.front, block.depth
    if part.maps and part.shape is not None:
        count = part.shape[0]
        if depth.x() / RIGHT / count < CLOSEST:
            return
        for number in range(1, count):
            step = depth * (number / count)
            yield QLineF(front.topLeft() + step, front.topRight() + step)
            yield QLineF(front.topRight() + step, front.bottomRight() + step)
    elif part.units <= MOST_CELLS and front.height() / max(1, part.units) >= CLOSEST:
        for number in range(1, part.units):
            y = front.top() + front.height() * number / part.units
            yield QLineF(front.left(), y, front.right(), y)


def _is_dense(source: Block, target: Block) -> bool:
    return target.part.kind == "dense" and source.part.units > 0 and target.part.units > 0


def _all_to_all(source: Block, target: Block) -> Iterator[QLineF]:
    """Every unit joined with every other; for many units the outermost stand for all."""
    start = QPointF(source.front.right() + source.depth.x() / 2, source.depth.y() / 2)
    counts = source.part.units, target.part.units
    all_of_them = counts[0] * counts[1] <= MOST_WIRES
    ys = [
        [block.front.top() + block.front.height() * (number + 0.5) / count for number in range(count)]
        if all_of_them
        else [block.front.top(), block.front.bottom()]
        for block, count in zip((source, target), counts, strict=True)
    ]
    for y in ys[0]:
        for end in ys[1]:
            yield QLineF(start.x(), y + start.y(), target.front.left(), end)


def _pixels(front: QRectF, shape: tuple[int, ...], top: int, left: int, bottom: int, right: int) -> QRectF:
    """Where pixels of a map of this shape, (channels, height, width), lie on the face that shows it."""
    height, width = front.height() / shape[1], front.width() / shape[2]
    return QRectF(
        front.left() + left * width, front.top() + top * height,
        (right - left + 1) * width, (bottom - top + 1) * height,
    )  # fmt: skip


def _arch(start: QPointF, end: QPointF, height: float, corner: float) -> QPainterPath:
    """Up, across at a height and down again, with round corners."""
    corner = min(corner, abs(start.y() - height), abs(end.y() - height), abs(end.x() - start.x()) / 2)
    path = QPainterPath(start)
    path.lineTo(start.x(), height + corner)
    path.quadTo(start.x(), height, start.x() + corner, height)
    path.lineTo(end.x() - corner, height)
    path.quadTo(end.x(), height, end.x(), height + corner)
    path.lineTo(end)
    return path
