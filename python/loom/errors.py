"""The errors of Loom. Each also derives from the built-in exception a NumPy user would catch."""

from loom._core import (
    BackendError,
    BackendUnavailableError,
    DTypeError,
    Error,
    IndexError,
    IoError,
    LinAlgError,
    MemoryPlanError,
    ShapeError,
    ValueError,
)

__all__ = [
    "BackendError",
    "BackendUnavailableError",
    "DTypeError",
    "Error",
    "IndexError",
    "IoError",
    "LinAlgError",
    "MemoryPlanError",
    "ShapeError",
    "ValueError",
]
