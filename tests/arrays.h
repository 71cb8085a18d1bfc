#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <random>
#include <string_view>
#include <vector>

#include "loom/ops/creation.h"

// What tests of operations share: arrays of random numbers, the same numbers in other memory
// layouts, and their values whatever the dtype.
namespace loom::test {

/// Random arrays of one seed, which a failing test prints by SCOPED_TRACE.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform on [low, high], as far as the dtype goes: integers are whole numbers of it, complex
  /// numbers have both parts from it, booleans are fair.
  Array array(const Dims& shape, DType dtype, double low = -1, double high = 1) {
    const Array result = Array::empty(shape, dtype);
    visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
      for (T& element : result.span<T>()) element = number<T>(low, high);
    });
    return result;
  }

  template <class T>
  T number(double low, double high) {
    if constexpr (std::is_same_v<T, bool>) {
      return engine_() % 2 == 1;
    } else if constexpr (std::is_integral_v<T>) {
      using Limits = std::numeric_limits<T>;
      low = std::max(std::ceil(low), static_cast<double>(Limits::min()));
      high = std::min(std::floor(high), static_cast<double>(Limits::max()));
      return std::uniform_int_distribution<std::int64_t>(static_cast<std::int64_t>(low),
                                                         static_cast<std::int64_t>(high))(engine_);
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(std::uniform_real_distribution<double>(low, high)(engine_));
    } else {
      const auto re = number<typename T::value_type>(low, high);
      return {re, number<typename T::value_type>(low, high)};
    }
  }

 private:
  std::mt19937_64 engine_;
};

/// By how much more than elsewhere the quotients, sizes and roots of complex numbers of the
/// standard library, which the reference takes, may be off: on ARM they are compiled with fused
/// operations.
#ifdef __aarch64__
inline constexpr double kFusedLibrary = 2;
#else
inline constexpr double kFusedLibrary = 1;
#endif

enum class Layout {
  contiguous,
  transposed,  ///< Fortran order
  padded,      ///< rows side by side, with a gap between them
  strided,     ///< every second element along every axis
  reversed,    ///< negative strides along every axis
  broadcast,   ///< stride 0 along the first axis; the only one that changes values
};

inline constexpr std::array kLayouts = {Layout::contiguous, Layout::transposed, Layout::padded,
                                        Layout::strided,    Layout::reversed,   Layout::broadcast};

inline std::string_view to_string(Layout layout) {
  constexpr std::string_view kNames[] = {"contiguous", "transposed", "padded",
                                         "strided",    "reversed",   "broadcast"};
  return kNames[static_cast<int>(layout)];
}

/// Elements start, start + step, ... of every axis.
inline Array slice_all(Array a, const Slice& slice, int axes) {
  Dims rotation;
  for (int axis = 1; axis <= a.ndim(); ++axis) rotation.push_back(axis % a.ndim());
  for (int axis = 0; axis < a.ndim(); ++axis) {
    if (axis >= a.ndim() - axes) a = a.slice({slice});
    a = a.transpose(rotation);
  }
  return a;
}

/// The values of `a` in new memory of the given layout.
inline Array laid_out(const Array& a, Layout layout) {
  if (layout == Layout::broadcast) {
    if (a.ndim() == 0 || a.shape(0) == 0) return a;
    return a.slice_axis(0, 0, 1).broadcast_to(a.shape());
  }
  Dims shape = a.shape();
  if (layout == Layout::strided) {
    for (std::int64_t& extent : shape) extent = 2 * extent + 1;
  } else if (layout == Layout::padded && !shape.empty()) {
    shape.back() += 3;
  } else if (layout == Layout::transposed) {
    std::reverse(shape.begin(), shape.end());
  }
  Array memory = Array::empty(shape, a.dtype());
  if (layout == Layout::strided) memory = slice_all(memory, {1, {}, 2}, a.ndim());
  if (layout == Layout::padded && a.ndim() > 0) memory = memory.slice_axis(-1, 1, a.shape(-1) + 1);
  if (layout == Layout::reversed) memory = slice_all(memory, {{}, {}, -1}, a.ndim());
  if (layout == Layout::transposed) memory = memory.transpose();
  assign(memory, a);
  return memory;
}

using Wide = std::complex<long double>;

/// All elements in C order; exact for every dtype.
inline std::vector<Wide> values_of(const Array& a) {
  const Array elements = contiguous(a);
  std::vector<Wide> values;
  values.reserve(elements.size());
  visit_dtype(a.dtype(), [&]<class T>(std::type_identity<T>) {
    for (const T& x : elements.span<T>()) {
      if constexpr (std::is_arithmetic_v<T>) {
        values.emplace_back(static_cast<long double>(x));
      } else {
        values.emplace_back(x.real(), x.imag());
      }
    }
  });
  return values;
}

/// The distance from 1 to the next number of a floating dtype (of its parts); 0 for others.
inline long double epsilon_of(DType dtype) {
  if (!is_floating(dtype)) return 0;
  return real_of(dtype) == DType::float32 ? 0x1p-23L : 0x1p-52L;
}

}  // namespace loom::test
