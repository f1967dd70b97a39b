"""The kernels of a convolution: every filter as a tile, the chosen one to be typed in or picked from the library."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.initialisation import is_frozen
from playground.catalog.kernels import KERNELS, Kernel, Kernels, library, render, typed
from playground.document.graph import Node
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import Label
from playground.ui.inspector.filter_tiles import MOST_TILES, FilterTiles, Numbers
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.inspector.layer_weights import LayerWeights
from playground.ui.models import Models
from playground.ui.numbers import figure, whole
from playground.ui.panels import Panel
from playground.ui.pictures import reach_of
from playground.ui.theme import token


class KernelEditor(LayerWeights):
    """The panel in which filters are typed in. Every number and every choice is one undo step.

    It takes part in frames: a filter that is learnt shows what the network holds now.
    """

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(models, parent)
        self._current = 0
        self._weights: Numbers | None = None
        theme = models.theme
        self.panel = Panel(theme, self.tr("Kernels"), parent, name="kernels", padded=True)
        self._count = Label("", self.panel.header, "caption", "typed_count")
        self.panel.add_control(self._count)
        body = QWidget(self.panel)
        self.tiles = FilterTiles(theme, body)
        self.grid = KernelGrid(theme, body, name="kernel_grid", text=self.tr("Kernel"))
        self._title = Label("", body, "body", "kernel_title")
        self._note = Label("", body, "caption", "kernel_note", wrap=True)
        self._message = Label("", body, "error", "kernel_message", wrap=True)
        self._library = Button(theme, self.tr("Library"), body, name="kernel_library", icon_name="chevron_down",
                               size="compact")  # fmt: skip
        self._learn = Button(theme, self.tr("Learn this filter"), body, name="learn_filter", size="compact")
        self._menu = QMenu(self._library)
        self._lay_out(body)
        self.panel.set_body(body)
        self.tiles.chosen.connect(self._on_chosen)
        self.grid.edited.connect(self._on_edited)
        self.grid.refused.connect(self._on_refused)
        self._library.clicked.connect(self._on_library_clicked)
        self._learn.clicked.connect(self._on_learn_clicked)
        self._menu.triggered.connect(self._on_kernel_picked)
        theme.changed.connect(self._on_theme_changed)
        models.runner.attach(self)

    def _lay_out(self, body: QWidget) -> None:
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.tiles, self._title, self._note, self.grid, self._message):
            self._column.addWidget(widget)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._library)
        self._buttons.addWidget(self._learn)
        self._buttons.addStretch(1)
        self._column.addLayout(self._buttons)
        self._message.hide()
        self._on_theme_changed()

    # -- what is shown --------------------------------------------------------------------------------------

    def show_layer(self, node: Node | None) -> None:
        """Shows the kernels of another layer, or of the same one after an edit."""
        suits = node is not None and KERNELS in CATALOGUE.layers[node.kind].params
        if (node.id if node else "") != (self._node.id if self._node else ""):
            self._current, self._weights = 0, None
        self._node = node if suits else None
        if self._node is not None:
            self._current = min(self._current, int(self._node.params["filters"]) - 1, MOST_TILES - 1)
            self._update()
        self.wants_changed.emit()

    @property
    def shown(self) -> bool:
        """Whether the layer has kernels."""
        return self._node is not None

    def _kernels(self) -> Kernels:
        return typed(self._node.params) if self._node is not None else ()

    def _held(self) -> Numbers | None:
        """What the network holds, the mean over the input maps: (filters, rows, columns)."""
        node, weights = self._node, self._weights
        if node is None or weights is None or weights.ndim != 4:
            return None
        wanted = (int(node.params["filters"]), int(node.params["kernel"]))
        return weights.mean(axis=1) if weights.shape[0] == wanted[0] and weights.shape[2] == wanted[1] else None

    def _fits(self, kernel: Kernel | None) -> bool:
        return kernel is not None and self._node is not None and len(kernel) == self._node.params["kernel"]

    def _shown(self) -> Numbers:
        """What each tile shows: what the network holds, else what is typed in, else nothing."""
        assert self._node is not None
        size, kernels, held = int(self._node.params["kernel"]), self._kernels(), self._held()
        found = np.zeros((len(kernels), size, size)) if held is None else held.copy()
        for number, kernel in enumerate(kernels):
            if kernel is not None and len(kernel) == size and held is None:
                found[number] = kernel
        return found

    def _update(self) -> None:
        assert self._node is not None
        kernels = self._kernels()
        shown = self._shown()
        count = sum(kernel is not None for kernel in kernels)
        self._count.setText(
            self.tr("{typed} of {count} typed in").format(typed=whole(count), count=whole(len(kernels)))
        )
        self.tiles.show_filters(shown, tuple(kernel is not None for kernel in kernels), self._current)
        kernel = kernels[self._current]
        fits = self._fits(kernel)
        self.grid.show_numbers(np.array(kernel, float) if fits else shown[self._current])
        self.grid.set_known(fits or self._held() is not None)
        self._title.setText(self.tr("Filter {number} of {count}").format(
            number=whole(self._current + 1), count=whole(len(kernels))))  # fmt: skip
        self._note.setText(self._told(kernel if fits else None))
        self._learn.setEnabled(kernel is not None)
        self.grid.setAccessibleName(self.tr("Kernel of filter {number}").format(number=self._current + 1))
        self._update_menu()

    def _told(self, kernel: Kernel | None) -> str:
        """Where the numbers come from, in words."""
        assert self._node is not None
        held = self._held()
        if kernel is None:
            maps = self._weights.shape[1] if self._weights is not None and self._weights.ndim == 4 else 1
            if maps > 1:
                return self.tr("Not typed in. The mean over its {count} input maps.").format(count=whole(maps))
            return self.tr("Not typed in: it is what training makes of it.")
        moved = reach_of(held[self._current] - np.array(kernel)) if held is not None else 0.0
        if is_frozen(self._node.params):
            return self.tr("Typed in and frozen.")
        if moved > 5e-4:
            return self.tr("Typed in. Training has moved it by up to {size}.").format(size=figure(moved, 3))
        return self.tr("Typed in as first weights. Freeze the layer to keep them.")

    def _update_menu(self) -> None:
        assert self._node is not None
        names = list(library(int(self._node.params["kernel"])))
        if [action.text() for action in self._menu.actions()] != names:
            self._menu.clear()
            for name in names:
                self._menu.addAction(QAction(name, self._menu))

    # -- frames ---------------------------------------------------------------------------------------------

    def take_weights(self, weights: NDArray[np.float64]) -> None:
        """Shows what the network holds now."""
        self._weights = weights
        self._update()

    # -- edits ----------------------------------------------------------------------------------------------

    def _apply(self, text: str, kernel: Kernel | None) -> None:
        node, document = self._node, self._models.document
        if node is None:
            return
        kernels = list(self._kernels())
        kernels[self._current] = kernel
        graph = document.project.graph.set_param(node.id, KERNELS.name, render(kernels))
        document.apply(text, document.project.with_graph(graph))

    @Slot(int)
    def _on_chosen(self, number: int) -> None:
        if self.grid.commit():
            self._current = number
            self._update()

    @Slot(int, int, float)
    def _on_edited(self, row: int, column: int, value: float) -> None:
        assert self._node is not None
        kernel = self._kernels()[self._current]
        size = int(self._node.params["kernel"])
        # A filter that was learnt begins with zeros: what is typed in is all there is.
        numbers = np.array(kernel, float) if kernel is not None and len(kernel) == size else np.zeros((size, size))
        numbers[row, column] = value
        self._apply(self.tr("Type kernel"), tuple(tuple(line) for line in numbers.tolist()))

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))

    @Slot()
    def _on_learn_clicked(self) -> None:
        self._apply(self.tr("Learn filter"), None)

    @Slot()
    def _on_library_clicked(self) -> None:
        self._menu.popup(self._library.mapToGlobal(self._library.rect().bottomLeft()))

    @Slot(QAction)
    def _on_kernel_picked(self, action: QAction) -> None:
        assert self._node is not None
        kernel = library(int(self._node.params["kernel"]))[action.text()]
        self._apply(self.tr("Use kernel {name}").format(name=action.text()), kernel)

    @Slot()
    def _on_theme_changed(self) -> None:
        steps = token("space.steps")
        self._column.setSpacing(self._models.theme.px(steps[1]))
        self._buttons.setSpacing(self._models.theme.px(steps[1]))
