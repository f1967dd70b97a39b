"""What the inspector says of a layer: arithmetic, formulas, the curve with its values, first weights and freezing."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from playground.app import find_project
from playground.catalog.activations import ACTIVATIONS
from playground.document.shapes import infer, input_shapes, parameter_counts, shape_text
from playground.engine.loop import Loop
from playground.engine.session import Session
from playground.ui.controls.boxes import CheckBox, ChoiceBox
from playground.ui.inspector import Inspector
from playground.ui.inspector.arithmetic import comparison, parameter_lines, size_formula, value_formula
from playground.ui.inspector.boxes import ShapeBox
from playground.ui.inspector.curve import ActivationCurve
from playground.ui.inspector.drawings import drawing_of
from playground.ui.inspector.formula import FormulaBox
from playground.ui.inspector.picture import LayerPicture
from playground.ui.inspector.sketch import Subject
from playground.ui.panels import PanelColumn
from playground.ui.style import style_sheet
from playground.ui.theme import token
from tests.networks import LAYERS, branched, chain, points, project, values
from tests.random_graphs import random_graph
from tests.ui.stage import PLANE_PROJECT, answer, in_its_thread, make_models, plane_data, rgb

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TWO_SIZES = chain(
    "image", ("conv2d", {"filters": 8, "kernel": 5, "padding": "same"}),
    ("conv2d", {"filters": 16, "padding": "same"}), "max_pool", "flatten", ("dense", {"units": 30}),
    ("dense", {"units": 1}), "classes",
)  # fmt: skip


def find(window, name: str, kind: type):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return re.sub(r"[\u2009\u202f]", " ", text)


def facts(kind: str, in_shapes, **params):
    """A layer, its parameters, its inputs and its output."""
    chosen = values(kind, **params)
    return LAYERS[kind], chosen, in_shapes, LAYERS[kind].shape(in_shapes, chosen)


def formula_text(lines) -> str:
    """Formulas as a FormulaBox says them."""
    return "; ".join(
        "".join(part.text if hasattr(part, "text") else f"({_row(part.over)})/({_row(part.under)}){'!' * part.floor}"
                for part in line)
        for line in lines
    )  # fmt: skip


def _row(words) -> str:
    return "".join(word.text for word in words)


# -- arithmetic ---------------------------------------------------------------------------------------------------


def test_the_parameters_are_told_as_the_design_has_them():
    layer, chosen, given, made = facts("conv2d", ((8, 28, 28),), filters=16, padding="same")
    lines = parameter_lines(layer, chosen, given, made, 1168)
    assert lines == [("3 × 3 × 8 weights in each of 16 filters", 1152), ("one bias for each filter", 16)]
    layer, chosen, given, made = facts("dense", ((784,),), units=30)
    assert parameter_lines(layer, chosen, given, made, 23550) == [
        ("784 weights in each of 30 units", 23520), ("one bias for each unit", 30),
    ]  # fmt: skip
    layer, chosen, given, made = facts("dense", ((4,),), units=3, bias=False, removed="0-0 3-2")
    assert parameter_lines(layer, chosen, given, made, 10) == [
        ("4 weights in each of 3 units", 12), ("removed connections", -2),
    ]  # fmt: skip
    layer, chosen, given, made = facts("dense", ((4,),), units=3, bias=False)
    assert parameter_lines(layer, chosen, given, made, 12)[1] == ("removed connections", 0)


@pytest.mark.parametrize("seed", range(12))
def test_the_lines_add_up_to_the_count_for_every_layer(seed):
    graph = random_graph(seed)
    found = infer(graph, LAYERS)
    given = input_shapes(graph, LAYERS, found)
    for node_id, count in parameter_counts(graph, LAYERS, found).items():
        node = graph.node(node_id)
        lines = parameter_lines(LAYERS[node.kind], node.params, given[node_id], found[node_id], count) if count else []
        assert sum(number for _, number in lines) == count, node


@pytest.mark.row("D16")
def test_a_convolution_is_compared_with_a_dense_layer_for_the_same_task():
    layer, _, given, made = facts("conv2d", ((8, 28, 28),), filters=16, padding="same")
    text = plain(comparison(layer, given, made))
    assert text == "A Dense layer from 28×28×8 to 28×28×16 would need 78 675 968 weights."
    assert torch.nn.Linear(8 * 28 * 28, 28 * 28 * 16, device="meta").weight.numel() == 78_675_968
    assert comparison(*facts("dense", ((4,),))[::2], (8,)) == ""


@pytest.mark.row("D12")
@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"kernel": 5}, "(28 + 2·0 − 1·(5 − 1) − 1)/(1) + 1 = 24"),
        ({"kernel": 5, "padding": "same"}, "(28 + 2·2 − 1·(5 − 1) − 1)/(1) + 1 = 28"),
        ({"kernel": 4, "padding": "same"}, "(28 + 3 − 1·(4 − 1) − 1)/(1) + 1 = 28"),
        ({"kernel": 3, "stride": 2}, "(28 + 2·0 − 1·(3 − 1) − 1)/(2)! + 1 = 13"),
        ({"kernel": 3, "dilation": 2, "padding": "custom", "pad": 3}, "(28 + 2·3 − 2·(3 − 1) − 1)/(1) + 1 = 30"),
    ],
)
def test_the_output_size_of_a_convolution_is_told_with_its_numbers(params, text):
    layer, chosen, given, made = facts("conv2d", ((1, 28, 28),), **params)
    assert formula_text(size_formula(layer, chosen, given, made)) == text
    assert text.endswith(str(made[1]))


@pytest.mark.row("D12")
def test_so_is_that_of_pooling_and_of_an_uneven_picture():
    layer, chosen, given, made = facts("max_pool", ((8, 28, 28),), window=3, stride=2, pad=1)
    assert formula_text(size_formula(layer, chosen, given, made)) == "(28 + 2·1 − 3)/(2)! + 1 = 14"
    layer, chosen, given, made = facts("avg_pool", ((8, 10, 12),))
    lines = formula_text(size_formula(layer, chosen, given, made))
    assert lines == "(10 + 2·0 − 2)/(2) + 1 = 5; (12 + 2·0 − 2)/(2) + 1 = 6"
    layer, chosen, given, made = facts("flatten", ((8, 12, 12),))
    assert plain(formula_text(size_formula(layer, chosen, given, made))) == "12 × 12 × 8 = 1 152"


@pytest.mark.parametrize(
    ("channels", "params", "text"),
    [
        (1, {"kernel": 3, "activation": "relu"},
         "y[f,i,j] = relu(Σ w[f,m,n] · x[i + m, j + n] + b[f]); "
         "filter f, row i, column j, m and n from 0 to 2 in the window"),
        (6, {"kernel": 5, "stride": 2, "dilation": 3, "bias": False, "padding": "same"},
         "y[f,i,j] = Σ w[f,c,m,n] · x[c,2i + 3m, 2j + 3n]; "
         "filter f, row i, column j, m and n from 0 to 4 in the window; c over 6 input maps, x with its padding"),
    ],
)  # fmt: skip
def test_a_convolution_tells_how_it_computes(channels, params, text):
    assert formula_text(value_formula(*facts("conv2d", ((channels, 28, 28),), **params))) == text


def test_the_formula_of_a_convolution_is_what_pytorch_computes():
    layer, chosen, given, _ = facts("conv2d", ((2, 9, 9),), filters=3, kernel=3, stride=2, dilation=2)
    torch.manual_seed(1)
    module = layer.build(torch, given, chosen)
    x = torch.randn(2, 9, 9)
    weight, bias, made = module.weight, module.bias, module(x[None])[0]
    f, i, j = 1, 2, 1
    terms = [weight[f, c, m, n] * x[c, 2 * i + 2 * m, 2 * j + 2 * n]
             for c in range(2) for m in range(3) for n in range(3)]  # fmt: skip
    assert torch.allclose(made[f, i, j], sum(terms) + bias[f], atol=1e-5)


def test_every_layer_tells_how_it_computes():
    layer, chosen, given, made = facts("dense", ((784,),), units=30, activation="relu")
    assert formula_text(value_formula(layer, chosen, given, made)) == "y = relu(W x + b); W is 30 × 784"
    layer, chosen, given, made = facts("batch_norm", ((5,),))
    assert formula_text(value_formula(layer, chosen, given, made)) == "y = γ · (x − μ)/(√(σ² + 1e−5)) + β"
    for name, entry in ACTIVATIONS.items():
        assert entry.formula in formula_text(value_formula(*facts(name, ((4,),))))
    assert "slope = 0.1" in formula_text(value_formula(*facts("leaky_relu", ((4,),))))
    silent = {kind for kind in LAYERS if LAYERS[kind].inputs[0] and kind not in ("conv2d", "max_pool", "avg_pool")}
    for kind in silent - {"flatten", "reshape", "concat"}:
        shapes = ((4, 6, 6),) if kind == "global_avg_pool" else ((4,),)
        shapes *= LAYERS[kind].inputs[0]
        assert value_formula(LAYERS[kind], values(kind), shapes, LAYERS[kind].shape(shapes, values(kind))), kind


# -- pictures -----------------------------------------------------------------------------------------------------


def test_a_formula_is_painted_with_its_result_in_the_accent(qtbot, tmp_path):
    models = make_models(tmp_path)
    box = FormulaBox(models.theme, None, name="box")
    qtbot.addWidget(box)
    box.show_lines(size_formula(*facts("conv2d", ((1, 28, 28),), kernel=5)))
    assert box.text == "(28 + 2·0 − 1·(5 − 1) − 1) / 1 + 1 = 24"
    assert box.accessibleName() == box.text and box.isVisibleTo(box.parentWidget())
    box.resize(340, box.sizeHint().height())
    accent = models.theme.color("accent.base")
    pixels = rgb(box.grab().toImage())
    near = np.abs(pixels.astype(int) - [accent.red(), accent.green(), accent.blue()]).sum(axis=2) < 30
    assert near.sum() > 20 and near[:, : pixels.shape[1] // 2].sum() == 0
    height = box.sizeHint().height()
    models.theme.switch(zoom=1.75)
    assert box.sizeHint().height() > 1.5 * height
    box.show_lines(())
    assert not box.isVisibleTo(box.parentWidget())


def test_every_layer_that_computes_has_a_picture_that_fits(qtbot, tmp_path):
    models = make_models(tmp_path)
    picture = LayerPicture(models.theme, None)
    qtbot.addWidget(picture)
    without = set()
    for kind, layer in LAYERS.items():
        if drawing_of(layer) is None:
            without.add(kind)
            continue
        flat = kind in ("dense", "softmax", "classes", "dropout", "value")
        shapes = (((1568,) if kind == "reshape" else (6,)) if flat or kind == "reshape" else (4, 6, 6),)
        chosen = values(kind, **({"channels": 2} if kind == "reshape" else {}))
        shapes *= max(1, layer.inputs[0])
        for theme in ("dark", "light"):
            models.theme.switch(theme)
            picture.show_layer(Subject(layer, chosen, shapes, layer.shape(shapes, chosen)))
            picture.resize(picture.sizeHint())
            pixels = rgb(picture.grab().toImage())
            ink = np.abs(pixels.astype(int) - pixels[0, 0]).sum(axis=2) > 12
            assert ink.sum() > 300, kind
            assert not ink[:, [0, -1]].any() and not ink[[0, -1]].any(), f"{kind} is cut off"
    assert without == set(ACTIVATIONS)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param("sigmoid", {}, marks=pytest.mark.row("E01")),
        pytest.param("tanh", {}, marks=pytest.mark.row("E02")),
        pytest.param("relu", {}, marks=pytest.mark.row("E03")),
        pytest.param("leaky_relu", {"slope": 0.1}, marks=pytest.mark.row("E04")),
        pytest.param("elu", {"alpha": 1.0}, marks=pytest.mark.row("E06")),
        pytest.param("linear", {}, marks=pytest.mark.row("E07")),
    ],
)
def test_the_present_values_of_an_activation_lie_on_its_curve(qtbot, tmp_path, kind, params):
    made = project(chain("features", ("dense", {"units": 6}), (kind, params), ("dense", {"units": 1}), "value"))
    models = make_models(tmp_path, made, plane_data())
    curve = ActivationCurve(models, None)
    qtbot.addWidget(curve)
    curve.show_layer(made.graph.node("n3"))
    curve.resize(curve.sizeHint())
    before = rgb(curve.grab().toImage())
    session = Session(made, points())
    answer(session, [curve])
    x, y = curve.values
    trace = session.network.eval().trace(torch.from_numpy(points().test.x[:1]))
    assert np.allclose(x, trace["n2"][1][0].detach().numpy()) and np.allclose(y, trace["n3"][1][0].detach().numpy())
    assert "6 present values" in curve.accessibleName()
    assert (rgb(curve.grab().toImage()) != before).any()
    curve.show_layer(made.graph.node("n2"))
    assert curve.wants() == () and not curve.isVisibleTo(curve.parentWidget())


def test_a_layer_with_an_activation_shows_the_values_before_and_after(qtbot, tmp_path):
    models = make_models(tmp_path, PLANE_PROJECT, plane_data())
    curve = ActivationCurve(models, None)
    qtbot.addWidget(curve)
    curve.show_layer(PLANE_PROJECT.graph.node("n2"))
    answer(Session(PLANE_PROJECT, points()), [curve])
    x, y = curve.values
    assert x.size == 3 and np.allclose(np.tanh(x), y, atol=1e-6)


def test_a_layer_outside_the_network_asks_for_nothing(qtbot, tmp_path):
    graph, alone = PLANE_PROJECT.graph.add("tanh", values("tanh"))
    models = make_models(tmp_path, PLANE_PROJECT.with_graph(graph), plane_data())
    curve = ActivationCurve(models, None)
    qtbot.addWidget(curve)
    curve.show_layer(graph.node(alone))
    assert curve.wants() == ()


def test_every_layer_of_a_network_can_be_looked_at(qtbot, tmp_path):
    for graph, data in ((TWO_SIZES, "mnist"), (branched(), "digits")):
        models = make_models(tmp_path, project(graph, data))
        column = PanelColumn(models.theme, None, name="column")
        qtbot.addWidget(column)
        inspector = Inspector(models, column)
        for panel in inspector.panels:
            column.add(panel)
        column.resize(384, 900)
        column.show()
        for node in graph.nodes:
            models.focus.select(frozenset({node.id}))
            column.show_only(set(inspector.shown))
            assert column.grab().width() == 384
            made = models.document.shapes[node.id]
            assert find(column, "shape_out_text", QLabel).text() == shape_text(made)
        models.focus.select(frozenset())


class Facts:
    """The inspector in a column, on models without a window."""

    def __init__(self, qtbot, tmp_path, made) -> None:
        self.models = make_models(tmp_path, made)
        self.column = PanelColumn(self.models.theme, None, name="column")
        qtbot.addWidget(self.column)
        self.inspector = Inspector(self.models, self.column)
        for panel in self.inspector.panels:
            self.column.add(panel)
        self.column.show()

    def select(self, node_id: str) -> None:
        self.models.focus.select(frozenset({node_id}))
        self.column.show_only(set(self.inspector.shown))

    def edit(self, graph) -> None:
        self.models.document.apply("Edit", self.models.document.project.with_graph(graph))

    def text(self, name: str) -> str:
        return plain(find(self.column, name, QLabel).text())

    def formula(self, name: str) -> str:
        return find(self.column, name, FormulaBox).text


@pytest.mark.parametrize("name", ["lenet-5", "digits-cnn"])
def test_everything_fits_beside_the_scrollbar_at_every_zoom(qtbot, tmp_path, name):
    facts = Facts(qtbot, tmp_path, find_project(name)[0])
    column, theme = facts.column, facts.models.theme
    for zoom in (1.0, 1.25, 1.5, 1.75):
        theme.switch(zoom=zoom)
        column.setFont(theme.font("body"))
        column.setStyleSheet(style_sheet(theme))
        column.resize(theme.px(token("layout.context.min")), 500)
        for node in facts.models.document.project.graph.nodes:
            facts.select(node.id)
            column.grab()
            room = column.viewport().width()
            assert column.widget().width() == room, f"{node.kind} at {zoom}"
            for part in column.widget().findChildren(QWidget):
                # The matrix of a large layer scrolls by itself.
                if part.isVisible() and part.objectName() != "connection_grid":
                    right = part.mapTo(column.widget(), QPoint(part.width(), 0)).x()
                    assert right <= room, f"{part.objectName()} of {node.kind} at {zoom}"


def test_a_shape_keeps_its_numbers_where_there_is_little_room(qtbot, tmp_path):
    models = make_models(tmp_path)
    box = ShapeBox(models.theme, "In", None, name="shape")
    qtbot.addWidget(box)
    box.shape.setText("128 × 128 × 256")
    wide = box.shape.fontMetrics().horizontalAdvance(box.shape.text())
    for room, tip in ((wide + 40, ""), (wide + 10, ""), (wide // 2, "128 × 128 × 256")):
        box.resize(room, box.sizeHint().height())
        box.grab()
        assert box.shape.toolTip() == tip


def test_a_layer_that_leads_nowhere_tells_all_that_follows_from_what_arrives(qtbot, tmp_path):
    facts = Facts(qtbot, tmp_path, project(TWO_SIZES, "mnist"))
    graph, alone = TWO_SIZES.add("conv2d", values("conv2d", filters=4, kernel=5))
    facts.edit(graph.connect("n2", alone))
    facts.select(alone)
    assert (facts.text("shape_in_text"), facts.text("shape_out_text")) == ("28 × 28 × 8", "24 × 24 × 4")
    assert facts.formula("size_formula") == "(28 + 2·0 − 1·(5 − 1) − 1) / 1 + 1 = 24"
    assert facts.text("parameter_count") == "804" and facts.text("parameters_1") == "one bias for each filter"
    assert facts.formula("value_formula").startswith("y[f,i,j] = ")
    assert find(facts.column, "layer_picture", LayerPicture).isVisible()


def test_so_does_a_layer_of_a_network_whose_wire_was_let_go(qtbot, tmp_path):
    facts = Facts(qtbot, tmp_path, project(TWO_SIZES, "mnist"))
    (wire,) = facts.models.document.project.graph.incoming("n5")
    facts.edit(facts.models.document.project.graph.disconnect(wire))
    assert facts.models.document.blocking is not None
    facts.select("n3")
    assert facts.text("parameter_count") == "1 168" and facts.formula("size_formula").endswith("= 28")
    facts.select("n6")
    assert facts.text("shape_in_text") == facts.text("shape_out_text") == facts.text("parameter_count") == "–"
    assert facts.formula("value_formula") == "y = W x + b\nW is 30 × the number of inputs"
    assert find(facts.column, "layer_picture", LayerPicture).isVisible()


def test_a_layer_that_does_not_take_what_arrives_tells_only_that(qtbot, tmp_path):
    facts = Facts(qtbot, tmp_path, project(chain("image", ("dense", {"units": 3}), "classes"), "mnist"))
    facts.select("n2")
    assert (facts.text("shape_in_text"), facts.text("shape_out_text")) == ("28 × 28 × 1", "–")
    assert facts.text("parameter_count") == "–"
    assert facts.formula("value_formula") == "y = W x + b\nW is 3 × the number of inputs"


@pytest.mark.parametrize(
    ("kind", "size", "value"),
    [
        ("conv2d", "(n + 2·0 − 1·(3 − 1) − 1) / 1 + 1", "y[f,i,j] = Σ w[f,c,m,n] · x[c,i + m, j + n] + b[f]"),
        ("max_pool", "⌊(n + 2·0 − 2) / 2⌋ + 1", ""),
        ("dense", "", "y = W x + b"),
        ("add", "", "y = x₁ + x₂ + …"),
        ("global_avg_pool", "", "y = (Σ x) / n"),
        ("classes", "", "pᵢ = (exp xᵢ) / Σ exp xⱼ"),
    ],
)
def test_a_layer_without_a_wire_tells_how_it_computes_with_letters(qtbot, tmp_path, kind, size, value):
    graph, alone = TWO_SIZES.add(kind, values(kind))
    facts = Facts(qtbot, tmp_path, project(graph, "mnist"))
    facts.select(alone)
    assert (facts.formula("size_formula"), facts.formula("value_formula").split("\n")[0]) == (size, value)
    assert find(facts.column, "layer_picture", LayerPicture).isVisible()


def test_the_ends_of_a_network_tell_what_they_hand_over(qtbot, tmp_path):
    facts = Facts(qtbot, tmp_path, PLANE_PROJECT)
    for node_id, formula in (("n1", "y = (X₁, X₂)"), ("n4", "y = x")):
        facts.select(node_id)
        assert facts.formula("value_formula") == formula
        assert find(facts.column, "layer_picture", LayerPicture).isVisible()
    facts = Facts(qtbot, tmp_path, project(TWO_SIZES, "mnist"))
    facts.select("n1")
    assert facts.formula("value_formula") == "y[c,i,j] = x[c,i,j]\nthe pixel at row i and column j of channel c"
    assert find(facts.column, "layer_picture", LayerPicture).isVisible()


def test_classes_of_one_unit_are_drawn_as_the_sigmoid_that_their_formula_is(qtbot, tmp_path):
    models = make_models(tmp_path)
    picture = LayerPicture(models.theme, None)
    qtbot.addWidget(picture)
    drawn = []
    for count in (1, 2):
        picture.show_layer(Subject(*facts("classes", ((count,),))))
        picture.resize(picture.sizeHint())
        drawn.append(rgb(picture.grab().toImage()))
    assert (drawn[0] != drawn[1]).any()


def test_the_picture_of_a_dense_layer_claims_no_weights(qtbot, tmp_path):
    models = make_models(tmp_path)
    picture = LayerPicture(models.theme, None)
    qtbot.addWidget(picture)
    for theme in ("dark", "light"):
        models.theme.switch(theme)
        picture.show_layer(Subject(*facts("dense", ((2,),), units=4)))
        picture.resize(picture.sizeHint())
        pixels = rgb(picture.grab().toImage()).astype(int)
        for sign in ("positive", "negative"):
            color = models.theme.color(f"value.{sign}")
            far = np.abs(pixels - [color.red(), color.green(), color.blue()]).sum(axis=2)
            assert far.min() > 60


# -- first weights and freezing in the window ---------------------------------------------------------------------


@pytest.fixture
def building(window):
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n2"}))
    return window


def node(window, node_id: str = "n2"):
    return window.models.document.project.graph.node(node_id)


@pytest.mark.row("H07")
def test_first_weights_are_chosen_with_their_formula_and_the_seed_beside_them(building, qtbot):
    box = find(building, "layer_form_first_weights", ChoiceBox)
    note = find(building, "layer_form_first_weights_note", QLabel)
    assert note.text() == "evenly from −1/√n to 1/√n, biases too"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert node(building).params["first_weights"] == "he"
    assert note.text() == "around 0 with deviation √(2 / n)"
    field = find(building, "layer_form_training.seed", QLineEdit)
    assert field.text() == "1"
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert building.models.document.project.training.seed == 7
    row = field.parentWidget().parentWidget()
    assert "Seed of all layers" in [label.text() for label in row.findChildren(QLabel)]
    assert "all layers" in row.toolTip() and "training" in row.toolTip()
    assert building.actions_table["undo"].text() == "Undo Set seed of all layers"
    building.actions_table["undo"].trigger()
    assert field.text() == "1" and node(building).params["first_weights"] == "he"


def held(window, qtbot) -> dict[str, np.ndarray]:
    """The weights in the window's thread."""

    def look(loop: Loop) -> dict[str, np.ndarray]:
        return {name: value.numpy().copy() for name, value in loop.runnables[0].network.state_dict().items()}

    return in_its_thread(qtbot, window.models.runner, look)


@pytest.mark.row("D18")
def test_a_tick_freezes_a_layer_and_its_card_shows_a_lock(building, qtbot):
    card = building.workbench.editor.scene.cards["n2"]
    assert not card.state.frozen
    before = held(building, qtbot)
    qtbot.mouseClick(find(building, "layer_form_frozen", CheckBox), LEFT)
    assert node(building).params["frozen"] is True
    assert building.actions_table["undo"].text() == "Undo Set freeze weights"
    assert card.state.frozen and card.accessible_name.endswith("frozen")
    for _ in range(2):
        with qtbot.waitSignal(building.models.runner.thread_of_training.batch_finished):
            building.actions_table["batch"].trigger()
        qtbot.waitUntil(lambda: building.models.runner.state == "paused")
    after = held(building, qtbot)
    assert np.array_equal(before["n2.weight"], after["n2.weight"])
    assert not np.array_equal(before["n3.weight"], after["n3.weight"])


@pytest.mark.parametrize("kind", LAYERS)
def test_what_a_layer_does_is_told_in_two_sentences_or_three(kind):
    assert 2 <= len(re.findall(r"[.](?: |$)", LAYERS[kind].help)) <= 3
