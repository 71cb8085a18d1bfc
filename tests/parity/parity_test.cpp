#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "parity/judge.h"

// The whole op table on every backend of this machine, against the reference.
namespace loom::test {
namespace {

using schema::OpId;
using schema::OpRow;

constexpr std::uint64_t kSeed = 20240101;

/// Whether the row takes the dtypes of a call.
bool is_defined(const OpRow& row, const Problem& problem) {
  std::vector<View> views;
  for (const Array& input : problem.inputs) views.push_back(input.view());
  try {
    row.dtypes({row, views, problem.attributes});
    return true;
  } catch (const DTypeError&) {
    return false;
  }
}

/// A problem with its inputs in other layouts: the first in `first`, all others in `rest`.
Problem laid_out(const Problem& problem, Layout first, Layout rest) {
  const BackendScope scope("reference");
  Problem result = problem;
  for (std::size_t i = 0; i < result.inputs.size(); ++i) {
    result.inputs[i] = laid_out(problem.inputs[i], i == 0 ? first : rest);
  }
  return result;
}

/// Equal rows make a matrix singular, so only stacks of matrices are repeated.
bool makes_sense(const OpRow& row, const Problem& problem, Layout first) {
  return first != Layout::broadcast || row.family != schema::Family::linalg ||
         problem.inputs[0].ndim() > 2;
}

/// The problem in every combination of layouts.
std::vector<std::pair<std::string, Problem>> variants_of(const OpRow& row, const Problem& problem) {
  std::vector<std::pair<std::string, Problem>> variants;
  const bool single = problem.inputs.size() < 2;
  for (const Layout first : kLayouts) {
    if (!makes_sense(row, problem, first)) continue;
    for (const Layout rest : kLayouts) {
      variants.emplace_back(fmt::format("{} {}", to_string(first), to_string(rest)),
                            laid_out(problem, first, rest));
      if (single || !problem.any_layout) break;
    }
    if (problem.inputs.empty() || !problem.any_layout) break;
  }
  return variants;
}

class Parity : public testing::TestWithParam<OpId> {
 protected:
  const OpId op_ = GetParam();
  const OpRow& row_ = schema::row(op_);

  /// Judges one call on every backend and notes who computed it. The reference is compared with
  /// itself only by properties.
  void judge(const Problem& problem, DType dtype) {
    const std::vector<Array> expected = call_on("reference", op_, problem);
    for (const std::string& backend : backends_) {
      SCOPED_TRACE("backend " + backend);
      const Trace trace;
      const std::vector<Array> results =
          backend == "reference" ? expected : call_on(backend, op_, problem);
      EXPECT_EQ(verdict(row_, problem, results, expected), "");
      for (const TraceEvent& event : trace.events()) {
        if (event.op == row_.name && event.backend == backend) computed_[backend].insert(dtype);
      }
    }
  }

  /// A backend must have computed what it has a kernel for, in every dtype that the kernel names
  /// and the operation takes.
  void check_claims() {
    for (const std::string& backend : backends_) {
      if (backend == "reference") continue;
      const dispatch::Slot& slot = dispatch::Registry::instance().available_slot(backend);
      const dispatch::KernelEntry* entry = slot.table.find(op_);
      if (entry == nullptr || entry->provider != slot.backend.get()) continue;
      for (const DType dtype : judged_) {
        if (!entry->kernel.dtypes.contains(dtype)) continue;
        EXPECT_TRUE(computed_[backend].contains(dtype))
            << backend << " has a kernel for " << name(dtype) << " that never ran";
      }
      EXPECT_FALSE(computed_[backend].empty()) << backend << " has a kernel that never ran";
    }
  }

  const std::vector<std::string> backends_ = available_backends();
  std::set<DType> judged_;
  std::map<std::string, std::set<DType>> computed_;
};

TEST_P(Parity, EveryBackendKeepsTheErrorBudget) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  Random random(kSeed);
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    for (const Problem& problem : problems_of(row_, dtype, random)) {
      if (!is_defined(row_, problem)) continue;
      judged_.insert(dtype);
      for (const auto& [layouts, variant] : variants_of(row_, problem)) {
        SCOPED_TRACE(fmt::format("{} {} ({})", row_.name, describe(row_, variant), layouts));
        judge(variant, dtype);
        if (HasFailure()) return;  // one broken call is enough to look at
      }
    }
  }
  ASSERT_FALSE(judged_.empty()) << "nobody has written inputs for " << row_.name;
  check_claims();
}

/// What a call is refused with, without numbers: the column in which a singular matrix is found out
/// depends on the order of the elimination.
std::string refusal(const std::string& backend, OpId op, const Problem& problem) {
  try {
    call_on(backend, op, problem);
    return "no error";
  } catch (const LinAlgError& error) {
    std::string words = error.what();
    std::erase_if(words, [](char c) { return c >= '0' && c <= '9'; });
    return words;
  }
}

TEST(ParityOfErrors, EveryBackendRefusesWithTheWordsOfTheReference) {
  using schema::op;
  struct Case {
    OpId op;
    Problem problem;
  };
  const Array singular = Array::from<double>({1, 2, 3, 2, 4, 6, 1, 1, 1}, Dims{3, 3});
  const Array negative = Array::from<double>({4, 0, 0, 0, -1, 0, 0, 0, 1}, Dims{3, 3});
  const Array infinite = full({3, 3}, INFINITY), undefined = full({3, 3}, NAN);
  const Array second_singular = copy(eye(3).broadcast_to({2, 3, 3}));
  assign(second_singular.select(0, 1), zeros({3, 3}));
  std::vector<Case> cases = {{op("solve"), {{singular, ones({3})}}},
                             {op("solve"), {{second_singular, ones({3, 2})}}},
                             {op("inv"), {{singular}}},
                             {op("inv"), {{second_singular}}}};
  for (const bool upper : {false, true}) {
    cases.push_back({op("cholesky"), {{negative}, {upper}}});
    cases.push_back({op("cholesky"), {{undefined}, {upper}}});
    cases.push_back({op("svd"), {{infinite}, {upper}}});
  }
  for (const Array& a : {infinite, undefined}) {
    for (const OpId id : {op("eigh"), op("eigvalsh"), op("eig"), op("eigvals"), op("svdvals")}) {
      cases.push_back({id, {{a}}});
    }
  }
  for (const DType dtype : {DType::float32, DType::float64, DType::complex64, DType::complex128}) {
    for (Case c : cases) {
      for (Array& input : c.problem.inputs) input = astype(input, dtype);
      const OpRow& row = schema::row(c.op);
      const std::string expected = refusal("reference", c.op, c.problem);
      EXPECT_TRUE(expected.starts_with(fmt::format("[{}] ", row.name))) << expected;
      for (const std::string& backend : available_backends()) {
        EXPECT_EQ(refusal(backend, c.op, c.problem), expected)
            << backend << " " << describe(row, c.problem);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table, Parity, testing::ValuesIn(computed_rows()),
                         [](const auto& row) { return std::string(schema::row(row.param).name); });

}  // namespace
}  // namespace loom::test
