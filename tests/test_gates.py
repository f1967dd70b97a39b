"""The gates on every test can close: each kind of leak, a Qt warning and an exception in a slot fail a test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CONFTEST = "from tests.conftest import *"

# One process for all of them, as each start of pytest with Qt takes a second.
TESTS = """
import multiprocessing, threading, time, warnings
from PySide6.QtCore import QRunnable, QThread, QThreadPool, QTimer, QVariantAnimation, qWarning
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

kept = []

class Sleeper(QThread):
    def run(self):
        while not self.isInterruptionRequested():
            self.msleep(5)

class Job(QRunnable):
    def run(self):
        time.sleep(1.5)

def test_leaks_a_thread():
    threading.Thread(target=time.sleep, args=(3,), name="lost thread").start()

def test_leaks_a_process():
    kept.append(multiprocessing.get_context("fork").Process(target=time.sleep, args=(9,), name="lost process"))
    kept[-1].start()

def test_leaks_a_qthread(qapp):
    kept.append(Sleeper())
    kept[-1].start()

def test_leaks_a_pool_job(qapp):
    QThreadPool.globalInstance().start(Job())

def test_leaks_a_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_leaks_an_animation(qapp):
    kept.append(QVariantAnimation(startValue=0.0, endValue=1.0, duration=100000))
    kept[-1].start()

def test_leaks_a_widget(qapp):
    kept.append(QWidget(windowTitle="lost widget"))
    kept[-1].close()

def test_warns(qapp):
    qWarning("during the test")

def test_warns_late(qapp, request):
    request.addfinalizer(lambda: qWarning("after the test"))

def test_raises_in_a_slot(qtbot):
    timer = QTimer(singleShot=True)
    timer.timeout.connect(lambda: 1 / 0)
    timer.start(1)
    qtbot.wait(30)

def test_warns_in_python():
    warnings.warn("old")

def test_trains_beside_a_loop():
    from playground.engine.loop import Loop
    from playground.engine.mailbox import Mailbox
    from playground.engine.session import Session
    from tests.conftest import guard_sessions
    from tests.networks import CIRCLE, points, project

    guard_sessions()
    made = project(CIRCLE)
    loop, turning, over = Loop(Mailbox()), threading.Event(), threading.Event()
    loop.send(lambda loop: (turning.set(), over.wait()))
    thread = threading.Thread(target=loop.run)
    thread.start()
    turning.wait()
    try:
        Session(made, points())
    finally:
        loop.stop()
        over.set()
        thread.join()

def test_ends_what_it_starts(qtbot):
    thread = Sleeper()
    thread.start()
    worker = threading.Thread(target=time.sleep, args=(0.05,))
    worker.start()
    window = QWidget()
    qtbot.addWidget(window)
    window.timer = QTimer(window)
    window.timer.start(10)
    QMenu(window)
    cycle = QWidget()
    cycle.itself = cycle
    kept.append(QWidget())
    kept[-1].deleteLater()
    qtbot.wait(20)
    thread.requestInterruption()
    assert thread.wait(1000)

def test_without_qt():
    pass
"""

FOUND = {
    "test_leaks_a_thread": "thread 'lost thread'",
    "test_leaks_a_process": "process 'lost process'",
    "test_leaks_a_qthread": "QThread Sleeper",
    "test_leaks_a_pool_job": "jobs of the thread pool: 1",
    "test_leaks_a_timer": "QTimer QTimer '', started at",
    "test_leaks_an_animation": "QAbstractAnimation QVariantAnimation",
    "test_leaks_a_widget": "widget QWidget '' 'lost widget'",
    "test_warns": "QtWarningMsg: during the test",
    "test_warns_late": "Qt warned: after the test",
    "test_raises_in_a_slot": "ZeroDivisionError",
    "test_trains_beside_a_loop": "Session.__init__ beside a running loop",
    "test_warns_in_python": "UserWarning: old",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about the tests above, with the settings of this project."""
    folder = tmp_path_factory.mktemp("leaky")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_leaky.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    command += ["-v", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100).stdout


@pytest.mark.parametrize("name", FOUND)
def test_a_leak_fails_its_test(output: str, name: str) -> None:
    (section,) = re.findall(rf"\n_{{3,}} (?:[\w ]+ )?{name} _{{3,}}\n(.*?)(?=\n_{{3,}} |\n===)", output, re.DOTALL)
    assert FOUND[name] in section
    assert f"{name} PASSED" not in output or f"{name} ERROR" in output


def test_tests_that_leave_nothing_behind_pass(output: str) -> None:
    assert "test_ends_what_it_starts PASSED" in output
    assert "test_without_qt PASSED" in output
    failed, errors = 4, 8
    assert f"{failed} failed, 10 passed, {errors} errors" in output


def test_data_that_is_not_there_skips_with_one_line(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA", str(pytester.path))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("def test_a(mnist_dir): pass\ndef test_b(fashion_dir): pass\ndef test_c(): pass")
    result = pytester.runpytest_subprocess(
        "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(pytester.path), str(pytester.path)
    )
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*MNIST data not found in *", "2 tests skipped: no MNIST data found", "*1 passed*"])
