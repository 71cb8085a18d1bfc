"""What an array says of itself, and what it becomes as a Python object."""

import copy
import gc
import math
import operator
import pickle
import weakref

import pytest

import loom

MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_attributes_of_a_matrix():
    a = loom.asarray(MATRIX)
    assert a.shape == (2, 3)
    assert a.strides == (24, 8)
    assert (a.ndim, a.size, a.itemsize, a.nbytes) == (2, 6, 8, 48)
    assert a.dtype == loom.float64
    assert len(a) == 2


def test_attributes_of_a_scalar():
    a = loom.asarray(1, dtype=loom.int16)
    assert (a.shape, a.strides, a.ndim, a.size, a.nbytes) == ((), (), 0, 1, 2)


def test_attributes_are_read_only():
    with pytest.raises(AttributeError):
        loom.asarray(MATRIX).shape = (3, 2)


def test_transposes_are_views():
    a = loom.asarray(MATRIX)
    assert a.T.tolist() == a.mT.tolist() == [[1, 4], [2, 5], [3, 6]]
    a.T[2, 0] = 30
    assert a[0, 2] == 30
    stack = loom.zeros((2, 3, 4))
    assert stack.mT.shape == (2, 4, 3)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_transpose_is_for_matrices(shape):
    with pytest.raises(ValueError, match="shape is"):
        assert loom.zeros(shape).T


def test_there_is_one_device():
    device = loom.zeros(3).device
    assert device is loom.ones(2).device
    assert device == device and hash(device) == hash(device)
    assert device != "gpu" and repr(device) == "cpu"
    assert copy.deepcopy(device) is device and pickle.loads(pickle.dumps(device)) is device


def test_to_device():
    a = loom.asarray(MATRIX)
    a.to_device(a.device)[0, 0] = 7
    assert a[0, 0] == 7
    with pytest.raises(ValueError, match="gpu"):
        a.to_device("gpu")
    with pytest.raises(ValueError, match="stream"):
        a.to_device(a.device, stream=1)


@pytest.mark.parametrize("version", [None, "2021.12", "2023.12", "2024.12", "2025.12"])
def test_array_namespace(version):
    assert loom.zeros(1).__array_namespace__(api_version=version) is loom


def test_array_namespace_of_an_unknown_version():
    with pytest.raises(ValueError, match="2019.10"):
        loom.zeros(1).__array_namespace__(api_version="2019.10")


@pytest.mark.parametrize(
    ("value", "dtype", "convert"),
    [
        (True, "bool", bool),
        (0, "uint8", bool),
        (-5, "int8", int),
        (2**64 - 1, "uint64", int),
        (-2.75, "float32", int),
        (True, "bool", int),
        (0.5, "float32", float),
        (3, "int64", float),
        (1 + 2j, "complex64", complex),
        (2.5, "float64", complex),
        (7, "uint16", operator.index),
    ],
)
def test_conversions(value, dtype, convert):
    result = convert(loom.asarray(value, dtype=dtype))
    assert result == convert(value)
    assert type(result) is type(convert(value))


@pytest.mark.parametrize(
    ("value", "convert", "error"),
    [
        (math.nan, int, ValueError),
        (math.inf, int, OverflowError),
        (1j, int, TypeError),
        (1j, float, TypeError),
        (1.0, operator.index, TypeError),
        (True, operator.index, TypeError),
        ([1.0], float, TypeError),
        ([1], int, TypeError),
        ([1], operator.index, TypeError),
        ([True, False], bool, TypeError),
        ([], bool, TypeError),
    ],
)
def test_refused_conversions(value, convert, error):
    with pytest.raises(error):
        convert(loom.asarray(value))


def test_item():
    a = loom.asarray(MATRIX)
    assert a.item(4) == 5 and a.item(-1) == 6 and a.item(1, 0) == 4
    assert loom.asarray([[7]]).item() == 7
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        a.item()
    with pytest.raises(IndexError):
        a.item(6)


def test_tolist():
    assert loom.asarray(MATRIX).T.tolist() == [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
    assert loom.asarray(2j).tolist() == 2j
    assert loom.zeros((2, 0)).tolist() == [[], []]


def test_iteration():
    a = loom.asarray(MATRIX)
    assert [row.tolist() for row in a] == MATRIX
    assert 5 in a and 7 not in a
    for refused in (iter, len):
        with pytest.raises(TypeError):
            refused(loom.asarray(1))


def test_format():
    assert f"{loom.asarray(1 / 3):.3f}" == "0.333"
    assert f"{loom.asarray([1, 2])}" == "[1 2]"
    with pytest.raises(TypeError):
        f"{loom.asarray([1, 2]):.3f}"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float32", "complex128"])
def test_pickle(protocol, dtype):
    a = loom.astype(loom.asarray([[1, 0, 3], [4, 5, 6]]), loom.dtype(dtype))[:, ::2]
    b = pickle.loads(pickle.dumps(a, protocol))
    assert b.dtype == a.dtype and b.tolist() == a.tolist()
    b[0, 0] = False
    assert a.tolist() != b.tolist() or dtype == "bool" and not b[0, 0]


def test_pickle_out_of_band():
    a = loom.asarray(MATRIX)
    buffers = []
    text = pickle.dumps(a, 5, buffer_callback=buffers.append)
    assert len(buffers) == 1 and pickle.loads(text, buffers=buffers).tolist() == MATRIX


def test_broken_pickles_are_refused():
    function, (_, dtype, shape) = loom.asarray(MATRIX).__reduce_ex__(2)
    with pytest.raises(ValueError, match="bytes"):
        function(b"12", dtype, shape)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda a: a.copy()])
def test_copies_are_independent(duplicate):
    a = loom.asarray(MATRIX)
    duplicate(a)[0, 0] = 100
    assert a[0, 0] == 1


def test_weak_references():
    a = loom.asarray(MATRIX)
    ended = []
    reference = weakref.ref(a, ended.append)
    assert reference() is a
    del a
    gc.collect()
    assert reference() is None and len(ended) == 1


def test_arrays_are_no_keys():
    with pytest.raises(TypeError, match="unhashable"):
        hash(loom.zeros(2))


def test_the_class_makes_no_arrays():
    with pytest.raises(TypeError, match="asarray"):
        loom.Array([1])
    with pytest.raises(TypeError):
        type("Derived", (loom.Array,), {})


def test_dtypes():
    assert loom.float64 == "float64" and loom.float64 != loom.float32
    assert not loom.int64 == None  # noqa: E711
    assert loom.float64 != "\udc80" and loom.float64 != object()
    assert copy.deepcopy(loom.int8) is loom.int8
    assert pickle.loads(pickle.dumps(loom.bool)) is loom.bool
    with pytest.raises(TypeError, match="float16"):
        loom.dtype("float16")
