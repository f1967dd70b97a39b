"""`playground export`: a project in, a Python file that runs out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.cli import main
from playground.document.project import read_project, to_json
from playground.resources import example
from tests.commands.conftest import Refused
from tests.networks import CIRCLE, project


def test_an_example_becomes_a_file_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "spiral.py"
    assert main(["export", "spiral", str(file)]) == 0
    assert capsys.readouterr() == ("", "")
    done = subprocess.run([sys.executable, "-I", str(file)], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["Step 1", "Step 2", "Step 3", "Output"]


def test_a_scaling_is_fitted_on_the_data_of_the_project(tmp_path: Path):
    made = read_project(example("circle").path, CATALOGUE).with_data(scaling="standard")
    (tmp_path / "scaled.nnp").write_bytes(to_json(made))
    assert main(["export", str(tmp_path / "scaled.nnp"), str(tmp_path / "scaled.py")]) == 0
    names: dict[str, object] = {"__name__": "scaled"}
    exec((tmp_path / "scaled.py").read_text("utf-8"), names)
    data = prepare(made.data, Sources())
    assert np.array_equal(names["SHIFT"].numpy(), data.shift)
    assert np.array_equal(names["SCALE"].numpy(), data.scale)


def test_what_cannot_be_exported_is_refused_in_one_line(refused: Refused, tmp_path: Path):
    broken = tmp_path / "broken.nnp"
    graph = CIRCLE.disconnect(CIRCLE.edges[0])
    broken.write_bytes(to_json(project(CIRCLE).with_graph(graph)))
    assert "This project has no code: Nothing reaches the output." in refused("export", broken, tmp_path / "out.py")
    assert "Python file" in refused("export", "spiral", tmp_path / "out.txt")
    assert "There is no project" in refused("export", "spirals", tmp_path / "out.py")
    assert "no folder" in refused("export", "spiral", tmp_path / "none" / "out.py")
    assert list(tmp_path.iterdir()) == [broken]


def test_export_does_not_load_torch(tmp_path: Path):
    script = "import sys; from playground.cli import main; main(sys.argv[1:]); sys.exit('torch' in sys.modules)"
    command = [sys.executable, "-c", script, "export", "digits-cnn", str(tmp_path / "out.py")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert (tmp_path / "out.py").exists()
