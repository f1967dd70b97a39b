"""Shape inference: every problem is a sentence about one layer, and every cure solves it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import playground
from playground.document.cures import apply_cure
from playground.document.graph import Edge, Graph, GraphError, Node
from playground.document.shapes import (
    Problem,
    active_inputs,
    active_nodes,
    infer,
    of_category,
    parameter_counts,
    problems,
    shape_text,
    size,
)
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, added, assert_sentence, branched, chain


def image(height: int, width: int = 0, channels: int = 1) -> tuple[str, dict[str, int]]:
    return "image", {"height": height, "width": width or height, "channels": channels}


def joined(kind: str, left: str | tuple | list, right: str | tuple | list, side: int = 8) -> Graph:
    """A picture on two paths that `kind` joins; a list is a path of several layers."""
    graph, start = added(Graph(), image(side))
    first = second = start
    for step in left if isinstance(left, list) else [left]:
        graph, first = added(graph, step, first)
    for step in right if isinstance(right, list) else [right]:
        graph, second = added(graph, step, second)
    graph, both = added(graph, kind, first, second)
    graph, flat = added(graph, "flatten", both)
    return added(graph, "classes", flat)[0]


# name -> (graph, the node with the problem, words of its message, text of its cure or nothing)
TROUBLE = {
    "dense after a picture": (
        chain(image(8), "dense", "classes"), "n2", "Dense needs a flat input, not 8 × 8 × 1", "Add Flatten here",
    ),
    "output after a picture": (
        chain(image(8), "conv2d", "classes"), "n3", "Classes needs a flat input, not 6 × 6 × 8", "Add Flatten here",
    ),
    "value after a picture": (
        chain(image(8), "value"), "n2", "Value needs a flat input, not 8 × 8 × 1", "Add Flatten here",
    ),
    "convolution after a row": (
        chain("features", "conv2d", "flatten", "classes"), "n2", "Conv 2D needs an image, not 2 values in a row", "",
    ),
    "pooling after a row": (
        chain("features", "max_pool", "flatten", "classes"), "n2", "Max pool needs an image, not 2 values", "",
    ),
    "mean of a row": (
        chain("features", "global_avg_pool", "classes"), "n2", "Global average needs an image, not 2 values", "",
    ),
    "window larger than the picture": (
        chain(image(3, 9), ("conv2d", {"kernel": 5}), "flatten", "classes"),
        "n2", "The 5 × 5 window of Conv 2D is larger than its 3 × 9 input", "Use padding 1",
    ),
    "dilated window larger than the padded picture": (
        chain(image(4), ("conv2d", {"kernel": 3, "dilation": 4, "padding": "custom", "pad": 2}), "flatten", "classes"),
        "n2", "The 9 × 9 window of Conv 2D is larger than its 4 × 4 input with padding 2", "Use padding 3",
    ),
    "window that no padding makes fit": (
        chain(image(4), ("conv2d", {"kernel": 31, "dilation": 16}), "flatten", "classes"),
        "n2", "The 481 × 481 window of Conv 2D is larger than its 4 × 4 input. Make the window smaller.", "",
    ),
    "same padding with an even window and a stride": (
        chain(image(8), ("conv2d", {"kernel": 4, "padding": "same", "stride": 2}), "flatten", "classes"),
        "n2", "Same padding with stride 2 needs an odd window, not 4 × 4", "Use kernel 5",
    ),
    "same padding with the largest even window": (
        chain(
            image(8), ("conv2d", {"kernel": 30, "padding": "same", "stride": 16, "dilation": 3}), "flatten", "classes",
        ),
        "n2", "Same padding with stride 16 needs an odd window, not 88 × 88", "Use kernel 31",
    ),
    "pooling window larger than the picture": (
        chain(image(3, 7), ("max_pool", {"window": 4}), "flatten", "classes"),
        "n2", "The 4 × 4 window of Max pool is larger than its 3 × 7 input", "Use window 3",
    ),
    "padded pooling window larger than the picture": (
        chain(image(1), ("avg_pool", {"window": 64, "pad": 5}), "flatten", "classes"),
        "n2", "The 64 × 64 window of Average pool is larger than its 1 × 1 input with padding 5", "Use window 1",
    ),
    "pooling with too much padding": (
        chain(image(8), ("avg_pool", {"window": 3, "pad": 2}), "flatten", "classes"),
        "n2", "Padding 2 is more than half of the 3 × 3 window of Average pool", "Use padding 1",
    ),
    "reshape to another number of values": (
        chain(image(8), ("reshape", {"height": 8, "width": 8, "channels": 2}), "flatten", "classes"),
        "n2", "Reshape to 8 × 8 × 2 needs 128 values, not 64. Use 8 × 8 × 1.", "Use 8 × 8 × 1",
    ),
    "no feature": (
        chain(("features", {"x": False, "y": False}), "dense", "classes"), "n1",
        "uses no feature. Use X₁ and X₂.", "Use X₁ and X₂",
    ),
    "convolution after many values": (
        chain("features", ("dense", {"units": 784}), "conv2d", "flatten", "classes"),
        "n3", "needs an image, not 784 values in a row", "Reshape to 28 × 28 × 1",
    ),
    "sum of unequal rows": (
        chain("features", ("dense", {"units": 3}), "add", "classes").connect("n1", "n3", 1),
        "n3", "Add needs equal shapes, not 3 and 2. Add Dense 3 here.", "Add Dense 3 here",
    ),
    "sum of unequal maps": (
        joined("add", ("conv2d", {"filters": 4}), ("conv2d", {"filters": 1})),
        "n4", "Add needs equal shapes, not 6 × 6 × 4 and 6 × 6 × 1", "Add Conv 2D 4 @ 1×1 here",
    ),
    "sum of a picture and a row": (
        joined("add", "flatten", "max_pool"), "n4", "not 64 and 4 × 4 × 1", "Add Flatten here",
    ),
    "a dense layer for each of 200 × 200 pixels": (
        chain(image(200), "flatten", ("dense", {"units": 40_000}), "classes"), "n3",
        "1\u202f600\u202f040\u202f000 of them here (1\u202f600\u202f000\u202f000 weights + 40\u202f000 biases)",
        "Use 6\u202f710 units",
    ),
    "sum of unequal shapes": (
        joined("add", "max_pool", ("conv2d", {"filters": 1})),
        "n4", "Add needs equal shapes, not 4 × 4 × 1 and 6 × 6 × 1", "",
    ),
    "joined unequal sizes": (
        joined("concat", "max_pool", "conv2d"),
        "n4", "height and width must be equal, not 4 × 4 × 1 and 6 × 6 × 8", "",
    ),
    "joined convolutions of which one is padded": (
        joined("concat", ("conv2d", {"padding": "same"}), "conv2d"),
        "n4", "not 8 × 8 × 8 and 6 × 6 × 8. Use same padding in Conv 2D 8 @ 3×3.",
        "Use same padding in Conv 2D 8 @ 3×3",
    ),
    "joined with the smaller maps first and a layer behind the convolution": (
        joined("concat", [("conv2d", {"filters": 4, "kernel": 5}), "batch_norm", "relu"], ("conv2d", {"kernel": 1})),
        "n6", "not 4 × 4 × 4 and 8 × 8 × 8", "Use same padding in Conv 2D 4 @ 5×5",
    ),
    "joined where only the convolution further back can be padded enough": (
        joined("concat", [("conv2d", {"filters": 2, "kernel": 5}), "max_pool"], ("max_pool", {"pad": 1}), side=8),
        "n5", "not 2 × 2 × 2 and 5 × 5 × 1", "Use padding 3 in Conv 2D",
    ),
    "joined with pooling that needs a border": (
        joined("concat", "max_pool", "conv2d", side=5), "n4", "not 2 × 2 × 1 and 3 × 3 × 8",
        "Use padding 1 in Max pool",
    ),
    "sum of maps of which one is padded": (
        joined("add", ("conv2d", {"padding": "same"}), "conv2d"),
        "n4", "Add needs equal shapes, not 8 × 8 × 8 and 6 × 6 × 8. Use same padding in Conv 2D 8 @ 3×3.",
        "Use same padding in Conv 2D 8 @ 3×3",
    ),
    "joined picture and row": (
        joined("concat", "flatten", "max_pool"), "n4",
        "Concat needs pictures or rows, not 64 and 4 × 4 × 1", "Add Flatten here",
    ),
    "one input to a sum": (
        chain("features", "add", "classes"), "n2",
        "Add needs 2 inputs. Connect another layer, or: Remove Add.", "Remove Add",
    ),
    "many values for a picture": (
        chain(image(400), ("reshape", {"height": 400, "width": 250}), "flatten", "classes"), "n2",
        "needs 100\u202f000 values, not 160\u202f000", "Use 400 × 400 × 1",
    ),
    "two inputs to a layer that takes one": (
        chain("features", "dense", "dense", "classes").connect("n1", "n3", 1), "n3", "Dense 8 takes 1 input, not 2", "",
    ),
    "too many parameters": (
        chain(image(100), "flatten", ("dense", {"units": 100_000}), "classes"),
        "n3",
        "(1\u202f000\u202f000\u202f000 weights + 100\u202f000 biases). They need 16.0\u00a0GB while training; "
        "268\u202f435\u202f456 with 4.3\u00a0GB fit into memory",
        "Use 26\u202f840 units",
    ),
    "too many values": (
        chain(image(1024), ("conv2d", {"filters": 100, "kernel": 1}), "global_avg_pool", "classes"),
        "n2", "values, 104\u202f857\u202f600 of them here; 67\u202f108\u202f864 fit into memory. Use 62 filters",
        "Use 62 filters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLE)
def test_what_does_not_fit_is_told_at_its_layer_in_a_sentence(name):
    graph, node, words, cure = TROUBLE[name]
    found = problems(infer(graph, LAYERS))
    assert [problem.node for problem in found] == [node]
    assert words in found[0].message
    assert_sentence(found[0].message)
    assert found[0].severity == "error"
    assert (found[0].cure.text if found[0].cure else "") == cure


@pytest.mark.parametrize("name", [name for name, trouble in TROUBLE.items() if trouble[3]])
def test_the_cure_solves_the_problem(name):
    graph, *_ = TROUBLE[name]
    (problem,) = problems(infer(graph, LAYERS))
    cured = apply_cure(graph, problem, LAYERS)
    # A cure may uncover another problem of the same layer; a few clicks mend everything.
    for _ in range(2):
        for uncovered in problems(infer(cured, LAYERS)):
            assert uncovered.message != problem.message
            cured = apply_cure(cured, uncovered, LAYERS)
    assert problems(infer(cured, LAYERS)) == ()
    for node in cured.nodes:
        for param in LAYERS[node.kind].params:
            assert param.check(node.params[param.name]) == node.params[param.name]


@pytest.mark.parametrize("name", [name for name, trouble in TROUBLE.items() if not trouble[3]])
def test_a_problem_without_a_cure_says_so_when_one_is_asked_for(name):
    graph, *_ = TROUBLE[name]
    (problem,) = problems(infer(graph, LAYERS))
    with pytest.raises(GraphError) as caught:
        apply_cure(graph, problem, LAYERS)
    assert_sentence(caught.value)


def test_a_cure_whose_layer_or_wire_is_gone_is_refused_by_a_sentence():
    graph, *_ = TROUBLE["dense after a picture"]
    (problem,) = problems(infer(graph, LAYERS))
    for later in (graph.remove("n2"), graph.disconnect(Edge("n1", "n2"))):
        with pytest.raises(GraphError) as caught:
            apply_cure(later, problem, LAYERS)
        assert_sentence(caught.value)


def test_an_output_that_nothing_reaches_is_a_problem():
    graph = chain("features", "dense", "classes")
    for edge in graph.edges:
        found = infer(graph.disconnect(edge), LAYERS)
        (problem,) = problems(found)
        assert problem.node == "n3"
        assert "Nothing reaches the output" in problem.message
        assert_sentence(problem.message)


def wired_anew(graph: Graph, *broken: Edge) -> Graph:
    """The graph without these wires, mended by the cure of the problem that this makes."""
    for edge in broken:
        graph = graph.disconnect(edge)
    (problem,) = problems(infer(graph, LAYERS))
    return apply_cure(graph, problem, LAYERS)


def test_the_cure_of_a_broken_chain_brings_the_chain_back():
    graph = chain(image(8), "flatten", "dropout", "dense", "classes")
    assert set(wired_anew(graph, Edge("n2", "n3")).edges) == set(graph.edges)
    (problem,) = problems(infer(graph.disconnect(Edge("n2", "n3")), LAYERS))
    assert (problem.node, problem.message) == ("n5", "Nothing reaches the output. Connect Flatten to Dropout.")
    for edge in graph.edges:
        assert set(wired_anew(graph, edge).edges) == set(graph.edges)


def test_of_several_loose_starts_the_cure_takes_the_one_that_fits():
    graph = chain(image(8), "flatten", "dense", "add", "classes")
    graph, maps = added(graph, "conv2d")
    graph, flat = added(graph, "flatten", maps)
    graph = graph.connect(flat, "n4", 1)
    assert Edge("n2", "n3") in wired_anew(graph, Edge("n2", "n3")).edges
    # Where none of several fits, the Output itself is what the cure can reach.
    graph = chain("features", "conv2d", "add", "classes")
    graph, maps = added(graph, "max_pool")
    assert Edge("n1", "n4") in wired_anew(graph.connect(maps, "n3", 1), Edge("n1", "n2")).edges


def test_the_name_that_a_layer_was_given_is_used_by_the_cure():
    graph = joined("concat", ("conv2d", {"padding": "same"}), "conv2d").rename("n3", "small maps")
    (problem,) = problems(infer(graph, LAYERS))
    assert problem.cure.text == "Use same padding in small maps"


def test_a_sentence_calls_a_layer_what_its_card_does_where_another_could_be_meant():
    def told(graph: Graph) -> str:
        (problem,) = problems(infer(graph, LAYERS))
        return problem.message

    two = chain("features", ("dense", {"units": 4}), ("dense", {"units": 2}), "classes")
    assert told(two.disconnect(Edge("n2", "n3"))).endswith(" Connect Dense 4 to Dense 2.")
    named = two.rename("n2", "first").rename("n3", "last")
    assert told(named.disconnect(Edge("n2", "n3"))).endswith(" Connect first to last.")
    kernels = chain(image(8), ("conv2d", {"kernel": 1}), ("conv2d", {"kernel": 9}), "flatten", "classes")
    assert told(kernels).startswith("The 9 × 9 window of Conv 2D 8 @ 9×9 is larger")
    assert told(kernels.rename("n3", "conv_point")).startswith("The 9 × 9 window of conv_point is larger")
    sums = chain("features", "add", "classes").rename("n2", "shortcut")
    assert told(sums) == "shortcut needs 2 inputs. Connect another layer, or: Remove shortcut."
    unequal = joined("concat", "flatten", "max_pool").rename("n4", "both")
    assert told(unequal).startswith("both needs pictures or rows")


def test_what_leads_to_both_sides_is_not_padded():
    graph, start = added(Graph(), image(8))
    graph, common = added(graph, "conv2d", start)
    graph, pooled = added(graph, "max_pool", common)
    graph, both = added(graph, "concat", common, pooled)
    graph, flat = added(graph, "flatten", both)
    (problem,) = problems(infer(added(graph, "classes", flat)[0], LAYERS))
    assert problem.cure is None
    assert problem.message.endswith("Bring Max pool to 6 × 6 by another window, stride or padding.")


def test_an_empty_graph_and_one_without_an_input_are_inferred_without_raising():
    assert infer(Graph(), LAYERS) == {}
    graph, _ = added(Graph(), "classes")
    assert [problem.node for problem in problems(infer(graph, LAYERS))] == ["n1"]


def test_a_loop_made_behind_its_back_is_a_problem_not_an_exception():
    nodes = tuple(Node(f"n{number}", kind) for number, kind in enumerate(("features", "add", "classes"), 1))
    found = infer(Graph(nodes, (Edge("n1", "n2"), Edge("n2", "n3"), Edge("n2", "n2", 1)), 3), LAYERS)
    (problem,) = problems(found)
    assert "loop" in problem.message


def test_only_the_first_problem_of_a_path_is_told():
    graph = chain(image(3), ("conv2d", {"kernel": 5}), "dense", ("reshape", {"height": 5}), "classes")
    assert set(infer(graph, LAYERS)) == {"n1", "n2"}


def test_a_layer_beside_the_path_is_no_problem_and_has_a_shape_where_it_fits():
    graph = chain("features", "dense", "classes")
    graph, fits = added(graph, ("dense", {"units": 5}), "n2")
    graph, does_not = added(graph, "conv2d", "n2")
    graph, alone = added(graph, "dense")
    graph, behind = added(graph, "relu", alone)
    found = infer(graph, LAYERS)
    assert problems(found) == ()
    assert found[fits] == (5,)
    assert not {does_not, alone, behind} & set(found)
    assert active_nodes(graph, LAYERS) == ("n1", "n2", "n3")
    assert set(parameter_counts(graph, LAYERS, found)) == {"n1", "n2", "n3"}


def test_a_wire_from_beside_the_path_does_not_count_as_an_input():
    graph = chain("features", "dense", "add", "classes")
    graph, beside = added(graph, "dense")
    graph = graph.connect(beside, "n3", 1)
    active = set(active_nodes(graph, LAYERS))
    assert active_inputs(graph, "n3", active) == ("n2",)
    (problem,) = problems(infer(graph, LAYERS))
    assert "Add needs 2 inputs" in problem.message


def test_inputs_count_in_the_order_of_their_ports():
    graph, picture = added(Graph(), image(4, channels=2))
    graph, three = added(graph, ("conv2d", {"filters": 3, "kernel": 1}), picture)
    graph, both = added(graph, "concat")
    graph = graph.connect(three, both, 7).connect(picture, both, 2)
    graph, flat = added(graph, "flatten", both)
    graph, _ = added(graph, "classes", flat)
    assert active_inputs(graph, both, set(active_nodes(graph, LAYERS))) == (picture, three)
    assert infer(graph, LAYERS)[both] == (5, 4, 4)


def test_the_same_layer_may_feed_one_layer_twice():
    graph = chain("features", "dense", "add", "classes").connect("n2", "n3", 1)
    assert problems(infer(graph, LAYERS)) == ()


def test_shapes_of_whole_networks():
    assert list(infer(SMALL_CNN, LAYERS).values()) == [
        (2, 10, 12), (4, 10, 12), (4, 5, 6), (3, 3, 4), (3, 3, 4), (36,), (36,), (3,), (3,),
    ]  # fmt: skip
    assert infer(branched(), LAYERS)["n8"] == (6, 4, 4)
    assert infer(CIRCLE, LAYERS) == {"n1": (2,), "n2": (4,), "n3": (2,), "n4": (1,), "n5": (1,)}


@pytest.mark.row("B02")
def test_the_network_784_16_16_10_has_13002_parameters():
    """The digits-mlp network: 12,960 weights and 42 biases."""
    counts = parameter_counts(DIGITS_MLP, LAYERS, infer(DIGITS_MLP, LAYERS))
    assert counts == {"n1": 0, "n2": 0, "n3": 12_560, "n4": 272, "n5": 170, "n6": 0}
    assert sum(counts.values()) == 12_960 + 42 == 13_002
    without = DIGITS_MLP
    for node in ("n3", "n4", "n5"):
        without = without.set_param(node, "bias", False)
    assert sum(parameter_counts(without, LAYERS, infer(without, LAYERS)).values()) == 12_960


def test_the_digits_cnn_has_5994_parameters():
    graph = chain(
        image(28), ("conv2d", {"filters": 8, "kernel": 5, "activation": "relu"}), "max_pool",
        ("conv2d", {"filters": 16, "kernel": 5, "activation": "relu"}), "max_pool",
        "flatten", "dropout", ("dense", {"units": 10}), "classes",
    )  # fmt: skip
    assert sum(parameter_counts(graph, LAYERS, infer(graph, LAYERS)).values()) == 5_994


def test_the_largest_of_equals_is_the_same_in_every_process():
    """Sets of text have another order in each process; which layer a problem names must not."""
    code = (
        "from tests.networks import *\n"
        "from playground.document.shapes import infer, problems\n"
        "steps = ['features'] + [('dense', {'units': 11000})] * 5 + ['classes']\n"
        "print(problems(infer(chain(*steps), LAYERS))[0].node)"
    )
    root = Path(playground.__file__).parents[1]
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert told == {"n3\n"}


def test_shapes_are_read_height_first_and_counted_whole():
    assert shape_text((8, 24, 25)) == "24 × 25 × 8"
    assert shape_text((10,)) == "10"
    assert shape_text((1, 2, 3), "x") == "2x3x1"
    assert size((8, 24, 25)) == 4800
    assert size((4096, 4096, 4096)) == 2**36


def test_layers_are_found_by_category():
    assert of_category(branched(), LAYERS, "input") == ("n1",)
    assert of_category(branched(), LAYERS, "output") == ("n11",)
    assert isinstance(infer(chain("features", "conv2d", "classes"), LAYERS)["n2"], Problem)
