#include "loom/ops/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "loom/dispatch/registry.h"
#include "loom/expr/deferral.h"

namespace loom::ops {
namespace {

std::string no_kernel(const schema::OpRow& row) {
  return fmt::format("[{}] is another look at the same memory: no backend computes it", row.name);
}

/// An array of that shape that a call would make, without its memory.
View planned(DType dtype, const Dims& shape) { return {nullptr, dtype, shape, c_strides(shape)}; }

}  // namespace

Explanation explain(schema::OpId op, std::span<const Array* const> inputs,
                    schema::Attributes attributes) {
  const schema::OpRow& row = schema::row(op);
  if (row.family == schema::Family::view) throw ValueError(no_kernel(row));
  if (std::ssize(inputs) != row.inputs || attributes.size() != row.attributes.size()) {
    throw ValueError(fmt::format("[{}] takes {} arrays and {} attributes, given {} and {}",
                                 row.name, row.inputs, row.attributes.size(), inputs.size(),
                                 attributes.size()));
  }
  std::vector<View> views;
  for (const Array* input : inputs) views.push_back(input->layout());
  const schema::Query query{row, views, attributes};
  const schema::DTypes dtypes = row.dtypes(query);
  std::vector<Dims> shapes(row.outputs);
  row.shapes(query, shapes);
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (views[i].dtype != dtypes.inputs[i]) views[i] = planned(dtypes.inputs[i], views[i].shape);
    if (row.family == schema::Family::elementwise) views[i] = broadcast_view(views[i], shapes[0]);
  }
  std::vector<View> outputs;
  for (int i = 0; i < row.outputs; ++i) outputs.push_back(planned(dtypes.outputs[i], shapes[i]));
  Explanation explanation{dispatch::explain(op, views, outputs, attributes), false, {}};
  explanation.deferred = explanation.divisible && expr::is_long_enough(outputs[0].size());
  const bool reduces = explanation.gathers && expr::is_reducible(views[0], attributes);
  for (const Array* input : inputs) {
    if (!explanation.deferred && !reduces) break;
    std::ranges::copy(pending_operations(*input), std::back_inserter(explanation.fused));
  }
  return explanation;
}

std::string preferred_backend(schema::OpId op) {
  const dispatch::KernelEntry* entry =
      dispatch::Registry::instance().automatic_slot().table.find(op);
  if (entry == nullptr) throw ValueError(no_kernel(schema::row(op)));
  return entry->provider->name();
}

}  // namespace loom::ops
