#include "loom/support/unit_roots.h"

#include <cmath>
#include <numbers>

namespace loom {

UnitRoots::UnitRoots(std::int64_t order)
    : order_(order), size_(static_cast<std::int64_t>(std::sqrt(static_cast<double>(order))) + 1) {
  const long double step =
      std::numbers::pi_v<long double> / (4.0L * static_cast<long double>(order));
  const auto point = [step](std::int64_t steps) {
    const long double angle = step * static_cast<long double>(steps);
    return std::complex<long double>(std::cos(angle), std::sin(angle));
  };
  for (std::int64_t i = 0; i < size_; ++i) fine_.push_back(point(i));
  for (std::int64_t i = 0; i * size_ <= order; ++i) coarse_.push_back(point(i * size_));
}

template <class R>
std::complex<R> UnitRoots::get(std::int64_t index) const {
  const std::int64_t octant = 8 * index / order_;
  const std::int64_t remainder = 8 * index % order_;
  // Odd octants are measured back from their end, which keeps the angle within [0, pi / 4].
  const std::int64_t steps = octant % 2 == 0 ? remainder : order_ - remainder;
  const std::complex<long double>& a = coarse_[steps / size_];
  const std::complex<long double>& b = fine_[steps % size_];
  const R c = static_cast<R>(a.real() * b.real() - a.imag() * b.imag());
  const R s = static_cast<R>(a.real() * b.imag() + a.imag() * b.real());
  switch (octant) {
    case 0:
      return {c, -s};
    case 1:
      return {s, -c};
    case 2:
      return {-s, -c};
    case 3:
      return {-c, -s};
    case 4:
      return {-c, s};
    case 5:
      return {-s, c};
    case 6:
      return {s, c};
    default:
      return {c, s};
  }
}

template std::complex<float> UnitRoots::get(std::int64_t) const;
template std::complex<double> UnitRoots::get(std::int64_t) const;

}  // namespace loom
