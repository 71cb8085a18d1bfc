"""The buffer protocol both ways, `__array__`, and the life of shared memory."""

import array
import ctypes
import gc
import io
import itertools
import mmap
import weakref

import numpy as np
import pytest

import loom

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float32",
          "float64", "complex64", "complex128"]  # fmt: skip


# Sharing.


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_sees_our_memory(dtype):
    a = loom.zeros((2, 3), dtype=loom.dtype(dtype))
    n = np.asarray(a)
    assert n.dtype == dtype and type(n.dtype) is type(np.dtype(dtype))
    n[0, 1] = 1
    a[1, 2] = True
    assert a.tolist() == n.tolist() and np.asarray(a).sum() == 2


@pytest.mark.parametrize("dtype", DTYPES)
def test_we_see_numpys_memory(dtype):
    n = np.zeros((2, 3), dtype=dtype)
    a = loom.asarray(n)
    assert str(a.dtype) == dtype and a.shape == (2, 3)
    n[0, 1] = 1
    a[1, 2] = True
    assert a.tolist() == n.tolist() and n.sum() == 2


@pytest.mark.parametrize(
    "part",
    [
        np.s_[:, ::2],
        np.s_[::-1, ::-1],
        np.s_[1],
        np.s_[..., None],
        np.s_[:0],
        np.s_[1, 2:2],
        np.s_[0, 0],
    ],
)
def test_strides_both_ways(part):
    n = np.arange(24.0).reshape(4, 6)
    a = loom.asarray(np.asarray(n[part]))
    assert a.shape == n[part].shape
    assert a.tolist() == n[part].tolist() == np.asarray(loom.asarray(n)[part]).tolist()


def test_transposes_and_broadcasts():
    n = np.arange(6.0).reshape(2, 3)
    assert loom.asarray(n.T).tolist() == n.T.tolist() == np.asarray(loom.asarray(n).T).tolist()
    wide = loom.asarray(np.broadcast_to(n[0], (4, 3)))
    assert wide.tolist() == [[0, 1, 2]] * 4
    with pytest.raises(ValueError, match="read-only"):
        wide[0, 0] = 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_memory_outlives_its_makers_in_any_order(order):
    memory = np.arange(4.0)
    ended = weakref.ref(memory)
    shared = {0: memory, 1: loom.asarray(memory)}
    shared[2] = np.asarray(shared[1][1:])
    shared[3] = loom.asarray(shared[2])[::2]
    elements = {i: s.tolist() for i, s in shared.items()}
    del memory
    for i in order:
        assert {j: s.tolist() for j, s in shared.items()} == elements
        del shared[i], elements[i]
        gc.collect()
    assert ended() is None


def test_our_memory_outlives_the_array():
    a = loom.asarray([1.0, 2.0, 3.0])
    n, view = np.asarray(a), memoryview(a)
    ended = weakref.ref(a)
    del a
    gc.collect()
    assert ended() is not None and n.tolist() == view.tolist() == [1, 2, 3]
    view.release()
    del n, view
    gc.collect()
    assert ended() is None


def test_a_cycle_through_a_view_is_broken_by_its_owner():
    class Holder(np.ndarray):
        pass

    holder = np.zeros(3).view(Holder)
    holder.shared = loom.asarray(holder)
    ended = weakref.ref(holder)
    holder.shared = None
    del holder
    gc.collect()
    assert ended() is None


def test_exporters_are_locked_while_shared():
    growing = bytearray(8)
    a = loom.asarray(growing)
    with pytest.raises(BufferError):
        growing.append(1)
    a[0] = 255
    del a
    growing.append(1)
    assert growing[0] == 255


# Read-only memory.


def test_read_only_stays_read_only():
    n = np.zeros(2)
    n.flags.writeable = False
    a = loom.asarray(n)
    assert memoryview(a).readonly and memoryview(a[1:]).readonly
    assert not np.asarray(a).flags.writeable
    with pytest.raises(ValueError):
        np.asarray(a)[0] = 1
    assert not memoryview(loom.asarray(n, copy=True)).readonly
    assert memoryview(loom.asarray(b"12")).readonly


def test_writing_requests_need_writable_memory():
    with pytest.raises((BufferError, TypeError)):
        io.BytesIO(b"12").readinto(loom.asarray(b"34"))
    a = loom.zeros(4, dtype=loom.uint8)
    io.BytesIO(b"\1\2").readinto(a)
    assert a.tolist() == [1, 2, 0, 0]


# What is asked of an exporter: the constants of PEP 3118.


class Buffer(ctypes.Structure):
    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.c_void_p), ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p), ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)), ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]  # fmt: skip


SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
C, F, ANY = 0x38, 0x58, 0x98
MATRIX = loom.reshape(loom.arange(12, dtype=loom.int32), (3, 4))


def fields(exporter, flags):
    """Format, shape and strides that an exporter gives on a request."""
    buffer = Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(exporter), ctypes.byref(buffer), flags)
    shape = buffer.shape[: buffer.ndim] if buffer.shape else None
    strides = buffer.strides[: buffer.ndim] if buffer.strides else None
    result = buffer.format, shape, strides, buffer.len, buffer.itemsize
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))
    return result


@pytest.mark.parametrize(
    ("flags", "expected"),
    [(SIMPLE, (None, None, None)), (WRITABLE, (None, None, None)), (ND, (None, [3, 4], None)),
     (ND | FORMAT, (b"i", [3, 4], None)), (STRIDES, (None, [3, 4], [16, 4])),
     (C | FORMAT, (b"i", [3, 4], [16, 4])), (ANY, (None, [3, 4], [16, 4]))],
)  # fmt: skip
def test_requests_of_contiguous_memory(flags, expected):
    assert fields(MATRIX, flags) == (*expected, 48, 4)


@pytest.mark.parametrize(
    ("part", "accepted"),
    [(MATRIX, {SIMPLE, ND, STRIDES, C, ANY}), (MATRIX.T, {STRIDES, F, ANY}),
     (MATRIX[:, ::2], {STRIDES}), (MATRIX[:1], {SIMPLE, ND, STRIDES, C, F, ANY}),
     (MATRIX[:, :0], {SIMPLE, ND, STRIDES, C, F, ANY}),
     (MATRIX[0, 0], {SIMPLE, ND, STRIDES, C, F, ANY})],
)  # fmt: skip
def test_requests_of_a_layout(part, accepted):
    for flags in (SIMPLE, ND, STRIDES, C, F, ANY):
        if flags in accepted:
            fields(part, flags)
        else:
            with pytest.raises(BufferError, match="contiguous"):
                fields(part, flags)


def test_memoryviews():
    view = memoryview(MATRIX)
    assert (view.format, view.shape, view.strides, view.nbytes) == ("i", (3, 4), (16, 4), 48)
    assert view.tolist() == MATRIX.tolist()
    assert bytes(MATRIX[0]) == np.arange(4, dtype="i4").tobytes()


# Import of other exporters.


def test_other_exporters():
    assert loom.asarray(array.array("h", [1, -2])).tolist() == [1, -2]
    assert loom.asarray((ctypes.c_double * 2)(1.5, 2.5)).tolist() == [1.5, 2.5]
    assert loom.asarray(memoryview(b"abcd")[::2]).tolist() == [97, 99]
    with mmap.mmap(-1, 16) as memory:
        a = loom.asarray(memory)
        a[3] = 7
        assert memory[3] == 7
        del a


def test_elements_off_their_alignment_are_copied():
    packed = np.zeros(3, dtype=np.dtype([("flag", "i1"), ("value", "f8")]))
    packed["value"] = [1, 2, 3]
    a = loom.asarray(packed["value"])
    assert a.tolist() == [1, 2, 3] and a.strides == (8,)
    assert (a + packed["value"]).tolist() == [2, 4, 6]
    with pytest.raises(ValueError, match="copy"):
        loom.asarray(packed["value"], copy=False)


def test_copies():
    n = np.asarray([1.0, 2.0])
    loom.asarray(n, copy=False)[0] = 5
    loom.asarray(n, copy=True)[1] = 5
    loom.asarray(n, dtype=loom.float32)[1] = 5
    assert n.tolist() == [5, 2]
    with pytest.raises(ValueError, match="copy"):
        loom.asarray(n, dtype=loom.float32, copy=False)


# __array__.


def test_array_method():
    a = loom.asarray([1.0, 2.0])
    a.__array__()[0] = 5
    a.__array__(copy=True)[1] = 5
    assert a.tolist() == [5, 2]
    assert a.__array__("float32").dtype == np.float32
    assert a.__array__(copy=False) is not a.__array__(np.float64)
    with pytest.raises(ValueError):
        a.__array__("float32", copy=False)


def test_numpy_constructors():
    a = loom.asarray([[1.0, 2.0]])
    assert np.array(a, dtype=int).tolist() == [[1, 2]]
    assert np.array(a, copy=True).base is None
    assert np.asarray([a, a]).shape == (2, 1, 2)
    assert np.asarray(a, copy=False).shape == (1, 2)


def test_memory_that_we_cannot_take_says_why():
    half = np.zeros(2, dtype="f2")
    for use in (lambda: loom.zeros(2) + half, lambda: loom.sin(half), lambda: loom.zeros(2)[half]):
        with pytest.raises(TypeError, match='format "e"'):
            use()
    assert (loom.zeros(2) == np.str_("a")) is False
