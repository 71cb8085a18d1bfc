#include <gtest/gtest.h>

#include "call.h"

namespace loom::schema {
namespace {

Cost cost(std::string_view op, std::vector<View> inputs, std::vector<Attribute> attributes = {}) {
  const Call call(op, std::move(inputs), std::move(attributes));
  std::vector<View> outputs;
  const DTypes dtypes = call.dtypes();
  for (const Dims& shape : call.shapes()) {
    outputs.push_back(view_of(shape, dtypes.outputs[outputs.size()]));
  }
  return call.row.cost(call.query(), outputs);
}

TEST(CostModels, CountOperationsAndBytes) {
  const Cost sum_of_two = cost("add", {view_of({10, 10}), view_of({10, 10})});
  EXPECT_EQ(sum_of_two.flops, 100);
  EXPECT_EQ(sum_of_two.bytes, 3 * 800);
  EXPECT_GT(cost("exp", {view_of({100})}).flops, 100);
  EXPECT_EQ(cost("sum", {view_of({10, 20})}, {Dims{0}, false}).flops, 200);
  EXPECT_EQ(cost("sort", {view_of({10, 7})}, {std::int64_t{1}, false}).flops, 70 * 3);
  EXPECT_EQ(cost("searchsorted", {view_of({7}), view_of({5})}, {false}).flops, 5 * 3);
  EXPECT_EQ(cost("matmul", {view_of({3, 4}), view_of({4, 5})}).flops, 2 * 3 * 4 * 5);
  EXPECT_EQ(cost("matmul", {view_of({7, 3, 4}), view_of({4, 5})}).flops, 7 * 2 * 3 * 4 * 5);
  EXPECT_EQ(cost("vecdot", {view_of({7, 4}), view_of({4})}).flops, 7 * 2 * 4);
  EXPECT_EQ(cost("transpose", {view_of({100, 100})}).bytes, 0);
}

TEST(CostModels, FactorisationsGrowCubically) {
  const auto flops = [](std::string_view op, std::int64_t n) {
    return cost(op, {view_of({n, n})}).flops;
  };
  for (const std::string_view op : {"lu", "eigh", "eig", "inv", "det"}) {
    EXPECT_NEAR(flops(op, 200) / flops(op, 100), 8, 1e-9) << op;
  }
  EXPECT_LT(flops("lu", 100), flops("inv", 100));
  EXPECT_LT(flops("eigh", 100), flops("eig", 100));
  EXPECT_LT(flops("eigvalsh", 100), flops("eigh", 100));
  EXPECT_LT(flops("eigvals", 100), flops("eig", 100));
}

TEST(CostModels, HoldForEmptyInputs) {
  EXPECT_EQ(cost("inv", {view_of({0, 0})}).flops, 0);
  EXPECT_EQ(cost("matmul", {view_of({0, 4}), view_of({4, 5})}).flops, 0);
  EXPECT_EQ(cost("lu", {view_of({0, 3, 3})}).flops, 0);
}

TEST(CostModels, ProductsCountInputsIn64Bits) {
  const std::int64_t n = 46341;
  EXPECT_EQ(cost("add", {view_of({n, n}), view_of({n, n})}).flops, static_cast<double>(n * n));
}

}  // namespace
}  // namespace loom::schema
