#include <nanobind/stl/string.h>

#include <fmt/format.h>

#include "loom/array/dtype_info.h"
#include "loom/ops/creation.h"
#include "python/src/device.h"
#include "python/src/function.h"
#include "python/src/operations.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// The dtype that an object is or, as an array, has.
std::optional<DType> its_dtype(PyObject* object) {
  if (is_array(object)) return array_of(object).dtype();
  return dtype_from(object);
}

DType dtype_or_refuse(const char* function, PyObject* object) {
  if (const std::optional<DType> dtype = its_dtype(object)) return *dtype;
  PyErr_Format(PyExc_TypeError, "%s() takes dtypes and arrays, given %R", function, object);
  throw_python_error();
}

Array converted(const Array& x, DType dtype, bool must_copy, OnDevice) {
  if (is_complex(x.dtype()) && !is_complex(dtype) && dtype != DType::boolean) {
    throw DTypeError(fmt::format("[astype] {} does not become {}: take real(x), imag(x) or abs(x)",
                                 name(x.dtype()), name(dtype)));
  }
  return must_copy && x.dtype() == dtype ? copy(x) : astype(x, dtype);
}

bool is_castable(Object from, DType to) { return can_cast(dtype_or_refuse("can_cast", from), to); }

/// Whether a dtype is of a kind: a dtype, a name of the standard, or a tuple of these.
bool is_kind(DType dtype, Object kind) {
  if (PyTuple_Check(kind)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kind); ++i) {
      if (is_kind(dtype, PyTuple_GET_ITEM(kind, i))) return true;
    }
    return false;
  }
  if (PyUnicode_Check(kind)) return is_dtype_kind(dtype, nb::cast<std::string>(nb::handle(kind)));
  return dtype_or_refuse("isdtype", kind) == dtype;
}

/// Arrays and dtypes promoted together; numbers beside them are weak.
DType common_dtype(Rest objects) {
  std::vector<DType> dtypes;
  std::optional<DTypeKind> number;
  for (PyObject* object : objects) {
    if (const std::optional<DTypeKind> kind = number_kind(object)) {
      number = std::max(number.value_or(*kind), *kind);
    } else {
      dtypes.push_back(dtype_or_refuse("result_type", object));
    }
  }
  if (dtypes.empty() && number) return dtype_of_number(*number);
  const DType strong = result_type(dtypes);
  return number ? weak_dtype(*number, strong) : strong;
}

void bind_limits(nb::module_& module) {
  nb::class_<FloatInfo>(module, "FloatInfo", "Limits of a floating dtype.")
      .def_ro("bits", &FloatInfo::bits)
      .def_ro("eps", &FloatInfo::eps, "from 1 to the next larger number")
      .def_ro("max", &FloatInfo::max)
      .def_ro("min", &FloatInfo::min, "the most negative number")
      .def_ro("smallest_normal", &FloatInfo::smallest_normal,
              "the smallest positive number of full precision")
      .def_ro("dtype", &FloatInfo::dtype)
      .def("__repr__", [](const FloatInfo& info) {
        return fmt::format("finfo(dtype={}, bits={}, eps={}, max={}, min={}, smallest_normal={})",
                           name(info.dtype), info.bits, info.eps, info.max, info.min,
                           info.smallest_normal);
      });
  nb::class_<IntegerInfo>(module, "IntegerInfo", "Limits of an integer dtype.")
      .def_ro("bits", &IntegerInfo::bits)
      .def_ro("max", &IntegerInfo::max)
      .def_ro("min", &IntegerInfo::min)
      .def_ro("dtype", &IntegerInfo::dtype)
      .def("__repr__", [](const IntegerInfo& info) {
        return fmt::format("iinfo(dtype={}, bits={}, max={}, min={})", name(info.dtype), info.bits,
                           info.max, info.min);
      });
  def<[](Object type) { return finfo(dtype_or_refuse("finfo", type)); }>(
      module, "finfo(type, /) -> FloatInfo",
      "Limits of a floating dtype; of the parts of a complex one.");
  def<[](Object type) { return iinfo(dtype_or_refuse("iinfo", type)); }>(
      module, "iinfo(type, /) -> IntegerInfo", "Limits of an integer dtype.");
}

}  // namespace

void bind_dtype_functions(nb::module_& module) {
  bind_limits(module);
  def<converted>(module, "astype(x, dtype, /, *, copy=True, device=None)",
                 "The elements converted; `x` itself where it has the dtype and copy is False.");
  def<is_castable>(module, "can_cast(from_, to, /)",
                   "Whether promotion takes one dtype to another.");
  def<is_kind>(module, "isdtype(dtype, kind)",
               "Whether a dtype is of a kind: 'bool', 'signed integer', 'unsigned integer', "
               "'integral', 'real floating', 'complex floating', 'numeric', another dtype, or one "
               "of a tuple of these.");
  def<common_dtype>(module, "result_type(*arrays_and_dtypes)",
                    "The dtype that arrays, dtypes and numbers promote to.");
}

}  // namespace loom::python
