#include "python/src/arrays.h"

#include <cstring>

namespace nb = nanobind;

namespace loom::python {
namespace {

PyObject* checked(PyObject* object) {
  if (object == nullptr) throw_python_error();
  return object;
}

}  // namespace

std::vector<Array> arrays_of(const char* function, Rest objects) {
  std::vector<Array> arrays;
  arrays.reserve(objects.size());
  for (PyObject* object : objects) {
    nb::detail::make_caster<Array> caster;
    if (!caster.from_python(object, nb::detail::cast_flags::convert, nullptr)) {
      PyErr_Format(PyExc_TypeError, "%s() takes arrays, given %s", function,
                   Py_TYPE(object)->tp_name);
      throw_python_error();
    }
    arrays.push_back(caster.operator const Array&());
  }
  return arrays;
}

std::vector<Array> arrays_in(const char* function, PyObject* sequence) {
  if (!PyTuple_Check(sequence) && !PyList_Check(sequence)) {
    PyErr_Format(PyExc_TypeError, "%s() takes a tuple or list of arrays, given %s", function,
                 Py_TYPE(sequence)->tp_name);
    throw_python_error();
  }
  return arrays_of(function, {PySequence_Fast_ITEMS(sequence),
                              static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence))});
}

nb::object tuple_of(const std::vector<Array>& arrays) {
  nb::object tuple = nb::steal(checked(PyTuple_New(std::ssize(arrays))));
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    PyTuple_SET_ITEM(tuple.ptr(), static_cast<Py_ssize_t>(i), checked(wrap(arrays[i])));
  }
  return tuple;
}

ResultType::ResultType(const char* name, const char* doc, std::initializer_list<const char*> fields)
    : name_(name), doc_(doc) {
  for (const char* field : fields) fields_.push_back({field, nullptr});
  fields_.push_back({nullptr, nullptr});
}

void ResultType::create(nb::module_& module) {
  PyStructSequence_Desc description = {name_, doc_, fields_.data(),
                                       static_cast<int>(fields_.size()) - 1};
  type_ = PyStructSequence_NewType(&description);
  if (type_ == nullptr) throw_python_error();
  module.attr(std::strrchr(name_, '.') + 1) = nb::handle(reinterpret_cast<PyObject*>(type_));
}

nb::object ResultType::make(std::span<Array> arrays) const {
  // PyStructSequence_New looks the number of entries up in a dictionary each time.
  nb::object result = nb::steal(checked(type_->tp_alloc(type_, std::ssize(arrays))));
  Py_ssize_t i = 0;
  for (Array& array : arrays) {
    PyStructSequence_SET_ITEM(result.ptr(), i++, checked(wrap(std::move(array))));
  }
  return result;
}

}  // namespace loom::python
