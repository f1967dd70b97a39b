"""The main window: its rows, its actions, and what happens when it opens and closes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QMainWindow, QStyle, QVBoxLayout, QWidget

from playground.document.project import SUFFIX
from playground.ui.actions import Actions, Looks, Spec
from playground.ui.command_search import CommandSearch
from playground.ui.conditions import Answers
from playground.ui.controls.labels import Line
from playground.ui.controls.number_field import ParamField
from playground.ui.data_chooser import DataChooser
from playground.ui.download import Download
from playground.ui.files import Files
from playground.ui.icons import mark
from playground.ui.layout_store import LayoutStore
from playground.ui.menu_row import MenuRow
from playground.ui.models import Models
from playground.ui.notices import Notices
from playground.ui.shortcut_help import ShortcutHelp
from playground.ui.status import Status
from playground.ui.style import palette, style_sheet
from playground.ui.theme import token
from playground.ui.training import Devices, Training
from playground.ui.transport import Transport
from playground.ui.undo_routes import UndoRoutes
from playground.ui.workbench import BOTTOM, PALETTE, Workbench
from playground.ui.workspaces import WORKSPACES


class MainWindow(QMainWindow):
    """The window of one document. `first_painted` follows the first time it stands on the screen, `closed` its end."""

    first_painted = Signal()
    closed = Signal()

    def __init__(
        self, models: Models, training: Training, files: Files, download: Download, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.models, self.training, self.files, self.download = models, training, files, download
        self._painted = self._leaving = False
        self._search: CommandSearch | None = None
        self._chooser: DataChooser | None = None
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self._store = LayoutStore(models.settings)
        self._store.begin()
        self._apply_style()
        models.theme.changed.connect(self._on_theme_changed)
        self._undo = UndoRoutes(models.document.undo_stack, self)
        self.workbench = Workbench(models, self._store, self)
        self._make_actions()
        self._make_rows()
        self._listen()
        self._on_arranged()
        self._update_title()
        self._place()
        self.workbench.editor.setFocus()

    # -- making ---------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        owners = {
            "window": self,
            "training": self.training,
            "files": self.files,
            "download": self.download,
            "pace": self.training.pace,
            "devices": Devices(self.training),
            **self.workbench.editor.owners,
            "looks": Looks(self.models, self),
            "export": self.workbench.bottom.export,
            "diagram": self.workbench.bottom.diagram,
        }
        answers = Answers(self.models, self.training, self.download, self.workbench).as_mapping()
        self.actions_table = Actions(self.models.theme, owners, self._undo.group, answers, self)
        self.workbench.bottom.take_actions(self.actions_table)
        self.workbench.inspector.several.take_actions(self.actions_table.__getitem__)
        for number, workspace in enumerate(WORKSPACES.values(), 1):
            spec = Spec(f"show_{workspace.name}", "view", "", "", f"Ctrl+{number}", gap=number == 1)
            action = self.actions_table.add(spec, self._on_workspace_triggered)
            action.setData(workspace.name)
            action.setText(self.tr("Go to {}").format(workspace.translated_title()))

    def _make_rows(self) -> None:
        models = self.models
        self.menu_row = MenuRow(models, self.actions_table, self)
        self.transport = Transport(models, self.training, self.actions_table, self)
        self.status = Status(models, self.training, self)
        self.notices = Notices(models, self.training, self.files, self.download, self.workbench.banner, self)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        rows = (self.menu_row, self.transport, self.workbench, self.status)
        for number, row in enumerate(rows):
            if number:
                column.addWidget(Line(centre))
            column.addWidget(row, 1 if row is self.workbench else 0)
        self.setCentralWidget(centre)

    def _listen(self) -> None:
        models = self.models
        self.files.dialog_parent = self
        self.menu_row.workspace_chosen.connect(self.workbench.show_workspace)
        self.menu_row.recent_chosen.connect(self.files.open_path)
        self.transport.data_button_clicked.connect(self.choose_data)
        self.workbench.bottom.export.failed.connect(self.notices.show_sentence)
        self.workbench.arranged.connect(self._on_arranged)
        editor = self.workbench.editor
        editor.train_toggled.connect(self.training.toggle)
        editor.edit_requested.connect(self.edit_layer)
        for said in (self.files.saved, self.workbench.bottom.export.done, editor.hinted):
            said.connect(self.status.show_message)
        editor.taken_back.connect(self.status.take_back)
        models.document.path_changed.connect(self._update_title)
        models.document.modified_changed.connect(self._update_title)
        for changed in (models.focus.selection_changed, models.focus.display_changed, editor.scene.target_changed,
                        self.training.changed, self.training.pace.changed, self.download.changed):  # fmt: skip
            changed.connect(self.actions_table.refresh)
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_project_changed)

    def _place(self) -> None:
        self.setMinimumSize(QSize(*token("layout.minimum")))
        # The frame that the window manager adds must fit as well, or the status row is off the screen.
        frame = self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        screen = self.screen().availableSize() - QSize(0, frame)
        place = self._store.window
        self.resize(QSize(place.width, place.height).boundedTo(screen))
        if place.maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def add_views(self) -> None:
        """Makes the views; the window has painted before."""
        self.workbench.add_views()
        for view in self.workbench.views:
            self._undo.add(view)
            self.actions_table.adopt(view)

    # -- commands -------------------------------------------------------------------------------------------

    def show_workspace(self, name: str) -> None:
        """Goes to another workspace."""
        self.workbench.show_workspace(name)

    @Slot()
    def _on_workspace_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.show_workspace(action.data())

    @Slot()
    def toggle_plots(self) -> None:
        """Folds or unfolds the bottom panel."""
        self.workbench.toggle(BOTTOM)

    @Slot()
    def toggle_palette(self) -> None:
        """Makes the palette a rail or a palette again."""
        self.workbench.toggle(PALETTE)

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fills the screen, or is a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_table.refresh()

    @Slot()
    def choose_data(self) -> None:
        """Opens the data chooser under its button."""
        if self._chooser is None:
            self._chooser = DataChooser(self.models, self.training, self.download, self)
        self._chooser.open_under(self.transport.data_button)

    @Slot()
    def search_commands(self) -> None:
        """Opens the command search."""
        if self._search is None:
            self._search = CommandSearch(self.models.theme, self)
        self._search.open_over(self.actions_table.usable(), self)

    @Slot()
    def show_shortcuts(self) -> None:
        """Shows all keys."""
        ShortcutHelp(self.models.theme, self.actions_table, self).show()

    @Slot()
    def find_layer(self) -> None:
        """Searches for a layer to put at the selected wire or behind the selected layer, else in the palette."""
        if not self.workbench.editor.canvas.search.open_here():
            self.workbench.palette_area.focus_search()

    @Slot(str)
    def edit_layer(self, node: str) -> None:
        """Shows the form of a layer, with the cursor in it."""
        self.models.focus.select(frozenset({node}))
        self.show_workspace("build")
        self.workbench.turn.follow()
        self.workbench.inspector.focus_form()

    @Slot()
    def show_help(self) -> None:
        """Shows what the selected layer does."""
        self.show_workspace("build")
        self.workbench.context.ensureWidgetVisible(self.workbench.inspector.help)

    # -- following ------------------------------------------------------------------------------------------

    @Slot()
    def _on_arranged(self) -> None:
        shown, current = self.workbench.workspaces, self.workbench.workspace
        self.menu_row.show_workspaces(shown, current.name)
        for workspace in WORKSPACES.values():
            action = self.actions_table[f"show_{workspace.name}"]
            action.setVisible(workspace in shown)
        self.status.show_hint(current.translated_hint())
        self.actions_table.refresh()

    @Slot()
    def _on_project_changed(self) -> None:
        if self.menu_row.tabs.count() != len(self.workbench.workspaces):
            self._on_arranged()
        self.actions_table.refresh()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme, settings = self.models.theme, self.models.settings
        if (settings["theme"], settings["zoom"]) != (theme.name, theme.zoom):
            settings.set_values(theme=theme.name, zoom=theme.zoom)
        self._apply_style()

    def _apply_style(self) -> None:
        theme = self.models.theme
        QApplication.setPalette(palette(theme))
        self.setFont(theme.font("body"))
        self.setStyleSheet(style_sheet(theme))
        self.setWindowIcon(QIcon(mark(theme, 32)))

    @Slot()
    def _update_title(self) -> None:
        name = self.models.document.title or self.tr("New project")
        self.setWindowTitle(self.tr("{}[*] – Neural Network Playground").format(name))
        self.setWindowModified(self.models.document.modified)

    # -- events ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.UpdateRequest:
            handled = super().event(event)
            self.status.painted()
            if not self._painted:
                self._painted = True
                self._store.done()
                self.first_painted.emit()
            return handled
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._means_widget(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _means_widget(event: QKeyEvent) -> bool:
        """Space belongs to a focused button or list before it means Train."""
        presses = isinstance(QApplication.focusWidget(), (QAbstractButton, QComboBox))
        return presses and event.key() == Qt.Key.Key_Space

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What no widget needs comes here: Escape leaves it, and so does Enter in a field.
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (entered and isinstance(QApplication.focusWidget(), ParamField)):
            self.workbench.focus_home()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_path(path)

    @staticmethod
    def _dropped(event: QDropEvent) -> Path | None:
        urls = event.mimeData().urls()
        local = urls[0].toLocalFile() if len(urls) == 1 else ""
        return Path(local) if local.endswith(SUFFIX) else None

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.models.document.modified and not self._leaving:
            event.ignore()
            self.files.when_safe(self.close_now)
            return
        if not self.isMaximized() and not self.isFullScreen():
            self._store.window.width, self._store.window.height = self.width(), self.height()
        self._store.window.maximized = self.isMaximized()
        self.workbench.remember_sizes()
        self._store.write()
        self.download.cancel()
        self.models.runner.shut_down()
        self._undo.close()
        event.accept()
        self.closed.emit()

    def close_now(self) -> None:
        """Closes without asking."""
        self._leaving = True
        self.close()
