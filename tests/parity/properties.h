#pragma once

#include <string_view>
#include <vector>

#include "oracle.h"
#include "parity/inputs.h"

// The operations of `Measure::residual`: their results are not unique (signs, phases, bases), so
// they are judged by what holds of every right result.
namespace loom::test {

/// By how much one property of a result is missed, in units of n * eps; infinite where it is one
/// that rounding does not touch.
struct Residual {
  std::string_view property;
  long double amount;
};

/// One matrix of a call: inputs, results, and those of the reference. Vectors are columns.
struct Item {
  std::vector<WideMatrix> in, out, expected;
  std::span<const schema::Attribute> attributes;
  DType dtype;
  long double unit;  ///< n * eps, n being the larger extent of the first input
};

using Properties = std::vector<Residual> (*)(const Item& item);

/// The properties of an operation's results, or null where nobody has written them.
Properties properties_of(std::string_view operation);

/// The worst residual of each property over all matrices of a call.
std::vector<Residual> residuals_of(Properties properties, const Problem& problem,
                                   const std::vector<Array>& results,
                                   const std::vector<Array>& expected);

}  // namespace loom::test
