"""The way from the training thread to the window: scalars are never lost, pictures never queue up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.events import BatchDone, EpochDone, Event, Failed, Measured, Paused, Rebuilt
from playground.engine.requests import Request

Arrays = dict[str, NDArray[Any]]
BATCH_COLUMNS = ("epoch", "batch", "batches", "samples", "loss", "accuracy", "learning_rate", "gradient_norm")
_row = attrgetter(*BATCH_COLUMNS)


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Frame:
    """Everything new since the last frame.

    `batches` are columns of equal length, accuracy NaN for regression, the gradient norm NaN where it was not
    measured. `pictures` hold what the probes gave, by
    request. `project` and `weights` count the revisions that the pictures were made of. `stale` is True when the
    weights have moved on since. `measured` is later than all batches, epochs and edits of its frame.
    """

    batches: Mapping[str, NDArray[np.float64]]
    epochs: tuple[EpochDone, ...] = ()
    notices: tuple[Rebuilt | Paused | Failed, ...] = ()
    messages: tuple[Any, ...] = ()
    pictures: Mapping[Request, Arrays] = field(default_factory=dict)
    project: int = 0
    weights: int = 0
    stale: bool = False
    measured: Measured | None = None

    @property
    def batch_count(self) -> int:
        """How many batches were trained since the last frame."""
        return len(self.batches["loss"])


class Mailbox:
    """Thread-safe. `put` appends scalars, `post` replaces pictures, `take` hands out all of it and empties it.

    `ready` is called by the thread that turns the box from empty to non-empty; it must only signal.
    """

    def __init__(self, ready: Callable[[], None] = _nothing) -> None:
        self._ready = ready
        self._lock = threading.Lock()
        self._batches: list[BatchDone] = []
        self._others: list[Any] = []
        self._pictures: dict[Request, Arrays] = {}
        self._measured: Measured | None = None
        self._project = 0
        self._weights = 0
        self._empty = True

    def put(self, *events: Any) -> None:
        """Adds events; anything that is no event of training travels as a message."""
        if not events:
            return
        with self._lock:
            for event in events:
                if type(event) is BatchDone:
                    self._batches.append(event)
                    self._measured = None
                elif type(event) is Measured:
                    self._measured = event
                else:
                    self._others.append(event)
                    if isinstance(event, EpochDone) or (isinstance(event, Rebuilt) and not event.same):
                        # What was measured before is not of the network of now.
                        self._measured = None
            was_empty, self._empty = self._empty, False
        if was_empty:
            self._ready()

    def new_run(self, message: Any) -> None:
        """Adds the message that a new run begins; numbers of the run before it that still wait are dropped, and what
        edits did to its network, so that a frame never mixes two runs."""
        with self._lock:
            self._batches, self._measured = [], None
            self._others = [other for other in self._others if not isinstance(other, (EpochDone, Rebuilt))]
        self.put(message)

    def post(self, pictures: Mapping[Request, Arrays], project: int, weights: int) -> None:
        """Replaces the pictures by these, made of these revisions of project and weights."""
        with self._lock:
            self._pictures = dict(pictures)
            self._project, self._weights = project, weights
            was_empty, self._empty = self._empty, False
        if was_empty:
            self._ready()

    def take(self, weights_now: int | None = None) -> Frame:
        """All that is in the box, which is empty afterwards."""
        with self._lock:
            batches, self._batches = self._batches, []
            others, self._others = self._others, []
            pictures, self._pictures = self._pictures, {}
            measured, self._measured = self._measured, None
            project, weights = self._project, self._weights
            self._empty = True
        # None becomes NaN.
        rows = np.array([_row(event) for event in batches], np.float64).reshape(len(batches), len(BATCH_COLUMNS))
        return Frame(
            {name: rows[:, number] for number, name in enumerate(BATCH_COLUMNS)},
            tuple(event for event in others if isinstance(event, EpochDone)),
            _notices(others),
            tuple(event for event in others if not isinstance(event, Event)),
            pictures,
            project,
            weights,
            weights_now is not None and weights != weights_now,
            measured,
        )


def _notices(others: list[Any]) -> tuple[Rebuilt | Paused | Failed, ...]:
    """The notices among what was put in. An epoch that has ended since an edit has measured the network."""
    found: list[Rebuilt | Paused | Failed] = []
    ended = False
    for event in reversed(others):
        ended = ended or isinstance(event, EpochDone)
        if isinstance(event, Rebuilt) and ended:
            event = replace(event, untrained=(), measured=True)
        if isinstance(event, (Rebuilt, Paused, Failed)):
            found.append(event)
    return tuple(reversed(found))
