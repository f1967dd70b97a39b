"""The worked examples of the courses, each through the real code: catalogue, shape inference, compiler, objective.

Every case of `tests/data/worked_examples.json` is computed here, tested in another file, or waits for a part that does
not exist yet.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.layers.conv import padding_of
from playground.catalog.optimizers import OPTIMIZERS
from playground.document.params import check_all, defaults
from playground.document.shapes import infer, parameter_counts, shape_text
from playground.engine.compiler import Network, build
from playground.engine.flat import FlatParameters
from playground.engine.objective import objective
from playground.engine.steps import DensePass, make_pass
from tests.networks import LAYERS, NUMBERS, PICTURES, chain, values

TESTS = Path(__file__).parents[1]
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads((TESTS / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}

ELSEWHERE = dict.fromkeys(
    ("pixels_28x28", "mnist_sizes", "mnist_test_63130", "split_60_20_20"), "catalog/test_worked_examples_data.py"
)
NOT_YET = {
    "brain_serial_steps": "the card about the brain",
    "transfer_table_param_counts": "pretrained models",
    "resnet_not_billions": "pretrained models",
    "mnist_shift_expansion": "augmentation",
    "wann_activations": "the activations step, sine, cosine, Gauss, inverse and absolute value",
    "transposed_conv_2x2_to_4x4": "the transposed convolution",
    "truth_tables": "the data set of Boolean functions",
    "xor_two_layer_step": "the step activation",
    **dict.fromkeys((name for name in CASES if name.startswith("delta_")), "the delta rule"),
    "mazur_sequential": "backpropagation told step by step, with its common mistakes",
    "chain_rule_examples": "formulas as functions to derive",
    "cross_entropy_grad": "cross-entropy on probabilities; here it is on what goes into softmax",
    "opt_ftrl": "the optimizer FTRL",
    "quickprop_quartic": "the optimizer Quickprop",
    "rprop_plus": "the optimizer Rprop",
    "schedule_constant_invscaling": "schedules of the rate",
    "schedule_adaptive_doc_story": "schedules of the rate",
    "obd_saliency": "pruning",
    "geron_simple_rnn": "recurrent layers",
    "vanilla_rnn_bptt": "recurrent layers",
    "gru_forward": "recurrent layers",
    "highway_layer": "the highway layer",
    "ctc_column_sums": "connectionist temporal classification",
    "ctc_greedy": "connectionist temporal classification",
    "ssd_offset_encoding": "object detection",
    "nms_50": "object detection",
    "coco_class_map": "object detection",
    "bbox_scale": "object detection",
    "confusion_report": "the confusion matrix and its figures",
    "top1_top5": "the figure top five",
}

Compute = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], None]
COMPUTED: dict[str, Compute] = {}


def computes(*names: str) -> Callable[[Compute], Compute]:
    """Registers a function of parameters, inputs and expected values for these cases; it looks at all that is
    expected and returns what it has looked at in another way than by `check`."""

    def register(function: Compute) -> Compute:
        COMPUTED.update(dict.fromkeys(names, function))
        return function

    return register


@pytest.mark.parametrize("name", COMPUTED)
def test_the_worked_example_comes_out(name):
    case = CASES[name]
    expected, tolerance = case["expected"], case["tolerance"]
    used = set()

    class Expected(dict):
        """What the case expects, which must all be looked at; `check` compares with its tolerance."""

        def check(self, key: str, given: Any) -> None:
            used.add(key)
            assert _flat(given) == pytest.approx(_flat(self[key]), rel=tolerance, abs=tolerance), key

    ignored = COMPUTED[name](case["params"], case["inputs"], Expected(expected)) or ()
    assert used | set(ignored) == set(expected), f"not looked at: {set(expected) - used - set(ignored)}"


def test_every_worked_example_is_computed_tested_elsewhere_or_waits_for_a_named_part():
    groups = (COMPUTED, ELSEWHERE, NOT_YET)
    for name in CASES:
        assert sum(name in group for group in groups) == 1, name
    assert {name for group in groups for name in group} == set(CASES)
    for name, file in ELSEWHERE.items():
        assert f'"{name}"' in (TESTS / file).read_text("utf-8")


def _flat(value: Any) -> list[float]:
    if isinstance(value, Tensor):
        return value.detach().flatten().tolist()
    return [number for item in value for number in _flat(item)] if isinstance(value, (list, tuple)) else [value]


def doubles(value: Any, *shape: int) -> Tensor:
    made = torch.tensor(value, dtype=torch.float64)
    return made.reshape(shape) if shape else made


def layer(kind: str, *shape: int, **params: Any) -> Any:
    """A layer of the catalogue, built for this input shape in double precision."""
    run = LAYERS[kind].build(torch, (shape,), values(kind, **params))
    return run.double() if isinstance(run, torch.nn.Module) else run


# -- shapes and counts ---------------------------------------------------------------------------------------


def counts(*steps: Any) -> tuple[list[tuple[str, str, int]], int]:
    """Kind, shape as it is shown and parameters of each layer of a chain, and the parameters of all."""
    graph = chain(*steps)
    found = infer(graph, LAYERS)
    each = parameter_counts(graph, LAYERS, found)
    return [(node.kind, shape_text(found[node.id]).replace("\u202f", ""), each[node.id]) for node in graph.nodes], sum(
        each.values()
    )


def row(length: int) -> tuple[Any, ...]:
    """An input of this many values in a row."""
    return ("image", {"height": 1, "width": length}), "flatten"


@computes("mlp_784_16_16_10")
def _(params, inputs, expected):
    first, *others = inputs["layers"]
    with_bias = counts(*row(first), *(("dense", {"units": units}) for units in others), "classes")[1]
    without = counts(*row(first), *(("dense", {"units": units, "bias": False}) for units in others), "classes")[1]
    expected.check("total", with_bias)
    expected.check("weights", without)
    expected.check("biases", with_bias - without)


@computes("wann_bipedal_counts")
def _(params, inputs, expected):
    steps = [("dense", {"units": 40}), *(("dense", {"units": units, "bias": False}) for units in (40, 4))]
    total = counts(*row(24), *steps, "value")[1]
    expected.check("plausible_structure_24_40_40_4", total)
    expected.check("ratio", total / inputs["wann"])
    expected.check("kept_percent", 100 * inputs["wann"] / total)


@computes("micrometeorite_summary", "micrometeorite_code_listing")
def _(params, inputs, expected):
    height, width, channels = inputs["input"]
    pool = ("max_pool", {"window": 3})
    rates = [{"rate": inputs.get(f"dropout_0{number}", 0.5)} for number in (1, 2)]
    rows, total = counts(
        ("image", {"height": height, "width": width, "channels": channels}),
        ("conv2d", {"filters": 96, "kernel": 11, "stride": 4}), pool,
        ("conv2d", {"filters": 256, "kernel": 5, "padding": "same"}), pool,
        ("conv2d", {"filters": 384, "kernel": 3, "padding": "same"}),
        ("conv2d", {"filters": 384, "kernel": 3, "padding": "same"}),
        ("conv2d", {"filters": 256, "kernel": 3, "padding": "same"}), pool,
        "flatten", ("dense", {"units": inputs["dense_01"]}), ("dropout", rates[0]),
        ("dense", {"units": inputs["dense_02"]}), ("dropout", rates[1]), ("dense", {"units": 2}), "classes",
    )  # fmt: skip
    table = [[" × ".join(map(str, shape)), parameters] for _, shape, parameters in expected["table"]]
    assert [[shape, parameters] for _, shape, parameters in rows[1:-1]] == table
    expected.check("total", total)
    if "params" in expected:
        expected.check("params", [parameters for _, _, parameters in rows[1:-1]])
        expected.check("trainable", total)
        expected.check("non_trainable", 0)
    return ("table",)


def convolved(length: int, **params: Any) -> int:
    return LAYERS["conv2d"].shape(((1, length, length),), values("conv2d", **params))[1]


@computes("conv_output_size_formula")
def _(params, inputs, expected):
    sizes = [
        convolved(n, kernel=k, stride=s, padding="custom", pad=p) for k, s, p, n in inputs["cases_k_s_p_n"]
    ]  # fmt: skip
    expected.check("out", sizes)
    return ("formula",)


@computes("conv_half_full_padding")
def _(params, inputs, expected):
    height = inputs["h"]
    expected.check("full_p", [padding_of(values("conv2d", kernel=k, padding="full")) for k in inputs["fh"]])
    expected.check("full_out", [convolved(height, kernel=k, padding="full") for k in inputs["fh"]])
    pairs = list(zip(inputs["fh"], expected["half_p"], strict=True))
    expected.check("half_out", [convolved(height, kernel=k, padding="custom", pad=pad) for k, pad in pairs])
    for kernel, pad in pairs:
        # The preset keeps the size for even filters too, with one pixel more on one side.
        assert convolved(height, kernel=kernel, padding="same") == height
        assert padding_of(values("conv2d", kernel=kernel, padding="same")) == (pad if kernel % 2 else "same")
    return ("half_p",)


@computes("pooling_output_size_formula")
def _(params, inputs, expected):
    shape = LAYERS["max_pool"].shape(
        ((1, inputs["n"], inputs["n"]),), values("max_pool", window=inputs["k"], stride=inputs["s"])
    )
    expected.check("out", shape[1])


# -- activations ---------------------------------------------------------------------------------------------


def activated(name: str, x: list[float], dy: list[float] | None = None, **params: Any) -> tuple[Tensor, Tensor]:
    """An activation of the catalogue and what its derivative makes of `dy`."""
    entry = ACTIVATIONS[name]
    given = doubles(x).requires_grad_()
    y = entry.build(torch, check_all(entry.params, params, entry.label))(given)
    y.backward(torch.ones_like(y) if dy is None else doubles(dy))
    return y, given.grad


@computes("act_linear", "act_sigmoid", "act_relu", "act_leaky_relu_0.1", "tanh_formula_T")
def _(params, inputs, expected):
    name = next(case["op"] for case in CASES.values() if case["expected"] == expected)
    y, dy = activated(name, inputs["x"], **params)
    expected.check("y", y)
    if "dy" in expected:
        expected.check("dy", dy)


@computes("tanh_identity")
def _(params, inputs, expected):
    expected.check("y", activated("tanh", inputs["x"])[0])
    doubled = [2 * x for x in inputs["x"]]
    expected.check("y", 2 * activated("sigmoid", doubled)[0] - 1)


@computes("activation_backward")
def _(params, inputs, expected):
    for name in expected:
        expected.check(name, activated(name, inputs["X"], inputs["dY"])[1])


@computes("softmax_forward_backward")
def _(params, inputs, expected):
    run = layer("softmax", 3)
    x = doubles(inputs["x"], 1, 3).requires_grad_()
    y = run(x)
    expected.check("y", y)
    expected.check("jacobian_dy_dx", torch.autograd.functional.jacobian(lambda z: run(z)[0], x)[:, 0])
    y.backward(doubles(inputs["dY"], 1, 3))
    expected.check("dX", x.grad)


# -- convolution and pooling ---------------------------------------------------------------------------------


def convolution(x: Any, k: Any, **params: Any) -> Tensor:
    """A Conv 2D layer with these weights, run on one picture; both with channels first."""
    picture, kernel = doubles(x), doubles(k)
    pad = params.pop("padding", 0)
    run = layer(
        "conv2d", *picture.shape, filters=1, kernel=kernel.shape[-1], padding="custom", pad=pad, bias=False, **params
    )
    with torch.no_grad():
        run.weight.copy_(kernel.unsqueeze(0))
    return run(picture.unsqueeze(0))[0, 0]


@computes("conv_4x4_basic", "conv_4x4_pad1", "conv_stride2", "conv_pad2_stride2_dil2", "conv_pad1_stride2_figure")
def _(params, inputs, expected):
    expected.check("y", convolution([inputs["x"]], [inputs["k"]], **params))


@computes("conv_rgb_vertical", "conv_rgb_arrow")
def _(params, inputs, expected):
    expected.check("y", convolution(inputs["x"], inputs["k"]))
    each = [convolution([x], [k]).tolist() for x, k in zip(inputs["x"], inputs["k"], strict=True)]
    expected.check("intermediate", each)


@computes("maxpool_4x4", "avgpool_4x4", "maxpool_6x6", "maxpool_6x6_backward")
def _(params, inputs, expected):
    x = doubles(inputs["x"])
    kind = "avg_pool" if expected == CASES["avgpool_4x4"]["expected"] else "max_pool"
    given = x.reshape(1, 1, *x.shape).requires_grad_()
    y = layer(kind, 1, *x.shape, window=params["k"], stride=params["stride"])(given)
    if "y" in expected:
        expected.check("y", y)
        return ()
    y.backward(doubles(inputs["dY"]).reshape(y.shape))
    expected.check("dX", given.grad)
    return ("ties_per_window",)


@computes("row_column_major")
def _(params, inputs, expected):
    a = doubles(inputs["a"])
    run = layer("flatten", 1, *a.shape)
    expected.check("row_major", run(a.reshape(1, 1, *a.shape)))
    expected.check("column_major", run(a.T.reshape(1, 1, *a.shape)))
    return "index_row", "index_col"


# -- dense layers, losses and backpropagation ----------------------------------------------------------------


def dense(weight: Any, bias: Any = None) -> Any:
    """A Dense layer with these weights, one row for each unit."""
    given = doubles(weight)
    run = layer("dense", given.shape[1], units=given.shape[0], bias=bias is not None)
    with torch.no_grad():
        run.weight.copy_(given)
        if bias is not None:
            run.bias.copy_(doubles(bias))
    return run


@computes("dense_forward_backward")
def _(params, inputs, expected):
    # The course writes Y = XW + b with one column of W for each unit, PyTorch one row.
    run = dense(doubles(inputs["W"]).T.tolist(), inputs["b"][0])
    x = doubles(inputs["X"]).requires_grad_()
    y = run(x)
    y.backward(doubles(inputs["dY"]))
    for key, value in (("Y", y), ("dX", x.grad), ("dW", run.weight.grad.T), ("db", run.bias.grad)):
        expected.check(key, value)


@computes("backprop_hidden_sign")
def _(params, inputs, expected):
    o = doubles([[0.7]]).requires_grad_()
    # The δ of the course is minus the derivative of the error.
    dense([[w] for w in inputs["w_jk"]])(o).backward(-doubles([inputs["delta_k"]]))
    expected.check("dE_do_j", o.grad)


@computes("backprop_delta_formulas")
def _(params, inputs, expected):
    o, t = inputs["o_j"], inputs["t_j"]
    for name, net in (("logistic", math.log(o / (1 - o))), ("tanh", math.atanh(o))):
        activation = ACTIVATIONS["sigmoid" if name == "logistic" else name].default(torch)
        x = doubles([[net]]).requires_grad_()
        # The error of the course is half of ours.
        (objective("value", 1, NUMBERS, "squared_error").loss(activation(x), doubles([[t]])) / 2).backward()
        expected.check(f"{name}_output", -x.grad)
        x.grad = None
        dense([[w] for w in inputs["w_jk"]])(activation(x)).backward(doubles([inputs["delta_k"]]))
        expected.check(f"{name}_hidden", x.grad)
    unit = dense([[math.log(o / (1 - o)) / inputs["o_i"]]])
    output = ACTIVATIONS["sigmoid"].default(torch)(unit(doubles([[inputs["o_i"]]])))
    (objective("value", 1, NUMBERS, "squared_error").loss(output, doubles([[t]])) / 2).backward()
    expected.check("dw_logistic_output", -inputs["lambda"] * unit.weight.grad)


@computes("cross_entropy_sign_002")
def _(params, inputs, expected):
    loss = objective("classes", 3, PICTURES, "cross_entropy").loss
    expected.check("L", loss(doubles([inputs["q"]]).log(), torch.tensor([inputs["p"].index(1)])))


@computes("nll_mean")
def _(params, inputs, expected):
    loss = objective("classes", 3, PICTURES, "cross_entropy").loss
    expected.check("NLL", loss(doubles(inputs["f"]).log(), torch.tensor(inputs["t"])))


@computes("mse_variants")
def _(params, inputs, expected):
    y, t = doubles([inputs["y"]]).requires_grad_(), doubles([inputs["t"]])
    mean = objective("value", 2, NUMBERS, "squared_error").loss(y, t)
    mean.backward()
    expected.check("mean", mean)
    expected.check("half_sum", mean * len(inputs["y"]) / 2)
    expected.check("half_mean_1/(2N)", mean / 2)
    expected.check("grad_half_sum", y.grad * len(inputs["y"]) / 2)


@computes("batch_sum_vs_mean")
def _(params, inputs, expected):
    """One weight at zero, input 1, rate 1: a sample with target Δ/2 alone would move it by Δ."""
    steps = doubles(inputs["delta_w_per_sample"], -1, 1)
    loss = objective("value", 1, NUMBERS, "squared_error").loss
    moved = []
    for part in (steps, *steps.split(1)):
        unit = dense([[0.0]])
        loss(unit(torch.ones_like(part)), part / 2).backward()
        OPTIMIZERS["sgd"].build(torch.optim, unit.parameters(), defaults(OPTIMIZERS["sgd"].params), 1.0, 0.0).step()
        moved.append(unit.weight.item())
    expected.check("mean", moved[0])
    expected.check("sum", sum(moved[1:]))


def mazur(inputs: dict[str, Any]) -> Network:
    """The network of two inputs, two hidden and two output units, all with sigmoid."""
    graph = chain("features", *[("dense", {"units": 2, "activation": "sigmoid"})] * 2, "value")
    network = build(graph, LAYERS, 1).double()
    weights = doubles(inputs["w1..w8"], 2, 2, 2)
    with torch.no_grad():
        for number, node in enumerate(("n2", "n3")):
            network.get_submodule(node).weight.copy_(weights[number])
            network.get_submodule(node).bias.fill_(inputs[f"b{number + 1}"])
    return network


@computes("mazur_no_bias_update", "mazur_bias_shared")
def _(params, inputs, expected):
    """By the direct calls that train small networks, with the mean of two squared errors, which is their half sum."""
    network = mazur(inputs)
    hidden, output = network.get_submodule("n2"), network.get_submodule("n3")
    flat = FlatParameters(network, {})
    run = make_pass(network, flat, objective("value", 2, NUMBERS, "squared_error"))
    assert isinstance(run, DensePass)
    entry = OPTIMIZERS["sgd"]
    optimizer = entry.build(torch.optim, flat.blocks, defaults(entry.params), params["eta"], 0.0)
    x, target = doubles([inputs["i"]]), doubles([inputs["targets"]])
    shared = params["bias_update"].startswith("one shared")
    seen: list[str] = []
    for epoch in range(max(map(int, expected)) + 1):
        loss, _ = run(x, target)
        if str(epoch) in expected:
            _check_mazur(network, loss, x, target, expected[str(epoch)])
            seen.append(str(epoch))
        for unit in (hidden, output):
            unit.bias.grad.fill_(unit.bias.grad.sum() if shared else 0.0)
        optimizer.step()
    return seen


def _check_mazur(network: Network, loss: Tensor, x: Tensor, target: Tensor, expected: dict[str, Any]) -> None:
    hidden, output = network.get_submodule("n2"), network.get_submodule("n3")
    traced = network.trace(x)
    (net_h, out_h), (net_o, out_o) = traced["n2"], traced["n3"]
    errors = (target - out_o) ** 2 / 2
    given = {
        "w1..w8": [*_flat(hidden.weight), *_flat(output.weight)],
        "b1": hidden.bias, "b2": output.bias,
        "net_h": net_h, "out_h": out_h, "net_o": net_o, "out_o": out_o,
        "E_o1": errors[0, 0], "E_o2": errors[0, 1], "E_total": loss,
        "grad_w1..w8": [*_flat(hidden.weight.grad), *_flat(output.weight.grad)],
        "delta_o": output.bias.grad, "delta_h": hidden.bias.grad,
    }  # fmt: skip
    assert given.keys() == expected.keys()
    for key, value in expected.items():
        assert _flat(given[key]) == pytest.approx(_flat(value), rel=1e-9, abs=1e-12), key


# -- optimizers and dropout ----------------------------------------------------------------------------------


@computes("opt_sgd", "opt_momentum_course", "opt_nesterov", "opt_adagrad", "opt_adam")
def _(params, inputs, expected):
    name, given = {
        "plain": ("sgd", {}),
        "Δw(t) ": ("sgd", {"momentum": 0.9}),
        "PyTorch SGD(momentum": ("sgd", {"momentum": 0.9, "nesterov": True}),
        "PyTorch Adagrad(eps": ("adagrad", {}),
        "β": ("adam", {}),
    }[params["variant"].split("=")[0]]
    entry = OPTIMIZERS[name]
    w = torch.nn.Parameter(doubles([inputs["w0"]]))
    optimizer = entry.build(torch.optim, [w], check_all(entry.params, given, name), inputs["lr"], 0.0)
    seen = [w.item()]
    for _ in range(inputs["steps"]):
        w.grad = w.detach().clone()
        optimizer.step()
        seen.append(w.item())
    expected.check("w", seen)


@computes("dropout_inference_scaling")
def _(params, inputs, expected):
    run = layer("dropout", 4, rate=inputs["d"])
    a, keep = doubles([inputs["a"]]), doubles([inputs["mask_keep"]])
    for seed in range(1000):
        torch.manual_seed(seed)
        dropped = run(a)
        if torch.equal(dropped != 0, keep != 0):
            break
    expected.check("inverted_train", dropped)
    expected.check("inverted_inference", run.eval()(a))
    # The classic way, which no library uses any more: all is smaller by the same factor.
    expected.check("classic_train", dropped * (1 - inputs["d"]))
    expected.check("classic_inference", run(a) * (1 - inputs["d"]))


@computes("dropout_keep_probability")
def _(params, inputs, expected):
    torch.manual_seed(1)
    run = layer("dropout", 1, rate=1 - inputs["p_keep"])
    expected.check("off_probability", run.p)
    assert (run(torch.ones(100_000)) == 0).double().mean().item() == pytest.approx(
        expected["off_probability"], abs=0.01
    )
