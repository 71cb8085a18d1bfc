"""Random numbers: the same stream for a seed on every backend and any number of threads."""

from loom._core.random import *  # noqa: F403
