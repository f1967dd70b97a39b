"""One line about one unit of a layer."""

from __future__ import annotations

import numpy as np

from playground.engine.mailbox import Arrays
from playground.ui.inspect.layer_sheet import Sheet
from playground.ui.inspect.words import tr
from playground.ui.numbers import figure, percent
from playground.ui.pictures import Numbers, reach_of

DIGITS = 3
GAP = "   "


def unit_facts(sheet: Sheet, values: Arrays, weights: Arrays, unit: int) -> str:
    """What a unit of the layer is called, how active it is or what its value is, its largest weight of those that
    the sheet shows, and its bias."""
    after = values.get(sheet.node)
    several = after is not None and after.ndim > 1
    noun = tr("Map {number}") if several else tr("Unit {number}")
    if sheet.layer.category == "convolution":
        noun = tr("Filter {number}")
    told = [noun.format(number=unit + 1)]
    if after is not None and unit < len(after):
        told.append(_about(after[unit]))
    own = _weights_of(sheet, weights.get("weight"), unit)
    if own is not None and own.size:
        largest = own.reshape(-1)[int(np.abs(np.nan_to_num(own)).argmax())]
        told.append(tr("largest weight {value}").format(value=figure(float(largest), DIGITS)))
    bias = weights.get("bias")
    if bias is not None and unit < len(bias):
        told.append(tr("bias {value}").format(value=figure(float(bias[unit]), DIGITS)))
    return GAP.join(told)


def _about(values: Numbers) -> str:
    if values.ndim == 0:
        return tr("value {value}").format(value=figure(float(values), DIGITS))
    share, largest = percent(float((values > 0).mean()), 0), figure(reach_of(values), DIGITS)
    return tr("{share} % above zero, largest {value}").format(share=share, value=largest)


def _weights_of(sheet: Sheet, weight: Numbers | None, unit: int) -> Numbers | None:
    """The weights of a unit among those that were asked for; of a Dense layer only the chosen unit's were."""
    if weight is None:
        return None
    if weight.ndim == 1:
        return weight if unit == sheet.unit else None
    return weight[unit] if unit < len(weight) else None
