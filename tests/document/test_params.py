"""Parameters take what fits, in its normal form, and refuse the rest by a sentence that says what would fit."""

from __future__ import annotations

import math

import pytest

from playground.document.params import (
    Choice,
    Flag,
    Float,
    Int,
    Param,
    ParamError,
    Text,
    Values,
    check_all,
    defaults,
    shown,
)
from tests.networks import assert_sentence

UNITS = Int("units", "Units", 8, minimum=1, maximum=100)
RATE = Float("rate", "Rate", 0.25, minimum=0.0, maximum=0.95)
PADDING = Choice("padding", "Padding", "none", options=(("none", "None"), ("same", "Same")))
BIAS = Flag("bias", "Bias", True)
NAME = Text("name", "Name", "", max_length=5)
HUGE = 10**5000
DEEP: list[object] = []
for _ in range(900):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("param", "given", "taken"),
    [
        (UNITS, 1, 1),
        (UNITS, 100, 100),
        (UNITS, 8.0, 8),
        (UNITS, 1e2, 100),
        (RATE, 0, 0.0),
        (RATE, 0.95, 0.95),
        (RATE, -0.0, 0.0),
        (PADDING, "same", "same"),
        (BIAS, False, False),
        (NAME, "", ""),
        (NAME, "Äß×😀", "Äß×😀"),
    ],
)
def test_a_value_that_fits_is_taken_in_its_normal_form(param, given, taken):
    value = param.check(given)
    assert value == taken
    assert type(value) is type(taken)
    assert param.check(value) == value


@pytest.mark.parametrize(
    ("param", "given", "fits"),
    [
        (UNITS, 0, "from 1 to 100, not 0"),
        (UNITS, 101, "from 1 to 100, not 101"),
        (UNITS, -(10**30), "from 1 to 100"),
        (UNITS, HUGE, "from 1 to 100, not a number of 5000 digits"),
        (UNITS, 1.5, "whole number, not 1.5"),
        (UNITS, math.nan, "whole number, not nan"),
        (UNITS, math.inf, "whole number, not inf"),
        (UNITS, True, "whole number, not True"),
        (UNITS, "8", "whole number, not '8'"),
        (UNITS, None, "whole number, not None"),
        (UNITS, [8], "whole number, not a list of 1 entry"),
        (RATE, -0.1, "from 0 to 0.95, not −0.1"),
        (RATE, 1, "from 0 to 0.95, not 1"),
        (RATE, HUGE, "from 0 to 0.95, not a number of 5000 digits"),
        (RATE, math.nan, "from 0 to 0.95, not nan"),
        (RATE, -math.inf, "from 0 to 0.95, not -inf"),
        (RATE, False, "a number, not False"),
        (RATE, "0.5", "a number, not '0.5'"),
        (RATE, {}, "a number, not an object of 0 entries"),
        (PADDING, "full", "one of none, same, not 'full'"),
        (PADDING, "", "one of none, same, not ''"),
        (PADDING, 0, "one of none, same, not 0"),
        (PADDING, ["none"], "one of none, same, not a list"),
        (BIAS, 1, "true or false, not 1"),
        (BIAS, "true", "true or false, not 'true'"),
        (BIAS, None, "true or false, not None"),
        (NAME, 5, "text, not 5"),
        (NAME, "abcdef", "at most 5 characters, not 6"),
        (NAME, "a\nb", r"printable text on one line, not 'a\\nb'"),
        (NAME, "\0", "printable"),
        (NAME, "\ud800", "printable"),
        (NAME, "\u202e", "printable"),
    ],
    ids=shown,
)
def test_a_value_that_does_not_fit_is_refused_by_a_sentence_that_names_it(param, given, fits):
    with pytest.raises(ParamError, match=fits) as caught:
        param.check(given)
    assert_sentence(caught.value)
    assert str(caught.value).startswith(param.label)


def test_a_kind_without_a_check_of_its_own_cannot_be_used():
    with pytest.raises(TypeError):
        Param("x", "X", 0).check(0)


@pytest.mark.parametrize(
    "value",
    [HUGE, -HUGE, DEEP, {"a": DEEP}, [1] * 10**6, "x" * 10**6, "\ud800" * 10**6, 1e308, None, {"k": 1}],
    ids=shown,
)
def test_whatever_was_received_is_shown_in_a_few_characters(value):
    text = shown(value)
    assert 0 < len(text) <= 60
    assert text.isprintable()


def test_what_is_not_given_takes_its_default():
    values = check_all((UNITS, RATE, BIAS), {"rate": 0}, "Dense")
    assert dict(values) == {"units": 8, "rate": 0.0, "bias": True}
    assert list(values) == ["units", "rate", "bias"]
    assert check_all((), {}, "Flatten") == Values()
    assert defaults((UNITS, BIAS)) == Values({"units": 8, "bias": True})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit": 3}, "Dense has no parameter 'unit'"),
        ({"units": 0}, "Dense: Units must be from 1 to 100, not 0"),
        ({"x" * 10**6: 0}, "Dense has no parameter 'xxx"),
    ],
    ids=shown,
)
def test_a_form_names_its_owner_and_the_entry_that_does_not_fit(given, message):
    with pytest.raises(ParamError, match=message) as caught:
        check_all((UNITS, BIAS), given, "Dense")
    assert_sentence(caught.value)


def test_values_are_equal_by_name_type_and_value_in_any_order():
    assert Values({"a": 1, "b": 2}) == Values([("b", 2), ("a", 1)])
    assert hash(Values({"a": 1, "b": 2})) == hash(Values([("b", 2), ("a", 1)]))
    assert Values({"a": 1}) != Values({"a": True})
    assert Values({"a": 1}) != Values({"a": 1.0})
    assert Values({"a": 1}) != {"a": 1}
    assert Values() != Values({"a": 1})


def test_changing_a_value_gives_new_values_in_the_same_order():
    old = Values({"a": 1, "b": 2})
    new = old.set("a", 3)
    assert dict(old) == {"a": 1, "b": 2}
    assert list(new.items()) == [("a", 3), ("b", 2)]
    assert repr(new) == "Values({'a': 3, 'b': 2})"
