"""Producers and consumers of DLPack that follow the protocol to the letter, made with ctypes."""

from __future__ import annotations

import ctypes
from typing import Any

READ_ONLY, COPIED = 1, 2
HOST, CUDA = (1, 0), (2, 0)

# A capsule does not copy its name.
USED = {"dltensor": b"used_dltensor", "dltensor_versioned": b"used_dltensor_versioned"}

_api = ctypes.pythonapi
_api.PyCapsule_New.restype = ctypes.py_object
_api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_api.PyCapsule_GetName.restype = ctypes.c_char_p
_api.PyCapsule_GetName.argtypes = [ctypes.py_object]
_api.PyCapsule_GetPointer.restype = ctypes.c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_api.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]


class Tensor(ctypes.Structure):
    """DLTensor."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16), ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64),
    ]  # fmt: skip


Deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    """DLManagedTensor."""

    _fields_ = [("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", Deleter)]


class Versioned(ctypes.Structure):
    """DLManagedTensorVersioned."""

    _fields_ = [
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p),
        ("deleter", Deleter), ("flags", ctypes.c_uint64), ("tensor", Tensor),
    ]  # fmt: skip


def name_of(capsule: Any) -> str:
    """The name of a capsule."""
    return _api.PyCapsule_GetName(capsule).decode()


def open_capsule(capsule: Any) -> Versioned | Managed:
    """What a capsule holds, which stays there."""
    name = name_of(capsule)
    kind = Versioned if "versioned" in name else Managed
    return kind.from_address(_api.PyCapsule_GetPointer(capsule, name.encode()))


def consume(capsule: Any) -> Versioned | Managed:
    """Takes what a capsule holds, as a consumer does, who then owes the call of the deleter."""
    managed = open_capsule(capsule)
    _api.PyCapsule_SetName(capsule, USED[name_of(capsule)])
    return managed


class Producer:
    """A vector of three doubles that counts how often it was released.

    `keywords` are those that its `__dlpack__` knows: none, as before 2023, or all.
    """

    def __init__(self, *, version=(1, 0), flags=0, device=HOST, keywords=True, code=2, bits=64,
                 offset=0, strides=None, name=None):  # fmt: skip
        self.memory = (ctypes.c_double * 4)(1, 2, 3, 4)
        self.version, self.flags, self.device, self.keywords = version, flags, device, keywords
        self.code, self.bits, self.offset, self.strides, self.name = (
            code,
            bits,
            offset,
            strides,
            name,
        )
        self.asked: list[dict] = []
        self.released = 0
        self.shape = (ctypes.c_int64 * 1)(3)

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **keywords):
        if keywords and not self.keywords:
            raise TypeError("unexpected keyword")
        self.asked.append(keywords)
        return self.capsule(versioned=keywords.get("max_version") is not None)

    def capsule(self, versioned):
        """A fresh capsule."""
        managed = self.managed = Versioned() if versioned else Managed()
        self.deleter = managed.deleter = Deleter(self._release)
        if versioned:
            managed.major, managed.minor = self.version
            managed.flags = self.flags
        tensor = managed.tensor
        tensor.data = ctypes.addressof(self.memory)
        tensor.device_type, tensor.device_id = HOST
        tensor.ndim, tensor.shape = 1, self.shape
        tensor.code, tensor.bits, tensor.lanes = self.code, self.bits, 1
        tensor.byte_offset = self.offset
        if self.strides is not None:
            tensor.strides = self.strides_memory = (ctypes.c_int64 * 1)(*self.strides)
        self.capsule_name = (
            self.name or ("dltensor_versioned" if versioned else "dltensor")
        ).encode()
        return _api.PyCapsule_New(ctypes.addressof(managed), self.capsule_name, None)

    def _release(self, managed):
        assert managed == ctypes.addressof(self.managed)
        self.released += 1
