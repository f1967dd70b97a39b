"""Numbers as the user reads and types them: − for minus, thin spaces between thousands, comma or point."""

from __future__ import annotations

import math

from playground.document.numbers import NO_BREAK as NO_BREAK
from playground.document.numbers import THIN_SPACE as THIN_SPACE
from playground.document.numbers import memory as memory
from playground.document.numbers import whole as whole

_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f"))


def number(value: float) -> str:
    """A number as a field shows it: whole ones in full, others with at most six digits."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e6):
        return whole(int(value))
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def figure(value: float, digits: int) -> str:
    """A number with a fixed count of decimals; – where there is none."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    value = round(value, digits)
    text = f"{value:.{digits}f}" if abs(value) < 1e5 else f"{value:.1e}".replace("e+0", "e").replace("e+", "e")
    return text.replace("-", "−")


def loss_text(loss: float) -> str:
    """A loss with fewer decimals the larger it is, so that none takes more than six places: 9.158, 512.35, 9157.9."""
    # Less a half, as rounding up may take one place more.
    digits = next((digits for digits in (3, 2, 1) if abs(loss) < 10 ** (5 - digits) - 0.5), 0)
    return figure(loss, digits)


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as per cent, without the sign."""
    return figure(100 * share, digits)


def share_text(share: float) -> str:
    """A probability in per cent with one decimal, "<0.1" where that would be nothing but is not."""
    return "<0.1" if 0 < 100 * share < 0.05 else percent(share)


def parse(text: str, unit: str = "") -> int | float | str:
    """What was typed as a number, or the text itself where it is none; a parameter then says what is wrong.

    A decimal comma is as good as a point, the unit may stand behind, and any spaces between thousands.
    """
    plain = text.strip()
    if unit:
        plain = plain.removesuffix(unit)
    plain = plain.translate(_SPACES).replace(",", ".").replace("−", "-").replace("–", "-")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        value = float(plain)
    except ValueError:
        return text.strip()
    return value if math.isfinite(value) else text.strip()
