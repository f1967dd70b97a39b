"""Whole numbers as a sentence shows them."""

THIN_SPACE = "\u2009"


def whole(value: int) -> str:
    """A whole number: 5994 is "5 994" with a thin space."""
    return f"{value:,}".replace(",", THIN_SPACE).replace("-", "−")
