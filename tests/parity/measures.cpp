#include "parity/measures.h"

#include <cmath>
#include <limits>

namespace loom::test {
namespace {

constexpr long double kInfinite = std::numeric_limits<long double>::infinity();

bool same_number(long double a, long double b) {
  return a == b ? std::signbit(a) == std::signbit(b) : std::isnan(a) && std::isnan(b);
}

bool finite(const Wide& x) { return std::isfinite(x.real()) && std::isfinite(x.imag()); }

/// Whether two parts agree in what no measure grades: NaN, or an infinity of that sign.
bool same_kind(long double a, long double b) {
  return std::isfinite(a) ? std::isfinite(b) : a == b || (std::isnan(a) && std::isnan(b));
}

/// The gap between the numbers of a dtype around x; for complex numbers around the larger part.
long double spacing(const Wide& x, DType dtype) {
  const bool single = real_of(dtype) == DType::float32;
  const long double smallest =
      single ? static_cast<long double>(std::numeric_limits<float>::denorm_min())
             : std::numeric_limits<double>::denorm_min();
  const long double size = std::max(std::abs(x.real()), std::abs(x.imag()));
  if (size == 0) return smallest;
  return std::max(smallest, std::ldexp(epsilon_of(dtype), std::ilogb(size)));
}

}  // namespace

long double distance(const Array& result, const Array& expected, schema::Measure measure,
                     long double longest_sum) {
  if (result.dtype() != expected.dtype() || result.shape() != expected.shape()) return kInfinite;
  const bool exact = measure == schema::Measure::exact || !is_floating(expected.dtype());
  const bool relative = !exact && measure != schema::Measure::ulp;
  const std::vector<Wide> a = values_of(result), b = values_of(expected);
  long double largest_ulps = 0, largest_error = 0, largest_value = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (same_number(a[i].real(), b[i].real()) && same_number(a[i].imag(), b[i].imag())) {
      if (relative && finite(b[i])) largest_value = std::max(largest_value, std::abs(b[i]));
      continue;
    }
    const bool same = same_kind(a[i].real(), b[i].real()) && same_kind(a[i].imag(), b[i].imag());
    if (exact || !same) return kInfinite;
    if (!finite(b[i])) continue;
    const long double error = std::abs(a[i] - b[i]);
    largest_ulps = std::max(largest_ulps, error / spacing(b[i], expected.dtype()));
    largest_error = std::max(largest_error, error);
    largest_value = std::max(largest_value, std::abs(b[i]));
  }
  if (measure == schema::Measure::ulp || largest_error == 0) return largest_ulps;
  return largest_error / (largest_value * epsilon_of(expected.dtype()) * longest_sum);
}

}  // namespace loom::test
