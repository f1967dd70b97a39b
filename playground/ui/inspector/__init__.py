"""The inspector: the form of the selected layer, its shapes, its parameters and what it does."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.initialisation import FIRST_WEIGHTS, FROZEN, formula_of, is_frozen
from playground.catalog.layer import Cells, Layer
from playground.document.graph import Node
from playground.document.graph_file import NAME
from playground.document.params import Param, Value
from playground.document.project import TRAINING_PARAMS
from playground.document.shapes import Shape, ShapeError, input_shapes, shape_text
from playground.ui.controls.buttons import IconButton
from playground.ui.controls.labels import IconLabel, Label
from playground.ui.forms import Form
from playground.ui.hyper_parameters import sentence
from playground.ui.inspector.arithmetic import comparison, parameter_lines, size_formula, value_formula
from playground.ui.inspector.boxes import ParameterLines, ShapeBox
from playground.ui.inspector.connections import ConnectionEditor
from playground.ui.inspector.curve import ActivationCurve
from playground.ui.inspector.formula import FormulaBox
from playground.ui.inspector.kernels import KernelEditor
from playground.ui.inspector.picture import LayerPicture
from playground.ui.inspector.several import SeveralLayers
from playground.ui.inspector.sketch import Subject
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.panels import Panel

NAME_FIELD, SEED_FIELD = "node.name", "training.seed"
# The name stands in one form with the layer's own parameters, one of which may be called name too.
NAME_PARAM = replace(NAME, name=NAME_FIELD)
# So does the seed of all first weights, below the choice of this layer's.
SEED_PARAM = replace(
    next(param for param in TRAINING_PARAMS if param.name == "seed"),
    name=SEED_FIELD,
    label="Seed of all layers",
    help="The first weights of all layers are drawn with it. Another seed begins the training of all of them anew.",
)


def form_params(layer: Layer) -> tuple[Param, ...]:
    """What the form of a layer shows: its name, its parameters and the seed behind its first weights. What stands for
    cells has an editor of its own."""
    rows: list[Param] = [NAME_PARAM]
    for param in layer.params:
        if not isinstance(param, Cells):
            rows.append(param)
        if param is FIRST_WEIGHTS:
            rows.append(SEED_PARAM)
    return tuple(rows)


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
        self._lock = IconButton(theme, "lock", "", self.properties.header, name="freeze_weights", size="compact")
        self._lock.setCheckable(True)
        self.properties.add_control(self._lock)
        self._form = Form(theme, self.properties, name="layer_form")
        self._hint = Label("", self.properties, "secondary", "inspector_hint", wrap=True)
        self.several = SeveralLayers(theme, self.properties)
        self.properties.set_body(self._form)
        self.properties.set_body(self._hint)
        self.properties.set_body(self.several)
        self.shape = self._make_shape(parent)
        self.parameters = Panel(theme, self.tr("Parameters"), parent, name="parameters", padded=True)
        self._count = Label("", self.parameters.header, "figure", "parameter_count")
        self.parameters.add_control(self._count)
        self._lines = ParameterLines(theme, self.parameters)
        self.parameters.set_body(self._lines)
        self.help = self._make_help(parent)
        self._kernels = KernelEditor(models, parent)
        self._connections = ConnectionEditor(models, parent)
        self._form.edited.connect(self._on_edited)
        self._lock.clicked.connect(self._on_lock_clicked)
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
        self._size = FormulaBox(theme, panel, name="size_formula")
        panel.set_body(self._size)
        return panel

    def _make_help(self, parent: QWidget) -> Panel:
        theme = self._models.theme
        panel = Panel(theme, self.tr("What it does"), parent, name="help", padded=True)
        self._help = Label("", panel, "secondary", "layer_help", wrap=True)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._formula = FormulaBox(theme, panel, name="value_formula")
        self._picture = LayerPicture(theme, panel)
        self._curve = ActivationCurve(self._models, panel)
        for widget in (self._help, self._formula, self._picture, self._curve):
            panel.set_body(widget)
        return panel

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All of its panels, from the top."""
        return (
            self.properties, self.shape, self.parameters, self.help, self._kernels.panel, self._connections.panel,
        )  # fmt: skip

    @property
    def shown(self) -> tuple[Panel, ...]:
        """The panels that have something to say now."""
        if self.node is None:
            return self.panels[:1]
        editors = (editor.panel for editor in (self._kernels, self._connections) if editor.shown)
        return (self.properties, self.shape, self.parameters, self.help, *editors)

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
        self._update_facts(node)
        self._update_lock(node)
        self.shown_changed.emit()
        self._form.setVisible(node is not None)
        self._hint.setVisible(node is None)
        graph = self._models.document.project.graph
        count = sum(chosen in graph for chosen in self._models.focus.selection)
        several = count > 1
        self.several.setVisible(several)
        if node is None:
            title = self.tr("{count} layers").format(count=whole(count))
            self.properties.title.setText(title if several else self.tr("No layer selected"))
            self.kind.setText("")
            self.properties.set_bar("")
            self._hint.setText(
                self.tr("Change all of them at once. Select one layer alone to see its properties.")
                if several
                else self.tr("Click a layer on the canvas to see and change its properties.")
            )
            return
        layer = CATALOGUE.layers[node.kind]
        self.properties.title.setText(node.name or layer.label)
        self.kind.setText(layer.label if node.name else layer.card_title(node.params).removeprefix(layer.label).strip())
        self.properties.set_bar(f"category.{layer.category}")
        self._update_form(node, layer)

    def _update_lock(self, node: Node | None) -> None:
        frozen = node is not None and is_frozen(node.params)
        self._lock.setVisible(node is not None and FROZEN in CATALOGUE.layers[node.kind].params)
        self._lock.setChecked(frozen)
        self._lock.set_text(self.tr("Let weights learn") if frozen else self.tr("Freeze weights"), "Shift+F")

    def _update_form(self, node: Node, layer: Layer) -> None:
        seed = self._models.document.project.training.seed
        self._form.show_values(form_params(layer), {NAME_FIELD: node.name, SEED_FIELD: seed, **node.params})
        self._form.set_placeholder(NAME_FIELD, layer.card_title(node.params))
        if FIRST_WEIGHTS in layer.params:
            self._form.set_note(FIRST_WEIGHTS.name, formula_of(str(node.params[FIRST_WEIGHTS.name])))

    def _update_facts(self, node: Node | None) -> None:
        """Shapes, parameters, formulas, pictures and editors."""
        if node is None:
            self._curve.show_layer(None)
            self._kernels.show_layer(None, ())
            self._connections.show_layer(None, ())
            return
        layer, document = CATALOGUE.layers[node.kind], self._models.document
        arriving = input_shapes(document.project.graph, CATALOGUE.layers, document.shapes).get(node.id)
        if arriving is None:
            arriving = self._arriving(node)
        known = self._made(layer, node, arriving)
        # A bypassed layer hands on what it gets.
        leaving = arriving[0] if node.bypassed and arriving else known
        self._in.shape.setText(", ".join(dict.fromkeys(shape_text(shape) for shape in arriving)) or "–")
        self._out.shape.setText("–" if leaving is None else shape_text(leaving))
        self._update_arithmetic(layer, node, arriving, known)
        self._help.setText(layer.help)
        self._picture.show_layer(Subject(layer, node.params, arriving if known else (), known))
        self._curve.show_layer(node)
        self._kernels.show_layer(node, arriving)
        self._connections.show_layer(node, arriving)

    def _update_arithmetic(self, layer: Layer, node: Node, arriving: tuple[Shape, ...], made: Shape | None) -> None:
        """Parameters and formulas: all that follows from what a layer gets and makes."""
        values = node.params
        if made is None:
            self._count.setText("–")
            self._lines.show_lines([])
        else:
            count = layer.count(arriving, values)
            self._count.setText(whole(count))
            lines = parameter_lines(layer, values, arriving, made, count) if count else []
            self._lines.show_lines(lines, comparison(layer, arriving, made))
        # What is not known stands there as a letter.
        given = arriving if made else ()
        self._size.show_lines(size_formula(layer, values, given, made) if not node.bypassed else ())
        self._formula.show_lines(value_formula(layer, values, given, made))

    def _arriving(self, node: Node) -> tuple[Shape, ...]:
        """What the wires to a layer bring that takes no part in the network, because it is left out or bypassed."""
        document = self._models.document
        graph = document.project.graph
        shapes = (document.shapes.get(graph.seen_through(edge.source)) for edge in graph.incoming(node.id))
        return tuple(shape for shape in shapes if isinstance(shape, tuple))

    @staticmethod
    def _made(layer: Layer, node: Node, arriving: tuple[Shape, ...]) -> Shape | None:
        """What a layer makes of what arrives, whether or not it leads anywhere; None where it does not take that."""
        least, most = layer.inputs
        if node.bypassed or not least <= len(arriving) <= most:
            return None
        try:
            return layer.shape(arriving, node.params)
        except ShapeError:
            return None

    @Slot()
    def _on_lock_clicked(self) -> None:
        node, document = self.node, self._models.document
        if node is not None:
            frozen = not is_frozen(node.params)
            graph = document.project.graph.set_param(node.id, FROZEN.name, frozen)
            text = self.tr("Freeze weights") if frozen else self.tr("Let weights learn")
            document.apply(text, document.project.with_graph(graph))

    @Slot(str, object, object)
    def _on_edited(self, name: str, value: Value, gesture: Hashable) -> None:
        node, document = self.node, self._models.document
        if node is None:
            return
        if name == SEED_FIELD:
            document.apply(self.tr("Set seed of all layers"), document.project.with_training(seed=value), merge=gesture)
            return
        if name == NAME_FIELD:
            graph, text = document.project.graph.rename(node.id, str(value)), self.tr("Rename layer")
        else:
            layer = CATALOGUE.layers[node.kind]
            label = next(param.label for param in layer.params if param.name == name)
            graph, text = document.project.graph.set_param(node.id, name, value), sentence(self.tr("Set"), label)
        document.apply(text, document.project.with_graph(graph), merge=gesture)
