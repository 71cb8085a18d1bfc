"""loom.linalg: factorisations by what they promise, and errors."""

import itertools

import numpy as np
import pytest

import loom
import loom.linalg as la
from loom.backend import available_backends

BACKENDS = ["auto", *available_backends()]
DTYPES = ["float32", "float64", "complex64", "complex128"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with loom.use_backend(request.param):
        yield


def matrix(shape, dtype, seed=1):
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(shape)
    if "complex" in dtype:
        values = values + 1j * rng.standard_normal(shape)
    return values.astype(dtype)


def hermitian(shape, dtype):
    a = matrix(shape, dtype)
    return a + np.swapaxes(a, -1, -2).conj()


def close(found, expected, dtype):
    """Within 100 roundings of matrices of some ten rows and norm about 10."""
    bound = 100 * np.finfo(dtype).eps * max(1, np.abs(expected).max(initial=0))
    return np.asarray(found).shape == np.shape(expected) and \
        (np.abs(np.asarray(found) - expected) <= bound).all()


def adjoint(a):
    return np.swapaxes(np.asarray(a), -1, -2).conj()


def columns_are_orthonormal(q, dtype):
    q = np.asarray(q)
    identity = np.broadcast_to(np.eye(q.shape[-1]), q.shape[:-2] + (q.shape[-1],) * 2)
    return close(adjoint(q) @ q, identity, dtype)


SHAPES = [(1, 1), (4, 4), (7, 3), (3, 7), (2, 5, 4), (2, 0, 3), (0, 2, 2)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
class TestRectangular:
    def test_lu(self, backend, shape, dtype):
        a = matrix(shape, dtype)
        P, L, U = la.lu(loom.asarray(a))
        assert close(np.asarray(P) @ np.asarray(L) @ np.asarray(U), a, dtype)
        assert (np.tril(np.asarray(L)) == np.asarray(L)).all()
        assert (np.triu(np.asarray(U)) == np.asarray(U)).all()

    def test_qr(self, backend, shape, dtype):
        a = matrix(shape, dtype)
        for mode, width in [("reduced", min(shape[-2:])), ("complete", shape[-2])]:
            Q, R = la.qr(loom.asarray(a), mode=mode)
            assert Q.shape[-1] == R.shape[-2] == width
            assert Q.dtype == R.dtype == dtype
            assert columns_are_orthonormal(Q, dtype)
            assert close(np.asarray(Q) @ np.asarray(R), a, dtype)
            assert (np.triu(np.asarray(R)) == np.asarray(R)).all()

    def test_svd(self, backend, shape, dtype):
        a = matrix(shape, dtype)
        for full in (True, False):
            U, S, Vh = map(np.asarray, la.svd(loom.asarray(a), full_matrices=full))
            k = min(shape[-2:])
            assert U.shape[-1] == (shape[-2] if full else k)
            assert Vh.shape[-2] == (shape[-1] if full else k)
            assert S.dtype == np.finfo(dtype).dtype and (np.diff(S) <= 0).all() and (S >= 0).all()
            assert columns_are_orthonormal(U, dtype) and columns_are_orthonormal(adjoint(Vh), dtype)
            assert close(U[..., :k] * S[..., None, :] @ Vh[..., :k, :], a, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 1), (5, 5), (3, 4, 4), (2, 0, 0)])
class TestSquare:
    def test_eigh(self, backend, shape, dtype):
        a = hermitian(shape, dtype)
        values, vectors = la.eigh(loom.asarray(a))
        assert values.dtype == np.finfo(dtype).dtype.name and vectors.dtype == dtype
        assert columns_are_orthonormal(vectors, dtype)
        vectors = np.asarray(vectors)
        assert close(vectors * np.asarray(values)[..., None, :] @ adjoint(vectors), a, dtype)
        assert close(la.eigvalsh(loom.asarray(a)), np.asarray(values), dtype)

    def test_eig(self, backend, shape, dtype):
        a = matrix(shape, dtype)
        values, vectors = map(np.asarray, la.eig(loom.asarray(a)))
        assert values.dtype == vectors.dtype == np.result_type(dtype, "complex64")
        # What is bounded is the residual; errors of values grow with how parallel vectors are.
        assert close(a @ vectors, vectors * values[..., None, :], dtype)
        ours = np.sort_complex(np.asarray(la.eigvals(loom.asarray(a))).round(3))
        assert close(ours, np.sort_complex(values.round(3)), "float32")

    def test_cholesky(self, backend, shape, dtype):
        a = matrix(shape, dtype)
        a = a @ adjoint(a) + np.eye(shape[-1], dtype=dtype)
        lower = np.asarray(la.cholesky(loom.asarray(a)))
        upper = np.asarray(la.cholesky(loom.asarray(a), upper=True))
        assert close(lower @ adjoint(lower), a, dtype) and close(adjoint(upper) @ upper, a, dtype)
        assert (np.tril(lower) == lower).all() and (np.triu(upper) == upper).all()

    def test_solve_and_inverse(self, backend, shape, dtype):
        a = matrix(shape, dtype) + 4 * np.eye(shape[-1], dtype=dtype)
        b = matrix(shape[:-1] + (2,), dtype, seed=2)
        assert close(a @ np.asarray(la.solve(loom.asarray(a), loom.asarray(b))), b, dtype)
        inverse = np.asarray(la.inv(loom.asarray(a)))
        assert close(a @ inverse, np.broadcast_to(np.eye(shape[-1]), shape), dtype)


def test_eigh_reads_the_lower_triangle(backend):
    a = hermitian((4, 4), "float64")
    spoilt = a + np.triu(np.full((4, 4), np.pi), 1)
    assert la.eigvalsh(loom.asarray(spoilt)).tolist() == la.eigvalsh(loom.asarray(a)).tolist()


def test_singular_matrices(backend):
    singular = loom.asarray([[1.0, 2.0], [2.0, 4.0]])
    assert la.matrix_rank(singular) == 1
    assert la.matrix_rank(loom.eye(3), rtol=2.0) == 0
    sign, logabsdet = la.slogdet(singular)
    assert (float(sign), float(logabsdet)) == (0.0, -np.inf)
    assert la.det(singular) == 0
    assert close(la.pinv(singular), np.linalg.pinv(np.asarray(singular)), "float64")
    for call in (la.inv, lambda a: la.solve(a, loom.ones(2)), lambda a: la.matrix_power(a, -1),
                 lambda a: la.cholesky(a - 5)):
        with pytest.raises(la_error := loom.LinAlgError):
            call(singular)
        assert issubclass(la_error, ValueError)


def test_tolerances_broadcast_over_a_stack():
    a = loom.stack([loom.asarray([[3.0, 0.0], [0.0, 1.0]])] * 2)
    rtol = loom.asarray([0.1, 0.5])
    assert la.matrix_rank(a, rtol=rtol).tolist() == [2, 1]
    assert close(la.pinv(a, rtol=rtol)[1, :, :], np.asarray([[1 / 3, 0], [0, 0]]), "float64")


def test_products_of_bytes_are_exact():
    rng = np.random.default_rng(20240818)
    for first, second in itertools.product((np.uint8, np.int8), repeat=2):
        a = rng.integers(np.iinfo(first).min, np.iinfo(first).max, (5, 40), first, endpoint=True)
        b = rng.integers(np.iinfo(second).min, np.iinfo(second).max, (40, 9), second, endpoint=True)
        c = loom.matmul_integer(loom.asarray(a), loom.asarray(b))
        assert c.dtype == loom.int32
        assert np.array_equal(np.asarray(c), a.astype(np.int32) @ b.astype(np.int32))
    with pytest.raises(TypeError, match="uint8 or int8 is needed, found float64"):
        loom.matmul_integer(loom.ones((2, 2)), loom.ones((2, 2)))


def test_shapes_and_choices_are_checked():
    with pytest.raises(ValueError, match=r"\[matmul\] inner dimensions differ: \(3, 4\) @ "):
        loom.matmul(loom.ones((3, 4)), loom.ones((5, 6)))
    with pytest.raises(ValueError):
        la.inv(loom.ones((2, 3)))
    with pytest.raises(ValueError, match="one of 'reduced', 'complete' is needed"):
        la.qr(loom.eye(2), mode="full")
    with pytest.raises(ValueError, match="'fro', 'nuc', 1, -1, 2, -2, inf or -inf is needed"):
        la.matrix_norm(loom.eye(2), ord=3)
