"""A weight or a bias set by hand while the run goes on."""

from __future__ import annotations

import torch

from playground.catalog.catalogue import CATALOGUE
from playground.engine.events import Rebuilt
from playground.engine.session import Session


def set_number(session: Session, name: str, index: tuple[int, ...], value: float) -> Rebuilt | None:
    """Sets one number of the parameter `name`, such as "n3.weight" at (unit, input); what this makes of the network.

    None, and nothing is changed, where the network has no such number, as the layer was removed or made smaller.
    """
    parameter = dict(session.network.named_parameters()).get(name)
    if parameter is None or len(index) != parameter.dim():
        return None
    if not all(0 <= place < size for place, size in zip(index, parameter.shape, strict=True)):
        return None
    with torch.no_grad():
        parameter[index] = value
    # Momentum of before would push it away again.
    session.flat.forget(session.optimizer, name, index)
    session.learnt = True
    session.standing.forget_result()
    session.measuring.begin_anew()
    node, now = name.partition(".")[0], session.layer_keys
    layer = session.project.graph.node(node)
    return Rebuilt(
        tuple(other for other in now if other != node),
        (),
        session.standing.untrained(now),
        by_hand=(node,),
        titles={node: layer.name or CATALOGUE.layers[layer.kind].card_title(layer.params)},
        epoch=session.progress.epoch,
        batch=session.progress.batch,
    )
