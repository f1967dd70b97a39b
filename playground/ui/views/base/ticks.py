"""Where an axis has its numbers, and how numbers are written."""

from __future__ import annotations

import math

from playground.ui.numbers import THIN_SPACE

# A decade of a logarithmic axis can be marked this finely, coarsest first.
_IN_DECADE = ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 4, 5, 6, 7, 8, 9))


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Round numbers from `low` to `high`, as many as there can be up to `most`; `whole` keeps to whole numbers."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return []
    power = math.floor(math.log10(span)) - 1
    for exponent in range(power, power + 4):
        for factor in (1, 2, 2.5, 5):
            step = factor * 10.0**exponent
            if whole and step != int(step):
                continue
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first + 1 <= most:
                return [number * step for number in range(first, last + 1)]
    return []


def whole_ticks(low: float, high: float, most: int) -> list[float]:
    """Round whole numbers: an axis of epochs knows no half ones."""
    return linear_ticks(low, high, most, whole=True)


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten of the marks of a logarithmic axis from 10^`low` to 10^`high`: whole decades, with 3 or with
    2 and 5 between them, or round numbers where it spans too little."""
    if not math.isfinite(high - low) or high <= low:
        return []
    decades = range(math.floor(low), math.ceil(high) + 1)
    best: list[float] = []
    for marks in _IN_DECADE:
        found = [decade + math.log10(mark) for decade in decades for mark in marks]
        found = [power for power in found if low - 1e-9 <= power <= high + 1e-9]
        if len(best) < len(found) <= most:
            best = found
    if not best:
        step = math.ceil((high - low) / most)
        best = [float(power) for power in decades if power % step == 0 and low <= power <= high]
    if len(best) < 2 and high - low < 1:
        best = [math.log10(value) for value in linear_ticks(10**low, 10**high, most) if value > 0] or best
    return best


def number_text(value: float, digits: int = 3) -> str:
    """A number as the user reads it: few digits, a real minus, thin spaces between thousands."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size != 0 and (size < 1e-3 or size >= 1e6):
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(exponent)}"
    elif size >= 10 ** (digits - 1):
        text = f"{value:,.0f}".replace(",", THIN_SPACE)
    else:
        text = f"{value:.{digits}g}"
    return text.replace("-", "−")
