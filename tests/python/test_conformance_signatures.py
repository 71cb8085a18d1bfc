"""Every function of the standard is there, with the standard's parameters."""

import inspect

import pytest
from standard import ELEMENTWISE, NAMESPACE

import loom


def functions():
    lines = NAMESPACE.split("\n") + [
        f"{line.split()[0]}({'x' if line.split()[1] == '1' else 'x1, x2'}, /)"
        for line in ELEMENTWISE.strip().split("\n")
    ]
    return [line for line in lines if line]


def found(path):
    function = loom
    for name in path.split("."):
        function = getattr(function, name)
    return function


@pytest.mark.parametrize("text", functions())
def test_parameters(text):
    path, _, parameters = text.partition("(")
    scope = {}
    exec(f"def function({parameters}: pass", scope)
    expected = inspect.signature(scope["function"])
    assert inspect.signature(found(path)).parameters == expected.parameters


@pytest.mark.parametrize("path", [text.partition("(")[0] for text in functions()])
def test_names_and_documentation(path):
    function = found(path)
    assert function.__name__ == path.split(".")[-1] or path == "pow"
    assert function.__doc__
    assert "loom" in function.__module__


@pytest.mark.parametrize("name", ["e", "inf", "nan", "pi"])
def test_constants(name):
    import math

    assert repr(getattr(loom, name)) == repr(getattr(math, name))


def test_newaxis_is_none():
    assert loom.newaxis is None


def test_arguments_that_do_not_fit_are_named():
    x = loom.ones(3)
    for call, message in [
        (lambda: loom.sum(), "sum() is missing the argument 'x'"),
        (lambda: loom.sum(x, 0), "sum() takes 1 positional arguments, given 2"),
        (lambda: loom.sum(x, x=x), "sum() takes no keyword argument 'x'"),
        (lambda: loom.sum(x, axes=0), "sum() takes no keyword argument 'axes'"),
        (lambda: loom.reshape(x, (3,), shape=(3,)),
         "reshape() has two values for the argument 'shape'"),
        (lambda: loom.sum(x, keepdims=1), "sum() takes bool as 'keepdims', given 1"),
        (lambda: loom.sum("x"), "sum() takes Array as 'x', given str"),
        (lambda: loom.add(x, "x"), "add() takes arrays and numbers, given (<'loom.Array'>"),
    ]:
        with pytest.raises(TypeError) as error:
            call()
        assert message.split(", given (")[0] in str(error.value)


def test_choices_and_devices_are_named():
    x = loom.ones(3)
    with pytest.raises(ValueError, match="one of 'backward', 'ortho', 'forward' is needed"):
        loom.fft.fft(x, norm="both")
    with pytest.raises(ValueError, match="arrays live on the device 'cpu' alone"):
        loom.zeros(3, device="cuda")
    assert loom.zeros(3, device=x.device).device is x.device


def test_the_same_keyword_in_another_string_is_found():
    name = "".join(["ax", "is"])
    assert loom.sum(loom.ones((2, 3)), **{name: 0}).shape == (3,)
