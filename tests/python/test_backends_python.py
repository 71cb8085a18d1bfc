"""Backends written in Python: registration, calls, results, declining, errors, lifetime."""

import gc
import pathlib
import re
import subprocess
import sys
import threading
import traceback

import numpy as np
import pytest

import loom
from loom.backend import registry


def backend(name, capabilities=None, **methods):
    """Registers a backend whose methods are `methods`, for those operations."""
    cls = type("Made", (), {key: staticmethod(value) for key, value in methods.items()})
    listed = {"operations": list(methods)} | (capabilities or {})
    return loom.register_backend(name, cls, listed)


def traced(function, *arguments, **keywords):
    """The result of a call and the events that it left."""
    with loom.trace() as trace:
        result = function(*arguments, **keywords)
    return result, trace.events


A = loom.asarray([1.0, 2.0, 3.0])


def test_its_method_computes():
    with loom.use_backend(backend("doubling", add=lambda a, b: np.asarray(a) * 2)):
        result, events = traced(loom.add, A, A + 7)
    assert events[-1].backend == "doubling"
    assert result.tolist() == [2, 4, 6]


def test_it_is_listed_with_its_facts():
    backend("facty", {"description": "facts", "features": ["jit", "simd"]}, exp=np.exp)
    info = next(info for info in loom.backend.backends() if info["name"] == "facty")
    assert info["available"] is True
    assert info["description"] == "facts"
    assert info["features"] == {"jit": True, "parallel": False, "gpu": False, "simd": True}
    assert "facty" in registry.available_backends()


def test_its_object_can_tell_more_facts():
    class Engine:
        def facts(self):
            return {"version": "7.1", "threads": 3, "features": {"tensor_cores": True}}

    loom.register_backend("telling", Engine)
    with loom.use_backend("telling"):
        info = loom.get_backend_info()
    assert (info["version"], info["threads"]) == ("7.1", 3)
    assert info["features"]["tensor_cores"] is True


def test_attributes_come_by_the_names_of_the_row():
    seen = {}

    def sum(x, **attributes):
        seen.update(attributes)
        return np.sum(np.asarray(x), axis=attributes["axes"], keepdims=attributes["keepdims"])

    with loom.use_backend(backend("attributes", sum=sum)):
        result = loom.sum(loom.ones((2, 3)), axis=1, keepdims=True)
    assert seen == {"axes": (1,), "keepdims": True}
    assert result.shape == (2, 1)


def test_a_dtype_attribute_is_a_dtype():
    seen = []

    def eye(rows, columns, diagonal, dtype):
        seen.append(dtype)
        return np.eye(rows, columns, diagonal, dtype=dtype.name)

    with loom.use_backend(backend("dtypes", eye=eye)):
        loom.eye(2, dtype=loom.int8)
    assert seen[0] == loom.int8


def test_inputs_are_the_callers_memory_and_read_only():
    seen = []
    with loom.use_backend(backend("looking", exp=lambda x: seen.append(np.asarray(x)) or 1.0)):
        with pytest.raises(RuntimeError):  # the number has the wrong shape; the input counts
            loom.exp(A)
    assert isinstance(seen[0], np.ndarray)
    assert np.shares_memory(seen[0], np.asarray(A))
    assert not seen[0].flags.writeable


def test_an_input_that_is_kept_outlives_the_call():
    kept = []
    with loom.use_backend(backend("keeping", exp=lambda x: kept.append(x) or x)):
        loom.exp(loom.asarray([5.0]))
    gc.collect()
    assert kept[0].tolist() == [5]


def test_results_may_be_arrays_of_loom_or_numbers():
    with loom.use_backend(backend("own", exp=lambda x: x, sum=lambda x, axes, keepdims: 7)):
        assert loom.exp(A).tolist() == [1, 2, 3]
        assert float(loom.sum(A)) == 7
        assert loom.sum(loom.asarray([1], dtype=loom.uint8)).dtype == loom.uint64


def test_a_result_with_gaps_is_copied_right():
    with loom.use_backend(backend("gaps", exp=lambda x: np.arange(6.0).reshape(2, 3).T)):
        assert loom.exp(loom.ones((3, 2))).tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_result_may_lie_in_the_memory_that_it_goes_to():
    array = loom.asarray([1.0, 2.0, 3.0])

    def scatter(x, indices, values, axes, position):
        return np.asarray(x)[::-1]

    with loom.use_backend(backend("backwards", scatter=scatter)):
        array[loom.asarray([0])] = 9.0
    assert array.tolist() == [3, 2, 1]


def test_several_results_are_a_tuple():
    def qr(x, complete):
        return np.linalg.qr(np.asarray(x))

    matrix = loom.asarray([[2.0, 0.0], [0.0, 3.0]])
    with loom.use_backend(backend("factors", qr=qr)):
        (q, r), events = traced(loom.linalg.qr, matrix)
    assert events[-1].backend == "factors"
    assert np.allclose(np.asarray(q) @ np.asarray(r), np.asarray(matrix), rtol=1e-15)


@pytest.mark.parametrize("result, text", [
    (np.ones(2), r"returned float64\(2,\), expected float64\(3,\)"),
    (np.ones(3, dtype=complex), r"returned complex128\(3,\), expected float64\(3,\)"),
    ("text", r"returned str, expected float64\(3,\)"),
    (None, r"returned NoneType, expected float64\(3,\)"),
    (1.0, r"returned float64\(\), expected float64\(3,\)"),
])
def test_a_wrong_result_is_an_error_that_names_everything(result, text):
    name = backend("wrong", exp=lambda x: result)
    with loom.use_backend(name), pytest.raises(loom.errors.BackendError) as error:
        loom.exp(A)
    error.match(r"\[exp\] backend 'wrong' " + text)


def test_a_wrong_count_of_results_is_an_error():
    name = backend("fewer", svd=lambda x, full_matrices: (1, 2), qr=lambda x, complete: 3.0)
    with loom.use_backend(name):
        with pytest.raises(loom.errors.BackendError, match="2 results, expected 3 results"):
            loom.linalg.svd(loom.ones((2, 2)))
        with pytest.raises(loom.errors.BackendError, match="float, expected 2 results"):
            loom.linalg.qr(loom.ones((2, 2)))


def test_a_result_of_the_same_kind_is_cast():
    with loom.use_backend(backend("casts", exp=lambda x: np.ones(3, np.float32))):
        result = loom.exp(A)
    assert result.dtype == loom.float64
    assert result.tolist() == [1, 1, 1]


def test_an_operation_that_it_lacks_falls_back():
    with loom.use_backend(backend("lacking", exp=lambda x: x)):
        _, events = traced(loom.log, A)
    assert events[0].backend != "lacking"
    assert ("lacking", "no kernel for log") in events[0].passed_over


def test_a_dtype_that_it_lacks_falls_back():
    with loom.use_backend(backend("narrow", {"dtypes": ["float32"]}, exp=lambda x: x)):
        _, events = traced(loom.exp, A)
        _, others = traced(loom.exp, loom.asarray([1.0], dtype=loom.float32))
    assert ("narrow", "no float64 kernel") in events[0].passed_over
    assert others[0].backend == "narrow"


def raise_not_implemented(x):
    raise NotImplementedError("too warm today")


@pytest.mark.parametrize("function, reason", [
    (lambda x: NotImplemented, "declined the call"),
    (raise_not_implemented, "declined: too warm today"),
])
def test_a_call_that_it_declines_falls_back_with_the_reason(function, reason):
    with loom.use_backend(backend("moody", exp=function)):
        result, events = traced(loom.exp, loom.asarray([0.0]))
    assert float(result[0]) == 1
    assert events[0].backend != "moody"
    assert events[0].passed_over == (("moody", reason),)


def test_an_exception_reaches_the_caller_as_it_was():
    class Trouble(Exception):
        pass

    def failing_exp(x):
        raise Trouble("with the engine")

    with loom.use_backend(backend("failing", exp=failing_exp)):
        with pytest.raises(Trouble, match="with the engine") as caught:
            loom.exp(A)
    assert "failing_exp" in "".join(traceback.format_tb(caught.value.__traceback__))
    assert loom.config.backend == "auto"


def test_operations_inside_run_on_others():
    def exp(x):
        return loom.exp(x) + 1

    with loom.use_backend(backend("recursive", exp=exp)):
        result, events = traced(loom.exp, loom.asarray([0.0]))
    assert result.tolist() == [2]
    assert [(event.op, event.backend == "recursive") for event in events] == [
        ("exp", False), ("add", False), ("exp", True)]


def test_register_operation_adds_replaces_and_takes_aliases():
    class Engine:
        def plus(self, a, b):
            return np.asarray(a) + np.asarray(b) + 100

    loom.register_backend("growing", Engine)
    loom.register_operation("growing", "vector_add", lambda engine: engine.plus)
    with loom.use_backend("growing"):
        assert (A + A).tolist() == [102, 104, 106]
        registry.register_operation("growing", "add", lambda engine: lambda a, b: a)
        assert (A + A).tolist() == [1, 2, 3]


def test_a_replaced_function_is_gone_even_where_the_new_one_declines():
    name = backend("layers", exp=lambda x: x)
    loom.register_operation(name, "exp", lambda engine: lambda x: NotImplemented)
    with loom.use_backend(name):
        result, events = traced(loom.exp, loom.asarray([0.0]))
    assert result.tolist() == [1]
    assert events[0].passed_over == ((name, "declined the call"),)


def test_registering_again_replaces_the_backend():
    backend("twice", exp=lambda x: x)
    backend("twice", log=lambda x: x)
    with loom.use_backend("twice"):
        assert traced(loom.log, A)[1][0].backend == "twice"
        assert traced(loom.exp, A)[1][0].backend != "twice"
    assert registry.available_backends().count("twice") == 1


def test_the_process_follows_a_backend_that_is_registered_again():
    loom.set_backend(backend("followed", exp=lambda x: x))
    try:
        backend("followed", log=lambda x: x)
        assert traced(loom.log, A)[1][0].backend == "followed"
    finally:
        loom.set_backend("auto")


def test_an_unknown_operation_is_an_error_with_near_names():
    with pytest.raises(ValueError, match="unknown operation 'mat_mul'; did you mean matmul"):
        backend("typo", mat_mul=lambda a, b: a)
    name = backend("right", exp=lambda x: x)
    with pytest.raises(ValueError, match="unknown operation 'expp'; did you mean"):
        loom.register_operation(name, "expp", lambda engine: None)


def test_operations_go_only_to_backends_of_python():
    with pytest.raises(ValueError, match="no backend 'reference' was registered from Python"):
        loom.register_operation("reference", "exp", lambda engine: None)


@pytest.mark.parametrize("name", ["reference", "auto", "python", "cpu"])
def test_names_of_others_are_taken(name):
    with pytest.raises(ValueError, match=f"the name '{name}' is taken"):
        loom.register_backend(name, object)


def test_a_listed_operation_without_a_method_is_told():
    with pytest.warns(UserWarning, match="lists 'exp', and its class has no such method"):
        loom.register_backend("boasting", object, {"operations": ["exp"]})


def test_another_architecture_makes_it_unavailable():
    loom.register_backend("foreign", object, {"architectures": ["vax"]})
    with pytest.raises(RuntimeError) as error:
        loom.set_backend("foreign")
    error.match("Backend 'foreign' is not available.\nAvailable backends: ")
    error.match("Reason: it runs on vax, and this machine is ")
    assert "foreign" not in registry.available_backends()
    loom.register_operation("foreign", "exp", lambda engine: engine.exp)


def test_this_architecture_under_any_of_its_names():
    loom.register_backend("portable", object, {"architectures": ["amd64", "arm64"]})
    assert "portable" in registry.available_backends()


def test_a_class_that_is_not_available_says_why():
    class Absent:
        remedy = "buy one"

        @staticmethod
        def available():
            return "there is no such engine here"

    loom.register_backend("absent", Absent)
    info = next(info for info in loom.backend.backends() if info["name"] == "absent")
    assert info["reason"] == "there is no such engine here"
    with pytest.raises(loom.errors.BackendUnavailableError, match="Remedy: buy one"):
        loom.set_backend("absent")


def test_a_missing_import_makes_it_unavailable():
    class NeedsMore:
        def __init__(self):
            import no_such_module  # noqa: F401

    loom.register_backend("needy", NeedsMore)
    with pytest.raises(RuntimeError, match="Reason: No module named 'no_such_module'"):
        loom.set_backend("needy")


def test_another_error_of_the_class_is_the_callers():
    class Broken:
        def __init__(self):
            raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        loom.register_backend("broken", Broken)


def test_threads_that_register_select_and_compute_do_not_block_one_another():
    def work(number):
        for turn in range(10):
            name = backend(f"busy{number}", exp=lambda x: np.exp(np.asarray(x)))
            with loom.use_backend(name):
                loom.exp(loom.ones(20000))  # long enough to run without the interpreter's lock
            loom.backend.backends()

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_the_interpreter_ends_with_backends_in_use():
    code = """
import atexit, loom
class Engine:
    def exp(self, x): return x
atexit.register(lambda: loom.exp(loom.asarray([0.0])))
loom.register_backend('late', Engine, {'operations': ['exp']})
loom.set_backend('late')
assert loom.exp(loom.asarray([5.0])).tolist() == [5]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_code_of_the_manual_runs():
    manual = pathlib.Path(__file__).parents[2] / "docs" / "python-backends.md"
    blocks = re.findall(r"```python\n(.*?)```", manual.read_text(), re.DOTALL)
    scope = {}
    assert len(blocks) == 2
    for block in blocks:
        exec(block, scope)
    assert [event.backend for event in scope["trace"].events] == ["doubler"]


def test_a_late_one_that_cannot_be_loaded_after_all_leaves_its_calls_to_others():
    class TooOld:
        def __init__(self):
            raise ImportError("its library is too old")

    loom.backend.register_late("dated", TooOld, {"operations": ["exp"]})
    with loom.use_backend("dated"):
        _, events = traced(loom.exp, A)
        assert loom.get_backend_info()["note"] == "its library is too old"
    assert events[0].passed_over == (("dated", "declined: its library is too old"),)
