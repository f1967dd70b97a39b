"""`playground presets`: the examples, as a table or as JSON."""

from __future__ import annotations

import sys
from typing import Any

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.counts import parameter_count
from playground.document.project import Project, ProjectError, read_project
from playground.document.shapes import active_nodes
from playground.document.storage import StorageError, render_json
from playground.resources import Example, examples


def run(as_json: bool) -> None:
    """Prints all examples. Raises CommandError when the program's own files are damaged."""
    from playground.commands.errors import CommandError

    try:
        entries = [_describe(example, read_project(example.path, CATALOGUE)) for example in examples()]
    except (ProjectError, StorageError) as error:
        raise CommandError(f"The examples cannot be read: {error}") from None
    sys.stdout.write(render_json(entries).decode() if as_json else _table(entries))


def _describe(example: Example, project: Project) -> dict[str, Any]:
    nodes = (project.graph.node(node_id) for node_id in active_nodes(project.graph, CATALOGUE.layers))
    return {
        "name": example.name,
        "title": example.title,
        "data": CATALOGUE.datasets[project.data.name].label,
        "parameters": parameter_count(project),
        "layers": [CATALOGUE.layers[node.kind].card_title(node.params) for node in nodes],
        "description": example.description,
    }


def _table(entries: list[dict[str, Any]]) -> str:
    rows = [("NAME", "DATA", "PARAMETERS", "WHAT IT IS")]
    rows += [(entry["name"], entry["data"], f"{entry['parameters']:,}", entry["description"]) for entry in entries]
    name, data, count = (max(len(row[column]) for row in rows) for column in range(3))
    return "".join(f"{row[0]:{name}}  {row[1]:{data}}  {row[2]:>{count}}  {row[3]}\n" for row in rows)
