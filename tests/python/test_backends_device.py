"""loom.device."""

import pytest

import loom


def test_the_processor_is_a_device():
    with loom.device("cpu"):
        assert float(loom.add(1.0, 2.0)) == 3


def test_it_keeps_the_backend_in_force():
    with loom.use_backend("reference"), loom.device("cpu"):
        assert loom.config.backend == "reference"


def test_graviton_is_itself_or_an_error_that_names_this_machine():
    machine = loom.backend._dispatch.machine()
    if machine["graviton"] is not None:
        with loom.device("aws.graviton", version=machine["graviton"]):
            assert float(loom.add(1.0, 2.0)) == 3
        return
    with pytest.raises(loom.errors.BackendError) as error:
        loom.device("aws.graviton", version=3)
    assert str(error.value) == ("[device] this machine is no AWS Graviton 3: "
                                f"{machine['description']}")
    assert machine["isa"] in str(error.value)


@pytest.mark.parametrize("name", ["aws.trainium", "aws.inferentia"])
def test_a_device_without_a_backend_says_so(name):
    with pytest.raises(loom.errors.BackendError, match="no backend of this build computes on AWS"):
        loom.device(name)


def test_an_unknown_device_is_a_value_error():
    with pytest.raises(ValueError, match="unknown device 'abacus'; known devices: cpu, "):
        loom.device("abacus")
    with pytest.raises(ValueError, match="'cpu' has no versions"):
        loom.device("cpu", version=1)


@pytest.mark.skipif("cuda" in loom.backend.available_backends(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_an_unavailable_backend():
    with pytest.raises(RuntimeError, match="Backend 'cuda' is not available."), loom.device("cuda"):
        pass
