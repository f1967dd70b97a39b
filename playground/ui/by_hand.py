"""Weights and biases set by hand: what is typed in, and the step of the document that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from playground.ui.document import Document
from playground.ui.numbers import parse, whole

# Larger ones make every sum overflow sooner or later.
LARGEST = 1_000_000


class NumberError(ValueError):
    """What was typed is no number that a network can hold; the message is a sentence for the user."""


@dataclass(frozen=True)
class Held:
    """One number that the network holds: the layer, "weight" or "bias", its place there and its value.

    A weight of a Dense layer lies at (unit, input), a bias at (unit,).
    """

    node: str
    parameter: str
    index: tuple[int, ...]
    value: float

    @property
    def text(self) -> str:
        """The value as it is typed."""
        return f"{self.value:.4g}".replace("-", "−")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ByHand", text)


def type_in(document: Document, held: Held, text: str) -> None:
    """Sets a number to what was typed, as one undo step; nothing happens where it is what was there. Raises
    NumberError."""
    if text.strip() == held.text:
        return
    value = parse(text)
    if isinstance(value, str) or abs(value) > LARGEST:
        sentence = _tr("{text} cannot be set. A number from −{most} to {most} can.")
        raise NumberError(sentence.format(text=f"“{text.strip()}”", most=whole(LARGEST)))
    step = _tr("Set bias") if held.parameter == "bias" else _tr("Set weight")
    document.set_number(step, f"{held.node}.{held.parameter}", held.index, held.value, float(value))
