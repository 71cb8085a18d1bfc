#include "python/src/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace loom::python {

int choice_of(PyObject* object, std::span<const std::string_view> choices) noexcept {
  Py_ssize_t length = 0;
  const char* text = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &length) : nullptr;
  if (text != nullptr) {
    const std::string_view wanted(text, static_cast<std::size_t>(length));
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (choices[i] == wanted) return static_cast<int>(i);
    }
  }
  PyErr_Format(PyExc_ValueError, "one of %s is needed, given %R",
               fmt::format("'{}'", fmt::join(choices, "', '")).c_str(), object);
  return -1;
}

DTypeKind Number::kind() const {
  return is_array(object) ? loom::kind(array_of(object).dtype()) : *number_kind(object);
}

DType Number::dtype() const {
  return is_array(object) ? array_of(object).dtype() : dtype_of_number(*number_kind(object));
}

Array Number::array(DType dtype) const {
  return is_array(object) ? astype(array_of(object), dtype) : number_array(object, dtype);
}

}  // namespace loom::python

namespace nanobind::detail {

bool type_caster<loom::python::Diagonal>::from_python(handle source, std::uint32_t,
                                                      cleanup_list*) noexcept {
  if (!PyIndex_Check(source.ptr())) return false;
  const object number = steal(PyNumber_Index(source.ptr()));
  if (!number.is_valid()) return false;
  int overflow = 0;
  value.value = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow != 0) value.value = overflow < 0 ? INT64_MIN : INT64_MAX;
  return true;
}

}  // namespace nanobind::detail
