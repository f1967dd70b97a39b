"""The layers of the network in their order, each with a small picture of what it makes of the sample."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP, QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.document.graph import Graph
from playground.document.shapes import shape_text
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.editor.neurons import probabilities
from playground.ui.editor.thumbnails import is_planar, never_negative
from playground.ui.inspect.looking import active, layer_of, looked_at, title_of, values_request
from playground.ui.models import Models
from playground.ui.pictures import (
    Numbers,
    color_table,
    pixel_picture,
    signed_levels,
    to_image,
    unscaled,
    zero_levels,
)
from playground.ui.theme import Theme, token
from playground.ui.views.base import View
from playground.ui.views.base.samples import paint_picture

ROW, THUMBNAIL, MARGIN = 42, 28, 8
# Values in a row are shown as so many columns of cells at most.
CELLS = 16
# So many steps the bar of a probability has.
BAR_COLUMNS = 28


def small_picture(values: Numbers, table: str, theme: Theme) -> QImage:
    """What a layer makes of the sample in a few pixels: its most active map, or its values as cells. A picture is
    itself."""
    if table == "image" and values.ndim == 3:
        return pixel_picture(unscaled(values), theme)
    if values.ndim > 2:
        shown = values[int(np.abs(np.nan_to_num(values)).reshape(len(values), -1).mean(axis=1).argmax())]
    elif values.ndim == 2:
        shown = values
    else:
        columns = max(1, min(CELLS, int(np.ceil(np.sqrt(len(values))))))
        shown = np.zeros(-(-len(values) // columns) * columns, np.float32)
        shown[: len(values)] = values
        shown = shown.reshape(-1, columns)
    levels = zero_levels(shown) if table == "from_zero" else signed_levels(shown)
    return to_image(levels, color_table(theme, table))


def share_picture(shares: Numbers, theme: Theme) -> QImage:
    """Probabilities as bars from the left, the largest at full strength; the first ones where they are many."""
    shown = np.nan_to_num(shares[:CELLS])
    lengths = np.arange(BAR_COLUMNS) < np.rint(shown * BAR_COLUMNS)[:, np.newaxis]
    strength = np.where(shown == shown.max(), 1.0, 0.5)[:, np.newaxis]
    # A line of ground between two bars tells them apart.
    rows = np.stack([lengths * strength, lengths * strength, np.zeros(lengths.shape)], axis=1)
    return to_image(zero_levels(rows.reshape(-1, BAR_COLUMNS), 1.0), color_table(theme, "from_zero"))


class LayerButton(QAbstractButton):
    """One layer: the bar of its category, name, number, output shape and small picture. `narrow` leaves the words
    out."""

    def __init__(self, theme: Theme, node: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.node = theme, node
        self._category, self._shape, self._number = "", "", 0
        self._image: QImage | None = None
        self._narrow = False
        self.setObjectName(f"layer_{node}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_layer(self, number: int, title: str, shape: str, category: str) -> None:
        """Shows these words and this bar. Layers count from the Input, which is number 0, as Keras numbers them."""
        self.setText(title)
        self._number, self._shape, self._category = number, shape, category
        told = (self.tr("Layer {number}").format(number=number), title, shape)
        self.setAccessibleName(", ".join(text for text in told if text))
        if self._narrow:
            self.setToolTip(self.accessibleName())
        self.update()

    def show_picture(self, image: QImage | None) -> None:
        """Shows another small picture."""
        self._image = image
        self.update()

    @property
    def image(self) -> QImage | None:
        """The small picture in view."""
        return self._image

    def set_narrow(self, narrow: bool) -> None:
        """Leaves the words out, or shows them."""
        self._narrow = narrow
        self.setToolTip(self.accessibleName() if narrow else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(token("layout.rail")), self._theme.px(ROW))

    minimumSizeHint = sizeHint

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def picture_rect(self) -> QRectF:
        """Where the small picture stands, square at the right."""
        side = self._theme.px(THUMBNAIL)
        right = self._theme.px(4 if self._narrow else token("space.panel_padding") + MARGIN)
        return QRectF(self.width() - right - side, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = theme.px(2 if self._narrow else MARGIN)
        ground = QRectF(self.rect()).adjusted(margin + 0.5, 1.5, -margin - 0.5, -1.5)
        if self.isChecked() or self.underMouse():
            ring = self.isChecked() and not self.hasFocus()
            painter.setPen(QPen(theme.color("accent.line"), 1) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent.tint" if self.isChecked() else "bg.card"))
            painter.drawRoundedRect(ground, theme.px(token("radius.control")), theme.px(token("radius.control")))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent.base"), token("state.focus.ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, theme.px(token("radius.control")), theme.px(token("radius.control")))
        width, height = (theme.px(token(f"card.category_bar.{side}")) for side in ("width", "height"))
        bar = QRectF(ground.left(), (self.height() - height) / 2, width, height)
        painter.fillRect(bar, theme.color(f"category.{self._category}"))
        picture = self.picture_rect()
        if self._image is not None:
            paint_picture(painter, picture, self._image, theme, "line.soft")
        if not self._narrow:
            self._paint_words(painter, QRectF(bar.right() + theme.px(9), 0, 0, self.height()), picture.left())

    def _paint_words(self, painter: QPainter, place: QRectF, end: float) -> None:
        theme = self._theme
        place.setRight(end - theme.px(6))
        top = (self.height() - theme.px(30)) / 2
        caption = QFontMetrics(theme.font("caption"))
        # Numbers of one and two digits have shapes under each other.
        column = caption.horizontalAdvance("00") + theme.px(6)
        lines = (
            ("control", "text.primary", self.text(), (0, 16), 0),
            ("caption", "text.secondary", str(self._number), (16, 14), 0),
            ("caption", "text.caption", self._shape, (16, 14), column),
        )
        for style, color, text, (below, height), indent in lines:
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(color))
            line = QRectF(place.left() + indent, top + theme.px(below), place.width() - indent, theme.px(height))
            shown = QFontMetrics(theme.font(style)).elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class LayersView(View):
    """The layers from Input to Output; a click selects one everywhere."""

    name = "layers"
    title = str(QT_TRANSLATE_NOOP("View", "Layers"))
    workspaces = ("inspect",)
    area = "left"
    interval = 0.1

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self.buttons: dict[str, LayerButton] = {}
        self._group = QButtonGroup(self)
        self._narrow = False
        self._scroll = QScrollArea(self.content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget(self._scroll)
        self._rows = QVBoxLayout(self._inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch(1)
        self._scroll.setWidget(self._inner)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self._group.buttonClicked.connect(self._on_clicked)
        models.focus.selection_changed.connect(self._update_checked)
        models.focus.input_changed.connect(self._on_input_changed)
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_project_changed)
        self.update_theme()
        self._update_layers()

    # -- layers ---------------------------------------------------------------------------------------------------

    def _update_layers(self) -> None:
        """One button for each layer, in order; buttons of layers that stay are kept, with their pictures."""
        document = self.models.document
        graph, nodes = document.project.graph, active(document.project)
        for gone in [node for node in self.buttons if node not in nodes]:
            button = self.buttons.pop(gone)
            self._group.removeButton(button)
            self._rows.removeWidget(button)
            button.hide()
            button.deleteLater()
        for number, node in enumerate(nodes):
            if node not in self.buttons:
                self.buttons[node] = button = LayerButton(self.models.theme, node, self._inner)
                button.set_narrow(self._narrow)
                button.installEventFilter(self)
                self._group.addButton(button)
            self._rows.insertWidget(number, self.buttons[node])
            shape = document.shapes.get(node)
            text = shape_text(shape) if isinstance(shape, tuple) else ""
            self.buttons[node].show_layer(number, title_of(graph.node(node)), text, layer_of(graph, node).category)
        self.buttons = {node: self.buttons[node] for node in nodes}
        self._update_checked()
        self.say("" if nodes else self.tr("There is no way from Input to Output yet. Connect the layers."))

    @Slot()
    def _update_checked(self) -> None:
        button = self.buttons.get(looked_at(self.models))
        if button is not None:
            button.setChecked(True)
            self._scroll.ensureWidgetVisible(button, 0, 0)

    def set_narrow(self, narrow: bool) -> None:
        """Shows the small pictures alone, as in a rail."""
        self._narrow = narrow
        # A scroll bar would cover the pictures; the wheel and the keys scroll without one.
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._scroll.setVerticalScrollBarPolicy(off if narrow else needed)
        for button in self.buttons.values():
            button.set_narrow(narrow)

    # -- frames ---------------------------------------------------------------------------------------------------

    def wants(self) -> tuple[Request, ...]:
        return (values_request(self.models),) if self.buttons else ()

    def show_frame(self, frame: Frame) -> None:
        found = frame.pictures.get(values_request(self.models))
        if found is None or not self.is_due():
            return
        graph = self.models.document.project.graph
        for node, button in self.buttons.items():
            values = found.get(node)
            if values is not None and values.size:
                button.show_picture(self._picture(graph, node, values))

    def _picture(self, graph: Graph, node: str, values: Numbers) -> QImage:
        """Classes and Softmax are bars, as on their cards; of Classes the values come as logits."""
        kind = graph.node(node).kind if node in graph else ""
        if kind in ("classes", "softmax") and values.ndim == 1:
            return share_picture(probabilities(values) if kind == "classes" else values, self.models.theme)
        return small_picture(values, _table(graph, node), self.models.theme)

    def refresh(self) -> None:
        self._update_layers()

    def update_theme(self) -> None:
        super().update_theme()
        for button in self.buttons.values():
            image, table = button.image, _table(self.models.document.project.graph, button.node)
            if image is not None and image.colorCount():
                image.setColorTable(list(color_table(self.models.theme, table)))
            button.updateGeometry()
            button.update()

    # -- what happens ---------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        # What stands beside it, such as the facts about a layer, is about the selected one.
        node = looked_at(self.models)
        if node and self.models.focus.selection != {node}:
            self.models.focus.select(frozenset({node}))
        super().showEvent(event)

    def _on_clicked(self, button: QAbstractButton) -> None:
        assert isinstance(button, LayerButton)
        self.models.focus.select(frozenset({button.node}))

    def _on_input_changed(self) -> None:
        if self.isVisible():
            self.wants_changed.emit()

    def _on_project_changed(self, *_: object) -> None:
        if self.isVisible():
            self._update_layers()
            self.wants_changed.emit()


def _table(graph: Graph, node: str) -> str:
    if node not in graph or is_planar(graph):
        return "signed"
    if graph.node(node).kind == "image":
        return "image"
    if graph.node(node).kind == "classes":
        return "from_zero"
    return "from_zero" if never_negative(graph.effective, node) else "signed"
