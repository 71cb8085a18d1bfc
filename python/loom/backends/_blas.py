"""Which BLAS the NumPy of this process uses, asked of the library itself.

The symbols are looked up through NumPy's own extension module, so that the answer is the library
that this module is bound to, whatever other BLAS the process has loaded.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


_OPENBLAS = [prefix + "openblas_{}" + suffix for prefix in ("scipy_", "")
             for suffix in ("64_", "_64", "")]


class _DlInfo(ctypes.Structure):
    _fields_ = [("path", ctypes.c_char_p), ("base", ctypes.c_void_p),
                ("symbol", ctypes.c_char_p), ("address", ctypes.c_void_p)]


def _path_of(function: Any) -> str:
    """The file of the shared library that a function lies in."""
    info = _DlInfo()
    address = ctypes.cast(function, ctypes.c_void_p)
    found = ctypes.CDLL(None).dladdr(address, ctypes.byref(info))
    return os.path.realpath(info.path.decode()) if found and info.path else ""


class Blas:
    """A loaded BLAS."""

    def __init__(self, name: str, version: str, core: str, library: str, integer_bits: int,
                 get_threads: Callable[[], int], set_threads: Callable[[int], Any]) -> None:
        self.name = name
        self.version = version
        self.core = core  # the instruction set that its kernels are for
        self.library = library
        self.integer_bits = integer_bits
        self.threads = get_threads
        self._set_threads = set_threads

    @contextmanager
    def limited_to(self, count: int) -> Iterator[None]:
        """Has the library use `count` threads inside, for all of the process."""
        before = self.threads()
        self._set_threads(count)
        try:
            yield
        finally:
            self._set_threads(before)


def _text(function: Any) -> str:
    function.restype = ctypes.c_char_p
    return (function() or b"").decode()


def _openblas(library: ctypes.CDLL) -> Blas | None:
    for pattern in _OPENBLAS:
        if not hasattr(library, pattern.format("get_config")):
            continue
        config = _text(getattr(library, pattern.format("get_config")))
        get_threads = getattr(library, pattern.format("get_num_threads"))
        core = _text(getattr(library, pattern.format("get_corename")))
        return Blas("openblas", config.split()[1], core.lower(), _path_of(get_threads),
                    64 if "USE64BITINT" in config else 32, get_threads,
                    getattr(library, pattern.format("set_num_threads")))
    return None


def _mkl(library: ctypes.CDLL) -> Blas | None:
    if not hasattr(library, "MKL_Get_Max_Threads"):
        return None
    buffer = ctypes.create_string_buffer(198)
    library.MKL_Get_Version_String(buffer, 198)
    return Blas("mkl", buffer.value.decode().strip(), "", _path_of(library.MKL_Get_Max_Threads),
                64 if hasattr(library, "cblas_dgemm_64") else 32, library.MKL_Get_Max_Threads,
                library.MKL_Set_Num_Threads)


def _blis(library: ctypes.CDLL) -> Blas | None:
    if not hasattr(library, "bli_thread_get_num_threads"):
        return None
    library.bli_thread_get_num_threads.restype = ctypes.c_int64
    library.bli_thread_set_num_threads.argtypes = [ctypes.c_int64]
    version = _text(library.bli_info_get_version_str)
    return Blas("blis", version, "", _path_of(library.bli_thread_get_num_threads), 32,
                library.bli_thread_get_num_threads, library.bli_thread_set_num_threads)


def _unknown(library: ctypes.CDLL) -> Blas | None:
    for symbol in ("cblas_dgemm", "dgemm_"):
        if hasattr(library, symbol):
            path = _path_of(getattr(library, symbol))
            return Blas("unknown", "", "", path, 32, lambda: 1, lambda count: None)
    return None


def find_blas(numpy: Any) -> Blas | None:
    """The library behind `numpy.linalg`; None where it cannot be told."""
    try:
        library = ctypes.CDLL(numpy.linalg._umath_linalg.__file__)
    except (AttributeError, OSError):
        return None
    for look in (_openblas, _mkl, _blis, _unknown):
        found = look(library)
        if found is not None:
            return found
    return None
