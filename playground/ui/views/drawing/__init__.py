"""The drawing area: whatever is drawn goes into the network at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.pixels import resized
from playground.catalog.preparation import centred, downscaled
from playground.document.project import Project
from playground.engine.requests import Picture
from playground.ui.controls.boxes import CheckBox
from playground.ui.controls.buttons import IconButton
from playground.ui.controls.labels import Label
from playground.ui.controls.slider import Slider
from playground.ui.models import Models
from playground.ui.panels import WIDGET_MOST
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.samples import has_images
from playground.ui.views.drawing.paper import BRUSH, LARGEST_BRUSH, SMALLEST_BRUSH, Paper

Grey = NDArray[np.float32]

BRUSHES = (("dot_small", 12), ("dot", BRUSH), ("dot_large", 30))
BRUSH_STEP = 2
# The least height at 100 %, and the one from which everything has its place.
LOWEST, ROOMY = 142, 300


def prepared(ink: Grey, centre: bool, shape: tuple[int, ...]) -> Grey:
    """A drawing as a raw sample of this shape: made as MNIST's digits are, or only made smaller.

    On a drawing that was inverted the writing is what the rim is not, as for a photograph of light on dark.
    """
    if centre:
        rim = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        small = centred(1 - ink if rim.mean() > 0.5 else ink)
    else:
        small = downscaled(ink)
    channels, height, width = shape
    sized = np.clip(resized(small, height, width), 0, 1)
    return np.repeat(sized[None], channels, axis=0).astype(np.float32)


class DrawingView(View):
    """Paper, pen and eraser. Every change becomes the input that all views look at."""

    name = "drawing"
    title = str(QT_TRANSLATE_NOOP("View", "Draw"))
    workspaces = ("draw",)
    grows = False

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        theme = models.theme
        self.paper = Paper(theme, self.content)
        self.paper.setObjectName("drawing_paper")
        self.paper.setAccessibleName(self.tr("Drawing area: the left button draws, the right one erases"))
        self.undo_stack = self.paper.undo_stack
        self.setFocusProxy(self.paper)
        self.centre = CheckBox(theme, self.tr("Centre as MNIST"), self, name="drawing_centre")
        self.centre.setToolTip(self.tr("Scale the digit to 20 × 20 and put its centre of mass in the middle."))
        self._compact = False
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._make_tools()
        self._make_actions()
        self._lay_out()
        self._connect()
        self._set_brush(BRUSH)
        self._update_centre()
        self.update_theme()

    # -- making ---------------------------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        theme = self.models.theme

        def button(icon: str, text: str, name: str) -> IconButton:
            return IconButton(theme, icon, text, self.content, name=name, role="")

        self.pen = button("brush", self.tr("Pen. Off erases, as the right button does."), "drawing_pen")
        self.pen.setCheckable(True)
        self.pen.setChecked(True)
        self.undo = button("undo", self.tr("Undo"), "drawing_undo")
        self.clear = button("trash", self.tr("Clear"), "drawing_clear")
        self.invert = button("contrast", self.tr("Invert"), "drawing_invert")
        self.brushes = {
            size: button(icon, self.tr("Brush {size}").format(size=size), f"drawing_{icon}") for icon, size in BRUSHES
        }
        for choice in self.brushes.values():
            choice.setCheckable(True)
        self.brush = Slider(theme, self.content, name="drawing_brush", text=self.tr("Brush"))
        self.brush.setRange(SMALLEST_BRUSH, LARGEST_BRUSH)
        self.brush_text = Label("", self.content, "secondary", "drawing_brush_text")
        self.brush_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _make_actions(self) -> None:
        """The keys of the drawing area, at work while it is in view."""
        for name, text, keys, slot in (
            ("clear_drawing", self.tr("Clear drawing"), "X", self.paper.clear),
            ("invert_drawing", self.tr("Invert drawing"), "I", self.paper.invert),
            ("brush_smaller", self.tr("Brush smaller"), "[", self.make_brush_smaller),
            ("brush_larger", self.tr("Brush larger"), "]", self.make_brush_larger),
        ):
            action = QAction(text, self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(slot)
            self.addAction(action)
        self.clear.set_text(self.tr("Clear"), "X")
        self.invert.set_text(self.tr("Invert"), "I")

    def _lay_out(self) -> None:
        self._tools = QGridLayout()
        self._row = QHBoxLayout()
        self._row.addWidget(self.paper, 1)
        self._row.addLayout(self._tools)
        self._row.addStretch(0)
        self._foot = QWidget(self.content)
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.setContentsMargins(0, 0, 0, 0)
        self._foot_row.addWidget(Label(self.tr("Brush"), self._foot, "secondary"))
        self._foot_row.addWidget(self.brush, 1)
        self._foot_row.addWidget(self.brush_text)
        self._column = QVBoxLayout(self.content)
        self._column.addLayout(self._row)
        self._column.addWidget(self._foot)
        self._column.addStretch(1)
        self._place_tools()

    def _place_tools(self) -> None:
        """The tools in one column and the brush under the paper; where the height does not suffice, the tools in two
        columns and the brush by its buttons and keys alone."""
        compact = self._compact
        tools, brushes = (self.pen, self.undo, self.clear, self.invert), tuple(self.brushes.values())
        for tool in (*tools, *brushes):
            self._tools.removeWidget(tool)
        for row, tool in enumerate(tools):
            self._tools.addWidget(tool, row, 0)
        for row, tool in enumerate(brushes):
            self._tools.addWidget(tool, row + (0 if compact else len(tools) + 1), 1 if compact else 0)
        self._tools.setRowStretch(len(tools), 1)
        self._foot.setVisible(not compact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        compact = self.height() < self.models.theme.px(ROOMY)
        if compact != self._compact:
            self._compact = compact
            self._place_tools()
        # The tools stand beside the square, not at the far edge.
        lowered = self.height() - self.models.theme.px(token("space.panel_padding"))
        self.paper.setMaximumWidth(max(lowered, self.paper.minimumSizeHint().width()) if compact else WIDGET_MOST)

    def sizeHint(self) -> QSize:
        """As high as a square of the whole width needs, with everything in its place."""
        px, hint = self.models.theme.px, super().sizeHint()
        beside = 2 * px(token("space.panel_padding")) + self._row.spacing() + self.pen.sizeHint().width()
        below = self._column.spacing() + self._foot.sizeHint().height() + px(token("space.panel_padding"))
        return QSize(hint.width(), max(px(ROOMY), self.width() - beside + below))

    def minimumSizeHint(self) -> QSize:
        px = self.models.theme.px
        return QSize(super().minimumSizeHint().width(), px(LOWEST))

    def _connect(self) -> None:
        self.paper.drawn.connect(self._on_drawn)
        self._turn.timeout.connect(self._hand_over)
        self.pen.toggled.connect(self._on_pen_toggled)
        self.undo.clicked.connect(self.undo_stack.undo)
        self.clear.clicked.connect(self.paper.clear)
        self.invert.clicked.connect(self.paper.invert)
        self.undo_stack.canUndoChanged.connect(self.undo.setEnabled)
        self.undo.setEnabled(False)
        self.brush.valueChanged.connect(self._set_brush)
        for size, choice in self.brushes.items():
            choice.setProperty("brush", size)
            choice.clicked.connect(self._on_brush_chosen)
        self.centre.clicked.connect(self._on_drawn)
        self.models.document.replaced.connect(self._update_centre)
        self.models.document.changed.connect(self._on_project_changed)

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    def header_controls(self) -> list[QWidget]:
        return [self.centre]

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        padding = theme.px(token("space.panel_padding"))
        self._column.setContentsMargins(padding, 0, padding, padding)
        self._column.setSpacing(theme.px(8))
        self._row.setSpacing(theme.px(10))
        self._foot_row.setSpacing(theme.px(10))
        self._tools.setSpacing(theme.px(token("space.control_gap")))
        self.brush_text.setFixedWidth(theme.px(44))
        self.paper.update_theme()

    # -- what is drawn --------------------------------------------------------------------------------------------

    def load(self, ink: Grey) -> None:
        """Puts a picture into the drawing area, as large as fits: ink from 0 to 1, (height, width)."""
        self.paper.show_ink(ink)

    def _on_drawn(self) -> None:
        # Many moves of the mouse in one turn of the event loop make one picture.
        self._turn.start()

    def _hand_over(self) -> None:
        """Makes the drawing the input that all views look at."""
        shape = CATALOGUE.datasets[self.models.document.project.data.name].shape
        if len(shape) != 3:
            return
        if self.paper.is_empty:
            self.models.focus.set_input(None)
        else:
            self.models.focus.set_display("centred", self.centre.isChecked())
            self.models.focus.set_input(Picture.of(prepared(self.paper.ink(), self.centre.isChecked(), shape)))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._turn.isActive():
            self._turn.stop()
            self._hand_over()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.data.name != new.data.name:
            self._update_centre()

    def _update_centre(self) -> None:
        """Digits are centred as MNIST's are; clothes fill their pictures."""
        names = CATALOGUE.datasets[self.models.document.project.data.name].class_names
        self.centre.setChecked(names == tuple("0123456789"))
        if not self.paper.is_empty:
            self._on_drawn()

    # -- tools ----------------------------------------------------------------------------------------------------

    def _on_pen_toggled(self, drawing: bool) -> None:
        self.paper.erasing = not drawing

    def _on_brush_chosen(self) -> None:
        self._set_brush(self.sender().property("brush"))

    def make_brush_smaller(self) -> None:
        """A step down in width."""
        self._set_brush(self.paper.brush - BRUSH_STEP)

    def make_brush_larger(self) -> None:
        """A step up in width."""
        self._set_brush(self.paper.brush + BRUSH_STEP)

    def _set_brush(self, size: int) -> None:
        self.paper.set_brush(size)
        self.brush.setValue(self.paper.brush)
        self.brush_text.setText(self.tr("{size} px").format(size=self.paper.brush))
        for known, choice in self.brushes.items():
            choice.setChecked(known == self.paper.brush)
