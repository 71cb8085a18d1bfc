#pragma once

#include <complex>
#include <cstdint>
#include <initializer_list>

#include "loom/backends/blas/library.h"
#include "loom/backends/blas/workspace.h"

// BLAS and LAPACK as C++ functions.
namespace loom::blas {

/// The routines of one library for elements of type T (float, double, complex<float>,
/// complex<double>), under BLAS's own names and arguments, less those that never vary: matrices are
/// column-major with a leading dimension, flags are BLAS's letters. Sizes are 64-bit whatever the
/// library takes; what does not fit its integers is refused before the call. Workspace is allocated
/// inside (see workspace.h for its size). Factorisations return LAPACK's info where it is not
/// negative: 0, or the positive number by which the routine tells that it failed.
///
/// Errors: BackendUnavailableError where the library lacks the routine; BackendError "[dgemm]
/// ..." where sizes do not fit 32-bit integers, or where LAPACK calls an argument illegal.
template <Scalar T>
class Routines {
 public:
  explicit Routines(const Library& library) : library_(&library) {}

  /// c := alpha op(a) op(b) + beta c; op(a) is m x k, op(b) is k x n, `ta` and `tb` are 'N', 'T' or
  /// 'C'.
  void gemm(char ta, char tb, std::int64_t m, std::int64_t n, std::int64_t k, T alpha, const T* a,
            std::int64_t lda, const T* b, std::int64_t ldb, T beta, T* c, std::int64_t ldc) const;

  /// The `uplo` ('U' or 'L') triangle of c := alpha op(a) op(a)^T + beta c; op(a) is n x k.
  void syrk(char uplo, char trans, std::int64_t n, std::int64_t k, T alpha, const T* a,
            std::int64_t lda, T beta, T* c, std::int64_t ldc) const;

  /// The sum of x_i y_i over n elements.
  T dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy) const
      requires(!kIsComplex<T>);

  /// a := its factors P L U; a is m x n, `pivots` has min(m, n) rows counted from 1. Info i > 0: U
  /// has a zero on its diagonal, at row i.
  std::int64_t getrf(std::int64_t m, std::int64_t n, T* a, std::int64_t lda,
                     std::int64_t* pivots) const;
  /// a := the inverse, from getrf's results. Info as there.
  std::int64_t getri(std::int64_t n, T* a, std::int64_t lda, const std::int64_t* pivots) const;
  /// b := a^-1 b, and a and `pivots` as getrf leaves them; b is n x columns. Info as there.
  std::int64_t gesv(std::int64_t n, std::int64_t columns, T* a, std::int64_t lda,
                    std::int64_t* pivots, T* b, std::int64_t ldb) const;

  /// The `uplo` triangle of a := its Cholesky factor. Info i > 0: the leading i x i block is not
  /// positive definite.
  std::int64_t potrf(char uplo, std::int64_t n, T* a, std::int64_t lda) const;

  /// a := its factors Q R, Q as reflectors below the diagonal and in `tau` (min(m, n)).
  std::int64_t geqrf(std::int64_t m, std::int64_t n, T* a, std::int64_t lda, T* tau) const;
  /// a := the first n columns of Q, from k reflectors of geqrf; m >= n >= k. LAPACK's ungqr for
  /// complex T.
  std::int64_t orgqr(std::int64_t m, std::int64_t n, std::int64_t k, T* a, std::int64_t lda,
                     const T* tau) const;

  /// Singular values `s` (min(m, n), descending); `jobz` 'A' all of u and v^H, 'S' their first
  /// min(m, n) vectors, 'N' none. Destroys a. Info > 0: not converged.
  std::int64_t gesdd(char jobz, std::int64_t m, std::int64_t n, T* a, std::int64_t lda, Real<T>* s,
                     T* u, std::int64_t ldu, T* vh, std::int64_t ldvh) const;

  /// Eigenvalues `w` (n, ascending) of a symmetric or Hermitian matrix given by one triangle,
  /// and a := its eigenvectors (`jobz` 'V') or nothing of use ('N'). Divide and conquer; LAPACK's
  /// heevd for complex T. Info > 0: not converged.
  std::int64_t syevd(char jobz, char uplo, std::int64_t n, T* a, std::int64_t lda,
                     Real<T>* w) const;

  /// The symmetric or Hermitian matrix whose upper triangle is a's := Q T Q^H with T real and
  /// tridiagonal: its diagonal `d` (n) and off-diagonal `e` (n - 1). Q = H_{n-1} ... H_1, where
  /// H_i = I - tau_i v v^H: v is 1 at row i (from 1), 0 below, and above that row what column i + 1
  /// of a then holds.
  std::int64_t sytrd(std::int64_t n, T* a, std::int64_t lda, Real<T>* d, Real<T>* e, T* tau) const;

  /// Eigenvalues `d` (n, ascending) and eigenvectors `z` (n x n) of the tridiagonal matrix of `d`
  /// and `e`, which is destroyed. Divide and conquer. Info > 0: not converged.
  std::int64_t stedc(std::int64_t n, T* d, T* e, T* z, std::int64_t ldz) const
      requires(!kIsComplex<T>);

  /// Eigenvalue i (from 0, ascending) of diag(d) + rho z z^T: the root of the secular equation,
  /// with d (n) strictly ascending, |z| = 1 and rho > 0. `delta` := d_j minus the root, to full
  /// relative accuracy, or, for n <= 2, the eigenvector. Info > 0: not converged.
  std::int64_t laed4(std::int64_t n, std::int64_t i, const T* d, const T* z, T* delta, T rho,
                     T& root) const requires(!kIsComplex<T>);

  /// Eigenvalues `w` (n) of a general matrix, and for `jobvr` 'V' (not 'N') its right
  /// eigenvectors `vr` (n x n). Both as LAPACK packs them: for real T, `wi` holds the imaginary
  /// parts, and a conjugate pair has its real and imaginary vector in two columns. Destroys a. Info
  /// > 0: not converged.
  std::int64_t geev(char jobvr, std::int64_t n, T* a, std::int64_t lda, T* wr, T* wi, T* vr,
                    std::int64_t ldvr) const requires(!kIsComplex<T>);
  std::int64_t geev(char jobvr, std::int64_t n, T* a, std::int64_t lda, T* w, T* vr,
                    std::int64_t ldvr) const requires kIsComplex<T>;

 private:
  using Extents = std::initializer_list<std::int64_t>;

  void* address(Routine routine) const;
  void check(Routine routine, std::initializer_list<Extents> arrays) const;
  template <class... Args>
  void call(Routine routine, Args... args) const;
  template <class... Args>
  std::int64_t factor(Routine routine, Args... args) const;
  void widen(std::int64_t* integers, std::int64_t n) const;

  const Library* library_;
};

extern template class Routines<float>;
extern template class Routines<double>;
extern template class Routines<std::complex<float>>;
extern template class Routines<std::complex<double>>;

}  // namespace loom::blas
