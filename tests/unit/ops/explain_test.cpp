#include "loom/ops/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/linalg.h"

namespace loom {
namespace {

using schema::op;
using testing::IsEmpty;

TEST(Explain, NamesTheBackendInForceWithoutComputing) {
  const BackendScope scope("reference");
  const Trace trace;
  const Array a = Array::empty({2, 3}), b = Array::empty({3, 4}, DType::float32);
  const Array* inputs[] = {&a, &b};
  const dispatch::Explanation explanation = ops::explain(op("matmul"), inputs, {});
  EXPECT_EQ(explanation.backend, "reference");
  EXPECT_THAT(explanation.passed_over, IsEmpty());
  EXPECT_THAT(trace.events(), IsEmpty());  // not even the cast of b
}

TEST(Explain, ThrowsWhatACallWould) {
  const Array a = Array::empty({2, 3});
  const Array* two[] = {&a, &a};
  EXPECT_THROW(ops::explain(op("matmul"), two, {}), ShapeError);
  EXPECT_THROW(ops::explain(op("matmul"), std::span(two).first(1), {}), ValueError);
}

TEST(Explain, AViewIsComputedByNobody) {
  const Array a = Array::empty({2, 3});
  const Array* inputs[] = {&a};
  EXPECT_THROW(ops::explain(op("transpose"), inputs, {}), ValueError);
  EXPECT_THROW(ops::preferred_backend(op("transpose")), ValueError);
}

TEST(Explain, ThePreferredBackendIsTheOneThatAutoUses) {
  const BackendScope scope("auto");
  const Array a = Array::empty({300, 300});
  const Trace trace;
  matmul(a, a);
  EXPECT_EQ(trace.events().back().backend, ops::preferred_backend(op("matmul")));
}

}  // namespace
}  // namespace loom
