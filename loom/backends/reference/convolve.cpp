#include "loom/backends/reference/convolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <complex>
#include <type_traits>
#include <utility>

#include "loom/dispatch/convolution.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

// Elements of the output that stay in the first-level cache while every tap passes over them.
constexpr std::int64_t kBlock = 1024;

// sum + x * y with defined overflow, and without the repair of infinities in std::complex's
// product.
template <class T>
T multiply_add(T sum, T x, T y) {
  if constexpr (std::is_same_v<T, bool>) {
    return sum || (x && y);
  } else if constexpr (std::is_integral_v<T>) {
    using Wide = std::common_type_t<unsigned, std::make_unsigned_t<T>>;
    return static_cast<T>(static_cast<Wide>(sum) + static_cast<Wide>(x) * static_cast<Wide>(y));
  } else if constexpr (std::is_floating_point_v<T>) {
    return sum + x * y;
  } else {
    return {sum.real() + (x.real() * y.real() - x.imag() * y.imag()),
            sum.imag() + (x.real() * y.imag() + x.imag() * y.real())};
  }
}

}  // namespace

std::int64_t convolve_size(std::int64_t a_size, std::int64_t b_size, ConvolveMode mode) {
  if (a_size < 1 || b_size < 1) {
    throw ShapeError(
        fmt::format("[convolve] operands must not be empty: sizes {} and {}", a_size, b_size));
  }
  const auto [shorter, longer] = std::minmax(a_size, b_size);
  switch (mode) {
    case ConvolveMode::full:
      return longer + shorter - 1;
    case ConvolveMode::same:
      return longer;
    case ConvolveMode::valid:
      return longer - shorter + 1;
  }
  throw ValueError(fmt::format("[convolve] unknown mode {}", static_cast<int>(mode)));
}

template <class T>
void convolve(std::span<const T> a, std::span<const T> b, ConvolveMode mode, std::span<T> out) {
  const std::int64_t size = convolve_size(std::ssize(a), std::ssize(b), mode);
  if (std::ssize(out) != size) {
    throw ShapeError(
        fmt::format("[convolve] output has {} elements instead of {}", out.size(), size));
  }
  if (a.size() < b.size()) std::swap(a, b);
  const std::int64_t length = std::ssize(a);
  const std::int64_t taps = std::ssize(b);
  const std::int64_t start = dispatch::convolution_start(static_cast<std::int64_t>(mode), taps);
  const auto fill_block = [&](std::int64_t begin, std::int64_t end) {
    std::fill(out.begin() + begin, out.begin() + end, T{});
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const std::int64_t shift = start - tap;
      const std::int64_t first = std::max(begin, -shift);
      const std::int64_t last = std::min(end, length - shift);
      const T factor = b[tap];
      const T* const source = a.data();
      T* const target = out.data();
      for (std::int64_t i = first; i < last; ++i) {
        target[i] = multiply_add(target[i], source[i + shift], factor);
      }
    }
  };
  parallel_for(size, kBlock, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; begin += kBlock) fill_block(begin, std::min(end, begin + kBlock));
  });
}

template void convolve(std::span<const bool>, std::span<const bool>, ConvolveMode, std::span<bool>);
template void convolve(std::span<const std::int8_t>, std::span<const std::int8_t>, ConvolveMode,
                       std::span<std::int8_t>);
template void convolve(std::span<const std::int16_t>, std::span<const std::int16_t>, ConvolveMode,
                       std::span<std::int16_t>);
template void convolve(std::span<const std::int32_t>, std::span<const std::int32_t>, ConvolveMode,
                       std::span<std::int32_t>);
template void convolve(std::span<const std::int64_t>, std::span<const std::int64_t>, ConvolveMode,
                       std::span<std::int64_t>);
template void convolve(std::span<const std::uint8_t>, std::span<const std::uint8_t>, ConvolveMode,
                       std::span<std::uint8_t>);
template void convolve(std::span<const std::uint16_t>, std::span<const std::uint16_t>, ConvolveMode,
                       std::span<std::uint16_t>);
template void convolve(std::span<const std::uint32_t>, std::span<const std::uint32_t>, ConvolveMode,
                       std::span<std::uint32_t>);
template void convolve(std::span<const std::uint64_t>, std::span<const std::uint64_t>, ConvolveMode,
                       std::span<std::uint64_t>);
template void convolve(std::span<const float>, std::span<const float>, ConvolveMode,
                       std::span<float>);
template void convolve(std::span<const double>, std::span<const double>, ConvolveMode,
                       std::span<double>);
template void convolve(std::span<const std::complex<float>>, std::span<const std::complex<float>>,
                       ConvolveMode, std::span<std::complex<float>>);
template void convolve(std::span<const std::complex<double>>, std::span<const std::complex<double>>,
                       ConvolveMode, std::span<std::complex<double>>);

}  // namespace loom::reference
