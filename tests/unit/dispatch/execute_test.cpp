#include "loom/dispatch/execute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "fake_backend.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/reduction.h"

namespace loom {
namespace {

using dispatch::fake;
using dispatch::Kernel;
using dispatch::KernelCall;
using dispatch::marking_kernel;
using dispatch::Registry;
using schema::op;
using testing::ElementsAre;
using testing::IsEmpty;

MATCHER_P2(Passed, backend, reason, "") { return arg.backend == backend && arg.reason == reason; }

/// One that has `add` for float64 only, and there refuses vectors of more than three elements.
std::string picky_backend() {
  Kernel kernel = marking_kernel<7>();
  kernel.dtypes = {DType::float64};
  kernel.refuse = [](const KernelCall& call) -> std::optional<std::string> {
    if (call.outputs[0].size() <= 3) return std::nullopt;
    return "more than 3 elements";
  };
  return fake("picky", {{op("add"), kernel}});
}

std::string automatic_name() {
  const BackendScope scope("auto");
  return get_backend_info().name;
}

// Rows and kernels that a module adds.

void same_shape(const schema::Query& q, std::span<Dims> outputs) { outputs[0] = q.shape(0); }

constexpr schema::OpRow domain_row(std::string_view name) {
  return {name,
          schema::Family::domain,
          1,
          1,
          schema::dtype_rule::same,
          same_shape,
          schema::cost_model::elementwise,
          schema::kExact,
          "a row of a test"};
}

double run_domain(schema::OpId id) {
  const Array input = Array::from({1.0}), output = Array::from({0.0});
  dispatch::execute(id, {&input.view(), 1}, {&output.view(), 1}, {});
  return output.item<double>();
}

TEST(Execute, TracesWhoComputedWhat) {
  const BackendScope scope(picky_backend());
  const Trace trace;
  const Array a = Array::from({1.0, 2.0});
  EXPECT_EQ(add(a, a).at<double>({0}), 7);
  const std::vector<TraceEvent> events = trace.events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].op, "add");
  EXPECT_EQ(events[0].backend, "picky");
  EXPECT_THAT(events[0].inputs, ElementsAre("float64(2,)", "float64(2,)"));
  EXPECT_THAT(events[0].outputs, ElementsAre("float64(2,)"));
  EXPECT_EQ(events[0].attributes, "");
  EXPECT_GE(events[0].seconds, 0);
  EXPECT_THAT(events[0].passed_over, IsEmpty());
}

TEST(Execute, FallsBackForALackingDtypeWithThatReason) {
  const BackendScope scope(picky_backend());
  const Trace trace;
  const Array a = Array::from({1.0f});
  EXPECT_EQ(add(a, a).item<float>(), 2);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_NE(trace.events()[0].backend, "picky");
  EXPECT_THAT(trace.events()[0].passed_over, ElementsAre(Passed("picky", "no float32 kernel")));
}

TEST(Execute, FallsBackForARefusedCallWithThatReason) {
  const BackendScope scope(picky_backend());
  const Trace trace;
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0});
  EXPECT_EQ(add(a, a).at<double>({3}), 8);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_THAT(trace.events()[0].passed_over, ElementsAre(Passed("picky", "more than 3 elements")));
}

TEST(Execute, FallsBackWhereTheKernelItselfDeclines) {
  Kernel kernel;
  kernel.run = [](const KernelCall&) { throw dispatch::Declined{"not on a Monday"}; };
  const BackendScope scope(fake("moody", {{op("add"), kernel}}));
  const Array a = Array::from({1.0, 2.0});
  EXPECT_EQ(add(a, a).at<double>({1}), 4);  // also where nobody listens
  const Trace trace;
  EXPECT_EQ(add(a, a).at<double>({1}), 4);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_NE(trace.events()[0].backend, "moody");
  EXPECT_THAT(trace.events()[0].passed_over, ElementsAre(Passed("moody", "not on a Monday")));
}

TEST(Execute, FallsBackForALackingOperationWithThatReason) {
  const BackendScope scope(picky_backend());
  const Trace trace;
  const Array a = Array::from({1.0});
  EXPECT_EQ(subtract(a, a).item<double>(), 0);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_THAT(trace.events()[0].passed_over,
              ElementsAre(Passed("picky", "no kernel for subtract")));
}

TEST(Execute, UnderAutoAnInheritedKernelIsNoFallback) {
  const BackendScope scope("auto");
  const Trace trace;
  subtract(Array::from({1.0}), Array::from({1.0}));
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_THAT(trace.events()[0].passed_over, IsEmpty());
}

/// One whose `subtract` is built for more than three elements.
dispatch::Kernel heavy_kernel() {
  Kernel kernel = marking_kernel<9>();
  kernel.unprofitable = [](const KernelCall& call) { return call.outputs[0].size() <= 3; };
  return kernel;
}

TEST(Execute, UnderAutoAnUnprofitableKernelIsPassedOver) {
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("weighed"), marking_kernel<1>());
  Registry::instance().add_kernel(automatic_name(), id, heavy_kernel());
  const Array small = Array::from({1.0}), large = Array::from({1.0, 2.0, 3.0, 4.0});
  const auto value_of = [&](const Array& input) {
    const Array output = Array::empty(input.shape());
    dispatch::execute(id, {&input.view(), 1}, {&output.view(), 1}, {});
    return output.at<double>({0});
  };
  const BackendScope scope("auto");
  const Trace trace;
  EXPECT_EQ(value_of(large), 9);
  EXPECT_EQ(value_of(small), 1);
  EXPECT_THAT(trace.events()[0].passed_over, IsEmpty());
  EXPECT_THAT(trace.events()[1].passed_over,
              ElementsAre(Passed(automatic_name(), "does not pay at this size and layout")));
  const dispatch::Explanation explained =
      dispatch::explain(id, {&small.view(), 1}, {&small.view(), 1}, {});
  EXPECT_EQ(explained.backend, "reference");
  EXPECT_THAT(explained.passed_over,
              ElementsAre(Passed(automatic_name(), "does not pay at this size and layout")));
  const BackendScope forced(automatic_name());
  EXPECT_EQ(value_of(small), 9) << "a backend that was asked for computes";
}

TEST(Execute, UnderAutoTheLastKernelIsTakenWhateverItSays) {
  const schema::OpId id = Registry::instance().add_operation(domain_row("alone"), heavy_kernel());
  const BackendScope scope("auto");
  EXPECT_EQ(run_domain(id), 9);
}

TEST(Execute, CastsAreOperationsToo) {
  const BackendScope scope("reference");
  const Trace trace;
  add(Array::from({1.0}), Array::from({std::int8_t{1}}));
  ASSERT_EQ(trace.events().size(), 2u);
  EXPECT_EQ(trace.events()[0].op, "astype");
  EXPECT_EQ(trace.events()[0].attributes, "dtype=float64");
  EXPECT_EQ(trace.events()[1].op, "add");
}

TEST(Trace, PrintsAttributesAndBackendsPassedOver) {
  TraceEvent event;
  event.op = "sum";
  event.backend = "reference";
  event.inputs = {"float64(3, 4)"};
  event.outputs = {"float64(3,)"};
  event.attributes = "axes=(1,), keepdims=false";
  event.seconds = 0.0000125;
  event.passed_over = {{"blas", "no kernel for sum"}};
  EXPECT_EQ(to_string(event),
            "loom: sum float64(3, 4) axes=(1,), keepdims=false -> float64(3,)  reference  0.013 ms"
            "  (blas: no kernel for sum)");
}

TEST(Trace, SeesAttributesOfTheCall) {
  const BackendScope scope("reference");
  const Trace trace;
  sum(Array::from({1.0, 2.0}, Dims{1, 2}), Dims{-1}, true);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_EQ(trace.events()[0].attributes, "axes=(1,), keepdims=true");
}

TEST(Trace, HearsAllThreadsWhileItLives) {
  const Array a = Array::from({1.0});
  const Trace outer;
  {
    const Trace inner;
    std::thread([&] { negative(a); }).join();
    EXPECT_EQ(inner.events().size(), 1u);
  }
  negative(a);
  EXPECT_EQ(outer.events().size(), 2u);
}

TEST(DomainOperation, RunsEverywhereAtOnce) {
  const std::string early = fake("early");
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("everywhere"), marking_kernel<1>());
  EXPECT_EQ(schema::find_op("everywhere"), id);
  const std::string late = fake("late");
  for (const std::string& name : {std::string("auto"), std::string("reference"), early, late}) {
    const BackendScope scope(name);
    EXPECT_EQ(run_domain(id), 1) << name;
  }
  EXPECT_THROW(Registry::instance().add_operation(domain_row("everywhere"), marking_kernel<1>()),
               ValueError);
}

TEST(DomainOperation, FasterKernelIsUsedByItsBackendAlone) {
  const std::string quick = fake("quick"), other = fake("other");
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("quickened"), marking_kernel<1>());
  Registry::instance().add_kernel(quick, id, marking_kernel<2>());
  const auto value_under = [&](const std::string& name) {
    const BackendScope scope(name);
    return run_domain(id);
  };
  EXPECT_EQ(value_under(quick), 2);
  EXPECT_EQ(value_under(other), 1);
  EXPECT_EQ(value_under("auto"), 1);
  EXPECT_THAT(Registry::instance().operations_of(quick), ElementsAre("quickened"));
  EXPECT_THAT(Registry::instance().operations_of(other), IsEmpty());
}

TEST(DomainOperation, KernelOfALowerBackendReachesThoseAbove) {
  const std::string upper = fake("upper");
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("lifted"), marking_kernel<1>());
  Registry::instance().add_kernel(automatic_name(), id, marking_kernel<3>());
  for (const std::string& name : {std::string("auto"), upper}) {
    const BackendScope scope(name);
    EXPECT_EQ(run_domain(id), 3) << name;
  }
}

TEST(DomainOperation, KernelOfALowerBackendReachesFallbacksAbove) {
  const std::string upper = fake("refuses_all");
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("refused"), marking_kernel<1>());
  Kernel never = marking_kernel<9>();
  never.refuse = [](const KernelCall&) { return std::optional<std::string>("never"); };
  Registry::instance().add_kernel(upper, id, never);
  Registry::instance().add_kernel(automatic_name(), id, marking_kernel<4>());
  const BackendScope scope(upper);
  const Trace trace;
  EXPECT_EQ(run_domain(id), 4);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_THAT(trace.events()[0].passed_over, ElementsAre(Passed(upper, "never")));
}

TEST(DomainOperation, SecondKernelOfABackendStandsAboveTheFirst) {
  const std::string twice = fake("twice");
  const schema::OpId id =
      Registry::instance().add_operation(domain_row("doubled"), marking_kernel<1>());
  Registry::instance().add_kernel(twice, id, marking_kernel<5>());
  Kernel floats = marking_kernel<6>();
  floats.dtypes = {DType::float32};
  Registry::instance().add_kernel(twice, id, floats);
  const BackendScope scope(twice);
  EXPECT_EQ(run_domain(id), 5) << "the newer one has no float64";
}

TEST(DomainOperation, KernelsGetTheirContext) {
  static const int kContext = 42;
  Kernel kernel;
  kernel.context = &kContext;
  kernel.run = [](const KernelCall& call) {
    *call.outputs[0].as<double>() = *static_cast<const int*>(call.context);
  };
  const schema::OpId id = Registry::instance().add_operation(domain_row("contextual"), kernel);
  EXPECT_EQ(run_domain(id), 42);
}

TEST(DomainOperation, ThatNobodyTakesIsABackendError) {
  Kernel kernel = marking_kernel<1>();
  kernel.dtypes = {DType::int8};
  const schema::OpId id = Registry::instance().add_operation(domain_row("untaken"), kernel);
  EXPECT_THAT([=] { run_domain(id); },
              testing::ThrowsMessage<BackendError>("[untaken] no backend computes float64(1,)"));
}

TEST(AddKernel, NeedsAnAvailableBackend) {
  EXPECT_THROW(Registry::instance().add_kernel("no_such_backend", op("add"), marking_kernel<1>()),
               ValueError);
}

}  // namespace
}  // namespace loom
