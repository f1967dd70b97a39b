"""The way from the document to the training thread: valid edits are handed over, other projects opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from playground.catalog.dataset import Sources
from playground.document.project import Project
from playground.engine.events import Failed
from playground.engine.mailbox import Frame
from playground.engine.messages import Opened
from playground.ui.models import Models

WEIGHTS_SUFFIX = ".safetensors"


def trained_part(project: Project) -> object:
    """What of a project matters to training: everything but names and places on the canvas."""
    nodes = tuple((node.id, node.kind, node.params) for node in project.graph.nodes)
    return nodes, frozenset(project.graph.edges), project.data, project.training


class Submitter(QObject):
    """Submits edits while nothing blocks them and opens what replaces the document, with the weights beside its file.

    Weights that do not fit are left out; `weights_refused(sentence)` says so.
    """

    weights_refused = Signal(str)

    def __init__(self, models: Models, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._folder = folder
        self._submitted: object = None
        self._weights: Path | None = None
        models.document.changed.connect(self._on_document_changed)
        models.document.replaced.connect(self._on_document_replaced)
        models.runner.message.connect(self._on_message)
        models.runner.frame.connect(self._on_frame)

    @property
    def sources(self) -> Sources:
        """Where files of data sets are looked for: the folder named at the start, else the one of the settings."""
        chosen = self._models.settings["data_folder"]
        return Sources(self._folder or (Path(chosen) if chosen else None))

    def choose_folder(self, folder: Path) -> None:
        """Looks for data in another folder from now on, and opens the project anew with them."""
        self._folder = None
        self._models.settings["data_folder"] = str(folder)
        self.open()

    def use_downloads(self) -> None:
        """Looks for data in the user's cache from now on, and opens the project anew with them."""
        self._folder = None
        if self._models.settings["data_folder"]:
            self._models.settings["data_folder"] = ""
        self.open()

    @Slot()
    def open(self) -> None:
        """Opens the project of the document, with the weights beside its file where there are some."""
        document = self._models.document
        beside = document.path.with_suffix(WEIGHTS_SUFFIX) if document.path is not None else None
        self._weights = beside if beside is not None and beside.is_file() else None
        self._submitted = trained_part(document.project)
        self._models.runner.open(document.project, self.sources, self._weights)

    def save_weights(self, path: Path) -> None:
        """Writes the weights beside the project's file; the project inside them is the document's."""
        document = self._models.document
        if document.blocking is None:
            self._models.runner.submit(document.project)
        self._models.runner.save_weights(path.with_suffix(WEIGHTS_SUFFIX))

    @Slot(object, object)
    def _on_document_changed(self, old: Project, new: Project) -> None:
        part = trained_part(new)
        if self._models.document.blocking is None and part != self._submitted:
            self._submitted = part
            self._models.runner.submit(new)

    @Slot(object)
    def _on_document_replaced(self, project: Project) -> None:
        self.open()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, Opened):
            self._weights = None

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        failure = next((notice for notice in frame.notices if isinstance(notice, Failed)), None)
        if failure is not None and self._weights is not None:
            refused, self._weights = self._weights, None
            document = self._models.document
            self._models.runner.open(document.project, self.sources)
            self.weights_refused.emit(
                self.tr("{} was left out: {} Training starts anew.").format(refused.name, failure.reason)
            )
