#pragma once

#include <Python.h>

#include <optional>

#include "loom/array/array.h"
#include "python/src/errors.h"

// Python's numbers beside arrays: what they become, and what one element becomes.
namespace loom::python {

/// What kind of Python number an object is, as the kind of dtype that it needs at least; nothing
/// for what is no number. NumPy's float64 is a Python float.
inline std::optional<DTypeKind> number_kind(PyObject* object) {
  if (PyFloat_Check(object)) return DTypeKind::real;
  if (PyBool_Check(object)) return DTypeKind::boolean;
  if (PyLong_Check(object)) return DTypeKind::signed_integer;
  if (PyComplex_Check(object)) return DTypeKind::complex;
  return std::nullopt;
}

/// The dtype of a number with no array beside it: bool, int64, `default_dtype()`, or complex of the
/// same precision.
DType dtype_of_number(DTypeKind number);

/// The dtype of a weak number beside an array of dtype `beside`, as the standard asks: `beside`,
/// widened only where the number's kind demands it (1.5 beside int32 is float64, 1j beside float32
/// is complex64).
DType weak_dtype(DTypeKind number, DType beside);

/// An integer as T. Throws the Python OverflowError where T does not hold it.
template <class T>
T integer_as(PyObject* object);

/// Python's conversion of a number to the C++ type of an element: truth for bool, the integer part
/// for integers. Throws the Python OverflowError where an integer type cannot hold it, TypeError
/// for a complex number where a real one is needed, ValueError for NaN as an integer.
template <class T>
T number_as(PyObject* object) {
  if constexpr (std::is_same_v<T, bool>) {
    const int truth = PyObject_IsTrue(object);
    if (truth < 0) throw_python_error();
    return truth != 0;
  } else if constexpr (std::is_integral_v<T>) {
    if (PyLong_Check(object)) return integer_as<T>(object);
    const nanobind::object integer = nanobind::steal(PyNumber_Long(object));
    if (!integer.is_valid()) throw_python_error();
    return integer_as<T>(integer.ptr());
  } else if constexpr (std::is_floating_point_v<T>) {
    const double value = PyFloat_AsDouble(object);
    if (value == -1 && PyErr_Occurred() != nullptr) throw_python_error();
    return static_cast<T>(value);
  } else {
    const Py_complex value = PyComplex_AsCComplex(object);
    if (value.real == -1 && PyErr_Occurred() != nullptr) throw_python_error();
    using Real = typename T::value_type;
    return T(static_cast<Real>(value.real), static_cast<Real>(value.imag));
  }
}

/// A 0-d array of `dtype` with the value of a number. Throws as `number_as`.
Array number_array(PyObject* object, DType dtype);

/// One element as the Python number that stands for it: a bool, int, float or complex. Null, with
/// the Python error set, where there is no memory.
PyObject* python_number(const std::byte* element, DType dtype);

}  // namespace loom::python
