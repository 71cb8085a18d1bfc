#pragma once

#include <cstdint>
#include <vector>

#include "loom/array/array.h"
#include "loom/schema/op_table.h"

// Random numbers from a counter-based generator (Philox4x32-10): a stream is a pure function of its
// seed, the same for any number of threads and every backend.
namespace loom::random {

/// A position in one stream; each call moves it past what it drew, one position for each element.
/// Copies draw the same numbers, and so does a generator made from `seed` and `offset` of another.
class Generator {
 public:
  explicit Generator(std::uint64_t seed, std::int64_t offset = 0) : seed_(seed), offset_(offset) {}

  std::uint64_t seed() const { return seed_; }
  /// The position that the next call draws from.
  std::int64_t offset() const { return offset_; }
  /// Generators of streams that are independent of this one and of each other. Takes `count`
  /// positions, so that the next call gives others.
  std::vector<Generator> spawn(std::int64_t count);

  // Real numbers; `dtype` is float32 or float64.
  /// Uniform on [0, 1).
  Array random(const Dims& shape, DType dtype = DType::float64);
  /// Uniform on [low, high), but for rounding.
  Array uniform(double low, double high, const Dims& shape, DType dtype = DType::float64);
  Array standard_normal(const Dims& shape, DType dtype = DType::float64);
  /// Throws ValueError for a negative deviation.
  Array normal(double mean, double deviation, const Dims& shape, DType dtype = DType::float64);
  /// Exponential with the mean `scale`. Throws ValueError where it is negative.
  Array exponential(double scale, const Dims& shape, DType dtype = DType::float64);

  /// Uniform integers of [low, high), or of [low, high] with `endpoint`. Throws ValueError where
  /// the range is empty or does not fit `dtype`.
  Array integers(std::int64_t low, std::int64_t high, const Dims& shape, DType dtype = DType::int64,
                 bool endpoint = false);
  /// 0 .. n - 1 in random order, int64.
  Array permutation(std::int64_t n);
  /// A copy of `a` with its first dimension in random order.
  Array permutation(const Array& a);
  /// The same in place. Throws ValueError where `a` is read-only.
  void shuffle(const Array& a);
  /// Of 0 .. n - 1, each as likely as any other; int64. Without `replace` none twice. Throws
  /// ValueError where there are too few.
  Array choice(std::int64_t n, const Dims& shape, bool replace = true);
  /// Of the parts of `a` along `axis`; the dimensions of `shape` take its place.
  Array choice(const Array& a, const Dims& shape, bool replace = true, std::int64_t axis = 0);

 private:
  Array reals(schema::OpId op, const Dims& shape, DType dtype);
  std::int64_t advance(std::int64_t elements);

  std::uint64_t seed_;
  std::int64_t offset_;
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
