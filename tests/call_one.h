#pragma once

#include <vector>

#include "loom/ops/call.h"

namespace loom::test {

/// Calls an operation with one result on one to three inputs.
inline Array call_one(schema::OpId op, const std::vector<Array>& in,
                      schema::Attributes attributes) {
  switch (in.size()) {
    case 1:
      return ops::call(op, {&in[0]}, attributes);
    case 2:
      return ops::call(op, {&in[0], &in[1]}, attributes);
    default:
      return ops::call(op, {&in[0], &in[1], &in[2]}, attributes);
  }
}

}  // namespace loom::test
