#include <algorithm>
#include <complex>
#include <limits>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"
#include "loom/backends/reference/matrices.h"
#include "loom/dispatch/loops.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

/// A real number as an integer, without its fraction; what does not fit becomes the nearest integer
/// that T has, and NaN becomes 0. (The language leaves those cases undefined.)
template <Integer T, Real From>
T saturated(From x) {
  // Both ends are powers of two (or 0), so they are exact in From; T's largest value is not.
  constexpr auto low = static_cast<From>(std::numeric_limits<T>::min());
  constexpr auto end = static_cast<From>(T{1} << (std::numeric_limits<T>::digits - 1)) * 2;
  if (x != x) return 0;
  if (x <= low) return std::numeric_limits<T>::min();
  if (x >= end) return std::numeric_limits<T>::max();
  return static_cast<T>(x);
}

/// One element as another dtype. To bool: whether it is not 0. Complex to real: the real part.
/// Integer to integer: modulo 2^bits. Real to integer: `saturated`.
template <class To>
struct Convert {
  template <class From>
  To operator()(From x) const {
    if constexpr (std::same_as<To, bool>) {
      return x != From(0);
    } else if constexpr (Complex<To>) {
      using Part = real_t<To>;
      return {static_cast<Part>(dense::real_part(x)), static_cast<Part>(dense::imaginary_part(x))};
    } else if constexpr (Complex<From>) {
      return (*this)(x.real());
    } else if constexpr (Integer<To> && Real<From>) {
      return saturated<To>(x);
    } else {
      return static_cast<To>(x);
    }
  }
};

void astype(const KernelCall& call) {
  visit_dtype(call.dtype(0), [&]<class From>(std::type_identity<From>) {
    visit_dtype(call.outputs[0].dtype, [&]<class To>(std::type_identity<To>) {
      map_views<Convert<To>, From>(call.outputs[0], kCheapGrain, call.inputs[0]);
    });
  });
}

/// Stretches the input over the output, which serves `full` and `copy`.
void broadcast_copy(const KernelCall& call) {
  const View stretched = broadcast_view(call.inputs[0], call.outputs[0].shape);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    map_views<Convert<T>, T>(call.outputs[0], kCheapGrain, stretched);
  });
}

// Integers wrap around; real numbers are computed in float64 and rounded once.
void arange(const KernelCall& call) {
  const auto length = call.attribute<std::int64_t>(0);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    if constexpr (Ordered<T>) {
      using Work = std::conditional_t<Real<T>, double, std::uint64_t>;
      const auto start = static_cast<Work>(*call.inputs[0].as<T>());
      const auto step = static_cast<Work>(*call.inputs[1].as<T>());
      T* const out = call.outputs[0].as<T>();
      parallel_for(length, kCheapGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          out[i] = static_cast<T>(start + static_cast<Work>(i) * step);
        }
      });
    }
  });
}

// Computed in float64 and rounded once; the last point is `stop` itself.
void linspace(const KernelCall& call) {
  const auto length = call.attribute<std::int64_t>(0);
  const bool endpoint = call.attribute<bool>(1);
  visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    using Work = std::conditional_t<Complex<T>, std::complex<double>, double>;
    const T stop = *call.inputs[1].as<T>();
    const Work start = *call.inputs[0].as<T>();
    const auto intervals = static_cast<double>(std::max<std::int64_t>(length - endpoint, 1));
    const Work step = (Work(stop) - start) / intervals;
    T* const out = call.outputs[0].as<T>();
    parallel_for(length, kCheapGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const bool last = endpoint && i > 0 && i == length - 1;
        out[i] = last ? stop : static_cast<T>(static_cast<double>(i) * step + start);
      }
    });
  });
}

void eye(const KernelCall& call) {
  const View& out = call.outputs[0];
  const auto diagonal = call.attribute<std::int64_t>(2);
  const std::int64_t columns = out.shape[1];
  if (columns == 0) return;
  visit_dtype(out.dtype, [&]<class T>(std::type_identity<T>) {
    parallel_for(out.shape[0], kCheapGrain / columns, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        T* const elements = out.as<T>() + row * columns;
        std::fill_n(elements, columns, T(0));
        // Compared with the row's own bounds, since a diagonal may be any 64-bit number.
        if (diagonal >= -row && diagonal < columns - row) elements[row + diagonal] = T(1);
      }
    });
  });
}

/// Copies each matrix but for the elements above (tril) or below (triu) the diagonal, which become
/// zeros.
template <bool kLower>
void triangle(const KernelCall& call) {
  const auto diagonal = call.attribute<std::int64_t>(0);
  const dispatch::Stack stacks[] = {{call.outputs[0]}, {call.inputs[0]}};
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    dispatch::for_each_item(stacks, 1, [&](std::span<const View> items) {
      const dense::Matrix<T> to = matrix_of<T>(items[0]);
      const dense::Matrix<const T> from = matrix_of<const T>(items[1]);
      const std::int64_t grain = kCheapGrain / std::max<std::int64_t>(to.cols, 1);
      parallel_for(to.rows, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          // The first column beyond the lower triangle; a diagonal may be any 64-bit number.
          const std::int64_t shift = std::clamp(diagonal, -to.rows, to.cols) + (kLower ? 1 : 0);
          const std::int64_t border = std::clamp<std::int64_t>(i + shift, 0, to.cols);
          for (std::int64_t j = 0; j < to.cols; ++j) {
            to(i, j) = (j < border) == kLower ? from(i, j) : T(0);
          }
        }
      });
    });
  });
}

}  // namespace

void install_creation(dispatch::KernelInstaller add) {
  add(op("full"), {.run = broadcast_copy});
  add(op("arange"), {.run = arange, .dtypes = kIntegers | kReals});
  add(op("linspace"), {.run = linspace, .dtypes = kFloatings});
  add(op("eye"), {.run = eye});
  add(op("tril"), {.run = triangle<true>});
  add(op("triu"), {.run = triangle<false>});
  add(op("copy"), {.run = broadcast_copy});
  add(op("astype"), {.run = astype, .divisible = kAllDTypes});
}

}  // namespace loom::reference
