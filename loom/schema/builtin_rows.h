#pragma once

#include "loom/schema/rules.h"

// The operations that every build of Loom has. One row each; everything else (front door, kernel
// tables, parity tests, reference pages) looks here.
namespace loom::schema {

inline constexpr AttributeSpec kShapeAttributes[] = {{"shape", "ints", "shape of the result"}};
inline constexpr AttributeSpec kLengthAttributes[] = {{"length", "int", "number of elements"}};
inline constexpr AttributeSpec kEyeAttributes[] = {
    {"rows", "int", "rows of the result"},
    {"columns", "int", "columns of the result"},
    {"diagonal", "int", "0 the main one, positive above it, negative below"},
    {"dtype", "dtype", "dtype of the result"}};
inline constexpr AttributeSpec kLinspaceAttributes[] = {
    {"length", "int", "number of points"},
    {"endpoint", "bool", "whether the last point is `stop`"}};
inline constexpr AttributeSpec kTriangleAttributes[] = {
    {"diagonal", "int", "0 the main one, positive above it, negative below"}};
inline constexpr AttributeSpec kCastAttributes[] = {{"dtype", "dtype", "dtype of the result"}};
inline constexpr AttributeSpec kReductionAttributes[] = {
    {"axes", "ints", "axes to reduce over"},
    {"keepdims", "bool", "whether reduced axes stay, with extent 1"}};
inline constexpr AttributeSpec kVarianceAttributes[] = {
    {"axes", "ints", "axes to reduce over"},
    {"keepdims", "bool", "whether reduced axes stay, with extent 1"},
    {"correction", "float", "what is taken from the number of elements before dividing by it"}};
inline constexpr AttributeSpec kScanAttributes[] = {
    {"axis", "int", "axis to walk along"},
    {"include_initial", "bool", "whether the value for no elements stands in front"}};
inline constexpr AttributeSpec kSortAttributes[] = {{"axis", "int", "axis to sort along"},
                                                    {"descending", "bool", "largest first"}};
inline constexpr AttributeSpec kSearchAttributes[] = {
    {"right", "bool", "behind equal elements instead of in front of them"}};
inline constexpr AttributeSpec kGatherAttributes[] = {
    {"axes", "ints", "axes that are indexed, ascending"},
    {"position", "int", "how many of the other axes the axes of the indices come behind"}};
inline constexpr AttributeSpec kAxisAttributes[] = {{"axis", "int", "axis that is indexed"}};
inline constexpr AttributeSpec kNonzeroAttributes[] = {
    {"count", "int", "how many elements are not zero"}};
inline constexpr AttributeSpec kQrAttributes[] = {
    {"complete", "bool", "Q square instead of as narrow as R needs"}};
inline constexpr AttributeSpec kSvdAttributes[] = {
    {"full_matrices", "bool", "U and Vh square instead of as narrow as S needs"}};
inline constexpr AttributeSpec kCholeskyAttributes[] = {
    {"upper", "bool", "the upper factor instead of the lower"}};
inline constexpr AttributeSpec kFftAttributes[] = {
    {"length", "int", "length of the transform; the input is cut or padded with zeros"},
    {"axis", "int", "axis to transform along"},
    {"norm", "int", "where 1/n goes: 0 the inverse, 1 both as 1/sqrt(n), 2 the forward"}};
inline constexpr AttributeSpec kConvolveAttributes[] = {{"mode", "int", "0 full, 1 same, 2 valid"}};
inline constexpr AttributeSpec kRandomAttributes[] = {
    {"shape", "ints", "shape of the result"},
    {"seed", "int", "which stream"},
    {"offset", "int", "positions of the stream to skip"},
    {"dtype", "dtype", "dtype of the result"}};
inline constexpr AttributeSpec kIntegersAttributes[] = {
    {"shape", "ints", "shape of the result"},
    {"seed", "int", "which stream"},
    {"offset", "int", "positions of the stream to skip"},
    {"low", "int", "smallest value"},
    {"last", "int", "largest value"},
    {"dtype", "dtype", "dtype of the result"}};
inline constexpr AttributeSpec kPermutationAttributes[] = {
    {"length", "int", "number of elements"},
    {"seed", "int", "which stream"},
    {"offset", "int", "positions of the stream to skip"},
    {"dtype", "dtype", "dtype of the result"}};

inline constexpr ErrorBudget kExact{Measure::exact, 0};
inline constexpr ErrorBudget kUlps{Measure::ulp, 4};
inline constexpr ErrorBudget kSummed{Measure::norm, 2};
inline constexpr ErrorBudget kFactored{Measure::residual, 20};

/// A row of the elementwise family: operands broadcast, one result.
constexpr OpRow elementwise(std::string_view name, int inputs, DTypeRule dtypes, ErrorBudget budget,
                            std::string_view doc, std::string_view alias = {}) {
  const CostModel cost =
      budget.measure == Measure::exact ? cost_model::elementwise : cost_model::transcendental;
  return {
      name, Family::elementwise, inputs, 1, dtypes, shape_rule::broadcast, cost, budget, doc, {},
      alias};
}

/// A row of the reduction family: attributes axes and keepdims.
constexpr OpRow reduction(std::string_view name, DTypeRule dtypes, ErrorBudget budget,
                          std::string_view doc) {
  return {
      name, Family::reduction,   1, 1, dtypes, shape_rule::reduction, cost_model::reduction, budget,
      doc,  kReductionAttributes};
}

// clang-format off
inline constexpr std::array kBuiltinRows = {
    // creation
    OpRow{"full", Family::creation, 1, 1, dtype_rule::same, shape_rule::shape_attribute, cost_model::elementwise, kExact, "every element is the 0-d input", kShapeAttributes},
    OpRow{"arange", Family::creation, 2, 1, dtype_rule::real_numeric, shape_rule::length_attribute, cost_model::elementwise, kExact, "start + i * step for 0-d start, step", kLengthAttributes},
    OpRow{"linspace", Family::creation, 2, 1, dtype_rule::floating, shape_rule::length_attribute, cost_model::elementwise, {Measure::ulp, 1}, "evenly spaced points between 0-d start and stop", kLinspaceAttributes},
    OpRow{"eye", Family::creation, 0, 1, dtype_rule::last_attribute, shape_rule::rows_and_columns, cost_model::elementwise, kExact, "ones on a diagonal, zeros elsewhere", kEyeAttributes},
    OpRow{"tril", Family::creation, 1, 1, dtype_rule::same, shape_rule::matrix, cost_model::elementwise, kExact, "the elements on and below a diagonal of each matrix, zeros elsewhere", kTriangleAttributes},
    OpRow{"triu", Family::creation, 1, 1, dtype_rule::same, shape_rule::matrix, cost_model::elementwise, kExact, "the elements on and above a diagonal of each matrix, zeros elsewhere", kTriangleAttributes},
    OpRow{"copy", Family::creation, 1, 1, dtype_rule::same, shape_rule::broadcast, cost_model::elementwise, kExact, "the same elements in new memory, C order"},
    OpRow{"astype", Family::creation, 1, 1, dtype_rule::cast, shape_rule::broadcast, cost_model::elementwise, kExact, "elements converted; a real number that an integer cannot hold saturates, NaN becomes 0; complex to real drops the imaginary part", kCastAttributes},

    // arithmetic
    elementwise("add", 2, dtype_rule::numeric, kExact, "a + b", "vector_add"),
    elementwise("subtract", 2, dtype_rule::numeric, kExact, "a - b"),
    elementwise("multiply", 2, dtype_rule::numeric, kExact, "a * b", "mul"),
    elementwise("divide", 2, dtype_rule::floating, {Measure::ulp, 2}, "a / b, true division"),
    elementwise("floor_divide", 2, dtype_rule::real_numeric, kExact, "the largest integer not above a / b; 0 for an integer division by 0, a / b where one of them is infinite"),
    elementwise("remainder", 2, dtype_rule::real_numeric, kExact, "what floor_divide leaves of a; has the sign of b, 0 for an integer division by 0"),
    elementwise("power", 2, dtype_rule::numeric, kUlps, "a to the power b; no negative power of an integer", "pow"),
    elementwise("negative", 1, dtype_rule::numeric, kExact, "-a"),
    elementwise("positive", 1, dtype_rule::numeric, kExact, "a"),
    elementwise("abs", 1, dtype_rule::magnitude, {Measure::ulp, 2}, "absolute value; the modulus of a complex number"),
    elementwise("sign", 1, dtype_rule::numeric, {Measure::ulp, 2}, "-1, 0 or 1; a / |a| of a complex number"),
    elementwise("square", 1, dtype_rule::numeric, kExact, "a * a"),
    elementwise("reciprocal", 1, dtype_rule::floating, {Measure::ulp, 2}, "1 / a"),
    elementwise("maximum", 2, dtype_rule::real_numeric, kExact, "the larger; NaN where either is"),
    elementwise("minimum", 2, dtype_rule::real_numeric, kExact, "the smaller; NaN where either is"),
    elementwise("copysign", 2, dtype_rule::real_floating, kExact, "|a| with the sign of b, that of a zero or NaN included"),
    elementwise("signbit", 1, dtype_rule::real_floating_predicate, kExact, "whether a has a minus sign, that of a zero or NaN included"),
    elementwise("nextafter", 2, dtype_rule::real_floating, kExact, "the number next to a in the direction of b"),
    elementwise("conj", 1, dtype_rule::numeric, kExact, "complex conjugate"),
    elementwise("real", 1, dtype_rule::magnitude, kExact, "real part"),
    elementwise("imag", 1, dtype_rule::magnitude, kExact, "imaginary part"),
    elementwise("where", 3, dtype_rule::select, kExact, "b where a, else c"),

    // rounding
    elementwise("floor", 1, dtype_rule::real_numeric, kExact, "largest integer not above a"),
    elementwise("ceil", 1, dtype_rule::real_numeric, kExact, "smallest integer not below a"),
    elementwise("trunc", 1, dtype_rule::real_numeric, kExact, "a without its fraction"),
    elementwise("round", 1, dtype_rule::numeric, kExact, "nearest integer, halves to even; of each part of a complex number"),

    // comparison and logic
    elementwise("equal", 2, dtype_rule::equality, kExact, "a == b"),
    elementwise("not_equal", 2, dtype_rule::equality, kExact, "a != b"),
    elementwise("less", 2, dtype_rule::ordering, kExact, "a < b"),
    elementwise("less_equal", 2, dtype_rule::ordering, kExact, "a <= b"),
    elementwise("greater", 2, dtype_rule::ordering, kExact, "a > b"),
    elementwise("greater_equal", 2, dtype_rule::ordering, kExact, "a >= b"),
    elementwise("isnan", 1, dtype_rule::predicate, kExact, "whether a is not a number"),
    elementwise("isinf", 1, dtype_rule::predicate, kExact, "whether a is infinite"),
    elementwise("isfinite", 1, dtype_rule::predicate, kExact, "whether a is neither infinite nor NaN"),
    elementwise("logical_and", 2, dtype_rule::logical, kExact, "a and b"),
    elementwise("logical_or", 2, dtype_rule::logical, kExact, "a or b"),
    elementwise("logical_xor", 2, dtype_rule::logical, kExact, "exactly one of a and b"),
    elementwise("logical_not", 1, dtype_rule::logical, kExact, "not a"),

    // bits
    elementwise("bitwise_and", 2, dtype_rule::bits, kExact, "bits that a and b both have"),
    elementwise("bitwise_or", 2, dtype_rule::bits, kExact, "bits that a or b has"),
    elementwise("bitwise_xor", 2, dtype_rule::bits, kExact, "bits that exactly one of a and b has"),
    elementwise("bitwise_invert", 1, dtype_rule::bits, kExact, "bits that a has not; logical_not of booleans"),
    elementwise("bitwise_left_shift", 2, dtype_rule::integer, kExact, "a times 2 to the power b, bits that do not fit dropped; 0 where b is negative"),
    elementwise("bitwise_right_shift", 2, dtype_rule::integer, kExact, "a over 2 to the power b, rounded down; where b is negative as for a large b, 0 or -1"),

    // transcendental functions
    elementwise("exp", 1, dtype_rule::floating, kUlps, "e to the power a"),
    elementwise("expm1", 1, dtype_rule::floating, kUlps, "exp(a) - 1, exact near 0"),
    elementwise("log", 1, dtype_rule::floating, kUlps, "natural logarithm"),
    elementwise("log1p", 1, dtype_rule::floating, kUlps, "log(1 + a), exact near 0"),
    elementwise("log2", 1, dtype_rule::floating, kUlps, "logarithm to base 2"),
    elementwise("log10", 1, dtype_rule::floating, kUlps, "logarithm to base 10"),
    elementwise("logaddexp", 2, dtype_rule::real_floating, kUlps, "log(exp(a) + exp(b)) without overflow"),
    elementwise("sqrt", 1, dtype_rule::floating, {Measure::ulp, 2}, "square root"),
    elementwise("sin", 1, dtype_rule::floating, kUlps, "sine"),
    elementwise("cos", 1, dtype_rule::floating, kUlps, "cosine"),
    elementwise("tan", 1, dtype_rule::floating, kUlps, "tangent"),
    elementwise("asin", 1, dtype_rule::floating, kUlps, "inverse sine"),
    elementwise("acos", 1, dtype_rule::floating, kUlps, "inverse cosine"),
    elementwise("atan", 1, dtype_rule::floating, kUlps, "inverse tangent"),
    elementwise("sinh", 1, dtype_rule::floating, kUlps, "hyperbolic sine"),
    elementwise("cosh", 1, dtype_rule::floating, kUlps, "hyperbolic cosine"),
    elementwise("tanh", 1, dtype_rule::floating, kUlps, "hyperbolic tangent"),
    elementwise("asinh", 1, dtype_rule::floating, kUlps, "inverse hyperbolic sine"),
    elementwise("acosh", 1, dtype_rule::floating, kUlps, "inverse hyperbolic cosine"),
    elementwise("atanh", 1, dtype_rule::floating, kUlps, "inverse hyperbolic tangent"),
    elementwise("atan2", 2, dtype_rule::real_floating, kUlps, "angle of the point (b, a)"),
    elementwise("hypot", 2, dtype_rule::real_floating, kUlps, "sqrt(a*a + b*b) without overflow"),

    // reductions
    reduction("sum", dtype_rule::accumulation, kSummed, "sum"),
    reduction("prod", dtype_rule::accumulation, kSummed, "product"),
    reduction("min", dtype_rule::real_numeric, kExact, "smallest element; NaN where one is"),
    reduction("max", dtype_rule::real_numeric, kExact, "largest element; NaN where one is"),
    reduction("mean", dtype_rule::mean, kSummed, "arithmetic mean; NaN of no elements"),
    OpRow{"var", Family::reduction, 1, 1, dtype_rule::variance, shape_rule::reduction, cost_model::reduction, kSummed, "sum of squared distances from the mean over n - correction; NaN where that is not positive", kVarianceAttributes},
    reduction("argmin", dtype_rule::place, kExact, "number, in C order of the axes, of the first smallest element, or of the first NaN"),
    reduction("argmax", dtype_rule::place, kExact, "number, in C order of the axes, of the first largest element, or of the first NaN"),
    reduction("count_nonzero", dtype_rule::count, kExact, "how many elements are not zero"),
    reduction("all", dtype_rule::truth, kExact, "whether no element is zero"),
    reduction("any", dtype_rule::truth, kExact, "whether an element is not zero"),

    // scans
    OpRow{"cumulative_sum", Family::scan, 1, 1, dtype_rule::accumulation, shape_rule::scan, cost_model::reduction, kSummed, "sums of the first elements along an axis", kScanAttributes},
    OpRow{"cumulative_prod", Family::scan, 1, 1, dtype_rule::accumulation, shape_rule::scan, cost_model::reduction, kSummed, "products of the first elements along an axis", kScanAttributes},

    // sorting and searching
    OpRow{"sort", Family::sorting, 1, 1, dtype_rule::ordered, shape_rule::broadcast, cost_model::sort, kExact, "elements in order along an axis; equal ones keep theirs, NaN counts as the largest", kSortAttributes},
    OpRow{"argsort", Family::sorting, 1, 1, dtype_rule::place, shape_rule::broadcast, cost_model::sort, kExact, "where the elements of the sorted array were", kSortAttributes},
    OpRow{"searchsorted", Family::sorting, 2, 1, dtype_rule::place, shape_rule::searchsorted, cost_model::search, kExact, "where each element of b goes into the ascending vector a", kSearchAttributes},

    // indexing; negative indices count from the end
    OpRow{"gather", Family::indexing, 2, 1, dtype_rule::indexed, shape_rule::gather, cost_model::elementwise, kExact, "the sub-arrays of a at b, the first dimension of which names the indexed axes", kGatherAttributes},
    OpRow{"scatter", Family::indexing, 3, 1, dtype_rule::indexed, shape_rule::scatter, cost_model::elementwise, kExact, "a with c, broadcast, where gather reads; the last of equal indices wins; the result may be a itself", kGatherAttributes},
    OpRow{"take_along_axis", Family::indexing, 2, 1, dtype_rule::indexed, shape_rule::take_along_axis, cost_model::elementwise, kExact, "a[..., b[..., i, ...], ...]; other dimensions broadcast", kAxisAttributes},
    OpRow{"nonzero", Family::indexing, 1, 1, dtype_rule::count, shape_rule::nonzero, cost_model::reduction, kExact, "indices, in C order, of the elements that are not zero: a row for each dimension", kNonzeroAttributes},

    // contractions
    OpRow{"matmul", Family::contraction, 2, 1, dtype_rule::numeric, shape_rule::matmul, cost_model::matmul, kSummed, "matrix product of vectors, matrices or stacks of matrices", {}, "matrix_multiply"},
    OpRow{"matmul_integer", Family::contraction, 2, 1, dtype_rule::byte_products, shape_rule::matmul, cost_model::matmul, kExact, "matrix product of 8-bit integers, signed or not, as int32; sums wrap around"},
    OpRow{"dot", Family::contraction, 2, 1, dtype_rule::numeric, shape_rule::dot, cost_model::matmul, kSummed, "inner product of two vectors", {}, "dot_product"},
    OpRow{"vecdot", Family::contraction, 2, 1, dtype_rule::numeric, shape_rule::vecdot, cost_model::matmul, kSummed, "inner products of vectors along the last dimension, the first conjugated"},
    OpRow{"convolve", Family::contraction, 2, 1, dtype_rule::numeric, shape_rule::convolve, cost_model::convolve, kSummed, "discrete convolution of two vectors", kConvolveAttributes, "convolution"},
    OpRow{"transpose", Family::view, 1, 1, dtype_rule::same, shape_rule::transpose, cost_model::free, kExact, "dimensions reversed, the same memory"},

    // linear algebra, on stacks of matrices
    OpRow{"lu", Family::linalg, 1, 3, dtype_rule::floating, shape_rule::lu, cost_model::lu, kFactored, "A = P L U with partial pivoting"},
    OpRow{"qr", Family::linalg, 1, 2, dtype_rule::floating, shape_rule::qr, cost_model::qr, kFactored, "A = Q R, Q orthonormal, R upper triangular", kQrAttributes},
    OpRow{"svd", Family::linalg, 1, 3, dtype_rule::svd, shape_rule::svd, cost_model::svd, kFactored, "A = U diag(S) Vh, S descending", kSvdAttributes},
    OpRow{"svdvals", Family::linalg, 1, 1, dtype_rule::real_output, shape_rule::singular_values, cost_model::svdvals, kFactored, "singular values, descending"},
    OpRow{"eigh", Family::linalg, 1, 2, dtype_rule::eigh, shape_rule::eigen, cost_model::eigh, kFactored, "values (ascending) and vectors (columns) of a symmetric or Hermitian matrix; reads the lower triangle"},
    OpRow{"eigvalsh", Family::linalg, 1, 1, dtype_rule::real_output, shape_rule::eigenvalues, cost_model::eigvalsh, kFactored, "values (ascending) of a symmetric or Hermitian matrix; reads the lower triangle"},
    OpRow{"eig", Family::linalg, 1, 2, dtype_rule::to_complex, shape_rule::eigen, cost_model::eig, {Measure::residual, 200}, "values and unit right vectors (columns) of a square matrix", {}, "eigendecomposition"},
    OpRow{"eigvals", Family::linalg, 1, 1, dtype_rule::to_complex, shape_rule::eigenvalues, cost_model::eigvals, {Measure::residual, 200}, "values of a square matrix"},
    OpRow{"cholesky", Family::linalg, 1, 1, dtype_rule::floating, shape_rule::square, cost_model::cholesky, kFactored, "lower L with A = L L^H, or upper U with A = U^H U; reads the lower triangle", kCholeskyAttributes},
    OpRow{"solve", Family::linalg, 2, 1, dtype_rule::floating, shape_rule::solve, cost_model::solve, kFactored, "X with A X = B"},
    OpRow{"inv", Family::linalg, 1, 1, dtype_rule::floating, shape_rule::square, cost_model::inverse, kFactored, "inverse of a square matrix", {}, "inverse"},
    OpRow{"det", Family::linalg, 1, 1, dtype_rule::floating, shape_rule::determinant, cost_model::lu, kFactored, "determinant of a square matrix"},
    OpRow{"slogdet", Family::linalg, 1, 2, dtype_rule::svd, shape_rule::determinant, cost_model::lu, kFactored, "sign and logarithm of the absolute value of a determinant"},

    // Fourier transforms, of any length
    OpRow{"fft", Family::fourier, 1, 1, dtype_rule::complex, shape_rule::fft, cost_model::fft, {Measure::norm, 16}, "discrete Fourier transform", kFftAttributes},
    OpRow{"ifft", Family::fourier, 1, 1, dtype_rule::complex, shape_rule::fft, cost_model::fft, {Measure::norm, 16}, "inverse of fft", kFftAttributes},
    OpRow{"rfft", Family::fourier, 1, 1, dtype_rule::real_to_complex, shape_rule::rfft, cost_model::fft, {Measure::norm, 16}, "fft of real input, first half", kFftAttributes},
    OpRow{"irfft", Family::fourier, 1, 1, dtype_rule::complex_to_real, shape_rule::fft, cost_model::fft, {Measure::norm, 16}, "inverse of rfft", kFftAttributes},

    // random numbers from a counter-based generator: the same stream for any thread count
    OpRow{"uniform", Family::random, 0, 1, dtype_rule::last_attribute, shape_rule::shape_attribute, cost_model::transcendental, kExact, "uniform on [0, 1)", kRandomAttributes},
    OpRow{"normal", Family::random, 0, 1, dtype_rule::last_attribute, shape_rule::shape_attribute, cost_model::transcendental, {Measure::ulp, 16}, "standard normal", kRandomAttributes, "randn"},
    OpRow{"integers", Family::random, 0, 1, dtype_rule::last_attribute, shape_rule::shape_attribute, cost_model::transcendental, kExact, "uniform integers from low to last", kIntegersAttributes},
    OpRow{"permutation", Family::random, 0, 1, dtype_rule::last_attribute, shape_rule::length_attribute, cost_model::transcendental, kExact, "0 .. length - 1 in random order", kPermutationAttributes},
};
// clang-format on

}  // namespace loom::schema
