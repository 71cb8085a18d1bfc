"""Elementwise functions: dtypes, values beside NumPy's, special values, numbers as operands."""

import math
import re

import numpy as np
import pytest
from standard import ELEMENTWISE, KINDS, SPECIAL_COMPLEX, SPECIAL_REAL

import loom
from loom.backend import available_backends

BACKENDS = ["auto", *available_backends()]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with loom.use_backend(request.param):
        yield


def drawn(dtype, low, high, seed):
    """A vector, long enough for several blocks of a loop, of values in [low, high]."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.random(37) < 0.5
    if kind in "iu":
        lowest = 0 if kind == "u" else math.ceil(low)
        return rng.integers(lowest, int(high), 37, endpoint=True).astype(dtype)
    values = rng.uniform(low, high, 37)
    if kind == "c":
        values = values + 1j * rng.uniform(low, high, 37)
    return values.astype(dtype)


def expected_dtype(dtype, rule):
    if rule == "bool":
        return "bool"
    if rule == "parts":
        return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    return dtype


@pytest.mark.parametrize("row", ELEMENTWISE.strip().split("\n"), ids=lambda row: row.split()[0])
def test_values(backend, row):
    name, inputs, kind, rule, low, high = row.split()
    for seed, dtype in enumerate(KINDS[kind]):
        arguments = [drawn(dtype, float(low), float(high), 2 * seed + i)
                     for i in range(int(inputs))]
        found = getattr(loom, name)(*map(loom.asarray, arguments))
        assert found.dtype == expected_dtype(dtype, rule)
        with np.errstate(all="ignore"):
            reference = getattr(np, name)(*arguments)
        if np.dtype(str(found.dtype)).kind in "biu":
            assert np.array_equal(np.asarray(found), reference)
        else:
            # Two implementations, each within some ulps of the true value; complex parts are as
            # exact as the modulus allows.
            bound = 32 * np.finfo(str(found.dtype)).eps * np.abs(reference)
            assert (np.abs(np.asarray(found) - reference) <= bound).all()


@pytest.mark.parametrize("row", ELEMENTWISE.strip().split("\n"), ids=lambda row: row.split()[0])
def test_shapes_and_numbers(row):
    name, inputs, kind, rule, low, high = row.split()
    function, dtype = getattr(loom, name), KINDS[kind][-1]
    x = loom.asarray(drawn(dtype, float(low), float(high), 1)[:12].reshape(3, 4))
    if inputs == "1":
        assert function(x[0, 0]).shape == ()
        for shape in [(0,), (1, 3, 4), (4, 3)]:
            assert function(loom.reshape(x, shape) if 0 not in shape else x[:0, 0]).shape == shape
        return
    number = True if dtype == "bool" else 1.0 if "float" in dtype else 1
    assert function(x, x[0, :]).shape == (3, 4)
    assert function(x[:, :1], x[:1, :]).shape == (3, 4)
    for found in (function(x, number), function(number, x)):
        assert (found.shape, found.dtype) == ((3, 4), expected_dtype(dtype, rule))
    with pytest.raises(ValueError):
        function(x, x[:2, :3])


def number_of(text):
    return eval(text, {"nan": math.nan, "inf": math.inf, "pi": math.pi})


def same(found, text):
    """Whether a float is what the table says; `~` allows rounding, `?` either sign."""
    if text.startswith("?"):
        return same(found, text[1:]) or same(-found, text[1:])
    value = float(number_of(text.lstrip("~") if not text.startswith("~-") else text[1:]))
    if math.isnan(value):
        return math.isnan(found)
    if text.startswith("~"):
        return math.isclose(found, value, rel_tol=1e-15, abs_tol=1e-300)
    return found == value and math.copysign(1, found) == math.copysign(1, value)


def cases(table):
    return [tuple(part.strip() for part in case.split("->"))
            for line in table.strip().split("\n") for case in line.split(";") if case.strip()]


@pytest.mark.parametrize("length", [1, 11])  # a loop's end and its vectorised middle
def test_special_values(backend, length):
    for call, result in cases(SPECIAL_REAL):
        name, *arguments = call.split()
        arrays = [loom.full(length, float(number_of(text))) for text in arguments]
        found = getattr(loom, name)(*arrays)
        for element in np.asarray(found):
            good = element == (result == "True") if result in ("True", "False") else \
                same(float(element), result if "." in result or result != "0" else "?0")
            assert good, f"{call} gave {element}, not {result}"


def parts(text):
    """The real and imaginary part of "inf+~pi/2j"."""
    real, imaginary = re.fullmatch(r"(\??~?-?[^+-]+)([+-].+)j", text).groups()
    return real, imaginary.removeprefix("+")


def complex_of(text):
    return complex(*(float(number_of("-0." if part == "-0" else part)) for part in parts(text)))


@pytest.mark.parametrize("length", [1, 11])
def test_special_complex_values(backend, length):
    for call, result in cases(SPECIAL_COMPLEX):
        name, argument = call.split()
        found = getattr(loom, name)(loom.full(length, complex_of(argument)))
        for element in np.asarray(found):
            if "j" in result:
                good = all(map(same, (element.real, element.imag), parts(result)))
            else:
                good = same(float(element), result)
            assert good, f"{call} gave {element}, not {result}"


@pytest.mark.parametrize(
    "name", ["acosh", "asinh", "atanh", "cosh", "exp", "log", "sinh", "sqrt", "tanh"])
def test_conjugation_and_symmetry_reach_special_values(backend, name):
    """f(conj z) = conj f(z), so that the table above need not list half of its cases."""
    edges = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf]
    z = loom.asarray([complex(a, b) for a in edges for b in edges])
    function = getattr(loom, name)
    above, below = np.asarray(function(z)), np.asarray(function(loom.conj(z)))
    for x, y in [*zip(above.real, below.real), *zip(above.imag, -below.imag)]:
        assert same(float(x), repr(float(y))) or x == 0 == y or (math.isinf(x) and math.isinf(y))


def test_clip(backend):
    x = loom.asarray([-5, 0, 5, 9], dtype="int8")
    assert loom.clip(x, -1, 5).tolist() == [-1, 0, 5, 5]
    assert loom.clip(x, max=loom.asarray([1, 1, 9, 9], dtype="int8")).tolist() == [-5, 0, 5, 9]
    assert loom.clip(x, min=loom.asarray([[0], [6]], dtype="int8")).shape == (2, 4)
    assert loom.clip(x).tolist() == x.tolist()
    assert math.isnan(loom.clip(loom.asarray([math.nan]), 0, 1)[0])
    with pytest.raises(TypeError):
        loom.clip(x, 0.5, 2.5)


def test_where(backend):
    condition = loom.asarray([True, False, True])
    x = loom.asarray([1, 2, 3], dtype="int16")
    assert loom.where(condition, x, -1).tolist() == [1, -1, 3]
    assert loom.where(condition, x, 0).dtype == loom.int16
    assert loom.where(condition, 0.5, x).dtype == loom.float64
    assert loom.where(condition, 1, 2).dtype == loom.int64
    assert loom.where(True, x, loom.zeros((2, 3), dtype="float32")).shape == (2, 3)


def test_numbers_are_weak():
    f32, i8 = loom.ones(2, dtype="float32"), loom.ones(2, dtype="int8")
    for x, number, dtype in [(f32, 2, "float32"), (f32, 2.5, "float32"), (f32, 2j, "complex64"),
                             (f32, True, "float32"), (i8, 2, "int8"), (i8, 2.5, "float64"),
                             (i8, 2j, "complex128"), (i8, True, "int8")]:
        assert loom.add(x, number).dtype == loom.multiply(number, x).dtype == dtype
    with pytest.raises(OverflowError, match="Python integer 300 is out of bounds for int8"):
        loom.add(i8, 300)


def test_dtypes_outside_of_an_operation_are_refused():
    with pytest.raises(TypeError):
        loom.bitwise_and(loom.ones(2), loom.ones(2))
    with pytest.raises(TypeError):
        loom.less(loom.ones(2, dtype="complex64"), loom.ones(2, dtype="complex64"))
