"""What went wrong while computing, in one line for the user."""

from __future__ import annotations

# How PyTorch says on the CPU and on the GPU that memory is used up, and how NumPy does.
_NO_MEMORY = ("can't allocate memory", "out of memory", "unable to allocate")


def sentence(error: Exception) -> str:
    """A failure in one line: its message, or its kind where it has none. How many bytes an allocator was asked for
    helps nobody, so too little memory is told with what to do."""
    text = str(error).strip()
    if isinstance(error, MemoryError) or any(words in text.lower() for words in _NO_MEMORY):
        return "There is not enough memory for this. Use a smaller batch size, or fewer units and filters."
    return text.splitlines()[0] if text else type(error).__name__
