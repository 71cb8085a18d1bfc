#include "python/src/scalars.h"

#include <complex>
#include <utility>

#include "python/src/default_dtype.h"

namespace loom::python {
namespace {

[[noreturn]] void refuse_integer(PyObject* object, DType dtype) {
  PyErr_Format(PyExc_OverflowError, "Python integer %R is out of bounds for %s", object,
               name(dtype).data());
  throw_python_error();
}

}  // namespace

DType dtype_of_number(DTypeKind number) {
  switch (number) {
    case DTypeKind::boolean:
      return DType::boolean;
    case DTypeKind::real:
      return default_dtype();
    case DTypeKind::complex:
      return complex_of(default_dtype());
    default:
      return DType::int64;
  }
}

DType weak_dtype(DTypeKind number, DType beside) {
  switch (number) {
    case DTypeKind::complex:
      return complex_of(beside);
    case DTypeKind::real:
      return floating_of(beside);
    case DTypeKind::boolean:
      return beside;
    default:
      return beside == DType::boolean ? DType::int64 : beside;
  }
}

template <class T>
T integer_as(PyObject* object) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if constexpr (std::is_same_v<T, std::uint64_t>) {
    if (overflow > 0) {
      const unsigned long long large = PyLong_AsUnsignedLongLong(object);
      if (PyErr_Occurred() == nullptr) return large;
      PyErr_Clear();
    }
  }
  if (overflow != 0 || !std::in_range<T>(value)) refuse_integer(object, dtype_of<T>());
  return static_cast<T>(value);
}

template std::int8_t integer_as<std::int8_t>(PyObject*);
template std::int16_t integer_as<std::int16_t>(PyObject*);
template std::int32_t integer_as<std::int32_t>(PyObject*);
template std::int64_t integer_as<std::int64_t>(PyObject*);
template std::uint8_t integer_as<std::uint8_t>(PyObject*);
template std::uint16_t integer_as<std::uint16_t>(PyObject*);
template std::uint32_t integer_as<std::uint32_t>(PyObject*);
template std::uint64_t integer_as<std::uint64_t>(PyObject*);

Array number_array(PyObject* object, DType dtype) {
  return visit_dtype(
      dtype, [&]<class T>(std::type_identity<T>) { return Array::scalar(number_as<T>(object)); });
}

PyObject* python_number(const std::byte* element, DType dtype) {
  return visit_dtype(dtype, [&]<class T>(std::type_identity<T>) -> PyObject* {
    const T value = *reinterpret_cast<const T*>(element);
    if constexpr (std::is_same_v<T, bool>) {
      return PyBool_FromLong(value);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      return PyLong_FromUnsignedLongLong(value);
    } else if constexpr (std::is_integral_v<T>) {
      return PyLong_FromLongLong(value);
    } else if constexpr (std::is_floating_point_v<T>) {
      return PyFloat_FromDouble(value);
    } else {
      return PyComplex_FromDoubles(value.real(), value.imag());
    }
  });
}

}  // namespace loom::python
