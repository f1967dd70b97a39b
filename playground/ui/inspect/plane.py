"""The sheet of a layer of a network on points: a picture over the plane for each neuron."""

from __future__ import annotations

from dataclasses import replace

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layers.input import FEATURES
from playground.document.graph import Node
from playground.engine.mailbox import Arrays
from playground.ui.inspect.parts import MapRow, Maps, Part
from playground.ui.inspect.words import tr
from playground.ui.pictures import Numbers


def plane_parts(node: Node, maps: Numbers, weights: Arrays) -> tuple[Part, ...]:
    """The features of the input, the neurons of a layer with their weights, or the output: `maps` are (units, height,
    width)."""
    weight, category = weights.get("weight"), CATALOGUE.layers[node.kind].category
    row = MapRow(tr("Neurons"), tr("over the plane"), maps, "signed", tr("Neuron"), plane=True)
    if category == "input":
        names = tuple(label for name, label, _ in FEATURES if node.params[name])
        return (Maps((replace(row, title=tr("Features"), noun=tr("Feature"), apart=True),), names=names),)
    if category == "output":
        return (Maps((replace(row, title=tr("Output"), noun=tr("Output")),)),)
    if weight is None or weight.ndim != 2 or len(weight) != len(maps):
        return (Maps((row,)),)
    detail = tr("one for each of {count} inputs").format(count=weight.shape[1])
    return (Maps((MapRow(tr("Weights"), detail, weight[:, None], "signed", tr("Neuron")), row)),)
