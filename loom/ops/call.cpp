#include "loom/ops/call.h"

#include <fmt/format.h>

#include "loom/dispatch/execute.h"
#include "loom/expr/deferral.h"
#include "loom/support/fixed_list.h"

namespace loom::ops {
namespace {

template <class T>
using Operands = FixedList<T, schema::kMaxOperands>;

Array cast(const Array& array, DType dtype) {
  const schema::Attribute attribute = dtype;
  return call(schema::op("astype"), {&array}, {&attribute, 1});
}

void check_count(const schema::OpRow& row, std::size_t inputs, std::size_t attributes) {
  if (static_cast<int>(inputs) != row.inputs || attributes != row.attributes.size()) {
    throw ValueError(fmt::format("[{}] takes {} arrays and {} attributes, given {} and {}",
                                 row.name, row.inputs, row.attributes.size(), inputs, attributes));
  }
}

/// A call between the front door and the kernel.
class Call {
 public:
  Call(schema::OpId op, std::initializer_list<const Array*> arrays, schema::Attributes attributes)
      : op_(op), attributes_(attributes) {
    const schema::OpRow& row = schema::row(op);
    check_count(row, arrays.size(), attributes.size());
    for (const Array* array : arrays) {
      inputs_.add(array->layout());
      owners_.add(&array->buffer());
    }
    prepare(row, arrays.begin());
    dispatch::check_memory(op, inputs_, outputs_, attributes);
  }

  int outputs() const { return static_cast<int>(outputs_.size()); }

  /// Memory for one of the outputs.
  Array allocate(int output) {
    View& view = outputs_[output];
    BufferRef buffer = Buffer::allocate(view.bytes());
    view.data = buffer->data();
    return Array::share(std::move(buffer), view);
  }

  void run() {
    if (schema::row(op_).family == schema::Family::reduction &&
        (*owners_[0])->pending() != nullptr &&
        expr::reduce(op_, inputs_, outputs_, attributes_, owners_)) {
      return;
    }
    for (const BufferRef* const owner : owners_) (*owner)->settle();
    dispatch::execute(op_, inputs_, outputs_, attributes_, owners_);
  }

  /// Records the call, whose one result is `result`, to be run with others; false where it has to
  /// run now.
  bool defer(const Array& result) {
    return expr::is_long_enough(outputs_[0].size()) &&
           expr::defer(op_, inputs_, outputs_, attributes_, owners_, *result.buffer());
  }

 private:
  /// Fills the outputs' dtypes and shapes and brings the inputs into the form that kernels take.
  void prepare(const schema::OpRow& row, const Array* const* arrays) {
    const schema::Query query{row, inputs_, attributes_};
    const schema::DTypes dtypes = row.dtypes(query);
    Operands<Dims> shapes;
    for (int i = 0; i < row.outputs; ++i) shapes.add();
    row.shapes(query, shapes);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      View& input = inputs_[i];
      if (input.dtype != dtypes.inputs[i]) {
        const Array& converted = converted_.add(cast(*arrays[i], dtypes.inputs[i]));
        input = converted.layout();
        owners_[i] = &converted.buffer();
      }
      if (row.family == schema::Family::elementwise && input.shape != shapes[0]) {
        input = broadcast_view(input, shapes[0]);
      }
    }
    for (int i = 0; i < row.outputs; ++i) {
      outputs_.add(nullptr, dtypes.outputs[i], shapes[i], c_strides(shapes[i]));
    }
  }

  schema::OpId op_;
  schema::Attributes attributes_;
  Operands<View> inputs_, outputs_;
  Operands<const BufferRef*> owners_;
  Operands<Array> converted_;
};

}  // namespace

std::vector<Array> call_all(schema::OpId op, std::initializer_list<const Array*> inputs,
                            schema::Attributes attributes) {
  Call call(op, inputs, attributes);
  std::vector<Array> results;
  results.reserve(call.outputs());
  for (int i = 0; i < call.outputs(); ++i) results.push_back(call.allocate(i));
  call.run();
  return results;
}

Array call(schema::OpId op, std::initializer_list<const Array*> inputs,
           schema::Attributes attributes) {
  Call one(op, inputs, attributes);
  Array result = one.allocate(0);
  if (!one.defer(result)) one.run();
  return result;
}

}  // namespace loom::ops
