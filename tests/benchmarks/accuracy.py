"""How good the examples become: test accuracy of seeds 1 to 5 through the command line, their median and its goal.

Run it with `python -m tests.benchmarks.accuracy [NAME...]`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.training import ROOT, data_folder

# name: arguments, goal, parameters
CASES: dict[str, tuple[list[str], float, int]] = {
    "circle": (["--epochs", "200"], 0.99, 25),
    "spiral": ([], 0.97, 127),
    "digits-mlp": (["--epochs", "5"], 0.92, 13_002),
    "digits-cnn": (["--epochs", "3"], 0.98, 5_994),
    "fashion-cnn": ([], 0.88, 20_490),
}
SEEDS = range(1, 6)


def train(name: str, extra: list[str], seed: int) -> dict[str, Any]:
    """The report of one run."""
    if name.startswith(("digits", "fashion")):
        folder = data_folder()
        if folder is None:
            raise SystemExit("There is no data folder. Set PLAYGROUND_DATA to one with mnist and fashion-mnist.")
        extra = [*extra, "--data-dir", str(folder)]
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report.json")
        command = [sys.executable, "-m", "playground", "train", name, *extra, "--seed", str(seed)]
        done = subprocess.run(
            [*command, "--report", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{name}, seed {seed}, ended with code {done.returncode}: {done.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(report.read_text())
        return found


def measure(name: str) -> dict[str, Any]:
    """All five runs of one example."""
    extra, goal, parameters = CASES[name]
    reports = []
    for seed in SEEDS:
        reports.append(train(name, extra, seed))
        print(f"{name}, seed {seed}: {reports[-1]['final']['test_accuracy']:.4f}", file=sys.stderr)
    accuracies = [report["final"]["test_accuracy"] for report in reports]
    median = statistics.median(accuracies)
    return {
        "data": reports[0]["data"],
        "epochs": reports[0]["epochs"],
        "parameters": reports[0]["parameters"],
        "seconds": round(statistics.median(report["seconds"] for report in reports), 2),
        "test_accuracy": accuracies,
        "median": median,
        "goal": goal,
        "reached": median >= goal and reports[0]["parameters"] == parameters,
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", metavar="NAME", nargs="*", default=[*CASES], help=", ".join(CASES))
    print(json.dumps({name: measure(name) for name in parser.parse_args().names}, indent=1))


if __name__ == "__main__":
    main()
