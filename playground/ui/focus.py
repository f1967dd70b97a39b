"""What is selected and looked at: shared by all views, saved nowhere in the project."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from playground.engine.requests import Input, Picture


class Focus(QObject):
    """Selected layers, the pinned and the hovered unit, the weight that is pointed at, the current sample or drawing,
    and display choices."""

    selection_changed = Signal()
    unit_changed = Signal()
    weight_changed = Signal()
    input_changed = Signal()
    display_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selection: frozenset[str] = frozenset()
        self._hovered: tuple[str, int] | None = None
        self._pinned: tuple[str, int] | None = None
        self._weight: tuple[str, int, int] | None = None
        self._input: Input | None = None
        self._drawing: Picture | None = None
        self._display: dict[str, object] = {
            "test_points": False,
            "discretise": False,
            "saliency": True,
            "centred": False,
            "mode": "activations",
            "scale": "layer",
        }

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected layers."""
        return self._selection

    def select(self, nodes: frozenset[str]) -> None:
        """Selects these layers and no others."""
        if nodes != self._selection:
            self._selection = nodes
            self.selection_changed.emit()

    @Slot()
    def forget(self) -> None:
        """Lets go of layers and units, whose ids mean others in another project."""
        self.select(frozenset())
        self.hover_unit(None)
        self.pin_unit(None)

    @property
    def unit(self) -> tuple[str, int] | None:
        """The unit to show large: layer id and number; the hovered one before the pinned one."""
        return self._hovered or self._pinned

    @property
    def pinned(self) -> tuple[str, int] | None:
        """The unit that stays in view while the pointer is elsewhere."""
        return self._pinned

    def hover_unit(self, unit: tuple[str, int] | None) -> None:
        """Shows a unit while the pointer is over it."""
        if unit != self._hovered:
            self._hovered = unit
            self.unit_changed.emit()

    def pin_unit(self, unit: tuple[str, int] | None) -> None:
        """Keeps showing a unit; None goes back to the output."""
        if unit != self._pinned:
            self._pinned = unit
            self.unit_changed.emit()

    def toggle_pin(self, unit: tuple[str, int]) -> None:
        """Keeps showing a unit, or no longer."""
        self.pin_unit(None if self._pinned == unit else unit)

    @property
    def weight(self) -> tuple[str, int, int] | None:
        """The weight under the pointer on the canvas: layer, unit and input. Delete means it before all else."""
        return self._weight

    def point_at(self, weight: tuple[str, int, int] | None) -> None:
        """The pointer has come to a weight, or left it."""
        if weight != self._weight:
            self._weight = weight
            self.weight_changed.emit()

    @property
    def input(self) -> Input | None:
        """The sample or drawing that image views look at."""
        return self._input

    def set_input(self, source: Input | None) -> None:
        """Looks at another sample or drawing; nothing means that the drawing is empty."""
        if source is None or isinstance(source, Picture):
            self._drawing = source
        if source != self._input:
            self._input = source
            self.input_changed.emit()

    @property
    def drawing(self) -> Picture | None:
        """The drawing as it was last looked at, to come back to it from a sample."""
        return self._drawing

    def display(self, name: str) -> object:
        """A display choice: "test_points", "discretise", "saliency", "centred", "mode" or "scale"."""
        return self._display[name]

    def set_display(self, name: str, value: object) -> None:
        """Changes a display choice."""
        if self._display[name] != value:
            self._display[name] = value
            self.display_changed.emit()
