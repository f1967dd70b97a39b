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
    later: frozenset[str]
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


def capture(session: Session, file: Path | None) -> Snapshot:
    """A session as it is. It must not be used any more: what was put aside in it goes along."""
    return Snapshot(
        session.project, session.state(), session.flat.state(session.optimizer), session.batches.state(),
        session.random.clone(), replace(session.progress), session.evaluating, session.steps, session.later,
        session.attic, session.standing, file,
    )  # fmt: skip


def restore(kept: Snapshot, data: Data, device: str) -> Session:
    """A session that goes on where the other was left. `data` are those of its project."""
    session = Session(kept.project, data, device)
    session.resume(kept.weights, kept.optimizer, kept.order, kept.random, kept.progress, kept.evaluating)
    session.steps, session.later = kept.steps, kept.later
    session.attic, session.standing = kept.attic, kept.standing
    return session


class Snapshots:
    """Snapshots by the number of their run."""

    def __init__(self) -> None:
        self._kept: dict[int, Snapshot] = {}

    def put_aside(self, run: int, snapshot: Snapshot) -> None:
        """Keeps a run that is left."""
        self._kept[run] = snapshot
        while len(self._kept) > KEPT_RUNS or sum(kept.nbytes for kept in self._kept.values()) > KEPT_BYTES:
            self._kept.pop(next(iter(self._kept)))

    def take(self, run: int) -> Snapshot | None:
        """Hands out a run to go on with; None when it is not there any more or had nothing worth keeping."""
        return self._kept.pop(run, None)

    def clear(self) -> None:
        """Lets go of all."""
        self._kept.clear()
