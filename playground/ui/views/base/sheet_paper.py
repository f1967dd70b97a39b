"""The paper of a sheet: its bands under each other, with values under the pointer and one unit chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from playground.ui.inspect.bands import Band, CellsBand, Spot
from playground.ui.inspect.bar_band import BarsBand
from playground.ui.inspect.columns import LEAST, ColumnsBand
from playground.ui.inspect.parts import Cells, Maps, Part
from playground.ui.inspect.traces import Trace, own_trace, trace_back
from playground.ui.inspect.windows import Pixel
from playground.ui.theme import Theme, token
from playground.ui.views.base.readout import Readout

PADDING, BAND_GAP = 14, 18
# A saved sheet has so many pixels for each of the screen, as long as it stays below Qt's limit for pictures.
SCALE, MOST_PIXELS = 2, 32_000
HEAD = 34
# How much larger pictures can be made, and in which steps.
LARGEST, STEP = 8.0, 1.25


def band_of(part: Part, theme: Theme, bare: bool = False) -> Band:
    """The band that shows a part."""
    if isinstance(part, Maps):
        return ColumnsBand(part, theme, bare)
    return CellsBand(part, theme) if isinstance(part, Cells) else BarsBand(part, theme)


def _grows(band: Band) -> bool:
    return isinstance(band, ColumnsBand)


class SheetPaper(QWidget):
    """Shows parts. `pointed(unit)` follows the pointer, −1 where it is over none; `chosen(unit)` a click or an arrow
    key. A `bare` paper has neither titles nor captions and makes its pictures as small as it takes to fit. One that
    stands `above_another` leaves no room below.

    Pointing at a value that comes from a window frames it, in the maps of the same paper or of its `source`. The
    wheel with Ctrl and the keys + and − magnify the pictures.
    """

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(
        self, theme: Theme, parent: QWidget, *, name: str, text: str, bare: bool = False, above_another: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme, self._bare, self._above_another = theme, bare, above_another
        self.parts: tuple[Part, ...] = ()
        self.bands: tuple[Band, ...] = ()
        self._tops: list[float] = []
        self._room = 0.0
        self._pointer: QPointF | None = None
        self._unit = -1
        self._ringed = False
        self._magnification = 1.0
        # The paper above this one, which shows what its values were computed from.
        self.source: SheetPaper | None = None
        self.readout = Readout(theme, self)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if bare else Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    # -- content --------------------------------------------------------------------------------------------------

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Shows other parts, or the same with other numbers; what is chosen and pointed at stays."""
        marked = next((band.marked for band in self.bands if band.count), None)
        self.parts = tuple(parts)
        self.bands = tuple(band_of(part, self._theme, self._bare) for part in self.parts)
        self.mark(marked)
        self.fit(self._room)
        self._follow_pointer()

    def mark(self, unit: int | None) -> None:
        """Frames the chosen unit."""
        for band in self.bands:
            band.marked = unit if band.count else None
        self.update()

    def fit(self, room: float) -> None:
        """Lays out for the width of the paper and this height that is seen at once."""
        self._room = room
        self._lay_out(self.width())
        if not self._bare:
            self.setMinimumHeight(round(self._bottom()))
        self.update()

    def magnify(self, times: float) -> None:
        """Makes the pictures so many times larger than they fit in; from 1 to 8."""
        wanted = max(1.0, min(LARGEST, times))
        if wanted != self._magnification:
            self._magnification = wanted
            self.fit(self._room)
            self._follow_pointer()

    @property
    def magnification(self) -> float:
        """How much larger than they fit in the pictures are."""
        return self._magnification

    def _lay_out(self, width: float) -> None:
        padding, gap = self._padding(), self._theme.px(BAND_GAP)
        inner = max(1.0, width - 2 * padding)
        left = self._room - self._above() - padding - max(0, len(self.bands) - 1) * gap
        # Pictures come last: they grow into whatever height the others leave.
        for number, band in enumerate(sorted(self.bands, key=_grows)):
            if isinstance(band, ColumnsBand):
                band.magnification = self._magnification
            band.fit(inner, left / (len(self.bands) - number), 0.0 if self._bare else LEAST)
            left -= band.height
        self._tops = []
        top = float(self._above())
        for band in self.bands:
            self._tops.append(top)
            top += band.height + gap

    def _padding(self) -> int:
        return self._theme.px(token("space.panel_padding") if self._bare else PADDING)

    def _above(self) -> int:
        return 0 if self._bare else self._padding()

    def _bottom(self) -> float:
        below = 0 if self._above_another else self._padding()
        return self._tops[-1] + self.bands[-1].height + below if self.bands else 0.0

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(260), self._theme.px(180))

    def resizeEvent(self, event: QEvent) -> None:
        self.fit(float(self.height()) if self._bare else self._room)

    # -- places ---------------------------------------------------------------------------------------------------

    def place_of(self, band: int) -> QPointF:
        """The upper left corner of a band."""
        return QPointF(self._padding(), self._tops[band])

    def rect_of(self, unit: int, row: int = 0, band: int = 0) -> QRectF:
        """Where the picture of a unit in a row stands, or its cell, or its bar."""
        found = self.bands[band]
        rect = found.tile(unit, row) if isinstance(found, ColumnsBand) else found.rect_of(unit)
        return rect.translated(self.place_of(band))

    def _band_at(self, place: QPointF) -> tuple[Band, QPointF] | None:
        for number, band in enumerate(self.bands):
            inside = place - self.place_of(number)
            if 0 <= inside.y() < band.height:
                return band, inside
        return None

    def spot_at(self, place: QPointF) -> Spot | None:
        """What lies under a point of the paper."""
        found = self._band_at(place)
        return None if found is None else found[0].spot_at(found[1])

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._bare:
            painter.fillRect(event.rect(), self._theme.color("bg.canvas"))
        self._paint(painter, QRectF(event.rect()))
        if self._ringed and self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent.base"), token("state.focus.ring")))
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(1, 1, -1, -1))

    def _paint(self, painter: QPainter, clip: QRectF) -> None:
        for number, band in enumerate(self.bands):
            corner = self.place_of(number)
            if clip.top() <= corner.y() + band.height and corner.y() <= clip.bottom():
                painter.save()
                painter.translate(corner)
                band.paint(painter, clip.translated(-corner))
                painter.restore()

    def picture(self, title: str, detail: str = "") -> QImage:
        """The whole sheet with a title, at twice the size it has here, without the frame of what is pointed at."""
        theme = self._theme
        head = theme.px(HEAD)
        size = QSize(self.width(), round(self._bottom()) + head)
        scale = max(1, min(SCALE, MOST_PIXELS // max(size.width(), size.height(), 1)))
        image = QImage(size * scale, QImage.Format.Format_RGB32)
        image.fill(theme.color("bg.canvas"))
        painter = QPainter(image)
        painter.scale(scale, scale)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        place = QRectF(self._padding(), theme.px(4), size.width() - 2 * self._padding(), head - theme.px(4))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("panel_title"))
        painter.setPen(theme.color("text.primary"))
        painter.drawText(place, side, title)
        taken = painter.fontMetrics().horizontalAdvance(title) + theme.px(10)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text.caption"))
        painter.drawText(place.adjusted(taken, 0, 0, 0), side, detail)
        painter.translate(0, head)
        self._hover(None)
        self._frame(None)
        self._paint(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        self._follow_pointer()
        return image

    # -- the mouse ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self._follow_pointer()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._follow_pointer()

    def _follow_pointer(self) -> None:
        """Shows the value under the pointer, which may be another one after every batch."""
        place = self._pointer
        found = None if place is None else self._band_at(place)
        spot = None if found is None else found[0].spot_at(found[1])
        unit = -1 if spot is None or spot.unit is None else spot.unit
        self._hover(None if unit < 0 else unit)
        band = found[0] if found is not None and isinstance(found[0], ColumnsBand) else None
        origin = self._frame(band, None if spot is None else spot.pixel)
        if spot is None or place is None or not spot.text:
            self.readout.hide()
        else:
            told = [line for line in (spot.where, *origin) if line]
            self.readout.show_at(place.toPoint(), [("", spot.name, spot.text), *(("", line, "") for line in told)])
        if unit != self._unit:
            self._unit = unit
            self.pointed.emit(unit)

    def _frame(self, band: ColumnsBand | None, pixel: Pixel | None = None) -> tuple[str, ...]:
        """Frames a value and what it was computed from, and says so; without one takes the frames away."""
        framed: list[tuple[ColumnsBand, Trace]] = []
        told: tuple[str, ...] = ()
        given = self.source._columns if self.source is not None and self.source.isVisible() else ()
        if band is not None and pixel is not None:
            for other in (band, *given):
                framed += [(other, trace) for trace in trace_back(band.part, pixel, other.part)]
            window = band.part.rows[pixel.row].window
            if framed and window is not None:
                framed.append((band, own_trace(pixel)))
                told = window.text(framed[0][1].patch, framed[0][1].winner)
        for paper in (self, self.source):
            if paper is not None:
                paper._show_traces(framed)
        return told

    @property
    def _columns(self) -> tuple[ColumnsBand, ...]:
        return tuple(band for band in self.bands if isinstance(band, ColumnsBand))

    def _show_traces(self, framed: Sequence[tuple[ColumnsBand, Trace]]) -> None:
        for band in self._columns:
            wanted = tuple(trace for other, trace in framed if other is band)
            if band.traces != wanted:
                band.traces = wanted
                self.update()

    def _hover(self, unit: int | None) -> None:
        for band in self.bands:
            if band.hovered != unit:
                band.hovered = unit
                self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        self._ringed = False
        if event.button() == Qt.MouseButton.LeftButton and spot is not None and spot.unit is not None:
            self.chosen.emit(spot.unit)
        else:
            super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._bare or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self.magnify(self._magnification * STEP ** (event.angleDelta().y() / 120))

    # -- keys -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        band = next((band for band in self.bands if band.count), None)
        closer = {"+": STEP, "=": STEP, "-": 1 / STEP}.get(event.text())
        if closer is not None and not self._bare:
            self.magnify(self._magnification * closer)
            return
        if band is None or not (across or down):
            super().keyPressEvent(event)
            return
        self._ringed = True
        self.chosen.emit(band.step(band.marked, across, down) if band.marked is not None else 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self.update()
