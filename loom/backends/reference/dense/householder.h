#pragma once

#include "loom/backends/reference/dense/matrix.h"

// Householder reflectors H = I - tau v v^H with v[0] = 1 (Golub and Van Loan, "Matrix
// Computations", section 5.1). tau is complex where T is, which makes what is left of the reflected
// vector real.
namespace loom::reference::dense {

/// A reflector but for its vector, and the number that it leaves.
template <class T>
struct Reflector {
  T tau;
  real_t<T> beta;
};

/// Replaces x[0, n), n >= 1, by the v of the reflector with H^H x = beta e_1. Squares of the
/// elements must neither overflow nor matter where they underflow: scale first.
template <class T>
Reflector<T> make_reflector(std::int64_t n, T* x);

/// C = (I - tau v v^H) C for C with rows of contiguous elements, `stride` apart. Pass conj(tau) to
/// apply H^H. Runs in parallel over columns.
template <class T>
void apply_reflector(const T* v, T tau, Matrix<T> c);

/// The first q.cols columns of Q = H_0 H_1 ... H_(k-1), m = q.rows, k = taus.size(). The v of H_r
/// acts on the rows from r + offset on and stands in row r of `vectors` (m contiguous elements)
/// from column r + offset on.
template <class T>
void form_q(Matrix<const T> vectors, std::int64_t offset, const Work<T>& taus, Matrix<T> q);

}  // namespace loom::reference::dense
