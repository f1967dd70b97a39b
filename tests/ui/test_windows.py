"""The window of a value is where PyTorch's own gradient goes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from playground.catalog.catalogue import CATALOGUE
from playground.document.params import Values, defaults
from playground.ui.inspect.windows import LARGEST, Window, window_of

HEIGHT, WIDTH = 11, 9
CONV = [
    {"kernel": kernel, "stride": stride, "padding": padding, "pad": 2, "dilation": dilation, "filters": 1}
    for kernel, stride, padding, dilation in itertools.product(
        (1, 2, 3, 4), (1, 2), ("none", "same", "full", "custom"), (1, 2)
    )
    # PyTorch has no even kernel with "same" at another stride.
    if not (padding == "same" and stride > 1 and dilation * (kernel - 1) % 2)
]
POOL = [
    (kind, {"window": window, "stride": stride, "pad": pad})
    for kind, window, stride, pad in itertools.product(("max_pool", "avg_pool"), (1, 2, 3), (1, 2), (0, 1))
    if 2 * pad <= window
]


def gradients(kind: str, values: Values, picture: torch.Tensor):
    """For every value of the output its row and column, and where its gradient goes."""
    made = CATALOGUE.layers[kind].build(torch, ((1, HEIGHT, WIDTH),), values)
    for parameter in made.parameters():
        torch.nn.init.ones_(parameter)
    output = made(picture)[0, 0]
    for down, across in np.ndindex(output.shape):
        (gradient,) = torch.autograd.grad(output[down, across], picture, retain_graph=True)
        yield down, across, gradient[0, 0].numpy()


def check(kind: str, params: dict[str, object]) -> None:
    layer = CATALOGUE.layers[kind]
    values = Values({**defaults(layer.params), **params})
    window = window_of(layer, values)
    assert window is not None
    noise = np.random.default_rng(1).random((1, 1, HEIGHT, WIDTH)).astype(np.float32)
    picture = torch.from_numpy(noise).requires_grad_()
    for down, across, gradient in gradients(kind, values, picture):
        patch = window.patch(down, across, HEIGHT, WIDTH)
        expected = np.zeros((HEIGHT, WIDTH), bool)
        expected[np.ix_(patch.rows, patch.columns)] = True
        assert patch.cut == (expected.sum() < window.size**2)
        winner = window.winner(noise[0, 0], patch)
        if winner is not None:
            expected[:] = False
            expected[winner] = True
        assert (winner is None) == (window.takes != LARGEST)
        np.testing.assert_array_equal(gradient != 0, expected, err_msg=f"{params}, row {down}, column {across}")


# What PyTorch says about even kernels.
@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.row("C05")
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_the_window_of_a_convolution_is_where_its_gradient_goes(kernel: int) -> None:
    for params in CONV:
        if params["kernel"] == kernel:
            check("conv2d", params)


@pytest.mark.row("C07")
def test_the_window_of_pooling_is_where_its_gradient_goes_and_of_max_pool_its_winner() -> None:
    for kind, params in POOL:
        check(kind, params)


def test_of_equal_values_the_first_wins_as_in_pytorch() -> None:
    picture = torch.tensor([[[[2.0, 5.0], [5.0, 5.0]]]])
    _, index = torch.nn.functional.max_pool2d(picture, 2, return_indices=True)
    window = Window(2, 2, takes=LARGEST)
    winner = window.winner(picture[0, 0].numpy(), window.patch(0, 0, 2, 2))
    assert winner == (0, 1) and int(index) == winner[0] * 2 + winner[1]


def test_words_say_which_pixels_were_taken() -> None:
    window = Window(3, 1, 1, 2)
    assert window.text(window.patch(0, 3, 8, 8), None) == (
        "from rows 2–4 in steps of 2, columns 3–7 in steps of 2", "and zeros around the map",
    )  # fmt: skip
    single = Window(1)
    assert single.text(single.patch(4, 5, 8, 8), None) == ("from row 5, column 6",)


def test_layers_without_windows_have_none() -> None:
    for kind in ("relu", "global_avg_pool", "dense"):
        layer = CATALOGUE.layers[kind]
        assert window_of(layer, defaults(layer.params)) is None
