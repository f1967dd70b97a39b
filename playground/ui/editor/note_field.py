"""Writing a note where it lies: a field of several lines over it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from playground.document import annotating
from playground.document.annotations import Note
from playground.document.graph import GraphError
from playground.document.graph_file import NOTE
from playground.ui.editor.line_field import SMALLEST
from playground.ui.editor.look import measure
from playground.ui.editor.note import PADDING_X, PADDING_Y, STYLE, text_height
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# What the style sheet draws around it.
BORDER = 2


class NoteField(QPlainTextEdit):
    """Edits the text of a note, or writes a new one: `note` without an id. A click elsewhere, Ctrl+Enter and Escape
    keep what is written, and undo takes it back. A note without text is removed, but not by Escape."""

    def __init__(self, canvas: Canvas, scene: EditorScene, note: Note) -> None:
        super().__init__(canvas.viewport())
        self._canvas, self._scene, self._note = canvas, scene, note
        self._done = False
        self.setObjectName("note_text")
        self.setProperty("role", "note")
        self.setAccessibleName(translate("Text of the note"))
        self.setPlaceholderText(translate("Write a note"))
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setPlainText(note.text)
        self.selectAll()
        self.textChanged.connect(self._on_text_changed)
        canvas.looked.connect(self._place)
        scene.models.theme.changed.connect(self._place)
        scene.arranged.connect(self._on_arranged)
        self._place()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _place(self) -> None:
        """Over the note, as high as its text, however the canvas is zoomed and scrolled."""
        note, usual = self._note, measure(f"type.styles.{STYLE}.size")
        # From far away the field is larger than the note, and breaks its lines where that does.
        scale = max(self._scene.scale, SMALLEST / usual)
        # The cursor may stand on a line of its own, and letters of whole pixels are a little wider.
        text = self.toPlainText() + "\n"
        height = text_height(self._scene.look, text, note.width - 2 * PADDING_X) + 2 * PADDING_Y
        corner = QPointF(self._canvas.mapFromScene(QPointF(note.x, note.y)))
        place = QRectF(corner.x(), corner.y(), note.width * scale, height * scale)
        size = round(usual * scale)
        # The style sheet of the window would make the font that of every field.
        down, across = (max(0, round(room * scale) - BORDER) for room in (PADDING_Y, PADDING_X))
        self.setStyleSheet(f"font-size: {size}px; padding: {down}px {across}px;")
        self.setGeometry(place.toAlignedRect())

    @Slot()
    def _on_text_changed(self) -> None:
        if len(self.toPlainText()) > NOTE.max_length:
            self.blockSignals(True)
            self.setPlainText(self.toPlainText()[: NOTE.max_length])
            self.blockSignals(False)
            self._scene.hinted.emit(translate("A note holds {count} characters.").format(count=NOTE.max_length))
        self._place()

    @Slot()
    def _on_arranged(self) -> None:
        if self._note.id and self._note.id not in self._scene.annotations.notes:
            self._end()
        else:
            self._place()

    # -- how it ends ----------------------------------------------------------------------------------------

    def _keep(self) -> None:
        if self._done:
            return
        # Tabs and what no font draws are no part of a note.
        text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in self.toPlainText())
        self._end()
        document, annotations = self._scene.models.document, self._scene.annotations
        graph, note, said = document.project.graph, replace(self._note, text=text.strip()), "Change note"
        try:
            if not note.id:
                if not note.text:
                    return
                graph, id = annotating.add_note(graph, note.text, note.x, note.y, note.width)
                note, said = replace(note, id=id), "Add note"
            elif note.text:
                graph = annotating.set_note(graph, note)
            else:
                graph, said = annotating.remove_note(graph, note.id), "Delete note"
        except GraphError as error:
            self._scene.hinted.emit(str(error))
            return
        document.apply(translate(said), document.project.with_graph(graph))
        annotations.select(note.id if note.id in annotations.notes else None)

    def _end(self) -> None:
        """Goes, once the event that ended it is over."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self.hide()
        self.deleteLater()
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # Keys that are shortcuts of the window are letters here; Escape ends the field and nothing else.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = not event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.text()
            if typed or event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape and not self.toPlainText().strip():
            self._end()
        elif event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self._keep()
        else:
            super().keyPressEvent(event)
        # What the field does not need must not go on to the canvas.
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._keep()
