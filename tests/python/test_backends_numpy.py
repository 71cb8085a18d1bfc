"""The numpy backend against the reference: every row it claims, every dtype, each error budget."""

import contextlib
import math
import re
import subprocess
import sys

import numpy as np
import pytest

import loom
from loom.backend import compute, operations
from loom.backends.numpy import CAPABILITIES, NumpyBackend

SEED = 20240607
ROWS = {row["name"]: row for row in operations()}
CLAIMED = CAPABILITIES["operations"]
DTYPES = ("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 "
          "complex128").split()

# Rows that NumPy has no function for, or none that gives the same numbers.
ABSENT = {
    "arange": "other roundings", "linspace": "other roundings",
    "lu": "NumPy has none",
    "matmul_integer": "NumPy multiplies integers without vectors",
    "scatter": "would copy all of the array",
    "transpose": "computes nothing",
    "uniform": "another generator", "normal": "another generator",
    "integers": "another generator", "permutation": "another generator",
}

# Where a function is defined on less than [-4, 4].
DOMAINS = {"log": (0.1, 4), "log2": (0.1, 4), "log10": (0.1, 4), "log1p": (-0.9, 4),
           "sqrt": (0, 4), "asin": (-1, 1), "acos": (-1, 1), "acosh": (1, 4),
           "atanh": (-0.9, 0.9), "power": (0.1, 4)}


class Maker:
    """Arrays of one dtype."""

    def __init__(self, dtype):
        print("seed", SEED)
        self.random = np.random.default_rng(SEED)
        self.dtype = np.dtype(dtype)

    def __call__(self, *shape, low=-4.0, high=4.0, dtype=None):
        dtype = np.dtype(dtype or self.dtype)
        if dtype.kind == "b":
            return self.random.random(shape) < 0.5
        if dtype.kind in "iu":
            return self.random.integers(0 if dtype.kind == "u" else -9, 10, shape).astype(dtype)
        real = self.random.uniform(low, high, shape)
        imaginary = self.random.uniform(low, high, shape) if dtype.kind == "c" else 0
        return (real + 1j * imaginary if dtype.kind == "c" else real).astype(dtype)

    def regular(self, *batch, n=4):
        """Matrices far from singular."""
        return self(*batch, n, n) + 9 * np.eye(n, dtype=self.dtype)

    def positive(self, *batch, n=4):
        """Hermitian positive definite matrices."""
        if self.dtype.kind == "b":
            return np.broadcast_to(np.eye(n, dtype=bool), (*batch, n, n))
        half = self(*batch, n, n) if self.dtype.kind in "fc" else self(*batch, n, n) % 2
        product = half @ np.conj(np.swapaxes(half, -1, -2)) + n * np.eye(n)
        return product.astype(self.dtype)


REDUCTIONS = [{"axes": (0,), "keepdims": False}, {"axes": (0, 2), "keepdims": True},
              {"axes": (), "keepdims": False}]
LINES = [{"axis": 0}, {"axis": 2}]
TRANSFORMS = [{"length": n, "axis": axis, "norm": norm}
              for n, axis, norm in ((6, 0, 0), (4, 1, 1), (9, 1, 2))]

# The calls of a row: a list of (arrays, attributes) for a maker of arrays.
PROBLEMS = {
    "full": lambda m: [([m()], {"shape": (2, 3)})],
    "eye": lambda m: [([], {"rows": 3, "columns": 4, "diagonal": 1, "dtype": m.dtype.name})],
    "astype": lambda m: [([m(3, 4)], {"dtype": name}) for name in DTYPES],
    "where": lambda m: [([m(3, 4, dtype="bool"), m(4), m(3, 1)], {})],
    "matmul": lambda m: [([m(3, 4), m(4, 5)], {}), ([m(2, 3, 4), m(4)], {})],
    "dot": lambda m: [([m(9), m(9)], {})],
    "vecdot": lambda m: [([m(3, 5), m(5)], {})],
    "convolve": lambda m: [([m(7), m(3)], {"mode": mode}) for mode in (0, 1, 2)]
    + [([m(3), m(7)], {"mode": 2})],
    "searchsorted": lambda m: [([np.sort(m(9)), m(2, 3)], {"right": right})
                               for right in (False, True)],
    "gather": lambda m: [
        ([m(3, 4, 5), np.array([[1, -1]])], {"axes": (1,), "position": 1}),
        ([m(3, 4, 5), np.array([[[1], [0]], [[-1], [2]]])], {"axes": (0, 2), "position": 0}),
        ([m(3, 4, 5), np.array([[1, 2, 0]])], {"axes": (2,), "position": 0})],
    "take_along_axis": lambda m: [([m(3, 4), np.array([[0, -1]])], {"axis": 1})],
    "nonzero": lambda m: [([x], {"count": np.count_nonzero(x)}) for x in [m(3, 4)]],
    **dict.fromkeys(("tril", "triu"),
                    lambda m: [([m(2, 3, 4)], {"diagonal": k}) for k in (-1, 0, 2)]),
    **dict.fromkeys(("sum", "prod", "mean", "count_nonzero", "all", "any"),
                    lambda m: [([m(3, 4, 5, low=0.5, high=1.5)], a) for a in REDUCTIONS]),
    **dict.fromkeys(("min", "max"), lambda m: [([m(3, 4, 5)], a) for a in REDUCTIONS]),
    "var": lambda m: [([m(3, 4, 5)], a | {"correction": 1.0}) for a in REDUCTIONS[:2]],
    **dict.fromkeys(("argmin", "argmax"), lambda m: [
        ([m(3, 4, 5)], {"axes": axes, "keepdims": keep})
        for axes, keep in (((1,), True), ((0, 1, 2), False), ((0, 1), False))]),
    **dict.fromkeys(("cumulative_sum", "cumulative_prod"), lambda m: [
        ([m(3, 4, 5, low=0.5, high=1.5)], line | {"include_initial": initial})
        for line in LINES for initial in (False, True)]),
    **dict.fromkeys(("sort", "argsort"), lambda m: [
        ([m(3, 4, 9)], line | {"descending": descending})
        for line in LINES for descending in (False, True)]),
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft"),
                    lambda m: [([m(6, 5)], attributes) for attributes in TRANSFORMS]),
    "qr": lambda m: [([m(2, *shape)], {"complete": complete})
                     for shape in ((5, 3), (3, 5)) for complete in (False, True)],
    "svd": lambda m: [([m(2, *shape)], {"full_matrices": full})
                      for shape in ((5, 3), (3, 5)) for full in (False, True)],
    "svdvals": lambda m: [([m(2, 5, 3)], {})],
    "cholesky": lambda m: [([m.positive(2)], {"upper": upper}) for upper in (False, True)],
    **dict.fromkeys(("eigh", "eigvalsh"), lambda m: [([m.positive(2)], {})]),
    **dict.fromkeys(("eig", "eigvals", "inv", "det", "slogdet"), lambda m: [([m.regular(2)], {})]),
    "solve": lambda m: [([m.regular(2), m(4, 3)], {}), ([m.regular(), m(4)], {})],
}


def elementwise(name):
    low, high = DOMAINS.get(name, (-4, 4))

    def problems(make):
        arrays = [make(3, 4, low=low, high=high), make(4, low=low, high=high)]
        return [(arrays[:ROWS[name]["inputs"]], {})]

    return problems


def on(backend, name, arrays, attributes):
    """The results of an operation on a backend, as a list, and the event of it."""
    with loom.use_backend(backend), loom.trace() as trace:
        results = compute(name, *arrays, **attributes)
    event = [event for event in trace.events if event.op == name][-1]
    results = results if isinstance(results, tuple) else (results,)
    return [np.asarray(result) for result in results], event


def unit(x):
    return np.finfo(x.dtype).eps


def size_of(x):
    return np.max(np.abs(x)) if x.size else 0.0


def ulps(got, expected):
    """The largest error in units of the last place of the expected element, where it is finite."""
    usual = np.isfinite(expected)
    np.testing.assert_array_equal(got[~usual], expected[~usual])
    got, expected = got[usual], expected[usual]
    gaps = np.spacing(np.maximum(np.abs(expected.real), np.abs(expected.imag)))
    return size_of(np.abs(got - expected) / gaps)


def gram_errors(q):
    """How far the columns of each matrix are from orthonormal."""
    return [np.conj(np.swapaxes(q, -1, -2)) @ q - np.eye(q.shape[-1])]


def residual(name, arrays, got, expected):
    """What is wrong with a factorisation, in units of n eps."""
    a = arrays[0].astype(complex)
    if name == "qr":
        wrong = [got[0] @ got[1] - a, *gram_errors(got[0])]
    elif name == "svd":
        k = got[1].shape[-1]
        wrong = [got[0][..., :k] * got[1][..., None, :] @ got[2][..., :k, :] - a,
                 *gram_errors(got[0])]
    elif name in ("eigh", "eig"):
        wrong = [a @ got[1] - got[1] * got[0][..., None, :]]
    elif name == "eigvals":
        wrong = [np.sort_complex(got[0]) - np.sort_complex(expected[0])]
    elif name == "solve":
        wrong = [a @ got[0] - arrays[1]]
    else:
        wrong = [g - e for g, e in zip(got, expected, strict=True)]
    scale = max(1.0, *(size_of(e) for e in expected), size_of(a))
    return max(size_of(w) for w in wrong) / (scale * a.shape[-1] * unit(got[-1]))


def check(name, arrays, got, expected):
    measure, amount = ROWS[name]["budget"]
    if measure == "residual":
        assert residual(name, arrays, got, expected) <= amount
        return
    for g, e in zip(got, expected, strict=True):
        assert (g.dtype, g.shape) == (e.dtype, e.shape)
        if measure == "exact" or e.dtype.kind not in "fc":
            np.testing.assert_array_equal(g, e)
        elif measure == "ulp":
            assert ulps(g, e) <= amount
        else:  # of a sum over at most so many terms
            terms = max(math.prod(arrays[0].shape), 9)
            assert size_of(g - e) <= amount * size_of(e) * unit(e) * terms


def test_numpy_computes():
    with loom.use_numpy_backend() as name, loom.trace() as trace:
        result = loom.matmul(loom.ones((2, 3)), loom.ones((3, 2)))
    assert name == "numpy"
    assert trace.events[-1].op == "matmul"
    assert trace.events[-1].backend == "numpy"
    assert result.tolist() == [[3, 3], [3, 3]]


def test_every_row_is_claimed_or_excused():
    builtin = {name for name in ROWS if not name.startswith(("lmm", "genotype", "gwas"))}
    assert set(CLAIMED) | set(ABSENT) >= builtin
    assert set(CLAIMED) <= set(ROWS)
    assert not set(CLAIMED) & set(ABSENT)


@pytest.mark.parametrize("name", CLAIMED)
def test_it_agrees_with_the_reference(name):
    ran = set()
    for dtype in DTYPES:
        for arrays, attributes in PROBLEMS.get(name, elementwise(name))(Maker(dtype)):
            try:
                expected, _ = on("reference", name, arrays, attributes)
            except (loom.errors.DTypeError, loom.errors.ValueError):
                continue  # the row has no such dtype, or no negative power of an integer
            got, event = on("numpy", name, arrays, attributes)
            ran.add(event.backend)
            assert event.backend == "numpy" or event.passed_over[0].backend == "numpy"
            check(name, arrays, got, expected)
    assert "numpy" in ran


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, 1e-5, math.inf, -math.inf, math.nan,
           88.0, 710.0, 1e-40, 1e10]
SIGNED_ZEROS = {"maximum", "minimum"}  # which zero is the larger is nobody's business


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128", "int8", "uint64"])
@pytest.mark.parametrize("name", [name for name in CLAIMED if name not in PROBLEMS])
def test_it_agrees_where_numbers_are_special(name, dtype):
    kind = np.dtype(dtype).kind
    with np.errstate(all="ignore"):
        if kind in "iu":
            limits = np.iinfo(dtype)
            values = np.array([0, 1, 2, 7, 8, 63, 64, limits.max, limits.min], dtype=dtype)
        else:
            values = np.array(SPECIAL).astype(dtype)
        if kind == "c":
            values = np.array([complex(a, b) for a in SPECIAL[::2] for b in SPECIAL[::3]])
    both = [values[:, None], values[None, :]] if ROWS[name]["inputs"] == 2 else [values]
    try:
        (expected,), _ = on("reference", name, both, {})
    except (loom.errors.DTypeError, loom.errors.ValueError):
        return
    (got,), _ = on("numpy", name, both, {})
    measure, amount = ROWS[name]["budget"]
    usual = np.isfinite(expected)
    for part in ("real", "imag") if got.dtype.kind == "c" else ("real",):
        g, e = getattr(got, part), getattr(expected, part)
        np.testing.assert_array_equal(np.where(usual, 0, g), np.where(usual, 0, e))
        if kind == "f" and got.dtype.kind == "f" and name not in SIGNED_ZEROS:
            zero = e == 0
            np.testing.assert_array_equal(np.signbit(g[zero]), np.signbit(e[zero]))
    if got.dtype.kind not in "fc" or measure == "exact":
        np.testing.assert_array_equal(got, expected)
    else:
        assert ulps(got, expected) <= amount


def test_numbers_that_an_integer_cannot_hold_are_left_to_the_next():
    values = np.array([math.nan, 300.0, -5.0])
    (got,), event = on("numpy", "astype", [values], {"dtype": "uint8"})
    (expected,), _ = on("reference", "astype", [values], {"dtype": "uint8"})
    assert event.passed_over == (("numpy", "declined the call"),)
    np.testing.assert_array_equal(got, expected)


def test_a_singular_matrix_is_the_error_that_it_is_everywhere():
    with loom.use_numpy_backend(), pytest.raises(loom.errors.LinAlgError):
        loom.linalg.inv(loom.zeros((2, 2)))


def test_it_warns_of_nothing(recwarn):
    with loom.use_numpy_backend():
        loom.log(loom.asarray([0.0, -1.0]))
        loom.mean(loom.asarray([]))
        compute("astype", loom.asarray([1j]), dtype="float64")
    assert not recwarn.list


def test_it_says_which_blas_numpy_uses():
    with loom.use_numpy_backend():
        info = loom.get_backend_info()
    assert info["version"] == np.__version__
    assert info["features"]["parallel"] is True
    blas = info["blas"]
    assert set(blas) == {"name", "version", "library", "threads"}
    threadpoolctl = pytest.importorskip("threadpoolctl")
    known = {lib["filepath"]: lib for lib in threadpoolctl.threadpool_info()}
    assert blas["library"] in known
    assert known[blas["library"]]["internal_api"] == blas["name"]
    assert known[blas["library"]]["version"] == blas["version"]


def test_its_blas_uses_the_threads_of_loom_inside_and_its_own_outside(monkeypatch):
    backend = NumpyBackend()
    if backend.blas is None:
        pytest.skip("the BLAS of this NumPy is not known")
    seen = []
    limited_to = type(backend.blas).limited_to

    @contextlib.contextmanager
    def watched(blas, count):
        with limited_to(blas, count):
            seen.append((count, blas.threads()))
            yield

    monkeypatch.setattr(type(backend.blas), "limited_to", watched)
    usual = loom.get_num_threads()
    loom.set_num_threads(1)  # also that of the BLAS, where Loom uses the same library
    try:
        with limited_to(backend.blas, 2):
            if backend.blas.threads() != 2:
                pytest.skip("the BLAS of this NumPy has one thread")
            backend.matmul(np.eye(2), np.eye(2))
            assert seen == [(1, 1)]
            assert backend.blas.threads() == 2
    finally:
        loom.set_num_threads(usual)


def test_numpy_is_loaded_by_the_first_call():
    code = """
import sys, loom
loom.set_backend('numpy')
assert 'numpy' not in sys.modules
loom.exp(1.0)
assert 'numpy' in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stderr == b""


def test_without_numpy_it_says_so():
    code = """
import sys, importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == 'numpy' else find(name, *rest)
import loom
assert 'numpy' not in loom.backend.available_backends()
loom.set_backend('numpy')
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert re.search("Backend 'numpy' is not available.\nAvailable backends: .*\n"
                     "Reason: NumPy is not installed\nRemedy: pip install numpy", done.stderr)
