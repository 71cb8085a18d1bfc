"""loom.fft: inverses, lengths, normalisation, dtypes."""

import numpy as np
import pytest

import loom
from loom import fft
from loom.backend import available_backends

BACKENDS = ["auto", *available_backends()]
NORMS = ["backward", "ortho", "forward"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with loom.use_backend(request.param):
        yield


def signal(length):
    rng = np.random.default_rng(length)
    return rng.standard_normal(length) + 1j * rng.standard_normal(length)


def close(found, expected, eps=2.3e-16):
    # log2(n) butterflies of some roundings each, relative to the largest value.
    bound = 100 * eps * max(1, np.abs(expected).max(initial=0))
    return np.asarray(found).shape == np.shape(expected) and \
        (np.abs(np.asarray(found) - expected) <= bound).all()


@pytest.mark.parametrize("length", [1, 2, 3, 8, 13, 30, 97, 128, 1009])
def test_every_length(backend, length):
    x = signal(length)
    assert close(fft.fft(loom.asarray(x)), np.fft.fft(x))
    assert close(fft.ifft(fft.fft(loom.asarray(x))), x)
    assert close(fft.rfft(loom.asarray(x.real)), np.fft.rfft(x.real))
    assert close(fft.irfft(fft.rfft(loom.asarray(x.real)), n=length), x.real)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("length", [None, 5, 12])
def test_norms_and_lengths(backend, norm, length):
    x = signal(8)
    for name in ("fft", "ifft", "irfft", "hfft"):
        expected = getattr(np.fft, name)(x, length, norm=norm)
        assert close(getattr(fft, name)(loom.asarray(x), n=length, norm=norm), expected), name
    for name in ("rfft", "ihfft"):
        expected = getattr(np.fft, name)(x.real, length, norm=norm)
        assert close(getattr(fft, name)(loom.asarray(x.real), n=length, norm=norm), expected), name


@pytest.mark.parametrize("norm", NORMS)
def test_several_axes(backend, norm):
    x = signal(60).reshape(3, 4, 5)
    for axes in (None, (0,), (2, 0), (-1, -2)):
        for name in ("fftn", "ifftn", "irfftn"):
            expected = getattr(np.fft, name)(x, axes=axes, norm=norm)
            assert close(getattr(fft, name)(loom.asarray(x), axes=axes, norm=norm), expected)
        expected = np.fft.rfftn(x.real, axes=axes, norm=norm)
        assert close(fft.rfftn(loom.asarray(x.real), axes=axes, norm=norm), expected)


def test_precision_is_that_of_the_input():
    assert fft.fft(loom.ones(4, dtype="complex64")).dtype == loom.complex64
    assert fft.rfft(loom.ones(4, dtype="float32")).dtype == loom.complex64
    assert fft.irfft(loom.ones(4, dtype="complex64")).dtype == loom.float32
    assert fft.fftfreq(4, dtype=loom.float32).dtype == loom.float32
    assert fft.rfftfreq(4).dtype == loom.float64


def test_wrong_arguments_are_refused():
    x = loom.ones((2, 4))
    for call in (lambda: fft.fft(x, n=0), lambda: fft.fft(x, axis=2),
                 lambda: fft.fftn(x, s=(2,), axes=(0, 1)), lambda: fft.fft(x, norm="none")):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(TypeError):
        fft.rfft(loom.ones(3, dtype="complex128"))
