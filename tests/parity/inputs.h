#pragma once

#include <string>
#include <vector>

#include "arrays.h"
#include "loom/schema/op_table.h"

// What the operations of the table are called with.
namespace loom::test {

/// One call: inputs in C order, which are then given other layouts.
struct Problem {
  std::vector<Array> inputs;
  std::vector<schema::Attribute> attributes = {};
  /// Terms of the longest sum behind one element of the result, the unit of `Measure::norm`.
  long double longest_sum = 1;
  /// Whether the operation takes inputs of any strides.
  bool any_layout = true;
};

/// "float64(3, 4), float64(4,) axes=(0,), keepdims=true".
std::string describe(const schema::OpRow& row, const Problem& problem);

/// Calls of an operation with arrays of `dtype` (or for results of `dtype` where it has no inputs).
/// None where the operation has no inputs of that dtype, or where nobody has written any.
std::vector<Problem> problems_of(const schema::OpRow& row, DType dtype, Random& random);

/// All rows for which kernels exist: those of the table and those that modules add.
std::vector<schema::OpId> computed_rows();

}  // namespace loom::test
