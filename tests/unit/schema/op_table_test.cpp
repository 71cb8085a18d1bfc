#include "loom/schema/op_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace loom::schema {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

TEST(OpTable, ResolvesTheNinePromisedNames) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"vector_add", "add"},
      {"matrix_multiply", "matmul"},
      {"dot_product", "dot"},
      {"transpose", "transpose"},
      {"inverse", "inv"},
      {"svd", "svd"},
      {"eigendecomposition", "eig"},
      {"fft", "fft"},
      {"convolution", "convolve"},
  };
  for (const auto& [asked, meant] : kNames) {
    const auto found = find_op(asked);
    ASSERT_TRUE(found.has_value()) << asked;
    EXPECT_EQ(row(*found).name, meant) << asked;
  }
  EXPECT_EQ(find_op("convolve"), find_op("convolution"));
}

TEST(OpTable, FindsEveryBuiltinRowByItsName) {
  for (std::size_t i = 0; i < kBuiltinRows.size(); ++i) {
    EXPECT_EQ(find_op(kBuiltinRows[i].name), static_cast<OpId>(i)) << kBuiltinRows[i].name;
  }
  static_assert(kBuiltinRows[index(op("add"))].name == "add");
  EXPECT_EQ(row(op("matmul")).name, "matmul");
  EXPECT_EQ(find_op("no_such_operation"), std::nullopt);
  EXPECT_EQ(find_op(""), std::nullopt) << "rows without an alias have the empty one";
}

TEST(OpTable, NamesAndAliasesAreDistinct) {
  std::set<std::string_view> seen;
  for (const OpRow& row : kBuiltinRows) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    const bool alias_is_new = row.alias.empty() || seen.insert(row.alias).second;
    EXPECT_TRUE(alias_is_new) << row.alias;
  }
}

TEST(OpTable, RowsAreCompleteAndDocumented) {
  for (const OpRow& row : kBuiltinRows) {
    SCOPED_TRACE(row.name);
    EXPECT_GT(row.doc.size(), 0u);
    EXPECT_NE(row.doc.back(), '.') << "a phrase, not a sentence";
    EXPECT_NE(row.dtypes, nullptr);
    EXPECT_NE(row.shapes, nullptr);
    EXPECT_NE(row.cost, nullptr);
    EXPECT_LE(row.inputs, kMaxOperands);
    EXPECT_GE(row.outputs, 1);
    EXPECT_LE(row.outputs, kMaxOperands);
    EXPECT_EQ(row.budget.amount == 0, row.budget.measure == Measure::exact);
    EXPECT_TRUE(std::all_of(row.name.begin(), row.name.end(), [](unsigned char c) {
      return std::islower(c) || std::isdigit(c) || c == '_';
    }));
    for (const AttributeSpec& attribute : row.attributes) {
      EXPECT_GT(attribute.doc.size(), 0u) << attribute.name;
      EXPECT_THAT(attribute.type, AnyOf("bool", "int", "float", "dtype", "ints"));
    }
  }
}

void shape_of_input(const Query& q, std::span<Dims> outputs) { outputs[0] = q.shape(0); }

OpRow domain_row(std::string_view name) {
  return {name,   Family::domain,   1, 1, dtype_rule::same, shape_of_input, cost_model::elementwise,
          kExact, "a row of a test"};
}

TEST(AddRow, ExtendsTheTable) {
  const std::size_t before = row_count();
  const OpId id = add_row(domain_row("schema_test_op"));
  EXPECT_EQ(index(id), before);
  EXPECT_EQ(row_count(), before + 1);
  EXPECT_EQ(find_op("schema_test_op"), id);
  EXPECT_EQ(row(id).family, Family::domain);
}

TEST(AddRow, RefusesNamesThatAreTaken) {
  for (const std::string_view name : {"add", "vector_add"}) {
    EXPECT_THAT([=] { add_row(domain_row(name)); },
                testing::ThrowsMessage<ValueError>(
                    HasSubstr("an operation named '" + std::string(name) + "' exists")));
  }
}

TEST(AddRow, RefusesAnAliasThatIsTaken) {
  OpRow row = domain_row("schema_test_alias");
  row.alias = "matmul";
  EXPECT_THROW(add_row(row), ValueError);
  EXPECT_EQ(find_op("schema_test_alias"), std::nullopt);
}

TEST(Attributes, PrintForTraces) {
  EXPECT_EQ(to_string(AttributeSpec{"axes", "ints", ""}, Dims{0, 1}), "axes=(0, 1)");
  EXPECT_EQ(to_string(AttributeSpec{"keepdims", "bool", ""}, true), "keepdims=true");
  EXPECT_EQ(to_string(AttributeSpec{"mode", "int", ""}, std::int64_t{2}), "mode=2");
  EXPECT_EQ(to_string(AttributeSpec{"scale", "float", ""}, 0.5), "scale=0.5");
  EXPECT_EQ(to_string(AttributeSpec{"dtype", "dtype", ""}, DType::int8), "dtype=int8");
}

}  // namespace
}  // namespace loom::schema
