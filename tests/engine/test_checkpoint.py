"""Weights files: what is saved comes back, and what is broken or foreign is refused by a sentence."""

from __future__ import annotations

import json
import math
import os
import random
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from playground.document.project import to_json
from playground.engine import checkpoint, evaluation
from playground.engine.checkpoint import CheckpointError, load_weights, read, render, resume, scaled
from playground.engine.compiler import build
from playground.engine.session import Session
from tests.networks import (
    CIRCLE,
    LAYERS,
    SMALL_CNN,
    added,
    assert_sentence,
    chain,
    fuzzed,
    numbers,
    pictures,
    points,
    project,
)

ADAM = project(CIRCLE, optimizer="adam", learning_rate=0.01)
CNN = project(SMALL_CNN, "digits", {"momentum": 0.9}, batch_size=8)
PART = 50


def trained(made=ADAM, steps: int = 15, data=None) -> Session:
    session = Session(made, points() if data is None else data)
    for _ in range(steps):
        session.step()
    return session


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "run.safetensors"


def parts(content: bytes) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors and the metadata of a weights file."""
    length = struct.unpack("<Q", content[:8])[0]
    return safetensors.torch.load(content), json.loads(content[8 : 8 + length])["__metadata__"]


def rebuilt(content: bytes, tensors: dict | None = None, metadata: dict | None = None) -> bytes:
    """A weights file with some tensors and entries changed; None takes one out."""
    old, entries = parts(content)
    kept = {name: value for name, value in {**old, **(tensors or {})}.items() if value is not None}
    told = {name: value for name, value in {**entries, **(metadata or {})}.items() if value is not None}
    return safetensors.torch.save(kept, told)


def refusal(path: Path, content: bytes, session: Session | None = None) -> str:
    """The sentence with which a file is refused, by reading it or by going on with it."""
    path.write_bytes(content)
    session = session or Session(ADAM, points())
    with pytest.raises(CheckpointError) as caught:
        resume(session, read(path))
    assert_sentence(caught.value)
    return str(caught.value)


def test_a_weights_file_holds_all_that_is_needed_to_use_it_alone(path):
    session = trained()
    path.write_bytes(render(session))
    found = read(path)
    assert found.project == ADAM
    assert found.class_names == ("inside", "outside")
    assert (found.shift, found.scale) == ((0.0,), (1.0,))
    assert found.progress == session.progress and not found.evaluating
    assert {name: tuple(value.shape) for name, value in found.weights.items()} == {
        "n2.weight": (4, 2), "n2.bias": (4,), "n3.weight": (2, 4), "n3.bias": (2,),
        "n4.weight": (1, 2), "n4.bias": (1,),
    }  # fmt: skip
    network = build(found.project.graph, LAYERS, 99)
    load_weights(found, network)
    for name, value in network.state_dict().items():
        assert torch.equal(value, session.network.state_dict()[name])
    # Any program that reads safetensors can use it: only tensors and text.
    assert set(safetensors.torch.load_file(path)) >= set(found.weights)


def test_a_file_of_the_same_session_holds_the_same():
    one, other = trained(CNN, 5, pictures()), trained(CNN, 5, pictures())
    one.progress.seconds = other.progress.seconds = 1.0
    (tensors, metadata), (others, told) = parts(render(one)), parts(render(other))
    assert metadata == told and tensors.keys() == others.keys()
    assert all(torch.equal(value, others[name]) for name, value in tensors.items())


def test_the_network_of_a_class_file_predicts_the_same(path):
    session = trained(CNN, 9, pictures())
    path.write_bytes(render(session))
    network = build(CNN.graph, LAYERS, 5)
    load_weights(read(path), network)
    samples = torch.from_numpy(session.data.test.x)
    assert torch.equal(network.eval()(samples), session.network.eval()(samples))


def test_samples_are_scaled_as_the_network_learned_them(path):
    session = trained()
    path.write_bytes(
        rebuilt(render(session), metadata={"scaling": json.dumps({"shift": [1.0, 2.0], "scale": [2.0, 0.5]})})
    )
    x = np.array([[3.0, 3.0]], np.float32)
    assert scaled(read(path), x).tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("steps", [0, 1, 11, 12])
def test_a_run_that_diverged_can_be_saved_and_read(path, steps):
    """Its sum of losses is no number, or a huge one."""
    made = project(
        chain("features", ("dense", {"units": 8}), ("dense", {"units": 1}), "value"), "plane", learning_rate=50.0
    )
    session = trained(made, steps, numbers())
    for loss in (session.progress.loss_sum, 1e200, math.nan, math.inf):
        session.progress.loss_sum = loss
        path.write_bytes(render(session))
        found = read(path)
        assert found.progress.loss_sum == loss or math.isnan(found.progress.loss_sum)
        resume(Session(made, numbers()), found)


def test_weights_only_make_no_run_but_can_be_loaded(path):
    content = render(trained())
    nothing = {name: None for name in parts(content)[0] if name.startswith("run/")}
    assert "weights only" in refusal(path, rebuilt(content, nothing, {"progress": None}))
    load_weights(read(path), build(CIRCLE, LAYERS, 1))


OTHERS = {
    "more units": (CIRCLE.set_param("n3", "units", 3), r"n3\.weight has shape \(2, 4\), not \(3, 4\)"),
    "no bias": (CIRCLE.set_param("n4", "bias", False), ""),
    "a layer more": (added(CIRCLE, "batch_norm")[0].insert("n6", CIRCLE.incoming("n3")[0]), r"n6\.weight is missing"),
    "another input": (CIRCLE.set_param("n1", "xy", True), r"n2\.weight has shape \(4, 2\), not \(4, 3\)"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_weights_of_another_network_are_named(path, name):
    graph, words = OTHERS[name]
    path.write_bytes(render(trained()))
    if not words:
        load_weights(read(path), build(graph, LAYERS, 1))
        return
    network = build(graph, LAYERS, 1)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    session = Session(ADAM.with_graph(graph), points())
    for use in (lambda: load_weights(read(path), network), lambda: resume(session, read(path))):
        with pytest.raises(CheckpointError, match=f"these are the weights of another network: {words}") as caught:
            use()
        assert_sentence(caught.value)
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
    assert session.weights_sha256() == Session(ADAM.with_graph(graph), points()).weights_sha256()


def test_a_run_of_other_data_is_refused(path):
    assert "its run is of other data: 50 samples are here" in refusal(
        path, render(trained()), Session(ADAM, points(train=50))
    )


CHANGES = {
    "no project": ({}, {"project": None}, "it holds no project"),
    "broken project": ({}, {"project": "{"}, "not a weights file of this program: It is not valid JSON"),
    "newer project": ({}, {"project": '{"format": 9}'}, "made by a newer version"),
    "scaling a list": ({}, {"scaling": "[]"}, "its entry scaling is a list of 0 entries"),
    "scaling without scale": ({}, {"scaling": '{"shift": [0]}'}, "its scaling is None"),
    "scaling of text": ({}, {"scaling": '{"shift": ["0"], "scale": [1]}'}, "its scaling is a list of 1 entry"),
    "scaling of true": ({}, {"scaling": '{"shift": [true], "scale": [1]}'}, "its scaling is a list"),
    "scaling huge": ({}, {"scaling": '{"shift": [0], "scale": [1' + "0" * 400 + "]}"}, "its scaling is a list"),
    "scaling by zero": ({}, {"scaling": '{"shift": [0], "scale": [0]}'}, "its scaling divides by"),
    "scaling uneven": ({}, {"scaling": '{"shift": [0, 1], "scale": [1]}'}, "its scaling divides by"),
    "scaling NaN": ({}, {"scaling": '{"shift": [NaN], "scale": [1]}'}, "The number NaN is not allowed"),
    "names an object": ({}, {"class_names": "{}"}, "its entry class_names is an object"),
    "progress negative": ({}, {"progress": '{"epoch": -1}'}, "its progress has epoch = -1"),
    "progress true": ({}, {"progress": '{"batch": true}'}, "its progress has batch = True"),
    "progress text": ({}, {"progress": '{"loss_sum": "0"}'}, "its progress has loss_sum = '0'"),
    "progress null": ({}, {"progress": '{"samples": null}'}, "its progress has samples = None"),
    "progress huge": ({}, {"progress": '{"correct": 1' + "0" * 400 + "}"}, "its progress has correct = a number of 40"),
    "evaluating nothing": ({}, {"progress": '{"evaluating": true}'}, "an epoch without samples"),
    "no random state": ({"run/random": None}, {}, "weights only"),
    "random state short": ({"run/random": torch.zeros(3, dtype=torch.uint8)}, {}, "are damaged or of another device"),
    "random state of floats": ({"run/random": torch.zeros(5056)}, {}, "are damaged or of another device"),
    "random state zero": ({"run/random": torch.zeros(5056, dtype=torch.uint8)}, {}, "are damaged or of another device"),
    "order state short": (
        {"run/order/generator": torch.zeros(0, dtype=torch.uint8)},
        {},
        "are damaged or of another device",
    ),
    "order of floats": ({"run/order/rest": torch.zeros(3)}, {}, "its run is of other data"),
    "order of pairs": ({"run/order/rest": torch.zeros((2, 2), dtype=torch.int64)}, {}, "its run is of other data"),
    "order outside": ({"run/order/rest": torch.tensor([103])}, {}, "its run is of other data"),
    "order below": ({"run/order/rest": torch.tensor([-1])}, {}, "its run is of other data"),
    "no step": ({"run/optimizer/n2.weight/step": None}, {}, "the optimizer's step of n2.weight does not fit"),
    "no moment": ({"run/optimizer/n2.weight/exp_avg": None}, {}, "the optimizer's exp_avg of n2.weight does not fit"),
    "moment of one value": (
        {"run/optimizer/n2.weight/exp_avg": torch.tensor(0.0)},
        {},
        "exp_avg of n2.weight does not fit",
    ),
    "moment of whole numbers": (
        {"run/optimizer/n2.weight/exp_avg": torch.zeros((4, 2), dtype=torch.int64)},
        {},
        "exp_avg of n2.weight does not fit",
    ),
    "steps of several": ({"run/optimizer/n2.weight/step": torch.ones(2)}, {}, "step of n2.weight does not fit"),
    "steps backwards": ({"run/optimizer/n2.weight/step": torch.tensor(-1.0)}, {}, "has taken -1 steps with n2.weight"),
    "steps no number": (
        {"run/optimizer/n2.weight/step": torch.tensor(math.nan)},
        {},
        "has taken nan steps with n2.weight",
    ),
    "weights missing": ({"n3.bias": None}, {}, "n3.bias is missing"),
    "weights of whole numbers": (
        {"n3.bias": torch.zeros(2, dtype=torch.int32)},
        {},
        "n3.bias holds numbers of the kind",
    ),
    "weights complex": ({"n3.bias": torch.zeros(2, dtype=torch.complex64)}, {}, "n3.bias holds numbers of the kind"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_fit_in_a_file_is_told(path, name):
    tensors, metadata, words = CHANGES[name]
    assert words in refusal(path, rebuilt(render(trained()), tensors, metadata))


@pytest.mark.parametrize("name", CHANGES)
def test_a_refused_run_leaves_the_session_able_to_train(path, name):
    tensors, metadata, _ = CHANGES[name]
    session, plain = trained(CNN, 3, pictures()), trained(CNN, 3, pictures())
    content = rebuilt(render(trained()), tensors, metadata)
    refusal(path, content, session)
    for _ in range(3):
        session.step()
        plain.step()
    assert session.weights_sha256() == plain.weights_sha256()


def test_entries_of_layers_that_are_not_there_are_left_alone(path):
    names = ("n9.weight", "run/optimizer/n9.weight/step", "run/optimizer", "run/optimizer/x", "run/")
    extra = {name: torch.zeros(1) for name in names}
    path.write_bytes(rebuilt(render(trained()), extra))
    session, plain = Session(ADAM, points()), trained()
    resume(session, read(path))
    session.step()
    plain.step()
    assert session.weights_sha256() == plain.weights_sha256()


def test_weights_of_half_precision_are_taken(path):
    content = render(trained())
    half = {name: value.half() for name, value in parts(content)[0].items() if not name.startswith("run/")}
    path.write_bytes(rebuilt(content, half))
    session = Session(ADAM, points())
    resume(session, read(path))
    assert all(torch.equal(tensor, half[name].float()) for name, tensor in session.network.state_dict().items())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a weights file, or it is damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "not a weights file, or it is damaged"),
        (b"\x80\x04\x95" + b"\0" * 100, "not a weights file, or it is damaged"),
        (b"<!DOCTYPE html>", "not a weights file, or it is damaged"),
        (b"\xff" * 8 + b"{}", "not a weights file, or it is damaged"),
        (struct.pack("<Q", 2) + b"{}", "not a weights file of this program: it holds no project"),
        (safetensors.torch.save({"weight": torch.zeros(3)}), "not a weights file of this program: it holds no project"),
        (
            safetensors.torch.save({"weight": torch.zeros(3)}, {"format": "pt"}),
            "not a weights file of this program: it holds no project",
        ),
        (to_json(ADAM), "not a weights file, or it is damaged"),
    ],
    ids=[
        "empty",
        "zip",
        "pickle",
        "web page",
        "header without end",
        "nothing",
        "foreign",
        "foreign with text",
        "project",
    ],
)
def test_a_file_of_another_kind_is_refused(path, content, words):
    assert f"run.safetensors is {words}" in refusal(path, content)


def test_a_place_without_an_ordinary_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "pipe", "missing", "x" * 300, "zero\0byte"):
        with pytest.raises(CheckpointError):
            read(tmp_path / name)


def test_a_file_that_claims_to_be_huge_is_refused(path):
    with path.open("wb") as file:
        file.truncate(checkpoint.MAX_BYTES + 1)
    with pytest.raises(CheckpointError, match="larger than 4 GB") as caught:
        read(path)
    assert_sentence(caught.value)


def damaged(content: bytes, rng: random.Random) -> bytes:
    """A copy with bytes flipped, cut, doubled or inserted, mostly in the header, where they matter most."""
    header = struct.unpack("<Q", content[:8])[0] + 8
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(header if rng.random() < 0.5 else len(content))
        match rng.randrange(6):
            case 0 | 1:
                content = content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
            case 2:
                content = content[:at]
            case 3:
                content = content[:at] + rng.randbytes(rng.randint(1, 20)) + content[at:]
            case 4:
                content = content[:at] + content[at + rng.randint(1, 20) :]
            case _:
                digits = [place for place in range(8, min(header, len(content))) if 48 <= content[place] <= 57]
                if digits:
                    at = rng.choice(digits)
                    content = content[:at] + str(rng.randrange(10)).encode() + content[at + 1 :]
        if len(content) < 9:
            return content
        header = max(9, min(header, len(content)))
    return content


@pytest.mark.parametrize("part", fuzzed(4))
def test_a_damaged_file_is_read_or_refused_by_a_sentence(path, part):
    """200 in four parts. What can still be read must go on training, or be refused when it is asked to."""
    contents = [render(trained()), render(trained(CNN, 9, pictures()))]
    outcomes = set()
    for seed in range(part * PART, (part + 1) * PART):
        rng = random.Random(seed)
        number = rng.randrange(2)
        path.write_bytes(damaged(contents[number], rng))
        session = Session(*((ADAM, points()) if number == 0 else (CNN, pictures())))
        try:
            resume(session, read(path))
        except CheckpointError as error:
            assert_sentence(error)
            outcomes.add("refused")
        else:
            for _ in range(12):
                session.step()
            outcomes.add("goes on")
    assert "refused" in outcomes, f"part {part}"


def test_a_run_saved_during_its_evaluation_says_so(path, monkeypatch):
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 7)
    session = trained(steps=0)
    while not session.evaluating:
        session.step()
    path.write_bytes(render(session))
    found = read(path)
    assert found.evaluating and len(found.run["order/rest"]) == 0
    other = Session(ADAM, points())
    resume(other, found)
    assert other.evaluating and other.epoch_running
