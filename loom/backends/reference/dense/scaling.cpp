#include "loom/backends/reference/dense/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/support/error.h"

namespace loom::reference::dense {
namespace {

/// The largest |re| or |im|; infinity where an element is infinite or NaN.
template <class T>
real_t<T> largest_component(Matrix<const T> a) {
  real_t<T> largest = 0;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) {
      const real_t<T> re = std::abs(real_part(a(i, j))), im = std::abs(imaginary_part(a(i, j)));
      if (std::isnan(re) || std::isnan(im)) return std::numeric_limits<real_t<T>>::infinity();
      largest = std::max({largest, re, im});
    }
  }
  return largest;
}

}  // namespace

template <class T>
void require_finite(Matrix<const T> a, std::string_view operation) {
  if (std::isinf(largest_component(a))) {
    throw LinAlgError(fmt::format("[{}] input contains NaN or infinity", operation));
  }
}

template <class T>
real_t<T> scale_to_unit(Matrix<const T> a) {
  using Real = real_t<T>;
  const Real largest = largest_component(a);
  if (largest == 0 || std::isinf(largest)) return 1;
  int exponent = 0;
  std::frexp(largest, &exponent);
  // The inverse has to be finite and normal as well.
  constexpr int kLimit = std::numeric_limits<Real>::max_exponent - 3;
  return std::ldexp(Real(1), std::clamp(-exponent, -kLimit, kLimit));
}

template void require_finite(Matrix<const float>, std::string_view);
template void require_finite(Matrix<const double>, std::string_view);
template void require_finite(Matrix<const std::complex<float>>, std::string_view);
template void require_finite(Matrix<const std::complex<double>>, std::string_view);

template float scale_to_unit(Matrix<const float>);
template double scale_to_unit(Matrix<const double>);
template float scale_to_unit(Matrix<const std::complex<float>>);
template double scale_to_unit(Matrix<const std::complex<double>>);

}  // namespace loom::reference::dense
