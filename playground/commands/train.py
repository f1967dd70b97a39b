"""`playground train`: trains a project without a window and reports how good it became."""

from __future__ import annotations

import math
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.catalog.checks import check
from playground.catalog.dataset import DataError, Sources
from playground.catalog.splitting import prepare
from playground.commands.errors import CommandError, RunError, of_system
from playground.commands.progress import ProgressLine
from playground.commands.projects import open_project
from playground.document.params import ParamError
from playground.document.project import TRAINING_PARAMS, Project, ProjectError
from playground.document.storage import StorageError, atomic_write, check_writable, render_json
from playground.engine import checkpoint
from playground.engine.checkpoint import Checkpoint, CheckpointError
from playground.engine.devices import DeviceError, device_for, threads_for, use_threads
from playground.engine.events import BatchDone, EpochDone, Event, Paused
from playground.engine.failures import sentence
from playground.engine.session import Session
from playground.engine.standing import built_from
from playground.resources import UnknownExampleError


@dataclass(frozen=True)
class Options:
    """The arguments of the command; None leaves the project's own choice."""

    project: str
    data_dir: str | None = None
    download: bool = False
    epochs: int | None = None
    seed: int | None = None
    threads: int | None = None
    device: str | None = None
    report: str | None = None
    save: str | None = None
    resume: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run gave: an entry for each epoch it did, and the wall-clock seconds it took."""

    epochs: tuple[EpochDone, ...]
    seconds: float

    @property
    def samples_per_second(self) -> float:
        """Samples learned from in a second of training; evaluation is not counted."""
        spent = sum(epoch.seconds for epoch in self.epochs)
        return sum(epoch.samples for epoch in self.epochs) / max(spent, 1e-9)


def run(options: Options) -> None:
    """Trains, prints a summary and writes the files asked for. Raises CommandError and RunError."""
    with ProgressLine() as progress:
        try:
            session = _start(options, progress)
            outcome = _train(session, progress)
        except (ProjectError, UnknownExampleError, DataError, DeviceError, CheckpointError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise of_system(error) from None
        except (RuntimeError, MemoryError) as error:
            # Too little memory and a failing GPU look like this.
            raise RunError(f"Training failed: {sentence(error)}") from None
    _write(options, session, outcome)


def _start(options: Options, progress: ProgressLine) -> Session:
    """The session, ready to train. What can be refused at once is refused before any data are loaded."""
    _check_outputs(options)
    project = _choose(options, open_project(options.project))
    _check_project(project, progress)
    device = device_for(project.training.device)
    saved = None if options.resume is None else _read_saved(options.resume, project)
    data = prepare(project.data, _sources(options, progress))
    if data.substitute:
        progress.say(f"Note: other data stand in: {data.source}. Use --data-dir or --download for the real ones.")
    session = Session(project, data, device)
    use_threads(project, session.network)
    if saved is not None:
        _resume(session, saved, str(options.resume))
    return session


# -- reading what is asked for --------------------------------------------------------------------------------


def _check_outputs(options: Options) -> None:
    """Finds out before a long run whether its files can be written. Raises CommandError."""
    if options.report is not None and options.report == options.save:
        raise CommandError(f"{options.report} cannot hold both the report and the weights.")
    for name in (options.report, options.save):
        if name is None:
            continue
        path = Path(name)
        if path.exists() and not path.is_file():
            raise CommandError(f"{name} cannot be written: it is not an ordinary file.")
        if not path.parent.is_dir():
            raise CommandError(f"{name} cannot be written: there is no folder {path.parent}.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise CommandError(f"{name} cannot be written: the folder {path.parent} allows no new files.")
        try:
            check_writable(path)
        except StorageError as error:
            raise CommandError(str(error)) from None


def _choose(options: Options, project: Project) -> Project:
    """The project with the choices made on the command line, checked as those in a file are."""
    changes: dict[str, Any] = {}
    for param in TRAINING_PARAMS:
        given = getattr(options, param.name, None)
        if given is not None:
            try:
                changes[param.name] = param.check(given)
            except ParamError as error:
                raise CommandError(f"--{param.name}: {error}") from None
    return project.with_training(**changes)


def _check_project(project: Project, progress: ProgressLine) -> None:
    for problem in check(project):
        if problem.severity == "error":
            raise CommandError(f"This project cannot train: {problem.message}")
        progress.say(f"Note: {problem.message}")


def _sources(options: Options, progress: ProgressLine) -> Sources:
    folder = None if options.data_dir is None else Path(options.data_dir)
    if folder is not None and not folder.is_dir():
        raise CommandError(f"There is no folder {folder} to take data from.")
    return Sources(folder, options.download, progress.downloaded)


def _read_saved(name: str, project: Project) -> Checkpoint:
    """The saved run, if it is one of this project. Raises CommandError or CheckpointError."""
    saved = checkpoint.read(name)
    old, new = saved.project, project
    if (built_from(old), old.data, old.training.seed) != (built_from(new), new.data, new.training.seed):
        raise CommandError(
            f"{name} holds a run of another project: layers, data, seed, loss and optimizer must be the same."
        )
    return saved


# -- training -------------------------------------------------------------------------------------------------


def _resume(session: Session, saved: Checkpoint, name: str) -> None:
    try:
        checkpoint.resume(session, saved)
    except CheckpointError as error:
        raise CommandError(f"{name} cannot go on: {error}") from None
    if session.finished:
        done = session.progress.epoch
        raise CommandError(f"{name} has done {done} epochs already. Use --epochs with a number above {done}.")


def _train(session: Session, progress: ProgressLine) -> Outcome:
    epochs: list[EpochDone] = []
    began = time.perf_counter()
    wanted = session.project.training.epochs
    try:
        while not session.finished:
            for event in session.step():
                if isinstance(event, EpochDone):
                    epochs.append(event)
                _tell(event, wanted, progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Stopped in epoch {session.progress.epoch} of {wanted}. Nothing was saved.") from None
    return Outcome(tuple(epochs), time.perf_counter() - began)


def _tell(event: Event, epochs: int, progress: ProgressLine) -> None:
    if isinstance(event, EpochDone):
        progress.epoch(f"Epoch {event.epoch} of {epochs}: {_figures(event)}")
    elif isinstance(event, Paused):
        raise RunError(f"Training stopped: {event.reason}")
    elif isinstance(event, BatchDone) and progress.due:
        progress.show(f"Epoch {event.epoch} of {epochs}, batch {event.batch} of {event.batches}: loss {event.loss:.4f}")


def _figures(epoch: EpochDone) -> str:
    text = f"train loss {epoch.train_loss:.4f}, test loss {epoch.test_loss:.4f}"
    for name, value in (("train", epoch.train_accuracy), ("test", epoch.test_accuracy)):
        if value is not None:
            text += f", {name} accuracy {value:.2%}".replace("%", " %")
    return text


# -- telling what came of it ----------------------------------------------------------------------------------


def _finite(value: float | None) -> float | None:
    """A figure as JSON can hold it: there is no infinity, and no value that is not a number."""
    return value if value is not None and math.isfinite(value) else None


def _entry(epoch: EpochDone) -> dict[str, Any]:
    return {
        "epoch": epoch.epoch,
        "train_loss": _finite(epoch.train_loss),
        "test_loss": _finite(epoch.test_loss),
        "train_accuracy": _finite(epoch.train_accuracy),
        "test_accuracy": _finite(epoch.test_accuracy),
    }


def _report(session: Session, outcome: Outcome) -> dict[str, Any]:
    training = session.project.training
    history = [_entry(epoch) for epoch in outcome.epochs]
    return {
        "data": session.data.source,
        "parameters": session.network.parameter_count,
        "epochs": training.epochs,
        "batch_size": training.batch_size,
        "seed": training.seed,
        "device": session.device.type,
        "threads": threads_for(session.project, session.network),
        "seconds": outcome.seconds,
        "samples_per_second": outcome.samples_per_second,
        "weights_sha256": session.weights_sha256(),
        "history": history,
        "final": history[-1],
    }


def _summary(report: dict[str, Any], outcome: Outcome, project: str) -> str:
    threads = f"{report['threads']} thread" + ("" if report["threads"] == 1 else "s")
    lines = [
        f"{project} was trained to epoch {report['epochs']} in {outcome.seconds:.1f} s, "
        f"{outcome.samples_per_second:,.0f} samples a second.",
        f"Data: {report['data']}.",
        f"Network: {report['parameters']:,} parameters, seed {report['seed']}, on {report['device']} with {threads}.",
        f"At the end: {_figures(outcome.epochs[-1])}.",
        f"Weights: SHA-256 {report['weights_sha256']}.",
    ]
    return "\n".join(lines) + "\n"


def _write(options: Options, session: Session, outcome: Outcome) -> None:
    """Prints the summary, then writes the files, so that the figures are there even when the disk is full."""
    report = _report(session, outcome)
    sys.stdout.write(_summary(report, outcome, options.project))
    try:
        if options.save is not None:
            atomic_write(options.save, checkpoint.render(session))
            sys.stdout.write(f"Weights and run are in {options.save}.\n")
        if options.report is not None:
            atomic_write(options.report, render_json(report))
            sys.stdout.write(f"The report is in {options.report}.\n")
    except StorageError as error:
        raise CommandError(str(error)) from None
