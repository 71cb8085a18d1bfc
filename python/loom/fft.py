"""Discrete Fourier transforms of any length."""

from loom._core.fft import *  # noqa: F403
