"""The gallery: opened by key and menu, searched, walked through with arrows, and a project begun from it."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QMessageBox, QTableView

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge
from playground.document.project import read_project
from playground.resources import example, examples
from playground.ui.editor.edits import mended
from playground.ui.example_tile import WIDTH, ExampleTile
from playground.ui.gallery import GROUPS, Gallery
from playground.ui.network_picture import network_picture
from playground.ui.numbers import whole
from playground.ui.summary_model import OUTPUT, PARAMETERS
from playground.ui.theme import Theme
from tests.ui.stage import rgb

CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def gallery(window, qtbot) -> Gallery:
    """The gallery, opened by its key."""
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    found = window.findChild(Gallery)
    assert found.isVisible()
    return found


def names(gallery: Gallery) -> list[str]:
    return [tile.entry.example.name for tile in gallery.shown]


def ringed(gallery: Gallery) -> str:
    found = [tile.entry.example.name for tile in gallery.tiles if tile._ringed]
    assert len(found) == 1
    return found[0]


def test_every_example_has_a_tile_in_its_group(gallery) -> None:
    assert names(gallery) == [entry.name for entry in examples()]
    titles = [label.text() for label in gallery.findChildren(QLabel) if label.property("role") == "title"]
    assert titles == list(GROUPS.values()) and all(entry.group in GROUPS for entry in examples())
    tiles = {tile.objectName(): tile for tile in gallery.tiles}
    lenet = tiles["example_lenet-5"]
    assert lenet.entry.facts == "MNIST · 61\u202f706 parameters"
    assert lenet.accessibleName().startswith("LeNet-5. LeCun 1998")


def test_the_file_menu_begins_with_it(window) -> None:
    menu = window.findChild(QMenu, "file_menu")
    texts = [action.text() for action in menu.actions()]
    assert texts[:3] == ["New from example…", "Open…", "Open recent"]


def test_a_click_begins_the_project_and_closes_the_gallery(window, gallery, qtbot) -> None:
    tile = gallery.findChild(ExampleTile, "example_xor")
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert window.models.document.project == read_project(example("xor").path, CATALOGUE)
    assert not gallery.isVisible()


def test_typing_leaves_what_fits_and_enter_opens_the_first(window, gallery, qtbot) -> None:
    qtbot.keyClicks(gallery.field, "gauss")
    assert names(gallery) == ["gauss"] and ringed(gallery) == "gauss"
    assert [tile.isVisible() for tile in gallery.tiles].count(True) == 1
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.keyClick(gallery.field, Qt.Key.Key_Return)
    assert window.models.document.project.data.name == "gauss"


@pytest.mark.parametrize(("typed", "expected"), [
    ("concat", ["two-sizes"]),
    ("two br", ["two-sizes", "convnetjs"]),
    ("batchnorm", ["residual"]),
    ("stones alexnet", ["micrometeorites", "micrometeorites-wide"]),
    ("12\u202f668", ["micrometeorites"]),
    ("LENET", ["lenet-5"]),
])  # fmt: skip
def test_data_layers_and_numbers_can_be_searched_for(gallery, qtbot, typed: str, expected: list[str]) -> None:
    gallery.field.setText(typed)
    assert names(gallery) == expected


STUDENT_WORDS = {
    "softmax": ("digits-mlp", "digits-cnn", "lenet-5"),
    "CNN": ("digits-cnn", "fashion-cnn", "lenet-5", "convnetjs"),
    "MLP": ("digits-mlp", "circle", "nielsen"),
    "skip connection": ("residual",),
    "resnet": ("residual",),
    "perceptron": ("xor", "gauss"),
    "regression": ("plane",),
    "cross-entropy": ("digits-cnn",),
    "adam": ("lenet-5",),
    "sigmoid": ("nielsen",),
    "inception": ("two-sizes",),
    "empty": ("empty-points", "empty-images"),
    "blank": ("empty-points", "empty-images"),
}


@pytest.mark.parametrize("typed", STUDENT_WORDS)
def test_the_words_of_a_student_find_the_networks_they_mean(gallery, typed: str) -> None:
    gallery.field.setText(typed)
    assert set(STUDENT_WORDS[typed]) <= set(names(gallery))
    gallery.field.setText("MLP")
    assert not {"digits-cnn", "residual", "empty-points"} & set(names(gallery))
    gallery.field.setText("CNN")
    assert not {"digits-mlp", "circle", "empty-images"} & set(names(gallery))


@pytest.mark.parametrize(("name", "first", "search"), [
    ("empty-points", "Nothing reaches the output. Connect Features here.", "dense"),
    ("empty-images", "Nothing reaches the output. Connect Image here.", "conv"),
])  # fmt: skip
def test_an_empty_start_opens_with_its_one_problem_and_is_built_from_the_palette(
    window, gallery, qtbot, name: str, first: str, search: str
) -> None:
    document = window.models.document
    with qtbot.waitSignal(document.replaced):
        qtbot.mouseClick(gallery.findChild(ExampleTile, f"example_{name}"), Qt.MouseButton.LeftButton)
    assert [problem.message for problem in document.problems] == [first]
    window.show_workspace("build")
    field = window.findChild(QLineEdit, "layer_search")
    window.models.focus.select(frozenset({"n1"}))
    qtbot.keyClicks(field, search)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert Edge("n1", "n3") in document.project.graph.edges
    for _ in range(4):
        if document.blocking is None:
            break
        document.apply("Mend", mended(document.project, document.blocking))
    assert document.blocking is None and "n3" in document.project.graph


def test_enter_opens_the_example_with_the_words_in_its_title(window, gallery, qtbot) -> None:
    qtbot.keyClicks(gallery.field, "two br")
    assert ringed(gallery) == "two-sizes"
    best, other = gallery.shown
    qtbot.waitUntil(lambda: best.isVisible() and (best.y(), best.x()) < (other.y(), other.x()))
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.keyClick(gallery.field, Qt.Key.Key_Return)
    assert window.models.document.project == read_project(example("two-sizes").path, CATALOGUE)


def test_a_search_without_result_says_so_and_enter_opens_nothing(window, gallery, qtbot) -> None:
    before = window.models.document.project
    qtbot.keyClicks(gallery.field, "zebra")
    nothing = gallery.findChild(QLabel, "nothing_fits")
    assert names(gallery) == [] and nothing.isVisible()
    qtbot.keyClick(gallery.field, Qt.Key.Key_Return)
    assert gallery.isVisible() and window.models.document.project is before
    gallery.field.clear()
    assert not nothing.isVisible() and ringed(gallery) == "empty-points"


def test_arrows_walk_over_the_tiles_and_enter_opens(window, gallery, qtbot) -> None:
    qtbot.waitUntil(lambda: gallery.tiles[-1].width() > 100)
    gallery.field.setFocus()
    tiles = {tile.entry.example.name: tile for tile in gallery.tiles}
    qtbot.keyClick(gallery.field, Qt.Key.Key_Right)
    assert ringed(gallery) == "empty-images"
    qtbot.keyClick(tiles["empty-images"], Qt.Key.Key_Down)
    assert ringed(gallery) == "xor"
    qtbot.keyClick(tiles["xor"], Qt.Key.Key_Down)
    assert tiles[ringed(gallery)].y() > tiles["xor"].y()
    here = ringed(gallery)
    qtbot.keyClick(tiles[here], Qt.Key.Key_Left)
    qtbot.keyClick(tiles[ringed(gallery)], Qt.Key.Key_Up)
    assert ringed(gallery) == "circle"
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.keyClick(tiles["circle"], Qt.Key.Key_Enter)
    assert window.models.document.project.data.name == "circle"


def test_the_ringed_tile_is_scrolled_into_view(gallery, qtbot) -> None:
    qtbot.waitUntil(lambda: gallery.tiles[-1].width() > 100)
    tiles = {tile.entry.example.name: tile for tile in gallery.tiles}
    for _ in range(12):
        qtbot.keyClick(tiles[ringed(gallery)], Qt.Key.Key_Down)
    last = tiles[ringed(gallery)]
    view = gallery._scroll.viewport()
    top = last.mapTo(view, QPoint(0, 0)).y()
    assert last.y() == max(tile.y() for tile in gallery.tiles)
    assert top >= 0 and top + last.height() <= view.height()


def test_escape_closes_and_changes_nothing(window, gallery, qtbot) -> None:
    before = window.models.document.project
    with qtbot.waitSignal(gallery.finished):
        qtbot.keyClick(gallery.field, Qt.Key.Key_Escape)
    assert window.models.document.project is before


def test_changes_are_not_lost_unasked(window, gallery, qtbot) -> None:
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=7))
    changed = document.project
    qtbot.mouseClick(gallery.findChild(ExampleTile, "example_xor"), Qt.MouseButton.LeftButton)
    box = window.findChild(QMessageBox, "unsaved_changes")
    assert box.isVisible() and document.project is changed
    with qtbot.waitSignal(document.replaced):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), Qt.MouseButton.LeftButton)
    assert document.project.data.name == "xor"


def test_it_fits_the_smallest_window_and_every_zoom(window, gallery, qtbot) -> None:
    gallery.close()
    window.resize(1180, 720)
    for zoom in (1.0, 1.75):
        window.models.theme.switch(zoom=zoom)
        window.files.ask_new()
        shown = next(dialog for dialog in window.findChildren(Gallery) if dialog.isVisible())
        assert shown.width() <= window.width() and shown.height() <= window.height()
        qtbot.waitUntil(lambda shown=shown: shown.tiles[0].width() >= window.models.theme.px(WIDTH))
        inner = shown._inner.rect()
        assert all(inner.contains(tile.geometry()) for tile in shown.tiles)
        assert not any(one.geometry().intersects(other.geometry()) for one, other in pairwise(shown.tiles))
        shown.close()


def test_the_network_like_alexnet_stands_in_the_summary_as_in_the_course(make_program, qtbot) -> None:
    """Rows M07 and N04: the fourteen rows, their shapes and parameters, and the sum."""
    window = make_program(ready=False).window
    window.show_workspace("build")
    window.files.ask_new()
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.mouseClick(window.findChild(ExampleTile, "example_micrometeorites"), Qt.MouseButton.LeftButton)
    cases = json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
    golden = next(case for case in cases if case["id"] == "micrometeorite_summary")["expected"]
    model = window.findChild(QTableView, "summary").model()
    rows = [[model.index(row, column).data() for column in (OUTPUT, PARAMETERS)] for row in range(model.rowCount())]
    wanted = [[" × ".join(whole(length) for length in shape), whole(count)] for _, shape, count in golden["table"]]
    plain = [[text.replace("\u00a0", " ") for text in row] for row in rows[1:15]]
    assert plain == wanted
    assert model.totals.parameters == golden["total"] == 12_668_290


# -- the pictures ---------------------------------------------------------------------------------------------


def picture(name: str, theme: Theme) -> QImage:
    return network_picture(read_project(example(name).path, CATALOGUE), theme, QSize(250, 130), 1.0)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_picture_shows_a_card_for_every_layer(qapp, theme: str) -> None:
    made = Theme(theme)
    pixels = rgb(picture("circle", made))
    card = made.color("bg.card")
    row = (pixels[65] == (card.red(), card.green(), card.blue())).all(axis=1)
    # Five cards stand side by side; each is one run of its colour, or several with its tiles between.
    runs = int(row[0]) + int((np.diff(row.astype(int)) == 1).sum())
    assert runs >= 5
    assert (pixels[0, 0] == made.color("bg.canvas").getRgb()[:3]).all()


def test_pictures_tell_networks_and_themes_apart(qapp) -> None:
    dark = Theme("dark")
    made = [picture(name, dark) for name in ("circle", "spiral", "lenet-5", "two-sizes", "residual")]
    assert all(first != second for at, first in enumerate(made) for second in made[:at])
    assert picture("circle", Theme("light")) != made[0]


def test_all_pictures_take_less_than_a_tenth_of_a_second(qapp) -> None:
    theme = Theme("dark")
    projects = [read_project(entry.path, CATALOGUE) for entry in examples()]
    network_picture(projects[0], theme, QSize(250, 130), 1.0)
    start = time.process_time()
    for project in projects:
        network_picture(project, theme, QSize(250, 130), 1.0)
    assert time.process_time() - start < 0.1
