"""What repr and print show."""

import numpy as np
import pytest

import loom


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (loom.asarray([1, -20, 3]), "loom.asarray([  1, -20,   3])"),
        (loom.asarray([True, False]), "loom.asarray([ True, False])"),
        (loom.asarray([1.0, 2.5, -3.0]), "loom.asarray([ 1.0,  2.5, -3.0])"),
        (loom.asarray([1.0, 2.0]), "loom.asarray([1., 2.])"),
        (
            loom.asarray([1.0, 2.0], dtype=loom.float32),
            "loom.asarray([1., 2.], dtype=loom.float32)",
        ),
        (loom.asarray([1 + 2j, -0.5j]), "loom.asarray([ 1.+2.0j, -0.-0.5j])"),
        (loom.asarray([float("nan"), float("inf"), 1.5]), "loom.asarray([nan, inf, 1.5])"),
        (loom.asarray([1e-10, 1.5]), "loom.asarray([1.0e-10, 1.5e+00])"),
        (loom.asarray([1e300]), "loom.asarray([1.e+300])"),
        (loom.asarray([0.1], dtype=loom.float32), "loom.asarray([0.1], dtype=loom.float32)"),
        (loom.asarray(1 / 3), "loom.asarray(0.3333333333333333)"),
        (loom.asarray(3, dtype=loom.int8), "loom.asarray(3, dtype=loom.int8)"),
        (loom.asarray([[1, 2], [3, 4]]), "loom.asarray([[1, 2],\n              [3, 4]])"),
        (loom.empty((0, 3)), "loom.empty((0, 3), dtype=loom.float64)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_repr(array, text):
    assert repr(array) == text


def test_what_repr_shows_makes_the_array_again():
    for a in (
        loom.asarray([[1, 2], [3, 4]], dtype=loom.int16),
        loom.empty((2, 0)),
        loom.asarray([0.5, 1e-20]),
        loom.asarray([1j]),
        loom.asarray(True),
    ):
        b = eval(repr(a), {"loom": loom})
        assert b.dtype == a.dtype and b.shape == a.shape and b.tolist() == a.tolist()


def test_print_looks_like_numpy():
    for n in (
        np.arange(24).reshape(2, 3, 4),
        np.arange(6.0),
        np.asarray([[True], [False]]),
        np.arange(2000),
        np.arange(10000).reshape(100, 100),
        np.arange(60),
        np.asarray(5),
    ):
        assert str(loom.asarray(n)) == str(n)


def test_large_arrays_are_cut():
    text = repr(loom.zeros((100, 200, 300)))
    assert text.count("...") > 2 and len(text.splitlines()) < 60


def test_lines_are_not_long():
    text = repr(loom.asarray(np.linspace(0, 1, 200)))
    assert max(map(len, text.splitlines())) <= 79


def test_an_array_of_zeros_and_negative_zero():
    assert str(loom.asarray([0.0, -0.0])) == "[ 0. -0.]"
