"""Parameters: every form field and every entry of a project file is one of these.

A parameter knows its default, its bounds, its unit and its help, and `check` either returns the value
in its normal form or raises `ParamError` with one sentence for the user.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.document.numbers import whole

Value = bool | int | float | str


class ParamError(ValueError):
    """A value that a parameter cannot take; the message is a sentence for the user."""


def shown(value: object) -> str:
    """A received value as it appears in a message: short, and quoted when it is text.

    Lists and objects are only counted: writing out a large or deeply nested one would take long or fail.
    """
    if isinstance(value, (list, dict)):
        kind = "a list" if isinstance(value, list) else "an object"
        return f"{kind} of {len(value)} {'entry' if len(value) == 1 else 'entries'}"
    if isinstance(value, int) and value.bit_length() > 120:
        return f"a number of {round(value.bit_length() * 0.30103)} digits"
    text = repr(value[:40]) if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def plain(value: int | float) -> str:
    """A number as a user would write it: 0.000001 and 1 000 000, no powers of ten while it is not endless."""
    # Comparing first keeps a whole number of a million digits from overflowing.
    if not -1e15 < value < 1e15:
        return shown(value)
    if value == int(value):
        return whole(int(value))
    return f"{value:.10f}".rstrip("0").replace("-", "−") if abs(value) >= 1e-9 else shown(value)


class Values(Mapping[str, Value]):
    """An immutable, hashable mapping from parameter name to value, in the order of the parameters."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        self._items: dict[str, Value] = dict(items)

    def __getitem__(self, name: str) -> Value:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def _key(self) -> frozenset[tuple[str, type, Value]]:
        # The type is part of a value: True and 1 are equal to Python, but not in a project file.
        return frozenset((name, type(value), value) for name, value in self._items.items())

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and self._key() == other._key()

    def __repr__(self) -> str:
        return f"Values({self._items!r})"

    def set(self, name: str, value: Value) -> Values:
        """These values with one changed."""
        return Values({**self._items, name: value})


@dataclass(frozen=True)
class Param:
    """What all parameters share.

    `shown_when` names another parameter of the same form and the value it must have for this one to matter.
    """

    name: str
    label: str
    default: Any
    help: str = ""
    unit: str = ""
    shown_when: tuple[str, Value] | None = None

    def check(self, value: object) -> Value:
        """The value in its normal form. Raises `ParamError`."""
        raise TypeError(f"{type(self).__name__} has no check of its own")


@dataclass(frozen=True)
class Int(Param):
    """A whole number between `minimum` and `maximum`, both included."""

    minimum: int = 1
    maximum: int = 1_000_000

    def check(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParamError(f"{self.label} must be a whole number, not {shown(value)}.")
        if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
            raise ParamError(f"{self.label} must be a whole number, not {shown(value)}.")
        if not self.minimum <= value <= self.maximum:
            raise ParamError(f"{self.label} must be from {self.minimum} to {self.maximum}, not {shown(value)}.")
        return int(value)


@dataclass(frozen=True)
class Float(Param):
    """A finite number between `minimum` and `maximum`, both included; `log` asks for a logarithmic slider."""

    minimum: float = 0.0
    maximum: float = 1.0
    log: bool = False

    def check(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParamError(f"{self.label} must be a number, not {shown(value)}.")
        # Comparing before converting keeps a whole number of a million digits from overflowing.
        if not self.minimum <= value <= self.maximum:
            raise ParamError(
                f"{self.label} must be from {plain(self.minimum)} to {plain(self.maximum)}, not {plain(value)}."
            )
        return float(value)


@dataclass(frozen=True)
class Choice(Param):
    """One of a few named options: pairs of value and label."""

    options: tuple[tuple[str, str], ...] = ()

    def check(self, value: object) -> str:
        values = [option for option, _ in self.options]
        if not isinstance(value, str) or value not in values:
            raise ParamError(f"{self.label} must be one of {', '.join(values)}, not {shown(value)}.")
        return value


@dataclass(frozen=True)
class Flag(Param):
    """Yes or no."""

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ParamError(f"{self.label} must be true or false, not {shown(value)}.")
        return value


@dataclass(frozen=True)
class Text(Param):
    """A line of text of at most `max_length` characters, or several where it says so."""

    max_length: int = 200
    lines: bool = False

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise ParamError(f"{self.label} must be text, not {shown(value)}.")
        if len(value) > self.max_length:
            raise ParamError(f"{self.label} must have at most {self.max_length} characters, not {len(value)}.")
        if not (value.replace("\n", "") if self.lines else value).isprintable():
            where = "" if self.lines else " on one line"
            raise ParamError(f"{self.label} must be printable text{where}, not {shown(value)}.")
        return value


def defaults(params: Iterable[Param]) -> Values:
    """The default value of every parameter."""
    return Values({param.name: param.default for param in params})


def check_all(params: Iterable[Param], given: Mapping[str, object], owner: str) -> Values:
    """Checked values for all `params`: what is given, else the default.

    Raises `ParamError` for a value that does not fit and for a name that is not a parameter of `owner`.
    """
    params = tuple(params)
    known = {param.name for param in params}
    for name in given:
        if name not in known:
            raise ParamError(f"{owner} has no parameter {shown(name)}.")
    values: dict[str, Value] = {}
    for param in params:
        try:
            values[param.name] = param.check(given[param.name]) if param.name in given else param.default
        except ParamError as problem:
            raise ParamError(f"{owner}: {problem}") from None
    return Values(values)
