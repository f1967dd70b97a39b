"""Kernels typed in by hand: their text in the project file, and a library of well-known ones.

The text gives one square of numbers for each filter: filters are separated by |, rows by ; and numbers by spaces. An
empty place is a filter that is learnt from its random start. "0 1 0; 0 0 2; 0 1 0 | | 1 0 -1; 2 0 -2; 1 0 -1" types
in the first and the third filter. A kernel is applied to every input map of its filter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from playground.catalog.layer import Cells
from playground.document.params import Values, shown
from playground.document.shapes import Cure, ShapeError

Kernel = tuple[tuple[float, ...], ...]
Kernels = tuple[Kernel | None, ...]

LARGEST = 1e6
LARGEST_SOBEL = 9
LEARN_ALL = "Learn all filters"


class KernelError(ValueError):
    """A text that is no list of kernels; the message is a sentence for the user."""


@lru_cache(maxsize=64)
def parse(text: str) -> Kernels:
    """The kernels of a text, None for a filter that is learnt. Raises KernelError."""
    if not text.strip():
        return ()
    return tuple(_kernel(part) if part.strip() else None for part in text.split("|"))


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


def render(kernels: Iterable[Kernel | None]) -> str:
    """The text of kernels in its normal form; trailing filters that are learnt are left out."""
    kept = list(kernels)
    while kept and kept[-1] is None:
        kept.pop()
    texts = ("; ".join(" ".join(map(number_text, row)) for row in kernel) if kernel else "" for kernel in kept)
    return " |".join(f" {text}" if text else "" for text in texts).strip()


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
    """The kernels of a layer for each of its filters, None for those that are learnt; none where the text is bad."""
    count = int(values["filters"])
    try:
        found = parse(str(values.get(KERNELS.name, "")))
    except KernelError:
        found = ()
    return (*found[:count], *(None,) * (count - len(found)))


def check_kernels(values: Values) -> None:
    """Raises ShapeError, with its cure, for typed kernels that do not fit the window of their layer."""
    learn = Cure(LEARN_ALL, params=((KERNELS.name, ""),))
    try:
        kernels = parse(str(values.get(KERNELS.name, "")))
    except KernelError as error:
        raise ShapeError(f"{error} {LEARN_ALL}.", learn) from None
    size = int(values["kernel"])
    sizes = {len(kernel) for kernel in kernels if kernel is not None}
    if sizes - {size} and len(sizes) > 1:
        raise ShapeError(
            f"The typed kernels are of different sizes, the window is {size} × {size}. {LEARN_ALL}.", learn
        )
    for other in sizes - {size}:
        use = Cure(f"Use kernel {other}", params=(("kernel", other),))
        message = f"The typed kernels are {other} × {other}, the window is {size} × {size}."
        raise ShapeError(f"{message} {use.text}." if other <= 31 else f"{message} {LEARN_ALL}.",
                         use if other <= 31 else learn)  # fmt: skip


def write_kernels(torch: Any, module: Any, values: Values) -> Any:
    """The module with its typed filters in place; the others keep what they have."""
    with torch.no_grad():
        for number, kernel in enumerate(typed(values)):
            if kernel is not None:
                module.weight[number] = torch.tensor(kernel)
    return module


def kernels_code(values: Values) -> tuple[str, ...]:
    """`write_kernels` as statements, with {} for the module."""
    return tuple(
        f"{{}}.weight.data[{number}] = torch.tensor({[list(row) for row in kernel]})"
        for number, kernel in enumerate(typed(values))
        if kernel is not None
    )


def changed_filters(old: Values, new: Values) -> tuple[tuple[int, bool, bool], ...]:
    """The filters whose typed kernel an edit changed: number, whether it was typed before and whether it is now."""
    if "filters" not in old or "filters" not in new:
        return ()
    pairs = enumerate(zip_longest(typed(old), typed(new)))
    return tuple((number, a is not None, b is not None) for number, (a, b) in pairs if a != b)


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
