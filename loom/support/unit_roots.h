#pragma once

#include <complex>
#include <cstdint>
#include <vector>

namespace loom {

/// The roots of unity exp(-2 pi i k / n), each rounded to R from long double precision (so within
/// half an ulp and a little where long double is wider than R). Multiples of a quarter turn are
/// exact, and so are the reflections of the octants on each other.
class UnitRoots {
 public:
  /// Requires 1 <= order < 2^59. Costs O(sqrt(order)) time and memory.
  explicit UnitRoots(std::int64_t order);

  /// exp(-2 pi i index / order) for 0 <= index < order. R is float or double.
  template <class R>
  std::complex<R> get(std::int64_t index) const;

 private:
  std::int64_t order_;
  // Angles in the first octant are counted in steps of 1 / (8 order) turns: step t is
  // coarse_[t / size] * fine_[t % size], where both factors come from the library's cosine and
  // sine.
  std::int64_t size_;
  std::vector<std::complex<long double>> coarse_;
  std::vector<std::complex<long double>> fine_;
};

}  // namespace loom
