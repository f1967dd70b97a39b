"""What every test gets: an environment of its own, data where there is some, and the gates of `leaks.py`
and `one_session.py`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.leaks import no_leaks, pytest_runtest_makereport, pytest_runtest_teardown  # noqa: F401
from tests.one_session import guard_sessions

ROOT = Path(__file__).resolve().parents[1]
NO_MNIST = "MNIST data not found"
IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

# Qt reads this when the first application object is made.
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples on every run and no limit to the time of one: a busy machine fails no test.
hypothesis.settings.register_profile("playground", deadline=None, derandomize=True)
hypothesis.settings.load_profile("playground")

_environment = pytest.StashKey[pytest.MonkeyPatch]()
_home = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """Hides the settings, caches and language of whoever runs the tests, also from child processes."""
    home = config.stash[_home] = tempfile.TemporaryDirectory(prefix="playground-tests-", ignore_cleanup_errors=True)
    patch = config.stash[_environment] = pytest.MonkeyPatch()
    folders = {
        "HOME": "home",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "share",
        "XDG_STATE_HOME": "state",
        "XDG_RUNTIME_DIR": "run",
    }
    for variable, name in folders.items():
        folder = Path(home.name, name)
        folder.mkdir(mode=0o700)
        patch.setenv(variable, str(folder))
    patch.setenv("LC_ALL", "C.UTF-8")
    # Child processes find the package from any folder.
    patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _home in config.stash:
        config.stash[_environment].undo()
        config.stash[_home].cleanup()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_MNIST in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"{count} test{'' if count == 1 else 's'} skipped: no MNIST data found")
    else:
        terminalreporter.write_line("No test was skipped for want of MNIST data")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """PyTorch computes with one thread in every test, whatever the test before it set."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_session_beside_a_loop() -> None:
    """A test that trains beside a running training thread fails: both would draw from one generator."""
    guard_sessions()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data folder: $PLAYGROUND_DATA, else shared/data beside the repository. Skips without MNIST."""
    folder = Path(os.environ.get("PLAYGROUND_DATA") or ROOT.parent / "shared" / "data").resolve()
    _find(folder, "mnist")
    return folder


@pytest.fixture(scope="session")
def mnist_dir(data_dir: Path) -> Path:
    """The folder that holds the four files of MNIST."""
    return _find(data_dir, "mnist")


@pytest.fixture(scope="session")
def fashion_dir(data_dir: Path) -> Path:
    """The folder that holds the four files of Fashion-MNIST."""
    return _find(data_dir, "fashion-mnist")


def _find(folder: Path, name: str) -> Path:
    for place in (folder / name, folder):
        if all((place / file).exists() or (place / f"{file}.gz").exists() for file in IDX_FILES):
            return place
    pytest.skip(f"{NO_MNIST} in {folder}: set PLAYGROUND_DATA to a folder with `{name}`")
