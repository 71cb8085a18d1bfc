"""How arrays look: aligned columns, the middle of a large array left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

_LARGE = 1000  # elements from which on the middle of each dimension is left out
_EDGE = 3  # entries shown at either end of a dimension then
_DIGITS = 8  # after the decimal point
_WIDTH = 75  # columns of a line


def array_repr(array: Any) -> str:
    """What `repr` shows, "loom.asarray([1., 2.])": the dtype where the text does not tell it."""
    if array.size == 0:
        return f"loom.empty({array.shape}, dtype={array.dtype!r})"
    text = _formatted(array, separator=", ", indent=len("loom.asarray("))
    told = str(array.dtype) in ("bool", "int64", "float64", "complex128")
    return f"loom.asarray({text})" if told else f"loom.asarray({text}, dtype={array.dtype!r})"


def array_str(array: Any) -> str:
    """What `print` shows: elements between brackets."""
    return _formatted(array, separator=" ", indent=0)


def _formatted(array: Any, separator: str, indent: int) -> str:
    if array.size == 0:
        return "[]"
    if array.ndim == 0 and str(array.dtype) in ("float64", "complex128"):
        return str(array.item())
    large = array.size > _LARGE
    nested = _corners(array, large)
    leaves = list(_leaves(nested))
    text_of = _element_format(leaves)
    texts = {id(leaf): text_of(leaf) for leaf in leaves}
    width = max(len(text) for text in texts.values()) if array.ndim > 0 else 0
    return _joined(nested, lambda leaf: texts[id(leaf)].rjust(width), separator, indent)


def _corners(array: Any, large: bool) -> Any:
    """Nested lists of the elements to show, with `...` where some are left out."""
    if array.ndim == 0:
        return array.item()
    length = array.shape[0]
    if not large or length <= 2 * _EDGE:
        return [_corners(array[i], large) for i in range(length)]
    head = [_corners(array[i], large) for i in range(_EDGE)]
    tail = [_corners(array[i], large) for i in range(length - _EDGE, length)]
    return [*head, ..., *tail]


def _leaves(nested: Any) -> Iterator[Any]:
    if not isinstance(nested, list):
        if nested is not ...:
            yield nested
        return
    for entry in nested:
        yield from _leaves(entry)


def _joined(nested: Any, text_of: Callable[[Any], str], separator: str, indent: int) -> str:
    if not isinstance(nested, list):
        return text_of(nested)
    indent += 1  # of the bracket
    if nested and isinstance(nested[0], list):
        blank_lines = _depth(nested) - 2
        between = separator.rstrip() + "\n" * (1 + blank_lines) + " " * indent
        parts = [
            "..." if entry is ... else _joined(entry, text_of, separator, indent)
            for entry in nested
        ]
        return "[" + between.join(parts) + "]"
    lines, line = [], ""
    for place, entry in enumerate(nested):
        text = "..." if entry is ... else text_of(entry)
        if place + 1 < len(nested):
            text += separator
        if line and indent + len(line) + len(text.rstrip()) >= _WIDTH:
            lines.append(line.rstrip())
            line = ""
        line += text
    return "[" + ("\n" + " " * indent).join([*lines, line]) + "]"


def _depth(nested: Any) -> int:
    return 1 + _depth(nested[0]) if isinstance(nested, list) else 0


def _element_format(leaves: list[Any]) -> Callable[[Any], str]:
    """How each of these elements is written, so that their decimal points stand in one column."""
    first = leaves[0]
    if isinstance(first, complex):
        real = _real_format([leaf.real for leaf in leaves])
        imag = _real_format([abs(leaf.imag) for leaf in leaves])

        def text_of_complex(value: complex) -> str:
            sign = "-" if math.copysign(1, value.imag) < 0 else "+"
            return f"{real(value.real)}{sign}{imag(abs(value.imag))}j"

        return text_of_complex
    return _real_format(leaves) if isinstance(first, float) else str


def _real_format(values: list[float]) -> Callable[[float], str]:
    finite = [value for value in values if math.isfinite(value)]
    sizes = [abs(value) for value in finite if value != 0]
    largest, smallest = max(sizes, default=0.0), min(sizes, default=0.0)
    scientific = largest >= 1e8 or 0 < smallest < 1e-4 or largest > 1e6 * smallest
    kind = "e" if scientific else "f"
    digits = max((_decimals(f"{value:.{_DIGITS}{kind}}") for value in finite), default=0)

    def text_of(value: float) -> str:
        if not math.isfinite(value):
            return str(value)
        return f"{value:#.{digits}{kind}}"

    return text_of


def _decimals(text: str) -> int:
    """How many decimals of a number are not zeros at its end."""
    return len(text.partition("e")[0].partition(".")[2].rstrip("0"))
