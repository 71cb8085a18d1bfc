#include "loom/ops/random.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "loom/ops/call.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/indexing.h"
#include "loom/ops/manipulation.h"

namespace loom::random {
namespace {

using schema::op;

void check_not_negative(std::string_view op, std::string_view what, double value) {
  if (value < 0) throw ValueError(fmt::format("[{}] the {} {} is negative", op, what, value));
}

/// Whether an integer dtype holds all of [low, last].
bool fits(DType dtype, std::int64_t low, std::int64_t last) {
  return visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      return std::in_range<T>(low) && std::in_range<T>(last);
    } else {
      return false;
    }
  });
}

}  // namespace

// Every distribution takes one position of the stream for each element.
std::int64_t Generator::advance(std::int64_t elements) {
  const std::int64_t before = offset_;
  offset_ += elements;
  return before;
}

std::vector<Generator> Generator::spawn(std::int64_t count) {
  using Limits = std::numeric_limits<std::int64_t>;
  const Array seeds = integers(Limits::min(), Limits::max(), {count}, DType::int64, true);
  std::vector<Generator> children;
  for (const std::int64_t seed : seeds.span<std::int64_t>()) {
    children.emplace_back(static_cast<std::uint64_t>(seed));
  }
  return children;
}

Array Generator::reals(schema::OpId op, const Dims& shape, DType dtype) {
  if (!kReals.contains(dtype)) {
    throw DTypeError(fmt::format("[{}] float32 or float64 is needed, asked for {}",
                                 schema::row(op).name, name(dtype)));
  }
  const schema::Attribute attributes[] = {shape, static_cast<std::int64_t>(seed_),
                                          advance(element_count(shape)), dtype};
  return ops::call(op, {}, attributes);
}

Array Generator::random(const Dims& shape, DType dtype) {
  return reals(op("uniform"), shape, dtype);
}

Array Generator::uniform(double low, double high, const Dims& shape, DType dtype) {
  return random(shape, dtype) * (high - low) + low;
}

Array Generator::standard_normal(const Dims& shape, DType dtype) {
  return reals(op("normal"), shape, dtype);
}

Array Generator::normal(double mean, double deviation, const Dims& shape, DType dtype) {
  check_not_negative("normal", "deviation", deviation);
  return standard_normal(shape, dtype) * deviation + mean;
}

// By inversion: 1 - u is uniform on (0, 1], so that no logarithm is of 0.
Array Generator::exponential(double scale, const Dims& shape, DType dtype) {
  check_not_negative("exponential", "scale", scale);
  return log1p(-random(shape, dtype)) * -scale;
}

Array Generator::integers(std::int64_t low, std::int64_t high, const Dims& shape, DType dtype,
                          bool endpoint) {
  const std::string range = fmt::format("[{}, {}{}", low, high, endpoint ? ']' : ')');
  if (low > high || (low == high && !endpoint)) {
    throw ValueError(fmt::format("[integers] the range {} is empty", range));
  }
  if (!is_integer(dtype)) {
    throw DTypeError(
        fmt::format("[integers] an integer dtype is needed, asked for {}", name(dtype)));
  }
  const std::int64_t last = endpoint ? high : high - 1;
  if (!fits(dtype, low, last)) {
    throw ValueError(fmt::format("[integers] {} does not fit {}", range, name(dtype)));
  }
  const schema::Attribute attributes[] = {
      shape, static_cast<std::int64_t>(seed_), advance(element_count(shape)), low, last, dtype};
  return ops::call(op("integers"), {}, attributes);
}

Array Generator::permutation(std::int64_t n) {
  const schema::Attribute attributes[] = {n, static_cast<std::int64_t>(seed_),
                                          advance(element_count({n})), DType::int64};
  return ops::call(op("permutation"), {}, attributes);
}

Array Generator::permutation(const Array& a) {
  normalise_axis(0, a.ndim(), "permutation");
  return take(a, permutation(a.shape(0)), 0);
}

void Generator::shuffle(const Array& a) { assign(a, permutation(a)); }

Array Generator::choice(std::int64_t n, const Dims& shape, bool replace) {
  const std::int64_t count = element_count(shape);
  if (n < 0 || (count > 0 && n == 0) || (count > n && !replace)) {
    throw ValueError(fmt::format("[choice] {} of {} elements {} replacement", count, n,
                                 replace ? "with" : "without"));
  }
  if (!replace) return reshape(copy(permutation(n).slice_axis(0, 0, count)), shape);
  return count == 0 ? empty(shape, DType::int64) : integers(0, n, shape);
}

Array Generator::choice(const Array& a, const Dims& shape, bool replace, std::int64_t axis) {
  const int along = normalise_axis(axis, a.ndim(), "choice");
  return take(a, choice(a.shape(along), shape, replace), along);
}

Generator& default_generator() {
  thread_local Generator generator(0);
  return generator;
}

void seed(std::uint64_t value) { default_generator() = Generator(value); }

}  // namespace loom::random

namespace loom {

Array randn(const Dims& shape, DType dtype) {
  return random::default_generator().standard_normal(shape, dtype);
}

}  // namespace loom
