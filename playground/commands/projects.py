"""The project that a command is given: a file or an example by its name."""

from __future__ import annotations

from pathlib import Path

from playground.catalog.catalogue import CATALOGUE
from playground.commands.errors import CommandError
from playground.document.project import SUFFIX, Project, read_project
from playground.resources import example, examples


def open_project(name: str) -> Project:
    """The project in the file `name`, or the example called so. Raises CommandError and ProjectError."""
    names = [entry.name for entry in examples()]
    if name in names:
        return read_project(example(name).path, CATALOGUE)
    path = Path(name)
    if path.exists() or path.suffix == SUFFIX or path.name != name:
        return read_project(path, CATALOGUE)
    raise CommandError(f"There is no project {name!r}. Give a {SUFFIX} file or an example: {', '.join(names)}.")
