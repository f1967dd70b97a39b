"""The values that a slider runs through."""

from __future__ import annotations

import math
from collections.abc import Sequence

from playground.document.params import Float, Int

# What a slider over whole numbers reaches at least; more can be typed.
REACH = 64
MANTISSAS = (1, 2, 3, 5)
# Where the scale of a number that may be zero begins to matter.
SMALLEST = 1e-5


class Scale:
    """The values that a slider runs through, in order."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = tuple(values)

    @staticmethod
    def of(param: Int | Float) -> Scale:
        """A scale for a parameter: even steps, or 1, 2, 3, 5 times powers of ten where it is logarithmic."""
        if isinstance(param, Int):
            return Scale(_whole_numbers(param))
        if param.log:
            return Scale(_decades(param.minimum, param.maximum))
        step = _even_step(param.maximum - param.minimum)
        count = math.floor((param.maximum - param.minimum) / step + 1e-9)
        values = [round(param.minimum + number * step, 10) for number in range(count + 1)]
        return Scale(values if values[-1] == param.maximum else [*values, param.maximum])

    def position(self, value: float) -> int:
        """The number of the value nearest to this one."""
        return min(range(len(self.values)), key=lambda number: abs(self.values[number] - value))


def _even_step(span: float) -> float:
    """A round step that gives 50 to 100 of them."""
    exponent = math.floor(math.log10(span / 100))
    return next(m * 10.0**e for e in (exponent, exponent + 1) for m in (1, 2, 5) if span / (m * 10.0**e) <= 100)


def _decades(minimum: float, maximum: float) -> list[float]:
    # A range from zero has zero as its first step, then starts where a penalty begins to matter.
    start = minimum if minimum > 0 else SMALLEST
    exponents = range(math.floor(math.log10(start)), math.ceil(math.log10(maximum)) + 1)
    steps = [float(f"{m}e{e}") for e in exponents for m in MANTISSAS]
    inside = [step for step in steps if start * 0.999 <= step <= maximum]
    return inside if minimum > 0 else [0.0, *inside]


def _whole_numbers(param: Int) -> list[float]:
    """Every number at first, then ever larger steps, up to what is usual for this parameter."""
    top = min(param.maximum, max(REACH, 32 * max(1, int(param.default))))
    values = list(range(param.minimum, min(top, 16) + 1))
    while values[-1] < top:
        step = max(1, 2 ** (values[-1].bit_length() - 4))
        values.append(min(top, values[-1] + step))
    return [float(value) for value in values]
