#!/usr/bin/env python3
"""Times reductions beside NumPy's in one process and prints a table.

    build/venv/bin/python bench/reductions.py             everything, about a minute
    build/venv/bin/python bench/reductions.py --quick     does it work?
    build/venv/bin/python bench/reductions.py --filter "max 1e7"

Calls of the two alternate one by one; a row gives the median of each, how many times faster Loom
was, and the rate at which Loom read its input. What memory delivers at best is measured in the same
run, between the rows, as the fastest of many readings of 10^7 doubles by as many threads: each adds
the 64-bit words of a stretch of its own, without order, which costs less than any sum of doubles.
"""

import argparse
import itertools
import time

from side_by_side import Call, clean_environment, median_times

clean_environment()

import numpy as np  # noqa: E402

import loom  # noqa: E402

SHAPES = {10**6: (100, 100, 100), 10**7: (100, 1000, 100)}
AXES = {"all": None, "0": 0, "1": 1, "middle": 1}


def once(call: Call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def cases(size: int, dtype: str, layout: str):
    """(where, array, axis): matrices that are nearly square, and a middle axis of three."""
    side = int(size**0.5)
    values = np.random.default_rng(1).normal(size=size).astype(dtype)
    matrix = values[: side * side].reshape(side, side)
    cube = values.reshape(SHAPES[size])
    if layout == "transposed":
        matrix, cube = matrix.T, cube.T
    for where, axis in AXES.items():
        yield where, cube if where == "middle" else matrix, axis


def bandwidth(words: "loom.Array", budget: float) -> float:
    """Bytes per second of the fastest reading."""
    end = time.perf_counter() + budget
    best = float("inf")
    while time.perf_counter() < end:
        best = min(best, once(lambda: loom.sum(words)))
    return 8 * words.size / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="three calls each")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--budget", type=float, default=0.15, help="seconds for a row")
    parser.add_argument("--filter", default="", help="rows that have all of these words")
    args = parser.parse_args()
    budget = 0.0 if args.quick else args.budget

    print(f"NumPy {np.__version__}, Loom {loom.__version__}")
    words = loom.asarray(np.arange(10**7))
    rows = itertools.product(args.threads, [10**6, 10**7], ["float64", "float32"],
                             ["contiguous", "transposed"])
    last = None
    for threads, size, dtype, layout in rows:
        loom.set_num_threads(threads)
        if threads != last:
            print(f"\n{threads} threads: memory delivers "
                  f"{bandwidth(words, max(budget, 0.1)) / 1e9:.1f} GB/s\n")
            print("| reduction | NumPy ms | Loom ms | faster | GB/s |\n|---|---|---|---|---|")
            last = threads
        for where, theirs, axis in cases(size, dtype, layout):
            ours = loom.asarray(theirs)
            for name in ["sum", "mean", "var", "max"]:
                row = f"{name} {size:.0e} {dtype} {layout} {where}".replace("e+0", "e")
                if not all(word in row.split() for word in args.filter.split()):
                    continue
                by_numpy, by_loom = getattr(np, name), getattr(loom, name)
                numpy_time, loom_time = median_times(
                    [lambda: by_numpy(theirs, axis=axis), lambda: by_loom(ours, axis=axis)], budget)
                print(f"| {row} | {numpy_time * 1e3:.3f} | {loom_time * 1e3:.3f} | "
                      f"{numpy_time / loom_time:.2f}x | {theirs.nbytes / loom_time / 1e9:.1f} |",
                      flush=True)
    print(f"\nmemory delivers {bandwidth(words, max(budget, 0.1)) / 1e9:.1f} GB/s")


if __name__ == "__main__":
    main()
