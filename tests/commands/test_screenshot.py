"""The command that draws the window: the picture is real, and bad input is one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.cli import main


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as Qt has one application in each."""
    return subprocess.run(
        [sys.executable, "-m", "playground", "screenshot", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test_it_draws_the_trained_window_in_the_size_and_theme_asked_for(tmp_path: Path):
    out = tmp_path / "window.png"
    done = run("circle", str(out), "--epochs", "30", "--size", "1200x760", "--theme", "light")
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(out) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert pixels.shape == (760, 1200, 3)
    assert pixels[-3, 600].min() > 200  # the status row of the light theme
    orange = (pixels[..., 0] - pixels[..., 2] > 60).mean()
    blue = (pixels[..., 2] - pixels[..., 0] > 60).mean()
    assert orange > 0.02 and blue > 0.02  # both sides of the decision boundary


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["circle", "x.png", "--size", "big"], "'big'"),
        (["circle", "x.png", "--size", "10x10"], "10x10"),
        (["circle", "x.png", "--zoom", "9"], "9"),
        (["circle", "x.png", "--epochs", "-1"], "-1"),
        (["circle", "x.jpg"], "x.jpg"),
        (["circle", "nowhere/x.png"], "nowhere"),
        (["circle", "x.png", "--workspace", "cellar"], "'cellar'"),
        (["circle", "x.png", "--workspace", "draw"], "'draw'"),
        (["square", "x.png"], "'square'"),
        (["digits-mlp", "x.png", "--image", "none.png"], "none.png"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    arguments: list[str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main(["screenshot", *arguments]) == 2
    said = capsys.readouterr().err
    assert named in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())
