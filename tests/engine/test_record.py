"""The curves of a run, as frames bring them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.document.project import Project
from playground.engine.events import EpochDone, Rebuilt
from playground.engine.mailbox import BATCH_COLUMNS, Frame
from playground.engine.messages import Opened, Rewound
from playground.engine.record import KEPT_BATCHES, Record
from tests.networks import CIRCLE, project

PROJECT = project(CIRCLE)


def opened(made: Project = PROJECT, epoch: int = 0) -> Opened:
    """The message that a run begins."""
    return Opened(made, 17, "cpu", 1, epoch)


def frame(epoch: int = 1, batches: int = 0, of: int = 4, **parts: object) -> Frame:
    """A frame with the first batches of an epoch."""
    number = np.arange(1.0, batches + 1)
    columns = {name: np.zeros(batches) for name in BATCH_COLUMNS}
    columns |= {"epoch": np.full(batches, float(epoch)), "batch": number, "batches": np.full(batches, float(of))}
    columns |= {"loss": 1 / number, "learning_rate": np.full(batches, 0.03)}
    return Frame(columns, **parts)  # type: ignore[arg-type]


def done(epoch: int) -> EpochDone:
    """An epoch with figures of its own."""
    return EpochDone(epoch, 1 / epoch, 2 / epoch, 0.5, 0.4, 40, 0.1)


def test_batches_lie_on_an_axis_of_epochs() -> None:
    record = Record()
    record.take(frame(1, 4))
    record.take(frame(2, 2))
    x, y = record.batch_loss.line()
    assert x.tolist() == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
    assert y.tolist() == [1, 1 / 2, 1 / 3, 1 / 4, 1, 1 / 2]
    assert record.place == 1.5
    assert record.learning_rate.last == (1.5, 0.03)


def test_a_rebuilt_network_leaves_a_mark_where_the_run_is() -> None:
    record = Record()
    record.take(frame(notices=(Rebuilt((), ()),)))
    assert record.marks == []
    record.take(frame(1, 2))
    record.take(frame(notices=(Rebuilt((), ()),)))
    assert record.marks == [0.5]


def test_a_new_run_puts_the_curves_among_the_earlier_ones() -> None:
    record = Record()
    record.take(frame(messages=(opened(),)))
    for run in range(5):
        record.take(frame(1, 4, epochs=(done(1), done(2))))
        assert len(record.epochs) == 2
        record.take(frame(messages=(Rewound(PROJECT),)))
        assert len(record.epochs) == len(record.batches) == record.place == 0
        assert record.batch_loss.last is None
        assert len(record.earlier) == min(run + 1, 3)


def test_runs_on_other_data_are_not_compared() -> None:
    record = Record()
    record.take(frame(messages=(opened(),)))
    record.take(frame(1, 4, epochs=(done(1), done(2))))
    record.take(frame(messages=(opened(PROJECT.with_training(seed=2)),)))
    assert len(record.earlier) == 1
    other = replace(PROJECT, data=replace(PROJECT.data, name="spiral"))
    record.take(frame(messages=(opened(other),)))
    assert record.earlier == []


def test_gradient_norms_are_kept_with_their_place() -> None:
    record = Record()
    made = frame(1, 4)
    record.take(replace(made, batches={**made.batches, "gradient_norm": np.array([np.nan, 3.5, np.nan, 2.0])}))
    assert record.gradients.column("norm").tolist() == [3.5, 2.0]
    assert record.gradients.column("epoch").tolist() == [0.5, 1.0]


def test_a_long_run_keeps_the_last_batches_only_and_all_of_the_curve() -> None:
    record = Record()
    for epoch in range(1, 8):
        record.take(frame(epoch, 5_000, of=5_000))
    assert KEPT_BATCHES <= len(record.batches) <= 2 * KEPT_BATCHES
    assert record.batches.column("epoch")[-1] == 7
    assert record.batches.column("loss")[-1] == 1 / 5_000
    x, y = record.batch_loss.line()
    assert x[0] <= 1 and x[-1] == 7 and y.max() == 1
