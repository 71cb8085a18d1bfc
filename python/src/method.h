#pragma once

#include "python/src/function.h"

// Methods of the class Array with arguments, in the same form as the package's functions.
namespace loom::python {

/// Adds a method that CPython calls by METH_FASTCALL | METH_KEYWORDS to a type; `signature` is
/// without `self`.
void add_method(PyTypeObject* type, const Signature& signature, std::string_view doc,
                _PyCFunctionFastWithKeywords entry);

namespace detail {

template <auto kFunction, class Pointer = decltype(+kFunction)>
struct MethodEntry;

/// The function that CPython calls for a method `kFunction`, whose first parameter is the array.
template <auto kFunction, class Result, class... Parameters>
struct MethodEntry<kFunction, Result (*)(const Array&, Parameters...)> {
  static constexpr int kCount = sizeof...(Parameters);
  static constexpr auto kAnnotation = annotation<Result, Parameters...>;
  static inline const Signature* signature = nullptr;

  static PyObject* call(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                        PyObject* keywords) {
    return guarded<PyObject*>(nullptr, [&] {
      std::array<PyObject*, kCount> values;
      const Rest rest = signature->bind(arguments, count, keywords, values.data());
      return run(self, values, rest, std::make_integer_sequence<int, kCount>());
    });
  }

 private:
  template <int... kIndex>
  static PyObject* run(PyObject* self, const std::array<PyObject*, kCount>& values,
                       [[maybe_unused]] Rest rest, std::integer_sequence<int, kIndex...>) {
    [[maybe_unused]] std::tuple<Argument<Parameters>...> arguments(
        Given{*signature, kIndex, values[kIndex], rest}...);
    return nanobind::detail::make_caster<Result>::from_cpp(
               kFunction(array_of(self), std::get<kIndex>(arguments).get()...),
               nanobind::rv_policy::move, nullptr)
        .ptr();
  }
};

}  // namespace detail

/// Adds `kFunction`, whose first parameter is the array, to the class. `signature` names the other
/// parameters, in order; they are converted as nanobind converts them.
template <auto kFunction>
void def_method(PyTypeObject* type, const char* signature, std::string_view doc) {
  using Entry = detail::MethodEntry<kFunction>;
  Entry::signature =
      new Signature(signature, Entry::kAnnotation());  // as long as the process, like the method
  if (Entry::signature->size() != Entry::kCount) throw std::logic_error(signature);
  add_method(type, *Entry::signature, doc, Entry::call);
}

}  // namespace loom::python
