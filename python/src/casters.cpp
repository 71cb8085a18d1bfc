#include "python/src/casters.h"

namespace loom::python {

PyObject* tuple_of(const Dims& dims, std::int64_t scale) {
  PyObject* tuple = PyTuple_New(dims.size());
  for (int i = 0; tuple != nullptr && i < dims.size(); ++i) {
    PyObject* entry = PyLong_FromLongLong(dims[i] * scale);
    if (entry == nullptr) {
      Py_CLEAR(tuple);
    } else {
      PyTuple_SET_ITEM(tuple, i, entry);
    }
  }
  return tuple;
}

}  // namespace loom::python

namespace nanobind::detail {
namespace {

/// The integer behind `source` (an int, or anything with `__index__`), or nothing.
std::optional<std::int64_t> integer_of(PyObject* source) {
  if (!PyIndex_Check(source)) return std::nullopt;
  const object number = steal(PyNumber_Index(source));
  if (!number.is_valid()) {
    PyErr_Clear();
    return std::nullopt;
  }
  const std::int64_t value = PyLong_AsLongLong(number.ptr());
  if (value == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return value;
}

}  // namespace

bool type_caster<loom::Dims>::from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
  value = {};
  if (const std::optional<std::int64_t> one = integer_of(source.ptr())) {
    value = {*one};
    return true;
  }
  if (!PyTuple_Check(source.ptr()) && !PyList_Check(source.ptr())) return false;
  // `__index__` may run Python code that changes a list.
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(source.ptr()); ++i) {
    const object item = borrow(PySequence_Fast_GET_ITEM(source.ptr(), i));
    const std::optional<std::int64_t> integer = integer_of(item.ptr());
    if (!integer) return false;
    if (i == loom::kMaxRank) {
      PyErr_Format(PyExc_ValueError, "%zd dimensions are more than %d",
                   PySequence_Fast_GET_SIZE(source.ptr()), loom::kMaxRank);
      return false;
    }
    value.push_back(*integer);
  }
  return true;
}

handle type_caster<loom::Dims>::from_cpp(const loom::Dims& dims, rv_policy,
                                         cleanup_list*) noexcept {
  return loom::python::tuple_of(dims);
}

}  // namespace nanobind::detail
