#include "python/src/method.h"

#include <fmt/format.h>

#include <deque>

namespace nb = nanobind;

namespace loom::python {

void add_method(PyTypeObject* type, const Signature& signature, std::string_view doc,
                _PyCFunctionFastWithKeywords entry) {
  struct Definition {
    std::string doc;
    PyMethodDef method;
  };
  static std::deque<Definition> definitions;
  Definition& definition = definitions.emplace_back();
  const std::string& parameters = signature.parameters();
  const std::string_view self = parameters.empty()                          ? "$self, /"
                                : parameters.find('/') != std::string::npos ? "$self, "
                                                                            : "$self, /, ";
  definition.doc = fmt::format("{}({}{})\n--\n\n{}", signature.name(), self, parameters, doc);
  definition.method = {signature.name().c_str(),
                       reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(entry)),
                       METH_FASTCALL | METH_KEYWORDS, definition.doc.c_str()};
  const nb::object method = nb::steal(PyDescr_NewMethod(type, &definition.method));
  if (!method.is_valid()) throw_python_error();
  annotate(fmt::format("{}.{}", type->tp_name, signature.name()), signature);
  nb::handle(reinterpret_cast<PyObject*>(type)).attr(signature.name().c_str()) = method;
}

}  // namespace loom::python
