"""The document: which project is being made, and the one door for edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import check
from playground.document.graph import MAX_ID
from playground.document.project import Project, read_project, to_json
from playground.document.shapes import Problem, Shape, infer
from playground.document.storage import atomic_write

MERGEABLE = 1


def begins_anew(old: Project, new: Project) -> bool:
    """Whether an edit leaves the weights behind: on other data, from another seed and on another device a new run
    begins."""
    training = old.training.seed, old.training.device
    return (old.data, *training) != (new.data, new.training.seed, new.training.device)


class Edit(QUndoCommand):
    """One undo step: the project and the number of its run, before and after. Equal gesture tokens merge, so a slider
    drag is one step."""

    def __init__(
        self, document: Document, text: str, before: Project, after: Project, runs: tuple[int, int],
        gesture: Hashable | None,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self._document, self._before, self._after, self._gesture = document, before, after, gesture
        self._run_before, self._run_after = runs

    def id(self) -> int:
        return -1 if self._gesture is None else MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Edit) or other._gesture != self._gesture:
            return False
        self._after, self._run_after = other._after, other._run_after
        if self._after == self._before:
            # A drag that ends where it began is no step, and the weights are those that it began with.
            self.setObsolete(True)
            if self._run_after != self._run_before:
                self.undo()
        return True

    def undo(self) -> None:
        self._document._swap(self._before, self._run_before, self._document.tr("Undo {}").format(self.text()))

    def redo(self) -> None:
        self._document._swap(self._after, self._run_after, self.text())


class WeightEdit(QUndoCommand):
    """One undo step that sets one number of a layer, which is in no project: the training thread is told."""

    def __init__(
        self, document: Document, text: str, name: str, index: tuple[int, ...], before: float, after: float
    ) -> None:
        super().__init__(text)
        self._document, self._name, self._index = document, name, index
        self._before, self._after, self._run = before, after, document.run

    def undo(self) -> None:
        self._document._by_hand[self._run] -= 1
        step = self._document.tr("Undo {}").format(self.text())
        self._document.number_set.emit(self._name, self._index, self._before, step)

    def redo(self) -> None:
        self._document._by_hand[self._run] += 1
        self._document.number_set.emit(self._name, self._index, self._after, self.text())


class Document(QObject):
    """The current project, its file and its undo stack.

    Every edit goes through `apply`. `changed(old, new)` follows every edit, undo and redo; `replaced(project)`
    follows opening another project, whose undo stack is empty. `modified_changed` follows what may change `modified`.
    `number_set(name, index, value, step)` asks for a weight or bias of the network to be set.
    """

    changed = Signal(object, object)
    replaced = Signal(object)
    path_changed = Signal()
    modified_changed = Signal()
    number_set = Signal(str, object, float, str)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        # What the canvas does to the places of cards in each edit: takes the project before the step, the one that
        # the step has made so far, and the one after the edit.
        self.arrange: Callable[[Project, Project, Project], Project] | None = None
        self._project = project
        self._path: Path | None = None
        self._title = self._last_step = ""
        self._run = self._last_run = 0
        self._weights_newer = False
        self._fork = MAX_ID
        # How many numbers of each run were set by hand.
        self._by_hand: Counter[int] = Counter()
        self.undo_stack.cleanChanged.connect(self.modified_changed)
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
        """True when the file does not hold the project, or the weights that it was trained to, as they are now."""
        return self._weights_newer or not self.undo_stack.isClean()

    @property
    def run(self) -> int:
        """The number of the run whose weights belong to the project as it is now; undo goes back to that of before."""
        return self._run

    @property
    def last_step(self) -> str:
        """What the last edit or undo did, as the user reads it."""
        return self._last_step

    @property
    def fork(self) -> int:
        """The last id before the new step that `changed` tells of: what was created after it was undone, and will not
        come back. The largest there can be where the step was undone or redone."""
        return self._fork

    @property
    def by_hand(self) -> bool:
        """Whether a number of the run was set by hand, and not taken back."""
        return self._by_hand[self._run] > 0

    def set_weights_newer(self, newer: bool) -> None:
        """Takes in that training has gone on since the weights were saved, or that they are saved."""
        if newer != self._weights_newer:
            self._weights_newer = newer
            self.modified_changed.emit()

    def apply(self, text: str, project: Project, merge: Hashable | None = None) -> None:
        """Makes `project` the current one as an undo step called `text`.

        Steps with the same `merge` token one after another become one. Nothing happens when nothing changed.
        """
        if project == self._project:
            return
        if self.arrange is not None:
            project = self.arrange(self._base(merge), self._project, project)
        self._push(text, project, begins_anew(self._project, project), merge)

    def set_number(self, text: str, name: str, index: tuple[int, ...], before: float, after: float) -> None:
        """Sets a weight or bias that has the value `before`, as an undo step called `text`. `name` is that of its
        parameter, such as "n3.weight", `index` its place in it."""
        self.undo_stack.push(WeightEdit(self, text, name, index, before, after))

    def begin_run(self, text: str) -> None:
        """Leaves the weights of the project behind, as an undo step called `text`."""
        self._push(text, self._project, True, None)

    def _push(self, text: str, project: Project, anew: bool, merge: Hashable | None) -> None:
        self._last_run += anew
        runs = self._run, self._last_run if anew else self._run
        self._fork = self._project.graph.last_id
        self.undo_stack.push(Edit(self, text, self._project, project, runs, merge))
        self._fork = MAX_ID

    def _base(self, merge: Hashable | None) -> Project:
        """The project that the next step is undone to."""
        last = self.undo_stack.command(self.undo_stack.index() - 1)
        going_on = merge is not None and isinstance(last, Edit) and last._gesture == merge
        return last._before if going_on and isinstance(last, Edit) else self._project

    def _swap(self, project: Project, run: int, step: str) -> None:
        old, self._project, self._run, self._last_step = self._project, project, run, step
        self._infer()
        self.changed.emit(old, project)

    def replace(self, project: Project, path: Path | None, title: str = "") -> None:
        """Makes another project the document; its history begins here. `title` is what it is called without a file."""
        self._project, self._path, self._title = project, path, title
        self._last_run += 1
        self._run = self._last_run
        self._infer()
        self.undo_stack.clear()
        self.set_weights_newer(False)
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
