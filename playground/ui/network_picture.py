"""A small picture of a network: its cards and wires as the canvas would lay them, without their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from playground.document.project import Project
from playground.ui.editor.edits import states_of
from playground.ui.editor.look import measure
from playground.ui.editor.state import CardState
from playground.ui.editor.thumbnails import Plan
from playground.ui.editor.wire import free_lane, wire_path
from playground.ui.theme import Theme

# Room around the network, in pixels of the picture at 100 %, and the thinnest line that is still seen.
MARGIN, HAIR = 10, 1.0
# No card is drawn larger than this share of its size on the canvas.
MOST_SCALE = 0.45
BARS = ("signed_bars", "class_bars", "shares")


def network_picture(project: Project, theme: Theme, size: QSize, ratio: float) -> QImage:
    """The network on the colour of the canvas, as large as fits; `size` is in device-independent pixels."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.color("bg.canvas"))
    states = states_of(project)
    cards = {node.id: QRectF(node.x, node.y, states[node.id].width, states[node.id].height)
             for node in project.graph.nodes}  # fmt: skip
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    thin = _fit(painter, cards, size, theme.px(MARGIN))
    _paint_wires(painter, project, theme, states, cards, thin)
    for node_id, card in cards.items():
        _paint_card(painter, theme, states[node_id], card, thin)
    painter.end()
    return image


def _fit(painter: QPainter, cards: Mapping[str, QRectF], size: QSize, margin: float) -> float:
    """Scales and moves so that all cards are seen; returns the width of the thinnest line then."""
    whole = QRectF()
    for card in cards.values():
        whole = whole.united(card)
    room = QRectF(0, 0, size.width(), size.height()).adjusted(margin, margin, -margin, -margin)
    scale = min(room.width() / whole.width(), room.height() / whole.height(), MOST_SCALE)
    painter.translate(room.center())
    painter.scale(scale, scale)
    painter.translate(-whole.center())
    return HAIR / scale


def _paint_wires(
    painter: QPainter, project: Project, theme: Theme, states: Mapping[str, CardState], cards: Mapping[str, QRectF],
    thin: float,
) -> None:  # fmt: skip
    painter.setPen(QPen(theme.color("text.disabled"), max(measure("wire.tensor.width"), thin)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for edge in project.graph.edges:
        source, target = cards[edge.source], cards[edge.target]
        start = source.topLeft() + states[edge.source].output_place()
        end = target.topLeft() + states[edge.target].input_place(edge.port)
        lane = free_lane(source, target, cards.values()) if end.x() < start.x() else None
        painter.drawPath(wire_path(start, end, lane)[0])


def _paint_card(painter: QPainter, theme: Theme, state: CardState, card: QRectF, thin: float) -> None:
    painter.setPen(QPen(theme.color("line.strong"), thin))
    painter.setBrush(theme.color("bg.card"))
    radius = measure("radius.card")
    painter.drawRoundedRect(card, radius, radius)
    bar = QRectF(card.left(), card.top() + radius, max(measure("card.category_bar.width"), 2 * thin),
                 measure("card.header") - radius)  # fmt: skip
    painter.fillRect(bar, theme.color(f"category.{state.category}"))
    fill = theme.mixed("text.disabled", "bg.card", 0.75)
    corner = card.topLeft() + state.face_place()
    for part in _parts(state.plan):
        painter.fillRect(part.translated(corner), fill)


def _parts(plan: Plan) -> Iterator[QRectF]:
    """What stands on a card, from the corner of its thumbnail: maps, neurons or bars, else one area."""
    if plan.kind in BARS:
        row, height = measure("card.bars.row"), measure("card.bars.height")
        for number in range(plan.shown):
            yield QRectF(plan.tile[0], number * row, plan.width - plan.tile[0], height)
    elif plan.by_neuron or 0 < plan.tile[0] < plan.width:
        width, height = plan.tile
        # The names of features stand at the left of their pictures.
        left = plan.width - width if plan.kind == "features" else 0.0
        for number in range(plan.shown):
            row, column = divmod(number, plan.columns)
            yield QRectF(left + column * (width + plan.gap), row * (height + plan.gap), width, height)
    else:
        yield QRectF(QPointF(), QPointF(plan.width, plan.height))
