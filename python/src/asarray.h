#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <vector>

#include "loom/array/array.h"

// Arrays from what Python programs write: numbers, nested lists, other libraries' arrays.
namespace loom::python {

/// Lists and tuples in one another, with numbers and arrays at the bottom.
class NestedSequence {
 public:
  /// Looks through `object`, which must live as long as this. Throws ValueError, with the place,
  /// where the entries do not make a box, DTypeError for what is neither number nor array nor
  /// sequence.
  explicit NestedSequence(PyObject* object);

  const Dims& shape() const { return shape_; }
  /// What holds all numbers (`dtype_of_number`); where there are arrays, what holds them, with the
  /// numbers weak; `default_dtype` without elements.
  DType dtype() const;
  /// The elements. Throws as `number_as`.
  Array to_array(DType dtype) const;

 private:
  void look_at(PyObject* object);
  void look_into(PyObject* sequence);
  void look_at_array(Array array);
  void check_rest(const Dims& rest);
  template <class T>
  void write_numbers(PyObject* object, int axis, T*& to, std::size_t& array) const;

  PyObject* object_;
  Dims shape_;
  bool shape_is_known_ = false;  ///< false until the bottom was reached once
  Dims place_;                   ///< index of what is looked at
  std::optional<DTypeKind> numbers_;
  std::optional<DType> arrays_dtype_;
  std::vector<Array> arrays_;  ///< in the order in which they stand
};

/// `asarray` and `from_dlpack` of the namespace.
void bind_asarray(nanobind::module_& module);

}  // namespace loom::python
