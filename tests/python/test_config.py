"""loom.config."""

import pytest

import loom


def test_backend_reads_and_sets():
    loom.config.backend = "reference"
    assert loom.config.backend == "reference"
    loom.config.backend = "auto"
    with pytest.raises(ValueError, match="unknown backend"):
        loom.config.backend = "nunba"
    assert loom.config.backend == "auto"


def test_threads_are_one_setting_under_two_names():
    usual = loom.get_num_threads()
    loom.set_num_threads(1)
    assert loom.config.num_threads == 1
    loom.config.num_threads = 0
    assert loom.get_num_threads() == usual
    with pytest.raises(ValueError):
        loom.config.num_threads = -1


def test_default_dtype_is_that_of_arrays_made_without_one():
    assert loom.config.default_dtype == loom.float64
    try:
        loom.config.default_dtype = "float32"
        assert loom.zeros(2).dtype == loom.float32
        assert loom.asarray([1.5]).dtype == loom.float32
        assert loom.asarray([1.5j]).dtype == loom.complex64
        assert loom.__array_namespace_info__().default_dtypes()["real floating"] == loom.float32
    finally:
        loom.config.default_dtype = loom.float64
    assert loom.zeros(2).dtype == loom.float64
    with pytest.raises(TypeError, match="float32 or float64, asked for int32"):
        loom.config.default_dtype = loom.int32


def test_a_setting_that_does_not_exist_is_an_error():
    with pytest.raises(AttributeError):
        loom.config.bakend = "reference"


def test_it_shows_itself():
    assert repr(loom.config).startswith("loom.config(backend='auto', num_threads=")
