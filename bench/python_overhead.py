#!/usr/bin/env python3
"""Times calls of `loom` beside NumPy's in one process and prints a table for README.md.

    build/venv/bin/python bench/python_overhead.py             everything, about two minutes
    build/venv/bin/python bench/python_overhead.py --quick     does it work?

Small calls are timed in blocks that alternate between the two; large ones call by call. A row gives
the median of each and how many times faster Loom was. NumPy is at its best: variables that force a
kernel of OpenBLAS are taken out of the environment first, and both use every core.
"""

import argparse
import statistics
import subprocess
import sys
import time

from side_by_side import Call, clean_environment, median_times

clean_environment()

import numpy as np  # noqa: E402

import loom  # noqa: E402


def small_calls() -> dict[str, tuple[Call, Call]]:
    """8 doubles, and matrices of 4 x 4."""
    n, m = np.linspace(0.5, 1.5, 8), np.random.default_rng(1).normal(size=(4, 4))
    spd = m @ m.T + np.eye(4)
    a, b, x, s = loom.asarray(n), loom.asarray(n + 1), loom.asarray(m), loom.asarray(spd)
    n2 = n + 1
    return {
        "a + b": (lambda: a + b, lambda: n + n2),
        "-a": (lambda: -a, lambda: -n),
        "exp(a)": (lambda: loom.exp(a), lambda: np.exp(n)),
        "a[1:7]": (lambda: a[1:7], lambda: n[1:7]),
        "x.T": (lambda: x.T, lambda: m.T),
        "reshape(a, (2, 4))": (lambda: loom.reshape(a, (2, 4)), lambda: np.reshape(n, (2, 4))),
        "sum(a)": (lambda: loom.sum(a), lambda: np.sum(n)),
        "4 x 4 matmul": (lambda: x @ x, lambda: m @ m),
        "4 x 4 solve": (lambda: loom.linalg.solve(s, x), lambda: np.linalg.solve(spd, m)),
        "4 x 4 inv": (lambda: loom.linalg.inv(s), lambda: np.linalg.inv(spd)),
        "4 x 4 cholesky": (lambda: loom.linalg.cholesky(s), lambda: np.linalg.cholesky(spd)),
        "4 x 4 eigh": (lambda: loom.linalg.eigh(s), lambda: np.linalg.eigh(spd)),
    }


def large_calls(size: int) -> dict[str, tuple[Call, Call]]:
    import scipy.linalg

    m = np.random.default_rng(2).normal(size=(size, size))
    symmetric = m + m.T
    x, s = loom.asarray(m), loom.asarray(symmetric)
    return {
        "matmul": (lambda: x @ x, lambda: m @ m),
        "lu (SciPy's)": (lambda: loom.linalg.lu(x), lambda: scipy.linalg.lu(m)),
        "qr": (lambda: loom.linalg.qr(x), lambda: np.linalg.qr(m)),
        "svd": (lambda: loom.linalg.svd(x, full_matrices=False),
                lambda: np.linalg.svd(m, full_matrices=False)),
        "eigh": (lambda: loom.linalg.eigh(s), lambda: np.linalg.eigh(symmetric)),
    }


def print_table(title: str, calls: dict[str, tuple[Call, Call]], rounds: int, block: float,
                rest: float, unit: str, scale: float) -> None:
    print(f"\n| {title} | NumPy | Loom | faster |\n|---|---|---|---|")
    for name, (loom_call, numpy_call) in calls.items():
        ours, theirs = median_times([loom_call, numpy_call], 0, block, rest, rounds)
        print(f"| `{name}` | {theirs * scale:.3g} {unit} | {ours * scale:.3g} {unit} "
              f"| {theirs / ours:.2f}x |", flush=True)


def import_time(module: str) -> float:
    """Seconds that `import module` takes in a fresh interpreter, its start taken off; median."""
    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start
    return statistics.median(run(f"import {module}") - run("pass") for _ in range(9))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="one short block, matrices of 100")
    quick = parser.parse_args().quick
    size = 100 if quick else 1000

    print(f"NumPy {np.__version__}, Loom {loom.__version__}, backend {loom.config.backend}: "
          f"{loom.get_backend_info()['library']}")
    print_table("8 doubles", small_calls(), *((1, 0.001) if quick else (21, 0.02)), 0.0, "ns",
                1e9)
    print_table(f"{size} x {size}", large_calls(size), 1 if quick else 15, 0.0, 0.2, "ms", 1e3)
    print(f"\nimport loom: {import_time('loom') * 1e3:.0f} ms; "
          f"import numpy: {import_time('numpy') * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
