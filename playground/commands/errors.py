"""What ends a command early."""

from __future__ import annotations


class CommandError(ValueError):
    """Input that a command cannot use; the message is one line for the user, the exit code 2."""


class RunError(Exception):
    """A run that began and could not be completed; the message is one line for the user, the exit code 1."""
