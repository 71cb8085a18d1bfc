#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "call_one.h"
#include "loom/dispatch/selection.h"
#include "loom/expr/deferral.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "parity/judge.h"

// Elementwise operations whose results go to the memory of their first input, as those of x += y
// do, or to memory that overlaps it, as those of x[1:] += x[:-1] do.
namespace loom::test {
namespace {

using schema::OpId;
using schema::OpRow;

constexpr std::uint64_t kSeed = 20240102;

/// A copy of a problem, its first input in `first`: the memory is its own.
Problem fresh(const Problem& problem, Layout first) {
  Problem result = problem;
  for (std::size_t i = 0; i < result.inputs.size(); ++i) {
    result.inputs[i] = laid_out(copy(problem.inputs[i]), i == 0 ? first : Layout::contiguous);
    result.inputs[i].view();
  }
  return result;
}

/// The problem without the last row of each input, or nothing where they have too few, or shapes of
/// their own.
std::optional<Problem> without_last_row(const Problem& problem) {
  const Array& first = problem.inputs[0];
  if (first.ndim() == 0 || first.shape(0) < 2) return std::nullopt;
  Problem result = problem;
  for (Array& input : result.inputs) {
    if (input.shape() != first.shape()) return std::nullopt;
    input = input.slice_axis(0, 0, input.shape(0) - 1);
  }
  return result;
}

class InPlace : public testing::TestWithParam<OpId> {
 protected:
  ~InPlace() override { set_deferral_threshold(before_); }

  const OpId op_ = GetParam();
  const OpRow& row_ = schema::row(op_);
  int judged_ = 0;

  /// Whether results have the dtype and the shape of the first input.
  bool fits(const Problem& problem) {
    const BackendScope scope("reference");
    try {
      const Array result = call_one(op_, problem.inputs, problem.attributes);
      return result.dtype() == problem.inputs[0].dtype() &&
             result.shape() == problem.inputs[0].shape();
    } catch (const DTypeError&) {
      return false;
    }
  }

  void judge(const Problem& problem, Layout layout, const std::string& backend) {
    const Problem kept = fresh(problem, Layout::contiguous);
    const std::vector<Array> expected = call_on("reference", op_, kept);
    const BackendScope scope(backend);
    const Problem used = fresh(problem, layout);
    assign(used.inputs[0], call_one(op_, used.inputs, used.attributes));
    EXPECT_EQ(verdict(row_, kept, {used.inputs[0]}, expected), "");
    ++judged_;
  }

  void judge_overlapping(const Problem& problem, Layout layout, const std::string& backend) {
    const Problem kept = fresh(problem, Layout::contiguous), used = fresh(problem, layout);
    const std::optional<Problem> expected_part = without_last_row(kept);
    const std::optional<Problem> part = without_last_row(used);
    if (!part) return;
    const std::vector<Array> expected = call_on("reference", op_, *expected_part);
    const BackendScope scope(backend);
    const Array target = used.inputs[0].slice_axis(0, 1, used.inputs[0].shape(0));
    assign(target, call_one(op_, part->inputs, part->attributes));
    EXPECT_EQ(verdict(row_, *expected_part, {target}, expected), "");
  }

 private:
  const std::optional<std::int64_t> before_ = deferral_threshold();
};

TEST_P(InPlace, ResultsMayGoToTheMemoryOfTheirInputs) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  Random random(kSeed);
  for (int i = 0; i < kDTypeCount; ++i) {
    for (const Problem& problem : problems_of(row_, static_cast<DType>(i), random)) {
      if (!fits(problem)) continue;
      for (const Layout layout : kLayouts) {
        if (layout == Layout::broadcast) continue;  // elements that share memory
        for (const std::string& backend : available_backends()) {
          for (const bool deferred : {false, true}) {
            SCOPED_TRACE(fmt::format("{} {} {} {} deferred={}", backend, row_.name,
                                     describe(row_, problem), to_string(layout), deferred));
            set_deferral_threshold(deferred ? std::optional<std::int64_t>(1) : std::nullopt);
            judge(problem, layout, backend);
            judge_overlapping(problem, layout, backend);
            if (HasFailure()) return;  // one broken call is enough to look at
          }
        }
      }
    }
  }
  if (judged_ == 0) GTEST_SKIP() << "results never have the dtype and shape of the first input";
}

std::vector<OpId> elementwise_rows() {
  std::vector<OpId> rows;
  for (const OpId op : computed_rows()) {
    const OpRow& row = schema::row(op);
    if (row.family == schema::Family::elementwise && row.outputs == 1) rows.push_back(op);
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, InPlace, testing::ValuesIn(elementwise_rows()),
                         [](const auto& row) { return std::string(schema::row(row.param).name); });

}  // namespace
}  // namespace loom::test
