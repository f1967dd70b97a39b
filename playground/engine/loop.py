"""What the training thread does: take turns with the runnables, serve commands and probes in between.

No Qt here: the window's `QThread` and a script run the same loop.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

from playground.engine.events import BatchDone, EpochDone, Event, Failed, Measured, Paused
from playground.engine.failures import sentence
from playground.engine.mailbox import Arrays, Mailbox
from playground.engine.messages import Idle
from playground.engine.requests import Request


class Runnable(Protocol):
    """Something that takes part in training: a session, or several that share a step."""

    @property
    def finished(self) -> bool: ...

    @property
    def evaluating(self) -> bool: ...

    @property
    def unmeasured(self) -> bool: ...

    def measure(self) -> tuple[Measured, ...]: ...

    def step(self) -> tuple[Event, ...]: ...

    def probe(self, request: Request) -> Arrays: ...


Command = Callable[["Loop"], None]

# While the window draws, training waits for so long at most, and then goes on for as long at least.
DRAWING_SECONDS = 0.03
# A window that is expected comes within this time, or it is held up itself.
COMING_SECONDS = 0.002


class RightOfWay:
    """Lets the window draw undisturbed: it calls `claim` before and `release` after, the loop `give_way` after a step.

    Two threads that both run Python hinder each other far beyond their share. Small batches free Python's lock
    thousands of times a second, each time too shortly for a waiting thread, and wake it in vain each time. So the
    window says with `expect` when it will draw next, and at that time the loop waits for it of its own accord.
    """

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._gave_up = 0.0
        self._expected = math.inf
        self._come = threading.Event()

    def expect(self, seconds: float) -> None:
        """The window is going to claim in so many seconds."""
        self._come.clear()
        self._expected = time.perf_counter() + seconds

    def claim(self) -> None:
        """The loop should wait before its next step."""
        self._expected = math.inf
        self._free.clear()
        self._come.set()

    def release(self) -> None:
        """The loop may go on."""
        self._free.set()

    def give_way(self) -> None:
        """Waits while the window draws, and a moment for it to come when it is expected."""
        now = time.perf_counter()
        if now >= self._expected:
            self._expected = math.inf
            self._come.wait(COMING_SECONDS)
        if self._free.is_set() or now - self._gave_up < DRAWING_SECONDS:
            return
        if not self._free.wait(DRAWING_SECONDS):
            self._gave_up = time.perf_counter()


class Loop:
    """Runs in one thread. Others only call `send`, `want`, `stop` and read `weights`.

    `goal` is what is left to do: None while idle, otherwise a function that looks at each event and says when it is
    reached. `emit` is called with every BatchDone.
    """

    def __init__(self, mailbox: Mailbox, emit: Callable[[BatchDone], None] | None = None) -> None:
        self.mailbox = mailbox
        self.runnables: list[Runnable] = []
        self.project_revision = 0
        self.weights = 0
        self.right_of_way = RightOfWay()
        self._emit = emit
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._stopped = False
        self._goal: Callable[[Event], bool] | None = None
        self._pace: float | None = None
        self._rests_until = 0.0
        self._wanted: tuple[Request, ...] = ()
        self._wanted_lock = threading.Lock()
        self._due = False
        self._served: tuple[tuple[Request, ...], int, int] | None = None

    # -- called from other threads --------------------------------------------------------------------------

    def send(self, command: Command) -> None:
        """Has `command` carried out in the loop's thread, between two batches."""
        self._commands.put(command)

    def want(self, requests: tuple[Request, ...]) -> None:
        """Says what the visible views want, and that they are ready for new pictures."""
        with self._wanted_lock:
            self._wanted, self._due = requests, True
        self._commands.put(_wake)

    def set_pace(self, batches_per_second: float | None) -> None:
        """Trains no faster than this from now on; None is as fast as it goes. No bit depends on it."""
        self._commands.put(partial(_take_pace, batches_per_second))

    def stop(self) -> None:
        """Ends the loop after the running batch."""
        self._commands.put(_stop)

    # -- called in the loop's thread, by commands ------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """True while training goes on."""
        return self._goal is not None

    def play(self) -> None:
        """Trains until paused or finished."""
        self._begin(lambda event: False)

    def one_batch(self) -> None:
        """Trains one batch; the last one of an epoch takes its evaluation along."""
        # A pause may have come before the evaluation of the batch before; that is made up for first.
        overdue = any(runnable.evaluating for runnable in self.runnables)

        def reached(event: Event) -> bool:
            nonlocal overdue
            if isinstance(event, EpochDone):
                made_up, overdue = overdue, False
                return not made_up
            return isinstance(event, BatchDone) and event.batch < event.batches

        self._begin(reached)

    def one_epoch(self) -> None:
        """Trains to the end of the running epoch, or a whole one."""
        self._begin(lambda event: isinstance(event, EpochDone))

    def pause(self, reason: str = "paused") -> None:
        """Stops training; the state stays as it is."""
        self._goal = None
        if reason == "paused" and self.runnables and all(runnable.finished for runnable in self.runnables):
            # The last epoch was done before the command came.
            reason = "finished"
        self.mailbox.put(Idle(reason))

    def _begin(self, goal: Callable[[Event], bool]) -> None:
        if not self.runnables:
            return
        if self._goal is None and all(runnable.finished for runnable in self.runnables):
            self.mailbox.put(Idle("finished"))
            return
        self._goal = goal
        self._rests_until = 0.0

    def changed(self) -> None:
        """Says that the network changed outside a step, so pictures of it are out of date."""
        self.project_revision += 1
        self.weights += 1

    # -- the loop -------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Until `stop`. A command or step that fails is told as `Failed` and pauses training."""
        while not self._stopped:
            try:
                self._turn()
            except Exception as error:
                self._goal = None
                self.mailbox.put(Failed(sentence(error)), Idle("stopped by itself"))

    def _turn(self) -> None:
        if self._goal is not None:
            self._rest()
        elif not self._must_serve() and not self._measure():
            self._commands.get()(self)
        # This thread alone takes from the queue, so what is there stays there.
        while not self._stopped and not self._commands.empty():
            self._commands.get()(self)
        if self._stopped:
            return
        if self._goal is not None and time.perf_counter() >= self._rests_until:
            self._advance()
        if self._due:
            self._serve()
        if self._goal is not None:
            self.right_of_way.give_way()

    def _rest(self) -> None:
        """In slow motion waits for the time of the next batch; whatever is sent meanwhile ends the wait at once."""
        left = self._rests_until - time.perf_counter()
        if left > 0:
            with suppress(queue.Empty):
                self._commands.get(timeout=left)(self)

    def _advance(self) -> None:
        goal, began = self._goal, time.perf_counter()
        for runnable in self.runnables:
            events = runnable.step()
            self.weights += 1
            self.mailbox.put(*events)
            for event in events:
                if self._emit is not None and type(event) is BatchDone:
                    self._emit(event)
                if isinstance(event, Paused):
                    self.pause("stopped by itself")
                elif goal is not None and goal(event):
                    self._goal = goal = None
                    self.mailbox.put(Idle("paused"))
        if self._goal is not None and all(runnable.finished for runnable in self.runnables):
            self.pause("finished")
        # The evaluation belongs to the batch before it and follows at once.
        if self._pace is not None and not any(runnable.evaluating for runnable in self.runnables):
            self._rests_until = began + 1 / self._pace

    def _measure(self) -> bool:
        """Nothing trains and nothing is wanted: a chunk of measuring, where a network has no figures of its own. False
        when there is none, and when a command waits, which goes first."""
        unmeasured = next((runnable for runnable in self.runnables if runnable.unmeasured), None)
        if unmeasured is None or not self._commands.empty():
            return False
        self.mailbox.put(*unmeasured.measure())
        self.right_of_way.give_way()
        return True

    def _must_serve(self) -> bool:
        with self._wanted_lock:
            return self._due and self._served != (self._wanted, self.project_revision, self.weights)

    def _serve(self) -> None:
        """Runs the wanted probes once, unless nothing has changed since they last ran."""
        with self._wanted_lock:
            wanted = self._wanted
        state = (wanted, self.project_revision, self.weights)
        if not wanted or not self.runnables or state == self._served:
            return
        with self._wanted_lock:
            self._due = False
        pictures: dict[Request, Arrays] = {}
        for request in wanted:
            try:
                pictures[request] = self.runnables[0].probe(request)
            except LookupError:
                # The views still ask for a layer that an edit has just removed; they will ask anew.
                continue
        self._served = state
        self.mailbox.post(pictures, self.project_revision, self.weights)


def _wake(loop: Loop) -> None:
    """Does nothing: an idle loop that waits for a command goes on and finds what is wanted."""


def _stop(loop: Loop) -> None:
    loop._stopped = True


def _take_pace(batches_per_second: float | None, loop: Loop) -> None:
    loop._pace, loop._rests_until = batches_per_second, 0.0
