#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "loom/dispatch/selection.h"
#include "loom/expr/deferral.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/random.h"

// Random expressions, computed at once and in passes: the same bits.
namespace loom {
namespace {

using Unary = Array (*)(const Array&);
using Binary = Array (*)(const Array&, const Array&);

constexpr Unary kUnary[] = {
    [](const Array& x) { return sqrt(x); },     [](const Array& x) { return exp(x); },
    [](const Array& x) { return negative(x); }, [](const Array& x) { return square(x); },
    [](const Array& x) { return abs(x); },      [](const Array& x) { return tanh(x); },
    [](const Array& x) { return floor(x); },    [](const Array& x) { return log1p(abs(x)); },
};
constexpr Binary kBinary[] = {
    [](const Array& x, const Array& y) { return x + y; },
    [](const Array& x, const Array& y) { return x - y; },
    [](const Array& x, const Array& y) { return x * y; },
    [](const Array& x, const Array& y) { return x / y; },
    [](const Array& x, const Array& y) { return maximum(x, y); },
    [](const Array& x, const Array& y) { return where(x < y, x, y * 2); },
    [](const Array& x, const Array& y) { return power(abs(x), y); },
    [](const Array& x, const Array& y) { return astype(x < y, x.dtype()); },
    [](const Array& x, const Array& y) { return atan2(x, y); },
};

constexpr std::int64_t kRows = 7, kColumns = 1300;

/// What expressions are made of: numbers of both signs, special ones among them, in layouts that
/// passes read in different ways.
std::vector<Array> leaves(DType dtype, std::uint64_t seed) {
  random::Generator generator(seed);
  const auto numbers = [&](const Dims& shape) {
    const Array drawn = astype(generator.normal(0, 1, shape), dtype);
    return where(drawn > 2.5, astype(Array::scalar(INFINITY), dtype), drawn);
  };
  std::vector<Array> arrays = {
      numbers({kRows, kColumns}),
      numbers({kRows, kColumns}),
      numbers({kColumns}),
      numbers({kRows, 1}),
      numbers({}),
      numbers({kRows, kColumns + 5}).slice({{}, {2, kColumns + 2}}),
      numbers({kColumns, kRows}).transpose(),
      numbers({kRows, 2 * kColumns}).slice({{}, {std::nullopt, std::nullopt, -2}}),
  };
  for (const Array& array : arrays) array.view();
  return arrays;
}

struct Outcome {
  std::vector<Array> values;
  std::size_t longest = 0;  ///< pass
};

/// The expression that `seed` means. Some of the values on the way stay with us, others end.
Outcome compute(DType dtype, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(random);
  };
  std::vector<Array> values = leaves(dtype, seed);
  const std::size_t count = 2 + pick(20);
  Outcome outcome;
  for (std::size_t i = 0; i < count; ++i) {
    const Array& x = values[pick(values.size())];
    const Array& y = values[values.size() - 1 - pick(std::min<std::size_t>(3, values.size()))];
    const bool one = pick(3) == 0;
    Array result =
        one ? kUnary[pick(std::size(kUnary))](y) : kBinary[pick(std::size(kBinary))](x, y);
    outcome.longest = std::max(outcome.longest, pending_operations(result).size());
    if (pick(3) == 0) outcome.values.push_back(result);
    if (pick(4) == 0 && values.size() > 9) values.erase(values.begin() + 8);
    values.push_back(result.broadcast_to(broadcast_shapes(result.shape(), {}, "test")));
  }
  outcome.values.push_back(values.back());
  return outcome;
}

std::string bits(const Array& array) {
  const Array dense = contiguous(array);
  return {reinterpret_cast<const char*>(dense.view().data),
          static_cast<std::size_t>(dense.nbytes())};
}

class RandomChains : public testing::TestWithParam<std::tuple<DType, std::string>> {
 protected:
  void TearDown() override { set_deferral_threshold(before_); }

 private:
  const std::optional<std::int64_t> before_ = deferral_threshold();
};

TEST_P(RandomChains, HaveTheBitsOfTheirOperations) {
  const auto& [dtype, backend] = GetParam();
  const BackendScope scope(backend);
  std::size_t longest = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    set_deferral_threshold(std::nullopt);
    const Outcome apart = compute(dtype, seed);
    ASSERT_EQ(apart.longest, 0u);
    set_deferral_threshold(1000);
    const Outcome together = compute(dtype, seed);
    longest = std::max(longest, together.longest);
    ASSERT_EQ(apart.values.size(), together.values.size());
    for (std::size_t i = 0; i < apart.values.size(); ++i) {
      ASSERT_EQ(bits(apart.values[i]), bits(together.values[i])) << "value " << i;
    }
  }
  EXPECT_GT(longest, 5u) << "nothing was deferred";
}

INSTANTIATE_TEST_SUITE_P(Expr, RandomChains,
                         testing::Combine(testing::Values(DType::float64, DType::float32),
                                          testing::Values("auto", "native")));

}  // namespace
}  // namespace loom
