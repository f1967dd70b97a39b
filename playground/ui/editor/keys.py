"""The canvas by keyboard: arrow keys walk along wires from card to card, extend the selection, move cards and choose
where a new wire ends; Enter asks for the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QKeyCombination, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence

from playground.ui.editor.card import CardItem
from playground.ui.editor.key_connect import KeyConnect
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.selecting import Select
from playground.ui.editor.tools import translate
from playground.ui.editor.walking import first_card, next_card

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# Marks a text for translation and returns it as it is.
T = cast("Callable[[str, str], str]", QT_TRANSLATE_NOOP)
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# How far Ctrl and an arrow key move a card.
NUDGE = 8
Modifiers = Qt.KeyboardModifier
# Keys that are no actions, for the shortcut help: what to press and what it does.
CANVAS_KEYS = (
    (T("Keys", "Arrows"), T("Keys", "Walk along wires")),
    (T("Keys", "Shift+Arrows"), T("Keys", "Extend the selection")),
    (T("Keys", "Ctrl+Arrows"), T("Keys", "Move the selection")),
    (T("Keys", "Alt+Up, Down"), T("Keys", "Look at the next neuron")),
    (T("Keys", "Enter"), T("Keys", "Edit the layer")),
    (T("Keys", "Del over a weight"), T("Keys", "Remove the connection")),
    (T("Keys", "Alt while a card is dragged"), T("Keys", "Put it in the place of another one")),
    (T("Keys", "Esc"), T("Keys", "Leave, select nothing")),
)


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
        # Moves while Ctrl is held are one step; the number tells one series from the next.
        self._series = 0
        self._table = self._make_table()

    def _make_table(self) -> dict[str, Callable[[], object]]:
        """Keys for the selection; in the window they are shortcuts of its actions as well."""
        canvas, commands, clipboard = self._canvas, self._canvas.commands, self._canvas.clipboard
        return {
            "Del": commands.delete,
            "Backspace": commands.delete,
            "F": canvas.fit,
            "Ctrl+0": canvas.reset_zoom,
            "Ctrl+A": commands.select_all,
            "Ctrl+C": clipboard.copy,
            "Ctrl+X": clipboard.cut,
            "Ctrl+V": clipboard.paste,
            "Ctrl+D": commands.duplicate,
            "Ctrl+L": canvas.lay_out,
            "M": commands.bypass,
            "Shift+F": commands.freeze,
            "F2": canvas.rename,
            "/": canvas.search.open_here,
            "Ctrl+R": canvas.search.open_instead,
            "C": self.connect_from_selection,
            "W": self.choose_wire,
            "Shift+C": commands.cut_wires,
            "Ctrl+G": canvas.annotating.group,
            "Ctrl+Shift+G": canvas.annotating.dissolve,
            "Shift+N": canvas.annotating.add_note,
            "Shift+W": canvas.annotating.choose,
        }

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
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Modifiers.KeypadModifier
        if self._follow_alt(event):
            return True
        if isinstance(self._scene.tool, KeyConnect):
            return self._choose_end(self._scene.tool, key)
        return self._arrow(key, modifiers) or self._choose(key) or self._command(event, modifiers)

    def release(self, event: QKeyEvent) -> bool:
        """Does what a released key says."""
        if event.key() == Qt.Key.Key_Control:
            self._series += 1
        if self._follow_alt(event):
            return True
        if event.key() != Qt.Key.Key_Space or not self._space:
            return False
        if not event.isAutoRepeat():
            self._end_space()
            if not self._panned:
                self.space_tapped.emit()
        return True

    def _follow_alt(self, event: QKeyEvent) -> bool:
        """Alt changes what a drag means, also while the pointer rests; False where nothing is dragged."""
        tool, pointer = self._scene.tool, self._canvas.pointer
        if event.key() != Qt.Key.Key_Alt or not isinstance(tool, Select) or pointer is None:
            return False
        tool.move(self._canvas.to_scene(pointer), event.modifiers())
        return True

    def leave(self) -> None:
        """The keyboard is elsewhere now."""
        self._end_space()
        self.use_mouse()
        if isinstance(self._scene.tool, KeyConnect):
            self._scene.cancel_tool()

    def _end_space(self) -> None:
        if self._space:
            self._space = False
            self._canvas.viewport().unsetCursor()

    # -- what keys mean -------------------------------------------------------------------------------------

    def _arrow(self, key: Qt.Key, modifiers: Modifiers) -> bool:
        if key not in ARROWS:
            return False
        x, y = ARROWS[key]
        if not modifiers:
            self._walk(x, y)
        elif modifiers == Modifiers.ShiftModifier:
            self._walk(x, y, extend=True)
        elif modifiers == Modifiers.AltModifier and y:
            self._walk_units(y)
        elif modifiers == Modifiers.ControlModifier:
            if self._scene.models.focus.selection or self._scene.annotations.has_selection:
                self._canvas.commands.nudge(x * NUDGE, y * NUDGE, self._series)
        else:
            return False
        return True

    def _choose(self, key: Qt.Key) -> bool:
        if key in ENTER:
            card = self._selected()
            if self._scene.annotations.selected is not None:
                self._canvas.annotating.write()
            elif card is not None:
                self._canvas.edit_requested.emit(card.node)
        elif key == Qt.Key.Key_Escape:
            if not self._scene.cancel_tool():
                self._scene.select_edge(None)
                self._scene.annotations.select(None)
                self._scene.models.focus.select(frozenset())
                self._scene.models.focus.pin_unit(None)
        else:
            return False
        return True

    def _command(self, event: QKeyEvent, modifiers: Modifiers) -> bool:
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))).toString()
        # On many keyboards the slash needs Shift.
        command = self._table.get("/" if event.text() == "/" else pressed)
        if command is not None:
            command()
        return command is not None

    # -- wires ----------------------------------------------------------------------------------------------

    @Slot()
    def connect_from_selection(self) -> None:
        """Begins a wire at the selected layer; the arrow keys choose where it ends, Enter connects it."""
        scene, node = self._scene, self._canvas.commands.last_selected
        port = next((port for port in scene.cards[node].ports if port.is_output), None) if node is not None else None
        if node is None or port is None:
            scene.hinted.emit(translate("Select the layer where the wire begins; the Output has no wire that leaves."))
            return
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        scene.cancel_tool()
        tool = KeyConnect(scene, port)
        if not tool.possible:
            tool.cancel()
            scene.hinted.emit(translate("No layer can take a wire from here."))
            return
        scene.begin(tool)
        self._show_end(tool)
        scene.hinted.emit(translate("Arrow keys choose where the wire ends. Enter connects, Escape leaves."))

    def _choose_end(self, tool: KeyConnect, key: Qt.Key) -> bool:
        if key in ARROWS:
            tool.step(sum(ARROWS[key]))
            self._show_end(tool)
        elif key in ENTER:
            # What it applies comes back as a change of the document, which cancels a gesture that still goes on.
            self._scene.tool = None
            tool.finish()
        elif key == Qt.Key.Key_Escape:
            self._scene.cancel_tool()
        else:
            return False
        return True

    def _show_end(self, tool: KeyConnect) -> None:
        self._canvas.reveal(self._scene.cards[tool.target[0]].rect())
        self._canvas.setAccessibleDescription(tool.spoken())

    @Slot()
    def choose_wire(self) -> None:
        """Selects the first wire of the selected layer, or the next one of the same layer."""
        scene, graph = self._scene, self._scene.models.document.project.graph
        node = self._canvas.commands.last_selected or self.current
        if node is None or node not in graph:
            return
        wires = (*graph.incoming(node), *graph.outgoing(node))
        if not wires:
            scene.hinted.emit(translate("This layer has no wire."))
            return
        at = wires.index(scene.selected_edge) + 1 if scene.selected_edge in wires else 0
        edge = wires[at % len(wires)]
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        scene.models.focus.select(frozenset())
        self._mark(scene.cards[node])
        scene.select_edge(edge)
        scene.cards[node].set_look(focused=True)
        ends = (scene.cards[end].accessible_name.split(",")[0] for end in (edge.source, edge.target))
        self._canvas.setAccessibleDescription(translate("Wire from {} to {}").format(*ends))

    # -- walking --------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """The keyboard came to the canvas: the selected card, or the first, has the ring."""
        card = self._selected() or first_card(self._scene)
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

    def _selected(self) -> CardItem | None:
        selection = self._scene.models.focus.selection
        # While a wire is chosen, its layer is where the arrow keys go on.
        if self.current is not None and (self.current in selection or self._scene.selected_edge is not None):
            return self._scene.cards.get(self.current)
        return next((card for node, card in self._scene.cards.items() if node in selection), None)

    def _walk(self, x: int, y: int, extend: bool = False) -> None:
        """Selects the next card: along a wire to the left or right, else the nearest one that way. To `extend` keeps
        the cards selected so far."""
        card = self._selected()
        following = first_card(self._scene) if card is None else next_card(self._scene, card, x, y)
        if following is None:
            return
        focus = self._scene.models.focus
        self._scene.select_edge(None)
        kept = focus.selection | ({card.node} if card is not None else set()) if extend else frozenset()
        focus.select(kept | {following.node})
        self._mark(following)
        self._canvas.reveal(following.rect())

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
