"""The kernels of a convolution: every filter as a tile, the chosen one to be typed in or picked from the library, for
all of its input maps or for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.kernels import KERNELS, Filter, changed_kernels, for_maps, library, render, typed
from playground.document.graph import Node
from playground.document.params import ParamError, Values
from playground.document.shapes import Shape
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import ElidedLabel, Label
from playground.ui.inspector.filter_tiles import MOST_TILES, FilterTiles, Numbers
from playground.ui.inspector.filters import Filters
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.inspector.layer_weights import LayerWeights
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.panels import Panel
from playground.ui.theme import token


class KernelEditor(LayerWeights):
    """The panel in which filters are typed in. Every number and every choice is one undo step.

    It takes part in frames: every filter shows what the network holds now, a typed one too.
    """

    grid: KernelGrid

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(models, parent)
        self._current = 0
        # How many input maps each filter has, and the one that is shown: None for all of them together.
        self._maps = 1
        self._map: int | None = None
        # The cell that the pointer is on.
        self._place: tuple[int, int] | None = None
        self._weights: Numbers | None = None
        theme = models.theme
        self.panel = Panel(theme, self.tr("Kernels"), parent, name="kernels", padded=True)
        self._count = Label("", self.panel.header, "caption", "typed_count")
        self.panel.add_control(self._count)
        body = QWidget(self.panel)
        self.tiles = FilterTiles(theme, body)
        self.grid = KernelGrid(theme, body, name="kernel_grid", text=self.tr("Kernel"))
        self._title = Label("", body, "body", "kernel_title")
        self._choice = ChoiceBox(theme, (), body, name="kernel_map", text=self.tr("Input map"))
        # One line whatever it says, so that nothing moves under the pointer.
        self._value = ElidedLabel("", body, "caption", "kernel_value")
        self._note = Label("", body, "caption", "kernel_note", wrap=True)
        self._message = Label("", body, "error", "kernel_message", wrap=True)
        self._library = Button(theme, self.tr("Library"), body, name="kernel_library", icon_name="chevron_down",
                               size="compact")  # fmt: skip
        self._learn = Button(theme, self.tr("Learn this filter"), body, name="learn_filter", size="compact")
        self._menu = QMenu(self._library)
        self._lay_out(body)
        self._fill_choice()
        self.panel.set_body(body)
        self.tiles.chosen.connect(self._on_chosen)
        self.grid.edited.connect(self._on_edited)
        self.grid.refused.connect(self._on_refused)
        self.grid.hovered.connect(self._tell)
        self.grid.cursor_moved.connect(self._on_cursor_moved)
        self._library.clicked.connect(self._on_library_clicked)
        self._choice.chosen.connect(self._on_map_chosen)
        self._learn.clicked.connect(self._on_learn_clicked)
        self._menu.triggered.connect(self._on_kernel_picked)
        theme.changed.connect(self._on_theme_changed)
        models.focus.selection_changed.connect(self._on_selection_changed)
        models.runner.attach(self)

    def _lay_out(self, body: QWidget) -> None:
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.tiles)
        self._line = QHBoxLayout()
        self._line.addWidget(self._title, 1)
        self._line.addWidget(self._choice, 1)
        self._column.addLayout(self._line)
        # What is said may take another line; the cells stay where they are.
        for widget in (self.grid, self._value, self._message, self._note):
            self._column.addWidget(widget)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._library)
        self._buttons.addWidget(self._learn)
        self._buttons.addStretch(1)
        self._column.addLayout(self._buttons)
        self._message.hide()
        self._on_theme_changed()

    # -- what is shown --------------------------------------------------------------------------------------

    def show_layer(self, node: Node | None, given: tuple[Shape, ...]) -> None:
        """Shows the kernels of another layer, or of the same one after an edit; `given` are the shapes it takes."""
        suits = node is not None and KERNELS in CATALOGUE.layers[node.kind].params
        before, self._node = self._node, (node if suits else None)
        maps = given[0][0] if given and len(given[0]) == 3 else 1
        if before is None or self._node is None or before.id != self._node.id or not self.in_network:
            self._weights = None
        elif before.params != self._node.params:
            self._take_typed(before.params, self._node.params)
        if (before.id if before else "") != (self._node.id if self._node else ""):
            self._current, self._map = 0, None
            self.grid.leave()
        if maps != self._maps:
            self._maps, self._map = maps, None
            self._fill_choice()
        if self._node is not None:
            self._current = min(self._current, int(self._node.params["filters"]) - 1, MOST_TILES - 1)
            self._update()
        self.wants_changed.emit()

    @property
    def shown(self) -> bool:
        """Whether the layer has kernels."""
        return self._node is not None

    def _fill_choice(self) -> None:
        self._choice.clear()
        self._choice.addItem(self.tr("All maps"), "")
        for number in range(self._maps):
            self._choice.addItem(self.tr("Map {number}").format(number=whole(number + 1)), str(number))
        self._choice.setVisible(self._maps > 1)

    @property
    def _filters(self) -> Filters:
        assert self._node is not None
        return Filters(self._node.params, self._maps, self._map, self._weights)

    def _update(self) -> None:
        filters, number = self._filters, self._current
        kernels = filters.kernels
        count = sum(bool(squares) for squares in kernels)
        self._count.setText(
            self.tr("{typed} of {count} typed in").format(typed=whole(count), count=whole(len(kernels)))
        )
        self._choice.set_value("" if self._map is None else str(self._map))
        places = range(min(len(kernels), MOST_TILES))
        self.tiles.show_filters(
            np.array([filters.shown(place) for place in places]),
            tuple(any(filters.typed_in(place)) for place in range(len(kernels))),
            number,
        )
        self.grid.show_numbers(filters.shown(number))
        self.grid.set_known(filters.known(number))
        self._tell(*(self._place or (-1, -1)))
        self._title.setText(self.tr("Filter {number} of {count}").format(
            number=whole(number + 1), count=whole(len(kernels))))  # fmt: skip
        self._note.setText(filters.told(number))
        self._learn.set_text(self.tr("Learn this filter") if self._map is None else self.tr("Learn this map"))
        self._learn.setEnabled(any(filters.typed_in(number)))
        self.grid.setAccessibleName(self._spoken())
        self._update_menu()

    @Slot(int, int)
    def _tell(self, row: int, column: int) -> None:
        """Says the number that the pointer is on, or else the cursor."""
        rows, columns = self.grid.numbers.shape
        self._place = (row, column) if 0 <= row < rows and 0 <= column < columns else None
        row, column = self._place or self.grid.cursor_place
        value = self.grid.number_text(row, column) if self.grid.known else "–"
        self._value.setText(self.tr("Row {row}, column {column}: {value}").format(
            row=whole(row + 1), column=whole(column + 1), value=value))  # fmt: skip

    @Slot()
    def _on_cursor_moved(self) -> None:
        self._tell(-1, -1)

    def _spoken(self) -> str:
        filter_name = self.tr("Kernel of filter {number}").format(number=self._current + 1)
        if self._map is None:
            return filter_name
        return self.tr("{filter}, input map {number}").format(filter=filter_name, number=self._map + 1)

    def _update_menu(self) -> None:
        names = list(library(self._filters.size))
        if [action.data() for action in self._menu.actions()] != names:
            self._menu.clear()
            for name in names:
                # Its first letter chooses it, or goes from one to the next of those that begin with it.
                action = QAction(f"&{name}", self._menu)
                action.setData(name)
                self._menu.addAction(action)

    # -- frames ---------------------------------------------------------------------------------------------

    def _take_typed(self, before: Values, now: Values) -> None:
        """Shows what is typed in at once, before the network has taken it over."""
        changed = changed_kernels(before, now, self._maps)
        if not changed:
            return
        self.await_edit()
        held = Filters(now, self._maps, None, self._weights).held
        if held is not None:
            self._weights = held.copy()
            for number, channel, _, kernel in changed:
                if kernel is not None and len(kernel) == held.shape[-1]:
                    self._weights[number, channel] = kernel

    def take_weights(self, weights: NDArray[np.float64]) -> None:
        """Shows what the network holds now."""
        self._weights = weights
        self._update()

    # -- edits ----------------------------------------------------------------------------------------------

    def _apply(self, text: str, squares: Filter) -> None:
        """Puts squares in the place of what is shown: for all input maps, or for the chosen one."""
        node, document = self._node, self._models.document
        if node is None or node.id not in document.project.graph:
            return
        kernels = list(typed(node.params))
        if self._map is not None:
            found = for_maps(kernels[self._current], self._maps)
            squares = (*found[: self._map], *(squares or (None,)), *found[self._map + 1 :])
        kernels[self._current] = squares
        try:
            value = KERNELS.check(render(kernels))
        except ParamError:
            self._on_refused(self.tr("There is no room for more kernels in this layer."))
            return
        self._on_refused("")
        graph = document.project.graph.set_param(node.id, KERNELS.name, value)
        document.apply(text, document.project.with_graph(graph))

    @Slot(int)
    def _on_chosen(self, number: int) -> None:
        if self.grid.commit():
            self._current = number
            self._update()

    @Slot(str)
    def _on_map_chosen(self, value: str) -> None:
        if self.grid.commit():
            self._map = int(value) if value else None
        self._update()

    @Slot(int, int, float)
    def _on_edited(self, row: int, column: int, value: float) -> None:
        if self._node is not None:
            self._apply(self.tr("Type kernel"), self._filters.with_number(self._current, row, column, value))

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))

    @Slot()
    def _on_selection_changed(self) -> None:
        # A number that is being typed is meant for the layer that was selected.
        self.grid.end()

    @Slot()
    def _on_learn_clicked(self) -> None:
        self._apply(self.tr("Learn filter") if self._map is None else self.tr("Learn map"), ())

    @Slot()
    def _on_library_clicked(self) -> None:
        self._menu.popup(self._library.mapToGlobal(self._library.rect().bottomLeft()))

    @Slot(QAction)
    def _on_kernel_picked(self, action: QAction) -> None:
        name = str(action.data())
        self._apply(self.tr("Use kernel {name}").format(name=name), (library(self._filters.size)[name],))

    @Slot()
    def _on_theme_changed(self) -> None:
        steps = token("space.steps")
        self._column.setSpacing(self._models.theme.px(steps[1]))
        for row in (self._buttons, self._line):
            row.setSpacing(self._models.theme.px(steps[1]))
