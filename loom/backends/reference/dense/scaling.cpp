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
  using Real = real_t<T>;
  Real largest = 0;
  bool finite = true;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) {
      const Real re = std::abs(real_part(a(i, j)));
      largest = std::max(largest, re);
      finite &= re <= std::numeric_limits<Real>::max();
      if constexpr (kIsComplex<T>) {
        const Real im = std::abs(imaginary_part(a(i, j)));
        largest = std::max(largest, im);
        finite &= im <= std::numeric_limits<Real>::max();
      }
    }
  }
  return finite ? largest : std::numeric_limits<Real>::infinity();
}

template <class R>
R scale_of(R largest) {
  if (largest == 0 || std::isinf(largest)) return 1;
  // The inverse has to be finite and normal as well.
  constexpr int kLimit = std::numeric_limits<R>::max_exponent - 3;
  return std::ldexp(R(1), std::clamp(-1 - std::ilogb(largest), -kLimit, kLimit));
}

}  // namespace

template <class T>
real_t<T> finite_scale(Matrix<const T> a, std::string_view operation) {
  const real_t<T> largest = largest_component(a);
  if (std::isinf(largest)) {
    throw LinAlgError(fmt::format("[{}] input contains NaN or infinity", operation));
  }
  return scale_of(largest);
}

template <class T>
real_t<T> scale_to_unit(Matrix<const T> a) {
  return scale_of(largest_component(a));
}

template float finite_scale(Matrix<const float>, std::string_view);
template double finite_scale(Matrix<const double>, std::string_view);
template float finite_scale(Matrix<const std::complex<float>>, std::string_view);
template double finite_scale(Matrix<const std::complex<double>>, std::string_view);

template float scale_to_unit(Matrix<const float>);
template double scale_to_unit(Matrix<const double>);
template float scale_to_unit(Matrix<const std::complex<float>>);
template double scale_to_unit(Matrix<const std::complex<double>>);

}  // namespace loom::reference::dense
