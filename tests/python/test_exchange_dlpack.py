"""DLPack both ways, with NumPy and with parties that follow the protocol to the letter."""

import ctypes
import gc
import threading

import numpy as np
import pytest
from dlpack_objects import COPIED, CUDA, HOST, READ_ONLY, Producer, consume, name_of, open_capsule

import loom

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float32",
          "float64", "complex64", "complex128"]  # fmt: skip


def vector():
    return loom.asarray([1.0, 2.0, 3.0])


def read_only():
    n = np.asarray([1.0, 2.0])
    n.flags.writeable = False
    return loom.asarray(n)


# Export.


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_shares_what_we_export(dtype):
    a = loom.ones((2, 3), dtype=loom.dtype(dtype))
    n = np.from_dlpack(a[:, ::2])
    assert n.dtype == dtype and n.shape == (2, 2)
    n[1, 1] = 0
    assert not a[1, 2] and a[0, 0]


@pytest.mark.parametrize(
    ("max_version", "name"),
    [(None, "dltensor"), ((0, 8), "dltensor"), ((1, 0), "dltensor_versioned"),
     ((1, 7), "dltensor_versioned"), ((2, 0), "dltensor_versioned")],
)  # fmt: skip
def test_form_of_the_capsule(max_version, name):
    capsule = vector().__dlpack__(max_version=max_version)
    assert name_of(capsule) == name
    if "versioned" in name:
        assert open_capsule(capsule).major == 1


def test_fields_of_the_tensor():
    tensor = open_capsule(loom.zeros((3, 4), dtype=loom.complex64)[::2, 1:].__dlpack__()).tensor
    assert (tensor.ndim, tensor.shape[:2], tensor.strides[:2]) == (2, [2, 3], [8, 1])
    assert (tensor.code, tensor.bits, tensor.lanes) == (5, 64, 1)
    assert (tensor.device_type, tensor.device_id) == HOST == loom.zeros(1).__dlpack_device__()


class Owner(np.ndarray):
    """Memory that says when it ends."""

    ended = 0

    def __del__(self):
        Owner.ended += 1


def owned():
    """A loom array over such memory, and nothing else."""
    return loom.asarray(np.zeros(2).view(Owner))


@pytest.mark.parametrize("max_version", [None, (1, 0)])
def test_memory_lives_until_the_consumer_is_done(max_version):
    ended = Owner.ended
    a = owned()
    managed = consume(a.__dlpack__(max_version=max_version))
    del a
    gc.collect()
    assert Owner.ended == ended
    managed.deleter(ctypes.addressof(managed))
    assert Owner.ended == ended + 1


@pytest.mark.parametrize("max_version", [None, (1, 0)])
def test_a_capsule_that_nobody_takes_releases_its_memory(max_version):
    ended = Owner.ended
    capsule = owned().__dlpack__(max_version=max_version)
    gc.collect()
    assert Owner.ended == ended
    del capsule
    assert Owner.ended == ended + 1


def test_copy_flags():
    a = vector()
    shared = a.__dlpack__(max_version=(1, 0), copy=False)
    copied = a.__dlpack__(max_version=(1, 0), copy=True)
    assert open_capsule(shared).flags == 0 and open_capsule(copied).flags == COPIED
    assert open_capsule(shared).tensor.data != open_capsule(copied).tensor.data


def test_read_only_export():
    a = read_only()
    assert open_capsule(a.__dlpack__(max_version=(1, 0))).flags == READ_ONLY
    assert not np.from_dlpack(a).flags.writeable
    with pytest.raises(BufferError, match="read-only"):
        a.__dlpack__()
    assert open_capsule(a.__dlpack__(copy=True)).tensor.data


@pytest.mark.parametrize("device", [CUDA, (3, 0)])
def test_export_to_another_device(device):
    with pytest.raises(BufferError):
        vector().__dlpack__(dl_device=device)
    vector().__dlpack__(dl_device=HOST)


def test_export_takes_no_stream():
    with pytest.raises(ValueError, match="stream"):
        vector().__dlpack__(stream=1)


@pytest.mark.parametrize(
    "option",
    [
        {"max_version": 1},
        {"max_version": ()},
        {"dl_device": 5},
        {"max_version": ("a", 0)},
        {"copy": "yes"},
        {"other": 1},
    ],
)
def test_nonsense_options(option):
    with pytest.raises((TypeError, ValueError, IndexError)):
        vector().__dlpack__(**option)


# Import.


@pytest.mark.parametrize("dtype", DTYPES)
def test_we_share_what_numpy_exports(dtype):
    n = np.ones((2, 3), dtype=dtype)
    a = loom.from_dlpack(n.T)
    assert str(a.dtype) == dtype and a.shape == (3, 2)
    a[2, 0] = False
    assert not n[0, 2] and n[1, 1]


def test_read_only_import():
    n = np.zeros(2)
    n.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        loom.from_dlpack(n)[0] = 1


@pytest.mark.parametrize("keywords", [True, False])
def test_new_and_old_producers(keywords):
    producer = Producer(keywords=keywords)
    a = loom.from_dlpack(producer)
    assert a.tolist() == [1, 2, 3]
    a[0] = 7
    assert producer.memory[0] == 7
    assert producer.asked == (
        [{"max_version": (1, 0), "dl_device": None, "copy": None}] if keywords else [{}]
    )
    assert producer.released == 0
    view = a[1:]
    del a
    assert producer.released == 0
    del view
    assert producer.released == 1


def test_strides_and_offset_of_a_producer():
    producer = Producer(strides=[1], offset=8)
    assert loom.from_dlpack(producer).tolist() == [2, 3, 4]
    assert loom.from_dlpack(Producer(strides=[-1], offset=16)).tolist() == [3, 2, 1]


def test_read_only_flag_of_a_producer():
    with pytest.raises(ValueError, match="read-only"):
        loom.from_dlpack(Producer(flags=READ_ONLY))[0] = 1


@pytest.mark.parametrize("keywords", [True, False])
def test_copies(keywords):
    producer = Producer(keywords=keywords)
    loom.from_dlpack(producer, copy=False)[0] = 5
    assert producer.memory[0] == 5
    if not keywords:
        loom.from_dlpack(producer, copy=True)[0] = 6
        assert producer.memory[0] == 5
    else:
        loom.from_dlpack(producer, copy=True)
        assert producer.asked[-1]["copy"] is True


def test_memory_of_another_device():
    producer = Producer(device=CUDA)
    with pytest.raises(BufferError, match="cpu"):
        loom.from_dlpack(producer)
    assert loom.from_dlpack(producer, device=loom.zeros(1).device).tolist() == [1, 2, 3]
    assert producer.asked[-1]["dl_device"] == HOST
    with pytest.raises(TypeError):
        loom.from_dlpack(Producer(device=CUDA, keywords=False), device="cpu")


@pytest.mark.parametrize(
    ("options", "error"),
    [({"version": (2, 0)}, ValueError), ({"bits": 16}, TypeError), ({"code": 4}, TypeError),
     ({"offset": 4}, ValueError)],
)  # fmt: skip
def test_refused_tensors_are_released(options, error):
    producer = Producer(**options)
    with pytest.raises(error, match="from_dlpack"):
        loom.from_dlpack(producer)
    assert producer.released == 1


@pytest.mark.parametrize("name", ["used_dltensor", "used_dltensor_versioned", "other"])
def test_capsules_that_are_not_fresh(name):
    producer = Producer(name=name)
    with pytest.raises(ValueError, match="fresh"):
        loom.from_dlpack(producer)
    assert producer.released == 0


class Raises(Producer):
    """Cannot export."""

    def __dlpack__(self, **keywords):
        raise BufferError("not today")


def test_errors_of_the_producer_come_through():
    with pytest.raises(BufferError, match="not today"):
        loom.from_dlpack(Raises())
    with pytest.raises(BufferError, match="not today"):
        loom.asarray(Raises())


@pytest.mark.parametrize("foreign", [1, None, "text", [1.0], object()])
def test_objects_without_dlpack(foreign):
    with pytest.raises(AttributeError, match="__dlpack"):
        loom.from_dlpack(foreign)


class Nonsense(Producer):
    """Gives something other than a capsule."""

    def __init__(self, given):
        super().__init__()
        self.given = given

    def __dlpack__(self, **keywords):
        return self.given


@pytest.mark.parametrize("given", [None, 1, "capsule"])
def test_what_is_no_capsule(given):
    with pytest.raises(ValueError, match="fresh"):
        loom.from_dlpack(Nonsense(given))


@pytest.mark.parametrize("device", [None, 1, ("a", 0), (), (2**80, 0)])
def test_what_is_no_device(device):
    with pytest.raises((TypeError, ValueError, IndexError, OverflowError)):
        loom.from_dlpack(Producer(device=device))


def test_loom_arrays_come_back_as_views():
    a = vector()
    loom.from_dlpack(a)[0] = 5
    loom.from_dlpack(a, copy=True)[1] = 5
    assert a.tolist() == [5, 2, 3]


def test_producers_are_operands_and_arguments():
    assert (vector() + Producer()).tolist() == [2, 4, 6]
    assert loom.asarray(Producer(), dtype=loom.float32).tolist() == [1, 2, 3]
    assert float(loom.sum(Producer())) == 6


def test_release_on_another_thread():
    producer = Producer()
    held = [loom.from_dlpack(producer)]
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    assert producer.released == 1


def test_a_release_leaves_the_error_that_is_raised():
    def fail():
        a = loom.from_dlpack(Producer())
        raise KeyError(len(a))

    with pytest.raises(KeyError):
        fail()


def test_exchange_with_torch():
    torch = pytest.importorskip("torch")
    t = torch.ones(3)
    loom.from_dlpack(t)[0] = 5
    loom.asarray(t)[1] = 6
    assert t.tolist() == [5, 6, 1]
    a = vector()
    torch.from_dlpack(a)[0] = 9
    assert a.tolist() == [9, 2, 3]
