"""`playground predict`: pictures in, classes and probabilities out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from PIL import Image, ImageDraw

from playground.cli import main
from playground.resources import example
from tests.commands.conftest import Refused
from tests.own_digits import own_digits


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network for digits, trained on the small ones that come with scikit-learn."""
    path = tmp_path_factory.mktemp("weights") / "digits.safetensors"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PLAYGROUND_DATA", raising=False)
        assert main(["train", "digits-mlp", "--epochs", "30", "--save", str(path)]) == 0
    return path


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """A seven in dark ink on white paper, larger than the network takes."""
    picture = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(picture).line([(70, 80), (230, 80), (130, 320)], fill=0, width=30, joint="curve")
    path = tmp_path / "seven.png"
    picture.save(path)
    return path


def test_predict_names_every_picture_with_probabilities(weights: Path, seven: Path, capsys: pytest.CaptureFixture[str]):
    light = seven.with_name("light.png")
    Image.fromarray(255 - np.asarray(Image.open(seven))).save(light)
    assert main(["predict", str(weights), str(seven), str(light), "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [list(entry) for entry in entries] == [["image", "class", "probabilities"]] * 2
    assert [entry["image"] for entry in entries] == [str(seven), str(light)]
    for entry in entries:
        assert len(entry["probabilities"]) == 10
        assert sum(entry["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert entry["class"] == str(int(np.argmax(entry["probabilities"]))) == "7"
    # Ink on paper and light on dark are the same picture.
    assert entries[0]["probabilities"] == pytest.approx(entries[1]["probabilities"], abs=0.02)


def test_predict_prints_class_and_probabilities_as_text(weights: Path, seven: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["predict", str(weights), str(seven)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{seven}: ")
    assert second.strip().startswith("0: ") and ", 9: " in second


def test_predict_refuses_what_is_no_picture_and_names_it(refused: Refused, weights: Path, seven: Path, tmp_path: Path):
    text = tmp_path / "notes.png"
    text.write_text("no picture")
    assert "notes.png" in refused("predict", weights, seven, text)
    assert "xxx" in refused("predict", weights, "x" * 300)
    assert "missing.png" in refused("predict", weights, seven, tmp_path / "missing.png")
    assert tmp_path.name in refused("predict", weights, tmp_path)


def test_predict_refuses_weights_it_cannot_use(refused: Refused, seven: Path, tmp_path: Path, capsys: Any):
    text = tmp_path / "text.safetensors"
    text.write_text("no weights")
    assert "text.safetensors is not a weights file" in refused("predict", text, seven)
    assert "There is no file" in refused("predict", tmp_path / "none.safetensors", seven)
    assert "xxx" in refused("predict", "x" * 300, seven)
    circle = tmp_path / "circle.safetensors"
    assert main(["train", "circle", "--epochs", "1", "--save", str(circle)]) == 0
    capsys.readouterr()
    assert "not on pictures" in refused("predict", circle, seven)


def test_predict_refuses_weights_that_do_not_fit_their_project(
    refused: Refused, weights: Path, seven: Path, tmp_path: Path
):
    with safetensors.safe_open(weights, framework="np") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    mixed = tmp_path / "mixed.safetensors"
    other = {**metadata, "project": example("digits-cnn").path.read_text("utf-8")}
    safetensors.numpy.save_file(tensors, mixed, other)
    assert "the weights of another network" in refused("predict", mixed, seven)
    odd = tmp_path / "odd.safetensors"
    metadata["scaling"] = json.dumps({"shift": [0.0, 0.0], "scale": [1.0, 1.0]})
    safetensors.numpy.save_file(tensors, odd, metadata)
    assert "its scaling does not fit" in refused("predict", odd, seven)
    del metadata["scaling"]
    broken = {
        name: np.full_like(tensor, np.nan) if tensor.dtype == np.float32 else tensor for name, tensor in tensors.items()
    }
    safetensors.numpy.save_file(broken, odd, metadata)
    assert "its weights give no numbers" in refused("predict", odd, seven)


@pytest.mark.parametrize("name", ["digits-cnn", "digits-mlp"])
def test_predict_takes_an_example_by_name(name: str, seven: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["predict", name, str(seven), "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["class"] == "7" and max(entry["probabilities"]) > 0.9


def test_predict_with_an_example_by_name_reads_digits_drawn_for_the_tests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A German 1 with its long upstroke, in light on dark and on paper, and a 7 with a bar."""
    chosen = [digit for digit in own_digits() if digit.hand == "Anna" and digit.label in (1, 7)]
    names = [str(tmp_path / f"{number}.png") for number in range(len(chosen))]
    for name, digit in zip(names, chosen, strict=True):
        Image.fromarray(np.rint(digit.picture() * 255).astype(np.uint8)).save(name)
    assert main(["predict", "digits-cnn", *names, "--json"]) == 0
    found = [int(entry["class"]) for entry in json.loads(capsys.readouterr().out)]
    assert found == [digit.label for digit in chosen]


def test_predict_says_which_examples_have_weights(refused: Refused, seven: Path):
    line = refused("predict", "fashion-cnn", seven)
    assert "The example fashion-cnn comes without trained weights" in line and "train fashion-cnn" in line
    line = refused("predict", "digits", seven)
    assert "There is no weights file 'digits'" in line and "digits-cnn" in line and "digits-mlp" in line
