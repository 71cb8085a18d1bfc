"""Who computed what, and why others did not."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple

from loom._core import _dispatch


class PassedOver(NamedTuple):
    """A backend that was asked first, and why it did not compute."""

    backend: str
    reason: str


class TraceEvent(NamedTuple):
    """One finished operation."""

    op: str
    backend: str
    inputs: tuple[str, ...]  # "float64(3, 4)"
    outputs: tuple[str, ...]
    attributes: str  # "axes=(0,), keepdims=false"
    seconds: float
    passed_over: tuple[PassedOver, ...]
    fused: str  # what was computed in one pass with it, itself included: "multiply, sqrt, add"


def _reasons(passed_over: tuple[PassedOver, ...]) -> str:
    return "; ".join(f"{other.backend}: {other.reason}" for other in passed_over)


class Explanation(NamedTuple):
    """Who would compute an operation."""

    operation: str
    backend: str
    passed_over: tuple[PassedOver, ...]
    deferred: bool  # recorded, and computed when somebody reads the result
    fused: tuple[str, ...]  # the operations that are computed in one pass with it

    def __str__(self) -> str:
        reasons = _reasons(self.passed_over)
        when = ", when it is read" if self.deferred else ""
        fused = f", in one pass with {', '.join(self.fused)}" if self.fused else ""
        return f"{self.operation}: {self.backend}" + (f" ({reasons})" if reasons else "") + \
            when + fused


class trace:  # noqa: N801, used like a function
    """Collects the operations of all threads inside its `with` block; printing it gives a table.

        with loom.trace() as t:
            loom.matmul(a, b)
        print(t)
    """

    def __init__(self) -> None:
        self._running: _dispatch.Trace | None = None
        self._events: list[TraceEvent] = []

    def __enter__(self) -> trace:
        self._running = _dispatch.Trace()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 where: TracebackType | None) -> None:
        self._events = self.events
        self._running = None

    @property
    def events(self) -> list[TraceEvent]:
        """The operations so far, in the order in which they finished."""
        if self._running is None:
            return self._events
        return [TraceEvent(op, backend, inputs, outputs, attributes, seconds,
                           tuple(PassedOver(*other) for other in passed_over), fused)
                for op, backend, inputs, outputs, attributes, seconds, passed_over, fused
                in self._running.events()]

    def __str__(self) -> str:
        return _table(self.events)

    __repr__ = __str__


def _table(events: list[TraceEvent]) -> str:
    """One line for the events that agree in everything but their time."""
    seconds: dict[tuple[str, str, str, str, str], list[float]] = {}
    for event in events:
        key = (event.op, ", ".join(event.inputs), event.backend, event.fused,
               _reasons(event.passed_over))
        seconds.setdefault(key, []).append(event.seconds)
    rows = [("op", "inputs", "backend", "calls", "ms", "fused", "why not others")]
    rows += [(op, inputs, backend, str(len(times)), f"{1e3 * sum(times):.3f}", fused, why)
             for (op, inputs, backend, fused, why), times in seconds.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) if column in (3, 4) else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
