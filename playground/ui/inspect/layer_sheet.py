"""The sheet of one layer: what has to be asked for it, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import active_inputs
from playground.engine.mailbox import Arrays
from playground.engine.requests import Request
from playground.ui.editor.thumbnails import is_planar, never_negative
from playground.ui.inspect.looking import active, layer_of
from playground.ui.inspect.parts import Bars, Cells, MapRow, Maps, Part
from playground.ui.inspect.plane import plane_parts
from playground.ui.inspect.windows import window_of
from playground.ui.inspect.words import color_names, tr
from playground.ui.pictures import Numbers

# So many values in a row still are bars with a name each.
MOST_BARS = 10
COLORS = 3
# Layers that leave the order of values alone on their way from Flatten to a Dense layer.
ORDERLY = frozenset({"dropout", "batch_norm", *ACTIVATIONS})


@dataclass(frozen=True)
class Sheet:
    """The sheet of a node of a project with these inferred shapes. `channel` is the input channel that is in view with
    its filters, None for all, which are one picture in `color`; `unit` the unit whose weights are in view."""

    project: Project
    shapes: Mapping[str, object] = field(compare=False, repr=False)
    node: str
    channel: int | None = None
    unit: int = 0
    color: bool = False

    @cached_property
    def graph(self) -> Graph:
        """The network without what is bypassed."""
        return self.project.graph.effective

    @property
    def layer(self) -> Layer:
        """The kind of the layer."""
        return layer_of(self.graph, self.node)

    @property
    def planar(self) -> bool:
        """True where the network works on points, and each unit has a picture over the plane."""
        return is_planar(self.project.graph)

    @cached_property
    def _inside(self) -> frozenset[str]:
        return frozenset(active(self.project))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The layers that feed it."""
        return active_inputs(self.project.graph, self.node, self._inside)

    @property
    def follower(self) -> str:
        """The activation layer that comes right after it, or nothing."""
        targets = (edge.target for edge in self.graph.outgoing(self.node))
        return next((node for node in targets if layer_of(self.graph, node).category == "activation"), "")

    def weight_request(self) -> Request | None:
        """The weights that the sheet shows, where it shows any."""
        match self.layer.category:
            case "convolution":
                return Request("sheet_weights", (self.node,), unit=self.channel)
            case "dense":
                return Request("sheet_weights", (self.node,), unit=None if self.planar else self.unit)
        return None

    def _shape_of(self, node: str) -> tuple[int, ...]:
        found = self.shapes.get(node)
        return found if isinstance(found, tuple) else ()

    # -- parts ----------------------------------------------------------------------------------------------------

    def parts(self, values: Arrays, weights: Arrays, prediction: Arrays) -> tuple[Part, ...]:
        """What the sheet shows of these answers; nothing while the network has no such layer yet."""
        if self.node not in values:
            return ()
        if self.planar:
            return plane_parts(self.graph.node(self.node), values[self.node], weights)
        match self.layer.category:
            case "convolution":
                return self._of_convolution(values, weights)
            case "dense":
                return (*self._incoming(weights), *self._before_and_after(values))
            case "output":
                return self._of_output(values, prediction)
            case "input":
                return (self._input(values[self.node]),)
            case "pooling" | "activation" | "regularisation":
                return self._in_and_out(values)
        return (self._part(tr("Output"), "", values[self.node], self._table(self.node)),)

    def _table(self, node: str) -> str:
        return "from_zero" if never_negative(self.graph, node) else "signed"

    def _input(self, values: Numbers) -> Part:
        if values.ndim != 3:
            return self._part(tr("Input"), "", values, "signed")
        return self._seen(values, self.node, tr("Input"))

    def _seen(self, values: Numbers, node: str, title: str) -> Maps:
        """The maps of a layer that are in view: all of them, in one picture of colours, or the chosen one."""
        pixels = layer_of(self.graph, node).category == "input"
        table = ("photo" if self.colored else "image") if pixels else self._table(node)
        noun = tr("Channel") if pixels else tr("Map")
        if self.color:
            row = MapRow(title, _joined(_size(values), tr("in colour")), values[None], table, tr("Picture"), color=True)
        elif self.channel is None:
            row = MapRow(title, _size(values), values, table, noun)
        else:
            detail = _joined(_size(values), self._channel_name(self.channel))
            row = MapRow(title, detail, values[self.channel : self.channel + 1], table, noun)
        numbers = range(len(values)) if self.channel is None else (self.channel,)
        short = color_names() if self.colored else [str(number + 1) for number in range(len(values))]
        names = () if len(values) == 1 or self.color else tuple(short[number] for number in numbers)
        return Maps((replace(row, given=True),), units=False, names=names)

    def given(self, values: Arrays) -> tuple[Part, ...]:
        """What a convolution looks at: the maps that its windows lie in, as far as they are in view."""
        maps = values.get(self.sources[0]) if self.sources and not self.planar else None
        if maps is None or maps.ndim != 3 or self.layer.category != "convolution":
            return ()
        if self.channel is not None and self.channel >= len(maps):
            return ()
        return (self._seen(maps, self.sources[0], tr("Input")),)

    def _part(self, title: str, detail: str, values: Numbers, table: str) -> Part:
        """One part for values of any shape."""
        if values.ndim == 1:
            return self._line(title, detail, values, table)
        maps = values if values.ndim == 3 else values.reshape(1, -1, values.shape[-1])
        return Maps((MapRow(title, _joined(_size(maps), detail), maps, table, tr("Map")),))

    def _line(self, title: str, detail: str, values: Numbers, table: str) -> Part:
        if len(values) <= MOST_BARS:
            names = self._class_names(len(values)) if self._feeds_output() else ()
            return Bars(title, detail, values, names or tuple(str(number + 1) for number in range(len(values))))
        count = tr("{count} values").format(count=len(values))
        return Cells(title, _joined(count, detail), values, table, origin=self._origin(self.node))

    def _feeds_output(self) -> bool:
        graph = self.graph
        return any(layer_of(graph, edge.target).category == "output" for edge in graph.outgoing(self.node))

    def _class_names(self, count: int) -> tuple[str, ...]:
        names = CATALOGUE.datasets[self.project.data.name].class_names
        return names if len(names) == count else tuple(str(number) for number in range(count))

    def _before_and_after(self, values: Arrays) -> tuple[Part, ...]:
        """What the layer gives before and after its own activation, or that of the layer right behind it."""
        before, after, name, node = self._stages(values)
        if after is None:
            return (self._part(tr("Output"), "", before, self._table(self.node)),)
        return (
            self._part(tr("Before activation"), "", before, "signed"),
            self._part(tr("After {name}").format(name=name), "", after, self._table(node)),
        )

    def _stages(self, values: Arrays) -> tuple[Numbers, Numbers | None, str, str]:
        """The values before the activation, those after it where there is one, its name, and the layer that it is
        part of."""
        own = values.get(f"{self.node}:before")
        if own is not None:
            name = ACTIVATIONS[str(self.graph.node(self.node).params["activation"])].label
            return own, values[self.node], name, self.node
        after = values.get(self.follower) if self.follower else None
        name = self.layer.label if after is None else layer_of(self.graph, self.follower).label
        return values[self.node], after, name, self.follower or self.node

    def _in_and_out(self, values: Arrays) -> tuple[Part, ...]:
        """What comes in above what goes out, where both are maps of the same channels."""
        made, table = values[self.node], self._table(self.node)
        title = self.layer.label
        note = tr("off while it is looked at") if self.layer.name == "dropout" else ""
        given = values.get(self.sources[0]) if len(self.sources) == 1 else None
        if given is None or self.layer.name == "dropout" or given.ndim != made.ndim or len(given) != len(made):
            return (self._part(title, note, made, table),)
        before = self._part(tr("Input"), "", given, self._table(self.sources[0]))
        after = self._part(tr("After {name}").format(name=title), note, made, table)
        if isinstance(before, Maps) and isinstance(after, Maps):
            window = window_of(self.layer, self.graph.node(self.node).params)
            rows = [replace(row, given=True) for row in before.rows]
            return (Maps((*rows, *(replace(row, window=window) for row in after.rows))),)
        return before, after

    # -- convolution ----------------------------------------------------------------------------------------------

    def _of_convolution(self, values: Arrays, weights: Arrays) -> tuple[Part, ...]:
        before, after, name, node = self._stages(values)
        if before.ndim != 3:
            return self._before_and_after(values)
        detail = _size(before) if after is None else tr("{size}, before activation").format(size=_size(before))
        window = window_of(self.layer, self.graph.node(self.node).params)
        maps = MapRow(tr("Feature maps"), detail, before, "signed", tr("Map"), window=window)
        rows = [*self._filters(weights, len(before)), maps]
        if after is not None:
            title = tr("After {name}").format(name=name)
            rows.append(MapRow(title, _size(after), after, self._table(node), tr("Map"), window=window))
        return (Maps(tuple(rows)),)

    def _filters(self, weights: Arrays, count: int) -> list[MapRow]:
        weight = weights.get("weight")
        if weight is None or weight.ndim not in (3, 4) or len(weight) != count:
            # The frame was made before an edit; the next one will fit.
            return []
        if self.color and weight.ndim == 4 and weight.shape[1] == COLORS:
            detail = tr("{size}, weights in colour, grey is zero").format(size=_size(weight))
            return [MapRow(tr("Filters"), detail, weight, "signed", tr("Filter"), color=True)]
        channels = weight[:, None] if weight.ndim == 3 else weight
        found = []
        for number in range(channels.shape[1]):
            detail = tr("{size}, signed weights").format(size=_size(channels[:, number]))
            at = number if self.channel is None else self.channel
            several = channels.shape[1] > 1 or self.channel is not None
            detail = _joined(detail, tr("of {channel}").format(channel=self._channel_name(at)) if several else "")
            found.append(MapRow(tr("Filters"), detail, channels[:, number], "signed", tr("Filter")))
        return found

    def channels(self) -> tuple[str, ...]:
        """The names of the input channels of a convolution that has several, and of the channels of a picture."""
        if self.planar or not (self.layer.category == "convolution" or self.colored):
            return ()
        shape = self._shape_of(self._looks_at)
        return tuple(self._channel_name(number) for number in range(shape[0])) if len(shape) > 1 < shape[0] else ()

    @property
    def _looks_at(self) -> str:
        """The layer whose maps the channels are: the one before a convolution, or the input itself."""
        return self.node if self.layer.category == "input" or not self.sources else self.sources[0]

    @property
    def colored(self) -> bool:
        """Whether the channels in view are red, green and blue."""
        if self.layer.category not in ("convolution", "input"):
            return False
        node = self.graph.node(self._looks_at)
        return node.kind == "image" and node.params["channels"] == COLORS

    def _channel_name(self, number: int) -> str:
        return color_names()[number] if self.colored else tr("input map {number}").format(number=number + 1)

    # -- Dense and Output -----------------------------------------------------------------------------------------

    def _incoming(self, weights: Arrays) -> tuple[Part, ...]:
        """The weights into the chosen unit: as maps where its input was maps right before, else as cells."""
        weight = weights.get("weight")
        if weight is None or weight.ndim != 1:
            return ()
        title = tr("Weights into unit {number}").format(number=self.unit + 1)
        units = self._shape_of(self.node)
        names = self._class_names(units[0]) if units and self._feeds_output() else ()
        if self.unit < len(names):
            title = tr("Weights into unit {number}, “{name}”").format(number=self.unit + 1, name=names[self.unit])
        origin = self._origin(self.sources[0]) if self.sources else ()
        if len(origin) == 3 and int(np.prod(origin)) == len(weight):
            maps = weight.reshape(origin)
            row = MapRow(title, tr("{size}, as its input lies").format(size=_size(maps)), maps, "signed", tr("Map"))
            return (Maps((row,), units=False),)
        count = tr("{count} weights").format(count=len(weight))
        return (Cells(title, count, weight, "signed", units=False),)

    def _origin(self, node: str) -> tuple[int, ...]:
        """The shape of the maps that the values of a node were before Flatten, or nothing."""
        for _ in range(len(self._inside)):
            kind = self.graph.node(node).kind
            sources = active_inputs(self.project.graph, node, self._inside)
            if kind == "flatten" and sources:
                return self._shape_of(sources[0])
            if kind not in ORDERLY or len(sources) != 1:
                break
            node = sources[0]
        return ()

    def _of_output(self, values: Arrays, prediction: Arrays) -> tuple[Part, ...]:
        logits = values[self.node].reshape(-1)
        shares = prediction.get("probabilities")
        if self.layer.name != "classes":
            names = tuple(str(number + 1) for number in range(len(logits)))
            return (Bars(tr("Value"), "", logits, names),)
        found = [Bars(tr("Logits"), tr("before softmax"), logits, self._class_names(len(logits)))]
        if shares is not None:
            found.append(Bars(tr("Probabilities"), "", shares, self._class_names(len(shares)), shares=True))
        return tuple(found)


def _size(maps: Numbers) -> str:
    return f"{maps.shape[-2]} × {maps.shape[-1]}"


def _joined(*texts: str) -> str:
    return ", ".join(text for text in texts if text)
