#include "loom/gwas/model/brent_root.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace loom::gwas {

// Starts without a secant: the bracket is set up by the first propose().
BrentRoot::BrentRoot(double lower, double f_lower, double upper, double f_upper)
    : previous_(lower),
      best_(upper),
      opposite_(upper),
      f_previous_(f_lower),
      f_best_(f_upper),
      f_opposite_(f_upper),
      step_(upper - lower),
      step_before_(upper - lower) {}

bool BrentRoot::same_side() const {
  return (f_best_ < 0.0 && f_opposite_ < 0.0) || (f_best_ > 0.0 && f_opposite_ > 0.0);
}

bool BrentRoot::propose() {
  if (same_side()) {
    opposite_ = previous_;
    f_opposite_ = f_previous_;
    step_ = step_before_ = best_ - previous_;
  }
  if (std::abs(f_opposite_) < std::abs(f_best_)) {
    previous_ = std::exchange(best_, opposite_);
    opposite_ = previous_;
    f_previous_ = std::exchange(f_best_, f_opposite_);
    f_opposite_ = f_previous_;
  }
  const double tolerance = 0.5 * std::numeric_limits<double>::epsilon() * std::abs(best_);
  const double half = 0.5 * (opposite_ - best_);
  if (f_best_ == 0.0 || std::abs(half) <= tolerance) return false;

  // Interpolate, by a secant where only two points are distinct, else by an inverse parabola; the
  // step is numerator / denominator. Bisect where that is not clearly better.
  bool interpolated = false;
  if (std::abs(step_before_) >= tolerance && std::abs(f_previous_) > std::abs(f_best_)) {
    const double s = f_best_ / f_previous_;
    double numerator = 2.0 * half * s;
    double denominator = 1.0 - s;
    if (previous_ != opposite_) {
      const double q = f_previous_ / f_opposite_;
      const double r = f_best_ / f_opposite_;
      numerator = s * (2.0 * half * q * (q - r) - (best_ - previous_) * (r - 1.0));
      denominator = (q - 1.0) * (r - 1.0) * (s - 1.0);
    }
    if (numerator > 0.0) denominator = -denominator;
    numerator = std::abs(numerator);
    interpolated =
        2.0 * numerator < std::min(3.0 * half * denominator - std::abs(tolerance * denominator),
                                   std::abs(step_before_ * denominator));
    if (interpolated) {
      step_before_ = step_;
      step_ = numerator / denominator;
    }
  }
  if (!interpolated) step_ = step_before_ = half;

  previous_ = best_;
  f_previous_ = f_best_;
  best_ += std::abs(step_) > tolerance ? step_ : std::copysign(tolerance, half);
  return true;
}

void BrentRoot::accept(double f) { f_best_ = f; }

bool BrentRoot::narrower_than(double fraction) const {
  const double other = same_side() ? previous_ : opposite_;
  const bool around_zero = (best_ < 0.0) != (other < 0.0) || best_ == 0.0 || other == 0.0;
  const double nearer = around_zero ? 0.0 : std::min(std::abs(best_), std::abs(other));
  return std::abs(best_ - other) < fraction * nearer;
}

}  // namespace loom::gwas
