"""loom.random: streams, distributions, orders."""

import copy
import pickle
import threading

import numpy as np
import pytest

import loom
from loom.backend import available_backends
from loom.random import Generator, default_rng

N = 20_000


def moments(x):
    x = np.asarray(x)
    return x.mean(), x.std()


def test_a_seed_is_a_stream():
    assert default_rng(5).random(4).tolist() == default_rng(5).random(4).tolist()
    assert default_rng(5).random(4).tolist() != default_rng(6).random(4).tolist()
    assert default_rng().random(4).tolist() != default_rng().random(4).tolist()
    rng = default_rng(5)
    first = rng.random(4).tolist()
    assert rng.random(4).tolist() != first


@pytest.mark.parametrize("backend", available_backends())
def test_every_backend_draws_the_same(backend):
    with loom.use_backend("reference"):
        expected = default_rng(3).normal(size=100)
    with loom.use_backend(backend):
        assert default_rng(3).normal(size=100).tolist() == expected.tolist()


# Bounds are 5 standard errors of N draws.
def test_distributions():
    rng = default_rng(1)
    bound = 5 / np.sqrt(N)
    for x, mean, deviation in [
        (rng.random(N), 0.5, 12**-0.5),
        (rng.uniform(-2, 4, N), 1, 6 * 12**-0.5),
        (rng.standard_normal(N), 0, 1),
        (rng.normal(3, 2, N), 3, 2),
        (rng.exponential(2, N), 2, 2),
        (rng.integers(0, 10, N), 4.5, (99 / 12) ** 0.5),
    ]:
        found = moments(x)
        assert abs(found[0] - mean) < bound * deviation
        assert abs(found[1] - deviation) < 3 * bound * deviation


def test_shapes_and_dtypes():
    rng = default_rng(2)
    assert rng.random().shape == () and rng.random().dtype == loom.float64
    assert rng.normal(size=(2, 3)).shape == (2, 3)
    assert rng.standard_normal((2, 0), dtype=loom.float32).dtype == loom.float32
    assert rng.integers(5, size=3).dtype == loom.int64
    assert rng.integers(5, size=3, dtype="uint8").dtype == loom.uint8
    with pytest.raises(TypeError):
        rng.random(3, dtype=loom.int64)


def test_integers_have_their_bounds():
    rng = default_rng(3)
    assert set(rng.integers(3, size=200).tolist()) == {0, 1, 2}
    assert set(rng.integers(-1, 1, size=200, endpoint=True).tolist()) == {-1, 0, 1}
    with pytest.raises(ValueError):
        rng.integers(3, 3)


def test_orders():
    rng = default_rng(4)
    assert sorted(rng.permutation(50).tolist()) == list(range(50))
    x = loom.reshape(loom.arange(60), (20, 3))
    rows = rng.permutation(x)
    assert rows.tolist() != x.tolist() and sorted(rows.tolist()) == x.tolist()
    shuffled = loom.asarray(x, copy=True)
    assert rng.shuffle(shuffled) is None
    assert shuffled.tolist() != x.tolist() and sorted(shuffled.tolist()) == x.tolist()


def test_choice():
    rng = default_rng(5)
    assert set(rng.choice(3, 100).tolist()) == {0, 1, 2}
    assert sorted(rng.choice(10, 10, replace=False).tolist()) == list(range(10))
    x = loom.asarray([[1, 2], [3, 4], [5, 6]])
    assert rng.choice(x, (2, 2)).shape == (2, 2, 2)
    assert set(rng.choice(x, 50, axis=1)[0, :].tolist()) == {1, 2}
    with pytest.raises(ValueError):
        rng.choice(3, 4, replace=False)


def test_generators_pickle_copy_and_spawn():
    rng = default_rng(6)
    rng.random(7)
    again, copied = pickle.loads(pickle.dumps(rng)), copy.deepcopy(rng)
    assert isinstance(again, Generator)
    expected = rng.random(3).tolist()
    assert again.random(3).tolist() == copied.random(3).tolist() == expected
    children = default_rng(6).spawn(3)
    draws = [child.random(3).tolist() for child in [*children, *default_rng(6).spawn(3)]]
    assert draws[:3] == draws[3:]
    assert len({tuple(draw) for draw in draws[:3]}) == 3
    assert repr(default_rng(6)) == "Generator(seed=6, offset=0)"


def test_randn_has_a_stream_per_thread():
    loom.random.seed(1)
    first = loom.randn(2, 3)
    assert first.shape == loom.randn((2, 3)).shape == (2, 3)
    assert loom.randn().shape == () and loom.randn(2, dtype="float32").dtype == loom.float32
    loom.random.seed(1)
    assert loom.random.randn(2, 3).tolist() == first.tolist()
    drawn = []
    thread = threading.Thread(
        target=lambda: (loom.random.seed(1), drawn.append(loom.randn(2, 3).tolist())))
    thread.start()
    thread.join()
    assert drawn == [first.tolist()]
    with pytest.raises(TypeError, match="randn"):
        loom.randn("x")
