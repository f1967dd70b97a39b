"""Probes give the network's own numbers, and leave training as if nobody had looked."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.probes.weights import COUNTED
from playground.engine.requests import DOMAIN, Grid, Picture, Request, TestSample, TestSamples
from playground.engine.session import Session
from tests.networks import CIRCLE, SMALL_CNN, branched, chain, pictures, points, project

CLASSES_2D = chain("features", ("dense", {"units": 3, "activation": "relu"}), ("dense", {"units": 2}), "classes")
NORMAL_2D = chain(
    "features", ("dense", {"units": 5}), "batch_norm", "tanh", ("dropout", {"rate": 0.3}), ("dense", {"units": 1}),
    "value",
)  # fmt: skip


def of_plane(graph=CIRCLE) -> Session:
    """A session on points, some batches old."""
    return trained(Session(project(graph), points()))


def of_pictures(graph=SMALL_CNN) -> Session:
    """A session on pictures, some batches old."""
    return trained(Session(project(graph, "digits"), pictures()))


def trained(session: Session, batches: int = 4) -> Session:
    """The session some batches further."""
    for _ in range(batches):
        session.step()
    return session


def output_of(session: Session, samples: np.ndarray) -> torch.Tensor:
    """What the network says in eval mode."""
    session.network.eval()
    with torch.no_grad():
        found = session.network(torch.from_numpy(samples.astype(np.float32)))
    session.network.train()
    return found


def grid_points(size: int) -> np.ndarray:
    """The points of a grid, row 0 at the top."""
    low, high = DOMAIN
    axis = np.linspace(low, high, size)
    return np.array([[x, y] for y in axis[::-1] for x in axis], np.float32)


def test_the_boundary_is_the_output_at_every_point() -> None:
    session = of_plane()
    found = session.probe(Request("boundary", input=Grid(9)))["output"]
    assert found.shape == (9, 9)
    np.testing.assert_allclose(found.ravel(), output_of(session, grid_points(9))[:, 0], rtol=1e-5, atol=1e-6)


def test_the_boundary_of_two_classes_goes_from_minus_one_to_one() -> None:
    session = of_plane(CLASSES_2D)
    found = session.probe(Request("boundary", input=Grid(7)))["output"]
    shares = output_of(session, grid_points(7)).softmax(1).numpy()
    np.testing.assert_allclose(found.ravel(), shares[:, 1] - shares[:, 0], rtol=1e-4, atol=1e-5)


def test_every_neuron_has_its_own_picture() -> None:
    session = of_plane()
    found = session.probe(Request("neurons", input=Grid(8)))
    assert [maps.shape for maps in found.values()] == [(2, 8, 8), (4, 8, 8), (2, 8, 8), (1, 8, 8), (1, 8, 8)]
    np.testing.assert_array_equal(found["n1"][0].ravel(), grid_points(8)[:, 0])
    linear = session.network.get_submodule("n2")
    with torch.no_grad():
        expected = torch.tanh(linear(torch.from_numpy(grid_points(8)))).numpy()
    np.testing.assert_allclose(found["n2"].reshape(4, -1), expected.T, rtol=1e-5, atol=1e-6)


def test_activations_are_those_of_the_sample() -> None:
    session = of_pictures()
    sample = session.data.test.x[3]
    found = session.probe(Request("activations", ("n1", "n2"), TestSample(3)))
    np.testing.assert_array_equal(found["n1"], sample)
    convolution = session.network.get_submodule("n2")
    with torch.no_grad():
        before = convolution(torch.from_numpy(sample[None]))[0].numpy()
    np.testing.assert_allclose(found["n2:before"], before, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found["n2"], np.maximum(found["n2:before"], 0))
    same = session.probe(Request("activations", ("n2",), Picture.of(sample)))
    np.testing.assert_array_equal(same["n2"], found["n2"])


def test_a_prediction_takes_as_long_as_its_forward_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    session = of_pictures()
    clock = iter((10.0, 10.25))
    stopped = SimpleNamespace(perf_counter=lambda: next(clock))
    monkeypatch.setattr("playground.engine.probes.activations.time", stopped)
    assert session.probe(Request("prediction", input=TestSample(0)))["seconds"] == 0.25


def test_predictions_are_shares_that_add_up_to_one() -> None:
    session = of_pictures()
    many = session.probe(Request("predictions", input=TestSamples(6)))
    assert many["classes"].shape == many["shares"].shape == (6,)
    for number in range(6):
        one = session.probe(Request("prediction", input=TestSample(number)))
        assert one["probabilities"].sum() == pytest.approx(1, abs=1e-6)
        assert one["probabilities"].argmax() == one["output"].argmax() == many["classes"][number]
        assert one["probabilities"].max() == pytest.approx(float(many["shares"][number]), abs=1e-6)
    np.testing.assert_array_equal(output_of(session, session.data.test.x[:6]).argmax(1), many["classes"])


def test_more_samples_than_there_are_give_what_there_is() -> None:
    session = of_pictures()
    assert session.probe(Request("predictions", input=TestSamples(1_000)))["classes"].shape == (17,)


def test_saliency_is_the_gradient_of_the_largest_logit() -> None:
    session = of_pictures()
    found = session.probe(Request("saliency", input=TestSample(2)))["saliency"]
    session.network.eval()
    sample = torch.from_numpy(session.data.test.x[2:3]).requires_grad_()
    session.network(sample)[0].max().backward(inputs=[sample])
    session.network.train()
    np.testing.assert_allclose(found, sample.grad[0].numpy(), rtol=1e-4, atol=1e-6)


def test_the_gradient_norm_is_that_of_the_last_batch() -> None:
    session = of_plane()
    squares = sum(float(parameter.grad.square().sum()) for parameter in session.network.parameters())
    assert session.flat.gradient_norm() == pytest.approx(squares**0.5, rel=1e-5)


def test_histograms_count_every_weight_once() -> None:
    session = of_plane()
    found = session.probe(Request("histograms", bins=12))
    assert [name for name in found if ":" not in name] == ["n2", "n3", "n4"]
    for node, count in (("n2", 8), ("n3", 8), ("n4", 2)):
        edges = found[f"{node}:edges"]
        assert found[node].sum() == count
        assert edges[0] == -edges[-1] and edges[6] == pytest.approx(0, abs=1e-9)


def test_a_wide_layer_is_counted_by_an_even_sample_scaled_to_all_its_weights() -> None:
    image = ("image", {"channels": 2, "height": 10, "width": 12})
    session = of_pictures(chain(image, "flatten", ("dense", {"units": 501}), ("dense", {"units": 3}), "classes"))
    node = "n3"
    weight = session.network.get_parameter(f"{node}.weight")
    count = weight.numel()
    assert count > COUNTED and count % COUNTED
    # Values that rise evenly fill all bins alike, whichever even sample is taken of them.
    with torch.no_grad():
        weight.copy_(torch.linspace(-1, 1, count).reshape(weight.shape))
    found = session.probe(Request("histograms", (node,), bins=20))
    assert found[node].sum() == pytest.approx(count, abs=20)
    np.testing.assert_allclose(found[node], count / 20, rtol=0.002)
    assert found[f"{node}:edges"][-1] == pytest.approx(1, abs=1e-4)
    # A single column of the weights would not do: the sample goes over all of them.
    with torch.no_grad():
        weight[:, ::2] = -0.5
        weight[:, 1::2] = 0.5
    low, high = session.probe(Request("histograms", (node,), bins=2))[node]
    assert low == pytest.approx(high, rel=0.02)


@pytest.mark.parametrize(
    ("request_", "session"),
    [
        (Request("boundary", input=Grid(5)), of_pictures),
        (Request("prediction", input=Picture.of(np.zeros((1, 28, 28), np.float32))), of_plane),
        (Request("prediction", input=Picture.of(np.zeros((1, 28, 28), np.float32))), of_pictures),
        (Request("prediction", input=TestSample(17)), of_pictures),
        (Request("activations", ("n99",), TestSample(0)), of_pictures),
        (Request("unheard of"), of_plane),
    ],
)
def test_what_the_network_does_not_have_is_a_lookup_error(request_: Request, session) -> None:
    # The loop leaves such requests out: an edit may have come between asking and looking.
    with pytest.raises(LookupError):
        session().probe(request_)


PLANE_REQUESTS = (
    Request("boundary", input=Grid(12)),
    Request("neurons", input=Grid(6)),
    Request("weights"),
    Request("histograms", bins=10),
)
DRAWN = Picture.of(np.random.default_rng(1).random((2, 10, 12)).astype(np.float32))
PICTURE_REQUESTS = (
    Request("activations", input=TestSample(1)),
    Request("prediction", input=DRAWN),
    Request("predictions", input=TestSamples(5)),
    Request("saliency", input=DRAWN),
    Request("gradients", input=TestSample(0)),
    Request("histograms", bins=10),
)


def cases() -> list[tuple[Project, Data, tuple[Request, ...]]]:
    """Networks with everything that a probe could disturb: dropout, BatchNorm, momentum."""
    deep = pictures(shape=(1, 8, 8))
    one = Picture.of(np.zeros((1, 8, 8), np.float32))
    return [
        (project(CIRCLE), points(), PLANE_REQUESTS),
        (project(NORMAL_2D, optimizer="adam"), points(), PLANE_REQUESTS),
        (project(SMALL_CNN, "digits", optimizer="adam"), pictures(), PICTURE_REQUESTS),
        (project(branched(), "digits"), deep, (Request("saliency", input=one), Request("activations", input=one))),
    ]


@pytest.mark.parametrize("number", range(4))
def test_looking_changes_no_bit_of_a_running_training(number: int) -> None:
    made, data, requests = cases()[number]
    alone, watched = Session(made, data), Session(made, data)
    for _ in range(25):
        alone.step()
        watched.step()
        gradients = [parameter.grad.clone() for parameter in watched.network.parameters()]
        buffers = [buffer.clone() for buffer in watched.network.buffers()]
        state = torch.get_rng_state()
        for request in requests:
            watched.probe(request)
        assert watched.network.training and all(module.training for module in watched.network.modules())
        assert torch.equal(state, torch.get_rng_state())
        assert all(torch.equal(a, b.grad) for a, b in zip(gradients, watched.network.parameters(), strict=True))
        assert all(torch.equal(a, b) for a, b in zip(buffers, watched.network.buffers(), strict=True))
    assert alone.weights_sha256() == watched.weights_sha256()
