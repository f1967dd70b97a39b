"""Lines of generated code, each with the layer it belongs to."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

WIDTH = 88
INDENT = "    "


@dataclass(frozen=True)
class Script:
    """Python text that runs. `lines` are the numbers of the lines, counted from 0, that belong to each node."""

    text: str
    lines: dict[str, tuple[int, ...]]


class Lines:
    """Collects lines in order."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._owned: dict[str, list[int]] = {}

    def add(self, text: str = "", depth: int = 0, node: str = "") -> None:
        """One line, indented `depth` times; `node` is the layer that it is about."""
        if node:
            self._owned.setdefault(node, []).append(len(self._lines))
        self._lines.append(INDENT * depth + text if text else "")

    def add_block(self, text: str) -> None:
        """Several lines as they stand."""
        for line in textwrap.dedent(text).strip("\n").splitlines():
            self.add(line)

    def assign(self, target: str, expression: str, comment: str, depth: int, node: str) -> None:
        """`target = expression  # comment`. What is too wide gets its comment above, then parentheses."""
        room = WIDTH - len(INDENT) * depth
        statement = f"{target} = {expression}"
        if comment and len(statement) + 4 + len(comment) <= room:
            self.add(f"{statement}  # {comment}", depth, node)
            return
        if comment:
            self.add(f"# {comment}", depth, node)
        if len(statement) <= room or " " not in expression:
            self.add(statement, depth, node)
            return
        # Inside brackets a line may end at any space.
        self.add(f"{target} = (", depth, node)
        for part in textwrap.wrap(expression, room - len(INDENT), break_long_words=False, break_on_hyphens=False):
            self.add(part, depth + 1, node)
        self.add(")", depth, node)

    def state(self, statement: str, depth: int, node: str) -> None:
        """A statement: an assignment, or a call that may end its lines at any space inside its brackets."""
        target, equals, expression = statement.partition(" = ")
        if equals and "(" not in target:
            self.assign(target, expression, "", depth, node)
            return
        room = WIDTH - len(INDENT) * depth
        parts = textwrap.wrap(statement, room, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)
        for part in parts:
            self.add(part, depth, node)

    def script(self) -> Script:
        """All lines so far."""
        return Script("\n".join(self._lines) + "\n", {node: tuple(own) for node, own in self._owned.items()})
