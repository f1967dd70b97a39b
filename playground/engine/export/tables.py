"""Tables as text: aligned columns, Markdown or CSV. The first row is the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]

# A spreadsheet runs what begins so as a formula (OWASP, "CSV injection").
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# What Markdown takes for more than text.
_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")


def as_text(rows: Rows, right: frozenset[int]) -> str:
    """Columns aligned with spaces, those in `right` at their right edge."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_markdown(rows: Rows, right: frozenset[int]) -> str:
    """A table of GitHub's Markdown; what would be a mark there stands as text."""
    header, *body = [[_MARKS.sub(r"\\\1", cell) for cell in row] for row in rows]
    rule = ["---:" if column in right else "---" for column in range(len(header))]
    return "".join(f"| {' | '.join(row)} |\n" for row in (header, rule, *body))


def as_csv(rows: Rows) -> str:
    """Comma-separated values (RFC 4180). A text that a spreadsheet would run as a formula gets a quote in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow(f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell for cell in row)
    return out.getvalue()
