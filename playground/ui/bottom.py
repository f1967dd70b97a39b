"""The bottom panel: summary, problems, plots, diagram and code while building, else plots alone; or a strip of 36."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.ui.actions import Actions
from playground.ui.code_text import CodeText
from playground.ui.code_view import CodeView
from playground.ui.controls.buttons import IconButton
from playground.ui.controls.feedback import FeedbackButton
from playground.ui.controls.labels import Label
from playground.ui.controls.segmented import Segmented
from playground.ui.diagram import Diagram
from playground.ui.export import Export
from playground.ui.models import Models
from playground.ui.panels import Panel
from playground.ui.problems import Problems
from playground.ui.splitters import HairlineSplitter
from playground.ui.summary import Summary
from playground.ui.theme import token

SPARK_WIDTH = 80
# The least width of a plot at 100 %: its title and some of its curve can be read, and five fit into the least window.
LEAST_PLOT = 160
PAGES = ("summary", "problems", "plots", "diagram", "code")


class Sparkline(QWidget):
    """One column of the epoch curves as a small line without axes."""

    def __init__(self, models: Models, column: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._column = models, column
        self.setObjectName(f"spark_{column}")
        self.setAccessibleName(column.replace("_", " "))
        models.runner.frame.connect(self._on_frame)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot(object)
    def _on_frame(self, frame: object) -> None:
        if self.isVisible():
            self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedSize(self._models.theme.px(SPARK_WIDTH), self._models.theme.px(token("control.height_compact")))

    def paintEvent(self, event: QPaintEvent) -> None:
        epochs = self._models.runner.record.epochs
        values = epochs.column(self._column) if len(epochs) else np.empty(0)
        values = values[:: max(1, len(values) // SPARK_WIDTH)]
        values = values[np.isfinite(values)]
        if len(values) < 2:
            return
        theme = self._models.theme
        low, high = float(values.min()), float(values.max())
        span = (high - low) or 1.0
        area = QRectF(self.rect()).adjusted(1, theme.px(4), -1, -theme.px(4))
        step = area.width() / (len(values) - 1)
        points = [
            QPointF(area.left() + number * step, area.bottom() - (value - low) / span * area.height())
            for number, value in enumerate(values.tolist())
        ]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("series.train"), token("plot.line")))
        painter.drawPolyline(QPolygonF(points))


class Strip(QWidget):
    """What is left of the folded panel: a click opens it again."""

    clicked = Signal()

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        theme = models.theme
        self.setObjectName("strip")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.open_button = IconButton(theme, "chevron_up", self.tr("Show plots"), self, name="show_plots_button",
                                      size="compact")  # fmt: skip
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.open_button)
        self._row.addWidget(Label(self.tr("Plots"), self, "title"))
        for column, text in (("train_loss", self.tr("Loss")), ("train_accuracy", self.tr("Accuracy"))):
            self._row.addWidget(Label(text, self, "secondary"))
            self._row.addWidget(Sparkline(models, column, self))
        self._row.addStretch(1)
        self.open_button.clicked.connect(self.clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.setFixedHeight(theme.px(token("layout.plots.collapsed")))
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        self._row.setSpacing(theme.px(token("space.section_gap")))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


class Bottom(QWidget):
    """The panel under the canvas. `fold_requested(folded)` says that the user wants the strip or the panel."""

    fold_requested = Signal(bool)

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._tabbed = False
        self.setObjectName("bottom")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip = Strip(models, self)
        self.plots = HairlineSplitter(models.theme, Qt.Orientation.Horizontal, self, name="plots")
        self.plots.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        # Where the plots would be too narrow to read they are scrolled through.
        self.plots_scroll = QScrollArea(self)
        self.plots_scroll.setWidgetResizable(True)
        self.plots_scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.plots_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plots_scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.plots_scroll.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.plots_scroll.setWidget(self.plots)
        self._ends: tuple[Panel, ...] = ()
        for change in ("valueChanged", "rangeChanged"):
            getattr(self.plots_scroll.horizontalScrollBar(), change).connect(self._place_fold_button)
        self.pages = QStackedWidget(self)
        code = CodeText(models, self)
        self.summary = Summary(models, self)
        self.diagram = Diagram(models, self)
        problems = Problems(models, self)
        for page in (self.summary, problems, self.plots_scroll, self.diagram, CodeView(models, code, self)):
            self.pages.addWidget(page)
        self.export = Export(models, code, self.summary.table.lines, self)
        self._make_header()
        self._fold_plots = IconButton(models.theme, "chevron_down", self.tr("Hide plots"), self,
                                      name="fold_plots_button", size="compact")  # fmt: skip
        self._fold_plots.clicked.connect(self._on_fold_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.strip, self._header, self.pages):
            column.addWidget(widget)
        self.strip.clicked.connect(self._on_strip_clicked)
        models.document.changed.connect(self._update_problem_count)
        models.document.replaced.connect(self._update_problem_count)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._update_problem_count()

    def _make_header(self) -> None:
        theme = self._models.theme
        self._header = QWidget(self)
        titles = (
            self.tr("Summary"), self.tr("Problems"), self.tr("Plots"), self.tr("Diagram"), self.tr("PyTorch code"),
        )  # fmt: skip
        tabs = tuple(zip(PAGES, titles, strict=True))
        self.tabs = Segmented(theme, tabs, self._header, name="bottom_tabs", text=self.tr("Bottom panel"),
                              height="height_compact")  # fmt: skip
        self.fold_button = IconButton(theme, "chevron_down", self.tr("Hide this panel"), self._header,
                                      name="fold_bottom_button", size="compact")  # fmt: skip
        self._header_row = QHBoxLayout(self._header)
        self._header_row.addWidget(self.tabs)
        self._header_row.addStretch(1)
        for button in self._make_controls():
            self._header_row.addWidget(button)
        self._header_row.addWidget(self.fold_button)
        self.tabs.set_value("summary")
        self.tabs.chosen.connect(self._on_tab_chosen)
        self.fold_button.clicked.connect(self._on_fold_clicked)

    def _make_controls(self) -> tuple[QWidget, ...]:
        """What belongs to one page alone."""
        theme = self._models.theme
        copy = FeedbackButton(theme, self.tr("Copy"), self.tr("Copied"), self._header, name="copy_code_button",
                              icon_name="duplicate")  # fmt: skip
        save = IconButton(theme, "save", self.tr("Save the code…"), self._header, name="save_code_button",
                          size="compact")  # fmt: skip
        summary = FeedbackButton(theme, self.tr("Copy"), self.tr("Copied"), self._header, name="copy_summary_button",
                                 icon_name="duplicate")  # fmt: skip
        fit = IconButton(theme, "fit", self.tr("Fit the diagram"), self._header, name="fit_diagram_button",
                         size="compact")  # fmt: skip
        figure = IconButton(theme, "save", self.tr("Save the diagram…"), self._header, name="save_diagram_button",
                            size="compact")  # fmt: skip
        self._controls = {"code": (copy, save), "summary": (summary,), "diagram": (fit, figure)}
        copy.clicked.connect(self.export.copy_code)
        save.clicked.connect(self.export.ask_save_code)
        summary.clicked.connect(self._on_copy_summary_clicked)
        fit.clicked.connect(self.diagram.fit)
        figure.clicked.connect(self.diagram.ask_save)
        self.export.code_copied.connect(copy.confirm)
        self.export.summary_copied.connect(summary.confirm)
        self.summary.table.menu_wanted.connect(self._on_menu_wanted)
        self._copy_menu = QMenu(self)
        self._copy_menu.setObjectName("copy_summary_menu")
        self._copy_summary = summary
        return copy, save, summary, fit, figure

    def take_actions(self, actions: Actions) -> None:
        """Puts the ways to copy the summary into its menu."""
        for name in ("copy_summary_text", "copy_summary_markdown", "copy_summary_csv"):
            self._copy_menu.addAction(actions[name])

    def show_tab(self, tab: str) -> None:
        """Shows one of the pages that have tabs."""
        self.tabs.set_value(tab)
        self._on_tab_chosen(tab)

    def arrange(self, folded: bool, tabbed: bool) -> None:
        """Shows the strip or the panel, with tabs or with the plots alone."""
        self._tabbed = tabbed
        self.strip.setVisible(folded)
        self._header.setVisible(not folded and tabbed)
        self.pages.setVisible(not folded)
        self._on_tab_chosen(self.tabs.value if tabbed else "plots")

    def end_with(self, panels: Sequence[Panel]) -> None:
        """These plots are in view. The last one has the button that folds them, where no tabs have it."""
        self._ends = tuple(panels)
        self._fold_plots.setVisible(bool(panels) and not self._tabbed)
        least = self._models.theme.px(LEAST_PLOT)
        for panel in panels:
            panel.setMinimumWidth(least)
        self._place_fold_button()

    @Slot()
    def _place_fold_button(self) -> None:
        # The plots have their places once the splitter is laid out.
        QTimer.singleShot(0, self, self._place_fold_button_now)

    @Slot()
    def _place_fold_button_now(self) -> None:
        """Puts it into the last plot that is not scrolled out of view."""
        bar = self.plots_scroll.horizontalScrollBar()
        end = bar.value() + self.plots_scroll.viewport().width()
        inside = [panel for panel in self._ends if bar.maximum() and panel.x() + panel.width() <= end + 1]
        last = (inside or self._ends)[-1:]
        if last and self._fold_plots.parent() is not last[0].header:
            last[0].add_control(self._fold_plots)

    def share_out(self) -> None:
        """Gives all plots in view the same width."""
        self.plots.setSizes([self.plots.width()] * self.plots.count())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_header()

    def _share_header(self) -> None:
        """The names of the tabs come before the text of a button."""
        shown = self._controls.get(self.tabs.value, ())
        copies = [button for button in shown if isinstance(button, FeedbackButton)]
        for button in copies:
            button.set_short(False)
        parts = (self.tabs, *shown, self.fold_button)
        margins = self._header_row.contentsMargins()
        needed = sum(part.sizeHint().width() + self._header_row.spacing() for part in parts)
        for button in copies:
            button.set_short(needed + margins.left() + margins.right() > self.width())

    @Slot(str)
    def _on_tab_chosen(self, tab: str) -> None:
        self.pages.setCurrentIndex(PAGES.index(tab))
        for page, controls in self._controls.items():
            for control in controls:
                control.setVisible(page == tab)
        self._share_header()

    @Slot()
    def _on_copy_summary_clicked(self) -> None:
        self._copy_menu.popup(self._copy_summary.mapToGlobal(QPoint(0, self._copy_summary.height())))

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self._copy_menu.popup(place)

    @Slot()
    def _on_strip_clicked(self) -> None:
        self.fold_requested.emit(False)

    @Slot()
    def _on_fold_clicked(self) -> None:
        self.fold_requested.emit(True)

    @Slot()
    def _update_problem_count(self) -> None:
        count = len(self._models.document.problems)
        text = self.tr("Problems {}").format(count) if count else self.tr("Problems")
        self.tabs.set_text("problems", text)
        self._share_header()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self._header.setFixedHeight(theme.px(token("layout.panel_header")))
        padding = theme.px(token("space.panel_padding"))
        self._header_row.setContentsMargins(padding, 0, padding, 0)
        self._share_header()
