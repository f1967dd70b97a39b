"""Where and with how many threads to compute, and the random numbers drawn there."""

from __future__ import annotations

import os

import torch

from playground.document.project import Project
from playground.engine.compiler import Network

# Above this many multiply-adds in a batch a second thread pays, counted forward and backward.
WORTH_THREADS = 7_000_000


class DeviceError(ValueError):
    """A device that is not there; the message is a sentence for the user."""


def gpu_missing() -> str:
    """Why the GPU cannot be used, or nothing when it can."""
    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return "This PyTorch is built for the CPU only."
    return "No NVIDIA GPU was found."


def device_for(choice: str) -> str:
    """The device for "cpu", "cuda" or "auto". Raises DeviceError."""
    if choice == "auto":
        return "cpu" if gpu_missing() else "cuda"
    if choice == "cuda" and gpu_missing():
        raise DeviceError(f"There is no GPU to use. {gpu_missing()} Use --device cpu.")
    return choice


def random_state(device: torch.device) -> torch.Tensor:
    """Where the global generator of a device stands."""
    return torch.cuda.get_rng_state() if device.type == "cuda" else torch.get_rng_state()


def set_random_state(device: torch.device, state: torch.Tensor) -> None:
    """Puts the global generator of a device where it stood."""
    torch.cuda.set_rng_state(state) if device.type == "cuda" else torch.set_rng_state(state)


def threads_for(project: Project, network: Network) -> int:
    """How many threads PyTorch should use. 0 in the project means automatic: more than one only for work that
    is worth it, and never all cores: two busy cores with two threads each were up to 95 times slower than one."""
    if project.training.threads:
        return project.training.threads
    cores = os.cpu_count() or 1
    work = network.multiply_adds * project.training.batch_size
    return max(1, min(4, cores - 1)) if work > WORTH_THREADS else 1


def use_threads(project: Project, network: Network) -> int:
    """Lets PyTorch use as many threads as `threads_for` says, and returns the number. It holds for the process."""
    threads = threads_for(project, network)
    torch.set_num_threads(threads)
    return threads
