"""A network always has a loss: it is measured while nothing trains, and no run notices it."""

from __future__ import annotations

import math

import pytest
import torch

from playground.engine import evaluation, measuring
from playground.engine.events import BatchDone, EpochDone, Event, Measured, Rebuilt
from playground.engine.loop import Loop
from playground.engine.mailbox import Mailbox
from playground.engine.messages import Idle
from playground.engine.session import Session
from tests.engine.test_session import ADAM, CNN, edit, trained
from tests.networks import added, numbers, pictures, points, project


def measured(session: Session) -> Measured:
    """Measures to the end; the last figures."""
    found: list[Measured] = []
    while session.unmeasured:
        found += session.measure()
    return found[-1]


def figures_of(session: Session, part: str) -> tuple[float, float]:
    """Loss and accuracy over all samples of a part at once."""
    samples = getattr(session.data, part)
    session.network.eval()
    with torch.no_grad():
        output, target = session.network(torch.from_numpy(samples.x)), session.objective.targets(samples)
    session.network.train()
    assert session.objective.correct is not None
    return float(session.objective.loss(output, target)), int(session.objective.correct(output, target)) / len(samples)


def test_the_figures_are_those_of_the_network_as_it_is() -> None:
    session = Session(CNN, pictures(17, 17))
    for _ in range(2):
        found = measured(session)
        assert (found.train_samples, found.test_samples) == (17, 17)
        assert (found.train_loss, found.train_accuracy) == pytest.approx(figures_of(session, "train"), abs=1e-6)
        assert (found.test_loss, found.test_accuracy) == pytest.approx(figures_of(session, "test"), abs=1e-6)
        assert not session.unmeasured
        session.step()
        assert session.unmeasured


def test_the_figures_of_an_epoch_need_no_measuring_until_an_edit() -> None:
    session = trained(ADAM, 0)
    while session.result is None:
        session.step()
    assert not session.unmeasured
    session.step()
    assert not session.unmeasured
    edit(session, n3_units=5)
    assert session.unmeasured
    assert measured(session).test_loss == pytest.approx(figures_of(session, "test")[0], abs=1e-6)


@pytest.mark.parametrize("name", ["points", "pictures with BatchNorm and Dropout"])
def test_measuring_between_the_steps_changes_no_bit(name: str, monkeypatch) -> None:
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 7)
    made, data = ADAM, points()
    if name != "points":
        graph, new = added(CNN.graph, "batch_norm")
        made, data = CNN.with_graph(graph.insert(new, graph.incoming("n3")[0])), pictures()
    plain, asked = Session(made, data), Session(made, data)
    told: list[list[Event]] = [[], []]
    chunks = 0
    while not any(isinstance(event, EpochDone) and event.epoch == 2 for event in told[0]):
        for _ in range(len(told[0]) % 9):
            if asked.unmeasured:
                asked.measure()
                chunks += 1
        told[0] += plain.step()
        told[1] += asked.step()
    assert asked.weights_sha256() == plain.weights_sha256() and chunks > 10
    assert [_figures(event) for event in told[1]] == [_figures(event) for event in told[0]]


def _figures(event: Event) -> tuple[object, ...]:
    assert isinstance(event, BatchDone | EpochDone)
    return (event.epoch, getattr(event, "loss", None), getattr(event, "test_loss", None))


def test_test_samples_come_first_and_then_as_many_of_training_at_most(monkeypatch) -> None:
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 10)
    session = Session(ADAM, points(103, 41))
    told: list[tuple[Measured, ...]] = []
    while session.unmeasured:
        told.append(session.measure())
    first, last = (event for events in told for event in events)
    assert (first.train_samples, first.test_samples) == (0, 41) and math.isnan(first.train_loss)
    assert (last.train_samples, last.test_samples, last.test_loss) == (35, 41, first.test_loss)
    assert len(told) == 5 + 4


def test_a_large_network_is_measured_on_fewer_samples(monkeypatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK_MULTIPLY_ADDS", Session(CNN, pictures()).network.multiply_adds)
    monkeypatch.setattr(measuring, "TEST_CHUNKS", 6)
    monkeypatch.setattr(measuring, "TRAIN_CHUNKS", 5)
    found = measured(Session(CNN, pictures(50, 17)))
    assert (found.train_samples, found.test_samples) == (5, 6)


def test_what_cannot_be_measured_is_left_out() -> None:
    assert measured(Session(project(ADAM.graph, "plane"), numbers())).test_accuracy is None
    found = measured(Session(ADAM, points(test=0)))
    assert math.isnan(found.test_loss) and found.train_samples == 103
    assert not Session(ADAM, points(0, 0)).unmeasured


def test_a_failure_is_told_once(monkeypatch) -> None:
    session = Session(ADAM, points())

    def fail(*_: object) -> None:
        raise RuntimeError("There is no room.")

    monkeypatch.setattr(session.network, "forward", fail)
    with pytest.raises(RuntimeError):
        session.measure()
    assert not session.unmeasured


# -- in the loop ----------------------------------------------------------------------------------------------------


@pytest.fixture
def loop(monkeypatch) -> Loop:
    """An idle loop with a session that is measured in many chunks; a test takes its turns."""
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 7)
    made = Loop(Mailbox())
    made.runnables = [Session(ADAM, points())]
    return made


def session_of(loop: Loop) -> Session:
    (session,) = loop.runnables
    assert isinstance(session, Session)
    return session


def test_an_idle_loop_measures_and_answers_commands_between_the_chunks(loop: Loop) -> None:
    done: list[int] = []
    for number in range(3):
        loop.send(lambda loop, number=number: done.append(number))
        loop._turn()
        assert done == list(range(number + 1))
        loop._turn()
    assert session_of(loop).unmeasured
    while session_of(loop).unmeasured:
        loop._turn()
    found = loop.mailbox.take().measured
    assert found is not None and found.test_loss == pytest.approx(figures_of(session_of(loop), "test")[0], abs=1e-6)


def test_measuring_is_dropped_when_training_starts_and_when_an_edit_comes(loop: Loop) -> None:
    session = session_of(loop)
    loop._turn()
    loop.send(Loop.one_batch)
    loop._turn()
    loop.send(lambda loop: loop.mailbox.put(edit(session, n3_units=5)))
    while session.unmeasured:
        loop._turn()
    frame = loop.mailbox.take()
    assert frame.batch_count == 1 and frame.measured is not None
    assert frame.measured.test_loss == pytest.approx(figures_of(session, "test")[0], abs=1e-6)


def test_a_frame_has_no_figures_older_than_its_batches_and_edits() -> None:
    box, figures = Mailbox(), Measured(1.0, 2.0, None, None, 3, 4)
    for later in (BatchDone(1, 1, 4, 10, 0.5, None, 0.1), EpochDone(1, 0.1, 0.2, None, None, 9, 1.0), Rebuilt((), ())):
        box.put(figures, later)
        assert box.take().measured is None
        box.put(later, figures, Idle("paused"))
        assert box.take().measured == figures
    box.put(figures)
    box.new_run(Idle("paused"))
    assert box.take().measured is None
