#!/usr/bin/env python3
"""Times what moves elements in `loom` beside NumPy in one process: copies, transposes, sorts,
searches, running sums, elements by index.

    build/venv/bin/python bench/moves.py               10^6 and 10^7 elements, about two minutes
    build/venv/bin/python bench/moves.py --quick       does it work?
    build/venv/bin/python bench/moves.py sort take     the rows whose names contain one of these

Calls alternate between the two. A row gives the median of each and how many times faster Loom was.
NumPy is at its best: variables that Loom or a BLAS reads are taken out of the environment first.
"""

import argparse

from side_by_side import Call, clean_environment, median_times

clean_environment()

import numpy as np  # noqa: E402

import loom  # noqa: E402

Pair = tuple[Call, Call]


def copies(n: int) -> dict[str, Pair]:
    rng = np.random.default_rng(1)
    side, edge = int(n ** 0.5), round(n ** (1 / 3))
    v, m = rng.normal(size=n), rng.normal(size=(side, side))
    c = rng.normal(size=(edge, edge, edge))
    m4, m1, m16 = m.astype(np.float32), m.astype(np.int8), m.astype(np.complex128)
    lv, lm, lc = loom.asarray(v), loom.asarray(m), loom.asarray(c)
    lm4, lm1, lm16 = loom.asarray(m4), loom.asarray(m1), loom.asarray(m16)

    def copied(ours: object, theirs: np.ndarray) -> Pair:
        return (lambda: loom.asarray(ours, copy=True)), (lambda: np.array(theirs, order="C"))

    return {
        "copy": copied(lv, v),
        "copy v[::-1]": copied(lv[::-1], v[::-1]),
        "copy v[::2]": copied(lv[::2], v[::2]),
        "copy x.T": copied(lm.T, m.T),
        "copy x.T, float32": copied(lm4.T, m4.T),
        "copy x.T, int8": copied(lm1.T, m1.T),
        "copy x.T, complex128": copied(lm16.T, m16.T),
        "copy y (2, 1, 0)": copied(loom.permute_dims(lc, (2, 1, 0)), c.transpose(2, 1, 0)),
        "copy y (1, 0, 2)": copied(loom.permute_dims(lc, (1, 0, 2)), c.transpose(1, 0, 2)),
        "copy y (0, 2, 1)": copied(loom.permute_dims(lc, (0, 2, 1)), c.transpose(0, 2, 1)),
        "concat": (lambda: loom.concat((lv, lv)), lambda: np.concatenate((v, v))),
        "roll": (lambda: loom.roll(lv, 1000), lambda: np.roll(v, 1000)),
    }


def orders(n: int) -> dict[str, Pair]:
    rng = np.random.default_rng(2)
    arrays = {
        "float64": rng.normal(size=n),
        "float32": rng.normal(size=n).astype(np.float32),
        "int64": rng.integers(-2**62, 2**62, n),
        "int32": rng.integers(-2**31, 2**31, n).astype(np.int32),
        "int16": rng.integers(-2**15, 2**15, n).astype(np.int16),
        "uint8": rng.integers(0, 2**8, n).astype(np.uint8),
    }
    pairs: dict[str, Pair] = {}
    for name, a in arrays.items():
        ours = loom.asarray(a)
        pairs[f"sort, {name}"] = (lambda x=ours: loom.sort(x), lambda x=a: np.sort(x))
        pairs[f"argsort, {name}"] = (lambda x=ours: loom.argsort(x), lambda x=a: np.argsort(x))
    side = int(n ** 0.5)
    m = rng.normal(size=(side, side))
    lm = loom.asarray(m)
    pairs["sort x, axis 1"] = (lambda: loom.sort(lm, axis=1), lambda: np.sort(m, axis=1))
    pairs["sort x, axis 0"] = (lambda: loom.sort(lm, axis=0), lambda: np.sort(m, axis=0))
    a = arrays["float64"]
    edges, values = np.sort(a), rng.normal(size=n)
    l_edges, l_values = loom.asarray(edges), loom.asarray(values)
    few, l_few = edges[:: n // 1000].copy(), loom.asarray(edges[:: n // 1000].copy())
    pairs["searchsorted"] = (lambda: loom.searchsorted(l_edges, l_values),
                             lambda: np.searchsorted(edges, values))
    pairs["searchsorted in 1000"] = (lambda: loom.searchsorted(l_few, l_values),
                                     lambda: np.searchsorted(few, values))
    return pairs


def scans(n: int) -> dict[str, Pair]:
    rng = np.random.default_rng(3)
    side = int(n ** 0.5)
    v, m = rng.normal(size=n), rng.normal(size=(side, side))
    f, i = v.astype(np.float32), rng.integers(-100, 100, n)
    lv, lm, lf, li = (loom.asarray(x) for x in (v, m, f, i))
    return {
        "cumulative_sum": (lambda: loom.cumulative_sum(lv), lambda: np.cumsum(v)),
        "cumulative_sum, float32": (lambda: loom.cumulative_sum(lf), lambda: np.cumsum(f)),
        "cumulative_sum, int64": (lambda: loom.cumulative_sum(li), lambda: np.cumsum(i)),
        "cumulative_sum x, axis 0": (lambda: loom.cumulative_sum(lm, axis=0),
                                     lambda: np.cumsum(m, axis=0)),
        "cumulative_sum x, axis 1": (lambda: loom.cumulative_sum(lm, axis=1),
                                     lambda: np.cumsum(m, axis=1)),
        "cumulative_prod, int64": (lambda: loom.cumulative_prod(li), lambda: np.cumprod(i)),
        "cumulative_prod": (lambda: loom.cumulative_prod(lv), lambda: np.cumprod(v)),
    }


def indexing(n: int) -> dict[str, Pair]:
    rng = np.random.default_rng(4)
    side = int(n ** 0.5)
    v, m = rng.normal(size=n), rng.normal(size=(side, side))
    at, rows = rng.integers(0, n, n), rng.integers(0, side, side)
    order, mask = np.argsort(m, axis=0), rng.random(n) < 0.5
    half = rng.normal(size=int(mask.sum()))
    lv, lm, l_at, l_rows = (loom.asarray(x) for x in (v, m, at, rows))
    l_order, l_mask, l_half = (loom.asarray(x) for x in (order, mask, half))
    target = loom.asarray(v, copy=True)
    n_target = v.copy()

    def assign(to: object, key: object, value: object) -> None:
        to[key] = value  # type: ignore[index]

    return {
        "take": (lambda: loom.take(lv, l_at), lambda: np.take(v, at)),
        "take rows": (lambda: loom.take(lm, l_rows, axis=0), lambda: np.take(m, rows, axis=0)),
        "take columns": (lambda: loom.take(lm, l_rows, axis=1), lambda: np.take(m, rows, axis=1)),
        "take_along_axis, axis 0": (lambda: loom.take_along_axis(lm, l_order, axis=0),
                                    lambda: np.take_along_axis(m, order, axis=0)),
        "v[mask]": (lambda: lv[l_mask], lambda: v[mask]),
        "v[mask] = 0": (lambda: assign(target, l_mask, 0.0), lambda: assign(n_target, mask, 0.0)),
        "v[mask] = w": (lambda: assign(target, l_mask, l_half),
                        lambda: assign(n_target, mask, half)),
        "v[i] = w": (lambda: assign(target, l_at, lv), lambda: assign(n_target, at, v)),
        "x[i] = y": (lambda: assign(lm, l_rows, lm[::-1]), lambda: assign(m, rows, m[::-1])),
        "nonzero": (lambda: loom.nonzero(l_mask), lambda: np.nonzero(mask)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help="rows to time (default: all)")
    parser.add_argument("--quick", action="store_true", help="a few calls of 10^4 elements")
    parser.add_argument("--sizes", type=float, nargs="*", default=[1e6, 1e7])
    arguments = parser.parse_args()
    sizes = [1e4] if arguments.quick else arguments.sizes

    print(f"NumPy {np.__version__}, Loom {loom.__version__}, backend {loom.config.backend}, "
          f"{loom.get_num_threads()} threads")
    for size in sizes:
        print(f"\n| {size:.0e} elements | NumPy | Loom | faster |\n|---|---|---|---|")
        for family in (copies, orders, scans, indexing):
            for name, (ours, theirs) in family(int(size)).items():
                if arguments.names and not any(part in name for part in arguments.names):
                    continue
                loom_time, numpy_time = median_times([ours, theirs], 0.0 if arguments.quick else 0.5)
                print(f"| `{name}` | {numpy_time * 1e3:.3g} ms | {loom_time * 1e3:.3g} ms "
                      f"| {numpy_time / loom_time:.2f}x |", flush=True)


if __name__ == "__main__":
    main()
