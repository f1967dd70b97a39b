"""One contract for every layer of the catalogue, held against PyTorch. A new layer is tested by being there."""

from __future__ import annotations

import math
import random
from functools import cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.connections import removed
from playground.catalog.layer import Layer
from playground.document.cures import with_values
from playground.document.graph import Graph
from playground.document.numbers import THIN_SPACE
from playground.document.params import Choice, Flag, Float, Int, Param, ParamError, Text, Values, defaults, plain, shown
from playground.document.project import from_json, to_json
from playground.document.shapes import Cure, Problem, Shape, ShapeError, infer, parameter_counts, size
from tests.networks import CIRCLE, LAYERS, assert_sentence, chain, fuzzed, project
from tests.random_graphs import random_values, reshaping

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

Case = tuple[tuple[Shape, ...], Values]

SHAPES: tuple[Shape, ...] = (
    (1,), (2,), (37,), (64,), (1, 1, 1), (3, 8, 8), (2, 13, 9), (16, 5, 30), (1, 40, 40), (7, 1, 12),
)  # fmt: skip
MOST = 300_000
# Layers whose parameters fix how many values they take: a shape that fits.
FITTING = {"reshape": lambda values: (size((values["channels"], values["height"], values["width"])),)}


# What a text that stands for cells may hold: what fits the defaults, what does not, and what is none.
TEXTS = {
    "kernels": [
        "0 1 0; 0 0 2; 0 1 0 | | 1 0 -1; 2 0 -2; 1 0 -1",
        "1 2; 3 4",
        "7 | 1 2; 3 4",
        "1 2; 3",
        "1 x; 3 4",
        "1 2 3; 4 5 6; 7 8 9 / / 0 1 0; 0 0 2; 0 1 0",
    ],
    "removed": ["0-0", "0-0 0-7", "4000-0", "0-8", "0-1 here"],
}


def settings(kind: str) -> list[Values]:
    """The defaults, each parameter at each of its extremes, and combinations at random."""
    params = LAYERS[kind].params
    standard = defaults(params)
    found = [standard]
    for param in params:
        match param:
            case Int() | Float():
                extremes: list = [param.minimum, param.maximum, param.minimum + (param.maximum - param.minimum) // 2]
            case Choice():
                extremes = [value for value, _ in param.options]
            case Text():
                extremes = TEXTS[param.name]
            case _:
                extremes = [True, False]
        found += [standard.set(param.name, param.check(value)) for value in extremes]
    rng = random.Random(kind)
    found += [random_values(rng, kind) for _ in fuzzed(20)] if params else []
    if kind == "reshape":
        found += [Values(reshaping(rng, size(shape))) for shape in SHAPES for _ in range(3)]
    return [Values({param.name: values[param.name] for param in params}) for values in dict.fromkeys(found)]


def inputs_for(kind: str, values: Values) -> list[tuple[Shape, ...]]:
    """Input shapes to try: single ones, and where several wires may end, equal and unequal ones."""
    least, most = LAYERS[kind].inputs
    if most == 0:
        return [()]
    shapes = [*SHAPES, FITTING[kind](values)] if kind in FITTING else SHAPES
    single = [(shape,) * max(least, 1) for shape in shapes]
    if most == 1:
        return single
    return [
        *single,
        *((shape,) * most for shape in shapes),
        *pairwise(SHAPES),
        ((3, 8, 8), (1, 8, 8)),
    ]


@cache
def cases(kind: str) -> tuple[tuple[Case, ...], tuple[tuple[Case, ShapeError], ...]]:
    """What a layer takes and is small enough to run, and what it refuses."""
    taken: list[Case] = []
    refused: list[tuple[Case, ShapeError]] = []
    layer = LAYERS[kind]
    for values in settings(kind):
        for in_shapes in inputs_for(kind, values):
            try:
                shape = layer.shape(in_shapes, values)
            except ShapeError as error:
                refused.append(((in_shapes, values), error))
                continue
            if (
                max(size(shape), layer.count(in_shapes, values), layer.count(in_shapes, values) * size(shape[1:]) / 20)
                <= MOST
            ):
                taken.append((in_shapes, values))
    return tuple(taken), tuple(refused)


def refusal_of(layer: Layer, in_shapes: tuple[Shape, ...], values: Values) -> ShapeError | None:
    """Why a layer does not take these inputs, or None where it does."""
    try:
        layer.shape(in_shapes, values)
    except ShapeError as error:
        return error
    return None


def batch_for(
    kind: str, in_shapes: tuple[Shape, ...], values: Values, count: int = 2, dtype: torch.dtype = torch.float32
) -> list[Tensor]:
    """Random input tensors; an Input layer gets what its data set would give."""
    generator = torch.Generator().manual_seed(len(in_shapes))
    if LAYERS[kind].inputs[1] == 0:
        in_shapes = ((2,),) if kind == "features" else (LAYERS[kind].shape((), values),)
    return [torch.randn(count, *shape, generator=generator, dtype=dtype) for shape in in_shapes]


def evaluated(text: str, inputs: list[Tensor]) -> nn.Module | Tensor:
    """The value of a layer's code as a script would have it: torch, nn and its inputs are in scope."""
    scope = {"torch": torch, "nn": nn, **{f"x{number}": value for number, value in enumerate(inputs)}}
    return eval(text, scope)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_says_what_it_is(kind):
    layer = LAYERS[kind]
    assert layer.name == kind
    assert layer.label.strip() == layer.label and layer.category.strip()
    assert_sentence(layer.help)
    assert 0 <= layer.inputs[0] <= layer.inputs[1]
    names = [param.name for param in layer.params]
    assert len(set(names)) == len(names)
    for values in settings(kind):
        # A thin space is a space, though Python does not count it among what can be printed.
        title, detail = (
            text.replace(THIN_SPACE, " ") for text in (layer.card_title(values), layer.card_detail(values))
        )
        assert 0 < len(title) <= 40 and title.isprintable(), title
        assert len(detail) <= 60 and (not detail or detail.isprintable()), detail


@pytest.mark.parametrize("kind", LAYERS)
def test_every_parameter_explains_itself_and_its_default_fits(kind):
    for param in LAYERS[kind].params:
        assert param.name.isidentifier() and param.label and param.help.endswith(".")
        checked = param.check(param.default)
        assert checked == param.default and type(checked) is type(param.default)
        if isinstance(param, Int | Float):
            assert param.minimum < param.maximum
        if param.shown_when:
            other = next(other for other in LAYERS[kind].params if other.name == param.shown_when[0])
            assert other.check(param.shown_when[1]) == param.shown_when[1]


BAD: dict[type[Param], tuple[object, ...]] = {
    Int: (True, 1.5, float("nan"), float("inf"), "3", None, [], {}, 10**5000, -(10**5000)),
    Float: (True, float("nan"), float("inf"), -float("inf"), "0.5", None, [], 10**5000),
    Choice: ("", "NONE", None, 0, True, ["none"], "x" * 10**5),
    Flag: (0, 1, "true", None, [], 0.0),
    Text: (0, None, "\n", "\ud800", "x" * 10**6),
}


@pytest.mark.parametrize(
    ("kind", "param"),
    [pytest.param(kind, param, id=f"{kind}-{param.name}") for kind in LAYERS for param in LAYERS[kind].params],
)
def test_every_parameter_refuses_what_does_not_fit_by_a_sentence(kind, param):
    bad = list(BAD[next(base for base in type(param).__mro__ if base in BAD)])
    if isinstance(param, Int | Float):
        bad += [param.minimum - 1, param.maximum + 1]
    for value in bad:
        with pytest.raises(ParamError) as caught:
            param.check(value)
        assert_sentence(caught.value)
        received = str(len(value)) if isinstance(value, str) and len(value) > 10**5 else shown(value)
        written = plain(value) if isinstance(value, float) and math.isfinite(value) else received
        assert param.label in str(caught.value) and any(text in str(caught.value) for text in (received, written))


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_survives_its_file(kind):
    """Its node, with every setting, through the text of a project."""
    graph = CIRCLE
    if LAYERS[kind].category in ("input", "output"):
        old = next(node.id for node in graph.nodes if LAYERS[node.kind].category == LAYERS[kind].category)
        graph = graph.remove(old)
    for number, values in enumerate(settings(kind)):
        with_layer, node = graph.add(kind, values, name=f"{number}", x=number, y=-number)
        text = to_json(project(CIRCLE).with_graph(with_layer))
        read = from_json(text, CATALOGUE)
        assert read.graph.node(node) == with_layer.node(node)
        assert to_json(read) == text


@pytest.mark.parametrize("kind", LAYERS)
def test_the_declared_shape_and_count_are_those_of_pytorch(kind):
    taken, _ = cases(kind)
    assert len(taken) >= 3 or not LAYERS[kind].params, f"only {len(taken)} cases"
    assert taken
    for in_shapes, values in taken:
        layer = LAYERS[kind]
        run = layer.build(torch, in_shapes, values)
        parameters = list(run.parameters()) if isinstance(run, nn.Module) else []
        # The compiler takes out the connections that were removed.
        count = sum(parameter.numel() for parameter in parameters) - len(removed(values))
        assert count == layer.count(in_shapes, values), (in_shapes, values)
        for count in (2, 5):
            with torch.no_grad():
                output = run(*batch_for(kind, in_shapes, values, count))
            assert tuple(output.shape) == (count, *layer.shape(in_shapes, values)), (in_shapes, values)


@pytest.mark.parametrize("kind", LAYERS)
def test_what_a_layer_refuses_is_said_in_a_sentence_and_its_cure_helps(kind):
    layer = LAYERS[kind]
    for (in_shapes, values), error in cases(kind)[1]:
        assert_sentence(error)
        cure = error.cure or Cure("")
        assert cure.text in str(error), (in_shapes, values)
        if cure.insert:
            inserted = with_values(defaults(LAYERS[cure.insert].params), cure.insert_params)
            made = LAYERS[cure.insert].shape((in_shapes[cure.port],), inserted)
            shapes = (*in_shapes[: cure.port], made, *in_shapes[cure.port + 1 :])
            again = refusal_of(layer, shapes, values)
            assert again is None or again.cure != cure
        if cure.params:
            changed = values
            for name, value in cure.params:
                param = next(param for param in layer.params if param.name == name)
                changed = changed.set(name, param.check(value))
            # One cure may uncover the next problem, which has a cure too, but not the same again.
            again = refusal_of(layer, in_shapes, changed)
            if again is not None:
                assert str(again).split(".")[0] != str(error).split(".")[0]
                assert again.cure and again.cure.text != cure.text


@pytest.mark.parametrize("kind", LAYERS)
def test_the_code_of_a_layer_computes_the_same(kind):
    """In training and in prediction, with the same weights, to the bit."""
    for in_shapes, values in cases(kind)[0]:
        run = LAYERS[kind].build(torch, in_shapes, values)
        inputs = batch_for(kind, in_shapes, values)
        text = LAYERS[kind].code(in_shapes, values)
        made = evaluated(text, inputs)
        assert isinstance(made, nn.Module) == text.startswith("nn."), text
        assert isinstance(run, nn.Module) == isinstance(made, nn.Module), text
        if not isinstance(made, nn.Module):
            assert torch.equal(made, run(*inputs)), text
            continue
        made.load_state_dict(run.state_dict())
        for mode in (True, False):
            outputs = []
            for module in (run.train(mode), made.train(mode)):
                torch.manual_seed(1)
                outputs.append(module(*inputs))
            assert torch.equal(*outputs) or outputs[0].isnan().any(), (text, mode)
            assert run.state_dict().keys() == made.state_dict().keys()


@pytest.mark.parametrize("training", [True, False], ids=["training", "predicting"])
@pytest.mark.parametrize("kind", LAYERS)
def test_the_gradient_of_a_layer_is_that_of_finite_differences(kind, training):
    """With respect to its inputs and its weights, in float64; where it draws, it draws the same each time."""
    layer = LAYERS[kind]
    small = [
        (in_shapes, values) for in_shapes, values in cases(kind)[0]
        if max([*map(size, in_shapes), 0]) <= 40 and size(layer.shape(in_shapes, values)) <= 40
        and layer.count(in_shapes, values) <= 100 and len(in_shapes) <= 3
    ]  # fmt: skip
    assert small
    for in_shapes, values in random.Random(1).sample(small, min(len(small), 4)):
        run = layer.build(torch, in_shapes, values)
        weights: dict[str, Tensor] = {}
        buffers: dict[str, Tensor] = {}
        if isinstance(run, nn.Module):
            run = run.double().train(training)
            weights = {name: weight.detach().requires_grad_() for name, weight in run.named_parameters()}
            buffers = dict(run.named_buffers())
        inputs = [value.requires_grad_() for value in batch_for(kind, in_shapes, values, 2, torch.float64)]

        count = len(inputs)

        def function(*tensors, run=run, weights=weights, buffers=buffers, count=count):
            torch.manual_seed(3)
            if not isinstance(run, nn.Module):
                return run(*tensors)
            state = {
                **{name: buffer.clone() for name, buffer in buffers.items()},
                **dict(zip(weights, tensors[count:], strict=True)),
            }
            return functional_call(run, state, tensors[:count])

        assert torch.autograd.gradcheck(function, (*inputs, *weights.values()), fast_mode=False), (in_shapes, values)


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if LAYERS[kind].inputs[1] == 1])
def test_the_activation_of_a_layer_may_be_any_of_the_catalogue(kind):
    choice = next((param for param in LAYERS[kind].params if param.name == "activation"), None)
    if choice is not None:
        assert [value for value, _ in choice.options] == ["none", *ACTIVATIONS]
        assert choice.default == "none"


@pytest.mark.parametrize(("kernel", "pixels", "text"), [
    (3, 2, "full padding"), (5, 4, "full padding"), (4, 3, "full padding"), (1, 0, "full padding"),
])  # fmt: skip
def test_full_padding_adds_a_kernel_less_one_on_every_side(kernel, pixels, text):
    values = defaults(LAYERS["conv2d"].params).set("kernel", kernel).set("padding", "full")
    custom = values.set("padding", "custom").set("pad", pixels)
    shape = LAYERS["conv2d"].shape(((1, 7, 9),), values)
    assert shape == LAYERS["conv2d"].shape(((1, 7, 9),), custom) == (8, 7 + kernel - 1, 9 + kernel - 1)
    assert LAYERS["conv2d"].card_detail(values) == text


def test_same_padding_of_an_even_kernel_says_where_the_odd_pixel_goes():
    values = defaults(LAYERS["conv2d"].params).set("kernel", 4).set("padding", "same")
    assert LAYERS["conv2d"].card_detail(values) == "same padding, one more right and below"
    assert LAYERS["conv2d"].card_detail(values.set("kernel", 5)) == "same padding"
    convolution = LAYERS["conv2d"].build(torch, ((1, 6, 6),), values)
    with torch.no_grad():
        convolution.weight.fill_(1.0)
        convolution.bias.zero_()
        ones = convolution(torch.ones(1, 1, 6, 6))[0, 0]
    # The first window reaches one pixel beyond the left edge, the last one two beyond the right edge.
    assert ones[0, 0] == 9 and ones[-1, -1] == 4


def test_a_dense_layer_from_200_by_200_pixels_to_as_many_has_1_6_billion_weights_and_is_refused():
    """Row B11 of the course, where it is a tenth of that; a convolution of the same size shares ten numbers."""
    picture = ("image", {"height": 200, "width": 200})
    wide = chain(picture, "flatten", ("dense", {"units": 40_000, "bias": False}), ("dense", {"units": 10}), "classes")
    assert LAYERS["dense"].count(((40_000,),), wide.node("n3").params) == 1_600_000_000
    found = infer(wide, LAYERS)["n3"]
    assert isinstance(found, Problem) and "1600000000 of them here" in found.message.replace("\u202f", "")
    shared = chain(
        picture, ("conv2d", {"filters": 1, "padding": "same"}), "flatten", ("dense", {"units": 10}), "classes"
    )
    assert infer(shared, LAYERS)["n2"] == (1, 200, 200)
    assert parameter_counts(shared, LAYERS, infer(shared, LAYERS))["n2"] == 10


def test_the_palette_lists_every_layer_once_and_has_both_ends():
    groups = LAYERS.by_category()
    assert [layer.name for group in groups.values() for layer in group] != []
    assert sorted(layer.name for group in groups.values() for layer in group) == sorted(LAYERS)
    assert {layer.name for layer in groups["input"]} == {"features", "image"}
    assert {layer.name for layer in groups["output"]} == {"classes", "value"}
    assert len({layer.label for layer in LAYERS.values()}) == len(LAYERS)


def test_the_features_are_those_of_tensorflow_playground():
    values = defaults(LAYERS["features"].params)
    for param in LAYERS["features"].params:
        values = values.set(param.name, True)
    x, y = 0.5, -2.0
    output = LAYERS["features"].build(torch, (), values)(torch.tensor([[x, y]], dtype=torch.float64))
    expected = [
        x,
        y,
        x * x,
        y * y,
        x * y,
        torch.sin(torch.tensor(x).double()).item(),
        torch.sin(torch.tensor(y).double()).item(),
    ]
    assert output.tolist() == [expected]
    assert LAYERS["features"].card_detail(values) == "7 of 7 used"
    assert isinstance(Graph().add("features", values), tuple)
