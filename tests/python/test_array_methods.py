"""Methods for users of NumPy, beside NumPy's own."""

import inspect

import numpy as np
import pytest

import loom

NUMBERS = np.asarray([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])


@pytest.mark.parametrize("name", ["sum", "prod", "min", "max", "mean", "var", "std"])
@pytest.mark.parametrize(
    "options", [{}, {"axis": 0}, {"axis": (0, 1)}, {"axis": -1, "keepdims": True}]
)
def test_reductions(name, options):
    ours = getattr(loom.asarray(NUMBERS), name)(**options)
    theirs = getattr(NUMBERS, name)(**options)
    assert ours.shape == theirs.shape
    # Sums of six small numbers: a few units in the last place.
    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-14)


@pytest.mark.parametrize("name", ["any", "all", "argmin", "argmax"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_searches(name, axis):
    numbers = NUMBERS - 1
    ours = getattr(loom.asarray(numbers), name)(axis=axis)
    assert np.asarray(ours).tolist() == getattr(numbers, name)(axis=axis).tolist()


def test_sum_of_another_dtype():
    assert loom.ones(3, dtype=loom.int8).sum(dtype=loom.float32).dtype == loom.float32


def test_variance_with_correction():
    a = loom.asarray(NUMBERS)
    # One division beside another: a unit in the last place.
    assert float(a.var(correction=1)) == pytest.approx(NUMBERS.var(ddof=1), rel=1e-15)


@pytest.mark.parametrize("shape", [(3, 2), (-1,), (6,), (1, -1, 3)])
def test_reshape(shape):
    a = loom.asarray(NUMBERS.copy())
    assert (
        a.reshape(*shape).tolist() == a.reshape(shape).tolist() == NUMBERS.reshape(shape).tolist()
    )
    a.reshape(shape).reshape(-1)[0] = 9
    assert a[0, 0] == 9


@pytest.mark.parametrize("shape", [("a",), (1.5,), ((2, "x"),), (4,), (None,), ([2], 3), ()])
def test_refused_shapes(shape):
    with pytest.raises((TypeError, ValueError)):
        loom.asarray(NUMBERS).reshape(*shape)


def test_transpose():
    a = loom.zeros((2, 3, 4))
    assert a.transpose().shape == (4, 3, 2)
    assert a.transpose(1, 0, 2).shape == a.transpose((1, 0, 2)).shape == (3, 2, 4)
    with pytest.raises(ValueError):
        a.transpose(0, 0, 1)


def test_flat_elements():
    a = loom.asarray(NUMBERS.copy())
    a.ravel()[0] = 10
    a.flatten()[1] = 10
    assert a.tolist() == [[10, 1, 2], [6, 5, 4]]
    assert a.T.ravel().tolist() == [10, 6, 1, 5, 2, 4]


def test_astype():
    a = loom.asarray([1.7, -1.7])
    assert a.astype(int).tolist() == [1, -1]
    assert a.astype("float32").dtype == loom.float32
    assert a.astype(np.float32).dtype == a.astype(np.dtype("f4")).dtype == loom.float32
    a.astype(loom.float64)[0] = 5
    a.astype(loom.float64, copy=False)[1] = 6
    assert a.tolist() == [1.7, 6]
    with pytest.raises(TypeError, match="dtype"):
        a.astype("text")


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("__array_namespace__", "(self, /, *, api_version=None)"),
        ("__dlpack__",
         "(self, /, *, stream=None, max_version=None, dl_device=None, copy=None)"),
        ("__dlpack_device__", "(self, /)"),
        ("to_device", "(self, device, /, *, stream=None)"),
        ("sum", "(self, /, axis=None, *, keepdims=False, dtype=None)"),
        ("__array__", "(self, /, dtype=None, copy=None)"),
    ],
)  # fmt: skip
def test_signatures(name, signature):
    assert str(inspect.signature(getattr(loom.Array, name))) == signature


def test_wrong_arguments():
    a = loom.asarray(NUMBERS)
    for call in (
        lambda: a.sum(0, True),
        lambda: a.sum(axes=0),
        lambda: a.to_device(),
        lambda: a.sum("x"),
        lambda: a.sum(1, axis=0),
        lambda: a.tolist(1),
        lambda: a.astype(dtype=None),
    ):
        with pytest.raises(TypeError):
            call()
