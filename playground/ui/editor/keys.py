"""The canvas by keyboard: arrow keys walk along wires from card to card, Enter asks for the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from playground.ui.editor.card import CardItem
from playground.ui.editor.scene import EditorScene

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Keys(QObject):
    """Keys for the canvas. `current` is the card that has the ring of the keyboard.

    Holding Space lets the left button pan; `space_tapped` follows when it was pressed and released without that.
    """

    space_tapped = Signal()

    def __init__(self, canvas: Canvas, scene: EditorScene) -> None:
        super().__init__(canvas)
        self._canvas, self._scene = canvas, scene
        self.current: str | None = None
        self._space = False
        self._panned = False

    # -- space ----------------------------------------------------------------------------------------------

    @property
    def panning(self) -> bool:
        """True while Space is held."""
        return self._space

    def pan_used(self) -> None:
        """The canvas was dragged while Space was held, so the key meant that."""
        self._panned = True

    def claims(self, event: QKeyEvent) -> bool:
        """True for a key that is meant for the canvas although it is a shortcut of the window: Space may begin to
        pan, and says so only when it is released."""
        return event.key() == Qt.Key.Key_Space and not event.modifiers()

    def press(self, event: QKeyEvent) -> bool:
        """Does what a pressed key says; False for one that means nothing here."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self._space, self._panned = True, False
                self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        return self._walk_or_choose(event) or self._command(event)

    def release(self, event: QKeyEvent) -> bool:
        """Does what a released key says."""
        if event.key() != Qt.Key.Key_Space or not self._space:
            return False
        if not event.isAutoRepeat():
            self._end_space()
            if not self._panned:
                self.space_tapped.emit()
        return True

    def leave(self) -> None:
        """The keyboard is elsewhere now."""
        self._end_space()
        self.use_mouse()

    def _end_space(self) -> None:
        if self._space:
            self._space = False
            self._canvas.viewport().unsetCursor()

    # -- walking --------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """The keyboard came to the canvas: the selected card, or the first, has the ring."""
        card = self._selected() or self._first()
        if card is not None:
            self._mark(card)

    def _mark(self, card: CardItem) -> None:
        self.current = card.node
        self._scene.update_selection()
        card.set_look(focused=True)
        self._canvas.setAccessibleDescription(card.accessible_name)

    def use_mouse(self) -> None:
        """The mouse took over, or the keyboard left: no ring."""
        if self.current is not None:
            self.current = None
            self._scene.update_selection()

    def _command(self, event: QKeyEvent) -> bool:
        """Keys for the selection; in the window they are shortcuts of its actions as well."""
        commands = self._canvas.commands
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            commands.delete()
        elif plain and event.key() == Qt.Key.Key_F:
            self._canvas.fit()
        elif control and event.key() == Qt.Key.Key_0:
            self._canvas.set_zoom(1.0)
        elif control and event.key() == Qt.Key.Key_A:
            commands.select_all()
        elif control and event.key() == Qt.Key.Key_D:
            commands.duplicate()
        elif control and event.key() == Qt.Key.Key_L:
            self._canvas.lay_out()
        else:
            return False
        return True

    def _walk_or_choose(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in ARROWS and not modifiers:
            self._walk(*ARROWS[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._walk_units(ARROWS[key][1])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            card = self._selected()
            if card is not None:
                self._canvas.edit_requested.emit(card.node)
        elif key == Qt.Key.Key_Escape:
            if not self._scene.cancel_tool():
                self._scene.select_edge(None)
                self._scene.models.focus.select(frozenset())
        else:
            return False
        return True

    def _selected(self) -> CardItem | None:
        selection = self._scene.models.focus.selection
        if self.current in selection and self.current is not None:
            return self._scene.cards.get(self.current)
        return next((card for node, card in self._scene.cards.items() if node in selection), None)

    def _walk(self, x: int, y: int) -> None:
        """Selects the next card: along a wire to the left or right, else the nearest one that way."""
        card = self._selected()
        following = self._first() if card is None else self._along(card, x) if x else self._beside(card, y)
        if following is None:
            return
        self._scene.select_edge(None)
        self._scene.models.focus.select(frozenset({following.node}))
        self._mark(following)
        self._canvas.reveal(following.rect())

    def _first(self) -> CardItem | None:
        return next(iter(self._scene.cards.values()), None)

    def _along(self, card: CardItem, x: int) -> CardItem | None:
        graph = self._scene.models.document.project.graph
        edges = graph.outgoing(card.node) if x > 0 else graph.incoming(card.node)
        return self._scene.cards[edges[0].target if x > 0 else edges[0].source] if edges else None

    def _beside(self, card: CardItem, y: int) -> CardItem | None:
        """The nearest card above or below; one that shares a layer before or after comes first."""
        graph = self._scene.models.document.project.graph

        def kin(node: str) -> set[str]:
            return {edge.source for edge in graph.incoming(node)} | {edge.target for edge in graph.outgoing(node)}

        here = card.rect().center()
        candidates = []
        for other in self._scene.cards.values():
            offset = other.rect().center() - here
            if other is not card and offset.y() * y > 0:
                apart = not kin(other.node) & kin(card.node)
                candidates.append((apart, abs(offset.y()) + 2 * abs(offset.x()), other))
        return min(candidates, key=lambda entry: entry[:2])[2] if candidates else None

    def _walk_units(self, step: int) -> None:
        """Pins the next unit of the selected card, as a click on it would."""
        card = self._selected()
        units = card.face.thumbnail.chosen.tolist() if card is not None else []
        if card is None or not card.face.thumbnail.rects():
            return
        pinned = self._scene.models.focus.pinned
        here = pinned[1] if pinned is not None and pinned[0] == card.node else None
        at = units.index(here) + step if here in units else 0
        self._scene.models.focus.pin_unit((card.node, units[max(0, min(len(units) - 1, at))]))
