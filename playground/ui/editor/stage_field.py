"""Writing the title and the words of a stage where they stand."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent

from playground.document import annotating
from playground.document.graph_file import TITLE, WORDS
from playground.ui.editor.line_field import LineField
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# Room around the text, and the least that can be written in.
INSET, LEAST_TITLE, LEAST_WORDS = 5, 150, 220


class StageField(LineField):
    """Edits the title of a stage, or with `words` its words. Tab goes from the title to the words.

    `merge` makes what is kept one step with the edit before, such as the one that made the stage.
    """

    def __init__(
        self, canvas: Canvas, scene: EditorScene, stage_id: str, words: bool = False, merge: Hashable | None = None
    ) -> None:
        self._stage_id, self._words, self._merge = stage_id, words, merge
        stage = scene.annotations.stages[stage_id].stage
        super().__init__(canvas, scene, *((WORDS, stage.words) if words else (TITLE, stage.title)))
        self.setObjectName("stage_words" if words else "stage_title")
        self.setAccessibleName(translate("Words beside the title") if words else translate("Title of the stage"))
        self.setPlaceholderText(translate("A few words") if words else translate("Title"))

    def _is_there(self) -> bool:
        return self._stage_id in self._scene.annotations.stages

    def _room(self) -> QRectF:
        item = self._scene.annotations.stages[self._stage_id]
        text = item.words_rect() if self._words else item.title_rect()
        least = LEAST_WORDS if self._words else LEAST_TITLE
        return QRectF(text.x() - INSET, text.y() - 3, max(text.width() + 4 * INSET, least), text.height() + 6)

    def _write(self, text: str) -> None:
        document = self._scene.models.document
        stage = annotating.stage(document.project.graph, self._stage_id)
        changed = replace(stage, words=text) if self._words else replace(stage, title=text)
        graph = annotating.set_stage(document.project.graph, changed)
        document.apply(translate("Rename stage"), document.project.with_graph(graph), merge=self._merge)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab and not self._words:
            self._keep()
            if self._is_there():
                StageField(self._canvas, self._scene, self._stage_id, words=True, merge=self._merge)
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:
        # Tab is a key like others here.
        return False
