"""Children of a process that has computed compute, and end well."""

import os
import signal
import time

import numpy as np
import pytest

import loom

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def in_child(body):
    """Runs `body` in a child; its exit status. A child that hangs is killed after a minute."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            body()
            status = 0
        finally:
            os._exit(status)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended == child:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def compute():
    """Small and large work of every sort."""
    small = loom.asarray([1.0, 2.0])
    assert (small + 1).tolist() == [2, 3]
    large = loom.ones(2_000_000)
    assert float((large * 2 + large).sum()) == 6_000_000
    matrix = loom.ones((400, 400))
    assert float((matrix @ matrix)[1, 1]) == 400
    assert float(loom.linalg.det(loom.eye(200))) == 1
    assert np.from_dlpack(large)[3] == 1


@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_children_compute():
    compute()
    for _ in range(3):
        assert in_child(compute) == 0
    compute()


@pytest.mark.filterwarnings("ignore:This process")
def test_children_end_by_themselves():
    compute()
    child = os.fork()
    if child == 0:
        compute()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.filterwarnings("ignore:This process")
def test_memory_is_the_childs_own():
    a = loom.zeros(3)

    def write():
        a[0] = 1
        assert a.tolist() == [1, 0, 0]

    assert in_child(write) == 0
    assert a.tolist() == [0, 0, 0]
