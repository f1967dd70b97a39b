"""What stands on the canvas beside the layers: stages, which group cards, and notes. Training does not see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Stage:
    """A frame around some cards, with a title and a few words. Its place follows from its cards."""

    id: str
    title: str
    words: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A text on the canvas; `x`, `y` and `width` in pixels, the height follows from the text."""

    id: str
    text: str
    x: float
    y: float
    width: float


def without_nodes(stages: tuple[Stage, ...], gone: Collection[str]) -> tuple[Stage, ...]:
    """The stages without these nodes; a stage that has none left goes too."""
    if not any(node in gone for stage in stages for node in stage.nodes):
        return stages
    left = (replace(stage, nodes=tuple(node for node in stage.nodes if node not in gone)) for stage in stages)
    return tuple(stage for stage in left if stage.nodes)
