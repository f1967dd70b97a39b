"""How long the program takes from the start of its process to the end of `--help` and to the first batch.

The same is measured for an empty Python and for `import torch`, in turns in one run; the ratios are medians over
the rounds.

Run it with `python -m tests.benchmarks.startup [--rounds N]`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FIRST_BATCH = """
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.project import read_project
from playground.engine.loading import load
from playground.engine.session import Session
from playground.resources import example

load()
project = read_project(example("circle").path, CATALOGUE)
session = Session(project, prepare(project.data, Sources()))
print(session.step()[0].loss, flush=True)
"""

COMMANDS = {
    "python": ["-c", "print(1, flush=True)"],
    "help": ["-m", "playground", "--help"],
    "import_torch": ["-c", "import torch; print(1, flush=True)"],
    "first_batch": ["-c", FIRST_BATCH],
}


def seconds(arguments: list[str], whole: bool) -> float:
    """From the start of a process to its end, or else to the first line it prints."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        first = time.perf_counter() - began
        process.stdout.read()
        code = process.wait()
        end = time.perf_counter() - began
    if code or not line:
        raise RuntimeError(f"{arguments[:3]} ended with code {code}")
    return end if whole else first


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            spent = seconds(arguments, whole=name in ("python", "help"))
            if number:  # the first round only fills the disk cache
                times[name].append(spent)
    result = {
        "cores": os.cpu_count(),
        "seconds": {name: round(statistics.median(values), 3) for name, values in times.items()},
        "ratios": {
            f"{name}/{base}": round(statistics.median(a / b for a, b in zip(times[name], times[base], strict=True)), 2)
            for name, base in (("help", "python"), ("first_batch", "import_torch"))
        },
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
