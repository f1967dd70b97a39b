"""Broken versions of a project file: changed bytes, and changed JSON values."""

from __future__ import annotations

import json
import random
from typing import Any

TOKENS = (
    *(b"NaN", b"-Infinity", b"1e999", b"1e-400", b"-0", b"0x10", b"1_000", b"+1", b"null", b"true"),
    *(b"\\u0000", b'"\\ud800"', b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n" * 1000, b'"' + b"x" * 100_000 + b'"'),
    *(b"[" * 2000, b'{"a":' * 2000, b"[" * 995 + b"]" * 995, b"9" * 4000, b"9" * 5000, b"0." + b"3" * 5000),
    *(b"/*", b"#", b"'", b'"', b",", b"}", b"]", b'"format": 2,', b'"id": "n1",'),
)

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 3, 7, 31, 32, 64, 4096, 100_000),
    *(2**31 - 2, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.5, -0.0, 1.0, 3.0, 1e-300, 1e308, -1e308, 1e6),
    *("", "n1", "n2", "n999999999", "n1000000000", "dense", "add", "image", "features", "value", "classes"),
    *("softmax", "conv2d", "none", "same", "circle", "digits", "cross_entropy", "adam"),
    *("x" * 10_000, "\ud800", "\0", "é", "__proto__", "../../etc/passwd"),
    *([], {}, [[]], [None] * 50, {"a": {}}, ["n1", "n2", 0], list(range(3000))),
)


def changed_bytes(rng: random.Random, text: bytes) -> bytes:
    """One to four changes that know nothing of JSON."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        at, length = rng.randrange(len(text) + 1), int(rng.expovariate(0.1))
        match rng.randrange(7):
            case 0 if text:
                at = rng.randrange(len(text))
                text = text[:at] + bytes([text[at] ^ 1 << rng.randrange(8)]) + text[at + 1 :]
            case 1:
                text = text[:at] + text[at + length :]
            case 2:
                text = text[:at] + text[at : at + length] * rng.choice((2, 3, 200)) + text[at + length :]
            case 3:
                text = text[:at] + rng.randbytes(length) + text[at:]
            case 4:
                text = text[:at]
            case 5:
                text = text[:at] + rng.choice(TOKENS) + text[at:]
            case _:
                digits = [number for number, byte in enumerate(text) if 48 <= byte <= 57]
                if digits:
                    at = rng.choice(digits)
                    text = text[:at] + rng.choice((b"0", b"9", b"-1", b"99999", b"1e9", b"0.5")) + text[at + 1 :]
    return text


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        found.append((value, key))
        if isinstance(item, (dict, list)):
            found += _places(item)
    return found


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _deep(rng: random.Random) -> bytes:
    """A text of nested lists and objects."""
    kinds = [rng.choice(((b"[", b"]"), (b'{"a":', b"}"))) for _ in range(rng.choice((10, 400, 900, 975, 20_000)))]
    return b"".join(first for first, _ in kinds) + b"1" + b"".join(last for _, last in reversed(kinds))


def _near(rng: random.Random, value: Any) -> Any:
    """A value that is like this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int) and value.bit_length() > 1000:
        return -value
    if isinstance(value, (int, float)):
        return rng.choice((value + 1, value - 1, value * 2, value // 2, -value, value * 1000, float(value), str(value)))
    if isinstance(value, str):
        return rng.choice((value.upper(), value + " ", value[:-1], value * 2, value + "\n", value + "1"))
    return _copy(value)


def changed_values(rng: random.Random, text: bytes) -> bytes:
    """One to four changes of values: swapped types, deletions, duplicates, huge numbers, deep nesting."""
    value = json.loads(text)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        places = _places(value)
        if not places:
            break
        holder, key = rng.choice(places)
        match rng.randrange(10):
            case 0 | 1:
                holder[key] = _copy(rng.choice(VALUES))
            case 2 | 3 | 4 | 8:
                holder[key] = _near(rng, holder[key])
            case 5:
                del holder[key]
            case 6:
                other, place = rng.choice(places)
                holder[key] = _copy(other[place] if _is_in(other, place) else None)
            case 7:
                if isinstance(holder, list):
                    holder.insert(key, _copy(holder[key]))
                else:
                    holder[f"{key}{rng.choice(('', '2', ' '))}"] = _copy(rng.choice(VALUES))
            case _:
                holder[key] = "DEEP" if rng.random() < 0.3 else _near(rng, holder[key])
    changed = json.dumps(value).encode().replace(b'"DEEP"', _deep(rng))
    if rng.random() < 0.05:  # a key that stands twice, which no Python dictionary can hold
        changed = changed.replace(b'"format": ', b'"format": 1, "format": ', 1)
    return changed


def changed_number(rng: random.Random, text: bytes) -> bytes:
    """One number or switch set to one like it: most of these load."""
    value = json.loads(text)
    holder, key = rng.choice([place for place in _places(value) if isinstance(place[0][place[1]], (int, float))])
    holder[key] = _near(rng, holder[key])
    return json.dumps(value).encode()


def _is_in(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def mutated(seed: int, texts: list[bytes]) -> bytes:
    """A broken version of one of these texts, the same for the same seed."""
    rng = random.Random(seed)
    text = rng.choice(texts)
    return rng.choice((changed_bytes, changed_bytes, changed_values, changed_values, changed_number))(rng, text)
