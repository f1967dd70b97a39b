"""The document: which project is being made, and the one door for edits."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import check
from playground.document.project import Project, read_project, to_json
from playground.document.shapes import Problem, Shape, infer
from playground.document.storage import atomic_write

MERGEABLE = 1


class Edit(QUndoCommand):
    """One undo step: the project before and after. Equal gesture tokens merge, so a slider drag is one step."""

    def __init__(
        self, document: Document, text: str, before: Project, after: Project, gesture: Hashable | None
    ) -> None:
        super().__init__(text)
        self._document, self._before, self._after, self._gesture = document, before, after, gesture

    def id(self) -> int:
        return -1 if self._gesture is None else MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Edit) or other._gesture != self._gesture:
            return False
        self._after = other._after
        # A drag that ends where it began is no step.
        self.setObsolete(self._after == self._before)
        return True

    def undo(self) -> None:
        self._document._swap(self._before)

    def redo(self) -> None:
        self._document._swap(self._after)


class Document(QObject):
    """The current project, its file and its undo stack.

    Every edit goes through `apply`. `changed(old, new)` follows every edit, undo and redo; `replaced(project)`
    follows opening another project, whose undo stack is empty.
    """

    changed = Signal(object, object)
    replaced = Signal(object)
    path_changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._project = project
        self._path: Path | None = None
        self._title = ""
        self._infer()

    def _infer(self) -> None:
        self._shapes = infer(self._project.graph, CATALOGUE.layers)
        self._problems = check(self._project, self._shapes)

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def shapes(self) -> dict[str, Shape | Problem]:
        """The result of shape inference for the project as it is now."""
        return self._shapes

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems of the project, errors first."""
        return self._problems

    @property
    def blocking(self) -> Problem | None:
        """The first problem that keeps the network from training."""
        first = self._problems[0] if self._problems else None
        return first if first is not None and first.severity == "error" else None

    @property
    def path(self) -> Path | None:
        """The file of the project; None before it is saved."""
        return self._path

    @property
    def title(self) -> str:
        """The name of its file, else what it was begun as; empty for neither."""
        return self._path.name if self._path is not None else self._title

    @property
    def modified(self) -> bool:
        """True when the file does not hold the project as it is now."""
        return not self.undo_stack.isClean()

    def apply(self, text: str, project: Project, merge: Hashable | None = None) -> None:
        """Makes `project` the current one as an undo step called `text`.

        Steps with the same `merge` token one after another become one. Nothing happens when nothing changed.
        """
        if project != self._project:
            self.undo_stack.push(Edit(self, text, self._project, project, merge))

    def _swap(self, project: Project) -> None:
        old, self._project = self._project, project
        self._infer()
        self.changed.emit(old, project)

    def replace(self, project: Project, path: Path | None, title: str = "") -> None:
        """Makes another project the document; its history begins here. `title` is what it is called without a file."""
        self._project, self._path, self._title = project, path, title
        self._infer()
        self.undo_stack.clear()
        self.replaced.emit(project)
        self.path_changed.emit()

    def open(self, path: Path) -> None:
        """Opens a project file. Raises ProjectError and changes nothing when it cannot be read."""
        self.replace(read_project(path, CATALOGUE), path)

    def save(self, path: Path) -> None:
        """Writes the project to `path`, which becomes its file. Raises StorageError."""
        atomic_write(path, to_json(self._project))
        self._path = path
        self.undo_stack.setClean()
        self.path_changed.emit()
