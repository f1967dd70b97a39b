"""Work that is not training: in a process of its own, cancelled by ending it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """A function of a module, and its arguments; `function(progress, *arguments)` returns the result.

    `progress(done, total)` may be called as often as it likes. A process cannot be handed a local function.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class JobProgress:
    """How far a job is."""

    name: str
    done: int
    total: int


@dataclass(frozen=True)
class JobDone:
    """A job's result."""

    name: str
    result: Any


@dataclass(frozen=True)
class JobFailed:
    """Why a job ended without a result, in one sentence."""

    name: str
    reason: str


JobEvent = JobProgress | JobDone | JobFailed


def _work(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """The worker process: runs the function and sends progress, then the result or the failure."""
    try:
        result = function(lambda done, total: pipe.send((done, total)), *arguments)
        pipe.send(("done", result))
    except Exception as error:
        text = str(error).strip().splitlines()
        pipe.send(("failed", text[0] if text else type(error).__name__))
    finally:
        pipe.close()


class Jobs:
    """Running jobs, one of a name at a time. Whoever owns it calls `poll` now and then, and `cancel_all` at the
    end."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._running: dict[str, tuple[Any, Connection]] = {}

    @property
    def running(self) -> tuple[str, ...]:
        """Names of the jobs under way."""
        return tuple(self._running)

    def start(self, job: Job) -> None:
        """Starts a job; one of the same name that still runs is cancelled."""
        self.cancel(job.name)
        here, there = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_work, args=(there, job.function, job.arguments), name=job.name, daemon=True
        )
        process.start()
        there.close()
        self._running[job.name] = (process, here)

    def poll(self) -> tuple[JobEvent, ...]:
        """What has happened since the last call; of several progress reports of a job only the last."""
        events: list[JobEvent] = []
        for name, (process, pipe) in tuple(self._running.items()):
            latest: JobEvent | None = None
            try:
                while pipe.poll():
                    first, second = pipe.recv()
                    if first == "done":
                        latest = JobDone(name, second)
                    elif first == "failed":
                        latest = JobFailed(name, second)
                    else:
                        latest = JobProgress(name, first, second)
            except (EOFError, OSError):
                if not isinstance(latest, (JobDone, JobFailed)):
                    latest = JobFailed(name, "It ended without a result.")
            if latest is None and not process.is_alive():
                latest = JobFailed(name, "It ended without a result.")
            if isinstance(latest, (JobDone, JobFailed)):
                self.cancel(name)
            if latest is not None:
                events.append(latest)
        return tuple(events)

    def cancel(self, name: str) -> None:
        """Ends a job without a result; nothing happens when none of this name runs."""
        found = self._running.pop(name, None)
        if found is not None:
            process, pipe = found
            pipe.close()
            process.kill()
            process.join()

    def cancel_all(self) -> None:
        """Ends every job."""
        for name in self.running:
            self.cancel(name)
