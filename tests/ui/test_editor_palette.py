"""The palette: every layer of the catalogue, found by mouse, search and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge
from playground.ui.editor.chip import Chip, kind_of, mime_of
from playground.ui.editor.palette import Palette
from playground.ui.models import Models
from tests.networks import CIRCLE, project
from tests.ui.canvases import LEFT, NONE, new_models

POPUPS = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return new_models(project(CIRCLE), tmp_path)


@pytest.fixture
def palette(qtbot, models: Models) -> Palette:
    made = Palette(models, None)
    qtbot.addWidget(made)
    made.resize(made.width(), 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def chip(palette: Palette, kind: str) -> Chip:
    return palette.findChild(Chip, f"chip_{kind}")


def shown(palette: Palette) -> list[str]:
    return [found.layer.name for found in palette.findChildren(Chip) if found.isVisible()]


def test_every_layer_has_a_chip_with_a_name_for_screen_readers(palette: Palette) -> None:
    assert sorted(shown(palette)) == sorted(CATALOGUE.layers)
    for kind, layer in CATALOGUE.layers.items():
        assert chip(palette, kind).accessibleName() == layer.label


def test_search_leaves_what_matches_and_enter_inserts_the_first(palette: Palette, models: Models, qtbot) -> None:
    palette.focus_search()
    field = palette.findChild(object, "layer_search")
    qtbot.keyClicks(field, "pool")
    assert set(shown(palette)) == {"max_pool", "avg_pool", "global_avg_pool"}
    qtbot.keyClicks(field, "x")
    assert shown(palette) == []
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert len(shown(palette)) == len(CATALOGUE.layers)
    qtbot.keyClicks(field, "tanh")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert models.document.project.graph.nodes[-1].kind == "tanh"


def test_enter_inserts_the_layer_whose_name_begins_with_the_text(palette: Palette, models: Models, qtbot) -> None:
    palette.focus_search()
    field = palette.findChild(object, "layer_search")
    qtbot.keyClicks(field, "re")
    qtbot.waitUntil(lambda: chip(palette, "relu").mapTo(palette, QPoint()).y() < chip(palette, "dropout").mapTo(
        palette, QPoint()).y())  # fmt: skip
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert models.document.project.graph.nodes[-1].kind == "relu"
    # Without a text all stand where they always do.
    field.clear()
    assert [found.category for found in palette._board._shown] == list(CATALOGUE.layers.by_category())


def test_arrow_keys_walk_between_chips_and_enter_inserts(palette: Palette, models: Models, qtbot) -> None:
    palette.focus_search()
    qtbot.keyClick(palette.findChild(object, "layer_search"), Qt.Key.Key_Down)
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(palette.focusWidget(), key)
        walked.append(palette.focusWidget().layer.name)
    assert walked == ["image", "dense", "conv2d", "dense", "image"]
    chip(palette, "dense").setFocus()
    qtbot.keyClick(palette.focusWidget(), Qt.Key.Key_Return)
    assert models.document.project.graph.nodes[-1].kind == "dense"


def test_a_double_click_inserts_behind_the_selected_layer(palette: Palette, models: Models) -> None:
    models.focus.select(frozenset({"n2"}))
    QTest.mouseDClick(chip(palette, "dense"), LEFT)
    graph = models.document.project.graph
    new = graph.nodes[-1].id
    assert {Edge("n2", new), Edge(new, "n3")} <= set(graph.edges)
    assert models.focus.selection == {new}
    assert models.document.undo_stack.undoText() == "Add Dense"


def test_a_drag_carries_the_kind_and_a_ghost(palette: Palette, monkeypatch: pytest.MonkeyPatch) -> None:
    dragged = []
    monkeypatch.setattr(Chip, "_drag", lambda self, press: dragged.append((self.layer.name, press)))
    conv = chip(palette, "conv2d")
    start = conv.rect().center()
    QTest.mousePress(conv, LEFT, NONE, start)
    QTest.mouseMove(conv, start + QPoint(2, 0))
    assert dragged == []
    QTest.mouseMove(conv, start + QPoint(30, 20))
    QTest.mouseRelease(conv, LEFT, NONE, start + QPoint(30, 20))
    assert dragged == [("conv2d", start)]
    assert conv.ghost().size() == conv.size() * conv.devicePixelRatioF()


def test_only_known_layers_can_be_dropped() -> None:
    assert kind_of(mime_of("dense")) == "dense"
    assert kind_of(mime_of("nonsense")) is None
    text = QMimeData()
    text.setText("dense")
    assert kind_of(text) is None


@POPUPS
def test_the_rail_opens_a_category_as_a_popup(palette: Palette, models: Models, qtbot) -> None:
    palette.set_rail(True)
    assert palette.width() == 48
    QTest.mouseClick(palette.findChild(QToolButton, "rail_pooling"), LEFT)
    popup = palette.findChild(object, "layer_popup")
    chips = popup.findChildren(Chip)
    assert [found.layer.name for found in chips] == ["max_pool", "avg_pool", "global_avg_pool"]
    assert not palette.findChild(QToolButton, "rail_pooling").underMouse()
    qtbot.keyClick(chips[0], Qt.Key.Key_Return)
    assert models.document.project.graph.nodes[-1].kind == "max_pool"
    assert not popup.isVisible()


def test_the_rail_asks_for_the_palette_back(palette: Palette, qtbot) -> None:
    palette.set_rail(True)
    with qtbot.waitSignal(palette.rail_left):
        QTest.mouseClick(palette.findChild(QToolButton, "rail_leave"), LEFT)
    palette.set_rail(False)
    assert palette.width() == 216


def test_the_palette_follows_theme_and_zoom(palette: Palette, models: Models) -> None:
    models.theme.switch(name="light", zoom=1.75)
    assert palette.width() == 378
    assert chip(palette, "dense").height() == 49
