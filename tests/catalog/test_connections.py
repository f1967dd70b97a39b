"""Removed connections of a Dense layer: their text, and what does not fit."""

from __future__ import annotations

import pytest

from playground.catalog.connections import (
    MOST,
    REMOVED,
    ConnectionsError,
    changed_connections,
    parse,
    removed,
    render,
    toggled,
)
from playground.document.shapes import ShapeError
from tests.networks import LAYERS, assert_sentence, values


def dense(text: str, units: int = 3):
    return values("dense", units=units, removed=text)


def test_a_text_is_read_and_written_in_its_normal_form():
    assert parse("3-1  2-0 3-1") == {(2, 0), (3, 1)}
    assert render([(10, 0), (2, 1), (2, 0), (2, 1)]) == "2-0 2-1 10-0"
    assert REMOVED.check(" 3-1 2-0  3-1") == "2-0 3-1"
    assert parse("") == frozenset() and render(()) == ""


@pytest.mark.parametrize("bad", ["2", "2-", "-1-2", "a-b", "1-2,3-4", "1-2-3", "٣-1", "9999999-0", "1 - 2"])
def test_a_text_that_is_none_is_told_in_a_sentence_with_a_cure(bad):
    with pytest.raises(ConnectionsError) as caught:
        parse(bad)
    assert_sentence(caught.value)
    assert REMOVED.check(bad) == bad and removed(dense(bad)) == frozenset()
    with pytest.raises(ShapeError) as refused:
        LAYERS["dense"].shape(((4,),), dense(bad))
    assert refused.value.cure.text == "Restore all connections"
    assert dict(refused.value.cure.params) == {"removed": ""}


@pytest.mark.parametrize("pair", ["4-0", "0-3"])
def test_a_connection_that_the_layer_has_not_is_a_problem_with_a_cure(pair):
    source, unit = pair.split("-")
    with pytest.raises(ShapeError, match=f"no connection from input {source} to unit {unit}: .* 4 inputs and 3 units"):
        LAYERS["dense"].shape(((4,),), dense(pair))
    assert LAYERS["dense"].shape(((4,),), dense("3-2 0-0")) == (3,)


def test_only_small_layers_can_miss_connections():
    assert LAYERS["dense"].shape(((MOST // 10,),), dense("0-0", 10)) == (10,)
    with pytest.raises(ShapeError, match="at most 10\u202f000 connections"):
        LAYERS["dense"].shape(((MOST // 10 + 1,),), dense("0-0", 10))


@pytest.mark.row("H11")
def test_the_count_leaves_them_out_and_a_click_takes_one_out_or_back():
    assert LAYERS["dense"].count(((4,),), dense("")) == 15
    assert LAYERS["dense"].count(((4,),), dense("0-0 3-2")) == 13
    assert toggled(dense("0-0"), 3, 2) == "0-0 3-2"
    assert toggled(dense("0-0 3-2"), 0, 0) == "3-2"
    assert changed_connections(dense("0-0 1-1"), dense("1-1 3-2")) == ((0, 0, True, False), (2, 3, False, True))
