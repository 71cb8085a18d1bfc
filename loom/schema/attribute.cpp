#include "loom/schema/attribute.h"

#include <fmt/format.h>

namespace loom::schema {
namespace {

struct Printer {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(DType value) const { return std::string(name(value)); }
  std::string operator()(const Dims& value) const { return loom::to_string(value); }
};

}  // namespace

std::string to_string(const AttributeSpec& spec, const Attribute& value) {
  return fmt::format("{}={}", spec.name, std::visit(Printer{}, value));
}

}  // namespace loom::schema
