"""Weight wires: every weight between neurons as a line, as wide as it is strong, orange below zero, blue above.

All of them are one picture: while training it is drawn at most ten times a second, as straight pieces and without
antialiasing, at rest as curves and with it. While cards move, what leads to them is a second picture above the first
one, so that little is painted for each move.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsScene

from playground.ui.cadence import Cadence
from playground.ui.editor.look import Look
from playground.ui.editor.weight_lines import NOTHING, WIDTH, Gap, Lines, strongest
from playground.ui.editor.weight_picture import REFRESH_SECONDS, WeightPicture
from playground.ui.pictures import Numbers

# How far from a weight wire the pointer still means it.
NEAR = 5.0


class WeightWires:
    """All weight wires of the canvas. `set_gaps` says where they run, by the wires between the cards, `move_gaps`
    that some of these lead elsewhere now, and `set_weights` how strong they are.

    What is drawn roughly, since it was drawn a moment ago, calls `hurried`; `settle` draws it well once that is over.
    """

    def __init__(self, scene: QGraphicsScene, look: Look, hurried: Callable[[], None]) -> None:
        self._look, self._hurried = look, hurried
        self.picture, self._moving_picture = WeightPicture(look, hurried), WeightPicture(look, hurried)
        for picture in (self.picture, self._moving_picture):
            scene.addItem(picture)
        self._gaps: dict[Hashable, Gap] = {}
        self._numbers: dict[Hashable, int] = {}
        # Numbers of the gaps that lead to cards on the move.
        self._moving: frozenset[int] = frozenset()
        self._weights: dict[str, Numbers] = {}
        self._lines = NOTHING
        self._training = False
        self._cadence = Cadence(REFRESH_SECONDS)
        self._late = False
        self._courses: Numbers | None = None

    @property
    def lines(self) -> Lines:
        """What is drawn."""
        return self._lines

    def set_gaps(self, gaps: Mapping[Hashable, Gap]) -> None:
        """Leads all wires anew."""
        self._gaps = dict(gaps)
        self._numbers = {key: number for number, key in enumerate(gaps)}
        self._moving = frozenset()
        self._update_lines()

    def move_gaps(self, gaps: Mapping[Hashable, Gap]) -> None:
        """Leads the wires of some gaps elsewhere: those of cards that are on the move."""
        if not gaps:
            return
        self._gaps.update(gaps)
        self._lines = self._lines.moved({self._numbers[key]: gap for key, gap in gaps.items()})
        self._courses = None
        moving = self._moving | {self._numbers[key] for key in gaps}
        if moving != self._moving:
            self._moving = moving
            self.picture.set_lines(self._lines.of(moving, inside=False))
        self._moving_picture.set_lines(self._lines.of(moving))
        self._hurried()

    def set_weights(self, weights: Mapping[str, Numbers]) -> bool:
        """Takes new weights by layer; False when it is too early to draw them, and the next call brings newer ones."""
        self._weights = dict(weights)
        if self._training and not self._cadence.is_due():
            self._late = True
            return False
        self._cadence.take()
        self._update_lines()
        return True

    def set_training(self, training: bool) -> None:
        """While training lines are drawn less often and without antialiasing."""
        if training == self._training:
            return
        self._training = self.picture.training = self._moving_picture.training = training
        if self._late:
            self._update_lines()
        self.repaint()

    def repaint(self) -> None:
        """Draws in the colours of the theme."""
        self.picture.redraw()
        self._moving_picture.redraw()

    def settle(self) -> None:
        """Draws well what was drawn in a hurry, and as one picture what has moved."""
        self._moving = frozenset()
        self._show()
        self.picture.redraw()

    def _update_lines(self) -> None:
        self._late = False
        self._lines = strongest(tuple(self._gaps.values()), self._weights, self._look.scale)
        self._courses = None
        self._show()

    def _show(self) -> None:
        if self._moving:
            self.picture.set_lines(self._lines.of(self._moving, inside=False))
            self._moving_picture.set_lines(self._lines.of(self._moving))
        else:
            self.picture.set_lines(self._lines)
            self._moving_picture.set_lines(NOTHING)

    def near(self, point: QPointF) -> int | None:
        """The number of the line at a point of the scene; of several the strongest."""
        pictures = (self.picture, self._moving_picture)
        if not any(picture.boundingRect().contains(point) for picture in pictures):
            return None
        if self._courses is None:
            self._courses = self._lines.courses()
        start, step = self._courses[:, :-1], np.diff(self._courses, axis=1)
        offset = np.array([point.x(), point.y()]) - start
        length = np.maximum((step**2).sum(axis=2), 1e-9)
        along = np.clip((offset * step).sum(axis=2) / length, 0, 1)
        distance = np.sqrt(((offset - along[..., None] * step) ** 2).sum(axis=2)).min(axis=1)
        width = (WIDTH[0] + WIDTH[1] * self._lines.strengths) / 2
        hit = np.flatnonzero(distance <= np.maximum(width, NEAR))
        # Lines are in order of strength; the nearest counts, and where several are as near the strongest.
        return int(hit[np.lexsort((-hit, np.round(distance[hit] / 2)))[0]]) if len(hit) else None
