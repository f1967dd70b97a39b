"""Writing where a text stands: a field of one line over a part of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Slot

from playground.document.params import ParamError, Text
from playground.ui.controls.passing_field import PassingField
from playground.ui.editor.look import measure
from playground.ui.editor.scene import EditorScene

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# Below this it could not be read, however far away the text is.
SMALLEST = 11


class LineField(PassingField):
    """Edits one text that `param` describes. It follows its text over the canvas; without that it goes."""

    def __init__(self, canvas: Canvas, scene: EditorScene, param: Text, text: str) -> None:
        super().__init__(text, canvas.viewport(), canvas)
        self._canvas, self._scene, self._param = canvas, scene, param
        self.setMaxLength(param.max_length)
        self.selectAll()
        canvas.looked.connect(self._place)
        scene.models.theme.changed.connect(self._place)
        scene.arranged.connect(self._on_arranged)
        self._place()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what a field is about ------------------------------------------------------------------------------

    def _is_there(self) -> bool:
        """True while what the text belongs to is in the project."""
        raise NotImplementedError

    def _room(self) -> QRectF:
        """Where the text stands in the scene."""
        raise NotImplementedError

    def _take(self, text: str) -> None:
        try:
            text = str(self._param.check(text))
        except ParamError as error:
            self._scene.hinted.emit(str(error))
            return
        if self._is_there():
            self._write(text)

    def _write(self, text: str) -> None:
        """Puts the text into the project."""
        raise NotImplementedError

    # -- where it lies --------------------------------------------------------------------------------------

    @Slot()
    def _place(self) -> None:
        """Over the text, however the canvas is zoomed and scrolled."""
        if self._done or not self._is_there():
            # Until the event loop deletes it, a field that has ended still hears of changes.
            return
        room, scale = self._room(), self._scene.scale
        place = QRectF(QPointF(self._canvas.mapFromScene(room.topLeft())), room.size() * scale)
        font = self._scene.look.theme.font("card_title")
        font.setPixelSize(max(SMALLEST, round(measure("type.styles.card_title.size") * scale)))
        # The style sheet of the window would make the font that of every field.
        self.setStyleSheet(f"font-size: {font.pixelSize()}px; padding: 0 4px; min-height: 0;")
        self.setGeometry(place.toAlignedRect())
        self.setMinimumHeight(font.pixelSize() + 8)

    @Slot()
    def _on_arranged(self) -> None:
        if self._is_there():
            self._place()
        else:
            self._end()
