"""The way from the document to the training thread: valid edits are handed over, other projects opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.document.graph import MAX_ID
from playground.document.project import Project, read_project
from playground.engine.messages import WeightsRefused
from playground.resources import WEIGHTS_SUFFIX, example, shipped_weights
from playground.ui.models import Models


def trained_part(project: Project) -> object:
    """What of a project matters to training: everything but names, places on the canvas and bypassed layers."""
    graph = project.graph.effective
    nodes = tuple((node.id, node.kind, node.params) for node in graph.nodes)
    return nodes, frozenset(graph.edges), project.data, project.training


def shipped_with(project: Project) -> Path | None:
    """The weights that come with the example whose layers, data and seed this project still has; None without any.

    Another seed asks for other first weights; what else is chosen for training leaves weights as they are.
    """
    for weights in shipped_weights():
        original = read_project(example(weights.name).path, CATALOGUE)
        same_training = replace(original, training=project.training)
        if trained_part(same_training) == trained_part(project) and original.training.seed == project.training.seed:
            return weights.path
    return None


class Submitter(QObject):
    """Submits edits while nothing blocks them and opens what replaces the document, with the weights beside its file
    or those that come with the example.

    Weights that do not fit are left out; `weights_refused(sentence)` says so.
    """

    weights_refused = Signal(str)

    def __init__(self, models: Models, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._folder = folder
        self._submitted: object = None
        # The smallest last id of new edits that the thread has not heard of.
        self._fork = MAX_ID
        models.document.changed.connect(self._on_document_changed)
        models.document.replaced.connect(self._on_document_replaced)
        models.document.number_set.connect(self._on_number_set)
        models.runner.message.connect(self._on_message)

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
        """Opens the project of the document, with the run beside its file where there is one. A project without a
        file begins with the weights that come with the example it was made from, where they still fit."""
        document = self._models.document
        project, run = document.project, document.run
        self._submitted = trained_part(project), run
        if document.path is None:
            self._models.runner.open(project, self.sources, shipped_with(project), go_on=False, run=run)
            return
        beside = document.path.with_suffix(WEIGHTS_SUFFIX)
        self._models.runner.open(project, self.sources, beside if beside.is_file() else None, run=run)

    def save_weights(self, path: Path) -> None:
        """Writes the weights beside the project's file; the project inside them is the document's."""
        document = self._models.document
        if document.blocking is None:
            self._models.runner.submit(document.project, document.run)
        self._models.runner.save_weights(path.with_suffix(WEIGHTS_SUFFIX))

    @Slot(object, object)
    def _on_document_changed(self, old: Project, new: Project) -> None:
        document = self._models.document
        self._fork = min(self._fork, document.fork)
        if document.blocking is not None:
            # Cards let go of pictures that no longer fit; the same project handed in again brings new ones.
            self._submitted = None
            return
        part = trained_part(new), document.run
        if part != self._submitted:
            self._submitted = part
            self._models.runner.submit(new, document.run, document.last_step, self._fork)
            self._fork = MAX_ID

    @Slot(object)
    def _on_document_replaced(self, project: Project) -> None:
        self.open()

    @Slot(str, object, float, str)
    def _on_number_set(self, name: str, index: tuple[int, ...], value: float, step: str) -> None:
        self._models.runner.set_number(name, index, value, step)

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, WeightsRefused):
            self.weights_refused.emit(
                self.tr("{} was left out: {} Training starts anew.").format(message.path.name, message.reason)
            )
