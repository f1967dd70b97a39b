"""The `.nnp` text: the same bytes for the same project, and strict reading that names the place."""

from __future__ import annotations

import copy
import json

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import MAX_EDGES, MAX_ID, MAX_NODES
from playground.document.params import shown
from playground.document.project import (
    FORMAT,
    TRAINING_PARAMS,
    Project,
    ProjectError,
    from_json,
    read_project,
    to_json,
)
from playground.document.storage import MAX_BYTES, atomic_write
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, assert_sentence, branched, chain, project

PROJECTS = {
    "circle": project(CIRCLE),
    "mlp": project(DIGITS_MLP, "digits", optimizer="adam"),
    "cnn": project(SMALL_CNN, "digits", optimizer="rmsprop", weight_decay=1e-4, seed=2**31 - 2),
    "branched": project(branched().rename("n4", "Kürzel 😀").move("n4", -12.5, 1e6), "digits", optimizer="adagrad"),
}
TEXT = json.loads(to_json(PROJECTS["circle"]))


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_survives_its_file_to_the_byte(name):
    text = to_json(PROJECTS[name])
    read = from_json(text, CATALOGUE)
    assert read == PROJECTS[name]
    assert to_json(read) == text
    assert to_json(from_json(json.dumps(json.loads(text)).encode(), CATALOGUE)) == text


@pytest.mark.parametrize("kind", LAYERS)
def test_every_layer_survives_the_file_with_each_value_of_each_parameter(kind):
    """Extremes and every option; the layer lies beside the network, so that its shape does not matter."""
    layer = LAYERS[kind]
    graph = chain("features", "value")
    if layer.category in ("input", "output"):
        graph = graph.remove("n1" if layer.category == "input" else "n2")
    graph, node = graph.add(kind, x=3.25, y=-7)
    for param in layer.params:
        extremes = [getattr(param, "minimum", None), getattr(param, "maximum", None), param.default]
        options = [option for option, _ in getattr(param, "options", ())]
        for value in [*extremes, *options, True, False]:
            try:
                checked = param.check(value)
            except ValueError:
                continue
            graph = graph.set_param(node, param.name, checked)
            text = to_json(project(CIRCLE).with_graph(_complete(graph, layer.params, node)))
            assert to_json(from_json(text, CATALOGUE)) == text


def _complete(graph, params, node):
    for param in params:
        if param.name not in graph.node(node).params:
            graph = graph.set_param(node, param.name, param.default)
    return graph


def test_numbers_that_are_whole_or_written_otherwise_take_their_normal_form():
    text = copy.deepcopy(TEXT)
    text["graph"]["nodes"][1]["params"]["units"] = 4.0
    text["graph"]["nodes"][1]["x"] = 0
    text["training"]["learning_rate"] = 3e-2
    text["training"]["batch_size"] = 1e1
    assert to_json(from_json(json.dumps(text).encode(), CATALOGUE)) == to_json(PROJECTS["circle"])


def test_a_parameter_that_the_file_does_not_name_takes_its_default():
    text = copy.deepcopy(TEXT)
    del text["graph"]["nodes"][1]["params"]["bias"]
    assert from_json(json.dumps(text).encode(), CATALOGUE) == PROJECTS["circle"]


def test_the_number_of_the_last_layer_is_at_least_that_of_every_layer():
    text = copy.deepcopy(TEXT)
    text["graph"]["last_id"] = 0
    assert from_json(json.dumps(text).encode(), CATALOGUE).graph.last_id == 5
    text["graph"]["last_id"] = 77
    graph = from_json(json.dumps(text).encode(), CATALOGUE).graph
    assert graph.add("dense")[1] == "n78"


def test_what_is_at_its_limits_can_be_saved_and_opened_again():
    graph = chain("features", "value")
    while len(graph.nodes) < MAX_NODES:
        graph, _ = graph.add("flatten", x=1e9)
    text = to_json(project(CIRCLE).with_graph(graph))
    assert len(from_json(text, CATALOGUE).graph.nodes) == MAX_NODES
    value = json.loads(text)
    value["graph"]["last_id"] = MAX_ID
    assert from_json(json.dumps(value).encode(), CATALOGUE).graph.last_id == MAX_ID


def test_changes_of_a_project_leave_the_old_one_alone():
    old = PROJECTS["circle"]
    new = old.with_training(seed=9).with_data(seed=8).with_graph(chain("features", "value"))
    assert (new.training.seed, new.data.seed, len(new.graph.nodes)) == (9, 8, 2)
    assert old == project(CIRCLE)
    assert isinstance(old, Project) and hash(old) == hash(project(CIRCLE))


def deep(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


def put(*path_and_value):
    """A change of the circle project: the value at a path of keys."""
    *path, value = path_and_value

    def change(text):
        place = text
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def drop(*path):
    def change(text):
        place = text
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


NODE = ("graph", "nodes", 1)

# what is changed -> (the change, words of the message)
WRONG = {
    "format missing": (drop("format"), "The project has no entry 'format'"),
    "format of a newer version": (put("format", 2), "format 2, made by a newer version; this one reads up to 1"),
    "format huge": (put("format", 10**4000), "format a number of 4000 digits, made by a newer version"),
    "format zero": (put("format", 0), "format must be 1, not 0"),
    "format negative": (put("format", -1), "format must be 1, not -1"),
    "format true": (put("format", True), "format must be 1, not True"),
    "format as text": (put("format", "1"), "format must be 1, not '1'"),
    "format as a decimal": (put("format", 1.0), "format must be 1, not 1.0"),
    "unknown part": (put("views", {}), "The project has an unknown entry 'views'"),
    "graph missing": (drop("graph"), "The project has no entry 'graph'"),
    "graph a list": (put("graph", []), "graph must be an object with last_id, nodes, edges, not a list of 0 entries"),
    "graph without nodes": (drop("graph", "nodes"), "graph has no entry 'nodes'"),
    "unknown part of the graph": (put("graph", "groups", []), "graph has an unknown entry 'groups'"),
    "last id negative": (put("graph", "last_id", -1), "last_id must be from 0 to 999999999, not -1"),
    "last id true": (put("graph", "last_id", True), "last_id must be a whole number, not True"),
    "nodes an object": (put("graph", "nodes", {}), "graph.nodes must be a list, not an object of 0 entries"),
    "no nodes": (put("graph", "nodes", []), "a network has exactly one Input, this one has 0"),
    "node null": (put(*NODE, None), "graph.nodes[1] must be an object with id, kind"),
    "too many nodes": (put("graph", "nodes", [None] * 2001), "graph.nodes has 2001 entries; 2000 is the most"),
    "node without kind": (drop(*NODE, "kind"), "graph.nodes[1] has no entry 'kind'"),
    "node with colour": (put(*NODE, "colour", 1), "graph.nodes[1] has an unknown entry 'colour'"),
    "id of another form": (
        put(*NODE, "id", "dense"),
        "graph.nodes[1].id must be n and a number, such as n7, not 'dense'",
    ),
    "id zero": (put(*NODE, "id", "n0"), "such as n7, not 'n0'"),
    "id with a leading zero": (put(*NODE, "id", "n02"), "such as n7, not 'n02'"),
    "id with foreign digits": (put(*NODE, "id", "n٣"), "such as n7, not 'n٣'"),
    "id with a line end": (put(*NODE, "id", "n2\n"), r"such as n7, not 'n2\n'"),
    "id too large": (put(*NODE, "id", "n1000000000"), "such as n7, not 'n1000000000'"),
    "id a number": (put(*NODE, "id", 2), "such as n7, not 2"),
    "id twice": (put(*NODE, "id", "n1"), "two nodes have the same id"),
    "kind unknown": (put(*NODE, "kind", "lstm"), "graph.nodes[1].kind is 'lstm'; there are features, image, dense"),
    "kind a list": (put(*NODE, "kind", ["dense"]), "graph.nodes[1].kind is a list of 1 entry; there are"),
    "kind an object of Python": (put(*NODE, "kind", "__class__"), "graph.nodes[1].kind is '__class__'"),
    "two inputs": (put(*NODE, {**TEXT["graph"]["nodes"][0], "id": "n2"}), "exactly one Input, this one has 2"),
    "two outputs": (put(*NODE, {**TEXT["graph"]["nodes"][4], "id": "n2"}), "exactly one Output, this one has 2"),
    "no output": (
        put("graph", "nodes", 4, {**TEXT["graph"]["nodes"][1], "id": "n5"}),
        "exactly one Output, this one has 0",
    ),
    "name a number": (put(*NODE, "name", 5), "graph.nodes[1]: Name must be text, not 5"),
    "name too long": (put(*NODE, "name", "x" * 81), "Name must have at most 80 characters, not 81"),
    "name with a lone surrogate": (put(*NODE, "name", "\ud800"), r"printable text on one line, not '\ud800'"),
    "name with a control character": (put(*NODE, "name", "a\x1b[31m"), "printable text on one line"),
    "position text": (put(*NODE, "x", "0"), "graph.nodes[1].x: Position must be a number, not '0'"),
    "position true": (put(*NODE, "y", True), "graph.nodes[1].y: Position must be a number, not True"),
    "position far away": (
        put(*NODE, "x", 1e7),
        "Position must be from −1\u202f000\u202f000 to 1\u202f000\u202f000, not 10\u202f000\u202f000",
    ),
    "position huge": (put(*NODE, "x", -(10**400)), "not a number of 400 digits"),
    "params a list": (put(*NODE, "params", []), "graph.nodes[1].params must be an object, not a list of 0 entries"),
    "param unknown": (put(*NODE, "params", "unit", 1), "graph.nodes[1].params: Dense has no parameter 'unit'"),
    "param unknown by a surrogate": (put(*NODE, "params", "\udfff", 1), r"Dense has no parameter '\udfff'"),
    "units zero": (put(*NODE, "params", "units", 0), "Dense: Units must be from 1 to 100000, not 0"),
    "units huge": (put(*NODE, "params", "units", 10**4000), "from 1 to 100000, not a number of 4000 digits"),
    "units true": (put(*NODE, "params", "units", True), "Units must be a whole number, not True"),
    "units null": (put(*NODE, "params", "units", None), "Units must be a whole number, not None"),
    "bias a number": (put(*NODE, "params", "bias", 1), "Bias must be true or false, not 1"),
    "activation unknown": (put(*NODE, "params", "activation", "swish"), "Activation must be one of none, relu"),
    "units nested deep": (
        put(*NODE, "params", "units", deep(500)),
        "Units must be a whole number, not a list of 1 entry",
    ),
    "edges null": (put("graph", "edges", None), "graph.edges must be a list, not None"),
    "too many edges": (put("graph", "edges", [None] * 10001), "graph.edges has 10001 entries; 10000 is the most"),
    "edge an object": (put("graph", "edges", 0, {}), "graph.edges[0] must be [source, target, port], not an object"),
    "edge of two": (put("graph", "edges", 0, ["n1", "n2"]), "graph.edges[0] must be [source, target, port]"),
    "edge from nowhere": (put("graph", "edges", 0, ["n9", "n2", 0]), "graph.edges[0] names 'n9', which is no node"),
    "edge to a list": (put("graph", "edges", 0, ["n1", ["n2"], 0]), "names a list of 1 entry, which is no node"),
    "port negative": (put("graph", "edges", 0, ["n1", "n2", -1]), "ends at port -1; its target has 1"),
    "port too many": (put("graph", "edges", 0, ["n1", "n2", 1]), "ends at port 1; its target has 1"),
    "port true": (put("graph", "edges", 0, ["n1", "n2", False]), "ends at port False"),
    "port a decimal": (put("graph", "edges", 0, ["n1", "n2", 0.0]), "ends at port 0.0"),
    "edge into the input": (put("graph", "edges", 0, ["n2", "n1", 0]), "ends at port 0; its target has 0"),
    "port taken": (put("graph", "edges", 1, ["n1", "n2", 0]), "graph.edges[1] ends where another wire ends already"),
    "loop": (put("graph", "edges", [["n2", "n3", 0], ["n3", "n2", 0]]), "graph.edges: The wires close a loop"),
    "loop of one": (put("graph", "edges", [["n2", "n2", 0]]), "graph.edges: The wires close a loop"),
    "data null": (put("data", None), "data must be an object with name, params, seed, train_share, scaling, not None"),
    "data unknown": (put("data", "name", "../../etc"), "data.name is '../../etc'; there are"),
    "data seed negative": (put("data", "seed", -1), "data: Seed must be from 0 to 2147483646, not -1"),
    "train share one": (put("data", "train_share", 1), "data: Train share must be from 0.1 to 0.9, not 1"),
    "scaling unknown": (put("data", "scaling", "log"), "data: Scaling must be one of none, standard, range, not 'log'"),
    "data parameter unknown": (put("data", "params", "path", "/"), "has no parameter 'path'"),
    "training a list": (put("training", [1]), "training must be an object with loss"),
    "loss unknown": (
        put("training", "loss", "hinge"),
        "training.loss is 'hinge'; there are cross_entropy, squared_error",
    ),
    "optimizer unknown": (put("training", "optimizer", 3), "training.optimizer is 3; there are sgd, adagrad"),
    "optimizer params": (
        put("training", "optimizer_params", "lr", 1),
        "training.optimizer_params: SGD has no parameter 'lr'",
    ),
    "momentum one": (put("training", "optimizer_params", "momentum", 1), "Momentum must be from 0 to 0.999, not 1"),
    "rate zero": (put("training", "learning_rate", 0), "Learning rate must be from 0.000001 to 100, not 0"),
    "batch of a half": (put("training", "batch_size", 0.5), "Batch size must be a whole number, not 0.5"),
    "epochs text": (put("training", "epochs", "many"), "Epochs must be a whole number, not 'many'"),
    "device unknown": (put("training", "device", "tpu"), "Device must be one of cpu, cuda, auto, not 'tpu'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_a_file_is_told_with_its_place_and_what_would_fit(name):
    change, words = WRONG[name]
    text = copy.deepcopy(TEXT)
    change(text)
    with pytest.raises(ProjectError) as caught:
        from_json(json.dumps(text).encode(), CATALOGUE)
    assert words in str(caught.value)
    assert_sentence(caught.value)


@pytest.mark.parametrize("place", ["training", "data"])
def test_every_choice_must_stand_in_the_file(place):
    for key in TEXT[place]:
        text = copy.deepcopy(TEXT)
        del text[place][key]
        with pytest.raises(ProjectError, match=f"{place} has no entry '{key}'"):
            from_json(json.dumps(text).encode(), CATALOGUE)
    assert {param.name for param in TRAINING_PARAMS} < set(TEXT["training"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not valid JSON: line 1, column 1"),
        (b"{", "not valid JSON: line 1, column 2"),
        (b"<!DOCTYPE html>\n<html>", "not valid JSON"),
        (b"\x89PNG\r\n\x1a\n", "not a text in UTF-8"),
        ('{"format": 1}'.encode("utf-16"), "not a text in UTF-8"),
        (b'\xef\xbb\xbf{"format": 1}', "not valid JSON"),
        (b"[]", "must be an object with format, graph, data, training, not a list of 0 entries"),
        (b"null", "must be an object with format, graph, data, training, not None"),
        (b'"x"', "must be an object with format, graph, data, training, not 'x'"),
        (b'{"format": NaN}', "The number NaN is not allowed"),
        (b'{"format": -Infinity}', "The number -Infinity is not allowed"),
        (b'{"format": 1e999}', "The number 1e999 is too large"),
        (b'{"format": ' + b"9" * 5000 + b"}", "a number or a text too large"),
        (b'{"format": 1, "format": 1}', "The entry 'format' stands twice"),
        (b'{"format": 1, "data": {"seed": 1, "seed": 2}}', "The entry 'seed' stands twice"),
        (b'{"\\ud800": 1, "\\ud800": 1}', r"The entry '\\ud800' stands twice"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"[" * 1_100_000, "more than 1,000,000 lists or 10,000,000 entries"),
        (b"[" + b"{}," * 1_000_001 + b"1]", "more than 1,000,000 lists"),
        (b"[" + b"1," * 10_000_001 + b"1]", "10,000,000 entries"),
        (b" " * (MAX_BYTES + 1), "A project has at most 50 MB"),
    ],
    ids=shown,
)
def test_a_text_that_is_no_project_at_all_is_refused_by_a_sentence(content, words):
    with pytest.raises(ProjectError, match=words) as caught:
        from_json(content, CATALOGUE)
    assert_sentence(caught.value)


def test_nesting_of_every_depth_is_refused_by_a_sentence():
    """Also just below the depth that the parser refuses: messages must not fail on what was parsed."""
    for levels in [*range(860, 1000, 3), *range(960, 990)]:
        for key in ("graph", "data", "format"):
            content = json.dumps({**TEXT, key: None}).encode()
            nested = content.replace(f'"{key}": null'.encode(), f'"{key}": '.encode() + b"[" * levels + b"]" * levels)
            with pytest.raises(ProjectError) as caught:
                from_json(nested, CATALOGUE)
            assert_sentence(caught.value)


def test_a_file_that_is_no_project_is_named(tmp_path):
    path = tmp_path / "broken.nnp"
    path.write_bytes(b"{")
    with pytest.raises(ProjectError, match=r"^broken\.nnp is not a project: It is not valid JSON") as caught:
        read_project(path, CATALOGUE)
    assert_sentence(caught.value)
    with pytest.raises(ProjectError, match=r"There is no file .*missing\.nnp"):
        read_project(tmp_path / "missing.nnp", CATALOGUE)
    with pytest.raises(ProjectError, match="is a folder, not a file"):
        read_project(tmp_path, CATALOGUE)


def test_a_project_comes_back_from_its_file(tmp_path):
    path = tmp_path / "Übung 1.nnp"
    atomic_write(path, to_json(PROJECTS["branched"]))
    assert read_project(path, CATALOGUE) == PROJECTS["branched"]
    assert read_project(str(path), CATALOGUE) == PROJECTS["branched"]
    assert json.loads(path.read_bytes())["format"] == FORMAT


def test_as_many_wires_as_the_file_may_hold_are_read():
    graph = chain("features", "value")
    while len(graph.nodes) < 700:
        graph, _ = graph.add("add")
    value = json.loads(to_json(project(CIRCLE).with_graph(graph)))
    value["graph"]["edges"] = [["n1", f"n{3 + number // 16}", number % 16] for number in range(MAX_EDGES)]
    assert len(from_json(json.dumps(value).encode(), CATALOGUE).graph.edges) == MAX_EDGES
