#include "loom/schema/op_row.h"

namespace loom::schema {

std::string_view to_string(Family family) {
  constexpr std::string_view kNames[] = {"creation",    "elementwise", "reduction",
                                         "contraction", "linalg",      "fourier",
                                         "random",      "view",        "domain"};
  return kNames[static_cast<int>(family)];
}

std::string describe_inputs(const Query& query) {
  std::string text;
  for (const View& input : query.inputs)
    text += (text.empty() ? "" : ", ") + loom::to_string(input);
  return text;
}

}  // namespace loom::schema
