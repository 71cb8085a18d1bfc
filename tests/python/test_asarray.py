"""Arrays from Python's numbers, sequences and other libraries' arrays."""

import array
import sys

import numpy as np
import pytest

import loom


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (True, "bool", ()), (3, "int64", ()), (1.5, "float64", ()), (1j, "complex128", ()),
        ([], "float64", (0,)), ([[], []], "float64", (2, 0)), ([True, False], "bool", (2,)),
        ([True, 2], "int64", (2,)), ([1, 2.5], "float64", (2,)), ([1, 2.5, 1j], "complex128", (3,)),
        (((1, 2), [3, 4]), "int64", (2, 2)), (range(3), "int64", (3,)),
        ([range(2), (3, 4)], "int64", (2, 2)),
        ([[[1]]], "int64", (1, 1, 1)), (np.float64(2), "float64", ()), (np.int8(2), "int8", ()),
        ([np.float32(1), np.float32(2)], "float32", (2,)), ([np.int8(1), 2], "int8", (2,)),
        (b"ab", "uint8", (2,)), (array.array("f", [1, 2]), "float32", (2,)),
        (memoryview(bytearray(3)), "uint8", (3,)),
    ],
    ids=repr,
)  # fmt: skip
def test_shape_and_dtype(value, dtype, shape):
    a = loom.asarray(value)
    assert (str(a.dtype), a.shape) == (dtype, shape)
    assert a.tolist() == (
        value.tolist()
        if hasattr(value, "tolist")
        else np.asarray(list(value)).tolist()
        if shape
        else value
    )


def test_arrays_inside_of_sequences():
    a = loom.asarray([1.0, 2.0], dtype=loom.float32)
    b = loom.asarray([a, [3, 4], np.asarray([5, 6], dtype="f4")])
    assert b.dtype == loom.float32 and b.tolist() == [[1, 2], [3, 4], [5, 6]]
    c = loom.asarray([a[0], 1, loom.asarray(2, dtype=loom.int64)])
    assert c.dtype == loom.float64 and c.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("value", "dtype", "result"),
    [
        ([1, 2], "float32", [1.0, 2.0]), ([1.75, -1.75], "int8", [1, -1]),
        ([0, 2], "bool", [False, True]),
        (2**64 - 1, "uint64", 2**64 - 1), ([1, 2], "complex64", [1 + 0j, 2 + 0j]),
        (2**80, "float64", float(2**80)), (np.asarray([1.5, 2]), "int64", [1, 2]),
        ([np.asarray([1.5])], "int64", [[1]]),
    ],
)  # fmt: skip
def test_dtype_that_was_asked_for(value, dtype, result):
    a = loom.asarray(value, dtype=loom.dtype(dtype))
    assert str(a.dtype) == dtype and a.tolist() == result


@pytest.mark.parametrize(
    ("value", "dtype", "error"),
    [
        (2**63, None, OverflowError), ([1, -(2**63) - 1], None, OverflowError),
        (2**64, "uint64", OverflowError), (-1, "uint64", OverflowError),
        ([300], "uint8", OverflowError),
        (float("nan"), "int64", ValueError), (float("inf"), "int64", OverflowError),
        (1e300, "int64", OverflowError), (1j, "float64", TypeError), ([1j], "int64", TypeError),
        ("text", None, TypeError), (["a"], None, TypeError), (None, None, TypeError),
        ([1, None], None, TypeError), ({1: 2}, None, TypeError), ({1, 2}, None, TypeError),
        (object(), None, TypeError), (10**400, "float64", OverflowError),
        (np.asarray([1.0], dtype="f2"), None, TypeError),
        (np.asarray([1.0], dtype=">f8"), None, TypeError),
        (np.asarray(["a"]), None, TypeError), (np.asarray([None]), None, TypeError),
        (np.zeros(2, dtype="M8[s]"), None, (TypeError, ValueError)),
        (np.zeros(2, dtype="f8,i4"), None, TypeError),
    ],
    ids=repr,
)  # fmt: skip
def test_refused_values(value, dtype, error):
    with pytest.raises(error):
        loom.asarray(value, dtype=None if dtype is None else loom.dtype(dtype))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([[1, 2], [3]], r"element \[1\] has 1 entries, expected shape \(2,\)"),
        ([[1, 2], 3], r"element \[1\] has shape \(\), expected \(2,\)"),
        ([1, [2]], r"element \[1\] has 1 entries, expected shape \(\)"),
        ([[[1], [2]], [[3], [4, 5]]], r"element \[1\]\[1\] has 2 entries, expected shape \(1,\)"),
        ([[1, 2], np.zeros(3)], r"element \[1\] has shape \(3,\), expected \(2,\)"),
        ([[], [1]], r"element \[1\] has 1 entries, expected shape \(0,\)"),
        ([1, "a"], r"element \[1\] is of type str"),
    ],
)
def test_ragged_sequences_name_the_place(value, place):
    with pytest.raises((ValueError, TypeError), match=place):
        loom.asarray(value)


def test_sequences_within_themselves():
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested more than"):
        loom.asarray(endless)


def test_copies_of_loom_arrays():
    a = loom.asarray([1.0, 2.0])
    assert loom.asarray(a) is a and loom.asarray(a, copy=False) is a
    b = loom.asarray(a, copy=True)
    c = loom.asarray(a, dtype=loom.float32)
    b[0] = c[0] = 9
    assert a.tolist() == [1, 2]
    with pytest.raises(ValueError, match="copy"):
        loom.asarray(a, dtype=loom.float32, copy=False)


@pytest.mark.parametrize("value", [1, 1.5, [1, 2], [], range(3)])
def test_numbers_and_sequences_need_a_copy(value):
    assert loom.asarray(value, copy=True).tolist() == loom.asarray(value).tolist()
    with pytest.raises(ValueError, match="copy"):
        loom.asarray(value, copy=False)


def test_device():
    assert (
        loom.asarray(1, device="cpu").tolist()
        == loom.asarray(1, device=loom.zeros(1).device).tolist()
    )
    with pytest.raises(ValueError):
        loom.asarray(1, device="gpu")


class Sequence:
    """A sequence that is no list."""

    def __init__(self, *entries):
        self.entries = entries

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, i):
        return self.entries[i]


def test_other_sequences():
    assert loom.asarray(Sequence(1, 2, 3)).tolist() == [1, 2, 3]
    assert loom.asarray([Sequence(1, 2), Sequence(3.5, 4)]).tolist() == [[1, 2], [3.5, 4]]


class Changing(Sequence):
    """Another length, another depth and other entries at each look."""

    looks = 0

    def __len__(self):
        Changing.looks += 1
        return 1 + Changing.looks % 3

    def __getitem__(self, i):
        if i >= Changing.looks:
            raise IndexError
        return [1.5] * (Changing.looks % 4) if Changing.looks % 2 else 1j


def test_sequences_that_change_while_they_are_read():
    for _ in range(50):
        try:
            loom.asarray([Changing(), Changing(), [1, 2]])
        except (ValueError, TypeError, IndexError):
            pass


def test_no_reference_is_kept_or_lost():
    value = [[1.0, 2.0], [3.0, 4.0]]
    before = [sys.getrefcount(row) for row in value]
    for _ in range(10):
        loom.asarray(value)
        with pytest.raises(ValueError):
            loom.asarray([*value, [1.0]])
    assert [sys.getrefcount(row) for row in value] == before
