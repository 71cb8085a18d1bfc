#include <algorithm>
#include <array>
#include <vector>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/concepts.h"
#include "loom/backends/reference/convolve.h"
#include "loom/backends/reference/dense/gemm.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/backends/reference/matrices.h"
#include "loom/dispatch/matrix_stacks.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

using dispatch::KernelCall;
using dispatch::Stack;
using schema::op;

/// `visit_dtype` for the dtypes of numbers, which are all that these kernels are installed for.
template <class F>
void visit_number(DType dtype, F f) {
  visit_dtype(dtype, [&]<class T>(std::type_identity<T> type) {
    if constexpr (Number<T>) f(type);
  });
}

/// Elements of a vector by number.
template <class T>
struct Vector {
  const T* data;
  std::int64_t stride;

  const T& operator[](std::int64_t i) const { return data[i * stride]; }
  Vector from(std::int64_t i) const { return {data + i * stride, stride}; }
};

/// Products that are added up before the sums are combined pairwise.
constexpr std::int64_t kDotBlock = 1024;

/// What products are added up in: integers in words that wrap.
template <class T>
using Word = std::conditional_t<Integer<T>, std::uint64_t, T>;

template <class T>
T unchanged(T x) {
  return x;
}

/// sum_i f(x[i]) y[i] for 0 <= i < n, in one fixed order: blocks are the leaves of a balanced tree,
/// so that the error is O(log n) eps.
template <auto f, class T>
Word<T> inner_product(std::int64_t n, Vector<T> x, Vector<T> y) {
  using W = Word<T>;
  if (n <= kDotBlock) {
    return dense::interleaved_sum<W>(n, [=](std::int64_t i) {
      return dense::multiply(static_cast<W>(f(x[i])), static_cast<W>(y[i]));
    });
  }
  const std::int64_t half = (n / kDotBlock + 1) / 2 * kDotBlock;
  return inner_product<f>(half, x, y) + inner_product<f>(n - half, x.from(half), y.from(half));
}

/// c = A b for a column c: each element is one inner product.
template <class T>
void multiply_column(dense::Matrix<const T> a, dense::Matrix<const T> b, dense::Matrix<T> c) {
  parallel_for(c.rows, dense::grain_of(2 * a.cols), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Vector<T> row{&a(i, 0), a.col_stride}, column{b.data, b.row_stride};
      c(i, 0) = static_cast<T>(inner_product<unchanged<T>>(a.cols, row, column));
    }
  });
}

template <class T>
void multiply_matrices(dense::Matrix<const T> a, dense::Matrix<const T> b, dense::Matrix<T> c) {
  if (c.cols == 1) {
    multiply_column(a, b, c);
  } else {
    dense::gemm(a, b, c);
  }
}

/// Calls `body` with the result and the operands of each matrix product of a call.
void for_each_product(const KernelCall& call, FunctionRef<void(std::span<const View>)> body) {
  const std::array<Stack, 3> stacks = dispatch::product_stacks(call);
  const View &c = stacks[0].view, &a = stacks[1].view;
  const std::int64_t elements = c.shape[c.rank() - 2] * c.shape.back();
  dispatch::for_each_item(stacks, dense::grain_of(2 * elements * a.shape.back()), body);
}

void matmul(const KernelCall& call) {
  visit_number(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    for_each_product(call, [](std::span<const View> items) {
      multiply_matrices<T>(matrix_of<const T>(items[1]), matrix_of<const T>(items[2]),
                           matrix_of<T>(items[0]));
    });
  });
}

/// C = A B of bytes. Sums that do not fit 32 bits wrap around.
template <class A, class B>
void multiply_bytes(dense::Matrix<const A> a, dense::Matrix<const B> b,
                    dense::Matrix<std::int32_t> c) {
  parallel_for(c.rows, dense::grain_of(2 * a.cols * c.cols),
               [&](std::int64_t begin, std::int64_t end) {
                 std::vector<std::uint32_t> sums(c.cols);
                 for (std::int64_t i = begin; i < end; ++i) {
                   std::ranges::fill(sums, 0);
                   for (std::int64_t k = 0; k < a.cols; ++k) {
                     const std::int32_t factor = a(i, k);
                     for (std::int64_t j = 0; j < c.cols; ++j) {
                       sums[j] += static_cast<std::uint32_t>(factor * b(k, j));
                     }
                   }
                   for (std::int64_t j = 0; j < c.cols; ++j)
                     c(i, j) = static_cast<std::int32_t>(sums[j]);
                 }
               });
}

/// Calls f(std::type_identity<T>()) with the T of a dtype of 8 bits.
template <class F>
void visit_byte(DType dtype, F f) {
  if (dtype == DType::uint8) return f(std::type_identity<std::uint8_t>());
  f(std::type_identity<std::int8_t>());
}

void matmul_integer(const KernelCall& call) {
  visit_byte(call.dtype(0), [&]<class A>(std::type_identity<A>) {
    visit_byte(call.dtype(1), [&]<class B>(std::type_identity<B>) {
      for_each_product(call, [](std::span<const View> items) {
        multiply_bytes<A, B>(matrix_of<const A>(items[1]), matrix_of<const B>(items[2]),
                             matrix_of<std::int32_t>(items[0]));
      });
    });
  });
}

void dot(const KernelCall& call) {
  const View &a = call.inputs[0], &b = call.inputs[1];
  visit_number(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const Vector<T> x{a.as<const T>(), a.strides[0]}, y{b.as<const T>(), b.strides[0]};
    *call.outputs[0].as<T>() = static_cast<T>(inner_product<unchanged<T>>(a.size(), x, y));
  });
}

/// One inner product for each pair of vectors of the two stacks; a complex first one is conjugated.
void vecdot(const KernelCall& call) {
  const View &a = call.inputs[0], &b = call.inputs[1];
  const Stack stacks[] = {{call.outputs[0], 0}, {a, 1}, {b, 1}};
  visit_number(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    dispatch::for_each_item(
        stacks, dense::grain_of(2 * a.shape.back()), [](std::span<const View> items) {
          const Vector<T> x{items[1].as<const T>(), items[1].strides[0]};
          const Vector<T> y{items[2].as<const T>(), items[2].strides[0]};
          *items[0].as<T>() =
              static_cast<T>(inner_product<dense::conjugate<T>>(items[1].shape[0], x, y));
        });
  });
}

/// The elements of a vector, copied to `copy` where they do not lie side by side.
template <class T>
std::span<const T> side_by_side(const View& view, std::vector<T>& copy) {
  if (view.is_contiguous()) return elements_of<const T>(view);
  const Vector<T> elements{view.as<const T>(), view.strides[0]};
  copy.resize(view.size());
  for (std::int64_t i = 0; i < view.size(); ++i) copy[i] = elements[i];
  return copy;
}

void convolution(const KernelCall& call) {
  const auto mode = static_cast<ConvolveMode>(call.attribute<std::int64_t>(0));
  visit_number(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    std::vector<T> a, b;
    convolve<T>(side_by_side(call.inputs[0], a), side_by_side(call.inputs[1], b), mode,
                elements_of<T>(call.outputs[0]));
  });
}

std::int64_t convolution_workspace(const KernelCall& call) {
  std::int64_t bytes = 0;
  for (const View& view : call.inputs) bytes += view.is_contiguous() ? 0 : view.bytes();
  return bytes;
}

}  // namespace

void install_contractions(dispatch::KernelInstaller add) {
  add(op("matmul"), {.run = matmul, .dtypes = kNumbers});
  add(op("matmul_integer"), {.run = matmul_integer, .dtypes = {DType::uint8, DType::int8}});
  add(op("dot"), {.run = dot, .dtypes = kNumbers});
  add(op("vecdot"), {.run = vecdot, .dtypes = kNumbers});
  add(op("convolve"), {.run = convolution, .dtypes = kNumbers, .workspace = convolution_workspace});
}

}  // namespace loom::reference
