"""The loop's commands, a turn at a time, and what it hands over."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.events import BatchDone, EpochDone, Rebuilt
from playground.engine.failures import sentence
from playground.engine.loop import Loop
from playground.engine.mailbox import Mailbox
from playground.engine.messages import Rewound
from playground.engine.session import Session
from tests.engine.test_session import CNN
from tests.networks import assert_sentence, pictures


@pytest.fixture
def loop() -> Loop:
    """A loop with a session of two batches an epoch."""
    loop = Loop(Mailbox())
    loop.runnables = [Session(CNN.with_training(batch_size=9, epochs=2), pictures(17, 17))]
    return loop


def batches(loop: Loop, *commands: str) -> int:
    """Carries out the commands, goes on until nothing trains any more and counts the batches."""
    for command in commands:
        loop.send(getattr(Loop, command))
    loop._turn()
    while loop.playing:
        loop._turn()
    return loop.mailbox.take().batch_count


def pause_before_the_evaluation(loop: Loop) -> None:
    """Trains the batches of an epoch and pauses before they are evaluated."""
    loop.send(Loop.play)
    while not loop.runnables[0].evaluating:
        loop._turn()
    assert batches(loop, "pause") == 2
    assert loop.runnables[0].evaluating


def test_one_batch_is_one_batch_and_the_last_takes_its_evaluation_along(loop: Loop) -> None:
    for number in range(4):
        assert batches(loop, "one_batch") == 1
        assert not loop.runnables[0].evaluating
        assert loop.runnables[0].finished == (number == 3)
    assert batches(loop, "one_batch") == 0


def test_one_batch_after_a_pause_before_an_evaluation_makes_up_for_that_and_trains_a_batch(loop: Loop) -> None:
    pause_before_the_evaluation(loop)
    assert batches(loop, "one_batch") == 1
    assert not loop.runnables[0].evaluating and not loop.runnables[0].finished


def test_a_last_epoch_that_was_paused_before_its_evaluation_is_finished_by_one_batch(loop: Loop) -> None:
    assert batches(loop, "one_epoch") == 2
    pause_before_the_evaluation(loop)
    assert batches(loop, "one_batch") == 0
    assert loop.runnables[0].finished


def test_one_epoch_ends_the_running_epoch(loop: Loop) -> None:
    assert batches(loop, "one_batch") == 1
    assert batches(loop, "one_epoch") == 1
    assert batches(loop, "one_epoch") == 2
    assert loop.runnables[0].finished


def test_a_frame_never_mixes_two_runs() -> None:
    box, begun = Mailbox(), Rewound(CNN)
    box.put(BatchDone(1, 1, 4, 10, 0.5, None, 0.1), EpochDone(1, 0.1, 0.2, None, None, 9, 1.0), Rebuilt(("n2",), ()))
    box.new_run(begun)
    box.put(Rebuilt((), ("n3",)))
    frame = box.take()
    assert (frame.batch_count, frame.epochs, frame.messages) == (0, (), (begun,))
    assert frame.notices == (Rebuilt((), ("n3",)),)


@pytest.mark.parametrize("allocate", [lambda: torch.empty(2**50), lambda: np.empty(2**50)], ids=["torch", "numpy"])
def test_too_little_memory_is_told_with_what_to_do_instead_of_the_allocator_s_text(allocate) -> None:
    with pytest.raises((RuntimeError, MemoryError)) as refused:
        allocate()
    for error in (refused.value, torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."), MemoryError()):
        assert_sentence(sentence(error))
        assert sentence(error).endswith("Use a smaller batch size, or fewer units and filters.")


def test_any_other_failure_is_told_by_its_first_line_or_its_kind() -> None:
    assert sentence(ValueError("No such layer.\nAt line 3")) == "No such layer."
    assert sentence(ValueError()) == "ValueError"
