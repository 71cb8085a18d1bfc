#pragma once

#include <string>
#include <vector>

#include "loom/dispatch/trace.h"
#include "parity/inputs.h"

namespace loom::test {

/// The results of an operation on one backend.
std::vector<Array> call_on(const std::string& backend, schema::OpId op, const Problem& problem);

/// What is wrong with the results of a call, judged by the row's error budget against those of the
/// reference; empty where nothing is. Says so, too, where a row of `Measure::residual` has no
/// properties to be judged by.
std::string verdict(const schema::OpRow& row, const Problem& problem,
                    const std::vector<Array>& results, const std::vector<Array>& expected);

}  // namespace loom::test
