"""Settings: kept in a file of their own, and never a reason not to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.document.params import ParamError
from playground.ui.settings import RECENT, Settings, default_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some" / "settings.json"


def test_values_outlive_the_program(path: Path) -> None:
    settings = Settings(path)
    settings["theme"] = "light"
    settings.set_values(zoom=1.5, data_folder="/somewhere")
    again = Settings(path)
    assert (again["theme"], again["zoom"], again["data_folder"]) == ("light", 1.5, "/somewhere")


def test_without_a_file_the_usual_values_hold(path: Path) -> None:
    settings = Settings(path)
    assert (settings["theme"], settings["zoom"], settings.recent) == ("dark", 1.0, ())
    assert not path.exists()


@pytest.mark.parametrize("name", ["theme", "zoom"])
def test_a_bad_value_is_refused(path: Path, name: str) -> None:
    with pytest.raises(ParamError):
        Settings(path)[name] = "purple"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 1, "values": 3, "recent": {}, "layout": []}', b"\xff"]
)
def test_a_damaged_file_is_no_reason_not_to_start(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert Settings(path)["theme"] == "dark"


def test_the_copy_stands_in_for_a_damaged_file(path: Path) -> None:
    Settings(path)["theme"] = "light"
    path.write_bytes(b"{")
    assert Settings(path)["theme"] == "light"


def test_one_bad_value_leaves_the_others(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"format": 1, "values": {"theme": "light", "zoom": 99, "nonsense": 1}}')
    settings = Settings(path)
    assert (settings["theme"], settings["zoom"]) == ("light", 1.0)


def test_recent_files_are_few_and_the_newest_first(path: Path, tmp_path: Path) -> None:
    settings = Settings(path)
    files = [tmp_path / f"{number}.nnp" for number in range(RECENT + 3)]
    for file in (*files, files[5]):
        settings.remember(file)
    assert settings.recent[0] == files[5]
    assert len(settings.recent) == RECENT == len(set(settings.recent))
    assert Settings(path).recent == settings.recent


def test_layouts_are_kept(path: Path) -> None:
    settings = Settings(path)
    settings.set_layout("window", {"width": 1300})
    settings.write()
    assert Settings(path).layout("window") == {"width": 1300}
    assert settings.layout("nothing") is None


def test_a_folder_that_cannot_be_written_costs_the_settings_only(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings = Settings(blocked / "settings.json")
    settings["theme"] = "light"
    assert settings["theme"] == "light"


def test_the_usual_place_is_the_users_own() -> None:
    assert default_path().name == "settings.json"
    assert "neural-network-playground" in str(default_path())
