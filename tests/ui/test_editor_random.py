"""Every way to edit, in any order, through the real scene and the undo stack: the document stays valid, the scene
shows it, and undo and redo lead to the same bytes. PLAYGROUND_FUZZ=50 makes a million operations of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotating import add_note, group, remove_note, set_note, set_stage
from playground.document.graph import Graph, GraphError
from playground.document.params import Choice, Flag, Float, Int, Param, Value
from playground.document.project import Project, from_json, to_json
from playground.document.shapes import of_category
from playground.ui.editor import edits
from playground.ui.editor.canvas import Canvas
from playground.ui.editor.card import CardItem
from playground.ui.editor.chip import mime_of
from playground.ui.editor.connect import Connect, DragWire
from playground.ui.editor.drop import Drop
from playground.ui.editor.face import FaceItem
from playground.ui.editor.layout import lay_out
from playground.ui.editor.message import MessageItem
from playground.ui.editor.note import NoteItem
from playground.ui.editor.popup import Popup
from playground.ui.editor.port import PortItem
from playground.ui.editor.pressing import tool_for
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.selecting import Select
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.stage import StageItem
from playground.ui.editor.stage_edits import around
from playground.ui.editor.tools import BandItem, Mend, RubberBand, Tool
from playground.ui.editor.wire import WireItem
from tests.networks import CIRCLE, SMALL_CNN, branched, chain, fuzzed, project
from tests.ui.canvases import NONE, SHIFT, CanvasBench, new_models

OPERATIONS, SEEDS = 500, 40
# All that a look at every card costs is done after each fifth operation, the cheap part after each.
THOROUGH = 5
MOST_LAYERS = 14
MOUSE_OPERATIONS, MOUSE_SEEDS = 200, 2
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
STARTS = (
    (CIRCLE, "circle"),
    (chain("image", ("conv2d", {"filters": 2}), "max_pool", "flatten", ("dense", {"units": 10}), "classes"), "digits"),
    (branched(), "digits"),
    (SMALL_CNN, "digits"),
)
# Layers with several inputs are where most can go wrong.
KINDS = (*CATALOGUE.layers, *("add", "concat") * 4)
ITEMS = (CardItem, FaceItem, PortItem, MessageItem, WireItem, StageItem, NoteItem, DragWire, SlotItem, BandItem)


def value_of(param: Param, luck: random.Random) -> Value | None:
    """A value that a form could give; None for a text."""
    if isinstance(param, Flag):
        return luck.random() < 0.5
    if isinstance(param, Int):
        return luck.randint(param.minimum, min(param.maximum, param.minimum + 8))
    if isinstance(param, Float):
        return luck.uniform(param.minimum, param.maximum)
    return luck.choice(param.options)[0] if isinstance(param, Choice) else None


class Hand:
    """Does what a user could do, at random. Each method is one operation."""

    def __init__(self, canvas: Canvas, scene: EditorScene, luck: random.Random) -> None:
        self.canvas, self.scene, self.luck = canvas, scene, luck
        self.models = scene.models
        self.document, self.focus = scene.models.document, scene.models.focus
        self.done: Counter[str] = Counter()
        # What a training thread would have been told, from zero on.
        self.numbers: Counter[tuple[str, tuple[int, ...]]] = Counter()
        self.document.number_set.connect(self._on_number_set)
        arrange, commands, clipboard = canvas.arrange, canvas.commands, canvas.clipboard
        selecting: dict[str, Callable[[], object]] = {
            "delete": commands.delete, "duplicate": commands.duplicate, "bypass": commands.bypass,
            "freeze": commands.freeze, "cut wires": commands.cut_wires, "copy": clipboard.copy, "cut": clipboard.cut,
            "align left": arrange.left, "align centre": arrange.centre, "align right": arrange.right,
            "align top": arrange.top, "align middle": arrange.middle, "align bottom": arrange.bottom,
            "distribute across": arrange.across, "distribute down": arrange.down,
            "group": canvas.annotating.group, "dissolve": canvas.annotating.dissolve,
        }  # fmt: skip
        plain: dict[str, tuple[Callable[[], object], int]] = {
            "paste": (self.paste, 3), "drop": (self.drop, 8), "connect": (self.connect, 8), "drag": (self.drag, 6),
            "band": (self.band, 2), "nudge": (self.nudge, 3), "insert": (self.insert, 3), "rename": (self.rename, 2),
            "replace": (self.replace, 3), "set": (self.set_param, 6), "wire": (self.delete_wire, 2),
            "cure": (self.cure, 3), "stage": (self.stage, 2), "press": (self.press, 6), "note": (self.note, 2),
            "undo": (self.undo, 9), "redo": (self.redo, 4), "lay out": (commands.lay_out, 1),
            "display": (self.display, 1), "number": (self.set_number, 2),
        }  # fmt: skip
        self.operations = {name: do for name, (do, _) in plain.items()}
        self.operations |= {name: self._on_selection(do) for name, do in selecting.items()}
        self._names = [name for name, (_, weight) in plain.items() for _ in range(weight)]
        often = {"delete": 8, "duplicate": 3, "copy": 3}
        self._names += [name for name in selecting for _ in range(often.get(name, 1))]

    def operate(self) -> str:
        """One operation; too many layers are deleted first."""
        full = len(self.graph.nodes) > MOST_LAYERS
        name = "delete" if full else self.luck.choice(self._names)
        self.operations[name]()
        self.done[name] += 1
        return name

    @property
    def graph(self) -> Graph:
        return self.document.project.graph

    def _on_number_set(self, name: str, index: tuple[int, ...], value: float, step: str) -> None:
        self.numbers[name, index] = int(value)

    def set_number(self) -> None:
        """A weight set by hand."""
        name, index = f"{self.one()}.weight", (self.luck.randrange(3), self.luck.randrange(3))
        self.document.set_number("Set weight", name, index, self.numbers[name, index], self.luck.randint(1, 99))

    def some(self) -> frozenset[str]:
        """A few layers, or a part of the network that hangs together."""
        if self.luck.random() < 0.5:
            chosen = {self.one()}
            for _ in range(2):
                near = (edge for edge in self.graph.edges if {edge.source, edge.target} & chosen)
                chosen |= {end for edge in near for end in (edge.source, edge.target)}
            return frozenset(chosen)
        ids = [node.id for node in self.graph.nodes]
        return frozenset(self.luck.sample(ids, self.luck.randint(1, min(4, len(ids)))))

    def one(self) -> str:
        return self.luck.choice(self.graph.nodes).id

    def anywhere(self) -> QPointF:
        """On a card, on a port, on a wire or beside everything."""
        luck, scene = self.luck, self.scene
        card = luck.choice([*scene.cards.values()])
        places = [card.rect().center(), card.rect().topLeft() + QPointF(30, 12), luck.choice(card.ports).pos()]
        if scene.wires:
            places.append(luck.choice([*scene.wires.values()]).path.pointAtPercent(0.5))
        places += [item.title_rect().center() for item in scene.annotations.stages.values()]
        for note in scene.annotations.notes.values():
            places += [note.rect().center(), QPointF(note.rect().right(), note.rect().center().y())]
        rect = scene.network_rect()
        places.append(QPointF(luck.uniform(rect.left(), rect.right()), luck.uniform(rect.top(), rect.bottom() + 200)))
        return luck.choice(places)

    def _on_selection(self, do: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            self.focus.select(self.some())
            do()

        return act

    # -- gestures, as the scene carries them out ------------------------------------------------------------

    def _carry_out(self, tool: Tool, *way: QPointF) -> None:
        modifiers = self.luck.choice((NONE, NONE, SHIFT, ALT))
        self.scene.begin(tool)
        for point in way:
            tool.move(point, modifiers)
        if self.luck.random() < 0.1:
            self.scene.cancel_tool()
        else:
            self.scene.tool = None
            tool.release(way[-1], modifiers)

    def press(self) -> None:
        """A drag of whatever there is: a card, a port, a stage, a note or its edge, or nothing."""
        start = self.anywhere()
        tool = tool_for(self.scene, start, self.luck.choice((NONE, SHIFT)))
        if tool is not None:
            self._carry_out(tool, self.anywhere(), self.anywhere())

    def drag(self) -> None:
        card = self.scene.cards[self.one()]
        start = card.rect().topLeft() + QPointF(30, 12)
        end = start + QPointF(self.luck.uniform(-300, 300), self.luck.uniform(-200, 200))
        modifiers = self.luck.choice((NONE, SHIFT))
        self._carry_out(Select(self.scene, card, start, modifiers), *([start] if self.luck.random() < 0.2 else [end]))

    def band(self) -> None:
        start, end = self.anywhere(), self.anywhere()
        self._carry_out(RubberBand(self.scene, start, NONE), start, end)

    def connect(self) -> None:
        port, end = self.luck.choice(self.scene.cards[self.one()].ports), self.anywhere()
        if self.luck.random() < 0.5:
            end = self.luck.choice(self.scene.cards[self.one()].ports).pos()
        self._carry_out(Connect(self.scene, port, port.pos()), self.anywhere(), end)

    def drop(self) -> None:
        drop = Drop(self.scene, self.luck.choice(KINDS))
        modifiers = self.luck.choice((NONE, NONE, ALT))
        drop.move(self.anywhere(), modifiers)
        if self.luck.random() < 0.1:
            drop.cancel()
        else:
            drop.release(self.anywhere(), modifiers)

    def cure(self) -> None:
        messages = [card.message for card in self.scene.cards.values() if card.message is not None]
        if messages:
            message = self.luck.choice(messages)
            Mend(self.scene, message).release(message.rect().center(), NONE)

    # -- commands -------------------------------------------------------------------------------------------

    def paste(self) -> None:
        self.canvas.pointer = QPointF(self.luck.uniform(0, 600), 100) if self.luck.random() < 0.3 else None
        self.canvas.clipboard.paste()

    def nudge(self) -> None:
        self.focus.select(self.some())
        for _ in range(self.luck.randint(1, 4)):
            self.canvas.commands.nudge(*self.luck.choice(((8, 0), (-8, 0), (0, 8), (0, -8))), self.done["nudge"])

    def insert(self) -> None:
        kind = self.luck.choice(KINDS)
        if self.luck.random() < 0.5 and self.graph.edges:
            self.canvas.commands.insert_in(self.luck.choice(self.graph.edges), kind)
        else:
            self.canvas.commands.insert_behind(self.one(), kind)

    def replace(self) -> None:
        node, kind = self.one(), self.luck.choice(KINDS)
        if edits.can_replace(self.document.project, node, kind):
            self.canvas.commands.replace(node, kind)

    def delete_wire(self) -> None:
        self.focus.select(frozenset())
        if self.graph.edges:
            self.scene.select_edge(self.luck.choice(self.graph.edges))
            self.canvas.commands.delete()

    def display(self) -> None:
        self.focus.set_display("mode", self.luck.choice(("activations", "weights", "gradients")))
        self.focus.set_display("scale", self.luck.choice(("map", "layer", "network")))

    def undo(self) -> None:
        for _ in range(self.luck.randint(1, 4)):
            self.document.undo_stack.undo()

    def redo(self) -> None:
        for _ in range(self.luck.randint(1, 4)):
            self.document.undo_stack.redo()

    # -- what forms and frames do ---------------------------------------------------------------------------

    def _apply(self, text: str, graph: Graph, merge: object = None) -> None:
        self.document.apply(text, self.document.project.with_graph(graph), merge=merge)  # type: ignore[arg-type]

    def rename(self) -> None:
        self._apply("Rename", self.graph.rename(self.one(), self.luck.choice(("", "first", "Schicht 2 × 2", "x" * 80))))

    def set_param(self) -> None:
        node = self.luck.choice(self.graph.nodes)
        params = CATALOGUE.layers[node.kind].params
        if params:
            param = self.luck.choice(params)
            value = value_of(param, self.luck)
            if value is not None:
                self._apply("Set", self.graph.set_param(node.id, param.name, value), (node.id, param.name))

    def stage(self) -> None:
        stages = self.graph.stages
        if not stages or self.luck.random() < 0.3:
            self._apply("Group", group(self.graph, self.some(), "Body", "a few words")[0])
        else:
            old = self.luck.choice(stages)
            self._apply("Title", set_stage(self.graph, replace(old, title=self.luck.choice(("", "Head")))))

    def note(self) -> None:
        notes, luck = self.graph.notes, self.luck
        if not notes or luck.random() < 0.4:
            self._apply("Note", add_note(self.graph, "Look\nhere", luck.uniform(-500, 500), 40)[0])
        elif luck.random() < 0.6:
            self._apply("Remove note", remove_note(self.graph, luck.choice(notes).id))
        else:
            old = luck.choice(notes)
            self._apply("Move note", set_note(self.graph, replace(old, x=old.x + 30, width=240.0)))


# --- what must hold after each operation -------------------------------------------------------------------


def assert_valid(graph: Graph) -> None:
    """What a file must obey, looked at without writing one."""
    ids = [node.id for node in graph.nodes]
    assert len({*ids}) == len(ids)
    assert len(of_category(graph, CATALOGUE.layers, "input")) == 1
    assert len(of_category(graph, CATALOGUE.layers, "output")) == 1
    assert len(graph.topological_order) == len(ids)
    ends = [(edge.target, edge.port) for edge in graph.edges]
    assert len({*ends}) == len(ends)
    for edge in graph.edges:
        assert edge.source in graph
        assert 0 <= edge.port < CATALOGUE.layers[graph.node(edge.target).kind].inputs[1]
    grouped = [node for stage in graph.stages for node in stage.nodes]
    assert len({*grouped}) == len(grouped)
    assert {*grouped} <= {*ids}


def assert_shown(scene: EditorScene) -> None:
    """The scene has a card for each layer at its place and a wire for each edge, and no gesture goes on."""
    graph = scene.models.document.project.graph
    assert {*scene.cards} == {node.id for node in graph.nodes}
    assert {*scene.wires} == {*graph.edges}
    for node in graph.nodes:
        assert scene.cards[node.id].pos() == QPointF(node.x, node.y)
    assert scene.models.focus.selection <= {*scene.cards}
    assert scene.selected_edge is None or scene.selected_edge in scene.wires
    assert scene.tool is None


def assert_all_shown(scene: EditorScene) -> None:
    """Every card, port, message and wire is as the project says, and nothing else lies about."""
    states = scene.states()
    parts: Counter[type] = Counter()
    for node, card in scene.cards.items():
        assert card.state == states[node]
        assert card.face.plan == card.state.plan
        assert len(card.ports) == card.state.inputs + card.state.outputs
        assert (card.message is not None) == (card.state.problem is not None)
        parts.update({CardItem: 1, FaceItem: 1, PortItem: len(card.ports), MessageItem: card.message is not None})
    for edge, wire in scene.wires.items():
        start, end = wire.path.pointAtPercent(0), wire.path.pointAtPercent(1)
        assert (start - scene.cards[edge.source].output_point()).manhattanLength() < 0.01
        assert (end - scene.cards[edge.target].input_point(edge.port)).manhattanLength() < 0.01
        assert wire.isVisible()
    graph = scene.models.document.project.graph
    for stage in graph.stages:
        item = scene.annotations.stages[stage.id]
        assert item.stage == stage
        assert item.rect() == around(scene.cards[node].rect() for node in stage.nodes)
    for note in graph.notes:
        assert scene.annotations.notes[note.id].note == note
        assert scene.annotations.notes[note.id].rect().topLeft() == QPointF(note.x, note.y)
    parts.update({WireItem: len(scene.wires), StageItem: len(graph.stages), NoteItem: len(graph.notes)})
    there = Counter(type(item) for item in scene.items())
    for kind in ITEMS:
        assert there[kind] == parts[kind], kind


def saved(project_: Project) -> bytes:
    """The project's bytes, which give the same bytes again when they are read and written."""
    content = to_json(project_)
    read = from_json(content, CATALOGUE)
    assert read == project_
    assert to_json(read) == content
    return content


def assert_undo_and_redo_lead_to_the_same_bytes(hand: Hand, first: bytes) -> None:
    stack = hand.document.undo_stack
    last, numbers = saved(hand.document.project), dict(hand.numbers)
    top = stack.index()
    while stack.canUndo():
        stack.undo()
    assert saved(hand.document.project) == first and not any(hand.numbers.values())
    assert_shown(hand.scene)
    assert_all_shown(hand.scene)
    while stack.index() < top:
        stack.redo()
    assert saved(hand.document.project) == last and dict(hand.numbers) == numbers
    assert_shown(hand.scene)
    assert_all_shown(hand.scene)


@pytest.mark.parametrize("seed", fuzzed(SEEDS))
def test_random_edits_keep_document_scene_and_history_together(qtbot, tmp_path: Path, seed: int) -> None:
    graph, data = STARTS[seed % len(STARTS)]
    models = new_models(lay_out(project(graph, data)), tmp_path)
    parent = QWidget()
    qtbot.addWidget(parent)
    scene = EditorScene(models, parent)
    hand = Hand(Canvas(models, scene, parent), scene, random.Random(seed))
    first = saved(models.document.project)
    for number in range(OPERATIONS):
        name = hand.operate()
        try:
            assert_valid(hand.graph)
            assert_shown(scene)
            if number % THOROUGH == 0:
                assert_all_shown(scene)
                saved(models.document.project)
        except AssertionError as error:
            raise AssertionError(f"operation {number}, {name!r}, of seed {seed}") from error
    assert len(hand.done) > 0.8 * len(hand.operations)
    assert_undo_and_redo_lead_to_the_same_bytes(hand, first)


# --- with the mouse ----------------------------------------------------------------------------------------

KEYS = (
    (Qt.Key.Key_Right, NONE), (Qt.Key.Key_Down, SHIFT), (Qt.Key.Key_Left, CONTROL), (Qt.Key.Key_Delete, NONE),
    (Qt.Key.Key_C, CONTROL), (Qt.Key.Key_V, CONTROL), (Qt.Key.Key_X, CONTROL), (Qt.Key.Key_D, CONTROL),
    (Qt.Key.Key_M, NONE), (Qt.Key.Key_F, SHIFT), (Qt.Key.Key_C, NONE), (Qt.Key.Key_Return, NONE),
    (Qt.Key.Key_W, NONE), (Qt.Key.Key_C, SHIFT), (Qt.Key.Key_Slash, NONE), (Qt.Key.Key_R, CONTROL),
    (Qt.Key.Key_Escape, NONE), (Qt.Key.Key_L, CONTROL), (Qt.Key.Key_F2, NONE), (Qt.Key.Key_A, CONTROL),
    (Qt.Key.Key_G, CONTROL), (Qt.Key.Key_G, CONTROL | SHIFT), (Qt.Key.Key_N, SHIFT), (Qt.Key.Key_W, SHIFT),
)  # fmt: skip


class Mouse(Hand):
    """The same through real events: press, move, release, drop and keys."""

    def __init__(self, bench: CanvasBench, luck: random.Random) -> None:
        super().__init__(bench.view.canvas, bench.scene, luck)
        self._bench = bench
        self.gestures: dict[str, Callable[[], None]] = {
            "click": lambda: bench.click(self.anywhere(), luck.choice((NONE, SHIFT))),
            "double click": lambda: bench.double_click(self.anywhere()),
            "drag": lambda: bench.drag(self.anywhere(), self.anywhere(), luck.choice((NONE, SHIFT))),
            "drop": lambda: bench.drop(mime_of(luck.choice(KINDS)), self.anywhere()),
            "key": lambda: bench.key(*luck.choice(KEYS)),
            "undo": self.undo,
        }

    def operate(self) -> str:
        if len(self.graph.nodes) > MOST_LAYERS:
            self.focus.select(self.some())
            self._bench.key(Qt.Key.Key_Delete)
        name = self.luck.choice([*self.gestures])
        self.gestures[name]()
        self.done[name] += 1
        self._answer()
        return name

    def _answer(self) -> None:
        """Chooses in a popup that has opened, ends what is being written, and a wire led with the keyboard; cards on
        their way to where they were laid out arrive."""
        self.scene.glide.finish()
        for popup in self._bench.view.findChildren(Popup, "layer_popup"):
            if popup.isVisible():
                chips = popup._board.chips()
                (popup.close if self.luck.random() < 0.3 else self.luck.choice(chips).click)()
                popup.close()
        for field in self.canvas.viewport().findChildren(QWidget):
            if isinstance(field, (QLineEdit, QPlainTextEdit)) and field.isVisible():
                field.clear()
                QTest.keyClicks(field, "written")
                self.canvas.setFocus()
        if self.scene.tool is not None:
            self._bench.key(self.luck.choice((Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Escape)))


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("seed", fuzzed(MOUSE_SEEDS))
def test_random_mouse_and_keys_keep_document_scene_and_history_together(qtbot, tmp_path: Path, seed: int) -> None:
    graph, data = STARTS[seed % len(STARTS)]
    bench = CanvasBench(qtbot, tmp_path, project(graph, data))
    first = saved(bench.document.project)
    mouse = Mouse(bench, random.Random(seed))
    for number in range(MOUSE_OPERATIONS):
        name = mouse.operate()
        try:
            assert_valid(mouse.graph)
            assert_shown(bench.scene)
            assert_all_shown(bench.scene)
        except AssertionError as error:
            raise AssertionError(f"operation {number}, {name!r}, of seed {seed}") from error
    assert {*mouse.done} == {*mouse.gestures}
    assert_undo_and_redo_lead_to_the_same_bytes(mouse, first)


def test_a_graph_that_is_full_is_left_as_it_is(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that adds says so instead of failing."""
    bench = CanvasBench(qtbot, tmp_path, project(CIRCLE))
    bench.focus.select(frozenset({"n2"}))
    bench.view.canvas.clipboard.copy()
    monkeypatch.setattr("playground.document.graph.MAX_NODES", 5)
    with pytest.raises(GraphError):
        bench.graph.add("relu")
    before = bench.document.project
    commands = bench.view.canvas.commands
    for command in (
        commands.duplicate,
        bench.view.canvas.clipboard.paste,
        lambda: commands.insert_behind("n2", "relu"),
        lambda: commands.insert_in(bench.graph.edges[0], "relu"),
        lambda: commands.add_connected("n2", QPointF(), "relu"),
        lambda: Drop(bench.scene, "relu").release(QPointF(0, 900)),
    ):
        with qtbot.waitSignal(bench.view.hinted) as hint:
            command()
        assert "full" in hint.args[0]
    assert bench.document.project is before
