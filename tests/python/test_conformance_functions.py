"""Functions other than elementwise ones: dtypes, shapes and values beside NumPy's."""

import numpy as np
import pytest
from standard import CALLS, CREATION, KINDS

import loom
from loom.backend import available_backends

BACKENDS = ["auto", *available_backends()]


def lines_with_kind():
    """Each line of CALLS behind the kind of its section."""
    kind = ""
    for line in CALLS.strip().split("\n"):
        if line.startswith("["):
            kind = line.strip("[]")
        else:
            yield kind, line


def calls(line):
    """(Loom's expression, NumPy's) of each call."""
    for call in line.split(" ; "):
        ours, _, theirs = call.partition(" => ")
        yield ours, (theirs or ours).replace("np.", "xp.")


def inputs(dtype):
    rng = np.random.default_rng(list(dtype.encode()))

    def values(*shape):
        drawn = rng.integers(0, 7, shape)
        if np.dtype(dtype).kind == "c":
            drawn = drawn + 1j * rng.integers(0, 7, shape)
        return drawn.astype(dtype)

    square = np.asarray([[5, 1, 2], [1, 6, 0], [2, 1, 4]]).astype(dtype)
    return {"v": values(12), "w": values(12), "m": values(3, 4), "t": values(2, 3, 4), "s": square,
            "b": rng.random((3, 4)) < 0.5, "i": np.asarray([2, 0, 1, 1])[:3],
            "s_order": np.asarray([[2, 1, 0], [0, 0, 1], [1, 2, 2]])}


def check(found, expected, tolerance):
    if isinstance(expected, tuple) and not all(isinstance(entry, int) for entry in expected):
        assert isinstance(found, tuple) and len(found) == len(expected)
        for ours, theirs in zip(found, expected):
            check(ours, theirs, tolerance)
        return
    if isinstance(expected, tuple):
        assert found == expected
        return
    expected = np.asarray(expected)
    assert isinstance(found, loom.Array)
    assert (found.dtype.name, found.shape) == (expected.dtype.name, expected.shape)
    if tolerance == 0 or expected.dtype.kind in "biu":
        np.testing.assert_array_equal(np.asarray(found), expected)
    else:
        scale = np.abs(expected).max(initial=1.0)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=0, atol=tolerance * scale)


def is_exact(expression):
    """Calls that move elements, or sum small integers, have no rounding."""
    rounding = ("linalg", "fft", "mean", "var", "std", "linspace")
    return not any(name in expression for name in rounding)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind, line", list(lines_with_kind()))
def test_calls(backend, kind, line):
    for dtype in KINDS[kind]:
        arrays = inputs(dtype)
        # Sums of some dozen terms and factors of well-conditioned 3 x 3 matrices, entries below 7.
        tolerance = 200 * np.finfo(dtype).eps if dtype in KINDS["floating"] else 1e-13
        for ours, theirs in calls(line):
            with loom.use_backend(backend):
                found = eval(ours, {"xp": loom, **{n: loom.asarray(a) for n, a in arrays.items()}})
            expected = eval(theirs, {"xp": np, **arrays})
            try:
                check(found, expected, 0 if is_exact(ours) else tolerance)
            except AssertionError as error:
                raise AssertionError(f"{ours} with {dtype}: {error}") from error


@pytest.mark.parametrize("backend", BACKENDS)
def test_creation(backend):
    for line in CREATION.strip().split("\n"):
        for ours, theirs in calls(line):
            with loom.use_backend(backend):
                found = eval(ours, {"xp": loom})
            try:
                check(found, eval(theirs, {"xp": np}), 0 if is_exact(ours) else 1e-15)
            except AssertionError as error:
                raise AssertionError(f"{ours}: {error}") from error


def test_named_tuples():
    fields = {
        "unique_all": "values indices inverse_indices counts",
        "unique_counts": "values counts",
        "unique_inverse": "values inverse_indices",
        "linalg.eigh": "eigenvalues eigenvectors",
        "linalg.eig": "eigenvalues eigenvectors",
        "linalg.qr": "Q R",
        "linalg.slogdet": "sign logabsdet",
        "linalg.svd": "U S Vh",
        "linalg.lu": "P L U",
    }
    for path, names in fields.items():
        result = eval(f"loom.{path}(loom.eye(3))")
        assert isinstance(result, tuple) and len(result) == len(names.split())
        for entry, name in zip(result, names.split()):
            assert getattr(result, name) is entry


def test_unique_counts_every_nan():
    x = loom.asarray([np.nan, 1.0, np.nan, 1.0, -0.0, 0.0])
    found = loom.unique_all(x)
    assert found.values.shape == (4,)
    assert found.counts.tolist() == [2, 2, 1, 1]
    assert loom.isin(x, x).tolist() == [False, True, False, True, True, True]


def test_order_is_stable():
    x = loom.asarray([1, 0, 1, 0, 1])
    assert loom.argsort(x).tolist() == [1, 3, 0, 2, 4]
    assert loom.argsort(x, descending=True).tolist() == [0, 2, 4, 1, 3]


def test_views_share_memory_and_copies_do_not():
    x = loom.asarray([[1, 2], [3, 4]])
    for view in (loom.reshape(x, (4,)), loom.permute_dims(x, (1, 0)), loom.flip(x),
                 loom.expand_dims(x, 0), loom.matrix_transpose(x),
                 loom.astype(x, x.dtype, copy=False)):
        before = np.asarray(view).copy()
        x += 1
        assert (np.asarray(view) == before + 1).all()
    for copy in (loom.reshape(x, (4,), copy=True), loom.astype(x, x.dtype),
                 loom.asarray(x, copy=True)):
        before = np.asarray(copy).copy()
        x += 1
        assert (np.asarray(copy) == before).all()
    with pytest.raises(ValueError):
        loom.reshape(x.T, (4,), copy=False)


def test_wrong_arguments_are_refused():
    x = loom.ones((2, 3))
    for call, error in [
        (lambda: loom.sum(x, axis=2), IndexError),
        (lambda: loom.sum(x, axis=(0, 0)), ValueError),
        (lambda: loom.max(loom.ones((0,))), ValueError),
        (lambda: loom.reshape(x, (4,)), ValueError),
        (lambda: loom.concat([x, loom.ones((2, 2))]), ValueError),
        (lambda: loom.concat([]), ValueError),
        (lambda: loom.concat(x), TypeError),
        (lambda: loom.squeeze(x, 0), ValueError),
        (lambda: loom.expand_dims(x, 5), IndexError),
        (lambda: loom.permute_dims(x, (0, 0)), ValueError),
        (lambda: loom.matmul(x, x), ValueError),
        (lambda: loom.take(x, loom.asarray([0])), ValueError),
        (lambda: loom.take(x, loom.asarray([5]), axis=0), IndexError),
        (lambda: loom.broadcast_shapes((2,), (3,)), ValueError),
        (lambda: loom.broadcast_shapes("ab"), TypeError),
        (lambda: loom.cumulative_sum(x), ValueError),
        (lambda: loom.nonzero(loom.asarray(1)), ValueError),
        (lambda: loom.tensordot(x, x, axes=(1, 2, 3)), TypeError),
        (lambda: loom.arange(0, 1, 0), ValueError),
        (lambda: loom.full(3, "x"), TypeError),
        (lambda: loom.full(3, 300, dtype="int8"), OverflowError),
        (lambda: loom.zeros(-1), ValueError),
        (lambda: loom.astype(loom.ones(2, dtype="complex64"), "float32"), TypeError),
    ]:
        with pytest.raises(error):
            call()
