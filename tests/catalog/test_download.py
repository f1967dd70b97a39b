"""Downloads from a server on this machine: the good way, every bad way, and what is left behind."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playground.catalog.dataset import DataError
from playground.catalog.readers import download
from playground.catalog.readers.download import DownloadCancelled, RemoteFile, RemoteSet, fetch
from tests.catalog.idx_files import contents

FILES = {name: content * 40 for name, content in contents().items()}
PAGE = b"<html><body>Service Unavailable</body></html>"


class Handler(BaseHTTPRequestHandler):
    """The first part of the path names how the server behaves, the second the file."""

    asked: list[str]

    def do_GET(self) -> None:
        way, name = self.path.strip("/").split("/")
        self.asked.append(self.path)
        content = FILES[name]
        match way:
            case "busy":
                return self.answer(503, PAGE)
            case "page":
                content = PAGE
            case "other":
                content = content[:-1] + bytes([content[-1] ^ 1])
            case "endless":
                content = content * 3
            case "moved":
                self.send_response(302)
                self.send_header("Location", f"/good/{name}")
                return self.end_headers()
        self.answer(200, content, short=way == "cut")

    def answer(self, status: int, content: bytes, short: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if short else content)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Handler, "asked", [], raising=False)
    with Server(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def remote(server: str, *ways: str) -> RemoteSet:
    files = tuple(RemoteFile(name, len(c), hashlib.sha256(c).hexdigest()) for name, c in FILES.items())
    return RemoteSet("Some set", tuple(f"{server}/{way}/" for way in ways), files)


def found(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def cancel_after(calls: int) -> Callable[[], bool]:
    asked = iter(range(10_000))
    return lambda: next(asked) >= calls


def test_all_files_arrive_in_a_folder_that_was_not_there(server: str, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "mnist"
    fetch(remote(server, "good", "busy"), folder)
    assert found(folder) == FILES
    assert Handler.asked == [f"/good/{name}" for name in FILES]


def test_progress_counts_all_files_together_and_reaches_the_end(server: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    fetch(remote(server, "good"), tmp_path, lambda done, total: seen.append((done, total)))
    total = sum(map(len, FILES.values()))
    done = [count for count, _ in seen]
    assert {count for _, count in seen} == {total} and done[-1] == total
    assert len(done) >= 8 and done == sorted(set(done))


def test_progress_never_goes_back_when_a_mirror_breaks_off(server: str, tmp_path: Path) -> None:
    seen: list[int] = []
    fetch(remote(server, "cut", "good"), tmp_path, lambda done, total: seen.append(done))
    assert seen == sorted(set(seen)) and seen[-1] == sum(map(len, FILES.values()))


@pytest.mark.parametrize("way", ["busy", "page", "other", "endless", "cut"])
def test_the_next_mirror_helps_where_one_fails(server: str, tmp_path: Path, way: str) -> None:
    fetch(remote(server, way, "good"), tmp_path)
    assert found(tmp_path) == FILES


def test_a_mirror_may_send_on_to_another_address(server: str, tmp_path: Path) -> None:
    fetch(remote(server, "moved"), tmp_path)
    assert found(tmp_path) == FILES


def test_a_mirror_that_cannot_be_reached_is_passed_over(server: str, tmp_path: Path) -> None:
    offered = remote(server, "good")
    closed = RemoteSet(offered.label, ("http://127.0.0.1:9/", *offered.mirrors), offered.files)
    fetch(closed, tmp_path)
    assert found(tmp_path) == FILES


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("busy", "127.0.0.1 answered 503"),
        ("page", "127.0.0.1 sent another file than the published one"),
        ("other", "127.0.0.1 sent another file than the published one"),
        ("endless", "127.0.0.1 sent another file than the published one"),
        ("cut", r"127.0.0.1 broke off after [\d,]+ of [\d,]+ bytes"),
    ],
)
def test_when_all_fail_it_says_what_each_did_and_leaves_nothing(
    server: str, tmp_path: Path, way: str, reason: str
) -> None:
    folder = tmp_path / "cache"
    with pytest.raises(
        DataError, match=f"Some set could not be downloaded: {reason}; 127.0.0.1 answered 503"
    ) as caught:
        fetch(remote(server, way, "busy"), folder)
    assert "\n" not in str(caught.value) and "train-images-idx3-ubyte.gz" in str(caught.value)
    assert not folder.exists()


def test_no_connection_at_all_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(DataError, match=r"127\.0\.0\.1 could not be reached"):
        fetch(remote("http://127.0.0.1:9", "good"), tmp_path)
    assert not found(tmp_path)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_cancelling_leaves_nothing(server: str, tmp_path: Path, calls: int) -> None:
    folder = tmp_path / "cache"
    with pytest.raises(DownloadCancelled, match="The download of Some set was cancelled"):
        fetch(remote(server, "good", "good"), folder, cancelled=cancel_after(calls))
    assert not folder.exists()
    # It is no failure of a mirror: the next one is not asked.
    assert len(Handler.asked) <= 1


def test_what_has_arrived_before_is_kept_and_not_asked_for_again(server: str, tmp_path: Path) -> None:
    first, *others = FILES
    seen: list[int] = []

    def stop() -> bool:
        return (tmp_path / first).exists()

    with pytest.raises(DownloadCancelled):
        fetch(remote(server, "good"), tmp_path, cancelled=stop)
    assert found(tmp_path) == {first: FILES[first]}
    Handler.asked.clear()
    fetch(remote(server, "good"), tmp_path, lambda done, total: seen.append(total))
    assert Handler.asked == [f"/good/{name}" for name in others]
    assert set(seen) == {sum(len(FILES[name]) for name in others)}


def test_a_damaged_file_in_the_folder_is_replaced(server: str, tmp_path: Path) -> None:
    name = next(iter(FILES))
    (tmp_path / name).write_bytes(FILES[name][:-3])
    fetch(remote(server, "good"), tmp_path)
    assert found(tmp_path) == FILES
    Handler.asked.clear()
    fetch(remote(server, "good"), tmp_path)
    assert Handler.asked == []


def test_a_folder_that_cannot_be_made_is_a_sentence(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match=r"The folder .*file/cache cannot be made"):
        fetch(remote(server, "good"), tmp_path / "file" / "cache")


def test_a_full_disk_is_a_sentence(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise download.StorageError(f"{path.name} was not saved: No space left on device.")

    monkeypatch.setattr(download, "atomic_write", full)
    with pytest.raises(DataError, match="was not saved: No space left on device"):
        fetch(remote(server, "good"), tmp_path)
