"""Who gets Ctrl+Z: a view with a history of its own while it has the focus, else the document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoGroup, QUndoStack
from PySide6.QtWidgets import QApplication, QWidget


class UndoRoutes(QObject):
    """A group of histories of which the focus makes one active."""

    def __init__(self, usual: QUndoStack, window: QWidget) -> None:
        super().__init__(window)
        self._usual, self._window = usual, window
        self._routes: list[tuple[QWidget, QUndoStack]] = []
        self.group = QUndoGroup(self)
        self.group.addStack(usual)
        self.group.setActiveStack(usual)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def add(self, view: QWidget) -> None:
        """Takes the history of a view into account, where it has one as `undo_stack`."""
        stack = getattr(view, "undo_stack", None)
        if isinstance(stack, QUndoStack):
            self._routes.append((view, stack))
            self.group.addStack(stack)

    def close(self) -> None:
        """Lets go of all histories before they die: a dying one still says that it has changed."""
        for stack in self.group.stacks():
            self.group.removeStack(stack)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new.window() is self._window:
            own = next((stack for view, stack in self._routes if view.isAncestorOf(new)), self._usual)
            self.group.setActiveStack(own)
