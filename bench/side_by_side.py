"""What the benchmarks share: an environment that slows nobody down, and medians of calls that
alternate between libraries."""

import os
import statistics
import sys
import time
import timeit
from collections.abc import Callable, Sequence

Call = Callable[[], object]


def clean_environment() -> None:
    """Starts the process anew without the variables that force a kernel or a number of threads on a
    library. They are read when libraries are loaded: to be called before those are imported."""
    forced = [name for name in os.environ if name.startswith(("OPENBLAS_", "OMP_", "LOOM_"))]
    if forced:
        clean = {name: value for name, value in os.environ.items() if name not in forced}
        os.execve(sys.executable, [sys.executable, *sys.argv], clean)


def median_times(calls: Sequence[Call], budget: float, block: float = 0.0, rest: float = 0.0,
                 rounds: int | None = None) -> list[float]:
    """Medians, in seconds per call, over rounds in which the calls alternate.

    A round has a block of about `block` seconds, at least one call, of each, and `rest` seconds
    before each block: idle threads of a BLAS (SciPy brings one of its own) wait busily for a while,
    on the cores of whoever comes next. There are as many rounds as fill `budget` seconds, three at
    least, or `rounds`.
    """
    counts, together = [], 0.0
    for call in calls:
        call()
        once = min(timeit.repeat(call, number=1, repeat=3))
        counts.append(max(1, int(block / max(once, 1e-7))))
        together += counts[-1] * once + rest
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds or max(3, int(budget / together))):
        for which, call in enumerate(calls):
            time.sleep(rest)
            times[which].append(timeit.timeit(call, number=counts[which]) / counts[which])
    return [statistics.median(blocks) for blocks in times]
