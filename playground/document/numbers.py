"""Numbers as a sentence shows them. Their spaces are no-break ones: a line never ends inside a number."""

THIN_SPACE = "\u202f"
NO_BREAK = "\u00a0"


def whole(value: int) -> str:
    """A whole number: 5994 is "5 994" with a thin space."""
    return f"{value:,}".replace(",", THIN_SPACE).replace("-", "−")


def memory(size: int) -> str:
    """A number of bytes in the largest fitting unit, such as "50 KB": 1 KB is 1000 bytes."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= length:
            return f"{size / length:.{0 if unit == 'KB' else 1}f}{NO_BREAK}{unit}"
    return f"{size}{NO_BREAK}B"
