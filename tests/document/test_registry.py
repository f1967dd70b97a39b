"""The registry keeps its order, refuses duplicates and says what there is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from playground.document.params import shown
from playground.document.registry import Registry, UnknownNameError
from tests.networks import assert_sentence


@dataclass(frozen=True)
class Tool:
    name: str
    category: str = "hand"


@pytest.fixture
def tools() -> Registry[Tool]:
    registry: Registry[Tool] = Registry("tool")
    for tool in (Tool("saw"), Tool("drill", "power"), Tool("file"), Tool("lathe", "power")):
        assert registry.add(tool) is tool
    return registry


def test_entries_keep_the_order_in_which_they_were_added(tools):
    assert list(tools) == ["saw", "drill", "file", "lathe"]
    assert len(tools) == 4
    assert [tool.name for tool in tools.values()] == list(tools)


def test_categories_and_their_entries_keep_that_order_too(tools):
    assert {name: [tool.name for tool in group] for name, group in tools.by_category().items()} == {
        "hand": ["saw", "file"],
        "power": ["drill", "lathe"],
    }
    assert list(tools.by_category()) == ["hand", "power"]


def test_a_name_can_be_taken_only_once(tools):
    with pytest.raises(ValueError, match="'saw' is registered twice"):
        tools.add(Tool("saw", "power"))
    assert tools["saw"].category == "hand"


@pytest.mark.parametrize("name", ["axe", "", None, 3, ["saw"], {}, "x" * 10**6, "\ud800"], ids=shown)
def test_an_unknown_name_is_refused_by_a_sentence_that_lists_what_there_is(tools, name):
    assert name not in tools
    assert tools.get(name) is None
    with pytest.raises(UnknownNameError, match="there are saw, drill, file, lathe") as caught:
        tools[name]
    assert_sentence(caught.value)
