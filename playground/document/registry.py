"""A registry of named entries: what the user can choose from, in the order it was registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from playground.document.params import shown


class Entry(Protocol):
    """What a registry holds: something with a unique name and a category."""

    @property
    def name(self) -> str: ...

    @property
    def category(self) -> str: ...


E = TypeVar("E", bound=Entry)


class UnknownNameError(KeyError):
    """A name that is not registered; the message names it and what there is."""

    def __str__(self) -> str:
        return str(self.args[0])


class Registry(Mapping[str, E]):
    """Ordered name -> entry. Refuses duplicates and lists its entries by category."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._entries: dict[str, E] = {}

    def add(self, entry: E) -> E:
        """Registers `entry` and returns it. Raises ValueError for a name already taken."""
        if entry.name in self._entries:
            raise ValueError(f"the {self.noun} {entry.name!r} is registered twice")
        self._entries[entry.name] = entry
        return entry

    def __getitem__(self, name: str) -> E:
        try:
            return self._entries[name]
        except (KeyError, TypeError):
            raise UnknownNameError(
                f"There is no {self.noun} {shown(name)}; there are {', '.join(self._entries)}."
            ) from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def by_category(self) -> dict[str, list[E]]:
        """The entries of each category, categories and entries in order of registration."""
        groups: dict[str, list[E]] = {}
        for entry in self._entries.values():
            groups.setdefault(entry.category, []).append(entry)
        return groups
