"""A run that was left goes on with the very bits that it would have had."""

from __future__ import annotations

from dataclasses import replace

from playground.engine import snapshots
from playground.engine.session import Session
from playground.engine.snapshots import Snapshots, capture, restore, size_of
from tests.engine.test_session import ADAM, CNN, trained
from tests.networks import CIRCLE, pictures, points, project


def test_a_restored_run_goes_on_with_the_same_bits() -> None:
    for made, data in ((ADAM, points()), (CNN, pictures())):
        straight, left = trained(made, 3, data), trained(made, 3, data)
        kept = capture(left, None)
        restored = restore(kept, data, "cpu")
        assert restored.weights_sha256() == straight.weights_sha256()
        for _ in range(30):
            assert _figures(restored.step()) == _figures(straight.step())
        assert restored.weights_sha256() == straight.weights_sha256()


def _figures(events: tuple[object, ...]) -> list[tuple[object, ...]]:
    return [(event.epoch, getattr(event, "loss", None), getattr(event, "test_loss", None)) for event in events]  # type: ignore[attr-defined]


def test_only_the_last_runs_within_the_budget_are_kept(monkeypatch) -> None:
    left = Snapshots()
    kept = capture(Session(ADAM, points()), None)
    for run in range(12):
        left.put_aside(run, kept)
    assert [run for run in range(12) if left.take(run)] == list(range(2, 12))
    assert [run for run in range(12) if left.take_loss(run)] == [0, 1]
    assert left.take_loss(0) is None
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 2 * kept.nbytes)
    for run in range(3):
        left.put_aside(run, kept)
    assert [run for run in range(3) if left.take(run)] == [1, 2]


def test_the_size_of_a_run_is_known_before_it_is_trained() -> None:
    for made, data in ((ADAM, points()), (CNN, pictures()), (project(CIRCLE), points())):
        foreseen = size_of(Session(made, data)).needed
        taken = capture(trained(made, 3, data), None).nbytes
        assert taken <= foreseen <= taken + 8 * len(data.train) + 2_000


def test_figures_hold_until_the_network_is_another_and_again_when_it_is_back() -> None:
    session = trained(replace(ADAM, training=replace(ADAM.training, epochs=9)), 0)
    while session.result is None:
        session.step()
    measured, project = session.result, session.project
    rebuilt = session.apply(project.with_graph(project.graph.set_param("n2", "units", 5)))
    assert rebuilt is not None and not rebuilt.measured and session.result is None
    assert rebuilt.untrained == rebuilt.fresh != ()
    rebuilt = session.apply(project)
    assert rebuilt is not None and rebuilt.measured and session.result == measured
    assert rebuilt.untrained == ()
