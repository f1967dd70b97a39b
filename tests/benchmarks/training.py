"""How fast the program trains, against the bare loop, a DataLoader loop and scikit-learn.

All of them see the same samples in batches of the same size with the same optimizer and one thread, and take turns in
one run. A ratio is the program's samples per second over the other's, the median over the rounds; above 1 the
program is faster. Evaluation is not counted.

Run it with `python -m tests.benchmarks.training [--rounds N] [NAME...]`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data, Sources
from playground.catalog.splitting import prepare
from playground.document.project import Project, read_project
from playground.engine.session import Session
from playground.resources import example
from tests.benchmarks import bare

ROOT = Path(__file__).resolve().parents[2]

# name: samples at most, epochs in a turn, goal against the bare loop. A turn is a fraction of a second and the
# turns are many, so that whatever else the machine does falls on all loops alike.
CASES = {"circle": (250, 40, 1.5), "digits-mlp": (60_000, 1, 0.95), "digits-cnn": (10_000, 1, 0.95)}
ROUNDS = 21

Seconds = Callable[[int], float]


def data_folder() -> Path | None:
    """The folder with MNIST, or None: then scikit-learn's small digits stand in."""
    folder = Path(os.environ.get("PLAYGROUND_DATA") or ROOT.parent / "shared" / "data").resolve()
    return folder if folder.is_dir() else None


def by_hand(name: str) -> nn.Module:
    """The network of an example as one writes it in PyTorch."""
    torch.manual_seed(1)
    match name:
        case "circle":
            return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1), nn.Tanh())
        case "digits-mlp":
            return nn.Sequential(
                nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 10)
            )
        case _:
            return nn.Sequential(
                nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                nn.Flatten(), nn.Dropout(0.25), nn.Linear(256, 10),
            )  # fmt: skip


def optimizer_for(net: nn.Module, project: Project) -> torch.optim.Optimizer:
    """The project's optimizer as one makes it by hand."""
    rate = project.training.learning_rate
    if project.training.optimizer == "adam":
        return torch.optim.Adam(net.parameters(), lr=rate)
    return torch.optim.SGD(net.parameters(), lr=rate)


def session_loop(project: Project, data: Data) -> Seconds:
    """The program itself, driven headless."""
    session = Session(project, data)

    def run(epochs: int) -> float:
        seconds = 0.0
        for _ in range(epochs):
            began = time.perf_counter()
            while not session.evaluating:
                session.step()
            seconds += time.perf_counter() - began
            while session.evaluating:
                session.step()
        return seconds

    return run


def torch_loops(name: str, project: Project, data: Data) -> dict[str, Seconds]:
    """The bare loop, and the same with a DataLoader instead of a permutation."""
    X = torch.from_numpy(data.train.x)
    y = torch.from_numpy(data.train.y)
    if name == "circle":
        y = y.float().mul(2).sub(1).unsqueeze(1)
    loss_of = functional.mse_loss if name == "circle" else functional.cross_entropy
    batch = project.training.batch_size

    def bare_loop(epochs: int) -> float:
        began = time.perf_counter()
        bare.train(nets[0], X, y, loss_of, optimizers[0], batch, epochs)
        return time.perf_counter() - began

    def loader_loop(epochs: int) -> float:
        began = time.perf_counter()
        for _ in range(epochs):
            for samples, target in loader:
                loss = loss_of(nets[1](samples), target)
                optimizers[1].zero_grad()
                loss.backward()
                optimizers[1].step()
                loss.item()
        return time.perf_counter() - began

    nets = [by_hand(name), by_hand(name)]
    optimizers = [optimizer_for(net, project) for net in nets]
    loader = DataLoader(TensorDataset(X, y), batch_size=batch, shuffle=True)
    return {"bare": bare_loop, "dataloader": loader_loop}


def sklearn_loop(name: str, project: Project, data: Data) -> Seconds:
    """scikit-learn's MLPClassifier with the same layers; its output is always logistic or softmax."""
    X, y = data.train.x.reshape(len(data.train), -1), data.train.y
    hidden, activation = ((4, 2), "tanh") if name == "circle" else ((16, 16), "relu")

    def run(epochs: int) -> float:
        model = MLPClassifier(
            hidden, activation=activation, solver=project.training.optimizer, alpha=0.0, momentum=0.0,
            batch_size=project.training.batch_size, learning_rate_init=project.training.learning_rate,
            max_iter=epochs, tol=0.0, n_iter_no_change=epochs + 1,
        )  # fmt: skip
        began = time.perf_counter()
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        return time.perf_counter() - began

    return run


def measure(name: str, rounds: int) -> dict[str, Any]:
    """All figures of one case."""
    count, epochs, goal = CASES[name]
    project = read_project(example(name).path, CATALOGUE).with_training(threads=1, device="cpu", epochs=10**6)
    data = prepare(project.data, Sources(data_folder() if name != "circle" else None))
    data = replace(data, train=data.train.take(slice(0, count)), test=data.test.take(slice(0, 1000)))
    loops = {"session": session_loop(project, data), **torch_loops(name, project, data)}
    if name != "digits-cnn":
        loops["sklearn"] = sklearn_loop(name, project, data)
    rates: dict[str, list[float]] = {loop: [] for loop in loops}
    for number in range(rounds + 1):
        # Each round begins with another loop, so none always runs on a warm or a busy machine.
        order = [*loops][number % len(loops) :] + [*loops][: number % len(loops)]
        for loop in order:
            rate = epochs * len(data.train) / loops[loop](epochs)
            if number:  # the first round only warms up
                rates[loop].append(rate)
        print(f"{name}: round {number} of {rounds}", file=sys.stderr)
    ratios = {
        loop: statistics.median(ours / its for ours, its in zip(rates["session"], values, strict=True))
        for loop, values in rates.items()
        if loop != "session"
    }
    return {
        "data": data.source,
        "samples": len(data.train),
        "batch_size": project.training.batch_size,
        "optimizer": project.training.optimizer,
        "samples_per_second": {loop: round(statistics.median(values)) for loop, values in rates.items()},
        "ratios": {loop: round(ratio, 3) for loop, ratio in ratios.items()},
        "goal_against_bare": goal,
        "reached": ratios["bare"] >= goal,
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", metavar="NAME", nargs="*", default=[*CASES], help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    results = {name: measure(name, arguments.rounds) for name in arguments.names}
    print(json.dumps({"torch": torch.__version__, "cores": os.cpu_count(), "threads": 1, "cases": results}, indent=1))


if __name__ == "__main__":
    main()
