"""Whether a project can train: data, Input, Output and loss together; each cure solves its problem."""

from __future__ import annotations

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import VALUE_BYTES, blocking, check, mend, with_dataset, with_task
from playground.document.cures import heal
from playground.document.graph import GraphError
from playground.document.params import Values, defaults
from playground.document.project import Project
from playground.document.shapes import MAX_PARAMETERS, MAX_VALUES, TRAINED_BYTES
from tests.networks import CIRCLE, DIGITS_MLP, SMALL_CNN, added, assert_sentence, chain, project

CLASSES = chain("features", ("dense", {"units": 2}), "classes")

WIDE_CNN = chain(
    "image", ("conv2d", {"filters": 4096, "padding": "same"}), "flatten", ("dense", {"units": 10}), "classes"
)


def images(*steps) -> Project:
    return project(chain("image", "flatten", *steps), "digits")


# name -> (project, the node, words of the message, text of the cure or nothing, severity)
TROUBLE: dict[str, tuple[Project, str, str, str, str]] = {
    "pictures into features": (
        project(CLASSES, "digits"),
        "n1",
        "Digits needs the input Image, not Features. Use Image.",
        "Use Image",
        "error",
    ),
    "points into pictures": (
        project(DIGITS_MLP, "circle"),
        "n1",
        "Circle needs the input Features, not Image. Use Features.",
        "Use Features",
        "error",
    ),
    "pictures of another size": (
        project(SMALL_CNN, "digits"),
        "n1",
        "The input takes 10 × 12 × 2, but Digits gives 28 × 28 × 1. Take 28 × 28 × 1.",
        "Take 28 × 28 × 1",
        "error",
    ),
    "a convolution behind Flatten": (
        images("conv2d", ("dense", {"units": 10}), "classes"),
        "n3",
        "Conv 2D needs an image, not 784 values in a row. Put it before Flatten.",
        "Put it before Flatten",
        "error",
    ),
    "a convolution behind Flatten and another layer": (
        images("relu", "conv2d", "flatten", ("dense", {"units": 10}), "classes"),
        "n4",
        "Put it before Flatten. Or: Reshape to 28 × 28 × 1.",
        "Reshape to 28 × 28 × 1",
        "error",
    ),
    "softmax before classes": (
        images(("dense", {"units": 10}), "softmax", "classes"),
        "n4",
        "Classes applies softmax itself. Remove this layer.",
        "Remove Softmax",
        "error",
    ),
    "too few units": (
        images(("dense", {"units": 7}), "classes"),
        "n3",
        "Digits has 10 classes, but 7 values arrive here.",
        "Use 10 units",
        "error",
    ),
    "a thousand values for ten classes": (
        images(("dense", {"units": 1000}), "classes"),
        "n3",
        "Digits has 10 classes, but 1\u202f000 values arrive here.",
        "Use 10 units",
        "error",
    ),
    "one unit for ten classes": (
        images(("dense", {"units": 1}), "classes"),
        "n3",
        "Digits has 10 classes, but 1 value arrives here.",
        "Use 10 units",
        "error",
    ),
    "too few units before an activation": (
        images(("dense", {"units": 9}), ("dense", {"units": 7}), "relu", "dropout", "batch_norm", "classes"),
        "n4",
        "10 classes, but 7 values arrive here. Use 10 units in Dense 7.",
        "Use 10 units",
        "error",
    ),
    "no dense layer": (
        images("classes"),
        "n3",
        "Digits has 10 classes, but 784 values arrive here. Add Dense with 10 units.",
        "Add Dense with 10 units",
        "error",
    ),
    "too many units for two classes": (
        project(chain("features", ("dense", {"units": 3}), "classes")),
        "n2",
        "Circle has 2 classes, but 3 values arrive",
        "Use 2 units",
        "error",
    ),
    "two units for a number": (
        project(chain("features", ("dense", {"units": 2}), "value"), "plane"),
        "n2",
        "asks for one number, but 2 values arrive",
        "Use 1 unit",
        "error",
    ),
    "classes for a number": (
        project(CLASSES, "plane"),
        "n3",
        "asks for a number, not for classes. Use the output Value.",
        "Use Value",
        "error",
    ),
    "cross-entropy for a number": (
        project(CIRCLE, "plane", loss="cross_entropy"),
        "n5",
        "Cross-entropy needs classes. Use squared error for numbers.",
        "Use squared error",
        "error",
    ),
    "squared error of classes": (
        project(CLASSES, loss="squared_error"),
        "n3",
        "Squared error does not fit the output Classes: it learns slowly. Use cross-entropy.",
        "Use cross-entropy",
        "warning",
    ),
    "cross-entropy of a value": (
        project(CIRCLE, loss="cross_entropy"),
        "n5",
        "Cross-entropy does not fit the output Value",
        "Use squared error",
        "warning",
    ),
    "normalisation of one sample": (
        project(chain("features", ("dense", {"units": 2}), "batch_norm", "classes"), batch_size=1),
        "n3",
        "BatchNorm needs at least 2 samples in a batch, not 1.",
        "Use batch size 2",
        "error",
    ),
    "a batch that does not fit into memory": (
        project(WIDE_CNN, "digits", batch_size=10_000),
        "n2",
        # 784 + 2 · 28 · 28 · 4 096 + 10 + 10 values, and as many gradients.
        "A batch of 10\u202f000 samples needs 513.9\u00a0GB while training, 6\u202f423\u202f332 values of 8 bytes for "
        "each sample; 4.3\u00a0GB fit into memory. Use batch size 83.",
        "Use batch size 83",
        "error",
    ),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_what_does_not_go_together_is_told_in_a_sentence(name):
    made, node, words, cure, severity = TROUBLE[name]
    first = check(made)[0]
    assert (first.node, first.severity) == (node, severity)
    assert words in first.message
    assert_sentence(first.message)
    assert (first.cure.text if first.cure else "") == cure
    assert (blocking(made) is None) == (severity == "warning")


@pytest.mark.parametrize("name", [name for name, trouble in TROUBLE.items() if trouble[3]])
def test_the_cures_solve_one_problem_after_the_other(name):
    made = TROUBLE[name][0]
    for _ in range(6):
        told = check(made)
        if not told or told[0].cure is None:
            break
        made = mend(made, told[0])
        assert told[0] not in check(made)
    assert blocking(made) is None and check(made) == ()


def test_the_largest_batch_that_fits_into_memory_is_taken_and_one_more_is_not():
    made = project(WIDE_CNN, "digits", batch_size=83)
    assert check(made) == ()
    assert blocking(made.with_training(batch_size=84)).cure.text == "Use batch size 83"
    # As much as one sample may need leaves room for two, so the cure never asks for none.
    assert 2 * VALUE_BYTES * MAX_VALUES <= TRAINED_BYTES * MAX_PARAMETERS


def test_a_problem_without_a_cure_is_not_mended():
    made = project(
        chain("image", ("conv2d", {"kernel": 31, "dilation": 16}), "flatten", ("dense", {"units": 10}), "classes"),
        "digits",
    )
    assert check(made)[0].cure is None
    with pytest.raises(GraphError):
        mend(made, check(made)[0])


@pytest.mark.parametrize(
    "made",
    [
        project(CIRCLE),
        project(CLASSES),
        project(DIGITS_MLP, "digits"),
        project(chain("features", ("dense", {"units": 1}), "classes")),
        project(chain("features", ("dense", {"units": 2}), "value"), loss="squared_error"),
        project(CIRCLE, "plane"),
        project(chain("features", "classes")),
    ],
    ids=lambda made: f"{made.data.name} {len(made.graph.nodes)}",
)
def test_what_goes_together_has_no_problem(made):
    assert check(made) == ()


def test_layers_beside_the_path_are_not_asked():
    graph, _ = added(chain("features", ("dense", {"units": 2}), "classes"), "batch_norm", "n2")
    graph, _ = added(graph, "softmax", "n2")
    assert check(project(graph, batch_size=1)) == ()


def test_errors_come_before_warnings():
    made = project(
        chain("features", ("dense", {"units": 2}), "batch_norm", "classes"), loss="squared_error", batch_size=1
    )
    assert [problem.severity for problem in check(made)] == ["error", "warning"]


def test_the_wrong_input_comes_first_and_what_follows_from_it_gives_the_same_advice():
    graph = chain("features", "conv2d", "flatten", ("dense", {"units": 10}), "classes")
    cause, consequence = check(project(graph, "digits"))
    assert (cause.node, cause.cure.text) == ("n1", "Use Image")
    assert consequence.message == "Conv 2D needs an image, not 2 values in a row. Use the input Image."
    assert check(mend(project(graph, "digits"), cause)) == ()
    (alone,) = check(project(graph, "circle"))
    assert alone.message.endswith("Choose an image data set.")


def test_nothing_else_is_asked_while_a_shape_does_not_fit():
    made = project(chain("image", "dense", "softmax", "classes"), "digits")
    assert ["Add Flatten" in problem.message for problem in check(made)] == [True]


def test_a_layer_that_is_put_before_flatten_changes_places_with_it():
    made = TROUBLE["a convolution behind Flatten"][0]
    graph = made.graph.move("n2", 100, 0).move("n3", 200, 20)
    mended = mend(made.with_graph(graph), check(made)[0]).graph
    wires = {(edge.source, edge.target) for edge in mended.edges}
    assert wires == {("n1", "n3"), ("n3", "n2"), ("n2", "n4"), ("n4", "n5")}
    places = [(mended.node(node).x, mended.node(node).y) for node in ("n3", "n2")]
    assert places == [(100, 0), (200, 20)]


def test_a_flatten_that_leads_elsewhere_too_stays_where_it_is():
    made = TROUBLE["a convolution behind Flatten"][0]
    graph, _ = added(made.graph, "relu", "n2")
    assert check(made.with_graph(graph))[0].cure.text == "Reshape to 28 × 28 × 1"


def test_the_cure_of_softmax_heals_its_wires():
    made = TROUBLE["softmax before classes"][0]
    assert mend(made, check(made)[0]).graph == heal(made.graph, "n4")


@pytest.mark.parametrize("name", CATALOGUE.datasets)
@pytest.mark.parametrize("start", [CIRCLE, DIGITS_MLP, SMALL_CNN], ids=["points", "digits", "pictures"])
def test_another_data_set_brings_its_input_and_its_own_parameters(start, name):
    made = with_dataset(project(start).with_data(params=Values({"noise": 0.1})), name)
    dataset = CATALOGUE.datasets[name]
    assert made.data.name == name
    assert made.data.params == defaults(dataset.params)
    assert not [problem for problem in check(made) if problem.node == "n1" and "needs the input" in problem.message]
    node = made.graph.node("n1")
    if len(dataset.shape) == 3:
        assert tuple(node.params[key] for key in ("channels", "height", "width")) == dataset.shape
    assert made.graph.edges == start.edges


def test_another_data_set_keeps_the_features_that_were_chosen():
    graph = CIRCLE.set_param("n1", "sin_x", True)
    assert with_dataset(project(graph), "spiral").graph == graph


@pytest.mark.row("F06")
@pytest.mark.parametrize(
    ("start", "task", "last"),
    [
        (project(CIRCLE), "classes", {"units": 1, "activation": "none", "bias": True}),
        (project(CLASSES), "value", {"units": 2, "activation": "none", "bias": True}),
        (project(DIGITS_MLP, "digits"), "value", {"units": 10, "activation": "none", "bias": True}),
        (project(chain("features", ("dense", {"units": 3}), "classes"), "plane"), "value",
         {"units": 1, "activation": "none", "bias": True}),
    ],
)  # fmt: skip
def test_another_task_brings_its_output_its_loss_and_fitting_units(start, task, last):
    made = with_task(start, task)
    output, dense = made.graph.nodes[-1], made.graph.nodes[-2]
    assert (output.kind, CATALOGUE.losses[made.training.loss].fits) == (task, task)
    assert {name: dense.params[name] for name in last} == last
    assert check(made) == ()
    assert with_task(made, task) is made


def test_the_same_task_again_only_mends_the_loss():
    made = with_task(project(CIRCLE, loss="cross_entropy"), "value")
    assert made == project(CIRCLE)


def test_a_task_can_be_chosen_while_the_network_is_broken():
    graph = CIRCLE.disconnect(CIRCLE.incoming("n5")[0])
    made = with_task(project(graph), "classes")
    assert (made.graph.node("n5").kind, made.training.loss) == ("classes", "cross_entropy")


def test_a_switch_of_the_task_and_back_gives_what_it_took():
    start = project(CIRCLE)
    away = with_task(start, "classes")
    assert away.graph.node("n4").params["activation"] == "none"
    assert with_task(away, "value", start) == start
    wider = away.with_graph(away.graph.set_param("n4", "units", 2))
    back = with_task(wider, "value", start)
    assert back.graph.node("n4").params["units"] == 2
    assert back.graph.node("n4").params["activation"] == "none"
    elsewhere = with_dataset(away, "plane")
    assert with_task(elsewhere, "value", start).graph.node("n4").params["activation"] == "none"
