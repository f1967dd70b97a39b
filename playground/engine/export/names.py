"""Names for generated code: whatever a layer is called becomes an identifier, each one given out once."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from playground.document.graph import Graph

LONGEST = 32

# What `nn.Module` has already: a layer of this name would be hidden by it, or hide it. Private names start with an
# underscore, which no name here does.
OF_MODULE = frozenset({
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile",
    "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer",
    "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia",
    "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
    "register_backward_hook", "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook", "register_module", "register_parameter",
    "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "set_extra_state",
    "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu",
    "zero_grad"
})  # fmt: skip
# What the generated code itself uses, and letters that look like figures.
OF_CODE = frozenset({"x", "self", "super", "torch", "nn", "l", "I", "O"})


def identifier(text: str) -> str:
    """The letters, figures and underscores of a text as an ASCII identifier; empty where it has none.

    Accents are dropped, anything else becomes one underscore, so nothing of the text can act as code.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = re.sub(r"[^0-9A-Za-z]+", "_", plain).strip("_")[:LONGEST].rstrip("_")
    return f"layer_{word}"[:LONGEST] if word[:1].isdigit() else word


class Names:
    """Gives out names: each is an identifier, none twice, none that means something else in a module."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """The name, with an underscore or a number behind it where it is taken."""
        name, number = wanted, 1
        if keyword.iskeyword(name) or name in OF_MODULE or name in OF_CODE:
            name = f"{name}_"
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


def name_layers(graph: Graph, active: tuple[str, ...], names: Names) -> Mapping[str, str]:
    """A name for each active node: the user's where it has letters, else its kind and a number where there are
    several of that kind."""
    own = {node_id: word for node_id in active if (word := identifier(graph.node(node_id).name))}
    found = {node_id: names.take(word) for node_id, word in own.items()}
    unnamed = [node_id for node_id in active if node_id not in own]
    of_kind = Counter(graph.node(node_id).kind for node_id in unnamed)
    seen: Counter[str] = Counter()
    for node_id in unnamed:
        kind = graph.node(node_id).kind
        seen[kind] += 1
        found[node_id] = names.take(kind if of_kind[kind] == 1 else f"{kind}_{seen[kind]}")
    return found
