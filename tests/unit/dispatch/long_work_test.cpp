#include "loom/dispatch/long_work.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fake_backend.h"
#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/support/error.h"

namespace loom {
namespace {

using dispatch::LongWorkGuard;
using schema::op;

int begun = 0, ended = 0;
bool inside = false;
int token;

/// A guard that counts, for the life of a test.
class LongWork : public testing::Test {
 protected:
  LongWork() {
    begun = ended = 0;
    dispatch::set_long_work_guard({[]() -> void* {
                                     ++begun;
                                     inside = true;
                                     return &token;
                                   },
                                   [](void* given) {
                                     ended += given == &token ? 1 : 100;
                                     inside = false;
                                   }});
  }
  ~LongWork() override { dispatch::set_long_work_guard({}); }

  BackendScope scope_{"reference"};
};

TEST_F(LongWork, SmallCallsAreNotGuarded) {
  const Array a = ones({8});
  add(a, a);
  matmul(ones({4, 4}), ones({4, 4}));
  add(ones({100}), ones({100}));
  EXPECT_EQ(begun, 0);
}

TEST_F(LongWork, LongCallsAreGuardedOnce) {
  const Array big = Array::empty({1 << 20});  // 24 MB to move: some milliseconds
  add(big, big).view();
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(ended, 1);
  const Array square = Array::empty({64, 64});  // half a million operations on 96 KB
  std::ranges::fill(square.span<double>(), 1.0);
  matmul(square, square);
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(ended, 2);
}

TEST_F(LongWork, AFewElementsCanBeALotOfWork) {
  linalg::svd(eye(12, 12));  // 38000 operations
  EXPECT_EQ(begun, 1);
}

TEST_F(LongWork, TheKernelRunsInsideAndTheGuardEndsWhereItThrows) {
  dispatch::Kernel failing;
  failing.run = [](const dispatch::KernelCall&) {
    throw LinAlgError(inside ? "inside" : "outside");
  };
  const BackendScope failing_scope(dispatch::fake("failing", {{op("inv"), failing}}));
  const Array a = Array::empty({100, 100});
  try {
    linalg::inv(a);
    FAIL() << "the kernel throws";
  } catch (const LinAlgError& error) {
    EXPECT_STREQ(error.what(), "inside");
  }
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(ended, 1);
}

TEST_F(LongWork, NothingHappensWithoutAGuard) {
  dispatch::set_long_work_guard({});
  const Array big = Array::empty({1 << 20});
  add(big, big);
  EXPECT_EQ(begun, 0);
}

}  // namespace
}  // namespace loom
