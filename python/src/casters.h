#pragma once

#include <nanobind/nanobind.h>

#include <optional>

#include "python/src/array_object.h"
#include "python/src/dtype_object.h"
#include "python/src/exchange.h"

namespace loom::python {

/// A tuple of `scale` times each entry; null, with the Python error set, where there is no memory.
PyObject* tuple_of(const Dims& dims, std::int64_t scale = 1);

}  // namespace loom::python

// How nanobind passes Loom's types. An Array parameter takes a loom.Array, or anything with the
// buffer protocol or `__dlpack__` (without a copy); a DType what `dtype_from` takes; a Dims an int
// or a sequence of them.
namespace nanobind::detail {

template <>
struct type_caster<loom::Array> {
  using Value = loom::Array;
  static constexpr auto Name = const_name("Array");
  template <typename T>
  using Cast = const loom::Array&;
  template <typename T>
  static constexpr bool can_cast() {
    return true;
  }

  bool from_python(handle source, std::uint32_t flags, cleanup_list*) noexcept {
    if (loom::python::is_array(source.ptr())) {
      array_ = &loom::python::array_of(source.ptr());
      return true;
    }
    if ((flags & cast_flags::convert) == 0) return false;
    converted_ = loom::python::import_array(source.ptr());
    array_ = converted_ ? &*converted_ : nullptr;
    return converted_.has_value();
  }

  static handle from_cpp(const loom::Array& array, rv_policy, cleanup_list*) noexcept {
    return loom::python::wrap(array);
  }

  operator const loom::Array&() { return *array_; }

 private:
  const loom::Array* array_ = nullptr;
  std::optional<loom::Array> converted_;
};

template <>
struct type_caster<loom::DType> {
  NB_TYPE_CASTER(loom::DType, const_name("DType"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
    const std::optional<loom::DType> dtype = loom::python::dtype_from(source.ptr());
    if (dtype) value = *dtype;
    return dtype.has_value();
  }

  static handle from_cpp(loom::DType dtype, rv_policy, cleanup_list*) noexcept {
    return handle(loom::python::dtype_object(dtype)).inc_ref();
  }
};

template <>
struct type_caster<loom::Dims> {
  NB_TYPE_CASTER(loom::Dims, const_name("int | tuple[int, ...]"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept;
  static handle from_cpp(const loom::Dims& dims, rv_policy, cleanup_list*) noexcept;
};

}  // namespace nanobind::detail
