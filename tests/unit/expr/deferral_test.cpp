#include "loom/expr/deferral.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "loom/array/dlpack.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/explain.h"
#include "loom/ops/indexing.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/random.h"
#include "loom/ops/reduction.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "tests/unit/in_child.h"

namespace loom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kLong = std::int64_t{1} << 16;

/// 0, 0.5, 1, ..., computed.
Array ramp(std::int64_t count = kLong) {
  Array result = arange(0, count) * 0.5;
  result.view();
  return result;
}

class Deferral : public testing::Test {
 protected:
  void TearDown() override { set_deferral_threshold(before_); }

 private:
  const std::optional<std::int64_t> before_ = deferral_threshold();
};

TEST_F(Deferral, LongChainsWaitUntilTheyAreRead) {
  const Array a = ramp();
  const Array c = a * a + a;
  EXPECT_TRUE(is_pending(c));
  EXPECT_EQ(c.shape(), Dims{kLong});
  EXPECT_EQ(c.dtype(), DType::float64);
  EXPECT_TRUE(is_pending(c));
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 1.5 * 1.5 + 1.5);
  EXPECT_FALSE(is_pending(c));
}

TEST_F(Deferral, ShortArraysNeverWait) {
  const Array a = ramp(8);
  EXPECT_FALSE(is_pending(a + a));
  set_deferral_threshold(8);
  EXPECT_TRUE(is_pending(a + a));
  set_deferral_threshold(std::nullopt);
  EXPECT_FALSE(is_pending(ramp() + ramp()));
}

TEST_F(Deferral, OnePassComputesAChain) {
  const Array a = ramp(), b = ramp();
  const Trace trace;
  const Array c = sqrt(a * b) + a;
  EXPECT_THAT(pending_operations(c), ElementsAre("multiply", "sqrt", "add"));
  const std::vector<TraceEvent> events = trace.events();
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].op, "multiply");
  for (const TraceEvent& event : events) {
    EXPECT_EQ(event.fused, "multiply, sqrt, add");
    EXPECT_EQ(event.inputs.front(), "float64(65536,)");
  }
  EXPECT_FALSE(is_pending(c));
  EXPECT_THAT(pending_operations(c), IsEmpty());
}

TEST_F(Deferral, AnExplanationTellsOfThePass) {
  const Array a = ramp(), b = a * a;
  const Array* inputs[] = {&b, &a};
  const ops::Explanation explained = ops::explain(schema::op("add"), inputs, {});
  EXPECT_TRUE(explained.deferred);
  EXPECT_THAT(explained.fused, ElementsAre("multiply"));
  EXPECT_TRUE(is_pending(b));
  const Array few = ramp(3);
  const Array* short_ones[] = {&few, &few};
  EXPECT_FALSE(ops::explain(schema::op("add"), short_ones, {}).deferred);
}

TEST_F(Deferral, AnOperationAloneIsNoPass) {
  const Array a = ramp();
  const Trace trace;
  const Array c = a + a;
  ASSERT_THAT(trace.events(), SizeIs(1));
  EXPECT_EQ(trace.events()[0].fused, "");
}

TEST_F(Deferral, ATraceHearsWhatIsCalledWhileItLives) {
  const Array before = ramp() + ramp();
  ASSERT_TRUE(is_pending(before));
  const Trace trace;
  EXPECT_FALSE(is_pending(before));
  EXPECT_THAT(trace.events(), IsEmpty());
}

TEST_F(Deferral, EachBackendComputesWhatItWasAskedFor) {
  const Array a = ramp();
  const Trace trace;
  Array c = a;
  {
    const BackendScope scope("reference");
    c = a + a;
  }
  const Array d = c * a;
  d.view();
  ASSERT_THAT(trace.events(), SizeIs(2));
  EXPECT_EQ(trace.events()[0].backend, "reference");
  EXPECT_NE(trace.events()[1].backend, "reference");
}

TEST_F(Deferral, AWriteToAnInputComesAfterItsReaders) {
  const Array a = ramp();
  const Array c = a + 1, d = c * 2;
  set_item(a, std::vector<Index>{Slice{0, 10}}, Array::scalar(-1.0));
  EXPECT_FALSE(is_pending(c));
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 2.5);
  EXPECT_EQ(d.slice({{3, 4}}).item<double>(), 5.0);
  EXPECT_EQ(a.slice({{3, 4}}).item<double>(), -1.0);
}

TEST_F(Deferral, AWriteToAResultComesAfterItAndItsReaders) {
  const Array a = ramp();
  const Array c = a + 1;
  Array d = c * 2;
  assign(c, Array::scalar(7.0));
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 7.0);
  EXPECT_EQ(d.slice({{3, 4}}).item<double>(), 5.0);
}

TEST_F(Deferral, AWriteReachesReadersOfAResultThatIsThere) {
  const Array a = ramp();
  const Array c = a + 1;
  const Array d = c * 2, e = c * 3;
  d.view();  // computes c as well
  ASSERT_FALSE(is_pending(c));
  ASSERT_TRUE(is_pending(e));
  assign(c, Array::scalar(7.0));
  EXPECT_EQ(e.slice({{3, 4}}).item<double>(), 7.5);
}

TEST_F(Deferral, TheMemoryOfAResultLivesAsLongAsItsReaders) {
  const Array a = ramp();
  auto c = std::make_unique<Array>(a + 1);
  const Array d = *c * 2, e = *c * 3;
  d.view();
  c.reset();
  EXPECT_TRUE(is_pending(e));
  EXPECT_EQ(e.slice({{3, 4}}).item<double>(), 7.5);
}

TEST_F(Deferral, NothingWaitsOverMemoryThatOthersHave) {
  const Array a = ramp();
  EXPECT_TRUE(is_pending(a + 1));
  a.data<double>();
  EXPECT_FALSE(is_pending(a + 1));

  std::vector<double> mine(kLong, 1.0);
  const Array borrowed = Array::borrow(mine.data(), {kLong}, {1}, DType::float64, true, [] {});
  EXPECT_FALSE(is_pending(borrowed + 1));
}

TEST_F(Deferral, AnExportForcesAndEndsWithItsReceiver) {
  const Array a = ramp();
  const Array c = a + 1;
  DLManagedTensorVersioned* const tensor = to_dlpack(c);
  EXPECT_FALSE(is_pending(c));
  EXPECT_FALSE(is_pending(c + 1));
  tensor->deleter(tensor);
  EXPECT_TRUE(is_pending(c + 1));
}

TEST_F(Deferral, AnAddressForcesReaders) {
  const Array a = ramp();
  const Array c = a + 1;
  double* const address = a.data<double>();
  EXPECT_FALSE(is_pending(c));
  address[3] = 100;
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 2.5);
}

TEST_F(Deferral, ErrorsComeWithTheCall) {
  const Array c = ramp() + 1;
  EXPECT_THROW(c + ramp(7), ShapeError);
  EXPECT_THROW(bitwise_and(c, c), DTypeError);
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 2.5);
  const Array negative = full({kLong}, Array::scalar(std::int64_t{-1}));
  EXPECT_THROW(power(negative, negative), ValueError);
}

TEST_F(Deferral, WhatNobodyAsksForIsNotComputed) {
  const Array a = ramp();
  const Trace trace;
  { const Array c = sqrt(a) + a; }
  EXPECT_THAT(trace.events(), IsEmpty());
}

TEST_F(Deferral, APartOfAPendingValueIsItsValue) {
  const Array a = ramp();
  const Array c = (a + 1).slice({{0, kLong, 2}}) * 2;
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 8.0);
  const Array m = (a + 1).slice({{0, 300 * 200}});
  const Array turned = (*m.try_reshape({300, 200})).transpose() + 1;
  EXPECT_EQ(turned.slice({{3, 4}, {2, 3}}).item<double>(), 403 * 0.5 + 2);
}

TEST_F(Deferral, DTypesChangeInsideAPass) {
  const Array whole = arange(0, kLong);
  const Array c = where(ramp() > 3, astype(whole, DType::float32), Array::scalar(-1.0F));
  EXPECT_EQ(c.dtype(), DType::float32);
  EXPECT_TRUE(is_pending(c));
  EXPECT_EQ(c.slice({{3, 4}}).item<float>(), -1);
  EXPECT_EQ(c.slice({{9, 10}}).item<float>(), 9);
}

TEST_F(Deferral, ChainsOfAnyLengthAreBounded) {
  Array c = ramp();
  for (int i = 0; i < 500; ++i) {
    c = c + 1;
    EXPECT_LE(pending_operations(c).size(), 32u);
  }
  EXPECT_EQ(c.slice({{3, 4}}).item<double>(), 501.5);
}

TEST_F(Deferral, HowManyValuesWaitIsBounded) {
  set_deferral_threshold(16);
  const Array a = ramp(16);
  std::vector<Array> sums;
  for (int i = 0; i < 3000; ++i) sums.push_back(a + i);
  EXPECT_FALSE(is_pending(sums[0]));
  EXPECT_TRUE(is_pending(sums.back()));
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(sums[i].slice({{2, 3}}).item<double>(), 1.0 + i);
}

TEST_F(Deferral, SharedPartsAreComputedOnce) {
  const Array a = ramp();
  const Trace trace;
  const Array s = sqrt(a);
  const Array c = s * s, d = s + c;
  d.view();
  EXPECT_FALSE(is_pending(s));
  EXPECT_FALSE(is_pending(c));
  EXPECT_THAT(trace.events(), SizeIs(3));
}

TEST_F(Deferral, ThreadsMayReadAndRecordAtTheSameTime) {
  const Array a = ramp();
  for (int round = 0; round < 20; ++round) {
    const Array c = a * 2, d = c + 1;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const Array e = i % 2 == 0 ? d * i : c - i;
        const Array f = e + a;
        const double expected = i % 2 == 0 ? (1.5 * 2 + 1) * i : 1.5 * 2 - i;
        EXPECT_EQ(f.slice({{3, 4}}).item<double>(), expected + 1.5);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(Deferral, HandlesMayEndWhileOthersCompute) {
  const Array a = ramp();
  for (int round = 0; round < 200; ++round) {
    auto c = std::make_unique<Array>(a + 1);
    const Array d = *c * 2;
    std::thread other([&] { EXPECT_EQ(d.slice({{3, 4}}).item<double>(), 5.0); });
    c.reset();
    other.join();
  }
}

TEST_F(Deferral, AChildOfAForkComputesForItself) {
  if (!kCanFork) GTEST_SKIP() << "no fork under this sanitizer";
  const Array c = ramp() + 1;
  EXPECT_EQ(status_in_child([&] { return c.slice({{3, 4}}).item<double>() == 2.5; }), 0);
  EXPECT_TRUE(is_pending(c));
}

}  // namespace
}  // namespace loom
