"""The PyTorch code of the document: kept current, written only when somebody asks for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from playground.document.project import DataChoice, Project
from playground.engine.export.lines import Script
from playground.engine.export.script import Scaling, write_script
from playground.engine.messages import DataReady
from playground.ui.models import Models


class CodeText(QObject):
    """`script` is the code of the present network, None while the network has a problem; `problem` then says which.
    `changed` follows whatever may have made it another."""

    changed = Signal()

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._fitted: tuple[DataChoice, Scaling] | None = None
        self._written: tuple[Project, Scaling | None, Script] | None = None
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_project_changed)
        models.runner.message.connect(self._on_message)

    @property
    def problem(self) -> str:
        """Why there is no code; empty where there is."""
        blocking = self._models.document.blocking
        return blocking.message if blocking is not None else ""

    @property
    def script(self) -> Script | None:
        """The code, written anew only where the project has changed since."""
        if self.problem:
            return None
        project, scaling = self._models.document.project, self._scaling()
        if self._written is None or self._written[:2] != (project, scaling):
            self._written = (project, scaling, write_script(project, scaling))
        return self._written[2]

    def _scaling(self) -> Scaling | None:
        """What was fitted on the data of the project as it is now."""
        if self._fitted is None or self._fitted[0] != self._models.document.project.data:
            return None
        return self._fitted[1]

    @Slot()
    def _on_project_changed(self) -> None:
        self.changed.emit()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            data = message.data
            self._fitted = (message.choice, Scaling(tuple(data.shift.tolist()), tuple(data.scale.tolist())))
            self.changed.emit()
