"""Square brackets beside NumPy's: the same elements, and views where NumPy has views."""

import numpy as np
import pytest

import loom

CUBE = np.arange(60).reshape(3, 4, 5)
MASK = CUBE[:, :, 0] % 2 == 0


class Three:
    """Anything with __index__ is an integer."""

    def __index__(self):
        return 3


BASIC = [
    0, -1, np.int64(2), np.uint8(1), (1, 2), (1, -2, 3), slice(None), slice(1, 3),
    slice(None, None, 2),
    slice(None, None, -1), slice(-1, 0, -1), slice(2, 100), slice(-100, 2), slice(3, 1),
    slice(10**30), slice(None, -(10**30), -1), slice(1, 10, 10**30), (slice(1), slice(2), slice(3)),
    (slice(None, None, -2), 1), ..., (..., 0), (0, ...), (1, ..., 2), None, (None, 0), (0, None, 1),
    (slice(None), None, ..., None), (), (..., None), (slice(1, 1), 2),
    (slice(0, 3, 2), slice(1, 4, 2)),
    (0, Three()), (0, Three(), slice(Three())),
]  # fmt: skip

ADVANCED = [
    [0, 2], [True, False, True], np.asarray([0, 2]), np.asarray([2, -1], dtype="i1"),
    np.asarray([[0, 1], [2, 0]], dtype="u2"), (slice(None), [0, 3]), ([0, 1], [1, 2]),
    ([0, 1], [1, 2], [0, 0]), ([[0], [1]], [1, 2]), (0, [1, 2]), ([1, 2], 0),
    ([0, 1], slice(2), [1, 0]),
    (..., [0, 1]), ([0], None), MASK, (MASK, 0), (MASK, slice(1, 3)), (slice(None), CUBE[0] > 6),
    CUBE > 30, True, False, [], ([], 1), (np.asarray(1), 2), (np.asarray(True), 1),
    np.zeros((3, 4, 5), dtype=bool), (slice(1), MASK[0]), ((0, 1), 1),
]  # fmt: skip


def loom_key(key):
    """The key with NumPy's arrays as Loom's."""
    if isinstance(key, tuple):
        return tuple(loom_key(entry) for entry in key)
    return loom.asarray(key, copy=True) if isinstance(key, np.ndarray) else key


def cube():
    return loom.asarray(CUBE, copy=True)


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=repr)
@pytest.mark.parametrize("convert", [lambda key: key, loom_key], ids=["numpy", "loom"])
def test_getitem(key, convert):
    ours, theirs = cube()[convert(key)], CUBE[key]
    assert isinstance(ours, loom.Array) and ours.dtype == loom.int64
    assert ours.shape == theirs.shape
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("key", BASIC, ids=repr)
def test_basic_parts_are_views(key):
    ours, theirs = cube(), CUBE.copy()
    ours[key][...] = -1
    theirs[key] = -1
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=repr)
@pytest.mark.parametrize("convert", [lambda key: key, loom_key], ids=["numpy", "loom"])
def test_setitem_of_a_number(key, convert):
    ours, theirs = cube(), CUBE.copy()
    ours[convert(key)] = theirs[key] = 77
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=repr)
@pytest.mark.parametrize("convert", [np.asarray, loom.asarray, lambda value: value.tolist()])
def test_setitem_of_an_array(key, convert):
    ours, theirs = cube(), CUBE.copy()
    value = np.asarray(-np.arange(CUBE[key].size).reshape(CUBE[key].shape))
    # A list does not tell the shape of no elements.
    ours[key] = convert(value) if value.size > 0 else value
    theirs[key] = value
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize(
    "key",
    [3, -4, (0, 4), (0, 0, 0, 0), (..., ...), 10**30, "text", 1.0, 1j, {}, object(), [1.5], ["a"],
     [[0], [1, 2]], [3], np.asarray([0.5]), [True, False], np.ones((3, 5), dtype=bool),
     (slice(None, None, 0),), (slice("a"),), ([0, 1], [0, 1, 2]), (0,) * 40, loom.asarray(0.5)],
    ids=repr,
)  # fmt: skip
def test_refused_keys(key):
    for use in (lambda a: a[key], lambda a: a.__setitem__(key, 0)):
        with pytest.raises((IndexError, TypeError, ValueError)):
            use(cube())


def test_integer_arrays_without_dimensions_are_integers():
    a = cube()
    a[loom.asarray(1), loom.asarray(2)][0] = 99  # a view, as a[1, 2] is
    assert a[1, 2, 0] == 99


def test_scalars_as_arrays():
    a = loom.asarray(5)
    assert a[()] == 5 and a[...] == 5 and a[None].shape == (1,) and a[True].shape == (1,)
    a[()] = 6
    a[...] += 1
    assert a == 7
    with pytest.raises(IndexError):
        a[0]


@pytest.mark.parametrize(
    ("dtype", "value", "error"),
    [
        ("uint8", 256, OverflowError), ("uint8", -1, OverflowError),
        ("uint8", [1, 256], OverflowError),
        ("int64", 1.5, TypeError), ("int64", [1.5, 2.5], TypeError), ("bool", 1, TypeError),
        ("float64", 1j, TypeError), ("int64", np.asarray([1.5, 2.5]), TypeError),
        ("float64", loom.asarray(1j), TypeError), ("float64", "text", TypeError),
        ("float64", None, TypeError), ("float64", [1, 2, 3], ValueError),
        ("float64", [[1, 2], [3]], ValueError), ("float64", np.zeros((2, 2)), ValueError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", [slice(None), loom.asarray([0, 1])], ids=["basic", "advanced"])
def test_refused_values(dtype, value, error, key):
    a = loom.zeros(2, dtype=loom.dtype(dtype))
    with pytest.raises(error):
        a[key] = value
    assert not any(a.tolist())


@pytest.mark.parametrize(
    ("dtype", "value", "stored"),
    [("float32", 1, 1.0), ("float32", True, 1.0), ("complex64", 1.5, 1.5 + 0j), ("int8", True, 1),
     ("uint64", 2**64 - 1, 2**64 - 1), ("bool", False, False),
     ("int8", loom.asarray(3, dtype=loom.int64), 3)],
)  # fmt: skip
@pytest.mark.parametrize("key", [0, slice(0, 1)])
def test_values_take_the_dtype_of_the_array(dtype, value, stored, key):
    a = loom.ones(2, dtype=loom.dtype(dtype))
    a[key] = value
    assert a.tolist() == [stored, 1]


def test_overlapping_assignment():
    a = loom.asarray([1, 2, 3, 4, 5])
    a[1:] = a[:-1]
    assert a.tolist() == [1, 1, 2, 3, 4]


def test_elements_cannot_be_deleted():
    with pytest.raises(TypeError, match="deleted"):
        del cube()[0]


def test_read_only_memory_is_not_written():
    n = np.zeros(3)
    n.flags.writeable = False
    a = loom.asarray(n)
    for write in (
        lambda: a.__setitem__(0, 1.0),
        lambda: a.__setitem__(slice(None), 1.0),
        lambda: a.__setitem__([0, 1], 1.0),
        lambda: a.__iadd__(1.0),
    ):
        with pytest.raises(ValueError, match="read-only"):
            write()


def test_lists_that_change_while_they_are_read():
    key = [0, 1]

    class Shrinking:
        def __index__(self):
            key.clear()
            return 0

    key[0] = Shrinking()
    with pytest.raises((IndexError, TypeError, ValueError)):
        cube()[key]
