"""Fetching the files of a data set, as a job for a process of its own."""

from __future__ import annotations

from playground.catalog.dataset import Sources
from playground.catalog.datasets import DATASETS
from playground.document.params import defaults
from playground.document.project import SEED
from playground.engine.jobs import Job, Progress


def fetch(progress: Progress, name: str) -> None:
    """Downloads what this computer lacks of a data set and reads it once, so that a bad file is found here.

    The files end up in the user's cache, where loading looks for them. Raises DataError.
    """
    dataset = DATASETS[name]
    dataset.load(defaults(dataset.params), SEED.default, Sources(download=True, progress=progress))


def download_job(name: str) -> Job:
    """The job that fetches the data set `name`."""
    return Job(f"download {name}", fetch, (name,))
