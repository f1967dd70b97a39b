"""Forms in the real window: the inspector, the hyper-parameters, the data chooser and the list of problems."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from playground.document.params import Float, Int
from playground.ui.controls.boxes import CheckBox, ChoiceBox
from playground.ui.controls.scale import Scale
from playground.ui.controls.slider import Slider
from playground.ui.numbers import number, parse, whole
from tests.catalog.idx_files import contents, write

LEFT = Qt.MouseButton.LeftButton

# What the offscreen platform says when a popup opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def find(window, name: str, kind: type = QWidget):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def type_in(qtbot, field: QLineEdit, text: str) -> None:
    """Replaces the text of a field as a user does, and presses Enter."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def training(window):
    return window.models.document.project.training


# -- hyper-parameters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "value"), [("0.25", 0.25), ("0,25", 0.25), ("1e-3", 0.001), (" 1 ", 1.0)])
def test_a_typed_number_takes_comma_or_point(window, qtbot, typed: str, value: float) -> None:
    type_in(qtbot, find(window, "training_form_learning_rate", QLineEdit), typed)
    assert training(window).learning_rate == value


@pytest.mark.parametrize("typed", ["fast", "-1", "1e9", ""])
def test_a_bad_number_turns_red_says_why_and_changes_nothing(window, qtbot, typed: str) -> None:
    field = find(window, "training_form_learning_rate", QLineEdit)
    before = training(window)
    type_in(qtbot, field, typed)
    assert field.property("invalid") is True
    message = find(window, "training_form_learning_rate_message", QLabel)
    assert message.isVisible()
    assert message.text().startswith("Learning rate must be")
    assert training(window) is before
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.005"
    assert not message.isVisible()


def test_a_drag_of_a_slider_is_one_undo_step(window, qtbot) -> None:
    slider = find(window, "training_form_learning_rate_slider", Slider)
    stack = window.models.document.undo_stack
    middle = slider.height() // 2
    QTest.mousePress(slider, LEFT, pos=QPoint(slider.width() // 4, middle))
    for x in range(slider.width() // 4, slider.width() // 2, 3):
        QTest.mouseMove(slider, QPoint(x, middle))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(slider.width() * 3 // 4, middle))
    assert training(window).learning_rate > 0.1
    assert stack.count() == 1
    assert stack.undoText() == "Set learning rate"
    window.actions_table["undo"].trigger()
    assert training(window).learning_rate == 0.005
    assert find(window, "training_form_learning_rate", QLineEdit).text() == "0.005"


def test_a_drag_back_to_where_it_began_is_no_step(window, qtbot) -> None:
    slider = find(window, "training_form_learning_rate_slider", Slider)
    at = QPoint(round(slider._x_of(slider.value())), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=at)
    QTest.mouseMove(slider, QPoint(slider.width() - 20, at.y()))
    assert training(window).learning_rate > 1
    QTest.mouseRelease(slider, LEFT, pos=at)
    assert training(window).learning_rate == 0.005
    assert not window.models.document.modified
    assert not window.actions_table["undo"].isEnabled()


def test_two_drags_are_two_undo_steps(window, qtbot) -> None:
    slider = find(window, "training_form_learning_rate_slider", Slider)
    for share in (0.3, 0.6):
        qtbot.mouseClick(slider, LEFT, pos=QPoint(round(slider.width() * share), slider.height() // 2))
    assert window.models.document.undo_stack.count() == 2


def test_an_edit_while_training_reaches_the_thread_and_keeps_the_curves(window, qtbot) -> None:
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.epochs) > 1)
    type_in(qtbot, find(window, "training_form_learning_rate", QLineEdit), "0.02")
    rates = window.models.runner.record.batches
    qtbot.waitUntil(lambda: rates.column("learning_rate")[-1] == 0.02)
    assert window.models.runner.state == "training"
    assert rates.column("learning_rate")[0] == 0.005


def test_another_optimizer_brings_its_own_parameters(window, qtbot) -> None:
    box = find(window, "training_form_optimizer", ChoiceBox)
    assert find(window, "training_form_optimizer.beta1_row").isVisible()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert training(window).optimizer == "sgd"
    assert dict(training(window).optimizer_params) == {"momentum": 0.0, "nesterov": False}
    assert find(window, "training_form_optimizer.momentum_row").isVisible()
    rows = [row.objectName() for row in window.findChildren(QWidget) if row.objectName().endswith("beta1_row")]
    assert all(not find(window, row).isVisible() for row in rows)
    window.actions_table["undo"].trigger()
    assert training(window).optimizer == "adam"


def test_defaults_bring_the_usual_values_back(window, qtbot) -> None:
    qtbot.mouseClick(find(window, "defaults_button", QPushButton), LEFT)
    assert (training(window).learning_rate, training(window).batch_size) == (0.03, 10)
    assert training(window).epochs == 400


def test_the_peers_learning_rates_can_all_be_reached() -> None:
    values = Scale.of(Float("rate", "Rate", 0.03, minimum=1e-6, maximum=100.0, log=True)).values
    assert {1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10} <= set(values)
    decay = Scale.of(Float("decay", "L2", 0.0, minimum=0.0, maximum=10.0, log=True)).values
    assert {0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10} <= set(decay)
    batch = Scale.of(Int("batch", "Batch", 10, minimum=1, maximum=100_000)).values
    assert set(range(1, 17)) <= set(batch)


@pytest.mark.parametrize("param", [
    Float("share", "Share", 0.5, minimum=0.1, maximum=0.9),
    Float("noise", "Noise", 0.0, minimum=0.0, maximum=0.5),
    Float("momentum", "Momentum", 0.0, maximum=0.999),
    Int("units", "Units", 8, maximum=100_000),
    Int("size", "Size", 500, minimum=10, maximum=100_000),
])  # fmt: skip
def test_every_step_of_a_slider_is_a_good_value(param: Int | Float) -> None:
    values = Scale.of(param).values
    assert [param.check(value) for value in values] == list(values)
    assert list(values) == sorted(set(values))
    assert values[0] == param.minimum


@pytest.mark.parametrize(("text", "value"), [
    ("12", 12), (" 1 000", 1000), ("3,5", 3.5), ("−2", -2), ("5 px", 5), ("1e3", 1000.0), ("x", "x"), ("inf", "inf"),
])  # fmt: skip
def test_typed_texts_become_numbers(text: str, value: object) -> None:
    assert parse(text, "px") == value


@pytest.mark.parametrize("value", [0, 1, -3, 0.03, 0.0001, 1e-6, 1234, 99_999, 0.999, 0.99999, 2_147_483_646])
def test_a_shown_number_is_read_back_as_the_same(value: float) -> None:
    assert parse(number(value)) == value
    assert parse(whole(int(value))) == int(value)


# -- the inspector --------------------------------------------------------------------------------------------


@pytest.fixture
def building(window):
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n2"}))
    return window


def node(window, node_id: str = "n2"):
    return window.models.document.project.graph.node(node_id)


def test_with_nothing_selected_one_sentence_says_what_to_do(building) -> None:
    building.models.focus.select(frozenset())
    assert find(building, "inspector_hint", QLabel).isVisible()
    assert not find(building, "shape_panel").isVisible()


def test_it_shows_shapes_parameters_and_what_the_layer_does(building) -> None:
    assert find(building, "shape_in_text", QLabel).text() == "4"
    assert find(building, "shape_out_text", QLabel).text() == "8"
    assert find(building, "parameter_count", QLabel).text() == "40"
    assert find(building, "parameters_0", QLabel).text() == "4 weights in each of 8 units"
    assert find(building, "layer_help", QLabel).text().startswith("Every unit")


def test_the_lock_in_the_header_freezes_the_weights_in_one_step(building, qtbot) -> None:
    lock, stack = find(building, "freeze_weights", QToolButton), building.models.document.undo_stack
    flag = find(building, "layer_form_frozen", CheckBox)
    assert lock.isVisible() and not lock.isChecked() and lock.toolTip() == "Freeze weights (Shift+F)"
    qtbot.mouseClick(lock, LEFT)
    assert node(building).params["frozen"] is True and stack.count() == 1 and stack.undoText() == "Freeze weights"
    assert lock.isChecked() and flag.isChecked() and lock.accessibleName() == "Let weights learn"
    qtbot.mouseClick(flag, LEFT)
    assert not lock.isChecked()
    stack.undo()
    qtbot.waitUntil(building.isActiveWindow)
    lock.setFocus()
    qtbot.keyClick(lock, Qt.Key.Key_Space)
    assert node(building).params["frozen"] is False and stack.undoText() == "Let weights learn"
    building.models.focus.select(frozenset({"n1"}))
    assert not lock.isVisible()
    building.models.focus.select(frozenset({"n2", "n3"}))
    assert not lock.isVisible()


def test_units_can_be_typed_and_undone(building, qtbot) -> None:
    type_in(qtbot, find(building, "layer_form_units", QLineEdit), "5")
    assert node(building).params["units"] == 5
    assert find(building, "shape_out_text", QLabel).text() == "5"
    assert building.actions_table["undo"].text() == "Undo Set units"
    building.actions_table["undo"].trigger()
    assert node(building).params["units"] == 8


def test_a_tick_and_a_choice_change_the_layer(building, qtbot) -> None:
    qtbot.mouseClick(find(building, "layer_form_bias", CheckBox), LEFT)
    assert node(building).params["bias"] is False
    assert find(building, "parameter_count", QLabel).text() == "32"
    box = find(building, "layer_form_activation", ChoiceBox)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert node(building).params["activation"] == "none"


def test_a_layer_can_be_renamed_in_its_form(building, qtbot) -> None:
    field = find(building, "layer_form_node.name", QLineEdit)
    assert field.placeholderText() == "Dense 8"
    type_in(qtbot, field, "first")
    assert node(building).name == "first"
    assert building.workbench.inspector.properties.title.text() == "first"


def test_letters_belong_to_a_field_while_it_has_the_focus(building, qtbot) -> None:
    field = find(building, "layer_form_node.name", QLineEdit)
    field.setFocus()
    qtbot.keyClicks(field, "before p l e")
    assert field.text() == "before p l e"
    assert not building.workbench.folded("bottom")
    assert building.models.runner.state == "ready"


def test_fields_that_do_not_matter_are_hidden(window, qtbot) -> None:
    window.files.new("digits-cnn")
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n2"}))
    assert not find(window, "layer_form_pad_row").isVisible()
    qtbot.keyClick(find(window, "layer_form_padding", ChoiceBox), Qt.Key.Key_End)
    assert node(window).params["padding"] == "custom"
    assert find(window, "layer_form_pad_row").isVisible()
    qtbot.mouseClick(find(window, "layer_form_kernel_more", QToolButton), LEFT)
    assert node(window).params["kernel"] == 6


# -- summary and problems -------------------------------------------------------------------------------------


def test_a_line_of_the_summary_selects_its_layer(building, qtbot) -> None:
    table = find(building, "summary")
    index = table.model().index(3, 0)
    assert index.data() == "Dense 4"
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
    assert building.models.focus.selection == {"n4"}


def test_a_problem_is_listed_and_its_cure_mends_it(window, qtbot) -> None:
    window.files.new("digits-mlp")
    window.show_workspace("build")
    document = window.models.document
    graph = document.project.graph
    flatten = next(entry.id for entry in graph.nodes if entry.kind == "flatten")
    before, after = graph.incoming(flatten)[0], graph.outgoing(flatten)[0]
    document.apply("Delete", document.project.with_graph(graph.remove(flatten).connect(before.source, after.target)))
    tab = find(window, "bottom_tabs_problems", QToolButton)
    assert tab.text() == "Problems 1"
    qtbot.mouseClick(tab, LEFT)
    assert "flat input" in find(window, "problem_0_text", QLabel).text()
    qtbot.mouseClick(find(window, "cure_0", QPushButton), LEFT)
    assert document.blocking is None
    assert tab.text() == "Problems"
    assert find(window, "no_problems", QLabel).isVisible()


# -- data -----------------------------------------------------------------------------------------------------


def test_other_data_are_chosen_with_a_click_and_can_be_undone(window, qtbot) -> None:
    qtbot.mouseClick(window.transport.data_button, LEFT)
    qtbot.mouseClick(find(window, "data_xor", QToolButton), LEFT)
    assert window.models.document.project.data.name == "xor"
    qtbot.waitUntil(lambda: window.training.data.choice.name == "xor")
    assert window.transport.data_button.note == "500 points, noise 0 %"
    find(window, "data_chooser").hide()
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.training.data.choice.name == "spiral")


def test_noise_is_typed_in_per_cent_and_new_points_take_the_next_seed(window, qtbot) -> None:
    qtbot.mouseClick(window.transport.data_button, LEFT)
    type_in(qtbot, find(window, "data_form_set.noise", QLineEdit), "12 %")
    assert window.models.document.project.data.params["noise"] == 0.12
    qtbot.mouseClick(find(window, "new_points_button", QPushButton), LEFT)
    assert window.models.document.project.data.seed == 2
    qtbot.waitUntil(lambda: window.training.data.choice.seed == 2)
    assert window.transport.data_button.note == "500 points, noise 12 %"
    find(window, "data_chooser").hide()


def test_the_tiles_of_the_chooser_show_samples_of_what_is_at_hand(window, qtbot, monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    qtbot.mouseClick(window.transport.data_button, LEFT)

    def picture(name: str) -> QImage:
        return find(window, f"data_{name}", QToolButton).icon().pixmap(48, 48).toImage()

    # Without its files MNIST has an icon; the digits are built in.
    icon = picture("mnist")
    assert picture("digits") != icon
    find(window, "data_chooser").hide()
    write(tmp_path / "cache" / "neural-network-playground" / "mnist", contents())
    qtbot.mouseClick(window.transport.data_button, LEFT)
    assert picture("mnist") not in (icon, picture("digits"))
    find(window, "data_chooser").hide()
