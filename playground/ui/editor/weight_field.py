"""Writing a weight or a bias where it stands on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from playground.document.params import Text
from playground.ui.by_hand import Held, NumberError, type_in
from playground.ui.editor.line_field import LineField
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# In pixels of the design; from far away it is as large as at 100 %.
WIDTH, HEIGHT = 76, 24
TYPED = Text("value", "The number", "", max_length=24)


class WeightField(LineField):
    """The field over a weight or a bias."""

    def __init__(self, canvas: Canvas, scene: EditorScene, held: Held, place: QPointF) -> None:
        self._held, self._middle = held, place
        super().__init__(canvas, scene, TYPED, held.text)
        self.setObjectName("number_by_hand")
        self.setAccessibleName(translate("Bias") if held.parameter == "bias" else translate("Weight"))

    def _is_there(self) -> bool:
        return self._held.node in self._scene.cards

    def _room(self) -> QRectF:
        near = min(1.0, self._scene.scale)
        width, height = WIDTH / near, HEIGHT / near
        return QRectF(self._middle.x() - width / 2, self._middle.y() - height / 2, width, height)

    def _write(self, text: str) -> None:
        try:
            type_in(self._scene.models.document, self._held, text)
        except NumberError as error:
            self._scene.hinted.emit(str(error))
