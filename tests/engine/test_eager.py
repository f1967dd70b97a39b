"""Training leaves the compiler of PyTorch alone, which takes a second to import. That the bits are the same is in
test_flat.py."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from playground.engine.eager import EagerOptimizers

# Trains with every optimizer in a process of its own and prints which of the compiler's modules came along.
TRAINING = """
import sys
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.params import defaults
from playground.document.project import read_project
from playground.engine.loading import warm_up
from playground.engine.session import Session
from playground.resources import example

warm_up()
ready = set(sys.modules)
project = read_project(example("circle").path, CATALOGUE)
data = prepare(project.data, Sources())
for name, entry in CATALOGUE.optimizers.items():
    session = Session(project.with_training(optimizer=name, optimizer_params=defaults(entry.params)), data)
    before = session.weights_sha256()
    session.step()
    assert session.weights_sha256() != before
print(sorted(name for name in sys.modules if name.startswith("torch._dynamo")))
print(sorted(name for name in set(sys.modules) - ready if name.startswith("torch.")))
"""


def test_training_imports_no_compiler_and_nothing_else_of_pytorch():
    done = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "[]"], done.stderr


def test_an_optimizer_is_one_of_its_kind():
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = EagerOptimizers().Adam([weight], lr=0.5)
    assert isinstance(optimizer, torch.optim.Adam)
    assert EagerOptimizers().Adam is EagerOptimizers().Adam
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_a_step_records_nothing_for_gradients():
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = EagerOptimizers().SGD([weight], lr=1.0)
    weight.grad = torch.ones(2)
    optimizer.step()
    assert torch.is_grad_enabled() and weight.grad_fn is None and weight.tolist() == [0, 0]


def test_there_is_no_optimizer_of_an_unknown_name():
    with pytest.raises(AttributeError):
        _ = EagerOptimizers().Adem
