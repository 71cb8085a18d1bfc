#include "parity/judge.h"

#include <fmt/format.h>

#include "loom/dispatch/selection.h"
#include "loom/ops/call.h"
#include "parity/measures.h"
#include "parity/properties.h"

namespace loom::test {

std::vector<Array> call_on(const std::string& backend, schema::OpId op, const Problem& problem) {
  const BackendScope scope(backend);
  const std::vector<Array>& in = problem.inputs;
  switch (in.size()) {
    case 0:
      return ops::call_all(op, {}, problem.attributes);
    case 1:
      return ops::call_all(op, {&in[0]}, problem.attributes);
    case 2:
      return ops::call_all(op, {&in[0], &in[1]}, problem.attributes);
    case 3:
      return ops::call_all(op, {&in[0], &in[1], &in[2]}, problem.attributes);
    case 4:
      return ops::call_all(op, {&in[0], &in[1], &in[2], &in[3]}, problem.attributes);
    case 5:
      return ops::call_all(op, {&in[0], &in[1], &in[2], &in[3], &in[4]}, problem.attributes);
    case 6:
      return ops::call_all(op, {&in[0], &in[1], &in[2], &in[3], &in[4], &in[5]},
                           problem.attributes);
  }
  throw ValueError("no operation has that many inputs");
}

std::string verdict(const schema::OpRow& row, const Problem& problem,
                    const std::vector<Array>& results, const std::vector<Array>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (results[i].dtype() != expected[i].dtype() || results[i].shape() != expected[i].shape()) {
      return fmt::format("result {} is {} instead of {}", i, to_string(results[i].view()),
                         to_string(expected[i].view()));
    }
  }
  const schema::ErrorBudget& budget = row.budget;
  if (budget.measure != schema::Measure::residual) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const long double error =
          distance(results[i], expected[i], budget.measure, problem.longest_sum);
      const double allowed = budget.amount * (is_complex(expected[i].dtype()) ? kFusedLibrary : 1);
      if (!(error <= allowed)) {
        return fmt::format("result {} is off by {:.3g}, the budget is {}", i,
                           static_cast<double>(error), allowed);
      }
    }
    return {};
  }
  const Properties properties = properties_of(row.name);
  if (properties == nullptr) return "nobody has written what holds of its results";
  for (const Residual& residual : residuals_of(properties, problem, results, expected)) {
    if (!(residual.amount <= budget.amount)) {
      return fmt::format("\"{}\" is missed by {:.3g}, the budget is {}", residual.property,
                         static_cast<double>(residual.amount), budget.amount);
    }
  }
  return {};
}

}  // namespace loom::test
