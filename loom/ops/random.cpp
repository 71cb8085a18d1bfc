#include "loom/ops/random.h"

#include <fmt/format.h>

#include <utility>

#include "loom/ops/call.h"

namespace loom::random {

using schema::op;

// Every distribution takes one position of the stream for each element.
std::int64_t Generator::advance(std::int64_t elements) {
  const std::int64_t before = offset_;
  offset_ += elements;
  return before;
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

Array Generator::uniform(const Dims& shape, DType dtype) {
  return reals(op("uniform"), shape, dtype);
}

Array Generator::normal(const Dims& shape, DType dtype) {
  return reals(op("normal"), shape, dtype);
}

Array Generator::integers(std::int64_t low, std::int64_t high, const Dims& shape, DType dtype) {
  if (low >= high)
    throw ValueError(fmt::format("[integers] the range [{}, {}) is empty", low, high));
  if (!is_integer(dtype)) {
    throw DTypeError(
        fmt::format("[integers] an integer dtype is needed, asked for {}", name(dtype)));
  }
  const bool fits = visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      return std::in_range<T>(low) && std::in_range<T>(high - 1);
    } else {
      return false;
    }
  });
  if (!fits) {
    throw ValueError(fmt::format("[integers] [{}, {}) does not fit {}", low, high, name(dtype)));
  }
  const schema::Attribute attributes[] = {
      shape, static_cast<std::int64_t>(seed_), advance(element_count(shape)), low, high, dtype};
  return ops::call(op("integers"), {}, attributes);
}

Array Generator::permutation(std::int64_t n) {
  const schema::Attribute attributes[] = {n, static_cast<std::int64_t>(seed_), advance(n),
                                          DType::int64};
  return ops::call(op("permutation"), {}, attributes);
}

Generator& default_generator() {
  thread_local Generator generator(0);
  return generator;
}

void seed(std::uint64_t value) { default_generator() = Generator(value); }

}  // namespace loom::random

namespace loom {

Array randn(const Dims& shape, DType dtype) {
  return random::default_generator().normal(shape, dtype);
}

}  // namespace loom
