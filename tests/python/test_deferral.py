"""Elementwise chains on long arrays: recorded, computed in one pass, and never seen to be late."""

import gc
import threading

import numpy as np
import pytest

import loom

LONG = 1 << 16


@pytest.fixture
def x() -> loom.Array:
    return loom.asarray(np.linspace(0, 1, LONG), copy=True)


def fused(make) -> list[str]:
    with loom.trace() as trace:
        make()
    return [event.fused for event in trace.events]


def test_a_chain_is_one_pass(x):
    def chain():
        np.testing.assert_array_equal(np.asarray(loom.exp(-x * x / 2)),
                                      np.asarray(loom.exp(loom.asarray(-np.asarray(x) ** 2 / 2))))

    ours = [names for names in fused(chain) if names]
    assert ours[:4] == ["negative, multiply, divide, exp"] * 4


def test_the_table_of_a_trace_tells_what_was_fused(x):
    with loom.trace() as trace:
        y = loom.sqrt(x) + x
    assert "sqrt, add" in str(trace)
    assert float(y[0]) == 0


def test_explain_tells_what_would_be_fused(x):
    explanation = loom.backend.explain("add", x * 2, x)
    assert explanation.deferred
    assert explanation.fused == ("multiply",)
    assert str(explanation).endswith("when it is read, in one pass with multiply")
    assert not loom.backend.explain("add", x[:3], x[:3]).deferred


def test_a_reduction_ends_a_pass(x):
    explanation = loom.backend.explain("sum", x * x, axes=(0,), keepdims=False)
    assert str(explanation).endswith("native, in one pass with multiply")
    total = []
    assert fused(lambda: total.append(loom.sum(x * x))) == ["multiply, sum"] * 2
    assert float(total[0]) == float(loom.sum(loom.asarray(np.asarray(x) ** 2, copy=True)))


def test_the_rows_of_softmax_are_one_pass_each_time(x):
    rows = loom.reshape(x, (64, 1024))

    def softmax(xp, a):
        e = xp.exp(a - xp.max(a, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    with loom.trace() as trace:
        result = softmax(loom, rows)
    assert [event.fused for event in trace.events] == ["", *["subtract, exp, sum"] * 3, ""]
    np.testing.assert_allclose(np.asarray(result), softmax(np, np.asarray(rows)), rtol=1e-14)


def test_the_threshold_is_a_setting(x):
    before = loom.config.deferral_threshold
    try:
        loom.config.deferral_threshold = None
        assert loom.config.deferral_threshold is None
        assert fused(lambda: loom.sqrt(x) + x) == ["", ""]
        loom.config.deferral_threshold = LONG
        assert fused(lambda: loom.sqrt(x) + x) == []  # nobody asked for it
        with pytest.raises(ValueError, match="-3"):
            loom.config.deferral_threshold = -3
    finally:
        loom.config.deferral_threshold = before


def test_writes_come_after_what_reads_their_target(x):
    y = x + 1
    x[0] = 5
    x[1:3] = 7
    z = x * 2
    x += 1
    assert [float(v) for v in (y[0], y[1])] == [1, float(np.linspace(0, 1, LONG)[1]) + 1]
    assert [float(v) for v in (z[0], z[1], x[0])] == [10, 14, 6]


def test_a_view_writes_through(x):
    view = x[::2]
    y = x + 1
    view[0] = 5
    assert float(y[0]) == 1
    assert float(x[0]) == 5


def test_memory_that_numpy_has_is_not_deferred_over(x):
    ours = np.asarray(x)
    assert fused(lambda: loom.sqrt(x * x) + x) == ["", "", ""]
    y = x + 1
    ours[0] = 5
    assert float(y[0]) == 1
    del ours
    gc.collect()
    y = loom.sqrt(x * x) + x
    with loom.trace() as trace:
        pass
    assert not trace.events  # it was computed before
    assert float(y[0]) == 10


def test_memory_from_numpy_is_not_deferred_over():
    theirs = np.zeros(LONG)
    y = loom.asarray(theirs) + 1
    theirs[0] = 5
    assert float(y[0]) == 1


def test_exports_see_the_value(x):
    y = x + 1
    np.testing.assert_array_equal(np.from_dlpack(y), np.linspace(0, 1, LONG) + 1)
    z = x + 2
    assert bytes(memoryview(z))[:8] == np.float64(2).tobytes()
    assert float((x + 3).sum()) == pytest.approx(3.5 * LONG, rel=1e-12)


def test_errors_come_with_the_call(x):
    y = x + 1
    with pytest.raises(ValueError, match="add"):
        y + loom.ones(3)
    with pytest.raises(TypeError):
        y & y
    assert float(y[0]) == 1


def test_scopes_of_backends_hold_for_what_is_called_in_them(x):
    with loom.trace() as trace:
        with loom.use_backend("reference"):
            y = x + 1
        float(y[0])
    assert [event.backend for event in trace.events if event.op == "add"] == ["reference"]


def test_eight_threads_share_pending_arrays(x):
    shared = x * 2 + 1
    failures = []

    def work(number: int) -> None:
        for _ in range(50):
            y = shared * number + x
            z = y - x
            if float(z[-1]) != 3 * number:
                failures.append(number)
            del y, z

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
