#!/usr/bin/env python3
"""Times chains of elementwise operations by `loom` beside NumPy and numexpr in one process.

    build/venv/bin/python bench/chains.py             10^6 and 10^7 elements, about two minutes
    build/venv/bin/python bench/chains.py --quick     does it work?

Loom computes a chain when an element of the result is read, which is part of the time. A row gives
the median of each, how many times faster Loom was, and how many times in the very first call. NumPy
has one thread, numexpr (where it can be imported) and Loom as many as the table says.
"""

import argparse
import timeit

from side_by_side import Call, clean_environment, median_times

clean_environment()

import numpy as np  # noqa: E402

import loom  # noqa: E402

try:
    import numexpr
except ImportError:
    numexpr = None

COEFFICIENTS = (0.2, 0.3, 0.4, 0.5, 0.6)


def polynomial(x):
    """Ten operations."""
    y = x * 0.1
    for c in COEFFICIENTS[:-1]:
        y = (y + c) * x
    return y + COEFFICIENTS[-1]


POLYNOMIAL = "((((x * 0.1 + 0.2) * x + 0.3) * x + 0.4) * x + 0.5) * x + 0.6"


def softmax(xp, x):
    e = xp.exp(x - xp.max(x))
    return e / xp.sum(e)


def read(x: "loom.Array") -> None:
    float(x[0] if x.ndim else x)


def chains(size: int, dtype: str) -> dict[str, tuple[Call, Call, Call | None]]:
    """By name: Loom's, NumPy's and numexpr's way."""
    random = np.random.default_rng(1)
    a, b, c = (random.random(size).astype(dtype) for _ in range(3))
    x, y, z = (loom.asarray(n, copy=True) for n in (a, b, c))

    def evaluate(text: str) -> Call | None:
        if numexpr is None:
            return None
        # A number of Python's would make it compute in double precision.
        names = {"x": a, "y": b, "z": c}
        return lambda: numexpr.evaluate(text, names, truediv=True)

    double = dtype == "float64"
    return {
        "a * b + sqrt(c)": (lambda: read(x * y + loom.sqrt(z)), lambda: a * b + np.sqrt(c),
                            evaluate("x * y + sqrt(z)")),
        "exp(-x * x / 2)": (lambda: read(loom.exp(-x * x / 2)), lambda: np.exp(-a * a / 2),
                            evaluate("exp(-x * x / 2)")),
        "polynomial": (lambda: read(polynomial(x)), lambda: polynomial(a),
                       evaluate(POLYNOMIAL) if double else None),
        "softmax": (lambda: read(softmax(loom, x)), lambda: softmax(np, a), None),
        "sum(a * b)": (lambda: read(loom.sum(x * y)), lambda: np.sum(a * b),
                       evaluate("sum(x * y)")),
    }


def first_call(call: Call, size: int) -> float:
    """Seconds. The system has memory at hand that this process used: to get it from a hypervisor
    takes ten times as long as the calls, whoever makes them."""
    np.ones(8 * size)
    return timeit.timeit(call, number=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="three calls each of 10^5 elements")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    arguments = parser.parse_args()

    print(f"NumPy {np.__version__}, numexpr {numexpr.__version__ if numexpr else 'none'}, "
          f"Loom {loom.__version__}")
    for threads in arguments.threads:
        loom.set_num_threads(threads)
        if numexpr is not None:
            numexpr.set_num_threads(threads)
        print(f"\n| {threads} thread(s) | NumPy | numexpr | Loom | faster | first | than numexpr |\n"
              "|---|---|---|---|---|---|---|")
        for size in [10**5] if arguments.quick else [10**6, 10**7]:
            for dtype in ("float64", "float32"):
                for name, (ours, numpys, numexprs) in chains(size, dtype).items():
                    calls = [ours, numpys] + ([numexprs] if numexprs else [])
                    first = 1 / first_call(ours, size) * first_call(numpys, size)
                    loom_time, numpy_time, *other = median_times(
                        calls, 0.0 if arguments.quick else 1.0)
                    beside = f"{other[0] * 1e3:.3g} ms" if other else "-"
                    faster = f"{other[0] / loom_time:.2f}x" if other else "-"
                    print(f"| `{name}` {size:.0e} {dtype} | {numpy_time * 1e3:.3g} ms | {beside} "
                          f"| {loom_time * 1e3:.3g} ms | {numpy_time / loom_time:.2f}x "
                          f"| {first:.2f}x | {faster} |", flush=True)


if __name__ == "__main__":
    main()
