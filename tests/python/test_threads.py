"""Python threads on the same arrays."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import loom

THREADS = 8


@pytest.fixture(autouse=True)
def frequent_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def run(*bodies):
    """Runs one thread for each body; what one raises is raised here."""
    errors = []
    start = threading.Barrier(len(bodies))

    def guarded(body):
        try:
            start.wait()
            body()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_mixed_work_on_shared_arrays():
    small = loom.asarray(np.arange(8.0))
    large = loom.asarray(np.arange(300_000.0))
    matrix = loom.asarray(np.arange(90_000.0).reshape(300, 300) / 9e4)
    product = np.asarray(matrix) @ np.asarray(matrix)

    def body():
        for i in range(40):
            assert (small + i)[3] == 3 + i
            assert small[::-1][:2].tolist() == [7, 6]
            assert float((large * 2 - large)[12_345 + i]) == 12_345 + i
            assert float(large.sum()) == 299_999 * 150_000
            # A product of 300 terms of size one: some units in the last place of it.
            np.testing.assert_allclose(np.asarray(matrix @ matrix), product, rtol=1e-12)
            n = np.asarray(small)
            assert loom.asarray(n[i % 8 :])[0] == i % 8
            assert np.from_dlpack(small)[5] == 5
            assert small[small > 3].shape == (4,)

    run(*[body] * THREADS)


def test_writes_of_different_rows():
    shared = loom.zeros((THREADS, 50_000))

    def writer(row):
        def body():
            for i in range(30):
                shared[row] = shared[row] + row
                shared[row, i] += 0.0

        return body

    run(*[writer(row) for row in range(THREADS)])
    assert np.asarray(shared).tolist() == [[30.0 * row] * 50_000 for row in range(THREADS)]


def test_objects_change_hands():
    shared = [loom.zeros(4) for _ in range(16)]

    def body():
        for i in range(3000):
            a = shared[i % 16]
            shared[(i * 7) % 16] = a[1:] if len(a) > 2 else loom.ones(4)
            memoryview(shared[i % 16])

    run(*[body] * THREADS)
    assert all(a.shape[0] >= 2 for a in shared)


def test_foreign_memory_is_released_by_whichever_thread_is_last():
    released = []

    class Owner(np.ndarray):
        def __del__(self):
            released.append(threading.get_ident())

    def body():
        for _ in range(200):
            a = loom.asarray(np.ones(16).view(Owner))
            b = loom.from_dlpack(a)
            del a
            assert float(b.sum()) == 16

    run(*[body] * THREADS)
    # Each array makes one view of itself in NumPy.
    assert len(released) >= 200 * THREADS


def test_others_run_during_long_work():
    matrix = loom.ones((1200, 1200))
    ticks = []
    working = threading.Event()

    def work():
        working.set()
        for _ in range(5):
            assert matrix @ matrix is not None
        working.clear()

    def tick():
        working.wait()
        while working.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    run(work, tick)
    # Five products take tens of milliseconds each: without the lock given up there is at most one
    # tick between two of them.
    assert len(ticks) > 10


def test_selection_is_each_threads_own():
    def body(name):
        def inner():
            for _ in range(200):
                with loom.use_backend(name), loom.trace() as trace:
                    loom.ones(3) + 1
                assert {event.backend for event in trace.events} == {"reference"}

        return inner

    run(*[body("reference")] * THREADS)


EXIT_AT_WORK = """
import threading, time
import numpy as np
import loom

foreign = loom.from_dlpack(np.ones(3))
matrix = loom.asarray(np.ones((600, 600)))

def work():
    while True:
        matrix @ matrix
        np.asarray(matrix)[1:] + matrix[1:]

for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
"""


def test_the_process_ends_while_threads_work():
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", EXIT_AT_WORK], capture_output=True, timeout=60
        )
        assert (ended.returncode, ended.stderr) == (0, b"")
