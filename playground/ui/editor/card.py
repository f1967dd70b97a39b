"""A layer on the canvas: the body of its card and the parts that belong to it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.face import Z_BODY, Z_FACE, Z_PORT, Z_TOOL, FaceItem
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.message import MessageItem
from playground.ui.editor.port import PortItem
from playground.ui.editor.state import DOT_ROOM, CardState
from playground.ui.icons import paint_icon
from playground.ui.theme import token

# Room outside the card for the ring of the keyboard focus.
MARGIN = 4
TITLE_LINE, DETAIL_LINE = 16, 14
TRAINING_DOT = 7
# The sign of frozen weights, in the place of the dot; it reaches a little into the padding.
LOCK, LOCK_OUT = 13, 4
FOOTER_GAP = 10
# How far a dragged card is above others.
LIFTED = Z_TOOL
# The border of a bypassed card.
DASH = (5.0, 4.0)


def _bounds(state: CardState) -> QRectF:
    """What a card can paint, from its upper left corner."""
    return QRectF(-MARGIN, -MARGIN, state.width + 2 * MARGIN, state.height + 2 * MARGIN)


class CardItem(Item):
    """The body of a card: header, footer, border. It owns thumbnail, ports and message, which are items of their own
    so that wires run above bodies and below thumbnails; `place` moves them all.

    An item knows the id of its layer, never the layer.
    """

    def __init__(self, state: CardState, look: Look, scene: QGraphicsScene) -> None:
        super().__init__()
        self._rect = QRectF()
        self.state, self._bounds = state, _bounds(state)
        self._look = look
        self._selected = self._hovered = self._focused = self._training = self._target = self._fresh = False
        self._refused = False
        self.setZValue(Z_BODY)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.face = FaceItem(state.plan, look)
        self.ports: list[PortItem] = []
        self.message: MessageItem | None = None
        scene.addItem(self)
        scene.addItem(self.face)
        self._update_parts(scene)

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def node(self) -> str:
        """The id of the layer."""
        return self.state.node

    @property
    def accessible_name(self) -> str:
        """What a screen reader says of this card."""
        return self.state.spoken

    def rect(self) -> QRectF:
        """The card in the scene."""
        return QRectF(self._rect)

    def input_point(self, port: int) -> QPointF:
        """Where wires into a port end, in the scene."""
        return self.pos() + self.state.input_place(port)

    def output_point(self) -> QPointF:
        """Where wires out of the layer begin, in the scene."""
        return self.pos() + self.state.output_place()

    # -- following the project ------------------------------------------------------------------------------

    def set_state(self, state: CardState) -> None:
        """Shows another state of the same layer."""
        if state == self.state:
            return
        self.prepareGeometryChange()
        switched = state.bypassed != self.state.bypassed
        self.state, self._bounds = state, _bounds(state)
        self.face.set_plan(state.plan)
        if switched:
            # What the layer made before it was bypassed is not what it hands on.
            self.face.thumbnail.clear()
            self.face.update()
        self._update_parts(self.scene())
        self.update()

    def _update_parts(self, scene: QGraphicsScene) -> None:
        wanted: list[int | None] = [*range(self.state.inputs), *([None] * self.state.outputs)]
        for port in [port for port in self.ports if port.number not in wanted]:
            scene.removeItem(port)
            self.ports.remove(port)
        present = {port.number for port in self.ports}
        for number in wanted:
            if number not in present:
                port = PortItem(self.node, number, self._look)
                scene.addItem(port)
                self.ports.append(port)
        self._update_message(scene)
        faded = "bypassed" if self.state.bypassed else "disabled" if self.state.dimmed else ""
        opacity = token(f"state.{faded}.opacity") if faded else 1.0
        self.setOpacity(opacity)
        self.face.setOpacity(opacity)
        self.reset_ports()
        self.place(self.pos())

    def _update_message(self, scene: QGraphicsScene) -> None:
        problem = self.state.problem
        if self.message is not None and problem is None:
            scene.removeItem(self.message)
            self.message = None
        elif self.message is not None and problem is not None:
            self.message.set_problem(problem)
        elif problem is not None:
            # The Output is where the network ends: a sentence that went on from there would make it small in view.
            self.message = MessageItem(problem, self._look, leftward=not self.state.outputs)
            scene.addItem(self.message)

    def reset_ports(self) -> None:
        """Ports look as the card does, after a dragged wire has lit them up."""
        for port in self.ports:
            bad = self._invalid and port.number == 0
            port.set_state("error" if bad else "selected" if self._selected else "")

    def place(self, at: QPointF) -> None:
        """Moves the card and all that belongs to it."""
        self.setPos(at)
        self._rect = QRectF(at.x(), at.y(), self.state.width, self.state.height)
        self.face.setPos(at + self.state.face_place())
        for port in self.ports:
            port.setPos(self.output_point() if port.number is None else self.input_point(port.number))
        if self.message is not None:
            self.message.place(self._rect)

    def lift(self, lifted: bool) -> None:
        """Puts the card above all others while it is dragged, or back among them."""
        above = LIFTED if lifted else 0
        self.setZValue(Z_BODY + above)
        self.face.setZValue(Z_FACE + above)
        for port in self.ports:
            port.setZValue(Z_PORT + above)

    def take_down(self) -> None:
        """Removes the card and its parts from the scene, one by one."""
        scene = self.scene()
        for part in (*self.ports, *([self.message] if self.message else []), self.face, self):
            scene.removeItem(part)
        self.ports, self.message = [], None

    def repaint(self) -> None:
        """Paints everything anew in the colours of the theme."""
        self.face.thumbnail.retint()
        if self.message is not None:
            self.message.measure()
        for part in (self, self.face, *self.ports, *([self.message] if self.message else [])):
            part.prepareGeometryChange()
            part.update()

    # -- how it looks ---------------------------------------------------------------------------------------

    @property
    def _invalid(self) -> bool:
        return self.state.problem is not None and self.state.problem.severity == "error"

    def set_look(
        self, *, selected: bool | None = None, hovered: bool | None = None, focused: bool | None = None,
        training: bool | None = None, target: bool | None = None, fresh: bool | None = None,
        refused: bool | None = None,
    ) -> None:  # fmt: skip
        """Changes how the card looks: what is None stays. `focused` is the ring of the keyboard, `target` that of
        something that would be dropped here, `refused` that of something that would not fit. A `fresh` layer has just
        begun with first weights."""
        before = self._flags
        self._selected = self._selected if selected is None else selected
        self._hovered = self._hovered if hovered is None else hovered
        self._focused = self._focused if focused is None else focused
        self._training = self._training if training is None else training
        self._target = self._target if target is None else target
        self._fresh = self._fresh if fresh is None else fresh
        self._refused = self._refused if refused is None else refused
        if self._flags != before:
            self.face.set_background(self._level)
            self.reset_ports()
            self.update()

    @property
    def _flags(self) -> tuple[bool, ...]:
        looks = (self._selected, self._hovered, self._focused, self._training, self._target, self._fresh)
        return (*looks, self._refused)

    @property
    def _level(self) -> str:
        return "accent.tint" if self._target else "bg.control" if self._hovered else "bg.card"

    # -- painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        width, height = self.state.width, self.state.height
        header, footer = measure("card.header"), measure("card.footer")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, QRectF(0, 0, width, height))
        # While the thumbnail alone is new, the texts above and below it need not be drawn again.
        if option.exposedRect.top() < header:
            self._paint_header(painter)
        if option.exposedRect.bottom() > height - footer:
            self._paint_footer(painter, QRectF(0, height - footer, width, footer))

    def _paint_frame(self, painter: QPainter, rect: QRectF) -> None:
        look, radius = self._look, measure("card.corner")
        border, width = "line.strong", measure("border.hairline")
        if self._invalid or self._refused:
            border, width = "error.base", measure("border.error")
        elif self._selected or self._target:
            border, width = "accent.base", measure("border.selected")
        # At 45 % a hairline's dashes would not be seen.
        dash = DASH if self.state.bypassed else ()
        if dash and border == "line.strong":
            border = "text.secondary"
        painter.setPen(look.pen(border, width, dash))
        painter.setBrush(look.color(self._level))
        inset = width / 2
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
        if self._focused:
            ring = measure("state.focus.ring")
            out = measure("state.focus.offset") + ring / 2
            painter.setPen(look.pen("accent.base", ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-out, -out, out, out), radius + out, radius + out)

    def _paint_header(self, painter: QPainter) -> None:
        look, state = self._look, self.state
        bar = QRectF(0, *(measure(f"card.category_bar.{name}") for name in ("top", "width", "height")))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(f"category.{state.category}"))
        # The left corners are square: the part that is rounded there lies outside.
        painter.save()
        painter.setClipRect(bar, Qt.ClipOperation.IntersectClip)
        painter.drawRoundedRect(bar.adjusted(-bar.width(), 0, 0, 0), 2, 2)
        painter.restore()
        left, top = token("card.title_offset")
        dot = self._training and state.learns
        corner = DOT_ROOM if state.frozen or dot else 0
        room = state.width - left - measure("card.padding") - corner
        if not state.detail:
            top = (measure("card.header") - TITLE_LINE) / 2
        title = look.fitting("card_title", state.title, room)
        look.text(painter, QRectF(left, top, room + 2, TITLE_LINE), title, "card_title", "text.primary")
        if state.detail:
            detail = look.fitting("caption", state.detail, room)
            place = QRectF(left, top + TITLE_LINE, room + 2, DETAIL_LINE)
            look.text(painter, place, detail, "caption", "text.secondary")
        if state.frozen:
            lock = QRectF(state.width - measure("card.padding") - LOCK + LOCK_OUT, top + 1, LOCK, LOCK)
            paint_icon(painter, lock, "lock", look.color("text.secondary"))
        elif dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent.base"))
            radius = TRAINING_DOT / 2
            painter.drawEllipse(QPointF(state.width - measure("card.padding") - radius, top + 8), radius, radius)

    def _fresh_counts(self) -> tuple[str, ...]:
        """What the footer says of a layer that has just begun, the longest first."""
        fresh = QCoreApplication.translate("Card", "fresh")
        return (*(f"{fresh} · {text}" for text in self.state.counts), fresh)

    def _paint_footer(self, painter: QPainter, rect: QRectF) -> None:
        look, state, padding = self._look, self.state, measure("card.padding")
        painter.setPen(look.pen("line.soft", measure("border.hairline")))
        painter.drawLine(QPointF(rect.left() + 1, rect.top() + 0.5), QPointF(rect.right() - 1, rect.top() + 0.5))
        inner = rect.adjusted(padding - 1, 0, -padding + 1, 0)
        look.text(painter, inner, state.shape, "caption", "text.primary")
        room = inner.width() - look.width("caption", state.shape) - FOOTER_GAP
        counts = self._fresh_counts() if self._fresh else state.counts
        count = next((text for text in counts if look.width("caption", text) <= room), "")
        color = "accent.base" if self._fresh else "text.caption"
        look.text(painter, inner, count, "caption", color, Qt.AlignmentFlag.AlignRight)
