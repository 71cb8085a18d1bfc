"""Numerical code on whichever engine of the machine is fastest for it."""

from typing import TYPE_CHECKING

from loom._core import *  # noqa: F403
from loom._core import __version__ as __version__
from loom._core import _restore as _restore
from loom import backend as backend
from loom import backends as backends
from loom import errors as errors
from loom import fft as fft
from loom import linalg as linalg
from loom import random as random
from loom._config import config as config
from loom._config import get_num_threads as get_num_threads
from loom._config import set_num_threads as set_num_threads
from loom._device import device as device
from loom._info import __array_namespace_info__ as __array_namespace_info__
from loom._trace import TraceEvent as TraceEvent
from loom._trace import trace as trace
from loom.backend import explain as explain
from loom.backend import get_backend_info as get_backend_info
from loom.backend import get_optimal_backend_for_operation as get_optimal_backend_for_operation
from loom.backend import register_backend as register_backend
from loom.backend import register_operation as register_operation
from loom.backend import set_backend as set_backend
from loom.backend import use_backend as use_backend
from loom.backend import use_numpy_backend as use_numpy_backend

__array_api_version__ = "2025.12"

e = 2.718281828459045
inf = float("inf")
nan = float("nan")
newaxis = None
pi = 3.141592653589793

if TYPE_CHECKING:
    from loom import gwas as gwas
else:

    def __getattr__(name):
        """`loom.gwas` is imported on first use: array programs do without it."""
        if name != "gwas":
            raise AttributeError(f"module 'loom' has no attribute {name!r}")
        import importlib

        return importlib.import_module("loom.gwas")
