"""`playground export`: writes a project's network as PyTorch code that runs without this program."""

from __future__ import annotations

from pathlib import Path

from playground.catalog.checks import blocking
from playground.catalog.dataset import DataError, Sources
from playground.catalog.splitting import prepare
from playground.commands.errors import CommandError, of_system
from playground.commands.projects import open_project
from playground.document.project import Project, ProjectError
from playground.document.storage import StorageError, atomic_write
from playground.engine.export.script import Scaling, write_script

SUFFIX = ".py"


def run(name: str, out: str, data_dir: str | None) -> None:
    """Writes the code. The data are read only where the project scales them. Raises CommandError."""
    path = Path(out)
    if path.suffix != SUFFIX:
        raise CommandError(f"The code is a Python file; name it so, such as network{SUFFIX}, not {path.name[:80]!r}.")
    try:
        project = open_project(name)
        problem = blocking(project)
        if problem is not None:
            raise CommandError(f"This project has no code: {problem.message}")
        atomic_write(path, write_script(project, _scaling(project, data_dir)).text.encode())
    except (ProjectError, DataError, StorageError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise of_system(error) from None


def _scaling(project: Project, data_dir: str | None) -> Scaling | None:
    """The input scaling as it is fitted on the training part, None for a project without. Raises DataError."""
    if project.data.scaling == "none":
        return None
    data = prepare(project.data, Sources(None if data_dir is None else Path(data_dir)))
    return Scaling(tuple(data.shift.tolist()), tuple(data.scale.tolist()))
