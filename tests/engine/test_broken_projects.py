"""1,000 broken project files: each loads or is refused by one sentence, quickly and without eating the memory.

What loads also goes through everything that a loaded project goes through: checks, shapes, and where nothing is wrong
and it is small, compiling and one step.
"""

from __future__ import annotations

import resource
import time
from collections import Counter

import numpy as np
import pytest
import torch

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import blocking, check, mend
from playground.document.graph import GraphError
from playground.document.project import Project, ProjectError, from_json, to_json
from playground.document.shapes import Shape, infer, parameter_counts, problems, size
from playground.engine.compiler import build
from tests.mutations import mutated
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, assert_sentence, branched, chain, fuzzed, project
from tests.random_graphs import near_miss, random_graph

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

PART = 125
SECONDS = 2.0
MEGABYTES = 200

TEXTS = [
    to_json(made)
    for made in (
        project(CIRCLE),
        project(DIGITS_MLP, "digits", optimizer="adam"),
        project(SMALL_CNN, "digits", optimizer="rmsprop"),
        project(branched(), "digits", optimizer="adagrad"),
        project(chain(("features", {"sin_x": True}), "dense", "classes"), optimizer="adamw"),
        *(project(CIRCLE).with_graph(random_graph(seed)) for seed in range(6)),
    )
]


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def use(loaded: Project, seed: int) -> str:
    """Does with a loaded project what the program does, and says how far it came."""
    text = to_json(loaded)
    assert to_json(from_json(text, CATALOGUE)) == text, f"seed {seed}: not the same after another round"
    found = infer(loaded.graph, LAYERS)
    told = check(loaded, found)
    for problem in told:
        assert_sentence(problem.message)
        assert problem.node in loaded.graph, f"seed {seed}"
        if problem.cure is not None:
            try:
                mended = mend(loaded, problem)
            except GraphError as error:
                assert_sentence(error)
            else:
                assert problem not in check(mended), f"seed {seed}: {problem} is still there after its cure"
                from_json(to_json(mended), CATALOGUE)
    loaded, mended = cured(loaded, seed)
    found = infer(loaded.graph, LAYERS)
    if blocking(loaded, found) is not None:
        return "has a problem"
    assert problems(found) == (), f"seed {seed}"
    if not small(loaded, found):
        return "is large"
    run(loaded, found, seed)
    return "runs when mended" if mended else "runs"


def cured(loaded: Project, seed: int) -> tuple[Project, int]:
    """The project after one cure for each problem that has one, and how many that took."""
    for number in range(100):
        problem = blocking(loaded)
        if problem is None or problem.cure is None:
            return loaded, number
        try:
            loaded = mend(loaded, problem)
        except GraphError:
            return loaded, number
    raise AssertionError(f"seed {seed}: cures never end")


def small(loaded: Project, found: dict) -> bool:
    shapes: list[Shape] = [shape for shape in found.values() if isinstance(shape, tuple)]
    counts = parameter_counts(loaded.graph, LAYERS, found)
    work = sum(count * size(found[node][1:]) for node, count in counts.items())
    return sum(map(size, shapes)) < 100_000 and sum(counts.values()) < 500_000 and work < 20_000_000


def run(loaded: Project, found: dict, seed: int) -> None:
    """Compiles it and runs two samples of its data set's shape through it."""
    network = build(loaded.graph, LAYERS, loaded.training.seed)
    shape = CATALOGUE.datasets[loaded.data.name].shape
    batch = torch.from_numpy(np.random.default_rng(seed).random((2, *shape), dtype=np.float32))
    with torch.no_grad():
        output = network.eval()(batch)
    assert tuple(output.shape) == (2, *found[network.operations[-1].node]), f"seed {seed}"


@pytest.mark.parametrize("part", fuzzed(8))
def test_a_broken_project_loads_or_is_refused_by_one_sentence(part):
    """1,000 in eight parts."""
    outcomes: Counter[str] = Counter()
    before = peak()
    for seed in range(part * PART, (part + 1) * PART):
        text = to_json(project(near_miss(seed))) if seed % 6 == 0 else mutated(seed, TEXTS)
        began = time.perf_counter()
        try:
            loaded = from_json(text, CATALOGUE)
        except ProjectError as error:
            assert_sentence(error)
            outcome = "is refused"
        else:
            outcome = use(loaded, seed)
        took = time.perf_counter() - began
        assert took < SECONDS, f"seed {seed} took {took:.1f} s and {outcome}"
        outcomes[outcome] += 1
    assert peak() - before < MEGABYTES, f"part {part} took {peak() - before:.0f} MB"
    assert {"is refused", "has a problem"} <= set(outcomes) and set(outcomes) & {"runs", "runs when mended"}, outcomes


def test_a_mutation_is_the_same_for_the_same_seed():
    assert [mutated(seed, TEXTS) for seed in range(50)] == [mutated(seed, TEXTS) for seed in range(50)]


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 49_000_000,
        b'{"format":' * 4_900_000,
        b"[" + b"{}," * 16_000_000 + b"1]",
        b"[" + b"1," * 24_000_000 + b"1]",
        b'"' + b"x" * 49_000_000 + b'"',
        b"[" + b"1e999," * 8_000_000 + b"1]",
        b'["' + b"\\u0041" * 8_000_000 + b'"]',
        b"9" * 49_000_000,
    ],
    ids=["lists", "objects", "many objects", "many numbers", "one text", "infinities", "escapes", "one number"],
)
def test_a_file_of_fifty_megabytes_is_refused_within_two_seconds(text):
    began, before = time.perf_counter(), peak()
    with pytest.raises(ProjectError) as caught:
        from_json(text, CATALOGUE)
    assert time.perf_counter() - began < SECONDS
    assert peak() - before < 600
    assert_sentence(caught.value)
