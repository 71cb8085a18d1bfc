"""The package as a namespace: aliases, dtypes, inspection, pickling, what an import costs."""

import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest

import loom


def test_an_import_is_light():
    code = """
import sys, time
begin = time.process_time()
import loom
seconds = time.process_time() - begin
heavy = {"numpy", "asyncio", "inspect", "multiprocessing", "dataclasses", "ast"} & set(sys.modules)
assert not heavy, heavy
assert seconds < 0.1, seconds
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_aliases_of_the_op_table():
    for alias, name in {
        "vector_add": "add", "mul": "multiply", "pow": "power", "matrix_multiply": "matmul",
        "dot_product": "dot", "convolution": "convolve", "inverse": "linalg.inv",
        "eigendecomposition": "linalg.eig",
    }.items():
        assert getattr(loom, alias) is eval(f"loom.{name}")


def test_modules_are_modules():
    import loom.fft
    import loom.linalg as la
    import loom.random

    assert inspect.ismodule(loom.fft) and inspect.ismodule(la) and inspect.ismodule(loom.random)
    assert la.matmul is loom.matmul and la.vecdot is loom.vecdot
    assert loom.random.randn is loom.randn


def test_functions_and_results_pickle():
    for function in (loom.exp, loom.sum, loom.linalg.inv, loom.fft.fft, loom.randn,
                     loom.random.default_rng, loom.vector_add, loom.inverse):
        assert pickle.loads(pickle.dumps(function)) is function
    result = pickle.loads(pickle.dumps(loom.linalg.qr(loom.eye(2))))
    assert result.Q.tolist() == [[1, 0], [0, 1]] or abs(result.Q[0, 0]) == 1
    assert pickle.loads(pickle.dumps(loom.ones(1).device)) is loom.ones(1).device


def test_functions_are_found_where_users_see_them():
    assert (loom.sum.__module__, loom.sum.__qualname__) == ("loom", "sum")
    assert loom.linalg.inv.__module__ == "loom.linalg"
    assert loom.random.Generator.__module__ == "loom.random"
    assert loom.sum.__doc__.startswith("Sum over some axes")
    assert loom.exp.__text_signature__ == "(x, /)"


@pytest.mark.parametrize("module", [loom, loom.linalg, loom.fft, loom.random])
def test_every_function_shows_its_parameters_and_documentation(module):
    functions = {name: value for name, value in vars(module).items()
                 if inspect.isroutine(value) and not name.startswith("_")}
    assert len(functions) >= 3
    for name, function in functions.items():
        inspect.signature(function)
        assert inspect.getdoc(function), name


def test_namespace_of_an_array():
    x = loom.ones(3)
    assert x.__array_namespace__() is loom
    assert x.__array_namespace__(api_version="2024.12") is loom
    assert loom.__array_api_version__ == "2025.12"


def test_inspection():
    info = loom.__array_namespace_info__()
    capabilities = info.capabilities()
    assert capabilities["boolean indexing"] and capabilities["data-dependent shapes"]
    rank = capabilities["max dimensions"]
    assert loom.ones((1,) * rank).ndim == rank
    with pytest.raises(ValueError):
        loom.expand_dims(loom.ones((1,) * rank), 0)
    assert info.devices() == (info.default_device(),) == (loom.ones(1).device,)
    assert info.default_dtypes(device=info.default_device()) == {
        "real floating": loom.float64, "complex floating": loom.complex128,
        "integral": loom.int64, "indexing": loom.int64}
    assert len(info.dtypes()) == 13
    assert info.dtypes(kind="signed integer") == {
        name: getattr(loom, name) for name in ("int8", "int16", "int32", "int64")}
    kinds = info.dtypes(kind=("bool", "complex floating"))
    assert set(kinds) == {"bool", "complex64", "complex128"}


def test_limits_are_python_numbers():
    for dtype in ("float32", "float64", "complex64", "complex128"):
        ours, theirs = loom.finfo(dtype), np.finfo(dtype)
        for name in ("bits", "eps", "max", "min", "smallest_normal"):
            value = getattr(ours, name)
            assert type(value) is (int if name == "bits" else float)
            assert value == float(getattr(theirs, name))
        assert ours.dtype == theirs.dtype.name
    for dtype in ("int8", "int64", "uint8", "uint64"):
        ours, theirs = loom.iinfo(loom.ones(1, dtype=dtype)), np.iinfo(dtype)
        assert (ours.bits, ours.max, ours.min) == (theirs.bits, int(theirs.max), int(theirs.min))
        assert ours.dtype == dtype
    assert "float32" in repr(loom.finfo("float32")) and "255" in repr(loom.iinfo("uint8"))
    with pytest.raises(TypeError):
        loom.finfo("int8")
    with pytest.raises(TypeError):
        loom.iinfo("float32")


def test_promotion():
    names = [dtype.name for dtype in loom.__array_namespace_info__().dtypes().values()]
    for a in names:
        for b in names:
            expected = np.result_type(a, b).name
            assert loom.result_type(getattr(loom, a), loom.ones(1, dtype=b)) == expected
    assert loom.result_type(loom.float32, 1.5) == loom.float32
    assert loom.result_type(1, loom.int8, 2.0) == loom.float64
    assert loom.result_type(True, 1) == loom.int64
    assert loom.result_type(1j, loom.float32) == loom.complex64
    with pytest.raises(ValueError):
        loom.result_type()
    with pytest.raises(TypeError):
        loom.result_type("float65")


def test_kinds_and_casts():
    assert loom.isdtype(loom.int8, "integral") and loom.isdtype(loom.int8, ("bool", loom.int8))
    assert not loom.isdtype(loom.bool, "numeric") and loom.isdtype(loom.float32, loom.float32)
    with pytest.raises(ValueError):
        loom.isdtype(loom.int8, "whole")
    with pytest.raises(TypeError):
        loom.isdtype(loom.int8, 3)
    assert loom.can_cast(loom.int8, loom.float32) and loom.can_cast(loom.ones(1), loom.complex128)
    assert not loom.can_cast(loom.float64, loom.float32)
    assert not loom.can_cast(loom.int64, loom.uint64)


def test_transpose_and_convolution():
    x = loom.reshape(loom.arange(6), (2, 3))
    assert loom.transpose(x).shape == (3, 2)
    assert loom.transpose(loom.ones((2, 3, 4)), (1, 0, 2)).shape == (3, 2, 4)
    a, b = loom.asarray([1.0, 2.0, 3.0]), loom.asarray([0.5, 1.0])
    for mode in ("full", "same", "valid"):
        expected = np.convolve(np.asarray(a), np.asarray(b), mode)
        assert np.asarray(loom.convolution(a, b, mode)).tolist() == expected.tolist()
