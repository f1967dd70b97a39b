"""The controls that lie on the canvas: what to show and how large, and what the colours mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.controls.buttons import Button, IconButton
from playground.ui.controls.labels import Label
from playground.ui.controls.segmented import Segmented
from playground.ui.editor.canvas import Canvas
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.weight_lines import OPACITY, WIDTH, Lines
from playground.ui.models import Models
from playground.ui.numbers import figure
from playground.ui.pictures import color_table
from playground.ui.theme import Theme, token

SWATCHES = (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)
SWATCH, SWATCH_GAP, TEXT_GAP = (12, 4), 4, 10
BAR = (48, 8)
# How dense the ground below the controls is.
GROUND = 0.9


def paint_ground(widget: QWidget, theme: Theme) -> None:
    """Paints what keeps the cards that lie below a control from being read through it."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ground = theme.color("bg.canvas")
    ground.setAlphaF(GROUND)
    painter.setBrush(ground)
    radius = theme.px(token("radius.control"))
    painter.drawRoundedRect(QRectF(widget.rect()), radius, radius)


class ScaleLine(QWidget):
    """The scale of the weight wires, below the canvas: the weights that are drawn at full strength."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setObjectName("weight_scale")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setVisible(False)

    def show_lines(self, lines: Lines, scope: str) -> None:
        """Says what the lines on the canvas stand for: equal strength is equal weight in a `scope` alone."""
        shown = len(lines.values)
        text = ""
        if shown:
            low, high = (figure(reach, 1 if reach >= 0.1 else 3) for reach in lines.reaches)
            text = f"−{high} … +{high}"
            if low != high:
                each = self.tr("each neuron") if scope == "map" else self.tr("each layer")
                text = self.tr("up to the largest of {each}, {low} to {high}").format(each=each, low=low, high=high)
            if shown < lines.total:
                text += " · " + self.tr("the {shown} strongest of {total}").format(shown=shown, total=lines.total)
        if text != self._text:
            self._text = text
            self.setAccessibleName(self.tr("Weight {range}").format(range=text))
            self.setVisible(bool(text))
            self.adjustSize()
            self.update()

    def _caption(self) -> str:
        return self.tr("Weight")

    def sizeHint(self) -> QSize:
        px, metrics = self._theme.px, self.fontMetrics()
        swatches = len(SWATCHES) * px(SWATCH[0] + SWATCH_GAP)
        texts = metrics.horizontalAdvance(self._caption()) + metrics.horizontalAdvance(self._text)
        return QSize(texts + swatches + 2 * px(TEXT_GAP), px(20))

    def update_theme(self) -> None:
        """Takes over fonts and sizes."""
        self.setFont(self._theme.font("caption"))
        self.adjustSize()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, theme = self._theme.px, self._theme
        paint_ground(self, theme)
        painter = QPainter(self)
        painter.setPen(theme.color("text.caption"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._caption())
        left = float(self.fontMetrics().horizontalAdvance(self._caption()) + px(TEXT_GAP))
        for value in SWATCHES:
            color = theme.color("value.positive" if value > 0 else "value.negative")
            color.setAlphaF(OPACITY[0] + OPACITY[1] * abs(value))
            height = max(1.0, (WIDTH[0] + WIDTH[1] * abs(value)) * theme.zoom)
            painter.fillRect(QRectF(left, (self.height() - height) / 2, px(SWATCH[0]), height), color)
            left += px(SWATCH[0] + SWATCH_GAP)
        painter.drawText(
            QRectF(left + px(TEXT_GAP - SWATCH_GAP), 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter,
            self._text,
        )  # fmt: skip


class ColorKey(QWidget):
    """The two colour maps of image networks by name."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("color_key")
        self.setAccessibleName(self.tr("Colours: signed values are orange to blue, values from zero dark to white"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _entries(self) -> tuple[tuple[str, str], ...]:
        return ("signed", self.tr("signed")), ("from_zero", self.tr("from zero"))

    def sizeHint(self) -> QSize:
        px = self._theme.px
        texts = sum(self.fontMetrics().horizontalAdvance(text) for _, text in self._entries())
        return QSize(texts + 2 * px(BAR[0]) + 2 * px(6) + px(16), px(token("control.height")))

    def update_theme(self) -> None:
        """Takes over fonts and sizes."""
        self.setFont(self._theme.font("caption"))
        self.setFixedSize(self.sizeHint())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, left = self._theme.px, 0
        painter = QPainter(self)
        painter.setPen(self._theme.color("text.caption"))
        for name, text in self._entries():
            painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            left += self.fontMetrics().horizontalAdvance(text) + px(6)
            bar = QRectF(left, (self.height() - px(BAR[1])) / 2, px(BAR[0]), px(BAR[1]))
            ramp = QImage(bytes(range(256)), 256, 1, 256, QImage.Format.Format_Indexed8)
            ramp.setColorTable(list(color_table(self._theme, name)))
            painter.drawImage(bar, ramp)
            painter.setPen(QPen(self._theme.color("line.soft"), token("border.hairline")))
            painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.setPen(self._theme.color("text.caption"))
            left += px(BAR[0]) + px(16)


class Overlay(QWidget):
    """A row of controls on the canvas. It is as small as they are, so the canvas around it takes the mouse."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def update_theme(self) -> None:
        """Takes over sizes."""
        self.row.setSpacing(self._theme.px(token("space.control_gap")))
        self.adjustSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_ground(self, self._theme)


class ModeControls(Overlay):
    """What image networks show: activations, weights or gradients."""

    def __init__(self, models: Models, scene: EditorScene, parent: QWidget) -> None:
        super().__init__(models.theme, parent, "canvas_mode_controls")
        self._models, self._scene = models, scene
        options = (
            ("activations", self.tr("Activations")),
            ("weights", self.tr("Weights")),
            ("gradients", self.tr("Gradients")),
        )
        self._modes = Segmented(models.theme, options, self, name="canvas_mode", text=self.tr("Show"))
        self.row.addWidget(self._modes)
        self._modes.chosen.connect(self._on_mode_chosen)
        models.focus.display_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Shows what is chosen now."""
        # Points have one picture for each neuron and wires for the weights: nothing to choose.
        self._modes.setVisible(not self._scene.planar)
        self._modes.set_value(self._scene.mode)
        self.adjustSize()

    @Slot(str)
    def _on_mode_chosen(self, mode: str) -> None:
        self._models.focus.set_display("mode", mode)


class EditControls(Overlay):
    """Undo, redo and lay out, the last as an icon where room is short."""

    def __init__(self, models: Models, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(models.theme, parent, "canvas_edit_controls")
        self._editing = self._short = False
        theme, self._stack = models.theme, models.document.undo_stack
        lay_out = self.tr("Lay out")
        self._undo = IconButton(theme, "undo", self.tr("Undo"), self, name="canvas_undo", role="")
        self._redo = IconButton(theme, "redo", self.tr("Redo"), self, name="canvas_redo", role="")
        self._lay_out = Button(theme, lay_out, self, name="canvas_lay_out")
        self._lay_out_icon = IconButton(theme, "lay_out", lay_out, self, name="canvas_lay_out_icon", role="")
        for widget in (self._undo, self._redo, self._lay_out, self._lay_out_icon):
            self.row.addWidget(widget)
        self._undo.clicked.connect(self._stack.undo)
        self._redo.clicked.connect(self._stack.redo)
        self._lay_out.clicked.connect(canvas.lay_out)
        self._lay_out_icon.clicked.connect(canvas.lay_out)
        self._stack.canUndoChanged.connect(self.refresh)
        self._stack.canRedoChanged.connect(self.refresh)
        self.set_editing(True)

    def width_of(self, short: bool) -> int:
        """How wide the row would be, with the icon or with the text of Lay out; 0 without any button."""
        if not self._editing:
            return 0
        buttons = (self._undo, self._redo, self._lay_out_icon if short else self._lay_out)
        return sum(button.sizeHint().width() for button in buttons) + 2 * self.row.spacing()

    def set_short(self, short: bool) -> None:
        """Shows Lay out as an icon, or with its text."""
        if short != self._short:
            self._short = short
            self.refresh()

    def set_editing(self, editing: bool) -> None:
        """Shows the buttons for editing, or leaves the canvas to what it shows."""
        self._editing = editing
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Shows what can be done now."""
        self._undo.setEnabled(self._stack.canUndo())
        self._redo.setEnabled(self._stack.canRedo())
        for button in (self._undo, self._redo):
            button.setVisible(self._editing)
        self._lay_out.setVisible(self._editing and not self._short)
        self._lay_out_icon.setVisible(self._editing and self._short)
        self.adjustSize()


class ScaleControls(Overlay):
    """What shares one scale of colours: each map, each layer, or the whole network."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(models.theme, parent, "canvas_scale_controls")
        self._models = models
        options = (
            ("map", self.tr("Map")),
            ("layer", self.tr("Layer")),
            ("network", self.tr("Network")),
        )
        text = self.tr("Colours per")
        self._scopes = Segmented(models.theme, options, self, name="canvas_scale", text=text, height="height_compact")
        self.row.addWidget(Label(text, self, "caption"))
        self.row.addWidget(self._scopes)
        # The key of the colours stands here where it has no place above.
        self.key = ColorKey(models.theme, self)
        self.row.addWidget(self.key)
        self._scopes.chosen.connect(self._on_scope_chosen)
        models.focus.display_changed.connect(self._update_scope)
        self._update_scope()

    def update_theme(self) -> None:
        self.key.update_theme()
        super().update_theme()

    @Slot()
    def _update_scope(self) -> None:
        self._scopes.set_value(str(self._models.focus.display("scale")))

    @Slot(str)
    def _on_scope_chosen(self, scope: str) -> None:
        self._models.focus.set_display("scale", scope)


class ZoomControls(Overlay):
    """Fit and the zoom in per cent, which a click takes back to 100 %."""

    def __init__(self, models: Models, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(models.theme, parent, "canvas_zoom_controls")
        self._canvas = canvas
        theme = models.theme
        self.key = ColorKey(theme, self)
        self._fit = IconButton(theme, "fit", self.tr("Fit network in view"), self, name="canvas_fit", role="")
        self._fit.set_text(self.tr("Fit network in view"), "F")
        self._zoom = Button(theme, "100 %", self, name="canvas_zoom")
        self._zoom.setToolTip(self.tr("Zoom 100 % (Ctrl+0)"))
        for widget in (self.key, self._fit, self._zoom):
            self.row.addWidget(widget)
        self._fit.clicked.connect(canvas.fit)
        self._zoom.clicked.connect(self._on_zoom_clicked)
        canvas.zoomed.connect(self.refresh)
        self.refresh()

    def width_of(self, key: bool) -> int:
        """How wide the row would be, with or without the key of the colours."""
        widgets = (self.key, self._fit, self._zoom) if key else (self._fit, self._zoom)
        widths = [max(widget.sizeHint().width(), widget.minimumWidth()) for widget in widgets]
        return sum(widths) + self.row.spacing() * (len(widths) - 1)

    @Slot()
    def refresh(self) -> None:
        """Shows the zoom."""
        percent = f"{round(self._canvas.zoom * 100)} %"
        self._zoom.setText(percent)
        self._zoom.setAccessibleName(self.tr("Zoom {percent}").format(percent=percent))

    def update_theme(self) -> None:
        self.key.update_theme()
        # As wide as the widest text, so that nothing moves while zooming.
        self._zoom.setFixedWidth(self._theme.px(64))
        super().update_theme()

    @Slot()
    def _on_zoom_clicked(self) -> None:
        self._canvas.set_zoom(1.0)
