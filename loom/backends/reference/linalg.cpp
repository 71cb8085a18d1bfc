#include <algorithm>
#include <complex>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/dense/cholesky.h"
#include "loom/backends/reference/dense/eig.h"
#include "loom/backends/reference/dense/eigh.h"
#include "loom/backends/reference/dense/lu.h"
#include "loom/backends/reference/dense/qr.h"
#include "loom/backends/reference/dense/solve.h"
#include "loom/backends/reference/dense/svd.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/backends/reference/matrices.h"
#include "loom/dispatch/matrix_stacks.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

using dispatch::KernelCall;
using dispatch::Stack;
using schema::op;

/// Matrices in the longest stack among the inputs.
std::int64_t matrix_count(const KernelCall& call) {
  std::int64_t count = 0;
  for (const View& input : call.inputs) {
    if (input.rank() < 2) continue;
    count = std::max(count, element_count(Dims(std::span(input.shape.data(), input.rank() - 2))));
  }
  return count;
}

/// Matrices that are worth handing to another thread.
std::int64_t grain_of(const KernelCall& call, std::int64_t matrices) {
  if (matrices <= 1) return 1;
  constexpr double kMany = 1e9;  // operations, more than any grain
  const double each = call.row.cost(call, call.outputs).flops / static_cast<double>(matrices);
  return dense::grain_of(static_cast<std::int64_t>(std::min(each, kMany)));
}

/// Calls `body` with the C++ element type of the inputs for each item of the stacks.
template <class Body>
void for_each_matrix(const KernelCall& call, std::span<const Stack> stacks, Body body) {
  const std::int64_t grain = grain_of(call, matrix_count(call));
  visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T> type) {
    dispatch::for_each_item(stacks, grain, [&](std::span<const View> items) { body(type, items); });
  });
}

void lu(const KernelCall& call) {
  const Stack stacks[] = {
      {call.inputs[0]}, {call.outputs[0]}, {call.outputs[1]}, {call.outputs[2]}};
  for_each_matrix(call, stacks, []<class T>(std::type_identity<T>, std::span<const View> items) {
    const dense::Lu<T> factored = dense::lu_factor(matrix_of<const T>(items[0]));
    dense::write_p(factored, matrix_of<T>(items[1]));
    dense::write_l(factored, matrix_of<T>(items[2]));
    dense::write_u(factored, matrix_of<T>(items[3]));
  });
}

void qr(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0]}, {call.outputs[1]}};
  for_each_matrix(call, stacks, []<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::qr(matrix_of<const T>(items[0]), matrix_of<T>(items[1]), matrix_of<T>(items[2]));
  });
}

void svd(const KernelCall& call) {
  const Stack stacks[] = {
      {call.inputs[0]}, {call.outputs[0]}, {call.outputs[1], 1}, {call.outputs[2]}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::svd(matrix_of<const T>(items[0]), matrix_of<T>(items[1]),
               elements_of<real_t<T>>(items[2]), matrix_of<T>(items[3]), call.row.name);
  });
}

void svdvals(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 1}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::svdvals(matrix_of<const T>(items[0]), elements_of<real_t<T>>(items[1]), call.row.name);
  });
}

void eigh(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 1}, {call.outputs[1]}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::eigh(matrix_of<const T>(items[0]), elements_of<real_t<T>>(items[1]),
                matrix_of<T>(items[2]), call.row.name);
  });
}

void eigvalsh(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 1}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::eigvalsh(matrix_of<const T>(items[0]), elements_of<real_t<T>>(items[1]), call.row.name);
  });
}

void eig(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 1}, {call.outputs[1]}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    using C = std::complex<real_t<T>>;
    dense::eig(matrix_of<const T>(items[0]), elements_of<C>(items[1]), matrix_of<C>(items[2]),
               call.row.name);
  });
}

void eigvals(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 1}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::eigvals(matrix_of<const T>(items[0]), elements_of<std::complex<real_t<T>>>(items[1]),
                   call.row.name);
  });
}

void cholesky(const KernelCall& call) {
  const bool upper = call.attribute<bool>(0);
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0]}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    const dense::Matrix<T> factor = matrix_of<T>(items[1]);
    dense::cholesky(matrix_of<const T>(items[0]), upper ? factor.transposed() : factor,
                    call.row.name);
    if (upper) dense::transform<T>(factor, factor, dense::conjugate<T>);
  });
}

void solve(const KernelCall& call) {
  const bool vector = call.inputs[1].rank() == 1;
  const View b = vector ? dispatch::as_column(call.inputs[1]) : call.inputs[1];
  const View x = vector ? dispatch::as_column(call.outputs[0]) : call.outputs[0];
  const Stack stacks[] = {{call.inputs[0]}, {b}, {x}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::solve(matrix_of<const T>(items[0]), matrix_of<const T>(items[1]), matrix_of<T>(items[2]),
                 call.row.name);
  });
}

void inv(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0]}};
  for_each_matrix(call, stacks, [&]<class T>(std::type_identity<T>, std::span<const View> items) {
    dense::inverse(matrix_of<const T>(items[0]), matrix_of<T>(items[1]), call.row.name);
  });
}

void det(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 0}};
  for_each_matrix(call, stacks, []<class T>(std::type_identity<T>, std::span<const View> items) {
    *items[1].as<T>() = dense::determinant(matrix_of<const T>(items[0]));
  });
}

void slogdet(const KernelCall& call) {
  const Stack stacks[] = {{call.inputs[0]}, {call.outputs[0], 0}, {call.outputs[1], 0}};
  for_each_matrix(call, stacks, []<class T>(std::type_identity<T>, std::span<const View> items) {
    const auto [sign, log_magnitude] = dense::log_determinant(matrix_of<const T>(items[0]));
    *items[1].as<T>() = sign;
    *items[2].as<real_t<T>>() = log_magnitude;
  });
}

/// The extents of one matrix of input 0.
struct Extents {
  std::int64_t rows, columns, smaller, larger;
};

Extents extents_of(const KernelCall& call) {
  const Dims& shape = call.shape(0);
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
  return {rows, columns, std::min(rows, columns), std::max(rows, columns)};
}

/// Bytes of `elements` of the input's dtype (complex for eig) for each matrix that is worked on at
/// a time.
std::int64_t in_flight(const KernelCall& call, std::int64_t elements) {
  const std::int64_t matrices = std::min<std::int64_t>(matrix_count(call), num_threads());
  return matrices * elements * std::max(item_size(call.dtype(0)), item_size(call.outputs[0].dtype));
}

std::int64_t lu_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, e.rows * e.columns);
}

/// The matrix, and its reflectors.
std::int64_t qr_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, e.rows * e.columns + e.smaller * e.rows);
}

/// For the tall matrix: a scaled copy, Q and R and what the QR factorisation needs, or (later) the
/// square matrices of the Jacobi iteration. A wide one is turned, and its factors turned back.
std::int64_t svd_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  const std::int64_t matrix = e.rows * e.columns, square = e.smaller * e.smaller;
  const std::int64_t q = e.larger * (call.attribute<bool>(0) ? e.larger : e.smaller);
  const std::int64_t tall = 2 * matrix + q + std::max(2 * matrix, 7 * square);
  return in_flight(call, e.rows >= e.columns ? tall : tall + matrix + q + square);
}

/// The turned and scaled matrix, the working copy of its factorisation, its reflectors and R.
std::int64_t svdvals_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, 3 * e.rows * e.columns + e.smaller * e.smaller);
}

/// The reflectors, and the vectors or (eigvals) the matrix.
std::int64_t eigh_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, 2 * e.rows * e.rows);
}

/// The triangular matrix, its basis, its eigenvectors and those of the matrix itself.
std::int64_t eig_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, 4 * e.rows * e.rows);
}

/// The factors and the right-hand sides.
std::int64_t solve_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  const std::int64_t columns = call.inputs[1].rank() == 1 ? 1 : call.shape(1).back();
  return in_flight(call, e.rows * (e.rows + columns));
}

std::int64_t inverse_workspace(const KernelCall& call) {
  const Extents e = extents_of(call);
  return in_flight(call, 2 * e.rows * e.rows);
}

}  // namespace

void install_linalg(dispatch::KernelInstaller add) {
  const auto install = [&](schema::OpId id, void (*run)(const KernelCall&),
                           std::int64_t (*workspace)(const KernelCall&)) {
    add(id, {.run = run, .dtypes = kFloatings, .workspace = workspace});
  };
  install(op("lu"), lu, lu_workspace);
  install(op("qr"), qr, qr_workspace);
  install(op("svd"), svd, svd_workspace);
  install(op("svdvals"), svdvals, svdvals_workspace);
  install(op("eigh"), eigh, eigh_workspace);
  install(op("eigvalsh"), eigvalsh, lu_workspace);
  install(op("eig"), eig, eig_workspace);
  install(op("eigvals"), eigvals, eigh_workspace);
  install(op("cholesky"), cholesky, lu_workspace);
  install(op("solve"), solve, solve_workspace);
  install(op("inv"), inv, inverse_workspace);
  install(op("det"), det, lu_workspace);
  install(op("slogdet"), slogdet, lu_workspace);
}

}  // namespace loom::reference
