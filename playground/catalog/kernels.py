"""Kernels typed in by hand: their text in the project file, and a library of well-known ones.

The text gives one square of numbers for each filter: filters are separated by |, rows by ; and numbers by spaces. An
empty place is a filter that is learnt from its random start. "0 1 0; 0 0 2; 0 1 0 | | 1 0 -1; 2 0 -2; 1 0 -1" types
in the first and the third filter. One square is applied to every input map of its filter. Where these differ, the
squares of all input maps are separated by /, and an empty place is one that is learnt: "1 0; 0 1 / / 0 1; 1 0".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.catalog.layer import Cells
from playground.document.params import Values, shown
from playground.document.shapes import Cure, ShapeError

Kernel = tuple[tuple[float, ...], ...]
# The typed squares of one filter: none, one for all input maps, or one for each, None where it is learnt.
Filter = tuple[Kernel | None, ...]
Kernels = tuple[Filter, ...]

LARGEST = 1e6
LARGEST_SOBEL = 9
LEARN_ALL = "Learn all filters"


class KernelError(ValueError):
    """A text that is no list of kernels; the message is a sentence for the user."""


@lru_cache(maxsize=64)
def parse(text: str) -> Kernels:
    """The filters of a text, empty ones for those that are learnt. Raises KernelError."""
    if not text.strip():
        return ()
    return tuple(plain(_kernel(square) if square.strip() else None for square in part.split("/"))
                 for part in text.split("|"))  # fmt: skip


def plain(squares: Iterable[Kernel | None]) -> Filter:
    """A filter in its normal form: equal squares are one for all input maps, and where none is typed there is none."""
    kept = tuple(squares)
    if len(set(kept)) > 1:
        return kept
    return kept[:1] if any(kept) else ()


def _kernel(text: str) -> Kernel:
    rows = tuple(tuple(_number(word) for word in row.split()) for row in text.split(";"))
    if any(len(row) != len(rows) for row in rows):
        raise KernelError(f"A kernel must have as many columns as rows, not {shown(text.strip())}.")
    return rows


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise KernelError(f"{shown(word)} in a kernel is no number.") from None
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise KernelError(f"A number in a kernel must be from −{LARGEST:g} to {LARGEST:g}, not {shown(word)}.")
    return value


def number_text(value: float) -> str:
    """A number of a kernel as its text has it: at most six digits."""
    return f"{value:.6g}" if value else "0"


def render(kernels: Iterable[Iterable[Kernel | None]]) -> str:
    """The text of filters in its normal form; trailing filters that are learnt are left out."""
    kept = [plain(squares) for squares in kernels]
    while kept and not kept[-1]:
        kept.pop()
    return _joined("|", (_joined("/", map(_square_text, squares)) for squares in kept))


def _square_text(kernel: Kernel | None) -> str:
    return "; ".join(" ".join(map(number_text, row)) for row in kernel or ())


def _joined(mark: str, texts: Iterable[str]) -> str:
    return f" {mark}".join(f" {text}" if text else "" for text in texts).strip()


@dataclass(frozen=True)
class KernelText(Cells):
    """The parameter that holds typed kernels. A text that is none is kept: the layer says what is wrong with it."""

    def check(self, value: object) -> str:
        """The text in its normal form where it is one."""
        text = super().check(value)
        try:
            return render(parse(text))
        except KernelError:
            return text


KERNELS = KernelText("kernels", "Kernels", "", "Filters typed in by hand.", max_length=200_000)


def typed(values: Values) -> Kernels:
    """What is typed in for each filter of a layer; nothing where the text is bad."""
    count = int(values["filters"])
    try:
        found = parse(str(values.get(KERNELS.name, "")))
    except KernelError:
        found = ()
    return (*found[:count], *((),) * (count - len(found)))


def for_maps(squares: Filter, maps: int) -> Filter:
    """The squares of a filter for each of its input maps."""
    return squares * maps if len(squares) == 1 else squares or (None,) * maps


def check_kernels(values: Values, maps: int) -> None:
    """Raises ShapeError, with its cure, for typed kernels that do not fit the window of their layer or the number of
    its input maps."""
    learn = Cure(LEARN_ALL, params=((KERNELS.name, ""),))
    try:
        kernels = parse(str(values.get(KERNELS.name, "")))
    except KernelError as error:
        raise ShapeError(f"{error} {LEARN_ALL}.", learn) from None
    size = int(values["kernel"])
    sizes = {len(kernel) for squares in kernels for kernel in squares if kernel is not None}
    if sizes - {size} and len(sizes) > 1:
        raise ShapeError(
            f"The typed kernels are of different sizes, the window is {size} × {size}. {LEARN_ALL}.", learn
        )
    for other in sizes - {size}:
        use = Cure(f"Use kernel {other}", params=(("kernel", other),))
        message = f"The typed kernels are {other} × {other}, the window is {size} × {size}."
        if other > 31:
            raise ShapeError(f"{message} {LEARN_ALL}.", learn)
        raise ShapeError(f"{message} {use.text}, or learn the typed filters in the inspector.", use)
    _check_maps(kernels[: int(values["filters"])], maps)


def _check_maps(kernels: Kernels, maps: int) -> None:
    wrong = next((number for number, squares in enumerate(kernels) if len(squares) not in (0, 1, maps)), None)
    if wrong is None:
        return
    given = len(kernels[wrong])
    few = "Keep the first map" if maps == 1 else f"Keep the first {maps} maps"
    fitted = render((*squares[:maps], *(None,) * (maps - len(squares))) if len(squares) > 1 else squares
                    for squares in kernels)  # fmt: skip
    cure = Cure("Learn the other maps" if given < maps else few, params=((KERNELS.name, fitted),))
    raise ShapeError(
        f"Filter {wrong + 1} has kernels for {given} input maps, and there {'is' if maps == 1 else 'are'} {maps}. "
        f"{cure.text}.",
        cure,
    )


def _places(values: Values) -> Iterator[tuple[tuple[int, ...], Kernel]]:
    """What is typed in, and where in the weights: filter, or filter and input map."""
    for number, squares in enumerate(typed(values)):
        for channel, kernel in enumerate(squares):
            if kernel is not None:
                yield ((number,) if len(squares) == 1 else (number, channel)), kernel


def write_kernels(torch: Any, module: Any, values: Values) -> Any:
    """The module with its typed filters in place; the others keep what they have."""
    with torch.no_grad():
        for place, kernel in _places(values):
            module.weight[place] = torch.tensor(kernel)
    return module


def kernels_code(values: Values) -> tuple[str, ...]:
    """`write_kernels` as statements, with {} for the module."""
    return tuple(
        f"{{}}.weight.data[{', '.join(map(str, place))}] = torch.tensor({[list(row) for row in kernel]})"
        for place, kernel in _places(values)
    )


def changed_kernels(old: Values, new: Values, maps: int) -> tuple[tuple[int, int, Kernel | None, Kernel | None], ...]:
    """The kernels that an edit changed: filter, input map, and what was typed before and is now; None for learnt."""
    if "filters" not in old or "filters" not in new:
        return ()
    return tuple(
        (number, channel, a, b)
        for number, (before, after) in enumerate(zip(typed(old), typed(new), strict=False))
        if before != after
        for channel, (a, b) in enumerate(zip(for_maps(before, maps), for_maps(after, maps), strict=False))
        if a != b
    )


# -- the library --------------------------------------------------------------------------------------------------


def _binomial(length: int) -> list[int]:
    return [math.comb(length - 1, place) for place in range(length)]


def _outer(column: Sequence[float], row: Sequence[float], scale: float = 1.0) -> Kernel:
    return tuple(tuple(round(a * b * scale, 6) for b in row) for a in column)


def _turned(kernel: Kernel) -> Kernel:
    return tuple(zip(*kernel, strict=True))


def _derivative(length: int) -> list[int]:
    """−1 0 1, smoothed by binomials to this length."""
    smooth = [0, 0, *_binomial(length - 2), 0, 0]
    return [smooth[place] - smooth[place + 2] for place in range(length)]


def _centred(size: int, inner: Kernel) -> Kernel:
    """A 3 × 3 kernel in the middle of a larger one of zeros."""
    margin = (size - 3) // 2
    rows = [(*(0.0,) * margin, *row, *(0.0,) * margin) for row in inner]
    empty = [(0.0,) * size] * margin
    return (*empty, *rows, *empty)


def _point(size: int, middle: float, around: float) -> Kernel:
    half = size // 2
    return tuple(tuple(middle if y == x == half else around for x in range(size)) for y in range(size))


_LAPLACE: Kernel = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))
_SHARPEN: Kernel = ((0.0, -1.0, 0.0), (-1.0, 5.0, -1.0), (0.0, -1.0, 0.0))
_ARROW: Kernel = ((0.0, 1.0, 0.0), (0.0, 0.0, 2.0), (0.0, 1.0, 0.0))


def library(size: int) -> dict[str, Kernel]:
    """Well-known kernels of this size by their name; the library has more of them for odd sizes from 3 on.

    Sobel and Prewitt answer to brightness that grows to the right (x) or downwards (y).
    """
    ones, binomial = [1.0] * size, _binomial(size)
    found: dict[str, Kernel] = {}
    if size >= 3 and size % 2:
        # Beyond this the numbers of Sobel grow past all use.
        sobel = _outer(binomial, _derivative(size)) if size <= LARGEST_SOBEL else None
        prewitt = _outer(ones, [float(place - size // 2) for place in range(size)])
        line = tuple(tuple(1.0 if x == size // 2 else 0.0 for x in range(size)) for _ in range(size))
        found = {"Sobel x": sobel, "Sobel y": _turned(sobel)} if sobel else {}
        found |= {
            "Prewitt x": prewitt, "Prewitt y": _turned(prewitt),
            "Laplace": _centred(size, _LAPLACE), "Edges": _point(size, float(size * size - 1), -1.0),
            "Sharpen": _centred(size, _SHARPEN),
            "Vertical line": line, "Horizontal line": _turned(line), "Arrow": _centred(size, _ARROW),
        }  # fmt: skip
    if size >= 2:
        found["Box blur"] = _outer(ones, ones, 1 / size**2)
        found["Gaussian blur"] = _outer(binomial, binomial, 1 / sum(binomial) ** 2)
    found["Identity"] = _point(size, 1.0, 0.0)
    return found
