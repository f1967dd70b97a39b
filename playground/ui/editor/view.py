"""The canvas with its controls, as the window places it: a view of the network that takes part in frames."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.editor.canvas import Canvas
from playground.ui.editor.feed import Feed
from playground.ui.editor.overlay import EditControls, ModeControls, Overlay, ScaleControls, ScaleLine, ZoomControls
from playground.ui.editor.scene import EditorScene
from playground.ui.models import Models
from playground.ui.theme import token

MAPS_SECONDS = 1 / 12
# How the controls above may stand, the best first: whether Lay out is an icon, whether the key of the colours is there,
# and how many of modes, editing and zoom are in a second row.
ARRANGEMENTS = (
    (False, True, 0), (False, False, 0), (True, False, 0), (False, False, 1), (True, False, 1), (False, False, 2),
    (True, False, 2),
)  # fmt: skip


class EditorView(QWidget):
    """The network, alive and editable. It offers what `Runner.attach` needs: `wants`, `wants_changed`, `show_frame`.

    It is no subclass of `View`, which would bring the plots' library into the start of the window.

    `edit_requested(node)` asks for the form of a layer, `hinted(sentence)` says why something was not done,
    `taken_back(sentence)` that it no longer holds, `train_toggled` follows a tap on Space, `zoom_changed(percent)` the
    zoom.
    """

    wants_changed = Signal()
    edit_requested = Signal(str)
    hinted = Signal(str)
    taken_back = Signal(str)
    train_toggled = Signal()
    zoom_changed = Signal(int)
    phase = 0.0

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor")
        self.setAccessibleName(self.tr("Network"))
        self._models = models
        self.scene = EditorScene(models, self)
        self.canvas = Canvas(models, self.scene, self)
        self._feed = Feed(self.scene)
        self._in_view: frozenset[str] = frozenset()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self._mode_controls = ModeControls(models, self.scene, self)
        self._edit_controls = EditControls(models, self.canvas, self)
        self._zoom_controls = ZoomControls(models, self.canvas, self)
        self._scale = ScaleLine(models.theme, self)
        self._scope = ScaleControls(models, self)
        self._connect()
        self._feed.follow()
        self._on_theme_changed()
        self.canvas.fit()

    def _connect(self) -> None:
        models = self._models
        models.document.changed.connect(self._on_document_changed)
        models.document.replaced.connect(self._on_document_replaced)
        models.focus.input_changed.connect(self._on_wants_changed)
        models.focus.display_changed.connect(self._on_display_changed)
        models.focus.selection_changed.connect(self._on_selection_changed)
        models.runner.state_changed.connect(self._on_state_changed)
        models.theme.changed.connect(self._on_theme_changed)
        self.scene.arranged.connect(self._on_looked)
        self.scene.hinted.connect(self.hinted)
        self.scene.taken_back.connect(self.taken_back)
        self.scene.number_wanted.connect(self.canvas.set_number)
        self.scene.search_wanted.connect(self.canvas.search.open_for_wire)
        self.canvas.looked.connect(self._on_looked)
        self.canvas.zoomed.connect(self._on_zoomed)
        self.canvas.edit_requested.connect(self.edit_requested)
        self.canvas.keys.space_tapped.connect(self.train_toggled)

    # -- what the window calls ------------------------------------------------------------------------------

    @property
    def zoom_percent(self) -> int:
        """The zoom in per cent of the design's size."""
        return round(self.canvas.zoom * 100)

    @Slot()
    def fit(self) -> None:
        """Shows the whole network."""
        self.canvas.fit()

    @Slot()
    def reset_zoom(self) -> None:
        """Shows the network at 100 %."""
        self.canvas.reset_zoom()

    @Slot()
    def lay_out(self) -> None:
        """Puts the layers in order and shows all of them."""
        self.canvas.lay_out()

    @property
    def owners(self) -> dict[str, object]:
        """Whose methods the table of actions names, by name."""
        canvas = self.canvas
        return {
            "editor": self,
            "canvas": canvas,
            "commands": canvas.commands,
            "arrange": canvas.arrange,
            "clipboard": canvas.clipboard,
            "search": canvas.search,
            "keys": canvas.keys,
            "annotating": canvas.annotating,
        }

    @Slot(str)
    def insert_layer(self, kind: str) -> None:
        """Puts a layer of this kind behind the selected one."""
        self.canvas.commands.insert(kind)

    def set_workspace(self, name: str) -> None:
        """Shows the controls of a workspace: those for editing belong to Build."""
        self._edit_controls.set_editing(name == "build")
        self._place_controls()

    # -- frames ---------------------------------------------------------------------------------------------

    @property
    def interval(self) -> float:
        """Neurons take part in every frame; to compute and paint feature maps takes too much time from training."""
        return 0.0 if self.scene.planar else MAPS_SECONDS

    def wants(self) -> tuple[Request, ...]:
        """The numbers of the cards in view."""
        return self._feed.wants(self._in_view)

    def show_frame(self, frame: Frame) -> None:
        """Draws what is new."""
        self._feed.show(frame)
        self._update_scale()

    # -- what happens ---------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_document_changed(self, old: object, new: object) -> None:
        self._feed.follow()
        self._feed.show_what_fits()
        self._refresh_controls()
        self.wants_changed.emit()

    @Slot(object)
    def _on_document_replaced(self, project: object) -> None:
        self._feed.forget()
        self._feed.follow()
        self._refresh_controls()
        self.canvas.fit()
        self.wants_changed.emit()

    def _refresh_controls(self) -> None:
        self._mode_controls.refresh()
        self._update_scale()

    def _update_scale(self) -> None:
        self._scale.show_lines(self.scene.weight_wires.lines, self.scene.look.scale.scope)
        self._place_controls()

    @Slot()
    def _on_wants_changed(self) -> None:
        self.wants_changed.emit()

    @Slot()
    def _on_display_changed(self) -> None:
        self._feed.show_again()
        self._update_scale()
        self.scene.update()
        self.wants_changed.emit()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self.wants_changed.emit()

    @Slot()
    def _on_looked(self) -> None:
        """Another part of the scene is in view, or other cards are in the same part."""
        seen = self.canvas.seen_rect()
        in_view = frozenset(node for node, card in self.scene.cards.items() if card.rect().intersects(seen))
        if in_view != self._in_view:
            self._in_view = in_view
            self.wants_changed.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        """A layer that was selected elsewhere, such as in the list of problems, is brought into view."""
        if self.scene.tool is None and self.canvas.drop is None:
            self.reveal_selected()

    def reveal_selected(self) -> None:
        """Brings the one selected layer into view."""
        selection = self._models.focus.selection
        if len(selection) == 1 and self.isVisible():
            card = self.scene.cards.get(next(iter(selection)))
            if card is not None:
                self.canvas.reveal(card.rect())

    @Slot()
    def _on_zoomed(self) -> None:
        self.zoom_changed.emit(self.zoom_percent)

    # -- controls -------------------------------------------------------------------------------------------

    @Slot()
    def _on_theme_changed(self) -> None:
        for control in self._controls:
            control.update_theme()
        self._refresh_controls()

    @property
    def _controls(self) -> tuple[Overlay | ScaleLine, ...]:
        return self._mode_controls, self._edit_controls, self._zoom_controls, self._scale, self._scope

    def _place_controls(self) -> None:
        """Puts the controls into a row above and one below, or into two where the canvas is too narrow."""
        margin = self._models.theme.px(token("space.panel_padding"))
        width = self.width() - 2 * margin
        modes, edit, zoom = self._mode_controls, self._edit_controls, self._zoom_controls

        def fits(short: bool, key: bool, second: int) -> bool:
            widths = (modes.sizeHint().width(), edit.width_of(short), zoom.width_of(key))
            rows = (widths[: 3 - second], widths[3 - second :])
            return all(sum(row) + margin * (sum(map(bool, row)) - 1) <= width for row in rows)

        arrangements = (choice for choice in ARRANGEMENTS if (not choice[1] or not self.scene.planar) and fits(*choice))
        short, key, second = next(arrangements, ARRANGEMENTS[-1])
        edit.set_short(short)
        zoom.key.setVisible(key)
        self._scope.key.setVisible(not key and not self.scene.planar)
        for control in self._controls:
            control.adjustSize()
        below = 2 * margin + max(modes.height(), edit.height())
        modes.move(QPoint(margin, margin))
        beside = modes.width() + 2 * margin if modes.width() else margin
        edit.move(QPoint(margin, below) if second == 2 else QPoint(beside, margin))
        zoom.move(self.width() - margin - zoom.width(), below if second else margin)
        stacked = self._place_scales(margin, width)
        self.canvas.set_rows(2 if second else 1, 2 if stacked else 1)

    def _place_scales(self, margin: int, width: int) -> bool:
        """Puts the two controls below beside each other; True where one must stand above the other."""
        scale, scope = self._scale, self._scope
        if scope.width() > width:
            scope.key.hide()
            scope.adjustSize()
        bottom = self.height() - margin - scope.height()
        needed = 0 if scale.isHidden() else scale.width() + margin
        stacked = needed + scope.width() > width
        scale.move(margin, bottom - scale.height() if stacked else bottom + (scope.height() - scale.height()) // 2)
        scope.move(margin if stacked else margin + needed, bottom)
        # On a canvas so low that it would cover what stands above, what is there matters more.
        lowest = max(control.geometry().bottom() for control in (self._zoom_controls, self._edit_controls))
        scope.setVisible(min(scale.y(), bottom) > lowest)
        return stacked and bool(needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_controls()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wants_changed.emit()
