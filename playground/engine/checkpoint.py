"""Weights and runs as `.safetensors`: no pickle, nothing executed.

Keys are `<node id>.<parameter>`; the metadata hold the project, the class names and the fitted input scaling, so a
weights file can be used alone. What a resumed run needs stands under keys that begin with `run/`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from playground.catalog.catalogue import CATALOGUE
from playground.document.params import shown
from playground.document.project import Project, ProjectError, from_json, to_json
from playground.document.storage import StorageError, parse_json
from playground.engine.compiler import Network
from playground.engine.eager import remembered
from playground.engine.events import EpochDone
from playground.engine.progress import Progress
from playground.engine.session import Session
from playground.engine.standing import function_of

MAX_BYTES = 4_000_000_000
RUN = "run/"


class CheckpointError(ValueError):
    """A weights file that cannot be used; the message is a sentence for the user."""


@dataclass(frozen=True)
class Checkpoint:
    """What a weights file holds. `run` is empty in a file that has weights only. `result` are the figures of the last
    epoch, where they are those of this network."""

    project: Project
    weights: dict[str, Tensor]
    run: dict[str, Tensor]
    progress: Progress
    evaluating: bool
    class_names: tuple[str, ...]
    shift: tuple[float, ...]
    scale: tuple[float, ...]
    result: EpochDone | None = None


def render(session: Session) -> bytes:
    """The content of a weights file that holds a session's network and all that its run needs to go on."""
    tensors = {name: tensor.detach().cpu().clone() for name, tensor in session.network.state_dict().items()}
    for name, state in session.flat.state(session.optimizer).items():
        for key, value in state.items():
            tensors[f"{RUN}optimizer/{name}/{key}"] = value.cpu().contiguous()
    for key, value in session.batches.state().items():
        tensors[f"{RUN}order/{key}"] = value
    tensors[f"{RUN}random"] = session.random.clone()
    metadata = {
        "project": to_json(session.project).decode(),
        "class_names": json.dumps(session.data.dataset.class_names, ensure_ascii=False),
        "scaling": json.dumps({"shift": session.data.shift.tolist(), "scale": session.data.scale.tolist()}),
        "progress": json.dumps({**_numbers(session.progress), "evaluating": session.evaluating}),
    }
    if session.result is not None:
        metadata["result"] = json.dumps(_numbers(session.result))
    return safetensors.torch.save(tensors, metadata)


def _numbers(of: Progress | EpochDone) -> dict[str, float | None]:
    """Numbers as JSON takes them: a sum of losses that is no longer a number is null."""
    return {name: value if value is None or math.isfinite(value) else None for name, value in asdict(of).items()}


def read(path: str | Path) -> Checkpoint:
    """The weights file at `path`. Raises CheckpointError."""
    path = Path(path)
    try:
        if path.is_dir():
            raise CheckpointError(f"{path.name} is a folder, not a file.")
        if not path.is_file():
            raise CheckpointError(f"There is no file {path}.")
        if path.stat().st_size > MAX_BYTES:
            raise CheckpointError(f"{path.name} is larger than {MAX_BYTES / 1e9:g} GB, the most that is read.")
        with safetensors.safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except CheckpointError:
        raise
    except (safetensors.SafetensorError, OSError, ValueError, RuntimeError, MemoryError):
        raise CheckpointError(f"{path.name} is not a weights file, or it is damaged.") from None
    try:
        return _checkpoint(metadata, tensors)
    except (CheckpointError, ProjectError, StorageError) as error:
        raise CheckpointError(f"{path.name} is not a weights file of this program: {error}") from None


def _checkpoint(metadata: dict[str, str], tensors: dict[str, Tensor]) -> Checkpoint:
    if "project" not in metadata:
        raise CheckpointError("it holds no project.")
    project = from_json(metadata["project"].encode("utf-8", "surrogatepass"), CATALOGUE)
    scaling = _entry(metadata, "scaling", dict, {"shift": [0.0], "scale": [1.0]})
    progress = _entry(metadata, "progress", dict, {})
    names = _entry(metadata, "class_names", list, [])
    shift, scale = _floats(scaling.get("shift")), _floats(scaling.get("scale"))
    if len(shift) != len(scale) or 0.0 in scale:
        raise CheckpointError(f"its scaling divides by {scale[:5]} after taking {shift[:5]} away.")
    return Checkpoint(
        project,
        {name: tensor for name, tensor in tensors.items() if not name.startswith(RUN)},
        {name.removeprefix(RUN): tensor for name, tensor in tensors.items() if name.startswith(RUN)},
        _progress(progress),
        progress.get("evaluating") is True,
        tuple(str(name) for name in names),
        shift,
        scale,
        _result(_entry(metadata, "result", dict, {})),
    )


def _result(value: dict[str, Any]) -> EpochDone | None:
    """The figures of the last epoch; None where the file has none. A loss that is null was no longer a number."""
    if not value:
        return None
    figures: dict[str, Any] = {field.name: value.get(field.name) for field in fields(EpochDone)}
    for name, number in figures.items():
        if number is None and name.endswith("loss"):
            figures[name] = math.nan
        elif number is None and name.endswith("accuracy"):
            continue
        elif not _is_number(number) or (name in ("epoch", "samples") and (type(number) is not int or number < 0)):
            raise CheckpointError(f"the figures of its last epoch have {name} = {shown(number)}.")
    return EpochDone(**figures)


def _entry(metadata: dict[str, str], key: str, kind: type, default: Any) -> Any:
    if key not in metadata:
        return default
    value = parse_json(metadata[key].encode("utf-8", "surrogatepass"))
    if not isinstance(value, kind):
        raise CheckpointError(f"its entry {key} is {shown(value)}.")
    return value


def _floats(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or not value or not all(_is_number(item) for item in value):
        raise CheckpointError(f"its scaling is {shown(value)}.")
    return tuple(float(item) for item in value)


def _is_number(value: object) -> bool:
    """Whether it is a number that float32 can hold."""
    return type(value) in (int, float) and -3e38 < value < 3e38  # type: ignore[operator]


def _progress(value: dict[str, Any]) -> Progress:
    found = Progress()
    for name, default in asdict(found).items():
        number = value.get(name, default)
        if number is None and type(default) is float:
            number = math.nan
        elif type(number) not in (int, float) or not 0 <= number <= (1e15 if type(default) is int else 1e300):
            raise CheckpointError(f"its progress has {name} = {shown(number)}.")
        setattr(found, name, type(default)(number))
    if value.get("evaluating") is True and found.samples == 0:
        raise CheckpointError("its progress has an epoch without samples.")
    return found


def load_weights(checkpoint: Checkpoint, network: Network) -> None:
    """Puts the weights of a file into a network of the same project. Raises CheckpointError when one is missing
    or has another shape; the network is then as it was."""
    wanted = network.state_dict(keep_vars=True)
    _check_weights(checkpoint, wanted)
    with torch.no_grad():
        for name, tensor in wanted.items():
            tensor.copy_(checkpoint.weights[name])


def _check_weights(checkpoint: Checkpoint, wanted: Mapping[str, Tensor]) -> None:
    for name, tensor in wanted.items():
        given = checkpoint.weights.get(name)
        if given is None:
            raise CheckpointError(f"these are the weights of another network: {name} is missing.")
        if given.shape != tensor.shape:
            raise CheckpointError(
                f"these are the weights of another network: {name} has shape {tuple(given.shape)}, "
                f"not {tuple(tensor.shape)}."
            )
        if given.is_floating_point() != tensor.is_floating_point():
            raise CheckpointError(f"{name} holds numbers of the kind {given.dtype}, not {tensor.dtype}.")


def scaled(checkpoint: Checkpoint, x: np.ndarray[Any, np.dtype[np.float32]]) -> Tensor:
    """Raw samples as the network was trained to see them: (x − shift) / scale."""
    shift = np.asarray(checkpoint.shift, np.float32)
    scale = np.asarray(checkpoint.scale, np.float32)
    return torch.from_numpy(((x - shift) / scale).astype(np.float32))


def resume(session: Session, checkpoint: Checkpoint) -> None:
    """Lets a session go on where a saved run stopped. Raises CheckpointError when the file has no run or its run
    is of other data or another network; the session is then as it was."""
    _check_weights(checkpoint, session.network.state_dict())
    run = checkpoint.run
    needed = {"order/generator", "order/rest", "random"}
    if not needed <= run.keys():
        raise CheckpointError("it holds weights only, no run to go on with.")
    rest = run["order/rest"]
    if rest.dtype != torch.int64 or rest.dim() != 1 or (len(rest) and not _within(rest, len(session.data.train))):
        raise CheckpointError(f"its run is of other data: {len(session.data.train)} samples are here.")
    optimizer = _optimizer_state(session, run)
    _check_random("order", torch.device("cpu"), run["order/generator"])
    _check_random("dropout", session.device, run["random"])
    load_weights(checkpoint, session.network)
    session.resume(
        checkpoint.weights,
        optimizer,
        {"generator": run["order/generator"], "rest": rest},
        run["random"],
        checkpoint.progress,
        checkpoint.evaluating,
    )
    if checkpoint.result is not None:
        session.standing.measure(checkpoint.result, function_of(checkpoint.project), session.layer_keys)


def _check_random(what: str, device: torch.device, state: Tensor) -> None:
    try:
        torch.Generator(device).set_state(state)
    except (RuntimeError, TypeError):
        raise CheckpointError(f"the random numbers for its {what} are damaged or of another device.") from None


def _optimizer_state(session: Session, run: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The optimizer's state by parameter. Raises CheckpointError where a part is missing or of another shape: the
    optimizer would fail or go wrong at its next step."""
    counters = remembered(session.project.training)
    found: dict[str, dict[str, Tensor]] = {}
    for name, span in session.flat.spans.items():
        given = {key: run.get(f"optimizer/{name}/{key}") for key in counters}
        if all(tensor is None for tensor in given.values()):
            continue  # a layer that has not taken a step yet
        for key, tensor in given.items():
            shape = torch.Size() if counters[key] else span.shape
            if tensor is None or tensor.shape != shape or not tensor.is_floating_point():
                raise CheckpointError(f"the optimizer's {key} of {name} does not fit.")
            if key == "step" and not 0 <= tensor.item() <= 1e12:
                raise CheckpointError(f"the optimizer has taken {tensor.item():g} steps with {name}.")
            found.setdefault(name, {})[key] = tensor
    return found


def _within(index: Tensor, count: int) -> bool:
    return int(index.min()) >= 0 and int(index.max()) < count
