"""The workspaces: the same document, seen for one purpose each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project


@dataclass(frozen=True)
class Workspace:
    """Which areas a workspace opens with. `own` names the panels of the window itself in its context column,
    `tabbed` gives its bottom panel summary and problems beside the plots."""

    name: str
    title: str
    hint: str
    own: str = ""
    palette: bool = True
    bottom: bool = True
    tabbed: bool = False
    images_only: bool = False

    def fits(self, project: Project) -> bool:
        """Whether there is something to do in it for this project."""
        return not self.images_only or len(CATALOGUE.datasets[project.data.name].shape) > 1

    def translated_title(self) -> str:
        """Its title in the user's language."""
        return QCoreApplication.translate("Workspace", self.title)

    def translated_hint(self) -> str:
        """What the user may do next in it."""
        return QCoreApplication.translate("Workspace", self.hint)


WORKSPACES = {
    workspace.name: workspace
    for workspace in (
        Workspace(
            "build",
            str(QT_TRANSLATE_NOOP("Workspace", "Build")),
            str(QT_TRANSLATE_NOOP("Workspace", "Drag a layer from the palette. Drag from a port to connect.")),
            own="inspector",
            tabbed=True,
        ),
        Workspace(
            "train",
            str(QT_TRANSLATE_NOOP("Workspace", "Train")),
            str(QT_TRANSLATE_NOOP("Workspace", "Space trains and pauses. Point at a neuron to see its picture large.")),
            own="hyper_parameters",
        ),
        Workspace(
            "draw",
            str(QT_TRANSLATE_NOOP("Workspace", "Draw")),
            str(QT_TRANSLATE_NOOP("Workspace", "Draw with the mouse. The prediction follows the pen.")),
            palette=False,
            bottom=False,
            images_only=True,
        ),
        Workspace(
            "inspect",
            str(QT_TRANSLATE_NOOP("Workspace", "Inspect")),
            str(QT_TRANSLATE_NOOP("Workspace", "Choose a layer and a sample. Point at a value to read it.")),
            own="facts",
            bottom=False,
        ),
    )
}
