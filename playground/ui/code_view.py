"""The network as PyTorch code: coloured, with the lines of the selected layers marked."""

from __future__ import annotations

import keyword
import re

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from playground.ui.code_text import CodeText
from playground.ui.controls.labels import Label
from playground.ui.models import Models
from playground.ui.theme import Theme, token

# The parts of Python that have a colour, and which. A text between triple quotes is coloured line by line.
COLORS = {
    "comment": "text.caption",
    "string": "category.pooling",
    "number": "category.convolution",
    "keyword": "category.regularisation",
    "module": "category.activation",
    "name": "category.dense",
}
_PARTS = re.compile(
    r"(?P<comment>#.*)"
    r'|(?P<string>f?"""(?:.*?"""|.*)|f?"(?:[^"\\]|\\.)*")'
    r"|(?P<number>\b\d+(?:\.\d+)?(?:e[-+]?\d+)?\b)"
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)"
    r"|(?P<module>\b(?:nn|torch)(?:\.\w+)+)"
    r"|(?P<name>(?<=\bdef )\w+|(?<=\bclass )\w+)"
)
QUOTES = '"""'
OUTSIDE, INSIDE = 0, 1


class PythonColors(QSyntaxHighlighter):
    """Colours the few parts of Python that the code has."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self.read_theme)
        self.read_theme()

    @Slot()
    def read_theme(self) -> None:
        """Takes the colours of the theme."""
        for part, path in COLORS.items():
            made = QTextCharFormat()
            made.setForeground(self._theme.color(path))
            self._formats[part] = made
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        inside = self.previousBlockState() == INSIDE
        self.setCurrentBlockState(INSIDE if inside != (text.count(QUOTES) % 2 == 1) else OUTSIDE)
        if inside:
            self.setFormat(0, len(text), self._formats["string"])
            return
        for found in _PARTS.finditer(text):
            self.setFormat(found.start(), len(found[0]), self._formats[str(found.lastgroup)])


class CodeView(QStackedWidget):
    """The code, or the problem that keeps the network from having any. It is written only while it is in view."""

    def __init__(self, models: Models, code: CodeText, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._code = models, code
        self._stale = True
        self.setObjectName("code_view")
        self.setAccessibleName(self.tr("PyTorch code"))
        self.setProperty("surface", "panel")
        self._make_editor()
        self._empty = QWidget(self)
        self._sentence = Label("", self._empty, "secondary", "code_problem", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self._empty).addWidget(self._sentence)
        self.addWidget(self.editor)
        self.addWidget(self._empty)
        code.changed.connect(self._on_code_changed)
        models.focus.selection_changed.connect(self._update_marks)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _make_editor(self) -> None:
        self.editor = QPlainTextEdit(self)
        self.editor.setObjectName("code")
        self.editor.setAccessibleName(self.tr("PyTorch code"))
        self.editor.setProperty("role", "code")
        self.editor.setReadOnly(True)
        self.editor.setFrameShape(QFrame.Shape.NoFrame)
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setTabChangesFocus(True)
        self.editor.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._colors = PythonColors(self._models.theme, self.editor.document())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._update_code()

    @Slot()
    def _on_code_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._update_code()

    def _update_code(self) -> None:
        self._stale = False
        script = self._code.script
        self.setCurrentWidget(self._empty if script is None else self.editor)
        if script is None:
            # Old code would be that of another network.
            self.editor.clear()
            self._sentence.setText(self.tr("There is no code yet. {}").format(self._code.problem))
        elif script.text != self.editor.toPlainText():
            place = self.editor.verticalScrollBar().value()
            self.editor.setPlainText(script.text)
            self.editor.verticalScrollBar().setValue(place)
        self._update_marks()

    @Slot()
    def _update_marks(self) -> None:
        """Marks the lines of the selected layers and brings the first of them into view."""
        if self._stale or not self.isVisible():
            # They are marked with the code when it comes into view.
            self._stale = True
            return
        script = self._code.script
        lines = script.lines if script is not None else {}
        chosen = sorted(number for node in self._models.focus.selection for number in lines.get(node, ()))
        marks = []
        for number in chosen:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.editor.document().findBlockByNumber(number))
            mark.format.setBackground(self._models.theme.color("accent.tint"))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.editor.setExtraSelections(marks)
        if chosen:
            self._bring_into_view(chosen)

    def _bring_into_view(self, chosen: list[int]) -> None:
        bar = self.editor.verticalScrollBar()
        first, last = bar.value(), bar.value() + bar.pageStep() - 1
        if not any(first <= number <= last for number in chosen):
            bar.setValue(max(0, chosen[0] - 1))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.editor.setFont(theme.code_font())
        self.editor.document().setDocumentMargin(theme.px(token("space.panel_padding")))
        self._update_marks()
