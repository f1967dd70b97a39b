"""The inspector: the form of the selected layer, its shapes, its parameters and what it does."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.document.graph import Node
from playground.document.params import Value, Values
from playground.document.graph_file import NAME
from playground.document.shapes import Shape, active_inputs, active_nodes, parameter_counts, shape_text
from playground.ui.controls.labels import IconLabel, Label
from playground.ui.forms import Form
from playground.ui.hyper_parameters import sentence
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.panels import Panel
from playground.ui.theme import Theme, token

NAME_FIELD = "node.name"
# The name stands in one form with the layer's own parameters, one of which may be called name too.
NAME_PARAM = replace(NAME, name=NAME_FIELD)


class ShapeBox(QFrame):
    """A shape in a frame with a word above it."""

    def __init__(self, theme: Theme, title: str, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "box")
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(Label(title, self, "caption"))
        self.shape = Label("–", self, "figure", f"{name}_text")
        self._column.addWidget(self.shape)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        side, top = self._theme.px(token("space.steps")[1] + 2), self._theme.px(token("space.steps")[0] + 2)
        self._column.setContentsMargins(side, top, side, top)


class ParameterLines(QWidget):
    """Where the parameters of a layer come from: a line for the weights and one for the biases."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("parameter_lines")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._labels = [
            (Label("", self, "secondary", f"parameters_{row}", wrap=True), Label("", self, "body")) for row in range(2)
        ]
        for row, (text, count) in enumerate(self._labels):
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(text, row, 0)
            self._grid.addWidget(count, row, 1)

    def show_lines(self, lines: list[tuple[str, int]]) -> None:
        """Shows texts and their counts."""
        for number, (text, count) in enumerate(self._labels):
            given = number < len(lines)
            text.setText(lines[number][0] if given else "")
            count.setText(whole(lines[number][1]) if given else "")
            text.setVisible(given)
            count.setVisible(given)


class Inspector(QObject):
    """Panels about the one selected layer; with none or several selected, one sentence says what to do.
    `shown_changed` follows a change of `shown`, the panels that have something to say."""

    shown_changed = Signal()

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        theme = models.theme
        self.properties = Panel(theme, "", parent, name="properties", padded=True)
        self.kind = Label("", self.properties.header, "caption", "inspector_kind")
        self.properties.add_control(self.kind)
        self._form = Form(theme, self.properties, name="layer_form")
        self._hint = Label("", self.properties, "secondary", "inspector_hint", wrap=True)
        self.properties.set_body(self._form)
        self.properties.set_body(self._hint)
        self.shape = self._make_shape(parent)
        self.parameters = Panel(theme, self.tr("Parameters"), parent, name="parameters", padded=True)
        self._count = Label("", self.parameters.header, "figure", "parameter_count")
        self.parameters.add_control(self._count)
        self._lines = ParameterLines(theme, self.parameters)
        self.parameters.set_body(self._lines)
        self.help = Panel(theme, self.tr("What it does"), parent, name="help", padded=True)
        self._help = Label("", self.help, "secondary", "layer_help", wrap=True)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.set_body(self._help)
        self._form.edited.connect(self._on_edited)
        models.document.changed.connect(self.refresh)
        models.document.replaced.connect(self.refresh)
        models.focus.selection_changed.connect(self.refresh)
        self.refresh()

    def _make_shape(self, parent: QWidget) -> Panel:
        theme = self._models.theme
        panel = Panel(theme, self.tr("Shape"), parent, name="shape", padded=True)
        boxes = QWidget(panel)
        row = QHBoxLayout(boxes)
        row.setContentsMargins(0, 0, 0, 0)
        self._in = ShapeBox(theme, self.tr("In"), boxes, name="shape_in")
        self._out = ShapeBox(theme, self.tr("Out"), boxes, name="shape_out")
        row.addWidget(self._in, 1)
        row.addWidget(IconLabel(theme, "arrow_right", boxes))
        row.addWidget(self._out, 1)
        panel.set_body(boxes)
        return panel

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All of its panels, from the top."""
        return self.properties, self.shape, self.parameters, self.help

    @property
    def shown(self) -> tuple[Panel, ...]:
        """The panels that have something to say now."""
        return self.panels if self.node is not None else self.panels[:1]

    @property
    def node(self) -> Node | None:
        """The one selected layer."""
        graph, chosen = self._models.document.project.graph, self._models.focus.selection
        known = [node_id for node_id in chosen if node_id in graph]
        return graph.node(known[0]) if len(known) == 1 else None

    def focus_name(self) -> None:
        """Puts the cursor into the name of the layer."""
        self._form.focus(NAME_FIELD)

    def focus_form(self) -> None:
        """Goes to the first property of the layer, or to its name where it has none."""
        node = self.node
        params = CATALOGUE.layers[node.kind].params if node is not None else ()
        self._form.focus(params[0].name if params else NAME_FIELD)

    @Slot()
    def refresh(self) -> None:
        """Reads the selected layer from the document."""
        node = self.node
        self.shown_changed.emit()
        self._form.setVisible(node is not None)
        self._hint.setVisible(node is None)
        if node is None:
            several = len(self._models.focus.selection) > 1
            self.properties.title.setText(self.tr("Several layers") if several else self.tr("No layer selected"))
            self.kind.setText("")
            self.properties.set_bar("")
            self._hint.setText(
                self.tr("Select one layer alone to see its properties.")
                if several
                else self.tr("Click a layer on the canvas to see and change its properties.")
            )
            return
        layer = CATALOGUE.layers[node.kind]
        self.properties.title.setText(node.name or layer.label)
        self.kind.setText(layer.label if node.name else layer.card_title(node.params).removeprefix(layer.label).strip())
        self._form.show_values((NAME_PARAM, *layer.params), {NAME_FIELD: node.name, **node.params})
        self.properties.set_bar(f"category.{layer.category}")
        self._form.set_placeholder(NAME_FIELD, layer.card_title(node.params))
        self._help.setText(layer.help)
        self._update_shapes(node, layer)

    def _update_shapes(self, node: Node, layer: Layer) -> None:
        document = self._models.document
        graph, shapes = document.project.graph, document.shapes
        active = set(active_nodes(graph, CATALOGUE.layers))
        sources = active_inputs(graph, node.id, active) if node.id in active else ()
        given = tuple(shape for source in sources if isinstance(shape := shapes.get(source), tuple))
        made = shapes.get(node.id)
        self._in.shape.setText(", ".join(dict.fromkeys(shape_text(shape) for shape in given)) or "–")
        self._out.shape.setText(shape_text(made) if isinstance(made, tuple) else "–")
        count = parameter_counts(graph, CATALOGUE.layers, shapes).get(node.id)
        self._count.setText("–" if count is None else whole(count))
        self._lines.show_lines(
            self._origin(layer, node.params, given, made, count) if count and isinstance(made, tuple) else []
        )

    def _origin(
        self, layer: Layer, values: Values, given: tuple[Shape, ...], made: Shape, count: int
    ) -> list[tuple[str, int]]:
        """Weights and biases apart: the biases are what the layer has less of without them."""
        outputs = made[0]
        unit = self.tr("units") if len(made) == 1 else self.tr("maps")
        biases = count - layer.count(given, values.set("bias", False)) if values.get("bias") else 0
        weights = count - biases
        lines = [
            (self.tr("{} weights for each of {} {}").format(whole(weights // outputs), whole(outputs), unit), weights)
        ]
        if biases:
            one = self.tr("one bias for each unit") if len(made) == 1 else self.tr("one bias for each map")
            lines.append((one, biases))
        return lines

    @Slot(str, object, object)
    def _on_edited(self, name: str, value: Value, gesture: object) -> None:
        node, project = self.node, self._models.document.project
        if node is None:
            return
        if name == NAME_FIELD:
            graph, text = project.graph.rename(node.id, str(value)), self.tr("Rename layer")
        else:
            layer = CATALOGUE.layers[node.kind]
            label = next(param.label for param in layer.params if param.name == name)
            graph, text = project.graph.set_param(node.id, name, value), sentence(self.tr("Set"), label)
        self._models.document.apply(text, project.with_graph(graph), merge=gesture)
