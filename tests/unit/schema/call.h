#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loom/schema/op_table.h"

namespace loom::schema {

/// A view without memory, which is all that rules look at.
inline View view_of(const Dims& shape, DType dtype = DType::float64) {
  return {nullptr, dtype, shape, c_strides(shape)};
}

/// A call of an operation, as rules see it, that owns its parts.
struct Call {
  Call(std::string_view op, std::vector<View> views, std::vector<Attribute> values = {})
      : row(schema::row(find_op(op).value())),
        inputs(std::move(views)),
        attributes(std::move(values)) {}

  Query query() const { return {row, inputs, attributes}; }
  DTypes dtypes() const { return row.dtypes(query()); }
  std::vector<Dims> shapes() const {
    std::vector<Dims> result(row.outputs);
    row.shapes(query(), result);
    return result;
  }
  /// What the rules throw, or "no error".
  std::string error() const {
    try {
      dtypes();
      shapes();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  const OpRow& row;
  std::vector<View> inputs;
  std::vector<Attribute> attributes;
};

}  // namespace loom::schema
