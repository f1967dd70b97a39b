"""A run that was left goes on with the very bits that it would have had."""

from __future__ import annotations

from dataclasses import replace

from playground.engine import snapshots
from playground.engine.session import Session
from playground.engine.snapshots import Snapshots, capture, restore
from tests.engine.test_session import ADAM, CNN, trained
from tests.networks import pictures, points


def test_a_restored_run_goes_on_with_the_same_bits() -> None:
    for project, data in ((ADAM, points()), (CNN, pictures())):
        straight, left = trained(project, 3, data), trained(project, 3, data)
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
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 2 * kept.nbytes)
    for run in range(3):
        left.put_aside(run, kept)
    assert [run for run in range(3) if left.take(run)] == [1, 2]


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
