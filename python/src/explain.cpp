#include "python/src/explain.h"

#include <fmt/format.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "loom/ops/call.h"
#include "loom/ops/explain.h"
#include "loom/support/error.h"
#include "python/src/casters.h"
#include "python/src/operand.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

nb::str text(std::string_view view) { return nb::str(view.data(), view.size()); }

constexpr const char* kMeasures[] = {"exact", "ulp", "norm", "residual"};

/// One row of the op table, for those who write a backend.
nb::dict row_dict(const schema::OpRow& row) {
  nb::list attributes;
  for (const schema::AttributeSpec& its : row.attributes) {
    attributes.append(nb::make_tuple(text(its.name), text(its.type), text(its.doc)));
  }
  nb::dict dict;
  dict["name"] = text(row.name);
  dict["alias"] = text(row.alias);
  dict["inputs"] = row.inputs;
  dict["outputs"] = row.outputs;
  dict["attributes"] = nb::tuple(attributes);
  dict["doc"] = text(row.doc);
  dict["budget"] =
      nb::make_tuple(kMeasures[static_cast<int>(row.budget.measure)], row.budget.amount);
  dict["computed"] = row.family != schema::Family::view;
  return dict;
}

nb::list operations() {
  nb::list rows;
  for (std::size_t i = 0; i < schema::row_count(); ++i) {
    rows.append(row_dict(schema::row(static_cast<schema::OpId>(i))));
  }
  return rows;
}

/// An attribute that the caller did not give: the whole of the first input, all its axes or the
/// last one.
schema::Attribute usual_value(const schema::AttributeSpec& spec,
                              const std::vector<const Array*>& inputs) {
  const Dims shape = inputs.empty() ? Dims{1} : inputs[0]->shape();
  const int last = std::max(0, shape.size() - 1);
  if (spec.type == "bool") return false;
  if (spec.type == "float") return 0.0;
  if (spec.type == "dtype") return inputs.empty() ? DType::float64 : inputs[0]->dtype();
  if (spec.type == "int") {
    if (spec.name == "axis") return std::int64_t{last};
    return spec.name == "length" && !shape.empty() ? shape[last] : std::int64_t{0};
  }
  if (spec.name == "shape") return shape;
  Dims axes;
  for (int i = 0; i < shape.size(); ++i) axes.push_back(i);
  return axes;
}

schema::Attribute given_value(const schema::AttributeSpec& spec, nb::handle value) {
  if (spec.type == "bool") return nb::cast<bool>(value);
  if (spec.type == "int") return nb::cast<std::int64_t>(value);
  if (spec.type == "float") return nb::cast<double>(value);
  if (spec.type == "dtype") return nb::cast<DType>(value);
  return nb::cast<Dims>(value);
}

std::vector<schema::Attribute> attributes_of(const schema::OpRow& row, const nb::dict& given,
                                             const std::vector<const Array*>& inputs) {
  std::vector<schema::Attribute> attributes;
  std::size_t used = 0;
  for (const schema::AttributeSpec& spec : row.attributes) {
    const nb::str name = text(spec.name);
    if (!given.contains(name)) {
      attributes.push_back(usual_value(spec, inputs));
      continue;
    }
    ++used;
    attributes.push_back(given_value(spec, given[name]));
  }
  if (used < given.size()) {
    throw ValueError(fmt::format("[{}] not all of {} are attributes of it", row.name,
                                 nb::repr(given.keys()).c_str()));
  }
  return attributes;
}

/// A call as Python writes it.
struct Call {
  schema::OpId op;
  Operands operands;
  std::vector<const Array*> inputs;
  std::vector<schema::Attribute> attributes;

  Call(const std::string& operation, const nb::list& arguments, const nb::dict& given)
      : op(known_operation(operation)) {
    const schema::OpRow& row = schema::row(op);
    std::vector<PyObject*> objects;
    for (nb::handle argument : arguments) objects.push_back(argument.ptr());
    const int count = static_cast<int>(objects.size());
    if (count > Operands::kMost || count != row.inputs) {
      throw ValueError(fmt::format("[{}] takes {} arrays, given {}", row.name, row.inputs, count));
    }
    if (!operands.take(objects.data(), count)) {
      throw nb::type_error("an operation takes arrays and numbers");
    }
    for (int i = 0; i < count; ++i) inputs.push_back(&operands[i]);
    attributes = attributes_of(row, given, inputs);
  }
};

nb::object compute(const std::string& operation, const nb::list& arguments, const nb::dict& given) {
  const Call call(operation, arguments, given);
  const std::vector<const Array*>& x = call.inputs;
  std::vector<Array> results;
  switch (x.size()) {
    case 0:
      results = ops::call_all(call.op, {}, call.attributes);
      break;
    case 1:
      results = ops::call_all(call.op, {x[0]}, call.attributes);
      break;
    case 2:
      results = ops::call_all(call.op, {x[0], x[1]}, call.attributes);
      break;
    default:
      results = ops::call_all(call.op, {x[0], x[1], x[2]}, call.attributes);
  }
  if (results.size() == 1) return nb::cast(results[0]);
  nb::list list;
  for (const Array& result : results) list.append(nb::cast(result));
  return nb::tuple(list);
}

/// The backend that would run the call, those that would not with their reasons, whether it would
/// be deferred, and what it would be fused with.
nb::tuple explain(const std::string& operation, const nb::list& arguments, const nb::dict& given) {
  const Call call(operation, arguments, given);
  ops::Explanation explanation;
  {
    const nb::gil_scoped_release elsewhere;
    explanation = ops::explain(call.op, call.inputs, call.attributes);
  }
  nb::list passed;
  for (const PassedOver& other : explanation.passed_over) {
    passed.append(nb::make_tuple(other.backend, other.reason));
  }
  return nb::make_tuple(explanation.backend, nb::tuple(passed), explanation.deferred,
                        explanation.fused);
}

std::string preferred_backend(const std::string& operation) {
  const schema::OpId op = known_operation(operation);
  const nb::gil_scoped_release elsewhere;
  return ops::preferred_backend(op);
}

}  // namespace

schema::OpId known_operation(const std::string& name) {
  const std::optional<schema::OpId> op = schema::find_op(name);
  if (!op) throw ValueError(fmt::format("unknown operation '{}'", name));
  return *op;
}

void bind_explain(nb::module_& module) {
  module.def("operations", operations, "The rows of the op table.");
  module.def("compute", compute, nb::arg("operation"), nb::arg("arguments"), nb::arg("attributes"));
  module.def("explain", explain, nb::arg("operation"), nb::arg("arguments"), nb::arg("attributes"));
  module.def("preferred_backend", preferred_backend, nb::arg("operation"));
}

}  // namespace loom::python
