"""Every value of a sheet is the network's own, and looking at sheets changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import infer
from playground.engine.mailbox import Arrays
from playground.engine.requests import Grid, Input, Picture, Request, TestSample
from playground.engine.session import Session
from playground.ui.inspect.layer_sheet import Sheet
from playground.ui.inspect.parts import Bars, Cells, Maps, Part
from tests.networks import SMALL_CNN, branched, chain, pictures, points, project

NORMAL = chain(
    ("image", {"height": 10, "width": 12, "channels": 2}),
    ("conv2d", {"filters": 4}),
    "batch_norm",
    "relu",
    ("dropout", {"rate": 0.5}),
    ("conv2d", {"filters": 5, "activation": "tanh", "bias": False}),
    "avg_pool",
    "flatten",
    "batch_norm",
    ("dropout", {"rate": 0.3}),
    ("dense", {"units": 20, "activation": "relu"}),
    ("dense", {"units": 3}),
    "classes",
)
MLP = chain(
    ("image", {"height": 10, "width": 12, "channels": 2}), "flatten", ("dense", {"units": 24}), "sigmoid",
    ("dense", {"units": 3}), "classes",
)  # fmt: skip
PLANE = chain(
    "features", ("dense", {"units": 5}), "batch_norm", "tanh", ("dropout", {"rate": 0.3}), ("dense", {"units": 1}),
    "value",
)  # fmt: skip
DRAWN = Picture.of(np.random.default_rng(3).random((2, 10, 12)).astype(np.float32))
GRID = Grid(9)
GRAPHS: dict[str, Graph] = {"small": SMALL_CNN, "normal": NORMAL, "mlp": MLP, "branched": branched()}


def a_session(name: str, batches: int = 4) -> Session:
    graph = GRAPHS[name]
    data = pictures(shape=(1, 8, 8)) if name == "branched" else pictures()
    session = Session(project(graph, "digits"), data)
    for _ in range(batches):
        session.step()
    return session


def sheet_of(made: Project, node: str, channel: int | None = None, unit: int = 0) -> Sheet:
    return Sheet(made, infer(made.graph, CATALOGUE.layers), node, channel, unit)


def parts_of(session: Session, sheet: Sheet, source: Input) -> tuple[Part, ...]:
    """The sheet as a view would make it of the probes' answers."""
    request = sheet.weight_request()
    weights: Arrays = session.probe(request) if request is not None else {}
    values = session.probe(Request("activations", (), source))
    return sheet.parts(values, weights, session.probe(Request("prediction", (), source)))


def numbers_of(part: Part) -> list[np.ndarray]:
    return [row.maps for row in part.rows] if isinstance(part, Maps) else [part.values]


def truth(session: Session, source: Input) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The network's own trace in eval mode, as a script would take it: before and after the activation."""
    sample = source.array() if isinstance(source, Picture) else session.data.test.x[source.index]
    network = session.network
    network.eval()
    with torch.no_grad():
        found = network.trace(torch.from_numpy(sample[None].copy()))
    network.train()
    return {node: (before[0].numpy(), after[0].numpy()) for node, (before, after) in found.items()}


@pytest.mark.parametrize("source", [TestSample(2), "drawn"])
@pytest.mark.parametrize("name", GRAPHS)
def test_every_value_of_every_sheet_is_the_networks_own(name: str, source) -> None:
    session = a_session(name)
    made = session.project
    if source == "drawn":
        source = Picture.of(session.data.test.x[4])
    own = truth(session, source)
    allowed = [array for pair in own.values() for array in pair]
    parameters = {key: value.detach().numpy() for key, value in session.network.named_parameters()}
    for node in own:
        parts = parts_of(session, sheet_of(made, node), source)
        assert parts, f"{node} has no sheet"
        shown = [numbers for part in parts for numbers in numbers_of(part)]
        # The layer's own output is always there.
        after = own[node][1].reshape(-1)
        assert any(np.array_equal(numbers.reshape(-1), after) for numbers in shown), node
        weight = parameters.get(f"{node}.weight")
        for numbers in shown:
            known = any(np.array_equal(numbers.reshape(-1), array.reshape(-1)) for array in allowed)
            known = known or (weight is not None and _is_part_of(numbers, weight))
            known = known or (np.allclose(numbers.sum(), 1, atol=1e-5) and node == list(own)[-1])
            assert known, f"{node} shows numbers that the network does not have"


def _is_part_of(numbers: np.ndarray, weight: np.ndarray) -> bool:
    if weight.ndim == 4:
        return any(np.array_equal(numbers, weight[:, channel]) for channel in range(weight.shape[1]))
    return any(np.array_equal(numbers.reshape(-1), row) for row in weight)


def test_a_convolution_shows_filters_maps_and_the_maps_after_its_activation() -> None:
    session = a_session("small")
    own = truth(session, DRAWN)
    (part,) = parts_of(session, sheet_of(session.project, "n2", channel=1), DRAWN)
    assert isinstance(part, Maps)
    filters, before, after = part.rows
    np.testing.assert_array_equal(filters.maps, session.network.get_parameter("n2.weight").detach().numpy()[:, 1])
    np.testing.assert_array_equal(before.maps, own["n2"][0])
    np.testing.assert_array_equal(after.maps, own["n2"][1])
    assert (filters.table, before.table, after.table) == ("signed", "signed", "from_zero")
    assert [row.title for row in part.rows] == ["Filters", "Feature maps", "After ReLU"]
    np.testing.assert_allclose(part.active, (own["n2"][1] > 0).mean(axis=(1, 2)))


def test_the_activation_may_be_the_layer_behind() -> None:
    session = a_session("small")
    own = truth(session, DRAWN)
    (part,) = parts_of(session, sheet_of(session.project, "n4"), DRAWN)
    assert isinstance(part, Maps)
    assert [row.title for row in part.rows][-2:] == ["Feature maps", "After ELU"]
    np.testing.assert_array_equal(part.rows[-2].maps, own["n4"][1])
    np.testing.assert_array_equal(part.rows[-1].maps, own["n5"][1])
    # ELU may be negative: no share of active values.
    assert part.rows[-1].table == "signed" and part.active is None


def test_several_input_channels_are_shown_one_by_one_or_all() -> None:
    session = a_session("small")
    weight = session.network.get_parameter("n2.weight").detach().numpy()
    (part,) = parts_of(session, sheet_of(session.project, "n2", channel=None), DRAWN)
    assert isinstance(part, Maps)
    for channel in range(2):
        np.testing.assert_array_equal(part.rows[channel].maps, weight[:, channel])
    assert sheet_of(session.project, "n2").channels() == ("input map 1", "input map 2")
    assert sheet_of(session.project, "n3").channels() == ()


def test_the_weights_of_a_unit_lie_as_its_input_lay() -> None:
    session = a_session("mlp")
    weight = session.network.get_parameter("n3.weight").detach().numpy()
    weights, before, after = parts_of(session, sheet_of(session.project, "n3", unit=7), DRAWN)
    assert isinstance(weights, Maps) and not weights.units
    np.testing.assert_array_equal(weights.rows[0].maps, weight[7].reshape(2, 10, 12))
    assert isinstance(before, Cells) and isinstance(after, Cells) and after.table == "from_zero"
    # Behind it no map is left: a strip.
    second = parts_of(session, sheet_of(session.project, "n5"), DRAWN)
    assert isinstance(second[0], Cells) and len(second[0].values) == 24
    assert isinstance(second[1], Bars) and second[1].names == ("0", "1", "2")


def test_through_dropout_and_batchnorm_the_input_still_lies_as_maps() -> None:
    session = a_session("normal")
    (weights, *_) = parts_of(session, sheet_of(session.project, "n11", unit=3), DRAWN)
    assert isinstance(weights, Maps) and weights.count == 5
    expected = session.network.get_parameter("n11.weight").detach().numpy()[3]
    np.testing.assert_array_equal(weights.rows[0].maps.reshape(-1), expected)


def test_the_output_shows_logits_and_probabilities() -> None:
    session = a_session("mlp")
    logits, shares = parts_of(session, sheet_of(session.project, "n6"), DRAWN)
    own = torch.from_numpy(truth(session, DRAWN)["n6"][1])
    np.testing.assert_array_equal(logits.values, own.numpy())
    np.testing.assert_allclose(shares.values, own.softmax(0).numpy(), rtol=1e-6)


def test_dropout_drops_nothing_while_it_is_looked_at() -> None:
    session = a_session("normal")
    own = truth(session, DRAWN)
    (part,) = parts_of(session, sheet_of(session.project, "n5"), DRAWN)
    assert isinstance(part, Maps)
    np.testing.assert_array_equal(part.rows[0].maps, own["n4"][1])


def test_on_points_there_is_a_picture_of_every_neuron_and_its_weights() -> None:
    session = Session(project(PLANE), points())
    for _ in range(3):
        session.step()
    sheet = sheet_of(session.project, "n2")
    values = session.probe(Request("neurons", (), GRID))
    (part,) = sheet.parts(values, session.probe(sheet.weight_request()), {})
    assert isinstance(part, Maps)
    weights, neurons = part.rows
    expected = session.network.get_parameter("n2.weight").detach().numpy()
    np.testing.assert_array_equal(weights.maps[:, 0], expected)
    np.testing.assert_array_equal(neurons.maps, values["n2"])
    for node in values:
        request = sheet_of(session.project, node).weight_request()
        assert sheet_of(session.project, node).parts(values, session.probe(request) if request else {}, {})


@pytest.mark.parametrize(
    "request_",
    [Request("sheet_weights", ("n3",)), Request("sheet_weights", ("n2",), unit=2), Request("sheet_weights", ("n99",))],
)
def test_weights_that_do_not_exist_are_a_lookup_error(request_: Request) -> None:
    with pytest.raises(LookupError):
        a_session("small", 1).probe(request_)


def test_the_weights_of_a_sheet_are_a_copy() -> None:
    session = a_session("small", 1)
    before = session.probe(Request("sheet_weights", ("n2",), unit=0))
    kept = before["weight"].copy()
    for _ in range(3):
        session.step()
    np.testing.assert_array_equal(before["weight"], kept)
    assert not np.array_equal(session.probe(Request("sheet_weights", ("n2",), unit=0))["weight"], kept)


def cases() -> list[tuple[Project, Data, Input | None]]:
    return [
        (project(NORMAL, "digits", optimizer="adam"), pictures(), DRAWN),
        (project(branched(), "digits"), pictures(shape=(1, 8, 8)), TestSample(1)),
        (project(PLANE, optimizer="adam"), points(), None),
    ]


@pytest.mark.parametrize("number", range(3))
def test_looking_at_sheets_changes_no_bit_of_a_running_training(number: int) -> None:
    made, data, source = cases()[number]
    alone, watched = Session(made, data), Session(made, data)
    values = Request("activations", (), source) if source is not None else Request("neurons", (), GRID)
    requests = [values] if source is None else [values, Request("prediction", (), source)]
    for node in [operation.node for operation in watched.network.operations]:
        for channel in (None, 0):
            request = sheet_of(made, node, channel).weight_request()
            requests += [request] if request is not None else []
    for _ in range(15):
        alone.step()
        watched.step()
        gradients = [parameter.grad.clone() for parameter in watched.network.parameters()]
        buffers = [buffer.clone() for buffer in watched.network.buffers()]
        state, drawn = torch.get_rng_state(), np.random.get_state()[1].copy()
        for request in requests:
            watched.probe(request)
        assert watched.network.training and all(module.training for module in watched.network.modules())
        assert torch.equal(state, torch.get_rng_state())
        np.testing.assert_array_equal(drawn, np.random.get_state()[1])
        assert all(torch.equal(a, b.grad) for a, b in zip(gradients, watched.network.parameters(), strict=True))
        assert all(torch.equal(a, b) for a, b in zip(buffers, watched.network.buffers(), strict=True))
    assert alone.weights_sha256() == watched.weights_sha256()
