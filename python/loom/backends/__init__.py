"""The backends that the package ships in Python."""

from loom.backend import register_late
from loom.backends.numpy import CAPABILITIES, NumpyBackend

register_late("numpy", NumpyBackend, CAPABILITIES)
