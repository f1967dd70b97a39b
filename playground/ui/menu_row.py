"""The top row: mark, menus and file name at the left, workspaces in the middle, command search at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QMenu, QMenuBar, QSizePolicy, QTabBar, QWidget

from playground.ui.actions import MENUS, SUBMENUS, Actions
from playground.ui.controls.labels import ElidedLabel
from playground.ui.icons import mark, paint_icon
from playground.ui.models import Models
from playground.ui.theme import Theme, token
from playground.ui.workspaces import WORKSPACES, Workspace

SEARCH_WIDTH = 226
# Less of a file name than this says nothing.
LEAST_NAME = 64


class SearchButton(QAbstractButton):
    """Looks like a field and opens the command search."""

    def __init__(self, theme: Theme, text: str, shortcut: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._shortcut = theme, shortcut
        self.setText(text)
        self.setObjectName("search_button")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(SEARCH_WIDTH), self._theme.px(token("control.height_compact") + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(32), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = token("state.focus.ring") if self.hasFocus() else token("border.hairline")
        painter.setPen(QPen(theme.color("accent.base" if self.hasFocus() else "line.strong"), ring))
        painter.setBrush(theme.lifted("bg.canvas") if self.underMouse() else theme.field_color())
        radius = theme.px(token("radius.control"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side, gap = theme.px(12), theme.px(8)
        paint_icon(painter, QRectF(gap, (self.height() - side) / 2, side, side), "search", theme.color("text.caption"))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text.caption"))
        align = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(self.rect().adjusted(2 * gap + side, 0, -gap, 0), align, self.text())
        self._paint_key(painter, gap)

    def _paint_key(self, painter: QPainter, gap: int) -> None:
        theme = self._theme
        painter.setFont(theme.font("axis"))
        width = painter.fontMetrics().horizontalAdvance(self._shortcut) + gap
        if width + theme.px(140) > self.width():
            return
        height = theme.px(token("type.styles.caption.line") + 2)
        box = QRectF(self.width() - width - gap / 2, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(theme.color("line.strong"), token("border.hairline")))
        painter.setBrush(theme.color("bg.card"))
        painter.drawRoundedRect(box, theme.px(3), theme.px(3))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._shortcut)


class FileName(ElidedLabel):
    """The name of the file, or of what has none yet; the tool tip is its whole path."""

    path = ""

    def setToolTip(self, text: str) -> None:
        super().setToolTip(self.path or text)


class MenuRow(QWidget):
    """`workspace_chosen(name)` follows a click on a tab, `recent_chosen(path)` one on a file in the file menu."""

    workspace_chosen = Signal(str)
    recent_chosen = Signal(object)

    def __init__(self, models: Models, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._actions = models, actions
        self._shown: tuple[Workspace, ...] = ()
        self.setObjectName("menu_row")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mark = QLabel(self)
        self._mark.setObjectName("mark")
        self._menus = self._make_menus()
        self._folded = self._make_folded()
        self.file_name = FileName("", self, "caption", "file_name")
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("workspace_tabs")
        self.tabs.setAccessibleName(self.tr("Workspaces"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search = SearchButton(models.theme, self.tr("Search commands"), self.tr("Ctrl K"), self)
        self._lay_out()
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.search.clicked.connect(actions["commands"].trigger)
        models.document.path_changed.connect(self._update_file_name)
        models.document.modified_changed.connect(self._update_file_name)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._update_file_name()

    def _lay_out(self) -> None:
        self._left = QHBoxLayout()
        for widget in (self._mark, self._menus, self._folded):
            self._left.addWidget(widget)
        self._left.addWidget(self.file_name)
        self._left.addStretch(1)
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(self.search)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addLayout(self._left, 1)
        self._row.addWidget(self.tabs)
        self._row.addLayout(right, 1)

    # -- menus ----------------------------------------------------------------------------------------------

    def _make_menus(self) -> QMenuBar:
        bar = QMenuBar(self)
        bar.setObjectName("menu_bar")
        bar.setNativeMenuBar(False)
        bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        made: dict[str, QMenu] = {}
        for name, text in MENUS.items():
            owner = made[SUBMENUS[name]] if name in SUBMENUS else bar
            menu = made[name] = owner.addMenu(QCoreApplication.translate("Menu", text))
            menu.setObjectName(f"{name}_menu")
            for spec in self._actions.of_menu(name):
                if spec.gap and not menu.isEmpty():
                    menu.addSeparator()
                menu.addAction(self._actions[spec.name])
                if spec.name == "open":
                    self._add_recent(menu)
        return bar

    def _make_folded(self) -> QMenuBar:
        """The same menus under one title, for a row that is too narrow for all titles."""
        bar = QMenuBar(self)
        bar.setObjectName("folded_menu_bar")
        bar.setNativeMenuBar(False)
        bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        menu = bar.addMenu(self.tr("Menu"))
        menu.setObjectName("folded_menu")
        menu.addActions(self._menus.actions())
        bar.hide()
        return bar

    def _add_recent(self, menu: QMenu) -> None:
        self._recent = QMenu(self.tr("Open recent"), menu)
        self._recent.setObjectName("recent_menu")
        # Read when it is opened: it is not needed before.
        self._recent.aboutToShow.connect(self._fill_recent)
        menu.aboutToShow.connect(self._on_file_menu_shown)
        menu.addMenu(self._recent)

    @Slot()
    def _on_file_menu_shown(self) -> None:
        self._recent.menuAction().setVisible(bool(self._models.settings.recent))

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._models.settings.recent:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setObjectName(f"entry_{path}")
            action.triggered.connect(partial(self.recent_chosen.emit, path))
        self._recent.setToolTipsVisible(True)

    # -- workspaces -----------------------------------------------------------------------------------------

    def show_workspaces(self, shown: Sequence[Workspace], current: str) -> None:
        """Makes a tab for each of these workspaces."""
        self.tabs.blockSignals(True)
        if tuple(shown) != self._shown:
            self._shown = tuple(shown)
            while self.tabs.count():
                self.tabs.removeTab(0)
            for workspace in shown:
                self.tabs.addTab(workspace.translated_title())
        self.tabs.setCurrentIndex(self._shown.index(WORKSPACES[current]))
        self.tabs.blockSignals(False)
        self._fit()

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        self.workspace_chosen.emit(self._shown[index].name)

    # -- looks ----------------------------------------------------------------------------------------------

    @Slot()
    def _update_file_name(self) -> None:
        document = self._models.document
        name = document.title or self.tr("New project")
        self.file_name.path = str(document.path) if document.path is not None else self.tr("Not saved yet")
        self.file_name.setText(f"{name} *" if document.modified else name)
        self.file_name.setToolTip("")
        self._fit()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.setFixedHeight(theme.px(token("layout.menu_row")))
        self._mark.setPixmap(mark(theme, 16, self.devicePixelRatioF()))
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        self._left.setSpacing(theme.px(token("space.section_gap")))
        self.tabs.setFixedHeight(theme.px(token("layout.menu_row")))
        self._fit()

    # -- size -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        # Only now the style sheet has given the titles their sizes.
        super().showEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def _fit(self) -> None:
        """Folds the menus before they come near the tabs, which stay in the middle; the file name takes what is
        left and goes where that is nothing."""
        theme = self._models.theme
        gap = self._left.spacing()
        side = (self.width() - self.tabs.sizeHint().width()) // 2 - self._row.contentsMargins().left()
        room = side - self._mark.sizeHint().width() - theme.px(token("space.panel_padding")) - gap
        titles = self._menus.sizeHint().width()
        folds = titles > room
        self._menus.setVisible(not folds)
        self._folded.setVisible(folds)
        self._row.invalidate()
        left = room - gap - (self._folded.sizeHint().width() if folds else titles)
        name = self.file_name.fontMetrics().horizontalAdvance(self.file_name.text()) + theme.px(2)
        self.file_name.setFixedWidth(max(0, min(name, left)))
        self.file_name.setVisible(left >= min(name, theme.px(LEAST_NAME)))
        self._row.activate()
