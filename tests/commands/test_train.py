"""`playground train`: what it prints, which files it writes, and one line for everything it cannot use."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from playground.cli import main
from playground.commands.progress import ProgressLine
from playground.engine.session import Session
from playground.resources import example
from tests.commands.conftest import Refused

REPORT_KEYS = [
    "data", "parameters", "epochs", "batch_size", "seed", "device", "threads", "seconds", "samples_per_second",
    "weights_sha256", "history", "final",
]  # fmt: skip
EPOCH_KEYS = ["epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]


def test_train_reports_exactly_what_is_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report = tmp_path / "report.json"
    assert main(["train", "circle", "--epochs", "3", "--seed", "7", "--report", str(report)]) == 0
    found = json.loads(report.read_bytes())
    assert list(found) == REPORT_KEYS
    assert [list(entry) for entry in found["history"]] == [EPOCH_KEYS] * 3
    assert [entry["epoch"] for entry in found["history"]] == [1, 2, 3]
    assert found["final"] == found["history"][-1]
    assert (found["parameters"], found["epochs"], found["batch_size"], found["seed"]) == (25, 3, 10, 7)
    assert (found["device"], found["threads"]) == ("cpu", 1)
    assert len(found["weights_sha256"]) == 64
    assert found["seconds"] > 0 and found["samples_per_second"] > 0
    captured = capsys.readouterr()
    assert [line.split(":")[0] for line in captured.err.splitlines()] == [f"Epoch {n} of 3" for n in (1, 2, 3)]
    assert found["weights_sha256"] in captured.out and str(report) in captured.out
    assert all(line.endswith(".") for line in captured.out.splitlines())


def test_accuracy_is_null_for_regression(tmp_path: Path):
    report = tmp_path / "report.json"
    assert main(["train", "plane", "--epochs", "2", "--report", str(report)]) == 0
    final = json.loads(report.read_bytes())["final"]
    assert final["train_accuracy"] is None and final["test_accuracy"] is None
    assert 0 < final["test_loss"] < 1


def test_train_says_when_other_data_stand_in(capsys: pytest.CaptureFixture[str]):
    assert main(["train", "digits-mlp", "--epochs", "1"]) == 0
    captured = capsys.readouterr()
    assert "stand in" in captured.err.splitlines()[0]
    assert "1\u202f797" in captured.out


def test_train_takes_a_project_file_and_the_number_of_threads(tmp_path: Path):
    project = tmp_path / "my circle.nnp"
    project.write_bytes(example("circle").path.read_bytes())
    report = tmp_path / "report.json"
    assert main(["train", str(project), "--epochs", "1", "--threads", "2", "--report", str(report)]) == 0
    assert json.loads(report.read_bytes())["threads"] == 2


def test_the_device_may_be_chosen_by_the_program(tmp_path: Path):
    report = tmp_path / "report.json"
    assert main(["train", "circle", "--epochs", "1", "--device", "auto", "--report", str(report)]) == 0
    assert json.loads(report.read_bytes())["device"] in ("cpu", "cuda")


def test_a_run_whose_loss_is_no_longer_a_number_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    project = json.loads(example("plane").path.read_bytes())
    project["training"]["learning_rate"] = 100.0
    path = tmp_path / "steep.nnp"
    path.write_text(json.dumps(project))
    report = tmp_path / "report.json"
    assert main(["train", str(path), "--report", str(report)]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("Training stopped: The loss is no longer a number.")
    assert not report.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give a .nnp file or an example: empty-points, empty-images, circle,"),
        (("--epochs", "5"), "There is no project 'sphere'."),
    ],
)
def test_an_unknown_project_is_answered_with_the_examples(refused: Refused, arguments: tuple[str], words: str):
    assert words in refused("train", "sphere", *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--epochs", "-3"), "--epochs: Epochs must be from 1 to 1000000, not -3."),
        (("--epochs", "0"), "not 0."),
        (("--epochs", "1.5"), "it must be a whole number, not '1.5'"),
        (("--seed", "-1"), "--seed: Seed must be from 0"),
        (("--threads", "-1"), "--threads: Threads must be from 0"),
        (("--device", "tpu"), "'tpu'"),
        (("--data-dir", "nowhere/at/all"), "There is no folder nowhere/at/all"),
        (("--report", "nowhere/report.json"), "there is no folder nowhere"),
        (("--report", "."), "it is not an ordinary file"),
        (("--save", os.devnull), "it is not an ordinary file"),
        (("--save", "one.file", "--report", "one.file"), "one.file cannot hold both"),
        (("--resume", "nothing.safetensors"), "There is no file nothing.safetensors."),
        (("--frobnicate",), "Unrecognized arguments: --frobnicate"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(refused: Refused, arguments: tuple[str, ...], words: str):
    assert words in refused("train", "circle", *arguments)


@pytest.mark.parametrize("option", ["", "--data-dir", "--report", "--save", "--resume"])
def test_a_name_too_long_for_the_system_is_answered_in_one_line(refused: Refused, option: str):
    name = "x" * 300 + ".nnp"
    assert "xxx" in refused("train", *(("circle", option, name) if option else (name,)))


def test_a_folder_that_takes_no_files_is_found_before_training(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    # Whoever is root may write everywhere, so permissions alone would not do.
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "allows no new files" in refused("train", "circle", "--report", tmp_path / "report.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a project: It is not valid JSON"),
        (b"\x89PNG\r\n", "is not a project: It is not a text in UTF-8"),
        (b"[]", "is not a project: The project must be an object"),
        (b'{"format": 99}', "made by a newer version"),
    ],
)
def test_a_broken_project_file_is_named(refused: Refused, tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "broken.nnp"
    path.write_bytes(content)
    line = refused("train", path)
    assert "broken.nnp" in line and words in line


def test_a_missing_project_file_is_named(refused: Refused, tmp_path: Path):
    assert "missing.nnp" in refused("train", tmp_path / "missing.nnp")
    assert "is a folder" in refused("train", tmp_path)


def test_a_network_with_a_problem_is_refused(refused: Refused, tmp_path: Path):
    project = json.loads(example("circle").path.read_bytes())
    project["graph"]["edges"] = project["graph"]["edges"][1:]
    path = tmp_path / "cut.nnp"
    path.write_text(json.dumps(project))
    assert refused("train", path).startswith("This project cannot train: ")


@pytest.mark.parametrize("name", ["digits-mlp", "fashion-cnn"])
def test_a_data_folder_without_the_files_is_an_error(refused: Refused, tmp_path: Path, name: str):
    assert str(tmp_path) in refused("train", name, "--data-dir", tmp_path)


def test_a_missing_gpu_is_an_error(refused: Refused):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    assert "There is no GPU to use." in refused("train", "circle", "--device", "cuda")


def test_only_a_run_of_the_same_project_can_be_resumed(refused: Refused, tmp_path: Path, capsys: Any):
    saved = tmp_path / "circle.safetensors"
    assert main(["train", "circle", "--epochs", "2", "--save", str(saved)]) == 0
    capsys.readouterr()
    assert "holds a run of another project" in refused("train", "xor", "--resume", saved)
    assert "holds a run of another project" in refused("train", "circle", "--seed", "2", "--resume", saved)
    done = refused("train", "circle", "--epochs", "2", "--resume", saved)
    assert "has done 2 epochs already" in done
    saved.write_bytes(saved.read_bytes()[:-10])
    assert "damaged" in refused("train", "circle", "--resume", saved)


def test_progress_on_a_terminal_is_one_line_that_changes():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    with ProgressLine(terminal) as progress:
        progress.epoch("Epoch 1")
        progress.epoch("Epoch 2")
        progress.say("A note.")
        progress.epoch("Epoch 3")
    assert terminal.getvalue() == ("\r\x1b[KEpoch 1\r\x1b[KEpoch 2\r\x1b[KA note.\n\r\x1b[KEpoch 3\r\x1b[K")


def test_circle_is_learned_in_seconds(tmp_path: Path):
    report = tmp_path / "report.json"
    assert main(["train", "circle", "--epochs", "150", "--report", str(report)]) == 0
    assert json.loads(report.read_bytes())["final"]["test_accuracy"] >= 0.99


@pytest.mark.row("B02")
def test_the_net_of_784_16_16_10_learns_the_real_digits(tmp_path: Path, mnist_dir: Path):
    report = tmp_path / "report.json"
    arguments = ["train", "digits-mlp", "--epochs", "2", "--data-dir", str(mnist_dir), "--report", str(report)]
    assert main(arguments) == 0
    found = json.loads(report.read_bytes())
    assert found["parameters"] == 784 * 16 + 16 * 16 + 16 * 10 + 16 + 16 + 10 == 13_002
    assert found["final"]["test_accuracy"] > 0.90


def test_ctrl_c_says_in_one_line_that_nothing_was_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    step = Session.step

    def interrupted(session: Session) -> Any:
        if session.progress.epoch == 2:
            raise KeyboardInterrupt
        return step(session)

    monkeypatch.setattr(Session, "step", interrupted)
    saved = tmp_path / "run.safetensors"
    assert main(["train", "circle", "--epochs", "5", "--save", str(saved)]) == 130
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "Stopped in epoch 2 of 5. Nothing was saved."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--report", "--save"])
def test_a_file_that_cannot_be_written_is_refused_before_training(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
):
    monkeypatch.setattr(Session, "step", None)
    link = tmp_path / "elsewhere.json"
    link.symlink_to(tmp_path / "missing" / "figures.json")
    assert "there is no folder" in refused("train", "circle", option, link)
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.json"]
    too_long = tmp_path / ("long" * 100 + ".json")
    refused("train", "circle", option, too_long)
