"""Where a layer's parameters and its output size come from, in words and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.connections import MOST, removed
from playground.catalog.layer import Layer
from playground.catalog.layers.conv import padding_of
from playground.catalog.layers.input import feature_labels
from playground.document.params import Values
from playground.document.shapes import Shape, shape_text, size
from playground.ui.numbers import number, whole

Lines = list[tuple[str, int]]


@dataclass(frozen=True)
class Word:
    """A piece of a formula in one of the styles "plain", "strong" for a parameter, "result"."""

    text: str
    style: str = "plain"


@dataclass(frozen=True)
class Fraction:
    """Words over words, with a line between; `floor` puts it in the brackets that round down."""

    over: tuple[Word, ...]
    under: tuple[Word, ...]
    floor: bool = False


Formula = tuple[Word | Fraction, ...]


def _translate(text: str) -> str:
    return QCoreApplication.translate("Inspector", text)


def parameter_lines(layer: Layer, values: Values, given: tuple[Shape, ...], made: Shape, count: int) -> Lines:
    """The origin of a layer's parameters: texts and their counts, which add up to `count`."""
    if layer.category == "convolution":
        return _with_biases(_filter_weights(values, given[0]), _translate("one bias for each filter"), made, values)
    if layer.name == "dense":
        return _with_biases(_unit_weights(values, given[0], made), _translate("one bias for each unit"), made, values)
    if layer.name == "batch_norm":
        channels = count // 2
        kind = _translate("map") if len(made) == 3 else _translate("value")
        return [
            (_translate("one scale γ for each {kind}").format(kind=kind), channels),
            (_translate("one shift β for each {kind}").format(kind=kind), channels),
        ]
    return [(_translate("weights and biases"), count)] if count else []


def _with_biases(weights: Lines, text: str, made: Shape, values: Values) -> Lines:
    return [*weights, (text, made[0])] if values["bias"] else weights


def _filter_weights(values: Values, shape: Shape) -> Lines:
    kernel, filters = int(values["kernel"]), int(values["filters"])
    text = _translate("{kernel} × {kernel} × {maps} weights in each of {filters} filters")
    if filters == 1:
        text = _translate("{kernel} × {kernel} × {maps} weights in one filter")
    words = text.format(kernel=kernel, maps=whole(shape[0]), filters=whole(filters))
    return [(words, kernel * kernel * shape[0] * filters)]


def _unit_weights(values: Values, shape: Shape, made: Shape) -> Lines:
    text = _translate("{inputs} weights in each of {units} units")
    if made[0] == 1:
        text = _translate("{inputs} weights in one unit")
    lines: Lines = [(text.format(inputs=whole(shape[0]), units=whole(made[0])), shape[0] * made[0])]
    if shape[0] * made[0] > MOST:
        return lines
    # It stands there before one is removed, too: what lies below must not move under the pointer.
    return [*lines, (_translate("removed connections"), -len(removed(values)))]


def comparison(layer: Layer, given: tuple[Shape, ...], made: Shape) -> str:
    """What a Dense layer for the same task would need, for a convolution: it shares its weights."""
    if layer.category != "convolution":
        return ""
    text = _translate("A Dense layer from {source} to {target} would need {count} weights.")
    count = whole(size(given[0]) * size(made))
    return text.format(source=shape_text(given[0], "×"), target=shape_text(made, "×"), count=count)


# -- formulas ----------------------------------------------------------------------------------------------------


def size_formula(layer: Layer, values: Values, given: tuple[Shape, ...], made: Shape | None) -> tuple[Formula, ...]:
    """How the output size follows from the input: one line, or one for height and one for width. Where that is not
    known it is n."""
    shapes = given[:1]
    windowed = layer.category in ("convolution", "pooling") and "stride" in values
    if not shapes or made is None:
        return (_window_formula(values),) if windowed else ()
    if windowed and len(shapes[0]) == 3:
        sides = list(dict.fromkeys(zip(shapes[0][1:], made[1:], strict=True)))
        return tuple(_window_formula(values, before, after) for before, after in sides)
    match layer.name:
        case "flatten" | "reshape":
            product = " × ".join(whole(length) for length in (*shapes[0][1:], shapes[0][0]))
            target = whole(made[0]) if len(made) == 1 else shape_text(made)
            return ((Word(f"{product} = "), Word(target, "result")),)
        case "concat":
            channels = " + ".join(whole(shape[0]) for shape in given)
            return ((Word(f"{channels} = "), Word(whole(made[0]), "result")),)
    return ()


def _window_formula(values: Values, before: int | None = None, after: int | None = None) -> Formula:
    """(n + 2p − d(k − 1) − 1) / s + 1 for convolutions, (n + 2p − k) / s + 1 for pooling, rounded down."""
    stride, start = int(values["stride"]), "n" if before is None else str(before)
    if "window" in values:
        padding, window = int(values["pad"]), int(values["window"])
        over: tuple[Word, ...] = (
            Word(f"{start} + 2·"), Word(str(padding), "strong"), Word(" − "), Word(str(window), "strong"),
        )  # fmt: skip
        added = 2 * padding - window
    else:
        padding_choice, dilation, kernel = padding_of(values), int(values["dilation"]), int(values["kernel"])
        reach = dilation * (kernel - 1)
        total = reach if isinstance(padding_choice, str) else 2 * padding_choice
        around = f"{total}" if isinstance(padding_choice, str) else f"{padding_choice}"
        over = (
            Word(f"{start} + " if isinstance(padding_choice, str) else f"{start} + 2·"), Word(around, "strong"),
            Word(" − "), Word(str(dilation), "strong"), Word("·("), Word(str(kernel), "strong"), Word(" − 1) − 1"),
        )  # fmt: skip
        added = total - reach - 1
    floor = stride > 1 if before is None else (before + added) % stride != 0
    fraction = Fraction(over, (Word(str(stride), "strong"),), floor=floor)
    return (fraction, Word(" + 1")) if after is None else (fraction, Word(" + 1 = "), Word(str(after), "result"))


def value_formula(layer: Layer, values: Values, given: tuple[Shape, ...], made: Shape | None) -> tuple[Formula, ...]:
    """How the layer computes its values. Sizes that are not known are letters."""
    shape = given[0] if given else None
    if layer.name in ACTIVATIONS:
        entry = ACTIVATIONS[layer.name]
        settings = ", ".join(f"{param.label.lower()} = {number(float(values[param.name]))}" for param in entry.params)
        line = (Word(f"y = {entry.formula}"),)
        return (line, (Word(settings, "note"),)) if settings else (line,)
    match layer.name:
        case "dense":
            return _dense_formula(values, shape)
        case "conv2d":
            return _conv_formula(values, shape)
        case "batch_norm":
            root = (Word("√(σ² + "), Word(number(float(values["eps"])), "strong"), Word(")"))
            return ((Word("y = γ · "), Fraction((Word("x − μ"),), root), Word(" + β")),)
        case "dropout":
            rate = float(values["rate"])
            fraction = Fraction((Word("x"),), (Word("1 − "), Word(f"{rate:g}", "strong")))
            return ((Word("y = "), fraction, Word("  "), Word(_translate("or 0, while training"))),)
        case "softmax":
            return ((Word("yᵢ = "), Fraction((Word("exp xᵢ"),), (Word("Σ exp xⱼ"),))),)
        case "add":
            terms = [f"x{_lowered(place + 1)}" for place in range(len(given) or 2)]
            return ((Word("y = " + " + ".join(terms if given else [*terms, "…"])),),)
        case "classes" if made == (1,):
            return ((Word("p = "), Fraction((Word("1"),), (Word("1 + exp(−x)"),))),)
        case "classes":
            return ((Word("pᵢ = "), Fraction((Word("exp xᵢ"),), (Word("Σ exp xⱼ"),))),)
        case "value":
            return ((Word("y = x"),),)
        case "global_avg_pool":
            count = "n" if shape is None else whole(math.prod(shape[1:]))
            return ((Word("y = "), Fraction((Word("Σ x"),), (Word(count),))),)
        case "features" if made:
            return ((Word(f"y = ({', '.join(feature_labels(values))})"),),)
        case "image":
            told = _translate("the pixel at row i and column j of channel c")
            return ((Word("y[c,i,j] = x[c,i,j]"),), (Word(told, "note"),))
    return ()


def _lowered(value: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(value))


def _applied(values: Values, inner: str) -> str:
    """What a layer adds up, with its activation around it."""
    activation = str(values["activation"])
    name = ACTIVATIONS[activation].label if activation != "none" else ""
    function = "" if activation in ("none", "linear") else name if name[:2].isupper() else name.lower()
    return f"{function}({inner})" if function else inner


def _dense_formula(values: Values, shape: Shape | None) -> tuple[Formula, ...]:
    inner = "W x + b" if values["bias"] else "W x"
    inputs = whole(shape[0]) if shape is not None else _translate("the number of inputs")
    sizes = _translate("W is {units} × {inputs}").format(units=whole(int(values["units"])), inputs=inputs)
    return ((Word(f"y = {_applied(values, inner)}"),), (Word(sizes, "note"),))


def _conv_formula(values: Values, shape: Shape | None) -> tuple[Formula, ...]:
    """Map f at row i, column j: the products of its filter and the window there, added up over the input maps c.

    Frameworks call it convolution; it is cross-correlation, the filter is not turned over: Goodfellow, Bengio,
    Courville, "Deep Learning" (2016), equation 9.6.
    """
    stride, dilation, kernel = (int(values[name]) for name in ("stride", "dilation", "kernel"))

    def place(at: str, step: str) -> str:
        start = at if stride == 1 else f"{stride}{at}"
        return f"{start} + {step}" if dilation == 1 else f"{start} + {dilation}{step}"

    several = shape is None or shape[0] > 1
    maps = "c," if several else ""
    inner = f"Σ w[f,{maps}m,n] · x[{maps}{place('i', 'm')}, {place('j', 'n')}]" + (" + b[f]" if values["bias"] else "")
    told = [_translate("filter f, row i, column j")]
    told.append(_translate("m and n from 0 to {last} in the window").format(last=kernel - 1))
    if several:
        over = _translate("c over the input maps")
        told.append(over if shape is None else _translate("c over {count} input maps").format(count=whole(shape[0])))
    if padding_of(values) != 0:
        told.append(_translate("x with its padding"))
    notes = (", ".join(told[:2]), ", ".join(told[2:]))
    return ((Word(f"y[f,i,j] = {_applied(values, inner)}"),), *((Word(note, "note"),) for note in notes if note))
