#include "python/src/function.h"

#include <fmt/format.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <deque>
#include <map>

namespace nb = nanobind;

namespace loom::python {
namespace {

/// The object that the text of a default stands for.
PyObject* evaluate(std::string_view text) {
  if (text == "None") return Py_None;
  if (text == "True") return Py_True;
  if (text == "False") return Py_False;
  const nb::dict nothing;
  PyObject* value =
      PyRun_String(std::string(text).c_str(), Py_eval_input, nothing.ptr(), nothing.ptr());
  if (value == nullptr) throw_python_error();
  return value;
}

PyObject* interned(std::string_view text) {
  PyObject* string = PyUnicode_FromStringAndSize(text.data(), std::ssize(text));
  PyUnicode_InternInPlace(&string);
  return string;
}

std::vector<std::pair<std::string, const Signature*>>& annotated() {
  static std::vector<std::pair<std::string, const Signature*>> signatures;
  return signatures;
}

}  // namespace

Signature::Signature(std::string_view text, Annotation annotation)
    : annotation_(std::move(annotation)) {
  constexpr std::string_view kArrow = " -> ";
  if (const std::size_t arrow = text.find(kArrow); arrow != text.npos) {
    annotation_.result = text.substr(arrow + kArrow.size());
    text = text.substr(0, arrow);
  }
  const std::size_t open = text.find('(');
  name_ = text.substr(0, open);
  text_ = text.substr(open + 1, text.size() - open - 2);
  for (std::string_view left = text_; !left.empty();) {
    const std::size_t comma = left.find(", ");
    add(left.substr(0, comma));
    left = comma == left.npos ? std::string_view() : left.substr(comma + 2);
  }
  if (positional_ < 0) positional_ = size();
}

void Signature::add(std::string_view parameter) {
  if (parameter == "/") {
    positional_only_ = size();
  } else if (parameter == "*") {
    positional_ = size();
  } else if (parameter.starts_with('*')) {
    rest_ = positional_ = size();
    parameters_.push_back({interned(parameter.substr(1)), Py_None});
  } else {
    const std::size_t equals = parameter.find('=');
    const bool needed = equals == parameter.npos;
    parameters_.push_back({interned(parameter.substr(0, equals)),
                           needed ? nullptr : evaluate(parameter.substr(equals + 1))});
  }
}

Rest Signature::bind(PyObject* const* arguments, Py_ssize_t count, PyObject* keywords,
                     PyObject** values) const {
  if (count > positional_ && rest_ < 0) refuse_count(count);
  const int taken = static_cast<int>(std::min<Py_ssize_t>(count, positional_));
  std::copy_n(arguments, taken, values);
  for (int i = taken; i < size(); ++i) values[i] = nullptr;
  if (keywords != nullptr) bind_keywords(arguments + count, keywords, values);
  for (int i = taken; i < size(); ++i) {
    if (values[i] != nullptr) continue;
    values[i] = parameters_[i].fallback;
    if (values[i] != nullptr) continue;
    PyErr_Format(PyExc_TypeError, "%s() is missing the argument '%U'", name_.c_str(),
                 parameters_[i].name);
    throw_python_error();
  }
  return {arguments + taken, static_cast<std::size_t>(count - taken)};
}

int Signature::index_of(PyObject* keyword) const {
  for (int i = positional_only_; i < size(); ++i) {
    if (parameters_[i].name == keyword) return i;
  }
  for (int i = positional_only_; i < size(); ++i) {  // a string that is not interned
    if (PyUnicode_Compare(parameters_[i].name, keyword) == 0) return i;
  }
  return -1;
}

void Signature::bind_keywords(PyObject* const* given, PyObject* keywords, PyObject** values) const {
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(keywords); ++k) {
    PyObject* keyword = PyTuple_GET_ITEM(keywords, k);
    const int i = index_of(keyword);
    if (i < 0 || i == rest_ || values[i] != nullptr) {
      const bool twice = i >= 0 && i != rest_;
      PyErr_Format(PyExc_TypeError, "%s() %s '%U'", name_.c_str(),
                   twice ? "has two values for the argument" : "takes no keyword argument",
                   keyword);
      throw_python_error();
    }
    values[i] = given[k];
  }
}

void Signature::refuse(int i, const char* type, PyObject* given) const {
  if (PyErr_Occurred() == nullptr) {
    // An integer may have been refused for its value.
    const nb::object shown =
        PyLong_Check(given) ? nb::borrow(given) : nb::object(nb::str(Py_TYPE(given)->tp_name));
    PyErr_Format(PyExc_TypeError, "%s() takes %s as '%U', given %S", name_.c_str(), type,
                 parameters_[i].name, shown.ptr());
  }
  throw_python_error();
}

void Signature::refuse_count(Py_ssize_t count) const {
  PyErr_Format(PyExc_TypeError, "%s() takes %d positional arguments, given %zd", name_.c_str(),
               positional_, count);
  throw_python_error();
}

void add_function(nb::module_& scope, const Signature& signature, std::string_view doc,
                  _PyCFunctionFastWithKeywords entry) {
  struct Definition {
    std::string doc;
    PyMethodDef method;
  };
  static std::deque<Definition> definitions;
  Definition& definition = definitions.emplace_back();
  definition.doc = fmt::format("{}({})\n--\n\n{}", signature.name(), signature.parameters(), doc);
  definition.method = {signature.name().c_str(),
                       reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(entry)),
                       METH_FASTCALL | METH_KEYWORDS, definition.doc.c_str()};
  // The functions of "loom._core.linalg" are in loom.linalg, where users find them; private ones
  // stay.
  std::string module_name = nb::cast<std::string>(scope.attr("__name__"));
  if (!signature.name().starts_with('_')) {
    module_name.erase(module_name.find("._core"), std::string_view("._core").size());
  }
  const nb::object home = nb::str(module_name.c_str());
  const nb::object function =
      nb::steal(PyCFunction_NewEx(&definition.method, scope.ptr(), home.ptr()));
  if (!function.is_valid()) throw_python_error();
  annotate(fmt::format("{}.{}", module_name, signature.name()), signature);
  scope.attr(signature.name().c_str()) = function;
}

void annotate(const std::string& qualified_name, const Signature& signature) {
  annotated().emplace_back(qualified_name, &signature);
}

void bind_annotations(nb::module_& module) {
  module.def("_annotations", [] {
    std::map<std::string, std::pair<std::vector<std::string>, std::string>> types;
    for (const auto& [name, signature] : annotated()) {
      types[name] = {signature->annotation().parameters, signature->annotation().result};
    }
    return types;
  });
}

}  // namespace loom::python
