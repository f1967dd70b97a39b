"""What is at a point of the canvas, the uppermost first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.ui.editor.card import CardItem
from playground.ui.editor.message import MessageItem
from playground.ui.editor.neurons import Bias, NeuronTiles
from playground.ui.editor.port import PortItem
from playground.ui.editor.wire import NEAR, WireItem

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def card_at(scene: EditorScene, point: QPointF, but: str = "") -> CardItem | None:
    """The card at a point, `but` the one of a layer that is dragged."""
    cards = (card for card in reversed(scene.cards.values()) if card.node != but)
    return next((card for card in cards if card.rect().contains(point)), None)


def node_at(scene: EditorScene, point: QPointF, but: str = "") -> str | None:
    """The id of the layer whose card is at a point, `but` one that is dragged."""
    card = card_at(scene, point, but)
    return card.node if card is not None else None


def port_at(scene: EditorScene, point: QPointF) -> PortItem | None:
    """The port whose hit area holds a point; of several the nearest."""
    found = [port for card in scene.cards.values() for port in card.ports if port.holds(point)]
    return min(found, key=lambda port: (port.pos() - point).manhattanLength(), default=None)


def message_at(scene: EditorScene, point: QPointF) -> MessageItem | None:
    """The message at a point."""
    messages = (card.message for card in scene.cards.values())
    return next((message for message in messages if message is not None and message.holds(point)), None)


def wire_at(scene: EditorScene, point: QPointF, reach: float = NEAR) -> WireItem | None:
    """The wire within reach of a point."""
    return next((wire for wire in scene.wires.values() if wire.isVisible() and wire.near(point, reach)), None)


def bias_at(card: CardItem, point: QPointF) -> Bias | None:
    """The bias at a point of the scene, with its place there."""
    tiles = card.face.thumbnail
    found = tiles.bias_at(card.face.mapFromScene(point)) if isinstance(tiles, NeuronTiles) else None
    return None if found is None else found._replace(place=card.face.mapToScene(found.place))


def spare_feature_at(card: CardItem, point: QPointF) -> str | None:
    """The unused feature whose chip on the Input is at a point."""
    thumbnail = card.face.thumbnail
    return thumbnail.spare_at(card.face.mapFromScene(point)) if isinstance(thumbnail, NeuronTiles) else None
