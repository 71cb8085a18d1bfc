#pragma once

#include <nanobind/nanobind.h>

#include <array>
#include <span>
#include <string_view>

#include "loom/ops/creation.h"
#include "loom/ops/fourier.h"
#include "loom/ops/linalg.h"
#include "loom/ops/sorting.h"
#include "python/src/array_object.h"
#include "python/src/scalars.h"

// Arguments that Python writes otherwise than C++: enumerations are strings, `norm="ortho"`, and
// integers have no end.
namespace loom::python {

/// The number of a diagonal; all those beyond 64 bits are alike.
struct Diagonal {
  std::int64_t value;
};

/// A Python number, or the element of a 0-d array.
struct Number {
  PyObject* object;

  DTypeKind kind() const;
  /// The dtype that it has where none is asked for.
  DType dtype() const;
  /// Its value. Throws as `number_as`, `Array::item`.
  template <class T>
  T as() const {
    return is_array(object) ? array_of(object).item<T>() : number_as<T>(object);
  }
  /// A 0-d array of it.
  Array array(DType dtype) const;
};

enum class QrMode { reduced, complete };

// The strings, in the order of the enumerators.
constexpr std::array<std::string_view, 3> choices_for(fft::Norm) {
  return {"backward", "ortho", "forward"};
}
constexpr std::array<std::string_view, 2> choices_for(Side) { return {"left", "right"}; }
constexpr std::array<std::string_view, 2> choices_for(Indexing) { return {"xy", "ij"}; }
constexpr std::array<std::string_view, 3> choices_for(ConvolveMode) {
  return {"full", "same", "valid"};
}
constexpr std::array<std::string_view, 2> choices_for(QrMode) { return {"reduced", "complete"}; }

/// The place of a Python string among `choices`; -1, with the Python ValueError set, where it is
/// none of them.
int choice_of(PyObject* object, std::span<const std::string_view> choices) noexcept;

}  // namespace loom::python

namespace nanobind::detail {

template <>
struct type_caster<loom::python::Diagonal> {
  NB_TYPE_CASTER(loom::python::Diagonal, const_name("int"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept;
};

template <>
struct type_caster<loom::python::Number> {
  NB_TYPE_CASTER(loom::python::Number, const_name("complex | Array"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
    using namespace loom::python;
    value.object = source.ptr();
    return number_kind(source.ptr()) ||
           (is_array(source.ptr()) && array_of(source.ptr()).ndim() == 0);
  }
};

template <class E>
struct ChoiceCaster {
  NB_TYPE_CASTER(E, const_name("str"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
    const int index = loom::python::choice_of(source.ptr(), loom::python::choices_for(E()));
    value = static_cast<E>(index);
    return index >= 0;
  }
};

template <>
struct type_caster<loom::fft::Norm> : ChoiceCaster<loom::fft::Norm> {};
template <>
struct type_caster<loom::Side> : ChoiceCaster<loom::Side> {};
template <>
struct type_caster<loom::Indexing> : ChoiceCaster<loom::Indexing> {};
template <>
struct type_caster<loom::ConvolveMode> : ChoiceCaster<loom::ConvolveMode> {};
template <>
struct type_caster<loom::python::QrMode> : ChoiceCaster<loom::python::QrMode> {};

}  // namespace nanobind::detail
