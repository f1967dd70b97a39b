"""A layered drawing as arithmetic: boxes in columns along their links, in an order with few crossings that stays as
near to the present one as that allows, and at heights that keep links straight (after Sugiyama, Tagawa and Toda, 1981).
"""

from __future__ import annotations

import heapq
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

# Free room between two boxes of a column, and what each link between or beside them adds to it.
BOX_GAP, LANE = 30.0, 16.0
# A link over more columns than this keeps no room of its own in them.
LONGEST = 24
ROUNDS = 24
ALIGNING = 3
# How much a link over several columns counts for the height of a box, beside one to the next column.
FAR = 0.01

# The other end of a link, how much lower than it a box would lie with the link straight, and how much that counts.
Pull = tuple[str, float, float]


@dataclass(frozen=True)
class Box:
    """Something to place: a card or a frame with its cards. `y` is where its middle is now. What is `wide` keeps
    more room to others that are; what `fans` out has several links to the right, and says beside its port what they
    carry. `label` is the room that this needs between two boxes."""

    id: str
    width: float
    height: float
    y: float = 0.0
    wide: bool = False
    fans: bool = False
    framed: bool = False
    label: float = 0.0


@dataclass(frozen=True)
class Link:
    """A wire from box to box; `leaves` and `arrives` are the heights of its ports below the tops of the boxes."""

    source: str
    target: str
    leaves: float
    arrives: float


class Slot(NamedTuple):
    """A box in its column, or the room that a link number `link` passes through."""

    box: str = ""
    link: int = -1
    column: int = 0


@dataclass
class Layers:
    """Slots by column, from top to bottom, and the pieces of links between one column and the next: the slots at
    both ends and how far down these they lie, from 0 to 1."""

    columns: list[list[Slot]]
    pieces: list[list[tuple[Slot, Slot, float, float]]] = field(default_factory=list)

    def boxes(self) -> list[list[str]]:
        """The boxes alone."""
        return [[slot.box for slot in column if slot.box] for column in self.columns]


def ranks(boxes: Mapping[str, Box], links: Iterable[Link]) -> dict[str, int] | None:
    """The longest way to each box in links, or None where these close a loop."""
    following: dict[str, list[str]] = {id: [] for id in boxes}
    missing = dict.fromkeys(boxes, 0)
    for link in links:
        following[link.source].append(link.target)
        missing[link.target] += 1
    number = {id: at for at, id in enumerate(boxes)}
    ready = [(number[id], id) for id, count in missing.items() if count == 0]
    heapq.heapify(ready)
    found = dict.fromkeys(boxes, 0)
    done = 0
    while ready:
        _, id = heapq.heappop(ready)
        done += 1
        for target in following[id]:
            found[target] = max(found[target], found[id] + 1)
            missing[target] -= 1
            if missing[target] == 0:
                heapq.heappush(ready, (number[target], target))
    return found if done == len(found) else None


def layered(boxes: Mapping[str, Box], links: Sequence[Link]) -> Layers | None:
    """Boxes in columns and in order, or None where links close a loop."""
    rank = ranks(boxes, links)
    if rank is None:
        return None
    layers = _in_present_order(boxes, links, rank)
    for _ in range(ROUNDS):
        present = _crossings(layers, layers.columns)
        tried = [(_crossings(layers, columns), columns) for columns in (_rearranged(layers) if present else ())]
        fewest = min(tried, key=lambda found: found[0], default=None)
        if fewest is None or fewest[0] >= present:
            break
        layers.columns = fewest[1]
    return layers


def _in_present_order(boxes: Mapping[str, Box], links: Sequence[Link], rank: Mapping[str, int]) -> Layers:
    count = max(rank.values(), default=-1) + 1
    heights: list[dict[Slot, float]] = [{} for _ in range(count)]
    for id, box in boxes.items():
        heights[rank[id]][Slot(id)] = box.y
    pieces: list[list[tuple[Slot, Slot, float, float]]] = [[] for _ in range(count)]
    for number, link in enumerate(links):
        first, last = rank[link.source], rank[link.target]
        if last - first > LONGEST:
            continue
        before, share = Slot(link.source), link.leaves / (boxes[link.source].height + 1)
        for column in range(first + 1, last):
            between = Slot("", number, column)
            way = (column - first) / (last - first)
            heights[column][between] = boxes[link.source].y * (1 - way) + boxes[link.target].y * way
            pieces[column - 1].append((before, between, share, 0.5))
            before, share = between, 0.5
        pieces[last - 1].append((before, Slot(link.target), share, link.arrives / (boxes[link.target].height + 1)))
    # Of what is at one height, links that pass lie above boxes.
    columns = [sorted(found, key=lambda slot: (found[slot], bool(slot.box))) for found in heights]
    return Layers(columns, pieces)


# -- few crossings --------------------------------------------------------------------------------------------


def _crossings(layers: Layers, columns: list[list[Slot]]) -> int:
    count = 0
    for number, pieces in enumerate(layers.pieces[: len(columns) - 1]):
        left = {slot: at for at, slot in enumerate(columns[number])}
        right = {slot: at for at, slot in enumerate(columns[number + 1])}
        ends = sorted((left[a] + below_a, right[b] + below_b) for a, b, below_a, below_b in pieces)
        seen: list[float] = []
        for _, end in ends:
            count += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return count


def _rearranged(layers: Layers) -> Iterable[list[list[Slot]]]:
    """Other orders worth a try: swept forward and back, back and forward, and with neighbours switched."""
    yield _swept(layers, _swept(layers, layers.columns, forward=True), forward=False)
    yield _swept(layers, _swept(layers, layers.columns, forward=False), forward=True)
    yield _switched(layers)


def _near(layers: Layers, column: int, forward: bool, place: Mapping[Slot, int]) -> dict[Slot, list[float]]:
    """Where the pieces of each slot of a column end in the one before it, or behind it."""
    found: dict[Slot, list[float]] = {}
    for a, b, below_a, below_b in layers.pieces[column - 1 if forward else column]:
        slot, end = (b, place[a] + below_a) if forward else (a, place[b] + below_b)
        found.setdefault(slot, []).append(end)
    return found


def _swept(layers: Layers, columns: list[list[Slot]], forward: bool) -> list[list[Slot]]:
    """Every column ordered by the middle of what it is linked to in the column before, or behind (barycentre)."""
    made = [list(column) for column in columns]
    numbers = range(1, len(made)) if forward else range(len(made) - 2, -1, -1)
    for number in numbers:
        other = {slot: at for at, slot in enumerate(made[number - 1 if forward else number + 1])}
        near = _near(layers, number, forward, other)
        own = {slot: at for at, slot in enumerate(made[number])}
        middle = {slot: sum(near[slot]) / len(near[slot]) if slot in near else own[slot] for slot in own}
        made[number].sort(key=middle.__getitem__)
    return made


def _switched(layers: Layers) -> list[list[Slot]]:
    """Neighbours of a column switched wherever their own links cross less then."""
    made = [list(column) for column in layers.columns]
    for number, column in enumerate(made):
        sides: list[dict[Slot, list[float]]] = []
        for forward, other in ((True, number - 1), (False, number + 1)):
            if 0 <= other < len(made):
                place = {slot: at for at, slot in enumerate(made[other])}
                sides.append(_near(layers, number, forward, place))
        for at in range(len(column) - 1):
            upper, lower = column[at], column[at + 1]
            pairs = [(a, b) for side in sides for a in side.get(upper, ()) for b in side.get(lower, ())]
            if sum(a > b for a, b in pairs) > sum(a < b for a, b in pairs):
                column[at], column[at + 1] = lower, upper
    return made


# -- straight links -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """Columns beside each other: their boxes, the top of each, and how far up and down the row reaches."""

    columns: list[list[str]]
    tops: dict[str, float]
    top: float
    bottom: float


def row_of(columns: Sequence[Sequence[Slot]], boxes: Mapping[str, Box], links: Iterable[Link]) -> Row:
    """The boxes of some columns at heights where their links are as straight as they can be."""
    inside = {slot.box for column in columns for slot in column if slot.box}
    number = {slot.box: at for at, column in enumerate(columns) for slot in column if slot.box}
    into: dict[str, list[Pull]] = {id: [] for id in inside}
    out: dict[str, list[Pull]] = {id: [] for id in inside}
    for link in links:
        if link.source in inside and link.target in inside:
            weight = 1.0 if number[link.target] - number[link.source] == 1 else FAR
            into[link.target].append((link.source, link.leaves - link.arrives, weight))
            out[link.source].append((link.target, link.arrives - link.leaves, weight))
    kept = [_gaps(column) for column in columns]
    tops: dict[str, float] = {}
    for ids, gaps, _, _ in kept:
        height = sum(boxes[id].height for id in ids) + sum(gaps)
        for id, top in zip(ids, _stacked(ids, gaps, boxes), strict=True):
            tops[id] = top - height / 2
    both = {id: into[id] + out[id] for id in inside}
    for near, forward in [(into, True), (out, False)] * ALIGNING + [(both, True), (both, False)]:
        for ids, gaps, _, _ in kept if forward else reversed(kept):
            wanted = [_wanted(id, near[id], tops) for id in ids]
            tops.update(zip(ids, _apart(wanted, [boxes[id].height for id in ids], gaps), strict=True))
    reach = [
        (tops[ids[0]] - above, tops[ids[-1]] + boxes[ids[-1]].height + below) for ids, _, above, below in kept if ids
    ]
    top, bottom = min(start for start, _ in reach), max(end for _, end in reach)
    return Row([ids for ids, _, _, _ in kept], tops, top, bottom)


def _gaps(column: Sequence[Slot]) -> tuple[list[str], list[float], float, float]:
    """The boxes of a column, the room between them, and that for links above the first and below the last."""
    ids: list[str] = []
    gaps: list[float] = []
    passing, above = 0, 0.0
    for slot in column:
        if not slot.box:
            passing += 1
            continue
        if ids:
            gaps.append(BOX_GAP + LANE * passing)
        else:
            above = LANE * passing
        ids.append(slot.box)
        passing = 0
    return ids, gaps, above, LANE * passing


def _stacked(ids: Sequence[str], gaps: Sequence[float], boxes: Mapping[str, Box]) -> list[float]:
    tops, top = [], 0.0
    for id, gap in zip(ids, (*gaps, 0.0), strict=False):
        tops.append(top)
        top += boxes[id].height + gap
    return tops


def _wanted(id: str, near: Sequence[Pull], tops: Mapping[str, float]) -> float:
    """The top that makes the links of a box straight on average; without any where it is."""
    if not near:
        return tops[id]
    return sum(weight * (tops[other] + offset) for other, offset, weight in near) / sum(pull[2] for pull in near)


def _apart(wanted: Sequence[float], heights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Tops as near to the wanted ones as boxes in this order, with these gaps, can be: least squares, by merging
    neighbours that come too close (pool adjacent violators)."""
    if len(wanted) == 1:
        return list(wanted)
    shifts, shift = [], 0.0
    for height, gap in zip(heights, (*gaps, 0.0), strict=False):
        shifts.append(shift)
        shift += height + gap
    groups: list[tuple[float, int]] = []
    for want, shift in zip(wanted, shifts, strict=True):
        mean, count = want - shift, 1
        while groups and groups[-1][0] > mean:
            other, size = groups.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        groups.append((mean, count))
    bases = [mean for mean, count in groups for _ in range(count)]
    return [base + shift for base, shift in zip(bases, shifts, strict=True)]
