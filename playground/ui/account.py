"""What an edit did to the weights of a network, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from playground.engine.events import Rebuilt

# More names than this are counted instead.
MOST_NAMES = 3


def _tr(text: str, **parts: object) -> str:
    return QCoreApplication.translate("Account", text).format(**parts)


def _named(names: Sequence[str], one: str, several: str, many: str) -> str:
    if len(names) > MOST_NAMES:
        return _tr(many, count=len(names))
    if len(names) == 1:
        return _tr(one, layer=names[0])
    return _tr(several, layers=_tr("{first} and {last}", first=", ".join(names[:-1]), last=names[-1]))


def clauses(rebuilt: Rebuilt) -> list[str]:
    """Which layers begin with first weights, which have earlier ones again, and how many go on with what they had."""
    fresh, returned, _ = _titles(rebuilt)
    found = []
    if rebuilt.by_hand:
        names = [rebuilt.titles.get(node, node) for node in rebuilt.by_hand]
        found.append(
            _named(
                names, "{layer} has a number set by hand", "{layers} have numbers set by hand",
                "{count} layers have numbers set by hand",
            )
        )  # fmt: skip
    if fresh:
        found.append(_named(fresh, "{layer} starts fresh", "{layers} start fresh", "{count} layers start fresh"))
    if returned:
        found.append(
            _named(
                returned, "{layer} has its earlier weights again", "{layers} have their earlier weights again",
                "{count} layers have their earlier weights again",
            )
        )  # fmt: skip
    kept = len(rebuilt.kept) - len(returned)
    if kept:
        found.append(
            _tr("1 layer kept its weights") if kept == 1 else _tr("{count} layers kept their weights", count=kept)
        )
    return found


def losses(rebuilt: Rebuilt) -> str:
    """What undo cannot bring back, as a sentence; empty where it can bring back all."""
    lost = _titles(rebuilt)[2]
    return "" if not lost else _named(
        lost, "What {layer} had learnt is too large to be kept for undo.",
        "What {layers} had learnt is too large to be kept for undo.",
        "What {count} layers had learnt is too large to be kept for undo.",
    )  # fmt: skip


def sentence(rebuilt: Rebuilt) -> str:
    """What became of the weights of all layers."""
    told = ", ".join(clauses(rebuilt)) or _tr("The network was rebuilt")
    return " ".join(part for part in (_tr("{clauses}.", clauses=told), losses(rebuilt)) if part)


def lines(rebuilt: Rebuilt) -> list[str]:
    """What the user did and what became of the weights: what it was called, then the sentence."""
    return [", ".join(rebuilt.edits), sentence(rebuilt)] if rebuilt.edits else [sentence(rebuilt)]


def _titles(rebuilt: Rebuilt) -> tuple[list[str], list[str], list[str]]:
    fresh, returned, lost = (
        [rebuilt.titles.get(node, node) for node in nodes] for nodes in (rebuilt.fresh, rebuilt.returned, rebuilt.lost)
    )
    return fresh, returned, lost
