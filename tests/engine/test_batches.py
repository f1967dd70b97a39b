"""The order of samples: each once an epoch, the same for the same seed, whatever happens in between."""

from __future__ import annotations

import pytest
import torch

from playground.engine.batches import Batches


def epoch(batches: Batches) -> list[int]:
    batches.start_epoch()
    return [index for _ in range(batches.left) for index in batches.take().tolist()]


@pytest.mark.parametrize(("count", "size"), [(1, 1), (7, 10), (10, 10), (11, 10), (100, 7), (5, 1)])
def test_every_sample_comes_once_an_epoch(count, size):
    batches = Batches(count, 3)
    batches.configure(size, 1)
    assert batches.left == 0
    for _ in range(3):
        assert sorted(epoch(batches)) == list(range(count))
    assert batches.left == 0


def test_the_order_is_that_of_a_generator_with_the_next_seed():
    batches = Batches(50, 3)
    batches.configure(8, 1)
    generator = torch.Generator().manual_seed(4)
    for _ in range(3):
        assert epoch(batches) == torch.randperm(50, generator=generator).tolist()


def test_the_order_does_not_depend_on_the_size_of_a_batch_nor_on_other_chance():
    one, other = Batches(50, 3), Batches(50, 3)
    one.configure(8, 1)
    other.configure(50, 1)
    for _ in range(3):
        torch.rand(2)
        assert epoch(one) == epoch(other)


def test_a_rest_that_is_too_small_is_left_out():
    batches = Batches(21, 3)
    batches.configure(5, 2)
    assert len(epoch(batches)) == 20
    batches.configure(1, 2)
    assert epoch(batches) == []


@pytest.mark.parametrize("taken", [0, 1, 3, 5])
def test_another_size_cuts_only_what_is_left(taken):
    batches = Batches(50, 3)
    batches.configure(10, 1)
    batches.start_epoch()
    whole = batches.state()["rest"].tolist()
    seen = [index for _ in range(taken) for index in batches.take().tolist()]
    batches.configure(7, 1)
    batches.configure(7, 1)
    assert seen + [index for _ in range(batches.left) for index in batches.take().tolist()] == whole


@pytest.mark.parametrize("taken", [0, 1, 4, 5])
def test_a_run_goes_on_from_its_state(taken):
    one, other = Batches(50, 3), Batches(50, 99)
    for batches in (one, other):
        batches.configure(10, 1)
        batches.start_epoch()
    for _ in range(taken):
        one.take()
    saved = one.state()
    other.load_state(saved)
    assert other.left == one.left == 5 - taken
    for _ in range(one.left):
        assert torch.equal(one.take(), other.take())
    assert epoch(one) == epoch(other)
    assert len(saved["rest"]) == 50 - 10 * taken


def test_no_samples_are_no_batches():
    batches = Batches(0, 1)
    batches.configure(10, 1)
    assert epoch(batches) == []
