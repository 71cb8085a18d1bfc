"""Values that users give, checked."""

from collections.abc import Iterable
from typing import Any

from loom import errors


def number(name: str, given: Any, low: float, high: float) -> float:
    try:
        value = float(given)
    except TypeError:
        raise errors.DTypeError(f"[gwas] {name} is a number, not {given!r}") from None
    if not low <= value <= high:
        raise errors.ValueError(f"[gwas] {name} is from {low:g} to {high:g}, not {value:g}")
    return value


def integer(name: str, given: Any, low: int, high: int | None = None) -> int:
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise errors.DTypeError(f"[gwas] {name} is an integer, not {given!r}")
    value = given.__index__()
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"from {low} to {high}"
        raise errors.ValueError(f"[gwas] {name} is {limits}, not {value}")
    return int(value)


def choice(name: str, given: Any, choices: dict[str, int]) -> int:
    if given not in choices:
        raise errors.ValueError(f"[gwas] {name} is one of {', '.join(choices)}, not {given!r}")
    return choices[given]


def words(name: str, given: Iterable[int | str]) -> list[str]:
    if isinstance(given, str):
        raise errors.DTypeError(f"[gwas] {name} is a list, not {given!r}")
    return [str(word) for word in given]
