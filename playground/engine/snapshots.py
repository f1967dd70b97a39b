"""Runs that were left, by New weights, a rewind or other data, kept so that undo goes back to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.attic import Attic
from playground.engine.eager import remembered
from playground.engine.messages import RunGone, RunSize
from playground.engine.progress import Progress
from playground.engine.session import Session
from playground.engine.standing import Standing

# The oldest are let go of first above either.
KEPT_RUNS = 10
KEPT_BYTES = 64_000_000


@dataclass(frozen=True)
class Snapshot:
    """A run as it was left: enough to go on with the very bits that it would have had. `file` is where its weights
    came from, if it has taken no step since."""

    project: Project
    weights: dict[str, Tensor]
    optimizer: dict[str, dict[str, Tensor]]
    order: dict[str, Tensor]
    random: Tensor
    progress: Progress
    evaluating: bool
    steps: int
    first: frozenset[str]
    attic: Attic
    standing: Standing
    file: Path | None

    @property
    def nbytes(self) -> int:
        """The memory of its tensors."""
        return _nbytes((self.weights, self.optimizer, self.order, self.random)) + self.attic.nbytes


def _nbytes(value: object) -> int:
    if isinstance(value, Tensor):
        return value.nbytes
    parts: Any = value.values() if isinstance(value, Mapping) else value
    return sum(_nbytes(part) for part in parts)


def size_of(session: Session) -> RunSize:
    """What a snapshot of a session takes once its optimizer has taken a step."""
    weights = sum(tensor.nbytes for tensor in session.network.state_dict().values())
    trained = sum(block.nbytes for block in session.flat.blocks)
    names = remembered(session.project.training).values()
    optimizer = sum(4 * len(session.flat.spans) if single else trained for single in names)
    order = _nbytes(session.batches.state()) + 8 * session.batches.count
    return RunSize(weights + optimizer + order + session.random.nbytes + session.attic.nbytes, KEPT_BYTES)


def capture(session: Session, file: Path | None) -> Snapshot:
    """A session as it is. It must not be used any more: what was put aside in it goes along."""
    return Snapshot(
        session.project, session.state(), session.flat.state(session.optimizer), session.batches.state(),
        session.random.clone(), replace(session.progress), session.evaluating, session.steps, session.first,
        session.attic, session.standing, file,
    )  # fmt: skip


def restore(kept: Snapshot, data: Data, device: str) -> Session:
    """A session that goes on where the other was left. `data` are those of its project."""
    session = Session(kept.project, data, device)
    session.resume(kept.weights, kept.optimizer, kept.order, kept.random, kept.progress, kept.evaluating)
    session.steps, session.first = kept.steps, kept.first
    session.attic, session.standing = kept.attic, kept.standing
    return session


class Snapshots:
    """Snapshots by the number of their run."""

    def __init__(self) -> None:
        self._kept: dict[int, Snapshot] = {}
        self._gone: dict[int, int] = {}

    def put_aside(self, run: int, snapshot: Snapshot) -> None:
        """Keeps a run that is left."""
        self._kept[run] = snapshot
        while len(self._kept) > KEPT_RUNS or sum(kept.nbytes for kept in self._kept.values()) > KEPT_BYTES:
            oldest = next(iter(self._kept))
            self.give_up(oldest, self._kept.pop(oldest).nbytes)

    def give_up(self, run: int, nbytes: int) -> None:
        """Remembers that a run of so many bytes was left and cannot be gone back to."""
        self._gone[run] = nbytes

    def take(self, run: int) -> Snapshot | None:
        """Hands out a run to go on with; None when it is not there any more or had nothing worth keeping."""
        return self._kept.pop(run, None)

    def take_loss(self, run: int) -> RunGone | None:
        """What is to be said once of a run that is not there any more; None of one that had nothing worth keeping."""
        nbytes = self._gone.pop(run, None)
        return None if nbytes is None else RunGone(RunSize(nbytes, KEPT_BYTES), KEPT_RUNS)

    def clear(self) -> None:
        """Lets go of all."""
        self._kept.clear()
        self._gone.clear()
