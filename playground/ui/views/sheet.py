"""The sheet of the layer looked at, in the place of the canvas."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.document.graph import Node
from playground.document.project import Project
from playground.engine.mailbox import Arrays, Frame
from playground.engine.messages import DataReady
from playground.engine.requests import Request, TestSample
from playground.ui.controls.buttons import Button, IconButton
from playground.ui.controls.labels import ElidedLabel, Line
from playground.ui.inspect.channel_box import ChannelBox
from playground.ui.inspect.facts import unit_facts
from playground.ui.inspect.layer_sheet import Sheet
from playground.ui.inspect.looking import active, looked_at, prediction_request, title_of, values_request
from playground.ui.inspect.parts import Maps, Part
from playground.ui.inspect.saving import ask_path, save_picture
from playground.ui.models import Models
from playground.ui.panels import Panel
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.sheet_paper import STEP, SheetPaper

# What a convolution looks at is so high, or at most this part of the whole height.
GIVEN, GIVEN_SHARE = 132, 0.2


class SheetView(View):
    """Filters, feature maps and activated maps in one column for each channel; strips, bars and pictures for layers
    that have no channels. It follows the drawing, the sample and the training."""

    name = "sheet"
    title = str(QT_TRANSLATE_NOOP("View", "Sheet"))
    workspaces = ("inspect",)
    area = "centre"
    interval = 0.05

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        theme = models.theme
        self._node = self._shown = ""
        # The last answers to what is asked now: layers share their values, and no frame brings them twice.
        self._known: dict[Request, Arrays] = {}
        self.panel = Panel(theme, "", self.content, name="sheet")
        self.detail = ElidedLabel("", self.panel.header, "caption", "sheet_detail")
        self.channels = ChannelBox(theme, self.panel, name="sheet_channel")
        self.smaller = IconButton(theme, "zoom_out", self.tr("Smaller pictures"), self.panel, name="sheet_smaller",
                                  size="compact")  # fmt: skip
        self.larger = IconButton(theme, "zoom_in", self.tr("Larger pictures"), self.panel, name="sheet_larger",
                                 size="compact")  # fmt: skip
        self.save_button = Button(theme, self.tr("Save figure"), self.panel, name="sheet_save", icon_name="download",
                                  size="compact")  # fmt: skip
        self.given = SheetPaper(theme, self.content, name="sheet_given", text=self.tr("Input of the layer"),
                                above_another=True)  # fmt: skip
        self.paper = SheetPaper(theme, self.content, name="sheet_paper", text=self.caption())
        self.paper.source = self.given
        self.setFocusProxy(self.paper)
        self._save = QAction(self.tr("Save the sheet as a picture…"), self)
        self._save.setObjectName("save_sheet")
        self._lay_out()
        self._connect()
        self.update_theme()
        self._update_layer()

    def _lay_out(self) -> None:
        header = self.panel.header
        header.title.setSizePolicy(header.title.sizePolicy().horizontalPolicy().Preferred,
                                   header.title.sizePolicy().verticalPolicy())  # fmt: skip
        header.row.setStretch(0, 0)
        header.row.insertWidget(1, self.detail, 1)
        for control in (self.channels, self.smaller, self.larger):
            self.panel.add_control(control)
        self.panel.add_control(self.save_button)
        self.scroll_area = QScrollArea(self.content)
        self.scroll_area.setObjectName("sheet_scroll")
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.viewport().installEventFilter(self)
        self.scroll_area.setWidget(self.paper)
        self.paper.addAction(self._save)
        self.foot = ElidedLabel("", self.content, "caption", "sheet_unit")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.panel)
        column.addWidget(Line(self.content))
        column.addWidget(self.given)
        column.addWidget(self.scroll_area, 1)
        column.addWidget(Line(self.content))
        self._foot_row = QHBoxLayout()
        self._foot_row.addWidget(self.foot)
        column.addLayout(self._foot_row)

    def _connect(self) -> None:
        models = self.models
        self.channels.chosen.connect(self._on_channel_chosen)
        self.smaller.clicked.connect(self._on_smaller_clicked)
        self.larger.clicked.connect(self._on_larger_clicked)
        self.save_button.clicked.connect(self._save.trigger)
        self._save.triggered.connect(self._on_save_triggered)
        self.paper.pointed.connect(self._on_pointed)
        self.paper.chosen.connect(self._on_chosen)
        models.focus.selection_changed.connect(self._on_looked_at)
        models.focus.input_changed.connect(self._on_looked_at)
        models.focus.unit_changed.connect(self._on_unit_changed)
        models.document.changed.connect(self._on_looked_at)
        models.document.replaced.connect(self._on_replaced)
        models.runner.message.connect(self._on_message)

    # -- what is looked at ----------------------------------------------------------------------------------------

    @property
    def _project(self) -> Project:
        return self.models.document.project

    @property
    def node(self) -> Node | None:
        """The layer whose sheet is in view."""
        return self._project.graph.node(self._node) if self._node in self._project.graph else None

    @property
    def unit(self) -> int:
        """The chosen unit of the layer."""
        pinned, shape = self.models.focus.pinned, self.models.document.shapes.get(self._node)
        wanted = pinned[1] if pinned is not None and pinned[0] == self._node else 0
        return min(wanted, shape[0] - 1) if isinstance(shape, tuple) else wanted

    def _sheet(self) -> Sheet | None:
        if self.node is None:
            return None
        return self.channels.applied(Sheet(self._project, self.models.document.shapes, self._node, None, self.unit))

    def _requests(self) -> tuple[Request, Request | None, Request | None]:
        """For the values of the layers, the weights and the prediction."""
        sheet = self._sheet()
        if sheet is None:
            return values_request(self.models), None, None
        # Asked for whatever the layer: the views beside it ask for it too, and no frame brings it twice.
        prediction = None if sheet.planar else prediction_request(self.models)
        return values_request(self.models), sheet.weight_request(), prediction

    def wants(self) -> tuple[Request, ...]:
        return tuple(request for request in self._requests() if request is not None) if self._node else ()

    def _update_layer(self) -> None:
        """Notes which layer is looked at, and says so in the header."""
        node = looked_at(self.models)
        if node != self._node:
            self._node = node
            self.paper.magnify(1)
        found, sheet = self.node, self._sheet()
        if found is None or sheet is None:
            return
        layer = sheet.layer
        self.panel.title.setText(title_of(found))
        self.panel.set_bar(f"category.{layer.category}")
        own = layer.card_detail(found.params)
        kind = layer.card_title(found.params) if found.name else ""
        place = self.tr("layer {number}").format(number=active(self._project).index(self._node))
        self.detail.setText(", ".join(part for part in (place, kind, own) if part))
        self.channels.show_layer(sheet)

    # -- frames ---------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        wanted = self.wants()
        new = {request: frame.pictures[request] for request in wanted if request in frame.pictures}
        complete = all(request in self._known for request in wanted)
        if new and (not complete or self.is_due()):
            self._known = {request: found for request, found in self._known.items() if request in wanted} | new
            self._update_paper()

    @property
    def _found(self) -> tuple[Arrays, Arrays, Arrays] | None:
        """The values of the layers, the weights and the prediction, as soon as all that is asked for is there."""
        values, weights, prediction = (
            {} if request is None else self._known.get(request) for request in self._requests()
        )
        return None if values is None or weights is None or prediction is None else (values, weights, prediction)

    def refresh(self) -> None:
        self._find_sample()
        self._update_layer()
        self._update_paper()

    def _find_sample(self) -> None:
        """Looks at the first test sample where nothing is looked at, or a sample that these data do not have."""
        data, focus = self.models.runner.data, self.models.focus
        if data is None or data.test.x.ndim != 4 or not len(data.test) or not self.isVisible():
            return
        if focus.input is None or (isinstance(focus.input, TestSample) and focus.input.index >= len(data.test)):
            focus.set_input(focus.drawing or TestSample(0))

    def _update_paper(self) -> None:
        sheet, found = self._sheet(), self._found
        waits = found is None and bool(self._known) and self.models.document.blocking is None
        if waits and self._shown == self._node:
            # What is new about this layer comes with the next frame.
            return
        parts = sheet.parts(*found) if sheet is not None and found is not None else ()
        self._shown = self._node
        if not self._node:
            self.say(self.tr("There is no way from Input to Output yet. Connect the layers."))
        elif not parts and (blocking := self.models.document.blocking) is not None:
            self.say(f"{blocking.message}\n{self.tr('Build shows where, and undo takes the last change back.')}")
        else:
            self.say("" if parts or waits else self.tr("The sheet appears once the network is built."))
        self._update_given(() if sheet is None or found is None else sheet.given(found[0]), waits)
        self.paper.show_parts(parts)
        for button in (self.smaller, self.larger):
            button.setEnabled(any(isinstance(part, Maps) for part in parts))
        self._update_mark()

    def _update_given(self, parts: tuple[Part, ...], waits: bool = False) -> None:
        """What a convolution looks at, in a strip of its own: it must not scroll away from the maps it makes. Its
        place stays while the next one waits."""
        sheet = self._sheet()
        stays = waits and sheet is not None and sheet.layer.category == "convolution" and self.given.isVisible()
        self.given.setVisible(bool(parts) or stays)
        self.given.show_parts(parts)
        if parts:
            self.given.fit(min(self.models.theme.px(GIVEN), GIVEN_SHARE * self.height()))
            self.given.setFixedHeight(self.given.minimumHeight())

    def _update_mark(self) -> None:
        pinned = self.models.focus.pinned
        sheet = self._sheet()
        weighs = sheet is not None and sheet.layer.category == "dense" and not sheet.planar
        shown = pinned is not None and pinned[0] == self._node
        self.paper.mark(self.unit if shown or weighs else None)
        self._update_foot()

    def _update_foot(self) -> None:
        """One line about the unit pointed at, or else the chosen one."""
        looked = self.models.focus.unit
        unit = looked[1] if looked is not None and looked[0] == self._node else None
        sheet, found = self._sheet(), self._found
        if unit is None or sheet is None or found is None:
            self.foot.setText(self.tr("Point at a value to read it. Click to choose."))
        else:
            self.foot.setText(unit_facts(sheet, found[0], found[1], unit))

    # -- what happens ---------------------------------------------------------------------------------------------

    def _on_looked_at(self, *_: object) -> None:
        self._update_layer()
        if self.isVisible():
            self._update_paper()
            self.wants_changed.emit()

    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._find_sample()

    def _on_replaced(self) -> None:
        self.channels.forget()
        self._known.clear()
        self.paper.show_parts(())
        self._update_given(())
        self._on_looked_at()

    def _on_unit_changed(self) -> None:
        if not self.isVisible():
            return
        self._update_mark()
        if self._requests()[1] is not None:
            self.wants_changed.emit()

    def _on_channel_chosen(self, value: str) -> None:
        self._update_paper()
        self.wants_changed.emit()

    def _on_smaller_clicked(self) -> None:
        self.paper.magnify(self.paper.magnification / STEP)

    def _on_larger_clicked(self) -> None:
        self.paper.magnify(self.paper.magnification * STEP)

    def _on_pointed(self, unit: int) -> None:
        self.models.focus.hover_unit((self._node, unit) if unit >= 0 else None)

    def _on_chosen(self, unit: int) -> None:
        self.models.focus.pin_unit((self._node, unit))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.scroll_area.viewport() and event.type() == QEvent.Type.Resize:
            self.paper.fit(float(self.scroll_area.viewport().height()))
        return super().eventFilter(watched, event)

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        padding = theme.px(token("space.panel_padding"))
        self._foot_row.setContentsMargins(padding, 0, padding, 0)
        self.foot.setFixedHeight(theme.px(token("layout.status_row")))

    # -- saving ---------------------------------------------------------------------------------------------------

    def _on_save_triggered(self) -> None:
        found = self.node
        if found is None or not self.paper.bands:
            return
        name = re.sub(r"[^\w-]+", "-", title_of(found)).strip("-").lower() or self.name
        path = ask_path(self, self._save.text(), name)
        if path is not None:
            self.save_sheet(path)

    def save_sheet(self, path: Path) -> None:
        """Writes the whole sheet as a PNG file; says so where that fails."""
        picture = self.paper.picture(self.panel.title.text(), self.detail.text())
        save_picture(self, self.caption(), picture, path)
