"""Room for cards that an edit made larger: what lies right of them and below makes way, so that nothing is covered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF

from playground.document.graph import placed
from playground.document.project import Project
from playground.ui.editor.arranging import Places, Rects, rects_of
from playground.ui.editor.edits import GAP, move
from playground.ui.editor.lanes import boxes_of
from playground.ui.editor.note_places import follow
from playground.ui.editor.stage_edits import stage_of

# Free room kept below a card: to one of the same stage, and to others, between which frames and titles may lie.
BELOW, BELOW_FRAME = 30.0, 60.0
# So many projects, and of each so many earlier sizes, are remembered.
PROJECTS, SIZES = 100, 12

# What sizes depended on, and where everything was then; the latest last.
Past = tuple[tuple[object, Places], ...]


class Remembered:
    """Makes room in the edits of one document, and remembers what made way: cards that get a size back that they had,
    such as that of a layer which is bypassed and switched on again, find everything where it was."""

    def __init__(self) -> None:
        self._pasts: list[tuple[Project, Past]] = []

    def with_room(self, base: Project, present: Project, project: Project) -> Project:
        """What `with_room` makes of an edit, or the places that belong to these sizes."""
        past = next((past for known, past in self._pasts if known is base), ())
        key, places = _sized_by(base), _places(base)
        if _sized_by(project) == key:
            made = with_room(base, present, project)
            past = _shifted(past, places, _places(made))
        else:
            past = (*past, (key, places))[-SIZES:]
            made, past = self._back_then(past, base, project) or (with_room(base, present, project), past)
        self._pasts = [*self._pasts, (made, past)][-PROJECTS:]
        return made

    @staticmethod
    def _back_then(past: Past, base: Project, project: Project) -> tuple[Project, Past] | None:
        """The project with everything where it was when its cards had these sizes, and the past before that; None
        where they never had, or where a card would now come to lie on another one."""
        key = _sized_by(project)
        at = next((at for at in reversed(range(len(past))) if past[at][0] == key), None)
        if at is None:
            return None
        places = past[at][1]
        moved = move(project, places)
        notes = tuple(replace(note, x=placed(places[note.id][0]), y=placed(places[note.id][1]))
                      if note.id in places else note for note in moved.graph.notes)  # fmt: skip
        moved = moved.with_graph(replace(moved.graph, notes=notes))
        return (moved, past[:at]) if _covering(moved) <= _covering(base) else None


def _places(project: Project) -> Places:
    """Where cards and notes are."""
    nodes = {node.id: (node.x, node.y) for node in project.graph.nodes}
    return nodes | {note.id: (note.x, note.y) for note in project.graph.notes}


def _shifted(past: Past, before: Places, after: Places) -> Past:
    """The past, with what was dragged together as far from there; nothing where everything was put elsewhere."""
    offsets = {id: (after[id][0] - x, after[id][1] - y) for id, (x, y) in before.items() if id in after}
    moved = {id: offset for id, offset in offsets.items() if offset != (0, 0)}
    if len(set(moved.values())) > 1:
        return ()
    return tuple(
        (key, {id: (x + moved[id][0], y + moved[id][1]) if id in moved else (x, y) for id, (x, y) in places.items()})
        for key, places in past
    )


def _covering(project: Project) -> int:
    """How many times a card lies on another one."""
    left, top, right, bottom = boxes_of(rects_of(project, [node.id for node in project.graph.nodes]).values()).T
    beside = (left[:, None] < right) & (left < right[:, None])
    over = (top[:, None] < bottom) & (top < bottom[:, None])
    return (int(np.count_nonzero(beside & over)) - len(left)) // 2


def with_room(base: Project, present: Project, project: Project) -> Project:
    """`project` with room for the cards that are larger than in `base`. A gap that was there stays, as far as the
    design wants one; cards that lay over each other before are left to who put them there.

    `present` is `base` again, or what an edit that still goes on, such as the drag of a slider, has made of it: what
    made way for that comes back first.
    """
    if _sized_by(project) == _sized_by(present):
        return project
    project = _back(base, present, project)
    before = rects_of(base, [node.id for node in base.graph.nodes])
    placed = rects_of(project, [node.id for node in project.graph.nodes])
    # Where the cards are now, in the sizes that they had.
    old = {node: QRectF(rect.topLeft(), before[node].size()) if node in before else QRectF(rect)
           for node, rect in placed.items()}  # fmt: skip
    grown = [node for node in placed if placed[node].width() > old[node].width()
             or placed[node].height() > old[node].height()]  # fmt: skip
    now = {node: QRectF(rect) for node, rect in old.items()}
    for node in sorted(grown, key=lambda node: (old[node].top(), old[node].left())):
        _grow(project, now, node, placed[node])
    places = {node: (rect.x(), rect.y()) for node, rect in now.items() if rect.topLeft() != placed[node].topLeft()}
    if not places:
        return project
    moved = move(project, places)
    if not moved.graph.notes:
        return moved
    return moved.with_graph(follow(moved.graph, old, now, list(now.values())))


def _sized_by(project: Project) -> object:
    """What the sizes of cards depend on: not where they lie."""
    nodes = [(node.id, node.kind, node.params, node.name, node.bypassed) for node in project.graph.nodes]
    return nodes, project.graph.edges, project.data.name


def _back(base: Project, present: Project, project: Project) -> Project:
    """The project with the cards that made way in `present` where they were in `base`."""
    if base is present:
        return project
    nodes = []
    for node in project.graph.nodes:
        if node.id in base.graph and node.id in present.graph:
            now, then = present.graph.node(node.id), base.graph.node(node.id)
            if (node.x, node.y) == (now.x, now.y):
                node = replace(node, x=then.x, y=then.y)
        nodes.append(node)
    graph = replace(project.graph, nodes=tuple(nodes))
    if graph.notes == present.graph.notes:
        graph = replace(graph, notes=base.graph.notes)
    return project.with_graph(graph)


def _grow(project: Project, now: Rects, node: str, larger: QRectF) -> None:
    """Gives a card its new size: rows below go down as one, then what stands beside it goes to the right."""
    old = now[node]
    new = QRectF(old.topLeft(), larger.size())
    home = stage_of(project.graph, node)
    beneath = {other for other, rect in now.items() if other != node and rect.top() >= old.bottom()}
    kept = {other: BELOW if home is not None and other in home.nodes else BELOW_FRAME for other in beneath}
    under = [other for other in beneath if now[other].left() < new.right() and old.left() < now[other].right()]
    down = max((min(now[other].top() - old.bottom(), kept[other]) - (now[other].top() - new.bottom())
                for other in under), default=0.0)  # fmt: skip
    if down > 0:
        for other in beneath:
            now[other].translate(0, down)
    now[node] = new
    beside = [other for other, rect in now.items() if rect.left() >= old.right() and _in_row(rect, new)]
    across = max((min(now[other].left() - old.right(), GAP) - (now[other].left() - new.right())
                  for other in beside), default=0.0)  # fmt: skip
    if across > 0:
        for other in _behind(now, beside, old.right()):
            now[other].translate(across, 0)


def _behind(now: Rects, first: Collection[str], line: float) -> set[str]:
    """Cards, and everything right of a line that they would run into or that already makes way with them."""
    found, reached = set(first), list(first)
    while reached:
        rect = now[reached.pop()]
        more = [other for other in now if other not in found and now[other].left() >= max(line, rect.left())
                and _in_row(now[other], rect)]  # fmt: skip
        found.update(more)
        reached += more
    return found


def _in_row(one: QRectF, other: QRectF) -> bool:
    return one.top() < other.bottom() and other.top() < one.bottom()
