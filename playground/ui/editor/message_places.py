"""Where the sentences of problems stand: at their cards, where they cover no other card and each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.ui.editor.card import CardItem
from playground.ui.editor.look import measure
from playground.ui.editor.message import MessageItem

# How much of its enlargement a sentence keeps where there is little room.
SCALES = (1.0, 0.6, 0.3, 0.0)
# How far from its card a sentence goes at most to find room.
REACH = 240.0


def place_messages(cards: Iterable[CardItem], enlarged: float) -> None:
    """Puts every message where there is room for it: `enlarged` so many times if that fits, else smaller, and no
    smaller than its card is drawn."""
    shown = [(card.rect(), card.message) for card in cards]
    taken = [rect for rect, _ in shown]
    for number, (rect, message) in enumerate(shown):
        if message is not None:
            others = taken[:number] + taken[number + 1 :]
            _place(message, rect, others, enlarged)
            taken.append(message.rect())


def _place(message: MessageItem, card: QRectF, others: Sequence[QRectF], enlarged: float) -> None:
    size = message.boundingRect().adjusted(1, 1, -1, -1).size()
    scales = [1 + (enlarged - 1) * share for share in SCALES]
    found = ((scale, _free(size * scale, card, others, message.leftward)) for scale in scales)
    scale, place = next((pair for pair in found if pair[1] is not None), (1.0, None))
    if place is None:
        # Nothing is free: where it covers least.
        place = min(_places(card, size, message.leftward), key=lambda place: _covered(QRectF(place, size), others))
    message.setScale(scale)
    message.setPos(place)


def _free(size: QSizeF, card: QRectF, others: Sequence[QRectF], leftward: bool) -> QPointF | None:
    """A place at a card for a message of this size that covers nothing, or the nearest one beside something else."""
    for place in _places(card, size, leftward):
        if _covered(QRectF(place, size), others) == 0:
            return place
    return _nearest(size, card, others)


def _nearest(size: QSizeF, card: QRectF, others: Sequence[QRectF]) -> QPointF | None:
    """The free place nearest to a card that has none right below or above it: beside something else that lies there.
    None where nothing is free in reach."""
    offset, around = measure("card.message.offset"), card.adjusted(-REACH, -REACH, REACH, REACH)
    near = [rect for rect in others if rect.intersects(around)]
    edges = [card, *near]
    columns = {x for rect in edges for x in (rect.right() + offset, rect.left() - offset - size.width(), rect.left())}
    rows = {y for rect in edges for y in (rect.bottom() + offset, rect.top() - offset - size.height(), rect.top())}
    free = [
        rect
        for rect in (QRectF(QPointF(x, y), size) for x in columns for y in rows)
        if rect.intersects(around) and not any(rect.intersects(other) for other in edges)
    ]
    return min(free, key=lambda rect: _apart(rect, card)).topLeft() if free else None


def _apart(one: QRectF, other: QRectF) -> float:
    """How far two rectangles are apart, across and down together."""
    across = max(one.left() - other.right(), other.left() - one.right(), 0.0)
    down = max(one.top() - other.bottom(), other.top() - one.bottom(), 0.0)
    return across + down


def _places(card: QRectF, size: QSizeF, leftward: bool) -> Iterator[QPointF]:
    """Corners for a message of this size, the usual ones first: below its card, then above."""
    offset = measure("card.message.offset")
    sides = (card.left(), card.right() - size.width(), card.center().x() - size.width() / 2)
    for y in (card.bottom() + offset, card.top() - offset - size.height()):
        for x in (sides[1], sides[0], sides[2]) if leftward else sides:
            yield QPointF(x, y)


def _covered(rect: QRectF, others: Iterable[QRectF]) -> float:
    """How much of the rectangle lies on others, as an area."""
    common = (rect.intersected(other) for other in others if rect.intersects(other))
    return sum(part.width() * part.height() for part in common)
