// The example of a plug-in as a user meets it: selected, traced, and passed over with a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/loom.h"
#include "unit/plugin/testing.h"

namespace loom {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TraceEvent only_event(const Trace& trace) {
  const std::vector<TraceEvent> events = trace.events();
  if (events.size() != 1) throw std::runtime_error("one event expected");
  return events[0];
}

TEST(SamplePlugin, LoadsUnderItsName) {
  ensure_loaded("sample");
  EXPECT_THAT(available_backends(), Contains("sample"));
}

TEST(SamplePlugin, ComputesMatmulOfFloat64) {
  const PluginScope scope("sample");
  const Array a = Array::from<double>({1, 2, 3, 4, 5, 6}, Dims{2, 3});
  const Array b = Array::from<double>({1, 0, 2, 0, 1, 3, 1, 1, 0}, Dims{3, 3});
  const Trace trace;
  const Array c = matmul(a, b);
  EXPECT_THAT(c.span<double>(), ElementsAre(4, 5, 8, 10, 11, 23));
  const TraceEvent event = only_event(trace);
  EXPECT_EQ(event.op, "matmul");
  EXPECT_EQ(event.backend, "sample");
  EXPECT_THAT(event.passed_over, IsEmpty());
}

TEST(SamplePlugin, TakesStridedInputsAndSeveralBlocks) {
  ensure_loaded("sample");
  // Small integers: every backend gets the same sums exactly. 150 terms are three blocks.
  random::Generator generator(1);
  const Array integers = generator.integers(-9, 10, {150, 670});
  const Array both = astype(integers, DType::float64);
  const Array a = both.slice_axis(1, 0, 70).matrix_transpose();
  const Array b = both.slice({{}, {{}, 69, -1}});
  Array expected;
  {
    const BackendScope reference("reference");
    expected = matmul(a, b);
  }
  const BackendScope scope("sample");
  EXPECT_EQ(max(abs(matmul(a, b) - expected)).item<double>(), 0);
}

TEST(SamplePlugin, MultipliesOverAnEmptyInnerDimension) {
  const PluginScope scope("sample");
  const Array c = matmul(zeros({2, 0}), zeros({0, 2}));
  EXPECT_THAT(c.span<double>(), ElementsAre(0, 0, 0, 0));
}

TEST(SamplePlugin, IsSelectedForTheProcess) {
  ensure_loaded("sample");
  EXPECT_EQ(set_backend("sample"), "sample");
  EXPECT_EQ(get_backend(), "sample");
  const dispatch::BackendInfo info = get_backend_info();
  EXPECT_EQ(set_backend("auto"), "auto");
  EXPECT_EQ(info.name, "sample");
  EXPECT_EQ(info.version, "1.0");
  EXPECT_EQ(info.description, "example of a plug-in: matrix product of float64");
  EXPECT_EQ(info.library, plugin_path("sample"));
  EXPECT_EQ(info.integer_bits, 64);
  EXPECT_EQ(info.threads, 1);
  EXPECT_FALSE(info.parallel);
}

TEST(SamplePlugin, OtherDTypesFallBackWithTheReason) {
  const PluginScope scope("sample");
  const Array a = ones({2, 2}, DType::float32);
  const Trace trace;
  const Array c = matmul(a, a);
  EXPECT_EQ(c.dtype(), DType::float32);
  const TraceEvent event = only_event(trace);
  EXPECT_NE(event.backend, "sample");
  ASSERT_FALSE(event.passed_over.empty());
  EXPECT_EQ(event.passed_over[0], (PassedOver{"sample", "no float32 kernel"}));
}

TEST(SamplePlugin, OtherOperationsFallBackWithTheReason) {
  const PluginScope scope("sample");
  const Array a = ones({2, 2});
  const Trace trace;
  linalg::inv(a + eye(2));
  const std::vector<TraceEvent> events = trace.events();
  ASSERT_FALSE(events.empty());
  EXPECT_NE(events.back().backend, "sample");
  ASSERT_FALSE(events.back().passed_over.empty());
  EXPECT_EQ(events.back().passed_over[0], (PassedOver{"sample", "no kernel for inv"}));
}

TEST(SamplePlugin, RefusedCallsFallBackWithTheReason) {
  const PluginScope scope("sample");
  const Array stack = ones({4, 2, 2});
  const Trace trace;
  const Array c = matmul(stack, stack);
  EXPECT_EQ(c.at<double>({3, 1, 1}), 2);
  const TraceEvent event = only_event(trace);
  ASSERT_FALSE(event.passed_over.empty());
  EXPECT_EQ(event.passed_over[0], (PassedOver{"sample", "only two matrices"}));
}

TEST(SamplePlugin, AutoDoesNotChooseIt) {
  ensure_loaded("sample");
  const BackendScope scope("auto");
  const Array a = ones({2, 2});
  const Trace trace;
  matmul(a, a);
  EXPECT_NE(only_event(trace).backend, "sample");
}

}  // namespace
}  // namespace loom
