#pragma once

#include <initializer_list>
#include <vector>

#include "loom/array/array.h"
#include "loom/schema/op_table.h"

// The one way from arrays to kernels; every public operation goes through it.
namespace loom::ops {

/// Calls an operation on arrays: checks dtypes and shapes against its row, casts inputs to the
/// row's dtypes, broadcasts elementwise operands, refuses what does not fit into memory, allocates
/// the results and runs the kernel of the backend in force. `attributes` stand in the row's order.
/// Throws DTypeError, ShapeError, MemoryPlanError, BackendError, and what the kernel throws.
std::vector<Array> call_all(schema::OpId op, std::initializer_list<const Array*> inputs,
                            schema::Attributes attributes = {});

/// The same for operations with one result.
Array call(schema::OpId op, std::initializer_list<const Array*> inputs,
           schema::Attributes attributes = {});

}  // namespace loom::ops
