"""What ends a command early."""

from __future__ import annotations


class CommandError(ValueError):
    """Input that a command cannot use; the message is one line for the user, the exit code 2."""


class RunError(Exception):
    """A run that began and could not be completed; the message is one line for the user, the exit code 1."""


def of_system(error: OSError) -> CommandError:
    """What the system said about a file or folder, such as a name too long for it, as a line for the user."""
    name = str(error.filename or "A file")
    shown = name if len(name) <= 80 else name[:77] + "..."
    return CommandError(f"{shown} cannot be used: {error.strerror or error}.")
