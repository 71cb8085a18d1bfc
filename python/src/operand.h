#pragma once

#include <Python.h>

#include <optional>

#include "loom/array/array.h"

// What may stand beside an array in a call: another array, a Python number, or somebody else's
// array over the same memory.
namespace loom::python {

/// Arrays for the operands of one operation. Python numbers are weak (`weak_dtype`); an integer
/// that the dtype cannot hold throws the Python OverflowError. Objects with the buffer protocol or
/// `__dlpack__`, such as NumPy's arrays and scalars, are taken without a copy and have a dtype as
/// any array has; strings and bytes are none.
class Operands {
 public:
  /// The most operands of an operation of Python numbers and arrays.
  static constexpr int kMost = 3;

  Operands() = default;
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;

  /// Takes the objects, which must live as long as this; false where one of them is none of these.
  /// Throws as `import_memory`.
  bool take(PyObject* const* objects, int count);

  const Array& operator[](int i) const { return *arrays_[i]; }

 private:
  const Array* arrays_[kMost] = {};
  std::optional<Array> made_[kMost];  ///< what `arrays_` points to where the object held none
};

}  // namespace loom::python
