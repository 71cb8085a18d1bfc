#!/usr/bin/env python3
"""Times Fourier transforms by `loom` beside NumPy's, and FFTW's where pyFFTW can be imported.

    build/venv/bin/python bench/fft.py             everything, some minutes
    build/venv/bin/python bench/fft.py --quick     does it work?

Calls are timed in blocks that alternate between the libraries. A row gives the median of each in
microseconds, and how many times faster Loom was. FFTW's plans are those of FFTW_ESTIMATE, made
before the clock runs; NumPy has one thread, Loom and FFTW as many as the table says.
"""

import argparse

from side_by_side import Call, clean_environment, median_times

clean_environment()

import numpy as np  # noqa: E402

import loom  # noqa: E402

try:
    import pyfftw
except ImportError:
    pyfftw = None

LENGTHS = [2**10, 2**12, 2**14, 2**16, 2**18, 2**20, 2**22, 1000, 1009, 10007, 3**9, 5**6, 44100,
           100003]
BATCHES = [((10000, 16), 1), ((1000, 64), 1), ((64, 1000), 0), ((512, 512), 0), ((512, 512), 1)]


def fftw_call(name: str, n: np.ndarray, axis: int, threads: int) -> Call:
    # Planning by estimates leaves the input alone.
    builder = getattr(pyfftw.builders, name)
    return builder(n, axis=axis, threads=threads, planner_effort="FFTW_ESTIMATE",
                   auto_align_input=False, avoid_copy=True)


def print_table(dtype: str, threads: int, shapes: list[tuple[tuple[int, ...], int]], rounds: int,
                block: float) -> None:
    loom.set_num_threads(threads)
    random = np.random.default_rng(1)
    print(f"\n| {dtype}, {threads} thread(s) | Loom | NumPy | faster | FFTW | faster |\n"
          "|---|---|---|---|---|---|")
    for shape, axis in shapes:
        for name in ("fft", "rfft"):
            n = random.normal(size=shape).astype(dtype)
            if name == "fft":
                n = n + 1j * n[::-1]
            x = loom.asarray(n)
            transform, numpy_transform = getattr(loom.fft, name), getattr(np.fft, name)
            calls = [lambda: transform(x, axis=axis), lambda: numpy_transform(n, axis=axis)]
            if pyfftw is not None:
                calls.append(fftw_call(name, n, axis, threads))
            ours, theirs, *fftw = median_times(calls, 0, block, rounds=rounds)
            size = " x ".join(map(str, shape)) + (f", axis {axis}" if len(shape) > 1 else "")
            beside = (f"| {fftw[0] * 1e6:.4g} | {fftw[0] / ours:.2f}x |" if fftw else "| - | - |")
            print(f"| `{name}` {size} | {ours * 1e6:.4g} | {theirs * 1e6:.4g} "
                  f"| {theirs / ours:.2f}x {beside}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="few lengths, one short block")
    parser.add_argument("--dtype", choices=["float64", "float32"], help="of the real parts")
    parser.add_argument("--threads", type=int, help="one number alone")
    arguments = parser.parse_args()

    lengths = LENGTHS[:2] if arguments.quick else LENGTHS
    shapes = [((n,), 0) for n in lengths] + ([] if arguments.quick else BATCHES)
    print(f"NumPy {np.__version__}, Loom {loom.__version__}, "
          f"pyFFTW {pyfftw.__version__ if pyfftw else 'none'}")
    for dtype in [arguments.dtype] if arguments.dtype else ["float64", "float32"]:
        for threads in [arguments.threads] if arguments.threads else [1, 2]:
            rounds, block = (1, 0.001) if arguments.quick else (9, 0.01)
            print_table(dtype, threads, shapes, rounds, block)


if __name__ == "__main__":
    main()
