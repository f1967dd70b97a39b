"""Strict reading of the values of a JSON text: what is wrong is named with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from playground.document.params import Param, ParamError, Values, check_all, shown


class ProjectError(ValueError):
    """A project that cannot be read; the message names the place and what would fit."""


class Parametrised(Protocol):
    """An entry of the catalogue as the project sees it: it has parameters."""

    @property
    def label(self) -> str: ...

    @property
    def params(self) -> tuple[Param, ...]: ...


def an_object(value: object, place: str, keys: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """`value` as an object that has exactly these keys and perhaps the optional ones. Raises ProjectError."""
    if not isinstance(value, dict):
        raise ProjectError(f"{place} must be an object with {', '.join(keys)}, not {shown(value)}.")
    for key in keys:
        if key not in value:
            raise ProjectError(f"{place} has no entry {key!r}.")
    for key in value:
        if key not in keys and key not in optional:
            raise ProjectError(f"{place} has an unknown entry {shown(key)}.")
    return value


def a_list(value: object, place: str, most: int) -> list[Any]:
    """`value` as a list of at most `most` entries. Raises ProjectError."""
    if not isinstance(value, list):
        raise ProjectError(f"{place} must be a list, not {shown(value)}.")
    if len(value) > most:
        raise ProjectError(f"{place} has {len(value)} entries; {most} is the most.")
    return value


def entry_of(registry: Mapping[str, Any], name: object, place: str) -> Any:
    """The entry of a registry under a name that was read. Raises ProjectError."""
    if not isinstance(name, str) or name not in registry:
        raise ProjectError(f"{place} is {shown(name)}; there are {', '.join(registry)}.")
    return registry[name]


def checked(param: Param, value: object, place: str) -> Any:
    """`value` as the parameter takes it. Raises ProjectError."""
    try:
        return param.check(value)
    except ParamError as problem:
        raise ProjectError(f"{place}: {problem}") from None


def checked_params(entry: Parametrised, given: object, place: str) -> Values:
    """All parameters of an entry of the catalogue. Raises ProjectError."""
    if not isinstance(given, dict):
        raise ProjectError(f"{place} must be an object, not {shown(given)}.")
    try:
        return check_all(entry.params, given, entry.label)
    except ParamError as problem:
        raise ProjectError(f"{place}: {problem}") from None
