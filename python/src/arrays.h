#pragma once

#include <nanobind/nanobind.h>

#include <concepts>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "python/src/function.h"

// Several arrays as one argument or one result.
namespace loom::python {

/// Arrays, or what an Array parameter takes. `function` is for the Python TypeError.
std::vector<Array> arrays_of(const char* function, Rest objects);

/// Those of a tuple or list.
std::vector<Array> arrays_in(const char* function, PyObject* sequence);

/// A tuple.
nanobind::object tuple_of(const std::vector<Array>& arrays);

/// A type of tuples whose entries have names, such as `QRResult(Q, R)`: CPython's own kind, cheap
/// to create.
class ResultType {
 public:
  /// Strings that live as long as the process; `name` with the module in which it is found.
  ResultType(const char* name, const char* doc, std::initializer_list<const char*> fields);

  /// Creates the type and puts it into the module.
  void create(nanobind::module_& module);

  /// The entries, in order.
  nanobind::object operator()(std::same_as<Array> auto... arrays) const {
    Array entries[] = {std::move(arrays)...};
    return make(entries);
  }

 private:
  /// Takes the arrays.
  nanobind::object make(std::span<Array> arrays) const;

  const char* name_;
  const char* doc_;
  std::vector<PyStructSequence_Field> fields_;
  PyTypeObject* type_ = nullptr;
};

}  // namespace loom::python
