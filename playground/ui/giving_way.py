"""What gives way in a window with too little room, so that the network and the paper stay large enough."""

from __future__ import annotations

from dataclasses import dataclass

from playground.ui.editor.zoom_view import FIT_BOTTOM, FIT_MARGIN, FIT_TOP
from playground.ui.theme import token

# Below this zoom the names on the cards of a network cannot be read.
READABLE = 0.45
# So much of the height that is asked for is enough to keep the bottom panel.
NEARLY = 0.95
# A workbench at least so wide, at 100 %, keeps its panels however large the network is.
NARROW = 1440
# What the margins and the controls of the canvas take.
ACROSS, UPRIGHT = 2 * FIT_MARGIN, FIT_TOP + FIT_BOTTOM
# The least paper to draw on, what the panels of Draw need beside it, and how wide they are side by side.
PAPER, BESIDE_PAPER, BESIDE_WIDTH = 230, 360, 500
MOST_BESIDE = 0.49

# What is given up first for the width of the network: the palette is what Build is for, the column what Train is for.
ORDER = {"build": ("context", "palette"), "train": ("palette", "narrow")}


@dataclass(frozen=True)
class Room:
    """Sizes at 100 %: of the workbench, and of the panels as they would be if nothing gave way."""

    width: float
    height: float
    palette: int
    context: int
    bottom: int


@dataclass(frozen=True)
class Given:
    """`palette` is a rail and `bottom` a strip; `low` is a bottom panel of its least height; `context` is away while
    nothing is selected, `narrow` has its least width; `beside` has panels of Draw side by side."""

    palette: bool = False
    bottom: bool = False
    low: bool = False
    context: bool = False
    narrow: bool = False
    beside: bool = False


def giving_way(workspace: str, room: Room, network: tuple[float, float]) -> Given:
    """What gives way to a network of this size at 100 %: as little as lets it be read, where that can be reached."""
    beside = (
        workspace == "draw"
        and room.height - BESIDE_PAPER < PAPER
        and MOST_BESIDE * room.width >= BESIDE_WIDTH
    )  # fmt: skip
    if workspace not in ORDER or room.width >= NARROW or not all(network):
        return Given(beside=beside)
    saved = {
        "palette": room.palette - token("layout.rail"),
        "context": room.context,
        "narrow": room.context - token("layout.context.min"),
    }
    across, upright = network
    width, gone = room.width - room.palette - room.context, set()
    for name in ORDER[workspace]:
        if width < READABLE * across + ACROSS and saved[name] > 0:
            width += saved[name]
            gone.add(name)
    # Where the width does not suffice, more height than it can use would be wasted.
    height = min(READABLE, (width - ACROSS) / across) * upright + UPRIGHT
    low = room.bottom > token("layout.plots.min") and room.height - room.bottom < height
    # Train is about the plots, too.
    bottom = low and workspace == "build" and room.height - token("layout.plots.min") < NEARLY * height
    return Given("palette" in gone, bottom, low, "context" in gone, "narrow" in gone)
