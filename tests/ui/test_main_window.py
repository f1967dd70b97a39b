"""The window as a whole: opening, workspaces, folding, keys, closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTranslator, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from playground.document.project import to_json
from playground.ui.layout_store import LayoutStore
from playground.ui.workspaces import WORKSPACES

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def tabs(window) -> list[str]:
    bar = window.menu_row.tabs
    return [bar.tabText(index) for index in range(bar.count())]


def test_it_opens_ready_to_train(window) -> None:
    assert window.models.runner.state == "ready"
    assert window.transport.train.isEnabled()
    assert window.workbench.workspace is WORKSPACES["train"]


def test_draw_is_there_for_images_only(window) -> None:
    assert tabs(window) == ["Build", "Train", "Inspect"]
    window.files.new("digits-mlp")
    assert tabs(window) == ["Build", "Train", "Draw", "Inspect"]
    window.show_workspace("draw")
    window.files.new("circle")
    assert tabs(window) == ["Build", "Train", "Inspect"]
    assert window.workbench.workspace is WORKSPACES["train"]


def test_a_click_on_a_tab_goes_there_and_keeps_the_selection(window, qtbot) -> None:
    window.models.focus.select(frozenset({"n2"}))
    bar = window.menu_row.tabs
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(0).center())
    assert window.workbench.workspace is WORKSPACES["build"]
    assert window.workbench.inspector.properties.isVisible()
    assert not window.workbench.hyper_parameters.panel.isVisible()
    assert window.models.focus.selection == {"n2"}
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.workbench.workspace is WORKSPACES["train"]
    assert window.workbench.hyper_parameters.panel.isVisible()


def test_a_switch_keeps_training(window, qtbot) -> None:
    window.training.toggle()
    window.show_workspace("build")
    qtbot.waitUntil(lambda: len(window.models.runner.record.epochs) > 2)
    assert window.models.runner.state == "training"


def test_p_folds_the_plots_and_l_the_palette(window, qtbot) -> None:
    editor = window.workbench.editor
    editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert window.workbench.bottom.strip.isVisible()
    assert window.workbench.bottom.height() == 36
    qtbot.mouseClick(window.workbench.bottom.strip.open_button, LEFT)
    assert not window.workbench.bottom.strip.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_L)
    assert window.workbench.palette_area.width() == 48
    qtbot.keyClick(window, Qt.Key.Key_L)
    assert window.workbench.palette_area.width() == 216


def test_a_large_zoom_folds_palette_and_plots_until_it_is_small_again(window) -> None:
    theme, bench = window.models.theme, window.workbench
    theme.switch(zoom=1.25)
    assert not bench.folded("palette")
    theme.step_zoom(1)
    assert bench.folded("palette")
    assert bench.folded("bottom")
    window.toggle_plots()
    assert not bench.folded("bottom")
    theme.step_zoom(-1)
    assert not bench.folded("palette")
    assert not bench.folded("bottom")
    assert window.models.settings["zoom"] == 1.25


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("zoom", [1.0, 1.75])
def test_every_workspace_stands_at_every_look(window, qtbot, theme: str, zoom: float) -> None:
    window.models.theme.switch(theme, zoom)
    for name in ("build", "train"):
        window.show_workspace(name)
        picture = window.grab().toImage()
        assert picture.width() == window.width()
        context = window.workbench.context
        assert context.minimumWidth() <= context.width() <= context.maximumWidth()


def test_splitters_are_kept_for_each_workspace(window, make_program, qtbot) -> None:
    bench = window.workbench
    total = bench.columns.width()
    bench.columns.setSizes([total - 460, 460])
    window.show_workspace("build")
    assert bench.context.width() == 384
    window.show_workspace("train")
    assert bench.context.width() == pytest.approx(460, abs=2)
    window.show_workspace("build")
    window.close_now()
    again = make_program()
    assert again.window.workbench.workspace is WORKSPACES["build"]
    again.window.show_workspace("train")
    assert again.window.workbench.context.width() == pytest.approx(460, abs=2)


def test_a_layout_over_which_the_last_start_died_is_not_used(settings) -> None:
    settings.set_layout("workspaces", {"train": {"context_width": 500}})
    settings.set_layout("workspace", "build")
    assert LayoutStore(settings).areas["train"].context_width == 500
    settings.set_layout("restoring", True)
    store = LayoutStore(settings)
    assert store.areas["train"].context_width == 384
    assert store.workspace == "train"


@pytest.mark.parametrize("stored", [None, 3, [], {"train": 7}, {"train": {"context_width": "wide"}},
                                    {"train": {"context_width": -5, "palette_folded": 1}}])  # fmt: skip
def test_a_damaged_layout_falls_back_to_the_usual_one(settings, stored: object) -> None:
    settings.set_layout("workspaces", stored)
    areas = LayoutStore(settings).areas["train"]
    assert areas.context_width == 384
    assert areas.palette_folded is False


def test_closing_asks_before_changes_are_lost(window, qtbot) -> None:
    change(window)
    window.close()
    assert window.isVisible()
    box = window.findChild(QMessageBox, "unsaved_changes")
    assert box.text() == "Save the changes to Two spirals?"
    # No drawings of the style beside ours.
    assert all(button.icon().isNull() for button in box.buttons())
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), LEFT)
    assert window.isVisible()
    window.close()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)
    assert not window.isVisible()


def test_closing_can_save(window, qtbot, tmp_path) -> None:
    path = tmp_path / "mine.nnp"
    window.models.document.save(path)
    change(window)
    window.close()
    box = window.findChild(QMessageBox, "unsaved_changes")
    with qtbot.waitSignal(window.closed):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Save), LEFT)
    assert path.read_bytes() == to_json(window.models.document.project)


def test_it_closes_while_training(window, qtbot) -> None:
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) > 0)
    thread = window.models.runner.thread_of_training
    assert thread is not None
    window.close_now()
    assert not window.isVisible()
    assert window.models.runner.thread_of_training is None


def test_a_project_dropped_on_the_window_is_opened(window, qtbot, tmp_path) -> None:
    path = tmp_path / "dropped.nnp"
    window.files.new("circle")
    path.write_bytes(to_json(window.models.document.project))
    window.files.new("spiral")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(QPointF(50, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(drop)
    assert window.models.document.path == path
    assert window.models.document.project.data.name == "circle"
    assert window.menu_row.file_name.text() == "dropped.nnp"


def test_the_canvas_lets_a_project_through_to_the_window(window, tmp_path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.nnp"))])
    viewport = window.workbench.editor.canvas.viewport()
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    other = QMimeData()
    other.setUrls([QUrl.fromLocalFile(str(tmp_path / "picture.png"))])
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, other, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, enter)
    assert not enter.isAccepted()


def test_moving_a_layer_reaches_no_thread(window, monkeypatch) -> None:
    submitted = []
    monkeypatch.setattr(window.models.runner, "submit", lambda project, *run: submitted.append(project))
    document = window.models.document
    graph = document.project.graph
    document.apply("Move", document.project.with_graph(graph.move("n2", 5, 5)))
    document.apply("Rename", document.project.with_graph(document.project.graph.rename("n2", "first")))
    assert submitted == []
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n2", "units", 5)))
    assert submitted == [document.project]


def test_handles_are_a_hairline_to_the_eye_and_seven_to_the_mouse(window) -> None:
    handle = window.workbench.columns.handle(1)
    assert handle.width() == 7
    assert handle.contentsRect().width() == 1
    at = handle.mapTo(window, handle.rect().center())
    assert all(window.childAt(at + QPoint(shift, 0)) is handle for shift in (-3, 0, 3))


def test_the_file_name_shows_that_there_are_changes(window, qtbot, tmp_path) -> None:
    window.models.document.save(tmp_path / "mine.nnp")
    assert window.menu_row.file_name.text() == "mine.nnp"
    change(window)
    assert window.menu_row.file_name.text() == "mine.nnp *"
    assert window.isWindowModified()
    window.actions_table["undo"].trigger()
    assert window.menu_row.file_name.text() == "mine.nnp"


def test_every_control_has_a_name(window) -> None:
    window.files.new("digits-cnn")
    for name in window.workbench.workspaces:
        window.show_workspace(name.name)
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and type(widget).__module__.startswith("playground.ui")
        and not (widget.objectName() and widget.accessibleName())
    ]
    assert nameless == []


class Longer(QTranslator):
    """A language whose texts are a third longer, as German ones are."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return text + "ä" * max(1, round(len(text) * 0.35))

    def isEmpty(self) -> bool:
        return False


@pytest.mark.parametrize("width", [1180, 1600])
def test_longer_texts_find_room(make_program, qapp, width: int, qtbot) -> None:
    longer = Longer()
    qapp.installTranslator(longer)
    try:
        window = make_program().window
        window.resize(width, 800)
        qtbot.waitUntil(lambda: window.width() == width)
        for name in ("build", "train"):
            window.show_workspace(name)
            for row in (window.menu_row, window.transport, window.status):
                inside = [child for child in row.findChildren(QWidget) if child.isVisible() and child.parent() is row]
                assert all(child.geometry().right() < row.width() for child in inside), row.objectName()
            assert window.workbench.context.width() <= 520
    finally:
        qapp.removeTranslator(longer)


def test_tab_walks_through_the_transport(window, qtbot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window.transport.train.setFocus(Qt.FocusReason.TabFocusReason)
    names = []
    for _ in range(4):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        names.append(window.focusWidget().objectName())
    assert names[:3] == ["batch_button", "epoch_button", "reset_button"]


def change(window) -> None:
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=7))
