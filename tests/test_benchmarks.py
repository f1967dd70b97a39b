"""The training benchmark runs and prints JSON; what it measures is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def run(name: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_training_is_measured_against_three_other_loops():
    case = run("training", "circle", "--rounds", "1")["cases"]["circle"]
    assert case["samples"] == 250
    assert list(case["samples_per_second"]) == ["session", "bare", "dataloader", "sklearn"]
    assert list(case["ratios"]) == ["bare", "dataloader", "sklearn"]


def test_the_bare_loop_can_be_read_on_one_screen():
    assert len((ROOT / "tests" / "benchmarks" / "bare.py").read_text("utf-8").splitlines()) <= 20
