"""All actions in one table: menus, transport, command search and shortcut help come from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QWidget

from playground.ui.icons import icon
from playground.ui.models import Models
from playground.ui.theme import Theme

# Marks a text for translation and returns it as it is.
T = cast("Callable[[str, str], str]", QT_TRANSLATE_NOOP)


@dataclass(frozen=True)
class Spec:
    """One action. `target` is "owner.method"; without that method the action does not exist.

    `needs` names the condition under which it can be used and `checked` the one that ticks it. `gap` draws a line
    above it in its menu.
    """

    name: str
    menu: str
    text: str
    target: str
    shortcut: str = ""
    icon: str = ""
    needs: str = ""
    checked: str = ""
    gap: bool = False


MENUS = {
    "file": T("Menu", "File"),
    "edit": T("Menu", "Edit"),
    "network": T("Menu", "Network"),
    "arrange": T("Menu", "Arrange"),
    "data": T("Menu", "Data"),
    "view": T("Menu", "View"),
    "help": T("Menu", "Help"),
}

# Menus that open from another one.
SUBMENUS = {"arrange": "network"}

SPECS = (
    Spec("new", "file", T("Action", "New from example…"), "files.ask_new", "Ctrl+N", "gallery"),
    Spec("open", "file", T("Action", "Open…"), "files.ask_open", "Ctrl+O", "folder"),
    Spec("save", "file", T("Action", "Save"), "files.save", "Ctrl+S", "save", gap=True),
    Spec("save_as", "file", T("Action", "Save as…"), "files.ask_save", "Ctrl+Shift+S"),
    Spec("save_code", "file", T("Action", "Save PyTorch code…"), "export.ask_save_code"),
    Spec("save_diagram", "file", T("Action", "Save layer diagram…"), "diagram.ask_save"),
    Spec("quit", "file", T("Action", "Quit"), "window.close", "Ctrl+Q", gap=True),
    Spec("undo", "edit", T("Action", "Undo"), "", "Ctrl+Z", "undo"),
    Spec("redo", "edit", T("Action", "Redo"), "", "Ctrl+Shift+Z", "redo"),
    Spec("cut", "edit", T("Action", "Cut"), "clipboard.cut", "Ctrl+X", "", "renamable", gap=True),
    Spec("copy", "edit", T("Action", "Copy"), "clipboard.copy", "Ctrl+C", "", "renamable"),
    Spec("paste", "edit", T("Action", "Paste"), "clipboard.paste", "Ctrl+V", needs="network"),
    Spec("duplicate", "edit", T("Action", "Duplicate"), "commands.duplicate", "Ctrl+D", "duplicate", "renamable"),
    Spec("delete", "edit", T("Action", "Delete selection"), "commands.delete", "Del", "trash", "removable"),
    Spec("select_all", "edit", T("Action", "Select all"), "commands.select_all", "Ctrl+A", needs="network"),
    Spec("rename", "edit", T("Action", "Rename"), "canvas.rename", "F2", "", "renamable", gap=True),
    Spec("replace", "edit", T("Action", "Replace layer…"), "search.open_instead", "Ctrl+R", "", "selection"),
    Spec("bypass", "edit", T("Action", "Bypass layer"), "commands.bypass", "M", "", "layers"),
    Spec("freeze", "edit", T("Action", "Freeze weights"), "commands.freeze", "Shift+F", "", "layers"),
    Spec("connect", "edit", T("Action", "Connect from here"), "keys.connect_from_selection", "C", "", "selection",
         gap=True),
    Spec("choose_wire", "edit", T("Action", "Select the next wire"), "keys.choose_wire", "W", "", "removable"),
    Spec("cut_wires", "edit", T("Action", "Disconnect"), "commands.cut_wires", "Shift+C", "", "selection"),
    Spec("group", "edit", T("Action", "Group into a stage"), "annotating.group", "Ctrl+G", "", "selection", gap=True),
    Spec("dissolve", "edit", T("Action", "Dissolve stage"), "annotating.dissolve", "Ctrl+Shift+G", "", "renamable"),
    Spec("add_note", "edit", T("Action", "Add note"), "annotating.add_note", "Shift+N", needs="network"),
    Spec("choose_annotation", "edit", T("Action", "Select the next stage or note"), "annotating.choose", "Shift+W",
         needs="network"),
    Spec("find_layer", "edit", T("Action", "Find a layer"), "window.find_layer", "/", "search", "network", gap=True),
    Spec("train", "network", T("Action", "Train or pause"), "training.toggle", "Space", "play", "train"),
    Spec("batch", "network", T("Action", "One batch"), "training.batch", "B", "batch", "step"),
    Spec("epoch", "network", T("Action", "One epoch"), "training.epoch", "E", "epoch", "step"),
    Spec("slower", "network", T("Action", "Slower"), "pace.slower", ",", "", "slower", gap=True),
    Spec("faster", "network", T("Action", "Faster"), "pace.faster", ".", "", "faster"),
    Spec("reset", "network", T("Action", "Reset weights"), "training.reset", "R", "reset", "started", gap=True),
    Spec("new_weights", "network", T("Action", "New weights"), "training.new_weights", "", "new_weights", "started"),
    Spec("use_cpu", "network", T("Action", "Use the CPU"), "devices.use_cpu", checked="cpu", gap=True),
    Spec("use_gpu", "network", T("Action", "Use the GPU"), "devices.use_gpu", needs="gpu", checked="cuda"),
    Spec("lay_out", "network", T("Action", "Lay out left to right"), "editor.lay_out", "Ctrl+L", "lay_out", "network",
         gap=True),
    Spec("align_left", "arrange", T("Action", "Align left"), "arrange.left", "", "align_left", "several"),
    Spec("align_centre", "arrange", T("Action", "Align centre"), "arrange.centre", "", "align_centre", "several"),
    Spec("align_right", "arrange", T("Action", "Align right"), "arrange.right", "", "align_right", "several"),
    Spec("align_top", "arrange", T("Action", "Align top"), "arrange.top", "", "align_top", "several", gap=True),
    Spec("align_middle", "arrange", T("Action", "Align middle"), "arrange.middle", "", "align_middle", "several"),
    Spec("align_bottom", "arrange", T("Action", "Align bottom"), "arrange.bottom", "", "align_bottom", "several"),
    Spec("distribute_across", "arrange", T("Action", "Distribute horizontally"), "arrange.across", "",
         "distribute_across", "many", gap=True),
    Spec("distribute_down", "arrange", T("Action", "Distribute vertically"), "arrange.down", "", "distribute_down",
         "many"),
    Spec("show_code", "network", T("Action", "Show PyTorch code"), "export.show_code", gap=True),
    Spec("copy_code", "network", T("Action", "Copy PyTorch code"), "export.copy_code"),
    Spec("show_diagram", "network", T("Action", "Show layer diagram"), "diagram.show_figure"),
    Spec("copy_summary_text", "network", T("Action", "Copy summary as text"), "export.copy_summary_text", gap=True),
    Spec("copy_summary_markdown", "network", T("Action", "Copy summary as Markdown"), "export.copy_summary_markdown"),
    Spec("copy_summary_csv", "network", T("Action", "Copy summary as CSV"), "export.copy_summary_csv"),
    Spec("choose_data", "data", T("Action", "Choose the data…"), "window.choose_data", "Ctrl+J", "points"),
    Spec("new_points", "data", T("Action", "New points"), "training.new_points", "", "new_points", "points"),
    Spec("download", "data", T("Action", "Download the data"), "download.start", "", "download", "downloadable",
         gap=True),
    Spec("data_folder", "data", T("Action", "Data folder…"), "files.ask_data_folder", "", "folder"),
    Spec("plots", "view", T("Action", "Show or hide plots"), "window.toggle_plots", "P", "plots", "", "plots",
         gap=True),
    Spec("palette", "view", T("Action", "Show or hide palette"), "window.toggle_palette", "L", "palette", "",
         "palette"),
    Spec("test_points", "view", T("Action", "Show test points"), "looks.toggle_test_points", "T", "", "points",
         "test_points", gap=True),
    Spec("discretise", "view", T("Action", "Discretise output"), "looks.toggle_discretise", "D", "", "points",
         "discretise"),
    Spec("saliency", "view", T("Action", "Saliency overlay"), "looks.toggle_saliency", "S", "", "images", "saliency"),
    Spec("fit", "view", T("Action", "Fit network in view"), "editor.fit", "F", "fit", gap=True),
    Spec("actual_size", "view", T("Action", "Zoom 100 %"), "editor.reset_zoom", "Ctrl+0"),
    Spec("larger", "view", T("Action", "Larger"), "looks.larger", "Ctrl++", "zoom_in", gap=True),
    Spec("smaller", "view", T("Action", "Smaller"), "looks.smaller", "Ctrl+-", "zoom_out"),
    Spec("switch_theme", "view", T("Action", "Light or dark theme"), "looks.switch_theme", "Ctrl+Shift+T", "contrast"),
    Spec("full_screen", "view", T("Action", "Full screen"), "window.toggle_full_screen", "F11", "full_screen", "",
         "full_screen"),
    Spec("commands", "help", T("Action", "Search commands"), "window.search_commands", "Ctrl+K", "search"),
    Spec("shortcuts", "help", T("Action", "Shortcuts"), "window.show_shortcuts", "Ctrl+/", "keyboard"),
    Spec("help", "help", T("Action", "Help for the selected layer"), "window.show_help", "F1", "help", gap=True),
)  # fmt: skip

Conditions = Mapping[str, Callable[[], bool]]


class Actions(QObject):
    """The actions by name, made from the table for owners that have what it names.

    `conditions` answer what actions need and what ticks them; `refresh` asks them anew.
    """

    def __init__(
        self, theme: Theme, owners: Mapping[str, object], undo: QUndoGroup, conditions: Conditions, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._conditions = theme, conditions
        self._actions: dict[str, QAction] = {}
        self._specs: dict[str, Spec] = {}
        self._adopted: list[tuple[QWidget, QAction]] = []
        self._window = parent
        for spec in SPECS:
            owner, _, method = spec.target.partition(".")
            slot = getattr(owners.get(owner), method, None) if method else None
            if slot is not None:
                self.add(spec, slot)
            elif not spec.target:
                made = undo.createUndoAction if spec.name == "undo" else undo.createRedoAction
                self._take(spec, made(self, QCoreApplication.translate("Action", spec.text)))
        theme.changed.connect(self._update_icons)
        self._update_icons()

    def add(self, spec: Spec, slot: Callable[[], object]) -> QAction:
        """Adds an action that is not in the table, such as one for each workspace."""
        action = QAction(QCoreApplication.translate("Action", spec.text), self)
        action.setCheckable(bool(spec.checked))
        action.triggered.connect(slot)
        self._take(spec, action)
        return action

    def _take(self, spec: Spec, action: QAction) -> None:
        action.setObjectName(spec.name)
        action.setShortcut(QKeySequence(spec.shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(False)
        self._actions[spec.name], self._specs[spec.name] = action, spec
        self._window.addAction(action)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[Spec]:
        return iter(self._specs.values())

    def adopt(self, view: QWidget) -> None:
        """Takes over the actions that a view has of its own; they count while it is in view."""
        self._adopted += [(view, action) for action in view.findChildren(QAction) if action.objectName()]

    def usable(self) -> list[QAction]:
        """All actions that there are at the moment, greyed ones too."""
        own = [action for action in self._actions.values() if action.isVisible()]
        return own + [action for view, action in self._adopted if view.isVisible()]

    def of_views(self) -> list[QAction]:
        """Actions of the views now in view that have a key."""
        return [action for view, action in self._adopted if view.isVisible() and not action.shortcut().isEmpty()]

    def of_menu(self, menu: str) -> list[Spec]:
        """The actions of one menu, in order."""
        return [spec for spec in self._specs.values() if spec.menu == menu]

    @Slot()
    def refresh(self) -> None:
        """Asks every condition anew."""
        for name, spec in self._specs.items():
            if spec.needs:
                self._actions[name].setEnabled(self._conditions[spec.needs]())
            if spec.checked:
                self._actions[name].setChecked(self._conditions[spec.checked]())

    @Slot()
    def _update_icons(self) -> None:
        for name, spec in self._specs.items():
            if spec.icon:
                self._actions[name].setIcon(icon(self._theme, spec.icon))


class Looks(QObject):
    """What the user can change about how things are shown."""

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models

    @Slot()
    def toggle_test_points(self) -> None:
        """Shows or hides the test points."""
        self._toggle("test_points")

    @Slot()
    def toggle_discretise(self) -> None:
        """Shows classes or shades."""
        self._toggle("discretise")

    @Slot()
    def toggle_saliency(self) -> None:
        """Shows or hides which pixels decide."""
        self._toggle("saliency")

    def _toggle(self, name: str) -> None:
        self._models.focus.set_display(name, not self._models.focus.display(name))

    @Slot()
    def switch_theme(self) -> None:
        """From dark to light or back."""
        self._models.theme.switch("light" if self._models.theme.name == "dark" else "dark")

    @Slot()
    def larger(self) -> None:
        """One step of the lecture zoom up."""
        self._models.theme.step_zoom(1)

    @Slot()
    def smaller(self) -> None:
        """One step of the lecture zoom down."""
        self._models.theme.step_zoom(-1)
