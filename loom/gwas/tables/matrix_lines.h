#pragma once

#include <cstdint>
#include <span>

#include "loom/support/function_ref.h"

namespace loom::gwas {

/// Whole rows of a matrix as a file holds them, or whole columns.
struct MatrixLines {
  std::int64_t first = 0;   ///< index of the first row, or column
  std::int64_t length = 1;  ///< numbers of each
  std::span<const double> numbers;
  bool are_columns = false;
};

/// Takes the lines of a file, each once, in any order and on several threads at once.
using TakeLines = FunctionRef<void(const MatrixLines& lines)>;

}  // namespace loom::gwas
