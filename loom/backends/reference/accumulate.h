#pragma once

#include <complex>
#include <cstdint>

#include "loom/backends/reference/concepts.h"

// How sums and products are kept while they grow: of reductions and of running sums alike.
namespace loom::reference {

/// Double precision for real numbers, and for integers where real results are asked for.
template <class T>
using Wide = std::conditional_t<Complex<T>, std::complex<double>, double>;

/// What sums and products are kept in: `Wide`, or words that wrap for integers.
template <class T>
using Accumulator = std::conditional_t<Floating<T>, Wide<T>, std::uint64_t>;

/// What sums and products come out as.
template <class T>
using Total =
    std::conditional_t<Floating<T>, T,
                       std::conditional_t<std::unsigned_integral<T> && !std::same_as<T, bool>,
                                          std::uint64_t, std::int64_t>>;

template <class Acc>
struct Addition {
  /// What changes no sum: the negative zero, because the positive one changes that.
  static Acc identity() {
    if constexpr (Complex<Acc>) {
      return {-0.0, -0.0};
    } else {
      return static_cast<Acc>(-0.0);
    }
  }
  /// The sum of nothing.
  static Acc initial() { return Acc(0); }
  static Acc combine(Acc a, Acc b) { return a + b; }
};

template <class Acc>
struct Multiplication {
  static Acc identity() { return Acc(1); }
  static Acc initial() { return Acc(1); }
  static Acc combine(Acc a, Acc b) { return scalar::multiply(a, b); }
};

}  // namespace loom::reference
