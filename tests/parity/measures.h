#pragma once

#include "arrays.h"
#include "loom/schema/op_row.h"

namespace loom::test {

/// How far `result` is from `expected` in a measure of the op table other than `residual`; infinite
/// where dtype or shape differ, where one has a NaN or an infinity that the other has not, and for
/// any difference that the measure does not grade. `longest_sum` is the unit of `Measure::norm`.
long double distance(const Array& result, const Array& expected, schema::Measure measure,
                     long double longest_sum);

}  // namespace loom::test
