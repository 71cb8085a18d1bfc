#include <vector>

#include "loom/backends/blas/backend.h"
#include "loom/backends/blas/crossover.h"
#include "loom/backends/blas/discovery.h"
#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/routines.h"

namespace loom::blas {
namespace {

using dispatch::KernelCall;

/// A matrix as gemm takes it. The results are row-major, which is the transpose of column-major, so
/// gemm computes C' = B' A', and an operand that is row-major goes in as it is.
template <class T>
struct Operand {
  const T* data;
  std::int64_t leading;
  char letter;  ///< 'N' for row-major memory, 'T' for column-major
  Memory<T> copy;

  explicit Operand(const View& view) : data(view.as<const T>()) {
    const std::int64_t rows = view.shape[0], columns = view.shape[1];
    const std::int64_t by_row = view.strides[0], by_column = view.strides[1];
    // A part of a matrix may be small enough for the library where the whole is not.
    const auto reaches = [](std::int64_t step, std::int64_t lines) {
      return lines == 1 || library().fits({step, lines});
    };
    if ((by_column == 1 || columns == 1) &&
        (by_row >= std::max<std::int64_t>(columns, 1) || rows == 1) && reaches(by_row, rows)) {
      letter = 'N';
      leading = rows == 1 ? std::max<std::int64_t>(columns, 1) : by_row;
    } else if ((by_row == 1 || rows == 1) && (by_column >= rows || columns == 1) &&
               reaches(by_column, columns)) {
      letter = 'T';
      leading = columns == 1 ? rows : by_column;
    } else {
      copy = memory<T>(rows * columns);
      load_rows(view, copy.get());
      data = copy.get();
      letter = 'N';
      leading = std::max<std::int64_t>(columns, 1);
    }
  }
};

bool is_transpose_of(const View& a, const View& b) {
  return a.data == b.data && a.shape[0] == b.shape[1] && a.shape[1] == b.shape[0] &&
         a.strides[0] == b.strides[1] && a.strides[1] == b.strides[0];
}

/// C = A A' for real elements: half the work of a general product.
template <class T>
void multiply_by_transpose(const View& a, const View& c) {
  const std::int64_t n = a.shape[0], k = a.shape[1];
  const Operand<T> x(a);
  T* out = c.as<T>();
  // Row-major memory of A is the column-major k x n matrix A', whose 'T' is A.
  const char letter = x.letter == 'N' ? 'T' : 'N';
  Routines<T>(library()).syrk('L', letter, n, k, T(1), x.data, x.leading, T(0), out, n);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < j; ++i) out[i + j * n] = out[j + i * n];
  }
}

template <class T>
void multiply(const View& a, const View& b, const View& c) {
  const std::int64_t m = a.shape[0], k = a.shape[1], n = b.shape[1];
  if (m == 0 || n == 0) return;
  if constexpr (!kIsComplex<T>) {
    if (k > 1 && m > 1 && is_transpose_of(a, b)) return multiply_by_transpose<T>(a, c);
  }
  const Operand<T> x(a), y(b);
  Routines<T>(library()).gemm(y.letter, x.letter, n, m, k, T(1), y.data, y.leading, x.data,
                              x.leading, T(0), c.as<T>(), n);
}

/// Vectors as matrices, and the result with the dimensions that they lack.
std::vector<View> as_matrices(const KernelCall& call) {
  View a = call.inputs[0], b = call.inputs[1], c = call.outputs[0];
  if (b.rank() == 1) {
    b.shape.push_back(1);
    b.strides.push_back(1);
    c.shape.push_back(1);
    c.strides.push_back(1);
  }
  if (a.rank() == 1) {
    a.shape.insert(0, 1);
    a.strides.insert(0, a.shape[1]);
    c.shape.insert(c.rank() - 1, 1);
    c.strides.insert(c.rank() - 1, columns_of(c));
  }
  return {c, a, b};
}

template <class T>
struct Matmul {
  static void run(const KernelCall& call) {
    const int ranks[] = {2, 2, 2};
    for_each_matrix(as_matrices(call), ranks,
                    [](std::span<const View> item) { multiply<T>(item[1], item[2], item[0]); });
  }
};

std::optional<std::string> refuse_matmul(const KernelCall& call) {
  const std::vector<View> matrices = as_matrices(call);
  const std::int64_t m = rows_of(matrices[1]), k = columns_of(matrices[1]),
                     n = columns_of(matrices[2]);
  return beyond_integers({{m, k}, {k, n}, {m, n}});
}

/// A vector as BLAS takes it: for a negative increment the pointer is at the lowest address.
template <class T>
struct Vector {
  const T* data;
  std::int64_t increment;

  explicit Vector(const View& view) : increment(view.strides[0]) {
    data = view.as<const T>() + (increment < 0 ? (view.shape[0] - 1) * increment : 0);
  }
};

/// dot and vecdot: one product for each pair of vectors along the last dimensions.
void run_dot(const KernelCall& call) {
  const View views[] = {call.outputs[0], call.inputs[0], call.inputs[1]};
  const int ranks[] = {0, 1, 1};
  const auto dot = [&]<class T>(std::type_identity<T>) {
    const Routines<T> blas(library());
    for_each_matrix(views, ranks, [&](std::span<const View> item) {
      const Vector<T> x(item[1]), y(item[2]);
      *item[0].as<T>() = blas.dot(item[1].shape[0], x.data, x.increment, y.data, y.increment);
    });
  };
  if (call.dtype(0) == DType::float32)
    dot(std::type_identity<float>{});
  else
    dot(std::type_identity<double>{});
}

std::optional<std::string> refuse_dot(const KernelCall& call) {
  for (const View& input : call.inputs) {
    if (input.strides.back() == 0) return "an operand is broadcast";
  }
  const std::int64_t n = call.shape(0).back();
  return beyond_integers(
      {{n, std::abs(call.inputs[0].strides.back())}, {n, std::abs(call.inputs[1].strides.back())}});
}

}  // namespace

void install_products(dispatch::KernelInstaller add) {
  add(schema::op("matmul"), {.run = run_typed<Matmul>,
                             .dtypes = kFloatings,
                             .refuse = refuse_matmul,
                             .unprofitable = small_product,
                             .context = &kMatmulPays});
  for (const schema::OpId op : {schema::op("dot"), schema::op("vecdot")}) {
    add(op, {.run = run_dot,
             .dtypes = kReals,
             .refuse = refuse_dot,
             .unprofitable = short_vectors,
             .context = &kDotPays});
  }
}

}  // namespace loom::blas
