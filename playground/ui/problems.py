"""The list of problems: each with the layer it is about and, where there is one, a button that mends it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import GraphError
from playground.document.shapes import Problem
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import IconLabel, Label, Line
from playground.ui.editor import edits
from playground.ui.models import Models
from playground.ui.theme import token


class ProblemRow(QWidget):
    """One problem. A click, or Enter while it has the keyboard, selects its layer; the button carries out its cure."""

    def __init__(self, models: Models, problem: Problem, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._problem = models, problem
        theme = models.theme
        self.setObjectName(f"problem_{number}")
        self.setAccessibleName(problem.message)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        color = "error.base" if problem.severity == "error" else "warning.base"
        row = QHBoxLayout(self)
        padding, gap = theme.px(token("space.panel_padding")), theme.px(token("space.section_gap"))
        row.setContentsMargins(padding, theme.px(4), padding, theme.px(4))
        row.setSpacing(gap)
        row.addWidget(IconLabel(theme, "warning", self, color))
        text = Label(problem.message, self, "body", f"problem_{number}_text", wrap=True)
        text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(text, 1)
        if problem.node in models.document.project.graph:
            node = models.document.project.graph.node(problem.node)
            title = node.name or CATALOGUE.layers[node.kind].card_title(node.params)
            row.addWidget(Label(title, self, "caption"))
        if problem.cure is not None:
            button = Button(theme, problem.cure.text, self, name=f"cure_{number}", size="compact")
            button.clicked.connect(self._on_cure_clicked)
            row.addWidget(button)

    @Slot()
    def _on_cure_clicked(self) -> None:
        document = self._models.document
        try:
            mended = edits.mended(document.project, self._problem)
        except GraphError:
            # The network has changed since; the list is about to be made anew.
            return
        assert self._problem.cure is not None
        document.apply(self._problem.cure.text, mended)

    def _select_layer(self) -> None:
        if self._problem.node in self._models.document.project.graph:
            self._models.focus.select(frozenset({self._problem.node}))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._select_layer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._select_layer()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            theme, ring = self._models.theme, token("state.focus.ring")
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent.base"), ring))
            radius = theme.px(token("radius.control"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(ring, ring, -ring, -ring), radius, radius)


class Problems(QScrollArea):
    """All problems of the document, those that block training first."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._problems: tuple[Problem, ...] | None = None
        self.setObjectName("problems")
        self.setAccessibleName(self.tr("Problems"))
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        models.document.changed.connect(self._update_problems)
        models.document.replaced.connect(self._update_problems)
        models.theme.changed.connect(self._build)
        self._update_problems()

    @Slot()
    def _update_problems(self) -> None:
        if self._models.document.problems != self._problems:
            self._build()

    def _build(self) -> None:
        self._problems = self._models.document.problems
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, problem in enumerate(self._problems):
            column.addWidget(ProblemRow(self._models, problem, number, inner))
            column.addWidget(Line(inner))
        if not self._problems:
            column.addStretch(1)
            text = Label(self.tr("No problems: this network can train."), inner, "secondary", "no_problems")
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(text)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(inner)
        if old is not None:
            # A row may be in the middle of handling its click.
            old.setParent(self)
            old.hide()
            old.deleteLater()
