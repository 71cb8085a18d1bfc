#pragma once

#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

// The two halves of the symmetric eigenproblem: A = Q T Q^H with T real and tridiagonal, and the
// eigenvalues of T together with the rotations that diagonalise it.
namespace loom::reference::dense {

/// A real symmetric tridiagonal matrix: n diagonal elements and n of which n - 1 beside it are
/// used.
template <class R>
struct Tridiagonal {
  Work<R> diagonal;
  Work<R> beside;  ///< beside[i] couples i and i + 1
};

/// Reduces the Hermitian `a`, of which both triangles are given, to T by a unitary similarity.
/// What stays in `a` and `taus` are the reflectors of Q for `form_q` with offset 1.
/// Golub and Van Loan, algorithm 8.3.1.
template <class T>
Tridiagonal<real_t<T>> tridiagonalise(OwnedMatrix<T>& a, Work<T>& taus);

/// Plane rotations of neighbouring columns, collected to be applied many at a time.
template <class R>
class RotationBatch {
 public:
  /// Rotations of the columns (first, first + 1), (first + 1, first + 2) and so on.
  void begin_sweep(std::int64_t first);
  void add(R cosine, R sine);

  std::int64_t size() const { return static_cast<std::int64_t>(rotations_.size()); }

  /// Rotates the columns of V, row-major and square, in the order in which the rotations were
  /// added: (v_i, v_(i+1)) becomes (c v_i + s v_(i+1), c v_(i+1) - s v_i). Empties the batch. In
  /// parallel over rows.
  template <class T>
  void apply_to(OwnedMatrix<T>& v);

 private:
  struct Rotation {
    R cosine;
    R sine;
  };
  struct Sweep {
    std::int64_t first_column;
    std::int64_t first_rotation;
  };
  void rotate_panel(R* panel) const;
  template <int kParts>
  void rotate_rows(R* elements, std::int64_t rows, std::int64_t stride) const;

  Work<Rotation, 32> rotations_;
  Work<Sweep> sweeps_;
};

/// Makes `t` diagonal by implicit QR steps with Wilkinson's shift; the eigenvalues stay in its
/// diagonal, in no order. The columns of `v` are rotated along where v is not null. The norm of `t`
/// has to be near one. Golub and Van Loan, algorithm 8.3.3. Throws LinAlgError where an eigenvalue
/// does not converge.
template <class T>
void diagonalise(Tridiagonal<real_t<T>>& t, OwnedMatrix<T>* v, std::string_view operation);

}  // namespace loom::reference::dense
