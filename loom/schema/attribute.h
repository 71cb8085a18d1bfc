#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "loom/array/dims.h"
#include "loom/array/dtype.h"

namespace loom::schema {

/// The value of an argument that is not an array: an axis list, a flag, a mode, a seed.
using Attribute = std::variant<bool, std::int64_t, double, DType, Dims>;

/// The attributes of one call, in the order in which the row declares them.
using Attributes = std::span<const Attribute>;

/// What a row says of one attribute: bindings, traces and plug-ins go by it.
struct AttributeSpec {
  std::string_view name;
  std::string_view type;  ///< "bool", "int", "float", "dtype", "ints"
  std::string_view doc;
};

/// "axes=(0, 1)".
std::string to_string(const AttributeSpec& spec, const Attribute& value);

}  // namespace loom::schema
