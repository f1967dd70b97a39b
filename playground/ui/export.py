"""Copying and saving what the program can say as text: the PyTorch code and the summary."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.document.storage import StorageError, atomic_write
from playground.engine.export.tables import as_csv, as_markdown, as_text
from playground.ui.code_text import CodeText
from playground.ui.models import Models
from playground.ui.summary_model import NUMBERS, SummaryModel

CODE_SUFFIX = ".py"
# The columns of numbers among those that are copied.


class Export(QObject):
    """`done(sentence)` follows what went well and `failed(sentence)` what went wrong; `code_copied` and
    `summary_copied` follow a copy, `code_wanted` the wish to see the code."""

    done = Signal(str)
    failed = Signal(str)
    code_copied = Signal()
    summary_copied = Signal()
    code_wanted = Signal()

    def __init__(self, models: Models, code: CodeText, summary: SummaryModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._code, self._summary, self._parent = models, code, summary, parent

    # -- code -----------------------------------------------------------------------------------------------

    @Slot()
    def show_code(self) -> None:
        """Brings the PyTorch code into view."""
        self.code_wanted.emit()

    @Slot()
    def copy_code(self) -> None:
        """Puts the PyTorch code on the clipboard."""
        script = self._code.script
        if script is None:
            self.failed.emit(self._no_code())
            return
        QGuiApplication.clipboard().setText(script.text)
        self.done.emit(self.tr("The PyTorch code is copied."))
        self.code_copied.emit()

    @Slot()
    def ask_save_code(self) -> None:
        """Asks where to save the PyTorch code and saves it there."""
        if self._code.script is None:
            self.failed.emit(self._no_code())
            return
        dialog = QFileDialog(self._parent.window(), self.tr("Save the PyTorch code"))
        dialog.setObjectName("code_dialog")
        dialog.setNameFilters([self.tr("Python files") + f" (*{CODE_SUFFIX})", self.tr("All files") + " (*)"])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(CODE_SUFFIX.removeprefix("."))
        path = self._models.document.path
        if path is not None:
            dialog.setDirectory(str(path.parent))
        dialog.selectFile((path.stem if path is not None else self.tr("network")) + CODE_SUFFIX)
        dialog.fileSelected.connect(self._on_file_to_save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_file_to_save(self, name: str) -> None:
        script, path = self._code.script, Path(name)
        if script is None:
            self.failed.emit(self._no_code())
            return
        try:
            atomic_write(path, script.text.encode())
        except StorageError as error:
            self.failed.emit(str(error))
            return
        self.done.emit(self.tr("{} is saved.").format(path.name))

    def _no_code(self) -> str:
        return self.tr("There is no code yet. {}").format(self._code.problem)

    # -- summary --------------------------------------------------------------------------------------------

    @Slot()
    def copy_summary_text(self) -> None:
        """Puts the summary on the clipboard as aligned text."""
        self._copy_summary(as_text(self._summary.shown_rows(), NUMBERS), self.tr("The summary is copied as text."))

    @Slot()
    def copy_summary_markdown(self) -> None:
        """Puts the summary on the clipboard as a Markdown table."""
        table = as_markdown(self._summary.shown_rows(), NUMBERS)
        self._copy_summary(table, self.tr("The summary is copied as Markdown."))

    @Slot()
    def copy_summary_csv(self) -> None:
        """Puts the summary on the clipboard as comma-separated values."""
        self._copy_summary(as_csv(self._summary.plain_rows()), self.tr("The summary is copied as CSV."))

    def _copy_summary(self, text: str, sentence: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.done.emit(sentence)
        self.summary_copied.emit()
