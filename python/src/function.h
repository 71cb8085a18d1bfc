#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include <array>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "python/src/array_object.h"
#include "python/src/casters.h"
#include "python/src/errors.h"

// The package's functions as built-in functions of CPython itself: cheaper to call than nanobind's,
// pickled by name, and with a signature that `inspect` reads.
namespace loom::python {

/// A parameter that takes any object.
using Object = PyObject*;

/// The parameter of `*name`: as many objects as there are.
using Rest = std::span<PyObject* const>;

/// What a type checker is told of a function: the types of its parameters, in order, and of its
/// result, in Python's notation.
struct Annotation {
  std::vector<std::string> parameters;
  std::string result = "Array";
};

/// The name and the parameters of a function, read from Python's own notation:
/// "sum(x, /, *, axis=None)". "qr(x, /) -> QRResult" names the type of a result of which C++ knows
/// only that it is an object.
class Signature {
 public:
  explicit Signature(std::string_view text, Annotation annotation);

  const std::string& name() const { return name_; }
  /// What goes between the parentheses.
  const std::string& parameters() const { return text_; }
  const Annotation& annotation() const { return annotation_; }
  int size() const { return static_cast<int>(parameters_.size()); }

  /// Fills `values` with the object given for each parameter, or its default, all borrowed; returns
  /// what `*name` takes. Throws the Python TypeError where the call does not fit.
  Rest bind(PyObject* const* arguments, Py_ssize_t count, PyObject* keywords,
            PyObject** values) const;

  /// Throws the Python error that is set, else a TypeError: parameter `i` takes `type`.
  [[noreturn]] void refuse(int i, const char* type, PyObject* given) const;

 private:
  struct Parameter {
    PyObject* name;      ///< interned
    PyObject* fallback;  ///< null where the caller must give one
  };

  void add(std::string_view parameter);
  /// Of a parameter that a caller may name; -1 where there is none of that name.
  int index_of(PyObject* keyword) const;
  void bind_keywords(PyObject* const* given, PyObject* keywords, PyObject** values) const;
  [[noreturn]] void refuse_count(Py_ssize_t count) const;

  std::string name_;
  std::string text_;
  Annotation annotation_;
  std::vector<Parameter> parameters_;
  int positional_only_ = 0;  ///< so many parameters, the first, have no name for the caller
  int positional_ = -1;      ///< so many parameters, the first, may be given by position
  int rest_ = -1;            ///< the index of `*name`
};

/// Adds to a module a function that CPython calls with METH_FASTCALL | METH_KEYWORDS. `signature`
/// must live as long as the process.
void add_function(nanobind::module_& scope, const Signature& signature, std::string_view doc,
                  _PyCFunctionFastWithKeywords entry);

/// What `_core._annotations()` gives to the generator of the type stubs: for each function and
/// method
/// ("loom.sum", "loom.Array.sum") its parameters' types and its result's.
void annotate(const std::string& qualified_name, const Signature& signature);
void bind_annotations(nanobind::module_& module);

namespace detail {

/// A C++ type in Python's notation.
template <class T>
std::string type_name() {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (std::is_void_v<T>) {
    return "None";
  } else if constexpr (std::is_same_v<Plain, Object> || std::is_same_v<Plain, Rest>) {
    return "object";
  } else {
    return nanobind::detail::make_caster<Plain>::Name.text;
  }
}

template <class Result, class... Parameters>
Annotation annotation() {
  return {{type_name<Parameters>()...}, type_name<Result>()};
}

/// One argument on its way to C++.
struct Given {
  const Signature& signature;
  int index;
  PyObject* object;
  Rest rest;
};

template <class T>
class Argument {
 public:
  using Caster = nanobind::detail::make_caster<T>;

  Argument(const Given& given) {
    if (!caster_.from_python(given.object, nanobind::detail::cast_flags::convert, nullptr)) {
      given.signature.refuse(given.index, Caster::Name.text, given.object);
    }
  }
  decltype(auto) get() { return caster_.operator nanobind::detail::cast_t<T>(); }

 private:
  Caster caster_;
};

template <>
class Argument<Object> {
 public:
  Argument(const Given& given) : object_(given.object) {}
  Object get() const { return object_; }

 private:
  Object object_;
};

template <>
class Argument<Rest> {
 public:
  Argument(const Given& given) : rest_(given.rest) {}
  Rest get() const { return rest_; }

 private:
  Rest rest_;
};

template <auto kFunction, class Pointer = decltype(+kFunction)>
struct Entry;

/// The function that CPython calls for `kFunction`.
template <auto kFunction, class Result, class... Parameters>
struct Entry<kFunction, Result (*)(Parameters...)> {
  static constexpr int kCount = sizeof...(Parameters);
  static constexpr auto kAnnotation = annotation<Result, Parameters...>;
  static inline const Signature* signature = nullptr;

  static PyObject* call(PyObject*, PyObject* const* arguments, Py_ssize_t count,
                        PyObject* keywords) {
    return guarded<PyObject*>(nullptr, [&] {
      std::array<PyObject*, kCount> values;
      const Rest rest = signature->bind(arguments, count, keywords, values.data());
      return run(values, rest, std::make_integer_sequence<int, kCount>());
    });
  }

 private:
  template <int... kIndex>
  static PyObject* run(const std::array<PyObject*, kCount>& values, Rest rest,
                       std::integer_sequence<int, kIndex...>) {
    std::tuple<Argument<Parameters>...> arguments(
        Given{*signature, kIndex, values[kIndex], rest}...);
    if constexpr (std::is_void_v<Result>) {
      kFunction(std::get<kIndex>(arguments).get()...);
      return Py_NewRef(Py_None);
    } else {
      return nanobind::detail::make_caster<Result>::from_cpp(
                 kFunction(std::get<kIndex>(arguments).get()...), nanobind::rv_policy::move,
                 nullptr)
          .ptr();
    }
  }
};

}  // namespace detail

/// Adds `kFunction` to a module. `signature` names each of its parameters, in order; they are
/// converted as nanobind converts them.
template <auto kFunction>
void def(nanobind::module_& scope, const char* signature, std::string_view doc) {
  using Entry = detail::Entry<kFunction>;
  Entry::signature =
      new Signature(signature, Entry::kAnnotation());  // as long as the process, like the function
  if (Entry::signature->size() != Entry::kCount) throw std::logic_error(signature);
  add_function(scope, *Entry::signature, doc, Entry::call);
}

}  // namespace loom::python
