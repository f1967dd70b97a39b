"""What the tests of the commands share: running one that must refuse its input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from playground.cli import main
from tests.networks import assert_sentence

Refused = Callable[..., str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Runs a command that must fail with code 2 and one line, and returns the line."""

    def run(*arguments: str | Path) -> str:
        assert main([str(argument) for argument in arguments]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        line = captured.err.removesuffix("\n")
        assert_sentence(line)
        return line

    return run


@pytest.fixture(autouse=True)
def small_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits that come with scikit-learn stand in for MNIST, also where MNIST is at hand: they take less time."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
