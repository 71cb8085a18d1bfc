#include "loom/schema/op_row.h"

namespace loom::schema {

std::string describe_inputs(const Query& query) {
  std::string text;
  for (const View& input : query.inputs)
    text += (text.empty() ? "" : ", ") + loom::to_string(input);
  return text;
}

}  // namespace loom::schema
