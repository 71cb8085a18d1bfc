"""The settings of the package: `loom.config`."""

from __future__ import annotations

from typing import Any

from loom import backend
from loom._core import DType, _dispatch


class Config:
    """Settings of the process; those of a thread's scopes come before them."""

    __slots__ = ()

    @property
    def backend(self) -> str:
        """The backend in force on this thread, or "auto". Setting it is `loom.set_backend`."""
        return _dispatch.get_backend()

    @backend.setter
    def backend(self, name: str) -> None:
        backend._tell_of_old_name(name)
        _dispatch.set_backend(name)

    @property
    def num_threads(self) -> int:
        """Threads that an operation may use; 0 sets the default of the machine."""
        return _dispatch.num_threads()

    @num_threads.setter
    def num_threads(self, count: int) -> None:
        _dispatch.set_num_threads(count)

    @property
    def default_dtype(self) -> DType:
        """The dtype of arrays made without one from real numbers: float64 or float32."""
        return _dispatch.default_dtype()

    @default_dtype.setter
    def default_dtype(self, dtype: Any) -> None:
        _dispatch.set_default_dtype(dtype)

    @property
    def deferral_threshold(self) -> int | None:
        """The fewest elements of a result that is computed when somebody reads it, in one pass with
        what it is made of; None where everything is computed at once."""
        return _dispatch.deferral_threshold()

    @deferral_threshold.setter
    def deferral_threshold(self, elements: int | None) -> None:
        _dispatch.set_deferral_threshold(elements)

    def __repr__(self) -> str:
        return (f"loom.config(backend={self.backend!r}, num_threads={self.num_threads}, "
                f"default_dtype={self.default_dtype}, "
                f"deferral_threshold={self.deferral_threshold})")


config = Config()


def set_num_threads(count: int) -> None:
    """Sets how many threads an operation may use; 0 returns to the default of the machine."""
    _dispatch.set_num_threads(count)


def get_num_threads() -> int:
    """How many threads an operation may use."""
    return _dispatch.num_threads()
