"""Selection: set_backend, scopes, what backends say of themselves."""

import json
import os
import subprocess
import sys
import threading
import warnings

import pytest
from command import COMMAND

import loom
from loom.backend import available_backends, backends


@pytest.fixture(autouse=True)
def automatic():
    loom.set_backend("auto")
    yield
    loom.set_backend("auto")


def backend_of_sum():
    with loom.trace() as trace:
        loom.add(loom.asarray([1.0]), loom.asarray([2.0]))
    return trace.events[-1].backend


def run(code, **environment):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env=os.environ | environment, timeout=60)


def test_the_backend_that_is_set_computes():
    assert loom.set_backend("reference") == "reference"
    assert backend_of_sum() == "reference"


def test_auto_is_a_policy_and_reads_back():
    assert loom.set_backend("auto") == "auto"
    assert loom.config.backend == "auto"


def test_an_unknown_name_is_a_value_error_that_lists_the_known_ones():
    with pytest.raises(ValueError, match="unknown backend 'nunba'; known backends: auto, "):
        loom.set_backend("nunba")


def test_old_names_are_told_with_their_meaning():
    with pytest.warns(DeprecationWarning, match="'python' is an old .* means 'reference'") as w:
        assert loom.set_backend("python") == "reference"
    assert w[0].filename == __file__
    with pytest.warns(DeprecationWarning) as w, loom.use_backend("python") as name:
        assert name == "reference"
    assert w[0].filename == __file__


def test_new_names_warn_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loom.set_backend("reference")


def test_scopes_nest_and_end():
    loom.set_backend("reference")
    with loom.use_backend("numpy"):
        assert loom.config.backend == "numpy"
        with loom.use_backend("reference"):
            assert backend_of_sum() == "reference"
        assert backend_of_sum() == "numpy"
    assert loom.config.backend == "reference"


def test_a_scope_ends_with_an_exception():
    with pytest.raises(KeyError), loom.use_backend("reference"):
        raise KeyError
    assert loom.config.backend == "auto"


def test_a_scope_decorates():
    @loom.use_backend("reference")
    def work():
        return loom.config.backend

    assert [work(), work()] == ["reference", "reference"]
    assert loom.config.backend == "auto"


def test_a_scope_is_of_its_thread():
    seen = []
    with loom.use_backend("reference"):
        thread = threading.Thread(target=lambda: seen.append(loom.config.backend))
        thread.start()
        thread.join()
    assert seen == ["auto"]


def test_a_scope_of_an_unknown_name_changes_nothing():
    with pytest.raises(ValueError), loom.use_backend("nunba"):
        pass
    assert loom.config.backend == "auto"


def test_info_of_the_backend_in_force():
    loom.set_backend("reference")
    info = loom.get_backend_info()
    assert info["name"] == "reference"
    assert info["available"] is True
    assert info["features"] == {"jit": False, "parallel": True, "gpu": False}
    assert info["integer_bits"] == 64


def test_info_of_all_has_reasons_for_the_absent():
    infos = {info["name"]: info for info in backends()}
    assert {name for name, info in infos.items() if info["available"]} == set(available_backends())
    assert all(info["available"] or info["reason"] for info in infos.values())


def test_the_command_finds_the_libraries_that_the_package_finds():
    printed = subprocess.run([*COMMAND, "backends", "--json"], capture_output=True, check=True)
    of_command = {info["name"]: info.get("library") for info in json.loads(printed.stdout)}
    of_package = {info["name"]: info.get("library") for info in backends()}
    assert of_command["blas"] == of_package["blas"]


def test_available_backends_are_names_that_can_be_set():
    names = available_backends()
    assert {"reference", "numpy"} <= set(names)
    assert "auto" not in names
    for name in names:
        assert loom.set_backend(name) == name


@pytest.mark.parametrize("name", ["reference", "numpy"])
def test_the_environment_chooses(name):
    code = "import loom; print(loom.config.backend)"
    assert run(code, LOOM_BACKEND=name).stdout.split() == [name]


def test_a_wrong_environment_is_an_error_of_the_first_use():
    done = run("import loom; loom.add(1.0, 2.0)", LOOM_BACKEND="nunba")
    assert "ValueError: unknown backend 'nunba'" in done.stderr


def test_import_loads_neither_numpy_nor_a_vendor_library():
    code = """
import sys, loom
assert 'numpy' in loom.backend._registered and 'numpy' not in sys.modules
assert 'blas' not in open('/proc/self/maps').read()
"""
    assert run(code).stderr == ""


def test_explain_names_the_backend_without_computing():
    with loom.trace() as trace, loom.use_backend("reference"):
        explanation = loom.explain("matmul", loom.ones((2, 2)), loom.ones((2, 2)))
    assert explanation.backend == "reference"
    assert str(explanation) == "matmul: reference"
    assert all(event.op != "matmul" for event in trace.events)


def test_explain_takes_functions_numbers_and_attributes():
    with loom.use_backend("reference"):
        assert loom.explain(loom.add, loom.ones(3), 1.0).backend == "reference"
        explained = loom.explain("sum", loom.ones((2, 3)), axes=(0,), keepdims=True)
        assert explained.backend == "reference"


def test_explain_reports_the_faults_that_a_call_would():
    with pytest.raises(loom.errors.ShapeError, match="inner dimensions differ"):
        loom.explain("matmul", loom.ones((2, 3)), loom.ones((2, 3)))
    with pytest.raises(ValueError, match="did you mean"):
        loom.explain("matmull", 1.0, 2.0)
    with pytest.raises(ValueError, match="not all of"):
        loom.explain("sum", loom.ones(3), axis=0)
    with pytest.raises(ValueError, match="same memory"):
        loom.explain("transpose", loom.ones((2, 2)))


def test_the_optimal_backend_is_the_one_that_auto_uses():
    best = loom.get_optimal_backend_for_operation("matrix_multiply")
    a = loom.ones((300, 300))
    assert loom.get_optimal_backend_for_operation("matmul", a, a) == best
    with loom.trace() as trace:
        loom.matmul(a, a)
    assert trace.events[-1].backend == best
    with pytest.raises(ValueError, match="unknown operation"):
        loom.get_optimal_backend_for_operation("no_such")
