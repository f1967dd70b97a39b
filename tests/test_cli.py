"""The program as a process: its commands, its exit codes, and what it does not import."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import types

import pytest

from playground import __version__
from playground.cli import main
from playground.resources import examples


def test_presets_lists_every_example_as_json(capsys: pytest.CaptureFixture[str]):
    assert main(["presets", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in entries] == [entry.name for entry in examples()]
    assert all(list(entry) == ["name", "title", "data", "parameters", "layers", "description"] for entry in entries)
    circle = next(entry for entry in entries if entry["name"] == "circle")
    assert circle["parameters"] == 25
    assert circle["layers"] == ["Features", "Dense 4", "Dense 2", "Dense 1", "Value"]


def test_presets_prints_a_table(capsys: pytest.CaptureFixture[str]):
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(examples())
    assert any(line.startswith("digits-mlp ") and " 13,002 " in line for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [[], ["spiral"], ["my/own.nnp"], ["--data-dir", "data"], ["--data-dir=data", "xor"], ["xor", "--data-dir", "data"]],
)
def test_without_a_command_the_window_opens(monkeypatch: pytest.MonkeyPatch, arguments: list[str]):
    given: list[list[str]] = []
    window = types.ModuleType("playground.app")
    window.main = lambda argv: given.append(argv) or 5  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "playground.app", window)
    assert main(arguments) == 5
    assert given == [arguments]


def test_a_window_that_cannot_open_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "playground.app", None)
    assert main([]) == 1
    error = capsys.readouterr().err
    assert error.startswith("The window cannot open: ") and error.count("\n") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_the_window_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["spiral"]) == 2
    said = capsys.readouterr().err
    assert "no screen" in said and said.count("\n") == 1


def test_version_and_help_succeed(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"playground {__version__}\n"
    assert main(["--help"]) == 0
    assert "presets" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["tarin"], ["--tarin"], ["spiral", "--tarin"], ["spiral", "tarin"]])
def test_an_unknown_command_is_refused_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and "tarin" in captured.err


def command(*arguments: str) -> list[str]:
    """A process of its own that runs the program."""
    return [sys.executable, "-m", "playground", *arguments]


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from playground.cli import main; code = main(['--help']); "
        "print(sorted({'torch', 'numpy', 'PySide6', 'PIL', 'sklearn'} & set(sys.modules)), file=sys.stderr); "
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_presets_does_not_load_torch():
    script = "import sys; from playground.cli import main; main(['presets']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_a_process_ends_with_code_2_and_one_line_for_bad_input():
    done = subprocess.run(command("train", "sphere"), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_a_terminal_that_knows_ascii_only_is_enough():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("presets", "--json"), capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"Conv 2D 8 @ 5\xd75" in done.stdout


def test_output_that_nobody_reads_is_no_traceback():
    process = subprocess.Popen(command("presets"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (1, "")


@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise there")
def test_an_interruption_ends_training_with_code_130_and_one_line():
    with subprocess.Popen(
        command("train", "circle", "--epochs", "1000000"), stderr=subprocess.PIPE, text=True,
        # Shells start what runs in the background deaf to interruptions, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Epoch 1 of")
        process.send_signal(signal.SIGINT)
        lines = process.stderr.readlines()
    assert process.returncode == 130
    assert re.fullmatch(r"Stopped in epoch \d+ of 1000000\. Nothing was saved\.\n", lines[-1])
    assert all(line.startswith("Epoch ") for line in lines[:-1])
