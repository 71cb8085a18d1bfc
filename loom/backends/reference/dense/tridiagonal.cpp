#include "loom/backends/reference/dense/tridiagonal.h"

#include <algorithm>

#include "loom/backends/reference/dense/householder.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

/// What step k still has to take from the rows and columns behind k: u w^H + w u^H. Kept back so
/// that one pass over the matrix both subtracts it and multiplies by the next vector.
template <class T>
struct RankTwo {
  Work<T> u, w;
  Work<T> conj_u, conj_w;

  explicit RankTwo(std::int64_t n) : u(n), w(n), conj_u(n), conj_w(n) {}
};

/// Subtracts `update` from the columns [first, last) of the row at `x`, row i of the matrix.
template <class T>
void subtract(const RankTwo<T>& update, std::int64_t i, std::int64_t first, std::int64_t last,
              T* x) {
  const T u = update.u[i], w = update.w[i];
  const T* __restrict conj_u = update.conj_u.data();
  const T* __restrict conj_w = update.conj_w.data();
  T* __restrict row = x;
  for (std::int64_t j = first; j < last; ++j) {
    row[j] -= multiply(u, conj_w[j]) + multiply(w, conj_u[j]);
  }
}

/// product[j] = sum over i of (row i)[j] * conj(v[i]) for rows and columns from `top` on, after
/// `update` is subtracted from them. In parallel over blocks of columns.
template <class T>
void subtract_and_multiply(OwnedMatrix<T>& a, std::int64_t top, const RankTwo<T>& update,
                           const T* v, T* product) {
  constexpr std::int64_t kBlock = 2048 / static_cast<std::int64_t>(sizeof(T));
  const std::int64_t n = a.rows();
  const std::int64_t blocks = (n - top + kBlock - 1) / kBlock;
  parallel_for(blocks, grain_of(6 * (n - top) * kBlock), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t first = top + b * kBlock, last = std::min(n, first + kBlock);
      std::fill(product + first, product + last, T(0));
      std::int64_t i = top;
      for (; i + 4 <= n; i += 4) {
        for (std::int64_t r = i; r < i + 4; ++r) subtract(update, r, first, last, a.row(r));
        add_rows(
            last - first, 4, [=](std::int64_t k) { return conjugate(v[i + k]); }, a.row(i) + first,
            n, product + first);
      }
      for (; i < n; ++i) {
        subtract(update, i, first, last, a.row(i));
        axpy(last - first, conjugate(v[i]), a.row(i) + first, product + first);
      }
    }
  });
}

/// Reflects row k from behind its diagonal on to a multiple of e_(k+1), which is returned together
/// with the reflector's tau. The reflector's vector takes the place of that part of the row.
template <class T>
Reflector<T> reflect_row(OwnedMatrix<T>& a, std::int64_t k) {
  // Row k is the conjugate of column k.
  T* v = a.row(k) + k + 1;
  const std::int64_t count = a.rows() - k - 1;
  std::transform(v, v + count, v, conjugate<T>);
  return make_reflector(count, v);
}

/// w = p - (tau (p^H v) / 2) v with p = tau A v: with it H^H A H = A - v w^H - w v^H. Takes p and
/// leaves w.
template <class T>
void second_vector(std::int64_t count, T tau, const T* v, T* p) {
  const T half = multiply(tau, dot(count, p, v)) * real_t<T>(0.5);
  for (std::int64_t j = 0; j < count; ++j) p[j] -= multiply(half, v[j]);
}

/// The reduction of a matrix so small that loops over columns cost more than their arithmetic.
template <class T>
void reduce_small(OwnedMatrix<T>& a, Tridiagonal<real_t<T>>& t, Work<T>& taus) {
  const std::int64_t n = a.rows();
  Work<T> w(n);
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    t.diagonal[k] = real_part(a(k, k));
    const Reflector<T> reflector = reflect_row(a, k);
    t.beside[k] = reflector.beta;
    taus.push_back(reflector.tau);
    if (reflector.tau == T(0)) continue;
    const T* v = a.row(k) + k + 1;
    const std::int64_t count = n - k - 1;
    for (std::int64_t i = 0; i < count; ++i) {
      const T* row = a.row(k + 1 + i) + k + 1;
      T sum = T(0);
      for (std::int64_t j = 0; j < count; ++j) sum = multiply_add(sum, row[j], v[j]);
      w[i] = multiply(reflector.tau, sum);
    }
    second_vector(count, reflector.tau, v, w.data());
    for (std::int64_t i = 0; i < count; ++i) {
      T* row = a.row(k + 1 + i) + k + 1;
      for (std::int64_t j = 0; j < count; ++j) {
        row[j] -= multiply(v[i], conjugate(w[j])) + multiply(w[i], conjugate(v[j]));
      }
    }
  }
  t.diagonal[n - 1] = real_part(a(n - 1, n - 1));
}

template <class T>
void reduce(OwnedMatrix<T>& a, Tridiagonal<real_t<T>>& t, Work<T>& taus) {
  const std::int64_t n = a.rows();
  RankTwo<T> update(n);
  Work<T> product(n);
  for (std::int64_t k = 0; k < n; ++k) {
    subtract(update, k, k, n, a.row(k));
    t.diagonal[k] = real_part(a(k, k));
    if (k + 1 == n) break;

    const Reflector<T> reflector = reflect_row(a, k);
    t.beside[k] = reflector.beta;
    taus.push_back(reflector.tau);

    const T* v = a.row(k) + k + 1;
    const std::int64_t count = n - k - 1;
    subtract_and_multiply(a, k + 1, update, v - (k + 1), product.data());
    T* w = product.data() + k + 1;
    for (std::int64_t j = 0; j < count; ++j) w[j] = multiply(reflector.tau, conjugate(w[j]));
    second_vector(count, reflector.tau, v, w);
    for (std::int64_t j = 0; j < count; ++j) {
      update.u[k + 1 + j] = v[j];
      update.w[k + 1 + j] = w[j];
      update.conj_u[k + 1 + j] = conjugate(v[j]);
      update.conj_w[k + 1 + j] = conjugate(w[j]);
    }
  }
}

}  // namespace

template <class T>
Tridiagonal<real_t<T>> tridiagonalise(OwnedMatrix<T>& a, Work<T>& taus) {
  const std::int64_t n = a.rows();
  Tridiagonal<real_t<T>> t{Work<real_t<T>>(n), Work<real_t<T>>(n)};
  taus.clear();
  if (n > kSmall) {
    reduce(a, t, taus);
  } else if (n > 0) {
    reduce_small(a, t, taus);
  }
  return t;
}

template Tridiagonal<float> tridiagonalise(OwnedMatrix<float>&, Work<float>&);
template Tridiagonal<double> tridiagonalise(OwnedMatrix<double>&, Work<double>&);
template Tridiagonal<float> tridiagonalise(OwnedMatrix<std::complex<float>>&,
                                           Work<std::complex<float>>&);
template Tridiagonal<double> tridiagonalise(OwnedMatrix<std::complex<double>>&,
                                            Work<std::complex<double>>&);

}  // namespace loom::reference::dense
