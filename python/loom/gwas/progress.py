"""Progress bars, by way of tqdm."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from loom.gwas.extras import require

Show = Callable[[str, int, int], object]

#: Where progress goes: None = a bar where somebody sees it, True = a bar, False = nowhere, or a
#: function of (phase, done, total).
Progress = bool | Show | None


@contextlib.contextmanager
def shown_progress(wanted: Progress) -> Iterator[Show | None]:
    """The function that takes progress, for as long as the work lasts; None where nobody looks."""
    if callable(wanted):
        yield wanted
        return
    if wanted is None:
        wanted = (sys.stderr.isatty() or "ipykernel" in sys.modules) and _has_tqdm()
    if not wanted:
        yield None
        return
    bars = _Bars(require("tqdm.auto").tqdm)
    try:
        yield bars.show
    finally:
        bars.close()


def _has_tqdm() -> bool:
    try:
        require("tqdm.auto")
    except ImportError:
        return False
    return True


class _Bars:
    """A bar for each phase, one after the other."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._bar: Any = None
        self._phase = ""

    def show(self, phase: str, done: int, total: int) -> None:
        if phase != self._phase:
            self.close()
            self._bar = self._tqdm(desc=phase, total=total, leave=False)
            self._phase = phase
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
