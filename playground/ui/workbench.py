"""The areas between transport and status row: palette, canvas, context column and bottom panel, by workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.ui.banner import Banner
from playground.ui.bottom import Bottom
from playground.ui.context_turn import ContextTurn
from playground.ui.controls.labels import Line
from playground.ui.editor.palette import Palette
from playground.ui.editor.view import EditorView
from playground.ui.folding import BOTTOM as BOTTOM
from playground.ui.folding import PALETTE as PALETTE
from playground.ui.folding import Folding
from playground.ui.giving_way import Given, giving_way
from playground.ui.hyper_parameters import HyperParameters
from playground.ui.inspector import Inspector
from playground.ui.layout_store import FIRST_WORKSPACE, LayoutStore
from playground.ui.models import Models
from playground.ui.panels import Panel, PanelColumn
from playground.ui.side import Side
from playground.ui.sizes import Sizes
from playground.ui.splitters import HairlineSplitter
from playground.ui.theme import token
from playground.ui.workspaces import WORKSPACES, Workspace

if TYPE_CHECKING:
    # Views import pyqtgraph, which takes its time: the window paints before they are loaded.
    from playground.ui.views.base import View


class Workbench(QWidget):
    """Shows one workspace at a time. A switch hides and shows panels; nothing is made or lost by it.

    `arranged` follows every change of workspace or of what is folded.
    """

    arranged = Signal()

    def __init__(self, models: Models, store: LayoutStore, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._store = models, store
        self._views: list[tuple[Panel, View]] = []
        self._centres: list[View] = []
        self._folding = Folding(models.theme, store)
        self._was_large = self._folding.is_large
        self.setObjectName("workbench")
        self._make_areas()
        self._lay_out()
        self._sizes = Sizes(models.theme, self._folding, self.columns, self.rows, self.context, self.bottom)
        self.turn = ContextTurn(models.focus, self._folding, self._sizes, self.context, self.editor, self)
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_document_replaced)
        models.theme.changed.connect(self._on_theme_changed)
        self.bottom.fold_requested.connect(self._on_fold_requested)
        self.bottom.export.code_wanted.connect(self._on_code_wanted)
        self.bottom.diagram.wanted.connect(self._on_diagram_wanted)
        self.inspector.shown_changed.connect(self._update_context)
        for area in (self.palette_area, self.side):
            area.rail_left.connect(self._on_rail_left)
        models.runner.attach(self.editor)
        self.arrange()

    def _make_areas(self) -> None:
        models, theme = self._models, self._models.theme
        self.palette_area = Palette(models, self)
        self.side = Side(theme, self)
        self.columns = HairlineSplitter(theme, Qt.Orientation.Horizontal, self, name="columns")
        self.rows = HairlineSplitter(theme, Qt.Orientation.Vertical, self.columns, name="rows")
        centre = QWidget(self.rows)
        self.banner = Banner(theme, centre)
        self._stack = QStackedWidget(centre)
        self.editor = EditorView(models, self._stack)
        self._stack.addWidget(self.editor)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self.bottom = Bottom(models, self.rows)
        self.context = PanelColumn(theme, self.columns, name="context")
        self.hyper_parameters = HyperParameters(models, self.context)
        self.inspector = Inspector(models, self.context)
        for panel in (self.hyper_parameters.panel, *self.inspector.panels):
            self.context.add(panel)

    def _lay_out(self) -> None:
        # What is left over goes to the canvas.
        for splitter in (self.rows, self.columns):
            splitter.setStretchFactor(0, 1)
            splitter.setStretchFactor(1, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.palette_area)
        row.addWidget(self.side)
        row.addWidget(Line(self, vertical=True))
        row.addWidget(self.columns, 1)

    # -- views ----------------------------------------------------------------------------------------------

    def add_views(self) -> None:
        """Makes the views. They are imported only now: they bring pyqtgraph, and the window has painted without."""
        from playground.ui.views import VIEWS

        models, theme = self._models, self._models.theme
        for at, kind in enumerate(view for view in VIEWS if view.area == "context"):
            panel = Panel(theme, kind.caption(), self.context, name=kind.name)
            self._take(panel, kind(models, panel))
            self.context.add(panel, at, stretch=1 if kind.grows else 0)
        self._pair_panels("network_input", "prediction")
        for kind in (view for view in VIEWS if view.area == "bottom"):
            panel = Panel(theme, kind.caption(), self.bottom.plots, name=kind.name)
            self._take(panel, kind(models, panel))
            self.bottom.plots.addWidget(panel)
        for kind in (view for view in VIEWS if view.area == "left"):
            panel = Panel(theme, kind.caption(), self.side, name=kind.name)
            self._take(panel, kind(models, panel))
            self.side.add(panel, self._views[-1][1])
        for kind in (view for view in VIEWS if view.area == "centre"):
            view = kind(models, self._stack)
            self._stack.addWidget(view)
            self._centres.append(view)
            models.runner.attach(view)
        for view in self.views:
            view.workspace_requested.connect(self.show_workspace)
        self.arrange()
        self.bottom.share_out()

    def _pair_panels(self, *names: str) -> None:
        """These panels may share a row."""
        panels = {view.name: panel for panel, view in self._views}
        self.context.pair(*(panels[name] for name in names))

    def _take(self, panel: Panel, view: View) -> None:
        panel.set_body(view)
        for control in view.header_controls():
            panel.add_control(control)
        self._views.append((panel, view))
        self._models.runner.attach(view)

    @property
    def views(self) -> tuple[View, ...]:
        """All views."""
        return (*(view for _, view in self._views), *self._centres)

    # -- workspaces -----------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """The workspace in view."""
        return WORKSPACES[self._store.workspace]

    @property
    def workspaces(self) -> tuple[Workspace, ...]:
        """The workspaces that this project has."""
        project = self._models.document.project
        return tuple(workspace for workspace in WORKSPACES.values() if workspace.fits(project))

    def show_workspace(self, name: str) -> None:
        """Goes to another workspace; selection, zoom and training stay as they are."""
        if name != self._store.workspace and WORKSPACES[name] in self.workspaces:
            self.remember_sizes()
            self._store.workspace = name
            self.arrange()
            self.focus_home()

    @property
    def shows_network(self) -> bool:
        """Whether the network is in view, so that it can be edited: Inspect has a sheet in its place."""
        return self._stack.currentWidget() is self.editor

    @Slot()
    def focus_home(self) -> None:
        """Gives the keyboard to what the workspace is about: the network, the paper to draw on or the sheet."""
        homes = (view for view in self.views if view.focusProxy() is not None and self._belongs(view))
        home: QWidget = next(homes, self.editor)
        home.setFocus(Qt.FocusReason.OtherFocusReason)

    def folded(self, area: str) -> bool:
        """Whether "palette" or "bottom" is folded now."""
        return self._folding.folded(area)

    def toggle(self, area: str) -> None:
        """Folds or unfolds "palette" or "bottom". Where it folds by itself that holds until the reason is gone."""
        self.remember_sizes()
        self._folding.toggle(area)
        self.arrange()

    def arrange(self) -> None:
        """Shows what belongs to the workspace, at the sizes it had."""
        workspace = self.workspace
        self._folding.given = self._giving_way()
        self.palette_area.set_rail(self.folded(PALETTE))
        self.bottom.arrange(self.folded(BOTTOM), workspace.tabbed)
        for panel, view in self._views:
            if view.area != "left":
                panel.setVisible(self._belongs(view))
        self._update_left()
        plots = [panel for panel, view in self._views if view.area == "bottom" and self._belongs(view)]
        self.bottom.end_with(plots)
        self._update_context()
        self.turn.begin()
        self.context.put_beside(self._folding.given.beside)
        centre = next((view for view in self._centres if workspace.name in view.workspaces), None)
        self._stack.setCurrentWidget(centre or self.editor)
        self.editor.set_workspace(workspace.name)
        self._update_rails()
        self._sizes.restore()
        self.arranged.emit()

    def _update_left(self) -> None:
        """The palette, or what a workspace has in its place."""
        shown = {panel for panel, view in self._views if view.area == "left" and self._belongs(view)}
        self.side.arrange(self.folded(PALETTE), shown)
        self.side.setVisible(bool(shown))
        self.palette_area.setVisible(not shown)

    def _belongs(self, view: View) -> bool:
        return self.workspace.name in view.workspaces and view.suits(self._models.document.project)

    @Slot()
    def _update_context(self) -> None:
        facts = (self.inspector.shape, self.inspector.parameters, self.inspector.help)
        own: tuple[QWidget, ...] = {
            "inspector": self.inspector.shown,
            "hyper_parameters": (self.hyper_parameters.panel,),
            "facts": tuple(panel for panel in self.inspector.shown if panel in facts),
        }.get(self.workspace.own, ())
        shown = {panel for panel, view in self._views if view.area == "context" and self._belongs(view)}
        self.context.show_only(shown | set(own))
        # What has come into view wants numbers, and while nothing trains nobody else asks for them.
        self._models.runner.ask()

    # -- sizes ----------------------------------------------------------------------------------------------

    def remember_sizes(self) -> None:
        """Keeps the sizes that the user has given the areas, as they are at 100 %."""
        if self.isVisible():
            self._sizes.remember()

    def _update_rails(self) -> None:
        theme = self._models.theme
        for area in (self.palette_area, self.side):
            area.setFixedWidth(theme.px(token("layout.rail" if self.folded(PALETTE) else "layout.palette")))

    def _giving_way(self) -> Given:
        network = self.editor.scene.network_rect()
        size = (network.width(), network.height())
        return giving_way(self.workspace.name, self._folding.room(self.size()), size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_room()

    def _follow_room(self) -> None:
        """Lets areas give way, or come back, where the size of the window or the network asks for it."""
        if self._giving_way() != self._folding.given:
            self.remember_sizes()
            self._folding.forget()
            self.arrange()

    @Slot()
    def _on_theme_changed(self) -> None:
        if self._folding.is_large != self._was_large:
            self._was_large = self._folding.is_large
            self._folding.forget(all_of_it=True)
            self._sizes.forget()
        self.arrange()

    @Slot()
    def _on_document_replaced(self) -> None:
        self._on_project_changed()
        self._follow_room()

    @Slot()
    def _on_project_changed(self) -> None:
        if self.workspace not in self.workspaces:
            self.remember_sizes()
            self._store.workspace = FIRST_WORKSPACE
        placed = [(panel, view) for panel, view in self._views if view.area != "left"]
        if any(panel.isVisibleTo(self) != self._belongs(view) for panel, view in placed):
            self.arrange()
        else:
            self._update_left()

    @Slot()
    def _on_rail_left(self) -> None:
        if self.folded(PALETTE):
            self.toggle(PALETTE)

    @Slot()
    def _on_code_wanted(self) -> None:
        self._show_tab("code")

    @Slot()
    def _on_diagram_wanted(self) -> None:
        self._show_tab("diagram")

    def _show_tab(self, tab: str) -> None:
        self.show_workspace("build")
        self._on_fold_requested(False)
        self.bottom.show_tab(tab)

    @Slot(bool)
    def _on_fold_requested(self, folded: bool) -> None:
        if folded != self.folded(BOTTOM):
            self.toggle(BOTTOM)
