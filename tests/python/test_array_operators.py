"""Operators of arrays: values, dtypes, Python numbers and NumPy's objects beside them."""

import operator

import numpy as np
import pytest

import loom

ARITHMETIC = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
BITS = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
IN_PLACE = {
    operator.add: operator.iadd,
    operator.sub: operator.isub,
    operator.mul: operator.imul,
    operator.truediv: operator.itruediv,
    operator.floordiv: operator.ifloordiv,
    operator.mod: operator.imod,
    operator.pow: operator.ipow,
    operator.and_: operator.iand,
    operator.or_: operator.ior,
    operator.xor: operator.ixor,
    operator.lshift: operator.ilshift,
    operator.rshift: operator.irshift,
}


@pytest.mark.parametrize("operation", ARITHMETIC + COMPARISONS)
@pytest.mark.parametrize(
    ("left", "right"),
    [([1.0, 2.0, 3.5], [2.0, 3.0, 0.5]), ([1.0, 2.0, 3.5], 3), (2.5, [2.0, 3.0, 0.5])],
)
def test_reals(operation, left, right):
    ours = operation(*(loom.asarray(x) if isinstance(x, list) else x for x in (left, right)))
    theirs = operation(*(np.asarray(x) if isinstance(x, list) else x for x in (left, right)))
    assert isinstance(ours, loom.Array)
    # Power is exact to 4 units in the last place, all else to the bit.
    np.testing.assert_allclose(ours.tolist(), theirs.tolist(), rtol=1e-15)
    assert str(ours.dtype) == str(theirs.dtype)


@pytest.mark.parametrize("operation", BITS)
@pytest.mark.parametrize("right", [[1, 2, 3], 2])
def test_bits(operation, right):
    theirs = operation(np.asarray([12, 10, 7]), np.asarray(right))
    ours = operation(loom.asarray([12, 10, 7]), loom.asarray(right) if right != 2 else right)
    assert ours.tolist() == theirs.tolist()
    reflected = operation(right, loom.asarray([1, 2, 3])) if right == 2 else None
    if reflected is not None:
        assert reflected.tolist() == operation(2, np.asarray([1, 2, 3])).tolist()


def test_unary():
    a = loom.asarray([-1.5, 2.0])
    assert (-a).tolist() == [1.5, -2] and (+a).tolist() == [-1.5, 2] and abs(a).tolist() == [1.5, 2]
    assert (~loom.asarray([True, False])).tolist() == [False, True]
    assert (~loom.asarray([0, 5])).tolist() == [-1, -6]


def test_matrix_product():
    a = loom.asarray([[1.0, 2.0], [3.0, 4.0]])
    assert (a @ a).tolist() == [[7, 10], [15, 22]]
    a @= loom.asarray([[0.0, 1.0], [1.0, 0.0]])
    assert a.tolist() == [[2, 1], [4, 3]]
    with pytest.raises(ValueError, match="matmul"):
        a @ loom.zeros((3, 2))


@pytest.mark.parametrize("operation", IN_PLACE)
@pytest.mark.parametrize("right", [[3, 1, 2], 2])
def test_in_place_writes_through_views(operation, right):
    dtype = "float64" if operation is operator.truediv else "int64"
    a = loom.asarray([[12, 9, 7], [1, 2, 3]], dtype=dtype)
    view = a[0]
    expected = operation(np.asarray([12, 9, 7]), np.asarray(right))
    result = IN_PLACE[operation](view, loom.asarray(right, dtype=dtype))
    assert result is view
    assert a.tolist() == [expected.tolist(), [1, 2, 3]]


def test_in_place_keeps_dtype_and_shape():
    a = loom.asarray([1, 2])
    with pytest.raises(TypeError, match="float64"):
        a /= 2
    with pytest.raises(ValueError, match=r"\(3, 2\)"):
        a += loom.zeros((3, 2), dtype=loom.int64)
    assert a.tolist() == [1, 2]


def test_in_place_with_itself_shifted():
    a = loom.asarray([1.0, 2.0, 3.0, 4.0])
    a[1:] += a[:-1]
    assert a.tolist() == [1, 3, 5, 7]


@pytest.mark.parametrize(
    ("dtype", "number", "expected"),
    [
        ("uint8", 1, "uint8"), ("float32", 1, "float32"), ("float32", 1.5, "float32"),
        ("float32", 1j, "complex64"), ("int32", 1.5, "float64"), ("int32", True, "int32"),
        ("int8", 1j, "complex128"), ("float64", 1j, "complex128"), ("bool", 1.0, "float64"),
        ("complex64", 2, "complex64"), ("float32", np.float64(1.5), "float32"),
        ("float32", np.float32(1), "float32"), ("int8", np.int32(1), "int32"),
        ("float32", np.asarray(1.0), "float64"), ("int64", np.bool_(True), "int64"),
    ],
)  # fmt: skip
def test_numbers_are_weak_and_arrays_are_not(dtype, number, expected):
    a = loom.ones(2, dtype=loom.dtype(dtype))
    assert str((a * number).dtype) == expected
    assert str((number * a).dtype) == expected


@pytest.mark.parametrize("number", [300, -1, 2**70])
def test_integers_out_of_range(number):
    with pytest.raises(OverflowError, match=f"{number}.*uint8"):
        loom.ones(2, dtype=loom.uint8) + number


def test_unsigned_numbers_of_64_bits():
    a = loom.zeros(1, dtype=loom.uint64) + (2**64 - 1)
    assert a.tolist() == [2**64 - 1]


@pytest.mark.parametrize("foreign", [None, "text", object(), {}, [1.0, 2.0], b"12"])
def test_foreign_objects(foreign):
    a = loom.asarray([1.0, 2.0])
    assert (a == foreign) is False and (a != foreign) is True
    assert (foreign == a) is False
    for operation in (operator.add, operator.lt, operator.matmul, operator.iadd):
        with pytest.raises(TypeError):
            operation(a, foreign)
    for operation in (operator.sub, operator.lt, operator.matmul):
        with pytest.raises(TypeError):
            operation(foreign, a)


class Right:
    """Takes every operator from the right."""

    def __radd__(self, other):
        return "added"

    def __eq__(self, other):
        return "compared"


def test_other_classes_are_asked():
    a = loom.asarray([1.0])
    assert a + Right() == "added" and (a == Right()) == "compared"


@pytest.mark.parametrize("foreign", [
    np.asarray([1.0, 2.0]), np.asarray([[1.0], [2.0]]), np.float64(2), np.float32(2), np.int64(2),
    np.int8(2), np.bool_(True), np.asarray(3), np.asarray([1, 2])[::-1],
])  # fmt: skip
@pytest.mark.parametrize("operation", [*ARITHMETIC[:4], *COMPARISONS])
def test_numpy_leaves_the_result_to_loom(foreign, operation):
    a, n = loom.asarray([1.0, 4.0]), np.asarray([1.0, 4.0])
    left, right = operation(foreign, a), operation(a, foreign)
    assert isinstance(left, loom.Array) and isinstance(right, loom.Array)
    assert left.tolist() == operation(foreign, n).tolist()
    assert right.tolist() == operation(n, foreign).tolist()


def test_numpy_in_place_makes_a_new_array():
    n = same = np.asarray([1.0, 2.0])
    n += loom.asarray([1.0, 1.0])
    assert isinstance(n, loom.Array) and n.tolist() == [2, 3]
    assert same.tolist() == [1, 2]


def test_numpy_functions_take_arrays():
    assert np.add(loom.asarray([1.0]), 1).tolist() == [2.0]
    assert np.sqrt(loom.asarray([4.0])).tolist() == [2.0]


def test_power_modulo():
    with pytest.raises(TypeError):
        pow(loom.asarray([2]), 3, 5)
