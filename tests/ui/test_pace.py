"""Slow motion through the real window: the keys, the button, and that everything else is answered at once."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt

from playground.engine.loop import Loop
from playground.ui import pace
from playground.ui.pace import PACES

SLOWEST, FULL = 0, len(PACES) - 1


@pytest.fixture
def a_batch_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slowest pace is so slow that whatever comes before a test's time is up did not wait for the next batch."""
    monkeypatch.setattr(pace, "PACES", (1 / 60, *PACES[1:]))


def train_slowly(window, qtbot) -> None:
    """Trains at the slowest pace; when this returns the thread waits for the second batch."""
    window.training.pace.choose(SLOWEST)
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) == 1)


def test_comma_and_stop_make_it_slower_and_faster(window, qtbot) -> None:
    window.workbench.editor.setFocus()
    pace, actions = window.training.pace, window.actions_table
    assert pace.step == FULL
    assert not actions["faster"].isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert (pace.step, window.models.runner.pace) == (FULL - 1, 30.0)
    for _ in PACES:
        qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert pace.step == SLOWEST
    assert not actions["slower"].isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Period)
    assert window.models.runner.pace == 5.0
    assert window.transport.pace.accessibleName() == "Speed: 5 batches a second"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_button_offers_every_pace_and_ticks_the_one_in_use(window, qtbot) -> None:
    button = window.transport.pace
    # An instant popup has an event loop of its own until it closes, so the menu is opened beside it.
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    choice = next(action for action in menu.actions() if action.text() == "1 batch a second")
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(choice).center())
    assert window.training.pace.step == SLOWEST
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["1 batch a second"]


def test_batches_come_one_by_one(window, qtbot) -> None:
    window.training.pace.choose(1)
    began = time.monotonic()
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) == 4, timeout=20_000)
    assert time.monotonic() - began >= 3 / 5
    assert window.transport.progress.text == "Batch 4 of 25"


@pytest.mark.parametrize("step", range(len(PACES)))
def test_pause_is_answered_at_once_at_every_pace(a_batch_a_minute, window, qtbot, step: int) -> None:
    runner = window.models.runner
    window.training.pace.choose(step)
    window.training.toggle()
    qtbot.waitUntil(lambda: len(runner.record.batches) > 0)
    window.training.toggle()
    qtbot.waitUntil(lambda: runner.state == "paused")


def test_commands_and_probes_are_served_while_it_waits(a_batch_a_minute, window, qtbot) -> None:
    train_slowly(window, qtbot)
    runner, done, pictures = window.models.runner, [], []

    def note(loop: Loop) -> None:
        done.append(loop)

    runner.thread_of_training.loop.send(note)
    runner.frame.connect(pictures.append)
    window.models.focus.pin_unit(("n2", 1))
    qtbot.waitUntil(lambda: bool(done) and any(frame.pictures for frame in pictures))
    assert len(runner.record.batches) == 1


def test_full_speed_ends_the_wait(a_batch_a_minute, window, qtbot) -> None:
    train_slowly(window, qtbot)
    window.training.pace.choose(FULL)
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) > 25)


def test_the_figures_of_an_epoch_come_with_its_last_batch(a_batch_a_minute, window, qtbot) -> None:
    runner, document = window.models.runner, window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=2))
    window.training.epoch()
    qtbot.waitUntil(lambda: runner.state == "paused")
    window.training.pace.choose(SLOWEST + 2)
    window.training.toggle()
    qtbot.waitUntil(lambda: len(runner.record.batches) == 50, timeout=20_000)
    window.training.pace.choose(SLOWEST)
    qtbot.waitUntil(lambda: len(runner.record.epochs) == 2)


def test_closing_does_not_wait_for_the_next_batch(a_batch_a_minute, window, qtbot) -> None:
    train_slowly(window, qtbot)
    thread = window.models.runner.thread_of_training
    began = time.monotonic()
    window.close_now()
    assert thread.isFinished() and time.monotonic() - began < 30


def test_the_pace_is_no_part_of_the_project(window) -> None:
    before = window.models.document.project
    window.training.pace.slower()
    assert window.models.document.project is before
    assert not window.models.document.modified
