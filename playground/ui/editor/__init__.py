"""The canvas: the network as cards and wires, edited by hand and alive while it learns."""
