"""No object, however odd, does more than raise."""

import contextlib
import random

import numpy as np
import pytest

import loom


class Raising:
    """Raises from everything that is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


class Index:
    """An integer that is none."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Odd(float):
    """A float that cannot be converted."""

    def __float__(self):
        raise RuntimeError

    def __index__(self):
        raise RuntimeError


class EmptySequence:
    """A sequence with a wrong length."""

    def __len__(self):
        return -1

    def __getitem__(self, i):
        raise KeyError(i)


class FakeDLPack:
    """Has the methods and nothing behind them."""

    def __dlpack__(self):
        raise SystemError

    def __dlpack_device__(self):
        return object()


SEED = 20240501
ODD = [
    None, ..., NotImplemented, 0, -1, 2**100, True, 1.5, float("nan"), 1j,
    "", "text", "\udc80", b"", b"12", bytearray(3),
    (), [], {}, set(), [[]], [[1], 2], ((1,), [2.5]), [None], range(3), range(10**20), iter([1]),
    slice(None), slice(0, 0, 0), slice("a", {}), (slice(1), None), object(), object, int, float, type,
    Raising(), Index(1), Index(2**100), Index(ValueError("no")), Index("text"), Odd(2),
    EmptySequence(), FakeDLPack(), lambda: 1, loom, loom.float32, loom.Array,
    np.float32(1), np.asarray("text"), np.asarray([None, 1]), np.zeros(0), np.ma.masked,
    np.datetime64("2024-01-01"), np.zeros(2, dtype="f8,i4"), np.zeros((1,) * 40),
    memoryview(b"abc")[::2], memoryview(b"1234").cast("f"),
    loom.zeros(0), loom.zeros((2, 3)), loom.asarray(True), loom.asarray([1j, 2]),
    loom.asarray(2, dtype=loom.uint64),
]  # fmt: skip

OF_EVERY_CLASS = ("__class__", "__init_subclass__", "__subclasshook__")
METHODS = [
    name
    for name in dir(loom.Array)
    if callable(getattr(loom.Array, name)) and name not in OF_EVERY_CLASS
]


def arrays():
    yield loom.asarray([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    yield loom.asarray([1, 2, 3])[::2]
    yield loom.asarray(True)
    yield loom.zeros((0, 2), dtype=loom.complex64)


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    draw = random.Random(SEED)
    for a in arrays():
        for count in (0, 1, 1, 1, 2, 3):
            for odd in ODD if count == 1 else draw.sample(ODD, 8):
                arguments = [odd, *draw.sample(ODD, 2)][:count]
                with contextlib.suppress(Exception):
                    getattr(a, name)(*arguments)


@pytest.mark.parametrize("function", [loom.asarray, loom.from_dlpack, loom.dtype])
def test_functions(function):
    for odd in ODD:
        for options in ({}, {"dtype": odd}, {"copy": odd}, {"device": odd}, {"nonsense": odd}):
            for subject in (odd, [odd, 1], 1.5):
                with contextlib.suppress(Exception):
                    function(subject, **options)


def test_arrays_are_whole_afterwards():
    test_methods("__getitem__")
    assert (loom.asarray([1.0, 2.0]) + 1).tolist() == [2, 3]
