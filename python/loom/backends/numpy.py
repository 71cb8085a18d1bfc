"""The `numpy` backend: operations of the table that NumPy has, computed by NumPy.

Importing this module loads no NumPy; making a `NumpyBackend` does. Where NumPy's answer is not the
one that Loom promises, the function says so by returning NotImplemented, and the next backend
computes.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import operator
from collections.abc import Callable
from typing import Any

from loom._core import _dispatch

# Operations that are one function of NumPy, here under its name there.
_SAME = """add subtract multiply divide negative positive square reciprocal maximum minimum copysign
    signbit nextafter conj floor ceil trunc round equal not_equal less less_equal greater
    greater_equal isnan isinf isfinite logical_and logical_or logical_xor logical_not bitwise_and
    bitwise_or bitwise_xor bitwise_invert bitwise_left_shift bitwise_right_shift exp expm1 log log1p
    log2 log10 logaddexp sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh atan2
    hypot abs sign real imag where matmul dot vecdot""".split()
_NUMPY_FUNCTIONS = {name: name for name in _SAME} | {
    "svdvals": "linalg.svdvals", "solve": "linalg.solve", "inv": "linalg.inv",
    "det": "linalg.det", "slogdet": "linalg.slogdet", "eigh": "linalg.eigh",
    "eigvalsh": "linalg.eigvalsh",
}

_NORMS = ("backward", "ortho", "forward")
_MODES = ("full", "same", "valid")


def _full(np: Any, x: Any, *, shape: Any) -> Any:
    return np.full(shape, x)


def _eye(np: Any, *, rows: Any, columns: Any, diagonal: Any, dtype: Any) -> Any:
    return np.eye(rows, columns, diagonal, dtype=dtype.name)


def _triangle(name: str) -> Callable[..., Any]:
    return lambda np, x, *, diagonal: getattr(np, name)(x, diagonal)


def _astype(np: Any, x: Any, *, dtype: Any) -> Any:
    target = np.dtype(dtype.name)
    if x.dtype.kind == "c" and target.kind != "b" and target.kind != "c":
        x = x.real
    if target.kind in "iu" and x.size > 0 and x.dtype.kind != "b":
        limits = np.iinfo(target)
        # NaN fails both; the upper limit of 64 bits is no float64, one above it is.
        if not (x.min() >= limits.min and x.max() < float(limits.max) + 1):
            return NotImplemented  # Loom saturates
        if x.dtype.kind in "iu" and int(x.max()) > limits.max:
            return NotImplemented
    return x.astype(target)


def _division(name: str) -> Callable[..., Any]:
    def divide(np: Any, a: Any, b: Any) -> Any:
        if a.dtype.kind == "f" and not (np.isfinite(a).all() and np.isfinite(b).all() and b.all()):
            return NotImplemented  # what infinities and zeros give is the standard's, not NumPy's
        return getattr(np, name)(a, b)

    return divide


def _power(np: Any, a: Any, b: Any) -> Any:
    if a.dtype.kind in "iu" and (b < 0).any():
        return NotImplemented  # no such number; the next backend says so
    return np.power(a, b)


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(np: Any, x: Any, *, axes: Any, keepdims: Any) -> Any:
        return getattr(np, name)(x, axis=axes, keepdims=keepdims)

    return reduce


def _over(x: Any, axes: tuple[int, ...]) -> int:
    """How many elements one element of the result is made of."""
    return math.prod(x.shape[axis] for axis in axes)


def _mean(np: Any, x: Any, *, axes: Any, keepdims: Any) -> Any:
    if _over(x, axes) == 0:
        return NotImplemented  # NumPy warns
    return np.mean(x, axis=axes, keepdims=keepdims)


def _var(np: Any, x: Any, *, axes: Any, keepdims: Any, correction: Any) -> Any:
    if _over(x, axes) <= correction:
        return NotImplemented
    return np.var(x, axis=axes, keepdims=keepdims, ddof=correction)


def _place(name: str) -> Callable[..., Any]:
    def find(np: Any, x: Any, *, axes: Any, keepdims: Any) -> Any:
        if len(axes) == x.ndim:
            return getattr(np, name)(x, axis=None, keepdims=keepdims)
        if len(axes) == 1:
            return getattr(np, name)(x, axis=axes[0], keepdims=keepdims)
        return NotImplemented  # NumPy has one axis or all

    return find


def _cumulative(name: str) -> Callable[..., Any]:
    def scan(np: Any, x: Any, *, axis: Any, include_initial: Any) -> Any:
        return getattr(np, name)(x, axis=axis, include_initial=include_initial)

    return scan


def _sort(np: Any, x: Any, *, axis: Any, descending: Any) -> Any:
    if not descending:
        return np.sort(x, axis=axis, kind="stable")
    return np.flip(np.sort(np.flip(x, axis), axis=axis, kind="stable"), axis)


def _argsort(np: Any, x: Any, *, axis: Any, descending: Any) -> Any:
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    flipped = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(flipped, axis)


def _searchsorted(np: Any, a: Any, b: Any, *, right: Any) -> Any:
    return np.searchsorted(a, b, side="right" if right else "left")


def _gather(np: Any, a: Any, indices: Any, *, axes: Any, position: Any) -> Any:
    count = indices.ndim - 1
    picked = np.moveaxis(a, axes, range(len(axes)))[tuple(indices)]
    return np.moveaxis(picked, range(count), range(position, position + count))


def _take_along_axis(np: Any, a: Any, indices: Any, *, axis: Any) -> Any:
    return np.take_along_axis(a, indices, axis)


def _nonzero(np: Any, x: Any, *, count: Any) -> Any:
    return np.array(np.nonzero(x))


def _convolve(np: Any, a: Any, b: Any, *, mode: Any) -> Any:
    return np.convolve(a, b, _MODES[mode])


def _qr(np: Any, x: Any, *, complete: Any) -> Any:
    return np.linalg.qr(x, "complete" if complete else "reduced")


def _svd(np: Any, x: Any, *, full_matrices: Any) -> Any:
    return np.linalg.svd(x, full_matrices)


def _eig(np: Any, x: Any) -> Any:
    complex_dtype = np.result_type(x, np.complex64)  # NumPy gives real values where all are
    return tuple(part.astype(complex_dtype) for part in np.linalg.eig(x))


def _eigvals(np: Any, x: Any) -> Any:
    return np.linalg.eigvals(x).astype(np.result_type(x, np.complex64))


def _cholesky(np: Any, x: Any, *, upper: Any) -> Any:
    lower = np.linalg.cholesky(x)  # with upper=True it would read the upper triangle
    return np.conj(np.matrix_transpose(lower)) if upper else lower


def _fft(name: str) -> Callable[..., Any]:
    def transform(np: Any, x: Any, *, length: Any, axis: Any, norm: Any) -> Any:
        return getattr(np.fft, name)(x, length, axis, _NORMS[norm])

    return transform


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "full": _full,
    "eye": _eye,
    "tril": _triangle("tril"),
    "triu": _triangle("triu"),
    "copy": lambda np, x: x,
    "astype": _astype,
    "floor_divide": _division("floor_divide"),
    "remainder": _division("remainder"),
    "power": _power,
    **{name: _reduction(name) for name in ("sum", "prod", "min", "max", "all", "any",
                                           "count_nonzero")},
    "mean": _mean,
    "var": _var,
    "argmin": _place("argmin"),
    "argmax": _place("argmax"),
    "cumulative_sum": _cumulative("cumulative_sum"),
    "cumulative_prod": _cumulative("cumulative_prod"),
    "sort": _sort,
    "argsort": _argsort,
    "searchsorted": _searchsorted,
    "gather": _gather,
    "take_along_axis": _take_along_axis,
    "nonzero": _nonzero,
    "convolve": _convolve,
    "qr": _qr,
    "svd": _svd,
    "eig": _eig,
    "eigvals": _eigvals,
    "cholesky": _cholesky,
    **{name: _fft(name) for name in ("fft", "ifft", "rfft", "irfft")},
}

# What NumPy hands to its BLAS and LAPACK.
_IN_BLAS = frozenset("""matmul dot vecdot svdvals solve inv det slogdet eig eigvals eigh eigvalsh qr
    svd cholesky""".split())

# Complex arithmetic of NumPy rounds otherwise from one instruction set to the next, or leaves the
# standard's special cases.
_REAL_ONLY = """multiply divide square reciprocal sign power expm1 log1p sin tan tanh""".split()
_REAL = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32",
         "float64")

CAPABILITIES = {
    "operations": (*_NUMPY_FUNCTIONS, *_FUNCTIONS),
    "description": "NumPy's own routines, and the BLAS and LAPACK behind them",
    "features": ["parallel"],
    "dtypes": dict.fromkeys(_REAL_ONLY, _REAL),
}


class NumpyBackend:
    """Computes with NumPy. It has a method for each operation of `CAPABILITIES`."""

    remedy = "pip install numpy"

    @staticmethod
    def available() -> bool | str:
        found = importlib.util.find_spec("numpy") is not None
        return found or "NumPy is not installed"

    def __init__(self) -> None:
        import numpy

        from loom.backends._blas import find_blas

        if tuple(map(int, numpy.__version__.split(".")[:2])) < (2, 1):
            raise ImportError(f"NumPy {numpy.__version__} is too old: 2.1 or newer is needed")
        self._numpy = numpy
        self.blas = find_blas(numpy)
        for operation, path in _NUMPY_FUNCTIONS.items():
            setattr(self, operation, self._method(operation, operator.attrgetter(path)(numpy)))
        for operation, function in _FUNCTIONS.items():
            setattr(self, operation, self._method(operation, functools.partial(function, numpy)))

    def _method(self, operation: str, function: Callable[..., Any]) -> Callable[..., Any]:
        np, blas = self._numpy, self.blas

        def compute(*arrays: Any, **attributes: Any) -> Any:
            with np.errstate(all="ignore"):
                try:
                    return function(*map(np.asarray, arrays), **attributes)
                except (np.linalg.LinAlgError, IndexError) as error:
                    # The next backend reports the fault of the data in Loom's own words.
                    raise NotImplementedError(f"NumPy raised {error}") from error

        if blas is None or operation not in _IN_BLAS:
            return compute

        def compute_in_blas(*arrays: Any, **attributes: Any) -> Any:
            threads = _dispatch.num_threads()
            if blas.threads() == threads:
                return compute(*arrays, **attributes)
            with blas.limited_to(threads):
                return compute(*arrays, **attributes)

        return compute_in_blas

    def facts(self) -> dict[str, Any]:
        """NumPy's version, and which BLAS it uses."""
        facts: dict[str, Any] = {"version": self._numpy.__version__}
        if self.blas is None:
            return facts | {"note": "which BLAS this NumPy uses is not known"}
        return facts | {
            "library": self.blas.library, "integer_bits": self.blas.integer_bits,
            "threads": self.blas.threads(), "isa": self.blas.core,
            "blas": {"name": self.blas.name, "version": self.blas.version,
                     "library": self.blas.library, "threads": self.blas.threads()},
        }
