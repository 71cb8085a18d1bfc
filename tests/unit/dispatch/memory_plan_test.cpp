#include "loom/dispatch/memory_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "fake_backend.h"
#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"
#include "loom/ops/creation.h"
#include "loom/support/memory.h"

namespace loom {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

class MemoryPlanTest : public testing::Test {
 protected:
  void TearDown() override { set_memory_limit(0); }
};

TEST_F(MemoryPlanTest, AddsUpAndDescribesItself) {
  MemoryPlan plan("eigen-decomposition");
  plan.add("matrix", 512 * kMiB).add("nothing", 0).add("workspace", 1024 * kMiB);
  EXPECT_EQ(plan.total(), 1536 * kMiB);
  EXPECT_EQ(plan.describe(), "eigen-decomposition: 1.5 GiB (matrix 512.0 MiB, workspace 1.0 GiB)");
}

TEST_F(MemoryPlanTest, TotalsSaturate) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(MemoryPlan("x").add("a", kMax).add("b", kMax).total(), kMax);
}

TEST_F(MemoryPlanTest, RefusesWithThePlanAndTheAdvice) {
  set_memory_limit(100 * kMiB);
  MemoryPlan plan("phase");
  plan.add("matrix", 99 * kMiB);
  EXPECT_NO_THROW(plan.check());
  plan.add("workspace", 2 * kMiB);
  EXPECT_THAT([&] { plan.check("Use fewer samples"); },
              ThrowsMessage<MemoryPlanError>(
                  "not enough memory for phase: 101.0 MiB (matrix 99.0 MiB, workspace 2.0 MiB); "
                  "100.0 MiB available. Use fewer samples"));
}

TEST_F(MemoryPlanTest, OperationsAreRefusedBeforeTheyAllocate) {
  set_memory_limit(100 * kMiB);
  EXPECT_THAT([] { zeros({20 * kMiB}); },
              ThrowsMessage<MemoryPlanError>(
                  StartsWith("not enough memory for [full]: 160.0 MiB (result 160.0 MiB); "
                             "100.0 MiB available")));
  // Far more than any machine has: reaching the allocation would fail another way.
  EXPECT_THAT([] { zeros({std::int64_t{1} << 50}); },
              ThrowsMessage<MemoryPlanError>(HasSubstr("[full]")));
}

TEST_F(MemoryPlanTest, WorkspaceOfTheChosenKernelCounts) {
  dispatch::Kernel hungry = dispatch::marking_kernel<1>();
  hungry.workspace = [](const dispatch::KernelCall&) { return 1000 * kMiB; };
  const BackendScope scope(dispatch::fake("hungry", {{schema::op("inv"), hungry}}));
  set_memory_limit(100 * kMiB);
  const View matrix{nullptr, DType::float64, {2, 2}, {2, 1}};
  const auto check = [&] {
    dispatch::check_memory(schema::op("inv"), {&matrix, 1}, {&matrix, 1}, {}, matrix.bytes());
  };
  EXPECT_THAT(check, ThrowsMessage<MemoryPlanError>(HasSubstr("[inv]: 1000.0 MiB")));
  EXPECT_THAT(check, ThrowsMessage<MemoryPlanError>(HasSubstr("workspace 1000.0 MiB")));
  set_memory_limit(0);
}

TEST_F(MemoryPlanTest, SmallCallsAreNotHeldUp) {
  set_memory_limit(1);
  EXPECT_NO_THROW(zeros({1000}));
}

}  // namespace
}  // namespace loom
