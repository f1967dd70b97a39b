"""Project files: new, open, save, and asking before changes are lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import SUFFIX, ProjectError, read_project
from playground.document.storage import StorageError
from playground.resources import WEIGHTS_SUFFIX, example
from playground.ui.gallery import Gallery
from playground.ui.models import Models
from playground.ui.submitter import Submitter
from playground.ui.training import Training

Buttons = QMessageBox.StandardButton


class Files(QObject):
    """Opens and saves the document. `failed(sentence)` says what went wrong, and nothing is changed then;
    `saved(sentence)` says that all is well.

    Dialogs are windows of their own beside the event loop, never loops inside it. `dialog_parent` is set by the
    window, over which they appear.
    """

    failed = Signal(str)
    saved = Signal(str)

    def __init__(self, models: Models, training: Training, submitter: Submitter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models, self._training, self._submitter = models, training, submitter
        self._waiting: Callable[[], None] | None = None
        self._dialog: QFileDialog | QMessageBox | None = None
        self.dialog_parent: QWidget | None = None

    # -- opening --------------------------------------------------------------------------------------------

    @Slot()
    def ask_new(self) -> None:
        """Shows the examples and begins a project from one."""
        assert self.dialog_parent is not None
        gallery = Gallery(self._models.theme, self.dialog_parent)
        gallery.chosen.connect(self.new)
        gallery.open()

    @Slot(str)
    def new(self, name: str) -> None:
        """Begins a project from an example."""
        self.when_safe(lambda: self._new(name))

    def _new(self, name: str) -> None:
        found = example(name)
        self._models.document.replace(read_project(found.path, CATALOGUE), None, found.title)

    def open_path(self, path: Path) -> None:
        """Opens a project file, after asking where changes would be lost."""
        self.when_safe(lambda: self._open(path))

    def _open(self, path: Path) -> None:
        try:
            self._models.document.open(path)
        except ProjectError as error:
            self.failed.emit(str(error))
            return
        self._remember(path)

    @Slot()
    def ask_open(self) -> None:
        """Asks for a project file and opens it."""
        self.when_safe(self._ask_open)

    def _ask_open(self) -> None:
        dialog = self._file_dialog(self.tr("Open a project"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file_to_open)
        dialog.open()

    @Slot(str)
    def _on_file_to_open(self, name: str) -> None:
        self._open(Path(name))

    # -- saving ---------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Saves to the project's file, or asks for one."""
        path = self._models.document.path
        if path is None:
            self.ask_save()
        else:
            self._save(path)

    @Slot()
    def ask_save(self) -> None:
        """Asks where to save and saves there."""
        dialog = self._file_dialog(self.tr("Save the project"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        path = self._models.document.path
        dialog.selectFile(str(path) if path is not None else self._proposed_name() + SUFFIX)
        dialog.fileSelected.connect(self._on_file_to_save)
        dialog.rejected.connect(self._on_refused)
        dialog.open()

    def _proposed_name(self) -> str:
        """The title of the document in letters and digits that every file system takes."""
        title = self._models.document.title or self.tr("network")
        return "-".join("".join(sign if sign.isalnum() else " " for sign in title.lower()).split())

    @Slot(str)
    def _on_file_to_save(self, name: str) -> None:
        self._save(Path(name))

    def _save(self, path: Path) -> None:
        try:
            self._models.document.save(path)
        except StorageError as error:
            self._waiting = None
            self.failed.emit(str(error))
            return
        # Old weights beside the file would be loaded with it the next time, so they are replaced too.
        if self._training.opened is not None and (self._training.trained or self._weights_beside(path)):
            self._submitter.save_weights(path)
        self._remember(path)
        self.saved.emit(self.tr("{} is saved.").format(path.name))
        self._go_on()

    @staticmethod
    def _weights_beside(path: Path) -> bool:
        return path.with_suffix(WEIGHTS_SUFFIX).exists()

    def _remember(self, path: Path) -> None:
        self._models.settings.remember(path)

    # -- data -----------------------------------------------------------------------------------------------

    @Slot()
    def ask_data_folder(self) -> None:
        """Asks for the folder with the files of data sets."""
        dialog = self._file_dialog(self.tr("Choose a data folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_data_folder)
        dialog.open()

    @Slot(str)
    def _on_data_folder(self, name: str) -> None:
        self._submitter.choose_folder(Path(name))

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self.dialog_parent, title)
        dialog.setObjectName("file_dialog")
        dialog.setNameFilters([self.tr("Projects") + f" (*{SUFFIX})", self.tr("All files") + " (*)"])
        path = self._models.document.path
        if path is not None:
            dialog.setDirectory(str(path.parent))
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        return dialog

    # -- asking ---------------------------------------------------------------------------------------------

    def when_safe(self, action: Callable[[], None]) -> None:
        """Does `action` at once, or after the user has saved or given up his changes; not at all when he cancels."""
        if not self._models.document.modified:
            action()
            return
        self._waiting = action
        box = QMessageBox(self.dialog_parent)
        box.setObjectName("unsaved_changes")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(self.tr("Save the changes?"))
        box.setText(
            self.tr("Save the changes to {}?").format(self._models.document.title or self.tr("this new project"))
        )
        box.setInformativeText(self.tr("They are lost otherwise."))
        box.setStandardButtons(Buttons.Save | Buttons.Discard | Buttons.Cancel)
        box.setDefaultButton(Buttons.Save)
        for button in box.buttons():
            # The drawings of the style are not ours, and the words say all.
            button.setIcon(QIcon())
        box.buttonClicked.connect(self._on_answer)
        box.finished.connect(box.deleteLater)
        self._dialog = box
        box.open()

    @Slot(object)
    def _on_answer(self, button: object) -> None:
        box = self._dialog
        assert isinstance(box, QMessageBox)
        match box.standardButton(button):  # type: ignore[arg-type]
            case Buttons.Save:
                self.save()
            case Buttons.Discard:
                self._go_on()
            case _:
                self._waiting = None

    @Slot()
    def _on_refused(self) -> None:
        self._waiting = None

    def _go_on(self) -> None:
        action, self._waiting = self._waiting, None
        if action is not None:
            action()
