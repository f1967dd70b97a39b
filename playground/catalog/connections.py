"""Single connections of a small Dense layer that are taken out: a sparse layer.

The text in the project file gives them as pairs of input and unit, both counted from 0: "2-0 3-1" takes out the weight
from input 2 to unit 0 and that from input 3 to unit 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from playground.catalog.layer import Cells
from playground.document.numbers import whole
from playground.document.params import Values, shown
from playground.document.shapes import Cure, ShapeError

# Units times inputs: what can still be shown as a matrix of cells to click.
MOST = 10_000
RESTORE = "Restore all connections"

Pairs = frozenset[tuple[int, int]]
_PAIR = re.compile(r"(\d{1,6})-(\d{1,6})", re.ASCII)


class ConnectionsError(ValueError):
    """Connections that cannot be taken out; the message is a sentence for the user."""


@lru_cache(maxsize=64)
def parse(text: str) -> Pairs:
    """The (input, unit) pairs of a text. Raises ConnectionsError."""
    found = set()
    for word in text.split():
        match = _PAIR.fullmatch(word)
        if match is None:
            raise ConnectionsError(f"{shown(word)} is no connection, such as 2-0 from input 2 to unit 0.")
        found.add((int(match[1]), int(match[2])))
    return frozenset(found)


def render(pairs: Iterable[tuple[int, int]]) -> str:
    """The text of (input, unit) pairs in its normal form: sorted, each once."""
    return " ".join(f"{source}-{unit}" for source, unit in sorted(set(pairs)))


@dataclass(frozen=True)
class ConnectionText(Cells):
    """The parameter that holds removed connections. A text that is none is kept: the layer says what is wrong."""

    def check(self, value: object) -> str:
        """The text in its normal form where it is one."""
        text = super().check(value)
        try:
            return render(parse(text))
        except ConnectionsError:
            return text


REMOVED = ConnectionText("removed", "Removed connections", "", "Connections taken out by hand.", max_length=150_000)


def removed(values: Values) -> Pairs:
    """The (input, unit) pairs that a layer leaves out; none where the text is bad."""
    try:
        return parse(str(values.get(REMOVED.name, "")))
    except ConnectionsError:
        return frozenset()


def check_removed(inputs: int, values: Values) -> None:
    """Raises ShapeError, with its cure, for removed connections that this layer does not have."""
    text, units = str(values.get(REMOVED.name, "")), int(values["units"])
    if not text:
        return
    cure = Cure(RESTORE, params=((REMOVED.name, ""),))
    try:
        pairs = parse(text)
    except ConnectionsError as error:
        raise ShapeError(f"{error} {RESTORE}.", cure) from None
    try:
        _check_size(inputs, units)
    except ConnectionsError as error:
        raise ShapeError(f"{error} {RESTORE}.", cure) from None
    for source, unit in sorted(pairs):
        if source >= inputs or unit >= units:
            raise ShapeError(
                f"There is no connection from input {source} to unit {unit}: this layer has {whole(inputs)} inputs and "
                f"{whole(units)} units. {RESTORE}.",
                cure,
            )


def _check_size(inputs: int, units: int) -> None:
    if inputs * units > MOST:
        raise ConnectionsError(
            f"Only a layer of at most {whole(MOST)} connections can miss some, not one of {whole(inputs * units)}."
        )


def taken_out(inputs: int, values: Values, source: int, unit: int) -> str:
    """The text after one connection was removed. Raises ConnectionsError for a layer that can miss none."""
    _check_size(inputs, int(values["units"]))
    return render(removed(values) | {(source, unit)})


def toggled(values: Values, source: int, unit: int) -> str:
    """The text after one connection was removed, or restored where it was."""
    return render(removed(values) ^ {(source, unit)})


def removed_code(values: Values) -> tuple[str, ...]:
    """Removing as statements, with {} for the module: the weights are zero, and so are their gradients."""
    pairs = sorted(removed(values))
    if not pairs:
        return ()
    place = f"({[unit for _, unit in pairs]}, {[source for source, _ in pairs]})"
    return (
        f"{{}}.weight.data[{place[1:-1]}] = 0.0",
        f"{{}}.weight.register_hook(lambda gradient: gradient.index_put(tuple(map(torch.tensor, {place})), "
        "torch.zeros(())))",
    )


def changed_connections(old: Values, new: Values) -> tuple[tuple[int, int, bool, bool], ...]:
    """The weights that an edit took out or brought back: unit, input, whether it was out before and is now."""
    before, after = removed(old), removed(new)
    return tuple((unit, source, (source, unit) in before, (source, unit) in after)
                 for source, unit in sorted(before ^ after))  # fmt: skip
