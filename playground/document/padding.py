"""Padding that brings the maps of one branch to the size of another: found by trying it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from playground.document.graph import Graph
from playground.document.params import Choice, Int, Param, Value, Values

if TYPE_CHECKING:
    from playground.document.shapes import Layers, Shape

Changes = tuple[tuple[str, Value], ...]

# So many layers are tried: one far back changes too much that comes between.
MOST_TRIED = 8


def paddings(params: Iterable[Param], values: Values) -> Iterator[Changes]:
    """The other paddings that a layer may have, the plain one first: Same, then each number of pixels up to its
    window. More would add places at which it sees nothing but zeros."""
    window = int(values.get("kernel", values.get("window", 1))) * int(values.get("dilation", 1))
    for param in params:
        if isinstance(param, Choice) and "same" in dict(param.options) and values[param.name] != "same":
            yield ((param.name, "same"),)
        if isinstance(param, Int) and param.name == "pad":
            needed: Changes = (param.shown_when,) if param.shown_when else ()
            for pixels in range(1, min(window, param.maximum) + 1):
                yield (*needed, (param.name, pixels))


def padding_text(changes: Changes) -> str:
    """A padding in words: "same padding" or "padding 2"."""
    chosen = dict(changes)
    return f"padding {chosen['pad']}" if "pad" in chosen else f"{chosen['padding']} padding"


def padding_for(
    wanted: Shape, source: str, others: Collection[str], graph: Graph, layers: Layers, found: Mapping[str, Shape],
    make: Callable[[str, tuple[Shape, ...], Values], Shape | None],
) -> tuple[str, Changes] | None:  # fmt: skip
    """The layer nearest to `source`, itself or one that leads there, and the padding with which the maps of `source`
    are `wanted` high and wide; None where there is none.

    What leads to `others` as well is left alone. `found` is the present shape of every layer, and `make` gives the
    shape that a kind of layer makes of its inputs, or None.
    """
    kept = {id for other in others for id in (other, *graph.ancestors(other))}
    padded = ((id, changes) for id in _back(graph, source, kept)
              if (changes := tuple(paddings(layers[graph.node(id).kind].params, graph.node(id).params))))  # fmt: skip
    for node_id, changes in islice(padded, MOST_TRIED):
        path = graph.between((node_id,), (source,))
        for change in changes:
            made = dict(found)
            for step in path:
                node = graph.node(step)
                values = Values({**node.params, **dict(change)}) if step == node_id else node.params
                given = tuple(made[edge.source] for edge in graph.incoming(step) if edge.source in made)
                shape = make(node.kind, given, values)
                if shape is None:
                    break
                made[step] = shape
            else:
                if made[source][1:] == wanted:
                    return node_id, change
    return None


def _back(graph: Graph, source: str, kept: Collection[str]) -> Iterator[str]:
    """`source` and what leads there, the nearest first, without `kept`."""
    waiting = [source] if source not in kept else []
    seen = set(waiting)
    for node_id in waiting:
        yield node_id
        before = dict.fromkeys(edge.source for edge in graph.incoming(node_id))
        new = [id for id in before if id not in seen and id not in kept]
        waiting += new
        seen.update(new)
