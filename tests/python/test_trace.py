"""loom.trace: who computed what."""

import threading

import loom


def test_an_event_has_the_facts_of_its_call():
    with loom.use_backend("reference"), loom.trace() as trace:
        loom.sum(loom.asarray([[1.0, 2.0]]), axis=0)
    event = trace.events[-1]
    assert event.op == "sum"
    assert event.backend == "reference"
    assert event.inputs == ("float64(1, 2)",)
    assert event.outputs == ("float64(2,)",)
    assert event.attributes == "axes=(0,), keepdims=false"
    assert event.seconds >= 0
    assert event.passed_over == ()


def test_events_can_be_read_meanwhile_and_stay_afterwards():
    a = loom.asarray([1.0])
    with loom.trace() as trace:
        loom.exp(a)
        assert len(trace.events) == 1
        loom.exp(a)
    loom.exp(a)
    assert [event.op for event in trace.events] == ["exp", "exp"]


def test_traces_nest():
    a = loom.asarray([1.0])
    with loom.trace() as outer:
        loom.exp(a)
        with loom.trace() as inner:
            loom.log(a)
    assert [event.op for event in outer.events] == ["exp", "log"]
    assert [event.op for event in inner.events] == ["log"]


def test_a_trace_hears_all_threads():
    a = loom.asarray([1.0])
    with loom.trace() as trace:
        threads = [threading.Thread(target=loom.exp, args=(a,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(trace.events) == 4


def test_the_table_counts_equal_calls_in_one_line():
    a = loom.asarray([1.0, 2.0])
    with loom.use_backend("reference"), loom.trace() as trace:
        loom.exp(a)
        loom.exp(a)
        loom.add(a, a)
    head, exp, add = str(trace).splitlines()
    assert head.split() == ["op", "inputs", "backend", "calls", "ms", "fused", "why", "not",
                            "others"]
    assert exp.split()[:4] == ["exp", "float64(2,)", "reference", "2"]
    assert add.split()[:5] == ["add", "float64(2,),", "float64(2,)", "reference", "1"]
    assert repr(trace) == str(trace)


def test_the_table_says_why_others_did_not():
    class Nothing:
        pass

    loom.register_backend("idle", Nothing)
    with loom.use_backend("idle"), loom.trace() as trace:
        loom.exp(loom.asarray([1.0]))
    assert trace.events[0].passed_over[0] == ("idle", "no kernel for exp")
    assert "idle: no kernel for exp" in str(trace)
