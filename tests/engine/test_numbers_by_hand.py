"""A weight or a bias set by hand: it is there, nothing else is changed, and training goes on from it."""

from __future__ import annotations

import pytest
import torch

from playground.catalog.dataset import Sources
from playground.engine import workshop
from playground.engine.by_hand import set_number
from playground.engine.events import Measured, Rebuilt
from playground.engine.loop import Loop
from playground.engine.mailbox import Mailbox
from playground.engine.messages import Opened
from playground.engine.session import Session
from playground.engine.workshop import Workshop
from tests.engine.test_session import ADAM, CNN, edit, moments, trained, weights
from tests.networks import added, chain, pictures, points, project


@pytest.mark.parametrize("steps", [0, 5])
def test_one_number_is_changed_and_no_other(steps: int) -> None:
    session = trained(ADAM, steps)
    before, remembered = weights(session), moments(session)
    told = set_number(session, "n3.weight", (1, 2), -3.5)
    now = weights(session)
    assert now["n3.weight"][1, 2] == -3.5
    before["n3.weight"][1, 2] = -3.5
    assert all(torch.equal(before[name], now[name]) for name in before)
    for name, values in moments(session).items():
        for key, moment in values.items():
            wanted = remembered[name][key]
            if name == "n3.weight" and moment.dim():
                wanted[1, 2] = 0.0
            assert torch.equal(moment, wanted)
    assert told == Rebuilt(("n2", "n4"), (), by_hand=("n3",))


def test_the_next_step_is_that_of_the_number_that_was_set() -> None:
    """As PyTorch itself would take it, with plain gradient descent."""
    made = project(ADAM.graph, optimizer="sgd", learning_rate=0.1, seed=4)
    one, other = Session(made, points()), Session(made, points())
    set_number(one, "n4.bias", (0,), 0.25)
    with torch.no_grad():
        other.network.get_parameter("n4.bias")[0] = 0.25
    for _ in range(4):
        assert one.step() == other.step()
    assert one.weights_sha256() == other.weights_sha256()


def test_what_was_known_of_the_network_is_of_another_one_now() -> None:
    session = trained(ADAM, 0)
    while session.result is None:
        session.step()
    assert not session.unmeasured
    set_number(session, "n2.weight", (0, 0), 9.0)
    assert session.result is None and session.unmeasured
    found: list[Measured] = []
    while session.unmeasured:
        found += session.measure()
    with torch.no_grad():
        output = session.network.eval()(torch.from_numpy(session.data.test.x))
        loss = session.objective.loss(output, session.objective.targets(session.data.test))
    assert found[-1].test_loss == pytest.approx(float(loss), abs=1e-6)


def test_a_network_with_a_number_set_by_hand_is_not_drawn_anew_by_an_edit() -> None:
    session = trained(ADAM, 0)
    set_number(session, "n2.weight", (1, 0), 2.0)
    edit(session, n3_units=5)
    assert weights(session)["n2.weight"][1, 0] == 2.0
    session.rewind()
    assert weights(session)["n2.weight"][1, 0] == weights(trained(session.project, 0))["n2.weight"][1, 0]


def test_a_kernel_and_a_frozen_layer_can_be_set_too() -> None:
    session = trained(CNN, 2, pictures())
    set_number(session, "n2.weight", (0, 1, 2, 2), 7.0)
    assert weights(session)["n2.weight"][0, 1, 2, 2] == 7.0
    frozen = Session(project(ADAM.graph.set_param("n2", "frozen", True)), points())
    set_number(frozen, "n2.weight", (0, 0), 1.5)
    for _ in range(3):
        frozen.step()
    assert weights(frozen)["n2.weight"][0, 0] == 1.5


@pytest.mark.parametrize(
    ("name", "index"),
    [("n9.weight", (0, 0)), ("n3.weight", (99, 0)), ("n3.weight", (0, 99)), ("n3.weight", (0,)), ("n3.bias", (-1,))],
)
def test_a_number_that_is_not_there_changes_nothing(name: str, index: tuple[int, ...]) -> None:
    session = trained(ADAM, 2)
    before = session.weights_sha256()
    assert set_number(session, name, index, 1.0) is None
    assert session.weights_sha256() == before


# -- in turn with edits ---------------------------------------------------------------------------------------


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> tuple[Loop, Workshop]:
    """A workshop with an open project, whose loop goes on when `turn` is called."""
    monkeypatch.setattr(workshop, "prepare", lambda choice, sources: points())
    loop = Loop(Mailbox())
    shop = Workshop(loop)
    shop.open(ADAM, Sources())
    carry_out(loop)
    return loop, shop


def carry_out(loop: Loop) -> None:
    """Carries out all commands that wait."""
    while not loop._commands.empty():
        loop._commands.get()(loop)


def test_edits_before_and_after_it_keep_their_order(shop: tuple[Loop, Workshop]) -> None:
    loop, made = shop
    added = ADAM.with_graph(ADAM.graph.set_param("n2", "units", 6))
    made.submit(added, edit="Set units")
    made.set_number("n2.weight", (5, 1), 4.0, "Set weight")
    made.submit(added.with_graph(added.graph.set_param("n3", "units", 9)), edit="Set units")
    carry_out(loop)
    (session,) = loop.runnables
    assert isinstance(session, Session)
    assert session.network.get_parameter("n2.weight")[5, 1] == 4.0
    assert session.network.get_parameter("n3.weight").shape == (9, 6)
    told = [notice for notice in loop.mailbox.take().notices if isinstance(notice, Rebuilt)]
    assert [notice.edits for notice in told if notice.by_hand] == [("Set weight",)]


def test_it_belongs_to_the_run_that_it_was_set_in(shop: tuple[Loop, Workshop]) -> None:
    loop, made = shop
    made.set_number("n2.weight", (0, 0), 4.0, "Set weight")
    made.submit(ADAM, run=1)
    carry_out(loop)
    assert loop.runnables[0].network.get_parameter("n2.weight")[0, 0] != 4.0
    made.submit(ADAM, run=0)
    carry_out(loop)
    assert loop.runnables[0].network.get_parameter("n2.weight")[0, 0] == 4.0
    opened = [message for message in loop.mailbox.take().messages if isinstance(message, Opened)]
    assert [message.trained for message in opened] == [False, False, True]


def test_a_layer_that_is_undone_is_let_go_of_before_another_gets_its_id(shop: tuple[Loop, Workshop]) -> None:
    """Although nothing is taken in between."""
    loop, made = shop
    graph, node = added(ADAM.graph, ("dense", {"units": 2}))
    longer = ADAM.with_graph(graph.insert(node, ADAM.graph.incoming("n4")[0]))
    made.submit(longer, fork=ADAM.graph.last_id)
    carry_out(loop)
    (session,) = loop.runnables
    assert isinstance(session, Session)
    for _ in range(3):
        session.step()
    learnt = session.state()[f"{node}.weight"]
    made.submit(ADAM)
    made.submit(longer)
    carry_out(loop)
    assert torch.equal(session.state()[f"{node}.weight"], learnt)
    made.submit(ADAM)
    made.submit(longer, fork=ADAM.graph.last_id)
    carry_out(loop)
    assert not torch.equal(session.state()[f"{node}.weight"], learnt)


def test_it_is_in_the_saved_weights(shop: tuple[Loop, Workshop], tmp_path) -> None:
    loop, made = shop
    made.set_number("n2.weight", (0, 0), 4.0, "Set weight")
    made.save(tmp_path / "set.safetensors")
    made.open(ADAM, Sources(), tmp_path / "set.safetensors")
    carry_out(loop)
    assert loop.runnables[0].network.get_parameter("n2.weight")[0, 0] == 4.0


def test_a_layer_without_a_bias_has_none_to_set() -> None:
    made = project(chain("features", ("dense", {"units": 2, "bias": False}), ("dense", {"units": 1}), "value"))
    assert set_number(Session(made, points()), "n2.bias", (0,), 1.0) is None
