#include "loom/ops/reduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "loom/dispatch/trace.h"
#include "loom/expr/deferral.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/explain.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/random.h"
#include "loom/support/threads.h"

// Reductions of what is pending: part of the pass that computes it.
namespace loom {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::int64_t kThreshold = 1000;

class PassesThatReduce : public testing::Test {
 protected:
  PassesThatReduce() { set_deferral_threshold(kThreshold); }
  ~PassesThatReduce() override {
    set_deferral_threshold(before_);
    set_num_threads(threads_);
  }

  Array numbers(const Dims& shape, DType dtype = DType::float64) {
    const Array drawn = astype(generator_.normal(0, 3, shape), dtype);
    drawn.view();
    return drawn;
  }

 private:
  const std::optional<std::int64_t> before_ = deferral_threshold();
  const int threads_ = num_threads();
  random::Generator generator_{7};
};

std::string bits(const Array& array) {
  const Array dense = contiguous(array);
  return {reinterpret_cast<const char*>(dense.view().data),
          static_cast<std::size_t>(dense.nbytes())};
}

TEST_F(PassesThatReduce, ASumIsTheEndOfAPass) {
  const Array a = numbers({5000}), b = numbers({5000});
  const Trace trace;
  const Array total = sum(a * b);
  const std::vector<TraceEvent> events = trace.events();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].op, "multiply");
  EXPECT_EQ(events[1].op, "sum");
  EXPECT_EQ(events[1].inputs.front(), "float64(5000,)");
  EXPECT_EQ(events[0].fused, "multiply, sum");
  EXPECT_EQ(events[1].fused, "multiply, sum");
}

TEST_F(PassesThatReduce, ACheapValueIsWrittenWhenItIsReducedAgain) {
  const Array a = numbers({5000});
  const Array twice = a + a;
  const double largest = max(twice).item<double>();
  EXPECT_TRUE(is_pending(twice));
  EXPECT_EQ(min(negative(twice)).item<double>(), -largest);
  EXPECT_FALSE(is_pending(twice)) << "another value needed it";
  const Array thrice = a + a + a;
  const std::string first = bits(sum(thrice));
  EXPECT_TRUE(is_pending(thrice));
  EXPECT_EQ(bits(sum(thrice)), first);
  EXPECT_FALSE(is_pending(thrice));
  EXPECT_EQ(bits(sum(thrice)), first);
}

TEST_F(PassesThatReduce, AValueThatTakesLongIsWritten) {
  const Array e = exp(numbers({5000}));
  sum(e);
  EXPECT_FALSE(is_pending(e));
}

TEST_F(PassesThatReduce, WhatWasReducedCanStillBeRead) {
  const Array a = numbers({5000});
  const Array twice = a + a;
  sum(twice);
  EXPECT_EQ(twice.slice({{17, 18}}).item<double>(), 2 * a.slice({{17, 18}}).item<double>());
}

TEST_F(PassesThatReduce, AWriteComesAfterAReducedValue) {
  const Array a = numbers({5000});
  const Array twice = a + a;
  sum(twice);
  const double before = a.slice({{0, 1}}).item<double>();
  a.data<double>()[0] = 1e6;
  EXPECT_EQ(twice.slice({{0, 1}}).item<double>(), 2 * before);
}

TEST_F(PassesThatReduce, RowsAreReducedOneByOne) {
  const Array x = numbers({40, 1300});
  const Trace trace;
  const Array e = exp(x - max(x, Dims{1}, true));
  const Array total = sum(e, Dims{1}, true);
  EXPECT_THAT(trace.events(), SizeIs(4));
  EXPECT_EQ(trace.events().back().fused, "subtract, exp, sum");
  for (std::int64_t row = 0; row < 40; ++row) {
    EXPECT_EQ(bits(total.slice({{row, row + 1}})), bits(sum(e.slice({{row, row + 1}}))));
  }
}

TEST_F(PassesThatReduce, ColumnsAndVariancesTakeWhatIsThere) {
  const Array x = numbers({40, 1300});
  const Trace trace;
  sum(x + x, Dims{0});
  var(x + x);
  for (const TraceEvent& event : trace.events()) EXPECT_EQ(event.fused, "");
  EXPECT_THAT(trace.events(), SizeIs(4));
}

TEST_F(PassesThatReduce, AnExplanationTellsOfThePass) {
  const Array x = numbers({40, 1300});
  const Array y = x + x;
  const Array* const inputs[] = {&y};
  const schema::Attribute rows[] = {Dims{1}, false}, columns[] = {Dims{0}, false};
  EXPECT_THAT(ops::explain(schema::op("sum"), inputs, rows).fused, ElementsAre("add"));
  EXPECT_THAT(ops::explain(schema::op("sum"), inputs, columns).fused, SizeIs(0));
}

using Reduction = Array (*)(const Array&, const std::optional<Dims>&);
struct NamedReduction {
  const char* name;
  Reduction reduce;
};

constexpr NamedReduction kReductions[] = {
    {"sum", [](const Array& x, const auto& axes) { return sum(x, axes); }},
    {"prod", [](const Array& x, const auto& axes) { return prod(x, axes); }},
    {"mean", [](const Array& x, const auto& axes) { return mean(x, axes); }},
    {"min", [](const Array& x, const auto& axes) { return min(x, axes); }},
    {"max", [](const Array& x, const auto& axes) { return max(x, axes); }},
    {"all", [](const Array& x, const auto& axes) { return all(x, axes); }},
    {"any", [](const Array& x, const auto& axes) { return any(x, axes); }},
    {"count_nonzero", [](const Array& x, const auto& axes) { return count_nonzero(x, axes); }},
    {"argmax",
     [](const Array& x, const std::optional<Dims>& axes) {
       return argmax(x, axes && axes->size() == 1 ? std::optional((*axes)[0]) : std::nullopt);
     }},
};

Array expression(const Array& a, const Array& b) { return maximum(a * b, a - b); }

TEST_F(PassesThatReduce, GiveTheBitsOfTheirOperationsOnAnyNumberOfThreads) {
  const struct {
    Dims shape;
    std::optional<Dims> axes;
  } cases[] = {
      {{1000}, std::nullopt},      {{70001}, std::nullopt},    {{3, 13001}, Dims{1}},
      {{211, 301}, Dims{1}},       {{211, 301}, std::nullopt}, {{500, 129}, Dims{1}},
      {{5, 17, 2100}, Dims{1, 2}}, {{300, 2, 128}, Dims{2}},   {{1, 40000}, Dims{1}},
      {{9, 4096}, Dims{1}},        {{1200, 20}, Dims{1}},      {{1000, 1, 130}, Dims{2}},
  };
  for (const DType dtype : {DType::float64, DType::float32, DType::int32, DType::uint8}) {
    for (const auto& [shape, axes] : cases) {
      const Array a = numbers(shape, dtype), b = numbers(shape, dtype);
      for (const NamedReduction& reduction : kReductions) {
        SCOPED_TRACE(std::string(name(dtype)) + to_string(shape) + " " + reduction.name);
        set_deferral_threshold(std::nullopt);
        const std::string apart = bits(reduction.reduce(expression(a, b), axes));
        set_deferral_threshold(kThreshold);
        for (const int threads : {1, 2, 3}) {
          set_num_threads(threads);
          EXPECT_EQ(bits(reduction.reduce(expression(a, b), axes)), apart) << threads;
        }
      }
    }
  }
}

TEST_F(PassesThatReduce, NaNsSpreadAsTheyDoElsewhere) {
  const Array a = numbers({50000});
  a.data<double>()[31234] = NAN;
  const Array shielded = contiguous(a) + 0.0;  // memory that nobody else has
  shielded.view();
  EXPECT_TRUE(std::isnan(max(shielded * 2.0).item<double>()));
  EXPECT_EQ(argmax(shielded * 2.0).item<std::int64_t>(), 31234);
  EXPECT_TRUE(std::isnan(sum(shielded * 2.0).item<double>()));
}

}  // namespace
}  // namespace loom
