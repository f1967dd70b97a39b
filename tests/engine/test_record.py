"""The curves of a run, as frames bring them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.document.project import Project
from playground.engine.events import EpochDone, Measured, Rebuilt
from playground.engine.mailbox import BATCH_COLUMNS, Frame, Mailbox
from playground.engine.messages import Opened, Rewound
from playground.engine.record import KEPT_BATCHES, Mark, Record
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
    columns |= {"samples": np.full(batches, 10.0), "loss": 1 / number, "learning_rate": np.full(batches, 0.03)}
    return Frame(columns, **parts)  # type: ignore[arg-type]


def done(epoch: int) -> EpochDone:
    """An epoch with figures of its own."""
    return EpochDone(epoch, 1 / epoch, 2 / epoch, 0.5, 0.4, 40, 0.1)


def test_batches_lie_on_an_axis_of_epochs() -> None:
    record = Record()
    record.take(frame(1, 4))
    record.take(frame(2, 2))
    x, low, high = record.batch_loss.band(10)
    assert x[[0, -1]].tolist() == [0.25, 1.5]
    assert (low > 1 / 4).all() and (high <= 1).all() and (low < high).all()
    assert record.place == 1.5
    assert record.learning_rate.last == (1.5, 0.03)


def test_a_rebuilt_network_leaves_a_mark_where_the_run_is() -> None:
    record = Record()
    record.take(frame(notices=(Rebuilt((), ()),)))
    assert record.marks == []
    record.take(frame(1, 2))
    record.take(frame(notices=(Rebuilt((), ()),)))
    assert record.marks == [Mark(0.5, Rebuilt((), ()))]


def test_a_new_run_puts_the_curves_among_the_earlier_ones() -> None:
    record = Record()
    record.take(frame(messages=(opened(),)))
    for run in range(5):
        record.take(frame(1, 4, epochs=(done(1), done(2))))
        assert len(record.epochs) == 2
        record.take(frame(messages=(Rewound(PROJECT),)))
        assert len(record.epochs) == len(record.batches) == record.place == 0
        assert len(record.batch_loss.band(10)[0]) == 0
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
    x, low, high = record.batch_loss.band(100)
    assert x[0] <= 1 and x[-1] == 7 and (low < high).all()


def test_figures_are_those_measured_now_else_of_the_last_epoch_else_of_its_batches() -> None:
    record = Record()
    now = Measured(0.7, 0.8, None, None, 40, 20)
    assert np.isnan(list(record.figures.values())).all()
    record.take(frame(measured=now))
    assert (record.figures["train_loss"], record.figures["test_loss"]) == (0.7, 0.8)
    assert np.isnan(record.figures["test_accuracy"])
    record.take(frame(1, 2))
    assert record.figures["train_loss"] == 0.75 and np.isnan(record.figures["test_loss"])
    record.take(frame(1, 4, epochs=(done(1),)))
    assert list(record.figures.values()) == [1.0, 2.0, 0.5, 0.4]
    record.take(frame(notices=(Rebuilt((), ()),)))
    assert np.isnan(list(record.figures.values())).all()
    record.take(frame(notices=(Rebuilt((), ()),), measured=now))
    assert record.figures["test_loss"] == 0.8 and len(record.epochs) == 1
    record.take(frame(notices=(Rebuilt((), (), measured=True),)))
    assert list(record.figures.values()) == [1.0, 2.0, 0.5, 0.4]


def test_after_an_edit_the_train_figures_are_those_of_the_batches_since() -> None:
    record = Record()
    record.take(frame(1, 4, epochs=(done(1),)))
    record.take(frame(2, 2))
    assert record.figures["train_loss"] == 1.0 and record.known_by == "epoch"
    # The batches of a frame may be older and newer than the edit in it.
    record.take(frame(2, 4, notices=(Rebuilt((), (), epoch=2, batch=2),)))
    assert record.known_by == "batches" and record.running.samples == 20 and record.running.since_edit
    assert record.figures["train_loss"] == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert np.isnan(record.figures["test_loss"])
    # An edit that changes no result leaves them.
    record.take(frame(notices=(Rebuilt((), (), same=True),)))
    assert record.known_by == "batches" and len(record.marks) == 2
    record.take(frame(measured=Measured(0.7, 0.8, None, None, 40, 20)))
    record.take(frame(notices=(Rebuilt((), (), same=True),)))
    assert record.known_by == "now"
    record.take(frame(2, 1, epochs=(done(2),)))
    assert record.known_by == "epoch" and record.figures["test_loss"] == 1.0


def test_a_network_is_measured_by_an_epoch_that_ends_after_its_edit() -> None:
    box, edit = Mailbox(), Rebuilt(("n2",), ("n3",), untrained=("n3",))
    box.put(edit, done(1), edit)
    assert box.take().notices == (replace(edit, untrained=(), measured=True), edit)
