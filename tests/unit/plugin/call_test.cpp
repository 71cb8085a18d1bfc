// Calls across the C interface: what goes in, and everything that may come back.
#include <dlfcn.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/dispatch/execute.h"
#include "loom/loom.h"
#include "loom/plugin.h"
#include "unit/plugin/testing.h"

namespace loom {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

/// The backend `faulty` in force, two inputs of its kernels, and how many tensors it got back.
class PluginCall : public testing::Test {
 protected:
  template <class Expected = BackendError, class Call>
  void expect_error(Call call, const std::string& message) {
    const int before = releases();
    EXPECT_THAT(call, ThrowsMessage<Expected>(message));
    released_ = releases() - before;
  }

  static int releases() {
    void* library = dlopen(plugin_path("faulty").c_str(), RTLD_NOW | RTLD_LOCAL);
    return reinterpret_cast<int (*)()>(dlsym(library, "faulty_releases"))();
  }

  const PluginScope scope_{"faulty"};
  const Array a_ = Array::from<double>({1, 2, 3, 4, 5, 6}, Dims{2, 3});
  const Array square_ = Array::from<double>({2, 1, 1, 2}, Dims{2, 2});
  int released_ = 0;
};

TEST_F(PluginCall, ReplacedOutputIsCopiedAndReleased) {
  const int before = releases();
  const Trace trace;
  const Array sum = a_ + a_;
  EXPECT_THAT(sum.span<double>(), ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_EQ(releases(), before + 1);
  EXPECT_EQ(trace.events().at(0).backend, "faulty");
}

TEST_F(PluginCall, ReplacedOutputIsCopiedIntoStrides) {
  const Array whole = Array::from<double>(std::vector<double>(12, -1), Dims{4, 3});
  const Array every_other = whole.slice({{std::nullopt, std::nullopt, 2}});
  const View inputs[] = {a_.view(), a_.view()};
  dispatch::execute(schema::op("add"), inputs, {&every_other.view(), 1}, {});
  EXPECT_THAT(whole.span<double>(), ElementsAre(0, 2, 4, -1, -1, -1, 1, 3, 5, -1, -1, -1));
}

TEST_F(PluginCall, WrongShape) {
  expect_error([&] { a_ - a_; },
               "[faulty] subtract returned float64(2, 2), expected float64(2, 3)");
  EXPECT_EQ(released_, 1);
}

TEST_F(PluginCall, WrongDType) {
  expect_error([&] { a_* a_; }, "[faulty] multiply returned int64(2, 3), expected float64(2, 3)");
  EXPECT_EQ(released_, 1);
}

TEST_F(PluginCall, WrongDevice) {
  expect_error([&] { a_ / a_; },
               "[faulty] divide returned memory on a device of type 2, expected the CPU's");
  EXPECT_EQ(released_, 1);
}

TEST_F(PluginCall, WrongDLPackVersion) {
  expect_error([&] { maximum(a_, a_); },
               "[faulty] maximum returned a tensor of DLPack 2.0, expected 1.x");
  EXPECT_EQ(released_, 1);
}

TEST_F(PluginCall, NullOutput) {
  expect_error([&] { minimum(a_, a_); }, "[faulty] minimum returned a null pointer");
}

TEST_F(PluginCall, ChangedShapeOfTheHostsTensor) {
  expect_error([&] { hypot(a_, a_); },
               "[faulty] hypot returned float64(1, 3), expected float64(2, 3)");
  EXPECT_EQ(a_.shape(), Dims({2, 3}));
}

TEST_F(PluginCall, Failure) {
  expect_error([&] { exp(a_); }, "[faulty] exp failed with code 1: the fan stopped");
}

TEST_F(PluginCall, FailureWithoutMessageAndOfUnknownCode) {
  expect_error([&] { log(a_); }, "[faulty] log failed with code 99: no message");
}

TEST_F(PluginCall, FailureAfterReplacingReleases) {
  expect_error([&] { sqrt(a_); },
               "[faulty] sqrt failed with code 1: " + std::string(LOOM_MESSAGE_SIZE, 'x'));
  EXPECT_EQ(released_, 1);
}

TEST_F(PluginCall, LinAlgFailure) {
  expect_error<LinAlgError>([&] { linalg::cholesky(square_); },
                            "[faulty] cholesky: matrix is not positive definite");
}

TEST_F(PluginCall, AttributesOfAReduction) {
  expect_error(
      [&] {
        sum(a_, Dims{0, 1}, true);
      },
      fmt::format("[faulty] sum failed with code 1: sum {} 1 1 axes=0,1, keepdims=true",
                  sizeof(loom_call)));
}

TEST_F(PluginCall, AttributesOfACreation) {
  expect_error([&] { eye(2, 3, 1); },
               fmt::format("[faulty] eye failed with code 1: eye {} 0 1 rows=2 columns=3 "
                           "diagonal=1 dtype=2:64",
                           sizeof(loom_call)));
}

TEST_F(PluginCall, HostTellsOfItself) {
  expect_error([&] { sin(a_); }, fmt::format("[faulty] sin failed with code 1: {} 1 {} {}",
                                             sizeof(loom_host), version(), num_threads()));
}

TEST_F(PluginCall, RefusalSendsTheCallOn) {
  const Trace trace;
  const Array product = matmul(square_, square_);
  EXPECT_THAT(product.span<double>(), ElementsAre(5, 4, 4, 5));
  const TraceEvent event = trace.events().at(0);
  EXPECT_EQ(event.passed_over.at(0), (PassedOver{"faulty", "never in the mood"}));
}

TEST_F(PluginCall, WorkspaceCountsInTheMemoryPlan) {
  EXPECT_THROW(linalg::inv(square_), MemoryPlanError);
}

}  // namespace
}  // namespace loom
