#include "loom/ops/linalg.h"

#include <cmath>

#include "loom/ops/manipulation.h"
#include "python/src/arguments.h"
#include "python/src/arrays.h"
#include "python/src/operations.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using MaybeArray = std::optional<Array>;

ResultType lu_result("loom.linalg.LUResult", "Factors with A = P L U.", {"P", "L", "U"});
ResultType qr_result("loom.linalg.QRResult", "Factors with A = Q R.", {"Q", "R"});
ResultType svd_result("loom.linalg.SVDResult", "Factors with A = U diag(S) Vh.", {"U", "S", "Vh"});
ResultType eigh_result("loom.linalg.EighResult", "Values and vectors of a Hermitian matrix.",
                       {"eigenvalues", "eigenvectors"});
ResultType eig_result("loom.linalg.EigResult", "Values and vectors of a matrix.",
                      {"eigenvalues", "eigenvectors"});
ResultType slogdet_result("loom.linalg.SlogdetResult", "det = sign exp(logabsdet).",
                          {"sign", "logabsdet"});

nb::object lu_of(const Array& x) {
  linalg::Lu its = linalg::lu(x);
  return lu_result(std::move(its.p), std::move(its.l), std::move(its.u));
}
nb::object qr_of(const Array& x, QrMode mode) {
  linalg::Qr its = linalg::qr(x, mode == QrMode::complete);
  return qr_result(std::move(its.q), std::move(its.r));
}
nb::object svd_of(const Array& x, bool full_matrices) {
  linalg::Svd its = linalg::svd(x, full_matrices);
  return svd_result(std::move(its.u), std::move(its.s), std::move(its.vh));
}
nb::object eigh_of(const Array& x) {
  linalg::Eigen its = linalg::eigh(x);
  return eigh_result(std::move(its.values), std::move(its.vectors));
}
nb::object eig_of(const Array& x) {
  linalg::Eigen its = linalg::eig(x);
  return eig_result(std::move(its.values), std::move(its.vectors));
}
nb::object slogdet_of(const Array& x) {
  linalg::SignedLogDeterminant its = linalg::slogdet(x);
  return slogdet_result(std::move(its.sign), std::move(its.logabsdet));
}

[[noreturn]] void refuse(PyObject* error, const char* needed, PyObject* given) {
  PyErr_Format(error, "%s is needed, given %R", needed, given);
  throw_python_error();
}

/// Tensordot over a number of axes or over pairs of them: 2, or ((0, 1), (2, 0)).
Array tensordot_over(const Array& x1, const Array& x2, Object axes) {
  std::int64_t count = 0;
  if (nb::try_cast(nb::handle(axes), count)) return tensordot(x1, x2, count);
  std::pair<Dims, Dims> pairs;
  const bool two = (PyTuple_Check(axes) || PyList_Check(axes)) && PySequence_Size(axes) == 2;
  if (!two || !nb::try_cast(nb::handle(PySequence_Fast_GET_ITEM(axes, 0)), pairs.first) ||
      !nb::try_cast(nb::handle(PySequence_Fast_GET_ITEM(axes, 1)), pairs.second)) {
    refuse(PyExc_TypeError, "axes=: a number of axes or two sequences of axes", axes);
  }
  return tensordot(x1, x2, pairs.first, pairs.second);
}

linalg::MatrixNorm matrix_norm_order(PyObject* order) {
  using enum linalg::MatrixNorm;
  if (order == Py_None) return frobenius;
  if (PyUnicode_Check(order)) {
    if (PyUnicode_CompareWithASCIIString(order, "fro") == 0) return frobenius;
    if (PyUnicode_CompareWithASCIIString(order, "nuc") == 0) return nuclear;
  } else if (number_kind(order)) {
    const auto value = number_as<double>(order);
    if (value == 1) return one;
    if (value == -1) return minus_one;
    if (value == 2) return two;
    if (value == -2) return minus_two;
    if (std::isinf(value)) return value > 0 ? inf : minus_inf;
  }
  refuse(PyExc_ValueError, "ord=: 'fro', 'nuc', 1, -1, 2, -2, inf or -inf", order);
}

Array matrix_norm_of(const Array& x, bool keepdims, Object order) {
  return linalg::matrix_norm(x, matrix_norm_order(order), keepdims);
}

Array vector_norm_of(const Array& x, const std::optional<Dims>& axis, bool keepdims, double order) {
  return linalg::vector_norm(x, axis, keepdims, order);
}

/// A relative tolerance: a number, an array or None.
MaybeArray tolerance(const char* function, PyObject* rtol) {
  if (rtol == Py_None) return std::nullopt;
  if (number_kind(rtol)) return number_array(rtol, DType::float64);
  return arrays_of(function, {&rtol, 1})[0];
}

void bind_products(nb::module_& module, nb::module_& part) {
  def<matmul>(module, "matmul(x1, x2, /)",
              "Matrix product of vectors, matrices or stacks of matrices.");
  def<matmul_integer>(module, "matmul_integer(x1, x2, /)",
                      "Matrix product of int8 or uint8 numbers as int32; sums wrap around.");
  def<matrix_transpose>(module, "matrix_transpose(x, /)", "The last two dimensions swapped.");
  def<tensordot_over>(module, "tensordot(x1, x2, /, *, axes=2)",
                      "Sum over the last axes of `x1` and the first of `x2`, or over named pairs.");
  def<vecdot>(module, "vecdot(x1, x2, /, *, axis=-1)",
              "Inner products of vectors along an axis, the first conjugated.");
  for (const char* name : {"matmul", "matrix_transpose", "tensordot", "vecdot"}) {
    part.attr(name) = module.attr(name);
  }
  def<dot>(module, "dot(x1, x2, /)", "Inner product of two vectors.");
  def<convolve>(module, "convolve(x1, x2, /, mode='full')",
                "Discrete convolution of two vectors: 'full', 'same' or 'valid'.");
  def<linalg::cross>(part, "cross(x1, x2, /, *, axis=-1)", "Cross products of vectors of 3.");
  def<linalg::outer>(part, "outer(x1, x2, /)",
                     "Products of each element of a vector with each of another.");
}

void bind_factorisations(nb::module_& part) {
  for (ResultType* type :
       {&lu_result, &qr_result, &svd_result, &eigh_result, &eig_result, &slogdet_result}) {
    type->create(part);
  }
  def<lu_of>(part, "lu(x, /) -> LUResult", "A = P L U with partial pivoting.");
  def<qr_of>(part, "qr(x, /, *, mode='reduced') -> QRResult",
             "A = Q R, Q orthonormal, R upper triangular; Q is square where mode is 'complete'.");
  def<svd_of>(part, "svd(x, /, *, full_matrices=True) -> SVDResult",
              "A = U diag(S) Vh, S descending.");
  def<eigh_of>(part, "eigh(x, /) -> EighResult",
               "Values, ascending, and vectors of a symmetric or Hermitian matrix.");
  def<eig_of>(part, "eig(x, /) -> EigResult",
              "Values and unit vectors of a square matrix, complex.");
  def<linalg::cholesky>(part, "cholesky(x, /, *, upper=False)",
                        "Lower L with A = L L^H, or upper U with A = U^H U.");
  def<linalg::eigvalsh>(part, "eigvalsh(x, /)",
                        "Values, ascending, of a symmetric or Hermitian matrix.");
  def<linalg::eigvals>(part, "eigvals(x, /)", "Values of a square matrix, complex.");
  def<linalg::svdvals>(part, "svdvals(x, /)", "Singular values, descending.");
}

void bind_matrix_functions(nb::module_& part) {
  def<linalg::solve>(part, "solve(x1, x2, /)", "X with x1 X = x2.");
  def<linalg::inv>(part, "inv(x, /)", "Inverse of a square matrix.");
  def<linalg::det>(part, "det(x, /)", "Determinant of a square matrix.");
  def<slogdet_of>(part, "slogdet(x, /) -> SlogdetResult",
                  "Sign and logarithm of the absolute value of a determinant.");
  def<[](const Array& x, Object rtol) { return linalg::pinv(x, tolerance("pinv", rtol)); }>(
      part, "pinv(x, /, *, rtol=None)", "Moore-Penrose inverse.");
  def<[](const Array& x, Object rtol) {
    return linalg::matrix_rank(x, tolerance("matrix_rank", rtol));
  }>(part, "matrix_rank(x, /, *, rtol=None)",
     "Number of singular values above `rtol` times the largest.");
  def<linalg::matrix_power>(part, "matrix_power(x, n, /)", "A square matrix to an integer power.");
  def<[](const Array& x, Diagonal offset) { return linalg::diagonal(x, offset.value); }>(
      part, "diagonal(x, /, *, offset=0)", "A diagonal of each matrix; a view.");
  def<[](const Array& x, Diagonal offset, std::optional<DType> dtype) {
    return linalg::trace(x, offset.value, dtype);
  }>(part, "trace(x, /, *, offset=0, dtype=None)", "Sum of a diagonal.");
  def<matrix_norm_of>(part, "matrix_norm(x, /, *, keepdims=False, ord='fro')",
                      "Norm of each matrix.");
  def<vector_norm_of>(part, "vector_norm(x, /, *, axis=None, keepdims=False, ord=2)",
                      "(sum |x|^ord)^(1/ord) over some axes, or all.");
}

}  // namespace

void bind_linalg(nb::module_& module) {
  nb::module_ part = module.def_submodule("linalg", "Factorisations, solvers and norms.");
  bind_products(module, part);
  bind_factorisations(part);
  bind_matrix_functions(part);
}

}  // namespace loom::python
