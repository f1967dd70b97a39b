"""The hint of the status row is read whole, also in a small window at 175 %."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

import playground
from playground.ui.status import Status
from playground.ui.workspaces import WORKSPACES

FOLDER = Path(playground.__file__).parent
LARGE, LAPTOP = 1.75, (1280, 800)
TRAINED = "Ready, trained weights (99.1 % right on MNIST)"
# The longest that are put together from parts.
MADE = (
    "Conv 2D 16 @ 5×5, Conv 2D 32 @ 3×3 and Dense 10 start fresh, 12 layers kept their weights.",
    "my-first-network-for-the-lecture.safetensors is saved.",
    "Features is where the data come in. It takes no wire.",
    "Hold Alt to replace Global average.",
    "998 of 1 000 layers are copied: Input and Output stay.",
)


def written() -> set[str]:
    """Every sentence of the code that the editor may show in the status row, with numbers for its gaps."""
    patterns = (
        r'hinted\.emit\(\s*translate\(\s*"([^"]+)"',
        r'GraphError\(\s*f?"([^"]+)"',
        r'ClippingError\(\s*f?"([^"]+)"',
    )
    found: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        text = path.read_text("utf-8")
        for pattern in patterns:
            found.update(re.findall(pattern, text))
    return {re.sub(r"\{[^}]*\}", "1,000", sentence) for sentence in found}


def settle() -> None:
    """Lets the row do what it was asked for."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


@pytest.fixture
def status(make_program, qtbot) -> Status:
    """The status row of a small window at 175 %, while trained weights are in use."""
    window = make_program("digits-cnn", ready=False).window
    window.models.theme.switch(zoom=LARGE)
    window.resize(*LAPTOP)
    qtbot.waitUntil(lambda: window.width() == LAPTOP[0])
    window.status.state.setText(TRAINED)
    return window.status


def test_every_hint_is_read_whole_at_175_per_cent(status: Status) -> None:
    sentences = written() | {workspace.hint for workspace in WORKSPACES.values()} | set(MADE)
    assert len(sentences) > 25
    for sentence in sorted(sentences):
        status.show_message(sentence)
        settle()
        lines = status.hint.lines(status.hint.width())
        assert " ".join(lines) == sentence and len(lines) <= 2
        status.hint.grab()
        assert status.hint.toolTip() == ""
        assert status.hint.geometry().right() <= status.width()
        assert status.state.isVisible() and status.state.width() >= status.state.sizeHint().width()


def test_two_lines_lie_within_the_row(status: Status) -> None:
    status.show_message(MADE[0])
    settle()
    assert len(status.hint.lines(status.hint.width())) == 2
    picture = status.hint.grab().toImage()
    ground = picture.pixel(0, 0)
    rows = [y for y in range(picture.height()) if any(picture.pixel(x, y) != ground for x in range(picture.width()))]
    # Both lines are there, with a gap between, and none is cut off.
    assert rows[0] > 0 and rows[-1] < picture.height() - 1
    assert rows[-1] - rows[0] > status.hint.fontMetrics().height()


def test_labels_come_back_when_the_hint_is_short(status: Status) -> None:
    status.state.setText("Ready")
    status.show_message(MADE[0])
    settle()
    assert not status.seed.isVisible() and not status.network.isVisible()
    status.show_message("Copied.")
    settle()
    assert status.seed.isVisible() and status.parameters.isVisible()


def test_a_hint_that_is_too_long_for_all_room_has_a_tool_tip(status: Status) -> None:
    sentence = " ".join(["Everything has an end."] * 12)
    status.show_message(sentence)
    settle()
    status.hint.grab()
    assert status.hint.toolTip() == sentence
    assert status.hint.lines(status.hint.width())[-1].endswith("…")


def test_a_long_name_of_a_file_leaves_room_for_the_hint(status: Status) -> None:
    status.state.setText("Ready, weights of " + "network-" * 12 + ".safetensors")
    status.show_message(MADE[2])
    settle()
    assert status.hint.fits(status.hint.width(), 2)
    status.state.grab()
    assert status.state.toolTip() == status.state.text()
