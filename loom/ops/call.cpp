#include "loom/ops/call.h"

#include <fmt/format.h>

#include "loom/dispatch/execute.h"

namespace loom::ops {
namespace {

/// A call between the front door and the kernel: views of the inputs, and the arrays that keep
/// converted inputs alive.
struct Prepared {
  std::array<View, schema::kMaxOperands> inputs;
  std::array<View, schema::kMaxOperands> outputs;
  std::vector<Array> converted;
};

Array cast(const View& view, DType dtype) {
  Array result = Array::empty(view.shape, dtype);
  const schema::Attribute attribute = dtype;
  dispatch::execute(schema::op("astype"), {&view, 1}, {&result.view(), 1}, {&attribute, 1});
  return result;
}

void check_count(const schema::OpRow& row, std::size_t inputs, std::size_t attributes) {
  if (static_cast<int>(inputs) != row.inputs || attributes != row.attributes.size()) {
    throw ValueError(fmt::format("[{}] takes {} arrays and {} attributes, given {} and {}",
                                 row.name, row.inputs, row.attributes.size(), inputs, attributes));
  }
}

/// Fills the outputs' dtypes and shapes and brings the inputs into the form that kernels take.
void prepare(const schema::OpRow& row, std::span<View> inputs, schema::Attributes attributes,
             Prepared& prepared) {
  const schema::Query query{row, inputs, attributes};
  const schema::DTypes dtypes = row.dtypes(query);
  std::array<Dims, schema::kMaxOperands> shapes;
  row.shapes(query, std::span(shapes).first(row.outputs));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].dtype != dtypes.inputs[i]) {
      prepared.converted.push_back(cast(inputs[i], dtypes.inputs[i]));
      inputs[i] = prepared.converted.back().view();
    }
    if (row.family == schema::Family::elementwise) inputs[i] = broadcast_view(inputs[i], shapes[0]);
  }
  for (int i = 0; i < row.outputs; ++i) {
    prepared.outputs[i] = {nullptr, dtypes.outputs[i], shapes[i], c_strides(shapes[i])};
  }
}

}  // namespace

std::vector<Array> call_all(schema::OpId op, std::initializer_list<const Array*> arrays,
                            schema::Attributes attributes) {
  const schema::OpRow& row = schema::row(op);
  check_count(row, arrays.size(), attributes.size());
  Prepared prepared;
  std::size_t count = 0;
  for (const Array* array : arrays) prepared.inputs[count++] = array->view();
  const std::span inputs(prepared.inputs.data(), count);
  const std::span outputs(prepared.outputs.data(), row.outputs);
  prepare(row, inputs, attributes, prepared);
  dispatch::check_memory(op, inputs, outputs, attributes);

  std::vector<Array> results;
  results.reserve(row.outputs);
  for (View& output : outputs) {
    results.push_back(Array::empty(output.shape, output.dtype));
    output = results.back().view();
  }
  dispatch::execute(op, inputs, outputs, attributes);
  return results;
}

Array call(schema::OpId op, std::initializer_list<const Array*> inputs,
           schema::Attributes attributes) {
  return std::move(call_all(op, inputs, attributes).front());
}

}  // namespace loom::ops
