#pragma once

#include <array>

#include "loom/dispatch/kernel.h"
#include "loom/dispatch/loops.h"

// Vectors among the operands of kernels that know matrices.
namespace loom::dispatch {

/// A stack of vectors as a stack of matrices of one column.
inline View as_column(View view) {
  view.shape.push_back(1);
  view.strides.push_back(1);
  return view;
}

/// A stack of vectors as a stack of matrices of one row.
inline View as_row(View view) {
  const int before_last = view.rank() - 1;
  view.shape.insert(before_last, 1);
  view.strides.insert(before_last, 0);
  return view;
}

/// The result and the operands of a matrix product as NumPy's `@` has them, as stacks of matrices:
/// a vector is a row on the left and a column on the right.
inline std::array<Stack, 3> product_stacks(const KernelCall& call) {
  View c = call.outputs[0], a = call.inputs[0], b = call.inputs[1];
  const bool row = a.rank() == 1, column = b.rank() == 1;
  if (column) {
    b = as_column(b);
    c = as_column(c);
  }
  if (row) {
    a = as_row(a);
    c = as_row(c);
  }
  return {Stack{c}, Stack{a}, Stack{b}};
}

}  // namespace loom::dispatch
