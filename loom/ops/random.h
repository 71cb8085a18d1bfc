#pragma once

#include <cstdint>

#include "loom/array/array.h"
#include "loom/schema/op_table.h"

// Random numbers from a counter-based generator (Philox4x32-10): a stream is a pure function of its
// seed, the same for any number of threads and every backend.
namespace loom::random {

/// A position in one stream; each call moves it past what it drew. Copies draw the same numbers.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed) {}

  /// Uniform on [0, 1); float32 or float64.
  Array uniform(const Dims& shape, DType dtype = DType::float64);
  /// Standard normal; float32 or float64.
  Array normal(const Dims& shape, DType dtype = DType::float64);
  /// Uniform integers of [low, high). Throws ValueError where the range is empty.
  Array integers(std::int64_t low, std::int64_t high, const Dims& shape,
                 DType dtype = DType::int64);
  /// 0 .. n - 1 in random order, int64.
  Array permutation(std::int64_t n);

 private:
  Array reals(schema::OpId op, const Dims& shape, DType dtype);
  std::int64_t advance(std::int64_t elements);

  std::uint64_t seed_;
  std::int64_t offset_ = 0;
};

/// The generator of this thread that the functions below draw from; starts with seed 0.
Generator& default_generator();
/// Restarts this thread's default generator.
void seed(std::uint64_t value);

}  // namespace loom::random

namespace loom {

/// Standard normal numbers of the default generator.
Array randn(const Dims& shape, DType dtype = DType::float64);

}  // namespace loom
