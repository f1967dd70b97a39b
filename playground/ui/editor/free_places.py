"""Where cards find a free place on the canvas."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from playground.document.project import Project
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.look import measure

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def free_offset(cards: Sequence[QRectF], offset: QPointF, taken: Sequence[QRectF]) -> QPointF:
    """How far to move cards, as near to `offset` as can be, so that they cover nothing that lies on the canvas."""
    grid = measure("space.canvas_grid")
    around = [rect.adjusted(-grid, -grid, grid, grid) for rect in taken]
    frame = functools.reduce(QRectF.united, cards, QRectF()).translated(offset)
    columns, rows = {0.0}, {0.0}
    for rect in around:
        columns |= {(rect.left() - frame.right()) // grid * grid, -(-(rect.right() - frame.left()) // grid) * grid}
        rows |= {(rect.top() - frame.bottom()) // grid * grid, -(-(rect.bottom() - frame.top()) // grid) * grid}
    shifts = [QPointF(x, y) for x in columns for y in rows]
    for shift in sorted(shifts, key=lambda shift: math.hypot(shift.x(), shift.y())):
        if not any(frame.translated(shift).intersects(rect) for rect in around):
            return offset + shift
    return offset


def settled(scene: EditorScene, project: Project, node: str, point: QPointF) -> Project:
    """`project` with its new layer in the stage around a point of the scene, and in the nearest free place: the frame
    of another stage is none."""
    home = scene.annotations.stage_around(point)
    frames = [frame for stage, frame in scene.annotations.frames().items() if stage != home]
    cleared = edits.clear_of(project, node, scene.taken() + frames)
    return cleared.with_graph(stage_edits.put(cleared.graph, {node: home}))
